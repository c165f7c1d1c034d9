"""Changes that act on whole runs: one more beside those that are there, one with another name, all but one taken out."""

from __future__ import annotations

import re

from copilot.codegen.change.experiment import change
from copilot.codegen.comparison.compare import compared, labels, title
from copilot.codegen.names.environments import Mention, environment_mentions
from copilot.codegen.names.literal import agent_mentions, component_mentions
from copilot.codegen.request.clauses import sentence
from copilot.codegen.request.reading import Reading
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec, Plan, Spec
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest
from copilot.models.chat import Chat

_RUN = r"(?:run|arm|variant|condition|version|experiment|configuration)"
_MORE = re.compile(
    rf"\s*(?:please |now |and |then )*(?:(?:add|include)|also(?: (?:run|train|try|add))?|additionally(?: run)?|"
    r"再(?:加上?|跑|训练|来)(?:一个|一组|个)?|另外(?:再)?(?:加|跑|训练)?|也跑)\s*"
    rf"(?:(?:an?|another|one more|one|the)\s+)?(?:(?:further|second|third|additional|new|baseline|"
    rf"control|reference|plain)\s+)?(?P<run>{_RUN}s?(?: of)?[\s:,]+)?",
    re.IGNORECASE,
)
_OWN = re.compile(
    rf"\s*(?:{_RUN}\s+)?(?P<own>(?:with|without|using|at|on|but|that|whose|,|[(:]|加|用|带|不).*)",
    re.IGNORECASE | re.DOTALL,
)
_NO = r"(?:without|with no)\s|不用|不带|不加|没有"
_WITHOUT = re.compile(
    r"\s*(?:(?:also|add|再)\s*(?:(?:run|train|try|it|this|one|跑|训练|一个|一组)\s*)*|compare\s+(?:it |this )?|"
    rf"(?:run|train|try)\s+(?:it|this)\s+(?=.*\s(?:as well|too)\W*$))(?={_NO})|"
    r"\s*also\s+(?:try\s+(?:it |this )?(?:with )?|run\s+(?:it |this )?with\s+)",
    re.IGNORECASE,
)
"""Before what sets one more run apart from the one that there is."""
_TAIL = re.compile(r"\s+(?:as well|too)\W*$", re.IGNORECASE)
_BUT = re.compile(
    r"(?<![a-z])(?:remove|delete|drop|discard|exclude|throw out|get rid of|take out|kick out)\s+(?:everything|anything|"
    rf"all|every)(?:\s+(?:the |of the )?(?:others?|{_RUN}s?|agents?|rest))?\s+(?:but|except(?:\s+for)?|besides|other than|"
    r"apart from|save)\s+(?:for )?(?:the )?|(?:去掉|删除|删掉|移除)除了?",
    re.IGNORECASE,
)
_BUT_ZH = re.compile(
    r"除了?\s*(?P<kept>[^，,。]+?)\s*(?:以外|之外|外)?[，,\s]*(?:其他|其余|别的|剩下)?的?(?:都|全部|全)?(?:去掉|删掉|删除|移除|不要)了?"
)
_LINK = re.compile(
    r"[\s,;，；、]*(?:(?<![a-z])(?:and|plus|or|also)(?![a-z])|和|与|及|以及|再加)?\s*(?:(?:an?|the|one|一个)\s*)?$",
    re.IGNORECASE,
)
_ZH_OF = re.compile(r"(?P<own>(?:不带|不用|不加|带有?|使用|用|加)\s*[^，。,;；的和与个带用加]{1,24}?)\s*的\s*$")
_AS_WELL = re.compile(
    r"(?<![a-z])(?:as well(?: as)?|also|too|in addition(?: to that)?|additionally|do(?:es)? the "
    r"same)(?![a-z])(?=[^.;]*$)|也(?=[在跑要训])|"
    r"(?<![a-z])add(?=\s+(?:the )?(?:environment|game|task|a run on|runs on))|再(?:在|加一个环境|加上环境)"
)
_RENAME = re.compile(
    r"(?:call|name|label)\s+(?:the )?(?P<run>\S.*?)\s+run\s+(?:as\s+)?[\"'`]?(?P<called>[\w][\w.+-]*)[\"'`]?\s*[.!]?|"
    r"(?:rename|relabel)\s+(?:the )?(?:run )?(?P<who>.+?)(?: run)?\s+"
    r"(?:to|as|into)\s+"
    r"[\"'`]?(?P<to>[\w][\w .+-]{0,63}?)[\"'`]?\s*[.!]?|"
    r"(?:把|将)?\s*(?P<zhwho>.+?)\s*(?:改名|重命名|更名)(?:为|成|叫)\s*"
    r"[\"'`“]?(?P<zhto>[\w][\w .+-]{0,63}?)[\"'`”]?\s*[。.]?",
    re.IGNORECASE,
)
_ITSELF = re.compile(
    r"(?:it|this|that|the (?:run|experiment|plan|comparison)|run|experiment|它|实验|运行)", re.IGNORECASE
)
_FINE = re.compile(
    r"(?<![a-z])(?:during|in|while|when|for|throughout|through|into)\s+(?:the )?fine[\s-]?tun\w*|"
    r"微调(?:时|阶段|中|期间|过程|的时候|也)",
    re.IGNORECASE,
)
_BONUS = re.compile(r"(?<![a-z])(?:bonus|curiosity|intrinsic)(?![a-z])|内在奖励|好奇")


