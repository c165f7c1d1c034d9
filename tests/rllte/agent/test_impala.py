"""IMPALA: processes act, V-trace corrects, and what is learned does not depend on how fast they are."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import gymnasium as gym
import pytest
import torch as th

from rllte.agent import IMPALA
from rllte.core.errors import IncompatibleError, NotFiniteError, ParameterError
from rllte.env import Gymnasium2Torch, make_rllte_env
from rllte.xploit.storage import VanillaDistributedStorage
from rllte.xplore.reward import RE3, RND
from tests.rllte.agent.probes import NoNumber

SMALL = {"hidden_dim": 8, "num_steps": 16, "batch_size": 2, "num_actors": 2}


def agent(folder: Path, env_id: Any = "CartPole-v1", seed: int = 1, **kwargs: Any) -> Any:
    env = make_rllte_env(env_id, num_envs=4, seed=seed, asynchronous=False)
    return IMPALA(env=env, seed=seed, log_dir=folder, **{**SMALL, **kwargs})


def weights(made: Any) -> th.Tensor:
    return th.cat([p.detach().flatten() for p in made.policy.parameters()])


@pytest.mark.parametrize("use_lstm", [False, True])
@pytest.mark.parametrize("env_id", ["CartPole-v1", "Pendulum-v1"])
def test_defect_3_the_actor_of_impala_learns(env_id: str, use_lstm: bool, tmp_path: Path) -> None:
    made = agent(tmp_path, env_id, use_lstm=use_lstm)
    made.freeze()
    before = {name: p.detach().clone() for name, p in made.policy.named_parameters()}
    made.train(640)
    still = [name for name, p in made.policy.named_parameters() if th.equal(before[name], p)]
    assert not still


def test_defect_3_the_acting_policy_is_an_older_one(tmp_path: Path) -> None:
    made = agent(tmp_path, lr=0.05)
    ratios: list[float] = []
    update = made.update

    def spy(batch: Any) -> Any:
        losses = update(batch)
        ratios.append(losses["importance_ratio"])
        return losses

    made.update = spy
    made.train(640)
    assert ratios[0] == pytest.approx(1.0, abs=1e-6), "the first batch is of the same weights"
    assert any(abs(ratio - 1.0) > 1e-4 for ratio in ratios[2:])
    assert not th.equal(weights(made), th.cat([p.flatten() for p in made.behaviour.parameters()]))


@pytest.mark.parametrize("use_lstm", [False, True])
def test_the_number_of_updates_and_not_the_speed_of_processes_decides(use_lstm: bool, tmp_path: Path) -> None:
    first, second = agent(tmp_path, use_lstm=use_lstm), agent(tmp_path, use_lstm=use_lstm)
    first.train(320)
    update = second.update

    def slow(batch: Any) -> Any:
        time.sleep(0.05)
        return update(batch)

    second.update = slow
    second.train(320)
    assert th.equal(weights(first), weights(second))


@pytest.mark.parametrize(("use_lstm", "normalize_obs"), [(False, False), (True, False), (True, True)])
def test_a_stop_and_a_resume_change_nothing(use_lstm: bool, normalize_obs: bool, tmp_path: Path) -> None:
    options = {"anneal_lr": False, "normalize_obs": normalize_obs}
    whole = agent(tmp_path, use_lstm=use_lstm)
    whole.train(640, **options)
    first = agent(tmp_path, use_lstm=use_lstm)
    first.train(320, **options)
    file = first.save(tmp_path / "half.safetensors")
    second = agent(tmp_path, seed=9, use_lstm=use_lstm)
    second.seed = 1  # of the actors' chance
    second.load(file)
    second.train(320, **options)
    assert th.equal(weights(whole), weights(second))
    assert (whole.global_step, whole.global_episode) == (second.global_step, second.global_episode)


def test_v_trace_matters(tmp_path: Path) -> None:
    clipped, not_clipped = agent(tmp_path, lr=0.05), agent(tmp_path, lr=0.05, clip_rho=1e9)
    clipped.train(640)
    not_clipped.train(640)
    assert not th.equal(weights(clipped), weights(not_clipped))


@pytest.mark.parametrize("cls", [RND, RE3])
def test_an_intrinsic_reward_matters_and_with_weight_nothing_changes_nothing(cls: Any, tmp_path: Path) -> None:
    plain, bored, curious = (agent(tmp_path) for _ in range(3))
    bored.set(reward=cls(bored.env, beta=0.0, latent_dim=8))
    curious.set(reward=cls(curious.env, latent_dim=8))
    for made in (plain, bored, curious):
        made.train(256)
    assert th.equal(weights(plain), weights(bored))
    assert not th.equal(weights(plain), weights(curious))
    assert curious.irs.updates == 4, "once for each round of 4 environments and 16 steps"


def test_normalisation_of_rewards_changes_what_is_learned_from(tmp_path: Path) -> None:
    plain, scaled = agent(tmp_path), agent(tmp_path)
    plain.train(256)
    scaled.train(256, normalize_reward=True)
    assert not th.equal(weights(plain), weights(scaled))
    last = scaled.storage.storages["rewards"][2:4, 1:]  # of the fourth round; CartPole pays 1 for each step
    th.testing.assert_close(last, (1.0 / scaled.reward_scaler.norm.divisor).expand_as(last))


def test_normalisation_of_observations_reaches_the_copy_that_acts_and_is_saved(tmp_path: Path) -> None:
    plain, scaled, other = agent(tmp_path), agent(tmp_path), agent(tmp_path, seed=5)
    plain.train(256)
    learned, update = list[th.Tensor](), scaled.update

    def spy(batch: Any) -> Any:
        learned.append(batch["observations"][:-1].flatten(0, 1).clone())
        return update(batch)

    scaled.update = spy
    scaled.train(256, normalize_obs=True)
    assert not th.equal(weights(plain), weights(scaled))
    norm, acting = (p.encoder.normalizer.norms["observations"] for p in (scaled.policy, scaled.behaviour))
    assert norm.count == 256 and acting.count == 192, "the actors are one round behind"
    th.testing.assert_close(norm.mean.float(), th.cat(learned).mean(0))
    other.load(scaled.save(tmp_path / "model.safetensors"))
    assert th.equal(other.policy.encoder.normalizer.norms["observations"].mean, norm.mean)


class Broken(gym.Env[Any, Any]):
    observation_space = gym.spaces.Box(-1, 1, (2,))
    action_space = gym.spaces.Discrete(2)
    time = 0

    def reset(self, *, seed: int | None = None, options: Any = None) -> Any:
        return self.observation_space.low, {}

    def step(self, action: Any) -> Any:
        self.time += 1
        if self.time == 40:
            raise ValueError("the simulator is gone")
        return self.observation_space.low, 0.0, False, False, {}


def test_a_fault_in_a_process_is_told_with_its_traceback_and_leaves_a_checkpoint(tmp_path: Path) -> None:
    made = agent(tmp_path, Broken)
    with pytest.raises(RuntimeError, match="the simulator is gone") as caught:
        made.train(6400)
    assert "Traceback" in str(caught.value)
    assert "agent.load() goes on from it" in caught.value.__notes__[0]


def test_environments_of_no_maker_and_a_small_storage_are_refused(tmp_path: Path) -> None:
    makers = [lambda: gym.make("CartPole-v1")] * 2
    env = gym.vector.SyncVectorEnv(makers, autoreset_mode=gym.vector.AutoresetMode.SAME_STEP)
    made = IMPALA(env=Gymnasium2Torch(env), log_dir=tmp_path, **SMALL)
    with pytest.raises(ParameterError, match="made in parts"):
        made.train(64)
    made = agent(tmp_path)
    storage = VanillaDistributedStorage(made.observation_space, made.action_space, "cpu", 16, 3, 4, 2)
    with pytest.raises(IncompatibleError, match="Make it with rollout_envs=2, num_storages=60"):
        made.set(storage=storage)


@pytest.mark.parametrize(
    ("nan_at", "words"),
    [(0, "step 0 .*observations"), (19, "step 76 .*observations"), (24, "step 96 .*final observations")],
)
def test_an_observation_that_is_no_number_ends_the_run_and_nothing_is_saved(
    nan_at: int, words: str, tmp_path: Path
) -> None:
    made = agent(tmp_path, lambda: NoNumber(nan_at, length=8))
    with pytest.raises(NotFiniteError, match=f"At {words}"):
        made.train(160)
    assert not list((made.logger.folder / "model").glob("*"))
