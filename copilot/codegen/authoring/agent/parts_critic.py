"""The policy of an on-policy plan as source: critics of bins, a copy that follows, heads of auxiliary losses."""

from __future__ import annotations

from copilot.codegen.authoring.agent.parts_terms import AUXILIARY
from copilot.codegen.authoring.spec import Learner

_SYMLOG = [
    "def symlog(x: th.Tensor) -> th.Tensor:",
    '    """sign(x) log(1 + |x|); arXiv 2301.04104, equation 9."""',
    "    return x.sign() * x.abs().log1p()",
    "",
    "",
    "def symexp(x: th.Tensor) -> th.Tensor:",
    '    """Its inverse."""',
    "    return x.sign() * x.abs().expm1()",
    "",
    "",
    "class Symexp(nn.Module):",
    '    """What a critic says of squeezed returns, as returns."""',
    "",
    "    def forward(self, x: th.Tensor) -> th.Tensor:",
    '        """(B, 1) of (B, 1)."""',
    "        return symexp(x)",
]
_EXPECTATION = [
    "class Expectation(nn.Module):",
    '    """Logits of bins (B, n) to what they say on average (B, 1)."""',
    "",
    "    def __init__(self, low: float, high: float, bins: int) -> None:",
    "        super().__init__()",
    "{edges}",
    "",
    "    def forward(self, logits: th.Tensor) -> th.Tensor:",
    '        """(B, 1)."""',
    "        return (logits.softmax(-1) * self.centres).sum(-1, keepdim=True)",
]
_TWO_HOT = [
    "def projected(returns: th.Tensor, centres: th.Tensor) -> th.Tensor:",
    '    """(B, n) shares of the two bins beside each return (B,); arXiv 2301.04104, equation 10."""',
    "    width = centres[1] - centres[0]",
    "    places = ((returns.clamp(centres[0], centres[-1]) - centres[0]) / width)[:, None]",
    "    return (1.0 - (places - th.arange(len(centres), device=centres.device)).abs()).clamp(min=0.0)",
]
_HL_GAUSS = [
    "def projected(returns: th.Tensor, centres: th.Tensor) -> th.Tensor:",
    '    """(B, n) of what a Gaussian around each return (B,) has in each bin; arXiv 2403.03950, section 3.1."""',
    "    width = centres[1] - centres[0]",
    "    edges = th.cat([centres - width / 2.0, centres[-1:] + width / 2.0])",
    "    inside = returns.clamp(edges[0], edges[-1])[:, None]",
    "    below = th.special.erf((edges - inside) / (0.75 * width * 2.0**0.5))",
    "    return below.diff(dim=-1) / (below[:, -1:] - below[:, :1])",
]


def functions(plan: Learner) -> list[list[str]]:
    """Functions and classes of the critic, before the policy."""
    if plan.critic_error == "symlog":
        return [_SYMLOG]
    if plan.critic_error in {"two_hot", "hl_gauss"}:
        edges = [
            "        half = (high - low) / (2.0 * bins)",
            '        self.register_buffer("centres", th.linspace(low + half, high - half, bins))',
        ]
        if plan.critic_error == "two_hot":
            edges = ['        self.register_buffer("centres", th.linspace(low, high, bins))']
        expectation = [line for part in _EXPECTATION for line in (edges if part == "{edges}" else [part])]
        return [_HL_GAUSS if plan.critic_error == "hl_gauss" else _TWO_HOT, expectation]
    return []


def value_lines(plan: Learner) -> list[str] | None:
    """What takes the place of the squared value loss."""
    said = "self.policy.critic[:-1](self.policy.features(batch.observations))"
    if plan.critic_error == "symlog":
        return [
            f"said = {said}.squeeze(-1)",
            "value_loss = 0.5 * (said - symlog(batch.returns)).square().mean()",
        ]
    if plan.critic_error == "plain":
        return None
    return [
        f"logits = {said}",
        "shares = projected(batch.returns, self.policy.critic[-1].centres)",
        "value_loss = F.cross_entropy(logits, shares)",
    ]


