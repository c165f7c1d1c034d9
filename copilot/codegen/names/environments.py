"""Environments that a request names: by id, by their name without version in any spelling, and names that do not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from copilot.codegen.names.tasks import COMMON_WORDS, ENVIRONMENTS, FAMILIES, NEVER_ALONE, VARIANTS
from copilot.codegen.once import once
from copilot.codegen.patterns import BEGINS
from copilot.codegen.request.reading import Reading
from copilot.codegen.vocabulary import ALGORITHMS, FILLER
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest, UnknownName, nearest

_ID = re.compile(
    r"(?<![A-Za-z0-9_])(?:[A-Za-z][\w./]*(?:-[\w./]+)*-[vV]\d+|(?:ALE/)?[A-Za-z]\w*[Nn]o[Ff]rameskip)(?![A-Za-z0-9_]|-[vV]\d)",
    re.ASCII,
)
"""Of a game without frame skip there is one version, so that nobody need name it."""
_VERSION = re.compile(r"[\s_-]*v(\d+)(?![\w.])")
_SIZE = re.compile(r"[\s_-]*(\d{1,2})\s?[x×*]\s?(\d{1,2})(?![\w.])")
_SIZE_BEFORE = re.compile(r"(?<![\w.])(\d{1,2})\s?[x×*]\s?(\d{1,2})\s+(?:minigrid\s+)?$")
_PLAYED = re.compile(
    r"(?:(?<![a-z])(?:on|in|at|for|through|play|plays|playing|atari|atari['’]s|game|solve|solves|solving|master|beat|tackle|"
    r"learn|learns|minigrid|minigrid['’]s|env|environment|task)[\s:=]+(?:(?:the|atari|atari['’]s|game|of|called|named)\s+)*|"
    r"在|玩|打|训练|游戏|环境|任务|跑|学)[\s:：=\"'《]*$"
)
_PLAYED_AFTER = re.compile(
    r"\s*(?:the\s+)?(?:game|env|environment|task|from atari)(?![a-z])|\s*(?:这个)?(?:游戏|环境|任务)"
)
_LINKED = re.compile(
    r"\s*(?:[,/、&+|]|and|or|vs\.?|versus|against|as well as(?: on)?|和|与|跟|及|以及|或)[\s]*(?:on|in)?\s*"
)
_TOKEN = re.compile(r"[A-Za-z0-9]+")
_BETWEEN = re.compile(r"[\s\-_.*'’:/的]{0,3}")
_LONGEST = 7
_ON = re.compile(
    r"(?<![A-Za-z])(?:on|in|at|solve|play|playing|master|beat|game|games)\s+(?:the\s+|called\s+|named\s+|atari\s+|"
    r"game\s+|of\s+)*(?P<en>[A-Za-z][\w-]{2,})|"
    r"(?:[在玩打]|训练|通关|环境[是为:：]?|游戏[是为:：]?)\s*(?P<zh>[A-Za-z][\w-]{2,})",
    re.IGNORECASE | re.ASCII,
)
_VARIANT_AFTER = (
    r"[\s\-–,(\"'”’]*(?:的|(?:with|in|of|its|the|and|version|variant)\s+)*(?:{})(?:的?(?:动作)?(?:版本?|变体)|"
    r"[\s-]+(?:version|variant|one|mode|task|edition))?\s*\)?"
)
_VARIANT_BEFORE = (
    r"(?:{})(?:的?(?:版本?|变体)的?|(?:[\s-]+(?:version|variant|verson|mode|edition|form))?(?:\s+of)?(?:\s+(?:the|"
    r"a))?)[\s-]*$"
)
_AS_VERSION = (
    r"(?:[\s-]+(?:version|variant|one|mode|edition|form|level|task|setting|map|grid|lake|board|layout)(?:\s+of\s+(?:it|that|this|the\s+[a-z]+))?|"
    r"的?(?:版本?|变体|模式))"
)
_NO = re.compile(r"(?:(?<![a-z])(?:not|no|non|without|isn['’]t|un)|不|无|(?<![分特区类级])别|没有?)[\s-]*$")

_SPARED = re.compile(
    r"[^.;,()]{0,40}(?<![a-z])(?:would|(?:is|seems|looks|feels) (?:far |much |way )?too|can wait|comes later|"
    r"scares?|later)(?![a-z])|"
    r"[^。；，()]{0,12}(?:太难|以后再说)"
)
"""After a version that is only told of: "the hardcore one would make him cry"."""


@dataclass(frozen=True)
class Mention:
    """Where a request names something, by the name that the catalogue has for it."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class _Named:
    """A name without blanks and signs, and the id that it stands for."""

    name: str
    common: bool
    """Whether it is a word like others."""


