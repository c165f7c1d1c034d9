"""Policies: encoder and heads, from observations to actions and values."""

from rllte.xploit.policy.on_policy_shared_actor_critic import OnPolicySharedActorCritic

__all__ = ["OnPolicySharedActorCritic"]
