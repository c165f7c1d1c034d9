"""The script as a person would have written it: a golden text, and what no value may do to it."""

import ast
import shutil
import subprocess
from pathlib import Path

import pytest

from copilot.codegen import ExperimentSpec, Module, check, plan, render
from copilot.codegen.script.render import literal
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest, UnknownName

CATALOGUE = load_catalogue()
SPEC = ExperimentSpec(
    agent="PPO",
    env_id="MountainCar-v0",
    num_envs=16,
    num_train_steps=50_000,
    agent_kwargs={"lr": 0.001, "discount": 0.99},
    train_kwargs={"anneal_lr": True},
)
GOLDEN = '''"""Train PPO on MountainCar-v0."""

import argparse

from rllte.agent import PPO
from rllte.env import make_rllte_env


def main() -> None:
    parser = argparse.ArgumentParser(description="Train PPO on MountainCar-v0.")
    parser.add_argument("--num-train-steps", type=int, default=50_000)
    parser.add_argument("--num-envs", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--log-dir", default="logs")
    args = parser.parse_args()

    env = make_rllte_env(
        "MountainCar-v0", num_envs=args.num_envs, seed=args.seed, device=args.device
    )
    eval_env = make_rllte_env("MountainCar-v0", seed=args.seed + 10_000, device=args.device)
    agent = PPO(
        env, eval_env=eval_env, seed=args.seed, device=args.device, lr=0.001, log_dir=args.log_dir
    )

    agent.train(num_train_steps=args.num_train_steps, anneal_lr=True)
    figures = agent.eval(10)
    print(f"mean reward of 10 episodes: {figures['episode_reward']:.2f}")

    env.close()
    eval_env.close()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:  # training has said where its checkpoint is
        raise SystemExit(130) from None
'''
REQUESTS = [
    "Train PPO on CartPole",
    "A2C on Pendulum, tag x",
    "PPO on Acrobot with an mlp encoder with feature dim 32, anneal the learning rate, evaluate every 5 updates",
    "PPO on CartPole with an identity encoder",
]


def test_golden() -> None:
    assert render(SPEC, CATALOGUE) == GOLDEN


@pytest.mark.parametrize("request_text", REQUESTS)
def test_it_compiles_passes_the_checks_and_is_formatted(request_text: str, tmp_path: Path) -> None:
    script = render(plan(request_text, CATALOGUE, None).spec, CATALOGUE)
    compile(script, "train.py", "exec")
    assert [item for item in check(script, CATALOGUE) if not item.ok] == []
    ruff = shutil.which("ruff")
    if ruff:
        file = tmp_path / "train.py"
        file.write_text(script)
        command = [ruff, "format", "--check", "--isolated", "--no-cache", "--line-length", "100", str(file)]
        assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_new_encoder_brings_a_policy_of_its_size() -> None:
    spec = SPEC.model_copy(update={"modules": {"encoder": Module(name="VanillaMlpEncoder")}})
    script = render(spec, CATALOGUE)
    assert "feature_dim=encoder.feature_dim" in script
    assert "agent.set(encoder=encoder, policy=policy)" in script


@pytest.mark.parametrize("tag", ['"); import os; os.system("x', "'''", "a\nb", "\\", "both \" and '"])
def test_no_value_becomes_code(tag: str) -> None:
    tree = ast.parse(render(SPEC.model_copy(update={"tag": tag, "device": tag}), CATALOGUE))
    constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert constants.count(tag) == 2
    assert [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names] == [
        "argparse"
    ]


def test_ctrl_c_ends_a_script_with_130_and_no_traceback() -> None:
    script = render(SPEC, CATALOGUE).replace("args = parser.parse_args()", "raise KeyboardInterrupt")
    with pytest.raises(SystemExit) as ended:
        exec(compile(script, "train.py", "exec"), {"__name__": "__main__"})
    assert ended.value.code == 130
    assert ended.value.__suppress_context__


def test_names_that_do_not_exist_are_refused() -> None:
    for update in ({"agent": "X"}, {"env_id": 'x""" or 1'}, {"agent_kwargs": {"x=1)#": 1}}):
        with pytest.raises(UnknownName):
            render(SPEC.model_copy(update=update), CATALOGUE)


def test_what_a_module_needs_and_nobody_gives_is_refused() -> None:
    spec = SPEC.model_copy(update={"agent_kwargs": {"lr": object()}})
    with pytest.raises(InvalidRequest):
        render(spec, CATALOGUE)


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", '"a"'), ('"', "'\"'"), (9999, "9999"), (10_000, "10_000"), (True, "True"), (None, "None"), (1e-5, "1e-05")],
)
def test_literals(value: object, text: str) -> None:
    assert literal(value) == text


def test_arguments_of_an_environment_are_written() -> None:
    assert literal({"n_bits": 15}) == '{"n_bits": 15}'
