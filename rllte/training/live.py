"""Where the environments stand: observations, a policy's memory, the episodes under way. Training goes on from here."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch as th

from rllte.core.errors import ParameterError
from rllte.core.trees import Tree, to_device
from rllte.training.acting import Actor


class Episodes:
    """Rewards and lengths of the episodes under way, and of the last hundred finished ones."""

    def __init__(self, num_envs: int) -> None:
        self.rewards = np.zeros(num_envs)
        self.lengths = np.zeros(num_envs, dtype=int)
        self.finished: deque[tuple[float, int]] = deque(maxlen=100)

    def step(self, rewards: th.Tensor, ended: th.Tensor) -> int:
        """Add one step (N,); returns how many episodes it ended."""
        self.rewards += rewards.cpu().numpy()
        self.lengths += 1
        over = np.flatnonzero(ended.cpu().numpy())
        for index in over:
            self.finished.append((float(self.rewards[index]), int(self.lengths[index])))
        self.rewards[over] = 0.0
        self.lengths[over] = 0
        return len(over)

    def means(self) -> dict[str, float | None]:
        """Mean reward and length of the finished episodes kept, None before the first."""
        if not self.finished:
            return {"episode_reward": None, "episode_length": None}
        rewards, lengths = zip(*self.finished, strict=True)
        return {"episode_reward": float(np.mean(rewards)), "episode_length": float(np.mean(lengths))}

    def state(self) -> dict[str, np.ndarray[Any, Any]]:
        """Arrays for a checkpoint."""
        finished = np.array(self.finished, dtype=np.float64).reshape(-1, 2)
        return {"rewards": self.rewards, "lengths": self.lengths, "finished": finished}

    def restore(self, state: Mapping[str, np.ndarray[Any, Any]]) -> None:
        """Take the arrays of a checkpoint."""
        self.rewards, self.lengths = state["rewards"].copy(), state["lengths"].copy()
        self.finished = deque(((float(r), int(n)) for r, n in state["finished"]), maxlen=100)


class Live:
    """The state of collecting, between two steps.

    Args:
        agent: whose environments and policy.
    """

    def __init__(self, agent: Any) -> None:
        self.agent = agent
        self.device = agent.device
        self.actor = Actor(agent.policy, agent.env.num_envs, agent.device)
        self.episodes = Episodes(agent.env.num_envs)
        self.obs: Tree
        self.unseen = th.zeros(agent.env.num_envs)
        """Whether an episode ended in a rollout that nothing has learned from; an interrupt leaves such a part."""
        self._at: tuple[Any, int] | None = None

    @property
    def _here(self) -> tuple[Any, int]:
        """The environments and how often they have been reset: another value, and somebody else has used them."""
        return self.agent.env, self.agent.env.uses

    def check_untouched(self) -> None:
        """Whether the environments still stand where the last step left them.

        Raises:
            ParameterError: somebody else has reset them in the midst of training.
        """
        if self._at != self._here:
            raise ParameterError(
                "The training environments were reset in the midst of training, by a callback: agent.eval() without an "
                "eval_env does. Give the agent environments of their own for that: eval_env=make_rllte_env(...)."
            )

    def begin(self, saved: Mapping[str, th.Tensor] | None = None) -> None:
        """Go on where the environments are; from `saved`, the tensors of a checkpoint; or with new episodes.

        New ones begin if there is nothing to go on from: somebody else reset the environments, or they cannot be put back.
        """
        if saved is not None and self._restore(saved):
            return
        if saved:
            self.agent.logger.info("the environments cannot be put back where they were; new episodes begin")
        if self._at != self._here:
            observations, _ = self.agent.env.reset()
            self.obs = to_device(observations, self.device)
            fresh = Episodes(self.agent.env.num_envs).state()
            self.episodes.restore({**fresh, "finished": self.episodes.state()["finished"]})
            self._forget(th.ones(self.agent.env.num_envs))
            self._at = self._here

    def _forget(self, ended: th.Tensor) -> None:
        """What policy, noise, intrinsic reward and the scale of rewards remember of the present episodes."""
        self.actor.ended(ended)
        if self.agent.irs is not None:
            self.agent.irs.reset(ended)
        if self.agent.reward_scaler is not None:
            self.agent.reward_scaler.reset(ended)

    def state(self) -> dict[str, th.Tensor]:
        """Tensors for a checkpoint; empty if somebody else has used the environments since."""
        if self._at != self._here:
            return {}
        arrays = {f"env.{key}": value for key, value in self.agent.env.state().items()}
        arrays |= {f"episodes.{key}": value for key, value in self.episodes.state().items()}
        tensors = {key: th.from_numpy(np.array(value)) for key, value in arrays.items()}
        if self.actor.state is not None:
            tensors["actor.state"] = self.actor.state.detach().cpu()
        return tensors

    def _restore(self, saved: Mapping[str, th.Tensor]) -> bool:
        def under(prefix: str) -> dict[str, np.ndarray[Any, Any]]:
            return {key.removeprefix(prefix): t.numpy() for key, t in saved.items() if key.startswith(prefix)}

        if not under("env.") or (observations := self.agent.env.restore(under("env."))) is None:
            return False
        self.obs = to_device(observations, self.device)
        self.unseen.zero_()
        self.episodes.restore(under("episodes."))
        if self.actor.state is not None:
            self.actor.state = saved["actor.state"].to(self.device)
        self._at = self._here
        return True
