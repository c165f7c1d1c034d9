"""A plan changed by words: "use 16 environments", "add RND", "switch to SAC", "compare it with A2C", "改成 16 个环境".

What the words do not name stays exactly as it was. A change that cannot be met is refused like a request.
"""

from __future__ import annotations

import re

from copilot.codegen.change.comparison import ALSO_WORDS, change_comparison
from copilot.codegen.change.difference import difference
from copilot.codegen.change.experiment import change
from copilot.codegen.change.kept import of_agent_alone, refuse_one_phase
from copilot.codegen.change.nothing import refuse_nothing
from copilot.codegen.change.parts import cut_replaced
from copilot.codegen.change.relative import absolute
from copilot.codegen.change.runs import elsewhere, one_more, only_those, refuse_bonus_in_fine_tuning, renamed
from copilot.codegen.change.whom import cut_excepted
from copilot.codegen.comparison.axes import expand
from copilot.codegen.comparison.compare import compared
from copilot.codegen.course import Course, read_course
from copilot.codegen.names.lacks import refuse_lacks
from copilot.codegen.names.literal import agent_mentions
from copilot.codegen.names.unmet import refuse_unmet
from copilot.codegen.request.apposition import named_once
from copilot.codegen.request.corrections import names_taken_back
from copilot.codegen.request.foreign import at_home
from copilot.codegen.request.layout import lines_apart
from copilot.codegen.request.papers import plainly
from copilot.codegen.request.reading import Reading
from copilot.codegen.request.shorthand import written_out
from copilot.codegen.request.spelling import corrected
from copilot.codegen.settings.settings import known_names
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec, Plan, Spec
from copilot.codegen.validate import validate
from copilot.core.catalogue import Catalogue
from copilot.core.errors import CopilotError, InvalidRequest
from copilot.models.chat import Chat

__all__ = ["difference", "edit"]

_EXAMPLES = '"use 16 environments", "add RND", "remove the bonus", "switch to A2C", "set gamma to 0.999", "5 seeds"'
_COMPARE_IT = re.compile(
    r"(?<![a-z])compar(?:e|ing|ison)\s*(?:it |this |that |the (?:run|plan|script|experiment) |"
    r"them )?(?:also )?(?:with|to|against)\s+"
    r"(?!and without)|(?<![a-z])(?:versus|vs\.?|against)\s+|[和与跟]\s*(?=[A-Za-z].*?(?:比较|对比))"
)  # fmt: skip
_ARM = re.compile(
    r"(?:(?:turn|make|extend|expand) (?:this|it|the (?:run|plan|experiment)) (?:in)?to an? (?:comparison|"
    r"ablation)(?: study)?"
    r"(?: (?:with|by adding|of two arms))?|(?:please )?add|include|and|also run)\s+(?:an? |one )?(?:second|"
    r"another|further|third|additional|"
    r"control|comparison|separate)\s+(?:arm|run|condition|variant|group|experiment|configuration)\s*,?\s*"
    r"(?:(?:in|for) which|where|whose|that|with|using|(?P<without>without)|:)\s*(?:it )?(?:uses? |has |is )?",
    re.IGNORECASE,
)
"""Before what sets a second arm apart: "add a second arm in which ...", "
""turn this into a comparison with a run without ..."."""
_NOTHING = re.compile(
    r"(?:no|not)(?![a-z])|(?:(?:the same|(?:an? |the )?(?:run|version|variant|baseline|one|plan)) )?"
    r"(?:without|with no)(?![a-z])|"
    r"不用|不带|不加|没有"
)
_BOTH_WAYS = re.compile(
    r"(?:(?<![a-z])(?:train|run|compare|try|do)\s+)?(?:it |this |them )?(?:both )?(?<![a-z])with (?:and|or|versus|vs\.?|"
    r"against) without\s+(?:the |an? |any |its )?(?P<what>[\w -]+?)(?=\s*(?:$|[,.;!?]|"
    r"\s(?:with|using|on|for|over|at|and|in|to)\s))|"
    r"[和与跟]\s*(?:不用|不带|不加|没有)\s*(?P<zhwhat>[\w ]+?)\s*(?:的)?(?:情况|版本)?(?:做|进行)?(?:比较|对比)",
    re.IGNORECASE,
)
_COMPARED = re.compile(r"\s*(?:做|进行)?(?:比较|对比)(?:一下)?")
_BESIDE = re.compile(
    r"(?<![a-z])(?:as (?:an? )?(?:baseline|reference|control)|for comparison|to compare(?: (?:it |them )?(?:with|to))?|"
    r"alongside|"
    r"next to it|side by side|in comparison|and compare(?: them| both| the two)?)(?![a-z])|(?:两个|"
    r"两者)?(?:一起)?(?:做个?|作个?|进行)?"
    r"(?:对比|比较|对照)(?:一下|实验)?|作为(?:基线|对照)"
)
_ALSO = re.compile(
    r"(?:(?<![a-z])(?:add|also (?:run|train|try)|additionally|put)\s+(?:an? |the |in )?(?:run (?:of|with) |second run "
    r"with )?|"
    r"(?:再|也|同时|另外)(?:加上?|跑|训练|来)(?:一个|个)?)\s*$"
)


