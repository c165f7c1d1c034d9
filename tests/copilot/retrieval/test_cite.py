"""Citations resolve to what was given, and to nothing else; code stays as it was written."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.core.types import Citation, Passage
from copilot.retrieval.budget import CUT
from copilot.retrieval.cite import CODE_LINES, QUOTED, Citer, code_of, quote, resolve, telling
from copilot.retrieval.extract import FORBIDDEN

PASSAGES = [
    Passage("a", "corpus/agents/ppo.md", (1, 4), "PPO", "PPO clips the probability ratio of new and old policies."),
    Passage("b", "corpus/rewards/rnd.md", (5, 9), "RND", "RND rewards states whose random features are unpredictable."),
    Passage(
        "c", "rllte/agent/sac.py", (2, 30), "SAC", "env = make_dmc_env()\nagent = SAC(env)\nagent.train(1000)", page=3
    ),
]


def test_a_marker_becomes_the_place_it_stands_for() -> None:
    text, citations = resolve("It clips the ratio [1].", PASSAGES)
    assert text == "It clips the ratio [1]."
    assert citations == [Citation(1, "corpus/agents/ppo.md", (1, 4), "PPO", quote=PASSAGES[0].text)]


def test_a_page_is_kept() -> None:
    assert resolve("See [3].", PASSAGES)[1] == [Citation(1, "rllte/agent/sac.py", (2, 30), "SAC", 3)]


def test_markers_are_numbered_in_order_of_appearance() -> None:
    text, citations = resolve("First [3]. Then [1]. Again [3, 1].", PASSAGES)
    assert text == "First [1]. Then [2]. Again [1][2]."
    assert [(c.id, c.source) for c in citations] == [(1, "rllte/agent/sac.py"), (2, "corpus/agents/ppo.md")]


def test_marks_stand_at_the_end_of_their_sentence() -> None:
    assert resolve("First [3], then [1], again [3].", PASSAGES)[0] == "First, then, again [1][2]."
    assert resolve("It clips. [1] So it is", PASSAGES)[0] == "It clips [1]. So it is"
    assert resolve("- it clips [1]\n- it rewards [2]\n", PASSAGES)[0] == "- it clips [1]\n- it rewards [2]"
    assert resolve("See e.g. the paper. It clips [1]!", PASSAGES)[0] == "See e.g. the paper. It clips [1]!"


def test_a_mark_whose_passage_does_not_bear_the_sentence_is_exchanged_or_dropped() -> None:
    text, citations = resolve("PPO clips the probability ratio of policies [2].", PASSAGES)
    assert text == "PPO clips the probability ratio of policies [1]."
    assert [c.source for c in citations] == [PASSAGES[0].source]
    assert resolve("Cats sleep through most of the afternoon [2].", PASSAGES) == (
        "Cats sleep through most of the afternoon.",
        [],
    )


def test_a_number_that_a_passage_does_not_hold_is_not_borne_by_it() -> None:
    held = [Passage("a", "ppo.md", (1, 2), "PPO", "PPO clips the probability ratio at 0.2.")]
    assert resolve("PPO clips the probability ratio at 0.2 [1].", held)[1]
    assert not resolve("PPO clips the probability ratio at 0.3 [1].", held)[1]
    citer = Citer(held, "and with 0.3?")
    citer.feed("PPO clips the probability ratio, not at 0.3 [1].")
    citer.close()
    assert citer.citations, "a number of the question needs no passage"


def test_a_passage_bears_numbers_that_it_has_in_words_and_shares_that_it_has_in_percent() -> None:
    held = [
        Passage(
            "a", "atari.md", (1, 2), "Atari", "An action is held for four frames, and repeated in 25 % of the steps."
        )
    ]
    assert resolve("An action is held for 4 frames [1].", held)[1]
    assert resolve("An action is repeated with probability 0.25 in steps [1].", held)[1]
    assert not resolve("An action is held for 5 frames [1].", held)[1]


def test_words_by_which_an_answer_speaks_of_itself_need_no_source() -> None:
    held = [Passage("a", "atari.md", (1, 2), "Atari", "Ids that end in v5 use sticky actions.")]
    assert resolve("Yes, as stated in the source, v5 uses sticky actions [1].", held)[1]


def test_sentences_that_nothing_bears_cite_nothing() -> None:
    citer = Citer(PASSAGES)
    citer.feed("Cats sleep through most of the afternoon [1]. Yes.")
    citer.close()
    assert citer.citations == []


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "PPO clips ",
                "[1]",
                "[77]",
                " [1, 5]",
                ". ",
                "\n",
                "【3】",
                "word ",
                "`",
                "```",
                "`x`",
                "[0, 1]",
                ": ",
                "。",
                "?",
                "  ",
            ]
        )
    ),
    st.integers(1, 7),
)
def test_however_it_is_cut_into_pieces_the_same_is_shown(pieces: list[str], size: int) -> None:
    answer = "".join(pieces).strip()
    citer = Citer(PASSAGES)
    shown = [citer.feed(answer[start : start + size]) for start in range(0, len(answer), size)]
    assert "".join([*shown, citer.close()]) == resolve(answer, PASSAGES)[0]


def test_what_is_certain_is_shown_at_once() -> None:
    citer = Citer(PASSAGES)
    assert citer.feed("PPO clips the ratio") == "PPO clips the ratio"
    assert citer.feed(" [1") == ""
    assert citer.feed("].") == ""
    assert citer.feed(" And") == " [1]. And"


@pytest.mark.parametrize(
    "mark",
    [
        "[1, 2]",
        "[1,2]",
        "【1】【2】",
        "[1][2]",
        "[source 1] [Source 2]",
        "［1］［2］",
        "[1、2]",
    ],
)
def test_every_way_of_writing_a_marker(mark: str) -> None:
    text, citations = resolve(f"Both hold {mark}.", PASSAGES)
    assert re.sub(r"\s", "", text) == "Bothhold[1][2]."
    assert [c.source for c in citations] == [PASSAGES[0].source, PASSAGES[1].source]


@pytest.mark.parametrize("mark", ["[4]", "[0]", "[99]", "【7】"])
def test_a_marker_that_points_nowhere_is_removed(mark: str) -> None:
    text, citations = resolve(f"This is said{mark}, and this [2].", PASSAGES)
    assert text == "This is said, and this [1]."
    assert [c.source for c in citations] == [PASSAGES[1].source]


def test_of_a_list_only_the_known_numbers_are_kept() -> None:
    text, citations = resolve("Said [2, 9].", PASSAGES)
    assert text == "Said [1]."
    assert len(citations) == 1


def test_an_answer_without_passages_cites_nothing() -> None:
    assert resolve("I know it [1].", []) == ("I know it.", [])
    assert resolve("", PASSAGES) == ("", [])


@pytest.mark.parametrize(
    "code",
    ["```python\nx = obs[1]\ny = obs[9]\n```", "```\nshape[0]", "`obs[9]`", "`returns[1]`"],
)
def test_code_is_not_touched(code: str) -> None:
    text, citations = resolve(f"As said [2]:\n\n{code}", PASSAGES)
    assert text == f"As said [1]:\n\n{code}"
    assert [c.source for c in citations] == [PASSAGES[1].source]


def test_a_marker_in_backticks_is_still_a_marker() -> None:
    text, citations = resolve("As said `[9]` and `[2]`.", PASSAGES)
    assert "9" not in text
    assert [c.source for c in citations] == [PASSAGES[1].source]


def test_an_interval_from_zero_is_no_marker() -> None:
    held = [Passage("a", "ppo.md", (1, 2), "PPO", "Bytes become numbers from 0 to 1.")]
    text, citations = resolve("In [0, 1] first [1].", held)
    assert text == "In [0, 1] first [1]."
    assert [c.source for c in citations] == ["ppo.md"]


def test_a_forgotten_marker_is_set_where_a_passage_supports_the_sentence() -> None:
    said = "RND rewards states with unpredictable random features. That is all I can say."
    text, citations = resolve(said, PASSAGES)
    assert text == "RND rewards states with unpredictable random features [1]. That is all I can say."
    assert [c.source for c in citations] == ["corpus/rewards/rnd.md"]


@pytest.mark.parametrize(
    "said", ["Cats sleep through most of the afternoon.", "PPO clips.", "SAC keeps two critics and a temperature."]
)
def test_a_sentence_that_nothing_supports_is_not_cited(said: str) -> None:
    assert resolve(said, PASSAGES) == (said, [])


def test_a_sentence_too_short_to_be_held_against_anything_keeps_the_model_s_mark() -> None:
    cited = Citation(1, "corpus/agents/ppo.md", (1, 4), "PPO", quote=PASSAGES[0].text)
    assert resolve("It clips [1].", PASSAGES) == ("It clips [1].", [cited])


PAGE = Passage(
    "p",
    "dqn.md",
    (1, 12),
    "DQN",
    """[...] The target network is a copy. It is copied every 1000 steps.

