"""What is rendered of a storage: it is sound, and its tests tell a wrong variant from the right one."""

from __future__ import annotations

import pytest

from copilot.codegen.authoring import render
from copilot.codegen.authoring.spec import ModuleSpec, Storage
from copilot.codegen.authoring.static import statics
from copilot.codegen.authoring.storage.telling import storage_class
from copilot.core.catalogue import load_catalogue
from tests.copilot.codegen.authoring.suites import asked

PLANS = [
    Storage(recent=0.5, positive=0.25, delay=5), Storage(good=0.5, bad=True), Storage(epochs=True), Storage(demos=0.5),
    Storage(by_age="exponential"), Storage(by_return=True), Storage(by_action=True), Storage(emphasis=0.996),
    Storage(attention=4.0), Storage(chunk=8), Storage(keep_zero=0.2), Storage(latest=True, storage_size=1000),
    Storage(standardise=True, centre=True), Storage(noise=0.1), Storage(squash="symlog", discount=0.9, n_step=3),
    Storage(of="prioritized", ranked=True), Storage(of="prioritized", uniform=0.5), Storage(of="prioritized", latest=True),
    Storage(of="rollout", gae_lambda=1.0, num_envs=4), Storage(of="rollout", best=0.5), Storage(of="rollout", n_step=5),
]  # fmt: skip


def _spec(plan: Storage) -> ModuleSpec:
    agent = "PPO" if plan.of == "rollout" else "DQN"
    return ModuleSpec(name=storage_class(plan), env_id="CartPole-v1", agent=agent, primitive="storage", body=plan)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: storage_class(plan))
def test_what_is_rendered_is_sound(plan: Storage) -> None:
    sources = render(_spec(plan), load_catalogue())
    assert [check for check in statics(sources) if not check.ok] == []
    assert sources == render(_spec(plan), load_catalogue())


@pytest.mark.parametrize(
    ("plan", "right", "wrong"),
    [
        (Storage(positive=0.25), "self.ring.rewards[at] > 0.0", "self.ring.rewards[at] > -9.0"),
        (Storage(latest=True), "stop - 1, np.arange(place)", "first, np.arange(place)"),
        (Storage(squash="symlog"), ".log1p()", ".sqrt()"),
        (Storage(of="rollout", gae_lambda=1.0), "gae_lambda: float = 1.0", "gae_lambda: float = 0.5"),
        (Storage(of="rollout", best=0.5), "flat[-1].topk", "flat[-2].topk"),
    ],
)  # fmt: skip
def test_a_wrong_variant_fails_the_tests_of_the_request(plan: Storage, right: str, wrong: str) -> None:
    assert asked(_spec(plan), lambda text: text) == []
    assert right in render(_spec(plan), load_catalogue()).module
    assert asked(_spec(plan), lambda text: text.replace(right, wrong)) != []