def edit(request: str, spec: Spec, catalogue: Catalogue, chat: Chat | None = None) -> Plan:
    """The plan as the words change it; what was assumed or not understood is in its notes.

    Args:
        request: the change, in the user's words, English or Chinese.
        spec: the plan as it is.
        catalogue: the library's components.
        chat: may add what code left unread, as in `plan`.

    Raises:
        InvalidRequest: nothing in it is understood, or it makes no sense for this plan.
        UnknownName: an agent, environment, component or setting that does not exist.
        SpaceMismatch: agent, module and environment do not fit.
    """
    text, slips = corrected(Reading(lines_apart(plainly(at_home(request), catalogue))).text, known_names(catalogue))
    text = written_out(text)
    refuse_nothing(text)
    refuse_lacks(text)
    agents = {run.agent for run in spec.runs.values()} if isinstance(spec, ComparisonSpec) else {spec.agent}
    refuse_unmet(text, catalogue, agents)
    text = only_those(named_once(names_taken_back(text, catalogue), catalogue))
    refuse_bonus_in_fine_tuning(text, spec, catalogue)
    refuse_one_phase(text, spec, catalogue)
    made = renamed(text, spec) or one_more(text, spec, catalogue, chat)
    made = made or (
        change_comparison(text, spec, catalogue, chat)
        if isinstance(spec, ComparisonSpec)
        else _one(text, spec, catalogue, chat)
    )
    if made is None:
        raise InvalidRequest(
            f"Nothing in {text[:80]!r} is understood as a change of the plan.", hint=f"For example: {_EXAMPLES}."
        )
    found = validate(made.spec, catalogue)
    if found == spec:
        made.notes.insert(0, "The plan is so already; nothing has changed.")
    elif isinstance(spec, ExperimentSpec) and isinstance(found, ExperimentSpec):
        made.notes.extend(of_agent_alone(text, found, catalogue))
    return Plan(spec=found, notes=[*slips, *made.notes])