| argument | default | what |
|---|---|---|
| `lr` | 1e-4 | learning rate |
| `batch_size` | 32 | transitions of an update |

```python
agent = DQN(env, lr=1e-3)
```
""",
)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("DQN copies its target network every 1000 steps", "It is copied every 1000 steps."),
        ("The target network of DQN is a copy", "The target network is a copy."),
        ("An update of DQN takes 32 transitions by default", "`batch_size` · 32 · transitions of an update"),
        ("Write agent = DQN(env, lr=1e-3) for it", ""),
        ("Cats sleep all afternoon", ""),
    ],
)
def test_a_citation_shows_the_words_that_bear_the_answer_most(said: str, shown: str) -> None:
    assert quote(PAGE, said) == shown


ROW = Passage(
    "r", "dqn.md", (1, 3), "DQN", "`target_update_freq` is 1000: environment steps between updates of the target."
)
ASKED = "How often is the target network of DQN synced if I leave it?"


def test_what_the_question_says_needs_no_source() -> None:
    said = "If you leave it, the target network of DQN is synced every 1000 environment steps"
    for question, cited in ((ASKED, 1), ("", 0)):
        citer = Citer([ROW], question)
        text = citer.feed(f"{said}.") + citer.close()
        assert len(citer.citations) == cited, text
    for wrong in (said.replace("1000", "500"), f"{said} by `soft_update`", f"{said} whenever cats sleep all afternoon"):
        citer = Citer([ROW], ASKED)
        citer.feed(f"{wrong}.")
        citer.close()
        assert not citer.citations, wrong


def test_words_from_all_over_a_passage_bear_nothing() -> None:
    page = replace(
        ROW,
        text="Resuming needs the same arguments. A checkpoint holds weights. The storage of TD3 is saved beside it.",
    )
    told, spread = "A checkpoint holds the weights", "Resuming a checkpoint of TD3 needs the weights, no arguments"
    for said, marks in ((told, 1), (spread, 0)):
        citer = Citer([page])
        text = citer.feed(f"{said} [1].") + citer.close()
        assert (len(citer.citations), citer.grounded) == (marks, True), text


def test_a_mark_of_little_support_is_dropped_even_where_there_is_no_other() -> None:
    strong, weak = "PPO clips the probability ratio of policies", "PPO clips policies when cats sleep all afternoon"
    assert resolve(f"{weak} [1].", PASSAGES) == (f"{weak}.", [])
    assert resolve(f"{strong} [1]. {weak} [1].", PASSAGES)[0] == f"{strong} [1]. {weak}."


def test_what_a_citation_shows_is_of_the_sentences_that_cite_it() -> None:
    [cited] = resolve("An update of DQN takes 32 transitions [1]. The copy is made every 1000 steps [1].", [PAGE])[1]
    assert cited.quote in {"It is copied every 1000 steps.", "`batch_size` · 32 · transitions of an update"}
    long = Passage("l", "a.md", (1, 1), "A", "Word after word " * 100 + "ends here.")
    assert len(quote(long, "word after word")) <= QUOTED
    assert quote(long, "word after word").endswith("…")


@pytest.mark.parametrize(("end", "mark"), [("\n```", "\n\n[1]"), ("\n```\nDone", "\n\n[1]")])
def test_an_answer_of_code_names_what_it_was_copied_from(end: str, mark: str) -> None:
    said = "```python\n" + PASSAGES[2].text + end
    text, citations = resolve(said, PASSAGES)
    assert text == said + mark
    assert [c.source for c in citations] == ["rllte/agent/sac.py"]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["PPO clips ", "[1]", "[2]", "[77]", " [1, 5]", ". ", "\n", "【3】", "[00]", "word "])),
    st.integers(0, 3),
)
def test_every_marker_left_stands_for_one_citation(pieces: list[str], count: int) -> None:
    text, citations = resolve("".join(pieces), PASSAGES[:count])
    assert [c.id for c in citations] == list(range(1, len(citations) + 1))
    assert {int(n) for n in re.findall(r"\[(\d+)\]", text)} == {c.id for c in citations}
    places = {(p.source, p.lines) for p in PASSAGES[:count]}
    assert {(c.source, c.lines) for c in citations} <= places
    assert len({c.source for c in citations}) == len(citations)


def test_a_chinese_sentence_over_english_passages_is_held_by_its_names_and_numbers() -> None:
    held = [Passage("a", "ppo.md", (1, 2), "PPO", "PPO clips the probability ratio at 0.2.")]
    assert resolve("默认的裁剪范围是 0.2【1】。", held)[0] == "默认的裁剪范围是 0.2 [1]。"
    citer = Citer(held)
    assert citer.feed("默认的裁剪范围是 0.3【1】。") + citer.close() == "默认的裁剪范围是 0.3。"
    citer = Citer(held)
    citer.feed("它限制概率比，使更新更稳定。")
    citer.close()
    assert citer.citations == [], "nothing in it can be held against them"
    own = [Passage("b", "笔记.md", (1, 2), "", "好奇心奖励让智能体探索未知的状态。")]
    assert resolve("好奇心奖励让智能体探索未知的状态。", own)[1], "the user's own words are held against words"


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("It skips 4 frames.", "It skips 4 frames [1]."),
        ("It skips 5 frames.", "It skips 5 frames."),
        ("It eats 4 bananas.", "It eats 4 bananas."),
        ("It skips frames.", "It skips frames."),
    ],
)
def test_a_short_sentence_without_a_mark_is_cited_by_its_number_and_its_words(answer: str, text: str) -> None:
    held = [Passage("a", "atari.md", (1, 2), "Atari", "Each step skips 4 frames of the game.")]
    assert resolve(answer, held)[0] == text


def test_the_telling_lines_are_those_worth_most_word_for_word_and_without_code() -> None:
    page = Passage(
        "a",
        "corpus/x.md",
        (10, 16),
        "X",
        "First sentence here. Second sentence here.\n\n| a | b |\n|---|---|\n| `lr` | 0.1 |\n\n- item of a list",
    )
    code = Passage("b", "rllte/x.py", (1, 1), "x", "lr = 0.1")
    again = replace(page, id="c", source="corpus/y.md")
    lines = telling([page, code, again], [[0.2, 0.0, 0.9, 0.5], [9.0], [0.2, 0.0, 0.9, 0.5]], 3)
    assert [(one.id, one.quote, one.lines) for one in lines] == [
        (1, "`lr` · 0.1", (14, 14)),
        (2, "item of a list", (16, 16)),
        (3, "First sentence here.", (10, 10)),
    ], "what is worth nothing, code, and what was said already is left out"


def test_code_is_shown_where_it_speaks_most_of_the_question() -> None:
    code = Passage("a", "/home/x/tool.py", (3, 6), "slots", "def slots(n):\n    # of a node\n\n    return n // 4")
    prose = Passage("b", "corpus/x.md", (1, 3), "X", "Slots are told of here.\n\n```\nslots(8)\n```")
    place, block = code_of([code, prose], [[0.1, 0.9], [0.5, 0.2]]) or pytest.fail("no code")
    assert (place.id, place.source, place.lines, place.quote) == (1, "/home/x/tool.py", (3, 6), "")
    assert block == f"```python\n{code.text}\n```"
    assert code_of([code, prose], [[0.1, 0.4], [0.8, 0.2]]) is None, "a line of prose does"
    place, block = code_of([code, prose], [[0.1, 0.2], [0.1, 0.8]]) or pytest.fail("no code")
    assert (place.source, place.lines, block) == ("corpus/x.md", (3, 5), "```\nslots(8)\n```")
    assert code_of([], []) is code_of([code], [[0.0, 0.0]]) is None


def test_of_a_long_function_the_lines_around_are_shown_and_no_orders() -> None:
    text = "\n".join(["def long():", *(f"    step_{n}()" for n in range(100))])
    code = Passage("a", "/home/x/tool.py", (11, 111), "long", text)
    worth = [0.1] * 100
    worth[70], worth[71] = 0.9, FORBIDDEN
    place, block = code_of([code], [worth]) or pytest.fail("no code")
    first, last = place.lines
    shown = block.splitlines()[1:-1]
    assert last - first + 1 == len(shown) == CODE_LINES
    assert shown[0] == text.splitlines()[first - 11], "its lines are the file's"
    assert "    step_70()" in shown
    assert CUT in shown
    assert "    step_71()" not in shown
    place, _ = code_of([code], [[0.9, *worth[1:70], *[0.1] * 30]]) or pytest.fail("no code")
    assert place.lines == (11, 10 + CODE_LINES), "from the beginning, if it has the line"
