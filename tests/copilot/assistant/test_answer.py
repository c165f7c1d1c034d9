"""The answer path over a fake retriever and the packaged fake model: citations, refusal, extraction, budget."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from copilot import prompts
from copilot.assistant.answer import ANSWER_TOKENS, Answerer, affordable, told
from copilot.assistant.condense import Exchange
from copilot.core.errors import InvalidRequest
from copilot.core.events import Answered, Event, Passages, Token
from copilot.core.types import Passage
from copilot.knowledge.units import units
from copilot.retrieval import Evidence, SearchResult
from copilot.retrieval.words import words

GAE = Passage("a", "corpus/concepts/gae.md", (3, 5), "GAE", "GAE mixes n-step advantages with the factor lambda.", 0.9)
PPO = Passage("b", "corpus/modules/ppo.md", (10, 12), "PPO", "PPO clips the probability ratio.", 0.8)


STRONG, MIDDLING, WEAK = Evidence(1.0, 1.0, 0.0), Evidence(0.55, 0.52, 0.05), Evidence(0.2, 0.0, 1.0)


@dataclass
class FakeRetriever:
    passages: list[Passage]
    evidence: Evidence = STRONG
    stale: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def search(self, query: str, k: int = 8) -> SearchResult:
        self.asked.append(query)
        return SearchResult(self.passages[:k], {"total_s": 0.01}, self.evidence, self.stale)

    def worth(self, query: str, passages: list[Passage]) -> list[list[float]]:
        asked = set(words(query))
        return [[float(len(asked & set(words(unit.text)))) for unit in units(passage)] for passage in passages]


@dataclass
class FakeChat:
    reply: str
    agreed: float | None = None
    name: str = "fake"
    context_length: int = 4096
    speed: float | None = None
    seen: list[list[dict[str, str]]] = field(default_factory=list)
    judged: list[list[dict[str, str]]] = field(default_factory=list)

    def stream(self, messages: list[dict[str, str]], **_: Any) -> Any:
        self.seen.append(messages)
        yield from (f"{word} " for word in self.reply.split(" "))

    def complete_json(
        self, messages: list[dict[str, str]], schema: dict[str, Any], *, max_tokens: int
    ) -> dict[str, Any]:
        raise AssertionError("an answer is not JSON")

    def agrees(self, messages: list[dict[str, str]]) -> float | None:
        self.judged.append(messages)
        return self.agreed

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def reads(self) -> float | None:
        return self.speed


def ask(retriever: FakeRetriever, chat: FakeChat | None, **options: Any) -> tuple[list[Event], Answered]:
    events = list(Answerer(retriever, chat, **options).ask("What does lambda do?"))
    last = events[-1]
    assert isinstance(last, Answered)
    return events, last


def test_markers_become_citations_with_lines() -> None:
    events, answered = ask(FakeRetriever([GAE, PPO]), FakeChat("Lambda mixes advantages [1]."))
    assert [c.source for c in answered.citations] == [GAE.source]
    assert answered.citations[0].lines == (3, 5)
    assert any(isinstance(event, Token) for event in events)
    assert any(isinstance(event, Passages) for event in events)
    assert {"retrieval_s", "first_token_s", "total_s"} <= set(answered.timings)


def test_a_marker_outside_the_sources_is_never_a_citation() -> None:
    _, answered = ask(FakeRetriever([GAE]), FakeChat("Lambda mixes advantages [1] [7]."))
    assert {c.source for c in answered.citations} == {GAE.source}
    assert "[7]" not in answered.text


@pytest.mark.parametrize("retriever", [FakeRetriever([]), FakeRetriever([PPO], WEAK)])
def test_weak_evidence_is_refused_without_asking_the_model(retriever: FakeRetriever) -> None:
    chat = FakeChat("I will make something up.")
    _, answered = ask(retriever, chat)
    assert answered.refused
    assert not chat.seen
    assert "does not hold" in answered.text


def test_a_model_that_has_read_the_sources_and_says_no_refuses_and_one_without_an_opinion_does_not() -> None:
    for agreed, refused in ((0.02, True), (0.9, False), (None, False)):
        chat = FakeChat("Lambda mixes the n-step advantages [1].", agreed)
        _, answered = ask(FakeRetriever([GAE, PPO], MIDDLING), chat)
        assert answered.refused is refused
        assert bool(chat.seen) is not refused


def test_where_the_search_is_sure_the_model_is_not_asked_whether() -> None:
    chat = FakeChat("Lambda mixes the n-step advantages [1].", 0.02)
    _, answered = ask(FakeRetriever([GAE, PPO]), chat)
    assert not answered.refused
    assert not chat.judged


def test_what_the_model_is_asked_first_begins_like_the_prompt_of_the_answer() -> None:
    """So that the server, which keeps what it has read, reads the sources once."""
    chat = FakeChat("Lambda mixes the n-step advantages [1].", 0.9)
    ask(FakeRetriever([GAE, PPO], MIDDLING), chat)
    [judged], [seen] = chat.judged, chat.seen
    assert judged[:-1] == seen[:-1]
    shared, _, end = seen[-1]["content"].rpartition("\n\n")
    assert judged[-1]["content"].startswith(f"{shared}\n\n")
    assert shared.endswith("What does lambda do?")
    assert end == prompts.load("answer_end")


def test_without_a_model_the_lines_that_speak_of_the_question_are_the_answer() -> None:
    about = replace(PPO, text="PPO clips the probability ratio. Cats sleep.\n\n- lambda does nothing here")
    _, answered = ask(FakeRetriever([GAE, about]), None)
    assert not answered.refused
    assert answered.text.splitlines()[2:] == [f"- **GAE**: {GAE.text} [1]", "- **PPO**: lambda does nothing here [2]"]
    assert [(c.source, c.lines) for c in answered.citations] == [(GAE.source, (3, 3)), (PPO.source, (12, 12))]
    assert answered.model is None


def test_without_a_model_and_without_prose_the_passages_are_the_answer() -> None:
    code = Passage("c", "rllte/agent/ppo.py", (1, 2), "PPO", "lambda_ = 0.95\nclip = 0.2")
    _, answered = ask(FakeRetriever([code]), None)
    assert code.text in answered.text
    assert [c.source for c in answered.citations] == [code.source]


def test_lines_that_speak_of_the_question_stand_beside_a_model_s_answer() -> None:
    other = replace(PPO, text="Cats sleep. With a lambda of 1 returns are plain sums.")
    _, answered = ask(FakeRetriever([GAE, other]), FakeChat("GAE mixes n-step advantages with the factor lambda [1]."))
    assert [(c.id, c.quote) for c in answered.citations] == [
        (1, GAE.text),
        (2, "With a lambda of 1 returns are plain sums."),
    ]
    assert "[2]" not in answered.text


def test_what_no_line_states_has_no_mark_and_the_lines_stand_below() -> None:
    lines = ["Resuming lambda needs the same arguments.", "Weights of lambda lie elsewhere.", "Storages have lambda."]
    reply = "Resuming needs weights and storages elsewhere, no arguments"
    _, answered = ask(FakeRetriever([replace(GAE, text=" ".join(lines))]), FakeChat(f"{reply} [1]."))
    assert (answered.model, answered.text) == ("fake", f"{reply}.")
    assert [(c.id, c.quote) for c in answered.citations] == list(enumerate(lines, start=1))


def test_of_a_source_too_long_only_what_speaks_of_the_question_is_read() -> None:
    rows = "\n".join(f"- item {number} is about something else entirely" for number in range(60))
    long = Passage("c", "corpus/x.md", (1, 61), "X", f"{rows}\n- lambda does this: it mixes.", 0.7)
    chat = FakeChat("Yes [1].")
    _, answered = ask(FakeRetriever([GAE, long]), chat, source_tokens=128)
    assert [p.id for p in answered.passages] == ["a", "c"]
    assert answered.passages[1].lines == (61, 61)
    read = chat.seen[0][-1]["content"]
    assert "lambda does this" in read
    assert "something else" not in read


@pytest.mark.parametrize("reply", ["The sources do not contain information about lambda.", "来源中没有提到这个参数。"])
def test_an_answer_that_says_there_is_none_is_a_refusal_unless_the_search_is_sure(reply: str) -> None:
    _, answered = ask(FakeRetriever([GAE, PPO], MIDDLING), FakeChat(reply, 0.9))
    assert answered.refused
    assert answered.citations == []
    assert "corpus/concepts/gae.md:3" in answered.text
    _, strong = ask(FakeRetriever([GAE, PPO]), FakeChat(reply))
    assert (strong.refused, strong.model, [c.quote for c in strong.citations]) == (False, None, [GAE.text])


@pytest.mark.parametrize("reply", ["Bananas are yellow and grow in warm regions of the earth.", "[1] [2]"])
def test_an_answer_that_nothing_bears_gives_way_to_the_sources_own_lines(reply: str) -> None:
    for evidence in (MIDDLING, STRONG):
        _, answered = ask(FakeRetriever([GAE, PPO], evidence), FakeChat(reply, 0.9))
        assert (answered.refused, answered.model, [c.quote for c in answered.citations]) == (False, None, [GAE.text])


def test_names_and_numbers_that_no_source_holds_are_named_below_the_answer() -> None:
    reply = "GAE mixes n-step advantages with lambda [1]. Use RainbowDQN with 0.37 on RainbowPole-v3 and gae_lambda."
    events, answered = ask(FakeRetriever([GAE, PPO]), FakeChat(reply))
    assert not answered.refused
    last = answered.text.splitlines()[-1]
    assert last == "Not in the sources: `RainbowDQN`, `RainbowPole-v3`, `0.37`."
    assert [event.text for event in events if isinstance(event, Token)][-1].strip() == last


@dataclass
class Marking(FakeChat):
    """Writes nothing but marks as long as it is told last to mark its sources."""

    def stream(self, messages: list[dict[str, str]], **options: Any) -> Any:
        marks = prompts.load("answer_end") in messages[-1]["content"]
        for piece in super().stream(messages, **options):
            yield "[1] " if marks else piece


def test_a_model_that_writes_only_marks_is_asked_again_without_being_told_to_mark() -> None:
    chat = Marking("Lambda mixes the n-step advantages.")
    events, answered = ask(FakeRetriever([GAE, PPO]), chat)
    assert len(chat.seen) == 2
    assert answered.model == "fake"
    assert answered.text.startswith("Lambda mixes the n-step advantages")
    shown = "".join(event.text for event in events if isinstance(event, Token))
    assert shown.strip().startswith("Lambda"), "the marks alone are not shown"


def test_marks_without_an_end_are_ended() -> None:
    chat = FakeChat("[1] " * 400)
    _, answered = ask(FakeRetriever([GAE, PPO]), chat)
    assert len(chat.seen) == 2
    assert answered.model is None, "the lines of the sources are told"
    assert not answered.refused


def test_a_line_has_to_speak_of_the_question_more_than_of_what_was_said_before() -> None:
    lines = "PPO clips the probability ratio of actions.\n\nThe temperature of entropy is learned by gradient steps."
    passage = replace(PPO, text=lines, lines=(10, 12))
    before = [Exchange("How is the ratio clipped?", "The probability ratio is clipped.")]
    [*_, last] = Answerer(FakeRetriever([passage]), None).ask(
        "And how is the temperature learned by gradient steps?", before
    )
    assert isinstance(last, Answered)
    assert last.citations[0].quote.startswith("The temperature")


def test_what_was_asked_before_is_read_too_and_leaves_less_room_for_sources() -> None:
    text = "Lambda of this kind mixes advantages of so many steps, and how it does that is told here in words enough, number"
    passages = [replace(GAE, id=str(n), text=f"{text} {n}.") for n in range(8)]
    read = []
    for before in ("What is lambda?", "What is lambda? " * 12):
        chat = FakeChat("Lambda of this kind mixes advantages [1].")
        answerer = Answerer(FakeRetriever(passages), chat, fixed_tokens=200)
        list(answerer.ask("And how does it mix?", [Exchange(before)]))
        read.append(chat.seen[0][-1]["content"].count("mixes advantages"))
    assert read[1] < read[0]


def test_a_follow_up_is_searched_with_what_was_said_before_and_the_model_is_told_the_questions() -> None:
    before = [Exchange("What does gae_lambda do in PPO?", "It mixes [1].")]
    retriever, chat = FakeRetriever([GAE, PPO]), FakeChat("It is 0.95 [1].")
    list(Answerer(retriever, chat).ask("And its default in A2C?", before))
    assert retriever.asked == [
        "And its default in A2C?",
        "And its default in A2C? What does gae_lambda do in ? It mixes .",
    ]
    assert "What does gae_lambda do in PPO?" in chat.seen[0][-1]["content"]
    list(Answerer(retriever, chat).ask("Which Linux kernel does the weaker sandbox need?", before))
    assert retriever.asked[-2] == "Which Linux kernel does the weaker sandbox need?"
    assert "gae_lambda" not in chat.seen[1][-1]["content"]


def test_a_refusal_speaks_the_question_s_language() -> None:
    [*_, last] = Answerer(FakeRetriever([PPO], WEAK), None).ask("今天天气怎么样？")
    assert isinstance(last, Answered)
    assert last.refused
    assert "语料库" in last.text


def test_a_slip_in_the_code_is_named_below_it() -> None:
    code = "Lambda mixes [1].\n\n```python\nfrom rllte.agent import PPO\nPPO(env, lambda_=0.9)\n```"
    _, answered = ask(FakeRetriever([GAE, PPO]), FakeChat(code))
    assert not answered.refused
    assert answered.text.splitlines()[-1].startswith("The library does not have this as written: PPO has no argument")


def test_a_forgotten_mark_is_put_back_only_where_a_source_holds_the_words() -> None:
    _, answered = ask(FakeRetriever([PPO, GAE]), FakeChat("Lambda mixes the n-step advantages."))
    assert not answered.refused
    assert [c.source for c in answered.citations] == [GAE.source]


def test_what_is_added_to_an_answer_is_streamed_as_well() -> None:
    reply = "Mixed [1].\n```python\nfrom rllte.agent import PPO\nPPO(env, lambda_=1)\n```"
    events, answered = ask(FakeRetriever([GAE]), FakeChat(reply))
    last = [event.text for event in events if isinstance(event, Token)][-1]
    assert "no argument lambda_" in last
    assert answered.text.endswith(last)


def test_an_answer_that_goes_round_in_circles_is_ended() -> None:
    said = "GAE mixes n-step advantages with the factor lambda [1]."
    events, answered = ask(FakeRetriever([GAE]), FakeChat(" ".join([said] * 12)))
    assert answered.text.count("GAE mixes") == 2
    assert "".join(event.text for event in events if isinstance(event, Token)).strip() == answered.text
    _, twice = ask(FakeRetriever([GAE]), FakeChat(f"{said} Yes. PPO. Yes. {said[:-5]} and gamma [1]."))
    assert twice.text.count("GAE mixes") == 2, "what is short, or goes on in another way, is no circle"


def test_a_document_is_no_question() -> None:
    with pytest.raises(InvalidRequest, match="4,000"):
        list(Answerer(FakeRetriever([GAE]), None).ask("How? " * 1000))


def test_what_was_left_out_because_its_file_has_changed_is_said() -> None:
    events, _ = ask(FakeRetriever([GAE], stale=["/home/me/notes.md"]), None)
    hints = [event.hint for event in events if isinstance(event, Passages)]
    assert len(hints) == 1
    assert "/home/me/notes.md" in hints[0]
    assert hints[0].endswith("rllte-copilot ingest")


@pytest.mark.parametrize(
    ("reads", "tokens"),
    [(None, 7), (0.1, 260), (60.0, 260), (83.9, 260), (90.1, 330), (132.0, 540), (700.0, 3000), (1e6, 3000)],
)
def test_the_faster_a_model_reads_the_more_it_is_given(reads: float | None, tokens: int) -> None:
    assert affordable(reads, unknown=7) == tokens


def test_a_fast_model_reads_more_than_a_slow_one_and_a_fixed_amount_is_kept() -> None:
    passages = [replace(GAE, id=str(n), source=f"corpus/{n}.md", text=f"Lambda {n} " * 200) for n in range(8)]

    def read(**options: Any) -> int:
        speed = options.pop("speed")
        chat = FakeChat("Lambda mixes [1].", speed=speed, context_length=8192)
        ask(FakeRetriever(passages), chat, **options)
        return len(chat.seen[0][-1]["content"])

    slow, fast = read(speed=50.0), read(speed=5000.0)
    assert fast > 2 * slow
    assert read(speed=5000.0, fixed_tokens=260) == slow
    assert read(speed=None, source_tokens=3000) == fast


def test_without_a_model_code_that_speaks_most_of_the_question_is_shown_before_the_lines() -> None:
    code = Passage("a", "/home/x/tool.py", (3, 4), "slots", "def slots(n):\n    return n // 4")
    prose = Passage("b", "corpus/x.md", (7, 7), "X > Y", "Slots are told of here.")
    answered = told("slots?", [code, prose], [[0.9], [0.5]], [code], {})
    assert answered.text == (
        f"The sources say:\n\n**slots** [1]\n\n```python\n{code.text}\n```\n\n- **X**: Slots are told of here. [2]"
    )
    assert [(one.id, one.source, one.lines) for one in answered.citations] == [
        (1, "/home/x/tool.py", (3, 4)),
        (2, "corpus/x.md", (7, 7)),
    ]
    whole = told("slots?", [code, prose], [[0.0], [0.0]], [code], {})
    assert [one.lines for one in whole.citations] == [(3, 4), (7, 7)], "nothing speaks of it: the passages themselves"


@dataclass
class Counting(FakeChat):
    """Counts as finely as a tokenizer of a language that it hardly knows."""

    def count_tokens(self, text: str) -> int:
        return len(text) // 2

    def sent(self) -> int:
        """Tokens of the longest that it was sent."""
        return max(
            self.count_tokens("".join(m["content"] for m in messages)) for messages in [*self.seen, *self.judged]
        )


LONG = "What does lambda do? " + "I have read this and that of lambda. " * 100
MANY = [replace(GAE, id=str(n), source=f"corpus/{n}.md", text=f"Lambda {n} mixes advantages. " * 60) for n in range(8)]


@pytest.mark.parametrize("question", ["What does lambda do?", LONG])
@pytest.mark.parametrize("earlier", [(), (Exchange("What is lambda? " * 12),)])
def test_a_long_question_leaves_less_room_for_sources_and_all_fits_the_context(
    question: str, earlier: tuple[Exchange, ...]
) -> None:
    assert len(question) < 4000
    chat = Counting("Lambda mixes advantages [1].", 0.9)
    list(Answerer(FakeRetriever(MANY, MIDDLING), chat, source_tokens=3000).ask(question, earlier))
    assert 0.7 * chat.context_length < chat.sent() + ANSWER_TOKENS <= chat.context_length
    assert "mixes advantages" in chat.seen[0][-1]["content"]


@pytest.mark.parametrize("evidence", [STRONG, Evidence(0.9, 0.9, 1.0)])
def test_a_question_that_leaves_no_room_for_sources_is_refused_with_what_it_may_take(evidence: Evidence) -> None:
    chat = Counting("Lambda mixes advantages [1].", context_length=2800)
    with pytest.raises(
        InvalidRequest, match=r"has 1,8\d\d tokens; expected at most 1,\d\d\d: .* fake holds 2,800"
    ) as caught:
        list(Answerer(FakeRetriever(MANY, evidence), chat).ask(LONG))
    assert "longer context" in caught.value.hint
    assert not chat.seen, "nor is it translated"
    most = int(re.findall(r"at most ([\d,]+)", caught.value.message)[0].replace(",", ""))
    list(Answerer(FakeRetriever(MANY), chat).ask(LONG[: 2 * most]))
    assert chat.sent() + ANSWER_TOKENS <= chat.context_length


def test_where_there_is_room_the_length_of_a_question_takes_nothing_from_the_sources() -> None:
    read = []
    for question in ("What does lambda do?", LONG):
        chat = Counting("Lambda mixes advantages [1].", context_length=8192)
        [*_, last] = Answerer(FakeRetriever(MANY), chat, fixed_tokens=420).ask(question)
        assert isinstance(last, Answered)
        read.append(sum(chat.count_tokens(passage.text) for passage in last.passages))
    assert read[0] == read[1] > 300
