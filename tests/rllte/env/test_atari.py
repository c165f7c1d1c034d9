"""Atari: four frames per action, lives, ends, names, and games that are played again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch as th

from rllte.agent import IMPALA
from rllte.core.errors import ParameterError, UnknownNameError
from rllte.env import Gymnasium2Torch, atari, make_atari_env
from rllte.training.evaluation import evaluate

pytest.importorskip("ale_py")


def play(env: Gymnasium2Torch, steps: int, seed: int = 0) -> list[Any]:
    generator = th.Generator().manual_seed(seed)
    count = int(env.action_space.n)  # type: ignore[attr-defined]  # Discrete
    return [env.step(th.randint(count, (env.num_envs,), generator=generator)) for _ in range(steps)]


def same(one: list[Any], two: list[Any]) -> bool:
    return all(th.equal(a, b) for x, y in zip(one, two, strict=True) for a, b in zip(x[:4], y[:4], strict=True))


@pytest.mark.parametrize("frame_stack", [1, 4])
@pytest.mark.parametrize("env_id", ["Pong-v5", "PongNoFrameskip-v4"])
def test_defect_the_16_frame_skip_an_action_lasts_four_frames(env_id: str, frame_stack: int) -> None:
    env = make_atari_env(env_id, num_envs=2, frame_stack=frame_stack)
    obs, infos = env.reset()
    assert obs.shape == (2, frame_stack, 84, 84)
    assert obs.dtype == th.uint8
    before = infos["episode_frame_number"].copy()
    after = play(env, 5)[-1][-1]["episode_frame_number"]
    assert (after - before).tolist() == [20, 20]
    env.close()


def test_a_lost_life_is_a_termination_and_the_game_goes_on() -> None:
    env, whole = (make_atari_env("Breakout-v5", num_envs=4, episodic_life=lives) for lives in (True, False))
    env.reset()
    whole.reset()
    lives = np.full(4, 5)
    games = 0
    for a, b in zip(play(env, 250), play(whole, 250), strict=True):
        assert th.equal(a[0], b[0])
        assert th.equal(a[1], b[1])
        now = a[-1]["lives"]
        lost = now < lives
        over = b[2].bool().numpy()
        assert np.array_equal(a[2].bool().numpy(), lost | over)
        if lost.any():
            row = int(np.flatnonzero(lost)[0])
            assert th.equal(a[-1]["final_obs"][row], a[0][row])
        if over.any():
            row = int(np.flatnonzero(over)[0])
            games += 1
            assert not th.equal(b[-1]["final_obs"][row], b[0][row])
            assert now[row] == 5
        lives = now
    assert games
    env.close()
    whole.close()


@pytest.mark.parametrize("reseed", [5000, 60])
def test_games_are_restored(monkeypatch: pytest.MonkeyPatch, reseed: int) -> None:
    monkeypatch.setattr(atari, "RESEED_AFTER", reseed)
    first, second = (make_atari_env("Breakout-v5", num_envs=3, seed=4) for _ in range(2))
    first.reset()
    play(first, 180)
    state = first.state()
    assert state["exact"]
    assert (len(set(state["lengths"].tolist())) > 1) == (reseed == 60)
    assert (state["episodes"] > 0).any() == (reseed == 60)
    assert second.restore(state) is not None
    assert same(play(first, 120, seed=1), play(second, 120, seed=1))


def test_defect_an_evaluation_in_atari_comes_to_its_end() -> None:
    class Fire(th.nn.Module):
        def forward(self, obs: th.Tensor, training: bool) -> th.Tensor:
            return th.ones(len(obs), dtype=th.int64)  # FIRE, for a game that waits for it lasts 27 000 steps

        def env_action(self, actions: th.Tensor) -> th.Tensor:
            return actions

    env = make_atari_env("Breakout-v5", num_envs=2, episodic_life=False)
    found = evaluate(Fire(), env, th.device("cpu"), episodes=2)
    assert found["episode_length"] > 50


def test_seeds_and_threads() -> None:
    def begin(**kwargs: Any) -> list[Any]:
        env = make_atari_env("Breakout-v5", num_envs=2, **kwargs)
        env.reset()
        return play(env, 40)

    assert same(begin(seed=1), begin(seed=1, asynchronous=False))
    assert not same(begin(seed=1), begin(seed=2))


def test_rewards_are_clipped_unless_told_otherwise() -> None:
    clipped, full = (make_atari_env("Alien-v5", num_envs=2, clip_rewards=clip) for clip in (True, False))
    clipped.reset()
    full.reset()
    pairs = [(a[1], b[1]) for a, b in zip(play(clipped, 100), play(full, 100), strict=True)]
    assert all(th.equal(a, b.sign()) for a, b in pairs)
    assert max(float(b.max()) for _, b in pairs) >= 10


@pytest.mark.parametrize("env_id", ["ALE/Pong-v5", "Pong-v5", "PongNoFrameskip-v4", "pong-v5"])
def test_names_of_games(env_id: str) -> None:
    assert make_atari_env(env_id, num_envs=1).num_envs == 1


@pytest.mark.parametrize(("env_id", "near"), [("Pongg-v5", "Pong-v5"), ("Pong-v4", "Pong-v5"), ("Aliens", "Alien-v5")])
def test_unknown_games_name_the_nearest(env_id: str, near: str) -> None:
    with pytest.raises(UnknownNameError, match=near):
        make_atari_env(env_id)


def test_the_id_says_whether_actions_stick() -> None:
    assert atari._game("MsPacman-v5") == ("ms_pacman", 0.25)
    assert atari._game("ALE/MsPacmanNoFrameskip-v4") == ("ms_pacman", 0.0)


def test_arguments_are_checked_before_anything_is_made() -> None:
    with pytest.raises(ParameterError, match="num_envs"):
        make_atari_env(num_envs=0)


def test_games_are_made_in_parts_for_actors_in_processes() -> None:
    """Those of a part are the same games, with the same seeds, as in the whole."""
    whole = make_atari_env("Breakout-v5", num_envs=4, seed=3)
    assert whole.part is not None
    part = whole.part(1, 2)
    generator = th.Generator().manual_seed(0)
    assert th.equal(part.reset()[0], whole.reset()[0][1:3])
    for _ in range(60):
        actions = th.randint(4, (4,), generator=generator)
        whole_step, part_step = whole.step(actions), part.step(actions[1:3])
        assert all(th.equal(a[1:3], b) for a, b in zip(whole_step[:4], part_step[:4], strict=True))
    with pytest.raises(ParameterError, match="compute_reward"):
        _ = whole.compute_reward
    whole.close()
    part.close()
    last = make_atari_env("Breakout-v5", num_envs=2, seed=2**31 - 1)
    assert last.part is not None
    last.part(1, 1).close()
    last.close()


def test_impala_acts_in_atari_in_processes(tmp_path: Path) -> None:
    env = make_atari_env("Breakout-v5", num_envs=4)
    agent = IMPALA(env, num_steps=8, num_actors=2, num_learners=1, log_dir=tmp_path)
    agent.train(num_train_steps=128)
    assert agent.global_step >= 128
    env.close()
