"""Words that stand for names or for whole runs, as the names: "the latter", "the same with A2C", "(a) ... (b) ..."."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence

from copilot.codegen.names.environments import Mention, environment_mentions
from copilot.codegen.names.literal import agent_mentions, component_mentions
from copilot.codegen.request.reading import Reading
from copilot.codegen.settings.lists import setting_mentions
from copilot.codegen.vocabulary import MIXER
from copilot.core.catalogue import Catalogue

Finder = Callable[[Reading, Catalogue], list[Mention]]

_BACK = re.compile(
    r"(?<![a-z])the (?P<which>former|latter|first one|second one)(?:['’]s)?(?![a-z])|(?P<zh>[前后]者)", re.IGNORECASE
)
_SAME = re.compile(
    r"[\s,.;，。；]*(?:(?<![a-z])(?:and|then|after that|afterwards)\s+)*(?<![a-z])(?:the same|same thing|the same thing|"
    r"likewise|ditto)"
    r"(?: again)?\s+(?:but\s+)?(?:with|for|using|on|by)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:(?<=^)|(?<=[\s,;:.]))(?:\((?P<a>[a-l1-6])\)|(?P<b>[a-f1-6])\)|(?:run|config(?:uration)?|variant|setting|arm|version|"
    r"option|case)\s+#?(?P<c>[a-f1-6])\s*[:=]|第(?P<d>[一二三四五六])(?:组|个(?:实验|版本|配置)?)\s*[:：,，]?)\s*",
    re.IGNORECASE,
)
_LABELS = ("abcdefghijkl", "123456", "一二三四五六")
_LABEL_END = re.compile(
    r"[;；。]|\.(?!\d)|[,，]\s*(?=(?:on|in)(?![a-z])|都|均|各)|"
    r"(?:[,，]\s*|\s+)(?=(?:and\s+)?(?:both|all|each|everything|otherwise)(?![a-z]))",
    re.IGNORECASE,
)
_AFTER = re.compile(r"[\s,.;，。；、]*(?:and|和)?\s*")
_BETWEEN = re.compile(r"\s*[:：–-]?\s*(?:with|use|using|by|train|用)?\s*(?:an? |the )?")


def modules_of(primitive: str) -> Finder:
    """What finds the modules of a primitive that a text names."""

    def found(reading: Reading, catalogue: Catalogue) -> list[Mention]:
        kinds = {entry["name"]: entry["primitive"] for entry in catalogue.components}
        named = component_mentions(Reading(reading.text), catalogue)
        return [mention for mention in named if kinds[mention.name] == primitive and mention.name != MIXER]

    return found


KINDS: tuple[Finder, ...] = (
    agent_mentions,
    modules_of("reward"),
    environment_mentions,
    *map(modules_of, ("storage", "encoder", "augmentation", "distribution")),
)


def named_again(text: str, catalogue: Catalogue) -> str:
    """The text with names in the place of "the latter" and "the same with A2C", and agents before their environments."""
    text = _paired(_same(Reading(text).text, catalogue), catalogue)
    for match in reversed(list(_BACK.finditer(text))):
        for find in KINDS[:3]:
            before = [m for m in find(Reading(text), catalogue) if m.end <= match.start()]
            names = list(dict.fromkeys(mention.name for mention in before))
            if len(names) == 2:
                first = (match["which"] or "").lower().startswith("f") or match["zh"] == "前者"
                text = f"{text[: match.start()]} {names[0 if first else 1]} {text[match.end() :]}"
                break
    return Reading(text).text


def _same(text: str, catalogue: Catalogue) -> str:
    """ "PPO on CartPole, then the same with A2C": both on CartPole."""
    for find in KINDS[:3]:
        mentions = find(Reading(text), catalogue)
        for one, two in itertools.pairwise(mentions):
            same = _SAME.search(text, one.end, two.start)
            if same and one.name != two.name:
                rest = f"{text[: same.start()]} {text[two.end :]}"
                return Reading(f"{rest[: one.start]}{one.name} or {two.name}{rest[one.end :]}").text
    return text


def _paired(text: str, catalogue: Catalogue) -> str:
    """ "Hopper: SAC. Walker2d: TD3" as "SAC on Hopper and TD3 on Walker2d"."""
    agents, tasks = agent_mentions(Reading(text), catalogue), environment_mentions(Reading(text), catalogue)
    if len(agents) < 2 or len(agents) != len(tasks):
        return text
    pairs = list(zip(tasks, agents, strict=True))
    between = [text.lower()[task.end : agent.start] if task.end <= agent.start else "-" for task, agent in pairs]
    after = [text[agent.end : task.start] for (_, agent), (task, _) in itertools.pairwise(pairs)]
    if not all(map(_BETWEEN.fullmatch, between)) or not all(map(_AFTER.fullmatch, after)):
        return text
    listed = " and ".join(f"{agent.name} on {task.name}" for task, agent in pairs)
    return f"{text[: tasks[0].start]}{listed}{text[agents[-1].end :]}"


def labelled(text: str, catalogue: Catalogue, *, asked: bool = True) -> list[str]:
    """The text of each run of "(a) ..., (b) ...", what stands before and after them in each; else the text itself.

    Where nobody asks for a comparison, items of which each speaks of another setting are those of one run.
    """
    marks = list(_LABEL.finditer(text))
    said = "".join((mark["a"] or mark["b"] or mark["c"] or mark["d"]).lower() for mark in marks)
    if len(marks) < 2 or not any(labels.startswith(said) for labels in _LABELS):
        return [text]
    end = _LABEL_END.search(text, marks[-1].end())
    ends = [*(mark.start() for mark in marks[1:]), end.start() if end else len(text)]
    before, after = text[: marks[0].start()].rstrip(" :,"), text[ends[-1] :]
    asks = re.match(r"[^.?!\d]*[?？]\s*", before)
    if asks and not any(find(Reading(asks[0]), catalogue) for find in (agent_mentions, environment_mentions)):
        before = before[asks.end() :]  # "does pre-training help?" is asked of all runs together, and no run's
    parts = [
        re.sub(r"[\s,;]+(?:and)?\s*$", "", text[mark.end() : last]) for mark, last in zip(marks, ends, strict=True)
    ]
    if not asked and _of_one_run(parts, catalogue):
        return [f"{before}, {', '.join(parts)}{after}"]
    return [f"{before} {part}{after}" for part in parts]


def _of_one_run(items: Sequence[str], catalogue: Catalogue) -> bool:
    """Whether no two items speak of the same, and none names what a run is made of."""
    if any(find(Reading(item), catalogue) for item in items for find in KINDS):
        return False
    named = [{name for name, _, _ in setting_mentions(item, catalogue)} for item in items]
    return all(named) and all(not (one & two) for i, one in enumerate(named) for two in named[:i])
