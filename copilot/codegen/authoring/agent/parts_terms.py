"""The terms of an on-policy loss as source, each with its numbers and the functions that it calls."""

from __future__ import annotations

from collections.abc import Callable

from copilot.codegen.authoring.spec import Term

Part = tuple[dict[str, float], list[str], str]
"""Arguments of the constructor with their defaults, lines of the loss, and what is summed."""

KL = [
    "log_ratio = log_probs - batch.log_probs",
    "kl = (log_ratio.exp() - 1.0 - log_ratio).mean()  # an estimate that is never negative",
]
REVERSE = [
    "log_ratio = log_probs - batch.log_probs",
    "ratio_now = log_ratio.exp()",
    "kl = (ratio_now * log_ratio - (ratio_now - 1.0)).mean()  # of the new policy from the old one",
]
FUNCTIONS: dict[str, list[str]] = {
    "ratio": [
        "def surrogate(ratio: th.Tensor, advantages: th.Tensor) -> th.Tensor:",
        '    """(B,) gains: the ratio as it is times the advantage."""',
        "    return ratio * advantages",
    ],
    "spo": [
        "def surrogate(ratio: th.Tensor, advantages: th.Tensor, epsilon: float) -> th.Tensor:",
        '    """(B,) gains less a quadratic penalty on the ratio; arXiv 2401.16025 (simple policy optimisation)."""',
        "    return ratio * advantages - advantages.abs() / (2.0 * epsilon) * (ratio - 1.0).square()",
    ],
    "rollback": [
        "def surrogate(ratio: th.Tensor, advantages: th.Tensor, epsilon: float, slope: float) -> th.Tensor:",
        '    """(B,) gains that fall by `slope` outside of the clip range; arXiv 1903.07940, equation 9."""',
        "    low = -slope * ratio + (1.0 + slope) * (1.0 - epsilon)",
        "    high = -slope * ratio + (1.0 + slope) * (1.0 + epsilon)",
        "    bent = th.where(ratio < 1.0 - epsilon, low, th.where(ratio > 1.0 + epsilon, high, ratio))",
        "    return th.min(ratio * advantages, bent * advantages)",
    ],
    "clip": [
        "def surrogate({arguments}) -> th.Tensor:",
        '    """(B,) clipped gains; arXiv 1707.06347, equation 7{dual}."""',
        "    clipped = ratio.clamp(1.0 - low, 1.0 + high)",
        "    gains = th.min(ratio * advantages, clipped * advantages)",
    ],
    "weights": [
        "def imitation_weights({arguments}) -> th.Tensor:",
        '    """(B,) exp(advantage / temperature), none above `cap`, without gradient."""',
        "    return (advantages / temperature).exp().clamp(max=cap).detach()",
    ],
}


def clip_function(term: Term) -> list[str]:
    """The clipped gains, bounded below for negative advantages where clipping is dual."""
    arguments = "ratio: th.Tensor, advantages: th.Tensor, low: float, high: float"
    dual = term.dual is not None
    lines = [
        line.format(
            arguments=arguments + (", dual: float" if dual else ""),
            dual=", and arXiv 1912.09729, equation 5" if dual else "",
        )
        for line in FUNCTIONS["clip"]
    ]
    if dual:
        lines += ["    bounded = th.max(gains, dual * advantages)"]
        return [*lines, "    return th.where(advantages < 0.0, bounded, gains)"]
    return [*lines, "    return gains"]


def weights_function() -> list[str]:
    arguments = "advantages: th.Tensor, temperature: float, cap: float"
    return [line.format(arguments=arguments) for line in FUNCTIONS["weights"]]


def _clip(term: Term) -> Part:
    """The clipped surrogate; with two ranges, a falling one, or bounded below, it is written out."""
    numbers: dict[str, float] = {"clip_range": term.value or 0.2}
    low = "self.clip_now()" if term.fall is not None else "self.clip_range"
    if term.high is None and term.dual is None:
        line = f"surrogate, metrics = ppo_policy_loss(log_probs, batch.log_probs, advantages, {low})"
        return numbers, [line], "surrogate"
    high = low
    if term.high is not None:
        numbers["clip_high"], high = term.high, "self.clip_high"
    more = ""
    if term.dual is not None:
        numbers["dual_clip"], more = term.dual, ", self.dual_clip"
    return numbers, _gains(f"ratio, advantages, {low}, {high}{more}"), "policy_loss"


