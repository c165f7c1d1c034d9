"""Plan -> `train.py`, as a person would have written it and as `ruff format` with lines of 100 would leave it.

Every value goes through `repr`, every name is the catalogue's: no text of a request becomes code.
"""

from __future__ import annotations

from typing import Any

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
    "num_envs": "args.num_envs",
    "reward_fn": "env.compute_reward",
}
"""Constructor arguments of modules that follow from the experiment."""
_FROM_POLICY = ("hidden_dim", "opt_class", "opt_kwargs", "init_fn")
_ORDER = ("encoder", "policy", "storage", "distribution", "augmentation", "reward")


def render(spec: ExperimentSpec, catalogue: Catalogue) -> str:
    """The script.

    Raises:
        UnknownName: the spec names what the catalogue lacks.
        InvalidRequest: a module needs an argument that neither the spec nor the experiment gives.
    """
    agent = catalogue.component(spec.agent, "agent")
    environment = catalogue.environment(spec.env_id)
    if environment is None:
        raise UnknownName("environment", spec.env_id, [entry["id"] for entry in catalogue.environments])
    modules, maker = _with_policy(spec, catalogue), environment["maker"]
    lines = [
        f'"""Train {spec.agent} on {spec.env_id}."""',
        "",
        "import argparse",
        "",
        *_imports(agent, modules, maker, catalogue),
        "",
        "",
        "def main() -> None:",
        *_options(spec),
        "",
        *_environments(spec, environment),
        *_agent(spec, agent),
        *_modules(modules, catalogue),
        "",
        *_call(
            "agent.train",
            {"num_train_steps": "args.num_train_steps", **_changed(spec.train_kwargs, agent["methods"]["train"])},
        ),
        f"    figures = agent.eval({spec.eval_episodes})",
        f"    print(f\"mean reward of {spec.eval_episodes} episodes: {{figures['episode_reward']:.2f}}\")",
        "",
        "    env.close()",
        "    eval_env.close()",
        "",
        "",
        'if __name__ == "__main__":',
        "    try:",
        "        main()",
        "    except KeyboardInterrupt:  # training has said where its checkpoint is",
        "        raise SystemExit(130) from None",
    ]
    return "\n".join(lines) + "\n"


def literal(value: Any) -> str:
    """A value as source text; strings in double quotes where that needs no escape, long integers in groups."""
    if isinstance(value, str):
        text = repr(value)
        return f'"{text[1:-1]}"' if text[0] == "'" and '"' not in value else text
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10_000:
        return f"{value:_}"
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return "{" + ", ".join(f"{literal(key)}: {literal(item)}" for key, item in value.items()) + "}"
    raise InvalidRequest(f"{value!r} cannot be written into a script; expected a number, a string, a switch or None.")


def _with_policy(spec: ExperimentSpec, catalogue: Catalogue) -> dict[str, Module]:
    """A new encoder has features of another size, so the policy is made anew for it."""
    modules = dict(spec.modules)
    if "encoder" in modules and "policy" not in modules:
        policies = catalogue.component(spec.agent)["combines"].get("policy", [])
        if policies:
            modules["policy"] = Module(name=policies[0])
    return {primitive: modules[primitive] for primitive in sorted(modules, key=_rank)}


def _rank(primitive: str) -> int:
    return _ORDER.index(primitive) if primitive in _ORDER else len(_ORDER)


def _imports(agent: dict[str, Any], modules: dict[str, Module], maker: str, catalogue: Catalogue) -> list[str]:
    names: dict[str, set[str]] = {agent["import_from"]: {agent["name"]}, "rllte.env": {maker}}
    for module in modules.values():
        for name in (module.name, *module.parts):
            entry = catalogue.component(name)
            names.setdefault(entry["import_from"], set()).add(entry["name"])
    return [f"from {source} import {', '.join(sorted(names[source]))}" for source in sorted(names)]


