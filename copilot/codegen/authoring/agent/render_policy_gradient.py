"""An on-policy actor-critic's plan as source: a loss put together from terms, and what surrounds it."""

from __future__ import annotations

from copilot.codegen.authoring.agent import parts_critic
from copilot.codegen.authoring.agent.parts import (
    SHARED,
    assembled,
    fall_functions,
    fall_numbers,
    falling,
    heading,
    numbered,
    of_share,
    optimizer_class,
    optimizer_kwargs,
    rate_methods,
    rate_numbers,
)
from copilot.codegen.authoring.agent.parts_terms import FUNCTIONS, KL, PARTS, REVERSE, clip_function, weights_function
from copilot.codegen.authoring.layout import WIDTH, docstring, signature, source
from copilot.codegen.authoring.spec import AgentSpec, Learner, Term

_ADAPT = [
    "        result = means.result()",
    '        self.adapt(result["kl"])',
    "        return result",
    "",
    "    def adapt(self, kl: float) -> None:",
    '        """The weight follows the divergence to its target; arXiv 1707.06347, section 4."""',
    "        if kl > 1.5 * self.kl_target:",
    "            self.kl_coef = min(2.0 * self.kl_coef, 100.0)",
    "        elif kl < self.kl_target / 1.5:",
    "            self.kl_coef = max(0.5 * self.kl_coef, 1e-4)",
]
_STOP = [
    '            if means.result()["kl"] > self.stop_kl:',
    "                break  # the policy has moved far enough from the one that acted",
]
_LOSS = [
    "    def loss(self, batch: Any) -> tuple[th.Tensor, dict[str, th.Tensor]]:",
    '        """What to descend for a minibatch, and its parts."""',
    "        values, log_probs, entropy = self.policy.evaluate_actions(batch.observations, batch.actions)",
]
_NORMALIZED = {
    "rank": [
        "def normalized(advantages: th.Tensor) -> th.Tensor:",
        '    """(B,) ranks of advantages (B,), from -1 for the smallest to 1 for the largest."""',
        "    ranks = advantages.argsort().argsort().to(advantages.dtype)",
        "    return 2.0 * ranks / max(1, len(advantages) - 1) - 1.0",
    ],
    "sign": [
        "def normalized(advantages: th.Tensor) -> th.Tensor:",
        '    """(B,) signs of advantages (B,)."""',
        "    return advantages.sign()",
    ],
}
_DISCOUNTED = [
    "def discounted(rewards: th.Tensor, ended: th.Tensor, discount: float) -> th.Tensor:",
    '    """(T, N) returns of rewards (T, N), cut where episodes ended; nothing is estimated beyond the rollout."""',
    "    returns, running = th.zeros_like(rewards), th.zeros_like(rewards[0])",
    "    for t in reversed(range(len(rewards))):",
    "        running = rewards[t] + discount * running * (1.0 - ended[t])",
    "        returns[t] = running",
    "    return returns",
]
_COMPARED = {
    "leave_one_out": [
        "def compared(returns: th.Tensor) -> th.Tensor:",
        '    """(T, N) returns less the mean of those of the other environments; arXiv 2402.14740, section 3.2."""',
        "    others = (returns.sum(1, keepdim=True) - returns) / max(1, returns.shape[1] - 1)",
        "    return returns - others",
    ],
    "group": [
        "def compared(returns: th.Tensor) -> th.Tensor:",
        '    """(T, N) returns less their mean over environments, over their deviation; arXiv 2402.03300, section 4.1."""',
        "    mean, deviation = returns.mean(1, keepdim=True), returns.std(1, keepdim=True, unbiased=False)",
        "    return (returns - mean) / (deviation + 1e-8)",
    ],
    "moving_average": [
        "def compared(returns: th.Tensor, baseline: th.Tensor) -> th.Tensor:",
        '    """(T, N) returns less a running mean."""',
        "    return returns - baseline",
    ],
}


def policy_module(spec: AgentSpec, plan: Learner, about: str) -> str:
    """The source of an on-policy actor-critic; `about` is its docstring."""
    plan = plan.model_copy(update={"optimizer": of_share(plan.optimizer, plan.lr)})
    numbers, lines, parts = _terms(spec, plan)
    names: set[str] = {term.name for term in plan.terms}
    policy = f"{spec.name}Policy" if parts_critic.needed(plan) else ""
    body = [f"class {spec.name}(OnPolicyAgent):", *docstring(about), ""]
    body += [*_constructor(spec, plan, numbers, policy), "", *_update(plan, names), *_before(plan)]
    for term in plan.terms:
        body += _falling(term)
    body += rate_methods(plan.optimizer)
    body += parts_critic.auxiliary_methods(plan)
    body += [*_LOSS, f"        advantages = {_advantages(plan)}", *(f"        {line}" for line in lines)]
    body += [*_summed(parts), *_logged(names, plan)]
    falls = [*(term.fall for term in plan.terms), plan.optimizer.fall]
    before = [*fall_functions(falls), *_functions(plan), *parts_critic.functions(plan)]
    before += [parts_critic.policy(policy, plan)] if policy else []
    return source(_imported(spec, plan, [*lines, *body], policy), *before, body)


