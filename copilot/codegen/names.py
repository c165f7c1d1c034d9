"""Names that a request states literally: the agent, the environment, components; and names that do not exist."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from copilot.codegen.reading import Reading, phrase_pattern
from copilot.codegen.vocabulary import (
    ALGORITHMS,
    ALSO_WORDS,
    BONUSES,
    COMPONENT_LIKE,
    COMPONENTS,
    ENVIRONMENTS,
    FILLER,
    MIXER,
    MODULES,
    NEEDS_PRIMITIVE,
    PRIMITIVE_WORDS,
    RECURRENT,
    SPOKEN,
)
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest, UnknownName, nearest

EXAMPLE = "Train PPO on CartPole-v1 with 8 environments for 100k steps, seed 3"
_ID = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z][\w./]*(?:-[\w./]+)*-[vV]\d+(?![A-Za-z0-9_])", re.ASCII)
_VERSION = re.compile(r"[\s_-]*v(\d+)(?![\w.])")
_SIZE = re.compile(r"[\s_-]*(\d{1,2})\s?x\s?(\d{1,2})(?![\w.])")
_SIZE_BEFORE = re.compile(r"(?<![\w.])(\d{1,2})\s?x\s?(\d{1,2})\s+(?:minigrid\s+)?$")
_PLAYED = re.compile(
    r"(?:(?<![a-z])(?:on|in|play|plays|playing|atari|game|solve)[\s:]+(?:(?:the|atari|game|of)\s+)*|在|玩|训练|游戏)\s*$"
)
_AGENT_ON = re.compile(
    r"\b(?:train|use|run|try)\s+(?:an?\s+|the\s+)?([A-Za-z][\w-]*)(?:\s+agent)?\s+on\b", re.IGNORECASE
)
_AGENT_CHINESE = re.compile(
    r"[用让](?:一个)?\s*([A-Za-z][\w-]*)\s*(?:智能体|算法)?\s*(?:来|去)?(?:在|训练|跑|玩|学习)", re.ASCII
)
_AGENT_WORD = re.compile(r"\b([A-Za-z][\w-]*)\s+agent\b", re.IGNORECASE)
_ON = re.compile(r"(?<![A-Za-z])(?:on|in|solve|play)\s+(?:the\s+)?([A-Za-z][\w-]{2,})", re.IGNORECASE)


@dataclass(frozen=True)
class Mention:
    """Where a request names something, by the name that the catalogue has for it."""

    name: str
    start: int
    end: int


def agent_mentions(reading: Reading, catalogue: Catalogue) -> list[Mention]:
    """All places where an agent is named, in order; they are taken."""
    found = []
    for name, phrase in _phrases(catalogue.of("agent")):
        for match in _meant(reading, phrase):
            reading.take(match.start(), match.end())
            found.append(Mention(name, match.start(), match.end()))
    return sorted(found, key=lambda mention: mention.start)


def environment_mentions(reading: Reading, catalogue: Catalogue) -> list[Mention]:
    """All places where an environment is named, by id or by its name without version, in order; they are taken.

    Raises:
        UnknownName: an id that is not registered.
    """
    ids = [entry["id"] for entry in catalogue.environments]
    by_lower = {name.lower(): name for name in ids}
    agents = {phrase.lower() for _, phrase in _phrases(catalogue.of("agent"))}
    found = []
    for match in _ID.finditer(reading.text):
        name = by_lower.get(match[0].lower())
        if name is None and match[0].lower() in agents:
            continue  # DrQ-v2 looks like an id
        if name is None:
            raise UnknownName("environment", match[0], ids)
        reading.take(match.start(), match.end())
        found.append(Mention(name, match.start(), match.end()))
    for phrase, name, game in _environment_phrases(catalogue):
        for match in list(reading.find(phrase)):
            if not game or _PLAYED.search(reading.lower, 0, match.start()):
                mention = _exact(reading, match, name, ids)
                reading.take(mention.start, mention.end)
                found.append(mention)
    return sorted(found, key=lambda mention: mention.start)


def _exact(reading: Reading, match: re.Match[str], name: str, ids: list[str]) -> Mention:
    """The environment with the size ("DoorKey 6x6") and the version ("CartPole v1") that stand beside its name."""
    start, end = match.span()
    after, before = _SIZE.match(reading.lower, end), _SIZE_BEFORE.search(reading.lower, 0, start)
    size = after or before
    if size and re.search(r"\d+x\d+", name) and not re.search(r"\dx\d", match[0]):
        name = re.sub(r"\d+x\d+", f"{size[1]}x{size[2]}", name)
        start, end = (start, after.end()) if after else (size.start(), end)
    version = _VERSION.match(reading.lower, end)
    if version:
        name, end = f"{_base(name)}-v{version[1]}", version.end()
    known = {known.lower(): known for known in ids}.get(name.lower())
    if known is None:
        raise UnknownName("environment", name if size else reading.text[start:end], ids)
    return Mention(known, start, end)


def component_mentions(reading: Reading, catalogue: Catalogue) -> list[Mention]:
    """All places where a component other than an agent is named, in order; they are taken."""
    pool = [entry for entry in catalogue.components if entry["primitive"] != "agent"]
    primitives = {entry["name"]: entry["primitive"] for entry in pool}
    found = []
    for name, phrase in _phrases(pool):
        for match in _meant(reading, phrase):
            words = PRIMITIVE_WORDS.get(primitives[name], (primitives[name],))
            beside = re.match(r"\s*-?(?:" + "|".join(words) + ")", reading.lower[match.end() :])
            if (phrase.lower() in NEEDS_PRIMITIVE and not beside) or _names_a_size(reading, match):
                continue
            end = match.end() + (beside.end() if beside else 0)
            reading.take(match.start(), end)
            found.append(Mention(name, match.start(), end))
    return sorted(found, key=lambda mention: mention.start)


def read_agent(reading: Reading, catalogue: Catalogue) -> str | None:
    """The agent that the request names.

    Raises:
        UnknownName: it names one that the library lacks.
        InvalidRequest: it names two.
    """
    found = {mention.name: True for mention in agent_mentions(reading, catalogue)}
    if len(found) == 1:
        found = {_with_memory(next(iter(found)), reading, catalogue): True}
    for name in sorted(ALGORITHMS, key=len, reverse=True):
        if _asked(reading, name):
            raise UnknownName("agent", name, catalogue.names("agent"), hint=_known("agents", catalogue.names("agent")))
    if len(found) > 1:
        raise InvalidRequest(
            f"The request names {len(found)} agents: {', '.join(found)}.", hint="Ask for one at a time."
        )
    if not found:
        _refuse_odd_agent(reading, catalogue)
    return next(iter(found), None)


def _with_memory(agent: str, reading: Reading, catalogue: Catalogue) -> str:
    """The agent's version with an LSTM, if there is one and the request asks for a memory in any words."""
    versions = [name for name in catalogue.names("agent") if name.lower() == f"{agent}lstm".lower()]
    for match in [match for word in RECURRENT for match in reading.find(word)] if versions else []:
        network = re.match(r"[\s-]*(?:policy|network|layer|version|神经网络|网络)", reading.lower[match.end() :])
        reading.take(match.start(), match.end() + (network.end() if network else 0))
        agent = versions[0]
    return agent


