"""Reads a policy: an actor-critic, a Q-network, or actor and critics of an off-policy agent."""

from __future__ import annotations

from copilot.codegen.authoring.ask import Ask
from copilot.codegen.authoring.policy import told as policy_told
from copilot.codegen.authoring.policy import values as policy_values
from copilot.codegen.authoring.spec import ActorPolicy, Policy, QPolicy

BEYOND = (
    r"\b(?:recurrent|lstm|gru|memory|transformers?|attention|mixture|experts?|ensembles?|twin|quantile|dropout|"
    r"distributional|off-policy|deterministic|q-?values?|goal|hierarchical|options?|state[- ]dependent|residual|auxiliary|"
    r"dueling|gated|hyper\w*|flows?|diffusion|multi\w*|spectral|batch ?norm\w*|detach\w*|stop[- ]gradients?|tanh[- "
    r"]squashed|"
    r"layer-?scale|noisy|masked?)\b|循环|记忆|注意力|专家|集成|确定性|分层|残差|多头|谱归一化"
)


def read(ask: Ask) -> tuple[Policy | QPolicy | ActorPolicy | None, list[str]]:
    """The policy that a request asks for, or None; and notes."""
    kind = policy_values.kind(ask)
    if kind == "q":
        return policy_values.q_policy(ask)
    if kind == "actor":
        return policy_values.actor_policy(ask)
    return policy_told.read(ask)
