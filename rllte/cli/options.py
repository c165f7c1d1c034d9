"""Options of the command line that an agent declares: every argument of its constructor and of `train`.

`Annotated[int, Param("steps per environment between updates")]` named `num_steps` is `--num-steps 64`. Ranges are compared
where all values are: in the constructor.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from rllte.core.errors import RLLTEError, UnknownNameError
from rllte.core.registry import Component, find, parameters

PLAIN = {"int", "float", "str", "bool", "None"}
GIVEN_ELSEWHERE = {"tag", "seed", "device", "log_dir", "num_train_steps"}
"""Arguments that the command has already, or makes itself."""


def parse(
    parser: argparse.ArgumentParser, words: Sequence[str]
) -> tuple[argparse.Namespace, dict[str, Any], dict[str, Any]]:
    """Parse with the options of the agent among the words, and return what was given of its constructor and of `train`.

    Raises:
        RLLTEError: an option that there is not.
    """
    agent = _agent_in(words)
    of_agent = of_training = ()
    if agent is not None:
        title = f"arguments of {agent.name} (its default; a preset's value goes before it)"
        of_agent = _add(parser, parameters(agent.cls.__init__), title)
        if parser.prog == "rllte train":
            of_training = _add(parser, parameters(agent.cls.train), "arguments of training")
    args, rest = parser.parse_known_args(words)
    find(args.agent, "agent")
    _refuse(parser, rest)
    given = vars(args)
    arguments, training = ({name: given[name] for name in names if name in given} for names in (of_agent, of_training))
    return args, arguments, training


def _agent_in(words: Sequence[str]) -> Component | None:
    """The first word that names an agent."""
    for word in words:
        with suppress(RLLTEError):
            return find(word, "agent")
    return None


def _add(parser: argparse.ArgumentParser, rows: list[dict[str, Any]], title: str) -> list[str]:
    """Add an option for each parameter with a plain value, and return their names.

    Args:
        parser: of a command.
        rows: as `rllte.core.registry.parameters` gives them.
        title: of the group in the help.
    """
    group = parser.add_argument_group(title)
    plain = [row for row in rows if set(row["type"].split(" | ")) <= PLAIN and row["name"] not in GIVEN_ELSEWHERE]
    for row in plain:
        names = ["--" + name.replace("_", "-").replace(" ", "-") for name in (row["name"], *row["aliases"])]
        words = f"{row['doc']} ({row['default']})".replace("%", "%%")
        if row["type"] == "bool":
            kind: dict[str, Any] = {"action": argparse.BooleanOptionalAction}
        else:
            kind = {"metavar": "VALUE", "type": reader(row["type"])}
        group.add_argument(*names, dest=row["name"], default=argparse.SUPPRESS, help=words, **kind)
    return [row["name"] for row in plain]


def _refuse(parser: argparse.ArgumentParser, rest: Sequence[str]) -> None:
    """What no option took is a mistake.

    Raises:
        UnknownNameError: with the nearest option, or where the agent and the environment stand.
    """
    unknown = [word.split("=")[0] for word in rest if word.startswith("--")] or list(rest)
    if not unknown:
        return
    if unknown[0] in ("--agent", "--env", "--env-id", "--env_id", "--algo"):
        raise RLLTEError(f"Agent and environment stand without {unknown[0]}: {parser.prog} PPO CartPole-v1.")
    known = [name for action in parser._actions for name in action.option_strings]
    raise UnknownNameError(f"option of `{parser.prog}`", unknown[0], known)


def reader(kinds: str) -> Callable[[str], Any]:
    """Turns a word into the first of the kinds that it can be; what it cannot be, the constructor refuses by name.

    Args:
        kinds: as a signature is written, for example `int | None`.
    """
    allowed = kinds.split(" | ")

    def read(text: str) -> Any:
        if "None" in allowed and text.lower() == "none":
            return None
        if "int" in allowed:
            with suppress(ValueError, OverflowError):
                return int(text) if not {"e", "."} & set(text.lower()) else _whole(float(text))
        if "float" in allowed:
            with suppress(ValueError):
                return float(text)
        return text

    return read


def _whole(number: float) -> int | float:
    """1e6 is a whole number too."""
    return int(number) if number == int(number) else number
