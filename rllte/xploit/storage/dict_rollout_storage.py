"""The rollout of on-policy agents in Dict spaces."""

from __future__ import annotations

from typing import ClassVar

from rllte.core.registry import register
from rllte.core.types import DictRolloutBatch, VanillaRolloutBatch
from rllte.xploit.storage.memory import ACTIONS
from rllte.xploit.storage.vanilla_rollout_storage import VanillaRolloutStorage


@register("storage", aliases=("dict rollout",), observation_spaces=("Dict",), action_spaces=ACTIONS)
class DictRolloutStorage(VanillaRolloutStorage):
    """The rollout of observations by key, each in the dtype of its own space; else as `VanillaRolloutStorage`.

    Raises:
        SpaceError: not a Dict space.
    """

    batch_type: ClassVar[type[VanillaRolloutBatch]] = DictRolloutBatch
    kinds: ClassVar[tuple[str, ...]] = ("Dict",)
