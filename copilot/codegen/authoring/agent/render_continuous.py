"""An off-policy actor-critic's plan as source: its critics, what they learn from, what the actor climbs."""

from __future__ import annotations

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
from copilot.codegen.authoring.agent.parts_actor import actor
from copilot.codegen.authoring.agent.parts_continuous import POLICY, QUANTILE_LOSS, WEIGHTS, combine, critics
from copilot.codegen.authoring.layout import docstring, joined, signature, source
from copilot.codegen.authoring.spec import AgentSpec, Continuous
from copilot.core.errors import InvalidRequest


def check(plan: Continuous) -> None:
    """Whether the parts of a plan go together.

    Raises:
        InvalidRequest: they do not.
    """
    if plan.subset is not None and plan.subset > plan.critics:
        raise InvalidRequest(
            f"A target of {plan.subset} critics out of {plan.critics} is none.", hint="Take fewer, or more critics."
        )
    if plan.quantiles and plan.dropped >= plan.quantiles:
        raise InvalidRequest(
            f"Of {plan.quantiles} quantiles {plan.dropped} cannot be dropped.", hint="Drop fewer of them."
        )
    if plan.weighted is not None and plan.base != "SAC":
        raise InvalidRequest(
            "A deterministic actor has no log-probability to weigh.", hint="Say it of SAC, or take a cloning term."
        )
    if plan.quantiles and plan.weighted:
        raise InvalidRequest("Advantages are not taken of quantiles.", hint="Leave out one of the two.")


def describe(plan: Continuous) -> str:
    """What it learns by, in a sentence."""
    start = {"TD3": "TD3", "SAC": "Soft actor-critic", "DDPG": "DDPG"}[plan.base]
    parts = [f"{plan.critics} critics" if plan.critics > 1 else "one critic"]
    if plan.critics > 1:
        of = f"{plan.subset} of them drawn at random" if plan.subset else "all of them"
        how = {"min": f"targets of the smallest of {of}", "mean": f"targets of the mean of {of}",
               "mixed": f"targets of {plan.share} times the smallest and the rest times the {plan.rest}",
               "bound": f"targets of the mean minus {plan.pessimism} deviations"}[plan.combined]  # fmt: skip
        parts += [f"{plan.dropped} quantiles of {plan.quantiles} left out" if plan.quantiles else how]
    parts += ["LayerNorm"] if plan.norm else []
    parts += [f"dropout {plan.dropout}"] if plan.dropout else []
    if plan.cloning is not None:
        parts += [f"a behaviour cloning term ({plan.cloning}{', scaled' if plan.scaled else ''})"]
    parts += ["an advantage-weighted actor"] if plan.weighted is not None else []
    if plan.base == "SAC" and plan.entropy != "learned":
        parts += ["no entropy term" if plan.entropy == "none" else f"a fixed temperature of {plan.temperature}"]
    parts += [f"{plan.updates} updates a step"] if plan.updates > 1 else []
    parts += ["layers that are made anew"] if plan.reset_every else []
    return f"{start} with {joined(parts)}."


def module(spec: AgentSpec, plan: Continuous) -> tuple[str, str]:
    """The source of the class, and a sentence on what it is.

    Raises:
        InvalidRequest: parts that do not go together.
    """
    check(plan)
    plan = plan.model_copy(update={"optimizer": of_share(plan.optimizer, plan.actor_lr or plan.lr)})
    about = describe(plan)
    soft = plan.base == "SAC"
    base = "OffPolicyStochActorDoubleCritic" if soft else "OffPolicyDoubleActorDoubleCritic"
    policy = f"{spec.name}Policy"
    body = [f"class {spec.name}(OffPolicyAgent):", *docstring(about), "", *_constructor(spec, plan, policy)]
    body += ["", *_update(plan), *_critic(plan), *_targets(plan), *actor(plan)]
    body += rate_methods(plan.optimizer)
    if plan.reset_every:
        names = '("actor_opt", "critic_opt")'
        body += renewed(
            "(self.policy.actor, *self.policy.critic.heads)" if plan.reset_all else "self.policy.critic.heads",
            names if plan.reset_all else '("critic_opt",)',
            everything=plan.reset_all,
        )
    while body[-1] == "":
        body.pop()
    parts = [*fall_functions([plan.optimizer.fall]), [critics(plan)], [POLICY.format(name=policy, base=base)]]
    parts += [combine(plan)]
    return source(_imported(spec, plan, base), *parts, body), about