def only_those(text: str) -> str:
    """ "Remove everything but PPO" as "only keep PPO"."""
    return _BUT_ZH.sub(lambda found: f"only keep {found['kept']}", _BUT.sub("only keep ", text))


def renamed(text: str, spec: Spec) -> Plan | None:
    """A run of a comparison, or the one that there is, under another name; None if the words ask for none.

    Raises:
        InvalidRequest: no run or several are called so, or another has the name.
    """
    found = _RENAME.fullmatch(text.strip())
    if found is None:
        return None
    who = (found["run"] or found["who"] or found["zhwho"]).strip()
    new = found["called"] or found["to"] or found["zhto"]
    if _ITSELF.fullmatch(who):
        return None
    if re.search(r"\s(?:and|as|to|with)\s", new):
        raise InvalidRequest(f"{new!r} is no name of a run.", hint='One at a time: "rename PPO to baseline".')
    if isinstance(spec, ExperimentSpec):
        return (
            Plan(spec=spec.model_copy(update={"tag": new})) if who.lower() in (spec.agent.lower(), spec.tag) else None
        )
    named = [label for label in spec.runs if label.lower() == who.lower()]
    having = named or [label for label, run in spec.runs.items() if run.agent.lower() == who.lower()]
    if len(having) != 1 or (new in spec.runs and new not in having):
        raise InvalidRequest(
            f"{who!r} cannot be renamed {new!r}; the comparison has the runs {', '.join(spec.runs)}.",
            hint="Name one of them, and a name that no other has.",
        )
    return Plan(
        spec=spec.model_copy(
            update={"runs": {new if label in having else label: run for label, run in spec.runs.items()}}
        )
    )


def one_more(text: str, spec: Spec, catalogue: Catalogue, chat: Chat | None) -> Plan | None:
    """ "Add PPO with RND": a run like one that is there, but for what the words say; None if they ask for none.

    Raises:
        InvalidRequest: it would be the same, or of whom it is one more is not said.
    """
    runs = list(spec.runs.values()) if isinstance(spec, ComparisonSpec) else [spec]
    text = _behind(text, catalogue)
    lead = _WITHOUT.match(text) or _MORE.match(text)
    if lead is None:
        return None
    mentions = agent_mentions(Reading(text), catalogue)
    if lead.re is _WITHOUT or (not mentions and lead["run"]):
        agents, own = {run.agent for run in runs}, _TAIL.sub("", text[lead.end() :])
    elif len(mentions) == 1 and mentions[0].start == lead.end():
        said = _OWN.fullmatch(text, mentions[0].end)
        agents, own = {mentions[0].name}, said["own"] if said else text[mentions[0].end :]
        if not said and re.search(r"\w", own.replace("run", "")):
            return None
    elif len(mentions) > 1 and mentions[0].start == lead.end():
        return _several(text, mentions, spec, catalogue, chat)
    else:
        return None
    like = [run for run in runs if run.agent in agents]
    if not like:
        return None
    if len(agents) > 1:
        raise InvalidRequest(
            f"Of whom to add a run is not said; the comparison has {', '.join(sorted(agents))}.",
            hint=f'Say it: "add a {like[0].agent} run with ...".',
        )
    made = change(own, like[0], catalogue, chat) if re.search(r"\w", own) else None
    if made is None or not isinstance(made.spec, ExperimentSpec) or made.spec in runs:
        raise InvalidRequest(
            f"A run of {like[0].agent} is there; what sets another one apart is not said or not understood.",
            hint=f'For example: "add {like[0].agent} with RND".',
        )
    return _with(made.spec, spec, made.notes)


