"""Processes that act end with their reason, whenever they end."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from rllte.agent import IMPALA
from rllte.core.errors import NotFiniteError
from rllte.env import make_rllte_env
from rllte.training.actors import Actors
from tests.rllte.agent.probes import NoNumber


def actors(folder: Path, nan_at: int) -> Any:
    """Two processes of two environments each."""
    env = make_rllte_env(lambda: NoNumber(nan_at, length=8), num_envs=4, asynchronous=False)
    made = IMPALA(env=env, hidden_dim=8, num_steps=16, batch_size=2, num_actors=2, log_dir=folder)
    made.freeze()
    return Actors(made.env, made.behaviour, made.storage, made.num_actors, made.seed, None)


def test_one_that_failed_before_it_was_asked_still_tells_why(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with actors(tmp_path, nan_at=0) as acting:
        for process in acting._processes:
            process.join()
        acting.start(range(2), 0)
        with pytest.raises(NotFiniteError, match=r"At step 0 .*observations"):
            acting.wait()
    assert "Traceback" not in capfd.readouterr().err


def test_those_that_fail_after_the_learner_has_ended_are_silent(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with actors(tmp_path, nan_at=0) as acting:
        for process in acting._processes:
            os.kill(process.pid, signal.SIGSTOP)
        for pipe in acting._pipes:
            pipe.close()
        for process in acting._processes:
            os.kill(process.pid, signal.SIGCONT)
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("asked", [False, True])
def test_one_that_was_killed_is_named(asked: bool, tmp_path: Path) -> None:
    with actors(tmp_path, nan_at=-1) as acting:
        process = acting._processes[1]
        if asked:
            os.kill(process.pid, signal.SIGSTOP)  # so that it dies with the question unread
            acting.start(range(2), 0)
        process.kill()
        process.join()
        if not asked:
            acting.start(range(2), 0)
        with pytest.raises(RuntimeError, match=r"Actor process 1 has died; was it killed for memory\?"):
            acting.wait()
