"""One experiment changed by words: which parts they name, and what becomes of the values that they do not name."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from copilot.codegen.change.parts import Parts, read_parts
from copilot.codegen.change.relative import absolute
from copilot.codegen.change.seeds import changed_seeds
from copilot.codegen.course import Course, read_course
from copilot.codegen.fill import (
    DEFAULT_ENVS,
    DEFAULT_STEPS,
    as_measured,
    as_the_agent,
    put_schedules,
    too_short,
)
from copilot.codegen.fit import fit_agent, known_environment, observed
from copilot.codegen.model import add
from copilot.codegen.names.environments import other_version, read_environment
from copilot.codegen.names.literal import read_agent, read_components
from copilot.codegen.names.tags import read_tag
from copilot.codegen.plan import kept_modules, maker_kwargs, take_multi_step, with_task
from copilot.codegen.request.leftover import left_out
from copilot.codegen.request.reading import Reading
from copilot.codegen.request.wordings import reworded
from copilot.codegen.settings.intervals import convert_intervals
from copilot.codegen.settings.settings import Settings
from copilot.codegen.settings.stated import Stated
from copilot.codegen.settings.stating import read_settings
from copilot.codegen.settings.values import Entry
from copilot.codegen.spec import ExperimentSpec, Module, Plan
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest
from copilot.models.chat import Chat

_VERBS = re.compile(
    r"(?<![a-z])(?:switch(?:ing)?|change|add|adding|remove|drop|replace|instead|now|also|too|"
    r"increase|decrease|raise|lower|reduce|bump|cut|divide|multiply|scale|extend|shorten|lengthen|"
    r"swap|go|back|again|keep|everything|else|same|more|turn|back|longer|as|well|actually|rather|"
    r"put|update|edit|it|bonus)(?![a-z])|"
    r"改成|改为|换成|换为|换到|改用|改|换|加上|添加|增加|去掉|删除|把|将|也|再|另外|其他|不变|成|奖励"
)  # fmt: skip
_PRE = re.compile(r"pre[\s-]?train\w*|预训练")
_NO_PRE = re.compile(
    r"(?:(?<![a-z])(?:no|without|skip|remove|drop|delete|kill|ditch|scrap|leave out|omit)|去掉|删除|不要|取消|"
    r"移除)\s*(?:the |any )?(?:pre[\s-]?train\w*|预训练)"
    r"(?: phase| step)?"
)
_FINE = re.compile(r"fine[\s-]?tun\w*|微调", re.IGNORECASE)
_MORE_SEEDS = re.compile(r"(?<![a-z])(?:add|also|more|additional|extra|another)(?![a-z])|再加|增加|加上")
_KEEP_WEIGHT = re.compile(
    r"(?<![a-z])(?:keep(?:ing)?|same|with the same|leave|unchanged)[^,.;\d]{0,20}(?:weight|beta|coefficient|"
    r"scale)(?![a-z])(?: the same)?|"
    r"(?<![a-z])(?:of|with|at) (?:an |the )?(?:equal|same|identical) (?:weight|beta|coefficient|scale)(?![a-z])|"
    r"(?<![a-z])equally (?:weighted|scaled|strong)(?![a-z])|(?:权重|系数)相同|相同的?(?:权重|系数)|"
    r"(?<![a-z])(?:weight|beta|coefficient)[^,.;\d]{0,16}(?:same|stays?|unchanged|as before|as it (?:is|was))(?![a-z])|"
    r"(?:保持|保留|沿用)[^，。；\d]{0,8}(?:权重|系数)|(?:权重|系数)[^，。；\d]{0,6}(?:不变|一样|照旧|保持)"
)
_COUNT_MORE = re.compile(
    r"(?<![\w.])(\d+|one|two|three|four|five|ten)\s+(?:more|additional|extra|further)\s+(?:random )?seeds?(?![a-z])"
)
_DEFAULTS: dict[str, Any] = {
    "num_envs": DEFAULT_ENVS, "num_train_steps": DEFAULT_STEPS, "agent_kwargs": {}, "train_kwargs": {}, "env_kwargs": {},
}  # fmt: skip


def change(text: str, spec: ExperimentSpec, catalogue: Catalogue, chat: Chat | None) -> Plan | None:
    """The experiment after the change; None if nothing of the text is understood.

    Raises:
        InvalidRequest, UnknownName, SpaceMismatch: as `plan`.
    """
    notes: list[str] = []
    before = Reading(text)
    tag = read_tag(before)
    text, denied = _no_pretraining(reworded(before.rest()))
    course, text = _course(absolute(text, spec, catalogue), spec)
    parts, text = read_parts(text, spec, catalogue)
    reading = Reading(text)
    env_id = read_environment(reading, catalogue) or other_version(reading, spec.env_id)
    agent = parts.agent or read_agent(reading, catalogue) or spec.agent
    read_components(reading, catalogue, agent)  # refuses names that no component has
    new = _based(spec, agent, env_id, catalogue, notes)
    if denied:
        new = new.model_copy(update={"pretrain_steps": None})
    new = parts.applied(new)
    named = {primitive: (name, end) for primitive, (name, end) in parts.added.items()}
    take_multi_step(reading, catalogue, agent, named)
    environment = known_environment(env_id, catalogue)
    there = {primitive: (module.name, parts.at.get(primitive, -1000)) for primitive, module in new.modules.items()}
    settings = Settings(reading, catalogue, agent, {**there, **named}, environment)
    stated = read_settings(settings)
    notes += settings.notes
    if chat is not None:
        notes += add(settings, catalogue, chat)
    said = bool(parts.said or denied or tag or course != Course() or stated.anything() or new != spec or named)
    if not said:
        return None
    new = _merged(new, stated, course, tag, environment, catalogue, notes)
    new = _with_modules(new, spec, settings, named, parts, catalogue, notes)
    new = _same_weight(new, spec, reading)
    for match in _VERBS.finditer(reading.lower):
        reading.take(match.start(), match.end())
    return Plan(spec=new, notes=[*notes, *left_out(reading)])


def _no_pretraining(text: str) -> tuple[str, bool]:
    match = _NO_PRE.search(text.lower())
    return (f"{text[: match.start()]} {text[match.end() :]}", True) if match else (text, False)


def _course(text: str, spec: ExperimentSpec) -> tuple[Course, str]:
    """Seeds, phases, evaluation. That training follows pre-training goes without saying: the plan trains."""
    seeds, rest = changed_seeds(text, spec.seeds)
    if seeds is not None:
        course, rest = _course(rest, spec)
        return replace(course, seeds=seeds), rest
    more = _COUNT_MORE.search(text.lower())
    if more:
        count = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}.get(more[1]) or int(more[1])
        free = [seed for seed in range(1, len(spec.seeds) + count + max(spec.seeds) + 1) if seed not in spec.seeds]
        return Course(seeds=[*spec.seeds, *free[:count]]), f"{text[: more.start()]} {text[more.end() :]}"
    if _PRE.search(text.lower()):
        course, rest = read_course(f"{text}; then fine-tune")
        return course, rest.rstrip("; ")
    course, rest = read_course(_FINE.sub("train", text) if spec.pretrain_steps is not None else text)
    if course.seeds and _MORE_SEEDS.search(text.lower()):
        seeds = [*spec.seeds, *(seed for seed in course.seeds if seed not in spec.seeds)]
        return Course(seeds, course.pretrain, course.pretrain_steps, course.eval_episodes, course.plots), rest
    return course, rest


def _base(agent: str, env_id: str, catalogue: Catalogue) -> Entry:
    return {**_DEFAULTS, **(catalogue.preset(agent, env_id) or {})}


def _based(spec: ExperimentSpec, agent: str, env_id: str, catalogue: Catalogue, notes: list[str]) -> ExperimentSpec:
    """The plan for another agent or environment: its tuned values, and before them what people had chosen themselves."""
    if (agent, env_id) == (spec.agent, spec.env_id):
        return spec
    old, new = _base(spec.agent, spec.env_id, catalogue), _base(agent, env_id, catalogue)
    entry = catalogue.component(agent, "agent")
    environment = known_environment(env_id, catalogue)
    maker = next(item for item in catalogue.functions if item["name"] == environment["maker"])
    known = {
        "agent_kwargs": {p["name"] for p in entry["parameters"]},
        "train_kwargs": {p["name"] for p in entry["methods"]["train"]},
        "env_kwargs": {p["name"] for p in maker["parameters"]},
    }
    found: dict[str, Any] = {"agent": agent, "env_id": env_id}
    lost = []
    for owner, names in known.items():
        chosen = {k: v for k, v in getattr(spec, owner).items() if old[owner].get(k, ...) != v}
        lost += [f"{key}={value}" for key, value in chosen.items() if key not in names]
        found[owner] = {**new[owner], **{key: value for key, value in chosen.items() if key in names}}
    for field in ("num_envs", "num_train_steps"):
        found[field] = getattr(spec, field) if getattr(spec, field) != old[field] else new[field]
    if spec.tag == f"{spec.agent}_{spec.env_id}".lower():
        found["tag"] = f"{agent}_{env_id}".lower()
    tuned = "tuned settings" if catalogue.preset(agent, env_id) else "library's defaults; there are no tuned settings"
    notes.append(f"What nobody had chosen is taken from the {tuned} of {agent} on {env_id}.")
    if lost:
        notes.append(f"Left out, as {agent} on {env_id} has no such setting: {', '.join(lost)}.")
    env_kwargs = maker_kwargs(agent, environment, found["env_kwargs"], catalogue, notes)
    return spec.model_copy(update={**found, "env_kwargs": env_kwargs})


def _merged(
    spec: ExperimentSpec,
    stated: Stated,
    course: Course,
    tag: str | None,
    environment: Entry,
    catalogue: Catalogue,
    notes: list[str],
) -> ExperimentSpec:
    """The plan with stated values over its own."""
    entry = catalogue.component(spec.agent)
    run = {name: value for name, value in stated.run.items() if name != "seed"}
    seeds = course.seeds or ([stated.run["seed"]] if "seed" in stated.run else spec.seeds)
    num_envs = run.get("num_envs", spec.num_envs)
    agent_kwargs = {**spec.agent_kwargs, **stated.agent}
    effective = {**{p["name"]: p["default"] for p in entry["parameters"]}, **agent_kwargs}
    steps = run.get("num_train_steps", spec.num_train_steps)
    put_schedules(stated, agent_kwargs, effective, entry, steps)
    convert_intervals(stated, agent_kwargs, effective, num_envs, entry, notes)
    if {"num_train_steps", "num_envs"} & run.keys() or stated.agent:
        notes += too_short(steps, num_envs, effective)
    pretrain = spec.pretrain_steps
    if course.pretrain:
        pretrain = course.pretrain_steps or pretrain or steps
        agent_kwargs.pop("pretraining", None)
    more: dict[str, Any] = {"tag": tag} if tag else {}
    return spec.model_copy(
        update={
            **run,
            **more,
            "seeds": seeds,
            "pretrain_steps": pretrain,
            "eval_episodes": course.eval_episodes or spec.eval_episodes,
            "agent_kwargs": agent_kwargs,
            "train_kwargs": {**spec.train_kwargs, **stated.train},
            "env_kwargs": with_task({**spec.env_kwargs, **stated.env}, stated.task),
        }
    )


def _with_modules(
    spec: ExperimentSpec,
    old: ExperimentSpec,
    settings: Settings,
    named: dict[str, tuple[str, int]],
    parts: Parts,
    catalogue: Catalogue,
    notes: list[str],
) -> ExperimentSpec:
    """The plan with the modules that were named, and what was stated of those that are there."""
    environment = observed(known_environment(spec.env_id, catalogue), spec.env_kwargs)
    fit_agent(spec.agent, environment, catalogue)
    settings.modules = named
    fresh = kept_modules(settings, spec.agent, environment, catalogue, notes)
    if parts.mixed:
        fresh["reward"] = fresh["reward"].model_copy(update={"parts": parts.mixed})
    preset = catalogue.preset(spec.agent, spec.env_id)
    fresh, measured = as_measured(fresh, preset["rewards"] if preset else {})
    if measured:
        notes.append(f"Measured for {spec.agent} on {spec.env_id}, and taken: {', '.join(measured)}.")
    modules = {
        primitive: module.model_copy(update={"kwargs": {**module.kwargs, **settings.stated.modules.get(primitive, {})}})
        for primitive, module in spec.modules.items()
    }
    modules = {primitive: module for primitive, module in modules.items() if primitive not in named} | fresh
    if "storage" in modules:
        modules["storage"] = _storage(modules["storage"], spec, old, catalogue, fresh="storage" in fresh)
    if spec.pretrain_steps is not None and "reward" not in modules:
        raise InvalidRequest(
            "Pre-training needs an intrinsic reward, and none is left.",
            hint='Name one: "pre-train with RND". Or "remove pre-training" as well.',
        )
    return spec.model_copy(update={"modules": modules})


def _same_weight(new: ExperimentSpec, old: ExperimentSpec, reading: Reading) -> ExperimentSpec:
    """The plan whose new bonus has the weight of the old one, where the words say so: "ICM instead, keep the weight"."""
    said = _KEEP_WEIGHT.search(reading.lower)
    before, after = old.modules.get("reward"), new.modules.get("reward")
    if said is None or before is None or after is None or "beta" not in before.kwargs or before.name == after.name:
        return new
    reading.take(*said.span())
    kept = after.model_copy(update={"kwargs": {**after.kwargs, "beta": before.kwargs["beta"]}})
    return new.model_copy(update={"modules": {**new.modules, "reward": kept}})


def _storage(
    storage: Module, spec: ExperimentSpec, old: ExperimentSpec, catalogue: Catalogue, *, fresh: bool
) -> Module:
    """A new storage has its agent's values; one that was there follows those that have changed."""
    defaults = {p["name"]: p["default"] for p in catalogue.component(spec.agent)["parameters"]}
    now = {**defaults, **spec.agent_kwargs}
    if fresh:
        return as_the_agent(storage, now, catalogue)
    moved = {
        name for name, value in spec.agent_kwargs.items() if old.agent_kwargs.get(name, defaults.get(name)) != value
    }
    taken = {p["name"]: now[p["name"]] for p in catalogue.component(storage.name)["parameters"] if p["name"] in moved}
    return storage.model_copy(update={"kwargs": {**storage.kwargs, **taken}})