def _numbers(spec: AgentSpec, plan: Continuous) -> dict[str, float]:
    numbers: dict[str, float] = {"tau": plan.tau}
    numbers |= {"actor_update_freq": plan.delay} if plan.base != "DDPG" or plan.delay > 1 else {}
    numbers |= {"target_noise": plan.target_noise, "noise_clip": plan.noise_clip} if plan.target_noise else {}
    numbers |= {"share": plan.share} if plan.combined == "mixed" and not plan.quantiles else {}
    numbers |= {"pessimism": plan.pessimism} if plan.combined == "bound" and not plan.quantiles else {}
    numbers |= {"subset": plan.subset} if plan.subset and not plan.quantiles else {}
    numbers |= {"dropped": plan.dropped} if plan.quantiles else {}
    numbers |= {"cloning_coef": plan.cloning} if plan.cloning is not None else {}
    if plan.weighted is not None:
        numbers |= {"weight_temperature": plan.weighted, "weight_cap": plan.cap}
    numbers |= {"updates": plan.updates} if plan.updates > 1 else {}
    numbers |= {"reset_every": plan.reset_every} if plan.reset_every else {}
    numbers |= {"max_grad_norm": plan.max_grad_norm} if plan.max_grad_norm else {}
    numbers |= {"critic_weight_decay": plan.critic_weight_decay} if plan.critic_weight_decay else {}
    return numbers | rate_numbers(plan.optimizer, spec.num_train_steps)


def _constructor(spec: AgentSpec, plan: Continuous, policy: str) -> list[str]:
    arguments, kept = numbered(_numbers(spec, plan))
    soft = plan.base == "SAC"
    if soft:
        temperature = plan.temperature if plan.entropy != "none" else 1e-8
        entropy = "None" if plan.target_entropy is None else repr(plan.target_entropy)
        arguments += [f"temperature: float = {temperature!r}", f"target_entropy: float | None = {entropy}"]
        kept += ["        self.temperature = temperature"]
        kept += [
            "        size = float(self.action_dim)",
            "        self.target_entropy = -size if target_entropy is None else target_entropy",
        ]
    rates = []
    if plan.actor_lr or plan.critic_lr:
        rates = [f"critic_lr: float = {plan.critic_lr or plan.lr!r}"]
    own = [
        f"num_init_steps: int = {plan.num_init_steps or 1000}",
        "update_every_steps: int = 1",
        f"storage_size: int = {plan.storage_size or 100_000:_}",
        f"batch_size: int = {plan.batch_size}",
        f"lr: float = {plan.actor_lr or plan.lr!r}",
        *rates,
        f"discount: float = {plan.discount!r}",
        f"hidden_dim: int = {plan.hidden_dim}",
        "feature_dim: int = 50",
        f"critics: int = {plan.critics}",
        *([] if soft or plan.drifting else [f"noise: float = {plan.noise!r}"]),
    ]
    body = signature("__init__", ["self", *SHARED, *own, *arguments, 'log_dir: str | Path = "logs"'], "None")
    body += ["        super().__init__("]
    body += ["            env, eval_env, tag, seed, device, pretraining, num_init_steps, update_every_steps, log_dir"]
    body += ["        )", *kept]
    return [*body, *_assembled(plan, policy, bool(rates))]


