"""What one's own agents and modules are derived from."""

from rllte.common.prototype.base_agent import BaseAgent
from rllte.common.prototype.distributed_agent import DistributedAgent
from rllte.common.prototype.off_policy_agent import OffPolicyAgent
from rllte.common.prototype.on_policy_agent import OnPolicyAgent
from rllte.core.bases import BaseAugmentation, BaseDistribution, BaseEncoder, BasePolicy, BaseReward, BaseStorage

__all__ = [
    "BaseAgent",
    "BaseAugmentation",
    "BaseDistribution",
    "BaseEncoder",
    "BasePolicy",
    "BaseReward",
    "BaseStorage",
    "DistributedAgent",
    "OffPolicyAgent",
    "OnPolicyAgent",
]