def environment_mentions(reading: Reading, catalogue: Catalogue) -> list[Mention]:
    """All places where an environment is named, by id or by its name without version, in order; they are taken.

    Raises:
        UnknownName: an id that is not registered.
    """
    found = list(_ids(reading, catalogue))
    for mention in found:
        reading.take(mention.start, mention.end)
    words = list(_spoken(reading, catalogue))
    sure = [*found, *(mention for mention, common in words if not common)]
    kept = [*found]
    for mention, common in words:
        if not common or (_beside(reading, mention, found) if found else _meant(reading, mention, sure)):
            exact = _variant(reading, _exact(reading, mention, catalogue))
            if reading.free(exact.start, exact.end):
                reading.take(exact.start, exact.end)
                kept.append(exact)
    return sorted(kept, key=lambda mention: mention.start)


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
        refuse_odd_environment(reading, ids)
    named = next(iter(found), None)
    return other_version(reading, named, back=False) if named else None


def _ids(reading: Reading, catalogue: Catalogue) -> Iterator[Mention]:
    by_lower = {entry["id"].lower(): entry["id"] for entry in catalogue.environments}
    agents = {phrase.lower() for entry in catalogue.of("agent") for phrase in (entry["name"], *entry["aliases"])}
    agents |= {name.lower() for name in ALGORITHMS}
    for match in _ID.finditer(reading.text):
        said = match[0]
        if said.lower() in agents:
            continue  # DrQ-v2 looks like an id
        for prefix in re.finditer(r"/", said):  # "ppo/Pong-v5": a list
            if said[: prefix.start()].lower() in agents:
                said = said[prefix.end() :]
                break
        start = match.end() - len(said)
        name = by_lower.get(said.lower()) or by_lower.get(re.sub(r"^ale/", "", said.lower()))
        game = re.fullmatch(r"(?:ale/)?(\w+)noframeskip(?:-v4)?", said.lower())
        if game and (known := by_lower.get(f"{game[1]}-v5")):
            name = f"{known.removesuffix('-v5')}NoFrameskip-v4"
        if name is None:
            raise UnknownName("environment", said, list(by_lower.values()))
        yield Mention(name, start, match.end())


def _spoken(reading: Reading, catalogue: Catalogue) -> Iterator[tuple[Mention, bool]]:
    """Names without versions, the longest at each place; each with whether it is a common word."""
    english, chinese = _names(catalogue)
    tokens = list(_TOKEN.finditer(reading.text))
    for phrase, family in FAMILIES.items():
        tokens += [match for match in re.finditer(phrase, reading.text) if family]
    tokens.sort(key=lambda match: match.start())
    taken: list[tuple[int, int]] = []
    for phrase, name in chinese:
        for match in re.finditer(re.escape(phrase), reading.text):
            free = all(match.end() <= start or end <= match.start() for start, end in taken)
            sized = phrase in FAMILIES and _SIZE.match(reading.text, match.end())
            if free and not sized and reading.free(match.start(), match.end()):
                taken.append(match.span())
                yield Mention(name, match.start(), match.end()), phrase in {"拳击", "网球", "滑雪", "保龄球"}
    index = 0
    while index < len(tokens):
        length, named = _longest(reading, tokens, index, english)
        start, end = tokens[index].start(), tokens[index + length - 1].end()
        free = all(end <= first or last <= start for first, last in taken)
        joined = reading.text[end : end + 1] == "_" or reading.text[start - 1 : start] == "_"
        if named is not None and free and not joined and reading.free(start, end):
            yield Mention(named.name, start, end), named.common
        index += length if named is not None else 1


