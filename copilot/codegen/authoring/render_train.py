"""The `train.py` of a package: an agent of the library in an environment, with the new module or as the new agent."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.layout import call, imports, source
from copilot.codegen.authoring.spec import AgentSpec, ModuleSpec
from copilot.codegen.script.render import literal
from copilot.core.catalogue import Catalogue

EVAL_SEED_OFFSET = "10_000"
STORED_PICTURES = 100_000
"""Transitions that a replay of pictures keeps where nothing is tuned."""
_POLICY = ("hidden_dim", "opt_class", "opt_kwargs", "init_fn")
_KEPT = ("feature_dim", "hidden_dim", "num_steps", "batch_size", "n_epochs", "lr", "discount", "gae_lambda",
         "clip_range", "ent_coef", "storage_size", "num_init_steps", "update_every_steps", "target_update_freq",
         "epsilon_schedule")  # fmt: skip
"""Tuned settings that a module's script takes over."""


def train(
    spec: ModuleSpec | AgentSpec, catalogue: Catalogue, wiring: list[str], given: dict[str, str], extra: list[str]
) -> str:
    """The script.

    Args:
        wiring: lines that make the modules, each named by its primitive.
        given: arguments of the agent, as source, beside those that each gets.
        extra: further import lines that the wiring needs.
    """
    environment = catalogue.environment(spec.env_id) or {}
    new = isinstance(spec, AgentSpec)
    agent = spec.name if new else spec.agent
    entry = catalogue.component(spec.agent, "agent")
    off_policy = any(parameter["name"] == "num_init_steps" for parameter in entry["parameters"])
    modules = [
        line.split(" = ")[0].strip() for line in wiring if line.startswith("    ") and " = " in line.split("(")[0]
    ]
    if "encoder" in modules and "policy" not in modules:
        policy, more = _policy(spec.agent, catalogue)
        wiring, extra, modules = [*wiring, *policy], [*extra, *more], [*modules, "policy"]
    maker = environment["maker"]
    own = f"from {spec.module} import {spec.name}"
    library = [f"from rllte.env import {maker}", *extra, *([] if new else [f"from rllte.agent import {spec.agent}"])]
    title = f"Train {agent} on {spec.env_id}" if new else f"Train {spec.agent} on {spec.env_id} with {spec.name}"
    lines = [f'"""{title}."""', "", "import argparse", *imports(_merged(library), [own])]
    tuned = catalogue.preset(spec.agent, spec.env_id)
    large = "storage" not in modules and _large(spec, entry, environment, tuned)
    body = ["def main() -> None:", *_options(title, spec, tuned, off_policy=off_policy, large=large), ""]
    body += _environments(spec, environment, tuned)
    settings = {"eval_env": "eval_env", "seed": "args.seed", "device": "args.device"}
    settings |= _tuned(spec, entry, tuned, given, set(modules)) | given
    settings |= {"num_init_steps": "args.num_init_steps"} if off_policy else {}
    settings |= {"storage_size": "args.storage_size"} if large else {}
    settings["log_dir"] = "args.log_dir"
    body += call(f"agent = {agent}", ["env", *(f"{name}={value}" for name, value in settings.items())], 4)
    body += wiring
    body += call("agent.set", [f"{name}={name}" for name in modules], 4) if modules else []
    body += [
        "",
        "    agent.train(num_train_steps=args.num_train_steps)",
        "    figures = agent.eval(args.eval_episodes)",
        "    print(f\"mean reward of {args.eval_episodes} episodes: {figures['episode_reward']:.2f}\")",
        "",
        "    env.close()",
        "    eval_env.close()",
    ]
    tail = ['if __name__ == "__main__":', "    try:", "        main()"]
    tail += ["    except KeyboardInterrupt:  # training has said where its checkpoint is"]
    tail += ["        raise SystemExit(130) from None"]
    return source(lines, body, tail)


def _merged(lines: list[str]) -> list[str]:
    """One import line for each source, names in order."""
    found: dict[str, set[str]] = {}
    for line in lines:
        start, _, names = line.partition(" import ")
        found.setdefault(start, set()).update(name.strip() for name in names.split(","))
    return [f"{start} import {', '.join(sorted(names))}" for start, names in found.items()]


