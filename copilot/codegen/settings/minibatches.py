"""How many minibatches a rollout is cut into: the library counts the samples in one, so that the number is no size."""

from __future__ import annotations

import re
from typing import Any

from copilot.codegen.settings.settings import Settings
from copilot.codegen.settings.stated import Stated
from copilot.core.errors import InvalidRequest

_COUNT = re.compile(
    r"(?<![a-z])(?:num(?:ber)?[ _]?(?:of[ _])?|n[ _]?)(?:mini[ _-]?batch(?:es)?|batches)(?![a-z])"
    r"\s*(?:=|:|of|is|to|at)?\s*$|"
    r"(?:小批量|小批次|批次)的?(?:数量?|个数)\s*(?:为|是|=|:|：|取|设为)?\s*$"
)
"""Right before the number."""
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
        before = _COUNT.search(lead)
        cut = _CUT.search(lead)
        after = _MINI.match(rest, number.end) or (_BATCHES.match(rest, number.end) if cut else None)
        if not (before or after) or (before is None and _OTHERS.search(lead)):
            continue
        if not reading.free(number.start, number.end) or number.value < 1 or number.value != int(number.value):
            continue
        batch = settings.owners["agent"].get("batch_size")
        if batch is None or "minibatch" not in batch["doc"] or "num_steps" not in settings.owners["agent"]:
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


def put_minibatches(
    stated: Stated, agent_kwargs: dict[str, Any], effective: dict[str, Any], num_envs: int, notes: list[str]
) -> None:
    """The size of a minibatch, of so many in a rollout.

    Raises:
        InvalidRequest: the rollout cannot be cut so, or the request names another size.
    """
    count = stated.minibatches
    if count is None:
        return
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
