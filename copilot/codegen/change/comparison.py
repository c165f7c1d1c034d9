"""A comparison changed by words: a run more or less, one run changed, or all of them."""

from __future__ import annotations

import re

from copilot.codegen.change.experiment import change
from copilot.codegen.change.pointing import (
    added_to,
    by_place,
    concerned,
    of_agent,
    others_apart,
    switches_all,
)
from copilot.codegen.change.runs import elsewhere
from copilot.codegen.change.seeds import changed_seeds
from copilot.codegen.change.whom import Excepted, apart_from, aside, completed, grouped, one_by_one, says, spoken_of
from copilot.codegen.comparison.compare import labels, title
from copilot.codegen.comparison.shares import share_end, shares
from copilot.codegen.course import Course, read_course
from copilot.codegen.names.literal import agent_mentions
from copilot.codegen.request.leftover import left_out
from copilot.codegen.request.reading import Reading
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec, Plan
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest
from copilot.models.chat import Chat

_REMOVE = re.compile(
    r"(?:(?<![a-z])(?:remove|drop|delete|kill|ditch|scrap|leave out|without|no|omit|take out|get rid of|(?:throw|kick|"
    r"chuck|toss|cut) out|lose|forget(?: about)?|discard|exclude)|去掉|删掉|"
    r"删除|移除|不要)\s*(?:the )?(?:run )?$"
)
_LEAVE = re.compile(r"(?<![a-z])(?:leave|take|throw|kick|cut|drop|let)\s+(?:the )?(?:run (?:of|with) )?$|把\s*$")
_OUT = re.compile(
    r"\s*(?:run )?(?:out|away|off|go)(?![a-z])|\s*(?:这组|那组|的那?[一个组次]*)?(?:去掉|删掉|删除|移除|拿掉|不要了?)"
)
_INSTEAD = re.compile(
    r"\W*(?:(?:and|then)\s+)?(?:use|add|take|try|put|run|bring in|get|we want|let['’]s have|instead|with|for|换成|"
    r"改成|改用|换上|加上?|用|\s|,)*(?:in its "
    r"place|instead)?\W*"
)
_SAME_SETUP = re.compile(
    r"(?<![a-z])(?:same|identical|otherwise|rest|like the others?|as the others?|everything else)(?![a-z])|同样|"
    r"相同|一样|其他不变|其余不变",
    re.IGNORECASE,
)
_ITS_PLACE = re.compile(
    r"\s*(?:comes?|goes|gets?|is|should (?:come|go)|takes|replaces)?\s*(?:in its (?:place|stead)|instead|its "
    r"place|it|there|in)?"
    r"(?![a-z])"
)
ALSO_WORDS = re.compile(
    r"(?<![a-z])(?:add|also|run|train|try|additionally|put|too|as well|in)(?![a-z])|再加上?|再跑|也跑|同时|另外|再训练"
)
_REPLACE = re.compile(r"(?:(?<![a-z])(?:replace|swap|change|switch|turn|convert)|把|将)\s*$")
_BY = re.compile(r"\s*(?:with|by|for|to|into|换成|替换为|改成|改为)\s*$")
_ONLY = re.compile(
    r"(?:(?<![a-z])(?:only|just|keep(?: only)?|nothing but)(?: keep| run| the| with)*|只(?:留下?|要|保留|跑|用)?|仅)\s*$"
)
_THEN = re.compile(r"\s*(?:[,.;!，。；]|(?:and|but|please|then|for)(?![a-z])|并)")
_OWN = re.compile(r"\s*(?:[(:]|(?:with|at|using|gets?|whose)(?![a-z])|[用带取])")
_FOR_ALL = re.compile(
    r"\s*,?\s*(?:(?<![a-z])(?:and|then)\s+)?(?<![a-z])(?:make|set|all|both|put|use|let|to the (?:comparison|list|others?)|"
    r"into the comparison|everything|run (?:all|them|everything))(?![a-z])|[，,]?\s*(?:都|全部|一起)"
)
"""Where what is said of a further run alone ends."""
_ALL_BEHIND = re.compile(
    r"[,;，；]\s*(?:and\s+)?[^,;，；]*(?<![a-z])(?:for (?:all|both|every\w*|each|them all)|everywhere)(?![a-z])"
)


