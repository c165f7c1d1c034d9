"""An observation that is no number ends an off-policy run before it is stored, whether it goes on or is the last one."""

from __future__ import annotations

from pathlib import Path

import pytest

from rllte.agent import DQN
from rllte.core.errors import NotFiniteError
from rllte.env import make_rllte_env
from tests.rllte.agent.probes import NoNumber


@pytest.mark.parametrize("over", [True, False])
@pytest.mark.parametrize(("nan_at", "named"), [(0, "observations"), (33, "observations"), (35, "final observations")])
def test_an_observation_that_is_no_number_is_not_stored(over: bool, nan_at: int, named: str, tmp_path: Path) -> None:
    env = make_rllte_env(lambda: NoNumber(nan_at, length=5, over=over), num_envs=1, asynchronous=False)
    made = DQN(env=env, log_dir=tmp_path, hidden_dim=8, num_init_steps=20, batch_size=16)
    with pytest.raises(NotFiniteError, match=f"At step {nan_at} .* finite in: {named}"):
        made.train(num_train_steps=60)
    assert len(made.storage) == max(nan_at - 1, 0)
    assert not list((made.logger.folder / "model").glob("*"))
