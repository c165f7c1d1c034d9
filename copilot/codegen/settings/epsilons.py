"""An epsilon of which nothing says whose it is: the optimiser's, PPO's or that of exploration, by its size, and told."""

from __future__ import annotations

import re

from copilot.codegen.request.numbers import Number
from copilot.codegen.settings.mentions import JOIN
from copilot.codegen.settings.settings import Settings

_EPS = re.compile(r"(?:(?<![a-z_])(?:eps(?:ilon)?|ε)(?:[\s-]greedy)?(?![a-z_])|(?:ε|epsilon)[\s-]?贪[心婪]|ε)")
_OTHERS = re.compile(
    r"(?:(?<![a-z])(?:adam|rmsprop|optimi[sz]er|kernel|clip\w*|surrogate|ratio|numerical|ppo)(?:['’]s)?|优化器|核|裁剪|截断)"
    r"[\s_-]*的?\s*$"
)
"""Words before it that say whose it is."""
_OPTIMISERS = re.compile(r"(?:(?<![a-z])(?:adam|rmsprop|optimi[sz]er)(?:['’]s)?|优化器)[\s_-]*的?\s*$")
_MODULES = ("eps", "kernel_epsilon")
"""Of modules: right beside one that has such a setting it is the module's."""
_GIVEN = re.compile(r"\s*(?:(?:with|using|of|whose|has|的|[:(])\s*)+(?:an? )?")
_BEHIND = re.compile(r"\s*(?:of|for|in) (?:the )?(?:adam|rmsprop|optimi[sz]er)")
_CLIPS_WITH = re.compile(r"(?<![a-z])clip\w* (?:with|using|by) (?:an? )?$")
_LAST = re.compile(r"(?:(?<![a-z])(?:final|last|end|min(?:imum|imal)?|lowest)|最终|最后|最小)的?\s*$")
_FIRST = re.compile(r"(?:(?<![a-z])(?:initial|first|start(?:ing)?|max(?:imum)?)|初始|起始)的?\s*$")
_AT_END = re.compile(r"\s*(?:at the end|in the end|finally)(?![a-z])")
_SMALL_EXPLORATION = 1e-3
_SMALL_CLIP = 0.01
"""Below these it is a constant of the optimiser, which is mostly 1e-8 to 1e-5."""


def read_small_epsilon(settings: Settings) -> None:
    """Take an epsilon that is too small for a probability of random actions: before those are read."""
    if not _explores(settings):
        return
    for match, number in _found(settings, optimisers=True):
        lead = _OPTIMISERS.search(settings.reading.lower, 0, match.start())
        if lead:
            settings.reading.take(*lead.span())
        if lead or (number.value < _SMALL_EXPLORATION and match[0] != "eps"):
            _put(settings, match, number, sure=lead is not None)


def read_epsilons(settings: Settings) -> None:
    """Take an epsilon of which nothing says whose it is."""
    if not (_explores(settings) or "clip_range" in settings.owners["agent"]):
        return
    for match, number in _found(settings):
        if _explores(settings):
            _explore(settings, match, number)
        elif number.value < _SMALL_CLIP and match[0] != "eps":
            _put(settings, match, number)
        elif number.value >= _SMALL_CLIP:
            settings.put_number("clip_range", number, match.start(), "agent")
            if lead := _CLIPS_WITH.search(settings.reading.lower, 0, match.start()):
                settings.reading.take(*lead.span())
            _tell(settings, match, number, f"the range of the clipping, clip_range={number.text}")


def _explores(settings: Settings) -> bool:
    return any(p["name"] == "epsilon_schedule" for owner, p in settings.schedules if owner == "agent")


def _found(settings: Settings, *, optimisers: bool = False) -> list[tuple[re.Match[str], Number]]:
    """The free words with the numbers right behind them, of which no words beside say whose they are.

    Args:
        settings: of the experiment.
        optimisers: those of which they say that they are the optimiser's, too.
    """
    text, reading = settings.reading.lower, settings.reading
    found = []
    for match in _EPS.finditer(text) if "eps" in settings.owners["agent"] else ():
        joint = re.compile(JOIN).match(text, match.end())
        number = next((n for n in reading.numbers if joint and n.start == joint.end()), None)
        if number is None or not reading.free(match.start(), number.end):
            continue
        if _of_module(settings, match, number):
            continue
        if not (
            (_OTHERS.search(text, 0, match.start()) and not (optimisers and _OPTIMISERS.search(text, 0, match.start())))
            or _BEHIND.match(text, match.end())
            or _BEHIND.match(text, number.end)
        ):
            found.append((match, number))
    return found


def _of_module(settings: Settings, match: re.Match[str], number: Number) -> bool:
    """Whether it is a module's, right beside that; it is taken as such."""
    for primitive, places in settings.places.items():
        name = next((name for name in _MODULES if name in settings.owners[primitive]), None)
        given = any(end >= 0 and _GIVEN.fullmatch(settings.reading.lower, end, match.start()) for end in places)
        if name and given:
            settings.put_number(name, number, match.start(), primitive)
            settings.reading.take(match.start(), number.end)
            return True
    return False


def _put(settings: Settings, match: re.Match[str], number: Number, *, sure: bool = False) -> None:
    """The optimiser's, which is told unless it is `sure`; its own name is read as any setting's."""
    settings.put_number("eps", number, match.start(), "agent")
    settings.reading.take(match.start(), number.end)
    if not sure:
        settings.notes.append(
            f"{match[0]!r} is taken as the constant of the optimiser, eps={number.text}, as it is so small."
        )


def _explore(settings: Settings, match: re.Match[str], number: Number) -> None:
    text, value = settings.reading.lower, float(number.value)
    if settings.has("epsilon_schedule") or not _SMALL_EXPLORATION <= value <= 1:
        return
    last = _LAST.search(text, 0, match.start()) or _AT_END.match(text, number.end)
    first = _FIRST.search(text, 0, match.start())
    made = f"linear(?, {value}, ?)" if last else f"linear({value}, ?, ?)" if first else f"constant({value})"
    settings.stated.schedules["epsilon_schedule"] = made
    for words in (first, last):
        if words:
            settings.reading.take(*words.span())
    which = "last " if last else "first " if first else ""
    always = "" if first or last else ", the same in the whole run"
    _tell(settings, match, number, f"the {which}probability of random actions{always}")


def _tell(settings: Settings, match: re.Match[str], number: Number, meant: str) -> None:
    settings.reading.take(match.start(), number.end)
    settings.notes.append(f"{match[0]!r} is taken as {meant}; for the optimiser's say \"Adam's eps {number.text}\".")
