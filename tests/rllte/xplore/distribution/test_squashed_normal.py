"""The squashed Gaussian equals torch's transformed one where that is exact, and holds where that breaks."""

import pytest
import torch as th
from torch import distributions as td

from rllte.core.errors import ParameterError
from rllte.xplore.distribution import SquashedNormal


def reference(mu: th.Tensor, sigma: th.Tensor) -> td.Distribution:
    return td.Independent(td.TransformedDistribution(td.Normal(mu, sigma), td.transforms.TanhTransform()), 1)


def test_equals_torch_in_double_precision() -> None:
    mu, sigma = th.randn(5, 3, dtype=th.float64), th.rand(5, 3, dtype=th.float64) + 0.1
    ours, theirs = SquashedNormal()(mu, sigma), reference(mu, sigma)
    actions = ours.sample()
    th.testing.assert_close(ours.log_prob(actions), theirs.log_prob(actions))
    th.testing.assert_close(ours.log_prob(actions.clone()), theirs.log_prob(actions))
    other = SquashedNormal(mu + 1, sigma * 2)
    gaussians = td.Independent(td.Normal(mu, sigma), 1), td.Independent(td.Normal(mu + 1, sigma * 2), 1)
    th.testing.assert_close(ours.kl(other), td.kl_divergence(*gaussians))
    th.testing.assert_close(ours.mode, mu.tanh())


def test_the_own_sample_is_exact_where_tanh_rounds_to_one() -> None:
    """log(1 - tanh(12)^2) is log 4 - 24 but for 1e-10; the plain formula gives -inf, one with 1e-6 added -13.8."""
    mu = th.tensor([[12.0]], requires_grad=True)
    dist = SquashedNormal(mu, th.full((1, 1), 1e-3))
    actions = dist.rsample()
    assert actions.item() == 1.0
    before = th.tensor(12.0, dtype=th.float64)
    gap = dist.log_prob(actions) - dist._normal.log_prob(dist._drawn[1])  # type: ignore[index]
    assert gap.item() == pytest.approx((2 * before - th.log(th.tensor(4.0))).item(), abs=0.02)
    dist.log_prob(actions).sum().backward()
    assert mu.grad is not None
    assert mu.grad.item() == pytest.approx(2.0, abs=1e-4), "the pull back into the bounds does not vanish"


def test_foreign_actions_at_the_bounds_are_finite() -> None:
    dist = SquashedNormal(th.zeros(1, 2), th.ones(1, 2))
    assert dist.log_prob(th.tensor([[1.0, -1.0]])).isfinite().all()


def test_the_entropy_is_an_estimate_with_gradient() -> None:
    th.manual_seed(0)
    sigma = th.full((4000, 1), 0.5, requires_grad=True)
    dist = SquashedNormal(th.zeros(4000, 1), sigma)
    grid = th.linspace(-0.999999, 0.999999, 200_001, dtype=th.float64)
    log_density = reference(th.zeros(1, dtype=th.float64), th.full((1,), 0.5, dtype=th.float64)).log_prob(grid[:, None])
    exact = -th.trapezoid(log_density.exp() * log_density, grid)
    assert dist.entropy().mean().item() == pytest.approx(exact.item(), abs=0.05)
    assert not th.equal(dist.entropy(), dist.entropy())
    dist.entropy().mean().backward()
    assert sigma.grad is not None
    assert sigma.grad.sum() > 0


def test_a_template_says_that_it_has_no_parameters() -> None:
    with pytest.raises(ParameterError, match="SquashedNormal has no parameters"):
        SquashedNormal().sample()


def test_a_sample_that_is_changed_in_place_has_the_probability_of_what_it_is_now() -> None:
    for mode in (th.no_grad, th.inference_mode):
        with mode():
            dist = SquashedNormal(th.zeros(64, 2), th.ones(64, 2))
            actions = dist.sample()
            drawn = dist.log_prob(actions).clone()
            th.testing.assert_close(drawn, dist.log_prob(actions.clone()), rtol=1e-4, atol=1e-4)
            actions.clamp_(-0.1, 0.1)
            assert th.equal(dist.log_prob(actions), dist.log_prob(actions.clone()))
            assert not th.allclose(dist.log_prob(actions), drawn)


def test_a_sample_where_tanh_is_one_is_exact_in_inference_mode_too() -> None:
    with th.inference_mode():
        dist = SquashedNormal(th.full((4, 1), 30.0), th.ones(4, 1))
        assert (dist.log_prob(dist.sample()) > 40.0).all()
