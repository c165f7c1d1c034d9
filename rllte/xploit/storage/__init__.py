"""Storages: experience in, batches out."""

from rllte.xploit.storage.vanilla_distributed_storage import VanillaDistributedStorage
from rllte.xploit.storage.vanilla_rollout_storage import VanillaRolloutStorage

__all__ = ["VanillaDistributedStorage", "VanillaRolloutStorage"]
