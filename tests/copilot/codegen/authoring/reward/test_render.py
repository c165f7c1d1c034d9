"""What is rendered of an intrinsic reward: it is sound, and its tests tell a wrong variant from the right one."""

from __future__ import annotations

import pytest

from copilot.codegen.authoring import render
from copilot.codegen.authoring.reward.telling import class_of
from copilot.codegen.authoring.spec import Bonus, ModuleSpec, Shape
from copilot.codegen.authoring.static import statics
from copilot.core.catalogue import load_catalogue
from tests.copilot.codegen.authoring.suites import asked

COUNT = {"measure": "count", "embedding": "none", "obs_norm_type": "none"}
PLANS = [
    Bonus(**COUNT, counted="transitions"), Bonus(**COUNT, counted="changes", pays="inverse"), Bonus(**COUNT, pays="ucb"),
    Bonus(**COUNT, difference=1.0, pays="inverse", per_visit="first"), Bonus(**COUNT, plus=0.01, scope="episode"),
    Bonus(measure="prediction_error", predictors=3, of_predictors="min"), Bonus(measure="progress", predicts="next"),
    Bonus(measure="prediction_error", predicts="itself", variational=True), Bonus(measure="disagreement", spread="range"),
    Bonus(measure="prediction_error", predicts="next", error="likelihood"), Bonus(measure="away", record=True),
    Bonus(measure="nearest", kernel=True, scope="episode", embedding="inverse"), Bonus(measure="since", counted_by="grid"),
    Bonus(measure="action_change", negative=True), Bonus(measure="random"), Bonus(measure="value", absolute=True),
    Bonus(measure="density", scope="episode", embedding="none"), Bonus(measure="change", cells=4, cell_most=0.2),
    Bonus(measure="prediction_error", decay="linear", decay_steps=1000, warmup_steps=10, when=["until_reward"]),
    Bonus(measure="mixed", combined="alternate", parts=[Bonus(**COUNT), Bonus(measure="prediction_error")]),
]  # fmt: skip


def _spec(plan: Bonus) -> ModuleSpec:
    return ModuleSpec(name=class_of(plan), env_id="MountainCar-v0", agent="PPO", primitive="reward", body=plan)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: class_of(plan))
def test_what_is_rendered_is_sound(plan: Bonus) -> None:
    sources = render(_spec(plan), load_catalogue())
    assert [check for check in statics(sources) if not check.ok] == []
    assert sources == render(_spec(plan), load_catalogue())


@pytest.mark.parametrize(
    ("plan", "right", "wrong"),
    [
        (Bonus(**COUNT, pays="first", scope="episode"), "(visits == 1)", "(visits <= 2)"),
        (Bonus(**COUNT, pays="root", scope="episode"), "visits.rsqrt()", "1.0 / visits"),
        (Bonus(measure="action_change", negative=True, rwd_norm_type="none"), "novelty = -novelty", "novelty = novelty"),
        (Bonus(measure="constant", rwd_norm_type="none", first_steps=5), "place <= self.first_steps", "place >= 0"),
        (Bonus(measure="constant", rwd_norm_type="none", shape=[Shape(op="factor", value=3.0), Shape(op="most", value=2.0)]),
         "clamp(max=2.0)", "clamp(max=9.0)"),
    ],
)  # fmt: skip
def test_a_wrong_variant_fails_the_tests_of_the_request(plan: Bonus, right: str, wrong: str) -> None:
    assert asked(_spec(plan), lambda text: text) == []
    assert right in render(_spec(plan), load_catalogue()).module
    assert asked(_spec(plan), lambda text: text.replace(right, wrong)) != []
