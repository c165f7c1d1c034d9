"""Changes by a factor, a part or a step ("double the batch size", "lr 10% lower", "another 50k steps") as absolute ones.

All of them are found on one and the same text, with the settings that the plan has, and are put in together at last.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from copilot.codegen.change.beyond import find_beyond
from copilot.codegen.change.deltas import VERB_BEFORE, Change, find_deltas
from copilot.codegen.change.factors import FACTOR, USUALLY, find_factors
from copilot.codegen.change.operators import Bare, find_bare, find_operators, find_portions
from copilot.codegen.change.present import current, exchanged, usual
from copilot.codegen.fit import known_environment
from copilot.codegen.request.clauses import clause
from copilot.codegen.request.numbers import find_numbers
from copilot.codegen.request.reading import Reading
from copilot.codegen.settings.mentions import Named, named
from copilot.codegen.settings.settings import Settings
from copilot.codegen.settings.values import coerce
from copilot.codegen.spec import ExperimentSpec
from copilot.core.catalogue import Catalogue
from copilot.core.errors import CopilotError, InvalidRequest

_COUNTED = r"(?:(?:the|its|their) )?(?:(?:number|count|amount|value) of )?(?:(?:the|its|their) )?"
_COUNT_OF = re.compile(rf"(?<![a-z]){_COUNTED}(?:(?:{USUALLY}) )?$")
_DEFAULT = re.compile(r"(?<![a-z])(?:default|usual|standard|normal|tuned)s?(?![a-z])|默认")
_JOINED = re.compile(r"\s*(?:,\s*)?(?:and|as well as|&|,|、|和|与|及|以及)\s*(?:(?:the|its|both|of) )*", re.IGNORECASE)
_LINKED = re.compile(r"\s*(?:(?:is|are|be|been|should be|shall be|must be|all|both|each|都|均|也|各)\s*)*")
_LENGTH_GAP = re.compile(r"\s*(?:(?:is|are|be|should be|a|the)\s*)*")
_OF_MODULE = re.compile(r"\s*(?:of|for|in|inside)\s+(?:the )?[\w -]{1,20}")
_PRE = re.compile(
    r"(?<![a-z])(?:the )?(?:pre[\s-]?train\w*)(?:\s+(?:steps|phase|time|length|budget))?(?![a-z])|预训练(?:的?步数|阶段)?"
)
_FINE = re.compile(
    r"(?<![a-z])(?:the )?fine[\s-]?tun\w*(?:\s+(?:steps|phase|time|length))?(?![a-z])|微调(?:的?步数|阶段)?"
)
_BONUS = re.compile(
    r"(?<![a-z])(?:the |that )?(?:intrinsic |exploration |curiosity )?(?:bonus|reward|curiosity)(?![a-z])(?! "
    r"normali)|(?:内在|探索)?奖励(?!归一)"
)
_RUN = re.compile(r"(?<![a-z])(?:training|run|(?:extend|lengthen|prolong|shorten)\w*(?: it)?)(?![a-z])|训练(?!步)|步数")
_COPIES = re.compile(r"(?:并行)?环境(?:的?数量?)?")
_ANNEALED = re.compile(r"(?<![a-z])(?:anneal|decay|fad(?:e|ing)|warm)\w*|衰减|退火")
_FADING = re.compile(r"(?<![a-z])(?:anneal|decay|warm|explor|epsilon)\w*|衰减|退火|探索")
_SPAN = re.compile(
    r"(?<![a-z])(?:anneal|decay|decreas|fad|warm|explor|epsilon|schedul|linear|ramp)\w*[^,;.]*"
    r"(?<![a-z])(?:over|during|for|within|in|across|through\w*)\s+(?:the )?(?:first |last )?(?:about )?$|"
    r"(?:衰减|退火|探索)[^，。；]*$"
)
_OF = re.compile(r"\s*(?:of )?(?:the |its |that )?(?:number of )?")
_OF_THE = re.compile(r"\s*(?:of )?(?:the |its |that )(?:number of )?")
_OF_STEPS = re.compile(r"(?<![a-z])of (?:the|all|its) (?:training |time ?)?steps(?![a-z])")
_BECOMES = re.compile(r"\s*,?\s*(?:(?:up |down )?to|so that is|i\.?e\.?|=|到|至)\s*")
_SIZED = re.compile(r"\s*(?:[x×*]|times)\s*\d[\d.,]*\s*(?:k\s*)?(?:time)?(?:steps?|步).*", re.DOTALL)
""" "8 envs × 64 steps": two numbers, and no multiple."""
_PHASES = ("num_train_steps", "pretrain_steps")


@dataclass(frozen=True)
class _Edit:
    """A span of the text, and what stands there instead."""

    start: int
    end: int
    text: str


class _Base:
    """A text with the settings that it names, and the plan whose values they are multiples of."""

    def __init__(self, text: str, spec: ExperimentSpec, catalogue: Catalogue, *, first: bool = False) -> None:
        self.first = first
        """Whether it is a request, of which there is no plan yet: words that add may name what is to be there."""
        modules = {primitive: (module.name, -1000) for primitive, module in spec.modules.items()}
        self.settings = Settings(
            Reading(text), catalogue, spec.agent, modules, known_environment(spec.env_id, catalogue)
        )
        self.text, self.lower = self.settings.reading.text, self.settings.reading.lower
        self.spec, self.catalogue = spec, catalogue
        self.notes: list[str] = []
        phases = [match.span() for match in _PRE.finditer(self.lower)]
        self.mentions = [
            mention
            for mention in named(self.settings)
            if mention.name != "seed" and not any(a <= mention.start and mention.end <= b for a, b in phases)
        ]

    def changes(self) -> list[Change]:
        """All changes of the text in order; of those that overlap the one that begins first."""
        found = [
            *find_beyond(self.lower, self.mentions, first=self.first),
            *find_deltas(self.lower, self.mentions, adding=not self.first),
            *find_factors(self.lower, self.mentions),
        ]
        if not self.first:
            anchors = sorted([*self.mentions, *self._anchors()], key=lambda anchor: anchor.start)
            found += [*find_operators(self.lower, anchors), *find_portions(self.lower, anchors)]
            found += [change for bare in find_bare(self.lower, anchors) if (change := self._meant(bare)) is not None]
        found = [change for change in found if not _SIZED.fullmatch(self.lower[change.start : change.end + 12])]
        kept: list[Change] = []
        for change in sorted(found, key=lambda change: (change.start, -change.end)):
            if not kept or kept[-1].end <= change.start:
                kept.append(change)
        return kept

    def _anchors(self) -> list[Named]:
        """The phases of training and the copies of the environment, which are no settings by these words."""
        found = [Named("num_envs", *match.span()) for match in _COPIES.finditer(self.lower)]
        if _phased(self.spec):
            for pattern, name in ((_PRE, "pretrain_steps"), (_FINE, "num_train_steps")):
                spans = [match.span() for match in pattern.finditer(self.lower)]
                found += [Named(name, a + 4 * self.lower.startswith("the ", a), b) for a, b in spans]
        return [one for one in found if not any(_overlap(one, mention) for mention in self.mentions)]

    def _meant(self, bare: Bare) -> Change | None:
        """A number behind a verb without "to" or "by" as the step that it is; None where it is the new value itself.

        Raises:
            InvalidRequest: it may be both.
        """
        owner = None if bare.name in _PHASES else self.settings.owner(bare.name, bare.start)
        value = current(bare.name, self.spec, self.catalogue, owner)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        if bare.part:
            part = Change(bare.start, bare.end, factor=float(bare.number), name=bare.name)
            return None if bare.number < value and self._takes(bare.name, bare.number) else part
        step = Change(bare.start, bare.end, step=bare.number if bare.up else -bare.number, name=bare.name)
        to = bare.number > value if bare.up else bare.number < value
        by = self._takes(bare.name, value + step.step)
        if by and (bare.alone or not to):
            return step
        words = self.text[bare.start : bare.end]
        if by and to and not 0.1 <= bare.number / (value or 1) <= 10:
            raise InvalidRequest(
                f"{words!r} may be to {bare.number} and by {bare.number}; {bare.name} is {value} in the plan.",
                hint=f'Say which: "to {bare.number}", or "by {bare.number}".',
            )
        if by and to:
            self.notes.append(f'{words!r} is read as "to {bare.number}"; for a step say "by {bare.number}".')
        return None

    def _takes(self, name: str, value: float) -> bool:
        """Whether a setting can have a value."""
        param = self.settings.param(name)
        try:
            return value > 0 and (param is None or coerce(param, value) is not None)
        except CopilotError:
            return False

    def beside(self, change: Change) -> bool:
        """Whether a setting follows a word at once: "half the learning rate" is no 0.5.

        "1e-3 x ent_coef" may be a grid, and "double dueling DQN" doubles nothing.
        """
        word = self.lower[change.start : change.end]
        gap = _OF_THE if word.startswith("double") else _OF
        return word[0].isalpha() and any(
            change.end <= mention.start and gap.fullmatch(self.lower, change.end, mention.start)
            for mention in self.mentions
        )

    def edits(self, change: Change) -> list[_Edit]:
        """What stands in the text instead of one change and the settings that it is said of; none if of none."""
        phase = self._phase(change)
        if phase is not None:
            return phase
        if change.name is not None:
            self._refuse_spans(change)
            return [self._put(change, change.name, change.start, change.end, change.start)]
        mention = self._bound(change)
        if mention is not None:
            self._refuse_schedules(change, mention)
            first = self._put(
                change, mention.name, min(mention.start, change.start), max(mention.end, change.end), mention.start
            )
            return [first, *(self._put(change, m.name, m.start, m.end, m.start) for m in self._joined(mention, change))]
        loose = self._unnamed(change)
        if loose is not None:
            name, start, end = loose
            return [self._put(change, name, min(start, change.start), max(end, change.end), start)]
        if "reward" in self.spec.modules and (said := _bonus_near(self.lower, change)):
            return [self._put(change, "beta", min(said[0], change.start), max(said[1], change.end), said[0])]
        return []

    def _unnamed(self, change: Change) -> tuple[str, int, int] | None:
        """What a change is of whose clause names no setting, and where: "extend the run by 20%", "环境增加 4 个"."""
        low, high = clause(self.lower, change.start, change.end)
        if change.near:
            return "num_train_steps", change.start, change.end
        for pattern, name in (
            ((_RUN, "num_train_steps"), (_COPIES, "num_envs")) if change.sure and not self.first else ()
        ):
            if said := pattern.search(self.lower, low, high):
                return name, *said.span()
        return None

    def _phase(self, change: Change) -> list[_Edit] | None:
        """Of "double the pre-training": the phase in the clause of a change, and its steps; None if there is none."""
        low, high = clause(self.lower, change.start, change.end)
        for pattern, name, verb in ((_PRE, "pretrain_steps", "pre-train for"), (_FINE, "num_train_steps", "")):
            said = next(iter(pattern.finditer(self.lower, low, high)), None)
            inside = self._inside(change, low, high)
            if (
                said is None
                or any(m.name not in _PHASES for m in inside)
                or (name != "pretrain_steps" and not _phased(self.spec))
            ):
                continue
            if current(name, self.spec, self.catalogue) is None:
                raise InvalidRequest(
                    "The plan has no pre-training to change.", hint='Say "pre-train with RND for 50k steps".'
                )
            if said.end() <= change.start and _OF_STEPS.search(self.lower, change.start, high):
                raise InvalidRequest(
                    f"{self.text[said.start() : high].strip()!r} may be of the steps of training, or of this phase.",
                    hint='Name the steps: "pre-train for 50k steps".',
                )
            spans = [(change.start, change.end), said.span(), *((m.start, m.end) for m in inside)]
            start, end = min(span[0] for span in spans), max(span[1] for span in spans)
            value = self._value(change, name, None)
            return [_Edit(start, end, f"{verb} {value} steps" if verb else f"{name}={value}")]
        return None

    def _refuse_schedules(self, change: Change, mention: Named) -> None:
        """Of what follows a schedule there is no one value to change by a part."""
        low, high = clause(self.lower, mention.start, change.end)
        phrase = self.lower[mention.start : mention.end]
        own = phrase != mention.name and any(p["name"] == f"{phrase}_schedule" for _, p in self.settings.schedules)
        if own or _ANNEALED.search(self.lower, low, high):
            raise InvalidRequest(
                f"What {phrase!r} is over time cannot be told by parts of a value.", hint="Name the values themselves."
            )

    def _refuse_spans(self, change: Change) -> None:
        """Of "anneal the rate over half of the training" the half is no length of training."""
        low, _ = clause(self.lower, change.start, change.end)
        long = re.search(r"long|short", self.lower[change.start : change.end])
        if change.name in _PHASES and (_FADING if long else _SPAN).search(self.lower, low, change.start):
            raise InvalidRequest(
                f"{self.text[low : change.end].strip()!r} tells how long something in the training goes on, in parts of it.",
                hint="Name the steps themselves.",
            )

    def _inside(self, change: Change, low: int, high: int) -> list[Named]:
        return [m for m in self.mentions if low <= m.start and m.end <= high and not _overlap(m, change)]

    def _bound(self, change: Change) -> Named | None:
        """The setting that a change is of: in its clause, on the side where it belongs; else near, if it has no number."""
        inside = self._inside(change, *clause(self.lower, change.start, change.end))
        before = [m for m in inside if m.end <= change.start][-1:]
        after = [m for m in inside if m.start >= change.end][:1]
        if change.near:
            before = [m for m in before if _LENGTH_GAP.fullmatch(self.lower, m.end, change.start)]
            after = [m for m in after if _LENGTH_GAP.fullmatch(self.lower, change.end, m.start)]
        if before or after:
            beside = before and not self.lower[before[0].end : change.start].strip()
            return [*before, *after][0] if change.before or beside else [*after, *before][0]
        if change.near:
            return None
        free = [m for m in self.mentions if not _overlap(m, change) and not self._valued(m)]
        left = [m for m in free if 0 <= change.start - m.end < 24][-1:]
        right = [m for m in free if 0 <= m.start - change.end < 40][:1]
        return next(iter([*left, *right] if change.before else [*right, *left]), None)

    def _valued(self, mention: Named) -> bool:
        """Whether the clause of a setting has a number or a change of its own."""
        low, high = clause(self.lower, mention.start, mention.end)
        return bool(find_numbers(self.text[low:high]) or FACTOR.search(self.lower, low, high))

    def _joined(self, mention: Named, change: Change) -> list[Named]:
        """Further settings of the same change: "double the batch size and the learning rate", "lr and batch size halved"."""
        found: list[Named] = []
        at = self.mentions.index(mention)
        last = max(mention.end, change.end)
        for other in self.mentions[at + 1 :]:
            _, high = clause(self.lower, other.start, other.end)
            if mention.start < change.start or not _JOINED.fullmatch(self.text, last, other.start):
                break
            if self.lower[other.end : high].strip():
                break
            found.append(other)
            last = other.end
        first = mention.start
        for other in reversed(self.mentions[:at]):
            if mention.start > change.start or not _JOINED.fullmatch(self.text, other.end, first):
                break
            found.append(other)
            first = other.start
        return found

    def _put(self, change: Change, name: str, start: int, end: int, at: int) -> _Edit:
        """The value that a setting is to have, in the place of the words."""
        owner = self.settings.owner(name, at) if name not in ("eval_episodes", *_PHASES) else "run"
        label = ""
        for primitive, places in self.settings.places.items():
            for place in places:
                mine = name in self.settings.owners[primitive] and place > at
                if mine and any(_OF_MODULE.fullmatch(self.lower, e, place) for e in (end, *self._ends(at))):
                    owner, label, end = primitive, f"{self.spec.modules[primitive].name} ", max(end, place)
        lead = _COUNT_OF.search(self.lower, 0, start)
        first = lead.start() if lead else start
        verb = VERB_BEFORE.search(self.lower, 0, first)
        value = self._value(change, name, owner, of_default=bool(_DEFAULT.search(self.lower, start, end)))
        end = self._agreeing(change, name, (start, end), current(name, self.spec, self.catalogue, owner), value)
        return _Edit(verb.start() if verb else first, end, f"{label}{name}={value}")

    def _agreeing(self, change: Change, name: str, span: tuple[int, int], old: Any, new: Any) -> int:
        """Where the words of a change end, if the values that they tell are what was and what will be."""
        start, end = span
        for number in find_numbers(self.text):
            told = change.end <= number.start and _BECOMES.fullmatch(self.lower, end, number.start)
            if told:
                end = number.end
            inside = span[0] <= number.start < end and not change.start <= number.start < change.end
            if inside and number.value != (new if told else old):
                raise InvalidRequest(
                    f"{name} is {old} in the plan and would become {new}; {self.text[start:end]!r} says {number.text}.",
                    hint="Name the value itself.",
                )
        return end

    def _ends(self, at: int) -> list[int]:
        return [mention.end for mention in self.mentions if mention.start == at]

    def _value(self, change: Change, name: str, owner: str | None, *, of_default: bool = False) -> int | float:
        spec = usual(self.spec.agent, self.spec.env_id, self.catalogue) if of_default and not self.first else self.spec
        value = current(name, spec, self.catalogue, owner)
        if value == 0 and change.factor != 1 and not isinstance(value, bool):
            raise InvalidRequest(f"{name} is 0 in the plan, and so is every multiple of it.", hint="Name a value.")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InvalidRequest(
                f"{name} is {value} in the plan; there is nothing to multiply or to add to.", hint="Name a value."
            )
        made = value * change.factor + change.step
        if made < 0 or (name in _PHASES and made < 1):
            raise InvalidRequest(f"{name} is {value} in the plan; it cannot become {made:.6g}.", hint="Name a value.")
        if isinstance(value, int) and (name in _PHASES or abs(made - round(made)) < 1e-9):
            return round(made)
        return float(f"{made:.12g}")


def absolute(
    text: str, spec: ExperimentSpec, catalogue: Catalogue, *, first: bool = False, notes: list[str] | None = None
) -> str:
    """The text with "num_envs=16" in the place of "double the environments".

    Args:
        text: a change; with `first` a request.
        spec: the plan whose values are changed.
        catalogue: the library's components.
        first: whether there is no plan yet.
        notes: gets a sentence for words with two meanings, on which one was taken.

    Raises:
        InvalidRequest: a change of what has no number, or of nothing that is named.
    """
    base = _Base(exchanged(Reading(text).text, spec, catalogue), spec, catalogue, first=first)
    edits: list[_Edit] = []
    for change in base.changes():
        made = [edit for edit in base.edits(change) if all(not _overlap(edit, other) for other in edits)]
        if not made and change.sure and not first:
            raise InvalidRequest(
                f"{base.text[change.start : change.end]!r} changes a value, and it is not clear of which setting.",
                hint='Name it beside the change: "reduce the learning rate by 10%".',
            )
        edits += made
    text = base.text
    if notes is not None:
        notes += base.notes
    for edit in sorted(edits, key=lambda edit: -edit.start):
        text = f"{text[: edit.start]} {edit.text} {text[edit.end :]}"
    return re.sub(r"\s+", " ", text).strip()


def relative(text: str, spec: ExperimentSpec, catalogue: Catalogue) -> bool:
    """Whether a first request changes values by a part or a step, which then are those of the library."""
    base = _Base(text, spec, catalogue, first=True)
    return any(change.sure or _DEFAULT.search(base.lower) or base.beside(change) for change in base.changes())


def _overlap(one: Change | Named | _Edit, two: Change | Named | _Edit) -> bool:
    return one.start < two.end and two.start < one.end


def _phased(spec: ExperimentSpec) -> bool:
    return spec.pretrain_steps is not None


def _bonus_near(lower: str, change: Change) -> tuple[int, int] | None:
    """Where the clause of a change speaks of the bonus: "the bonus should be ten times weaker" is about its weight."""
    low, high = clause(lower, change.start, change.end)
    found = _BONUS.search(lower, low, high)
    return found.span() if found else None
