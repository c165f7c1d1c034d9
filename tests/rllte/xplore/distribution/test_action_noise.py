"""Noises around a deterministic action: their size, their bounds, their schedule, their paths."""

import copy
from typing import Any

import pytest
import torch as th

from rllte.core.errors import ParameterError
from rllte.xplore.distribution import ActionNoise, NormalNoise, OrnsteinUhlenbeckNoise, TruncatedNormalNoise

ALL = [NormalNoise, OrnsteinUhlenbeckNoise, TruncatedNormalNoise]


@pytest.mark.parametrize(
    ("noise", "deviation"),
    [(NormalNoise(), 0.1), (TruncatedNormalNoise(), 1.0), (TruncatedNormalNoise().at(50_000), 0.55)],
)
def test_the_default_deviations_are_the_papers(noise: ActionNoise, deviation: float) -> None:
    th.manual_seed(0)
    wide = copy.copy(noise)
    wide.low, wide.high = -100.0, 100.0
    drawn = wide(th.zeros(20_000, 1)).sample()
    assert drawn.std().item() == pytest.approx(deviation, rel=0.03)
    assert drawn.mean().abs() < 0.03


@pytest.mark.parametrize("kind", ALL)
def test_the_mean_of_the_noise_moves_samples_and_not_the_greedy_action(kind: type[ActionNoise]) -> None:
    dist = kind(mu=0.5, sigma=0.0)(th.zeros(2, 1))  # type: ignore[call-arg]
    assert dist.sample().eq(0.5).all()
    assert dist.mode.eq(0.0).all()


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize(
    "kwargs", [{"sigma": -1.0}, {"low": 1.0, "high": -1.0}, {"low": 0.0, "high": 1e-6}, {"eps": -1.0}, {"mu": "0"}]
)
def test_arguments_are_checked(kind: type[ActionNoise], kwargs: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        kind(**kwargs)  # type: ignore[call-arg]


def test_actions_keep_off_the_bounds_by_eps_and_know_others_than_one() -> None:
    drawn = NormalNoise(sigma=5.0, low=-2.0, high=3.0, eps=0.25)(th.zeros(500, 1)).sample()
    assert drawn.min() == -1.75
    assert drawn.max() == 2.75


def test_without_gradient_nothing_is_tracked() -> None:
    actions = th.zeros(2, 1, requires_grad=True)
    with th.no_grad():
        assert not NormalNoise()(actions).sample().requires_grad


class TestTruncatedNormalNoise:
    def test_at_moves_the_schedule_and_only_at(self) -> None:
        noise = TruncatedNormalNoise(stddev_schedule="linear(1.0, 0.0, 10)")
        later = noise.at(5)
        assert (noise.stddev, later.stddev, later.at(10).stddev) == (1.0, 0.5, 0.0)
        assert later(th.zeros(1, 1)).stddev == 0.5
        assert th.equal(noise.at(10)(th.ones(1, 1) / 2).sample(), th.ones(1, 1) / 2)

    def test_defect_12_sampling_for_updates_does_not_advance_the_schedule(self) -> None:
        noise = TruncatedNormalNoise(stddev_schedule="linear(1.0, 0.0, 10)")
        for _ in range(20):
            noise(th.zeros(8, 1)).sample(0.3)
        assert noise.stddev == 1.0

    def test_sigma_is_a_factor_and_alone_without_a_schedule(self) -> None:
        assert TruncatedNormalNoise(sigma=0.5).at(100_000).stddev == pytest.approx(0.05)
        assert TruncatedNormalNoise(sigma=0.5, stddev_schedule=None).at(100_000).stddev == 0.5

    def test_bad_schedules_are_refused_when_it_is_made(self) -> None:
        with pytest.raises(ParameterError, match="no schedule"):
            TruncatedNormalNoise(stddev_schedule="linear(1)")
        with pytest.raises(ParameterError, match="0 or more"):
            TruncatedNormalNoise(stddev_schedule="linear(1.0, -0.1, 10)")


class TestOrnsteinUhlenbeckNoise:
    def test_follows_the_equation(self) -> None:
        noise = OrnsteinUhlenbeckNoise(mu=0.1, sigma=0.3, theta=0.5, dt=0.04)
        th.manual_seed(0)
        drawn = [noise(th.zeros(2, 3)).sample() for _ in range(5)]
        th.manual_seed(0)
        x = th.full((2, 3), 0.1)
        for value in drawn:
            x = x + 0.5 * (0.1 - x) * 0.04 + 0.3 * 0.2 * th.randn(2, 3)
            th.testing.assert_close(value, x)

    def test_successive_samples_are_correlated_and_environments_are_not(self) -> None:
        th.manual_seed(0)
        noise = OrnsteinUhlenbeckNoise(theta=1.0, dt=0.1, sigma=0.2)
        path = th.stack([noise(th.zeros(2, 1)).sample().squeeze(-1) for _ in range(4000)])[100:]
        assert th.corrcoef(th.stack([path[1:, 0], path[:-1, 0]]))[0, 1].item() == pytest.approx(0.9, abs=0.03)
        assert th.corrcoef(path.T)[0, 1].abs() < 0.2
        assert path.std().item() == pytest.approx(0.2 / 2**0.5, rel=0.15)

    def test_defect_18_a_batch_of_another_shape_neither_crashes_nor_disturbs_the_path(self) -> None:
        def acting(learn: bool) -> list[th.Tensor]:
            noise, path = OrnsteinUhlenbeckNoise(), []
            for step in range(5):
                th.manual_seed(step)
                path.append(noise(th.zeros(4, 2)).sample())
                if learn:
                    noise(th.zeros(256, 2)).sample(0.3)
            return path

        assert all(th.equal(*pair) for pair in zip(acting(False), acting(True), strict=True))

    def test_reset_begins_anew_where_episodes_ended(self) -> None:
        noise = OrnsteinUhlenbeckNoise(mu=0.25)
        noise(th.zeros(3, 2)).sample()
        noise(th.zeros(7, 2)).sample()
        still = OrnsteinUhlenbeckNoise(mu=0.25, sigma=0.0)
        still.process._paths = noise.process._paths
        before = still(th.zeros(3, 2)).sample()
        other = still(th.zeros(7, 2)).sample()
        noise.reset(th.tensor([0.0, 1.0, 0.0]))
        after = still(th.zeros(3, 2)).sample()
        assert after[1].eq(0.25).all()
        th.testing.assert_close(after[[0, 2]], before[[0, 2]], atol=1e-3, rtol=0)
        assert not after[[0, 2]].eq(0.25).any()
        th.testing.assert_close(still(th.zeros(7, 2)).sample(), other, atol=1e-3, rtol=0)
        noise.reset()
        noise.reset(th.ones(3))
        assert not noise.process._paths

    def test_each_template_has_its_own_process_and_what_it_makes_shares_it(self) -> None:
        noise = OrnsteinUhlenbeckNoise()
        assert noise(th.zeros(1, 1)).process is noise.process  # type: ignore[attr-defined]
        assert noise.process is not OrnsteinUhlenbeckNoise().process
        assert copy.deepcopy(noise).process is not noise.process

    def test_many_shapes_do_not_pile_up(self) -> None:
        noise = OrnsteinUhlenbeckNoise()
        for size in range(1, 50):
            noise(th.zeros(3, 1)).sample()
            noise(th.zeros(size + 3, 1)).sample()
        assert len(noise.process._paths) <= 8
        assert any(key[0] == (3, 1) for key in noise.process._paths), "what is used stays"

    def test_a_pull_that_overshoots_is_refused(self) -> None:
        with pytest.raises(ParameterError, match="at most 1"):
            OrnsteinUhlenbeckNoise(theta=15.0, dt=0.1)