def _asked(reading: Reading, name: str) -> bool:
    return bool(_meant(reading, name))


def _meant(reading: Reading, phrase: str) -> list[re.Match[str]]:
    """Where a phrase stands; of names that are common words too, only where it is spelt as the name is."""
    found = list(reading.find(phrase))
    return [m for m in found if phrase not in ALSO_WORDS or reading.text[m.start() : m.end()] == phrase]


def _refuse_odd_agent(reading: Reading, catalogue: Catalogue) -> None:
    known = catalogue.names("agent")
    others = {name.lower(): name for name in ALGORITHMS - COMPONENTS}
    for pattern in (_AGENT_ON, _AGENT_WORD, _AGENT_CHINESE):
        for match in pattern.finditer(reading.text):
            word = match[1]
            if word.lower() in others and reading.free(match.start(1), match.end(1)):
                raise UnknownName("agent", others[word.lower()], known, hint=_known("agents", known))
            capitals = sum(c.isupper() for c in word) > 1
            close = nearest(word, known) and len(word) > 1
            if reading.free(match.start(1), match.end(1)) and word.lower() not in FILLER and (capitals or close):
                raise UnknownName("agent", word, known)
    for match in re.finditer(r"(?<![A-Za-z0-9_-])[A-Z][A-Z0-9]{1,6}(?![A-Za-z0-9_-])", reading.text):
        if reading.free(match.start(), match.end()) and nearest(match[0], known) and match[0].lower() not in FILLER:
            raise UnknownName("agent", match[0], known)


def read_environment(reading: Reading, catalogue: Catalogue) -> str | None:
    """The environment that the request names, by id or by its name without version.

    Raises:
        UnknownName: it names one that is not registered.
        InvalidRequest: it names two.
    """
    ids = [entry["id"] for entry in catalogue.environments]
    found = {mention.name: True for mention in environment_mentions(reading, catalogue)}
    if len(found) > 1:
        listed = ", ".join(found)
        raise InvalidRequest(f"The request names {len(found)} environments: {listed}.", hint="Ask for one at a time.")
    if not found:
        _refuse_odd_environment(reading, ids)
    return next(iter(found), None)


def _base(env_id: str) -> str:
    """An id without its version; ids of the DeepMind Control Suite have none."""
    return env_id.rpartition("-v")[0] or env_id


