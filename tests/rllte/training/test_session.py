"""What is due when, what is left behind however training ends, and that a stop in between changes nothing."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import gymnasium as gym
import pytest
import torch as th

from rllte.agent import A2C, DQN, PPO
from rllte.common.prototype import BaseReward
from rllte.core.errors import IncompatibleError, ParameterError, SpaceError
from rllte.env import make_rllte_env
from rllte.training.callbacks import Callback, StopOnReward
from rllte.training.normalize import ObservationNormalizer
from rllte.training.session import Every
from rllte.xplore.reward import RND

OPTIONS: list[dict[str, Any]] = [{}, {"normalize_obs": True, "normalize_reward": True}]


def agent(folder: Path, cls: Any = PPO, env_id: str = "CartPole-v1", seed: int = 1, **kwargs: Any) -> Any:
    env = make_rllte_env(env_id, num_envs=3, seed=seed)
    return cls(env=env, seed=seed, log_dir=folder, **{"hidden_dim": 8, "num_steps": 16, **kwargs})


def weights(made: Any) -> th.Tensor:
    return th.cat([p.detach().flatten() for p in made.policy.parameters()])


def test_multiples_that_are_leapt_over_are_not_missed() -> None:
    every = Every(100)
    assert [step for step in range(3, 1000, 3) if every.due(step)] == [102, 201, 300, 402, 501, 600, 702, 801, 900]


@pytest.mark.parametrize("cls", [PPO, A2C])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("env_id", ["CartPole-v1", "Pendulum-v1"])
def test_a_stop_and_a_resume_change_nothing(cls: Any, options: Any, env_id: str, tmp_path: Path) -> None:
    whole = agent(tmp_path, cls, env_id)
    whole.train(480, **options)
    first = agent(tmp_path, cls, env_id)
    first.train(240, **options)
    file = first.save(tmp_path / "half.safetensors")
    second = agent(tmp_path, cls, env_id, seed=7)
    second.load(file)
    second.train(240, **options)
    assert th.equal(weights(whole), weights(second))
    assert whole.live.episodes.means() == second.live.episodes.means()
    assert (whole.global_step, whole.global_episode) == (second.global_step, second.global_episode)
    twice = agent(tmp_path, cls, env_id)
    twice.train(240, **options)
    twice.train(240, **options)
    assert th.equal(weights(whole), weights(twice))


class StopAt(Callback):
    def __init__(self, step: int) -> None:
        self.step = step

    def on_update(self, agent: Any, metrics: Any) -> bool:
        return agent.global_step < self.step


def test_a_falling_learning_rate_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    whole = agent(tmp_path)
    whole.train(480, anneal_lr=True)
    first = agent(tmp_path)
    first.train(480, anneal_lr=True, callbacks=[StopAt(240)])
    assert first.global_step == 240
    file = first.save(tmp_path / "half.safetensors")
    second, anew = agent(tmp_path, seed=7), agent(tmp_path)
    second.load(file)
    second.train(240, anneal_lr=True)
    assert th.equal(weights(whole), weights(second))
    anew.load(file)
    anew.train(192, anneal_lr=True)  # another end: a new schedule
    assert anew.span == (240, 432)


def test_the_best_model_of_all_calls_is_kept(tmp_path: Path) -> None:
    made = agent(tmp_path)
    made.eval_env = make_rllte_env("CartPole-v1", seed=5)
    made.train(48)
    best = made.logger.folder / "model" / "best.safetensors"
    assert best.is_file()
    made.best_reward = 501.0
    before = best.read_bytes()
    made.train(48)
    assert best.read_bytes() == before


def test_the_best_score_goes_on_with_the_run_and_not_from_pretraining(tmp_path: Path) -> None:
    made = agent(tmp_path)
    assert agent(tmp_path).best_reward == -math.inf
    made.best_reward = 77.0
    anew = agent(tmp_path)
    anew.load(made.save())
    assert anew.best_reward == 77.0
    made.pretraining, made.irs = True, RND(made.env)
    anew = agent(tmp_path)
    anew.pretraining, anew.irs = True, RND(anew.env)
    anew.load(made.save())
    assert anew.best_reward == -math.inf


class Odd(PPO):
    """Returns from `update` what it is told."""

    losses: Any = None

    def update(self) -> Any:
        return self.losses


@pytest.mark.parametrize(
    ("losses", "words"), [(3, "returned a int"), ({"policy_loss": th.ones(2)}, r"policy_loss of shape \(2,\)")]
)
def test_what_update_returns_is_checked(losses: Any, words: str, tmp_path: Path) -> None:
    made = agent(tmp_path, Odd)
    made.losses = losses
    with pytest.raises(ParameterError, match=words):
        made.train(48)


def test_callbacks_are_objects_of_their_class(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="callbacks holds 'x'"):
        agent(tmp_path).train(48, callbacks=["x"])
    with pytest.raises(ParameterError, match="callbacks is 3; expected"):
        agent(tmp_path).train(48, callbacks=3)


def test_a_single_callback_needs_no_list(tmp_path: Path) -> None:
    class Count(Callback):
        updates = 0

        def on_update(self, agent: Any, metrics: Any) -> None:
            self.updates += 1

    count = Count()
    agent(tmp_path).train(48, callbacks=count)
    assert count.updates == 1


class Nothing(BaseReward):
    def compute(self, samples: Any, sync: bool = True) -> Any:
        return None

    def update(self, samples: Any) -> None:
        pass


@pytest.mark.parametrize("cls", [PPO, DQN])
def test_a_reward_that_pays_nothing_at_all_is_named(cls: Any, tmp_path: Path) -> None:
    made = cls(env=make_rllte_env("CartPole-v1", num_envs=2), log_dir=tmp_path)
    made.set(reward=Nothing(made.env))
    with pytest.raises(ParameterError, match=r"Nothing.compute returned a NoneType"):
        made.train(256)


def test_normalisation_of_observations_changes_learning_and_is_saved(tmp_path: Path) -> None:
    plain, scaled = agent(tmp_path), agent(tmp_path)
    plain.train(192)
    scaled.train(192, normalize_obs=True)
    assert not th.equal(weights(plain), weights(scaled))
    norm = scaled.encoder.normalizer.norms["observations"]
    assert norm.count == 192
    file = scaled.save(tmp_path / "a.safetensors")
    other = agent(tmp_path, seed=4)
    other.load(file)
    assert other.normalizes_obs
    assert th.equal(other.encoder.normalizer.norms["observations"].mean, norm.mean)
    obs = th.randn(5, 4)
    assert th.equal(other.policy(obs, training=False), scaled.policy(obs, training=False))
    by_hand = ((obs - norm.mean) / norm.std).clamp(-10, 10)
    assert th.equal(scaled.encoder(obs), by_hand)


def test_normalisation_of_rewards_changes_learning(tmp_path: Path) -> None:
    plain, scaled = agent(tmp_path), agent(tmp_path)
    plain.train(192)
    scaled.train(192, normalize_reward=True)
    assert not th.equal(weights(plain), weights(scaled))


def test_normalisation_that_comes_too_late_or_finds_nothing_is_refused(tmp_path: Path) -> None:
    made = agent(tmp_path)
    made.train(48)
    with pytest.raises(IncompatibleError, match="normalize_obs=True came after"):
        made.train(48, normalize_obs=True)
    with pytest.raises(SpaceError, match="vectors of floats"):
        ObservationNormalizer(gym.spaces.Discrete(3))


class Recorder(Callback):
    def __init__(self) -> None:
        self.seen: list[str] = []

    def on_train_start(self, agent: Any) -> None:
        self.seen.append("start")

    def on_step(self, agent: Any) -> None:
        self.seen.append("step")

    def on_update(self, agent: Any, metrics: Any) -> bool | None:
        assert "policy_loss" in metrics
        self.seen.append("update")
        return len([s for s in self.seen if s == "update"]) < 2

    def on_train_end(self, agent: Any) -> None:
        self.seen.append("end")


def test_callbacks_see_everything_and_may_end_training(tmp_path: Path) -> None:
    made, recorder = agent(tmp_path), Recorder()
    made.train(4800, callbacks=[recorder])
    assert recorder.seen == ["start", *["step"] * 16, "update", *["step"] * 16, "update", "end"]
    assert made.global_step == 96
    assert (made.logger.folder / "model" / "agent_96.safetensors").is_file()


def test_the_best_model_is_kept_and_a_threshold_ends_training(tmp_path: Path) -> None:
    made = agent(tmp_path)
    made.eval_env = make_rllte_env("CartPole-v1", num_envs=2, seed=99)
    made.train(4800, eval_interval=1, num_eval_episodes=2, callbacks=[StopOnReward(1.0)])
    assert made.global_step == 48
    assert (made.logger.folder / "model" / "best.safetensors").is_file()
    with pytest.raises(ParameterError, match="threshold"):
        StopOnReward(float("nan"))


def test_a_fault_of_the_environment_leaves_a_checkpoint_and_its_traceback(tmp_path: Path) -> None:
    made, step, calls = agent(tmp_path), None, 0
    step = made.env.step

    def broken(actions: th.Tensor) -> Any:
        nonlocal calls
        calls += 1
        if calls == 40:
            raise RuntimeError("the simulator is gone")
        return step(actions)

    made.env.step = broken
    with pytest.raises(RuntimeError, match="the simulator is gone") as caught:
        made.train(4800)
    [note] = caught.value.__notes__
    file = Path(note.split(" is in ")[1].split(";")[0])
    other = agent(tmp_path, seed=3)
    other.load(file)
    assert th.equal(weights(other), weights(made))
    assert "stopped by an error" in (made.logger.folder / "train.log").read_text()


def test_defect_3_2_losses_are_on_the_console_in_the_rows_and_a_bar_can_be_shown(tmp_path: Path, capsys: Any) -> None:
    made = agent(tmp_path)
    made.train(96, progress_bar=True)
    out = capsys.readouterr()
    assert "policy_loss" in out.out + out.err
    assert "96" in out.err
    row = json.loads((made.logger.folder / "metrics.jsonl").read_text().splitlines()[-1])
    assert {"policy_loss", "value_loss", "entropy"} <= row.keys()