def _longest(
    reading: Reading, tokens: list[re.Match[str]], index: int, names: dict[str, _Named]
) -> tuple[int, _Named | None]:
    """How many tokens from `index` on make up a name, and which."""
    best: tuple[int, _Named | None] = (1, None)
    key = ""
    for count, token in enumerate(tokens[index : index + _LONGEST]):
        before = reading.text[tokens[index + count - 1].end() : token.start()] if count else ""
        if not _BETWEEN.fullmatch(before):
            break
        part = FAMILIES.get(token[0], token[0]).lower()
        if not (part == "s" and before.endswith(("'", "’"))):
            key += part
        if key in names:
            best = (count + 1, names[key])
    return best


@once
def _names(catalogue: Catalogue) -> tuple[dict[str, _Named], list[tuple[str, str]]]:
    """English names without blanks and signs, and Chinese ones with their ids, the longest first."""
    english: dict[str, _Named] = {}
    chinese = []
    rows = [(entry["suite"] == "atari", entry["id"]) for entry in catalogue.environments]
    newest: dict[str, str] = {}
    for _, name in sorted(rows, key=lambda row: (not row[0], _number(row[1]))):
        newest[base(name)] = name  # of two of one name, not the game
    for stem, name in newest.items():
        suite, _, short = stem.partition("-")
        spoken = [stem, stem.rpartition("/")[2], *ENVIRONMENTS.get(stem, ())]
        if suite == "MiniGrid":
            spoken += [short, f"minigrid {short}"]
        for phrase in spoken:
            if not phrase.isascii():
                chinese.append((phrase, name))
            key = squeezed(phrase)
            if phrase.isascii() and (key not in english or phrase == stem):
                english[key] = _Named(name, key in COMMON_WORDS)
    return english, sorted(chinese, key=lambda row: -len(row[0]))


def squeezed(phrase: str) -> str:
    """In small letters, without blanks and signs."""
    return re.sub(r"[^a-z0-9]", "", phrase.lower())


def _number(name: str) -> int:
    version = name.rpartition("-v")[2] if "-v" in name else "0"
    return int(version) if version.isdigit() else 0


def base(env_id: str) -> str:
    """An id without its version; ids of the DeepMind Control Suite have none."""
    return env_id.rpartition("-v")[0] or env_id


def _beside(reading: Reading, mention: Mention, ids: list[Mention]) -> bool:
    """Whether a word like others stands in a list with ids: "a tutorial on memory" beside an id names nothing."""
    spans = [(min(m.end, mention.end), max(m.start, mention.start)) for m in ids]
    return any(_LINKED.fullmatch(reading.lower[start:end]) for start, end in spans)


def _meant(reading: Reading, mention: Mention, sure: list[Mention]) -> bool:
    """Whether a word like others is meant as a name."""
    word = reading.text[mention.start : mention.end]
    if _PLAYED.search(reading.lower, 0, mention.start) or _PLAYED_AFTER.match(reading.lower, mention.end):
        return True
    if re.match(r"\s+of\s", reading.lower[mention.end :]):
        return False
    alone = word.lower() in NEVER_ALONE and not word[0].isupper()
    if not alone and any(
        _LINKED.fullmatch(reading.lower[min(m.end, mention.end) : max(m.start, mention.start)]) for m in sure
    ):
        return True
    if word[0].isupper() or not word.isascii():
        return not sure or not re.search(r"(?:^|[.!?]\s+)$", reading.text[: mention.start])
    return not sure and word.lower() not in NEVER_ALONE


