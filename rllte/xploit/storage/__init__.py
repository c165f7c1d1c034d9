"""Storages: experience in, batches out."""

from rllte.xploit.storage.vanilla_replay_storage import VanillaReplayStorage
from rllte.xploit.storage.vanilla_rollout_storage import VanillaRolloutStorage

__all__ = ["VanillaReplayStorage", "VanillaRolloutStorage"]