def change_comparison(text: str, spec: ComparisonSpec, catalogue: Catalogue, chat: Chat | None) -> Plan | None:
    """A comparison after the change: a run more or less, one run changed, or all of them."""
    text = Reading(text).text
    seeds, bare = changed_seeds(text, spec.seeds)
    if seeds is not None:
        return _and_seeds(bare, seeds, spec, catalogue, chat)
    out = apart_from(by_place(text, spec), spec, catalogue) or others_apart(text, spec, catalogue)
    if out is not None:
        return _all_but(*out, spec, catalogue, chat)
    course, rest = read_course(text)
    if course.plots is not None and not re.search(r"\w", rest):
        return Plan(spec=spec.model_copy(update={"plots": course.plots}))
    rest = Reading(added_to(by_place(rest, spec), spec)).text
    if switches_all(rest, spec, catalogue):
        return _changed(spec, list(spec.runs), text, catalogue, chat)
    swapped = _only(rest, spec, catalogue, chat) or _swapped(rest, spec, catalogue, chat)
    if swapped is not None:
        return _with_seeds(swapped, course, catalogue, chat)
    beyond = elsewhere(text, spec, catalogue, chat)
    if beyond is not None:
        return beyond
    gone, rest = _taken_out(rest, spec, catalogue)
    if gone is not None:
        return _and_more(gone, rest, course, catalogue, chat)
    apart = _apart(text, spec, catalogue, chat)
    if apart is not None:
        return apart
    reading = Reading(rest)
    mentions = agent_mentions(reading, catalogue)
    exchange = len(mentions) == 2 and _REPLACE.search(reading.lower, 0, mentions[0].start)
    if exchange and _BY.fullmatch(reading.lower[mentions[0].end : mentions[1].start]):
        return _changed(spec, of_agent(mentions[0].name, spec), mentions[1].name, catalogue, chat)
    spoken = [group for group, _, _ in spoken_of(rest, mentions) if all(of_agent(name, spec) for name in group.names)]
    if spoken or (mentions and all(of_agent(mention.name, spec) for mention in mentions)):
        plain = course == Course(seeds=course.seeds)
        return _of_some(rest if plain else added_to(by_place(text, spec), spec), course, spec, catalogue, chat)
    if mentions:
        return _added([m.name for m in mentions], spec, catalogue, rest if course == Course() else text)
    return _changed(spec, concerned(text, spec, catalogue), text, catalogue, chat)


def _and_more(gone: Plan, rest: str, course: Course, catalogue: Catalogue, chat: Chat | None) -> Plan:
    """What is left of a comparison, and what else the words change in it."""
    more: Plan | None = None
    if re.search(r"\w", rest):
        change_it = change if isinstance(gone.spec, ExperimentSpec) else change_comparison
        more = change_it(rest, gone.spec, catalogue, chat)  # type: ignore[arg-type] # each takes its own kind
    left = more.notes if more else left_out(Reading(rest))
    made = Plan(spec=more.spec if more else gone.spec, notes=[*gone.notes, *left])
    return _with_seeds(made, course, catalogue, chat)


def _of_some(text: str, course: Course, spec: ComparisonSpec, catalogue: Catalogue, chat: Chat | None) -> Plan | None:
    """A change of the runs that the words name: "lr 1e-4 for PPO and A2C", "DQN: RND"."""
    mentions = agent_mentions(Reading(text), catalogue)
    each = one_by_one(text, mentions, catalogue)
    if each:
        return _each(each, course, spec, catalogue, chat)
    named = [said for said in spoken_of(text, mentions) if all(of_agent(name, spec) for name in said[0].names)]
    named = named or [(group, group.start, group.end) for group in grouped(text, mentions)]
    about = [group for group, _, _ in named if says(text, group, catalogue)]
    about = about or ([] if aside(text, named[0][0], catalogue) else [group for group, _, _ in named])
    agents = list(dict.fromkeys(name for group in about for name in group.names))
    agents = agents or [run.agent for run in spec.runs.values()]  # "PPO is too slow; 200k steps"
    for _, start, end in reversed(named):
        text = f"{text[:start]} {text[end:]}"
    made = _changed(spec, [label for agent in agents for label in of_agent(agent, spec)], text, catalogue, chat)
    return _with_seeds(made, course, catalogue, chat) if made else None


