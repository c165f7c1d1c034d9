"""Two phases of training in a request: pre-training on the intrinsic reward alone, then fine-tuning on the task."""

from __future__ import annotations

import re

from copilot.codegen.patterns import BEGINS
from copilot.codegen.request.numbers import Number, find_numbers
from copilot.codegen.totals import PRE
from copilot.core.errors import InvalidRequest

_REWARDS = r"(?:game|extrinsic|external|task|environment(?:['’]s)?|env|real|true|actual)"
_ALONE = (
    rf"reward[\s-]free(?: exploration| phase)?|(?:without|no|ignor\w+) (?:any |the )?(?:{_REWARDS} )(?:rewards?|"
    rf"score)(?: at all)?|"
    r"nothing but|as (?:its|the|their) (?:only|sole) reward|(?:purely|solely|only|just|exclusively) (?:on |with |from |"
    r"for |by )?(?:the )?(?:intrinsic|exploration "
    r"bonus|"
    r"curiosity|novelty|bonus)(?: rewards?)?|(?:intrinsic|bonus)(?: rewards?)? (?:alone|only)|unsupervised(?: exploration)?|"
    r"(?:with|on|using|by) [\w+-]+ (?:only|alone)(?![a-z])|(?:first|1st) (?:phase|stage)|(?:phase|stage)[ _]?(?:1|"
    r"one)(?![\w.])|第一阶段|(?:pure|task-agnostic) exploration|exploration phase|无监督|无(?:外部|外在|任务|环境)奖励|"
    r"(?:不用|不给|没有|不看|"
    r"忽略|不使用)(?:任何)?"
    r"(?:外部|外在|任务|环境|游戏|真实)(?:的)?奖励|只(?:用|靠|凭|看)(?:内在奖励)?|纯探索|仅(?:用|靠|凭)(?:内在奖励)?"
)
"""Words of a phase on the intrinsic reward alone; they count where another phase follows."""
_FINE = (
    r"fine[\s-]?tun\w*|微调|精调|downstream(?: (?:task|phase|training))?|num_train_steps|"
    r"(?:then|before|afterwards?,?|followed by|"
    r"and after that)\s+(?:[a-z]+\s+){0,3}?train\w*|正式训练|(?<!un)supervised (?:phase|training)|(?:second|2nd|main) "
    r"(?:phase|stage)|(?:phase|stage)[ _]?(?:2|two)(?![\w.])|第二阶段|"
    r"(?:再|然后|接着|之后)[^，,。；;]{0,6}?训练|"
    rf"on the (?:{_REWARDS} )?(?:task|score|reward|objective)s?|(?:on|of|for) (?:the )?(?:{_REWARDS} )(?:task|score|"
    rf"reward|objective)s?|"
    rf"with (?:the )?{_REWARDS}(?:['’]s)? (?:rewards?|score)|"
    r"(?:then|再|然后|接着)(?=\s*[\d一二三四五六七八九十两]+[\d.,]*\s*[kKmM万]?)|"
    r"(?:afterwards?|after (?:that|this|which)|subsequently|next|then|followed by|before)(?=[^.;]{0,50}?(?:train|learn|tun|"
    r"frames|steps|"
    r"reward|score))"
    r"(?![^.;]{0,16}?(?:evaluat|test))|(?:之后|随后|接着|然后|再)(?=[^。；]{0,30}?(?:训练|微调|步|奖励))|"
    r"(?:真实|任务|环境|外部|外在)的?奖励|"
    r"(?<!-)train(?:ing)?(?= (?:it )?(?:for )?\d)|(?<!预)训练(?=\s*\d)"
)
_PHASES = re.compile(rf"{BEGINS}(?:(?P<pre>{PRE})|(?P<alone>{_ALONE})|(?P<fine>{_FINE}))")
_ANY_TRAINING = ("train", "training", "训练")
"""Words of the second phase only behind the first, and not of it: "with RND alone training for 50k"."""
_NEXT = re.compile(r"[,.;，。；]|(?<![a-z])(?:then|and|before|after\w*)(?![a-z])|再|然后|之后|随后|接着")
_LONG = re.compile(r"\s*(?:$|[,;.)，。；）]|(?:with|on|in|using|and|then|before)(?![a-z]))")
_OF_ELSE = re.compile(
    r"[.,;，。；]|(?<![a-z])(?:every|each|per|buffer|capacity|memory|replay|size|interval|seed|batch)|每|容量|缓冲|批|种子"
)
_BOTH = re.compile(r"\s*(?:each|apiece|for each|per phase|in each phase|for both|both times)(?![a-z])")
_BOTH_BEFORE = re.compile(r"(?:各|都|分别|each(?: for)?|both(?: for)?)\s*(?:训练|跑)?\s*$")
_AFTER_PRE = re.compile(
    rf"(?<![a-z])(?:after|preceded by|following)\s+(?:[a-z0-9]+\s+){{0,4}}?(?:{PRE})|先[^，,。；;]{{0,16}}预训练"
)
_NO_PRE = re.compile(r"(?:(?<![a-z])(?:no|without|not|skip|never)|不要?|无需?|没有|(?<![分特区类级])别)\s*(?:any )?$")
_STEPS = re.compile(
    r"\s*(?:(?:env(?:ironment)? |time|training )?(?:steps?|timesteps?|frames?|interactions)(?![a-z])|"
    r"个?(?:时间)?步|帧)"
)
_OF_PHASE = re.compile(
    rf"\s*(?:of|for|的)?\s*(?:the )?(?:(?P<pre>{PRE})|(?P<fine>fine[\s-]?tun\w*|微调|精调|(?:task )?training))"
)
_PRE_STEPS = re.compile(r"pre[\s-]?train(?:ing)?[\s_-]steps|预训练步数")
_EVERY = re.compile(
    r"(?:(?<![a-z])(?:every|each|per)|每隔?)\s*$|"
    r"(?:replay|buffer|capacity|memory|storage|interval|容量|缓冲区?|回放池?|间隔)(?: size)?\s*(?:of|[=:]|is|to|为|是)?\s*$"
)
_ONCE = re.compile(r"\s*(?:per|each|every|an?) (?:update|env|episode|rollout)")