def _behind(text: str, catalogue: Catalogue) -> str:
    """The text with "PPO 带RND" in the place of "带RND的PPO"."""
    for mention in reversed(agent_mentions(Reading(text), catalogue)):
        if before := _ZH_OF.search(text, 0, mention.start):
            name = text[mention.start : mention.end]
            text = f"{text[: before.start()]}{name} {before['own']} {text[mention.end :]}"
    return text


def _several(text: str, mentions: list[Mention], spec: Spec, catalogue: Catalogue, chat: Chat | None) -> Plan | None:
    """ "Add A2C with RND and PPO with ICM": one run more for each; what only the last is said to have, all have.

    None if nothing sets them apart, or if all are of agents that a comparison has not: these are added by their names.

    Raises:
        InvalidRequest: one of them is there, or is not understood.
    """
    ends = [mention.start for mention in mentions[1:]] + [len(text)]
    own = [_LINK.sub("", text[mention.end : end]) for mention, end in zip(mentions, ends, strict=True)]
    here = {run.agent for run in (spec.runs.values() if isinstance(spec, ComparisonSpec) else [spec])}
    if not any(_OWN.fullmatch(words) for words in own) or not here & {mention.name for mention in mentions}:
        return None
    if any(words.strip() and not _OWN.fullmatch(words) for words in own):
        return None
    notes = list[str]()
    for place in reversed(range(len(own) - 1)):
        if not own[place].strip():
            own[place] = own[place + 1]
            notes.append(f"Read as of {mentions[place].name}, too: {own[place].strip()!r}.")
    made = Plan(spec=spec)
    for mention, words in zip(mentions, own, strict=True):
        made = _one_of_several(mention.name, words, spec, made, catalogue, chat)
    return Plan(spec=made.spec, notes=[*notes, *made.notes])


def _one_of_several(agent: str, words: str, spec: Spec, made: Plan, catalogue: Catalogue, chat: Chat | None) -> Plan:
    runs = list(spec.runs.values()) if isinstance(spec, ComparisonSpec) else [spec]
    like = next((run for run in runs if run.agent == agent), None)
    changed = change(words if like else f"switch to {agent} {words}", like or runs[0], catalogue, chat)
    there = made.spec.runs.values() if isinstance(made.spec, ComparisonSpec) else [made.spec]
    if changed is None or not isinstance(changed.spec, ExperimentSpec) or changed.spec in there:
        raise InvalidRequest(
            f"A run of {agent} is there; what sets another one apart is not said or not understood.",
            hint=f'One at a time: "add {agent} with RND".',
        )
    more = _with(changed.spec, made.spec, changed.notes)
    return Plan(spec=more.spec, notes=[*made.notes, *(note for note in more.notes if note not in made.notes)])


def _with(run: ExperimentSpec, spec: Spec, notes: list[str]) -> Plan:
    """The plan with a further run; seeds that it names are those of all."""
    runs = spec.runs if isinstance(spec, ComparisonSpec) else {spec.agent: spec}
    all_runs = [*(other.model_copy(update={"seeds": run.seeds}) for other in runs.values()), run]
    if isinstance(spec, ExperimentSpec):
        return compared([(one, notes if one is run else []) for one in all_runs], None)
    before, names = list(runs.values()), labels(all_runs)
    if list(runs) != labels(before):
        names = [*runs, names[-1] if names[-1] not in runs else f"{names[-1]} 2"]
    heading = title(all_runs) if spec.title == title(before) else spec.title
    return Plan(
        spec=spec.model_copy(update={"runs": dict(zip(names, all_runs, strict=True)), "title": heading}), notes=notes
    )


def elsewhere(text: str, spec: Spec, catalogue: Catalogue, chat: Chat | None) -> Plan | None:
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


def refuse_bonus_in_fine_tuning(text: str, spec: Spec, catalogue: Catalogue) -> None:
    """Fine-tuning is what follows without the intrinsic reward; nothing can be added to it or taken out.

    Raises:
        InvalidRequest: the words speak of an intrinsic reward in it.
    """
    runs = list(spec.runs.values()) if isinstance(spec, ComparisonSpec) else [spec]
    said = _FINE.search(text)
    if said is None or all(run.pretrain_steps is None for run in runs):
        return
    low, high = sentence(text, *said.span())
    primitives = {entry["name"]: entry["primitive"] for entry in catalogue.components}
    named = [m.name for m in component_mentions(Reading(text[low:high]), catalogue) if primitives[m.name] == "reward"]
    if named or _BONUS.search(text, low, high):
        raise InvalidRequest(
            "Fine-tuning has no intrinsic reward: that drives pre-training alone, and none can be set for fine-tuning.",
            hint='For the bonus in all of training say "remove pre-training"; to change it in pre-training, name it alone.',
        )