def _each(
    said: list[tuple[tuple[str, ...], str]],
    course: Course,
    spec: ComparisonSpec,
    catalogue: Catalogue,
    chat: Chat | None,
) -> Plan | None:
    """ "PPO with RND and A2C with ICM": the runs of each list of agents as the words behind it say."""
    now, notes = spec, list[str]()
    for agents, words in said:
        places = [place for place, run in enumerate(spec.runs.values()) if run.agent in agents]
        made = _changed(now, [list(now.runs)[place] for place in places], words, catalogue, chat)
        notes += made.notes if made else left_out(Reading(f"{' '.join(agents)} {words}"))
        now = made.spec if made and isinstance(made.spec, ComparisonSpec) else now
    return _with_seeds(Plan(spec=now, notes=notes), course, catalogue, chat) if now != spec else None


def _and_seeds(
    text: str, seeds: list[int], spec: ComparisonSpec, catalogue: Catalogue, chat: Chat | None
) -> Plan | None:
    """What is said beside the seeds that come and go, and these in all runs; None if it is not understood of whom."""
    made = change_comparison(text, spec, catalogue, chat) if re.search(r"\w", text) else None
    if made is None and agent_mentions(Reading(text), catalogue):
        return None
    return _with_seeds(made or Plan(spec=spec, notes=left_out(Reading(text))), Course(seeds=seeds), catalogue, chat)


def _all_but(
    found: Excepted, out: list[str], spec: ComparisonSpec, catalogue: Catalogue, chat: Chat | None
) -> Plan | None:
    """ "Lr 1e-4 for all but A2C", "double PPO's lr, not A2C's": the change of the runs that it is for, seeds of all."""
    words = found.text
    course, rest = read_course(words)
    if course.seeds:
        words = rest
    named = [mention for mention in agent_mentions(Reading(words), catalogue) if of_agent(mention.name, spec)]
    which = [label for label in spec.runs if label not in out]
    if not re.search(r"\w", ALSO_WORDS.sub("", words)):
        made: Plan | None = Plan(spec=spec)
    else:
        made = (
            change_comparison(words, spec, catalogue, chat) if named else _changed(spec, which, words, catalogue, chat)
        )
    if made is None or not isinstance(made.spec, ComparisonSpec):
        return None
    if found.own:
        labels_ = list(made.spec.runs)
        same = len(labels_) == len(spec.runs)  # then each has its place, by whatever label
        places = (
            [labels_[p] for p, label in enumerate(spec.runs) if label in out]
            if same
            else [label for label in out if label in labels_]
        )
        own = _changed(made.spec, places, completed(found.own, words, catalogue), catalogue, chat)
        if own is None:
            return None
        made = Plan(spec=own.spec, notes=[*made.notes, *own.notes])
    if made.spec == spec and not course.seeds:
        return None
    return _with_seeds(made, Course(seeds=course.seeds), catalogue, chat)


def _apart(text: str, spec: ComparisonSpec, catalogue: Catalogue, chat: Chat | None) -> Plan | None:
    """ "PPO's learning rate to 1e-3, A2C's to 5e-4": what is said of single runs, and then of all; None if it is of none."""
    found = shares(text, catalogue, edited=[run.agent for run in spec.runs.values()])
    if not found.own:
        return None
    made, notes = spec, list[str]()
    if re.search(r"\w", found.text):  # first: tuned values of another environment come before what is said of one run
        common = change_comparison(found.text, spec, catalogue, chat)
        if common is None:
            notes += left_out(Reading(found.text))
        elif isinstance(common.spec, ComparisonSpec):
            made, notes = common.spec, list(common.notes)
        else:
            return None
    for agent, words in found.own.items():
        plain = Reading(words)
        agent_mentions(plain, catalogue)
        changed = _changed(made, of_agent(agent, made), plain.rest(), catalogue, chat)
        if changed is None or not isinstance(changed.spec, ComparisonSpec):
            return None
        made = changed.spec
        notes += [note for note in changed.notes if note not in notes]
    return Plan(spec=made, notes=notes)


