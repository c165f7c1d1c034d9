"""Q-networks as source: heads with or without a value stream, noise and norms; ensembles, averages, distributions."""

from __future__ import annotations

from copilot.codegen.authoring.spec import Learner

NOISY = [
    "class Noisy(nn.Module):",
    '    """A linear layer with factorised Gaussian noise; arXiv 1706.10295, equations 10 and 11.',
    "",
    "    Noise is drawn anew with each call while its module trains; otherwise there is none.",
    '    """',
    "",
    "    def __init__(self, inputs: int, outputs: int, sigma: float = {sigma}) -> None:",
    "        super().__init__()",
    "        bound, deviation = inputs**-0.5, sigma * inputs**-0.5",
    "        self.weight = nn.Parameter(th.empty(outputs, inputs).uniform_(-bound, bound))",
    "        self.bias = nn.Parameter(th.empty(outputs).uniform_(-bound, bound))",
    "        self.weight_sigma = nn.Parameter(th.full((outputs, inputs), deviation))",
    "        self.bias_sigma = nn.Parameter(th.full((outputs,), deviation))",
    "",
    "    def forward(self, x: th.Tensor) -> th.Tensor:",
    '        """(B, outputs) of (B, inputs)."""',
    "        if not self.training:",
    "            return F.linear(x, self.weight, self.bias)",
    "        rows, columns = self.noise(self.weight.shape[0]), self.noise(self.weight.shape[1])",
    "        weight = self.weight + self.weight_sigma * rows[:, None] * columns",
    "        return F.linear(x, weight, self.bias + self.bias_sigma * rows)",
    "",
    "    def noise(self, size: int) -> th.Tensor:",
    '        """sign(e) sqrt(|e|) of so many normal numbers."""',
    "        drawn = th.randn(size, device=self.weight.device)",
    "        return drawn.sign() * drawn.abs().sqrt()",
    "",
    "    def reset_parameters(self) -> None:",
    '        """As at the start."""',
    "        fresh = Noisy(self.weight.shape[1], self.weight.shape[0]).state_dict()",
    "        self.load_state_dict({name: value.to(self.weight.device) for name, value in fresh.items()})",
]
ENSEMBLE = [
    "class Ensemble(nn.Module):",
    '    """Heads side by side that share nothing."""',
    "",
    "    def __init__(self, heads: list[nn.Module]) -> None:",
    "        super().__init__()",
    "        self.heads = nn.ModuleList(heads)",
    "",
    "    def forward(self, features: th.Tensor) -> th.Tensor:",
    '        """(N, B, n) values of features (B, F)."""',
    "        return th.stack([head(features) for head in self.heads])",
]


def special(plan: Learner) -> bool:
    """Whether the library's Q-network has to be changed."""
    distribution = plan.error in {"quantile", "implicit", "categorical"}
    return bool(plan.dueling or plan.noisy or plan.norm or plan.heads > 1 or plan.averaged > 1 or distribution)


def classes(plan: Learner) -> list[list[str]]:
    """The classes of the network, in order."""
    if not special(plan):
        return []
    out = [[line.format(sigma=repr(plan.sigma)) if "{sigma}" in line else line for line in NOISY]] if plan.noisy else []
    out += [_head(plan)]
    out += [ENSEMBLE] if plan.heads > 1 else []
    return [*out, _network(plan)]


def _width(plan: Learner) -> int:
    return {"quantile": plan.quantiles, "categorical": plan.bins}.get(plan.error, 1)


