"""A plan changed by words: "use 16 environments", "add RND", "switch to SAC", "compare it with A2C", "改成 16 个环境".

What the words do not name stays exactly as it was. A change that cannot be met is refused like a request.
"""

from __future__ import annotations

import re

from copilot.codegen.axes import expand
from copilot.codegen.change import change
from copilot.codegen.compare import compared, labels, title
from copilot.codegen.corrections import names_taken_back
from copilot.codegen.course import Course, read_course
from copilot.codegen.difference import difference
from copilot.codegen.environments import Mention, environment_mentions
from copilot.codegen.foreign import at_home
from copilot.codegen.lacks import refuse_lacks
from copilot.codegen.names import agent_mentions, component_mentions
from copilot.codegen.parts import AWAY, cut_replaced
from copilot.codegen.reading import Reading
from copilot.codegen.settings import known_names
from copilot.codegen.shares import share_end, shares
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec, Plan, Spec
from copilot.codegen.spelling import corrected
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
_COMPARED = re.compile(r"\s*(?:做|进行)?(?:比较|对比)(?:一下)?")
_REMOVE = re.compile(
    r"(?:(?<![a-z])(?:remove|drop|delete|kill|ditch|scrap|leave out|without|no|omit|take out|get rid of)|去掉|删掉|"
    r"删除|移除|不要)\s*(?:the )?(?:run )?$"
)
_LEAVE = re.compile(r"(?<![a-z])(?:leave|take|throw|kick|cut|drop|let)\s+(?:the )?(?:run (?:of|with) )?$|把\s*$")
_OUT = re.compile(
    r"\s*(?:run )?(?:out|away|off|go)(?![a-z])|\s*(?:这组|那组|的那?[一个组次]*)?(?:去掉|删掉|删除|移除|拿掉|不要了?)"
)
_INSTEAD = re.compile(
    r"\W*(?:(?:and|then)\s+)?(?:use|add|take|try|put|run|instead|with|for|换成|改成|改用|换上|加上?|用|\s|,)*(?:in its "
    r"place|instead)?\W*"
)
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
_ALSO_WORDS = re.compile(
    r"(?<![a-z])(?:add|also|run|train|try|additionally|put|too|as well|in)(?![a-z])|再加上?|再跑|也跑|同时|另外|再训练"
)
_REPLACE = re.compile(r"(?:(?<![a-z])(?:replace|swap|change)|把|将)\s*$")
_BY = re.compile(r"\s*(?:with|by|for|to|into|换成|替换为|改成|改为)\s*$")
_ONLY = re.compile(
    r"(?:(?<![a-z])(?:only|just|keep(?: only)?|nothing but)(?: keep| run| the| with)*|只(?:留下?|要|保留|跑|用)?|仅)\s*$"
)
_AS_WELL = re.compile(
    r"(?<![a-z])(?:as well(?: as)?|also|too|in addition(?: to that)?|additionally|do(?:es)? the "
    r"same)(?![a-z])(?=[^.;]*$)|也(?=[在跑要训])|"
    r"(?<![a-z])add(?=\s+(?:the )?(?:environment|game|task|a run on|runs on))|再(?:在|加一个环境|加上环境)"
)
_OWN = re.compile(r"\s*(?:[(:]|(?:with|at|using|gets?|whose)(?![a-z])|[用带取])")
_FOR_ALL = re.compile(
    r"\s*,?\s*(?:(?<![a-z])(?:and|then)\s+)?(?<![a-z])(?:make|set|all|both|put|use|let|to the (?:comparison|list|others?)|"
    r"into the comparison|everything|run (?:all|them|everything))(?![a-z])|[，,]?\s*(?:都|全部|一起)"
)
"""Where what is said of a further run alone ends."""
_FOR = re.compile(r"(?:(?<![a-z])(?:for|of|in|only)|对|给)\s*(?:the )?(?:run )?$")


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
    text, slips = corrected(Reading(at_home(request)).text, known_names(catalogue))
    refuse_lacks(text)
    text = names_taken_back(text, catalogue)
    made = (
        _comparison(text, spec, catalogue, chat)
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
    return Plan(spec=found, notes=[*slips, *made.notes])


def _one(text: str, spec: ExperimentSpec, catalogue: Catalogue, chat: Chat | None) -> Plan | None:
    """An experiment after the change, or the comparison that it becomes; None if nothing is understood."""
    text = cut_replaced(text, spec, catalogue)
    course, rest = read_course(text)
    it = _COMPARE_IT.search(rest.lower())
    if it and (agent_mentions(Reading(rest[it.end() :]), catalogue) or not it[0].startswith("compar")):
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
    beside = _elsewhere(text, spec, catalogue, chat) or _beside(rest, spec, catalogue, course, chat)
    if beside is not None:
        return beside
    texts = expand(rest, catalogue)
    if len(texts) == 1:
        return change(text, spec, catalogue, chat)
    parts = [change(words, spec, catalogue, chat) or Plan(spec=spec) for words in texts]
    runs = [(_on_course(part.spec, course), part.notes) for part in parts if isinstance(part.spec, ExperimentSpec)]
    return compared(runs, course.plots)


def _beside(text: str, spec: ExperimentSpec, catalogue: Catalogue, course: Course, chat: Chat | None) -> Plan | None:
    """The comparison that "add A2C as a baseline" or "also run A2C" asks for; None if the words ask for none."""
    reading = Reading(text)
    others = [mention for mention in agent_mentions(reading, catalogue) if mention.name != spec.agent]
    if not others or not (_BESIDE.search(text.lower()) or any(_ALSO.search(text.lower(), 0, m.start) for m in others)):
        return None
    rest = _ALSO_WORDS.sub(" ", _BESIDE.sub(" ", reading.rest()))
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


def _comparison(text: str, spec: ComparisonSpec, catalogue: Catalogue, chat: Chat | None) -> Plan | None:
    """A comparison after the change: a run more or less, one run changed, or all of them."""
    course, rest = read_course(text)
    if course.plots is not None and not re.search(r"\w", rest):
        return Plan(spec=spec.model_copy(update={"plots": course.plots}))
    swapped = _only(rest, spec, catalogue) or _swapped(rest, spec, catalogue, chat)
    if swapped is not None:
        return swapped
    elsewhere = _elsewhere(text, spec, catalogue, chat)
    if elsewhere is not None:
        return elsewhere
    out, rest = _taken_out(rest, spec, catalogue)
    if out is not None:
        if not isinstance(out.spec, ComparisonSpec):
            return out
        left = _comparison(rest, out.spec, catalogue, chat) if re.search(r"\w", rest) else None
        seeds = course.seeds and _changed(out.spec, list(out.spec.runs), _seeds_in_words(course), catalogue, chat)
        return left or seeds or out
    apart = _apart(text, spec, catalogue, chat)
    if apart is not None:
        return apart
    reading = Reading(rest)
    mentions = agent_mentions(reading, catalogue)
    exchange = len(mentions) == 2 and _REPLACE.search(reading.lower, 0, mentions[0].start)
    if exchange and _BY.fullmatch(reading.lower[mentions[0].end : mentions[1].start]):
        return _changed(spec, _of_agent(mentions[0].name, spec), mentions[1].name, catalogue, chat)
    only = [m for m in mentions if _FOR.search(reading.lower, 0, m.start) and _of_agent(m.name, spec)]
    if only:
        labels_ = [label for mention in only for label in _of_agent(mention.name, spec)]
        return _changed(spec, labels_, _cut(rest, only), catalogue, chat)
    if mentions:
        return _added([m.name for m in mentions], spec, catalogue, rest if course == Course() else text)
    return _changed(spec, _concerned(text, spec, catalogue), text, catalogue, chat)


def _apart(text: str, spec: ComparisonSpec, catalogue: Catalogue, chat: Chat | None) -> Plan | None:
    """ "PPO's learning rate to 1e-3, A2C's to 5e-4": what is said of single runs, and then of all; None if it is of none."""
    found = shares(text, catalogue, edited=[run.agent for run in spec.runs.values()])
    made, notes = spec, []
    for agent, words in found.own.items():
        plain = Reading(words)
        agent_mentions(plain, catalogue)
        changed = _changed(made, _of_agent(agent, made), plain.rest(), catalogue, chat)
        if changed is None or not isinstance(changed.spec, ComparisonSpec):
            return None
        made = changed.spec
        notes += changed.notes
    if not found.own or not re.search(r"\w", found.text):
        return Plan(spec=made, notes=notes) if found.own else None
    common = _comparison(found.text, made, catalogue, chat)
    if common is None:
        return Plan(spec=made, notes=[*notes, f"Not understood and left out: {found.text.strip(' ;,.')!r}."])
    return Plan(spec=common.spec, notes=[*notes, *common.notes])


def _only(text: str, spec: ComparisonSpec, catalogue: Catalogue) -> Plan | None:
    """ "Only PPO, drop the others": the comparison without the other agents."""
    reading = Reading(text)
    mentions = agent_mentions(reading, catalogue)
    kept = {mention.name for mention in mentions}
    if not mentions or not _ONLY.search(reading.lower, 0, mentions[0].start) or re.search(r"\d", text):
        return None
    made: Plan | None = None
    for agent in dict.fromkeys(run.agent for run in spec.runs.values()):
        now = spec if made is None else made.spec
        if agent not in kept and isinstance(now, ComparisonSpec):
            made = _without(agent, now)
    return made


def _elsewhere(text: str, spec: Spec, catalogue: Catalogue, chat: Chat | None) -> Plan | None:
    """ "On Acrobot as well": the runs that are there, and the same on another environment."""
    reading = Reading(text)
    runs = dict(spec.runs) if isinstance(spec, ComparisonSpec) else {spec.agent: spec}
    there = {run.env_id for run in runs.values()}
    new = [mention.name for mention in environment_mentions(reading, catalogue) if mention.name not in there]
    if not new or not _AS_WELL.search(reading.lower):
        return None
    words = _AS_WELL.sub(" ", reading.text)
    made: list[tuple[ExperimentSpec, list[str]]] = [(run, []) for run in runs.values()]
    for run in runs.values():
        for env_id in dict.fromkeys(new):
            rest = Reading(words)
            environment_mentions(rest, catalogue)
            changed = change(f"on {env_id} {rest.rest()}", run, catalogue, chat)
            if changed is None or not isinstance(changed.spec, ExperimentSpec):
                return None
            made.append((changed.spec, changed.notes))
    seeds = made[-1][0].seeds
    return compared([(run.model_copy(update={"seeds": seeds}), notes) for run, notes in made], None)


def _swapped(text: str, spec: ComparisonSpec, catalogue: Catalogue, chat: Chat | None) -> Plan | None:
    """ "Drop A2C and use IMPALA": one run with another agent."""
    reading = Reading(text)
    mentions = agent_mentions(reading, catalogue)
    if len(mentions) != 2:
        return None
    first, second = mentions
    out = _OUT.match(reading.lower, first.end)
    if _of_agent(second.name, spec) or not _INSTEAD.fullmatch(
        reading.lower[out.end() if out else first.end : second.start]
    ):
        return None
    if not _of_agent(first.name, spec) or not (out or _REMOVE.search(reading.lower, 0, first.start)):
        return None
    return _changed(spec, _of_agent(first.name, spec), f"switch to {second.name}", catalogue, chat)


def _concerned(text: str, spec: ComparisonSpec, catalogue: Catalogue) -> list[str]:
    """The runs that a change speaks of: of "ICM instead of RND" those with RND, else all."""
    reading = Reading(text)
    gone = {m.name for m in component_mentions(reading, catalogue) if AWAY.search(reading.lower, 0, m.start)}
    having = [
        label
        for label, run in spec.runs.items()
        if gone & {name for module in run.modules.values() for name in (module.name, *module.parts)}
    ]
    return having or list(spec.runs)


def _seeds_in_words(course: Course) -> str:
    return f"seeds {', '.join(map(str, course.seeds or []))}" if len(course.seeds or []) > 1 else f"seed {course.seeds}"


def _taken_out(text: str, spec: ComparisonSpec, catalogue: Catalogue) -> tuple[Plan | None, str]:
    """The comparison without the agents that are to go, and the other words; None if none is."""
    reading = Reading(text)
    out: Plan | None = None
    spans = []
    for mention in agent_mentions(reading, catalogue):
        before = _REMOVE.search(reading.lower, 0, mention.start) or _LEAVE.search(reading.lower, 0, mention.start)
        after = _OUT.match(reading.lower, mention.end)
        if before and (after or before.re is not _LEAVE):
            now = spec if out is None else out.spec
            if not isinstance(now, ComparisonSpec):
                break
            out = _without(mention.name, now)
            spans.append((before.start(), after.end() if after else mention.end))
    for start, end in reversed(spans):
        text = f"{text[:start]} {text[end:]}"
    return out, re.sub(r"^[\s,;.]*(?:and|also|then|并且?|同时)?[\s,;.]*", "", text)


def _added(names: list[str], spec: ComparisonSpec, catalogue: Catalogue, rest: str) -> Plan:
    """The comparison with further agents, and with what else the words change in all runs."""
    first = next(iter(spec.runs.values()))
    runs = dict(spec.runs)
    notes = []
    words = Reading(rest).text
    mentions = [mention for mention in agent_mentions(Reading(words), catalogue) if mention.name in names]
    for mention in reversed(mentions):
        end = share_end(words, mention.end, len(words))
        end = next((mark.start() for mark in _FOR_ALL.finditer(words.lower(), mention.end, end)), end)
        own = words[mention.end : end] if _OWN.match(words.lower(), mention.end) else ""
        added = change(f"switch to {mention.name} {own}", first, catalogue, None)
        if added is not None and isinstance(added.spec, ExperimentSpec):
            runs[mention.name] = added.spec
            notes += added.notes
        words = f"{words[: mention.start]} {words[end if own else mention.end :]}"
    runs |= {mention.name: runs.pop(mention.name) for mention in mentions if mention.name in runs}
    made = _with_runs(spec, runs)
    words = re.sub(_ALSO_WORDS, " ", words)
    try:
        changed = _changed(made, list(made.runs), words, catalogue, None) if re.search(r"\w", words) else None
    except CopilotError:
        changed = None
    return changed or Plan(spec=made, notes=notes)


def _of_agent(agent: str, spec: ComparisonSpec) -> list[str]:
    return [label for label, run in spec.runs.items() if run.agent == agent]


def _cut(text: str, mentions: list[Mention]) -> str:
    for mention in reversed(mentions):
        lead = _FOR.search(text.lower(), 0, mention.start)
        text = f"{text[: lead.start() if lead else mention.start]} {text[mention.end :]}"
    return text


def _without(agent: str, spec: ComparisonSpec) -> Plan:
    gone = _of_agent(agent, spec)
    left = {label: run for label, run in spec.runs.items() if label not in gone}
    if not gone or not left:
        raise InvalidRequest(
            f"The comparison has the runs {', '.join(spec.runs)}; {agent} cannot be taken out.",
            hint="Name one of its agents, and leave at least one run.",
        )
    if len(left) == 1:
        return Plan(spec=next(iter(left.values())), notes=["One run is left; the plan is an experiment now."])
    return Plan(spec=_with_runs(spec, left))


def _changed(spec: ComparisonSpec, which: list[str], text: str, catalogue: Catalogue, chat: Chat | None) -> Plan | None:
    runs = dict(spec.runs)
    notes: list[str] = []
    for label in which:
        made = change(text, runs[label], catalogue, chat)
        if made is None or not isinstance(made.spec, ExperimentSpec):
            return None
        runs[label] = made.spec
        notes += [note for note in made.notes if note not in notes]
    seeds = {tuple(run.seeds) for run in runs.values()}
    if len(seeds) > 1:
        raise InvalidRequest(
            "The runs of a comparison have the same seeds; the change gives some other ones.",
            hint="Change them for all.",
        )
    return Plan(spec=_with_runs(spec, runs), notes=notes)


def _with_runs(spec: ComparisonSpec, runs: dict[str, ExperimentSpec]) -> ComparisonSpec:
    """The comparison of these runs; labels and title that were made from the runs are made anew, a user's own stay."""
    before, after = list(spec.runs.values()), list(runs.values())
    names, heading = list(runs), spec.title
    if list(spec.runs) == labels(before):
        names = labels(after)
    if spec.title == title(before):
        heading = title(after)
    return spec.model_copy(update={"runs": dict(zip(names, after, strict=True)), "title": heading})
