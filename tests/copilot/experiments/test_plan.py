"""What `experiment run` takes, and what it says of everything else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from copilot.core.errors import CopilotError, FileProblem, InvalidRequest
from copilot.experiments import read, seeds_of
from tests.copilot.experiments.fakes import SPEC

COMPARISON: dict[str, Any] = {
    "kind": "comparison",
    "title": "PPO 与 A2C",
    "runs": {"PPO": {**SPEC, "seeds": [1, 2]}, "A2C": {**SPEC, "agent": "A2C", "seeds": [1, 2]}},
}
SCRIPT = '"""Train my agent.\n\nMore."""\nparser.add_argument("--seed")\n'


def put(path: Path, content: Any) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_plan_file_is_a_plan_without_a_script(tmp_path: Path) -> None:
    given = read(put(tmp_path / "mine.json", SPEC))
    assert (given.spec, given.notes, given.script, given.labelled) == (SPEC, (), None, False)
    assert given.title == "PPO on CartPole-v1"
    assert given.pairs() == (("PPO", 1), ("PPO", 2), ("PPO", 3))
    assert given.pairs([7]) == (("PPO", 7),)
    assert given.with_seeds([7]) == {**SPEC, "seeds": [7]}
    bonus = {**SPEC, "modules": {"reward": {"name": "RND"}}}
    assert read(put(tmp_path / "mine.json", bonus)).title == "PPO with RND on CartPole-v1"


def test_what_generate_prints_is_a_plan(tmp_path: Path) -> None:
    printed = {"kind": "comparison", "spec": COMPARISON, "script": "out/train.py", "notes": ["步数：默认"]}
    given = read(put(tmp_path / "printed.json", printed))
    assert (given.spec, given.notes, given.labelled) == (COMPARISON, ("步数：默认",), True)
    assert given.title == "PPO 与 A2C"
    assert given.pairs() == (("PPO", 1), ("PPO", 2), ("A2C", 1), ("A2C", 2))
    changed = given.with_seeds([5])
    assert changed is not None and [run["seeds"] for run in changed["runs"].values()] == [[5], [5]]


def test_a_folder_gives_both_and_so_does_its_script(tmp_path: Path) -> None:
    put(tmp_path / "plan.json", {"spec": SPEC, "notes": []})
    put(tmp_path / "train.py", SCRIPT)
    for path in (tmp_path, tmp_path / "train.py"):
        given = read(path)
        assert (given.spec, given.script) == (SPEC, SCRIPT)
    (tmp_path / "train.py").unlink()
    assert read(tmp_path).script is None


def test_a_script_alone_has_one_seed_and_the_title_of_its_docstring(tmp_path: Path) -> None:
    given = read(put(tmp_path / "mine.py", SCRIPT))
    assert (given.spec, given.title) == (None, "Train my agent")
    assert given.pairs() == (("mine", 1),)
    assert given.pairs([3, 4, 3]) == (("mine", 3), ("mine", 4))
    folder = tmp_path / "my-agent"
    folder.mkdir()
    assert read(put(folder / "train.py", "# --seed, and no (docstring")).title == "my-agent"


@pytest.mark.parametrize(
    ("name", "content", "kind", "said"),
    [
        ("x.json", "{", InvalidRequest, "it is not JSON"),
        ("x.json", [1], InvalidRequest, "its kind is 'list'"),
        ("x.json", {"kind": "sweep"}, InvalidRequest, "its kind is 'sweep'"),
        ("x.json", {"kind": "comparison", "runs": {}}, InvalidRequest, "compares nothing"),
        ("x.json", {"kind": "comparison", "runs": {"a\n": {}}}, InvalidRequest, "cannot be printed"),
        ("x.json", {"kind": "comparison", "runs": {"a": 1}}, InvalidRequest, "compares nothing"),
        ("x.py", "print(1)", InvalidRequest, "takes no --seed"),
    ],
)
def test_what_is_no_plan_is_told(tmp_path: Path, name: str, content: Any, kind: type[CopilotError], said: str) -> None:
    with pytest.raises(kind, match=said):
        read(put(tmp_path / name, content))


@pytest.mark.parametrize("seeds", [[], [-1], ["1"], [True], "1", 3])
def test_seeds_of_a_plan_are_whole_numbers(tmp_path: Path, seeds: Any) -> None:
    with pytest.raises(InvalidRequest, match="The seeds in"):
        read(put(tmp_path / "x.json", {**SPEC, "seeds": seeds})).pairs()


def test_words_are_sent_to_generate(tmp_path: Path) -> None:
    with pytest.raises(FileProblem) as caught:
        read(Path("train PPO on CartPole"))
    assert "generate 'train PPO on CartPole' -o DIR" in caught.value.hint
    with pytest.raises(FileProblem, match="holds neither"):
        read(tmp_path)


def test_a_comparison_needs_a_script_that_runs_parts_of_it(tmp_path: Path) -> None:
    put(tmp_path / "plan.json", COMPARISON)
    put(tmp_path / "train.py", SCRIPT)
    with pytest.raises(InvalidRequest, match="takes no --run LABEL"):
        read(tmp_path)
    put(tmp_path / "train.py", SCRIPT + 'parser.add_argument("--run")\n')
    assert read(tmp_path).labelled


@pytest.mark.parametrize(
    ("text", "expected"),
    [("3", [3]), ("1-3", [1, 2, 3]), ("3,4, 9", [3, 4, 9]), ("1-2,2,7", [1, 2, 7]), ("0 5", [0, 5])],
)
def test_seeds_are_numbers_and_ranges(text: str, expected: list[int]) -> None:
    assert seeds_of(text) == expected


@pytest.mark.parametrize("text", ["", "a", "-1", "3-1", "1..3", "1-9999999", "1,,b"])
def test_other_seeds_are_refused(text: str) -> None:
    with pytest.raises(InvalidRequest, match="The seeds are"):
        seeds_of(text)


def test_a_folder_of_packages_names_them(tmp_path: Path) -> None:
    """`generate -o out` puts a package into a folder of its own below `out`."""
    inner = tmp_path / "own_encoder"
    inner.mkdir()
    (inner / "train.py").write_text("# --seed", encoding="utf-8")
    with pytest.raises(FileProblem, match="holds neither") as caught:
        read(tmp_path)
    assert str(inner) in caught.value.hint