def _head(plan: Learner) -> list[str]:
    linear = "Noisy" if plan.noisy else "nn.Linear"
    implicit = plan.error == "implicit"
    about = ["values", *(["with a value stream, arXiv 1511.06581, equation 9"] if plan.dueling else [])]
    lines = [
        "class Head(nn.Module):",
        f'    """Features (B, F) to {", ".join(about)}."""',
        "",
        "    def __init__(self, feature_dim: int, hidden_dim: int, actions: int, width: int) -> None:",
        "        super().__init__()",
        "        self.shape = (actions, width)",
        "        self.body = self.hidden(feature_dim, hidden_dim)",
        f"        self.advantage = {linear}(hidden_dim, actions * width)",
    ]
    if plan.dueling:
        lines += [
            "        self.value_body = self.hidden(feature_dim, hidden_dim)",
            f"        self.value = {linear}(hidden_dim, width)",
        ]
    if implicit:
        lines += [
            '        self.register_buffer("steps", math.pi * th.arange(64))',
            "        self.embedding = nn.Linear(64, feature_dim)",
        ]
    norm = "nn.LayerNorm(hidden_dim), " if plan.norm else ""
    lines += [
        "",
        "    def hidden(self, inputs: int, hidden_dim: int) -> nn.Sequential:",
        '        """A hidden layer."""',
        f"        return nn.Sequential({linear}(inputs, hidden_dim), {norm}nn.ReLU())",
        "",
    ]
    if implicit:
        return [*lines, *_implicit_forward(plan)]
    shape = "(B, n, width)" if _width(plan) > 1 else "(B, n)"
    lines += [
        "    def forward(self, features: th.Tensor) -> th.Tensor:",
        f'        """{shape} of features (B, F)."""',
        "        said = self.advantage(self.body(features)).unflatten(-1, self.shape)",
    ]
    if plan.dueling:
        lines += [
            "        value = self.value(self.value_body(features))[:, None]",
            "        said = value + said - said.mean(1, keepdim=True)",
        ]
    return [*lines, "        return said" if _width(plan) > 1 else "        return said.squeeze(-1)"]


def _implicit_forward(plan: Learner) -> list[str]:
    lines = [
        "    def forward(self, features: th.Tensor, taus: th.Tensor) -> th.Tensor:",
        '        """(B, n, K) quantiles at taus (B, K); arXiv 1806.06923, equation 4."""',
        "        embedded = self.embedding((taus[..., None] * self.steps).cos()).relu()",
        "        mixed = features[:, None] * embedded",
        "        said = self.advantage(self.body(mixed)).transpose(1, 2)",
    ]
    if plan.dueling:
        lines += [
            "        value = self.value(self.value_body(mixed)).transpose(1, 2)",
            "        said = value + said - said.mean(1, keepdim=True)",
        ]
    return [*lines, "        return said"]


def _network(plan: Learner) -> list[str]:
    lines = [
        "class Network(OffPolicyDoubleQNetwork):",
        '    """The library\'s Q-network with these heads, and a target of it."""',
        "",
        "    def __init__(self, *args: Any, **kwargs: Any) -> None:",
        "        super().__init__(*args, **kwargs)",
    ]
    made = f"Head(self.feature_dim, self.hidden_dim, int(self.action_space.n), {_width(plan)})"
    if plan.heads > 1:
        lines += [f"        self.qnet = Ensemble([{made} for _ in range({plan.heads})])"]
    else:
        lines += [f"        self.qnet = {made}"]
    if plan.error == "categorical":
        lines += [f'        self.register_buffer("atoms", th.linspace({plan.low!r}, {plan.high!r}, {plan.bins}))']
    lines += [""]
    if plan.error == "implicit":
        return [*lines, *_implicit_network(plan)]
    if plan.error == "quantile":
        return [*lines, *_of("quantiles", "(B, n, N)", "quantiles.mean(-1)")]
    if plan.error == "categorical":
        return [*lines, *_of("logits", "(B, n, N)", "(logits.softmax(-1) * self.atoms).sum(-1)")]
    return [*lines, *_of_values(plan)]


def _of(name: str, shape: str, mean: str) -> list[str]:
    """Methods of a network whose values are means over a distribution."""
    return [
        f"    def {name}(self, obs: Any) -> th.Tensor:",
        f'        """{shape} of observations."""',
        "        return self.qnet(self.features(obs))",
        "",
        f"    def target_{name}(self, obs: Any) -> th.Tensor:",
        f'        """{shape} of the targets, without gradient."""',
        "        with th.no_grad():",
        "            return self.qnet_target(self.target_features(obs))",
        "",
        "    def q_values(self, obs: Any) -> th.Tensor:",
        '        """(B, n), the means."""',
        f"        {name} = self.{name}(obs)",
        f"        return {mean}",
        "",
        "    def target_q_values(self, obs: Any) -> th.Tensor:",
        '        """(B, n) of the targets, without gradient."""',
        f"        {name} = self.target_{name}(obs)",
        f"        return {mean}",
    ]


