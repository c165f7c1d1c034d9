"""Names that a request states literally: the agent, the environment, components; and names that do not exist."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from copilot.codegen.names.around import REPRODUCED, at_large
from copilot.codegen.names.environments import Mention
from copilot.codegen.once import once
from copilot.codegen.request.clauses import sentence
from copilot.codegen.request.reading import Reading, phrase_pattern
from copilot.codegen.vocabulary import (
    ALGORITHMS,
    ALSO_WORDS,
    AMBIGUOUS,
    BONUSES,
    COMPONENT_LIKE,
    COMPONENTS,
    FILLER,
    MIXER,
    MODULES,
    NEEDS_PRIMITIVE,
    PRIMITIVE_WORDS,
    RECURRENT,
    SOFT_WORDS,
    SPOKEN,
)
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest, UnknownName, nearest

EXAMPLE = "Train PPO on CartPole-v1 with 8 environments for 100k steps, seed 3"
_AGENT_ON = re.compile(
    r"\b(?:train|use|run|try)\s+(?:an?\s+|the\s+)?([A-Za-z][\w-]*)(?:\s+agent)?\s+on\b", re.IGNORECASE
)
_AGENT_CHINESE = re.compile(
    r"[用让](?:一个)?\s*([A-Za-z][\w-]*)\s*(?:智能体|算法)?\s*(?:来|去)?(?:在|训练|跑|玩|学习)", re.ASCII
)
_AGENT_WORD = re.compile(r"\b([A-Za-z][\w-]*)\s+agent\b", re.IGNORECASE)
_OF_AGENT = re.compile(
    r"(?:['’]s|\s*的|\s*那[个种]的?)?[\s-]*(?:paper|论文|residual|resnet|cnn|conv\w*|encoder|style|残差|卷积|编码器|"
    r"network(?! on)|net(?!\w)|网络)"
)
"""After the name of an agent: a part of it is meant, as in "the residual network of the IMPALA paper"."""
LENDING = frozenset({"IMPALA", "DQN", "DrQv2"})
"""Agents whose encoders have their names."""
_FINE_VARIANTS = frozenset(
    {"double", "plain", "vanilla", "standard", "ordinary", "non", "single", "deep", "recurrent", "lstm", "simple"}
)
_SLOT = re.compile(
    r"(?:augmentation|数据增强|增强|encoder|编码器|intrinsic reward|bonus|内在奖励|分布|distribution)"
    r"\s*(?:=|:|用|使用|采用|换成|改成|改为|选)\s*([A-Za-z][\w-]{2,})",
    re.IGNORECASE | re.ASCII,
)
_ATTENTION = re.compile(
    r"(?<![a-z])(?:with|using|use|uses|as|add|via|through)\s+(?:an? |the |some )?(?:[\w-]+ )?(transformers?|"
    r"self-attention|attention)(?![a-z])|"
    r"(?:用|使用|加上?|采用|换成)\s*(transformer|自?注意力)"
)
_USUAL = frozenset({"replay buffer", "replay storage", "experience replay"})
"""What every off-policy agent has: these ask for a module only as "the plain replay buffer"."""
_ORDINARY = re.compile(
    r"(?:(?<![a-z])(?:plain|ordinary|normal|vanilla|uniform|standard|usual|simple|basic)|普通的?|均匀的?|一般的?)\s*$"
)
_INNER = re.compile(r"\s*-?(?:constant|kernel|cluster|neighbou?rs?|epsilon|root|maximum|parameter)")
"""After "pseudo-count": a part of RIDE or NGU is meant."""
_AUTHORS = frozenset({"pathak", "espeholt", "mnih", "tassa"})
_BONUS_OF = re.compile(r"(?<![a-z])(?:bonus|reward|curiosity)(?:es|s)? (?:from|of|in|as in) (?:the )?$")
_BY = re.compile(r"(?<![a-z])(?:encoder|cnn|network|net|convnet)(?: (?:of|from|by|in|as in))?\s*$")
_CITED = re.compile(
    r"(?:['’]s)?\s*(?:et al|and (?:colleagues|others)|[,(]?\s*\(?(?:19|20)\d\d|(?:['’]s )?(?:paper|work|method|idea|"
    r"curiosity))|等人"
)
"""After the name of an author: a paper is told of, and no encoder asked for."""
_INSIDE = re.compile(
    r"\s*(?:inside|within)(?: of)? (?:it|its|the (?:bonus|reward|module|predictor)|rnd|icm|ride|ngu|e3b|re3)(?![a-z])"
)
"""After an encoder's name: the bonus's own is meant."""
_NEVER = frozenset({"normal", "none", "identity"})
"""Words that name a component beside its primitive alone, whatever stands before."""
_NAMED = re.compile(
    r"(?:(?<![a-z])(?:with|w/|by|using|use|plus|add|of|its|random)|用|加上?|\+|[=:：])\s*(?:an? |the )?$"
)
_NOT = re.compile(
    r"(?:(?<![a-z])(?:instead of|rather than|in place of|not|no|without|unlike|than|like|from)|而不是|不是|不要|"
    r"不用)\s*(?:an? |the )?$"
)


def agent_mentions(reading: Reading, catalogue: Catalogue) -> list[Mention]:
    """All places where an agent of the library is named, in order; they are taken."""
    odd = [(mention.start, mention.end) for mention in odd_agents(reading, catalogue)]
    found = []
    for name, phrase in _agent_phrases(catalogue):
        for match in _meant(reading, phrase):
            start, end = match.span()
            part = name in LENDING and _of_a_part(reading, start, end, catalogue)
            if part or any(start < last and first < end for first, last in odd):
                continue
            reading.take(start, end)
            found.append(Mention(name, start, end))
    return sorted(found, key=lambda mention: mention.start)


def odd_agents(reading: Reading, catalogue: Catalogue) -> list[Mention]:
    """Algorithms that are named, and not denied, which the library lacks: TRPO, QR-DQN, PPO-Lagrangian."""
    known = {phrase.lower() for _, phrase in _agent_phrases(catalogue)}
    found: list[Mention] = []
    for name in sorted(ALGORITHMS, key=lambda name: (-len(name), name)):
        for match in _meant(reading, name) if name.lower() not in known else ():
            inside = any(match.start() < other.end and other.start < match.end() for other in found)
            inside = inside or _covered(reading, match, _agent_phrases(catalogue))
            switch = name == "Q-learning" and re.search(r"double", reading.lower)
            denied = _NOT.search(reading.lower, 0, match.start())
            if not inside and not switch and not denied and not _OF_AGENT.match(reading.lower, match.end()):
                found.append(Mention(name, match.start(), match.end()))
    for match in re.finditer(r"(?<![A-Za-z0-9_])([A-Z][A-Za-z0-9]*)-(DQN|PPO|SAC|TD3|DDPG|A2C)(?![\w-])", reading.text):
        inside = any(match.start() < other.end and other.start < match.end() for other in found)
        if not inside and match[1].lower() not in _FINE_VARIANTS and match[0].lower() not in known:
            found.append(Mention(match[0], match.start(), match.end()))
    return [mention for mention in found if reading.free(mention.start, mention.end)]


def _covered(reading: Reading, match: re.Match[str], phrases: list[tuple[str, str]]) -> bool:
    """Whether a longer phrase stands around a match: the DrQ of "DrQ-v2"."""
    return any(
        found.start() <= match.start() and match.end() <= found.end()
        for _, phrase in phrases
        if len(phrase) > match.end() - match.start() and reading.lower[match.start() : match.end()] in phrase.lower()
        for found in phrase_pattern(phrase).finditer(reading.lower)
    )


def _of_a_part(reading: Reading, start: int, end: int, catalogue: Catalogue) -> bool:
    """Whether an agent's name only says which part is meant: "impala cnn", "the CNN of the DQN paper"."""
    part = _OF_AGENT.match(reading.lower, end)
    if part:
        return not (part[0].endswith(("paper", "论文")) and REPRODUCED.search(reading.lower, 0, start))
    for _, phrase in _component_phrases(catalogue):
        if len(phrase) <= end - start or not phrase.isascii() or reading.lower[start:end] not in phrase.lower():
            continue
        if any(m.start() <= start and end <= m.end() for m in phrase_pattern(phrase).finditer(reading.lower)):
            return True
    return False


