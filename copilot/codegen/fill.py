"""What a request leaves open: the preset's values, else the library's; and values that must agree with each other."""

from __future__ import annotations

import re
from typing import Any

from copilot.codegen.course import Course
from copilot.codegen.settings.fading import faded
from copilot.codegen.settings.intervals import convert_intervals, too_rare
from copilot.codegen.settings.minibatches import put_minibatches
from copilot.codegen.settings.schedules import filled, with_length
from copilot.codegen.settings.settings import Settings
from copilot.codegen.settings.stated import Stated
from copilot.codegen.settings.values import Entry
from copilot.codegen.spec import MAX_SEED, ExperimentSpec, Module
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest

DEFAULT_ENVS = 8
DEFAULT_STEPS = 100_000


def fill(
    agent: str,
    env_id: str,
    settings: Settings,
    modules: dict[str, Module],
    env_kwargs: dict[str, Any],
    catalogue: Catalogue,
    notes: list[str],
    course: Course,
    *,
    untuned: bool = False,
) -> ExperimentSpec:
    """The whole experiment.

    Args:
        settings: with all that the request states.
        modules: that replace the agent's own.
        env_kwargs: of the environment's maker, complete.
        notes: gets a sentence for each decision.
        course: seeds, phases and the last evaluation.
        untuned: whether the library's own values are wanted, though there are tuned ones.

    Raises:
        InvalidRequest: seeds and another seed.
    """
    stated, entry, preset = settings.stated, catalogue.component(agent), catalogue.preset(agent, env_id)
    tuned = None if untuned else preset
    base = tuned or {"num_envs": DEFAULT_ENVS, "num_train_steps": DEFAULT_STEPS, "agent_kwargs": {}, "train_kwargs": {}}
    run = {
        "num_envs": base["num_envs"],
        "num_train_steps": base["num_train_steps"],
        "tag": f"{agent}_{env_id}".lower(),
        **{name: value for name, value in stated.run.items() if name != "seed"},
        **_course(course, stated.run),
    }
    agent_kwargs = {**base["agent_kwargs"], **stated.agent}
    effective = {**{p["name"]: p["default"] for p in entry["parameters"]}, **agent_kwargs}
    put_minibatches(stated, agent_kwargs, effective, run, notes)
    _of_updates(run, course, stated, effective, entry, notes)
    _same_length(run, course, notes)
    put_schedules(stated, agent_kwargs, effective, entry, run["num_train_steps"])
    convert_intervals(stated, agent_kwargs, effective, run["num_envs"], entry, notes)
    modules, measured = as_measured(modules, tuned["rewards"] if tuned else {})
    modules = faded(modules, stated, effective, run, catalogue, notes)
    left = preset is not None and untuned
    notes.append(_origin(agent, env_id, tuned, stated, measured, run, left=left))
    if "storage" in modules:
        modules = {**modules, "storage": as_the_agent(modules["storage"], effective, catalogue)}
    notes += [*_defaults(stated, entry), *too_rare(stated, effective, run, entry)]
    notes += too_short(run["num_train_steps"], run["num_envs"], effective)
    return ExperimentSpec(
        agent=agent,
        env_id=env_id,
        **run,
        env_kwargs=env_kwargs,
        agent_kwargs=agent_kwargs,
        modules=modules,
        train_kwargs={**base["train_kwargs"], **stated.train},
    )


def _of_updates(
    run: dict[str, Any], course: Course, stated: Stated, effective: dict[str, Any], entry: Entry, notes: list[str]
) -> None:
    """The steps of training that is told in updates.

    Raises:
        InvalidRequest: steps are told as well, or the agent's updates have no fixed number of steps.
    """
    if course.updates is None:
        return
    if "num_steps" not in effective or "num_train_steps" in stated.run:
        why = "steps as well" if "num_train_steps" in stated.run else f"{entry['name']} learns from a replay"
        raise InvalidRequest(
            f"The request gives {course.updates} updates; {why}, so that they say nothing of the length of training.",
            hint='Name the steps alone: "for 100k steps".',
        )
    steps = course.updates * effective["num_steps"] * run["num_envs"]
    run["num_train_steps"] = stated.run["num_train_steps"] = steps
    notes.append(
        f"{course.updates} updates, each of {effective['num_steps']} steps in {run['num_envs']} environments: "
        f"num_train_steps={steps}."
    )


def _same_length(run: dict[str, Any], course: Course, notes: list[str]) -> None:
    """Pre-training whose length nobody has named is as long as training."""
    if course.pretrain and course.pretrain_steps is None:
        run["pretrain_steps"] = run["num_train_steps"]
        notes.append(f"No length of pre-training is named; pretrain_steps={run['pretrain_steps']}, as in training.")


