"""An error explained: what was raised and where, its cause by rule, what the corpus says of it, and what may mend it.

The rules' words come first and stand whatever a model writes after them. The model reads the sources alone; what it writes
is held to them as an answer is, and left out where nothing bears it. Nothing is changed here: a remedy is offered.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field, replace

from copilot import prompts
from copilot.assistant import causes
from copilot.assistant.answer import ANSWER_TOKENS, LOCAL_SOURCE_TOKENS, affordable, asking_whether, label, warnings
from copilot.assistant.causes import Cause
from copilot.assistant.chinese import is_chinese
from copilot.assistant.refusal import LIKELY, SURE, WEAK, declines, likely
from copilot.assistant.remedy import remedy
from copilot.assistant.trace import Frame, Trace
from copilot.assistant.verify import MARKS, slips, unheld
from copilot.codegen import Spec
from copilot.core.catalogue import Catalogue, load_catalogue
from copilot.core.errors import CopilotError
from copilot.core.events import Answered, Event, Passages, Phase, Token
from copilot.core.types import Citation, Passage
from copilot.models.chat import Chat
from copilot.retrieval import Citer, Retriever, SearchResult, extract
from copilot.retrieval.cite import citation

PASSAGES = 4
"""Of the search, beside the page that the rule names."""
SHOWN, SHOWN_CHARACTERS = 2, 500
"""Passages that stand for themselves where there is no model, and how much of each."""
QUERY_CHARACTERS = 240
WRITTEN_TOKENS = 140
"""Three sentences. A 1.5B model that goes on invents: asked of NaN logits it wanted them between 0 and 1."""

WORDS = {
    "en": {
        "at": "{error} in line {line} of `{file}`",
        "alone": "{error}",
        "cut": "The traceback breaks off before the exception; the last line that it shows is line {line} of `{file}`",
        "ended": "The run ended with the status {status}",
        "from": "It was raised from {error}",
        "sandbox": "The sandbox says: {text}.",
        "why": "**Cause**: {text}",
        "what": "**What to do**: {text}",
        "edit": "A change of the plan that may mend it: `/edit {text}`",
        "corpus": "**From the documentation**",
        "ask": "Why does this error come, and what should be changed in the script?",
    },
    "zh": {
        "at": "{error}，位于 `{file}` 第 {line} 行",
        "alone": "{error}",
        "cut": "回溯在写出异常之前就中断了；它显示的最后一处是 `{file}` 第 {line} 行",
        "ended": "运行以状态 {status} 结束",
        "from": "它由 {error} 引起",
        "sandbox": "沙箱提示：{text}。",
        "why": "**原因**：{text}",
        "what": "**怎么办**：{text}",
        "edit": "可能有用的修改：`/edit {text}`",
        "corpus": "**文档中的内容**",
        "ask": "为什么会出现这个错误，脚本应该怎么改？",
    },
}


@dataclass(frozen=True)
class Failure:
    """What went wrong.

    Args:
        trace: as pasted, or of a run's log; None where the log holds none.
        question: in the user's words; its language is the answer's.
        script: the text of what was run, and `name` its file's name.
        status: how the run ended; "" of a trace that was pasted.
        spec: the plan of what was run.
        reached: the last step that the run logged.
    """

    trace: Trace | None
    question: str = ""
    script: str = ""
    name: str = ""
    status: str = ""
    spec: Spec | None = None
    reached: int | None = None

    @property
    def cause(self) -> Cause:
        """By the exception, where there is one; a limit of the sandbox comes first, as it ends what it likes."""
        by_status = causes.statuses().get(self.status)
        if by_status is not None and self.status != "error":
            return by_status
        if self.trace is not None and self.trace.chain:
            return self._of_chain(self.trace)
        return by_status or self._of_sandbox()

    def _of_chain(self, trace: Trace) -> Cause:
        raised = [trace.last, *([trace.cause] if trace.cause else [])]
        found = (causes.cause_of(one.kind, one.message) for one in raised if one.kind)
        return next((cause for cause in found if cause is not causes.UNKNOWN), causes.UNKNOWN)

    def _of_sandbox(self) -> Cause:
        said = " ".join(self.trace.sandbox) if self.trace else ""
        signs = {
            "time limit": "timeout",
            "memory limit": "oom",
            "processor-time": "cpu",
            "processes and threads": "nproc",
        }
        return next((causes.statuses()[name] for sign, name in signs.items() if sign in said), causes.UNKNOWN)

    @property
    def place(self) -> Frame | None:
        """The line of the user's own code; with its text, where only the script has it."""
        frame = self.trace.place(self.name) if self.trace else None
        if frame is not None and not frame.code and re.split(r"[/\\]", frame.file)[-1] == self.name:
            lines = self.script.splitlines()
            code = lines[frame.line - 1].strip() if 0 < frame.line <= len(lines) else ""
            return Frame(frame.file, frame.line, frame.name, code)
        return frame