def component_mentions(reading: Reading, catalogue: Catalogue, agent: str | None = None) -> list[Mention]:
    """All places where a component other than an agent is named, in order; they are taken."""
    primitives = {entry["name"]: entry["primitive"] for entry in catalogue.components}
    found = []
    for name, phrase in _component_phrases(catalogue):
        for match in _spelt(reading, phrase):
            words = PRIMITIVE_WORDS.get(primitives[name], (primitives[name],))
            beside = re.match(r"\s*-?(?:" + "|".join(words) + ")", reading.lower[match.end() :])
            around = reading.lower[slice(*sentence(reading.lower, *match.span()))]
            beside_it = primitives[name] == "augmentation" and re.search(r"augment|增强", around)
            lead = _NAMED.search(reading.lower, 0, match.start())
            alone = phrase.lower() in NEEDS_PRIMITIVE or _word(reading, match, phrase)
            slot = lead and phrase.lower() not in _NEVER and (phrase.lower() in NEEDS_PRIMITIVE or phrase in SOFT_WORDS)
            inner = _inner(reading, match, name, primitives[name], beside.end() if beside else 0)
            size = phrase == "cnn" and re.match(r"\s*(?:size|outputs?|features?|dim)", reading.lower[match.end() :])
            bonus = primitives[name] == "reward" and bool(_BONUS_OF.search(reading.lower, 0, match.start()))
            paper = (
                inner
                or size
                or (not bonus and re.match(r"(?:['’]s|\s*的)?\s*(?:paper|论文)", reading.lower[match.end() :]))
            )
            usual = phrase in _USUAL and not _ORDINARY.search(reading.lower, 0, match.start())
            if (
                _cited(reading, match, phrase)
                or (alone and not beside and not slot and not beside_it)
                or paper
                or usual
                or _names_a_size(reading, match)
            ):
                continue
            end = match.end() + (beside.end() if beside else 0)
            reading.take(match.start(), end)
            found.append(Mention(_which(name, phrase, reading, agent), match.start(), end))
    return sorted(found, key=lambda mention: mention.start)


