"""What a request leaves to be chosen among several of one name: the size of a task, which bonus is meant by "curiosity"."""

from __future__ import annotations

import re

from copilot.core.catalogue import Catalogue

MOST = 5
"""Others that a note names."""

_SIZE = re.compile(r"\d+x\d+|(?<=[SNR])\d+")
_VERSION = re.compile(r"-v\d+$")
_CURIOSITY = re.compile(r"curiosity|curious|好奇")
_OF_ICM = re.compile(r"(?<![a-z])icm(?![a-z])|intrinsic curiosity|pathak|forward|inverse")


def choices(text: str, env_id: str, reward: str | None, catalogue: Catalogue) -> list[str]:
    """A note on each choice that the words of a request do not make.

    Args:
        text: the request, in lower case.
        env_id: the environment that was taken.
        reward: the intrinsic reward that was taken, if any.
        catalogue: the library's environments and rewards.
    """
    notes = []
    others = [entry["id"] for entry in catalogue.environments if _family(entry["id"]) == _family(env_id)]
    others = [name for name in sorted(others, key=_sizes) if name != env_id]
    figures = {figure for size in _SIZE.findall(env_id) for figure in size.split("x")}
    if others and figures and not figures & set(re.findall(r"\d+", text)):
        notes.append(f"Of which size is not said; {env_id} is taken. There are also {', '.join(others[:MOST])}.")
    if reward == "ICM" and _CURIOSITY.search(text) and not _OF_ICM.search(text):
        known = [entry["name"] for entry in catalogue.components if entry["primitive"] == "reward"]
        more = ", ".join(name for name in known if name not in {"ICM", "Fabric"})
        notes.append(f"By curiosity ICM is understood; other intrinsic rewards are {more}.")
    return notes


def _family(env_id: str) -> str:
    """The id without version and sizes; ids that differ by their version alone are no family of sizes."""
    return _SIZE.sub("#", _VERSION.sub("", env_id))


def _sizes(env_id: str) -> list[int]:
    return [int(figure) for figure in re.findall(r"\d+", env_id)]