def _large(
    spec: ModuleSpec | AgentSpec, entry: dict[str, Any], environment: dict[str, Any], tuned: dict[str, Any] | None
) -> bool:
    """Whether the agent would keep more pictures than most machines have memory for: a million are 20 to 60 GB."""
    default = next((p["default"] for p in entry["parameters"] if p["name"] == "storage_size"), None) or 0
    pictures = environment.get("observation_space") == "Box3" or env_kwargs(spec, environment, tuned).get("from_pixels")
    return bool(pictures and tuned is None and not isinstance(spec, AgentSpec) and default > STORED_PICTURES)


def _options(
    title: str, spec: ModuleSpec | AgentSpec, tuned: dict[str, Any] | None, *, off_policy: bool, large: bool
) -> list[str]:
    start = ((tuned or {}).get("agent_kwargs") or {}).get("num_init_steps", 1000)
    asked = getattr(spec.body, "num_envs", None)
    num_envs = asked or (tuned or {}).get("num_envs") or (1 if off_policy else 8)
    options: list[tuple[str, str, Any]] = [
        ("--num-train-steps", "int", spec.num_train_steps),
        ("--num-envs", "int", num_envs),
        ("--seed", "int", 1),
        ("--device", "", "cpu"),
        ("--log-dir", "", "logs"),
        ("--eval-episodes", "int", 10),
    ]
    options += [("--num-init-steps", "int", start)] if off_policy else []
    options += [("--storage-size", "int", STORED_PICTURES)] if large else []
    lines = [f"    parser = argparse.ArgumentParser(description={literal(title + '.')})"]
    for option, kind, default in options:
        middle = f", type={kind}" if kind else ""
        lines.append(f"    parser.add_argument({literal(option)}{middle}, default={literal(default)})")
    return [*lines, "    args = parser.parse_args()"]


def env_kwargs(
    spec: ModuleSpec | AgentSpec, environment: dict[str, Any], tuned: dict[str, Any] | None
) -> dict[str, Any]:
    """Arguments of the environment's maker: the tuned ones, and pictures where the agent learns from them."""
    kwargs = dict(tuned["env_kwargs"]) if tuned else {}
    image = getattr(spec.body, "observations", None) == "image"
    if environment.get("maker") == "make_dmc_env" and (image or spec.agent == "DrQv2"):
        kwargs.setdefault("from_pixels", True)
    return kwargs


def _environments(spec: ModuleSpec | AgentSpec, environment: dict[str, Any], tuned: dict[str, Any] | None) -> list[str]:
    maker, env_id = environment["maker"], literal(spec.env_id)
    shared = {"num_envs": "args.num_envs", "seed": "args.seed", "device": "args.device"}
    apart = {"num_envs": "1", "seed": f"args.seed + {EVAL_SEED_OFFSET}", "device": "args.device"}
    kwargs = env_kwargs(spec, environment, tuned)
    shared |= {name: literal(value) for name, value in kwargs.items()}
    apart |= {name: literal(value) for name, value in {**kwargs, **environment["eval_kwargs"]}.items()}
    lines = []
    for name, arguments in (("env", shared), ("eval_env", apart)):
        lines += call(f"{name} = {maker}", [env_id, *(f"{key}={value}" for key, value in arguments.items())], 4)
    return lines


def _tuned(
    spec: ModuleSpec | AgentSpec,
    entry: dict[str, Any],
    tuned: dict[str, Any] | None,
    given: dict[str, str],
    modules: set[str],
) -> dict[str, str]:
    """The settings that are tuned for this agent in this environment, of those that differ from the defaults."""
    if tuned is None or isinstance(spec, AgentSpec):
        return {}
    out = {}
    for parameter in entry["parameters"]:
        name = parameter["name"]
        value = tuned["agent_kwargs"].get(name, parameter["default"])
        if name in _KEPT and name != "num_init_steps" and value != parameter["default"] and name not in given:
            out[name] = literal(value)
    return out


def _policy(agent: str, catalogue: Catalogue) -> tuple[list[str], list[str]]:
    """The agent's own policy, made anew for the features of another encoder."""
    name = catalogue.component(agent)["combines"]["policy"][0]
    entry = catalogue.component(name)
    known = {parameter["name"] for parameter in entry["parameters"]}
    arguments = ["env.observation_space", "env.action_space", "feature_dim=encoder.feature_dim"]
    arguments += [f"{argument}=agent.policy.{argument}" for argument in _POLICY if argument in known]
    return call(f"policy = {name}", arguments, 4), [f"from {entry['import_from']} import {name}"]
