"""The six contracts that users implement; exported to them as `rllte.common.prototype`."""

from rllte.core.bases.augmentation import BaseAugmentation
from rllte.core.bases.distribution import BaseDistribution
from rllte.core.bases.encoder import BaseEncoder
from rllte.core.bases.policy import BasePolicy
from rllte.core.bases.reward import BaseReward
from rllte.core.bases.storage import BaseStorage

__all__ = ["BaseAugmentation", "BaseDistribution", "BaseEncoder", "BasePolicy", "BaseReward", "BaseStorage"]
