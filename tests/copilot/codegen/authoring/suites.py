"""Runs the suite of a rendered package in this process, and says which of its tests fail."""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Callable
from typing import Any

from copilot.codegen.authoring import render
from copilot.codegen.authoring.layout import Sources
from copilot.codegen.authoring.spec import Body, ModuleSpec
from copilot.core.catalogue import load_catalogue


def package(name: str, primitive: str, body: Body, env_id: str, agent: str) -> Sources:
    """The files of a plan."""
    spec = ModuleSpec(name=name, env_id=env_id, agent=agent, primitive=primitive, body=body)  # type: ignore[arg-type]
    return render(spec, load_catalogue())


def failures(name: str, module: str, test: str) -> list[str]:
    """Names of the tests that fail, of the class `name`; both sources are read first."""
    for text in (module, test):
        assert max(map(len, text.splitlines())) <= 120
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("Test"):
                assert ast.get_docstring(node)
    file = ModuleSpec(name=name, env_id="CartPole-v1", agent="PPO", primitive="encoder", body={"family": "free"}).module  # type: ignore[arg-type]
    made = types.ModuleType(file)
    sys.modules[file] = made
    try:
        exec(compile(module, f"{file}.py", "exec"), made.__dict__)
        tests: dict[str, Any] = {"__name__": f"test_{file}"}
        exec(compile(test, f"test_{file}.py", "exec"), tests)
        suites = [value for key, value in tests.items() if key.startswith("Test")]
        assert suites
        return [one for suite in suites for one in dir(suite) if one.startswith("test_") and not _holds(suite, one)]
    finally:
        del sys.modules[file]


def _holds(suite: type, name: str) -> bool:
    try:
        getattr(suite(), name)()
    except AssertionError:  # anything else is no failed check, but a package that does not run
        return False
    return True


def asked(spec: ModuleSpec, changed: Callable[[str], str]) -> list[str]:
    """The tests of what was asked that fail once the module's source is changed."""
    sources = render(spec, load_catalogue())
    module, test = types.ModuleType(spec.module), types.ModuleType(f"test_{spec.module}")
    exec(compile(changed(sources.module), "module.py", "exec"), module.__dict__)
    own = sources.test.replace(f"from {spec.module} import {spec.name}\n", "")
    test.__dict__[spec.name] = getattr(module, spec.name)
    exec(compile(own, "test_module.py", "exec"), test.__dict__)
    suite = getattr(test, f"Test{spec.name}")
    return [name for name in dir(suite) if name.startswith("test_asked_") and not _holds(suite, name)]
