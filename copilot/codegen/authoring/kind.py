"""What a request asks for: an experiment with what there is, or a new agent or module. Read by code alone."""

from __future__ import annotations

import re
from typing import Literal

from copilot.codegen.authoring.describe import NEW_IN_AGENTS, NEW_IN_AGENTS_CHINESE, described
from copilot.codegen.authoring.kind_plain import takes_what_there_is
from copilot.codegen.authoring.kind_told import STORED, begins_with_pay, plainly_reward, told
from copilot.codegen.authoring.kind_words import (
    AGENT,
    AGENT_CHINESE,
    ALGORITHM,
    AS_REWARD,
    ASKS_TO_TRAIN,
    CHANGED,
    CHINESE_NOUNS,
    CONTEXT,
    CORRECTED,
    HEAD_ENDS,
    MAKES,
    MAKES_CHINESE,
    NOUNS,
    OWN,
    PLAINLY_AN_EXPERIMENT,
    PUBLISHED,
    RUNS,
    SHAPES,
    STRONG,
    UNKNOWN,
)
from copilot.codegen.authoring.spec import Primitive
from copilot.codegen.names.environments import read_environment
from copilot.codegen.request.reading import Reading
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import CopilotError, UnknownName

Kind = Literal["experiment", "agent", "module"]


def kind_of(request: str) -> Kind:
    """Whether a request asks to train with what exists, or for a new agent or module.

    Args:
        request: in the user's words, English or Chinese.
    """
    text = re.sub(r"\s+", " ", re.sub(PUBLISHED, "", _one_line(request))).strip().lower()
    if _lists_a_run(text) or takes_what_there_is(text):
        return "experiment"
    return _of_chinese(text) if re.search(r"[\u4e00-\u9fff]", text) else _of_english(text)


def _one_line(request: str) -> str:
    """The text with the points of a list as parts of a sentence: none of them begins a noun phrase."""
    return re.sub(r"[ \t]*[,;:.]?[ \t]*\n\s*(?:[-*•·+]|\d+[.)])[ \t]+", ", ", request)


def _of_english(text: str) -> Kind:
    text = _without_context(text)
    if begins_with_pay(text):  # "reward the agent for ..." asks for no agent
        return "module"
    return "agent" if _begins_with_algorithm(text) else _of_made(text)


def _begins_with_algorithm(text: str) -> bool:
    """Whether a text begins with an algorithm that is to be another: "TD3 agent: a delay of 3", "DDPG but with ..."."""
    opened = rf"(?:an? |my |our )?(?:{ALGORITHM})(?: (?:agent|variant|version):|,? (?:but|except)) "
    return bool(re.match(opened, text)) and not (re.search(PLAINLY_AN_EXPERIMENT, text) or _names_environment(text))


def _of_made(text: str) -> Kind:
    if re.match(r"(?:please )?augment (?:the )?(?:states?|images?|observations?|frames?)\b", text):
        return "module"
    if plainly_reward(text) and not _names_environment(text):
        return "module"
    for head, runs_before, wished in _heads(text):
        found = _of_head(head, text, wished)
        if found is None:
            continue
        return "experiment" if runs_before and not re.search(OWN, head) else found
    if re.search(rf"\b{MAKES}\b", text) and not re.search(r"\b(?:script|experiment|train|run)\b", text):
        for noun in NOUNS.values():
            if re.search(rf"\bas (?:an?|my|the|our) (?:[\w-]+ ){{0,2}}(?:{noun})\b", text):
                return "module"
    for noun in NOUNS.values():
        if re.search(rf"\b(?:but|so|now) as an? (?:[\w-]+ ){{0,2}}(?:{noun})\b", text):
            return "module"
    for noun in NOUNS.values():  # "can we have it as action noise for DDPG"
        if re.search(
            rf"\b(?:have|want|get|use|write) (?:it|that|this|one|them) as (?:an? )?(?:[\w-]+ )?(?:{noun})\b", text
        ):
            return "module"
    if re.search(r"\b(?:as|into) a(?:n own)?(?: new| custom| separate)? (?:agent|algorithm)\b", text) or _only_lacking(
        text
    ):
        return "agent"
    for noun in (*NOUNS.values(), AGENT):
        if re.search(rf"\b(?:own|custom|customi[sz]ed|home-?made|self-?written) (?:[\w-]+ ){{0,3}}(?:{noun})\b", text):
            return "agent" if noun == AGENT else "module"
    return _by_words(text)


