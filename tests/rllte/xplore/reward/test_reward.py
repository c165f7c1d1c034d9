"""What all intrinsic rewards share: they are learned from, they never step an environment, they survive a checkpoint."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gymnasium as gym
import pytest
import torch as th

from rllte.agent import PPO
from rllte.conformance.reward import rollout
from rllte.core.bases import BaseReward
from rllte.core.errors import ParameterError
from rllte.env import make_rllte_env
from rllte.nn.memory import Counter, Ellipsoid, EpisodicMemory
from rllte.xplore import reward as package
from rllte.xplore.reward import E3B, GIRM, ICM, NGU, RIDE, RND, Disagreement, Fabric, PseudoCounts

REWARDS = [RND, ICM, GIRM, RIDE, Disagreement, E3B]
every = pytest.mark.parametrize("cls", REWARDS, ids=lambda cls: cls.__name__)


def envs(number: int = 2) -> Any:
    spaces = {"observation_space": gym.spaces.Box(-1, 1, (3,)), "action_space": gym.spaces.Box(-1, 1, (2,))}
    return SimpleNamespace(**spaces, num_envs=number)


def trained(folder: Path, cls: Any, beta: float | None, steps: int = 64) -> Any:
    env = make_rllte_env("CartPole-v1", num_envs=2, seed=1)
    agent = PPO(env=env, seed=1, log_dir=folder, hidden_dim=16, num_steps=16)
    if beta is not None:
        agent.set(reward=cls(env, beta=beta, latent_dim=8))  # made after the agent, as users do
    agent.train(steps)
    return agent


def weights(agent: Any) -> th.Tensor:
    return th.cat([p.detach().flatten() for p in agent.policy.parameters()])


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> th.Tensor:
    return weights(trained(tmp_path_factory.mktemp("plain"), None, None))


@every
def test_defect_1_the_reward_is_learned_from_and_one_of_weight_0_changes_nothing(
    cls: Any, tmp_path: Path, without: th.Tensor
) -> None:
    assert th.equal(weights(trained(tmp_path / "a", cls, 0.0)), without)
    assert not th.equal(weights(trained(tmp_path / "b", cls, 1.0)), without)


@every
def test_a_run_goes_on_from_its_checkpoint(cls: Any, tmp_path: Path) -> None:
    first = trained(tmp_path / "a", cls, 1.0)
    file = first.save(tmp_path / "kept.safetensors")
    second = trained(tmp_path / "b", cls, 1.0, steps=32)
    for agent in (first, second):
        agent.load(file)
        agent.env = make_rllte_env("CartPole-v1", num_envs=2, seed=9)
        agent.train(64)
    assert th.equal(weights(first), weights(second))


@every
def test_defect_16_nothing_steps_the_training_environment(cls: Any) -> None:
    made = envs()
    made.step = made.reset = lambda *_: pytest.fail("the environment was touched")
    reward = cls(made)
    reward.update(rollout(made))
    reward.compute(rollout(made))


@pytest.mark.parametrize("cls", [RND, Fabric], ids=lambda cls: cls.__name__)
def test_gymnasiums_own_vector_environments_will_do_and_a_single_one_will_not(cls: Any) -> None:
    vector = gym.make_vec("CartPole-v1", num_envs=3, vectorization_mode="sync")
    reward = Fabric(RND(vector), E3B(vector)) if cls is Fabric else cls(vector)
    assert reward.obs_shape == (4,) and reward.num_envs == 3
    assert reward.compute(rollout(reward, 5)).shape == (5, 3)
    for wrong in ("CartPole-v1", gym.make("CartPole-v1"), None):
        with pytest.raises(ParameterError, match="environments side by side"):
            RND(wrong)


@every
def test_defect_2_one_step_at_a_time_gives_the_rewards_of_the_rollout(cls: Any) -> None:
    made, samples = envs(), rollout(envs(), 20)
    kwargs = {"count": "exact"} if cls is RIDE else {}  # the kernel's scale depends on all distances of a call
    whole, single = (cls(made, rwd_norm_type="none", obs_norm_type="none", **kwargs) for _ in range(2))
    for name, value in vars(single).items():
        if isinstance(value, th.nn.Module):
            value.load_state_dict(vars(whole)[name].state_dict())
    steps = [single.compute({name: entry[t : t + 1] for name, entry in samples.items()}) for t in range(20)]
    th.testing.assert_close(th.cat(steps), whole.compute(samples), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("cls", [E3B, RIDE, PseudoCounts, NGU, Fabric], ids=lambda cls: cls.__name__)
def test_an_episode_that_is_broken_off_is_forgotten(cls: Any) -> None:
    made = envs()
    reward = Fabric(E3B(made), RIDE(made, count="exact")) if cls is Fabric else cls(made)
    samples = rollout(made, 20)
    samples["terminateds"].zero_()
    samples["truncateds"].zero_()
    memories = [m for m in parts(reward) if isinstance(m, EpisodicMemory | Counter | Ellipsoid)]
    assert memories
    before = [visits(memory) for memory in memories]
    reward.compute(samples)
    seen = [visits(memory) for memory in memories]
    reward.reset(th.tensor([0.0, 1.0]))
    for memory, fresh, full in zip(memories, before, seen, strict=True):
        assert not th.equal(full, fresh)
        assert th.equal(visits(memory)[0], full[0])
        assert th.equal(visits(memory)[1], fresh[1])


def parts(reward: Any) -> list[Any]:
    """The modules of a reward, and of those that it is made of."""
    inner = [module for each in getattr(reward, "rewards", ()) for module in parts(each)]
    return inner or [value for value in vars(reward).values() if isinstance(value, th.nn.Module)]


def visits(memory: Any) -> th.Tensor:
    return (memory.root if isinstance(memory, Ellipsoid) else memory.written).clone()


@every
def test_update_proportion_is_how_much_is_learned_from(cls: Any) -> None:
    made = envs()
    sizes = {}
    for proportion in (0.0, 0.3, 1.0):
        reward = cls(made, batch_size=8, update_proportion=proportion)
        batches = [len(batch["actions"]) for batch in reward.batches(rollout(made, 10))]
        sizes[proportion] = (sum(batches), max(batches, default=0))
    assert sizes == {0.0: (0, 0), 0.3: (6, 6), 1.0: (20, 8)}


def test_other_samples_are_drawn_in_each_update() -> None:
    made = envs()
    reward, samples = RND(made, update_proportion=0.5), rollout(made, 20)
    first = [batch["actions"] for batch in reward.batches(samples)]
    reward.update(samples)
    assert not th.equal(first[0], next(iter(reward.batches(samples)))["actions"])


@every
@pytest.mark.parametrize(
    "kwargs", [{"latent_dim": 0}, {"encoder_model": "resnet"}, {"weight_init": "zeros"}, {"update_proportion": 2.0}]
)
def test_arguments_are_checked(cls: Any, kwargs: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match=next(iter(kwargs))):
        cls(envs(), **kwargs)


@every
def test_missing_samples_are_named(cls: Any) -> None:
    samples = rollout(envs())
    del samples["next_observations"]
    with pytest.raises(ParameterError, match="next_observations"):
        cls(envs()).compute(samples)


@pytest.mark.parametrize("cls", [RND, ICM, GIRM, Disagreement], ids=lambda cls: cls.__name__)
def test_novelty_falls_with_visits(cls: Any) -> None:
    """What has been learned again and again pays less than at first, and less than what has not."""
    made = envs(8)
    th.manual_seed(0)
    reward = cls(made, rwd_norm_type="none", obs_norm_type="none", latent_dim=16)
    known, new = rollout(made, 32, seed=1), rollout(made, 32, seed=2)
    for samples in (known, new):
        samples["next_observations"] = samples["observations"].roll(1, -1) + 0.5 * samples["actions"].mean(-1, True)
    new = {name: entry * 3.0 if "observations" in name else entry for name, entry in new.items()}
    before = reward.compute(known).mean()
    for _ in range(150):
        reward.update(known)
    after = reward.compute(known).mean()
    assert after < 0.6 * before
    assert after < 0.6 * reward.compute(new).mean()


def test_defect_15_every_reward_of_the_tables_can_be_imported() -> None:
    named = [
        "PseudoCounts",
        "RND",
        "E3B",
        "ICM",
        "GIRM",
        "RIDE",
        "Disagreement",
        "NGU",
        "RE3",
        "RISE",
        "REVD",
        "Fabric",
    ]
    assert sorted(package.__all__) == sorted(named)
    assert all(issubclass(getattr(package, name), BaseReward) for name in named)
