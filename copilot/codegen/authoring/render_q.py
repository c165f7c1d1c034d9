"""A Q-learning plan as source: what the next observation is worth, the error, and what is added to it."""

from __future__ import annotations

from copilot.codegen.authoring.layout import docstring, signature, source
from copilot.codegen.authoring.parts_agent import SHARED, assembled, heading, numbered
from copilot.codegen.authoring.spec import AgentSpec, Learner
from copilot.core.errors import InvalidRequest

_DUELING = '''class Dueling(nn.Module):
    """Q(s, a) = V(s) + A(s, a) - the mean of A over actions (arXiv 1511.06581, equation 9)."""

    def __init__(self, feature_dim: int, hidden_dim: int, actions: int) -> None:
        super().__init__()
        self.value = nn.Sequential(mlp((feature_dim, hidden_dim), nn.ReLU), head(hidden_dim, 1, 1.0))
        self.advantage = nn.Sequential(mlp((feature_dim, hidden_dim), nn.ReLU), head(hidden_dim, actions, 1.0))

    def forward(self, features: th.Tensor) -> tuple[th.Tensor]:
        """Features (B, feature_dim) to one estimate (B, actions)."""
        advantages = self.advantage(features)
        return (self.value(features) + advantages - advantages.mean(-1, keepdim=True),)


class DuelingNetwork(OffPolicyDoubleQNetwork):
    """The library's Q-network with a dueling head, and a target of it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.qnet = Dueling(self.feature_dim, self.hidden_dim, int(self.action_space.n))'''


_QUANTILES = '''class Quantiles(nn.Module):
    """Features (B, F) to quantiles of the returns of each action, (B, n, N) (arXiv 1710.10044)."""

    def __init__(self, feature_dim: int, hidden_dim: int, actions: int, quantiles: int) -> None:
        super().__init__()
        self.actions = actions
        self.layers = nn.Sequential(mlp((feature_dim, hidden_dim), nn.ReLU), head(hidden_dim, actions * quantiles, 1.0))

    def forward(self, features: th.Tensor) -> th.Tensor:
        """(B, n, N)."""
        return self.layers(features).unflatten(1, (self.actions, -1))


class QuantileNetwork(OffPolicyDoubleQNetwork):
    """The library's Q-network with quantiles, whose means are the values, and a target of it."""

    def __init__(self, *args: Any, quantiles: int = {number}, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.qnet = Quantiles(self.feature_dim, self.hidden_dim, int(self.action_space.n), quantiles)

    def quantiles(self, obs: Any) -> th.Tensor:
        """(B, n, N) of observations."""
        return self.qnet(self.features(obs))

    def target_quantiles(self, obs: Any) -> th.Tensor:
        """(B, n, N) of the targets, without gradient."""
        with th.no_grad():
            return self.qnet_target(self.target_features(obs))

    def q_values(self, obs: Any) -> th.Tensor:
        """(B, n), the means of the quantiles."""
        return self.quantiles(obs).mean(-1)

    def target_q_values(self, obs: Any) -> th.Tensor:
        """(B, n) of the targets, without gradient."""
        return self.target_quantiles(obs).mean(-1)'''


def q_module(spec: AgentSpec, plan: Learner, about: str) -> str:
    conservative = [term.weight for term in plan.terms if term.name == "conservative"]
    weights = {"conservative_coef": conservative[0]} if conservative else {}
    soft = plan.targets in {"soft", "munchausen"}
    numbers: dict[str, float] = {**({"temperature": plan.temperature} if soft else {}), **weights}
    numbers |= {"munchausen_alpha": plan.alpha, "log_low": plan.log_low} if plan.targets == "munchausen" else {}
    numbers |= {"omega": plan.omega} if plan.targets == "mellowmax" else {}
    numbers |= {"epsilon": 0.05} if plan.targets == "expected" else {}
    numbers |= {"expectile": plan.expectile} if plan.error == "expectile" else {}
    numbers |= {"tau": plan.tau} if plan.tau is not None else {}
    quantile = plan.error == "quantile"
    if quantile and (plan.dueling or plan.targets not in {"max", "double"} or conservative):
        raise InvalidRequest(
            "Quantiles go with max or double targets, without a dueling head and without a conservative term.",
            hint="Leave out one of the two.",
        )
    network = "QuantileNetwork" if quantile else "DuelingNetwork" if plan.dueling else "OffPolicyDoubleQNetwork"
    body = [f"class {spec.name}(OffPolicyAgent):", *docstring(about), ""]
    body += _constructor(plan, numbers)
    spaces = "self.observation_space, self.action_space, size, hidden_dim, th.optim.Adam, adam(self, lr, 1e-8)"
    given = [
        "images=image_encoder_for",
        "feature_dim=feature_dim",
        'init_fn="identity"',
        f"policy=lambda size: {network}(\n                {spaces}\n            )",
        "distribution=EpsilonGreedy(epsilon_schedule)",
        "storage_size=storage_size",
        "batch_size=batch_size",
        "discount=discount",
    ]
    storage = "PrioritizedReplayStorage" if plan.prioritized else "VanillaReplayStorage"
    if plan.n_step > 1:
        given.append(f"storage=partial({storage}, n_step={plan.n_step})")
    elif plan.prioritized:
        given.append(f"storage={storage}")
    body += [*assembled(given), "", *_q_update(plan)]
    head = _imported(spec, plan, storage)
    classes = [_QUANTILES.format(number=plan.quantiles)] if quantile else [_DUELING] if plan.dueling else []
    return source(head, classes, body)


