"""From a request in words to a script that trains: `plan` reads it, `render` writes it, `check` proves it.

The plan is read by code first; a language model may only add what code left unread, with the request's own words as
evidence. The script is rendered from the plan alone, so no text of the request or the model becomes code.
"""

from copilot.codegen.change.edit import difference, edit
from copilot.codegen.plan import plan
from copilot.codegen.script.check import check
from copilot.codegen.script.render import render
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec, Module, Plan, Spec, load_spec
from copilot.codegen.validate import validate

__all__ = [
    "ComparisonSpec",
    "ExperimentSpec",
    "Module",
    "Plan",
    "Spec",
    "check",
    "difference",
    "edit",
    "load_spec",
    "plan",
    "render",
    "validate",
]
