"""Changes that are none: to undo, to leave all as it is, no words; and what a run does anyway. Refused with a hint."""

from __future__ import annotations

import re

from copilot.core.errors import InvalidRequest

_CLAUSE = re.compile(r"[,;.!?，。；！？]|(?<![a-z])(?:and|then|please|but)(?![a-z])|并且?|然后|请")
_STEP = (
    r"(?:it|that|this|everything|(?:(?:the|my|this|that|your|all)\s+)*(?:(?:last|latest|previous|recent)\s+)?"
    r"(?:change|edit|step|one|modification)s?|one step|to (?:the )?(?:previous|last|old|original|earlier|first)"
    r"(?: (?:one|plan|script|version|state|settings?|config\w*))?|"
    r"to (?:how|what) (?:it|that) was(?: before)?|what (?:you|i) (?:just )?did)"
)
_UNDO = re.compile(
    rf"\s*(?:undo|revert|roll ?back|go back|take (?:it|that|this) back|step back|restore)(?: {_STEP})?"
    r"(?: (?:back|again|now))?\s*|"
    r"\s*(?:撤销|撤回|还原|回退|取消)(?:刚才|上一?步|上一?[次个]|这次|最后|之前|所有)*的?(?:修改|更改|改动|操作|编辑|版本)?吧?\s*|"
    r"\s*(?:改|退|恢复|回)(?:回|到)?(?:去|来|(?:到)?(?:上|前)一[个步版次](?:版本|状态|计划)?|之前|原来的?(?:样子|版本|"
    r"计划)?)吧?\s*"
)
_NOTHING = re.compile(
    r"\s*(?:nothing(?: (?:else|more|to change))?|never ?mind|no(?: more)? changes?|none|forget (?:it|about it)|"
    r"cancel(?: that)?|"
    r"(?:just )?(?:keep|leave) (?:it|everything|all|that|the plan|things)"
    r"(?: (?:as (?:it|they) (?:is|are)|as is|the same|alone|unchanged|like (?:it is|that|this)))?|"
    r"(?:do not|don['’]?t) change (?:anything|it)|change nothing|no|ok(?:ay)?|yes|"
    r"thanks?)\s*|\s*(?:没有?(?:了|事)?|不(?:用|要|必)?改了?(?:什么)?|算了|(?:都|保持|维持)*不变|保持(?:原样|现状)|"
    r"什么都不(?:用|要)?改|不用了)\s*"
)
_NO_EVALUATION = re.compile(
    r"\s*(?:(?:no|without|skip(?: the)?|drop(?: the)?|remove(?: the)?|disable|turn off(?: the)?)\s+(?:final )?"
    r"(?:evaluations?|eval|testing)|(?:do not|don['’]?t|never)\s+(?:evaluate|test)(?: (?:it|at all|anything))?|"
    r"(?:不要?|不用|取消|去掉|关闭)(?:再)?(?:评估|测试|评测))\s*"
)
_CHECKPOINTS = re.compile(
    r"\s*(?:also |please )*(?:save|store|write|keep)\s+(?:the |some |all )?(?:checkpoints?|models?|weights)"
    r"(?: too| as well)?\s*|"
    r"\s*(?:也|同时)?(?:保存|存)(?:检查点|模型|权重|checkpoints?)\s*"
)


def refuse_nothing(text: str) -> None:
    """Stop at words that change nothing, or ask for a plan that is not there.

    Raises:
        InvalidRequest: with what can be done.
    """
    lower = text.lower()
    if not re.search(r"\w", lower):
        raise InvalidRequest("The change holds no words.", hint='For example: "use 16 environments".')
    clauses = [clause for clause in _CLAUSE.split(lower) if re.search(r"\w", clause)]
    undone = next((clause for clause in clauses if _UNDO.fullmatch(clause)), None)
    if undone is not None:
        raise InvalidRequest(
            f"{undone.strip()!r} asks for the plan before; a change knows the present one alone.",
            hint='"/undo" goes back to it in the app; or name the value: "set gamma to 0.99".',
        )
    if all(_NOTHING.fullmatch(clause) for clause in clauses):
        raise InvalidRequest(
            f"{text[:80]!r} asks for no change: the plan stays as it is.", hint='For example: "use 16 environments".'
        )
    for pattern, why, hint in (
        (
            _NO_EVALUATION,
            "evaluated in the midst of training and after it; neither can be left out",
            '"evaluate over 1 episode", "evaluate every 1000 updates" make it as short as can be.',
        ),
        (_CHECKPOINTS, "saved as checkpoints in the folder of its log anyway", 'How often: "save every 50 updates".'),
    ):
        if all(pattern.fullmatch(clause) for clause in clauses):
            raise InvalidRequest(f"{text[:80]!r} changes nothing: a run is {why}.", hint=hint)
