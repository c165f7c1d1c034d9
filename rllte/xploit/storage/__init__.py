"""Storages: experience in, batches out."""

from rllte.xploit.storage.recurrent_rollout_storage import RecurrentRolloutStorage
from rllte.xploit.storage.vanilla_rollout_storage import VanillaRolloutStorage

__all__ = ["RecurrentRolloutStorage", "VanillaRolloutStorage"]
