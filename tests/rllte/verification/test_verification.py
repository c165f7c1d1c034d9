"""`python -m rllte.verification` passes here, and says so where something is broken."""

from __future__ import annotations

import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rllte.agent import PPO
from rllte.common.prototype import base_agent
from rllte.training import on_policy
from rllte.verification import checks
from rllte.xplore.reward import RE3


@pytest.mark.learning
def test_all_checks_pass_and_each_has_a_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "rllte.verification"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    *lines, last = done.stdout.splitlines()
    number = len(checks.CHECKS)
    assert [line.split()[0] for line in lines] == ["ok"] * number
    assert last.startswith(f"{number} of {number} checks passed")
    assert not list(tmp_path.iterdir()), "the runs are in a folder that is removed"


def all_is_well(folder: Path) -> str:
    sys.stdout.write("an agent's own line\n")
    return "well"


def one_is_broken(folder: Path) -> str:
    raise RuntimeError("the disk is full")


@pytest.mark.parametrize(("broken", "code"), [((), 0), ((one_is_broken,), 1), ((one_is_broken, one_is_broken), 1)])
def test_a_check_that_fails_is_named_and_ends_with_1_after_the_others(
    broken: tuple[Callable[[Path], str], ...], code: int, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(checks, "CHECKS", (*broken, all_is_well))
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("rllte.verification", run_name="__main__")
    assert ended.value.code == code
    *lines, last = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["FAILED"] * len(broken) + ["ok"]
    assert all("one is broken" in line and "RuntimeError: the disk is full" in line for line in lines[:-1])
    assert last.startswith(f"1 of {len(broken) + 1} checks passed")


def extrinsic_alone(extrinsic: Any, intrinsic: Any, *, pretraining: bool) -> Any:
    return extrinsic.clone()


def one_for_each_step(self: RE3, samples: Any, sync: bool = True) -> Any:
    return samples["rewards"] * 0.0 + 1.0


DEFECTS: list[tuple[Callable[[Path], str], Any, str, Any, str]] = [
    (checks.PPO_learns, PPO, "update", lambda self: {}, "mean reward"),
    (
        checks.the_same_seed_gives_the_same_weights,
        base_agent,
        "seed_everything",
        lambda seed: None,
        "with seed 1 differ",
    ),
    (checks.a_checkpoint_goes_on, PPO, "load", lambda self, path: None, "resumed and uninterrupted"),
    (checks.an_intrinsic_reward_matters, on_policy, "mix_rewards", extrinsic_alone, "weight 1 changes nothing"),
    (checks.an_intrinsic_reward_matters, RE3, "compute", one_for_each_step, "weight 0 changes something"),
]


@pytest.mark.parametrize(
    ("check", "owner", "name", "wrong", "words"), DEFECTS, ids=[f"{row[0].__name__}-{row[2]}" for row in DEFECTS]
)
def test_a_check_finds_the_defect_that_it_is_for(
    check: Callable[[Path], str],
    owner: Any,
    name: str,
    wrong: Any,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(owner, name, wrong)
    with pytest.raises(AssertionError, match=words):
        check(tmp_path)
