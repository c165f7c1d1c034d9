"""An intrinsic reward in words: what it pays for, and the name of its class."""

from __future__ import annotations

from copilot.codegen.authoring.layout import joined
from copilot.codegen.authoring.spec import Bonus, Shape

_BY = {
    "none": "plain observations", "random": "the embedding of a fixed random network",
    "inverse": "an embedding that learns to tell actions",
}  # fmt: skip
_TIME = {"lifetime": "in all of training", "episode": "in the episode", "rollout": "in the rollout"}
_PREDICTED = {
    "random": "what a fixed random network says of the next observation",
    "next": "the next state",
    "itself": "the next observation from a code of it",
}


def describe(plan: Bonus) -> str:
    """What it pays for, in a sentence or two."""
    if plan.measure == "mixed":
        how = {"sum": "The sum of", "product": "The product of", "max": "The larger of", "min": "The smaller of",
               "mean": "The mean of", "alternate": "By turns, one in each episode:"}[plan.combined]  # fmt: skip
        text = f"{how} {joined([_lower(describe(part)).rstrip('.') for part in plan.parts])}"
    else:
        text = _measured(plan)
    more = [*_changed(plan), *_when(plan)]
    return f"{text[0].upper()}{text[1:]}{'; ' if more else ''}{'; '.join(more)}."


def _lower(text: str) -> str:
    return text if text[:1].isdigit() else text[0].lower() + text[1:]


def _measured(plan: Bonus) -> str:
    by = "some numbers of the observation" if plan.numbers else _BY[plan.embedding]
    inside = "" if plan.predicts != "next" and plan.measure in {"prediction_error", "progress"} else f", in {by}"
    predicted = _PREDICTED[plan.predicts]
    error = "The surprise, minus the log-density, of" if plan.error == "likelihood" else "The error of predicting"
    several = f" by {plan.predictors} networks, the {plan.of_predictors}" if plan.predictors > 1 else ""
    if plan.measure in {"count", "nearest"}:
        return _counts(plan) if plan.measure == "count" else _neighbours(plan)
    seen = "the episode so far" if plan.scope == "episode" else "all that was seen"
    dense = f"{'The' if plan.negative else 'Minus the'} log-density"
    record = ", by how much it is farther than ever before in the episode" if plan.record else ""
    return {
        "density": f"{dense} of the next observation under a Gaussian of {seen}{inside}",
        "control": "How well the action can be told from two states, against guessing",
        "reward_error": "The error of predicting the environment's reward",
        "potential": "The discounted potential of the next observation less that of the observation",
        "prediction_error": f"{error} {predicted}{inside}{several}",
        "progress": f"How much less wrong a model is than a slow copy of it in predicting {predicted}{inside}",
        "disagreement": f"The {plan.spread} of what {plan.models} forward models say of the next state{inside}",
        "change": f"How far a step moves the state{inside}",
        "elliptical": f"The elliptical bonus of a state against those before it in the episode{inside}",
        "action_change": "How different the action is from the one before it in the episode",
        "action_size": "How large the action is",
        "away": f"How far the state is from where the episode began{record}",
        "since": f"How long ago the state was visited last, {plan.unseen} steps where it never was",
        "imitation": "How much a discriminator takes the state for one of the expert's, -log(1 - D)",
        "value": f"{'The size of number' if plan.absolute else 'Number'} {plan.index} of the next observation"
        if plan.of == "number"
        else "Minus the distance of the next observation to the goal",
        "constant": "1 for every step",
        "random": f"A random number, {'of a standard Gaussian' if plan.gaussian else 'between 0 and 1'}",
    }[plan.measure]


def _counts(plan: Bonus) -> str:
    first = (
        "1 for the first visit, else 0,"
        if plan.visits == 1
        else f"1 for each of the first {plan.visits} visits, else 0,"
    )
    pays = {
        "root": "One over the root of the number of visits", "inverse": "One over the number of visits", "first": first,
        "log": "One over 1 + the logarithm of the visits", "ucb": "The root of the log of all steps over the visits",
        "power": f"The number of visits to the power of -{plan.exponent}",
    }[plan.pays]  # fmt: skip
    counted = {"hash": "rounded and hashed observations", "grid": "observations in a grid",
               "simhash": "SimHash codes of observations"}[plan.counted_by]  # fmt: skip
    of = {"states": "a state", "actions": "an action", "transitions": "both states of a step",
          "changes": "a change of state"}[plan.counted]  # fmt: skip
    by = f", counted by {counted}" if plan.counted != "actions" else ""
    return f"{pays} to {of}{' and action' if plan.pairs else ''} {_TIME[plan.scope]}{by}"


