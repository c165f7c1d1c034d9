"""A row says whether a plan is right, a refusal has the reason, and what a run shows; figures are counts of rows."""

from __future__ import annotations

from evals.codegen import figures, summary
from evals.codegen.experiments import row
from evals.requests import Request
from tests.evals.codegen.test_judge import CATALOGUE, EXPECT, REQUEST


def test_a_right_plan_is_checked() -> None:
    made = row(Request("e", "experiment", "single", "en", "tune", EXPECT, request=REQUEST), CATALOGUE, None)
    assert made["right"]
    assert made["checked"]
    assert not made["refused"]


def test_an_edit_is_judged_by_the_whole_plan_after_it() -> None:
    asked = {**EXPECT, "num_envs": 16}
    request = Request("d", "edit", "number", "en", "tune", asked, base=REQUEST, edit="use 16 environments")
    assert row(request, CATALOGUE, None)["right"]


def test_a_refusal_needs_the_kind_and_the_reason() -> None:
    asked = {"error": "space_mismatch", "because": ["Discrete", "continuous"]}
    request = Request("i", "impossible", "fit", "en", "tune", asked, request="Train DQN on Pendulum-v1 for 50k steps")
    made = row(request, CATALOGUE, None)
    assert made["right"]
    assert made["refused"]
    for other in (asked | {"because": ["colour"]}, asked | {"error": "unknown_name"}):
        assert not row(
            Request("i", "impossible", "fit", "en", "tune", other, request=request.request), CATALOGUE, None
        )["right"]
    possible = Request("i", "impossible", "fit", "en", "tune", asked, request=REQUEST)
    assert not row(possible, CATALOGUE, None)["right"]


def test_figures_count_of_the_accepted_what_only_they_can_have() -> None:
    base = {
        "id": "e",
        "kind": "experiment",
        "lang": "en",
        "right": True,
        "refused": False,
        "checked": True,
        "seconds": 1.0,
    }
    refused = {**base, "right": False, "refused": True}
    ran = {**base, "ran": False, "ended": "timeout"}
    assert figures([base, refused, ran]) == {
        "right": "2 of 3",
        "refused": "1 of 3",
        "every check holds": "2 of 2",
        "ran": "0 of 1",
        "how runs ended": {"timeout": 1},
        "seconds": {"median": 1.0, "largest": 1.0},
    }
    assert set(summary([base, {**base, "lang": "zh"}], free=False)) == {
        "experiment",
        "experiment in en",
        "experiment in zh",
    }
