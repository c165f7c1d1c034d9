"""Judges what a reader makes of a request whose plan is known."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring import design
from copilot.codegen.authoring.spec import Bonus
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import CopilotError
from tests.copilot.codegen.authoring.spoken.telling import Request

_EXACT = frozenset({"potential", "value", "action_change", "action_size", "constant", "away"})


def judge(asked: Request) -> tuple[str, list[str], list[str]]:
    """right, unread (it is said that something was not understood), silent, or error; differences; what was not read."""
    try:
        found = design(asked.text, load_catalogue(), model=False)
    except CopilotError as error:
        return "error", [str(error)[:100]], []
    wanted = expected(asked.fields)
    got = found.spec.body.model_dump(exclude_defaults=True, exclude={"family"})
    diff = [
        f"{name}: {wanted.get(name)} != {got.get(name)}"
        for name in sorted(set(wanted) | set(got))
        if wanted.get(name) != got.get(name)
    ]
    if found.unread:
        return "unread", diff, found.unread
    return ("silent" if diff else "right"), diff, []


def expected(said: dict[str, Any]) -> dict[str, Any]:
    """The fields of the plan that are not as they are by default, with those that follow from what is said."""
    fields = dict(said)
    measure = fields["measure"]
    if measure == "count":
        exact = fields.get("counted_by") in {None, "simhash"} or "width" in fields
        fields |= {"embedding": "none"} | ({"obs_norm_type": "none"} if exact else {})
    elif measure in _EXACT:
        fields |= {"embedding": "none", "obs_norm_type": "none", "rwd_norm_type": "none"}
    elif measure == "density" or fields.get("predicts") == "itself":
        fields |= {"embedding": "none"}
    elif measure == "change":
        fields.setdefault("error", "euclidean")
    elif measure == "elliptical":
        fields["scope"] = "episode"
    plan = Bonus(**{name: value for name, value in fields.items() if name != "shape"}, shape=fields.get("shape", []))
    return plan.model_dump(exclude_defaults=True, exclude={"family"})
