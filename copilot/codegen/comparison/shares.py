"""What belongs to one run of a comparison alone: "PPO gets 16 environments, DQN 4", "3e-4 for PPO and 1e-3 for SAC".

The words of one run are cut out of the text and kept by the name of its agent, environment or module; what a later share
leaves out ("DQN 4") is said as in the first.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from copilot.codegen.comparison.completing import (
    COMMA,
    STOP,
    completed,
    pieces,
    said_before,
    says,
    setting_before,
    without,
)
from copilot.codegen.comparison.exceptions import excepted
from copilot.codegen.comparison.last import end_of_last
from copilot.codegen.names.environments import Mention, environment_mentions
from copilot.codegen.names.literal import agent_mentions, component_mentions
from copilot.codegen.request.numbers import find_numbers
from copilot.codegen.request.reading import Reading
from copilot.codegen.request.referring import KINDS, named_again
from copilot.codegen.settings.lists import LINK, value_lists
from copilot.core.catalogue import Catalogue

_PLAIN_WORD = (
    r"(?:(?<![a-z])(?:plain|vanilla|normal|standard|basic|ordinary|just|only|alone|the)(?![a-z])|普通的?|原始的?)"
)
_OF_ALL = re.compile(
    r"[,，、;]\s*(?:and\s+)?(?=(?:\S+\s+){0,5}?(?:both|each|all|apiece|every|either|same|seeds?|total|on|in|over)(?![a-z])|"
    r"[^，。；,]{0,8}(?:各|都|均|共|种子|每个|两者|其余|其他))"
)
"""Where the words for all runs go on after a share."""
_LEAD = re.compile(
    r"(?:[,，、;；:：.。!?！？]|^|(?<![a-z])(?:and|but|while|whereas|yet|then|also)(?![a-z])|[和而]|但)\s*"
    r"(?:(?:please|that|where|one|give|let|set|for|with|use|using|on|in|run|of|have|make|while|whereas|but|and|the|only|train|change|"
    r"raise|lower|给|让|对于?|其中|只有|唯有|仅|只|在|把|将|用|训练)\s*)*$|"
    r"[,，;；:：。]\s*(?:学习率|批大小|批量(?:大小)?|(?:训练)?步数|(?:并行)?环境数量?|折扣(?:因子)?|熵系数|权重|系数)$"
)
"""Before the name that a share begins with."""
_AFTERWARDS = re.compile(
    r"(?<![a-z])(?:for|in|on|with|to|of|by)\s+(?:the )?$|[给对用]\s*$|(?<=[\d万千])\s*个?\s*的\s*$"
)
_RESPECTIVELY = re.compile(r",?\s*(?:(?<![a-z])(?:respectively|resp\.?|in that order)(?![a-z]))|分别(?:为|是|用|取)?")
_ON = re.compile(r"(?:[,，]\s*)?(?:(?<![a-z])(?:on|in)\s+(?:the )?|在\s*)?$")
_AND = "\0"
"""Between the names of a group."""
_JOINED = re.compile(r"\s*(?:,\s*)?(?:and|as well as|&|/|和|与|及|以及|、)\s*(?:the )?")
_OTHERS = "the others"
_REST = re.compile(
    r"(?<![a-z])(?:(?:all )?the (?:others?|rest|other (?:two|three|ones?))|all others)(?![a-z])|其余的?|其他的|另外[两三]个"
)
_CHOICE = re.compile(r"(?<![a-z])(?:or|vs\.?|versus|against)(?![a-z])|或|还是|对比")


@dataclass
class Shares:
    """The text for all runs, and the words of single ones by the name of what they run."""

    text: str
    own: dict[str, str] = field(default_factory=dict[str, str])

    def of(self, text: str, catalogue: Catalogue) -> str:
        """A run's text with its own words."""
        named = {mention.name for find in KINDS for mention in find(Reading(text), catalogue)} if self.own else set()
        return "; ".join([text, *(words for name, words in self.own.items() if name in named)])


