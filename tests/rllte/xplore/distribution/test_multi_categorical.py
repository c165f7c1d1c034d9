"""Several choices at once equal as many distributions of torch, whatever their sizes."""

import pytest
import torch as th
from torch import distributions as td

from rllte.core.errors import ParameterError
from rllte.xplore.distribution import MultiCategorical

SIZES = [(3, 3), (2, 7, 1, 4), (5,)]


def logits(sizes: tuple[int, ...], scale: float = 3.0) -> tuple[th.Tensor, ...]:
    return tuple(scale * th.randn(6, size) for size in sizes)


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_equals_torch_summed_over_the_choices(sizes: tuple[int, ...]) -> None:
    mine, other = logits(sizes), logits(sizes)
    ours, theirs = MultiCategorical()(mine), [td.Categorical(logits=part) for part in mine]
    actions = ours.sample()
    assert actions.dtype == th.int64
    assert actions.shape == (6, len(sizes))
    columns = list(zip(theirs, actions.unbind(-1), strict=True))
    th.testing.assert_close(ours.log_prob(actions), sum(dist.log_prob(column) for dist, column in columns))
    th.testing.assert_close(ours.entropy(), sum(dist.entropy() for dist in theirs))
    against = [td.Categorical(logits=part) for part in other]
    kl = sum(td.kl_divergence(p, q) for p, q in zip(theirs, against, strict=True))
    th.testing.assert_close(ours.kl(MultiCategorical(other)), kl)
    for part, dist in zip(ours.probs, theirs, strict=True):
        th.testing.assert_close(part, dist.probs)
    assert th.equal(ours.mode, th.stack([part.argmax(-1) for part in mine], dim=-1))


def test_no_choice_beyond_its_size_is_drawn_and_frequencies_are_right() -> None:
    th.manual_seed(0)
    probs = (th.tensor([0.9, 0.1]), th.tensor([0.2, 0.3, 0.5]))
    drawn = MultiCategorical([part.log() for part in probs]).sample(th.Size([20_000]))
    for column, part in zip(drawn.unbind(-1), probs, strict=True):
        th.testing.assert_close(column.bincount(minlength=len(part)).float() / 20_000, part, atol=0.02, rtol=0)


def test_filling_up_leaves_gradients_finite() -> None:
    parts = tuple(part.requires_grad_() for part in logits((2, 6), scale=50.0))
    dist = MultiCategorical(parts)
    (dist.entropy() + dist.log_prob(dist.sample()) + dist.kl(MultiCategorical(logits((2, 6), 50.0)))).sum().backward()
    assert all(part.grad is not None and part.grad.isfinite().all() for part in parts)


def test_what_is_no_tuple_of_logits_is_refused() -> None:
    with pytest.raises(ParameterError, match="tuple of logits"):
        MultiCategorical()(th.zeros(2, 5))  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="same"):
        MultiCategorical(logits((2, 3))).kl(MultiCategorical(logits((3, 2))))
