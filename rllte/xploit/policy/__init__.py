"""Policies: encoder and heads, from observations to actions and values."""

from rllte.xploit.policy.distributed_actor_learner import DistributedActorLearner
from rllte.xploit.policy.off_policy_det_actor_double_critic import OffPolicyDetActorDoubleCritic
from rllte.xploit.policy.off_policy_double_actor_double_critic import OffPolicyDoubleActorDoubleCritic
from rllte.xploit.policy.off_policy_double_qnetwork import OffPolicyDoubleQNetwork
from rllte.xploit.policy.off_policy_stoch_actor_double_critic import OffPolicyStochActorDoubleCritic
from rllte.xploit.policy.on_policy_decoupled_actor_critic import OnPolicyDecoupledActorCritic
from rllte.xploit.policy.on_policy_recurrent_actor_critic import OnPolicyRecurrentActorCritic
from rllte.xploit.policy.on_policy_shared_actor_critic import OnPolicySharedActorCritic

__all__ = [
    "DistributedActorLearner",
    "OffPolicyDetActorDoubleCritic",
    "OffPolicyDoubleActorDoubleCritic",
    "OffPolicyDoubleQNetwork",
    "OffPolicyStochActorDoubleCritic",
    "OnPolicyDecoupledActorCritic",
    "OnPolicyRecurrentActorCritic",
    "OnPolicySharedActorCritic",
]
