"""Our distributions equal torch's, and calling one never changes another."""

import pytest
import torch as th
from torch import distributions as td

from rllte.core.errors import ParameterError
from rllte.xplore.distribution import Categorical, DiagonalGaussian, MultiCategorical


def test_categorical_equals_torch() -> None:
    logits, other = th.randn(5, 3), th.randn(5, 3)
    ours, theirs = Categorical()(logits), td.Categorical(logits=logits)
    actions = ours.sample()
    th.testing.assert_close(ours.log_prob(actions), theirs.log_prob(actions))
    th.testing.assert_close(ours.entropy(), theirs.entropy())
    th.testing.assert_close(ours.kl(Categorical(other)), td.kl_divergence(theirs, td.Categorical(logits=other)))
    assert ours.sample(th.Size([7])).shape == (7, 5)


def test_impossible_actions_of_a_mask_leave_entropy_divergence_and_gradient_finite() -> None:
    logits = th.tensor([[1.0, -th.inf, 0.3], [0.0, 1.0, 2.0]], requires_grad=True)
    theirs = td.Categorical(logits=logits)
    for ours, other in (
        (Categorical(logits), Categorical(2 * logits.detach())),
        (MultiCategorical((logits,)), MultiCategorical((2 * logits.detach(),))),
    ):
        th.testing.assert_close(ours.entropy(), theirs.entropy())
        expected = td.kl_divergence(theirs, td.Categorical(logits=2 * logits.detach()))
        th.testing.assert_close(ours.kl(other), expected)
        found, right = (th.autograd.grad(d.entropy().sum(), logits, retain_graph=True)[0] for d in (ours, theirs))
        th.testing.assert_close(found, right)
        assert th.autograd.grad(ours.kl(other).sum(), logits)[0].isfinite().all()
        assert not ours.sample(th.Size([500])).eq(1)[:, 0].any()


def test_gumbel_samples_have_the_right_frequencies() -> None:
    th.manual_seed(0)
    probs = th.tensor([0.7, 0.2, 0.1])
    drawn = Categorical(probs.log()).sample(th.Size([20000]))
    th.testing.assert_close(drawn.bincount().float() / 20000, probs, atol=0.02, rtol=0)


def test_gaussian_equals_torch_summed_over_the_action() -> None:
    mu, sigma = th.randn(5, 2), th.rand(5, 2) + 0.1
    ours, theirs = DiagonalGaussian()(mu, sigma), td.Independent(td.Normal(mu, sigma), 1)
    actions = ours.sample()
    th.testing.assert_close(ours.log_prob(actions), theirs.log_prob(actions))
    th.testing.assert_close(ours.entropy(), theirs.entropy())
    other = DiagonalGaussian(mu + 1, sigma * 2)
    reference = td.Independent(td.Normal(mu + 1, sigma * 2), 1)
    th.testing.assert_close(ours.kl(other), td.kl_divergence(theirs, reference))
    assert not ours.sample().requires_grad


@pytest.mark.parametrize("dist", [Categorical(), DiagonalGaussian()])
def test_calling_returns_a_new_object(dist: Categorical | DiagonalGaussian) -> None:
    arguments = (
        [(th.zeros(1, 2),), (th.ones(1, 2),)]
        if isinstance(dist, Categorical)
        else [(th.zeros(1, 2), th.ones(2)), (th.ones(1, 2), th.ones(2))]
    )
    first = dist(*arguments[0])
    before = first.mode.clone()
    second = dist(*arguments[1])
    assert first is not second
    th.testing.assert_close(first.mode, before)
    with pytest.raises(ParameterError, match="call it"):
        dist.entropy()