def _summed(parts: list[str]) -> list[str]:
    """The loss as the sum of its parts, on one line or on several."""
    whole = f"        loss = {' + '.join(parts).replace('+ - ', '- ')}"
    if len(whole) <= WIDTH:
        return [whole]
    rest = [f"            {part if part.startswith('- ') else f'+ {part}'}" for part in parts[1:]]
    return ["        loss = (", f"            {parts[0]}", *rest, "        )"]


def _terms(spec: AgentSpec, plan: Learner) -> tuple[dict[str, float], list[str], list[str]]:
    """Arguments, lines and parts of the loss."""
    numbers: dict[str, float] = {}
    lines: list[str] = []
    parts: list[str] = []
    names: set[str] = {term.name for term in plan.terms}
    bare = _bare(names)
    for term in plan.terms:
        own, body, value = PARTS[term.name](term)
        numbers |= own
        if term.fall is not None:
            numbers |= fall_numbers(_FALLING[term.name][1], term.fall, spec.num_train_steps)
        if term.name in {"value", "clipped_value", "huber_value"}:
            body = parts_critic.value_lines(plan) or body
        if term.name in {"kl_penalty", "adaptive_kl"} and bare:
            body = [*body, "surrogate = -(log_ratio.exp() * advantages).mean()  # of the ratio as it is"]
            value = f"surrogate + {value}"
        lines += [line for line in body if line not in lines]
        parts.append(value)
    if plan.stop_kl is not None and not names & {"kl_penalty", "adaptive_kl"}:
        lines = [*KL, *lines]
    return numbers, lines, parts


def _bare(names: set[str]) -> bool:
    """Whether a divergence stands alone: then the ratio is taken as it is."""
    others = {"clip", "gradient", "ratio", "spo", "rollback", "truncated", "weighted_imitation"}
    return bool(names & {"kl_penalty", "adaptive_kl"}) and not names & others


_FALLING = {
    "entropy": ("entropy_weight", "ent_coef", "The weight of the entropy at the present step."),
    "clip": ("clip_now", "clip_range", "The clip range at the present step."),
    "kl_penalty": ("kl_weight", "kl_coef", "The number that weighs the divergence at the present step."),
}


def _falling(term: Term) -> list[str]:
    if term.fall is None or term.name not in _FALLING:
        return []
    method, name, about = _FALLING[term.name]
    return falling(method, name, term.fall, about)


def _advantages(plan: Learner) -> str:
    given = {"batch": "normalize(batch.advantages)", "rank": "normalized(batch.advantages)",
             "sign": "normalized(batch.advantages)"}.get(plan.advantages, "batch.advantages")  # fmt: skip
    return given + (".clamp(min=0.0)" if plan.positive_advantages else "")


def _functions(plan: Learner) -> list[list[str]]:
    """Functions that the loss calls."""
    out: list[list[str]] = []
    for term in plan.terms:
        if term.name in {"ratio", "spo", "rollback"}:
            out.append(FUNCTIONS[term.name])
        if term.name == "clip" and (term.high is not None or term.dual is not None):
            out.append(clip_function(term))
        if term.name == "weighted_imitation":
            out.append(weights_function())
    out += [_NORMALIZED[plan.advantages]] if plan.advantages in _NORMALIZED else []
    if plan.baseline != "critic":
        out += [_DISCOUNTED]
        out += [_COMPARED[plan.baseline]] if plan.baseline in _COMPARED else []
    return out


