"""Switches equal torch's, also where the logits are large."""

import torch as th
from torch import distributions as td

from rllte.xplore.distribution import Bernoulli


def test_equals_torch_summed_over_the_switches() -> None:
    mine, other = 2 * th.randn(6, 4), 2 * th.randn(6, 4)
    ours, theirs = Bernoulli()(mine), td.Independent(td.Bernoulli(logits=mine), 1)
    actions = ours.sample()
    assert actions.dtype == th.float32
    assert set(actions.unique().tolist()) <= {0.0, 1.0}
    th.testing.assert_close(ours.log_prob(actions), theirs.log_prob(actions))
    th.testing.assert_close(ours.entropy(), theirs.entropy())
    against = td.Independent(td.Bernoulli(logits=other), 1)
    th.testing.assert_close(ours.kl(Bernoulli(other)), td.kl_divergence(theirs, against))
    th.testing.assert_close(ours.mean, mine.sigmoid())
    assert th.equal(ours.mode, (mine > 0).float())


def test_frequencies_are_right() -> None:
    th.manual_seed(0)
    probs = th.tensor([[0.1, 0.5, 0.95]])
    drawn = Bernoulli(probs.logit()).sample(th.Size([20_000]))
    th.testing.assert_close(drawn.mean(0), probs, atol=0.02, rtol=0)


def test_large_logits_stay_finite() -> None:
    logits = th.tensor([[200.0, -200.0]], requires_grad=True)
    dist = Bernoulli(logits)
    assert dist.log_prob(th.tensor([[0.0, 1.0]])).item() == -400.0
    assert dist.entropy().item() == 0.0
    (dist.entropy() + dist.kl(Bernoulli(-logits.detach()))).sum().backward()
    assert logits.grad is not None
    assert logits.grad.isfinite().all()
