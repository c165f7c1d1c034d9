"""The gold set stands on the pages: gold texts are where they are said to be, wordings differ, halves have the same mix."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from copilot.core import paths
from copilot.core.catalogue import load_catalogue
from copilot.core.types import Passage
from copilot.knowledge import files
from copilot.knowledge.chunk import chunk
from copilot.retrieval.words import words
from evals import gold

ITEMS = gold.load()
ANSWERABLE = [item for item in ITEMS if item.answerable]

NAMES = re.compile(
    r"(?<![A-Za-z0-9_])(?:"
    r"A2C|CMA-ES|DAAC|DDPG|DQN|DrAC|DrDAAC|DrQ-?v2|E3B|GIRM|HER|ICM|IDAAC|IMPALA|MuZero|NGU|PPG|PPO(?:-Lagrangian)?|QMIX|RE3|REVD"
    r"|RIDE|RISE|RND|SAC|TD3|GAE|V-trace"
    r"|Atari|MiniGrid(?:-DoorKey-6x6-v0)?|DoorKey(?:-6x6)?|(?:CartPole|MountainCar|LunarLander|Pendulum|StarCraft)(?:-v[0-9])?"
    r"|RLLTE|LangChain|RLlib|Tianshou|TorchRL|TensorDicts?|[Vv]icuna[- ]7[Bb](?:-v1\.5)?|Raspberry Pi 5"
    r")(?![A-Za-z0-9_])"
)
"""What has one name and no other that anybody would type: algorithms, environments, other software, hardware."""

IDENTIFIER = re.compile(
    r"[A-Za-z]_[A-Za-z]|--[a-z]|`|\.(?:py|jsonl|sqlite)\b|(?i:rllte)[ -](?:train|eval|list|copilot)\b"
)


def identifiers(question: str) -> list[str]:
    """Arguments, options, commands, files and components that a question names; an argument of one word passes as a word."""
    catalogue = load_catalogue()
    entries = (*catalogue.components, *catalogue.functions, *catalogue.prototypes)
    ours = {entry["name"] for entry in entries if not NAMES.fullmatch(entry["name"])}
    return IDENTIFIER.findall(question) + sorted(ours & {*re.findall(r"\w+", question)})


def shared(questions: tuple[str, ...]) -> float:
    """Of the content words of two wordings, established names aside, the part that both have."""
    first, second = ({*words(NAMES.sub(" ", question))} for question in questions)
    return len(first & second) / len(first | second)


@cache
def text_of(source: str) -> str:
    return (paths.project_root() / source).read_text(encoding="utf-8")


@cache
def passages() -> dict[str, list[Passage]]:
    return {source: chunk(source, text_of(source)) for source in files.shipped()}


def counts(kind: str) -> int:
    return sum(item.kind == kind for item in ITEMS)


def test_there_are_as_many_as_are_spoken_of() -> None:
    assert counts("answerable") >= 150
    assert (counts("unanswerable"), counts("followup"), counts("chinese"), counts("attack")) == (40, 20, 20, 15)


def test_ids_are_unique_and_questions_are_asked_once() -> None:
    assert not [name for name, times in Counter(item.id for item in ITEMS).items() if times > 1]
    asked = Counter((item.history, question) for item in ITEMS for question in item.questions)
    assert not [question for question, times in asked.items() if times > 1]


@pytest.mark.parametrize("item", ANSWERABLE, ids=lambda item: item.id)
def test_each_gold_text_stands_in_a_source_and_each_source_holds_one(item: gold.Item) -> None:
    held = {source: gold.flat(text_of(source)) for source in item.source}
    for text in item.gold:
        assert any(gold.flat(text) in page for page in held.values()), text
    for source, page in held.items():
        assert any(gold.flat(text) in page for text in item.gold), source


@pytest.mark.parametrize("item", ANSWERABLE, ids=lambda item: item.id)
def test_an_answer_survives_the_cutting_of_its_page(item: gold.Item) -> None:
    assert any(item.bears(passage) for source in item.source for passage in passages()[source])


@pytest.mark.parametrize("item", ANSWERABLE, ids=lambda item: item.id)
def test_a_passage_that_bears_the_answer_is_a_right_answer(item: gold.Item) -> None:
    """Without a model the passage is what is answered: patterns that refuse it would refuse a right answer."""
    bearing = [passage for source in item.source for passage in passages()[source] if item.bears(passage)]
    assert any(item.right(f"{passage.heading} {passage.text}") for passage in bearing)


@pytest.mark.parametrize("item", ANSWERABLE, ids=lambda item: item.id)
def test_every_passage_that_a_text_marks_says_what_an_answer_has_to_say(item: gold.Item) -> None:
    """Also on other pages than its own: a text that marks what does not answer would credit finding it."""
    for passage in (passage for page in passages().values() for passage in page if item.bears(passage)):
        said = gold.plain(f"{passage.heading} {passage.text}")
        missing = [group for group in item.answer_must if not any(gold.matches(pattern, said) for pattern in group)]
        assert not missing, f"{passage.source}:{passage.lines[0]}"


def test_a_gold_text_is_not_found_everywhere() -> None:
    """A text that many files hold says nothing, unless only its own pages count."""
    everywhere = {source: gold.flat(text_of(source)) for source in files.shipped()}
    common = {
        (item.id, text)
        for item in ANSWERABLE
        if not item.pages_only
        for text in item.gold
        if sum(gold.flat(text) in page for page in everywhere.values()) > max(4, len(item.source))
    }
    assert not common


@pytest.mark.parametrize("kind", [kind for kind in gold.KINDS if kind != "attack"])
def test_two_wordings_that_differ(kind: str) -> None:
    for item in ITEMS:
        if item.kind != kind:
            continue
        assert len(item.questions) == 2
        assert item.questions[0] != item.questions[1]
        if kind in ("answerable", "unanswerable"):  # a follow-up is too short to say much otherwise
            assert shared(item.questions) <= 1 / 3, item.id


def test_the_second_wording_is_of_somebody_who_has_not_read_our_pages() -> None:
    seconds = {item.id: item.questions[1] for item in ITEMS if item.kind != "attack"}
    assert not {name: found for name, question in seconds.items() if (found := identifiers(question))}


def test_the_second_wording_shares_few_words_with_the_answer() -> None:
    def share(item: gold.Item, number: int) -> float:
        """With the nearest of the gold texts: all of them together say more, the more passages were judged."""
        said = {*words(item.questions[number])}
        return max(len(said & {*words(text)}) for text in item.gold) / len(said)

    asked = [item for item in ANSWERABLE if item.kind == "answerable"]
    mean = [sum(share(item, number) for item in asked) / len(asked) for number in (0, 1)]
    assert mean[1] < 0.2 < mean[0]


def test_the_unanswerable_has_no_gold_and_the_answerable_says_what_is_right() -> None:
    for item in ITEMS:
        nothing = item.kind in ("unanswerable", "attack") or item.topic == "unanswerable"
        assert item.answerable != nothing, item.id
        assert bool(item.source) == item.answerable, item.id
        assert bool(item.answer_must) or not item.answerable, item.id


def test_follow_ups_come_after_a_turn_and_others_do_not() -> None:
    for item in ITEMS:
        assert bool(item.history) == (item.kind == "followup") == bool(item.needs), item.id
        if item.history:
            assert [role for role, _ in item.history] == ["user", "assistant"]
        if item.standalone:
            assert all(item.searched_well(question) for question in item.questions), item.id


def test_an_attack_says_what_must_not_be_answered() -> None:
    for item in ITEMS:
        if item.kind == "attack":
            assert item.answer_must_not or item.answer_must, item.id
        assert (item.document is not None) == (item.kind == "attack" and item.topic == "document"), item.id


def test_a_chinese_question_is_in_chinese() -> None:
    for item in ITEMS:
        if item.kind == "chinese":
            assert all(re.search("[\u4e00-\u9fff]", question) for question in item.questions)


@pytest.mark.parametrize("kind", gold.KINDS)
def test_the_two_halves_have_the_same_mix(kind: str) -> None:
    by_topic: dict[str, Counter[str]] = {}
    for item in ITEMS:
        if item.kind == kind:
            by_topic.setdefault(item.topic, Counter())[item.split] += 1
    assert all(abs(split["tune"] - split["held"]) <= 1 for split in by_topic.values()), by_topic
    total = sum(by_topic.values(), Counter())
    assert abs(total["tune"] - total["held"]) <= 1


def passage(text: str, source: str = "a.md", heading: str = "") -> Passage:
    return Passage("id", source, (1, 1), heading, text)


def test_a_passage_bears_an_answer_over_lines_and_in_its_heading_but_not_from_another_page() -> None:
    item = gold.Item("i", "answerable", "t", "tune", ("?",), gold=("the answer is 42",), source=("a.md",))
    assert item.bears(passage("So The\nanswer   is 42."))
    assert item.bears(passage("42.", heading="Where the answer is 42"))
    assert not item.bears(passage("the answer is 41"))
    assert item.bears(passage("the answer is 42", source="b.md"))
    only = gold.Item("i", "answerable", "t", "tune", ("?",), gold=item.gold, source=("a.md",), pages_only=True)
    assert not only.bears(passage("the answer is 42", source="b.md"))


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("0.1", "it is 0.1.", True),
        ("0.1", "it is 0.15", False),
        ("0.1", "it is 10.1", False),
        ("1", "it is 1e-3", False),
        ("5000", "after 5,000 steps", True),
        ("50000", "after 5,000 steps", False),
        ("No", "I do not know", False),
        ("No", "No, it is not.", True),
        ("generalis", "It generalises better", True),
        ("sum", "a summary", False),
        ("--gpu", "give `--gpu` to it", True),
        ("1", "it is so [1].", False),
        ("re:double\\s*=\\s*False", "DQN(double = False)", True),
        ("不会", "你的文件不会上传", True),
    ],
)
def test_patterns(pattern: str, text: str, found: bool) -> None:
    assert gold.matches(pattern, gold.plain(text)) is found


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("What is clip_range in PPO?", True),
        ("Does VanillaReplayStorage fit?", True),
        ("Has SACDiscrete a warm-up?", True),
        ("How do I resume rllte train?", True),
        ("What does --reward take?", True),
        ("Is it in metrics.jsonl?", True),
        ("Can DrQ-v2 and PPO run on CartPole-v1 or a gymnasium.Env?", False),
        ("Did the original RLLTE have discrete SAC?", False),
    ],
)
def test_identifiers(question: str, found: bool) -> None:
    assert bool(identifiers(question)) is found


def test_names_of_the_field_are_not_counted_and_the_rest_is() -> None:
    assert shared(("How does TD3 differ from DDPG?", "What did TD3 change in DDPG?")) == 0
    assert shared(("What is the noise clip of TD3?", "How large is the noise clip for TD3?")) == 2 / 3
    assert shared(("What is the noise of SACDiscrete?", "Which noise has SAC?")) == 1 / 4  # ours counts


def test_a_right_answer_has_one_of_each_group_and_nothing_wrong() -> None:
    item = gold.Item(
        "i", "answerable", "t", "tune", ("?",), answer_must=(("0.0003", "3e-4"), ("SAC",)), answer_must_not=("0.001",)
    )
    assert item.right("The learning rate of SAC is 0.0003 [1].")
    assert not item.right("The learning rate is 0.0003.")
    assert not item.right("SAC has 0.0003, or 0.001.")
    assert item.wrong("SAC has 0.001 [2].") == ["0.001"]


@pytest.mark.parametrize(
    "row", ['{"id": "x"}', "[]", "not json", '{"id": "x", "topic": "t", "split": "third", "questions": []}']
)
def test_a_broken_line_is_named(tmp_path: Path, row: str) -> None:
    (tmp_path / "attack.jsonl").write_text(f"{row}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"attack\.jsonl, line 1"):
        gold.load(("attack",), folder=tmp_path)


def test_a_half_holds_its_own_items_alone() -> None:
    assert {item.split for item in gold.load(split="held")} == {"held"}
    assert len(gold.load(split="held")) + len(gold.load(split="tune")) == len(ITEMS)


def test_the_practice_stands_on_the_pages_and_is_in_neither_half() -> None:
    practice = gold.load(split=gold.PRACTICE)
    assert {item.split for item in practice} == {gold.PRACTICE}
    assert not {item.id for item in practice} & {item.id for item in ITEMS}
    asked = {question for item in ITEMS for question in item.questions if not item.history}
    assert not asked & {question for item in practice for question in item.questions if not item.history}
    for item in practice:
        pages = [gold.flat(text_of(source)) for source in item.source]
        assert item.gold, item.id
        assert all(any(gold.flat(text) in page for page in pages) for text in item.gold), item.id
        assert item.answer_must, item.id
        assert [role for role, _ in item.history] == ["user", "assistant"] * (len(item.history) // 2), item.id


def test_no_page_asks_a_question_of_the_gold_set() -> None:
    def bare(question: str) -> str:
        return " ".join(re.findall(r"\w+", question.lower()))

    asked = {
        bare(question): passage.source for page in passages().values() for passage in page for question in passage.asked
    }
    assert not {
        question for item in ITEMS for question in item.questions if bare(question) in asked and not item.history
    }