def _neighbours(plan: Bonus) -> str:
    if plan.kernel:
        return f"How unlike its {plan.k} nearest states in the episode a state is, by the kernel of Never Give Up"
    far = "the logarithm of " if plan.pays == "log" else ""
    to = f"{plan.k}th nearest state" if plan.kth else f"{plan.k} nearest states"
    inside = f", in {_BY[plan.embedding]}"
    return f"{far}the {'' if plan.kth else 'mean '}distance to the {to} {_TIME[plan.scope]}{inside}"


_DONE = {
    "least": "at least {}", "most": "at most {}", "root": "the root of that", "square": "squared",
    "absolute": "its size", "log1p": "the logarithm of 1 + that", "tanh": "the hyperbolic tangent of that",
    "power": "to the power of {}", "factor": "times {}", "offset": "{} more", "above": "0 unless it is above {}",
    "flag": "1 where it is above {}, else 0",
}  # fmt: skip


def _changed(plan: Bonus) -> list[str]:
    less = f"less {plan.difference} times that of the state before, never below 0"
    out = [less] if plan.difference is not None else []
    out += {"root": ["divided by the root of the visits in the episode"],
            "inverse": ["divided by the visits in the episode"],
            "first": ["paid only for the first visit in the episode"]}.get(plan.per_visit, [])  # fmt: skip
    return [*out, *map(_done, plan.shape), *(["as a penalty"] if plan.negative and plan.measure != "density" else [])]


def _done(shape: Shape) -> str:
    return _DONE[shape.op].format(shape.value) + (" after scaling" if shape.scaled else "")


def _when(plan: Bonus) -> list[str]:
    out = [f"only in the first {plan.first_steps} steps of an episode"] if plan.first_steps else []
    out += [f"not in the first {plan.after_steps} steps of an episode"] if plan.after_steps else []
    out += [f"with every {plan.every_steps}th step alone"] if plan.every_steps else []
    told = {"unrewarded": "only where the environment pays nothing", "rewarded": "only where the environment pays",
            "until_reward": "until the environment pays in the episode", "not_at_end": "not for the last step of an episode",
            "at_end": "for the last step of an episode alone"}  # fmt: skip
    out += [told[gate] for gate in plan.when]
    out += [f"not in the first {plan.warmup_steps} steps of training"] if plan.warmup_steps else []
    if plan.decay != "none":
        out.append(f"its weight falling to {plan.beta_end} over {plan.decay_steps} steps, {plan.decay}ly")
    return out


def class_of(plan: Bonus) -> str:
    """A name that says what it measures."""
    kinds = {
        "count": {"hash": "HashCounts", "grid": "GridCounts", "simhash": "SimHashCounts"}[plan.counted_by],
        "prediction_error": {"random": "RandomPrediction", "next": "ForwardError", "itself": "ReconstructionError"}[
            plan.predicts
        ],
        "density": "StateDensity", "control": "ActionControl", "reward_error": "RewardSurprise",
        "potential": "PotentialShaping", "nearest": "NearestStates", "disagreement": "ModelDisagreement",
        "change": "StateChange", "elliptical": "EllipticalBonus", "progress": "LearningProgress",
        "action_change": "ActionSmoothness", "action_size": "ActionCost", "away": "WayFromStart",
        "since": "LongUnseen", "imitation": "AdversarialImitation", "value": "StateReward",
        "constant": "StepPenalty" if plan.negative else "ConstantReward", "random": "RandomReward",
        "mixed": {"sum": "SumOfBonuses", "product": "ProductOfBonuses", "max": "LargestBonus", "min": "SmallestBonus",
                  "mean": "MeanOfBonuses", "alternate": "AlternatingBonuses"}[plan.combined],
    }  # fmt: skip
    name = kinds[plan.measure]
    if plan.difference is not None:
        name = f"Difference{name}"
    return f"Episodic{name}" if plan.scope == "episode" and plan.measure in {"count", "nearest"} else name
