"""Settings that a request states: a parameter's name or alias beside a value, each value checked against its range."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from copilot.codegen.counts import is_bare, of_something_else, of_the_run, read_counts, unit_after
from copilot.codegen.devices import read_device
from copilot.codegen.numbers import Number
from copilot.codegen.reading import Reading, phrase_pattern
from copilot.codegen.values import Entry, coerce, settable
from copilot.codegen.vocabulary import BONUS_WEIGHT, COUNTED, ENV_SPOKEN, OPPOSITES, SPOKEN
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest, UnknownName

RUN = ("num_train_steps", "num_envs", "seed")
_JOIN = r"(?:=|:|of|to|is|at|as|be|equals?|设置为|设为|设成|改为|改成|等于|调到|为|是|取|用|到|[\s\"'`(])*"
_GAP = (
    r"(?:parallel|training|train|total|vectori[sz]ed|different|environment|copies|of|as|for|the|"
    r"并行的?|训练|的|个|多|条|[\s-])*"
)
_NO = r"(?:(?<![a-z])(?:no|without|not|don't|do not|disable|disabled|false|off)|不要?|禁用|关闭|无)"
_NO_NUMBER = re.compile(
    r"(?:(?<![a-z])(?:not|no|without|never|instead of|rather than|(?:any|every)thing but|all but)|n['’]t|不要?|不是|别)"
    r"(?:\s*(?:use|want|take|用|设为))?\s*$"
)
_COMMA = re.compile(r"0[,，]\d+|\d+[,，]\d{1,2}(?!\d).*")
_POINT = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_LONG_ROLLOUT = 10_000
_SIZE = re.compile(r"(?<![\w.])(\d{2,3})\s?[x×*]\s?(\d{2,3})(?![\w.])(?:\s*(?:pixels?|images?|pictures?|像素|图像))*")
_TAG = re.compile(
    r"(?:(?<![a-z])tag(?:ged)?(?![a-z])(?:\s+(?:the|this)\s+run|\s+it)?(?:\s+as)?(?:\s*[=:]\s*|\s+)|标签[\s=:]*(?:为|是)?\s*)"
    r"[\"'`]?([A-Za-z0-9][\w.-]{0,63})",
    re.IGNORECASE | re.ASCII,
)


@dataclass
class Stated:
    """What the request states, by where it goes."""

    run: dict[str, Any] = field(default_factory=dict[str, Any])
    agent: dict[str, Any] = field(default_factory=dict[str, Any])
    train: dict[str, Any] = field(default_factory=dict[str, Any])
    env: dict[str, Any] = field(default_factory=dict[str, Any])
    units: dict[str, str] = field(default_factory=dict[str, str])
    """Of intervals: what the request counts them in."""
    horizons: dict[str, int] = field(default_factory=dict[str, int])
    """Of schedules: the steps until their last value."""
    modules: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])


@dataclass(frozen=True)
class _Mention:
    name: str
    start: int
    end: int


class Settings:
    """The parameters that can be set for one agent and its modules, and what a request says of them."""

    def __init__(
        self,
        reading: Reading,
        catalogue: Catalogue,
        agent: str,
        modules: dict[str, tuple[str, int]],
        environment: Entry,
    ) -> None:
        self.reading = reading
        self.agent = agent
        self.modules = modules
        self.environment = environment
        self.notes: list[str] = []
        self.stated = Stated(modules={primitive: {} for primitive in modules})
        entry = catalogue.component(agent)
        self._agent = {p["name"]: p for p in entry["parameters"] if settable(p)}
        self._train = {p["name"]: p for p in entry["methods"]["train"] if settable(p) and p["name"] not in RUN}
        maker = next(item for item in catalogue.functions if item["name"] == environment["maker"])["parameters"]
        steps = next(p for p in entry["methods"]["train"] if p["name"] == "num_train_steps")
        seed = self._agent.pop("seed")
        self._run = {p["name"]: p for p in (steps, next(p for p in maker if p["name"] == "num_envs"), seed)}
        self._env = {p["name"]: p for p in maker if settable(p) and p["name"] not in RUN}
        self._modules = {
            primitive: {
                p["name"]: p
                for p in catalogue.component(name)["parameters"]
                if settable(p) and p["name"] not in (*RUN, *self._env)
            }
            for primitive, (name, _) in modules.items()
        }
        self._schedules = [p["name"] for p in entry["parameters"] if p["name"].endswith("_schedule")]
        self._apart: set[int] = set()
        self._phrases = spoken_phrases(catalogue)

    def _groups(self) -> tuple[dict[str, Entry], ...]:
        """All parameters of this experiment; of two with one alias, that of the earlier group is meant."""
        return (self._run, self._agent, self._train, self._env, *self._modules.values())

    def names(self) -> list[str]:
        """All parameters that this experiment can set."""
        return sorted({name for group in self._groups() for name in group})

    def phrases(self, name: str) -> list[str]:
        """How people call a parameter."""
        return self._phrases.get(name, [name])

    def read(self) -> Stated:
        """Take all that code can read.

        Raises:
            InvalidRequest: a value outside its range, or two values for one setting.
            UnknownName: a value for a parameter that the agent does not have.
        """
        device = read_device(self.reading)
        if device:
            self.stated.run["device"] = device
        if device == "auto":
            self.notes.append("--device auto chooses a GPU if there is one, else the CPU.")
        self._denied()
        self._counts()
        self._observations()
        mentions = self._mentions()
        for mention in mentions:
            self._worded(mention)
        for explicit, counted in ((True, False), (True, True), (False, False), (False, True)):
            for mention in mentions:
                if (mention.name in COUNTED) == counted and self.reading.free(mention.start, mention.end):
                    self._numbered(mention, explicit)
        self._bare_steps()
        if self.stated.agent.get("num_steps", 0) >= _LONG_ROLLOUT:
            self.notes.append(
                f"num_steps={self.stated.agent['num_steps']} are the steps of each environment before an update, "
                "not those of the whole run."
            )
        return self.stated

    def put(self, name: str, value: Any, at: int = -1) -> None:
        """State a value; `at` is where in the text, it decides between an agent and its module.

        Raises:
            InvalidRequest: outside the range, or contradicting what was stated.
            UnknownName: this experiment has no such parameter.
        """
        group, param = self._place(name, at)
        checked = coerce(param, value)
        if name in group and group[name] != checked:
            raise InvalidRequest(
                f"The request gives two values for {name}: {group[name]!r} and {checked!r}.", hint="Give one of them."
            )
        group[name] = checked

    def put_number(self, name: str, number: Number, at: int = -1) -> None:
        """State a number of the text.

        Raises:
            InvalidRequest: as `put`, or written so that it has two meanings.
            UnknownName: as `put`.
        """
        param = self._param(name) or {"type": ""}
        whole = "float" not in param["type"]
        if _COMMA.fullmatch(number.text) or (whole and _POINT.fullmatch(number.text)):
            raise InvalidRequest(
                f"{number.text!r} for {name} can be read in two ways.",
                hint="Write a decimal point as in 0.001, thousands as in 50,000 or 50000, a blank after a comma.",
            )
        self.put(name, number.value, at)

    def has(self, name: str) -> bool:
        """True if the parameter has been stated."""
        stated = self.stated
        groups = (stated.run, stated.agent, stated.train, stated.env, stated.horizons, *stated.modules.values())
        return any(name in group for group in groups)

    def _place(self, name: str, at: int) -> tuple[dict[str, Any], Entry]:
        if name in self._run:
            return self.stated.run, self._run[name]
        for primitive, params in self._modules.items():
            if primitive == "storage" and name in self._agent:
                continue  # one value for both, see `fill`
            end = self.modules[primitive][1]
            near = 0 <= at - end < 60 and not re.search(r"[;；。.!]", self.reading.text[end:at])
            if name in params and (near or name == "feature_dim" or name not in self._agent):
                return self.stated.modules[primitive], params[name]
        if name in self._agent:
            return self.stated.agent, self._agent[name]
        if name in self._train:
            return self.stated.train, self._train[name]
        if name in self._env:
            return self.stated.env, self._env[name]
        where = f"{self.agent} on {self.environment['id']}"
        raise UnknownName(f"setting of {where}", name, self.names())

    def _mentions(self) -> list[_Mention]:
        claimed = bytearray(len(self.reading.text))
        mentions = []
        for phrase, name in self._spoken():
            for match in self.reading.find(phrase):
                if not any(claimed[match.start() : match.end()]):
                    claimed[match.start() : match.end()] = b"\1" * (match.end() - match.start())
                    meant = self._beside_its_module(phrase, match.start()) or name
                    mentions.append(_Mention(meant, match.start(), match.end()))
        return sorted(mentions, key=lambda mention: mention.start)

    def _beside_its_module(self, phrase: str, at: int) -> str | None:
        """The phrase, where it is a parameter's own name and stands right after the module that has the parameter."""
        for primitive, params in self._modules.items():
            between = self.reading.lower[self.modules[primitive][1] : at] if phrase in params else ","
            if re.fullmatch(r"\s*(?:with|of|and|的|用)?\s*(?:an? )?", between):
                return phrase
        return None

    def _spoken(self) -> list[tuple[str, str]]:
        """Phrases and whom they name, the longest first; of equals a parameter's own name, then this experiment's."""
        ranked = [(9, phrase, name) for name, phrases in self._phrases.items() for phrase in phrases]
        for rank, group in enumerate(self._groups()):
            for name, param in group.items():
                phrases = (*SPOKEN.get(name, ()), *ENV_SPOKEN.get(name, ()), *param["aliases"])
                ranked += [(rank, name, name), *((rank + 1, phrase, name) for phrase in phrases)]
        if "reward" in self._modules:
            ranked += [(9, phrase, "beta") for phrase in BONUS_WEIGHT]
        return [(phrase, name) for _, phrase, name in sorted(ranked, key=lambda row: (-len(row[1]), row[0], row[1]))]

    def _counts(self) -> None:
        """Numbers of steps, updates or frames that are no length of training; one without a setting stays unread."""
        for count in read_counts(self.reading):
            number, name = count.number, count.name
            self._apart.add(number.start)
            schedule = self._schedules[:1] if name == "schedule" else []
            if schedule and number.value >= 1:
                self.stated.horizons[schedule[0]] = int(number.value)
            elif name is not None and self._param(name) is not None:
                self._interval(name, number)
                self.put_number(name, number, number.start)
            else:
                continue
            others = any(count.start <= n.start < count.end for n in self.reading.numbers if n is not number)
            self.reading.take(number.start if others else count.start, count.end)

    def _interval(self, name: str, number: Number) -> int:
        """Remember what an interval is counted in; where its words end."""
        unit, end = unit_after(self.reading.lower, number.end) if name.endswith("_interval") else (None, number.end)
        if unit:
            self.stated.units[name] = unit
        return end

    def _observations(self) -> None:
        """What is seen: states, or pictures of "64x64"; where all are pictures, that they are wanted needs no setting."""
        if self.environment["observation_space"] == "Box3":
            for found in [found for phrase in ENV_SPOKEN["from_pixels"] for found in self.reading.find(phrase)]:
                self.reading.take(found.start(), found.end())
        for name in OPPOSITES.keys() & self._env.keys():
            for found in [found for phrase in OPPOSITES[name] for found in self.reading.find(phrase)]:
                self.put(name, False)
                self.reading.take(found.start(), found.end())
        size = _SIZE.search(self.reading.lower)
        if size and "from_pixels" in self._env and self.reading.free(size.start(), size.end()):
            for name, value in (("height", int(size[1])), ("width", int(size[2])), ("from_pixels", True)):
                self.put(name, value)
            self.reading.take(size.start(), size.end())

    def _numbered(self, mention: _Mention, explicit: bool) -> None:
        after, before = self._after(mention, explicit), None if explicit else self._before(mention)
        if self.reading.lower[: mention.end].endswith(" of"):
            before = None
        number = (before or after) if mention.name in COUNTED else (after or before)
        if number is None:
            return
        start, end = min(number.start, mention.start), max(number.end, mention.end)
        if mention.name in self._run and of_something_else(self.reading.lower, start, end):
            return
        bare = is_bare(self.reading.lower[mention.start : mention.end])
        unit = mention.name == "num_train_steps" and bare and number.start < mention.start
        if unit and (number.start in self._apart or not of_the_run(self.reading, start, end)):
            return
        end = max(end, self._interval(mention.name, number))
        self.put_number(mention.name, number, mention.start)
        self.reading.take(start, end)

    def _denied(self) -> None:
        """Numbers that are not wanted ("not 16") state nothing."""
        for number in self.reading.numbers:
            negation = _NO_NUMBER.search(self.reading.lower, 0, number.start)
            if negation:
                self.reading.take(negation.start(), number.end)
                self.notes.append(f"Not set, as the request denies it: {number.text!r}.")

    def _after(self, mention: _Mention, explicit: bool) -> Number | None:
        lead = r"\s*[=:]\s*" if explicit else _JOIN
        match = re.compile(lead).match(self.reading.lower, mention.end)
        end = match.end() if match else -1
        return next((number for number in self.reading.numbers if number.start == end), None)

    def _before(self, mention: _Mention) -> Number | None:
        for number in reversed(self.reading.numbers):
            if number.end <= mention.start and mention.start - number.end < 48:
                between = range(number.end, mention.start)
                gap = "".join(self.reading.lower[i] if self.reading.free(i, i + 1) else " " for i in between)
                return number if re.fullmatch(_GAP, gap) else None
        return None

    def _worded(self, mention: _Mention) -> None:
        """Switches, names among choices, and None."""
        param = self._param(mention.name)
        if param is None:
            return
        rest = self.reading.lower[mention.end : mention.end + 40]
        lead = self.reading.lower[max(0, mention.start - 24) : mention.start]
        if param["type"] == "bool":
            off = re.search(_NO + r"[\s:=]*(?:the |any )?$", lead) or re.match(_JOIN + _NO + r"(?![a-z])", rest)
            value = re.match(_JOIN + r"(true|false|on|off)(?![a-z])", rest)
            self.put(mention.name, not off, mention.start)
            negated = len(off[0]) if off and off.re.pattern.endswith("$") else 0
            self.reading.take(mention.start - negated, mention.end + (value.end() if value else 0))
        for choice in param["choices"] or []:
            spoken = phrase_pattern(choice)
            after = re.match(_JOIN + spoken.pattern, rest)
            before = re.search(spoken.pattern + r"[\s-]*$", lead)
            if after or before:
                self.put(mention.name, choice, mention.start)
                start = mention.start - (len(before[0]) if before else 0)
                self.reading.take(start, mention.end + (after.end() if after else 0))
        none = re.match(_JOIN + r"(?:none|null|off|disabled|无|关闭)(?![a-z])", rest)
        without = re.search(_NO + r"[\s:=]*(?:the |any )?$", lead)
        if (none or without) and "None" in param["type"] and not self._after(mention, False):
            self.put(mention.name, None, mention.start)
            start = mention.start - (len(without[0]) if without else 0)
            self.reading.take(start, mention.end + (none.end() if none else 0))

    def _param(self, name: str) -> Entry | None:
        return next((group[name] for group in self._groups() if name in group), None)

    def _bare_steps(self) -> None:
        if "num_train_steps" in self.stated.run or len(self.reading.numbers) != 1:
            return
        number = self.reading.numbers[0]
        if number.start in self._apart:
            return
        lead, rest = self.reading.lower[: number.start], self.reading.lower[number.end :]
        alone = re.search(r"(?:^|[,;.、。])\s*$", lead) and re.match(r"\s*(?:$|[,;.、。])", rest)
        if number.value >= 1000 and (alone or re.search(r"(?:for|训练|跑)\s*$", lead)):
            self.put("num_train_steps", number.value)
            self.reading.take(number.start, number.end)


def read_tag(reading: Reading) -> str | None:
    """The name of the run; read before all else, since it may hold any other name."""
    match = _TAG.search(reading.text)
    if match is None:
        return None
    reading.take(match.start(), match.end())
    return match[1].rstrip(".")


def spoken_phrases(catalogue: Catalogue) -> dict[str, list[str]]:
    """How people call each parameter of any component."""
    found: dict[str, list[str]] = {name: [name, *SPOKEN.get(name, ())] for name in RUN}
    for entry in catalogue.components:
        for param in [*entry["parameters"], *entry["methods"].get("train", [])]:
            if settable(param):
                found.setdefault(param["name"], [param["name"], *SPOKEN.get(param["name"], ())]).extend(
                    param["aliases"]
                )
    return {name: sorted(set(phrases)) for name, phrases in found.items()}
