"""Question -> retrieval -> answer with citations; whether to refuse is in `refusal`.

Covers one turn over a given retriever and chat model; knows nothing of files, terminals or how either is started.
"""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace

from copilot import prompts
from copilot.assistant.chinese import is_chinese
from copilot.assistant.condense import Exchange, found, in_context
from copilot.assistant.language import in_english, is_foreign
from copilot.assistant.refusal import HOPELESS, LIKELY, SURE, WEAK, declines, likely, refusal
from copilot.assistant.verify import MARKS, slips, unheld
from copilot.core.catalogue import Catalogue, load_catalogue
from copilot.core.errors import InvalidRequest, ModelUnreachable
from copilot.core.events import Answered, Event, Passages, Phase, Token
from copilot.core.types import Citation, Passage
from copilot.models.chat import Chat, Messages
from copilot.retrieval import Citer, Retriever, SearchResult, extract, require_words
from copilot.retrieval.addressed import repeats
from copilot.retrieval.cite import LEAST_WORDS, citation, code_of, telling
from copilot.retrieval.extract import title
from copilot.retrieval.words import words

ANSWER_TOKENS = 400
"""An answer is short by design; on a laptop's CPU this is about 15 s of writing."""

SOURCE_TOKENS = (260, 330, 420, 540, 700, 1000, 1500, 2000, 3000)
"""How much of the prompt the sources may take: steps, so that a small change of the machine's speed changes no answer."""

LOCAL_SOURCE_TOKENS = SOURCE_TOKENS[0]
"""The least, and what a local model is given whose speed is not known yet. A 1.5B model on two cores without AVX-512 reads
40 to 70 tokens a second: with this the first word comes after 5 to 8 s (LEADERBOARD.md)."""

SERVED_SOURCE_TOKENS = SOURCE_TOKENS[-1]
"""The most, and what a served model is given whose speed is not known: it reads thousands of tokens a second."""

FIRST_WORD_S = 5.0
"""So long the model may read before its first word."""

FRAME_TOKENS = 120
"""What it reads beside the sources: the question, the names of the sources, the question whether they answer."""

LINES, LINES_ALONE = 3, 5
"""Lines of the sources, word for word, beside a model's answer; and where they are the answer themselves. On the tuning half
three hold the answer in 0.82 of the cases, five in 0.87 (evals/LOG.md)."""

BEHIND = 0.5
"""What the worth of a line for a question with what was said before it counts, beside that for the question alone: the
passages are chosen by then, and a line has to speak of the question (evals/LOG.md)."""

MARKS_ALONE = 40
"""Characters of nothing but marks after which a reply is ended."""

LEAST_SOURCE_TOKENS = 128
"""With less no source says anything: the question is refused."""

TEMPLATE_TOKENS = 32
"""What a chat template writes around the messages."""

MOST_CHARACTERS = 4000
"""Of a question; a longer one is a document."""

_SENTENCES = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
_SURROGATES = re.compile("[\ud800-\udfff]")

SAY = {"en": "The sources say:", "zh": "来源中的原文："}
WARNINGS = {
    "en": ("Not in the sources:", "The library does not have this as written:"),
    "zh": ("来源中没有：", "库中没有这样的写法："),
}


@dataclass(frozen=True)
class _Turn:
    """What is known once the search is done."""

    question: str
    earlier: str
    """The questions before it, where this one may speak of them; else ""."""
    queries: tuple[str, ...]
    """What was searched."""
    foreign: bool
    """Whether the question is in a language of which the sources have no words."""
    found: SearchResult
    started: float
    timings: dict[str, float]

    def took(self, what: str) -> None:
        """Note the seconds since the question was asked, once."""
        self.timings.setdefault(what, time.perf_counter() - self.started)