def _by_words(text: str) -> Kind:
    """Of a request that names nothing to be made: by what it is told in."""
    names = _names_environment(text)
    if told(text, least=2 if names else 1) is not None:
        return "module"
    if re.search(rf"{ASKS_TO_TRAIN}|{PLAINLY_AN_EXPERIMENT}", text) or names:
        return "experiment"
    most = described(text)
    return "experiment" if most is None else "agent" if most == "agent" else "module"


def _only_lacking(text: str) -> bool:
    """Whether an algorithm is named that the library lacks, and nothing asks to train with it."""
    runs = re.search(rf"\b(?:train|run|compare)\b|{PLAINLY_AN_EXPERIMENT}", text)
    return bool(re.search(rf"\b(?:{UNKNOWN})\b", text)) and not (runs or _names_environment(text))


def _without_brackets(text: str) -> str:
    """The text without what stands in round brackets, one within another too; sums and functions keep theirs."""
    shorter = re.sub(r"(?<=\s)\([^()]*\)|（[^（）]*）|(?<=[\u4e00-\u9fff])\([^()]*\)", " ", text)
    inner = re.sub(r"(?<=\w)\([^()]*\)", "", text) if shorter == text and re.search(r"[（(]", text) else shorter
    return re.sub(r"\s+", " ", inner) if inner == text else _without_brackets(inner)


def _without_context(text: str) -> str:
    """The text without what it is for, and without sentences before the first wish that tell of the task."""
    text = re.sub(
        r"\b(?:for|as) (?:the|my|our|a) (?:[#\w'-]+ ){0,3}(?:baseline|comparison|ablation|benchmark)s?\b,?", "", text
    )
    kept = re.split(r"(?<=[.!?])\s+", text.strip())
    while len(kept) > 1 and CONTEXT.match(kept[0]) and not re.search(rf"\b{MAKES}\b|\d", kept[0]):
        kept = kept[1:]
    return " ".join(kept)


def _lists_a_run(text: str) -> bool:
    """Whether an algorithm and an environment are named, and nothing is asked to be made ("breakout + PPO, 800k")."""
    if re.search(rf"\b{MAKES}\b|{MAKES_CHINESE}|{OWN}", text) or re.match(r"(?:an?|my|our|the|another) ", text):
        return False
    return bool(re.search(rf"(?<![a-z])(?:{ALGORITHM})(?![a-z])", text)) and _names_environment(text)


def _names_environment(text: str) -> bool:
    """Whether an environment is named: then, if nothing says otherwise, something is to be trained there."""
    try:
        text = re.sub(r"\bin (?=(?:the )?memory\b)", "of ", text)  # of a replay
        text = re.sub(r"\b[\w-]+-like\b", "", re.sub(r"\bfor (?=[a-z])", "on ", text))
        return read_environment(Reading(text), load_catalogue()) is not None
    except UnknownName as error:  # "on Box observations" is none
        return bool(re.search(r"-v\d", error.message))
    except CopilotError:  # two of them
        return True


def _heads(text: str) -> list[tuple[str, bool, bool]]:
    """What is asked to be made, up to the first preposition; whether training was spoken of before it; whether it is
    only named or wished for, as experiments are too."""
    found, whole = [], text
    text = _without_brackets(text)
    opening = re.match(r"(?:please |now |hi,? |hello,? |can you |could you )*(?=(?P<article>an?|one|some|my|our|another|"
                       r"the|new|custom)? ?\b[\w-]+)", text)  # fmt: skip
    rest = text[opening.end() :] if opening else ""
    tells = re.search(
        r"^(?:[\w-]+ ){0,4}[\w-]+(?: (?:that|whose|which|where|in which|equal to|for (?:vectors|images|states))\b|:)",
        rest,
    )
    plain = re.search(PLAINLY_AN_EXPERIMENT, whole) or re.search(r"\btrain\b|\bcompare\b", whole)
    bare = opening and _is_module(_head(rest)) and not re.search(r"\b(?:train|run|compare)\b", text)
    runs = plain or (re.search(RUNS, text) and not tells)
    if opening and (opening["article"] or not runs or (bare and not _names_environment(whole))):
        found.append((text[opening.end() :], False, True))
    for match in re.finditer(rf"\b{MAKES}\b", text):
        wished = match[0] in {"give me", "show me", "i want", "i need", "i'd like", "i would like", "add"}
        before = re.sub(r"\bfor (?:the|a|my|our) [#\w -]{0,30}baseline\b", "", text[: match.start()])  # what it is for
        found.append((text[match.end() :], bool(re.search(RUNS, before)), wished))
    return [(_head(part), before, wished) for part, before, wished in found]