def shares(text: str, catalogue: Catalogue, *, asked: bool = False, edited: Sequence[str] = ()) -> Shares:
    """What the text says of single runs.

    Args:
        text: a request, or a change.
        catalogue: the library's components.
        asked: whether the words ask for a comparison.
        edited: of a change, the agents of the comparison that is there: the text need not list them.
    """
    found = Shares(_out_of_brackets(named_again(text, catalogue), catalogue))
    for find in KINDS:
        mentions = find(Reading(found.text), catalogue)
        names = list(dict.fromkeys(mention.name for mention in mentions))
        if find is agent_mentions and edited:
            if names and set(names) <= set(edited):
                cut_apart(found, mentions, [], catalogue)
            continue
        if len(names) < 2:
            continue
        found.text, others = excepted(found.text, mentions, catalogue)
        for name, said in others.items():
            _add(found, name, "; ".join(said))
        mentions = find(Reading(found.text), catalogue)
        head = _head(found.text, mentions) or _first_of_each(mentions)
        if not head and len(names) == len(mentions):
            if _valued_first(found, mentions):
                continue
            _part(found, mentions, catalogue, asked=asked, agents=find is agent_mentions)
        elif {mention.name for mention in head} == set(names):
            in_turn(found, head, catalogue)
            mentions = find(Reading(found.text), catalogue)
            head = _head(found.text, mentions) or _first_of_each(mentions)
            again = _modules_again(found.text, catalogue) if find is agent_mentions else []
            cut_apart(found, [*mentions, *_the_others(found.text, mentions), *again], head, catalogue)
            if words := found.own.pop(_OTHERS, ""):
                for name in names:
                    found.own.setdefault(name, f"{name} {words}")
        _override(found, names, catalogue)
    return found


def _out_of_brackets(text: str, catalogue: Catalogue) -> str:
    """The text with "1e-4 for PPO" in the place of "1e-4 (PPO)"."""
    ends = {number.end for number in find_numbers(text)}
    for find in KINDS:
        for mention in reversed(find(Reading(text), catalogue)):
            before = text[: mention.start].rstrip()
            whose = before.endswith(("(", "（")) and len(before[:-1].rstrip()) in ends
            if whose and (closed := re.match(r"\s*[)）]", text[mention.end :])):
                name = text[mention.start : mention.end]
                text = f"{before[:-1].rstrip()} for {name}{text[mention.end + closed.end() :]}"
                ends = {number.end for number in find_numbers(text)}
    return Reading(text).text


def _override(found: Shares, names: Sequence[str], catalogue: Catalogue) -> None:
    """What is said of all and otherwise of one ("all with lr 1e-4 but PPO with 3e-4") is said of the others alone."""
    modules = {entry["name"] for entry in catalogue.components if entry["primitive"] != "agent"}
    learners = {parameter["name"] for entry in catalogue.of("agent") for parameter in entry["parameters"]}
    for piece in reversed(pieces(found.text, catalogue)):
        having = [
            name for name in names if any(own.name == piece.name for own in pieces(found.own.get(name, ""), catalogue))
        ]
        both = names[0] in modules and piece.name in learners  # it is the agent's, and the modules have another
        if having and set(having) < set(names) and not both:
            words = found.text[piece.start : piece.end]
            found.text = Reading(f"{found.text[: piece.start].rstrip()} {found.text[piece.end :]}").text
            for name in names:
                if name not in having:
                    _add(found, name, words)