def _assembled(plan: Continuous, policy: str, rates: bool) -> list[str]:
    kwargs = {"lr": "lr", **optimizer_kwargs(plan.optimizer, 1e-8)}
    shown = ", ".join(f'"{key}": {value}' for key, value in kwargs.items())
    lines = [f"        opt_kwargs = {{{shown}}}"]
    spaces = (
        f"self.observation_space, self.action_space, size, hidden_dim, {optimizer_class(plan.optimizer)}, opt_kwargs"
    )
    named = ['init_fn="identity"', "critics=critics"]
    storage = "PrioritizedReplayStorage" if plan.prioritized else "VanillaReplayStorage"
    given = [
        "images=TassaCnnEncoder",
        "feature_dim=feature_dim",
        'init_fn="identity"',
        f"policy=lambda size: {policy}(\n                {spaces},\n                {', '.join(named)},\n            )",
        f"distribution={_explores(plan)}",
        "storage_size=storage_size",
        "batch_size=batch_size",
        "discount=discount",
    ]
    if plan.n_step > 1:
        given.append(f"storage=partial({storage}, n_step={plan.n_step})")
    elif plan.prioritized:
        given.append(f"storage={storage}")
    lines += assembled(given)
    if rates:
        lines += ["        self.critic_lr = critic_lr"]
    return lines


def _explores(plan: Continuous) -> str:
    """What explores, as source."""
    if plan.base == "SAC":
        return "SquashedNormal()"
    return "OrnsteinUhlenbeckNoise()" if plan.drifting else "NormalNoise(sigma=noise)"


def _frozen(plan: Continuous) -> list[str]:
    """What is done as the modules are brought together."""
    lines = []
    if plan.base == "SAC":
        lines += [
            "        if not self._frozen:",
            f"            self.policy.set_temperature(self.temperature, fixed={plan.entropy != 'learned'})",
        ]
    lines += ["        super().freeze(**kwargs)"]
    if plan.actor_lr or plan.critic_lr or plan.critic_weight_decay:
        lines += ['        for group in self.policy.optimizers["critic_opt"].param_groups:']
        lines += ['            group["lr"] = self.critic_lr'] if plan.actor_lr or plan.critic_lr else []
        lines += ['            group["weight_decay"] = self.critic_weight_decay'] if plan.critic_weight_decay else []
    if len(lines) == 1:
        return []
    return [
        "    def freeze(self, **kwargs: Any) -> None:",
        '        """As every agent\'s; temperature and learning rates are set first."""',
        *lines,
        "",
    ]


def _update(plan: Continuous) -> list[str]:
    lines = [*_frozen(plan), "    def update(self) -> Mapping[str, Any]:"]
    lines += ['        """Steps of the critics, and at their turn of the actor and the targets."""']
    lines += ["        self.set_rate()"] if rate_methods(plan.optimizer) else []
    own = [
        "batch = self.storage.sample()",
        "features = self.policy.features(batch.observations)",
        "metrics = self.update_critic(features, batch)",
    ]
    delayed = plan.base == "TD3"
    if plan.updates > 1:
        lines += ["        for _ in range(self.updates):", *(f"            {line}" for line in own)]
        lines += [] if delayed else ["            self.policy.update_targets(self.tau)"]
    else:
        lines += [f"        {line}" for line in own]
    turn = "        if self.turn(self.actor_update_freq):" if plan.base != "DDPG" or plan.delay > 1 else ""
    space = "            " if turn else "        "
    lines += [*([turn] if turn else []), f"{space}metrics |= self.update_actor(features.detach(), batch)"]
    if delayed:
        lines += [f"{space}self.policy.update_targets(self.tau)"]
    elif plan.updates == 1:
        lines += ["        self.policy.update_targets(self.tau)"]
    if plan.reset_every:
        lines += [
            f"        if self.{'turn' if plan.reset_by == 'updates' else 'due'}(self.reset_every):",
            "            self.renew()",
        ]
    return [*lines, "        return metrics", ""]


def _critic(plan: Continuous) -> list[str]:
    lines = [
        "    def update_critic(self, features: th.Tensor, batch: Any) -> dict[str, th.Tensor]:",
        '        """Every critic towards the same targets."""',
        "        with th.no_grad():",
        "            targets = self.targets(batch)",
        "        values = self.policy.critic(features, batch.actions)",
    ]
    step = ", max_grad_norm=self.max_grad_norm" if plan.max_grad_norm else ""
    if plan.quantiles:
        lines += [
            "        loss = quantile_loss(values, targets, batch.weights)",
            f'        self.policy.step(loss, "encoder_opt", "critic_opt"{step})',
            "        self.learned(batch, (targets.mean(-1) - values.detach().mean((0, 2))).abs())",
        ]
    else:
        loss = "huber_td_loss" if plan.error == "huber" else "squared_td_loss"
        lines += [
            f"        loss = th.stack([{loss}(value, targets, batch.weights) for value in values]).sum()",
            f'        self.policy.step(loss, "encoder_opt", "critic_opt"{step})',
            "        self.learned(batch, td_errors(targets, *values))",
        ]
    return [*lines, '        return {"critic_loss": loss.detach(), "q_value": values.detach().mean()}', ""]