def _is_module(head: str) -> bool:
    """Whether the last noun of a phrase is one of modules, and no algorithm stands in it."""
    ends = any(re.search(rf"\b(?:{noun})$", head) for noun in NOUNS.values())
    return ends and not re.search(rf"\b(?:{ALGORITHM})\b", head)


def _head(part: str) -> str:
    part = re.sub(r"^(?: me| us| up| out)+\b", "", part)
    part = re.sub(
        r"^ to (?:have|get|use|see|try|own) (?=an? |the |my |our |some )", " ", part
    )  # "I would like to have a replay"
    part = re.sub(r"^\s*(?:the |just )?(?:same|just) (?:as|like) (?:our|the|my) ", "", part)
    part = part.replace("from scratch", "fromscratch")
    end = HEAD_ENDS.search(part.strip())
    return part.strip()[: end.start() if end else len(part)].strip()


def _of_head(head: str, text: str, wished: bool) -> Kind | None:
    """By the last noun of a phrase: "a script", "a PPO agent", "a residual encoder"."""
    if not head or re.search(
        r"\b(?:script|experiment|run|comparison|program|benchmark|sweep|plan|config\w*|baseline)s?\b", head
    ):
        return None
    if re.match(rf"(?:{ALGORITHM}|the agent|an agent|it|them|sure)\b.*\b(?:learn|train|play|solve|run)", head):
        return None
    weighed = (
        r"advantages? (?:is|are)|v-?trace|importance|advantage[- ]weighted|\bloss\b|penal\w+|imitation|policy gradient|"
        r"\btd\b|returns"
    )
    if (
        re.search(r"actor[- ]?critic$", head)
        and re.search(weighed, text)
        and not re.search(
            r"layers?|units|trunk|heads?"
            r"",
            text,
        )
    ):
        return "agent"
    if re.search(rf"\b(?:{CORRECTED})\b", head):
        return None if re.search(PLAINLY_AN_EXPERIMENT, text) or _names_environment(text) else "agent"
    for noun in NOUNS.values():
        if re.search(rf"\b(?:{noun})(?: (?:module|class|component|layer|function|code))?(?: \d[^ ]*)?$", head):
            return "module"
    if re.search(r"\bnoise$", head) and _of_actions(text):
        return "module"
    ends_in_agent = re.search(rf"\b(?:{AGENT})$", head)
    if re.search(rf"\b(?:{UNKNOWN})\b", head):
        return "agent"
    algorithm = re.search(rf"\b(?:{ALGORITHM})(?:[- ][\w-]+){{0,2}}$", head)
    if ends_in_agent and wished and not re.search(MAKES, text) and re.search(r"\b(?:play|learn|teach|solve)", text):
        return None
    if (
        ends_in_agent
        and not wished
        and re.search(r"\b(?:actor[- ]critic|policy[- ]gradient) (?:agent|algorithm)$", head)
    ):
        return "agent"
    if ends_in_agent and not re.search(rf"\b(?:{ALGORITHM})\b", head):
        return "agent"
    if algorithm and re.match(r"(?:an? )?(?:modified|custom|changed|adapted|tweaked|own) ", head):
        return None if re.search(PLAINLY_AN_EXPERIMENT, text) or _names_environment(text) else "agent"
    if wished and algorithm and not ends_in_agent:  # "PPO with dual clipping"; "PPO on Pong with ..." is an experiment
        plain = re.search(PLAINLY_AN_EXPERIMENT, text)
        return "agent" if re.search(STRONG, text) and not plain else None
    if (ends_in_agent or algorithm) and re.search(CHANGED, text):
        return "agent"
    return None


