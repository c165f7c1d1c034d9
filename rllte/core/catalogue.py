"""`python -m rllte.core.catalogue [PATH]`: the registry as one stable JSON file, for whoever must not import torch."""

from __future__ import annotations

import importlib
import inspect
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import rllte
from rllte.core.environments import environments
from rllte.core.presets import PRESETS
from rllte.core.registry import PACKAGES, Component, load_all, parameters, partners

PROTOTYPES = "rllte.common.prototype"
EVALUATION = "rllte.evaluation"
AGENT_METHODS = ("train", "eval", "save", "load", "set", "check")
_ROOT = Path(rllte.__file__).resolve().parent.parent


def catalogue() -> dict[str, Any]:
    """Everything a reader needs to name, check and combine the library's components."""
    env, prototypes = importlib.import_module("rllte.env"), importlib.import_module(PROTOTYPES)
    evaluation = importlib.import_module(EVALUATION)
    return {
        "rllte_version": rllte.__version__,
        "components": [_component(entry) for entry in load_all()],
        "functions": [_function(getattr(env, name), "rllte.env") for name in env.__all__ if name.startswith("make_")],
        "statistics": [
            _function(getattr(evaluation, name), EVALUATION) for name in evaluation.__all__ if "Bootstrap" not in name
        ],
        "prototypes": [_prototype(getattr(prototypes, name)) for name in prototypes.__all__],
        "presets": [asdict(entry) for entry in PRESETS],
        "environments": environments(),
    }


def _component(entry: Component) -> dict[str, Any]:
    paper = entry.paper
    return {
        "name": entry.name,
        "primitive": entry.primitive,
        "import_from": PACKAGES[entry.primitive],
        **_where(entry.cls),
        "paper": {"title": paper.title, "arxiv": paper.arxiv, "doi": paper.doi, "url": paper.url} if paper else None,
        "aliases": list(entry.aliases),
        "parameters": parameters(entry.cls.__init__),
        "observation_spaces": list(entry.observation_spaces),
        "action_spaces": list(entry.action_spaces),
        "combines": {key: list(names) for key, names in partners(entry).items() if names}
        if entry.primitive == "agent"
        else {},
        "excludes": list(entry.excludes),
        "methods": {name: parameters(getattr(entry.cls, name)) for name in AGENT_METHODS}
        if entry.primitive == "agent"
        else {},
    }


def _function(function: Any, package: str) -> dict[str, Any]:
    """A function or, of the evaluation, a class: what a script calls beside agents and their modules."""
    return {
        "name": function.__name__,
        "import_from": package,
        **_where(function),
        "parameters": parameters(vars(function)["__init__"] if isinstance(function, type) else function),
    }


def _prototype(base: type[Any]) -> dict[str, Any]:
    return {"name": base.__name__, "import_from": PROTOTYPES, **_where(base)}


def _where(thing: Any) -> dict[str, Any]:
    thing = inspect.unwrap(thing)
    file = Path(inspect.getsourcefile(thing) or "").resolve()
    _, line = inspect.getsourcelines(thing)
    summary = (inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " ")
    return {"source": file.relative_to(_ROOT).as_posix(), "line": line, "summary": summary}


def main() -> None:
    """Write the catalogue to the given path, or to standard output."""
    text = json.dumps(catalogue(), indent=1, ensure_ascii=False) + "\n"
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
