"""Settings that a request states: a parameter's name or alias beside a value, each value checked against its range."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from copilot.codegen.numbers import Number
from copilot.codegen.reading import Reading, phrase_pattern
from copilot.codegen.vocabulary import COUNTED, SPOKEN
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest, UnknownName

Entry = dict[str, Any]
RUN = ("num_train_steps", "num_envs", "seed")
_SKIP = frozenset(
    {"log_dir", "device", "tag", "env_id", "init_model_path", "asynchronous", "aux_critic", "storage_size"}
)
_JOIN = r"(?:=|:|of|to|is|at|as|be|equals?|设置为|设为|设成|改为|改成|等于|调到|为|是|取|用|到|[\s\"'`(])*"
_GAP = (
    r"(?:parallel|training|train|total|vectori[sz]ed|different|environment|copies|of|as|for|the|"
    r"并行的?|训练|的|个|多|条|[\s-])*"
)
_NO = r"(?:(?<![a-z])(?:no|without|not|don't|do not|disable|disabled|false|off)|不要?|禁用|关闭|无)"
_DEVICE = re.compile(
    r"(?<![a-z0-9_])(?:(?:device|on|use|using)[\s=:]*(?:the )?)?(cpu|cuda(?::\d+)?|gpu|mps|npu)(?![a-z0-9_])|显卡"
)
_NO_DEVICE = re.compile(
    r"(?:(?<![a-z])(?:no|non|not|dont|without|never|avoid|lack|instead of|rather than)(?![a-z])|n['’]t(?![a-z])|"
    r"不|没有?|无需?|禁止?|别|关闭)"
    r"(?:(?:a|an|any|the|my|have|use|using|need|want|run|running|train|on|to|it|with|access|available)(?![a-z])|"
    r"要|能|可|使用|可用|用|有|在|需|跑|的|[\s-])*$"
)
_DEVICE_OFF = re.compile(
    r"\s*(?:[=:]\s*)?(?:is |are )?(?:not|n't|isn['’]t|aren['’]t|off|none|false|no|disabled|unavailable)(?![a-z])|"
    r"\s*(?:不可用|不能用|禁用|关闭)"
)
_IF_THERE = re.compile(
    r"(?:if|when|whenever) (?:one |it |a gpu |cuda )?(?:is )?(?:available|possible|present)|if there is one|"
    r"if (?:i|you|we) have (?:one|a gpu|cuda)|(?:如果|若|要是)(?:可用|有|能用)|可用时|就用"
)
_NO_NUMBER = re.compile(
    r"(?:(?<![a-z])(?:not|no|without|never|instead of|rather than|(?:any|every)thing but|all but)|n['’]t|不要?|不是|别)"
    r"(?:\s*(?:use|want|take|用|设为))?\s*$"
)
_EACH = re.compile(r"(?:(?<![a-z])(?:every|each|per)(?: with| for| of)?|每隔?|每个?回合|每局)\s*$")
_ELSEWHERE = re.compile(
    r"\s*(?:(?:per|each|every|an|in an|in each) episode|(?:for|at|during) (?:the )?(?:eval|evaluation|evaluating)(?![a-z]))"
)
_COMMA = re.compile(r"0[,，]\d+|\d+[,，]\d{1,2}(?!\d).*")
_POINT = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_LONG_ROLLOUT = 10_000
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
    modules: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])


@dataclass(frozen=True)
class _Mention:
    name: str
    start: int
    end: int


class Settings:
    """The parameters that can be set for one agent and its modules, and what a request says of them."""

    def __init__(self, reading: Reading, catalogue: Catalogue, agent: str, modules: dict[str, tuple[str, int]]) -> None:
        self.reading = reading
        self.agent = agent
        self.modules = modules
        self.notes: list[str] = []
        self.stated = Stated(modules={primitive: {} for primitive in modules})
        entry = catalogue.component(agent)
        self._agent = {p["name"]: p for p in entry["parameters"] if settable(p)}
        self._train = {p["name"]: p for p in entry["methods"]["train"] if settable(p) and p["name"] not in RUN}
        maker = next(item for item in catalogue.functions if item["name"] == "make_rllte_env")["parameters"]
        steps = next(p for p in entry["methods"]["train"] if p["name"] == "num_train_steps")
        seed = next(p for p in entry["parameters"] if p["name"] == "seed")
        self._run = {p["name"]: p for p in (steps, next(p for p in maker if p["name"] == "num_envs"), seed)}
        self._agent.pop("seed", None)
        self._modules = {
            primitive: {p["name"]: p for p in catalogue.component(name)["parameters"] if settable(p)}
            for primitive, (name, _) in modules.items()
        }
        self._phrases = _phrases(catalogue)

    def names(self) -> list[str]:
        """All parameters that this experiment can set."""
        groups = (self._run, self._agent, self._train, *self._modules.values())
        return sorted({name for group in groups for name in group})

    def phrases(self, name: str) -> list[str]:
        """How people call a parameter."""
        return self._phrases.get(name, [name])

    def read(self) -> Stated:
        """Take all that code can read.

        Raises:
            InvalidRequest: a value outside its range, or two values for one setting.
            UnknownName: a value for a parameter that the agent does not have.
        """
        self._device()
        self._denied()
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
        groups = (self.stated.run, self.stated.agent, self.stated.train, *self.stated.modules.values())
        return any(name in group for group in groups)

    def _place(self, name: str, at: int) -> tuple[dict[str, Any], Entry]:
        if name in self._run:
            return self.stated.run, self._run[name]
        for primitive, params in self._modules.items():
            end = self.modules[primitive][1]
            near = 0 <= at - end < 60 and not re.search(r"[;；。.!]", self.reading.text[end:at])
            if name in params and (near or name == "feature_dim" or name not in self._agent):
                return self.stated.modules[primitive], params[name]
        if name in self._agent:
            return self.stated.agent, self._agent[name]
        if name in self._train:
            return self.stated.train, self._train[name]
        raise UnknownName(f"setting of {self.agent}", name, self.names())

    def _mentions(self) -> list[_Mention]:
        claimed = bytearray(len(self.reading.text))
        mentions = []
        pairs = [(phrase, name) for name, phrases in self._phrases.items() for phrase in phrases]
        for phrase, name in sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0])):
            for match in self.reading.find(phrase):
                if not any(claimed[match.start() : match.end()]):
                    claimed[match.start() : match.end()] = b"\1" * (match.end() - match.start())
                    mentions.append(_Mention(name, match.start(), match.end()))
        return sorted(mentions, key=lambda mention: mention.start)

    def _numbered(self, mention: _Mention, explicit: bool) -> None:
        after, before = self._after(mention, explicit), None if explicit else self._before(mention)
        if self.reading.lower[: mention.end].endswith(" of"):
            before = None
        number = (before or after) if mention.name in COUNTED else (after or before)
        if number is None:
            return
        start, end = min(number.start, mention.start), max(number.end, mention.end)
        if mention.name in self._run and self._of_something_else(start, end):
            return
        self.put_number(mention.name, number, mention.start)
        self.reading.take(start, end)

    def _of_something_else(self, start: int, end: int) -> bool:
        """Whether the number is an interval, an episode's or an evaluation's, and so no total of the run."""
        lower = self.reading.lower
        return bool(_EACH.search(lower, 0, start) or _ELSEWHERE.match(lower, end))

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
        groups = (self._run, self._agent, self._train, *self._modules.values())
        return next((group[name] for group in groups if name in group), None)

    def _device(self) -> None:
        text = self.reading.lower
        wanted, denied = set(), set()
        for match in _DEVICE.finditer(text):
            device = {"gpu": "cuda", None: "cuda"}.get(match[1], match[1])
            negated = _NO_DEVICE.search(text, 0, match.start()) or _DEVICE_OFF.match(text, match.end())
            (denied if negated else wanted).add(device)
            self.reading.take(match.start(), match.end())
        choice = _IF_THERE.search(text)
        if choice and (wanted | denied) - {"cpu"}:
            self.reading.take(choice.start(), choice.end())
            self.stated.run["device"] = "auto"
            self.notes.append("--device auto chooses a GPU if there is one, else the CPU.")
            return
        devices = wanted or {"cuda" if device == "cpu" else "cpu" for device in denied}
        if len(devices) > 1:
            raise InvalidRequest(f"The request names two devices: {', '.join(sorted(devices))}.", hint="Name one.")
        if devices:
            self.stated.run["device"] = devices.pop()

    def _bare_steps(self) -> None:
        if "num_train_steps" in self.stated.run or len(self.reading.numbers) != 1:
            return
        number = self.reading.numbers[0]
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


def settable(param: Entry) -> bool:
    """Whether a request can state this parameter: a number, a switch or one of named choices."""
    plain = {part.strip() for part in param["type"].split("|")} <= {"int", "float", "bool", "None"}
    return param["name"] not in _SKIP and (plain or bool(param["choices"]))


def coerce(param: Entry, value: Any) -> Any:
    """The value as the parameter's type.

    Raises:
        InvalidRequest: of the wrong type, or outside range or choices.
    """
    name, kinds = param["name"], {part.strip() for part in param["type"].split("|")}
    if value is None and "None" in kinds:
        return None
    if param["choices"]:
        if value not in param["choices"]:
            raise InvalidRequest(
                f"{name} is {value!r}; expected one of {', '.join(param['choices'])}.", hint=param["doc"]
            )
        return value
    if "bool" in kinds and isinstance(value, bool):
        return value
    if not isinstance(value, int | float) or isinstance(value, bool) or "bool" in kinds:
        raise InvalidRequest(f"{name} is {value!r}; expected {param['type']}.", hint=param["doc"])
    low, high, above = param["low"], param["high"], param["above"]
    least = f"more than {above}" if above is not None else f"at least {low}"
    expected = (
        least
        if high is None
        else f"{least} and at most {high}"
        if above is not None
        else f"a number from {low} to {high}"
    )
    too_low = (low is not None and value < low) or (above is not None and value <= above)
    too_high = high is not None and value > high
    if value in (float("inf"), float("-inf")):
        raise InvalidRequest(
            f"The value for {name} has more than 18 digits; expected {expected}.", hint=f"{name}: {param['doc']}."
        )
    if too_low or too_high:
        raise InvalidRequest(f"{name} is {value}; expected {expected}.", hint=f"{name}: {param['doc']}.")
    if "float" in kinds:
        return float(value)
    if value != int(value):
        raise InvalidRequest(f"{name} is {value}; expected a whole number.", hint=f"{name}: {param['doc']}.")
    return int(value)


def _phrases(catalogue: Catalogue) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {name: [name, *SPOKEN.get(name, ())] for name in RUN}
    for entry in catalogue.components:
        for param in [*entry["parameters"], *entry["methods"].get("train", [])]:
            if settable(param):
                found.setdefault(param["name"], [param["name"], *SPOKEN.get(param["name"], ())]).extend(
                    param["aliases"]
                )
    return {name: sorted(set(phrases)) for name, phrases in found.items()}