def _update(plan: Learner, names: set[str]) -> list[str]:
    lines = [
        "    def update(self) -> Mapping[str, Any]:",
        '        """Several passes over the rollout, in minibatches."""',
        "        means = Means()",
    ]
    lines += ["        self.set_rate()"] if rate_methods(plan.optimizer) else []
    lines += ["        self.compare()"] if plan.baseline != "critic" else []
    rollout = [
        "advantages = self.storage.advantages[: self.storage.step]",
        "advantages.copy_(normalize(advantages))",
    ]
    if plan.advantages == "rollout" and plan.correction == "none":
        lines += [f"        {line}" for line in rollout]
    lines += ["        self.following = self.storage.next_observations()"] if parts_critic.auxiliary(plan) else []
    lines += ["        for _ in range(self.n_epochs):"]
    if plan.correction == "vtrace":
        lines += ["            self.correct()"]
        lines += [f"            {line}" for line in rollout] if plan.advantages == "rollout" else []
    lines += [
        "            for batch in self.storage.sample():",
        "                loss, metrics = self.loss(batch)",
        '                optimizer = self.policy.optimizers["opt"]',
        "                gradient_step(loss, optimizer, self.policy.parameters(), self.max_grad_norm)",
        "                means.add(metrics)",
        *(_STOP if plan.stop_kl is not None else []),
    ]
    lines += ["        self.policy.follow(1.0 - self.slow_decay)"] if "slow_policy" in names else []
    return [*lines, *(_ADAPT if "adaptive_kl" in names else ["        return means.result()"]), ""]


def _before(plan: Learner) -> list[str]:
    """Methods that are called before the passes."""
    lines: list[str] = []
    if plan.baseline != "critic":
        given = "returns, self.policy.baseline" if plan.baseline == "moving_average" else "returns"
        compared = "returns" if plan.baseline == "none" else f"compared({given})"
        lines += [
            "    def compare(self) -> None:",
            '        """Advantages are returns against their baseline; nothing is taken of the critic."""',
            "        storage, steps = self.storage, self.storage.step",
            "        ended = th.maximum(storage.terminateds, storage.truncateds)[:steps]",
            "        returns = discounted(storage.rewards[:steps], ended, storage.discount)",
            "        storage.returns[:steps].copy_(returns)",
            f"        storage.advantages[:steps].copy_({compared})",
        ]
        if plan.baseline == "moving_average":
            lines += ["        self.policy.baseline.lerp_(returns.mean(), 1.0 - self.momentum)"]
        lines += [""]
    if plan.correction == "vtrace":
        lines += [
            "    @th.no_grad()",
            "    def correct(self) -> None:",
            '        """Returns and advantages of the policy as it is now; arXiv 1802.01561, equation 1."""',
            "        storage, steps = self.storage, self.storage.step",
            "        flat = tree_map(lambda leaf: leaf[:steps].flatten(0, 1), storage.observations)",
            "        actions = storage.actions[:steps].flatten(0, 1)",
            "        values, log_probs, _ = self.policy.evaluate_actions(flat, actions)",
            "        later = tree_map(lambda leaf: leaf.flatten(0, 1), storage.next_observations())",
            "        shape = storage.rewards[:steps].shape",
            "        found = vtrace(",
            "            log_probs.reshape(shape) - storage.log_probs[:steps],",
            "            storage.rewards[:steps],",
            "            values.reshape(shape),",
            "            self.policy.get_value(later).reshape(shape),",
            "            storage.terminateds[:steps],",
            "            storage.truncateds[:steps],",
            "            storage.discount,",
            "            *(self.rho,) * 3,",
            "        )",
            "        storage.returns[:steps].copy_(found.values)",
            "        storage.advantages[:steps].copy_(found.advantages)",
            "",
        ]
    return lines


def _constructor(spec: AgentSpec, plan: Learner, numbers: dict[str, float], policy: str) -> list[str]:
    numbers = {**numbers, **({"stop_kl": plan.stop_kl} if plan.stop_kl is not None else {})}
    numbers |= {"momentum": plan.momentum} if plan.baseline == "moving_average" else {}
    numbers |= {"rho": plan.rho} if plan.correction == "vtrace" else {}
    numbers |= rate_numbers(plan.optimizer, spec.num_train_steps)
    arguments, kept = numbered(numbers)
    binned = plan.critic_error in {"two_hot", "hl_gauss"}
    arguments += (
        [f"low: float = {plan.low!r}", f"high: float = {plan.high!r}", f"bins: int = {plan.bins}"] if binned else []
    )
    own = [
        f"num_steps: int = {plan.num_steps or 128}",
        f"batch_size: int = {plan.batch_size or 128}",
        f"n_epochs: int = {plan.epochs}",
        f"lr: float = {plan.lr!r}",
        f"discount: float = {plan.discount!r}",
        f"gae_lambda: float = {plan.gae_lambda!r}",
        f"hidden_dim: int = {plan.hidden_dim or 64}",
        "feature_dim: int = 256",
        f"max_grad_norm: float = {plan.max_grad_norm or 0.5!r}",
    ]
    kwargs = {"lr": "lr", **optimizer_kwargs(plan.optimizer, 1e-5)}
    given = [
        "feature_dim=feature_dim",
        "hidden_dim=hidden_dim",
        "batch_size=batch_size",
        "discount=discount",
        "gae_lambda=gae_lambda",
        f"opt_class={optimizer_class(plan.optimizer)}",
        f"opt_kwargs={{{', '.join(f'{chr(34)}{key}{chr(34)}: {value}' for key, value in kwargs.items())}}}",
        'init_fn="orthogonal"',
        *([f"policy_class={policy}"] if policy else []),
        *(['policy_kwargs={"low": low, "high": high, "bins": bins}'] if binned else []),
    ]
    more = ["        self.view = RandomCrop()"] if "contrastive" in parts_critic.auxiliary(plan) else []
    return [
        *signature("__init__", ["self", *SHARED, *own, *arguments, 'log_dir: str | Path = "logs"'], "None"),
        "        super().__init__(env, eval_env, tag, seed, device, pretraining, num_steps, log_dir)",
        "        self.n_epochs = n_epochs",
        "        self.max_grad_norm = max_grad_norm",
        *kept,
        *more,
        *assembled(given),
    ]