def _cited(reading: Reading, match: re.Match[str], phrase: str) -> bool:
    """Whether an author is named for a paper, and no encoder is asked for: "curiosity (Pathak et al., 2017)"."""
    paper = phrase.lower() in _AUTHORS and _CITED.match(reading.lower, match.end())
    return bool(paper) and not _BY.search(reading.lower, 0, match.start())


def _inner(reading: Reading, match: re.Match[str], name: str, primitive: str, more: int) -> bool:
    """Whether a part of a bonus is meant: what it counts by, or the encoder inside it."""
    if name == "PseudoCounts":
        return bool(_INNER.match(reading.lower, match.end())) or _of_another(reading, match)
    return primitive == "encoder" and bool(_INSIDE.match(reading.lower, match.end() + more))


def _of_another(reading: Reading, match: re.Match[str]) -> bool:
    """Whether "pseudo counts" are what another bonus counts by: "RIDE with pseudo counts"."""
    counting = re.search(r"(?<![a-z])(?:ride|ngu)(?![a-z])", reading.lower)
    bonus = re.match(r"[\s-]*(?:bonus|reward|奖励)", reading.lower[match.end() :])
    listed = re.search(
        r"(?:[,、/]|(?<![a-z])(?:or|vs\.?|versus|against)(?![a-z])|[或还是])\s*(?:the )?$",
        reading.lower[: match.start()],
    )
    return bool(counting and not bonus and not listed and reading.text[match.start() : match.end()] != "PseudoCounts")


