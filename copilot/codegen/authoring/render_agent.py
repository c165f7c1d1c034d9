"""An algorithm's plan as source: a prototype of the library, its usual modules, and a loss put together from terms."""

from __future__ import annotations

from collections.abc import Callable

from copilot.codegen.authoring.layout import WIDTH, docstring, joined, signature, source
from copilot.codegen.authoring.parts_agent import SHARED, assembled, heading, numbered
from copilot.codegen.authoring.render_q import q_module
from copilot.codegen.authoring.spec import AgentSpec, Learner, Term
from copilot.core.errors import InvalidRequest

_WORDS = {
    "clip": "the clipped surrogate",
    "gradient": "the plain policy gradient",
    "kl_penalty": "a penalty on the divergence from the policy that acted",
    "adaptive_kl": "a penalty on the divergence whose weight follows a target",
    "entropy": "an entropy bonus",
    "value": "a squared value loss",
    "clipped_value": "a clipped value loss",
    "huber_value": "a Huber value loss",
    "self_imitation": "self-imitation",
    "weighted_imitation": "advantage-weighted imitation",
    "q": "the TD error",
    "conservative": "a conservative term",
}
_KL = [
    "log_ratio = log_probs - batch.log_probs",
    "kl = (log_ratio.exp() - 1.0 - log_ratio).mean()  # an estimate that is never negative",
]
_ON_POLICY: dict[str, Callable[[Term], tuple[dict[str, float], list[str], str]]] = {
    "clip": lambda t: _clip(t),
    "gradient": lambda t: ({}, ["gradient_loss = a2c_policy_loss(log_probs, advantages)"], "gradient_loss"),
    "kl_penalty": lambda t: ({"kl_coef": t.weight}, _KL, "self.kl_coef * kl"),
    "adaptive_kl": lambda t: ({"kl_coef": t.weight, "kl_target": t.value or 0.01}, _KL, "self.kl_coef * kl"),
    "entropy": lambda t: (
        {"ent_coef": t.weight} | ({} if t.value is None else {"ent_coef_end": t.value}),
        [] if t.value is None else ["ent_coef = self.entropy_weight()"],
        "- self.ent_coef * entropy" if t.value is None else "- ent_coef * entropy",
    ),
    "value": lambda t: (
        {"vf_coef": t.weight},
        ["value_loss = clipped_value_loss(values, batch.values, batch.returns, None)"],
        "self.vf_coef * value_loss",
    ),
    "clipped_value": lambda t: (
        {"vf_coef": t.weight, "clip_range_vf": t.value or 0.2},
        ["value_loss = clipped_value_loss(values, batch.values, batch.returns, self.clip_range_vf)"],
        "self.vf_coef * value_loss",
    ),
    "huber_value": lambda t: (
        {"vf_coef": t.weight},
        ["value_loss = F.huber_loss(values, batch.returns)"],
        "self.vf_coef * value_loss",
    ),
    "self_imitation": lambda t: (
        {"imitation_coef": t.weight},
        [
            "better = (batch.returns - values.detach()).clamp(min=0.0)  # by how much it went better than expected",
            "imitation = -(log_probs * better).mean()  # arXiv 1806.05635, equation 2",
        ],
        "self.imitation_coef * imitation",
    ),
    "weighted_imitation": lambda t: (
        {"imitation_temperature": t.value or 1.0},
        [
            "weights = (advantages / self.imitation_temperature).exp().clamp(max=20.0)",
            "weighted = -(weights * log_probs).mean()  # arXiv 1910.00177, equation 6",
        ],
        "weighted",
    ),
}


def _clip(term: Term) -> tuple[dict[str, float], list[str], str]:
    """The clipped surrogate; with two ranges, or bounded below for negative advantages, it is written out."""
    numbers: dict[str, float] = {"clip_range": term.value or 0.2}
    if term.high is None and term.dual is None:
        return (
            numbers,
            ["surrogate, metrics = ppo_policy_loss(log_probs, batch.log_probs, advantages, self.clip_range)"],
            "surrogate",
        )
    high = "self.clip_range"
    if term.high is not None:
        numbers["clip_high"], high = term.high, "self.clip_high"
    lines = [
        "ratio = (log_probs - batch.log_probs).exp()",
        f"clipped = ratio.clamp(1.0 - self.clip_range, 1.0 + {high})",
        "gains = th.min(ratio * advantages, clipped * advantages)",
    ]
    if term.dual is not None:
        numbers["dual_clip"] = term.dual
        lines += [
            "bounded = th.max(gains, self.dual_clip * advantages)  # arXiv 1912.09729, equation 5",
            "gains = th.where(advantages < 0.0, bounded, gains)",
        ]
    return numbers, [*lines, "surrogate = -gains.mean()"], "surrogate"


