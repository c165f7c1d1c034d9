"""Atari games, all of them stepped in one call of the Arcade Learning Environment's own vector environment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode

from rllte.core.errors import UnknownNameError
from rllte.core.registry import Param, checked
from rllte.env.episodes import episode_seed
from rllte.env.packages import needed
from rllte.env.torch_env import Gymnasium2Torch

FRAME_SKIP = 4
RESEED_AFTER = 5000
"""Steps after which the next game gets a seed of its own. Seeding loads the game anew, which takes as long as some
hundred steps; what must be played again to restore an environment are the steps since then."""


@checked
def make_atari_env(
    env_id: Annotated[str, Param("game: Alien-v5, ALE/Alien-v5 or AlienNoFrameskip-v4")] = "Alien-v5",
    num_envs: Annotated[int, Param("environments side by side", low=1)] = 8,
    device: Annotated[str, Param("where observations go: auto, cpu, cuda, cuda:N, npu or mps")] = "cpu",
    seed: Annotated[int, Param("environment i is seeded with seed + i", low=0, high=2**31 - 1)] = 1,
    frame_stack: Annotated[int, Param("pictures in an observation", low=1)] = 4,
    asynchronous: Annotated[bool, Param("as many threads as cores; False: one thread")] = True,
    episodic_life: Annotated[bool, Param("the loss of a life is a termination; the game itself goes on")] = True,
    clip_rewards: Annotated[bool, Param("rewards are cut to -1, 0 and 1")] = True,
) -> Gymnasium2Torch:
    """Make N environments of an Atari game, preprocessed as in the DQN paper (Mnih et al. 2015, doi 10.1038/nature14236).

    Observations are (frame_stack, 84, 84) uint8 in grey. An action is held for exactly four frames, whatever the id and
    the number of stacked pictures, and a picture is the maximum of the last two. A game begins with up to 30 frames
    without an action, then FIRE where a game waits for it, and is cut after 108 000 frames. Ids that end in -v5 repeat
    the last action with probability 0.25 (Machado et al. 2018, arXiv 1709.06009), those in NoFrameskip-v4 never.

    Raises:
        UnknownNameError: no such game, or an id of another form; the nearest are named.
        ParameterError: an argument outside its range, or ale-py is not installed.
    """
    vector_env = needed("ale_py.vector_env", "Atari")
    game, sticky = _game(env_id)
    env = vector_env.AtariVectorEnv(
        game,
        num_envs,
        stack_num=frame_stack,
        frameskip=FRAME_SKIP,
        repeat_action_probability=sticky,
        reward_clipping=clip_rewards,
        episodic_life=False,  # its own begins a new game instead of going on with the old one
        num_threads=0 if asynchronous else 1,
        autoreset_mode=AutoresetMode.SAME_STEP,
    )
    env.action_space.seed(seed)
    games = AtariGames(env, episodic_life=episodic_life)
    made = Gymnasium2Torch(games, device, seed=seed, frame_stack=frame_stack)
    made.part = lambda first, count: make_atari_env(
        env_id, count, "cpu", (seed + first) % 2**31, frame_stack, False, episodic_life, clip_rewards
    )
    return made


class AtariGames(gym.vector.VectorWrapper[Any, Any, Any, Any, Any]):
    """Lives as episodes, the ends of games as Gymnasium's vector environments tell them, and games played again.

    Attributes:
        begun: (N,), where the last step began a game with a seed of its own; not after the loss of a life, and not
            between games that share a seed.
    """

    def __init__(self, env: gym.vector.VectorEnv[Any, Any, Any], *, episodic_life: bool) -> None:
        super().__init__(env)
        self.episodic_life = episodic_life
        self.lives = np.zeros(env.num_envs, dtype=np.int32)
        self.since = np.zeros(env.num_envs, dtype=np.int64)
        self.numbers = np.zeros(env.num_envs, dtype=np.int64)
        self.begun = np.zeros(env.num_envs, dtype=bool)
        self.seeds: np.ndarray[Any, Any] | None = None

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begin new games; the first ones have the seeds seed + i."""
        if seed is not None:
            self.seeds, self.numbers[:] = seed + np.arange(self.num_envs), 0
        elif self.seeds is not None:
            self.numbers += 1
        observations, infos = self.env.reset(seed=self._seeds(np.arange(self.num_envs)), options=options)  # type: ignore[arg-type]  # an array too
        self.lives, self.since[:] = infos["lives"].copy(), 0
        return observations, infos

    def step(self, actions: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """Act in all games."""
        observations, rewards, terminateds, truncateds, infos = self.env.step(actions)
        self.since += 1
        over = terminateds | truncateds
        lives, final = infos["lives"], infos.pop("final_obs", None)
        lost = (lives < self.lives) & ~over & self.episodic_life
        ended = over | lost
        if ended.any():
            last = np.empty(self.num_envs, dtype=object)
            for index in np.flatnonzero(ended):
                last[index] = final[index] if over[index] else observations[index]
            fresh = over & (self.since >= RESEED_AFTER)
            if fresh.any():
                observations, lives = self._reseed(fresh)
            terminateds = terminateds | lost
            infos = {**infos, "lives": lives, "final_obs": last, "_final_obs": ended}
            self.begun = fresh
        self.lives = lives.copy()
        return observations, rewards, terminateds, truncateds, infos

    def replay(self, seeds: Any, numbers: Any, actions: Sequence[Any]) -> Any:
        """Observations (N, ...) after the given actions of each environment since it was seeded.

        Environments with fewer actions are seeded later, so that all come to their last one in the same step.
        """
        self.seeds, self.numbers = np.array(seeds), np.array(numbers)
        self.since = np.array([len(played) for played in actions], dtype=np.int64)
        longest = int(self.since.max())
        observations, infos = self.env.reset(seed=self._seeds(np.arange(self.num_envs)))  # type: ignore[arg-type]  # an array too
        for step in range(longest):
            begin = longest - self.since == step
            if step and begin.any():
                self.env.reset(seed=self._seeds(np.flatnonzero(begin)), options={"reset_mask": begin})  # type: ignore[arg-type]
            told = longest - self.since <= step
            now = [played[step - longest] if here else 0 for played, here in zip(actions, told, strict=True)]
            observations, *_, infos = self.env.step(np.array(now, dtype=np.int64))
        begin = self.since == 0
        if longest and begin.any():
            options = {"reset_mask": begin}
            observations, infos = self.env.reset(seed=self._seeds(np.flatnonzero(begin)), options=options)  # type: ignore[arg-type]
        self.lives = infos["lives"].copy()
        return observations

    def _reseed(self, fresh: Any) -> tuple[Any, Any]:
        self.numbers[fresh] += 1
        self.since[fresh] = 0
        seeds = self._seeds(np.flatnonzero(fresh))
        observations, infos = self.env.reset(seed=seeds, options={"reset_mask": fresh})  # type: ignore[arg-type]
        return observations, infos["lives"]

    def _seeds(self, indices: Any) -> Any:
        if self.seeds is None:
            return None
        seeds = [episode_seed(int(self.seeds[i]), int(self.numbers[i])) % 2**31 for i in indices]
        return np.array(seeds, dtype=np.int64)


def _game(env_id: str) -> tuple[str, float]:
    """Name of the game as ale-py has it, and the probability that it repeats an action."""
    known = {_camel(name): name for name in needed("ale_py.roms", "Atari").get_all_rom_ids()}
    by_lower = {title.lower(): name for title, name in known.items()}
    for ending, sticky in (("NoFrameskip-v4", 0.0), ("-v5", 0.25)):
        title = env_id.removeprefix("ALE/").removesuffix(ending)
        if env_id.endswith(ending) and title.lower() in by_lower:
            return by_lower[title.lower()], sticky
    raise UnknownNameError("Atari game", env_id, [f"{t}{end}" for t in known for end in ("-v5", "NoFrameskip-v4")])


def _camel(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))
