"""Changes of plans: only what the agent has, only within its range, and None where nothing would change."""

from __future__ import annotations

from copilot.codegen import validate
from copilot.codegen.spec import Module
from copilot.codegen.suggest import edits
from copilot.core.catalogue import load_catalogue
from tests.copilot.codegen.suggest.real import DQN, PPO, SAC

CATALOGUE = load_catalogue()


def test_a_change_of_nothing_is_none() -> None:
    assert edits.changed(PPO, CATALOGUE, lr=0.001) is None
    assert edits.changed(PPO, CATALOGUE, gae_lambda=0.95) is None  # the default, written out
    assert edits.changed(PPO, CATALOGUE, update_every_steps=2) is None  # PPO has none
    assert edits.changed(PPO, CATALOGUE, tag="other") is None


def test_values_stay_within_their_range_and_the_old_plan_as_it_was() -> None:
    new = edits.changed(PPO, CATALOGUE, lr=7.0, n_epochs=-3, anneal_lr=True, num_envs=16)
    assert new is not None
    assert (new.agent_kwargs["lr"], new.agent_kwargs["n_epochs"], new.num_envs) == (1, 1, 16)
    assert new.train_kwargs == {"anneal_lr": True} and PPO.train_kwargs == {}
    assert validate(new, CATALOGUE)


def test_numbers_of_settings() -> None:
    assert edits.number(PPO, CATALOGUE, "ent_coef") == 0.01  # by default
    assert edits.number(PPO, CATALOGUE, "nothing") is None
    assert edits.scaled(PPO, CATALOGUE, "lr", 1 / 3) == 0.00033
    assert edits.scaled(PPO, CATALOGUE, "num_steps", 2) == 256
    assert edits.schedule(DQN, CATALOGUE, "epsilon_schedule") == (1.0, 0.05, 30_000.0)
    assert edits.off_policy(SAC, CATALOGUE) and not edits.off_policy(PPO, CATALOGUE)
    assert edits.on_policy(PPO, CATALOGUE) and not edits.on_policy(SAC, CATALOGUE)


def test_a_bonus_comes_with_its_measured_weight_and_goes_again() -> None:
    maze = PPO.model_copy(update={"env_id": "MiniGrid-DoorKey-8x8-v0"})
    with_it = edits.with_reward(maze, CATALOGUE, "RE3")
    assert with_it is not None and with_it.modules["reward"] == Module(name="RE3", kwargs={"beta": 0.003})
    assert edits.without_reward(with_it) == maze
    assert edits.without_reward(maze) is None
    elsewhere = edits.with_reward(PPO, CATALOGUE, "RE3")
    assert elsewhere is not None and elsewhere.modules["reward"].kwargs["beta"] == edits.DEFAULT_BETA


def test_a_fresh_plan_is_tuned_of_kin_or_by_default() -> None:
    tuned = edits.fresh("PPO", "CartPole-v1", CATALOGUE)
    kin = edits.fresh("PPO", "MiniGrid-DoorKey-8x8-v0", CATALOGUE)
    default = edits.fresh("TD3", "LunarLanderContinuous-v3", CATALOGUE)
    assert tuned is not None and tuned.agent_kwargs["clip_range"] == 0.2
    assert kin is not None and kin.env_kwargs["flat"] is False and kin.num_envs == 16
    assert default is not None and default.num_envs == 1 and default.agent_kwargs == {"hidden_dim": 256}
    assert edits.fresh("SAC", "CartPole-v1", CATALOGUE) is None
    assert edits.fresh("PPO", "Nothing-v0", CATALOGUE) is None


def test_what_the_catalogue_does_not_take_is_none() -> None:
    assert edits.checked(PPO.model_copy(update={"agent": "SAC"}), CATALOGUE) is None
    assert edits.checked(PPO, CATALOGUE) == PPO
