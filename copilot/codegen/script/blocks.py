"""Parts of scripts as lines of source: imports, options, environments, agent, modules, training.

Lines are laid out as `ruff format` with lines of 100 would leave them. Every value goes through `literal`, every name is the
catalogue's: no text of a request becomes code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from copilot.codegen.script.pictures import FEW, no_more_than, of_pictures
from copilot.codegen.spec import ExperimentSpec, Module
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest, UnknownName

WIDTH = 100
EVAL_SEED_OFFSET = "10_000"
_WIRED = {
    "envs": "env",
    "observation_space": "env.observation_space",
    "action_space": "env.action_space",
    "device": "args.device",
    "reward_fn": "env.compute_reward",
}
"""Constructor arguments of modules that follow from the experiment."""
_FROM_POLICY = ("hidden_dim", "opt_class", "opt_kwargs", "init_fn")
_ORDER = ("encoder", "policy", "storage", "distribution", "augmentation", "reward")


@dataclass(frozen=True)
class Names:
    """What stands in a script for what its options can change."""

    seed: str = "args.seed"
    num_envs: str = "args.num_envs"
    num_train_steps: str = "args.num_train_steps"
    pretrain_steps: str = "args.pretrain_steps"
    log_dir: str = "args.log_dir"


def literal(value: Any) -> str:
    """A value as source text; strings in double quotes where that needs no escape, long integers in groups."""
    if isinstance(value, str):
        text = repr(value)
        return f'"{text[1:-1]}"' if text[0] == "'" and '"' not in value else text
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10_000:
        return f"{value:_}"
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    if isinstance(value, list):
        return "[" + ", ".join(literal(item) for item in value) + "]"
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return "{" + ", ".join(f"{literal(key)}: {literal(item)}" for key, item in value.items()) + "}"
    raise InvalidRequest(f"{value!r} cannot be written into a script; expected a number, a string, a switch or None.")


def call(head: str, keywords: dict[str, str], *positional: str) -> list[str]:
    """A call in the body of a function: on one line, else its arguments on one line, else each on its own."""
    arguments = [*positional, *(f"{name}={value}" for name, value in keywords.items())]
    joined = ", ".join(arguments)
    if len(f"    {head}({joined})") <= WIDTH:
        return [f"    {head}({joined})"]
    if len(f"        {joined}") <= WIDTH:
        return [f"    {head}(", f"        {joined}", "    )"]
    return [f"    {head}(", *(f"        {argument}," for argument in arguments), "    )"]


def imports(specs: list[ExperimentSpec], catalogue: Catalogue, more: dict[str, set[str]] | None = None) -> list[str]:
    """Of the library, for these experiments, and of `more` names by package."""
    names: dict[str, set[str]] = {source: set(found) for source, found in (more or {}).items()}
    for spec in specs:
        names.setdefault("rllte.env", set()).add(environment(spec, catalogue)["maker"])
        modules = with_policy(spec, catalogue).values()
        for name in [spec.agent, *(name for module in modules for name in (module.name, *module.parts))]:
            entry = catalogue.component(name)
            names.setdefault(entry["import_from"], set()).add(entry["name"])
    lines = []
    for source in sorted(names):
        listed = sorted(names[source], key=lambda name: (not name[0].isupper(), name))  # classes before functions
        line = f"from {source} import {', '.join(listed)}"
        lines += [line] if len(line) <= WIDTH else [f"from {source} import (", *(f"    {n}," for n in listed), ")"]
    return lines


def environment(spec: ExperimentSpec, catalogue: Catalogue) -> dict[str, Any]:
    """The catalogue's entry of the experiment's environment.

    Raises:
        UnknownName: there is none.
    """
    entry = catalogue.environment(spec.env_id)
    if entry is None:
        raise UnknownName("environment", spec.env_id, [known["id"] for known in catalogue.environments])
    return entry


def environments(spec: ExperimentSpec, catalogue: Catalogue, names: Names) -> list[str]:
    """Those to train and to evaluate in."""
    entry, env_id = environment(spec, catalogue), literal(spec.env_id)
    maker = entry["maker"]
    shared = {"num_envs": names.num_envs, "seed": names.seed, "device": "args.device"}
    apart = {"num_envs": "1", "seed": f"{names.seed} + {EVAL_SEED_OFFSET}", "device": "args.device"}
    if maker in {"make_rllte_env", "make_dmc_env"}:
        del apart["num_envs"]  # their default
    shared |= {name: literal(value) for name, value in spec.env_kwargs.items()}
    apart |= {name: literal(value) for name, value in {**spec.env_kwargs, **entry["eval_kwargs"]}.items()}
    return [*call(f"env = {maker}", shared, env_id), *call(f"eval_env = {maker}", apart, env_id)]


def agent(spec: ExperimentSpec, catalogue: Catalogue, names: Names, *, phased: bool = False) -> list[str]:
    """The agent's construction; `phased` leaves open whether it is the one of pre-training."""
    entry = catalogue.component(spec.agent, "agent")
    given = {"eval_env": "eval_env", **({"tag": literal(spec.tag)} if spec.tag != "default" else {})}
    given |= {"seed": names.seed, "device": "args.device"}
    given |= {"pretraining": "pretraining"} if phased else {}
    stated = changed(spec.agent_kwargs, entry["parameters"])
    room = _room(spec, catalogue, names)
    bounded = no_more_than(room, spec.agent_kwargs, entry["parameters"]) if room else {}
    order = {parameter["name"]: {**stated, **bounded}.get(parameter["name"]) for parameter in entry["parameters"]}
    given |= {name: value for name, value in order.items() if value is not None}
    given["log_dir"] = names.log_dir
    comment = ["    # Pictures are large: the replay has no more room than training can fill."] if bounded else []
    return [*comment, *call(f"agent = {entry['name']}", given, "env")]


