"""A learning rate for each network: of an agent that has one for all, two are refused, and none of them is chosen."""

from __future__ import annotations

import re

from copilot.codegen.request.numbers import Number
from copilot.codegen.settings.settings import Settings
from copilot.core.errors import InvalidRequest

_ROLES = {
    "policy": r"(?:policy|actor)(?:[\s-]net(?:work)?)?|策略(?:网络)?|演员(?:网络)?",
    "value function": (
        r"(?:critic|value(?:[\s-]function)?|q(?:[\s-]function)?)s?(?:[\s-]net(?:work)?s?)?|价值(?:网络|函数)?|评论家(?:网络)?|值函数"
    ),
}
_RATE = r"(?:lr|learning[\s_-]rates?|step size|学习率)"
_LARGEST = 0.1
_AFTER = {
    role: re.compile(
        rf"\s*(?:\(|(?:for|of|on|in|to)\s+|用于|给)(?:the )?(?:{words})(?![a-z])"
        r"(?!\s*(?:loss|clip\w*|coef\w*|weight|noise|delay|损失|裁剪|(?:and|/)\s*(?:the )?(?:value|critic|policy|actor)))"
    )
    for role, words in _ROLES.items()
}
_BEFORE = {
    role: re.compile(
        rf"(?<![a-z])(?:{words})(?:['’]s)?的?[\s_]*(?:{_RATE})?\s*(?:(?:of|is|at|to)(?![a-z])|[=:：为是用])?\s*$"
        rf"|{_RATE} (?:of|for) the (?:{words})\s*(?:(?:of|is|at|to)(?![a-z])|[=:])?\s*$"
    )
    for role, words in _ROLES.items()
}


def refuse_rates_apart(settings: Settings) -> None:
    """Refuse two learning rates for the policy and the value function, where the agent has one.

    Raises:
        InvalidRequest: it names both.
    """
    own = settings.owners["agent"]
    if "lr" not in own or "critic_lr" in own:
        return
    text = settings.reading.lower
    numbers = [n for n in settings.reading.numbers if 0 < n.value < _LARGEST]
    said: dict[str, Number] = {}
    for number in numbers:
        role = next((role for role in _ROLES if _AFTER[role].match(text, number.end)), None)
        role = role or next((role for role in _ROLES if _BEFORE[role].search(text, 0, number.start)), None)
        if role is not None:
            said.setdefault(role, number)
    if len(said) < len(_ROLES) or not (re.search(_RATE, text) or all(n.value <= _LARGEST / 10 for n in said.values())):
        return
    if len({number.value for number in said.values()}) == 1:
        return
    told = " and ".join(f"{number.text} for the {role}" for role, number in said.items())
    raise InvalidRequest(
        f"The request gives two learning rates, {told}; {settings.agent} has one, lr, for all its networks.",
        hint=f'Give one: "lr {next(iter(said.values())).text}". DDPG has one for each: lr and critic_lr.',
    )
