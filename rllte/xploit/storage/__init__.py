"""Storages: experience in, batches out."""

from rllte.xploit.storage.dict_replay_storage import DictReplayStorage
from rllte.xploit.storage.dict_rollout_storage import DictRolloutStorage
from rllte.xploit.storage.her_replay_storage import HerReplayStorage
from rllte.xploit.storage.nstep_replay_storage import NStepReplayStorage
from rllte.xploit.storage.prioritized_replay_storage import PrioritizedReplayStorage
from rllte.xploit.storage.recurrent_rollout_storage import RecurrentRolloutStorage
from rllte.xploit.storage.vanilla_distributed_storage import VanillaDistributedStorage
from rllte.xploit.storage.vanilla_replay_storage import VanillaReplayStorage
from rllte.xploit.storage.vanilla_rollout_storage import VanillaRolloutStorage

__all__ = [
    "DictReplayStorage",
    "DictRolloutStorage",
    "HerReplayStorage",
    "NStepReplayStorage",
    "PrioritizedReplayStorage",
    "VanillaDistributedStorage",
    "RecurrentRolloutStorage",
    "VanillaReplayStorage",
    "VanillaRolloutStorage",
]
