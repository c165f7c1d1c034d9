"""An algorithm's plan as source: a prototype of the library, its usual modules, and a loss put together from terms."""

from __future__ import annotations

from copilot.codegen.authoring.agent.parts_terms import PARTS
from copilot.codegen.authoring.agent.render_policy_gradient import policy_module
from copilot.codegen.authoring.agent.render_q import q_module
from copilot.codegen.authoring.layout import joined
from copilot.codegen.authoring.spec import AgentSpec, Learner, Term
from copilot.core.errors import InvalidRequest

_WORDS = {
    "clip": "the clipped surrogate",
    "gradient": "the plain policy gradient",
    "ratio": "the surrogate without clipping",
    "spo": "the surrogate with a quadratic penalty on the ratio",
    "rollback": "the surrogate that falls outside of its range",
    "truncated": "truncated importance weights",
    "kl_penalty": "a penalty on the divergence from the policy that acted",
    "adaptive_kl": "a penalty on the divergence whose weight follows a target",
    "slow_policy": "a divergence from a slow copy of the policy",
    "entropy": "an entropy bonus",
    "value": "a squared value loss",
    "clipped_value": "a clipped value loss",
    "huber_value": "a Huber value loss",
    "self_imitation": "self-imitation",
    "weighted_imitation": "advantage-weighted imitation",
    "inverse_model": "an inverse model on the features",
    "forward_model": "a forward model on the features",
    "reward_model": "a prediction of rewards from the features",
    "reconstruction": "a reconstruction of observations from the features",
    "contrastive": "a contrastive loss on the features",
    "q": "the TD error",
    "conservative": "a conservative term",
}
_CRITICS = {"symlog": "a critic of squeezed returns", "hl_gauss": "a critic of {} bins (HL-Gauss)",
            "two_hot": "a critic of {} bins (two-hot)"}  # fmt: skip
_BASELINES = {"moving_average": "a running mean as baseline", "leave_one_out": "the other environments as baseline",
              "group": "returns normalised over environments", "none": "no baseline"}  # fmt: skip


def module(spec: AgentSpec, plan: Learner) -> tuple[str, str]:
    """The source of the class, and a sentence on what it is.

    Raises:
        InvalidRequest: terms that do not go together.
    """
    known = {"q", "conservative"} if plan.family == "q_learning" else set(PARTS)
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
    if plan.family == "actor_critic":
        return f"An on-policy actor-critic with {joined(_of_policy(plan))}."
    return f"Deep Q-learning with {joined(_of_q(plan))}."


def _of_policy(plan: Learner) -> list[str]:
    words = [_WORDS[term.name] + _detail(term) for term in plan.terms]
    words += ["passes that end where the divergence grows"] if plan.stop_kl is not None else []
    words += ["positive advantages alone"] if plan.positive_advantages else []
    words += {"rank": ["advantages as ranks"], "sign": ["advantages as signs"]}.get(plan.advantages, [])
    words += [_BASELINES[plan.baseline]] if plan.baseline in _BASELINES else []
    words += ["V-trace targets"] if plan.correction == "vtrace" else []
    words += [_CRITICS[plan.critic_error].format(plan.bins)] if plan.critic_error in _CRITICS else []
    return [*words, *_optimizer(plan)]


def _of_q(plan: Learner) -> list[str]:
    more = {"max": "max", "double": "double", "soft": "soft", "munchausen": "Munchausen", "mellowmax": "mellowmax",
            "expected": "expected-SARSA"}[plan.targets]  # fmt: skip
    parts = [f"{more} targets", *(["a dueling head"] if plan.dueling else [])]
    errors = {"absolute": "absolute errors", "log_cosh": "log-cosh errors", "expectile": f"expectile errors "
        f"({plan.expectile})", "quantile": f"{plan.quantiles} quantiles",
              "implicit": f"implicit quantiles ({plan.quantiles} samples)",
              "categorical": f"{plan.bins} atoms from {plan.low} to {plan.high}"}  # fmt: skip
    parts += [errors[plan.error]] if plan.error in errors else []
    parts += [f"targets that follow by {plan.tau}"] if plan.tau is not None else []
    parts += ["no target network"] if not plan.target_network else []
    parts += [f"targets averaged over {plan.averaged} copies"] if plan.averaged > 1 else []
    if plan.heads > 1:
        of = f"{plan.subset} of " if plan.subset else ""
        parts += [f"the {'smallest' if plan.combined == 'min' else 'mean'} of {of}{plan.heads} Q-functions"]
    parts += [f"an action gap ({plan.gap})"] if plan.gap else []
    parts += ["noisy layers"] if plan.noisy else []
    parts += ["LayerNorm"] if plan.norm else []
    parts += [f"{plan.n_step}-step returns"] if plan.n_step > 1 else []
    parts += ["prioritised replay"] if plan.prioritized else []
    parts += ["layers that are made anew"] if plan.reset_every else []
    parts += [_WORDS[term.name] for term in plan.terms if term.name != "q"]
    return [*parts, *_optimizer(plan)]


def _optimizer(plan: Learner) -> list[str]:
    chosen = plan.optimizer
    parts = [chosen.name] if chosen.name != "Adam" else []
    return [*parts, *(["a learning rate that falls"] if chosen.fall else [])]


def _detail(term: Term) -> str:
    detail = ""
    if term.name == "clip" and term.high is not None:
        detail = f" ({term.value or 0.2} below, {term.high} above)"
    if term.name == "clip" and term.dual is not None:
        detail += f" and dual clipping ({term.dual})"
    if term.fall is not None:
        start = term.value if term.name == "clip" else term.weight
        detail += f" that goes from {start} to {max(term.fall.end, term.fall.floor)}"
    return detail


__all__ = ["describe", "module", "policy_module"]