def auxiliary(plan: Learner) -> list[str]:
    """The auxiliary terms of a plan."""
    return [term.name for term in plan.terms if term.name in AUXILIARY]


def needed(plan: Learner) -> bool:
    """Whether the library's policy has to be changed."""
    slow = any(term.name == "slow_policy" for term in plan.terms)
    return bool(slow or auxiliary(plan) or plan.critic_error != "plain" or plan.baseline == "moving_average")


def policy(name: str, plan: Learner) -> list[str]:
    """The class of the policy."""
    extra, slow = auxiliary(plan), any(term.name == "slow_policy" for term in plan.terms)
    binned = plan.critic_error in {"two_hot", "hl_gauss"}
    more = ", low: float, high: float, bins: int" if binned else ""
    lines = [
        f"class {name}(OnPolicySharedActorCritic):",
        '    """The library\'s actor-critic with what this loss needs."""',
        "",
    ]
    lines += [
        f"    def __init__(self, *args: Any{more}, **kwargs: Any) -> None:",
        "        super().__init__(*args, **kwargs)",
    ]
    size = "self.feature_dim"
    if extra:
        size = "self.hidden_dim"
        lines += [
            "        self.trunk = mlp((self.feature_dim, self.hidden_dim), nn.ReLU)",
            f"        self.actor = nn.Sequential(self.hidden({size}), head({size}, self.num_outputs, 0.01))",
            f"        self.critic = nn.Sequential(self.hidden({size}), head({size}, 1, 1.0))",
            "        code = action_code_size(self.action_space)",
            *_heads(extra),
        ]
    if plan.critic_error == "symlog":
        lines += [f"        self.critic = nn.Sequential(self.hidden({size}), head(self.hidden_dim, 1, 1.0), Symexp())"]
    if binned:
        lines += [
            "        self.critic = nn.Sequential(",
            f"            self.hidden({size}), head(self.hidden_dim, bins, 1.0), Expectation(low, high, bins)",
            "        )",
        ]
    if plan.baseline == "moving_average":
        lines += ['        self.register_buffer("baseline", th.zeros(()))']
    if extra:
        lines += [
            "",
            "    def features(self, obs: Any) -> th.Tensor:",
            '        """(B, hidden_dim) of observations: those that the auxiliary losses shape."""',
            "        return self.trunk(super().features(obs))",
        ]
    return [*lines, *(_slow(bool(extra)) if slow else [])]


def _heads(extra: list[str]) -> list[str]:
    hidden = "self.hidden_dim"
    made = {
        "inverse_model": f"self.inverse = nn.Sequential(mlp((2 * {hidden}, {hidden}), nn.ReLU), head({hidden}, code, 1.0))",
        "forward_model": f"self.following = nn.Sequential(mlp(({hidden} + code, {hidden}), nn.ReLU), head({hidden}, "
        f"{hidden}, 1.0))",
        "reward_model": f"self.reward = nn.Sequential(mlp(({hidden} + code, {hidden}), nn.ReLU), head({hidden}, 1, 1.0))",
        "reconstruction": f"self.decoder = nn.Sequential(mlp(({hidden}, {hidden}), nn.ReLU), head({hidden}, numbers, 1.0))",
        "contrastive": f"self.bilinear = nn.Linear({hidden}, {hidden}, bias=False)",
    }
    lines = []
    if "reconstruction" in extra:
        lines += ["        numbers = math.prod(self.observation_space.shape)"]
    for name in extra:
        target, _, value = made[name].partition(" = ")
        if len(made[name]) > 88:
            first, _, last = value.removeprefix("nn.Sequential(").removesuffix(")").partition("nn.ReLU), ")
            lines += [
                f"        {target} = nn.Sequential(",
                f"            {first}nn.ReLU),",
                f"            {last},",
                "        )",
            ]
        else:
            lines += [f"        {made[name]}"]
    return lines


