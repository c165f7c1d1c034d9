"""Counts of steps: what the number of "N steps" counts, by the words around it; the length of training is one of many."""

from __future__ import annotations

import re
from dataclasses import dataclass

from copilot.codegen.request.numbers import Number
from copilot.codegen.request.reading import Reading

_STEPS = re.compile(
    r"[\s-]*(?:(?:env|environment|time|game)[\s-]*)?(?:steps?|timesteps?|frames?|interactions?)(?![a-z])|"
    r"\s*个?(?:环境|时间)?[步帧]"
)
_UPDATES = re.compile(
    r"[\s-]*(?:gradient |policy |training )?(?:updates?|iterations?|rollouts?)(?![a-z])|\s*[次轮个]?(?:更新|迭代)"
)
_EPISODES = re.compile(r"[\s-]*(?:training )?episodes?(?![a-z])|\s*[个次]?(?:回合|局)")
UNITS = {"steps": _STEPS, "updates": _UPDATES, "episodes": _EPISODES}
"""What intervals are counted in."""

_BARE = frozenset(
    {"steps", "timesteps", "time steps", "env steps", "environment steps", "environment interactions", "interactions"}
    | {"frames", "步", "帧", "时间步"}
)
_EACH = re.compile(r"(?:(?<![a-z])(?:every|each|per)(?: with| for| of)?|每隔?|每个?回合|每局)\s*$")
_ELSEWHERE = re.compile(
    r"\s*(?:(?:per|each|every|an|in an|in each) episode|(?:for|at|during) (?:the )?(?:eval|evaluation|evaluating)(?![a-z]))"
)
_RUN_LEAD = re.compile(
    r"(?:(?<![a-z])(?:for|in|over|within|during|after|until|total(?: of)?|budget(?: of)?|about|around|roughly|up to|at most|"
    r"at least|max(?:imum)?(?: of)?|only|just|exactly|run|runs|running|last(?:s|ing)?|takes?|"
    r"(?:pre-?)?(?:train|trains|trained|training|learn|learns|learning)(?: it)?(?: for)?)|"
    r"训练|学习|运行|跑|共|总计|持续|大约|大概|约|最多|训练了|[练学跑]了?)[\s:：=是为到]*$"
)
_OPENS = re.compile(r"(?:^|[,;.:!?，。；：、！？()（）]|(?<![a-z])(?:and|with|plus|then|using)|以及|和|并|用)\s*$")
_CLOSES = re.compile(
    r"\s*(?:$|[,;.:!?，。；：、！？()（）]|(?:and|with|on|in|using|at|from|to|total|altogether|long|of training|"
    r"of experience|please|per|as|by|then|so|seed|lr|tag)(?![a-z])|的|并|和|及|用|在|训练|左右|即可|吧)"
)

