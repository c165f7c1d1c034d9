"""Question -> retrieval -> answer with citations. Decides by the evidence, not by the model's word, whether to refuse.

Covers one turn over a given retriever and chat model; knows nothing of files, terminals or how either is started.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from copilot import prompts
from copilot.assistant.chinese import is_chinese, with_english
from copilot.assistant.marks import Marks
from copilot.assistant.verify import SLIPS, defined, known_names, made_up_environments, slips
from copilot.core.catalogue import Catalogue, load_catalogue
from copilot.core.errors import InvalidRequest, ModelUnreachable
from copilot.core.events import Answered, Event, Passages, Phase, Token
from copilot.core.places import beginning
from copilot.core.types import Citation, Passage
from copilot.models.chat import Chat
from copilot.retrieval import Retriever, fit, require_words, resolve
from copilot.retrieval.cite import citation
from copilot.retrieval.words import names, words

ANSWER_TOKENS = 400
"""An answer is short by design; on a laptop's CPU this is about 15 s of writing."""

LOCAL_SOURCE_TOKENS = 480
"""A 1.5B model on two cores reads about 70 tokens a second: this keeps the first word within 8 s."""

SERVED_SOURCE_TOKENS = 3000
"""A served model reads thousands of tokens a second."""

MOST_CHARACTERS = 4000
"""Of a question; a longer one is a document."""

WEAK = 0.30
"""Below this retrieval strength the corpus does not hold the answer; see evals/answers.py for how it was chosen."""

_SURROGATES = re.compile("[\ud800-\udfff]")

REFUSALS = {
    "en": ("The corpus does not hold an answer to this.", "The nearest it has:"),
    "zh": ("语料库中没有这个问题的答案。", "最接近的内容："),
}


@dataclass(frozen=True)
class Answerer:
    """Answers questions over one index.

    Args:
        retriever: finds passages.
        chat: the language model, or None: then the best passages themselves are the answer.
        source_tokens: how much of the prompt the sources may take.
        catalogue: what the library has; the answer's code is held against it.
    """

    retriever: Retriever
    chat: Chat | None
    source_tokens: int = LOCAL_SOURCE_TOKENS
    catalogue: Catalogue = field(default_factory=load_catalogue)

    def ask(self, question: str, history: list[dict[str, str]] | None = None) -> Iterator[Event]:
        """Yield phases, passages, tokens and at last one `Answered`.

        Args:
            question: in the user's own words, any language.
            history: earlier turns as chat messages, oldest first.

        Raises:
            InvalidRequest: the question is empty, or longer than a question.
            ModelUnreachable: the model does not answer, or writes nothing.
        """
        question = checked(question)
        started = time.perf_counter()
        yield Phase("search", "searching the corpus")
        found = self.retriever.search(with_english(question))
        timings = {"retrieval_s": found.timings.get("total_s", time.perf_counter() - started)}
        yield Passages(found.passages, found.hint)
        if not found.passages or found.strength < WEAK:
            yield _refusal(question, found.passages, timings, None)
            return
        if self.chat is None:
            yield _extract(found.passages, timings)
            return
        yield from self._write(self.chat, question, found.passages, history or [], timings, started)

    def _write(
        self,
        chat: Chat,
        question: str,
        passages: list[Passage],
        history: list[dict[str, str]],
        timings: dict[str, float],
        started: float,
    ) -> Iterator[Event]:
        yield Phase("model", "waking the model")
        room = chat.context_length - ANSWER_TOKENS - 512  # 512: the system prompt, the template and the question
        used = fit(passages, chat.count_tokens, max(128, min(self.source_tokens, room)))
        yield Phase("read", f"reading {len(used)} sources")
        messages = [
            {"role": "system", "content": prompts.load("answer_system")},
            *history,
            {"role": "user", "content": prompts.load("answer_user", sources=label(used), question=question)},
        ]
        pieces, marks = list[str](), Marks(len(used))
        for piece in chat.stream(messages, max_tokens=ANSWER_TOKENS):
            if not pieces:
                timings["first_token_s"] = time.perf_counter() - started
                yield Phase("write", "writing")
            pieces.append(piece)
            yield Token(marks.feed(piece))
        yield Token(marks.close())
        if not "".join(pieces).strip():
            raise ModelUnreachable(
                f"{chat.name} wrote nothing.",
                hint="Ask again in other words; --no-model shows the passages themselves.",
            )
        text, citations = resolve("".join(pieces), used)
        timings["total_s"] = time.perf_counter() - started
        given = "\n".join([question, *(passage.text for passage in used)])
        unmarked = not marks.used and invented(text, question, used, self.catalogue)
        if unmarked or made_up_environments(text, given, self.catalogue):
            yield _refusal(question, used, timings, chat.name)
            return
        added = ""
        if not citations:
            added, citations = attribute(text, used)
        if wrong := slips(text, self.catalogue):
            added += f"\n\n{SLIPS} {'; '.join(wrong)}."
        yield Token(added)
        yield Answered(text.rstrip() + added, False, citations, used, timings, chat.name)


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


def invented(answer: str, question: str, passages: list[Passage], catalogue: Catalogue) -> set[str]:
    """Names of code in an answer that nothing holds: not the question, a source, the catalogue or the answer's own code.

    A small model fills gaps with them.
    """
    known = names(question).union(*(names(passage.text) | names(passage.heading) for passage in passages))
    return names(answer) - known - known_names(catalogue) - defined(answer)


def attribute(answer: str, passages: list[Passage]) -> tuple[str, list[Citation]]:
    """The mark to add to an answer whose model forgot its marks: of the source that holds most of its words, if one does."""
    wanted = set(words(answer))
    shared = [len(wanted & set(words(f"{passage.heading} {passage.text}"))) for passage in passages]
    if not shared or max(shared) * 2 < len(wanted):
        return "", []
    best = passages[shared.index(max(shared))]
    gap = "\n\n" if answer.rstrip().endswith("```") else " "  # behind a fence on its line, the fence would not close
    return f"{gap}[1]", [citation(1, best)]


def label(passages: list[Passage]) -> str:
    """The sources as the model sees them: numbered, named, whole."""
    blocks = [f"[{n}] {p.source} ({p.heading})\n{p.text.strip()}" for n, p in enumerate(passages, start=1)]
    return "\n\n".join(blocks)


def cite(passages: list[Passage]) -> list[Citation]:
    """Citations for passages shown as they are, numbered from 1."""
    return [citation(n, p) for n, p in enumerate(passages, start=1)]


def _refusal(question: str, passages: list[Passage], timings: dict[str, float], model: str | None) -> Answered:
    near = passages[:3]
    places = "; ".join(f"`{beginning(p)}` ({p.heading})" for p in near)
    refused, nearest = REFUSALS["zh" if is_chinese(question) else "en"]
    return Answered(refused + (f" {nearest} {places}." if near else ""), True, [], near, timings, model)


def _extract(passages: list[Passage], timings: dict[str, float]) -> Answered:
    best = passages[:3]
    blocks = [f"**{p.heading or p.source}** [{n}]\n\n{p.text.strip()}" for n, p in enumerate(best, start=1)]
    return Answered("\n\n".join(blocks), False, cite(best), best, timings, None)