def _the_others(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """ "The others", where they stand for the names of which nothing has been said, after all of them."""
    found = [Mention(_OTHERS, *match.span()) for match in _REST.finditer(text.lower())]
    return [mention for mention in found[:1] if mentions and mention.start > mentions[-1].end]


def _valued_first(found: Shares, mentions: Sequence[Mention]) -> bool:
    """ "A batch of 64 for PPO and of 128 for A2C": values before names that are listed nowhere; the names become a list."""
    text, last = found.text, 0
    spans: list[tuple[str, int, int]] = []
    for index, mention in enumerate(mentions):
        after = mentions[index + 1].start if index + 1 < len(mentions) else len(text)
        span = _span(text, mention, last, after)
        if span is None or span[1] != mention.end:
            return False
        spans.append((mention.name, *span))
        last = span[1]
    gaps = [text[one[2] : two[1]] for one, two in itertools.pairwise(spans)]
    if not all(re.fullmatch(rf"{LINK}|\s*[,;，；]?\s*", gap.lower()) for gap in gaps):
        return False
    spoken = {text[mention.start : mention.end] for mention in mentions}
    for name, words in completed([(name, text[start:end]) for name, start, end in spans], spoken):
        _add(found, name, words)
    listed = " or ".join(name for name, _, _ in spans)
    found.text = Reading(f"{text[: spans[0][1]]} {listed} {text[spans[-1][2] :]}").text
    return True


def _is_link(between: str) -> bool:
    bare = re.sub(rf"{_PLAIN_WORD}|(?<![a-z])(?:on|in)(?![a-z])", " ", between.lower())
    return bool(re.fullmatch(LINK, bare))


def _head(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The first names that nothing but links parts: "PPO versus DQN"."""
    head: list[Mention] = []
    for one, two in itertools.pairwise(mentions):
        if _is_link(text[one.end : two.start]) and two.name not in {m.name for m in head} | {one.name}:
            head = head or [one]
            head.append(two)
        elif head:
            break
    return head


def _first_of_each(mentions: Sequence[Mention]) -> list[Mention]:
    """Of names that are all mentioned again the first mentions: "SAC against DDPG; a batch of 512 for SAC, 128 for DDPG"."""
    count = len({mention.name for mention in mentions})
    first = list(mentions[:count])
    again = len(mentions) > count and {m.name for m in mentions[count:]} == {m.name for m in first}
    return first if again and len({m.name for m in first}) == count else []


def in_turn(found: Shares, head: Sequence[Mention], catalogue: Catalogue) -> None:
    """ "PPO and DQN with 16 and 4 environments respectively": the values in the order of the names."""
    while mark := _RESPECTIVELY.search(found.text.lower()):
        lists = [v for v in value_lists(found.text, catalogue, asked=True) if len(v.texts) == len(head)]
        near = min(lists, key=lambda v: max(mark.start() - v.end, v.start - mark.end()), default=None)
        if near is None:
            return
        for mention, words in zip(head, near.texts, strict=True):
            _add(found, mention.name, words)
        for start, end in sorted([(near.start, near.end), mark.span()], reverse=True):
            found.text = Reading(f"{found.text[:start]} {found.text[end:]}").text


def _add(found: Shares, name: str, words: str) -> None:
    words = re.sub(r"^\s*(?:比较|对比)(?:一下)?", "", words)
    found.own[name] = "; ".join(filter(None, [found.own.get(name, ""), words.strip(" ,;，；、")]))


def cut_apart(found: Shares, mentions: Sequence[Mention], head: Sequence[Mention], catalogue: Catalogue) -> None:
    """Take out the shares of names that are mentioned apart from the list of them."""
    text = found.text
    apart = _grouped(text, [mention for mention in mentions if mention not in head])
    spoken = {text[mention.start : mention.end] for mention in (*mentions, *apart)}
    spans: list[tuple[str, int, int]] = []
    last = 0
    task = _only_task(text, catalogue)
    for index, mention in enumerate(apart):
        after = apart[index + 1].start if index + 1 < len(apart) else len(text)
        if task is not None and mention.end <= task[0] < after and mention not in task[1]:
            after = task[0]
        span = _span(text, mention, last, after)
        if span is None or any(span[0] < other.end and other.start < span[1] for other in head):
            continue
        spans.append((mention.name, *span))
        last = span[1]
    if len({name for name, _, _ in spans}) < min(2, len({m.name for m in apart})) or not spans:
        return
    at = setting_before(text, spans, catalogue)
    said = [(name, text[start:end]) for name, start, end in spans]
    before = said_before(text, spans[0][1], catalogue)
    if at is not None:
        said[0] = (
            spans[0][0],
            f"{spans[0][0]} {text[at : spans[0][1]]} {without(text[spans[0][1] : spans[0][2]], spoken)}",
        )
        spans[0] = (spans[0][0], at, spans[0][2])
    if not any(says(words, catalogue) for _, words in said):
        return
    if len({name for name, _ in said}) < len(said) and not any(find_numbers(words) for _, words in said):
        return  # "PPO with RND, PPO with ICM": runs of their own
    for _, start, end in reversed(spans):
        found.text = f"{found.text[:start]}; {found.text[end:]}"
    found.text = Reading(found.text).text
    modules = {entry["name"] for entry in catalogue.components if entry["primitive"] != "agent"}
    for name, words in completed(said, spoken, before):
        rest = without(words, {name, *spoken}).lstrip(" ,:：，")
        alone = name in modules and not rest.startswith(("(", "（"))
        for one in name.split(_AND):
            _add(found, one, f"{name}: {rest}" if alone else f"{one} {rest}" if _AND in name else words)


def _grouped(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions in order; names that an "and" joins are one: "PPO and A2C with 16 environments, DQN with 4"."""
    made: list[Mention] = []
    for mention in sorted(mentions, key=lambda mention: mention.start):
        last = made[-1] if made else None
        if last and mention.name not in last.name.split(_AND) and _JOINED.fullmatch(text, last.end, mention.start):
            made[-1] = Mention(f"{last.name}{_AND}{mention.name}", last.start, mention.end)
        else:
            made.append(mention)
    return made


def _only_task(text: str, catalogue: Catalogue) -> tuple[int, list[Mention]] | None:
    """Where the words begin that name the only environment, which is that of all runs; None if there are several."""
    tasks = environment_mentions(Reading(text), catalogue)
    if len(tasks) != 1:
        return None
    lead = _ON.search(text.lower(), 0, tasks[0].start)
    return (lead.start() if lead else tasks[0].start), tasks


def _modules_again(text: str, catalogue: Catalogue) -> list[Mention]:
    """Modules of all runs that are named once more, with what is said of them: "both with RND ...; RND has lr 1e-3"."""
    named = component_mentions(Reading(text), catalogue)
    return [
        mention for index, mention in enumerate(named) if any(other.name == mention.name for other in named[:index])
    ]


def _span(text: str, mention: Mention, last: int, after: int) -> tuple[int, int] | None:
    """From where to where the words belong to a name: after it, before it ("1e-3 for SAC"), or around it."""
    lower = text.lower()
    lead = _LEAD.search(lower, last, mention.start)
    behind = _AFTERWARDS.search(lower, lead.start() if lead else last, mention.start)
    if lead and (not behind or _leads(lower, mention, after)):
        end = share_end(text, mention.end, after)
        return (min(lead.end(), mention.start), end) if end > mention.end else None
    if not behind:
        return None
    marks = [m.end() for m in (*STOP.finditer(lower, last, mention.start), *COMMA.finditer(lower, last, mention.start))]
    numbers = [n for n in find_numbers(text) if last <= n.start < mention.start]
    start = max([mark for mark in marks if not numbers or mark <= numbers[-1].start], default=last)
    if numbers and numbers[-1].start >= start:
        return (start, mention.end) if mention.start - numbers[-1].end < 48 else None
    end = share_end(text, mention.end, after)
    return (start, end) if find_numbers(text[mention.end : end]) else None  # "the learning rate of PPO should be 1e-4"


def share_end(text: str, at: int, after: int) -> int:
    """Where the words end that go on from a name: at the end of the sentence, the next name, or what is said of all."""
    lower = text.lower()
    stop = STOP.search(lower, at)
    end = min(stop.start() if stop else len(text), after)
    shared = _OF_ALL.search(lower, at, end)
    if shared and find_numbers(text[at : shared.start()]):
        return shared.start()
    lead = _LEAD.search(lower, at, end) if end == after else None
    return lead.start() if lead else end


def _leads(lower: str, mention: Mention, after: int) -> bool:
    """Whether "for PPO" begins the words that are meant: "for PPO 16 environments"."""
    return bool(
        re.match(r"(?:\s*[:,，]|\s+(?:use|take|with|the|a|an|i|we|it|set|\d)|[的用取])", lower[mention.end : after])
    )


def _part(found: Shares, mentions: Sequence[Mention], catalogue: Catalogue, *, asked: bool, agents: bool) -> None:
    """Names with words of their own each: "DQN with 4 environments and PPO with 16"; they become a list."""
    text = found.text
    gaps = [text[one.end : two.start] for one, two in itertools.pairwise(mentions)]
    gaps = [re.sub(r"(?<![a-z])(?:for|on|in|at)\s*$", "", gap, flags=re.IGNORECASE) for gap in gaps]
    linked = all(re.search(rf"(?:{LINK})$", gap.lower()) or STOP.search(gap) for gap in gaps)
    choice = asked or any(_CHOICE.search(gap.lower()) for gap in gaps)
    if not linked or (not agents and not choice and mentions[0].name in _mixable(catalogue)):
        return
    own = [re.sub(rf"(?:{LINK})$", "", gap.rstrip(), flags=re.IGNORECASE).rstrip(" .;；。") for gap in gaps]
    end = end_of_last(text, mentions[-1].end, own, catalogue)
    own.append(text[mentions[-1].end : end])
    bracketed = own[0].lstrip().startswith("(") and not own[-1].strip()
    if not (any if bracketed else all)(find_numbers(words) for words in own):
        return
    commas = all(words.lstrip().startswith((",", "，")) for words in own)  # "first PPO, 8 environments; then A2C, 32"
    tasks = {task.name for words in own for task in environment_mentions(Reading(words), catalogue)}
    everywhere = {task.name for task in environment_mentions(Reading(text), catalogue)}
    if agents and tasks and len(everywhere) > 1:  # each has its own, which `axes` reads
        return
    if not all(_beside(words) or commas or (bracketed and not words.strip()) for words in own):
        return
    module = not agents and mentions[0].name in {entry["name"] for entry in catalogue.components}
    said = [
        (m.name, f"{m.name} {words.strip()}" if module else words.strip())
        for m, words in zip(mentions, own, strict=True)
    ]
    for name, words in completed(said, {text[mention.start : mention.end] for mention in mentions}):
        _add(found, name, words)
    listed = " or ".join(mention.name for mention in mentions)
    found.text = Reading(f"{text[: mentions[0].start]}{listed} {text[end:]}").text


def _mixable(catalogue: Catalogue) -> set[str]:
    return {entry["name"] for entry in catalogue.of("reward")}


def _beside(words: str) -> bool:
    """Whether the words are about the name before them: they begin with a bracket, a sign, "with" or a value."""
    return bool(
        re.match(
            r"\s*(?:[(:（：]|(?:use|take|with|at|for|using|over|in|gets?|has|uses?|weight\w*|beta|lr)(?![a-z])|[\d用取权系跑训]|=)",
            words,
        )
    )
