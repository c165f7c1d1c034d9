"""What a line of a conversation is: a question, or something to be done. By rules, so that the same line is the same thing.

Covers English and Chinese. Where signs disagree it is a question: an answer changes nothing. A wrong guess costs one line,
for each kind has a command that forces it. Does not cover: two wishes in one line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from copilot.assistant import phrases, run_phrases
from copilot.assistant.trace import parse
from copilot.codegen.request.numbers import find_numbers
from copilot.codegen.suggest.goals import asks_what_next
from copilot.core.catalogue import Catalogue, load_catalogue

FORCED = {
    "ask": "answer",
    "generate": "generate",
    "edit": "edit",
    "why": "why",
    "undo": "undo",
    "suggest": "suggest",
}
"""Commands that say what a line is."""

FRAGMENT_WORDS = 6
"""A line without a verb is a change of the plan if it has no more than these and a setting's name beside a number."""

LONGEST = 600
"""Characters; a longer line tells a story, and is a question unless it begins like a request."""

NO_SCRIPT = "There is no script in this conversation yet: /generate REQUEST writes one."
NO_RUN = "There is no run in this conversation yet: /run makes one."


@dataclass(frozen=True)
class Intent:
    """What a line is.

    Args:
        kind: answer, generate, edit, undo, start, suggest, traceback, run, or why (the last run, whatever came of it).
        text: the line, without the command that said it.
        forced: a command said it.
        doubt: a question that may be meant as something else; which command makes it that.
    """

    kind: str
    text: str
    forced: bool = False
    doubt: str = ""


@dataclass(frozen=True)
class _Names:
    """What a line speaks of."""

    agent: bool
    environment: bool
    component: bool
    setting: bool
    number: bool

    @property
    def any(self) -> bool:
        return self.agent or self.environment or self.component or self.setting


def understand(line: str, *, has_plan: bool, has_run: bool, catalogue: Catalogue | None = None) -> Intent:
    """Decide what a line is.

    Args:
        line: as typed or pasted.
        has_plan: whether the conversation has a script to change.
        has_run: whether it has a run to speak of.
        catalogue: the library's components.
    """
    forced = re.match(rf"\s*/({'|'.join(FORCED)})(?=\s|$)\s*(.*)", line, re.DOTALL)
    if forced:
        return Intent(FORCED[forced[1]], forced[2].strip(), forced=True)
    if parse(line) is not None:
        return Intent("traceback", line)
    text = " ".join(line.split())
    bare = phrases.POLITE.sub("", text)
    asked_to = phrases.ASKED_TO.match(bare)
    bare = phrases.POLITE.sub("", bare[asked_to.end() :]) if asked_to else bare
    if asked_to:
        bare = bare.rstrip("?？ ")
    if about := _about_run(text, bare, has_run, catalogue):
        return about
    if len(text) > LONGEST or "```" in text:
        return Intent("answer", line)
    if asks_what_next(text):
        return Intent("suggest", line)
    if phrases.UNDO.fullmatch(bare):
        return Intent("undo", line) if has_plan else Intent("answer", line, doubt=NO_SCRIPT)
    if phrases.QUESTION.search(bare):
        return Intent("answer", line)
    if phrases.START.fullmatch(bare):
        return Intent("start", line) if has_plan else Intent("answer", line, doubt=NO_SCRIPT)
    return _request(line, bare, has_plan, _names(bare, catalogue or load_catalogue()))


def _about_run(text: str, bare: str, has_run: bool, catalogue: Catalogue | None) -> Intent | None:
    """A question about the last run; None where it is none."""
    failed = _whole(text, bare, run_phrases.FAILED, run_phrases.FAILED_CHINESE)
    general = run_phrases.GENERAL.search(text)
    asked = not general and _whole(text, bare, run_phrases.ABOUT, run_phrases.ABOUT_CHINESE)
    if not asked and run_phrases.EXPLICIT.search(text) and phrases.QUESTION.search(text) and not general:
        named = _names(text, catalogue or load_catalogue())
        asked = not (named.agent or named.component)
    if not failed and not asked:
        return None
    if not has_run:
        return Intent("answer", text, doubt=NO_RUN)
    return Intent("why" if failed else "run", text)


def _whole(text: str, bare: str, *patterns: re.Pattern[str]) -> bool:
    """Whether one of them is the whole line, with or without its polite beginning."""
    return any(pattern.fullmatch(form.strip()) for pattern in patterns for form in (text, bare))


def _request(line: str, bare: str, has_plan: bool, names: _Names) -> Intent:
    """A line that does not ask: a new script, a change, or after all a question."""
    whole = names.environment and (names.agent or not has_plan)
    new = phrases.THING.search(bare) or phrases.MADE.search(bare) or (names.environment and names.agent)
    if phrases.NEW.match(bare) and new:
        return Intent("generate", line)
    changes = has_plan and (phrases.INSTEAD.search(bare) or phrases.IT.search(bare))
    if phrases.TRAIN.match(bare) and whole and not changes:
        return Intent("generate", line)
    if phrases.SURELY_TRAIN.match(bare) and names.agent and not has_plan:
        return Intent("generate", line)
    if _changes(bare, names):
        return Intent("edit", line) if has_plan else Intent("answer", line, doubt=NO_SCRIPT)
    if names.agent and names.environment:
        return Intent("answer", line, doubt="/generate makes a script of it.")
    return Intent("answer", line)


def _changes(bare: str, names: _Names) -> bool:
    """Whether it wishes something of a plan to be otherwise."""
    if phrases.LONGER.match(bare):
        return True
    if names.any and (phrases.EDIT.match(bare) or phrases.EDIT_CHINESE.search(bare)):
        return True
    if names.any and phrases.AT_THE_END.search(bare) and not phrases.TELLS.match(bare):
        return True
    short = len(re.findall(r"[A-Za-z0-9_.+-]+|[\u4e00-\u9fff]{1,4}", bare)) <= FRAGMENT_WORDS
    return short and names.number and names.setting and not names.environment


def _names(text: str, catalogue: Catalogue) -> _Names:
    agents, environments, components, arguments = _patterns() if catalogue is load_catalogue() else _made(catalogue)
    rest = environments.sub(" ", text)
    return _Names(
        agent=bool(agents.search(rest)),
        environment=rest != text,
        component=bool(components.search(rest)),
        setting=bool(phrases.settings().search(rest) or arguments.search(rest)),
        number=bool(find_numbers(rest)),
    )


Patterns = tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]


@cache
def _patterns() -> Patterns:
    return _made(load_catalogue())


def _made(catalogue: Catalogue) -> Patterns:
    return (
        phrases.agents(catalogue),
        phrases.environments(catalogue),
        phrases.components(catalogue),
        phrases.parameters(catalogue),
    )