def _of_values(plan: Learner) -> list[str]:
    mean = ".mean(0)" if plan.heads > 1 else ""
    lines = [
        "    def q_values(self, obs: Any) -> th.Tensor:",
        f'        """(B, n) of observations{", the mean over heads" if mean else ""}."""',
        f"        return self.qnet(self.features(obs)){mean}",
    ]
    if plan.heads > 1:
        lines += [
            "",
            "    def all_values(self, obs: Any) -> th.Tensor:",
            '        """(N, B, n) of every head."""',
            "        return self.qnet(self.features(obs))",
            "",
            "    def all_targets(self, obs: Any) -> th.Tensor:",
            '        """(N, B, n) of the targets of every head, without gradient."""',
            "        with th.no_grad():",
            "            return self.qnet_target(self.target_features(obs))",
        ]
    lines += ["", "    def target_q_values(self, obs: Any) -> th.Tensor:"]
    if plan.averaged > 1:
        lines += [
            f'        """(B, n), the mean over the last {plan.averaged} targets, without gradient."""',
            "        with th.no_grad():",
            "            features = self.target_features(obs)",
            f"            said = [net(features){mean} for net in (self.qnet_target, *self.past)]",
            "            return th.stack(said).mean(0)",
            "",
            "    def freeze(self, encoder: BaseEncoder, dist: BaseDistribution) -> None:",
            '        """As every policy\'s; the copies of the past are made."""',
            "        super().freeze(encoder, dist)",
            f"        self.past = nn.ModuleList(target_of(self.qnet) for _ in range({plan.averaged - 1}))",
            "",
            "    def update_targets(self, tau: float) -> None:",
            '        """Each copy takes the place of the one before it; arXiv 1611.01929, algorithm 2."""',
            "        if self.past:",
            "            chain = [self.qnet_target, *self.past]",
            "            for newer, older in reversed(list(zip(chain, chain[1:], strict=False))):",
            "                older.load_state_dict(newer.state_dict())",
            "        super().update_targets(tau)",
        ]
        return lines
    return [
        *lines,
        '        """(B, n) of the targets, without gradient."""',
        "        with th.no_grad():",
        f"            return self.qnet_target(self.target_features(obs)){mean}",
    ]


def _implicit_network(plan: Learner) -> list[str]:
    return [
        "    def taus(self, batch: int) -> th.Tensor:",
        f'        """(batch, {plan.quantiles}), drawn from [0, 1]."""',
        f"        return th.rand(batch, {plan.quantiles}, device=self.qnet.steps.device)",
        "",
        "    def quantiles(self, obs: Any, taus: th.Tensor) -> th.Tensor:",
        '        """(B, n, K) of observations at taus (B, K)."""',
        "        return self.qnet(self.features(obs), taus)",
        "",
        "    def target_quantiles(self, obs: Any, taus: th.Tensor) -> th.Tensor:",
        '        """(B, n, K) of the targets, without gradient."""',
        "        with th.no_grad():",
        "            return self.qnet_target(self.target_features(obs), taus)",
        "",
        "    def even(self, batch: int) -> th.Tensor:",
        '        """(batch, 32) taus that lie evenly in [0, 1], to act by."""',
        "        device = self.qnet.steps.device",
        "        return ((th.arange(32, device=device) + 0.5) / 32).expand(batch, 32)",
        "",
        "    def q_values(self, obs: Any) -> th.Tensor:",
        '        """(B, n), the means over even taus."""',
        "        features = self.features(obs)",
        "        return self.qnet(features, self.even(len(features))).mean(-1)",
        "",
        "    def target_q_values(self, obs: Any) -> th.Tensor:",
        '        """(B, n) of the targets, without gradient."""',
        "        with th.no_grad():",
        "            features = self.target_features(obs)",
        "            return self.qnet_target(features, self.even(len(features))).mean(-1)",
    ]