def _room(spec: ExperimentSpec, catalogue: Catalogue, names: Names) -> str:
    """What a replay of pictures need not exceed; nothing where none are kept."""
    if not of_pictures(spec, catalogue):
        return ""
    phases = [names.num_train_steps] if spec.pretrain_steps is None else [names.pretrain_steps, names.num_train_steps]
    return f"max({', '.join([FEW, *phases])})"


def changed(kwargs: dict[str, Any], parameters: list[dict[str, Any]]) -> dict[str, str]:
    """Arguments that differ from the library's defaults, in the order of the signature."""
    known = {parameter["name"]: parameter for parameter in parameters}
    for name in kwargs:
        if name not in known:
            raise UnknownName("argument", name, known)
    return {
        name: _argument(kwargs[name])
        for name, parameter in known.items()
        if name in kwargs and (parameter["required"] or kwargs[name] != parameter["default"])
    }


def _argument(value: Any) -> str:
    """JSON has no tuples; where the library wants one, a list is meant as one."""
    if isinstance(value, list | tuple):
        items = ", ".join(literal(item) for item in value)
        return f"({items})" if len(value) != 1 else f"({items},)"
    return literal(value)


def with_policy(spec: ExperimentSpec, catalogue: Catalogue) -> dict[str, Module]:
    """The modules in their order. A new encoder has features of another size, so the policy is made anew for it."""
    modules = dict(spec.modules)
    if "encoder" in modules and "policy" not in modules:
        policies = catalogue.component(spec.agent)["combines"].get("policy", [])
        if policies:
            modules["policy"] = Module(name=policies[0])
    return {primitive: modules[primitive] for primitive in sorted(modules, key=_rank)}


def _rank(primitive: str) -> int:
    return _ORDER.index(primitive) if primitive in _ORDER else len(_ORDER)


