"""A Q-learning plan as source: what the next observation is worth, the error, and what is added to it."""

from __future__ import annotations

from copilot.codegen.authoring.layout import docstring, signature, source
from copilot.codegen.authoring.parts_agent import SHARED, assembled, heading, numbered
from copilot.codegen.authoring.spec import AgentSpec, Learner

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


def q_module(spec: AgentSpec, plan: Learner, about: str) -> str:
    conservative = [term.weight for term in plan.terms if term.name == "conservative"]
    weights = {"conservative_coef": conservative[0]} if conservative else {}
    soft = plan.targets in {"soft", "munchausen"}
    numbers = {**({"temperature": plan.temperature} if soft else {}), **weights}
    network = "DuelingNetwork" if plan.dueling else "OffPolicyDoubleQNetwork"
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
    return source(head, [_DUELING] if plan.dueling else [], body)


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
            "batch_size: int = 64",
            f"lr: float = {plan.lr!r}",
            f"discount: float = {plan.discount!r}",
            "hidden_dim: int = 128",
            "feature_dim: int = 256",
            "target_update_freq: int = 500",
            'epsilon_schedule: str = "linear(1.0, 0.05, 10000)"',
            "max_grad_norm: float = 10.0",
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
        "        self.target_update_freq = target_update_freq",
        "        self.max_grad_norm = max_grad_norm",
        *kept,
    ]
    return body


def _imported(spec: AgentSpec, plan: Learner, storage: str) -> list[str]:
    """The head of the file."""
    loss = "squared_td_loss" if plan.error == "squared" else "huber_td_loss"
    losses = sorted(
        [
            loss,
            "td_errors",
            "td_targets",
            *{"max": ["max_q_values"], "double": ["double_q_values"]}.get(plan.targets, []),
        ]
    )
    library = [
        "from rllte.agent.off_policy_modules import adam, assemble",
        "from rllte.common.prototype import OffPolicyAgent",
        "from rllte.env import Gymnasium2Torch",
        f"from rllte.losses import {', '.join(losses)}",
        "from rllte.xploit.encoder import image_encoder_for",
        "from rllte.xploit.policy import OffPolicyDoubleQNetwork",
        "from rllte.xplore.distribution import EpsilonGreedy",
    ]
    library += [f"from rllte.xploit.storage import {storage}"] if plan.n_step > 1 or plan.prioritized else []
    library += ["from rllte.nn import head, mlp"] if plan.dueling else []
    torch = ["import torch as th", *(["from torch import nn"] if plan.dueling else [])]
    return heading(spec, torch, library, ["from functools import partial"] if plan.n_step > 1 else [])


def _q_update(plan: Learner) -> list[str]:
    following = {
        "max": ["next_values = max_q_values(next_q)"],
        "double": ["next_values = double_q_values(next_q, self.policy.q_values(batch.next_observations))"],
        "soft": ["next_values = self.temperature * (next_q / self.temperature).logsumexp(-1)"],
        "munchausen": [
            "log_policy = (next_q / self.temperature).log_softmax(-1)",
            "next_values = (log_policy.exp() * (next_q - self.temperature * log_policy)).sum(-1)",
            "now = (self.policy.target_q_values(batch.observations) / self.temperature).log_softmax(-1)",
            "taken = now.gather(-1, batch.actions.unsqueeze(-1)).squeeze(-1)",
            "rewards = rewards + 0.9 * (self.temperature * taken).clamp(-1.0, 0.0)  # arXiv 2007.14430, equation 1",
        ],
    }[plan.targets]
    loss = "squared_td_loss" if plan.error == "squared" else "huber_td_loss"
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
    lines += [f"        loss = {loss}(values, targets, batch.weights)"]
    if any(term.name == "conservative" for term in plan.terms):
        lines += [
            "        gap = (q.logsumexp(-1) - values).mean()  # arXiv 2006.04779, equation 4",
            "        loss = loss + self.conservative_coef * gap",
        ]
    lines += ['        self.policy.step(loss, "opt", max_grad_norm=self.max_grad_norm)']
    lines += ["        if self.due(self.target_update_freq):", "            self.policy.update_targets(1.0)"]
    lines += ["        self.learned(batch, td_errors(targets, values))"]
    return [*lines, '        return {"q_loss": loss.detach(), "q_value": values.detach().mean()}']
