"""Request -> plan: what code reads, what the model adds with evidence, what presets and defaults fill in."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import Any

from copilot.codegen.change.present import usual
from copilot.codegen.change.relative import absolute, relative
from copilot.codegen.comparison.arms import armed
from copilot.codegen.comparison.asking import asks_comparison, asks_seeds
from copilot.codegen.comparison.axes import arms_of, expand
from copilot.codegen.comparison.both_ways import in_both_ways
from copilot.codegen.comparison.compare import compared, listing
from copilot.codegen.comparison.exceptions import denied_as_excepted
from copilot.codegen.comparison.last import told_of_all
from copilot.codegen.comparison.relations import Relation, relations, resolved
from copilot.codegen.comparison.scratch import courses
from copilot.codegen.course import Course
from copilot.codegen.fill import fill
from copilot.codegen.fit import fit_agent, fit_module, known_environment, observed, refuse_excluded, suits
from copilot.codegen.model import add, find_environment, find_module
from copilot.codegen.names.chosen import choices
from copilot.codegen.names.defaults import wants_library_defaults
from copilot.codegen.names.described import described
from copilot.codegen.names.environments import environment_mentions, read_environment
from copilot.codegen.names.lacks import refuse_lacks
from copilot.codegen.names.literal import EXAMPLE, agent_mentions, read_agent, read_components
from copilot.codegen.names.sizes import sized
from copilot.codegen.names.tags import read_tag
from copilot.codegen.names.unknown import refuse_unknown
from copilot.codegen.names.unmet import refuse_unmet
from copilot.codegen.request.apposition import named_once
from copilot.codegen.request.clauses import clause, denied
from copilot.codegen.request.corrections import names_taken_back
from copilot.codegen.request.denials import cut_denied
from copilot.codegen.request.foreign import at_home
from copilot.codegen.request.layout import lines_apart
from copilot.codegen.request.leftover import left_out
from copilot.codegen.request.papers import plainly
from copilot.codegen.request.reading import MAX_CHARS, Reading
from copilot.codegen.request.shorthand import written_out
from copilot.codegen.request.spelling import corrected
from copilot.codegen.request.wordings import reworded
from copilot.codegen.script.pictures import memory_note
from copilot.codegen.settings.advantage import read_advantage
from copilot.codegen.settings.settings import Settings, known_names
from copilot.codegen.settings.stating import read_settings
from copilot.codegen.settings.values import Entry
from copilot.codegen.spec import ExperimentSpec, Module, Plan
from copilot.codegen.vocabulary import MIXER
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest
from copilot.models.chat import Chat

DEFAULT_AGENT = "PPO"
_NO_REWARD = re.compile(
    r"(?<![a-z])(?:no|without(?: any)?|not any|never an?) (?:intrinsic (?:rewards?|bonus(?:es)?)|exploration "
    r"bonus(?:es)?|bonus(?:es)?)"
    r"(?! (?:on|in|for|normali))(?![a-z])|(?:不(?:要|用|使用|加|带)|没有|无|禁用)(?:任何)?(?:的)?(?:内在|探索)奖励"
)
_MULTI_STEP = re.compile(
    r"(?<![\w.])(?:\d{1,3}|n|multi)[\s-]?step[\s-]+(?:returns?|replay|bootstrap\w*|targets?)(?![a-z])|步回报"
)


def plan(request: str, catalogue: Catalogue, chat: Chat | None = None) -> Plan:
    """Understand a request: one experiment, or a comparison of several.

    Args:
        request: in the user's words, English or Chinese.
        catalogue: the library's components.
        chat: may add what code left unread, with the request's words as evidence; None leaves that open.

    Raises:
        UnknownName: an agent, environment, component or setting that does not exist.
        SpaceMismatch: agent, module and environment do not fit.
        InvalidRequest: nothing to train, values outside their range, or contradictions.
    """
    reading, slips = _read(request, catalogue)
    refuse_lacks(reading.text)
    refuse_unmet(reading.text, catalogue)
    tag = read_tag(reading)
    text = armed(reworded(named_once(names_taken_back(reading.rest(), catalogue), catalogue)))
    made, unwanted, plots = _runs(text, tag, catalogue, chat)
    if len(made) == 1 and asks_comparison(text) and not (len(made[0][0].seeds) > 1 and asks_seeds(text)):
        if words := in_both_ways(text):
            raise InvalidRequest(
                f"{words!r}: this is nothing that {made[0][0].agent} can have or not have here.",
                hint='Name a module, a switch or two values: "with and without RND", "compare lr 1e-4 and 1e-3".',
            )
        raise InvalidRequest(
            f"The request asks for a comparison and names only {made[0][0].agent} on {made[0][0].env_id}.",
            hint='Name two or more, for example: "compare PPO and A2C on CartPole over 5 seeds".',
        )
    if len(made) > 1:
        several = compared(made, plots)
        return several.model_copy(update={"notes": [*slips, *unwanted, *several.notes]})
    spec, notes = made[0][0], [*slips, *unwanted, *made[0][1]]
    if plots:
        notes.insert(0, "The script draws no figures: those are for comparisons. Metrics are in its log folder.")
    return Plan(spec=spec, notes=notes)


def _runs(
    text: str, tag: str | None, catalogue: Catalogue, chat: Chat | None
) -> tuple[list[tuple[ExperimentSpec, list[str]]], list[str], bool | None]:
    """All runs of a text, each with its notes; notes on what it does not want; and whether it asks for plots."""
    texts: list[tuple[str, Course]] = []
    unwanted: list[str] = []
    plots: bool | None = None
    related: list[Relation] = []
    arms = courses(arms_of(text, catalogue), catalogue)
    for course, said in arms:
        words, found = relations(said, catalogue)
        words, out = cut_denied(denied_as_excepted(words, catalogue), catalogue)
        _refuse_two_environments(words, course, catalogue)
        runs = expand(words, catalogue, asked=len(arms) > 1)
        texts += [(one, course) for one in runs]
        out += told_of_all(words, catalogue) if len(runs) > 1 else []
        unwanted += [note for note in out if note not in unwanted]
        plots = course.plots if plots is None else plots
        related += found
    made = [_experiment(one, course, tag, catalogue, chat) for one, course in texts]
    if related:
        more = resolved([spec for spec, _ in made], related, catalogue)
        for index, (values, notes) in enumerate(more):
            one, course = texts[index]
            said = "".join(f"; {name}={value}" for name, value in values.items())
            spec, own = _experiment(one + said, course, tag, catalogue, chat) if values else made[index]
            made[index] = (spec, [*notes, *own])
    return made, unwanted, plots


def _refuse_two_environments(text: str, course: Course, catalogue: Catalogue) -> None:
    named = list(dict.fromkeys(found.name for found in environment_mentions(Reading(text), catalogue)))
    if course.pretrain and len(named) > 1:
        raise InvalidRequest(
            f"The request names {listing(named)}; pre-training and fine-tuning share one environment here.",
            hint="Name one environment for both phases.",
        )


def _experiment(
    text: str, course: Course, tag: str | None, catalogue: Catalogue, chat: Chat | None
) -> tuple[ExperimentSpec, list[str]]:
    """One run, of a text that names one."""
    reading = Reading(_of_defaults(text, catalogue))
    notes: list[str] = []
    env_id = read_environment(reading, catalogue)
    named = read_agent(reading, catalogue)
    modules, mixed = read_components(reading, catalogue, named or DEFAULT_AGENT)
    if env_id is None and chat is not None:
        env_id, said = find_environment(reading, catalogue, chat)
        notes += said
    if env_id is None:
        raise _nothing_to_train_on(named)
    agent = named or DEFAULT_AGENT
    if named is None:
        notes.append(f"No agent is named; {agent} is taken.")
    environment = known_environment(env_id, catalogue)
    if environment["requires"] and find_spec(environment["requires"]) is None:
        notes.append(f"{env_id} needs packages that are not installed here: pip install -e '.[envs]'.")
    refuse_contradiction(reading, modules)
    take_multi_step(reading, catalogue, agent, modules)
    untuned = wants_library_defaults(reading)
    settings = Settings(reading, catalogue, agent, modules, environment, whole=True)
    stated = read_settings(settings)
    read_advantage(settings, catalogue, env_id, untuned=untuned)
    notes += settings.notes
    if tag:
        stated.run["tag"] = tag
    if chat is not None:
        notes += [*add_modules(settings, catalogue, chat), *add(settings, catalogue, chat)]
    refuse_unknown(settings, catalogue)
    env_kwargs = maker_kwargs(agent, environment, stated.env, catalogue, notes, untuned=untuned)
    env_kwargs = with_task(env_kwargs, stated.task)
    environment = observed(environment, env_kwargs)
    fit_agent(agent, environment, catalogue)
    kept = kept_modules(settings, agent, environment, catalogue, notes)
    if mixed:
        kept["reward"] = kept["reward"].model_copy(update={"parts": mixed})
    if (stated.agent.get("pretraining") or course.pretrain) and "reward" not in kept:
        raise InvalidRequest(
            "Pre-training needs an intrinsic reward, and the request names none.",
            hint='Name one: "pre-train with RND". Or leave pre-training out.',
        )
    notes += choices(reading.lower, env_id, kept["reward"].name if "reward" in kept else None, catalogue)
    spec = fill(agent, env_id, settings, kept, env_kwargs, catalogue, notes, course, untuned=untuned)
    notes += memory_note(spec, catalogue)
    notes += left_out(reading)
    return spec, notes


def _of_defaults(text: str, catalogue: Catalogue) -> str:
    """The text with numbers in the place of "twice the usual batch size"."""
    agents = {mention.name for mention in agent_mentions(Reading(text), catalogue)}
    tasks = {mention.name for mention in environment_mentions(Reading(text), catalogue)}
    if not tasks:
        return text
    usually = usual(
        min(agents, default=DEFAULT_AGENT), min(tasks), catalogue, untuned=wants_library_defaults(Reading(text))
    )
    if not relative(text, usually, catalogue):
        return text
    if len(tasks) > 1 or len(agents) > 1:
        raise InvalidRequest(
            f"Of whose values the request names parts is not clear: it names {listing(sorted({*agents, *tasks}))}.",
            hint="Name the values themselves.",
        )
    return absolute(text, usually, catalogue, first=True)


def _read(request: str, catalogue: Catalogue) -> tuple[Reading, list[str]]:
    if len(request) > MAX_CHARS:
        raise InvalidRequest(
            f"The request has {len(request)} characters; expected at most {MAX_CHARS}.",
            hint=f'Say it shortly: "{EXAMPLE}".',
        )
    text, slips = corrected(Reading(lines_apart(plainly(at_home(request), catalogue))).text, known_names(catalogue))
    text, told = described(written_out(text), catalogue)
    return Reading(sized(text, catalogue)), [*slips, *told]


def _nothing_to_train_on(agent: str | None) -> InvalidRequest:
    missing = "environment" if agent else "environment and no agent"
    return InvalidRequest(
        f"The request names no {missing}; expected at least what to train on.",
        hint=f'A request names an agent and an environment, and any settings: "{EXAMPLE}".',
    )


def add_modules(settings: Settings, catalogue: Catalogue, chat: Chat) -> list[str]:
    """Modules that only the model can tell from words that code left unread; a note on each."""
    notes = []
    for primitive, names in catalogue.component(settings.agent)["combines"].items():
        if primitive in settings.modules or primitive == "policy":
            continue
        name, said = find_module(settings.reading, primitive, names, catalogue, chat)
        notes += said
        if name is not None and name != MIXER:
            settings.add(primitive, name, len(settings.reading.text), catalogue)
    return notes


def refuse_contradiction(reading: Reading, modules: dict[str, tuple[str, int]]) -> None:
    """An intrinsic reward by name, and none at all, in one request.

    Raises:
        InvalidRequest: both are asked for.
    """
    match = _NO_REWARD.search(reading.lower)
    if match and "reward" in modules:
        raise InvalidRequest(
            f"The request contradicts itself: it names the intrinsic reward {modules['reward'][0]} and says {match[0]!r}.",
            hint="Leave one of the two out.",
        )


def maker_kwargs(
    agent: str,
    environment: Entry,
    stated: dict[str, Any],
    catalogue: Catalogue,
    notes: list[str],
    *,
    untuned: bool = False,
) -> dict[str, Any]:
    """Arguments of the environment's maker: the preset's, unless `untuned`, and the stated ones before them.

    An agent whose presets learn from pictures gets them from every environment of that maker, unless the request says no.
    """
    tuned = None if untuned else catalogue.preset(agent, environment["id"])
    kwargs = {**(tuned["env_kwargs"] if tuned else {}), **stated}
    maker = next(entry for entry in catalogue.functions if entry["name"] == environment["maker"])
    choosable = any(parameter["name"] == "from_pixels" for parameter in maker["parameters"])
    by_pictures = any(p["env_kwargs"].get("from_pixels") for p in catalogue.presets if p["agent"] == agent)
    if choosable and by_pictures and "from_pixels" not in kwargs:
        kwargs["from_pixels"] = True
        notes.append(f"{agent} learns from pixels: from_pixels=True is taken.")
    return kwargs


def with_task(env_kwargs: dict[str, Any], stated: dict[str, Any]) -> dict[str, Any]:
    """Arguments of the maker with stated ones of the environment itself."""
    return {**env_kwargs, "env_kwargs": {**(env_kwargs.get("env_kwargs") or {}), **stated}} if stated else env_kwargs


def take_multi_step(reading: Reading, catalogue: Catalogue, agent: str, modules: dict[str, tuple[str, int]]) -> None:
    """Returns of several steps are a matter of the storage, where the agent has no setting for them."""
    match = _MULTI_STEP.search(reading.lower)
    entry = catalogue.component(agent)
    if match is None or denied(reading.lower[slice(*clause(reading.lower, *match.span()))]):
        return
    if "storage" in modules or any(p["name"] in {"n_step", "num_steps"} for p in entry["parameters"]):
        return
    for name in entry["combines"].get("storage", []):
        default = next((p["default"] for p in catalogue.component(name)["parameters"] if p["name"] == "n_step"), 1)
        if default > 1:
            modules["storage"] = (name, match.end())


def kept_modules(
    settings: Settings, agent: str, environment: Entry, catalogue: Catalogue, notes: list[str]
) -> dict[str, Module]:
    """The modules that change something; one that the agent uses anyway is only noted."""
    kept = {}
    combines = catalogue.component(agent)["combines"]
    refuse_excluded({primitive: name for primitive, (name, _) in settings.modules.items()}, catalogue)
    for primitive, (name, _) in settings.modules.items():
        fit_module(primitive, name, agent, environment, catalogue)
        fitting = [other for other in combines[primitive] if suits(catalogue.component(other), environment)]
        kwargs = settings.stated.modules.get(primitive, {})
        own = name == "EpsilonGreedy" and any(
            p["name"] == "epsilon_schedule" for p in catalogue.component(agent)["parameters"]
        )
        usual = own or (
            name == "VanillaReplayStorage" and agent != "DrQv2" and environment["observation_space"] != "Dict"
        )
        if fitting == [name] or usual:
            for key, value in kwargs.items():
                settings.stated.agent.setdefault(key, value)
            notes.append(f"{name} is what {agent} uses on {environment['id']} anyway.")
        else:
            kept[primitive] = Module(name=name, kwargs=kwargs)
    return kept
