"""The replay of off-policy agents in Dict spaces."""

from __future__ import annotations

from typing import ClassVar

from rllte.core.registry import register
from rllte.core.types import DictReplayBatch, VanillaReplayBatch
from rllte.xploit.storage.memory import ACTIONS
from rllte.xploit.storage.vanilla_replay_storage import VanillaReplayStorage


@register("storage", aliases=("dict replay buffer",), observation_spaces=("Dict",), action_spaces=ACTIONS)
class DictReplayStorage(VanillaReplayStorage):
    """Experience replay of observations by key, each in the dtype of its own space; else as `VanillaReplayStorage`.

    Raises:
        SpaceError: not a Dict space, or `frame_stack` above 1.
        ParameterError: the machine refuses that much memory.
    """

    batch_type: ClassVar[type[VanillaReplayBatch]] = DictReplayBatch
    kinds: ClassVar[tuple[str, ...]] = ("Dict",)
