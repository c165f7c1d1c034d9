import torch as th
from torch import distributions as reference

from rllte.xplore.distribution import Categorical, DiagonalGaussian


def test_categorical_equals_torch() -> None:
    logits, other = th.randn(5, 3), th.randn(5, 3)
    mine, theirs = Categorical()(logits), reference.Categorical(logits=logits)
    actions = theirs.sample()
    th.testing.assert_close(mine.log_prob(actions), theirs.log_prob(actions))
    th.testing.assert_close(mine.entropy(), theirs.entropy())
    kl = reference.kl_divergence(theirs, reference.Categorical(logits=other))
    th.testing.assert_close(mine.kl(Categorical(other)), kl)


def test_gaussian_equals_torch_summed_over_dimensions() -> None:
    mu, sigma, mu2, sigma2 = th.randn(5, 3), th.rand(5, 3) + 0.1, th.randn(5, 3), th.rand(5, 3) + 0.1
    mine = DiagonalGaussian()(mu, sigma)
    theirs = reference.Independent(reference.Normal(mu, sigma), 1)
    actions = theirs.sample()
    th.testing.assert_close(mine.log_prob(actions), theirs.log_prob(actions))
    th.testing.assert_close(mine.entropy(), theirs.entropy())
    kl = reference.kl_divergence(theirs, reference.Independent(reference.Normal(mu2, sigma2), 1))
    th.testing.assert_close(mine.kl(DiagonalGaussian(mu2, sigma2)), kl)


def test_calling_makes_a_new_object() -> None:
    prototype = Categorical()
    first, second = prototype(th.tensor([[1.0, 0.0]])), prototype(th.tensor([[0.0, 1.0]]))
    assert first is not second
    assert first.mode.item() == 0
    assert second.mode.item() == 1


def test_samples_follow_the_probabilities() -> None:
    th.manual_seed(0)
    actions = Categorical(th.tensor([0.7, 0.2, 0.1]).log()).sample(th.Size([20_000]))
    frequencies = th.bincount(actions, minlength=3) / 20_000
    th.testing.assert_close(frequencies, th.tensor([0.7, 0.2, 0.1]), atol=0.015, rtol=0)