def _slow(trunk: bool) -> list[str]:
    features = "self.slow_trunk(self.slow_encoder(obs))" if trunk else "self.slow_encoder(obs)"
    names = '"encoder", "actor"' + (', "trunk"' if trunk else "")
    return [
        "",
        "    def freeze(self, encoder: BaseEncoder, dist: BaseDistribution) -> None:",
        '        """As every policy\'s; copies that no optimiser changes are made."""',
        "        super().freeze(encoder, dist)",
        f"        for name in ({names}):",
        '            setattr(self, f"slow_{name}", target_of(getattr(self, name)))',
        "        deviation = th.zeros(()) if self.log_std is None else self.log_std.detach().clone()",
        '        self.register_buffer("slow_log_std", deviation)',
        "",
        "    def slow_dist(self, obs: Any) -> BaseDistribution:",
        '        """The action distribution of the slow copy."""',
        "        with th.no_grad():",
        f"            outputs = self.slow_actor({features})",
        "        if self.log_std is None:",
        "            return self.distribution(outputs)",
        "        return self._given()(outputs, self.slow_log_std.exp())",
        "",
        "    def follow(self, share: float) -> None:",
        '        """The slow copy moves by a share towards the policy."""',
        f"        for name in ({names}):",
        '            soft_update_params(getattr(self, name), getattr(self, f"slow_{name}"), share)',
        "        if self.log_std is not None:",
        "            self.slow_log_std.lerp_(self.log_std.detach(), share)",
    ]


def auxiliary_methods(plan: Learner) -> list[str]:
    """Methods of the agent that compute the auxiliary losses, on a minibatch of their own."""
    extra = auxiliary(plan)
    if not extra:
        return []
    lines = [
        "    def drawn(self) -> tuple[Any, th.Tensor, th.Tensor, Any]:",
        '        """Observations, actions, rewards and what followed, from random places of the rollout."""',
        "        storage, steps = self.storage, self.storage.step",
        "        rows = th.randint(steps * storage.num_envs, (storage.batch_size,), device=storage.device)",
        "        trees = (storage.observations, storage.actions, storage.rewards, self.following)",
        "        return tuple(",
        "            tree_map(lambda leaf: leaf[:steps].flatten(0, 1)[rows], tree) for tree in trees",
        "        )",
        "",
        "    def auxiliary(self) -> dict[str, th.Tensor]:",
        '        """The losses that shape the features, by name."""',
        "        policy = self.policy",
        "        obs, actions, rewards, following = self.drawn()",
        "        features = policy.features(obs)",
    ]
    names = set(extra)
    if names & {"inverse_model", "forward_model", "reward_model"}:
        lines += ["        code = action_code(self.action_space, actions)"]
    if names & {"inverse_model", "forward_model"}:
        lines += ["        later = policy.features(following)"]
    lines += ["        losses = {}"]
    for name in extra:
        lines += [f"        {line}" for line in _AUXILIARY_LINES[name]]
    return [*lines, "        return losses", ""]


_AUXILIARY_LINES = {
    "inverse_model": [
        "guess = policy.inverse(th.cat([features, later], dim=-1))  # arXiv 1705.05363, equation 2",
        'discrete = self.action_type == "Discrete"',
        'losses["inverse"] = F.cross_entropy(guess, actions.long()) if discrete else F.mse_loss(guess, code)',
    ],
    "forward_model": [
        "guess = policy.following(th.cat([features, code], dim=-1))  # towards features without gradient",
        'losses["forward"] = F.mse_loss(guess, later.detach())',
    ],
    "reward_model": [
        "guess = policy.reward(th.cat([features, code], dim=-1)).squeeze(-1)",
        'losses["reward"] = F.mse_loss(guess, rewards)',
    ],
    "reconstruction": [
        "wanted = obs.flatten(1).float() / (255.0 if obs.dtype == th.uint8 else 1.0)",
        'losses["reconstruction"] = F.mse_loss(policy.decoder(features), wanted)',
    ],
    "contrastive": [
        "view = self.view(obs) if obs.dtype == th.uint8 else obs + 0.01 * th.randn_like(obs)",
        "keys = policy.features(view).detach()",
        "logits = policy.bilinear(features) @ keys.T  # arXiv 2004.04136, equation 4",
        "logits = logits - logits.amax(1, keepdim=True)",
        'losses["contrastive"] = F.cross_entropy(logits, th.arange(len(obs), device=obs.device))',
    ],
}