def _of_chinese(text: str) -> Kind:
    text = _without_brackets(text)
    if re.match(r"(?:请|帮我)*(?:奖励|惩罚)(?:智能体|agent|动作|远离|到达|访问)", text):
        return "module"
    made: list[re.Match[str] | None] = [re.match("", text), *re.finditer(MAKES_CHINESE, text)]
    scripts = re.search(r"(?:训练)?(?:脚本|代码|程序|实验)(?!中|里)", text)
    for match in made:
        if match is None or (match[0] in {"加", "要"} and re.search(ALGORITHM, text[: match.start()])):
            continue
        rest = text[match.end() :]
        clause = re.split(r"[，。；：:（(！？,;!?]|然后|并且?(?:用|在|训练)|用来|用于|来训练", rest)[0]
        trains = re.search(r"训练|跑|运行|对比|比较", text[: match.start()] + clause)
        if (scripts and scripts.start() < match.end() + len(clause)) or (trains and not re.search(OWN, clause)):
            continue
        found = _of_clause(clause, text)
        if found:
            return found
    added = re.match(
        r"(?:请|帮我|帮忙)*(?:给|对|为|在)?(?:图像|图片|画面|状态|观测|像素)(?:向量)?(?:上|里|中)?(?:加|添加|做|施加|随机)",
        text,
    )
    if added and not scripts and not re.search("训练", text):
        return "module"
    own = re.search(r"自定义|自己写的|自己的", text)
    if own and not scripts:
        return _of_clause(text[own.end() :], text) or "experiment"
    return _told_in_chinese(text)


def _told_in_chinese(text: str) -> Kind:
    """By what a text is told in that makes nothing: a change of an algorithm, or the words of a kind of module."""
    runs = re.search(r"训练|脚本|实验|对比|比较|评估|种子|跑|(?:\d|万)\s*步(?!长)", text)
    changed = re.search(
        rf"(?:改(?:一下|写|造|进|动)?|修改|魔改)\s*(?:库里的|原来的|一下)?\s*(?:{ALGORITHM})(?![a-z])", text
    )
    algorithm = re.search(rf"(?<![a-z])(?:{ALGORITHM})(?![a-z])", text)
    if (changed or (algorithm and re.search(NEW_IN_AGENTS_CHINESE, text))) and not _names_environment(text):
        return "agent"
    if (
        re.search(rf"(?<![a-z])(?:{NEW_IN_AGENTS})(?![a-z])", text)
        and algorithm
        and not (runs or _names_environment(text))
    ):
        return "agent"
    if runs or _names_environment(text):
        return "experiment"
    told = described(text)
    return "experiment" if told is None else "agent" if told == "agent" else "module"


def _of_clause(clause: str, text: str) -> Kind | None:
    """What a Chinese clause asks to be made: its last noun, for what describes it comes before."""
    if re.search(r"(?:的|用)(?:动作|探索)噪声$", clause.strip()) and not re.search(r"训练|跑|实验", text):
        return "module"
    agents = [match.end() for match in re.finditer(AGENT_CHINESE, clause)]
    if re.search(rf"(?<![a-z])(?:{UNKNOWN})(?![a-z])", clause):
        return "agent"
    modules = [match.end() for noun in CHINESE_NOUNS.values() for match in re.finditer(noun, clause)]
    algorithm = re.search(rf"(?<![a-z])(?:{ALGORITHM})(?![a-z])", clause)
    if agents and max(agents) >= max(modules, default=0):
        return "agent" if not algorithm or re.search(CHANGED, text) else None
    if modules and re.search(
        rf"(?:{ALGORITHM})\s*(?:的|用的)?(?:双流|决斗|噪声|dueling|q ?网络|新的?|\s)*(?:{CHINESE_NOUNS['policy']})$",
        clause.rstrip("的吧呢。 "),
    ):
        return "module"
    if modules and len(clause.rstrip("的吧呢。 ")) - max(modules) <= 30:
        like = re.search(r"风格|类似|式的|那样", clause)
        return "module" if like or not algorithm or algorithm.start() > max(modules) or re.search(OWN, clause) else None
    if algorithm and re.search(CHANGED, text):
        return "agent"
    return None


