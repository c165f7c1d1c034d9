"""A goal in words, English or Chinese: which task and agent, what is wanted of them, and what it may take."""

from __future__ import annotations

import re
from dataclasses import dataclass

from copilot.codegen.names.environments import read_environment
from copilot.codegen.names.literal import read_agent
from copilot.codegen.request.reading import MAX_CHARS, Reading
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest

EXAMPLE = "reach 450 on CartPole as fast as possible"

WANTS: dict[str, str] = {
    "exploration": r"\bexplor\w*|\bcurio\w+|\bnovel\w*|探索|好奇",
    "sparse": r"\bsparse\w*|\brare(?:ly)? reward\w*|\bnever (?:gets?|finds?|sees?|reach\w*|learns?)|\bno rewards?\b|"
    r"稀疏|得不到奖励|没有奖励",
    "stability": r"\b(?:un)?stab(?:le|ly|ilit\w+|ilis\w+|iliz\w+)|\bvarian\w+|\breliab\w+|\brobust\w*|\bconsisten\w+|"
    r"\bdiverg\w+|\bevery seed\b|\ball seeds\b|稳定|方差|波动|可靠",
    "samples": r"\b(?:sample|data)[\s-]?efficien\w+|\bexpensive (?:steps?|simulator)|\bslow simulator|"
    r"\b(?:few|fewer|fewest|less|least)\s+(?:environment )?(?:samples?|steps?|interactions?|data)|"
    r"样本效率|(?:更|最|较|尽量)少的?(?:样本|步|交互)|少量样本",
    "speed": r"\bfast\w*|\bquick\w*|\basap\b|\bspeed\w*|\bas soon as\b|\bwall[\s-]?clock|尽快|更快|最快|快速|加快|速度",
    "memory": r"\bmemor\w+|\bremember\w*|\brecurren\w+|\bpartial(?:ly)?[\s-]observ\w+|\bpomdp\b|\blstm\b|记忆|记住|部分可观",
    "generalisation": r"\bgenerali[sz]\w+|\bunseen\b|\bnew levels?\b|\boverfit\w*|泛化|没见过|未见过|过拟合",
}
"""By what is wanted: words that say so."""
_UNITS = {
    "s": 1.0, "sec": 1.0, "secs": 1.0, "second": 1.0, "seconds": 1.0, "秒": 1.0, "秒钟": 1.0,
    "min": 60.0, "mins": 60.0, "minute": 60.0, "minutes": 60.0, "分钟": 60.0,
    "h": 3600.0, "hr": 3600.0, "hrs": 3600.0, "hour": 3600.0, "hours": 3600.0, "小时": 3600.0, "个小时": 3600.0,
    "day": 86_400.0, "days": 86_400.0, "天": 86_400.0,
}  # fmt: skip
_HALF_HOUR = re.compile(r"\bhalf an hour\b|半个?小时")
_REWARD_BEFORE = re.compile(
    r"(?:reach|score|reward|return|get|above|over|least|exceed|hit|solve|achieve)\w*"
    r"(?:\s+(?:of|an?|is|to|average|mean|score|reward|return|above|over|at least|up to|more than))*\s*[:>≥]*\s*$|"
    r"(?:达到|超过|高于|奖励|回报|得分|分数)[到至为是]?\s*$",
    re.IGNORECASE,
)
_REWARD_AFTER = re.compile(r"\s*(?:points?|reward|return|分(?!钟))", re.IGNORECASE)
_STEPS_AFTER = re.compile(r"\s*(?:environment |training |env )?(?:time)?steps?\b|\s*步", re.IGNORECASE)
_THING = r"(?:experiments?|runs?|things?|steps?|ideas?)"
_NEXT = re.compile(
    r"(?:(?:please|so|now|okay|ok|and|then),? )*(?:(?:can|could|would) you (?:please )?)?(?:tell me |show me )?"
    rf"(?:(?:what|which)(?:['’]s| is)?(?: (?:sort|kind) of)?(?: (?:the|one|a|an|my|our|of))*(?: next)?(?: {_THING})?"
    r"(?: (?:should|shall|could|can|do|would|to)(?: (?:i|we|you))?)?(?: (?:be|run|do|try|train))?(?: the)?(?: next| now)?"
    rf"(?: {_THING})?"
    r"|(?:suggest|propose|recommend|give me)(?: me| us)?(?: (?:the|a|an|some|my|our|three|four|five|\d))?(?: next| new)?"
    rf" {_THING}(?: to (?:run|do|try))?(?: next| now)?"
    rf"|(?:the |my |our )?next {_THING})",
    re.IGNORECASE,
)
_NEXT_CHINESE = re.compile(
    r"(?:请|帮我|那么?|现在|我们?|你)*(?:建议|推荐|说说|告诉我)?(?:一下|几个)?(?:我们?)?(?:下一步|接下来|下一个|下次|之后)(?:的)?(?:实验)?"
    r"(?:我们?)?(?:应该|该|可以|要|能)?(?:做|跑|试|训练|运行)?(?:什么|哪个|哪些|啥|几个)?(?:实验|运行|尝试)?(?:比较好|好|呢|吗)?"
)
_PIXELS = re.compile(r"\bpixels?\b|\bimages?\b|\bpictures?\b|像素|图像", re.IGNORECASE)