def _only(text: str, spec: ComparisonSpec, catalogue: Catalogue, chat: Chat | None) -> Plan | None:
    """ "Only PPO, drop the others", "only PPO, 1M steps": the comparison without the other agents, and what else is said."""
    reading = Reading(text)
    mentions = agent_mentions(reading, catalogue)
    kept = {mention.name for mention in mentions}
    if not mentions or not _ONLY.search(reading.lower, 0, mentions[0].start):
        return None
    more = text[mentions[-1].end :]
    if re.search(r"\d", reading.rest()) and not _THEN.match(more.lower()):
        return None  # "only PPO gets 16 environments"
    made: Plan | None = None
    for agent in dict.fromkeys(run.agent for run in spec.runs.values()):
        now = spec if made is None else made.spec
        if agent not in kept and isinstance(now, ComparisonSpec):
            made = _without(agent, now)
    if made is None or not isinstance(made.spec, ExperimentSpec) or not re.search(r"\d", more):
        return made
    changed = change(more, made.spec, catalogue, chat)
    return Plan(spec=changed.spec, notes=[*made.notes, *changed.notes]) if changed else made


def _swapped(text: str, spec: ComparisonSpec, catalogue: Catalogue, chat: Chat | None) -> Plan | None:
    """ "Drop A2C and use IMPALA": one run with another agent."""
    reading = Reading(text)
    mentions = agent_mentions(reading, catalogue)
    if len(mentions) != 2:
        return None
    first, second = mentions
    out = _OUT.match(reading.lower, first.end)
    if of_agent(second.name, spec) or not _INSTEAD.fullmatch(
        reading.lower[out.end() if out else first.end : second.start]
    ):
        return None
    gone = _REMOVE.search(reading.lower, 0, first.start)
    if not of_agent(first.name, spec) or not (out or gone):
        return None
    made = _changed(spec, of_agent(first.name, spec), f"switch to {second.name}", catalogue, chat)
    place = _ITS_PLACE.match(reading.lower, second.end)
    rest = text[: gone.start() if gone else first.start] + text[place.end() if place else second.end :]
    if made is None or not isinstance(made.spec, ComparisonSpec) or not re.search(r"\w", ALSO_WORDS.sub(" ", rest)):
        return made
    more = change_comparison(rest, made.spec, catalogue, chat)
    return Plan(spec=more.spec, notes=[*made.notes, *more.notes]) if more else made


def _with_seeds(made: Plan, course: Course, catalogue: Catalogue, chat: Chat | None) -> Plan:
    """The plan with the seeds that the words give beside another change."""
    if not course.seeds:
        return made
    if isinstance(made.spec, ExperimentSpec):
        return Plan(spec=made.spec.model_copy(update={"seeds": course.seeds}), notes=made.notes)
    seeded = _changed(made.spec, list(made.spec.runs), _seeds_in_words(course), catalogue, chat)
    return Plan(spec=seeded.spec, notes=made.notes) if seeded else made


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
        end = min(
            [mark.start() for p in (_FOR_ALL, _ALL_BEHIND) for mark in p.finditer(words.lower(), mention.end, end)],
            default=end,
        )
        own = words[mention.end : end] if _OWN.match(words.lower(), mention.end) else ""
        added = change(f"switch to {mention.name} {own}", first, catalogue, None)
        if added is not None and isinstance(added.spec, ExperimentSpec):
            runs[mention.name] = _alike(added.spec, spec, rest, own)
            notes += added.notes
        words = f"{words[: mention.start]} {words[end if own else mention.end :]}"
    runs |= {m.name: runs.pop(m.name) for m in mentions if m.name in runs and m.name not in spec.runs}
    made = _with_runs(spec, runs)
    words = re.sub(ALSO_WORDS, " ", words)
    changed = _changed(made, list(made.runs), words, catalogue, None) if re.search(r"\w", words) else None
    if changed is None:
        return Plan(spec=made, notes=[*notes, *left_out(Reading(words))])
    return Plan(spec=changed.spec, notes=[*notes, *(note for note in changed.notes if note not in notes)])


def _alike(run: ExperimentSpec, spec: ComparisonSpec, text: str, own: str) -> ExperimentSpec:
    """A further run with the length that all others have, and where the words say "same setup", with their copies, too."""
    shared = {"num_train_steps": "step", **({"num_envs": "env"} if _SAME_SETUP.search(text) else {})}
    kept = {}
    for field, unit in shared.items():
        values = {getattr(other, field) for other in spec.runs.values()}
        if len(values) == 1 and unit not in own.lower():
            kept[field] = values.pop()
    return run.model_copy(update=kept)


def _without(agent: str, spec: ComparisonSpec) -> Plan:
    gone = of_agent(agent, spec)
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