def _imported(spec: AgentSpec, plan: Learner, lines: list[str], policy: str) -> list[str]:
    """The head of the file, with what these lines use."""
    text = "\n".join([*lines, *(line for part in parts_critic.functions(plan) for line in part)])
    text += "\n".join(parts_critic.policy(policy, plan)) if policy else ""
    text += "\n".join(
        line for part in fall_functions([*(t.fall for t in plan.terms), plan.optimizer.fall]) for line in part
    )
    losses = [
        name for name in ("a2c_policy_loss", "clipped_value_loss", "ppo_policy_loss", "vtrace") if f"{name}(" in text
    ]
    used = ["Means", "gradient_step", *(["normalize"] if "normalize(" in text else [])]
    library = [
        "from rllte.agent.on_policy_modules import assemble",
        f"from rllte.agent.updates import {', '.join(used)}",
        "from rllte.common.prototype import OnPolicyAgent",
        "from rllte.env import Gymnasium2Torch",
    ]
    library += [f"from rllte.losses import {', '.join(losses)}"] if losses else []
    library += ["from rllte.core.trees import tree_map"] if "tree_map(" in text else []
    library += ["from rllte.xplore.distribution import kl_divergence"] if "kl_divergence(" in text else []
    library += ["from rllte.xplore.augmentation import RandomCrop"] if "RandomCrop(" in text else []
    nn = [name for name in ("head", "mlp", "soft_update_params", "target_of") if f"{name}(" in text]
    if policy:
        library += ["from rllte.xploit.policy import OnPolicySharedActorCritic"]
        library += [f"from rllte.nn import {', '.join(nn)}"] if nn else []
        codes = [name for name in ("action_code", "action_code_size") if f"{name}(" in text]
        library += [f"from rllte.xploit.policy.actor_critic import {', '.join(codes)}"] if codes else []
        bases = [name for name in ("BaseDistribution", "BaseEncoder") if name in text]
        library += [f"from rllte.core.bases import {', '.join(bases)}"] if bases else []
    torch = ["import torch as th", *(["import torch.nn.functional as F"] if "F." in text else [])]
    torch += ["from torch import nn"] if "nn." in text else []
    return heading(spec, torch, library, ["import math"] if "math." in text else [])


def _logged(names: set[str], plan: Learner) -> list[str]:
    shown = {"entropy": "entropy"}
    shown |= {"value_loss": "value_loss"} if names & {"value", "clipped_value", "huber_value"} else {}
    shown |= {"kl": "kl"} if names & {"kl_penalty", "adaptive_kl"} or plan.stop_kl is not None else {}
    plain = any(term.name == "clip" and term.high is None and term.dual is None for term in plan.terms)
    written = names & {"ratio", "spo", "rollback", "truncated"} or ("clip" in names and not plain)
    if written:
        shown |= {"policy_loss": "policy_loss"}
    elif _bare(names) or plain:
        shown |= {"policy_loss": "surrogate"}
    shown |= {"imitation": "imitation"} if "self_imitation" in names else {}
    shown |= {"policy_loss": "gradient_loss"} if "gradient" in names else {}
    shown |= {"policy_loss": "weighted"} if "weighted_imitation" in names and "policy_loss" not in shown else {}
    shown |= {"drift": "drift"} if "slow_policy" in names else {}
    given = ["**metrics"] if plain else []
    given += ["**auxiliary"] if parts_critic.auxiliary(plan) else []
    items = [*given, *(f'"{key}": {value}' for key, value in shown.items())]
    line = f"        return loss, {{{', '.join(items)}}}"
    if len(line) <= WIDTH:
        return [line]
    return ["        return loss, {", *(f"            {item}," for item in items), "        }"]


__all__ = ["KL", "REVERSE", "policy_module"]
