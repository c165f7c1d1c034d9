"""What a request says of a run as a whole: its seeds, a phase of pre-training before it, an evaluation after it, plots.

Each is read first and cut out of the text, so that its numbers are nobody else's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from copilot.codegen.phases import read_phases
from copilot.codegen.request.clauses import clause, sentence
from copilot.codegen.request.numbers import find_numbers, parse_number
from copilot.codegen.spec import MAX_SEED
from copilot.codegen.totals import parted
from copilot.core.errors import InvalidRequest

MAX_SEEDS = 100
_N = r"(?:[-−]?\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|zero|no|[零一二两三四五六七八九十]+)"
_OVER = r"(?:(?:averaged |repeated )?(?:over|with|using|across|on|for|from|by)\s+(?:each (?:of )?)?|在|用|跑|以|使用|各)?\s*"
_EACH = (
    r"(?:\s*,?\s*(?:each|apiece|per (?:agent|algorithm|run|method|setting|environment|variant|configuration)|各自?))?"
)
_SAID = r"(?:numbers?|from|of|in|∈|are|to|=|:|从|为|是|用|改成|改为|换成|设为|取)?"
_RANGE = re.compile(
    _OVER
    + rf"(?:(?<![a-z])(?:random )?seeds?|随机种子|种子)\s*{_SAID}\s*(\d+)\s*"
    + r"(?:-|–|—|~|\.{2,3}|to|through|thru|until|到|至)\s*(\d+)(?!\w|\.\w)"
    + _EACH
)
_LIST = re.compile(
    _OVER
    + rf"(?:(?<![a-z])(?:random )?seeds|(?<![a-z])seed(?=\s*(?:[=:∈]|in)?\s*[\[{{(])|随机种子|种子)\s*{_SAID}\s*[\[{{(]?\s*"
    + r"(\d+(?!\w|\.\d)(?:\s*(?:,\s*and|，|,|、|and|&|或|和|与|及|\s)\s*\d+(?!\w|\.\d))+)\s*[\]})]?"
    + _EACH
)
_COUNT = re.compile(
    _OVER + rf"(?<![\w.])({_N})\s+(?:(?:different|random|independent|training|separate|distinct)\s+)*seeds(?![a-z]){_EACH}|"
    + _OVER + r"(?<![\w.])(one|1|a single)\s+(?:random )?seed(?![a-z])(?!\s*[=:]?\s*\d)|"
    + _OVER + rf"({_N})\s*[个組组颗]\s*(?:不同的?|独立的?)*(?:随机)?(?:数)?种子{_EACH}|"
    rf"(?<![\w.])({_N}) times\s*(?:with|using|over|for)\s+(?:different |various |other |random )*seeds|"
    rf"(?<![a-z])(?:repeat|run|train)\w*\s+(?:it |each |this |them |everything |both )?({_N}) times(?![a-z])"
    rf"(?!\s+(?:as|longer|more|the|fewer|less))|"
    rf"{_OVER}(?<![\w.])({_N})\s+(?:independent |repeated )?(?:runs|trials|repetitions|repeats)(?![a-z])(?!\s*:){_EACH}|"
    rf"(?<!动作)(?<!动作每次)(?:重复|各跑|跑|运行)\s*({_N})\s*[次遍]|"
    rf"(?:随机)?种子(?:的?数量?|数目|个数)?(?:增加|增|改|提高|加|减少|减|降|设|换|扩)?[到成为至]\s*({_N})\s*[个组颗]|"
    rf"(?<![a-z])(?:the )?(?:(?:number|count) of (?:random )?seeds|seed count|num(?:ber)?[ _]seeds|n[ _]seeds)\s*"
    rf"(?:(?:should be|goes|is|to|of|at|up|=|:)\s*)*({_N})(?![\w.])|"
    rf"(?<![a-z])(?:the )?seeds\s+(?:up |down )?to\s+({_N})(?![\w.])"
)  # fmt: skip
_ONE_BY_ONE = re.compile(
    r"(?:(?<![a-z])seeds?|种子)\s*[=:]?\s*\d+(?:\s*(?:,|，|、|(?:,\s*)?and|&|和|与|及|以及)\s*(?:with |using |on )?(?:the )?"
    r"(?:seeds?|种子)\s*[=:]?\s*\d+)+(?![\w.])",
    re.IGNORECASE,
)
"""Seeds with the word before each: "seed 5 and seed 7"."""
_UNIT = re.compile(
    r"\s*(?:parallel |training )?(?:env|step(?!s?\s*[:=])|epoch|episode|update|hidden|worker|"
    r"mini[\s-]?batch|cop(?:y|ies))|\s*个|\s*[步轮]"
)

_EPISODES = rf"({_N})\s*(?:final |test |evaluation |eval |more )*(?:episodes|games)(?![a-z])"
_ZH_EPISODES = rf"({_N})\s*个?\s*(?:回合|局|集|episodes?)"
_END = r"(?:\s*,?\s*(?:at the (?:very )?end|after (?:the )?training|afterwards?|in the end|when trained))"
_AT_END = r"(?:(?:at the (?:very )?end|after (?:the )?training|afterwards?|finally|in the end|then|and),?\s*)?"
_EVALUATE = re.compile(
    rf"{_AT_END}(?<![a-z])(?:final(?:ly)? )?(?:evaluat(?:e|es|ed|ing|ion)?|test(?:s|ed|ing)?|eval(?:s|ed)?)(?![a-z])"
    rf"(?: (?:it|them|the (?:final |trained |resulting )?(?:agent|policy|result|"
    rf"model)s?))?{_END}?(?: (?:on|over|for|with|using|in|across|of))?\s*{_EPISODES}{_END}?|"
    rf"(?<![\w.]){_EPISODES}\s*(?:of|for|in)?\s*(?:the )?final (?:evaluation|test)|"
    rf"(?<![\w.])({_N})\s*final (?:evaluation |eval |test )?episodes|"
    rf"(?:最后|最终|训练(?:结束|完成)?[之以]?后|结束后)?[再并]?(?:进行)?(?:最终)?(?:评估|"
    rf"测试)(?:时)?(?:用|跑)?\s*{_ZH_EPISODES}|"
    rf"(?:最后|最终|训练(?:结束|完成)?[之以]?后)[再]?用\s*{_ZH_EPISODES}(?:来|进行|做)?(?:评估|测试)|"
    rf"用\s*{_ZH_EPISODES}(?:来|进行|做)?(?:最终)?(?:评估|测试)"
)
_SOME_EPISODES = re.compile(rf"(?<![\w.]){_EPISODES}|{_ZH_EPISODES}")
_EVALUATION = re.compile(r"(?<![a-z])(?:eval\w*|test\w*|judg\w*|assess\w*)(?![a-z])|评估|测试|评测|检验")
_LAST = re.compile(
    r"(?<![a-z])(?:final\w*|after (?:the )?training|at the (?:very )?end|in the end|trained|afterwards?|closing|"
    r"last)(?![a-z])|"
    r"训练?(?:结束|完成|完)?[之以]?后|训完|练完|最后|最终|结束时|结束后"
)
_INTERVAL = re.compile(r"(?<![a-z])(?:every|each|interval)(?![a-z])|每")

_NO_PLOTS = re.compile(
    r"(?<![a-z])(?:without|no|don't|do not|skip)\s+(?:any |make |draw |the )*(?:plots?|figures?|plotting|"
    r"charts?|graphs?)"
    r"(?:\s+it)?|不要?(?:画图|绘图|作图|出图)"
)
_PLOTS = re.compile(
    r"(?:,?\s*(?:and|with|then|plus)\s+)?(?<![a-z])(?:plot|draw|show|chart|graph|visuali[sz]e)(?:s|ted|"
    r"ting)?\s+(?:me\s+)?"
    r"(?:it|them|"
    r"(?:the |their |both |all )*(?:results?|learning curves?|curves?|comparison|rewards?|scores?|"
    r"figures?|plots?|outcome))"
    r"(?:\s+as (?:a )?(?:figures?|png|svg))?(?![a-z])|"
    r"(?:,?\s*(?:and|with)\s+)(?:learning curves|plots|figures|a plot|a figure)(?![a-z])|"
    r"[并且，]*(?:画出?|绘制|绘出|(?<!动)作)(?:[^，,。；;]{0,8})?(?:图|曲线)"
)


_UPDATES = re.compile(
    r"\s*(?:(?:policy|training|ppo|a2c) )?(?:updates|iterations|rollouts)(?![a-z])(?! (?:of the (?:critic|target|q)|per|"
    r"each|every|between|before|after))|\s*(?:个|次)?(?:策略)?(?:更新|迭代)(?!一次)"
)
_LEAD = re.compile(
    r"(?:^|[,;.:，。；：]|(?<![a-z])(?:for|train\w*|run|total of|budget of|in total|total|and|with|over)|"
    r"训练|跑|共|迭代|更新|练)\s*(?:about |around |exactly |only |just )?$"
)
_NO_BUDGET = re.compile(
    r"(?<![a-z])(?:every|each|per|interval|log\w*|sav\w+|checkpoint\w*|eval\w*|test\w*|warm\w*|first|last|delay\w*|after|phases?|"
    r"batch\w*|"
    r"critic|target|anneal\w*|decay\w*|window|pre-?train\w*)(?![a-z])|每|隔|评估|保存|日志|预训练|前|后|延迟"
)


@dataclass(frozen=True)
class Course:
    """What was read; None is unsaid."""

    seeds: list[int] | None = None
    pretrain: bool = False
    """Whether there is a phase of pre-training before training."""
    pretrain_steps: int | None = None
    eval_episodes: int | None = None
    plots: bool | None = None
    updates: int | None = None
    """How long training is, told in updates: each of one rollout."""


def read_course(text: str) -> tuple[Course, str]:
    """What the text says of the course, and the text without it.

    Raises:
        InvalidRequest: no seed, too many, one twice; no steps or no episodes; or two answers to one of these.
    """
    seeds, text = _seeds(parted(text))
    pretrain, pretrain_steps, text = read_phases(text)
    episodes, text = _episodes(text)
    plots, text = _plots(text)
    updates, text = _updates(text)
    return Course(seeds, pretrain, pretrain_steps, episodes, plots, updates), text


def cut(text: str, start: int, end: int, by: str = " ") -> str:
    """The text without a span."""
    return text[:start].rstrip() + by + text[end:].lstrip() if by == " " else text[:start] + by + text[end:]


def _seeds(text: str) -> tuple[list[int] | None, str]:
    text = _ONE_BY_ONE.sub(lambda match: f"seeds {', '.join(re.findall(r'[0-9]+', match[0]))}", text)
    found, told = list[list[int]](), set[tuple[int, ...]]()
    for pattern in (_RANGE, _LIST, _COUNT):
        while match := pattern.search(text.lower()):
            seeds, end = _listed(pattern, match, text)
            if not seeds:
                break
            found.append(seeds)
            told |= {tuple(seeds)} if pattern is not _COUNT else set()
            text = cut(text, match.start(), end)
    if not found:
        return None, text
    if len(found) > 1 and any(len(seeds) > 1 for seeds in found):
        found = [seeds for seeds in found if seeds != [1]]  # "one run says little: use 5 seeds"
    named = found[0]
    if len(told) > 1 or any(len(seeds) != len(named) for seeds in found):
        raise InvalidRequest(
            f"The request names seeds twice: {' and '.join(map(str, found))}.", hint='Name them once: "seeds 1-5".'
        )
    twice = [seed for seed in named if named.count(seed) > 1]
    if twice:
        raise InvalidRequest(f"The seed {twice[0]} is named twice.", hint="Name different seeds.")
    if max(named) > MAX_SEED:
        raise InvalidRequest(f"The seed {max(named)} is too large; expected at most {MAX_SEED}.", hint="Name another.")
    return named, text


def _listed(pattern: re.Pattern[str], match: re.Match[str], text: str) -> tuple[list[int], int]:
    """The seeds, none if it is no list after all, and where its words end."""
    if pattern is _RANGE:
        first, last = int(match[1]), int(match[2])
        if last <= first or last - first >= MAX_SEEDS:
            raise InvalidRequest(
                f"The seeds from {first} to {last} are none or too many; expected at most {MAX_SEEDS}, upwards.",
                hint='For example: "seeds 1-5".',
            )
        return list(range(first, last + 1)), match.end()
    if pattern is _LIST:
        numbers = list(re.finditer(r"\d+", match[1]))
        ends = match.end()
        if _UNIT.match(text.lower(), match.end()):  # "seeds 1, 2, 8 environments"
            ends = match.start(1) + numbers[-2].end()
            numbers = numbers[:-1]
        plural = "seeds" in match[0].lower() or "[" in match[0]
        return [int(n[0]) for n in numbers] if len(numbers) > 1 or plural else [], ends
    said = next(group for group in match.groups() if group)
    count = {"no": 0, "a single": 1}.get(said, parse_number(said.replace("−", "-")))
    if not isinstance(count, int) or not 1 <= count <= MAX_SEEDS:
        raise InvalidRequest(
            f"The number of seeds is {said}; expected 1 to {MAX_SEEDS}.", hint='For example: "over 5 seeds".'
        )
    return list(range(1, count + 1)), match.end()


def _episodes(text: str) -> tuple[int | None, str]:
    for match in _EVALUATE.finditer(text.lower()):
        clause = re.split(r"[,;.，。；]", text.lower()[match.start() :], maxsplit=1)[0]
        before = re.split(r"[,;.，。；]", text.lower()[: match.start()])[-1]
        if _INTERVAL.search(before + clause):
            continue
        said = next(group for group in match.groups() if group)
        count = 0 if said == "no" else parse_number(said.replace("−", "-"))
        if not isinstance(count, int) or count < 1:
            raise InvalidRequest(f"{said} episodes of evaluation; expected at least 1.", hint="The default is 10.")
        return count, cut(text, match.start(), match.end())
    return _last_episodes(text)


def _last_episodes(text: str) -> tuple[int | None, str]:
    """As "the evaluation after training should use 30 episodes": in a clause, in any order.

    Where nobody speaks of an interval, "20 evaluation episodes" are those after training, too.
    """
    lower = text.lower()
    for match in _SOME_EPISODES.finditer(lower):
        low, high = clause(lower, *match.span())
        said = lower[low:high]
        about = lower[slice(*sentence(lower, *match.span()))]
        alone = _EVALUATION.search(said) and not _INTERVAL.search(
            re.sub(r"(?<![a-z])(?:for )?each$", "", about.strip())
        )
        last = _LAST.search(said) and not _INTERVAL.search(_LAST.sub(" ", said))
        if _EVALUATION.search(about) and (last or alone):
            count = parse_number(next(group for group in match.groups() if group))
            if isinstance(count, int) and count >= 1:
                return count, cut(text, low, high)
    return None, text


def _plots(text: str) -> tuple[bool | None, str]:
    match = _NO_PLOTS.search(text.lower())
    if match:
        return False, cut(text, match.start(), match.end())
    match = _PLOTS.search(text.lower())
    return (True, cut(text, match.start(), match.end())) if match else (None, text)


def _updates(text: str) -> tuple[int | None, str]:
    """How many updates training has, where nothing else is counted in them."""
    for number in find_numbers(text):
        unit = _UPDATES.match(text.lower(), number.end)
        if unit is None or not isinstance(number.value, int) or number.value < 2:
            continue
        low, high = clause(text.lower(), number.start, unit.end())
        if _LEAD.search(text.lower(), 0, number.start) and not _NO_BUDGET.search(text.lower()[low:high]):
            return number.value, cut(text, number.start, unit.end())
    return None, text