def _which(name: str, phrase: str, reading: Reading, agent: str | None) -> str:
    """Of two components with one name the one that goes with the agent."""
    if phrase.lower() not in AMBIGUOUS:
        return name
    pictures = re.search(r"augment|增强|drac|drdaac|数据", reading.lower) or (agent or "").startswith("Dr")
    return AMBIGUOUS[phrase.lower()][1 if pictures and not re.search(r"action|动作|explor|探索", reading.lower) else 0]


def _word(reading: Reading, match: re.Match[str], phrase: str) -> bool:
    """Whether a name that is a common word too is not spelt as the name is."""
    return phrase in ALSO_WORDS and reading.text[match.start() : match.end()] != phrase


def _spelt(reading: Reading, phrase: str) -> list[re.Match[str]]:
    """Where a phrase stands; of names that are common words in any other way only those that can be meant at all."""
    found = list(reading.find(phrase))
    return [m for m in found if not _word(reading, m, phrase) or phrase in SOFT_WORDS]


def read_agent(reading: Reading, catalogue: Catalogue) -> str | None:
    """The agent that the request names.

    Raises:
        UnknownName: it names one that the library lacks.
        InvalidRequest: it names two.
    """
    for odd in odd_agents(reading, catalogue):
        known = catalogue.names("agent")
        raise UnknownName("agent", odd.name, known, hint=_known("agents", known))
    found = {mention.name: True for mention in agent_mentions(reading, catalogue)}
    if len(found) == 1:
        found = {_with_memory(next(iter(found)), reading, catalogue): True}
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


def _is_setting(word: str) -> bool:
    return any(word.lower() in phrase.split() for phrases in SPOKEN.values() for phrase in phrases) or "_" in word


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
    mentions = component_mentions(reading, catalogue, agent)
    rewards = [mention for mention in mentions if primitives[mention.name] == "reward"]
    mentions = [mention for mention in mentions if not at_large(reading, mention, rewards)]
    _refuse_odd_component(reading, settings | ({"lstm"} if agent.endswith("LSTM") else set()), pool)
    for mention in mentions:
        name, primitive = mention.name, primitives[mention.name]
        if name == MIXER and mixed:  # "the sum of E3B and RND, a Fabric of the two"
            found[primitive] = (name, mention.end)
            continue
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
    odd += [name for name in sorted(COMPONENTS, key=lambda name: (-len(name), name)) if _asked(reading, name)]
    for match in _ATTENTION.finditer(reading.lower):
        group = 1 if match[1] else 2
        odd += [reading.text[slice(*match.span(group))]] if reading.free(*match.span(group)) else []
    for match in _SLOT.finditer(reading.text):
        lent = match[1].lower() in {name.lower() for name in LENDING} and _OF_AGENT.match(reading.lower, match.end(1))
        plain = match[1].lower() not in FILLER and not _is_setting(match[1])
        if reading.free(match.start(1), match.end(1)) and plain and not lent:
            odd.append(match[1])
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


@once
def _agent_phrases(catalogue: Catalogue) -> list[tuple[str, str]]:
    """Agents by what they are called, the longest phrases first."""
    return _phrases(catalogue.of("agent"))


@once
def _component_phrases(catalogue: Catalogue) -> list[tuple[str, str]]:
    """Other components by what they are called, the longest phrases first."""
    return _phrases(entry for entry in catalogue.components if entry["primitive"] != "agent")


def _phrases(entries: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    pairs = {
        (entry["name"], phrase)
        for entry in entries
        for said in (entry["name"], spaced(entry["name"]), *entry["aliases"], *MODULES.get(entry["name"], ()))
        for phrase in (said, *_plural(entry, said))
    }
    return sorted(pairs, key=lambda pair: (-len(pair[1]), pair))


def _plural(entry: dict[str, Any], phrase: str) -> tuple[str, ...]:
    """ "Coloured cutouts": pictures are augmented by many."""
    many = entry["primitive"] == "augmentation" and re.fullmatch(r"[a-z][a-z -]+ [a-z]*[a-rt-z]", phrase)
    return (f"{phrase}s",) if many else ()


def spaced(name: str) -> str:
    """ "random cutout color" of RandomCutoutColor; a name of capitals alone stays as it is."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return apart.lower() if " " in apart else name