def asks_what_next(words: str) -> bool:
    """Whether somebody asks for the next experiment and says nothing of what is wanted: "which one should I run next?"."""
    text = " ".join(words.split()).strip(" ?？.!。！")
    if re.search(r"[\u4e00-\u9fff]", text):
        return bool(_NEXT_CHINESE.fullmatch(text))
    asks = re.search(r"\bnext\b|\b(?:suggest|propose|recommend|give)\b.*\bexperiments?\b", text, re.IGNORECASE)
    return bool(asks and _NEXT.fullmatch(text))


@dataclass(frozen=True)
class Goal:
    """What somebody wants next.

    Args:
        text: as it was said, in one line.
        env_id: the task; None if none is named.
        agent: None if none is named.
        wants: names of `WANTS`, in the order of that table.
        reward: to be reached.
        budget_s: seconds that it may take.
        steps: environment steps that it may take.
        pixels: whether pictures are to be seen.
    """

    text: str
    env_id: str | None = None
    agent: str | None = None
    wants: tuple[str, ...] = ()
    reward: float | None = None
    budget_s: float | None = None
    steps: int | None = None
    pixels: bool = False


def read_goal(words: str, catalogue: Catalogue) -> Goal:
    """Understand a goal.

    Raises:
        InvalidRequest: it is empty or too long, or says neither a task, an agent, a wish nor a budget.
        UnknownName: it names an agent or environment that does not exist.
    """
    if not words.strip():
        raise InvalidRequest("The goal is empty.", hint=f'Say what you want: rllte-copilot suggest "{EXAMPLE}"')
    if len(words) > MAX_CHARS:
        raise InvalidRequest(
            f"The goal has {len(words)} characters; expected at most {MAX_CHARS}.", hint=f'Say it shortly: "{EXAMPLE}".'
        )
    reading = Reading(words)
    env_id, agent = read_environment(reading, catalogue), read_agent(reading, catalogue)
    wants = tuple(name for name, pattern in WANTS.items() if re.search(pattern, reading.lower))
    reward, budget, steps = _numbers(reading)
    goal = Goal(reading.text, env_id, agent, wants, reward, budget, steps, bool(_PIXELS.search(reading.lower)))
    if not (env_id or agent or wants or budget):
        raise InvalidRequest(
            f"The goal {reading.text[:80]!r} names no task, no agent and nothing that is wanted; expected at least "
            "one of them.",
            hint=f'For example: "{EXAMPLE}", "explore DoorKey better", "make SAC on Pendulum more stable".',
        )
    return goal


def _numbers(reading: Reading) -> tuple[float | None, float | None, int | None]:
    """The reward to reach, the seconds and the steps that it may take."""
    reward, budget, steps = None, None, None
    for number in reading.numbers:
        before, after = reading.lower[: number.start], reading.lower[number.end :]
        unit = re.match(r"\s*([a-z]+\b|[\u4e00-\u9fff]{1,3})", after)
        word = next((w for w in _prefixes(unit[1]) if w in _UNITS), None) if unit else None
        if word is not None:
            budget = float(number.value) * _UNITS[word]
        elif _STEPS_AFTER.match(after):
            steps = int(number.value)
        elif _REWARD_BEFORE.search(before) or _REWARD_AFTER.match(after):
            reward = float(number.value)
    if budget is None and _HALF_HOUR.search(reading.lower):
        budget = 1800.0
    if (budget is not None and budget <= 0) or (steps is not None and steps <= 0):
        raise InvalidRequest(
            "The goal leaves no time or no steps; expected more than 0.", hint=f'For example: "{EXAMPLE}".'
        )
    return reward, budget, steps


def _prefixes(word: str) -> list[str]:
    """An English unit is the whole word; a Chinese one may be followed by other signs."""
    return [word] if word.isascii() else [word[:length] for length in range(len(word), 0, -1)]
