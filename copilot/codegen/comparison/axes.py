"""What a request compares: lists of agents, environments, modules or values, and "with and without"; as texts, one a run.

A text is the request with one item in the place of the whole list, so each run is read as if it had been asked for alone.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from copilot.codegen.comparison.arms import inherited
from copilot.codegen.comparison.asking import uncounted, wants_comparison, without_asking
from copilot.codegen.comparison.attributes import attributes_behind
from copilot.codegen.comparison.both_ways import Axis, both_ways, free, is_link, spans_of
from copilot.codegen.comparison.foreign import without_foreign
from copilot.codegen.comparison.owners import of_owners
from copilot.codegen.comparison.shares import shares
from copilot.codegen.names.environments import Mention, environment_mentions
from copilot.codegen.names.literal import agent_mentions, component_mentions
from copilot.codegen.request.numbers import find_numbers
from copilot.codegen.request.reading import Reading
from copilot.codegen.request.referring import labelled
from copilot.codegen.settings.lists import LINK, setting_mentions, value_lists
from copilot.codegen.vocabulary import MIXER
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest

MAX_RUNS = 24
_NEAR = 60
_SENTENCE = re.compile(r"[.!?](?=\s)|[。！？;；]")
_MIXED = re.compile(
    r"(?<![a-z])(?:mix\w*|combin\w*|both(?! (?:cases?|runs?|agents?|games?|tasks?|environments?|times|arms?|variants?|"
    r"settings?|experiments?|setups?|methods?))(?!\s*[.,;?!]|$)|together|sum of|Fabric)(?![a-z])|混合|组合|一起",
    re.IGNORECASE,
)
_OPEN = re.compile(r"(?<![a-z])(?:both|each of|either|using|the agents?|the algorithms?|between)\s*$")
_PLAIN_WORD = re.compile(
    r"\s*(?:(?<![a-z])(?:plain|vanilla|normal|standard|basic|ordinary|just|only|alone)(?![a-z])|普通的?|原始的?)\s*"
)
_CLAUSE = re.compile(
    r"\s*(?:[,;。；，.](?!\d)|(?<![a-z])(?:on|in|for|over|across|each|both|at(?!\s+[\d.])|then|trained|to train|under)"
    r"(?![a-z])|[在上]|训练|各)"
)
_SET_APART = re.compile(r"(?:versus|vs\.?|against|than|相比|对比|比)\s*$")
_WITH = re.compile(r"\s*(?:with|plus|using|\+|加上?|带|用)\s*(?:an? |the )?(?:intrinsic reward |bonus )?$")
_NO_AUGMENTATION = re.compile(
    r"(?<![a-z])(?:no|without(?: any)?) (?:data )?augmentation(?: at all)?(?:\s*\((?:the )?identity\))?(?![a-z])|"
    r"(?<![a-z])(?:the )?identity(?: augmentation)?(?![a-z])|不(?:做|用|加)(?:数据)?增强|无(?:数据)?增强"
)
_PLAIN_REPLAY = re.compile(
    r"(?<![a-z])(?:an? |the )?(?:plain|ordinary|uniform|normal|vanilla|standard|usual)\s*(?:experience )?replay(?: "
    r"?(?:buffer|storage))?"
    r"(?![a-z])|(?:普通|均匀|一般)的?(?:经验)?回放"
)
_KIND = re.compile(
    r"(?:(?<![a-z])(?:the |these |different |do |two |three |four |five |six |[2-6] )*(?:intrinsic |exploration "
    r")?(?:rewards?|bonus(?:es)?|"
    r"encoders?|storages?|modules?|"
    r"augmentations?|distributions?|agents?|algorithms?|methods?|runs|experiments)|内在奖励|奖励|算法|智能体|编码器)\s*:?\s*$"
)
_COUNT_OF_GAMES = re.compile(
    r"(?:(?<![a-z])(?:on|in|over|across)\s+)?(?:the\s+|these\s+)?(?<![a-z])(?:two|three|four|five|six|"
    r"[2-6])\s+(?:atari |different |"
    r"other |minigrid |gym )*(?:games|tasks|environments|envs)\s*[:,(–-]?\s*$|[在]?[两二三四五六]个(?:游戏|环境|"
    r"任务)\s*[:：,，(（]?\s*$"
)
_BASELINE = re.compile(
    r"(?<![a-z])(?:no (?:intrinsic reward|exploration bonus|bonus|intrinsic bonus|reward)|none|"
    r"without (?:any |a |an )?(?:intrinsic reward|bonus|exploration bonus|one|any)|(?:a )?(?:plain |"
    r"no-bonus )?baseline|nothing|neither)(?![a-z])|什么都不加|都不加|没有奖励|无奖励|不加奖励|基线"
)
_NONE = {
    "reward": (_BASELINE, "", ""),
    "augmentation": (_NO_AUGMENTATION, "Identity", "Identity"),
    "storage": (_PLAIN_REPLAY, "", "VanillaReplayStorage"),
}
"""By kind: words for no module, what is meant by them, and the module that they may be taken for."""


def expand(text: str, catalogue: Catalogue, *, asked: bool = False) -> list[str]:
    """The text of each run, one if the request compares nothing.

    Args:
        text: a request, or one arm of it.
        catalogue: the library's components.
        asked: whether a comparison is known to be asked for, whatever the words.

    Raises:
        InvalidRequest: more than `MAX_RUNS` runs.
        UnknownName: an environment id that does not exist.
    """
    text = uncounted(Reading(text).text)
    arm, asked = asked, asked or wants_comparison(text)
    text = attributes_behind(text, catalogue) if asked else text
    parts = arms_of(text, catalogue)
    if len(parts) > 1:
        return [run for part in parts for run in expand(part, catalogue, asked=True)]
    text = parts[0]
    shared = of_owners(shares(text, catalogue, asked=asked), catalogue)
    text = shared.text
    reading = Reading(text)
    axes: list[Axis] = []
    whole, own = _agents(reading, catalogue, asked)
    axes += whole
    for axis in (*both_ways(reading, catalogue, own), *_environments(reading, catalogue, own, asked)):
        axes.append(axis)
    axes += _modules(reading, catalogue, own, axes, asked)
    axes += value_axes(reading, catalogue, own, axes, asked)
    if not axes:
        return [shared.of(without_asking(text) if arm else text, catalogue)]
    count = 1
    for axis in axes:
        count *= len(axis.choices)
    if count > MAX_RUNS:
        raise InvalidRequest(
            f"The request compares {count} runs; expected at most {MAX_RUNS}.", hint="Compare fewer things at a time."
        )
    runs = [without_asking(_filled(text, axes, chosen)) for chosen in itertools.product(*(a.choices for a in axes))]
    return without_foreign([shared.of(run, catalogue) for run in runs], catalogue)


def arms_of(text: str, catalogue: Catalogue) -> list[str]:
    """The text of each run that the request labels: "(a) ... (b) ...", "arm A: ... arm B: ..."; else the text itself."""
    text = Reading(text).text
    return inherited(labelled(text, catalogue, asked=wants_comparison(text)), catalogue)


def _filled(text: str, axes: Sequence[Axis], chosen: Sequence[list[str]]) -> str:
    spans = [
        (start, end, words) for axis, choice in zip(axes, chosen, strict=True)
        for (start, end), words in zip(axis.spans, choice, strict=True)
    ]  # fmt: skip
    for start, end, words in sorted(spans, reverse=True):
        text = f"{text[:start]} {words} {text[end:]}"
    return text


def _agents(reading: Reading, catalogue: Catalogue, asked: bool) -> tuple[list[Axis], list[tuple[int, int]]]:
    """The axis of agents, if several are named, and the spans that belong to one of them alone."""
    text, lower = reading.text, reading.lower
    mentions = agent_mentions(reading, catalogue)
    names = {mention.name for mention in mentions}
    said = {text[mention.start : mention.end].lower() for mention in mentions}
    if len(mentions) < 2 or (len(names) == 1 and len(said) > 1):  # "IMPALA, V-trace clipped at 2"
        return [], []
    gaps = [(one.end, two.start) for one, two in itertools.pairwise(mentions)]
    middles = [text[start:end] for start, end in gaps]
    plain = all(is_link(_PLAIN_WORD.sub(" ", middle.lower())) for middle in middles)
    apart = plain and _SET_APART.search(_PLAIN_WORD.sub(" ", lower[gaps[-1][0] : gaps[-1][1]]).rstrip())
    own: list[str] = []
    if plain and len(names) == len(mentions) and not (apart and _module_follows(reading, mentions[-1].end, catalogue)):
        start = _with_kind(lower, mentions[0].start)
        return [Axis([(start, mentions[-1].end)], [[mention.name] for mention in mentions])], []
    if not asked and not any(re.search(r"(?<![a-z])(?:and|or)(?![a-z])|[,和与、]", middle) for middle in middles):
        return [], []
    if len(names) == 1 and not asked and any(len(middle) > _NEAR or _SENTENCE.search(middle) for middle in middles):
        return [], []  # the same agent, spoken of once more
    for middle in middles:
        bare = re.sub(rf"(?:{LINK})$", "", _PLAIN_WORD.sub(" ", middle).rstrip(), flags=re.IGNORECASE)
        own.append(re.sub(rf"{LINK}$", "", bare, flags=re.IGNORECASE) if bare.strip() else "")
    end = _end_of_own(reading, mentions[-1].end, catalogue, own)
    own.append(text[mentions[-1].end : end])
    if len(names) == 1 and (
        len({words.strip().lower() for words in own}) == 1
        or (not asked and any(re.search(r"\w", words) and not _says(words, catalogue) for words in own))
    ):
        return [], []  # the same agent, named again in passing
    if len(names) < len(mentions) and not asked and len(names) > 1:
        return [], []
    own = _with_environment(own, text, catalogue)
    choices = [
        [words] for mention, said in zip(mentions, own, strict=True)
        for words in _each_value(f"{mention.name} {said.strip()}", catalogue)
    ]  # fmt: skip
    span = (mentions[0].start, end)
    return [Axis([span], choices)], [span]


def _says(words: str, catalogue: Catalogue) -> bool:
    """Whether words hold a value, or name a setting, a module or an environment; "DQN as there" does not."""
    named = component_mentions(Reading(words), catalogue) or environment_mentions(Reading(words), catalogue)
    return bool(find_numbers(words) or named or setting_mentions(words, catalogue))


def _each_value(words: str, catalogue: Catalogue) -> list[str]:
    """The words of one agent with each of the values that they compare: "DQN with n = 3 versus n = 5, and plain DQN"."""
    found = next(iter(value_lists(words, catalogue, asked=True)), None)
    return [f"{words[: found.start]}{text}{words[found.end :]}" for text in found.texts] if found else [words]


def _with_environment(own: list[str], text: str, catalogue: Catalogue) -> list[str]:
    """The words of each agent; an environment that is named once, among those of one agent, is that of all."""
    named = [environment_mentions(Reading(words), catalogue) for words in own]
    everywhere = environment_mentions(Reading(text), catalogue)
    if len(everywhere) != 1 or not any(named):
        return own
    return [words if found else f"{words} on {everywhere[0].name}" for words, found in zip(own, named, strict=True)]


def _with_kind(lower: str, start: int) -> int:
    """Where a list that begins at `start` begins with the word for its items: "the agents PPO and A2C"."""
    kind = _KIND.search(lower, 0, start)
    return kind.start() if kind else start


def _module_follows(reading: Reading, at: int, catalogue: Catalogue) -> bool:
    """Whether "with RND" or the like comes right after."""
    return any(
        mention.start >= at and _WITH.fullmatch(reading.lower[at : mention.start])
        for mention in component_mentions(Reading(reading.text), catalogue)
    )


def _end_of_own(reading: Reading, at: int, catalogue: Catalogue, own: list[str]) -> int:
    """Where the words end that belong to the last agent alone: at the next clause, of all that the others have too."""
    bracket = re.match(r"\s*\([^()]*\)", reading.text[at:])
    if bracket:
        return at + bracket.end()
    environments = environment_mentions(Reading(reading.text), catalogue)
    begin = at
    if any(environment_mentions(Reading(words), catalogue) for words in own):
        begin = next((mention.end for mention in environments if mention.start >= at), at)
    clause = _CLAUSE.search(reading.lower, begin)
    end = clause.start() if clause else len(reading.text)
    nearest = next((mention.start for mention in environments if begin <= mention.start < end), end)
    return nearest if nearest < end else end


def _environments(reading: Reading, catalogue: Catalogue, own: list[tuple[int, int]], asked: bool) -> list[Axis]:
    mentions = [m for m in environment_mentions(reading, catalogue) if free(m.start, m.end, own)]
    return _listed(reading, mentions, asked)


def _listed(reading: Reading, mentions: list[Mention], asked: bool) -> list[Axis]:
    """An axis of names that stand in a list; the same name twice is one."""
    if len({mention.name for mention in mentions}) < 2:
        return []
    gaps = itertools.pairwise(mentions)
    if not all(
        is_link(re.sub(r"(?<![a-z])(?:on|the|in)(?![a-z])|在", " ", reading.lower[a.end : b.start])) for a, b in gaps
    ):
        return []
    names = list(dict.fromkeys(mention.name for mention in mentions))
    count = _COUNT_OF_GAMES.search(reading.lower, 0, mentions[0].start)
    start = count.start() if count else mentions[0].start
    return [Axis([(start, mentions[-1].end)], [[f"on {name}" if count else name] for name in names])]


def _modules(
    reading: Reading, catalogue: Catalogue, own: list[tuple[int, int]], axes: list[Axis], asked: bool
) -> list[Axis]:
    """Modules of one kind in a list; several intrinsic rewards are mixed unless the request compares."""
    taken = [*own, *spans_of(axes)]
    mentions = [m for m in component_mentions(reading, catalogue) if free(m.start, m.end, taken)]
    kinds = {entry["name"]: entry["primitive"] for entry in catalogue.components}
    found: list[Axis] = []
    for primitive in dict.fromkeys(kinds[mention.name] for mention in mentions):
        listed = [m for m in mentions if kinds[m.name] == primitive]
        if any(m.name == MIXER for m in listed):
            continue
        listed = _with_none(reading, primitive, listed, taken)
        if len(listed) < 2:
            continue
        gaps = [reading.lower[a.end : b.start] for a, b in itertools.pairwise(listed)]
        choice = any(re.search(r"(?<![a-z])(?:or|vs\.?|versus|against)(?![a-z])|或|还是|对比", gap) for gap in gaps)
        choice = choice or _denies_one(reading, listed)
        # an agent axis that asks "compare" may still mean a mix, if it says so
        if not (asked or choice) or _MIXED.search(reading.text):
            continue
        if all(
            is_link(gap)
            or is_link(
                re.sub(
                    r"(?<![a-z])(?:(?:and )?(?:one|another|once|then)(?: run| version| agent| arm)? with|with|"
                    r"the|using|an?|bonus|exploration|plain|ordinary|usual|standard|simple|noise|replay|"
                    r"encoder|augmentation)(?![a-z])|[用加带好更吗呢？?]|比较",
                    " ",
                    gap,
                )
            )
            for gap in gaps
        ):
            start = _with_kind(reading.lower, listed[0].start)
            lead = re.search(r"(?:with|using)\s+(?:an? |the )?$", reading.lower[:start])
            names = [
                f"with {m.name}{' augmentation' if m.name == 'Identity' else ''}" if m.name else "" for m in listed
            ]
            found.append(Axis([(lead.start() if lead else start, listed[-1].end)], [[name] for name in names]))
    return found


def _with_none(
    reading: Reading, primitive: str, listed: list[Mention], taken: Sequence[tuple[int, int]]
) -> list[Mention]:
    """The modules of a kind, and where it is said that there is none, or only what is there anyway."""
    words, name, usual = _NONE.get(primitive, (None, "", ""))
    if words is None:
        return listed
    bare = [Mention(name, match.start(), match.end()) for match in words.finditer(reading.lower)]
    named = [mention for mention in listed if mention.name != usual]
    return sorted([*named, *(m for m in bare if free(m.start, m.end, taken))], key=lambda mention: mention.start)


def _denies_one(reading: Reading, listed: Sequence[Mention]) -> bool:
    """Whether one of a list is that there is none: "RND, ICM and no bonus"; "nothing else" is said of the others."""
    none = [reading.lower[mention.start : mention.end] for mention in listed if not mention.name]
    return any(re.match(r"no |without|不|无|没有", words) for words in none)


def value_axes(
    reading: Reading, catalogue: Catalogue, own: list[tuple[int, int]], axes: list[Axis], asked: bool
) -> list[Axis]:
    """Several values for one setting."""
    taken = [*own, *spans_of(axes)]
    if not asked:
        _refuse_weights_of_parts(reading, catalogue, taken)
    return [
        Axis([(found.start, found.end)], [[words] for words in found.texts])
        for found in value_lists(reading.text, catalogue, asked)
        if free(found.start, found.end, taken)
    ]


def _refuse_weights_of_parts(reading: Reading, catalogue: Catalogue, taken: list[tuple[int, int]]) -> None:
    """Several weights of a mix are one for each part, not several runs, and a mix has one weight here.

    Raises:
        InvalidRequest: "RND and ICM, weights 0.1 and 0.5".
    """
    kinds = {entry["name"]: entry["primitive"] for entry in catalogue.components}
    mentions = [m for m in component_mentions(Reading(reading.text), catalogue) if free(m.start, m.end, taken)]
    parts = list(dict.fromkeys(m.name for m in mentions if kinds[m.name] == "reward" and m.name != MIXER))
    for found in value_lists(reading.text, catalogue, asked=False) if len(parts) > 1 else ():
        named = {name for text in found.texts for name, _, _ in setting_mentions(text, catalogue)}
        if named == {"beta"} and len(found.texts) == len(parts) and free(found.start, found.end, taken):
            script = ", ".join(f"{part}(env, beta=...)" for part in parts)
            raise InvalidRequest(
                f"The request gives {len(parts)} weights for {' and '.join(parts)}; a mix has one weight, that of the sum.",
                hint=f"Name one weight, and set those of the parts in the script: {MIXER}({script}). "
                'Or ask to compare: "compare weights 0.1 and 0.5".',
            )