def _constructor(plan: Learner, numbers: dict[str, float]) -> list[str]:
    arguments, kept = numbered(numbers)
    body = signature(
        "__init__",
        [
            "self",
            *SHARED,
            "num_init_steps: int = 1000",
            "update_every_steps: int = 4",
            "storage_size: int = 50_000",
            f"batch_size: int = {plan.batch_size or 64}",
            f"lr: float = {plan.lr!r}",
            f"discount: float = {plan.discount!r}",
            f"hidden_dim: int = {plan.hidden_dim or 128}",
            "feature_dim: int = 256",
            *([] if plan.tau is not None else [f"target_update_freq: int = {plan.target_update_freq or 500}"]),
            f'epsilon_schedule: str = "{plan.epsilon or "linear(1.0, 0.05, 10000)"}"',
            f"max_grad_norm: float = {plan.max_grad_norm or 10.0!r}",
            *arguments,
            'log_dir: str | Path = "logs"',
        ],
        "None",
    )
    body += [
        "        super().__init__(",
        ("            env, eval_env, tag, seed, device, pretraining, num_init_steps, update_every_steps, log_dir"),
        "        )",
    ]
    body += [
        *([] if plan.tau is not None else ["        self.target_update_freq = target_update_freq"]),
        "        self.max_grad_norm = max_grad_norm",
        *kept,
    ]
    return body


def _imported(spec: AgentSpec, plan: Learner, storage: str) -> list[str]:
    """The head of the file."""
    known = {"squared": ["squared_td_loss"], "huber": ["huber_td_loss"]}.get(plan.error, [])
    targets = {"max": ["max_q_values"], "double": ["double_q_values"]}.get(plan.targets, [])
    losses = ["td_errors"] if plan.error == "quantile" else sorted([*known, "td_errors", "td_targets", *targets])
    library = [
        "from rllte.agent.off_policy_modules import adam, assemble",
        "from rllte.common.prototype import OffPolicyAgent",
        "from rllte.env import Gymnasium2Torch",
        *([f"from rllte.losses import {', '.join(losses)}"] if plan.error != "quantile" else []),
        "from rllte.xploit.encoder import image_encoder_for",
        "from rllte.xploit.policy import OffPolicyDoubleQNetwork",
        "from rllte.xplore.distribution import EpsilonGreedy",
    ]
    library += [f"from rllte.xploit.storage import {storage}"] if plan.n_step > 1 or plan.prioritized else []
    library += ["from rllte.nn import head, mlp"] if plan.dueling or plan.error == "quantile" else []
    torch = ["import torch as th", *(["from torch import nn"] if plan.dueling or plan.error == "quantile" else [])]
    torch += ["import torch.nn.functional as F"] if plan.error in {"quantile", "log_cosh"} else []
    more = ["from functools import partial"] if plan.n_step > 1 else []
    more += ["import math"] if plan.targets == "mellowmax" or plan.error == "log_cosh" else []
    return heading(spec, torch, library, more)


_ERRORS = {
    "absolute": ["loss = (batch.weights * (values - targets).abs()).mean()"],
    "log_cosh": [
        "wrong = values - targets",
        "loss = (batch.weights * (wrong + F.softplus(-2.0 * wrong) - math.log(2.0))).mean()",
    ],
    "expectile": [
        "wrong = targets - values",
        "shares = th.where(wrong > 0.0, self.expectile, 1.0 - self.expectile)",
        "loss = (batch.weights * shares * wrong.square()).mean()",
    ],
    "squared": ["loss = squared_td_loss(values, targets, batch.weights)"],
    "huber": ["loss = huber_td_loss(values, targets, batch.weights)"],
}


