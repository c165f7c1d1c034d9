"""How many minibatches a rollout is cut into: the library counts the samples in one, so that the number is no size."""

from __future__ import annotations

import re
from typing import Any

from copilot.codegen.request.numbers import Number
from copilot.codegen.settings.settings import Settings
from copilot.codegen.settings.stated import Stated
from copilot.core.errors import InvalidRequest

_COUNT = re.compile(
    r"(?<![a-z])(?:num(?:ber)?[ _]?(?:of[ _])?|n[ _]?)(?:mini[ _-]?batch(?:es)?|batches)(?![a-z])"
    r"\s*(?:=|:|of|is|to|at)?\s*$|"
    r"(?:小批量|小批次|批次)的?(?:数量?|个数)\s*(?:为|是|=|:|：|取|设为)?\s*$"
)
"""Right before the number."""
_PLURAL = re.compile(r"(?<![a-z_])mini[ -]?batches\s*(?:=|:|is|are|at|to)?\s*$")
"""Right before it, of an agent that has so many in a rollout; "minibatches of 64" tells the size."""
_OF_SIZE = re.compile(
    r"\s*(?:mini[\s-]?)?batches\s*(?:(?:of|with|each of)(?: size)?|,|\()\s*$|\s*个(?:大小|尺寸)为?\s*$"
)
"""Between how many and the size of one: "16 minibatches of size 64"."""
_EACH = re.compile(r"\s*(?:samples|transitions|steps|的小批[量次]?)?\s*(?:each)?(?![a-z])")
_MINI = re.compile(
    r"\s*(?:(?:equal|random|shuffled|mini)[\s-]+)*(?:mini[\s-]?batch(?:es)?)(?![a-z])(?!\s*(?:size|of\s+(?:size\s+)?\d))|"
    r"\s*batches\s+(?:per|in each|for each|every|each)\s+(?:epoch|update|rollout|pass|iteration)|\s*个小批[量次]?(?!大小)"
)
"""Right after it."""
_CUT = re.compile(
    r"(?:(?<![a-z])(?:split|divid|cut|chop|partition)\w*[^,.;\d]{0,40}(?:in)?to\s*|(?:分成|分为|切成)\s*)$"
)
_BATCHES = re.compile(r"\s*(?:equal |random )*batches(?![a-z])(?!\s+of\s+\d)|\s*[个份]?(?:小?批)")
_OTHERS = re.compile(r"(?:(?<![a-z])(?:every|each|auxiliary|aux|size|of)|每|辅助)\s*$")


def read_minibatches(settings: Settings) -> None:
    """Take a number of minibatches.

    Raises:
        InvalidRequest: the agent's batches are no parts of a rollout, or the size of the rollout is not known here.
    """
    reading = settings.reading
    for number in reading.numbers:
        lead, rest = reading.lower[: number.start], reading.lower
        size = _size(settings, number)
        if size is not None:
            _both(settings, number, size)
            continue
        before = _COUNT.search(lead) or (_PLURAL.search(lead) if _cuts(settings) else None)
        cut = _CUT.search(lead)
        after = _MINI.match(rest, number.end) or (_BATCHES.match(rest, number.end) if cut else None)
        if not (before or after) or (before is None and _OTHERS.search(lead)):
            continue
        if not reading.free(number.start, number.end) or number.value < 1 or number.value != int(number.value):
            continue
        if before and _OTHERS.search(lead, 0, before.start()):
            continue
        if not _cuts(settings):
            raise InvalidRequest(
                f"{number.text} is a number of minibatches; {settings.agent} has no rollout that is cut into so many.",
                hint='Say how many samples one has, for example "batch size 64".',
            )
        if not settings.whole:
            raise InvalidRequest(
                f"{number.text} is a number of minibatches; the setting here is their size, batch_size.",
                hint='Say how many samples one has: num_steps * num_envs / minibatches, for example "batch size 64".',
            )
        settings.stated.minibatches = int(number.value)
        start = before.start() if before else cut.start() if cut else number.start
        reading.take(start, after.end() if after else number.end)


def _cuts(settings: Settings) -> bool:
    """Whether the agent's batches are parts of a rollout."""
    own = settings.owners["agent"]
    return "num_steps" in own and "minibatch" in own.get("batch_size", {"doc": ""})["doc"]


def _size(settings: Settings, number: Number) -> Number | None:
    """The size of each, right behind how many there are: the 64 of "16 minibatches of 64", "16 minibatches (64 each)"."""
    text = settings.reading.lower
    if not (settings.whole and _cuts(settings)):
        return None
    behind = next((n for n in settings.reading.numbers if n.start >= number.end), None)
    between = _OF_SIZE.fullmatch(text, number.end, behind.start) if behind else None
    if behind is None or between is None or _OTHERS.search(text, 0, number.start):
        return None
    if between[0].rstrip().endswith((",", "(")) and not re.match(
        r"\s*(?:samples|transitions)? ?each", text[behind.end :]
    ):
        return None  # "16 minibatches, 8 environments"
    return behind


def _both(settings: Settings, number: Number, size: Number) -> None:
    settings.stated.minibatches = int(number.value)
    settings.stated.rollout = int(number.value * size.value)
    settings.put_number("batch_size", size, size.start, "agent")
    rest = _EACH.match(settings.reading.lower, size.end)
    settings.reading.take(number.start, rest.end() if rest else size.end)


def put_minibatches(
    stated: Stated, agent_kwargs: dict[str, Any], effective: dict[str, Any], run: dict[str, Any], notes: list[str]
) -> None:
    """The size of a minibatch, of so many in a rollout; where the request names both, the rollout follows.

    Raises:
        InvalidRequest: the rollout cannot be cut so, or the request names another size and the whole rollout.
    """
    count = stated.minibatches
    if count is None:
        return
    if stated.rollout is not None:
        _fit_rollout(stated, agent_kwargs, effective, run, notes)
    num_envs = run["num_envs"]
    whole = effective["num_steps"] * num_envs
    rollout = f"{whole} samples ({effective['num_steps']} steps in {num_envs} environments)"
    if whole % count:
        raise InvalidRequest(
            f"{count} minibatches: a rollout has {rollout}, which cannot be cut into so many equal parts.",
            hint='Name another number, or the size: "batch size 64".',
        )
    size = whole // count
    if stated.agent.get("batch_size", size) != size:
        raise InvalidRequest(
            f"The request names a batch size of {stated.agent['batch_size']} and {count} minibatches, of {rollout}.",
            hint="Leave one of them out.",
        )
    stated.agent["batch_size"] = agent_kwargs["batch_size"] = effective["batch_size"] = size
    notes.append(f"batch_size={size}: {count} minibatches of a rollout of {rollout}.")


def _fit_rollout(
    stated: Stated, agent_kwargs: dict[str, Any], effective: dict[str, Any], run: dict[str, Any], notes: list[str]
) -> None:
    """The steps of a rollout that has so many minibatches of such a size, or else the environments, where those are open."""
    whole = stated.rollout or 0
    if whole == effective["num_steps"] * run["num_envs"]:
        return
    name, by = ("num_steps", "num_envs") if "num_steps" not in stated.agent else ("num_envs", "num_steps")
    each = run["num_envs"] if by == "num_envs" else effective["num_steps"]
    if whole % each or (name == "num_envs" and "num_envs" in stated.run):
        return
    value = whole // each
    if name == "num_steps":
        stated.agent[name] = agent_kwargs[name] = effective[name] = value
    else:
        stated.run[name] = run[name] = value
    notes.append(
        f"{name}={value}: {stated.minibatches} minibatches of {stated.agent['batch_size']} are {whole} samples."
    )