_UPDATE = [
    "    def update(self) -> Mapping[str, Any]:",
    '        """Several passes over the rollout, in minibatches."""',
    "        means = Means()",
    "        for _ in range(self.n_epochs):",
    "            for batch in self.storage.sample():",
    "                loss, metrics = self.loss(batch)",
    '                optimizer = self.policy.optimizers["opt"]',
    "                gradient_step(loss, optimizer, self.policy.parameters(), self.max_grad_norm)",
    "                means.add(metrics)",
]
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
_ENTROPY = [
    "    def entropy_weight(self) -> float:",
    '        """From `ent_coef` to `ent_coef_end`, linearly over `ent_steps` environment steps."""',
    "        done = min(1.0, self.global_step / self.ent_steps)",
    "        return self.ent_coef + done * (self.ent_coef_end - self.ent_coef)",
    "",
]
_LOSS = [
    "    def loss(self, batch: Any) -> tuple[th.Tensor, dict[str, th.Tensor]]:",
    '        """What to descend for a minibatch, and its parts."""',
    "        values, log_probs, entropy = self.policy.evaluate_actions(batch.observations, batch.actions)",
]


def module(spec: AgentSpec, plan: Learner) -> tuple[str, str]:
    """The source of the class, and a sentence on what it is.

    Raises:
        InvalidRequest: terms that do not go together.
    """
    known = {"q", "conservative"} if plan.family == "q_learning" else set(_ON_POLICY)
    for term in plan.terms:
        if term.name not in known:
            raise InvalidRequest(
                f"{term.name} is no term of {plan.family.replace('_', '-')}.",
                hint=f"It has: {', '.join(sorted(known))}.",
            )
    about = describe(plan)
    return (q_module if plan.family == "q_learning" else policy_module)(spec, plan, about), about


def describe(plan: Learner) -> str:
    """What it learns by, in a sentence."""
    words = [_WORDS[term.name] + _detail(term) for term in plan.terms]
    if plan.family == "actor_critic":
        words += ["passes that end where the divergence grows"] if plan.stop_kl is not None else []
        words += ["positive advantages alone"] if plan.positive_advantages else []
        return f"An on-policy actor-critic with {joined(words)}."
    more = {"max": "max", "double": "double", "soft": "soft", "munchausen": "Munchausen", "mellowmax": "mellowmax",
            "expected": "expected-SARSA"}[plan.targets]  # fmt: skip
    parts = [f"{more} targets", *(["a dueling head"] if plan.dueling else [])]
    errors = {"absolute": "absolute errors", "log_cosh": "log-cosh errors", "expectile": f"expectile errors "
        f"({plan.expectile})",
              "quantile": f"{plan.quantiles} quantiles"}  # fmt: skip
    parts += [errors[plan.error]] if plan.error in errors else []
    parts += [f"targets that follow by {plan.tau}"] if plan.tau is not None else []
    parts += [f"{plan.n_step}-step returns"] if plan.n_step > 1 else []
    parts += ["prioritised replay"] if plan.prioritized else []
    parts += [_WORDS[term.name] for term in plan.terms if term.name != "q"]
    return f"Deep Q-learning with {joined(parts)}."


def _detail(term: Term) -> str:
    if term.name == "clip":
        ranges = f" ({term.value or 0.2} below, {term.high} above)" if term.high is not None else ""
        return ranges + (f" and dual clipping ({term.dual})" if term.dual is not None else "")
    return f" that goes from {term.weight} to {term.value}" if term.name == "entropy" and term.value is not None else ""


