"""What a search or an answer left out is said on stderr; stdout stays the answer, or exactly one JSON object."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from copilot.cli.render import show_answer, show_generated, show_passages, show_run
from copilot.core.events import Answered, Checked, Differed, Passages, Planned, Ran, Scripted, Token, Understood
from copilot.core.types import Check, Passage, RunResult
from copilot.retrieval import SearchResult
from copilot.retrieval.cite import citation

FOUND = [Passage("a", "corpus/ppo.md", (1, 2), "PPO", "It clips.")]
ELSEWHERE = [
    Passage("b", "paper.pdf", (3, 9), "2 Method", "It hashes.", page=4),
    Passage("c", "run.ipynb", (1, 2), "Gnus", "gnu.run()", cell=5),
]
RESULT = SearchResult(FOUND, {"total_s": 0.1}, 0.5, ["notes.md"])


@pytest.mark.parametrize("as_json", [True, False])
def test_a_search_says_what_it_left_out(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    show_passages(RESULT, as_json)
    out, err = capsys.readouterr()
    assert "notes.md" in err
    assert "rllte-copilot ingest" in err
    assert "notes.md" not in out
    if as_json:
        assert set(json.loads(out)) == {"passages", "timings"}


@pytest.mark.parametrize("as_json", [True, False])
def test_an_answer_says_what_was_left_out(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    show_answer(iter([Passages(FOUND, RESULT.hint), Answered("It clips.", False, [], FOUND, {}, None)]), as_json)
    out, err = capsys.readouterr()
    assert "notes.md" in err
    assert "notes.md" not in out
    if as_json:
        assert json.loads(out)["answer"] == "It clips."


def test_nothing_is_said_where_nothing_was_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    show_passages(SearchResult(FOUND, {}, 0.5), False)
    assert capsys.readouterr().err == ""


def test_the_notes_of_a_plan_stand_after_the_checks(capsys: pytest.CaptureFixture[str]) -> None:
    events = [Planned({}, ["CAREFUL: left out"]), Scripted("out/train.py", "print()"), Checked([Check("parses", True)])]
    assert show_generated(iter(events), False)
    lines = capsys.readouterr().err.splitlines()
    assert [line.split()[0] for line in lines] == ["ok", "note:", "Written"]


def run_of(memory_mb: float, metrics: dict[str, float], files: int) -> RunResult:
    names = [f"/runs/a/box/{number}.png" for number in range(files)]
    return RunResult("ok", 0, None, 1.25, memory_mb, metrics, names, "/runs/a/log.txt", {"tier": "A", "layers": []})


@pytest.mark.parametrize(
    ("result", "lines"),
    [
        (run_of(0.0, {}, 0), ["ok in 1.2 s", "log: /runs/a/log.txt"]),
        (
            run_of(310.4, {"episode_reward": 9.5}, 7),
            [
                'ok in 1.2 s, 310 MB; {"episode_reward": 9.5}',
                "files in /runs/a/box: 0.png, 1.png, 2.png, 3.png, 4.png and 2 more",
                "log: /runs/a/log.txt",
            ],
        ),
    ],
)
def test_the_end_of_a_run_says_what_is_known_and_where_its_files_are(
    result: RunResult, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert show_run(iter([Ran(result)]), False) is result
    assert capsys.readouterr().err.splitlines() == lines


def test_pages_and_cells_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    show_passages(SearchResult(ELSEWHERE, {}, 0.5), False)
    assert capsys.readouterr().out.splitlines()[::2] == [
        "paper.pdf, page 4, lines 3-9  2 Method",
        "run.ipynb, cell 5, lines 1-2  Gnus",
    ]
    cited = [citation(number, passage) for number, passage in enumerate(ELSEWHERE, start=1)]
    cited[1] = replace(cited[1], quote="A gnu runs.")
    events = [Passages(ELSEWHERE), Answered("It hashes [1]. It runs [2].", False, cited, ELSEWHERE, {}, None)]
    show_answer(iter(events), False)
    out, err = capsys.readouterr()
    assert "[1] paper.pdf, page 4, lines 3-9  2 Method" in out
    assert "[2] run.ipynb, cell 5, lines 1-2  Gnus\n      A gnu runs.\n" in out
    assert "found paper.pdf, page 4, run.ipynb, cell 5" in err


def test_json_holds_page_cell_and_lines(capsys: pytest.CaptureFixture[str]) -> None:
    cited = [citation(number, passage) for number, passage in enumerate([*FOUND, *ELSEWHERE], start=1)]
    show_answer(iter([Answered("It hashes [1].", False, cited, [*FOUND, *ELSEWHERE], {}, None)]), True)
    answer = json.loads(capsys.readouterr().out)
    for kind in ("citations", "passages"):
        assert [(p["page"], p["cell"], p["lines"]) for p in answer[kind]] == [
            (None, None, [1, 2]),
            (4, None, [3, 9]),
            (None, 5, [1, 2]),
        ]


@pytest.mark.parametrize("as_json", [True, False])
def test_an_acted_line_says_how_it_was_understood_and_of_what_kind_it_is(
    capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    details = {"kind": "edit", "script": "/x/train.py", "difference": ["num_envs: 8 -> 16"]}
    events = [
        Understood("edit", "Understood as a change."),
        Planned({"kind": "experiment"}, []),
        Differed(["num_envs: 8 -> 16"]),
        Scripted("/x/train.py", "print()\n"),
        Checked([Check("parses", True)]),
        Answered("- `num_envs: 8 -> 16`", False, [], [], {}, None, details),
    ]
    show_answer(iter(events), as_json)
    out, err = capsys.readouterr()
    if as_json:
        data = json.loads(out)
        assert (data["kind"], data["script"], data["understood"]) == ("edit", "/x/train.py", "Understood as a change.")
        assert {"answer", "refused", "citations", "passages", "timings", "model"} <= set(data)
        assert err == ""
    else:
        assert out == "- `num_envs: 8 -> 16`\n"
        assert err == "Understood as a change.\n"


EVIL = "\x1b[31mred\x07 \x9b2J"


@pytest.mark.parametrize("answer", ["It clips [1].", f"{EVIL} clips [1]."])
def test_nothing_that_documents_names_and_models_hold_is_obeyed_by_the_terminal(
    capsys: pytest.CaptureFixture[str], answer: str
) -> None:
    found = [Passage("a", f"no\ntes{EVIL}.md", (1, 2), f"PPO {EVIL}", f"It {EVIL} clips.")]
    result = SearchResult(found, {}, 0.5, [f"gone\n{EVIL}.md"])
    cited = [replace(citation(1, found[0]), quote=f"{EVIL}\nquoted")]
    show_passages(result, False)
    written = [Token(piece) for piece in answer]
    show_answer(iter([Passages(found, result.hint), *written, Answered(answer, False, cited, found, {}, "m")]), False)
    shown = "".join(capsys.readouterr())
    assert not {sign for sign in shown if not sign.isprintable()} - {"\n"}
    assert "no\\ntes\\x1b[31mred\\x07 \\x9b2J.md:1-2  PPO" in shown, "a source stands in one line"
    assert "gone\\n\\x1b[31mred" in shown


def test_json_keeps_a_text_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    show_passages(SearchResult([Passage("a", "a\n.md", (1, 2), "", EVIL)], {}, 0.5), True)
    out = capsys.readouterr().out
    assert "\x1b" not in out
    [held] = json.loads(out)["passages"]
    assert (held["source"], held["text"]) == ("a\n.md", EVIL)