@dataclass(frozen=True)
class Answerer:
    """Answers questions over one index.

    Args:
        retriever: finds passages.
        chat: the language model, or None: then the best passages themselves are the answer.
        source_tokens: how much of the prompt the sources may take where it is not known how fast the model reads.
        fixed_tokens: so much, whatever its speed; what was asked before takes its part of it.
        catalogue: what the library has; the answer's code is held against it.
    """

    retriever: Retriever
    chat: Chat | None
    source_tokens: int = LOCAL_SOURCE_TOKENS
    fixed_tokens: int | None = None
    catalogue: Catalogue = field(default_factory=load_catalogue)

    def ask(self, question: str, earlier: Sequence[Exchange] = ()) -> Iterator[Event]:
        """Yield phases, passages, tokens and at last one `Answered`.

        Args:
            question: in the user's own words, any language.
            earlier: the turns before it in the same conversation, oldest first.

        Raises:
            InvalidRequest: the question is empty, longer than a question, or leaves the sources no room in the context.
            ModelUnreachable: the model does not answer, or writes nothing.
        """
        question = checked(question)
        started = time.perf_counter()
        yield Phase("search", "searching the corpus")
        asked = in_context(question, earlier)
        queries, best, timings = asked.queries, found(self.retriever, asked), dict[str, float]()
        foreign = self.chat is not None and is_foreign(question, best.evidence.unknown)
        if self.chat is not None and foreign:
            room(self.chat, question, asked.asked)  # what is too long to be answered is too long for this, too
            yield Phase("translate", "translating the question")
            translated = in_english(
                self.chat, f"{question} {asked.asked}".strip()
            )  # what is too long is cut at its end
            queries = (translated,)
            timings["translated_s"] = time.perf_counter() - started
            best = self.retriever.search(translated)
        timings["retrieval_s"] = best.timings.get("total_s", 0.0)
        turn = _Turn(question, asked.asked, queries, foreign, best, started, timings)
        yield Passages(best.passages, best.hint)
        if not best.passages or best.strength < (WEAK if self.chat is None else HOPELESS):
            yield refusal(question, best.passages, turn.timings, None)
        elif self.chat is None:
            yield told(question, best.passages, self._worth(turn), best.passages, turn.timings)
        else:
            yield from self._read(self.chat, turn)

    def _worth(self, turn: _Turn) -> list[list[float]]:
        """How much each unit of what was found speaks of the question, in all the forms that were searched."""
        passages = turn.found.passages
        alone, *behind = (self.retriever.worth(query, passages) for query in turn.queries)
        for worth in behind:
            for row, more in zip(alone, worth, strict=True):
                row[:] = [own + BEHIND * other for own, other in zip(row, more, strict=True)]
        return alone

    def _read(self, chat: Chat, turn: _Turn) -> Iterator[Event]:
        """Let the model read what speaks of the question; it may say that this is no answer."""
        yield Phase("model", "waking the model")
        most = room(chat, turn.question, turn.earlier)
        wanted = self.fixed_tokens or affordable(chat.reads(), self.source_tokens)
        before = chat.count_tokens(turn.earlier) if turn.earlier else 0  # is read, too
        budget = max(LEAST_SOURCE_TOKENS, min(wanted - before, most))
        worth = self._worth(turn)
        used = extract(turn.found.passages, worth, chat.count_tokens, budget)
        yield Phase("read", f"reading {len(used)} sources")
        messages, strength = prompt(turn.question, turn.earlier, used), turn.found.strength
        if strength < SURE and likely(strength, chat.agrees(asking_whether(messages))) < LIKELY:
            turn.took("total_s")
            yield refusal(turn.question, used, turn.timings, chat.name)
        else:
            yield from self._write(chat, turn, used, worth, messages)

    def _write(
        self, chat: Chat, turn: _Turn, used: list[Passage], worth: list[list[float]], messages: Messages
    ) -> Iterator[Event]:
        """Stream the answer with its marks; set it aside if nothing bears it.

        A very small model that is told last to mark its sources may write nothing but marks: it is asked again without that.
        """
        for ending in (with_end(messages, "answer_end"), messages):
            citer = Citer(used, f"{turn.earlier} {turn.question}", foreign=turn.foreign)
            text = yield from _streamed(chat, turn, citer, ending)
            if not text or says(text):
                break
        if not text:
            raise ModelUnreachable(
                f"{chat.name} wrote nothing.",
                hint="Ask again in other words; --no-model shows the passages themselves.",
            )
        turn.took("total_s")
        given_away = repeats(text, prompts.load("answer_system"))
        if declines(text) and turn.found.strength < SURE:
            yield refusal(turn.question, used, turn.timings, chat.name)
            return
        if given_away or declines(text) or not citer.grounded or not says(text):
            # that the sources answer has been asked before: they speak for themselves
            yield told(turn.question, turn.found.passages, worth, used, turn.timings)
            return
        given = "\n".join([turn.earlier, turn.question, *(f"{p.heading}\n{p.text}" for p in used)])
        added = warnings(turn.question, unheld(text, given, self.catalogue), slips(text, self.catalogue))
        yield Token(added)
        cited = citer.citations
        shown = {citation.quote for citation in cited}
        more = [line for line in telling(turn.found.passages, worth, LINES) if line.quote not in shown]
        numbered = [replace(line, id=number) for number, line in enumerate(more, start=len(cited) + 1)]
        yield Answered(text + added, False, [*cited, *numbered], used, turn.timings, chat.name)