_INIT = re.compile(
    r"(?:(?<![a-z])start\w*\s+(?:the\s+)?(?:to\s+)?(?:learn|train|updat)\w*\s+(?:only\s+)?(?:after|from|at)|"
    r"(?<![a-z])(?:learning|training|updates?)\s+(?:starts?|begins?)\s*(?:only\s+)?(?:after|at|from|with|:|=)?|"
    r"(?<![a-z])warm[\s-]?up(?: phase| period)?\s*(?:for|of|over|with|during|=|:)?|"
    r"(?<![a-z])(?:random (?:actions?|exploration|policy|acting|moves?)|"
    r"(?:act|explor)\w*\s+(?:at )?random(?:ly)?)\s*(?:for|of|over|during|in)?|"
    r"(?:首先|先)?(?:随机(?:探索|动作|采样|策略|行动)?|预热|热身)|先探索)(?:\s*the)?(?:\s*first)?\s*$"
)
_INIT_REST = re.compile(
    r"\s*(?:of\s+)?(?:random (?:exploration|actions?|acting)|warm[\s-]?up)(?![a-z])|\s*的?(?:随机|预热|热身)|"
    r"\s*之?后[再才]?开始(?:学习|训练|更新)"
)
_INIT_STEPS = re.compile(r"[\s-]*(?:random|warm[\s-]?up|exploration|exploratory)[\s-]*(?:steps?|actions?)(?![a-z])")
_ROLLOUT = re.compile(r"每[次轮][^，,。；;]{0,4}$")
_COLLECTED = re.compile(r"(?<![a-z])(?:collect|gather|sampl)\w*\s*$")
_BETWEEN = re.compile(
    r"[^,;.]{0,30}(?<![a-z])(?:(?:per|each|every) (?:update|iteration|rollout|time|env)|before|between|at a time)"
)
_RETURNS = re.compile(
    r"(?<![a-z])(?:n|multi)[\s-]?step[\s-]*(?:(?:experience )?replay\s*(?:storage|buffer)?|returns?|bootstrap\w*|targets?)?"
    r"\s*(?:set to|of|with|over|using|from|to|at|=|:|is|为|是)\s*$|(?<![a-z])(?:returns|bootstrap\w*) (?:over|"
    r"of|after|from)\s*$|"
    r"(?:n|多)步(?:回放|回报)(?:为|是|用)?\s*$"
)
_LONGEST_RETURN = 1000
_STACK_AT_MOST = 16
_ROLLOUT_AT_MOST = 10_000
_ENVS = re.compile(r"(?:environments|envs|copies|workers|环境)[^.;。；]{0,12}$")
_ENVS_BY = re.compile(r"(?:(?<![a-z])(?:environments?|envs?|copies|workers|actors)|环境)\s*(?P<by>x|×|\*|by|times)\s*$")
_BY_ENVS = re.compile(r"\s*(?:x|×|\*|by|times)(?=\s*\d+ (?:parallel )?(?:env|cop|worker|actor))")
_STACK = re.compile(r"(?<![a-z])stack(?:s|ed|ing)?(?: of| up)?(?: the)?(?: last)?\s*$|(?:堆叠|叠加|叠)\s*$")
_STACK_REST = re.compile(r"\s*(?:are |to be |being )?stack|\s*(?:堆叠|叠加|叠)")
_REPEAT = re.compile(
    r"(?<![a-z])(?:repeat\w*|hold\w*|held)(?: each| every| the| an| all)?(?: actions?)?\s*(?:for|over)?\s*$|"
    r"(?:动作重复|重复动作|每个动作重复)\s*$"
)
_DECAY = re.compile(
    r"(?<![a-z])(?:(?:decay|anneal|lower|decreas|reduc)\w*(?:[^,;.]|\.\d){0,24}(?:epsilon|exploration|noise)|"
    r"(?:epsilon|exploration|noise)(?:[^,;.]|\.\d){0,24}(?:decay|anneal|decreas|schedule|fall)\w*)(?:[^,;.]|\.\d){0,24}"
    r"(?<![a-z])(?:over|in|for|within|during|across|after)(?: the)?(?: first)?\s*$|"
    r"(?:探索率|ε|epsilon|噪声)[^，,。；;]{0,8}(?:衰减|退火|降)[^，,。；;]{0,6}$"
)
_DECAY_LEAD = re.compile(r"(?:探索率|ε|epsilon|噪声)[^，,。；;]{0,6}$")
_DECAY_REST = re.compile(r"\s*[内里中]?[线性地]{0,3}(?:衰减|退火|下降)")
_EPISODE = re.compile(
    r"(?<![a-z])(?:episodes?(?:['’]s?)?(?: (?:are|is|be|to be|limited|capped|cut|truncated|length|long|limit))*|"
    r"(?:limit|cap|cut|truncat)\w* (?:the |all |each |every )?episodes?|time limit)\s*(?:to|at|after|of|is|off at|=|:)?\s*$|"
    r"(?:回合|每局|一局)(?:长度|步数|限制|最多|最长|不超过|为|是|在|到)*\s*$"
)
_LEADS = (
    (_DECAY, "schedule"),
    (_EPISODE, None),
    (_ROLLOUT, "num_steps"),
    (_STACK, "frame_stack"),
    (_REPEAT, "action_repeat"),
)
_RESTS = ((_INIT_REST, "num_init_steps"), (_STACK_REST, "frame_stack"))
"""Words before and after "N steps", and the setting that they speak of."""
_INTERVALS = {
    "eval_interval": r"评估|评测|测试|(?:an? )?eval",
    "save_interval": r"保存|存|(?:an? )?(?:save|saving|checkpoint)",
    "log_interval": r"记录|打印|输出日志|日志|(?:a )?log",
}
_SAID = re.compile(r"(?<![a-z])(?:eval|test|sav|checkpoint|log)\w*(?: [a-z]+){0,2}\s+(?:every|each)\s*$")


@dataclass(frozen=True)
class Count:
    """A number that is no length of training: the setting it belongs to, None if there is none, and its words' place."""

    number: Number
    name: str | None
    start: int
    end: int