def _options(spec: ExperimentSpec) -> list[str]:
    lines = [f"    parser = argparse.ArgumentParser(description={literal(f'Train {spec.agent} on {spec.env_id}.')})"]
    for option, kind, default in (
        ("--num-train-steps", "int", spec.num_train_steps),
        ("--num-envs", "int", spec.num_envs),
        ("--seed", "int", spec.seeds[0]),
        ("--device", "", spec.device),
        ("--log-dir", "", "logs"),
    ):
        middle = f", type={kind}" if kind else ""
        lines.append(f"    parser.add_argument({literal(option)}{middle}, default={literal(default)})")
    return [*lines, "    args = parser.parse_args()"]


def _environments(spec: ExperimentSpec, environment: dict[str, Any]) -> list[str]:
    maker, env_id = environment["maker"], literal(spec.env_id)
    shared = {"num_envs": "args.num_envs", "seed": "args.seed", "device": "args.device"}
    apart = {"num_envs": "1", "seed": f"args.seed + {EVAL_SEED_OFFSET}", "device": "args.device"}
    if maker in {"make_rllte_env", "make_dmc_env"}:
        del apart["num_envs"]  # their default
    shared |= {name: literal(value) for name, value in spec.env_kwargs.items()}
    apart |= {name: literal(value) for name, value in {**spec.env_kwargs, **environment["eval_kwargs"]}.items()}
    return [*_call(f"env = {maker}", shared, env_id), *_call(f"eval_env = {maker}", apart, env_id)]


def _agent(spec: ExperimentSpec, agent: dict[str, Any]) -> list[str]:
    given = {"eval_env": "eval_env", **({"tag": literal(spec.tag)} if spec.tag != "default" else {})}
    given |= {"seed": "args.seed", "device": "args.device"}
    given |= _changed(spec.agent_kwargs, agent["parameters"])
    given["log_dir"] = "args.log_dir"
    return _call(f"agent = {agent['name']}", given, "env")


def _changed(kwargs: dict[str, Any], parameters: list[dict[str, Any]]) -> dict[str, str]:
    """Arguments that differ from the library's defaults, in the order of the signature."""
    known = {parameter["name"]: parameter for parameter in parameters}
    for name in kwargs:
        if name not in known:
            raise UnknownName("argument", name, known)
    return {
        name: literal(kwargs[name])
        for name, parameter in known.items()
        if name in kwargs and (parameter["required"] or kwargs[name] != parameter["default"])
    }


def _modules(modules: dict[str, Module], catalogue: Catalogue) -> list[str]:
    if not modules:
        return []
    lines = [""]
    for primitive, module in modules.items():
        entry = catalogue.component(module.name)
        given: dict[str, str] = {}
        stated = _changed(module.kwargs, entry["parameters"])
        for parameter in entry["parameters"]:
            name = parameter["name"]
            if name in stated:
                given[name] = stated[name]
            elif name in _WIRED:
                given[name] = _WIRED[name]
            elif primitive == "policy" and name == "feature_dim":
                given[name] = "encoder.feature_dim" if "encoder" in modules else "agent.encoder.feature_dim"
            elif primitive == "policy" and name in _FROM_POLICY:
                given[name] = f"agent.policy.{name}"
            elif parameter["required"]:
                raise InvalidRequest(f"{module.name} needs {name}; the request does not give it.")
        positional = [given.pop(name) for name in ("envs", "observation_space", "action_space") if name in given]
        positional += [f"{part}(env, device=args.device)" for part in module.parts]
        lines += _call(f"{primitive} = {module.name}", given, *positional)
    return [*lines, *_call("agent.set", {primitive: primitive for primitive in modules})]


def _call(head: str, keywords: dict[str, str], *positional: str) -> list[str]:
    """A call in the body of `main`: on one line, else its arguments on one line, else each on its own."""
    arguments = [*positional, *(f"{name}={value}" for name, value in keywords.items())]
    joined = ", ".join(arguments)
    if len(f"    {head}({joined})") <= WIDTH:
        return [f"    {head}({joined})"]
    if len(f"        {joined}") <= WIDTH:
        return [f"    {head}(", f"        {joined}", "    )"]
    return [f"    {head}(", *(f"        {argument}," for argument in arguments), "    )"]