def primitive_of(request: str) -> Primitive | None:
    """Which primitive a request for a module is about: the one named first, English or Chinese."""
    text = _without_brackets(_without_context(re.sub(r"\s+", " ", _one_line(request)).strip().lower()))
    found: list[tuple[int, Primitive]] = []
    for nouns, bound in ((NOUNS, r"\b"), (CHINESE_NOUNS, "")):
        for primitive, noun in nouns.items():
            match = re.search(rf"{bound}(?:{noun}){bound}", text)
            if match:
                found.append((match.start(), primitive))
    if not found and re.match(r"(?:请|帮我|帮忙)*(?:给|对|为|在)?(?:图像|图片|画面|状态|观测|像素)", text):
        return "augmentation"
    if re.search(r"[\u4e00-\u9fff]", text):  # what describes it comes before: 带 spatial softmax 的图像编码器
        wished = re.search(r"(?:想要|需要|要|写|实现|设计|做|给我|来)(?:一个|一种|个)", text)
        begins = re.split(r"[，。：:；]", text[wished.end() :] if wished else text)[0]
        ends = [(m.end(), primitive) for primitive, noun in CHINESE_NOUNS.items() for m in re.finditer(noun, begins)]
        if ends:
            return max(ends)[1]
    for primitive, noun in NOUNS.items():
        if re.search(rf"\b(?:but|so|and|now|it|this|that) as an? (?:[\w-]+ ){{0,2}}(?:{noun})\b", text):
            return primitive
    if (of_heads := _of_heads(text)) is not None:
        return of_heads
    does: Primitive | None = "reward" if begins_with_pay(text) or re.search(AS_REWARD, text) else told(text)
    if does is not None:
        return does
    most = described(text)
    if most in {None, "distribution"} and _noise_of_observations(text):
        return "augmentation"
    if most is not None and most != "agent":
        return most
    return min(found)[1] if found else None


def _of_heads(text: str) -> Primitive | None:
    """By the nouns that the phrases end with, of which the first counts."""
    heads = [] if begins_with_pay(text) or plainly_reward(text) else [head for head, _, _ in _heads(text)]
    if STORED.search(text) and not any(re.search(r"reward|bonus|curiosity", head) for head in heads[1:]):
        return "storage"
    if len(heads) > 1 and re.match(
        r"[a-z]+s (?:in|are|of) ", text
    ):  # "rewards in my task are sparse": what is told first
        heads = [*heads[1:], heads[0]]
    for head in heads:
        for primitive, noun in NOUNS.items():
            if re.search(rf"\b(?:{noun})(?: (?:module|class|component))?(?: \d[^ ]*)?$", head):
                if primitive == "policy" and re.search(rf"\b(?:{SHAPES})\b", head):
                    return "distribution"
                return "augmentation" if primitive == "distribution" and _noise_of_observations(text) else primitive
        if re.search(r"\bnoise$", head) and _of_actions(text):
            return "distribution"
    return None


def _of_actions(text: str) -> bool:
    """Whether a noise is that of actions: of an actor, or of an agent that explores by it."""
    named = re.search(r"\b(?:ddpg|td3|drq\S*|actors?|actions?|explor\w+)\b", text)
    return bool(named) and not _noise_of_observations(text)


def _noise_of_observations(text: str) -> bool:
    """Whether a noise is that of states or images: of actions nothing is said."""
    of = r"(?:states?|observations?|images?|pixels?|frames?|sensors?|pictures?|vectors?)"
    acting = r"actions?|polic(?:y|ies)|explor\w*|logits|actors?|ddpg|td3|distributions?|ornstein\w*|ou noise|pink"
    return bool(re.search(rf"\bnoise\b.*\b{of}\b|\b{of}\b.*\bnoise\b", text)) and not re.search(
        rf"\b(?:{acting})\b", text
    )
