"""Reads what of an on-policy loss imitates: its own good actions, or actions by their advantages."""

from __future__ import annotations

from copilot.codegen.authoring.agent.common import EQUALS, LINKS, number_in
from copilot.codegen.authoring.ask import NUM, Ask, to_number
from copilot.codegen.authoring.spec import Term


def imitation_terms(ask: Ask, terms: list[Term], notes: list[str]) -> None:
    """Adds self-imitation and advantage-weighted imitation to terms."""
    before = rf"(?:系数|权重)(?:为|是)?\s*(?P<x>{NUM})\s*的\s*"
    ask.has(
        r"(?:that |which )?clon(?:es?|ing) its own (?:good|best|better) (?:episodes?|returns?|trajector\w+|actions?):?"
    )
    own = (
        ask.first(rf"{before}自(?:我)?模仿(?:学习)?(?:损失|项)?(?P<n>)(?P<m>)")
        or ask.first(
            rf"(?P<x>{NUM})\s*(?:\*|×|times|x)\s*(?:the |an? )?self[- ]?imitation(?: (?:learning|loss|"
            rf"terms?))*(?P<n>)(?P<m>)"
        )
        or ask.first(
            rf"self[- ]?imitation(?: (?:learning|loss|terms?))*{LINKS}(?P<n>{NUM})?|自(?:我)?模仿(?:学习)?(?:损失|"
            rf"项)?{LINKS}(?P<m>{NUM})?"
        )
    )
    if own:
        weight = next((to_number(value) for value in own.groupdict().values() if value), None)
        if weight is None:
            weight = ask.number(rf"(?:weight|coefficient|系数|权重)(?:ed)?{EQUALS}(?P<n>{NUM})")
        weight = 0.1 if weight is None else weight
        terms.append(Term(name="self_imitation", weight=weight))
    inverse = ask.says(r"marwil|exp\w*\s*\(?\s*(?:of )?(?:beta|β)\s*(?:\*|times|×)?\s*a")
    spoken = ask.first(
        rf"(?:advantage[- ]weighted (?:regression|imitation|actor[- ]critic|behaviou?r cloning|updates?)|"
        rf"\bawr\b|\bawac\b|\bmarwil\b|优势加权(?:回归|模仿)?)(?: (?:loss|terms?|agent))*(?:{LINKS}(?:temperature|beta|"
        rf"温度){LINKS}(?P<n>{NUM}))?"
    )
    written = next((term for term in terms if term.name == "weighted_imitation"), None)
    if spoken or written:
        number = number_in(spoken, "n") if spoken else None
        number = number or ask.number(rf"(?:temperature|\bbeta\b|β|λ|lambda|温度){EQUALS}(?P<n>{NUM})")
        cap = ask.number(
            rf"(?:the )?(?:weights?|权重)(?: (?:are|is))?[ ]?(?:上限(?:为|是)?|capped|cut(?: off)?|clipped|truncated|"
            rf"bounded|at most|no (?:larger|more|bigger) than|不超过|截断到?|up to)"
            rf"{EQUALS}(?:by|above)?{EQUALS}(?P<n>{NUM})"
        )
        if inverse and number:  # exp(beta A), and not exp(A / temperature)
            number = 1.0 / number
            ask.has(
                r"(?:minus |-)?(?:the )?log[- ]?prob\w*\s*(?:\*|times|×)?\s*exp\s*\(\s*(?:beta|β)\s*\*?\s*a\w*\s*\)|"
                r"(?<![a-z])(?:beta|β)(?![a-z])"
            )
        new = {"value": number or 1.0, "cap": cap}
        if written:
            terms[terms.index(written)] = written.model_copy(update=new)
        else:
            terms.append(Term(name="weighted_imitation", value=number or 1.0, cap=cap))
    cloned = ask.first(
        rf"behaviou?r(?:al)? cloning(?: (?:loss|terms?))*{LINKS}(?P<n>{NUM})?|行为克隆(?:损失|项)?{LINKS}(?P<m>{NUM})?"
    )
    if cloned:
        terms.append(Term(name="self_imitation", weight=number_in(cloned, "n", "m") or 0.1))
        notes.append(
            "CAREFUL: there are no demonstrations to clone; what did better than expected in the "
            "rollout is cloned (self-imitation)."
        )