def _combined_call(plan: Continuous, values: str) -> str:
    if plan.quantiles:
        return f"combined({values}, self.dropped)"
    more = {"mixed": ", self.share", "bound": ", self.pessimism"}.get(plan.combined, "")
    return f"combined({values}{more}{', self.subset' if plan.subset else ''})"


def _targets(plan: Continuous) -> list[str]:
    lines = ["    def targets(self, batch: Any) -> th.Tensor:"]
    shape = "(B, K)" if plan.quantiles else "(B,)"
    lines += [f'        """{shape}, r + discount * what the next observation is worth."""']
    lines += ["        policy = self.policy"]
    if plan.base == "SAC":
        lines += [
            "        features, slow = policy.next_features(batch.next_observations)",
            "        dist = policy.get_dist(features)",
            "        actions = dist.sample()",
            f"        values = {_combined_call(plan, 'policy.critic_target(slow, actions)')}",
        ]
        if plan.entropy != "none":
            bonus = "dist.log_prob(actions)[:, None]" if plan.quantiles else "dist.log_prob(actions)"
            lines += [f"        values = values - policy.alpha * {bonus}  # arXiv 1812.05905, equation 3"]
    else:
        lines += [
            "        features = policy.target_features(batch.next_observations)",
            "        actions = policy.target_actions(features)",
        ]
        if plan.target_noise:
            lines += [
                "        noise = th.randn_like(actions) * self.target_noise",
                "        actions = (actions + noise.clamp(-self.noise_clip, self.noise_clip)).clamp(-1.0, 1.0)",
            ]
        lines += [f"        values = {_combined_call(plan, 'policy.critic_target(features, actions)')}"]
    if plan.quantiles:
        return [*lines, "        return batch.rewards[:, None] + batch.discounts[:, None] * values", ""]
    return [*lines, "        return td_targets(batch.rewards, batch.discounts, values)", ""]


def _imported(spec: AgentSpec, plan: Continuous, base: str) -> list[str]:
    """The head of the file, and the functions that stand before the classes."""
    soft = plan.base == "SAC"
    losses = [] if plan.quantiles else ["td_errors", "td_targets"]
    losses += [] if plan.quantiles else ["huber_td_loss" if plan.error == "huber" else "squared_td_loss"]
    losses += ["temperature_loss"] if soft and plan.entropy == "learned" else []
    storage = "PrioritizedReplayStorage" if plan.prioritized else "VanillaReplayStorage"
    library = [
        "from rllte.agent.off_policy_modules import assemble",
        "from rllte.common.prototype import OffPolicyAgent",
        "from rllte.core.spaces import policy_outputs",
        "from rllte.env import Gymnasium2Torch",
        *([f"from rllte.losses import {', '.join(sorted(losses))}"] if losses else []),
        "from rllte.nn import head",
        "from rllte.xploit.encoder import TassaCnnEncoder",
        f"from rllte.xploit.policy import {base}",
        *(["from rllte.xploit.policy.off_policy import frozen"] if plan.weighted is None else []),
        *([f"from rllte.xploit.storage import {storage}"] if plan.n_step > 1 or plan.prioritized else []),
        f"from rllte.xplore.distribution import {_explores(plan).partition('(')[0]}",
    ]
    torch = ["import torch as th", "from torch import nn"]
    torch += ["import torch.nn.functional as F"] if plan.quantiles else []
    more = ["from functools import partial"] if plan.n_step > 1 else []
    more += ["import math"] if plan.optimizer.fall is not None and plan.optimizer.fall.shape == "cosine" else []
    head = heading(spec, torch, library, more)
    for lines, used in ((QUANTILE_LOSS, bool(plan.quantiles)), (WEIGHTS, plan.weighted is not None)):
        head += ["", "", *lines] if used else []
    return head
