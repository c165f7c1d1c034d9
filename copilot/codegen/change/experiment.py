"""One experiment changed by words: which parts they name, and what becomes of the values that they do not name."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from copilot.codegen.change.based import based, read_untuned, untuned
from copilot.codegen.change.kept import of_both_phases, pinned
from copilot.codegen.change.parts import Parts, read_parts
from copilot.codegen.change.relative import absolute
from copilot.codegen.change.seeds import changed_seeds
from copilot.codegen.course import Course, read_course
from copilot.codegen.fill import (
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
from copilot.codegen.plan import kept_modules, take_multi_step, with_task
from copilot.codegen.request.clauses import clause
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
    r"put|update|edit|it|bonus|lowered|raised|reduced|increased|decreased|cut)(?![a-z])|"
    r"降低|提高|减少|减小|增大|调高|调低|缩短|延长|改成|改为|换成|换为|换到|改用|改|换|加上|添加|增加|去掉|删除|把|将|也|再|另外|其他|不变|成|奖励"
)  # fmt: skip
_PRE = re.compile(r"pre[\s-]?train\w*|预训练")
_NO_PRE = re.compile(
    r"(?:(?<![a-z])(?:no|without|skip|remove|drop|delete|kill|ditch|scrap|leave out|omit)|去掉|删除|不要|取消|"
    r"移除)\s*(?:the |any )?(?:pre[\s-]?train\w*|预训练)"
    r"(?: phase| step)?"
)
_FINE = re.compile(r"fine[\s-]?tun\w*|微调", re.IGNORECASE)
_ACCELERATOR = re.compile(r"(?<![A-Za-z])(?:GPU|CPU|CUDA|NPU)(?![A-Za-z])")
"""In small letters, for "用GPU跑" names no agent."""
_ALL_ZH = re.compile(r"(?<=[\u4e00-\u9fff])都(?=改成|改为|设为|设成|变成|变为|调到|调成|换成)")
_MORE_SEEDS = re.compile(r"(?<![a-z])(?:add|also|more|additional|extra|another)(?![a-z])|再加|增加|加上")
_SEED = re.compile(r"(?<![a-z])seeds?(?![a-z])|种子")
_COUNTED_SEEDS = re.compile(r"\w\s+(?:random |different )?seeds(?!\s*[=:]?\s*\d)|[个组颗]\s*(?:不同的?)?(?:随机)?种子")
_KEEP_WEIGHT = re.compile(
    r"(?<![a-z])(?:keep(?:ing)?|same|with the same|leave|unchanged)[^,.;\d]{0,20}(?:weight|beta|coefficient|"
    r"scale)(?![a-z])(?: the same)?|"
    r"(?<![a-z])(?:of|with|at) (?:an |the )?(?:equal|same|identical) (?:weight|beta|coefficient|scale)(?![a-z])|"
    r"(?<![a-z])equally (?:weighted|scaled|strong)(?![a-z])|(?:权重|系数)相同|相同的?(?:权重|系数)|"
    r"(?<![a-z])(?:weight|beta|coefficient)[^,.;\d]{0,16}(?:same|stays?|unchanged|as before|as it (?:is|was))(?![a-z])|"
    r"(?:保持|保留|沿用)[^，。；\d]{0,8}(?:权重|系数)|(?:权重|系数)[^，。；\d]{0,6}(?:不变|一样|照旧|保持)"
)


def change(text: str, spec: ExperimentSpec, catalogue: Catalogue, chat: Chat | None) -> Plan | None:
    """The experiment after the change; None if nothing of the text is understood.

    Raises:
        InvalidRequest, UnknownName, SpaceMismatch: as `plan`.
    """
    notes: list[str] = []
    before = Reading(_ACCELERATOR.sub(lambda said: said[0].lower(), _ALL_ZH.sub("", pinned(text, spec, catalogue))))
    tag = read_tag(before)
    plain, text = read_untuned(before.rest())
    text, denied = _no_pretraining(reworded(text))
    seeds, text = changed_seeds(text, spec.seeds)  # first: "2 more seeds" changes no value
    course, text = _course(absolute(text, spec, catalogue, notes=notes), spec)
    course = course if seeds is None else replace(course, seeds=seeds)
    parts, text = read_parts(text, spec, catalogue)
    reading = Reading(text)
    env_id = read_environment(reading, catalogue) or other_version(reading, spec.env_id)
    agent = parts.agent or read_agent(reading, catalogue) or spec.agent
    read_components(reading, catalogue, agent)  # refuses names that no component has
    new = based(spec, agent, env_id, catalogue, notes)
    new = untuned(new, catalogue, notes) if plain else new
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
    said = bool(plain or parts.said or denied or tag or course != Course() or stated.anything() or new != spec or named)
    if not said:
        return None
    new = _merged(new, stated, course, tag, environment, catalogue, notes)
    new = _with_modules(new, spec, settings, named, parts, catalogue, notes)
    new = _same_weight(new, spec, reading)
    notes += of_both_phases(before.text, new, catalogue)
    for match in _VERBS.finditer(reading.lower):
        reading.take(match.start(), match.end())
    return Plan(spec=new, notes=[*notes, *left_out(reading)])


def _no_pretraining(text: str) -> tuple[str, bool]:
    match = _NO_PRE.search(text.lower())
    return (f"{text[: match.start()]} {text[match.end() :]}", True) if match else (text, False)


def _course(text: str, spec: ExperimentSpec) -> tuple[Course, str]:
    """Seeds, phases, evaluation. That training follows pre-training goes without saying: the plan trains."""
    if _PRE.search(text.lower()):
        course, rest = read_course(f"{text}; then fine-tune")
        return course, rest.rstrip("; ")
    course, rest = read_course(_FINE.sub("train", text) if spec.pretrain_steps is not None else text)
    said = _SEED.search(text.lower())
    around = text.lower()[slice(*clause(text.lower(), *said.span()))] if said else ""
    if course.seeds and _MORE_SEEDS.search(around) and not _COUNTED_SEEDS.search(around):
        seeds = [*spec.seeds, *(seed for seed in course.seeds if seed not in spec.seeds)]
        return replace(course, seeds=seeds), rest
    return course, rest


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
