"""An observation that is no number ends an off-policy run before it is stored, whether it goes on or is the last one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest

from rllte.agent import DQN
from rllte.core.errors import NotFiniteError
from rllte.env import make_rllte_env


class Broken(gym.Env[Any, Any]):
    """Shows no number after so many steps of all; episodes end, or are cut, after five."""

    observation_space = gym.spaces.Box(-1, 1, (2,))
    action_space = gym.spaces.Discrete(3)

    def __init__(self, over: bool, nan_at: int) -> None:
        self.over, self.nan_at, self.total = over, nan_at, 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        return np.full(2, np.nan if self.nan_at == 0 else 0.0, np.float32), {}

    def step(self, action: Any) -> Any:
        self.total += 1
        seen = np.full(2, np.nan if self.total == self.nan_at else 0.5, np.float32)
        end = self.total % 5 == 0
        return seen, 1.0, end and self.over, end and not self.over, {}


@pytest.mark.parametrize("over", [True, False])
@pytest.mark.parametrize(("nan_at", "named"), [(0, "observations"), (33, "observations"), (35, "final observations")])
def test_an_observation_that_is_no_number_is_not_stored(over: bool, nan_at: int, named: str, tmp_path: Path) -> None:
    env = make_rllte_env(lambda: Broken(over, nan_at), num_envs=1, asynchronous=False)
    made = DQN(env=env, log_dir=tmp_path, hidden_dim=8, num_init_steps=20, batch_size=16)
    with pytest.raises(NotFiniteError, match=f"At step {nan_at} .* finite in: {named}"):
        made.train(num_train_steps=60)
    assert len(made.storage) == max(nan_at - 1, 0)
    assert not list((made.logger.folder / "model").glob("*"))