def read_counts(reading: Reading) -> list[Count]:
    """The free numbers before "steps", "frames", "updates" or 步 whose words say that they count something else."""
    found = (_meant(reading.lower, number) for number in reading.numbers)
    return [count for count in found if count is not None]


def _meant(text: str, number: Number) -> Count | None:
    """What the number counts, if its words tell."""
    units = (pattern.match(text, number.end) for pattern in (_STEPS, _UPDATES, _EPISODES))
    end = next((unit.end() for unit in units if unit), number.end)
    lead = text[: number.start]
    interval = _interval(text, number, end)
    if interval:
        return interval
    before = _INIT.search(lead)
    after = _INIT_STEPS.match(text, number.end)
    if before or after:
        return Count(
            number, "num_init_steps", before.start() if before else number.start, after.end() if after else end
        )
    if not _STEPS.match(text, number.end):
        return None
    if _ELSEWHERE.match(text, end):
        return Count(number, None, number.start, end)
    if number.value <= _LONGEST_RETURN and (before := _RETURNS.search(lead)):
        return Count(number, "n_step", before.start(), end)
    if number.value < _ROLLOUT_AT_MOST and re.match(r"\s*(?:each|apiece)(?![a-z])", text[end:]) and _ENVS.search(lead):
        return Count(number, "num_steps", number.start, end + 5)
    by, times = _ENVS_BY.search(lead), _BY_ENVS.match(text, end)
    if number.value < _ROLLOUT_AT_MOST and (by or times):
        return Count(number, "num_steps", by.start("by") if by else number.start, times.end() if times else end)
    if (before := _COLLECTED.search(lead)) and (after := _BETWEEN.match(text, end)):
        return Count(number, "num_steps", before.start(), after.end())
    if (before := _DECAY_LEAD.search(lead)) and (after := _DECAY_REST.match(text, end)):
        return Count(number, "schedule", before.start(), after.end())
    for pattern, name in _LEADS:
        if before := pattern.search(lead):
            return Count(number, name, before.start(), end)
    for pattern, name in _RESTS:
        if after := pattern.match(text, end):
            return Count(number, name, number.start, after.end())
    if number.value <= _STACK_AT_MOST and re.match(r"[\s-]*(?:frames?(?![a-z])|帧)", text[number.end :]):
        return Count(number, "frame_stack", number.start, end)
    return None


def _interval(text: str, number: Number, end: int) -> Count | None:
    """Of "every N steps an evaluation"; where the verb stands first, its phrase is read like any setting."""
    lead = text[: number.start]
    every = re.search(r"(?:(?<![a-z])(?:every|each)|每隔?)\s*$", lead)
    for name, words in _INTERVALS.items() if every and not _SAID.search(lead) else ():
        verb = re.compile(rf"(?:\s*进行|\s)*(?:{words})[a-z]*(?:\s*一次)?(?!\s*(?:every|each|每))").match(text, end)
        if every and verb:
            return Count(number, name, every.start(), verb.end())
    return None


def is_bare(phrase: str) -> bool:
    """Whether these words are a unit like "steps", which many things are counted in."""
    return re.sub(r"[\s_-]+", " ", phrase) in _BARE


def of_something_else(text: str, start: int, end: int) -> bool:
    """Whether a count from `start` to `end` is an interval, an episode's or an evaluation's, and no total of the run."""
    return bool(_EACH.search(text, 0, start) or _ELSEWHERE.match(text, end))


def of_the_run(reading: Reading, start: int, end: int) -> bool:
    """Whether "N steps" from `start` to `end` is the length of training: its words say so, or it is a clause of its own."""
    text = reading.lower
    if _RUN_LEAD.search(text, 0, start):
        return True
    before = len(text[:start].rstrip())
    opens = _OPENS.search(text, 0, start) or (before > 0 and not reading.free(before - 1, before))
    return bool(opens and (_CLOSES.match(text, end) or not reading.free(end, min(len(text), end + 2))))


def runs_for(text: str, at: int) -> bool:
    """Whether the words right before a place say how long training is: "for", "in total"."""
    return _RUN_LEAD.search(text, 0, at) is not None


def unit_after(text: str, end: int) -> tuple[str | None, int]:
    """What a number that ends at `end` counts, "steps", "updates" or "episodes" (None if unsaid); where that word ends."""
    for unit, pattern in UNITS.items():
        match = pattern.match(text, end)
        if match:
            return unit, match.end()
    return None, end