def set_modules(
    modules: dict[str, Module], catalogue: Catalogue, names: Names, owner: str = "agent", room: str = ""
) -> list[str]:
    """Each module's construction, and their place in the agent; `room` is what a replay of pictures need not exceed.

    Raises:
        InvalidRequest: a module needs an argument that neither the spec nor the experiment gives.
    """
    if not modules:
        return []
    lines: list[str] = []
    for primitive, module in modules.items():
        entry = catalogue.component(module.name)
        given: dict[str, str] = {}
        stated = changed(module.kwargs, entry["parameters"])
        stated |= no_more_than(room, module.kwargs, entry["parameters"]) if room and primitive == "storage" else {}
        for parameter in entry["parameters"]:
            name = parameter["name"]
            if name in stated:
                given[name] = stated[name]
            elif name == "num_envs":
                given[name] = names.num_envs
            elif name in _WIRED:
                given[name] = _WIRED[name]
            elif primitive == "policy" and name == "feature_dim":
                given[name] = "encoder.feature_dim" if "encoder" in modules else f"{owner}.encoder.feature_dim"
            elif primitive == "policy" and name in _FROM_POLICY:
                given[name] = f"{owner}.policy.{name}"
            elif parameter["required"]:
                raise InvalidRequest(f"{module.name} needs {name}; the request does not give it.")
        positional = [given.pop(name) for name in ("envs", "observation_space", "action_space") if name in given]
        positional += [f"{part}(env, device=args.device)" for part in module.parts]
        lines += call(f"{primitive} = {module.name}", given, *positional)
    return [*lines, *call(f"{owner}.set", {primitive: primitive for primitive in modules})]


def train(spec: ExperimentSpec, catalogue: Catalogue, steps: str, owner: str = "agent", **more: str) -> list[str]:
    """The call that trains, for so many `steps`."""
    methods = catalogue.component(spec.agent)["methods"]
    return call(f"{owner}.train", {"num_train_steps": steps, **more, **changed(spec.train_kwargs, methods["train"])})


def training(spec: ExperimentSpec, catalogue: Catalogue, names: Names, maker: str = "make_agent") -> list[str]:
    """The body of a run: environments, agent, modules, and one phase of training or two; `agent` is there at its end."""
    lines = environments(spec, catalogue, names)
    if spec.pretrain_steps is None:
        modules = set_modules(with_policy(spec, catalogue), catalogue, names, room=_room(spec, catalogue, names))
        built = [*agent(spec, catalogue, names), *([""] if modules else []), *modules]
        return [*lines, *built, "", *train(spec, catalogue, names.num_train_steps)]
    given = ["args", *(["seed"] if names.seed == "seed" else []), "env"]
    bonus = set_modules({"reward": spec.modules["reward"]}, catalogue, names, "explorer")
    return [
        *lines,
        "",
        "    # First learn from the intrinsic reward alone: what the environment pays is left out.",
        *call(f"explorer = {maker}", {"pretraining": "True"}, *given),
        *bonus,
        *train(spec, catalogue, names.pretrain_steps, "explorer"),
        "",
        "    # Then fine-tune on the task: the weights go on; optimiser, counters and bonus do not.",
        *call(f"agent = {maker}", {}, *given, "eval_env"),
        *train(spec, catalogue, names.num_train_steps, init_model_path="explorer.save()"),
    ]


def agent_maker(spec: ExperimentSpec, catalogue: Catalogue, names: Names, maker: str = "make_agent") -> list[str]:
    """Of two phases, the function that makes the agent of each; nothing for one phase."""
    if spec.pretrain_steps is None:
        return []
    modules = {key: module for key, module in with_policy(spec, catalogue).items() if key != "reward"}
    seed = ", seed" if names.seed == "seed" else ""
    return [
        f"def {maker}(args{seed}, env, eval_env=None, pretraining=False) -> {spec.agent}:",
        '    """The agent of either phase: its networks are the same, so that the weights fit."""',
        *agent(spec, catalogue, names, phased=True),
        *set_modules(modules, catalogue, names, room=_room(spec, catalogue, names)),
        "    return agent",
        "",
        "",
    ]


def option(name: str, default: Any, kind: str = "", *more: str) -> list[str]:
    """A command-line option."""
    keywords = {"type": kind} if kind else {}
    keywords |= dict(part.split("=", 1) for part in more)
    keywords |= {} if default is None else {"default": literal(default)}
    return call("parser.add_argument", keywords, literal(name))


def docstring(text: str) -> str:
    """A script's first line; text that a reader typed stays text."""
    plain = " ".join(text.split())
    if plain.isascii() and not set('\\"') & set(plain):
        return f'"""{plain}"""'
    return json.dumps(plain, ensure_ascii=False)


GUARD = [
    "",
    "",
    'if __name__ == "__main__":',
    "    try:",
    "        main()",
    "    except KeyboardInterrupt:  # training has said where its checkpoint is",
    "        raise SystemExit(130) from None",
]