def _course(course: Course, run: dict[str, Any]) -> dict[str, Any]:
    if course.seeds is not None and run.get("seed", course.seeds[0]) not in course.seeds:
        raise InvalidRequest(
            f"The request names the seeds {course.seeds} and the seed {run['seed']}.",
            hint='Name them once: "seeds 1-5".',
        )
    if run.get("seed", 0) > MAX_SEED:
        raise InvalidRequest(f"seed is {run['seed']}; expected at most {MAX_SEED}.", hint="Name a smaller one.")
    found: dict[str, Any] = {"seeds": course.seeds or [run.get("seed", 1)], "pretrain_steps": course.pretrain_steps}
    return found if course.eval_episodes is None else {**found, "eval_episodes": course.eval_episodes}


def as_measured(modules: dict[str, Module], rewards: dict[str, dict[str, Any]]) -> tuple[dict[str, Module], list[str]]:
    """Arguments that were measured for the intrinsic reward, where the request names none; and words for them."""
    reward = modules.get("reward")
    if reward is None or reward.name not in rewards:
        return modules, []
    added = {name: value for name, value in rewards[reward.name].items() if name not in reward.kwargs}
    measured = reward.model_copy(update={"kwargs": {**reward.kwargs, **added}})
    return {**modules, "reward": measured}, [f"{name}={value} of {reward.name}" for name, value in added.items()]


def as_the_agent(storage: Module, effective: dict[str, Any], catalogue: Catalogue) -> Module:
    """A storage that replaces the agent's has the agent's discount, sizes and steps of returns, too."""
    shared = {
        parameter["name"]: effective[parameter["name"]]
        for parameter in catalogue.component(storage.name)["parameters"]
        if parameter["name"] in effective
        and parameter["name"] != "device"
        and effective[parameter["name"]] != parameter["default"]
    }
    return storage.model_copy(update={"kwargs": {**storage.kwargs, **shared}})


def _origin(
    agent: str,
    env_id: str,
    tuned: Entry | None,
    stated: Stated,
    measured: list[str],
    run: dict[str, Any],
    *,
    left: bool,
) -> str:
    """Where the values come from that the request leaves open; `left`: tuned ones exist and are not wanted."""
    open_run = [f"{name}={run[name]}" for name in ("num_envs", "num_train_steps") if name not in stated.run]
    if tuned is None:
        listed = f"; {', '.join(open_run)}" if open_run else ""
        if left:
            return f"As asked, the library's defaults are taken, not the tuned settings of {agent} on {env_id}{listed}."
        return f"There are no tuned settings of {agent} on {env_id}; the library's defaults are taken{listed}."
    taken = [
        f"{key}={value!r}"
        for group, given in (("agent_kwargs", {**stated.agent, **stated.horizons}), ("train_kwargs", stated.train))
        for key, value in tuned[group].items()
        if key not in given
    ]
    return f"Taken from the tuned settings of {agent} on {env_id}: {', '.join([*open_run, *taken, *measured])}."


def put_schedules(
    stated: Stated, agent_kwargs: dict[str, Any], effective: dict[str, Any], entry: Entry, steps: int
) -> None:
    """Schedules that the request states, of a run of so many steps; what it leaves out of one is as it was.

    Raises:
        InvalidRequest: a part of a schedule that the agent's has not.
    """
    for name, end in stated.horizons.items():
        agent_kwargs[name] = effective[name] = re.sub(r"[\d.e+]+\)$", f"{end})", effective[name])
    for name, said in stated.schedules.items():
        if name not in effective:
            continue
        made = filled(said, effective[name])
        if made is None:
            raise InvalidRequest(
                f"{name} of {entry['name']} is {effective[name]}; the request changes only a part that it has not.",
                hint="Say the whole schedule: from what to what, over how many steps.",
            )
        agent_kwargs[name] = effective[name] = with_length(made, steps)


def _defaults(stated: Stated, entry: Entry) -> list[str]:
    """Stated values that the script need not write, as they are the library's."""
    same = [
        f"{parameter['name']}={given[parameter['name']]!r}"
        for given, parameters in ((stated.agent, entry["parameters"]), (stated.train, entry["methods"]["train"]))
        for parameter in parameters
        if parameter["name"] in given and given[parameter["name"]] == parameter["default"]
    ]
    return [f"As asked, and the library's default, so the script need not write it: {', '.join(same)}."] if same else []


def too_short(num_train_steps: int, num_envs: int, effective: dict[str, Any]) -> list[str]:
    """A sentence if training ends before it has learned anything."""
    if "num_init_steps" in effective:
        needed, what = effective["num_init_steps"], "random steps before learning (num_init_steps)"
    elif "num_steps" in effective:
        needed, what = effective["num_steps"] * num_envs, "steps of one rollout (num_steps x num_envs)"
    else:
        return []
    short = num_train_steps <= needed if "num_init_steps" in effective else num_train_steps < needed
    return [f"num_train_steps={num_train_steps} is no more than the {needed} {what}."] if short else []
