"""Names that say what is special about an algorithm, for a class that the request does not name."""

from __future__ import annotations

from copilot.codegen.authoring.spec import Continuous, Learner

_TERMS = {
    "adaptive_kl": "AdaptiveKL", "kl_penalty": "KLPenalty", "self_imitation": "SelfImitation", "spo": "Simple",
    "weighted_imitation": "AdvantageWeighted", "rollback": "Rollback", "truncated": "Truncated",
    "slow_policy": "SlowTeacher", "inverse_model": "InverseModel", "forward_model": "ForwardModel",
    "reward_model": "RewardModel", "reconstruction": "Reconstructing", "contrastive": "Contrastive",
}  # fmt: skip


def agent_name(body: Learner | Continuous) -> str:
    """A name from what is special about an algorithm."""
    if isinstance(body, Continuous):
        return _continuous(body)
    terms: set[str] = {term.name for term in body.terms}
    if body.family == "q_learning":
        return _q_learning(body, terms)
    parts = [word for term, word in _TERMS.items() if term in terms]
    parts += {"moving_average": ["MovingBaseline"], "leave_one_out": ["LeaveOneOut"], "group": ["GroupRelative"]}.get(
        body.baseline, []
    )
    parts += {"rank": ["Rank"], "sign": ["Sign"]}.get(body.advantages, [])
    parts += ["VTrace"] if body.correction == "vtrace" else []
    plain = "gradient" in terms or "weighted_imitation" in terms
    return "".join(parts[:2] or ["Own"]) + ("ActorCritic" if plain else "PPO")


def _q_learning(body: Learner, terms: set[str]) -> str:
    parts = [*(["Dueling"] if body.dueling else []), *(["Conservative"] if "conservative" in terms else [])]
    parts += ["Noisy"] if body.noisy else []
    parts += {"munchausen": ["Munchausen"], "soft": ["Soft"], "mellowmax": ["Mellowmax"], "expected": ["Expected"]}.get(
        body.targets, []
    )
    parts += {
        "quantile": ["Quantile"],
        "expectile": ["Expectile"],
        "implicit": ["ImplicitQuantile"],
        "categorical": ["Categorical"],
    }.get(body.error, [])
    parts += ["Ensemble"] if body.heads > 1 else []
    parts += ["Averaged"] if body.averaged > 1 else []
    parts += ["Gap"] if body.gap else []
    parts += ["Resetting"] if body.reset_every else []
    return "".join(parts or ["Own"]) + "DQN"


def _continuous(body: Continuous) -> str:
    if body.cloning is not None:
        return f"Cloning{body.base}"
    if body.weighted is not None:
        return f"Weighted{body.base}"
    if body.quantiles:
        return f"Quantile{body.base}"
    if body.combined != "min" and body.critics > 1:
        return {"mean": "Mean", "mixed": "Mixed", "bound": "Bounded"}[body.combined] + body.base
    return f"{'Ensemble' if body.critics > 2 else 'Own'}{body.base}"
