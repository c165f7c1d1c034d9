"""A storage in words: what it does that the library's own does not."""

from __future__ import annotations

from copilot.codegen.authoring.spec import Storage


def changes(plan: Storage) -> list[str]:
    """Each of them, as what follows "that"."""
    out = [*_rewards(plan), *_shares(plan), *_drawn(plan), *_priorities(plan), *_rollouts(plan)]
    if plan.n_step > 1:
        out.append(f"gives {plan.n_step}-step returns")
    sizes = {
        "steps" if plan.of == "rollout" else "transitions": plan.storage_size,
        "samples in a batch": plan.batch_size,
    }
    out += [f"has {value} {name}" for name, value in sizes.items() if value is not None]
    out += [f"discounts by {plan.discount}"] if plan.discount is not None else []
    out += [f"keeps the newest of {plan.frame_stack} stacked frames alone"] if plan.frame_stack > 1 else []
    return out or ["is as the library's own"]


def _rewards(plan: Storage) -> list[str]:
    out = ["keeps only the sign of rewards"] if plan.sign else []
    out += {"root": ["keeps the roots of rewards, with their signs"], "symlog": ["keeps the symlog of rewards"],
            "tanh": ["keeps the hyperbolic tangent of rewards"]}.get(plan.squash, [])  # fmt: skip
    out += [f"multiplies rewards by {plan.scale!r}"] if plan.scale else []
    if plan.standardise:
        first = "subtracts the running mean from rewards and " if plan.centre else ""
        of = "that of their discounted sums" if plan.of_returns else "their running deviation"
        out.append(f"{first}divides {'them' if first else 'rewards'} by {of}")
    if plan.clip:
        low = plan.clip_low if plan.clip_low is not None else -plan.clip
        out.append(f"clips rewards to [{low!r}, {plan.clip!r}]")
    out += [f"changes the sign of a reward with probability {plan.flipped}"] if plan.flipped else []
    return [*out, *([f"adds Gaussian noise of deviation {plan.noise} to rewards"] if plan.noise else [])]


def _shares(plan: Storage) -> list[str]:
    newest = f"{plan.newest_share:.0%}" if plan.newest_share is not None else f"{plan.newest} transitions"
    told = {
        "recent": f"the newest {newest}", "positive": "transitions with positive rewards",
        "negative": "transitions with negative rewards", "zero": "transitions without a reward",
        "ended": "transitions that ended an episode", "good": "episodes whose return is above the mean",
        "demos": "what `load_demos` was given",
    }  # fmt: skip
    out = [
        f"draws {share:.0%} of a batch from {where}" for name, where in told.items() if (share := getattr(plan, name))
    ]
    out += ["draws the rest from episodes whose return is not above it"] if plan.bad else []
    return ["has the transitions of the last step in every batch", *out] if plan.latest else out


def _drawn(plan: Storage) -> list[str]:
    half = f"half as often with every {plan.half_life} transitions of age"
    told: list[tuple[bool, str]] = [
        (plan.stratified, "draws one transition from each of equal stretches of time"),
        (plan.distinct, "has no transition twice in a batch"),
        (plan.epochs, "hands out all that is stored once, in random order, before any comes again"),
        (plan.by_reward, f"draws in proportion to the size of rewards and {plan.floor} more"),
        (plan.by_return, "draws more often what belongs to episodes of large returns"),
        (plan.by_action, "draws every action as often as any other"),
        (plan.emphasis is not None, f"draws from ever fewer of the newest, by {plan.emphasis} (arXiv 1906.04009)"),
        (plan.attention is not None, f"keeps of {plan.attention} times as many those that are most like the newest state"),
        (plan.by_age == "linear", "draws old transitions the less often, linearly"),
        (plan.by_age == "exponential", f"draws old transitions {half}"),
        (bool(plan.chunk), f"draws runs of {plan.chunk} steps that followed each other"),
        (plan.delay > 0, f"does not draw the last {plan.delay} steps"),
        (plan.oldest is not None, f"draws nothing older than {plan.oldest} transitions"),
        (plan.keep_zero is not None, f"draws only a share of {plan.keep_zero} of what has no reward"),
    ]  # fmt: skip
    return [text for said, text in told if said]


def _priorities(plan: Storage) -> list[str]:
    out = ["draws by the rank of errors"] if plan.ranked else []
    exponents = {"alpha": plan.alpha, "beta": plan.importance}
    out += [f"has {name} {value}" for name, value in exponents.items() if value is not None]
    out += [f"has beta at 1 after {plan.beta_steps} transitions"] if plan.beta_steps else []
    out += [f"adds {plan.eps} to every priority"] if plan.eps is not None else []
    out += [f"counts errors as at most {plan.error_clip}"] if plan.error_clip is not None else []
    out += [f"draws {plan.uniform:.0%} of a batch without regard of priorities"] if plan.uniform else []
    return [*out, *(["has no importance weights"] if plan.unweighted else [])]


def _rollouts(plan: Storage) -> list[str]:
    lam = plan.gae_lambda
    special = {1.0: "has Monte Carlo returns (lambda 1)", 0.0: "has advantages of one step (lambda 0)"}
    out = [special.get(lam, f"has lambda {lam}")] if lam is not None else []
    out += ["normalises advantages over the rollout"] if plan.normalise else []
    out += [f"clips advantages to {plan.advantage_clip}"] if plan.advantage_clip is not None else []
    out += ["counts negative advantages as 0"] if plan.positive_advantages else []
    if plan.best is not None:
        size = "advantages of the largest size" if plan.best_size else "the largest advantages"
        out.append(f"hands out {plan.best:.0%} of the samples, those with {size}")
    return [*out, *(["hands out batches in order of time"] if plan.ordered else [])]


def storage_class(plan: Storage) -> str:
    """A name that says what is special about it."""
    told = {
        "Recent": plan.recent, "Latest": plan.latest, "Returns": plan.good or plan.by_return, "Demonstration": plan.demos,
        "Balanced": plan.positive or plan.negative or plan.ended or plan.zero or plan.by_action,
        "Stratified": plan.stratified, "Distinct": plan.distinct, "Epoch": plan.epochs, "Rewarding": plan.by_reward,
        "Ageing": plan.by_age != "none", "Emphasis": plan.emphasis, "Attentive": plan.attention, "Chunk": plan.chunk,
        "Delayed": plan.delay, "Forgetting": plan.oldest, "Sparse": plan.keep_zero, "Ranked": plan.ranked,
        "Mixed": plan.uniform, "Unweighted": plan.unweighted, "Best": plan.best, "Ordered": plan.ordered,
        "Normalised": plan.normalise, "Bounded": plan.advantage_clip, "Positive": plan.positive_advantages,
        "Clipped": plan.clip, "Scaled": plan.scale, "Standardised": plan.standardise, "Sign": plan.sign,
        "Squashed": plan.squash != "none", "Noisy": plan.noise or plan.flipped,
        "MonteCarlo": plan.gae_lambda == 1.0, "OneStep": plan.gae_lambda == 0.0,
    }  # fmt: skip
    start = next((word for word, said in told.items() if said), f"Steps{plan.n_step}Step" if plan.n_step > 1 else "Own")
    return start + {"rollout": "Rollout", "prioritized": "Prioritized"}.get(plan.of, "Replay")