def policy_module(spec: AgentSpec, plan: Learner, about: str) -> str:
    """The source of an on-policy actor-critic; `about` is its docstring."""
    numbers: dict[str, float] = {}
    lines: list[str] = []
    parts: list[str] = []
    names: set[str] = {term.name for term in plan.terms}
    surrogate = bool(names & {"kl_penalty", "adaptive_kl"}) and not names & {"clip", "gradient", "weighted_imitation"}
    for term in plan.terms:
        own, body, value = _ON_POLICY[term.name](term)
        numbers |= own
        if body is _KL and surrogate:
            body = [*_KL, "surrogate = -(log_ratio.exp() * advantages).mean()  # of the ratio as it is"]
            value = f"surrogate + {value}"
        lines += [line for line in body if line not in lines]
        parts.append(value)
    body = [
        f"class {spec.name}(OnPolicyAgent):",
        *docstring(about),
        "",
        *_constructor(plan, numbers, spec.num_train_steps),
        "",
    ]
    if plan.stop_kl is not None:
        lines = [*_KL, *(line for line in lines if line not in _KL)]
    decays = any(term.name == "entropy" and term.value is not None for term in plan.terms)
    body += [
        *_UPDATE,
        *(_STOP if plan.stop_kl is not None else []),
        *(_ADAPT if "adaptive_kl" in names else ["        return means.result()"]),
        "",
    ]
    body += _ENTROPY if decays else []
    body += _LOSS
    given = "normalize(batch.advantages)" if plan.normalize_advantages else "batch.advantages"
    body += [f"        advantages = {given}{'.clamp(min=0.0)' if plan.positive_advantages else ''}"]
    body += [f"        {line}" for line in lines]
    body += [f"        loss = {' + '.join(parts).replace('+ - ', '- ')}", *_logged(names, surrogate, plan)]
    return source(_imported(spec, plan, lines), body)


def _constructor(plan: Learner, numbers: dict[str, float], num_train_steps: int) -> list[str]:
    numbers = {**numbers, **({"stop_kl": plan.stop_kl} if plan.stop_kl is not None else {})}
    arguments, kept = numbered(numbers)
    if "ent_coef_end" in numbers:
        arguments.append(f"ent_steps: int = {num_train_steps}")
        kept.append("        self.ent_steps = ent_steps")
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
    given = [
        "feature_dim=feature_dim",
        "hidden_dim=hidden_dim",
        "batch_size=batch_size",
        "discount=discount",
        "gae_lambda=gae_lambda",
        "opt_class=th.optim.Adam",
        'opt_kwargs={"lr": lr, "eps": 1e-5}',
        'init_fn="orthogonal"',
    ]
    return [
        *signature("__init__", ["self", *SHARED, *own, *arguments, 'log_dir: str | Path = "logs"'], "None"),
        "        super().__init__(env, eval_env, tag, seed, device, pretraining, num_steps, log_dir)",
        "        self.n_epochs = n_epochs",
        "        self.max_grad_norm = max_grad_norm",
        *kept,
        *assembled(given),
    ]


def _imported(spec: AgentSpec, plan: Learner, lines: list[str]) -> list[str]:
    """The head of the file, with the losses that these lines use."""
    known = ("a2c_policy_loss", "clipped_value_loss", "ppo_policy_loss")
    losses = [name for name in known if any(name in line for line in lines)]
    used = ["Means", "gradient_step", *(["normalize"] if plan.normalize_advantages else [])]
    library = [
        "from rllte.agent.on_policy_modules import assemble",
        f"from rllte.agent.updates import {', '.join(used)}",
        "from rllte.common.prototype import OnPolicyAgent",
        "from rllte.env import Gymnasium2Torch",
    ]
    library += [f"from rllte.losses import {', '.join(losses)}"] if losses else []
    functional = ["import torch.nn.functional as F"] if any("F.huber" in line for line in lines) else []
    return heading(spec, ["import torch as th", *functional], library)


def _logged(names: set[str], surrogate: bool, plan: Learner) -> list[str]:
    shown = {"entropy": "entropy"}
    shown |= {"value_loss": "value_loss"} if names & {"value", "clipped_value", "huber_value"} else {}
    shown |= {"kl": "kl"} if names & {"kl_penalty", "adaptive_kl"} or plan.stop_kl is not None else {}
    shown |= {"policy_loss": "surrogate"} if surrogate or "clip" in names else {}
    shown |= {"imitation": "imitation"} if "self_imitation" in names else {}
    shown |= {"policy_loss": "gradient_loss"} if "gradient" in names else {}
    shown |= {"policy_loss": "weighted"} if "weighted_imitation" in names and "policy_loss" not in shown else {}
    plain = any(term.name == "clip" and term.high is None and term.dual is None for term in plan.terms)
    given = ["**metrics"] if plain else []
    items = [*given, *(f'"{key}": {value}' for key, value in shown.items())]
    line = f"        return loss, {{{', '.join(items)}}}"
    if len(line) <= WIDTH:
        return [line]
    return ["        return loss, {", *(f"            {item}," for item in items), "        }"]
