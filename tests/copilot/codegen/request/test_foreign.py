"""Requests in the words of other libraries become the same plans as in this one's."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen import plan
from copilot.codegen.request.foreign import at_home, foreign_names
from copilot.codegen.settings.settings import spoken_phrases
from copilot.codegen.spec import ExperimentSpec
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import UnknownName

CATALOGUE = load_catalogue()


def made(request: str) -> ExperimentSpec:
    spec = plan(request, CATALOGUE).spec
    assert isinstance(spec, ExperimentSpec)
    return spec


@pytest.mark.parametrize(
    ("request_", "env_id", "run", "kwargs"),
    [
        (
            'model = PPO("MlpPolicy", make_vec_env("Walker2d-v5", n_envs=12), n_steps=512, gae_lambda=0.9, verbose=1)\n'
            "model.learn(total_timesteps=1_000_000)",
            "Walker2d-v5",
            (12, 1_000_000),
            {"num_steps": 512, "gae_lambda": 0.9},
        ),
        (
            "python cleanrl/dqn_atari.py --env-id Alien-v5 --total-timesteps 5000000 --target-network-frequency 2000 "
            "--train-frequency 8 --track",
            "Alien-v5",
            (8, 5_000_000),
            {"target_update_freq": 2000, "update_every_steps": 8},
        ),
        (
            "tianshou's test_dqn: --task Alien-v5 --training-num 10 --hidden-sizes 128 128. The same here, DQN as there",
            "Alien-v5",
            (10, 100_000),
            {"hidden_dim": 128},
        ),
        (
            "RLlib's IMPALA for Breakout: vf_loss_coeff 0.25, rollout_fragment_length 50, model.use_lstm = True",
            "Breakout-v5",
            (8, 100_000),
            {"baseline_coef": 0.25, "num_steps": 50, "use_lstm": True},
        ),
        (
            "algo: td3\nenv: Hopper-v5\nn_timesteps: 2e5\npolicy_delay: 3\ntarget_noise_clip: 0.3",
            "Hopper-v5",
            (8, 200_000),
            {"actor_update_freq": 3, "stddev_clip": 0.3},
        ),
        (
            '{"algo": "sac", "env_name": "Hopper-v5", "tau": 0.01, "buffer_size": 300000}',
            "Hopper-v5",
            (8, 100_000),
            {"critic_target_tau": 0.01, "storage_size": 300_000},
        ),
        (
            "DQN on Pong-v5, 1M steps, exploration_fraction=0.2, exploration_final_eps=0.02",
            "Pong-v5",
            (8, 1_000_000),
            {"epsilon_schedule": "linear(1.0, 0.02, 200000)"},
        ),
        ("TD3 on Hopper-v5, polyak 0.995", "Hopper-v5", (8, 100_000), {"tau": 0.005}),
    ],
)
def test_arguments_of_others_are_read_as_ones_own(
    request_: str, env_id: str, run: tuple[int, int], kwargs: dict[str, Any]
) -> None:
    spec = made(request_)
    assert (spec.env_id, (spec.num_envs, spec.num_train_steps)) == (env_id, run)
    assert {key: spec.agent_kwargs.get(key) for key in kwargs} == kwargs


@pytest.mark.parametrize(
    ("text", "agent"),
    [
        ("python ppo_atari_lstm.py --env-id Pong-v5", "PPOLSTM"),
        ("sac_atari.py --env-id Pong-v5", "SACDiscrete"),
        ('PPO("MlpLstmPolicy", "CartPole-v1")', "PPOLSTM"),
        ("python -m spinup.run ddpg --env Hopper-v5", "DDPG"),
    ],
)
def test_scripts_and_policies_name_agents(text: str, agent: str) -> None:
    assert made(text).agent == agent


def test_dictionaries_of_a_replay_buffer_name_the_storage() -> None:
    spec = made(
        '{"env": "Alien-v5", "replay_buffer_config": {"type": "PrioritizedReplayBuffer", "prioritized_replay_alpha": 0.5}}\n'
        "it was DQN, and I want 3M steps of it"
    )
    assert spec.modules["storage"].kwargs["alpha"] == 0.5
    assert spec.num_train_steps == 3_000_000


def test_a_name_of_one_word_is_none_in_two() -> None:
    assert "num_init_steps" not in made("PPO on CartPole, start training for 50k steps").agent_kwargs
    assert made("PPO on CartPole, start training for 50k steps").num_train_steps == 50_000
    assert made("TD3 on Hopper-v5 with start_training=5000").agent_kwargs["num_init_steps"] == 5000


def test_layers_of_different_widths_are_no_single_one() -> None:
    assert at_home("net_arch=[64, 64]") == ", hidden_dim=64, "
    assert at_home("net_arch=[400, 300]") == "net_arch=[400, 300]"


@pytest.mark.parametrize("said", ["train_batch_size=4000", "target_kl=0.01"])
def test_what_has_no_counterpart_is_refused_by_name(said: str) -> None:
    with pytest.raises(UnknownName, match=said.partition("=")[0]):
        made(f"PPO on CartPole, {said}")


def test_each_of_these_names_is_of_a_setting() -> None:
    maker = {p["name"] for entry in CATALOGUE.functions for p in entry["parameters"]}
    assert set(foreign_names()) <= set(spoken_phrases(CATALOGUE)) | maker
