"""A Q-learning plan as source: what the next observation is worth, the error, and what is added to it."""

from __future__ import annotations

from copilot.codegen.authoring.agent import parts_q
from copilot.codegen.authoring.agent.parts import (
    SHARED,
    assembled,
    fall_functions,
    heading,
    numbered,
    of_share,
    optimizer_class,
    optimizer_kwargs,
    rate_methods,
    rate_numbers,
    renewed,
)
from copilot.codegen.authoring.agent.parts_distribution import LEARN
from copilot.codegen.authoring.layout import docstring, signature, source
from copilot.codegen.authoring.spec import AgentSpec, Learner
from copilot.core.errors import InvalidRequest

_DISTRIBUTIONS = {"quantile": "Quantiles", "implicit": "Quantiles", "categorical": "Atoms"}


def check(plan: Learner) -> None:
    """Whether the parts of a plan go together.

    Raises:
        InvalidRequest: they do not.
    """
    conservative = any(term.name == "conservative" for term in plan.terms)
    if plan.error in _DISTRIBUTIONS:
        many = plan.heads > 1 or plan.averaged > 1 or plan.gap
        if plan.targets not in {"max", "double"} or conservative or many or not plan.target_network:
            raise InvalidRequest(
                f"{_DISTRIBUTIONS[plan.error]} go with max or double targets of one target network, without ensembles, "
                "action gaps and conservative terms.",
                hint="Leave out one of the two.",
            )
    if plan.heads > 1 and (plan.targets not in {"max", "double"} or plan.averaged > 1 or plan.gap or conservative):
        raise InvalidRequest(
            "An ensemble goes with max targets, without averages of the past, action gaps and conservative terms.",
            hint="Leave out one of the two.",
        )
    if plan.subset is not None and plan.subset > plan.heads:
        raise InvalidRequest(f"{plan.subset} of {plan.heads} Q-functions are too many.", hint="Take fewer.")
    if not plan.target_network and (plan.averaged > 1 or plan.tau is not None):
        raise InvalidRequest(
            "Without a target network there is nothing to average or to follow.", hint="Leave out one."
        )


def q_module(spec: AgentSpec, plan: Learner, about: str) -> str:
    check(plan)
    plan = plan.model_copy(update={"optimizer": of_share(plan.optimizer, plan.lr)})
    body = [f"class {spec.name}(OffPolicyAgent):", *docstring(about), ""]
    body += _constructor(plan, _numbers(spec, plan))
    network = "Network" if parts_q.special(plan) else "OffPolicyDoubleQNetwork"
    kwargs = {"lr": "lr", **optimizer_kwargs(plan.optimizer, 1e-8)}
    shown = ", ".join(f'"{key}": {value}' for key, value in kwargs.items())
    body += [f"        opt_kwargs = {{{shown}}}"]
    spaces = (
        f"self.observation_space, self.action_space, size, hidden_dim, {optimizer_class(plan.optimizer)}, opt_kwargs"
    )
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
    own = _storage_arguments(plan)
    if own:
        given.append(f"storage=partial({storage}, {', '.join(own)})")
    elif plan.prioritized:
        given.append(f"storage={storage}")
    body += [*assembled(given), "", *_update(plan), *_values(plan), *rate_methods(plan.optimizer)]
    if plan.reset_every:
        heads = "self.policy.qnet.heads" if plan.heads > 1 else "[self.policy.qnet]"
        body += renewed(heads, '("opt",)', everything=plan.reset_all)
    while body[-1] == "":
        body.pop()
    before = [*fall_functions([plan.optimizer.fall]), *_functions(plan), *parts_q.classes(plan)]
    return source(_imported(spec, plan, [*body, *(line for part in before for line in part)]), *before, body)


def _storage_arguments(plan: Learner) -> list[str]:
    out = [f"n_step={plan.n_step}"] if plan.n_step > 1 else []
    if plan.prioritized:
        out += [f"alpha={plan.priority!r}"] if plan.priority is not None else []
        out += [f"beta={plan.importance!r}"] if plan.importance is not None else []
    return out


