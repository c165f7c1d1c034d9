"""Numbers of distributions and noises: schedules, probabilities, what a name is said to be."""

from __future__ import annotations

import re

from copilot.codegen.authoring.ask import NUM, Ask, to_number

N = NUM.replace(r"(?<![\w.])", r"(?<![A-Za-z0-9_.])")
"""A number, also right after a Chinese sign."""
_STEPS = (
    r"(?P<n>\d[\d_,]*(?:\.\d+)?)\s?(?P<k>k\b|m\b|thousand|million|万)?\s*(?:training |train |environment |env |time|total "
    r")*(?:steps?|timesteps?|frames?|interactions?|步)?"
)
_BETWEEN = r"\s*(?:to|->|→|–|until|down to|and|towards|到|至|降到|降至|衰减到|线性(?:衰减|降)?到)\s*"
_SCHEDULE = (
    rf"(?:(?:which |that |is |are |gets? )*(?:linear(?:ly)?|exponential(?:ly)?|geometric(?:ally)?|decay\w*|anneal\w*|"
    rf"schedul\w*|shrink\w*|fall\w*|drop\w*|going|goes|reduc\w*|decreas\w*|increas\w*|rise\w*|rising|从|由|线性|指数|衰减|"
    rf"退火|降)[^\d\n;]{{0,40}}?)?"
    rf"(?:from |从|由|\()?\s*(?P<a>{N}){_BETWEEN}(?P<b>{N})\)?\s*,?\s*(?:(?:linear(?:ly)?|exponential(?:ly)?|线性地?|"
    rf"指数地?) ?)*(?:(?:over|within|in|during|共|across|after|by|for|在|经过|用|历经)\s*(?:the )?(?:first |about |next |"
    rf"前)?{_STEPS}(?:\s*(?:内|里|之内))?)"
)
_SHORT = (
    rf"(?:(?:linear(?:ly)?|exponential(?:ly)?|decay\w*|anneal\w*|schedul\w*|衰减|退火|线性)[^\d\n;]{{0,30}}?)(?:from |从|"
    rf"由)?\s*(?P<a>{N}){_BETWEEN}(?P<b>{N})"
)
_BACKWARDS = (
    rf"(?:over|within|in|during|在)\s*(?:the )?(?:first )?{_STEPS}\s*(?:内|里|之内)?,?[^\d\n;]{{0,30}}?(?:from|从|"
    rf"由)\s*(?P<a>{N}){_BETWEEN}(?P<b>{N})"
)


_FALLING = rf"(?:从|由)\s*(?P<a>{N})\s*(?:线性|指数)?(?:衰减|降|退火|减小)(?:到|至|为)\s*(?P<b>{N})"


_STARTS = (
    rf"(?:starts?|starting|begins?|beginning|initially)(?: (?:at|with|from|is|"
    rf"out))*\s*(?P<a>{N}),?[^\d\n;.]{{0,30}}?(?:falls?|decays?|drops?|shrinks?|anneals?|is annealed|goes|decreases?|"
    rf"ends?|reaches)"
    rf"(?: (?:linearly|exponentially|down|off))*(?: (?:to|at))?\s*(?P<b>{N}),?\s*(?:(?:linearly|exponentially) "
    rf")?(?:over|within|in|during|after|by)\s*(?:the )?(?:first |about |next )?{_STEPS}"
)


def schedule(ask: Ask, notes: list[str]) -> str | None:
    """A number that moves with the environment steps: "from 1.0 to 0.02 over 30000 steps"."""
    found = (
        ask.first(_STARTS) or ask.first(_SCHEDULE) or ask.first(_BACKWARDS) or ask.first(_SHORT) or ask.first(_FALLING)
    )
    if found is None:
        return None
    first, last = to_number(found["a"]), to_number(found["b"])
    steps = 100_000
    if "n" in found.groupdict() and found["n"]:
        times = {"k": 1000, "thousand": 1000, "m": 10**6, "million": 10**6, "万": 10_000}
        steps = int(float(found["n"].replace(",", "").replace("_", "")) * times.get(found["k"] or "", 1))
    else:
        notes.append("It is not stated over how many steps it decays: 100,000.")
    falls = ask.says(r"exponential|geometric|指数")
    ask.has(
        r"(?:(?:with|on|by|following) )?(?:an? )?(?:linear(?:ly)?|exponential(?:ly)?|geometric(?:ally)?) ?(?:schedule|"
        r"decay\w*|anneal\w*)?|schedul\w*|anneal\w*|decay\w*|线性|指数|衰减|退火|逐渐|(?:it )?stays? there(?: (?:after|from "
        r"then on)\w*)?|afterwards|then (?:stays?|constant|fixed)"
    )
    kind = "exponential" if falls and first > 0 and last > 0 else "linear"
    return f"{kind}({first!r}, {last!r}, {steps})"


def said(ask: Ask, names: str, *, after: str = "") -> float | None:
    """What a name is said to be: "sigma = 0.2", "a probability of 5 %", "0.2 as sigma"."""
    link = (
        r"(?:\s|=|:|：|,|of|is|are|be|should|must|to|at|a|an|the|value|set|about|around|equal|fixed|constant|"
        r"为|是|取|设为|等于)*"
    )
    found = ask.first(
        rf"(?:(?:with|at|using|and|a|an|the|its|以|有|,) ?)*(?<![a-z])(?:{names}){link}(?P<n>{N})"
        + (rf"(?:{after})?" if after else "")
    ) or ask.first(rf"(?P<n>{N})\s*(?:as |for |is )?(?:the |a |its |of |的)?\s*(?:{names})(?![a-z])")
    return to_number(found["n"]) if found else None


STUDENT = (
    r"student(?:['’]?s)?[- ]?t(?![a-z])(?:[- ]distribut\w+)?|student(?:['’]?s)? (?:distribution|noise|policy)|"
    r"(?<![a-z])t[- ]distribut\w+"
)
CHANCE = r"probabilit(?:y|ies)|prob\.?|chances?|likelihood|p|概率|几率|可能性?"
EPSILON = rf"epsilon|eps(?:ilon)?|ε|exploration (?:rate|probability)|{CHANCE}"
SIGMA = r"sigma|σ|std\.?|stddev|(?:standard )?deviations?|scale|amplitude|size|strength|magnitude|标准差|幅度|强度|尺度|大小"


def listed(text: str) -> list[float]:
    """The numbers of a list."""
    return [to_number(number) for number in re.findall(r"\d*\.?\d+(?:e-?\d+)?", text)]