@dataclass(frozen=True)
class Explainer:
    """Explains failures.

    Args:
        retriever: opened at its first use; what it raises leaves the rules to stand alone.
        chat: writes a few sentences from the sources; None: the sources stand for themselves.
        source_tokens: how much of the prompt they may take where it is not known how fast the model reads.
        catalogue: what the library has.
    """

    retriever: Callable[[], Retriever]
    chat: Chat | None = None
    source_tokens: int = LOCAL_SOURCE_TOKENS
    catalogue: Catalogue = field(default_factory=load_catalogue)

    def explain(self, failure: Failure) -> Iterator[Event]:
        """Yield phases, passages, tokens and at last one `Answered`."""
        started = time.perf_counter()
        yield Phase("search", "searching the corpus for this error")
        found = self._search(failure)
        page = causes.section(failure.cause.page, failure.cause.heading) if failure.cause.page else None
        sources = _sources(page, found)
        yield Passages(sources)
        text = told(failure, cited=page is not None)
        yield Token(text)
        cited, model = [citation(1, page)] if page is not None else [], None
        if self.chat is not None and found is not None and found.strength >= WEAK:
            words, citations, model = yield from self._written(
                self.chat, failure, sources, found.strength, page is not None
            )
            text, cited = text + words, citations or cited
        if model is None and sources:
            words, cited = _shown(failure, sources)
            yield Token(words)
            text += words
        timings = {"total_s": time.perf_counter() - started}
        yield Answered(
            text, False, cited, sources, timings, model, {"kind": "traceback", "traceback": details(failure)}
        )

    def _search(self, failure: Failure) -> SearchResult | None:
        try:
            return self.retriever().search(query(failure), k=PASSAGES)
        except CopilotError:
            return None

    def _written(
        self, chat: Chat, failure: Failure, sources: list[Passage], strength: float, paged: bool
    ) -> Generator[Event, None, tuple[str, list[Citation], str | None]]:
        """A few sentences of the model from the sources; nothing where they do not hold, or where it does not answer."""
        try:
            return (yield from self._asked(chat, failure, sources, strength, paged))
        except CopilotError:
            return "", [], None

    def _asked(
        self, chat: Chat, failure: Failure, sources: list[Passage], strength: float, paged: bool
    ) -> Generator[Event, None, tuple[str, list[Citation], str | None]]:
        yield Phase("model", "waking the model")
        budget = max(128, min(affordable(chat.reads(), self.source_tokens), chat.context_length - ANSWER_TOKENS - 512))
        worth = self.retriever().worth(query(failure), sources)
        used = extract(sources, worth, chat.count_tokens, budget)
        if paged and (not used or used[0].id != sources[0].id):  # it has number 1 already
            used = [replace(sources[0], text=_beginning(sources[0].text)), *used]
        words = WORDS["zh" if is_chinese(failure.question) else "en"]
        asked = prompts.load("explain_user", sources=label(used), error=_error(failure), question=words["ask"])
        messages = [{"role": "system", "content": prompts.load("answer_system")}, {"role": "user", "content": asked}]
        if strength < SURE and likely(strength, chat.agrees(asking_whether(messages))) < LIKELY:
            return "", [], None
        yield Phase("write", "writing")
        citer = Citer(used, asked, cited=int(paged))
        stream = chat.stream(messages, max_tokens=WRITTEN_TOKENS, stop=["```", "\n\n"])
        text = borne("".join([*(citer.feed(piece) for piece in stream), citer.close()]))
        if not text or declines(text):
            return "", [], None
        given = "\n".join([asked, *(f"{p.heading}\n{p.text}" for p in used)])
        text += warnings(failure.question, unheld(text, given, self.catalogue), slips(text, self.catalogue))
        text = f"\n\n{text}"
        yield Token(text)  # at once, as it is kept only if the sources bear it
        return text, citer.citations, chat.name


def borne(text: str) -> str:
    """The whole sentences that a source bears, by their marks; the others are the model's own."""
    sentences = re.findall(r"[^\n]+?(?:[.!?]+(?=\s|$)|[。！？])", text.strip())
    return " ".join(sentence.strip() for sentence in sentences if MARKS.search(sentence))


def query(failure: Failure) -> str:
    """What to search for: the exception, what it says, and the names of the line; neither paths nor numbers."""
    if failure.trace is None or not failure.trace.chain:
        return f"{failure.status or 'run failed'} {failure.cause.why}"
    last = failure.trace.last
    place = failure.place
    code = place.code if place else ""
    said = re.sub(r"(?:[\w.-]*[/\\])+[\w.-]+|0x[0-9a-fA-F]+|\[[\d, x]+\]|\b\d[\d.,xe+-]*\b|[\"'`]", " ", last.message)
    names = " ".join(dict.fromkeys(re.findall(r"[A-Za-z_]\w{2,}", code)))
    return " ".join(f"{last.short} {said[:QUERY_CHARACTERS]} {names[:80]}".split())