def read_phases(text: str) -> tuple[bool, int | None, str]:
    """Whether there are two, how long the first is; the length of the second stays in the text, by its name."""
    lower = text.lower()
    found = [mark for mark in _PHASES.finditer(lower) if not _NO_PRE.search(lower, 0, mark.start()) or mark["fine"]]
    first = next((mark.end() for mark in found if not mark["fine"]), len(lower))
    found = [m for m in found if m["fine"] not in _ANY_TRAINING or _NEXT.search(lower, first, m.start())]
    fine = [mark.start() for mark in found if mark["fine"]]
    marks = [mark for mark in found if not mark["alone"] or (fine and mark.start() < max(fine))]
    pre = [mark for mark in marks if not mark["fine"]]
    sure = any(mark["pre"] for mark in pre)
    explicit = _PRE_STEPS.search(lower)
    if not pre or not (explicit or fine or _AFTER_PRE.search(lower)):
        return False, None, text
    if not sure and fine and max(fine) < pre[0].start():
        return False, None, text
    steps: dict[str, set[int]] = {"pre": set(), "fine": set()}
    spans = [(_cue(mark), mark.end(), "") for mark in marks]
    for number in find_numbers(text):
        phase, end = _phase_of(number, lower, marks)
        if phase:
            if not isinstance(number.value, int) or number.value < 1:
                raise InvalidRequest(
                    f"{number.text!r} steps of {'pre-training' if phase == 'pre' else 'training'}; expected at least 1.",
                    hint='For example: "pre-train with RND for 50k steps, then fine-tune for 100k".',
                )
            for one in ("pre", "fine") if phase == "both" else (phase,):
                steps[one].add(number.value)
            spans.append((number.start, end, f", num_train_steps={number.value}, " if phase != "pre" else ""))
    for name, given in steps.items():
        if len(given) > 1:
            what = "pre-training" if name == "pre" else "fine-tuning"
            raise InvalidRequest(f"The request gives {what} {len(given)} lengths: {sorted(given)}.", hint="Give one.")
    alone = [span for span in spans if not any(o[0] <= span[0] and span[1] <= o[1] and o != span for o in spans)]
    for start, end, by in sorted(set(alone), reverse=True):
        text = text[:start] + (by or " ") + text[end:]
    return True, next(iter(steps["pre"]), None), text


def _cue(mark: re.Match[str]) -> int:
    """Where the words of a mark begin that are nothing else: of "with RND alone" the last."""
    last = (
        re.search(r"(?<=\s)(?:only|alone)$", mark[0])
        if mark["alone"] and re.match(r"with|on|using|by", mark[0])
        else None
    )
    return mark.start() + (last.start() if last else 0)


def _phase_of(number: Number, lower: str, marks: list[re.Match[str]]) -> tuple[str, int]:
    """The phase whose length the number is, "" for none, and where its words end."""
    unit = _STEPS.match(lower, number.end)
    end = unit.end() if unit else number.end
    named = _PRE_STEPS.match(lower, number.end + 1)
    if named:
        return "pre", named.end()
    if _EVERY.search(lower, 0, number.start) or _ONCE.match(lower, end):
        return "", end
    each = _BOTH.match(lower, end)
    if (unit or number.value >= 1000) and (each or _BOTH_BEFORE.search(lower, 0, number.start)):
        return "both", each.end() if each else end
    attached = _OF_PHASE.match(lower, end)
    if attached and (unit or number.value >= 1000):
        return ("pre" if attached["pre"] else "fine"), end
    lead = re.search(
        r"(?:for|over|of|then|[=:]|训练|微调|精调|in|预训练步数|steps|another|further|more|additional|再|(?:pre[\s-]?|fine[\s-]?)?"
        r"(?:train|tun)(?:e|ed|ing)?)\s*$",
        lower[: number.start],
    )
    listed = re.search(r"[,;:(，：（]\s*$", lower[: number.start]) and re.match(r"\s*(?:$|[,;.)，。；）])", lower[end:])
    before = [mark for mark in marks if mark.end() <= number.start]
    bare = before and _LONG.match(lower, end) and not _OF_ELSE.search(lower, before[-1].end(), number.start)
    if not unit and not ((lead or listed or (bare and not number.text.isdigit())) and number.value >= 1000):
        return "", end
    if before and re.search(r"[.;。；]\s", lower[before[-1].end() : number.start]):
        here = [m for m in marks if m.start() >= end and not re.search(r"[.;,。；，]", lower[end : m.start()])]
        before = [here[0]] if here else before
    elif not before:
        apart = re.compile(r"[.;。；]|(?<![a-z])(?:but|preceded|following|after)(?![a-z])")
        before = [m for m in marks if m.start() >= end and not apart.search(lower, end, m.start())][:1]
    return ("" if not before else "fine" if before[-1]["fine"] else "pre"), end
