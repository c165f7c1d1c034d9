"""The library's command line, in a process of its own."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rllte.cli import run
from rllte.cli.commands import main
from rllte.core.registry import load_all


def rllte(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    code = "from rllte.cli import main; main()"
    return subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, cwd=cwd, check=False)


def test_train_eval_and_list(tmp_path: Path) -> None:
    done = rllte("train", "ppo", "CartPole-v1", "--num-train-steps", "256", "--device", "auto", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "mean reward of 10 episodes" in done.stdout
    [file] = (tmp_path / "logs" / "ppo_cartpole-v1").rglob("*.safetensors")
    assert "deviation" in rllte("eval", "近端策略优化", "CartPole-v1", str(file), cwd=tmp_path).stdout
    assert "PPO" in rllte("list", "agent", cwd=tmp_path).stdout


def test_the_score_is_that_of_whole_episodes_with_true_rewards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Atari learns from clipped rewards and single lives, and is scored without."""
    monkeypatch.chdir(tmp_path)
    made, make = list[bool](), run.make_env

    def spy(*args: Any, evaluation: bool = False, **kwargs: Any) -> Any:
        made.append(evaluation)
        return make(*args, evaluation=evaluation, **kwargs)

    monkeypatch.setattr(run, "make_env", spy)
    main(["train", "PPO", "CartPole-v1", "--num-envs", "2", "--num-steps", "32", "--num-train-steps", "64"])
    [file] = (tmp_path / "logs").rglob("agent_64.safetensors")
    main(["eval", "PPO", "CartPole-v1", str(file), "--episodes", "1"])
    assert made == [False, True, False, True]
    assert "mean reward of 1 episodes" in capsys.readouterr().out


def test_every_argument_is_an_option_and_a_run_goes_on(tmp_path: Path) -> None:
    small = ("ppo", "CartPole-v1", "--hidden-dim", "16", "--num-steps", "32", "--num-train-steps", "1e3")
    with_bonus = (*small, "--reward", "rnd", "--beta", "0.01", "--no-anneal-lr")
    done = rllte("train", *with_bonus, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    [file] = (tmp_path / "logs").rglob("agent_1024.safetensors")
    more = ("--resume", str(file), "--num-train-steps", "2048")
    assert rllte("train", *with_bonus, *more, cwd=tmp_path).returncode == 0
    assert list((tmp_path / "logs").rglob("agent_2048.safetensors"))
    assert "nothing is left" in rllte("train", *with_bonus, *more[:2], cwd=tmp_path).stderr
    figures = rllte("eval", "PPO", "CartPole-v1", str(file), "--hidden-dim", "16", cwd=tmp_path)
    assert "deviation" in figures.stdout, figures.stderr


def test_the_help_of_an_agent_names_its_arguments_and_every_agent_has_one(tmp_path: Path) -> None:
    words = rllte("train", "DQN", "--help", cwd=tmp_path).stdout
    assert "--epsilon-schedule" in words and "--double" in words and "--save-interval" in words
    for agent in load_all():
        if agent.primitive == "agent":
            with pytest.raises(SystemExit) as ended:
                main(["train", agent.name, "--help"])
            assert ended.value.code == 0


def test_the_list_knows_plurals_and_presets(capsys: pytest.CaptureFixture[str]) -> None:
    main(["list", "policies"])
    assert "OnPolicySharedActorCritic" in capsys.readouterr().out
    main(["list", "presets"])
    assert "PPO           CartPole-v1" in capsys.readouterr().out


def test_a_reader_that_stops_early_gets_no_traceback(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from rllte.cli import main; main()", "list"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path) as listing:
        assert listing.stdout and listing.stderr
        listing.stdout.close()
        assert listing.stderr.read() == b""
    assert listing.returncode == 141


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("PPOO", "CartPole-v1"), "'PPO'"),
        (("PPO", "CartPole-v1", "--num-envs", "0"), "num_envs is 0"),
        (("PPO", "CartPole-v1", "--num-train-steps", "0"), "num_train_steps is 0"),
        (("PPO", "CartPole-v1", "--seed", "-1"), "seed is -1"),
        (("PPO", "CartPole-v1", "--device", "foo"), "device 'foo'"),
        (("PPO", "CartPole-v1", "--log-dir", "/proc/foo"), "/proc/foo"),
        (("PPO", "Blackjack-v1"), "FlattenObservation"),
        (("PPO", "CartPole-v1", "--lrr", "1e-3"), "'--lr'"),
        (("PPO", "CartPole-v1", "--lr", "fast"), "lr is 'fast'"),
        (("PPO", "CartPole-v1", "--num-train-steps", "many"), "num_train_steps is 'many'"),
        (("PPO", "CartPole-v1", "--beta", "0.1"), "--reward"),
        (("PPO", "CartPole-v1", "--reward", "RNDD"), "'RND'"),
        (("PPO", "--env", "CartPole-v1"), "rllte train PPO CartPole-v1"),
    ],
)
def test_a_mistake_is_a_sentence(
    arguments: tuple[str, ...],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["train", *arguments])
    assert ended.value.code == 3
    assert words in capsys.readouterr().err
