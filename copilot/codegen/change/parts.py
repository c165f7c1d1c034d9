"""Which parts of a plan the words of a change add, take out or put back to their default."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from copilot.codegen.names.environments import environment_mentions
from copilot.codegen.names.literal import agent_mentions, component_mentions
from copilot.codegen.request.reading import Reading
from copilot.codegen.settings.lists import setting_mentions
from copilot.codegen.spec import ExperimentSpec
from copilot.codegen.vocabulary import MIXER, RECURRENT
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest

_REMOVE = re.compile(
    r"(?:(?<![a-z])(?:remove|drop|delete|without|no|kill|ditch|scrap|lose|forget(?: about)?|skip|cut|strip|throw out|"
    r"kick out|"
    r"do away with|axe|eliminate|exclude|discard|undo|revert|(?:do not|don['’]?t|stop) us(?:e|ing)|"
    r"get rid of|disable|turn off|take out|leave out|withdraw|withhold|dispense with|toss(?: out)?|chuck(?: out)?|"
    r"omit|take away|switch off)|去掉|移除|"
    r"删除|删掉|不要|不用|取消|关掉|关闭|不加|不带|去除|撤掉|拿掉|砍掉|弃用|停用)\s*(?:the |any |its |an? |it'?s |"
    r"that |this |our |my )?$"
)
_OFF = re.compile(
    r"\s*(?:bonus |reward |module |noise |augmentation |encoder )?(?:off|away|out|(?:has|needs|ought) to go|should go|"
    r"must go|is no longer needed)(?![a-z])|\s*(?:去掉|删掉|关掉|撤掉|拿掉|取消|移除|不要了?|不用了?)"
)
AWAY = re.compile(
    r"(?:(?<![a-z])(?:replace|swap|exchange|instead of|rather than|in place of|not|from|substitute)|"
    r"把|将|而不是|不是|从)\s*(?:the |an? )?$"
)
"""Before the name of what is to go."""
_REPLACED = re.compile(
    r"\s*(?:bonus |reward |module |noise |augmentation |encoder |one )?(?:is|are|gets?|be|being|was|shall be|"
    r"should be|will be) "
    r"(?:to be )?(?:replaced|substituted|exchanged|swapped)(?: out)? (?:by|with|for)(?![a-z])|"
    r"\s*(?:奖励|模块|噪声|增强|编码器)?被?(?:换成|替换为|换为|替换成)"
)
"""After the name of what another takes the place of: "the ICM is replaced by E3B"."""
_ADD = re.compile(
    r"(?<![a-z])(?:on top|next to|add|also|plus|too|as well|besides|in addition|additionally|"
    r"together with)(?![a-z])|加上|再加|添加|增加|也用|同时"
)
_GENERIC = {
    "reward": (
        r"(?:intrinsic )?(?:reward|bonus)(?:es|s)?(?! normali)|exploration bonus|curiosity(?: bonus|"
        r" reward)?|内在奖励|奖励(?!归一)|好奇心(?:奖励)?"
    ),
    "encoder": r"encoder|编码器",
    "augmentation": r"(?:data )?augmentation|数据增强",
    "storage": r"(?:replay )?storage|replay buffer|存储",
    "distribution": r"distribution|(?:exploration )?noise|噪声",
}
_DEFAULT_BEFORE = re.compile(
    r"(?<![a-z])(?:default(?: value)?s?(?: (?:of|for))?|reset|restore|forget(?: about)?|drop|undo|revert)\s*(?:the |its |"
    r"my )?$|"
    r"默认的?\s*$|重置\s*$|恢复\s*$"
)
_DEFAULT_AFTER = re.compile(
    r"\s*(?:(?:that|which) i (?:gave|chose|set|named|asked for)|of mine)?\s*,?\s*(?:should be |is |goes |go )?(?:back )?"
    r"(?:to|at|use|take|with|on)?\s*(?:its |the |library's )?defaults?(?: value)?(?: will do| is fine| again| is "
    r"enough)?(?![a-z])|"
    r"\s*(?:就|还是|都|也)?(?:用|改回|恢复|设为|回到|还原)?(?:为|成|到)?默认(?:值|的)?"
)


@dataclass
class Parts:
    """What was read; ends of mentions are places of the text."""

    said: bool = False
    agent: str | None = None
    added: dict[str, tuple[str, int]] = field(default_factory=dict[str, tuple[str, int]])
    mixed: list[str] = field(default_factory=list[str])
    at: dict[str, int] = field(default_factory=dict[str, int])
    """Where a module that the plan has already is named."""
    removed: list[str] = field(default_factory=list[str])
    kept_rewards: list[str] = field(default_factory=list[str])
    reset: list[str] = field(default_factory=list[str])

    def applied(self, spec: ExperimentSpec) -> ExperimentSpec:
        """The plan without what was taken out."""
        modules = {key: module for key, module in spec.modules.items() if key not in self.removed}
        left = {
            owner: {key: value for key, value in getattr(spec, owner).items() if key not in self.reset}
            for owner in ("agent_kwargs", "train_kwargs", "env_kwargs")
        }
        return spec.model_copy(update={**left, "modules": modules})


def read_parts(text: str, spec: ExperimentSpec, catalogue: Catalogue) -> tuple[Parts, str]:
    """The parts that the text names, and the text with blanks in their places.

    Raises:
        InvalidRequest: something to take out is not there, or the plan needs it.
    """
    parts, reading = Parts(), Reading(text)
    primitives = {entry["name"]: entry["primitive"] for entry in catalogue.components}
    has = {key: module.parts or [module.name] for key, module in spec.modules.items()}
    spans: list[tuple[int, int]] = []
    added: dict[str, list[tuple[str, int]]] = {}
    for mention in component_mentions(reading, catalogue, spec.agent):
        primitive = primitives[mention.name]
        remove = _REMOVE.search(reading.lower, 0, mention.start) or _OFF.match(reading.lower, mention.end)
        away = AWAY.search(reading.lower, 0, mention.start) or _REPLACED.match(reading.lower, mention.end)
        start = min([mention.start, *(m.start() for m in (remove, away) if m and m.start() < mention.start)])
        spans.append((start, mention.end))
        if remove or away:
            _take_out(
                parts, mention.name, primitive, reading.lower[mention.start : mention.end], has, strict=bool(remove)
            )
        elif mention.name in has.get(primitive, []):
            parts.at[primitive] = mention.end
        else:
            added.setdefault(primitive, []).append((mention.name, mention.end))
        parts.said = True
    spans += _generic(parts, reading, has)
    spans += _memory(parts, reading, spec, catalogue)
    spans += _defaults(parts, reading, catalogue)
    _place(parts, added, has, bool(_ADD.search(reading.lower)))
    return parts, _blanked(reading.text, spans)


def cut_replaced(text: str, spec: ExperimentSpec, catalogue: Catalogue) -> str:
    """The text without the agent and the environment that it wants to leave: "from CartPole to", "instead of PPO"."""
    spans = []
    for named in (agent_mentions(Reading(text), catalogue), environment_mentions(Reading(text), catalogue)):
        for mention in named if len({found.name for found in named}) > 1 else []:
            lead = AWAY.search(text.lower(), 0, mention.start)
            if lead and mention.name in (spec.agent, spec.env_id):
                spans.append((lead.start(), mention.end))
    return _blanked(text, spans)


def _take_out(parts: Parts, name: str, primitive: str, words: str, has: dict[str, list[str]], *, strict: bool) -> None:
    there = has.get(primitive, [])
    if name not in there and re.fullmatch(_GENERIC.get(primitive, "(?!)"), words) and there:
        name = there[0]  # "the curiosity bonus", whatever it is called
        there = [name]
    if name not in there:
        if strict:
            raise InvalidRequest(
                f"The plan has no {name} to take out; its {primitive} is {' + '.join(there) or 'the agent own one'}.",
                hint="Look at the plan, and name what is there.",
            )
        return
    left = [other for other in there if other != name]
    has[primitive] = left
    parts.removed.append(primitive)
    if primitive == "reward":
        parts.kept_rewards = left


def _generic(parts: Parts, reading: Reading, has: dict[str, list[str]]) -> list[tuple[int, int]]:
    """ "Remove the bonus"."""
    spans = []
    for primitive, words in _GENERIC.items():
        for match in re.finditer(rf"(?<![a-z])(?:{words})(?![a-z])", reading.lower):
            remove = _REMOVE.search(reading.lower, 0, match.start())
            if not remove or not reading.free(match.start(), match.end()) or primitive in parts.removed:
                continue
            if primitive not in has:
                raise InvalidRequest(
                    f"The plan has no {match[0]} to take out.", hint="Look at the plan, and name what is there."
                )
            reading.take(match.start(), match.end())
            has.pop(primitive)
            parts.removed.append(primitive)
            parts.said = True
            spans.append((remove.start(), match.end()))
    return spans


def _memory(parts: Parts, reading: Reading, spec: ExperimentSpec, catalogue: Catalogue) -> list[tuple[int, int]]:
    """An LSTM comes with another agent, and goes with it."""
    versions = {name.lower(): name for name in catalogue.names("agent")}
    spans = []
    for match in [match for word in RECURRENT for match in reading.find(word)]:
        remove = _REMOVE.search(reading.lower, 0, match.start())
        plain = spec.agent.lower().removesuffix("lstm")
        other = versions.get(plain if remove else f"{plain}lstm")
        if other is None or (remove and other == spec.agent):
            continue
        parts.agent, parts.said = other, True
        spans.append((remove.start() if remove else match.start(), match.end()))
    return spans


def _defaults(parts: Parts, reading: Reading, catalogue: Catalogue) -> list[tuple[int, int]]:
    """Settings that go back to the library's default."""
    spans = []
    for name, start, end in setting_mentions(reading.text, catalogue):
        before, after = _DEFAULT_BEFORE.search(reading.lower, 0, start), _DEFAULT_AFTER.match(reading.lower, end)
        if before or after:
            parts.reset.append(name)
            parts.said = True
            spans.append((before.start() if before else start, after.end() if after else end))
    return spans