def _streamed(chat: Chat, turn: _Turn, citer: Citer, messages: Messages) -> Generator[Event, None, str]:
    """Yield what the model writes, as it comes; its whole text at the end. Marks alone are not shown, and soon ended."""
    pieces, written = list[str](), ""
    for piece in chat.stream(messages, max_tokens=ANSWER_TOKENS):
        turn.took("first_token_s")
        if not written:
            yield Phase("write", "writing")
        written += piece
        pieces.append(citer.feed(piece))
        yield Token(pieces[-1])
        over = len(written) > MARKS_ALONE and not says(written)
        if over or (_SENTENCES.search(piece + " ") and circles("".join(pieces))):
            break
    last = citer.close()
    if says("".join([*pieces, last])):
        yield Token(last)
    return "".join([*pieces, last]).strip()


def says(text: str) -> bool:
    """Whether a reply holds more than marks."""
    return bool(MARKS.sub("", text).strip())


def circles(text: str) -> bool:
    """Whether an answer begins to say again what it has said: a small model may not find the end."""
    said = [" ".join(words(MARKS.sub(" ", one))) for one in _SENTENCES.split(text) if one.strip()]
    said = [one for one in said if len(one.split()) >= LEAST_WORDS]
    return len(said) > len(set(said))


def affordable(reads: float | None, unknown: int) -> int:
    """How many tokens of sources the model reads in time.

    Args:
        reads: tokens a second; None where nobody knows.
        unknown: what to take then.
    """
    if reads is None:
        return unknown
    return max(
        (step for step in SOURCE_TOKENS if step <= reads * FIRST_WORD_S - FRAME_TOKENS), default=SOURCE_TOKENS[0]
    )


def room(chat: Chat, question: str, earlier: str) -> int:
    """How many tokens the sources may take: what the model's context holds beside all else that is sent, and the answer.

    Raises:
        InvalidRequest: the question leaves too few.
    """
    messages = with_end(prompt(question, earlier, []), "answer_end")
    sent = chat.count_tokens("\n\n".join(message["content"] for message in messages))
    left = chat.context_length - ANSWER_TOKENS - TEMPLATE_TOKENS - sent
    if left < LEAST_SOURCE_TOKENS:
        has = chat.count_tokens(question)
        raise InvalidRequest(
            f"The question has {has:,} tokens; expected at most {max(0, has + left - LEAST_SOURCE_TOKENS):,}: the context "
            f"of {chat.name} holds {chat.context_length:,}, with instructions, sources and the answer.",
            hint="Ask in fewer words, or choose a model with a longer context: rllte-copilot models list",
        )
    return left


