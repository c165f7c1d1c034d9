"""Tests of what a request says of a rollout: its returns, its advantages, and which samples it hands out."""

from __future__ import annotations

from copilot.codegen.authoring.facts import method
from copilot.codegen.authoring.spec import Storage


def facts_of_rollout(plan: Storage, name: str) -> list[str]:
    """Known answers of rollouts of ones."""
    return [*_returns(plan, name), *_advantages(plan, name), *_handed_out(plan, name)]


def _made(name: str, values: str, last: str = "th.zeros(ENVS)", batch: int = 5) -> list[str]:
    """Nine steps without an end, each worth 1."""
    return [
        f'storage = {name}(self.observation_space, self.action_space, "cpu", 9, {batch}, ENVS)',
        "for step in range(9):",
        f"    values = {values}",
        "    storage.add(**self.step(step), log_probs=th.zeros(ENVS), values=values)",
        f"storage.compute_returns_and_advantages({last})",
    ]


def _returns(plan: Storage, name: str) -> list[str]:
    plain = not (plan.scale or plan.clip or plan.standardise or plan.noise or plan.flipped)
    raw = plain and not (plan.normalise or plan.advantage_clip or plan.positive_advantages)
    if not raw:
        return []
    lines = [*_made(name, "th.full((ENVS,), 0.5)", "th.full((ENVS,), 0.5)"), "gamma = storage.discount"]
    if plan.gae_lambda == 1.0:
        lines += ["ahead = 9 - th.arange(9.0)", "returns = (1 - gamma**ahead) / (1 - gamma) + 0.5 * gamma**ahead"]
    elif plan.gae_lambda == 0.0:
        lines += ["returns = th.full((9,), 1.0 + 0.5 * gamma)"]
    elif plan.n_step > 1:
        lines += [f"ahead = (9 - th.arange(9.0)).clamp(max={plan.n_step})"]
        lines += ["returns = (1 - gamma**ahead) / (1 - gamma) + 0.5 * gamma**ahead"]
    else:
        return []
    return method("returns_are_those_of_the_request", [
        *lines, "th.testing.assert_close(storage.returns, returns[:, None].expand(9, 2), rtol=1e-4, atol=1e-4)",
        "th.testing.assert_close(storage.advantages, storage.returns - 0.5, rtol=1e-4, atol=1e-4)",
    ])  # fmt: skip


def _advantages(plan: Storage, name: str) -> list[str]:
    values = "th.full((ENVS,), 3.0 * step - 9.0)"
    lines = _made(name, values)
    if plan.positive_advantages:
        return method("no_advantage_is_negative", [*lines, "assert float(storage.advantages.min()) == 0.0"])
    if plan.advantage_clip is not None:
        return method("advantages_stay_within_the_bound", [
            *_made(name, "th.full((ENVS,), 1e3 * (step - 4.0))"),
            f"assert float(storage.advantages.abs().max()) <= {plan.advantage_clip!r} + 1e-6",
            f"assert float(storage.advantages.abs().max()) >= {plan.advantage_clip!r} - 1e-6",
        ])  # fmt: skip
    if plan.normalise:
        return method("advantages_have_mean_0_and_deviation_1", [
            *lines, "assert abs(float(storage.advantages.mean())) < 1e-5",
            "assert abs(float(storage.advantages.std(correction=0)) - 1.0) < 1e-3",
        ])  # fmt: skip
    return []


def _handed_out(plan: Storage, name: str) -> list[str]:
    if plan.ordered:
        lines = _made(name, "th.zeros(ENVS)")
        order = method("batches_are_in_order_of_time", [
            *lines, "seen = th.cat([codes(batch.observations) for batch in storage.sample()])",
            "assert bool((seen.diff() > 0).all())",
        ])  # fmt: skip
        return [*order, "", "    def test_the_seed_decides_the_order(self) -> None:",
                '        """There is but one order."""']  # fmt: skip
    if plan.best is None:
        return []
    size = ".abs()" if plan.best_size else ""
    return method("the_best_samples_alone_are_handed_out", [
        *_made(name, "th.full((ENVS,), 3.0 * step - 9.0) + 0.1 * th.arange(ENVS)"),
        "batches = list(storage.sample())", "seen = th.cat([batch.advantages for batch in batches])",
        f"number = max(1, round({plan.best!r} * 18))", "assert len(seen) == number",
        f"best = storage.advantages.flatten(){size}.topk(number).values",
        f"th.testing.assert_close(seen{size}.sort(descending=True).values, best)",
        "assert max(len(batch.actions) for batch in batches) <= 5",
    ])  # fmt: skip
