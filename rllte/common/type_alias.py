"""RLLTE's names for annotations: kinds of policies and storages, and the batches that storages hand out."""

from rllte.core.bases import BasePolicy, BaseStorage
from rllte.core.types import (
    DictReplayBatch,
    DictRolloutBatch,
    NStepReplayBatch,
    PrioritizedReplayBatch,
    VanillaReplayBatch,
    VanillaRolloutBatch,
)

OnPolicyType = OffPolicyType = DistributedPolicyType = BasePolicy
RolloutStorageType = ReplayStorageType = DistributedStorageType = BaseStorage

__all__ = [
    "DictReplayBatch",
    "DictRolloutBatch",
    "DistributedPolicyType",
    "DistributedStorageType",
    "NStepReplayBatch",
    "OffPolicyType",
    "OnPolicyType",
    "PrioritizedReplayBatch",
    "ReplayStorageType",
    "RolloutStorageType",
    "VanillaReplayBatch",
    "VanillaRolloutBatch",
]