def _quantile_update(plan: Learner) -> list[str]:
    chosen = "self.policy.q_values(batch.next_observations)" if plan.targets == "double" else "following.mean(-1)"
    lines = [
        "def update(self) -> Mapping[str, Any]:",
        '    """One gradient step on a batch, and at times the targets anew."""',
        "    batch = self.storage.sample()",
        "    rows = th.arange(len(batch.actions), device=batch.actions.device)",
        "    with th.no_grad():",
        "        following = self.policy.target_quantiles(batch.next_observations)",
        f"        following = following[rows, {chosen}.argmax(-1)]",
        "        targets = batch.rewards[:, None] + batch.discounts[:, None] * following  # (B, N)",
        "    quantiles = self.policy.quantiles(batch.observations)[rows, batch.actions]  # (B, N)",
        "    number = quantiles.shape[1]",
        "    middles = (th.arange(number, device=quantiles.device) + 0.5) / number",
        "    said, true = th.broadcast_tensors(quantiles[:, :, None], targets[:, None, :])",
        '    errors = F.huber_loss(said, true, reduction="none")',
        "    shares = (middles[None, :, None] - (true < said).float()).abs()  # arXiv 1710.10044, equation 10",
        "    loss = (batch.weights * (shares * errors).mean(2).sum(1)).mean()",
        '    self.policy.step(loss, "opt", max_grad_norm=self.max_grad_norm)',
        *_follow(plan),
        "    self.learned(batch, (true - said).detach().mean((1, 2)).abs())",
        '    return {"q_loss": loss.detach(), "q_value": quantiles.detach().mean()}',
    ]
    return [f"    {line}" for line in lines]


def _follow(plan: Learner) -> list[str]:
    if plan.tau is not None:
        return ["    self.policy.update_targets(self.tau)"]
    return ["    if self.due(self.target_update_freq):", "        self.policy.update_targets(1.0)"]


def _q_update(plan: Learner) -> list[str]:
    if plan.error == "quantile":
        return _quantile_update(plan)
    following = {
        "max": ["next_values = max_q_values(next_q)"],
        "double": ["next_values = double_q_values(next_q, self.policy.q_values(batch.next_observations))"],
        "soft": ["next_values = self.temperature * (next_q / self.temperature).logsumexp(-1)"],
        "munchausen": [
            "log_policy = (next_q / self.temperature).log_softmax(-1)",
            "next_values = (log_policy.exp() * (next_q - self.temperature * log_policy)).sum(-1)",
            "now = (self.policy.target_q_values(batch.observations) / self.temperature).log_softmax(-1)",
            "taken = now.gather(-1, batch.actions.unsqueeze(-1)).squeeze(-1)",
            "bonus = (self.temperature * taken).clamp(self.log_low, 0.0)",
            "rewards = rewards + self.munchausen_alpha * bonus  # arXiv 2007.14430, equation 1",
        ],
        "mellowmax": [
            "total = (self.omega * next_q).logsumexp(-1)",
            "next_values = (total - math.log(next_q.shape[-1])) / self.omega  # arXiv 1612.05628, equation 1",
        ],
        "expected": [
            "next_values = self.epsilon * next_q.mean(-1) + (1.0 - self.epsilon) * next_q.max(-1).values",
        ],
    }[plan.targets]
    rewards = ["            rewards = batch.rewards"] if plan.targets == "munchausen" else []
    given = "rewards" if rewards else "batch.rewards"
    lines = [
        "    def update(self) -> Mapping[str, Any]:",
        '        """One gradient step on a batch, and at times the targets anew."""',
    ]
    lines += ["        batch = self.storage.sample()", "        with th.no_grad():", *rewards]
    lines += ["            next_q = self.policy.target_q_values(batch.next_observations)"]
    lines += [f"            {line}" for line in following]
    lines += [f"            targets = td_targets({given}, batch.discounts, next_values)"]
    lines += [
        "        q = self.policy.q_values(batch.observations)",
        "        values = q.gather(-1, batch.actions.unsqueeze(-1)).squeeze(-1)",
    ]
    lines += [f"        {line}" for line in _ERRORS[plan.error]]
    if any(term.name == "conservative" for term in plan.terms):
        lines += [
            "        gap = (q.logsumexp(-1) - values).mean()  # arXiv 2006.04779, equation 4",
            "        loss = loss + self.conservative_coef * gap",
        ]
    lines += ['        self.policy.step(loss, "opt", max_grad_norm=self.max_grad_norm)']
    lines += [f"    {line}" for line in _follow(plan)]
    lines += ["        self.learned(batch, td_errors(targets, values))"]
    return [*lines, '        return {"q_loss": loss.detach(), "q_value": values.detach().mean()}']