def _place(parts: Parts, added: dict[str, list[tuple[str, int]]], has: dict[str, list[str]], more: bool) -> None:
    """Where what is added goes: beside intrinsic rewards that are there, else in the place of the module."""
    for primitive, named in added.items():
        names = list(dict.fromkeys(name for name, _ in named))
        end = named[-1][1]
        if primitive != "reward":
            if len(names) > 1:
                raise InvalidRequest(
                    f"The change names two components for {primitive}: {names[0]} and {names[1]}.", hint="Name one."
                )
            parts.added[primitive] = (names[0], end)
            continue
        rewards = [name for name in names if name != MIXER]
        if more or MIXER in names or parts.kept_rewards:
            rewards = [*has.get("reward", []), *rewards]
        _mix(parts, rewards, end)
    if "reward" in parts.removed and parts.kept_rewards and "reward" not in parts.added:
        _mix(parts, parts.kept_rewards, 0)


def _mix(parts: Parts, rewards: Iterable[str], end: int) -> None:
    names = sorted(set(rewards))
    if len(names) > 1:
        parts.added["reward"], parts.mixed = (MIXER, end), names
    elif names:
        parts.added["reward"] = (names[0], end)
    else:
        raise InvalidRequest(f"{MIXER} adds several intrinsic rewards up.", hint=f"Name them: {MIXER} of RE3 and ICM.")


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + "¤" * (end - start) + text[end:]  # blanks would be drawn together, and places move
    return text
