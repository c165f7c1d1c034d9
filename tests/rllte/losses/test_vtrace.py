"""V-trace against its definition, a sum over all later steps (equation 1), and against what it must reduce to."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
import torch as th

from rllte.core.errors import ParameterError
from rllte.losses import generalized_advantages, vtrace

GAMMA = 0.9


def case(steps: int = 6, envs: int = 3, ends: bool = True) -> dict[str, th.Tensor]:
    g = th.Generator().manual_seed(0)
    rand = {name: th.randn(steps, envs, generator=g) for name in ("log_ratios", "rewards", "values", "next_values")}
    over, cut = th.zeros(steps, envs), th.zeros(steps, envs)
    if ends:
        over[1, 0] = cut[2, 1] = over[-1, 2] = 1.0
    for t, following in pairwise(range(steps)):  # the next observation is the one acted on, unless an episode ended
        going = 1 - th.maximum(over[t], cut[t])
        rand["next_values"][t] = going * rand["values"][following] + (1 - going) * rand["next_values"][t]
    return {**rand, "terminateds": over, "truncateds": cut}


def by_definition(c: dict[str, th.Tensor], rho_bar: float, c_bar: float, env: int) -> list[float]:
    """V(x_s) + sum over t of gamma^(t-s) prod(c_i) rho_t (r_t + gamma V(x_{t+1}) - V(x_t)), until the episode ends."""
    ratios = c["log_ratios"].exp()[:, env]
    out = []
    for s in range(len(ratios)):
        total, factor = float(c["values"][s, env]), 1.0
        for t in range(s, len(ratios)):
            over, cut = bool(c["terminateds"][t, env]), bool(c["truncateds"][t, env])
            following = 0.0 if over else float(c["next_values"][t, env])
            delta = float(c["rewards"][t, env]) + GAMMA * following - float(c["values"][t, env])
            total += factor * min(rho_bar, float(ratios[t])) * delta
            factor *= GAMMA * min(c_bar, float(ratios[t]))
            if over or cut:
                break
        out.append(total)
    return out


@pytest.mark.parametrize(("rho_bar", "c_bar"), [(1.0, 1.0), (2.0, 0.5), (1e9, 1e9)])
def test_values_are_those_of_the_definition(rho_bar: float, c_bar: float) -> None:
    c = case()
    found = vtrace(**c, discount=GAMMA, clip_rho=rho_bar, clip_c=c_bar).values
    for env in range(3):
        assert found[:, env].tolist() == pytest.approx(by_definition(c, rho_bar, c_bar, env), abs=1e-5)


def test_advantages_use_the_next_target_within_and_the_value_at_the_end() -> None:
    c = case()
    found = vtrace(**c, discount=GAMMA)
    rho = c["log_ratios"].exp().clamp(max=1.0)
    inside = rho[0] * (c["rewards"][0] + GAMMA * found.values[1] - c["values"][0])
    assert th.allclose(found.advantages[0], inside)
    terminal = rho[1, 0] * (c["rewards"][1, 0] - c["values"][1, 0])
    assert th.allclose(found.advantages[1, 0], terminal)
    truncated = rho[2, 1] * (c["rewards"][2, 1] + GAMMA * c["next_values"][2, 1] - c["values"][2, 1])
    assert th.allclose(found.advantages[2, 1], truncated)
    last = rho[-1, 0] * (c["rewards"][-1, 0] + GAMMA * c["next_values"][-1, 0] - c["values"][-1, 0])
    assert th.allclose(found.advantages[-1, 0], last)


def test_on_policy_it_is_the_return_with_lambda_one() -> None:
    c = {**case(), "log_ratios": th.zeros(6, 3)}
    arrays: list[Any] = [c[name].numpy() for name in ("rewards", "values", "next_values", "terminateds", "truncateds")]
    _, returns = generalized_advantages(*arrays, GAMMA, 1.0)
    assert th.allclose(vtrace(**c, discount=GAMMA).values, th.from_numpy(returns), atol=1e-5)


def test_the_older_policy_matters() -> None:
    c = case()
    same = vtrace(**{**c, "log_ratios": th.zeros(6, 3)}, discount=GAMMA)
    assert not th.allclose(same.values, vtrace(**c, discount=GAMMA).values)
    assert not th.allclose(same.advantages, vtrace(**c, discount=GAMMA).advantages)


def test_shapes_must_agree() -> None:
    with pytest.raises(ParameterError, match="one shape"):
        vtrace(**{**case(), "rewards": th.zeros(6)}, discount=GAMMA)


def test_each_bound_is_its_own() -> None:
    """One step by hand: ratio 3, r 1, V 2, V' 4, gamma 0.9, so the difference is 2.6."""
    one = th.ones(1, 1)
    c = {"log_ratios": 3 * one, "rewards": one, "values": 2 * one, "next_values": 4 * one}
    c = {**c, "log_ratios": c["log_ratios"].log(), "terminateds": 0 * one, "truncateds": 0 * one}
    found = vtrace(**c, discount=GAMMA, clip_rho=2.0, clip_pg_rho=1.5, clip_c=0.5)
    assert found.values.item() == pytest.approx(2 + 2 * 2.6)
    assert found.advantages.item() == pytest.approx(1.5 * 2.6)