def _one(text: str, spec: ExperimentSpec, catalogue: Catalogue, chat: Chat | None) -> Plan | None:
    """An experiment after the change, or the comparison that it becomes; None if nothing is understood."""
    text = cut_replaced(cut_excepted(text, spec, catalogue), spec, catalogue)
    course, rest = read_course(text)
    both = _against_none(rest, spec, catalogue, course, chat)
    if both is not None:
        return both
    before = rest
    rest = _ARM.sub(lambda arm: f" compare it with {' no ' if arm['without'] else ' '}", rest, count=1)
    it = _COMPARE_IT.search(rest.lower())
    if it and (
        agent_mentions(Reading(rest[it.end() :]), catalogue)
        or not it[0].startswith("compar")
        or rest != before
        or _NOTHING.match(rest.lower(), it.end())
    ):
        other = _COMPARED.sub(" ", f"{rest[: it.start()]} {rest[it.end() :]}")
        runs: list[tuple[ExperimentSpec, list[str]]] = [(spec, [])]
        for words in expand(other, catalogue):
            changed = change(words, spec, catalogue, chat)
            if changed is None:
                return None
            runs.append((changed.spec, changed.notes))  # type: ignore[arg-type] # one experiment becomes one
        if course.seeds is None:  # "compare it with A2C, seed 7": the run that is there gets it, too
            runs = [(run.model_copy(update={"seeds": runs[-1][0].seeds}), notes) for run, notes in runs]
        return compared([(_on_course(run, course), notes) for run, notes in runs], course.plots)
    beside = elsewhere(text, spec, catalogue, chat) or _beside(rest, spec, catalogue, course, chat)
    if beside is not None:
        return beside
    texts = expand(rest, catalogue)
    if (
        len(texts) == 1 or len(expand(absolute(rest, spec, catalogue), catalogue)) == 1
    ):  # "lr 1e-4 and 0.005 more gamma"
        return change(text, spec, catalogue, chat)
    parts = [change(words, spec, catalogue, chat) or Plan(spec=spec) for words in texts]
    runs = [(_on_course(part.spec, course), part.notes) for part in parts if isinstance(part.spec, ExperimentSpec)]
    return compared(runs, course.plots)


def _against_none(
    text: str, spec: ExperimentSpec, catalogue: Catalogue, course: Course, chat: Chat | None
) -> Plan | None:
    """ "With and without RND" where the plan has it: the run and the same without; what else is said is of both."""
    both = _BOTH_WAYS.search(text)
    if both is None:
        return None
    rest = f"{text[: both.start()]} {text[both.end() :]}"
    common = change(rest, spec, catalogue, chat) if re.search(r"\w", rest) else Plan(spec=spec)
    if common is None or not isinstance(common.spec, ExperimentSpec):
        return None
    try:
        gone = change(f"remove {both['what'] or both['zhwhat']}", common.spec, catalogue, None)
    except CopilotError:
        return None
    if gone is None or not isinstance(gone.spec, ExperimentSpec) or gone.spec == common.spec:
        return None
    runs = [(common.spec, common.notes), (gone.spec, [*common.notes, *gone.notes])]
    return compared([(_on_course(run, course), notes) for run, notes in runs], course.plots)


def _beside(text: str, spec: ExperimentSpec, catalogue: Catalogue, course: Course, chat: Chat | None) -> Plan | None:
    """The comparison that "add A2C as a baseline" or "also run A2C" asks for; None if the words ask for none."""
    reading = Reading(text)
    others = [mention for mention in agent_mentions(reading, catalogue) if mention.name != spec.agent]
    if not others or not (_BESIDE.search(text.lower()) or any(_ALSO.search(text.lower(), 0, m.start) for m in others)):
        return None
    rest = ALSO_WORDS.sub(" ", _BESIDE.sub(" ", reading.rest()))
    runs: list[tuple[ExperimentSpec, list[str]]] = [(spec, [])]
    for name in dict.fromkeys(mention.name for mention in others):
        changed = change(f"{name} {rest}", spec, catalogue, chat)
        if changed is None or not isinstance(changed.spec, ExperimentSpec):
            return None
        runs.append((changed.spec, changed.notes))
    runs = [(run.model_copy(update={"seeds": runs[-1][0].seeds}), notes) for run, notes in runs]
    return compared([(_on_course(run, course), notes) for run, notes in runs], course.plots)


def _on_course(spec: ExperimentSpec, course: Course) -> ExperimentSpec:
    """The experiment with the seeds, phases and evaluation that the words give to all runs."""
    pretrain = course.pretrain_steps or spec.pretrain_steps or (spec.num_train_steps if course.pretrain else None)
    return spec.model_copy(
        update={
            "seeds": course.seeds or spec.seeds,
            "pretrain_steps": pretrain,
            "eval_episodes": course.eval_episodes or spec.eval_episodes,
        }
    )