def _numbers(spec: AgentSpec, plan: Learner) -> dict[str, float]:
    conservative = [term.weight for term in plan.terms if term.name == "conservative"]
    numbers: dict[str, float] = {"temperature": plan.temperature} if plan.targets in {"soft", "munchausen"} else {}
    numbers |= {"conservative_coef": conservative[0]} if conservative else {}
    numbers |= {"munchausen_alpha": plan.alpha, "log_low": plan.log_low} if plan.targets == "munchausen" else {}
    numbers |= {"omega": plan.omega} if plan.targets == "mellowmax" else {}
    numbers |= {"epsilon": plan.greedy} if plan.targets == "expected" else {}
    numbers |= {"expectile": plan.expectile} if plan.error == "expectile" else {}
    numbers |= {"gap": plan.gap} if plan.gap else {}
    numbers |= {"subset": plan.subset} if plan.subset else {}
    numbers |= {"tau": plan.tau} if plan.tau is not None else {}
    numbers |= {"updates": plan.updates} if plan.updates > 1 else {}
    numbers |= {"reset_every": plan.reset_every} if plan.reset_every else {}
    return numbers | rate_numbers(plan.optimizer, spec.num_train_steps)


def _copied(plan: Learner) -> bool:
    """Whether targets are copied at times."""
    return plan.target_network and plan.tau is None


