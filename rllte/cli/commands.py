"""The commands of `rllte`. torch is loaded by the command that needs it, so that `--help` answers at once."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from rllte import __version__


def main() -> None:
    """Parse, act; a user's mistake is a sentence and exit code 3."""
    parser = _parser()
    args = parser.parse_args()
    if args.command is None:
        parser.print_help()
        return
    from rllte.core.errors import RLLTEError

    try:
        {"train": _train, "eval": _eval, "list": _list}[args.command](args)
    except RLLTEError as error:
        print(f"Error: {error}", file=sys.stderr)
        raise SystemExit(3) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rllte", description="Train and evaluate reinforcement-learning agents.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command")
    train = commands.add_parser("train", help="train an agent with the tuned settings of its environment")
    train.add_argument("agent", help="for example PPO")
    train.add_argument("env_id", help="for example CartPole-v1, Breakout-v5, cartpole_balance")
    train.add_argument("--num-train-steps", type=int, help="environment steps (default: the preset's, or 100000)")
    train.add_argument("--num-envs", type=int, help="environments side by side (default: the preset's, or 8)")
    train.add_argument("--seed", type=int, default=1)
    train.add_argument("--device", default="cpu")
    train.add_argument("--log-dir", default="logs")
    evaluate = commands.add_parser("eval", help="evaluate a checkpoint that `rllte train` wrote")
    evaluate.add_argument("agent")
    evaluate.add_argument("env_id")
    evaluate.add_argument("checkpoint")
    evaluate.add_argument("--episodes", type=int, default=10)
    evaluate.add_argument("--seed", type=int, default=1)
    listing = commands.add_parser("list", help="list the components of the catalogue")
    listing.add_argument(
        "primitive", nargs="?", help="a kind: agent, encoder, policy, storage, distribution, augmentation, reward"
    )
    return parser


def _train(args: argparse.Namespace) -> None:
    agent, settings = _build(args.agent, args.env_id, args.seed, args.num_envs, args.device, args.log_dir)
    default = settings.num_train_steps if settings else 100_000
    steps = default if args.num_train_steps is None else args.num_train_steps
    agent.train(num_train_steps=steps, **(settings.train_kwargs if settings else {}))
    figures = agent.eval(num_eval_episodes=10)
    print(f"mean reward of 10 episodes: {figures['episode_reward']:.2f}{_cut(figures)}")


def _eval(args: argparse.Namespace) -> None:
    agent, _ = _build(args.agent, args.env_id, args.seed, None, "cpu", "logs")
    agent.load(args.checkpoint)
    figures = agent.eval(num_eval_episodes=args.episodes)
    print(
        f"mean reward of {args.episodes} episodes: {figures['episode_reward']:.2f} "
        f"(deviation {figures['episode_reward_std']:.2f}){_cut(figures)}"
    )


def _cut(figures: dict[str, Any]) -> str:
    number = figures.get("episodes_cut", 0)
    return f"; {number} would not end and were cut: the environment has no time limit" if number else ""


def _build(name: str, env_id: str, seed: int, num_envs: int | None, device: str, log_dir: str) -> tuple[Any, Any]:
    from rllte.core.presets import preset
    from rllte.core.registry import find
    from rllte.env.by_id import make_env

    entry = find(name, "agent")
    settings = preset(entry.name, env_id)
    default = settings.num_envs if settings else 8
    asked = settings.env_kwargs if settings else {}
    env = make_env(env_id, default if num_envs is None else num_envs, seed, device, **asked)
    kwargs = settings.agent_kwargs if settings else {}
    tag = f"{entry.name}_{env_id}".lower()
    return entry.cls(env=env, tag=tag, seed=seed, device=device, log_dir=log_dir, **kwargs), settings


def _list(args: argparse.Namespace) -> None:
    from rllte.core.errors import UnknownNameError
    from rllte.core.registry import PACKAGES, load_all

    if args.primitive not in (None, *PACKAGES):
        raise UnknownNameError("primitive", args.primitive, PACKAGES)
    for entry in load_all():
        if args.primitive in (None, entry.primitive):
            summary = (entry.cls.__doc__ or "").strip().splitlines()[0]
            print(f"{entry.primitive:12}  {entry.name:28}  {summary}")
