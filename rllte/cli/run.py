"""`rllte train` and `rllte eval`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from rllte.cli import options
from rllte.core.errors import ParameterError
from rllte.core.presets import Preset, preset
from rllte.core.registry import find
from rllte.env.by_id import make_env

NUMBER = options.reader("int")  # 1e5 and 100_000, too


def train(words: Sequence[str]) -> None:
    """Train with the preset of the pair, and with what the command line says otherwise; then evaluate."""
    parser = _parser("train")
    parser.add_argument(
        "--num-train-steps", type=NUMBER, metavar="N", help="environment steps in all (the preset's, or 100000)"
    )
    parser.add_argument("--num-envs", type=NUMBER, metavar="N", help="environments side by side (the preset's, or 8)")
    parser.add_argument("--device", default="cpu", help="auto, cpu, cuda, cuda:N, npu or mps (cpu)")
    parser.add_argument("--log-dir", default="logs", metavar="FOLDER", help="parent of the run folders (logs)")
    parser.add_argument(
        "--reward", metavar="NAME", help="an intrinsic reward, for example RND; see `rllte list reward`"
    )
    parser.add_argument(
        "--beta",
        type=options.reader("float"),
        metavar="WEIGHT",
        help="of the intrinsic reward (the preset's, or its own)",
    )
    parser.add_argument(
        "--resume", metavar="CHECKPOINT", help="go on from a checkpoint of a run with the same options, to its end"
    )
    args, arguments, of_training = options.parse(parser, words)
    agent, settings = _agent(args, arguments, args.num_envs, args.device, args.log_dir)
    if args.reward is None and args.beta is not None:
        raise ParameterError(f"beta is {args.beta}, and there is nothing to weigh; add --reward NAME, for example RND.")
    if args.reward is not None:
        reward = find(args.reward, "reward")
        measured = settings.rewards.get(reward.name, {}) if settings else {}
        weight = {} if args.beta is None else {"beta": args.beta}
        agent.set(reward=reward.cls(agent.env, device=args.device, **{**measured, **weight}))
    default = settings.num_train_steps if settings else 100_000
    tuned = settings.train_kwargs if settings else {}
    steps = default if args.num_train_steps is None else args.num_train_steps
    if args.resume is not None:
        steps = _left(agent, args.resume, steps)
    agent.train(num_train_steps=steps, **{**tuned, **of_training})
    figures = _score(agent, args, settings, args.device, 10)
    print(f"mean reward of 10 episodes: {figures['episode_reward']:.2f}{_cut(figures)}")


def _left(agent: Any, checkpoint: str, steps: Any) -> Any:
    """Load, and return how many of the steps are still to be made."""
    agent.load(checkpoint)
    if not isinstance(steps, int):
        return steps  # which `train` refuses
    if agent.global_step >= steps:
        raise ParameterError(
            f"{checkpoint} has {agent.global_step} steps already, and --num-train-steps is {steps}: nothing is left. "
            "Give a larger number; it counts from the very start."
        )
    return steps - agent.global_step


def evaluate(words: Sequence[str]) -> None:
    """Evaluate a checkpoint in an agent that is built as `train` builds it."""
    parser = _parser("eval")
    parser.add_argument("checkpoint", metavar="CHECKPOINT", help="a .safetensors file of the run")
    parser.add_argument("--episodes", type=NUMBER, default=10, metavar="N", help="how many (10)")
    args, arguments, _ = options.parse(parser, words)
    agent, settings = _agent(args, arguments, None, "cpu", "logs")
    agent.load(args.checkpoint)
    figures = _score(agent, args, settings, "cpu", args.episodes)
    print(
        f"mean reward of {args.episodes} episodes: {figures['episode_reward']:.2f} "
        f"(deviation {figures['episode_reward_std']:.2f}){_cut(figures)}"
    )


def _parser(command: str) -> argparse.ArgumentParser:
    checkpoint = " CHECKPOINT" if command == "eval" else ""
    parser = argparse.ArgumentParser(
        prog=f"rllte {command}",
        usage=f"%(prog)s AGENT ENV_ID{checkpoint} [options]",
        epilog=f"`rllte {command} PPO --help` lists the arguments of PPO, too: each is an option.",
        allow_abbrev=False,
    )
    parser.add_argument("agent", metavar="AGENT", help="for example PPO; `rllte list agent` names all")
    parser.add_argument("env_id", metavar="ENV_ID", help="for example CartPole-v1, Breakout-v5, cartpole_balance")
    parser.add_argument("--seed", type=NUMBER, default=1, metavar="N", help="of agent and environments (1)")
    return parser


def _agent(
    args: argparse.Namespace, arguments: dict[str, Any], num_envs: int | None, device: str, log_dir: str
) -> tuple[Any, Preset | None]:
    """An agent with the preset of the pair, and the arguments given before it; and the preset, if there is one."""
    entry = find(args.agent, "agent")
    settings = preset(entry.name, args.env_id)
    default = settings.num_envs if settings else 8
    of_env = settings.env_kwargs if settings else {}
    env = make_env(args.env_id, default if num_envs is None else num_envs, args.seed, device, **of_env)
    tuned = settings.agent_kwargs if settings else {}
    tag = f"{entry.name}_{args.env_id}".lower()
    kwargs = {**tuned, **arguments}
    return entry.cls(env=env, tag=tag, seed=args.seed, device=device, log_dir=log_dir, **kwargs), settings


def _score(agent: Any, args: argparse.Namespace, settings: Preset | None, device: str, episodes: int) -> dict[str, Any]:
    """Evaluate where scores are true and episodes whole, in whatever form the agent has learned (Atari's is another)."""
    of_env = settings.env_kwargs if settings else {}
    agent.eval_env = make_env(args.env_id, agent.env.num_envs, args.seed, device, evaluation=True, **of_env)
    figures: dict[str, Any] = agent.eval(num_eval_episodes=episodes)
    return figures


def _cut(figures: dict[str, Any]) -> str:
    number = figures.get("episodes_cut", 0)
    return f"; {number} would not end and were cut: the environment has no time limit" if number else ""