def _constructor(plan: Learner, numbers: dict[str, float]) -> list[str]:
    arguments, kept = numbered(numbers)
    explored = "0.0" if plan.noisy else plan.epsilon or "linear(1.0, 0.05, 10000)"
    body = signature(
        "__init__",
        [
            "self",
            *SHARED,
            f"num_init_steps: int = {plan.num_init_steps or 1000}",
            f"update_every_steps: int = {plan.every or 4}",
            f"storage_size: int = {plan.storage_size or 50_000:_}",
            f"batch_size: int = {plan.batch_size or 64}",
            f"lr: float = {plan.lr!r}",
            f"discount: float = {plan.discount!r}",
            f"hidden_dim: int = {plan.hidden_dim or 128}",
            "feature_dim: int = 256",
            *([f"target_update_freq: int = {plan.target_update_freq or 500}"] if _copied(plan) else []),
            f'epsilon_schedule: str = "{explored}"',
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
        *(["        self.target_update_freq = target_update_freq"] if _copied(plan) else []),
        "        self.max_grad_norm = max_grad_norm",
        *kept,
    ]
    return body


def _imported(spec: AgentSpec, plan: Learner, lines: list[str]) -> list[str]:
    """The head of the file, with what these lines use."""
    text = "\n".join(lines)
    known = ("double_q_values", "huber_td_loss", "max_q_values", "squared_td_loss", "td_errors", "td_targets")
    losses = [name for name in known if f"{name}(" in text]
    library = [
        "from rllte.agent.off_policy_modules import assemble",
        "from rllte.common.prototype import OffPolicyAgent",
        "from rllte.env import Gymnasium2Torch",
        *([f"from rllte.losses import {', '.join(losses)}"] if losses else []),
        "from rllte.xploit.encoder import image_encoder_for",
        "from rllte.xploit.policy import OffPolicyDoubleQNetwork",
        "from rllte.xplore.distribution import EpsilonGreedy",
    ]
    storage = "PrioritizedReplayStorage" if plan.prioritized else "VanillaReplayStorage"
    library += [f"from rllte.xploit.storage import {storage}"] if storage in text else []
    library += ["from rllte.nn import target_of"] if "target_of(" in text else []
    bases = [name for name in ("BaseDistribution", "BaseEncoder") if name in text]
    library += [f"from rllte.core.bases import {', '.join(bases)}"] if bases else []
    torch = ["import torch as th", *(["from torch import nn"] if "nn." in text.replace("rllte.nn", "") else [])]
    torch += ["import torch.nn.functional as F"] if "F." in text else []
    more = ["from functools import partial"] if "partial(" in text else []
    more += ["import math"] if "math." in text else []
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
_PROJECTED = [
    "def projected(shares: th.Tensor, values: th.Tensor, atoms: th.Tensor) -> th.Tensor:",
    '    """(B, N) shares of atoms, of values (B, N) with these shares; arXiv 1707.06887, algorithm 1."""',
    "    width = atoms[1] - atoms[0]",
    "    places = (values.clamp(atoms[0], atoms[-1]) - atoms[0]) / width",
    "    near = (1.0 - (places[:, :, None] - th.arange(len(atoms), device=atoms.device)).abs()).clamp(min=0.0)",
    "    return (shares[:, :, None] * near).sum(1)",
]
_COMBINED = [
    "def combined(values: th.Tensor{more}) -> th.Tensor:",
    '    """(B, n) of values (N, B, n): {about}."""',
    "    values = values[th.randperm(len(values), device=values.device)[:subset]]",
    "    return values.{how}(0)",
]


def _functions(plan: Learner) -> list[list[str]]:
    if plan.error == "categorical":
        return [_PROJECTED]
    if plan.heads == 1:
        return []
    how = "amin" if plan.combined == "min" else "mean"
    about = f"the {'smallest' if how == 'amin' else 'mean'}{' of some, drawn at random' if plan.subset else ''}"
    more = ", subset: int" if plan.subset else ""
    lines = [line.format(more=more, about=about, how=how) for line in _COMBINED]
    return [lines if plan.subset else [line for line in lines if "randperm" not in line]]


def _update(plan: Learner) -> list[str]:
    lines = ["    def update(self) -> Mapping[str, Any]:"]
    lines += ['        """Gradient steps on batches, and at times the targets anew."""']
    lines += ["        self.set_rate()"] if rate_methods(plan.optimizer) else []
    if plan.updates > 1:
        lines += ["        for _ in range(self.updates):", "            metrics = self.learn(self.storage.sample())"]
    else:
        lines += ["        metrics = self.learn(self.storage.sample())"]
    if plan.target_network and plan.tau is not None:
        lines += ["        self.policy.update_targets(self.tau)"]
    elif plan.target_network:
        lines += ["        if self.due(self.target_update_freq):", "            self.policy.update_targets(1.0)"]
    if plan.reset_every:
        turn = "turn" if plan.reset_by == "updates" else "due"
        lines += [f"        if self.{turn}(self.reset_every):", "            self.renew()"]
    lines += ["        return metrics", ""]
    return [*lines, *LEARN.get(plan.error, _learn)(plan), ""]


def _learn(plan: Learner) -> list[str]:
    lines = [
        "    def learn(self, batch: Any) -> dict[str, th.Tensor]:",
        '        """One gradient step."""',
        "        targets = self.targets(batch)",
    ]
    chosen = ".gather(-1, batch.actions.unsqueeze(-1)).squeeze(-1)"
    if plan.heads > 1:
        lines += [
            "        q = self.policy.all_values(batch.observations)",
            "        rows = batch.actions.unsqueeze(-1).expand(len(q), -1, 1)",
            "        every = q.gather(-1, rows).squeeze(-1)  # (N, B)",
        ]
        error = [line.replace("values", "each") for line in _error(plan)]
        lines += ["        losses = []", "        for each in every:", *(f"            {line}" for line in error)]
        lines += [
            "            losses.append(loss)",
            "        loss = th.stack(losses).sum()",
            "        values = every.mean(0)",
        ]
    else:
        lines += ["        q = self.policy.q_values(batch.observations)", f"        values = q{chosen}"]
        lines += [f"        {line}" for line in _error(plan)]
    if any(term.name == "conservative" for term in plan.terms):
        lines += [
            "        gap = (q.logsumexp(-1) - values).mean()  # arXiv 2006.04779, equation 4",
            "        loss = loss + self.conservative_coef * gap",
        ]
    lines += ['        self.policy.step(loss, "opt", max_grad_norm=self.max_grad_norm)']
    lines += ["        self.learned(batch, td_errors(targets, values))"]
    return [*lines, '        return {"q_loss": loss.detach(), "q_value": values.detach().mean()}']


def _error(plan: Learner) -> list[str]:
    if plan.error == "huber" and plan.delta != 1.0:
        return [f"errors = F.huber_loss(values, targets, reduction=\"none\", delta={plan.delta!r})",
                "loss = (batch.weights * errors).mean()"]  # fmt: skip
    return _ERRORS[plan.error]


def _values(plan: Learner) -> list[str]:
    """The method that tells what values learn from."""
    if plan.error in _DISTRIBUTIONS:
        return []
    slow = "target_q_values" if plan.target_network else "q_values"
    if plan.heads > 1:
        every = "all_targets" if plan.target_network else "all_values"
        subset = ", self.subset" if plan.subset else ""
        first = f"next_q = combined(self.policy.{every}(batch.next_observations){subset})"
    else:
        first = f"next_q = self.policy.{slow}(batch.next_observations)"
    lines = [
        "    @th.no_grad()",
        "    def targets(self, batch: Any) -> th.Tensor:",
        '        """(B,), r + discount * what the next observation is worth."""',
        *(["        rewards = batch.rewards"] if plan.targets == "munchausen" else []),
        f"        {first}",
        *(f"        {line}" for line in _following(plan, slow)),
    ]
    given = "rewards" if plan.targets == "munchausen" else "batch.rewards"
    if not plan.gap:
        return [*lines, f"        return td_targets({given}, batch.discounts, next_values)", ""]
    lines += [
        f"        targets = td_targets({given}, batch.discounts, next_values)",
        f"        now = self.policy.{slow}(batch.observations)",
        "        rows = batch.actions.unsqueeze(-1)",
        "        lost = self.gap * (now.amax(-1) - now.gather(-1, rows).squeeze(-1))",
    ]
    if plan.persistent:
        return [
            *lines,
            "        same = next_q.gather(-1, rows).squeeze(-1)",
            "        again = td_targets(batch.rewards, batch.discounts, same)",
            "        return th.max(targets - lost, again)  # arXiv 1512.04860, section 3.2",
            "",
        ]
    return [*lines, "        return targets - lost  # arXiv 1512.04860, equation 9", ""]


def _following(plan: Learner, slow: str) -> list[str]:
    if plan.targets == "double" and (plan.heads > 1 or not plan.target_network):
        return ["next_values = max_q_values(next_q)"]
    return {
        "max": ["next_values = max_q_values(next_q)"],
        "double": ["next_values = double_q_values(next_q, self.policy.q_values(batch.next_observations))"],
        "soft": ["next_values = self.temperature * (next_q / self.temperature).logsumexp(-1)"],
        "munchausen": [
            "log_policy = (next_q / self.temperature).log_softmax(-1)",
            "next_values = (log_policy.exp() * (next_q - self.temperature * log_policy)).sum(-1)",
            f"now = (self.policy.{slow}(batch.observations) / self.temperature).log_softmax(-1)",
            "taken = now.gather(-1, batch.actions.unsqueeze(-1)).squeeze(-1)",
            "bonus = (self.temperature * taken).clamp(self.log_low, 0.0)",
            "rewards = rewards + self.munchausen_alpha * bonus  # arXiv 2007.14430, equation 1",
        ],
        "mellowmax": [
            "total = (self.omega * next_q).logsumexp(-1)",
            "next_values = (total - math.log(next_q.shape[-1])) / self.omega  # arXiv 1612.05628, equation 1",
        ],
        "expected": [
            "next_values = self.epsilon * next_q.mean(-1) + (1.0 - self.epsilon) * next_q.amax(-1)",
        ],
    }[plan.targets]