def told(failure: Failure, *, cited: bool) -> str:
    """What the rules say, as Markdown.

    Args:
        failure: to be told.
        cited: whether the page of the cause is source number 1.
    """
    words = WORDS["zh" if is_chinese(failure.question) else "en"]
    parts = [_headline(failure, words), f"```text\n{_error(failure).replace('```', '` ` `')}\n```"]
    if not _error(failure):
        parts.pop()
    trace = failure.trace
    if trace is not None and trace.cause is not None:
        parts.append(words["from"].format(error=_named(trace.cause.kind, trace.cause.message)) + ".")
    if trace is not None and trace.sandbox:
        parts.append(words["sandbox"].format(text="; ".join(trace.sandbox).rstrip(".")))
    mark = " [1]" if cited else ""
    parts.append(words["why"].format(text=failure.cause.why.rstrip(".") + mark + "."))
    parts.append(words["what"].format(text=failure.cause.what))
    if change := offered(failure):
        parts.append(words["edit"].format(text=change))
    return "\n\n".join(parts)


def offered(failure: Failure) -> str | None:
    """The words of an edit that may mend it."""
    return remedy(failure.cause.edit, failure.spec, failure.reached) if failure.cause.edit else None


def details(failure: Failure) -> dict[str, object]:
    """For JSON."""
    last, place = failure.trace.last if failure.trace else None, failure.place
    return {
        "error": last.kind if last else "",
        "message": last.message if last else "",
        "file": place.file if place else None,
        "line": place.line if place else None,
        "code": place.code if place else None,
        "status": failure.status or None,
        "sandbox": list(failure.trace.sandbox) if failure.trace else [],
        "cause": failure.cause.name,
        "edit": offered(failure),
    }


def _headline(failure: Failure, words: dict[str, str]) -> str:
    trace, place = failure.trace, failure.place
    if trace is None or not trace.chain:
        status = f"`{failure.status or failure.cause.name}`"
        return words["ended"].format(status=status) + "."
    file = re.split(r"[/\\]", place.file)[-1] if place else ""
    if not trace.last.kind:
        return words["cut"].format(line=place.line, file=file) + "." if place else f"{_error(failure)}"
    where = words["at"] if place else words["alone"]
    return where.format(error=f"**{trace.last.short}**", line=place.line if place else 0, file=file) + "."


def _error(failure: Failure) -> str:
    """The line and the exception, as the trace has them; short."""
    trace, place = failure.trace, failure.place
    if trace is None or not trace.chain:
        return ""
    code = f"{place.line} | {place.code}\n" if place and place.code else ""
    last = trace.last
    return f"{code}{_plain(last.kind, last.message)}".strip()


def _plain(kind: str, message: str) -> str:
    return f"{kind}: {message[:1000]}" if message else kind


def _named(kind: str, message: str) -> str:
    flat = " ".join(message.split()).replace("`", "'")[:200]
    return f"`{kind}: {flat}`" if flat else f"`{kind}`"


def _sources(page: Passage | None, found: SearchResult | None) -> list[Passage]:
    """The page of the cause, then what the search found elsewhere."""
    passages = found.passages if found is not None and found.strength >= WEAK else []
    if page is None:
        return list(passages)
    return [page, *(p for p in passages if not _within(p, page))]


def _within(passage: Passage, page: Passage) -> bool:
    return passage.source == page.source and passage.lines[0] <= page.lines[1] and page.lines[0] <= passage.lines[1]


def _shown(failure: Failure, sources: list[Passage]) -> tuple[str, list[Citation]]:
    """The first sources themselves."""
    words = WORDS["zh" if is_chinese(failure.question) else "en"]
    blocks = [words["corpus"]]
    for number, passage in enumerate(sources[:SHOWN], start=1):
        blocks.append(f"{passage.heading} [{number}]\n\n{_beginning(passage.text)}")
    cited = [citation(number, passage) for number, passage in enumerate(sources[:SHOWN], start=1)]
    return "\n\n" + "\n\n".join(blocks), cited


def _beginning(text: str) -> str:
    """Whole lines of the beginning; a fence that is cut is closed."""
    kept, size = list[str](), 0
    for line in text.strip().splitlines():
        if kept and size + len(line) > SHOWN_CHARACTERS:
            kept.append("```" if sum(one.lstrip().startswith("```") for one in kept) % 2 else "…")
            break
        kept.append(line)
        size += len(line)
    return "\n".join(kept)