def _environment_phrases(catalogue: Catalogue) -> list[tuple[str, str, bool]]:
    """What people call an environment, its id, and whether it is a game whose name is a word like others; longest first."""
    newest: dict[str, tuple[str, bool]] = {}
    rows = [(entry["suite"] == "atari", entry["id"]) for entry in catalogue.environments]
    for game, name in sorted(
        rows, key=lambda row: (not row[0], int(row[1].rpartition("-v")[2] or 0) if "-v" in row[1] else 0)
    ):
        newest[_base(name)] = (name, game)  # of two of one name, not the game
    phrases = []
    for base, (name, game) in newest.items():
        spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", base.rpartition("/")[2])
        phrases += [(phrase, name, game) for phrase in (spaced, base, *ENVIRONMENTS.get(base, ()))]
        suite, _, short = base.partition("-")
        if suite in {"MiniGrid", "BabyAI"} and short:  # "DoorKey 6x6"; one without a number is a word like others
            apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", short)
            phrases += [(phrase, name, not re.search(r"\d", short)) for phrase in (short, apart)]
    return sorted(phrases, key=lambda item: len(item[0]), reverse=True)


def _refuse_odd_environment(reading: Reading, ids: list[str]) -> None:
    bases = {_base(name).lower() for name in ids}
    for match in _ON.finditer(reading.text):
        word = match[1]
        odd = word[0].isupper() or nearest(word, bases)
        device = re.fullmatch(r"(?i)cpu|gpu|cuda|mps|npu", word)
        if odd and not device and reading.free(match.start(1), match.end(1)) and word.lower() not in FILLER:
            raise UnknownName("environment", word, ids)


def read_components(reading: Reading, catalogue: Catalogue, agent: str) -> tuple[dict[str, tuple[str, int]], list[str]]:
    """Components other than agents: name and where the mention ends, by primitive; and the rewards that a mixer mixes.

    Raises:
        UnknownName: a component-like name that the catalogue lacks.
        InvalidRequest: two components for one place, or a mixer with nothing to mix.
    """
    found: dict[str, tuple[str, int]] = {}
    mixed: list[str] = []
    primitives = {entry["name"]: entry["primitive"] for entry in catalogue.components}
    pool = [entry for entry in catalogue.components if entry["primitive"] != "agent"]
    settings = {alias for parameter in catalogue.component(agent)["parameters"] for alias in parameter["aliases"]}
    _refuse_odd_component(reading, settings, pool)
    for mention in component_mentions(reading, catalogue):
        name, primitive = mention.name, primitives[mention.name]
        if primitive == "reward" and name != MIXER and name not in mixed:
            mixed.append(name)
        elif found.get(primitive, (name, 0))[0] != name:
            raise InvalidRequest(
                f"The request names two components for {primitive}: {found[primitive][0]} and {name}.",
                hint="Ask for one of them.",
            )
        found[primitive] = (name, mention.end)
    if found.get("reward", ("", 0))[0] == MIXER and len(mixed) < 2:
        raise InvalidRequest(f"{MIXER} adds several intrinsic rewards up.", hint=f"Name them: {MIXER} of RE3 and ICM.")
    if len(mixed) > 1:
        found["reward"] = (MIXER, found["reward"][1])
    return found, sorted(mixed) if len(mixed) > 1 else []


def _names_a_size(reading: Reading, found: re.Match[str]) -> bool:
    """Whether the words go on to a longer name of a setting: a "replay buffer size" is no replay buffer."""
    longer = (phrase_pattern(phrase).match(reading.lower, found.start()) for phrase in SPOKEN["storage_size"])
    return any(match and match.end() > found.end() for match in longer)


def _refuse_odd_component(reading: Reading, settings: set[str], pool: list[dict[str, Any]]) -> None:
    known = [entry["name"] for entry in pool]
    odd = [match[0] for match in COMPONENT_LIKE.finditer(reading.text) if reading.free(match.start(), match.end())]
    odd += [name for name in sorted(COMPONENTS) if _asked(reading, name)]
    fine = {name.lower() for name in known} | settings  # components, and what the agent calls one of its settings
    aliases = {alias for entry in pool for alias in entry["aliases"]}
    for name in odd:
        if name.lower() in fine or name in aliases:
            continue
        same = [entry["name"] for entry in pool for alias in entry["aliases"] if alias.replace(" ", "") == name.lower()]
        rewards = [entry["name"] for entry in pool if entry["primitive"] == "reward"]
        listed = _known("intrinsic rewards", rewards) if name in BONUSES else _known("components", known)
        hint = f"The library's own is {same[0]!r}." if same else listed
        raise UnknownName("component", name, known, hint=hint)


def _known(what: str, names: Iterable[str]) -> str:
    return f"This version has the {what} {', '.join(sorted(names))}."


def _phrases(entries: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    pairs = [
        (entry["name"], phrase)
        for entry in entries
        for phrase in (entry["name"], *entry["aliases"], *MODULES.get(entry["name"], ()))
    ]
    return sorted(pairs, key=lambda pair: len(pair[1]), reverse=True)