def _gains(arguments: str) -> list[str]:
    return ["ratio = (log_probs - batch.log_probs).exp()", f"policy_loss = -surrogate({arguments}).mean()"]


def _penalty(term: Term) -> Part:
    name = "self.kl_weight()" if term.fall is not None else "self.kl_coef"
    value = f"kl / {name}" if term.divided else f"{name} * kl"
    return {"kl_coef": term.weight}, KL if term.forward else REVERSE, value


def _weighted(term: Term) -> Part:
    numbers = {"imitation_temperature": term.value or 1.0, "weight_cap": term.cap or 20.0}
    lines = [
        "weights = imitation_weights(advantages, self.imitation_temperature, self.weight_cap)",
        "weighted = -(weights * log_probs).mean()  # arXiv 1910.00177, equation 6",
    ]
    return numbers, lines, "weighted"


def _slow(term: Term) -> Part:
    order = "slow, now" if term.forward else "now, slow"
    lines = [
        "now = self.policy.get_dist(self.policy.features(batch.observations))",
        "slow = self.policy.slow_dist(batch.observations)",
        f"drift = kl_divergence({order}).mean()",
    ]
    return {"slow_coef": term.weight, "slow_decay": term.decay}, lines, "self.slow_coef * drift"


def _huber(term: Term) -> Part:
    delta = f", delta={term.value!r}" if term.value else ""
    line = f"value_loss = F.huber_loss(values, batch.returns{delta})"
    return {"vf_coef": term.weight}, [line], "self.vf_coef * value_loss"


def _auxiliary(name: str) -> Callable[[Term], Part]:
    short = name.removesuffix("_model")

    def part(term: Term) -> Part:
        return (
            {f"{short}_coef": term.weight},
            ["auxiliary = self.auxiliary()"],
            f'self.{short}_coef * auxiliary["{short}"]',
        )

    return part


PARTS: dict[str, Callable[[Term], Part]] = {
    "clip": _clip,
    "gradient": lambda t: ({}, ["gradient_loss = a2c_policy_loss(log_probs, advantages)"], "gradient_loss"),
    "ratio": lambda t: ({}, _gains("ratio, advantages"), "policy_loss"),
    "spo": lambda t: ({"epsilon": t.value or 0.2}, _gains("ratio, advantages, self.epsilon"), "policy_loss"),
    "rollback": lambda t: (
        {"epsilon": t.value or 0.2, "slope": t.slope},
        _gains("ratio, advantages, self.epsilon, self.slope"),
        "policy_loss",
    ),
    "truncated": lambda t: (
        {"ratio_cap": t.value or 1.0},
        [
            "ratio = (log_probs - batch.log_probs).exp().clamp(max=self.ratio_cap).detach()",
            "policy_loss = -(ratio * log_probs * advantages).mean()  # arXiv 1611.01224, section 3.2",
        ],
        "policy_loss",
    ),
    "kl_penalty": _penalty,
    "adaptive_kl": lambda t: (
        {"kl_coef": t.weight, "kl_target": t.value or 0.01}, KL if t.forward else REVERSE, "self.kl_coef * kl"
    ),
    "slow_policy": _slow,
    "entropy": lambda t: (
        {"ent_coef": t.weight},
        [] if t.fall is None else ["ent_coef = self.entropy_weight()"],
        "- self.ent_coef * entropy" if t.fall is None else "- ent_coef * entropy",
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
    "huber_value": _huber,
    "self_imitation": lambda t: (
        {"imitation_coef": t.weight},
        [
            "better = (batch.returns - values.detach()).clamp(min=0.0)  # by how much it went better than expected",
            "imitation = -(log_probs * better).mean()  # arXiv 1806.05635, equation 2",
        ],
        "self.imitation_coef * imitation",
    ),
    "weighted_imitation": _weighted,
    "inverse_model": _auxiliary("inverse_model"),
    "forward_model": _auxiliary("forward_model"),
    "reward_model": _auxiliary("reward_model"),
    "reconstruction": _auxiliary("reconstruction"),
    "contrastive": _auxiliary("contrastive"),
}  # fmt: skip
AUXILIARY = ("inverse_model", "forward_model", "reward_model", "reconstruction", "contrastive")
