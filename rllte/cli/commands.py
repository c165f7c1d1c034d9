"""The commands of `rllte`. torch is loaded by the command that needs it, so that `--help` answers at once."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from rllte import __version__


def main(words: Sequence[str] | None = None) -> None:
    """Parse, act; a user's mistake is a sentence and exit code 3.

    Args:
        words: of the command line, without the program's name; None takes the process's own.
    """
    words = sys.argv[1:] if words is None else words
    if not words:
        _parser().print_help()
        return
    from rllte.core.errors import RLLTEError

    try:
        if words[0] in ("train", "eval"):
            from rllte.cli.run import evaluate, train

            (train if words[0] == "train" else evaluate)(words[1:])
        else:
            _list(_parser().parse_args(words).primitive)
            sys.stdout.flush()
    except RLLTEError as error:
        print(f"Error: {error}", file=sys.stderr)
        raise SystemExit(3) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:  # `rllte list | head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or closing it at the exit fails once more
        raise SystemExit(141) from None


def _parser() -> argparse.ArgumentParser:
    """Of the first word; `train` and `eval` have parsers of their own, whose options depend on the agent."""
    parser = argparse.ArgumentParser(prog="rllte", description="Train and evaluate reinforcement-learning agents.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("train", help="train an agent with the tuned settings of its environment")
    commands.add_parser("eval", help="evaluate a checkpoint that `rllte train` wrote")
    listing = commands.add_parser("list", help="list the components of the catalogue, or the presets")
    kinds = "agent, encoder, policy, storage, distribution, augmentation or reward; or preset"
    listing.add_argument("primitive", nargs="?", help=f"only a kind: {kinds}")
    return parser


def _list(asked: str | None) -> None:
    """Print every component, those of one primitive (in singular or plural), or the presets."""
    from rllte.core.errors import UnknownNameError
    from rllte.core.presets import PRESETS
    from rllte.core.registry import PACKAGES, load_all

    plurals = {"policies": "policy", **{f"{primitive}s": primitive for primitive in (*PACKAGES, "preset")}}
    primitive = plurals.get(asked or "", asked)
    if primitive == "preset":
        for settings in PRESETS:
            print(f"{settings.agent:12}  {settings.env_id:24}  {settings.num_train_steps:>9,} steps")
        return
    if primitive not in (None, *PACKAGES):
        raise UnknownNameError("primitive", primitive, [*PACKAGES, "preset"])
    for entry in load_all():
        if primitive in (None, entry.primitive):
            summary = (entry.cls.__doc__ or "").strip().splitlines()[0]
            print(f"{entry.primitive:12}  {entry.name:28}  {summary}")