def prompt(question: str, earlier: str, sources: list[Passage]) -> Messages:
    """The messages of one turn. What never changes comes first: the server keeps it."""
    before = f"Asked before: {earlier}\n\n" if earlier else ""
    user = prompts.load("answer_user", sources=label(sources), question=question, before=before)
    return [{"role": "system", "content": prompts.load("answer_system")}, {"role": "user", "content": user}]


def asking_whether(messages: Messages) -> Messages:
    """The question whether the sources answer, in the place of the answer."""
    return with_end(messages, "answer_gate")


def with_end(messages: Messages, name: str) -> Messages:
    """The same messages with another end: what the server has read of them for one end it need not read for the other.

    How to answer is said last, where a small model heeds it most (evals/LOG.md).
    """
    *before, last = messages
    return [*before, {**last, "content": f"{last['content']}\n\n{prompts.load(name)}"}]


def checked(question: str) -> str:
    """The question as text that can be searched, shown and kept; bytes that were no text are replaced.

    Raises:
        InvalidRequest: it is empty, or longer than a question.
    """
    require_words(question)
    if len(question) > MOST_CHARACTERS:
        raise InvalidRequest(
            f"The question has {len(question):,} characters; expected at most {MOST_CHARACTERS:,}.",
            hint="Ask for one thing at a time; a file is read with: rllte-copilot ingest PATH",
        )
    return readable(question)


def readable(text: str) -> str:
    """The text without lone surrogates: Python's stand-in for bytes that it could not decode."""
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)


def prime(chat: Chat) -> None:
    """Let the model read what every prompt begins with: it stays cached, and the first question is answered sooner."""
    messages = [{"role": "system", "content": prompts.load("answer_system")}, {"role": "user", "content": "Sources:"}]
    for _ in chat.stream(messages, max_tokens=1):
        pass


def label(passages: list[Passage]) -> str:
    """The sources as the model sees them: numbered, named, whole."""
    blocks = [f"[{n}] {title(p)}\n{p.text.strip()}" for n, p in enumerate(passages, start=1)]
    return "\n\n".join(blocks)


def cite(passages: list[Passage]) -> list[Citation]:
    """Citations for passages shown as they are, numbered from 1."""
    return [citation(n, p) for n, p in enumerate(passages, start=1)]


def warnings(question: str, unheld_names: list[str], wrong: list[str]) -> str:
    """What the reader should check before believing it."""
    not_held, not_there = WARNINGS["zh" if is_chinese(question) else "en"]
    said = f"\n\n{not_held} {', '.join(f'`{name}`' for name in unheld_names)}." if unheld_names else ""
    return said + (f"\n\n{not_there} {'; '.join(wrong)}." if wrong else "")


def told(
    question: str, found: list[Passage], worth: list[list[float]], shown: list[Passage], timings: dict[str, float]
) -> Answered:
    """The sources' own lines as the answer, before them the code that speaks more of the question than any line of prose.

    Whole passages where no line of them speaks of it.

    Args:
        question: in the user's words.
        found: passages, best first.
        worth: of each unit of each of them.
        shown: the passages that are shown beside the answer.
        timings: of the turn.
    """
    code, lines = code_of(found, worth), telling(found, worth, LINES_ALONE)
    if not code and not lines:
        blocks = [f"**{p.heading or p.source}** [{n}]\n\n{p.text.strip()}" for n, p in enumerate(found[:3], start=1)]
        return Answered("\n\n".join(blocks), False, cite(found[:3]), found[:3], timings, None)
    first = [code[0]] if code else []
    lines = [replace(line, id=number) for number, line in enumerate(lines, start=len(first) + 1)]
    named = [f"**{line.heading.split(' > ')[0]}**: {line.quote}" if line.heading else line.quote for line in lines]
    said = "\n".join(f"- {text} [{line.id}]" for text, line in zip(named, lines, strict=True))
    block = f"**{code[0].heading or code[0].source}** [1]\n\n{code[1]}" if code else ""
    text = "\n\n".join(part for part in (SAY["zh" if is_chinese(question) else "en"], block, said) if part)
    return Answered(text, False, [*first, *lines], shown, timings, None)