def _exact(reading: Reading, mention: Mention, catalogue: Catalogue) -> Mention:
    """The environment with the size ("DoorKey 6x6") and the version ("CartPole v1") that stand beside its name."""
    start, end, name = mention.start, mention.end, mention.name
    after, before = _SIZE.match(reading.lower, end), _SIZE_BEFORE.search(reading.lower, 0, start)
    size = after or before
    if size and re.search(r"\d+x\d+", name) and not re.search(r"\dx\d", reading.lower[start:end]):
        name = re.sub(r"\d+x\d+", f"{size[1]}x{size[2]}", name)
        start, end = (start, after.end()) if after else (size.start(), end)
    version = _VERSION.match(reading.lower, end)
    if version:
        name, end = f"{base(name)}-v{version[1]}", version.end()
    ids = [entry["id"] for entry in catalogue.environments]
    known = {known.lower(): known for known in ids}.get(name.lower())
    if known is None:
        raise UnknownName("environment", name if size else reading.text[start:end], ids)
    return Mention(known, start, end)


def _variant(reading: Reading, mention: Mention) -> Mention:
    """Another environment where the words beside the name say so: "the hardcore version of", "with continuous actions"."""
    for words, others in VARIANTS.values():
        other = others.get(mention.name)
        if other is None:
            continue
        after = re.compile(_VARIANT_AFTER.format(words)).match(reading.lower, mention.end)
        before = re.search(_VARIANT_BEFORE.format(words), reading.lower[: mention.start])
        found = after or before
        if found is None or _NO.search(reading.lower, 0, found.start()) or (after and _denied(after[0])):
            continue
        span = (mention.start, after.end()) if after else (found.start(), mention.end)
        return replace(mention, name=other, start=span[0], end=span[1])
    return mention


def other_version(reading: Reading, env_id: str, *, back: bool = True) -> str:
    """The environment that "the hardcore version" means, said of `env_id`, or with a denial the one that it is of."""
    for words, others in VARIANTS.values():
        other = others.get(env_id) or next((first for first, last in others.items() if back and last == env_id), env_id)
        to_other = env_id in others
        for match in re.finditer(rf"{BEGINS}(?:{words}){_AS_VERSION}" if other != env_id else "(?!)", reading.lower):
            spared = _NO.search(reading.lower, 0, match.start()) or _SPARED.match(reading.lower, match.end())
            if bool(spared) != to_other and reading.free(*match.span()):
                reading.take(*match.span())
                return other
    return env_id


def variant_said(text: str, env_id: str) -> str:
    """The variant of an environment that a text in small letters asks for anywhere: "with continuous thrusters"."""
    for words, others in VARIANTS.values():
        for match in re.finditer(rf"{BEGINS}(?:{words})(?![a-z])", text) if env_id in others else ():
            if not _NO.search(text, 0, match.start()) and not _SPARED.match(text, match.end()):
                return others[env_id]
    return env_id


def _denied(words: str) -> bool:
    return bool(re.search(r"(?<![a-z])(?:not|no|without)(?![a-z])|不", words))


def refuse_odd_environment(reading: Reading, ids: list[str]) -> None:
    """Where no environment is known, name the one that was asked for.

    Raises:
        UnknownName: a word stands where an environment does.
    """
    bases = {base(name).lower() for name in ids}
    for match in _ON.finditer(reading.text):
        group = "en" if match["en"] else "zh"
        word = match[group]
        odd = word[0].isupper() or "_" in word or nearest(word, bases) or group == "zh"
        device = re.fullmatch(r"(?i)cpu|gpu|cuda|mps|npu|tpu", word)
        if odd and not device and reading.free(match.start(group), match.end(group)) and word.lower() not in FILLER:
            raise UnknownName("environment", word, ids, hint=_like(word, ids))
    for match in re.finditer(r"(?<![A-Za-z0-9_/.=-])[a-z]+(?:_[a-z0-9]+)+(?![A-Za-z0-9_=:-])", reading.text):
        if reading.free(match.start(), match.end()) and nearest(match[0], bases):
            raise UnknownName("environment", match[0], ids)


def _like(word: str, ids: list[str]) -> str:
    """A hint at the environments whose names without version are most like a word; none if there is no such."""
    by_base = {base(name).lower(): name for name in ids}
    close = [by_base[name] for name in nearest(word.lower(), by_base)]
    return f"Did you mean {' or '.join(map(repr, close))}?" if close else ""
