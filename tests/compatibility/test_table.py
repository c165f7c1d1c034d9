"""The table of what works with what, generated from the catalogue.

Allowed pairs learn, what is optional in them changes what is learned, and forbidden ones are refused.
"""

from __future__ import annotations

import contextlib
import functools
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch as th

from rllte.core.errors import IncompatibleError, SpaceError
from rllte.core.registry import Component, find, load_all, partners
from tests.compatibility.conftest import ACTIONS, OBSERVATIONS, first, make_agent, make_module, weights

AGENTS = [entry for entry in load_all() if entry.primitive == "agent"]
MODULES = [entry for entry in load_all() if entry.primitive != "agent"]
SAME: tuple[set[str], ...] = ({"RandomCrop", "RandomShift"}, {"Identity", "NoneType"})
"""What does the same by another name: images moved by up to four pixels, and no augmentation."""
NETWORKS = ("encoder", "policy")
"""Others of these begin with other weights, so that comparing them says nothing; that they move is asserted for all."""
EVERY_REWARD = ("PPO", "DQN")
"""One agent of each loop; the others are tried with RND."""
KEYS = {"distribution": "dist", "augmentation": "aug", "reward": "irs"}


def allowed(agent: Component, module: Component) -> bool:
    return module.name in partners(agent).get(module.primitive, ())


def pairs(wanted: bool) -> Iterator[Any]:
    for agent in AGENTS:
        for module in MODULES:
            if allowed(agent, module) is wanted:
                yield pytest.param(agent, module, id=f"{agent.name}-{module.name}")


def spaces(agent: Component, module: Component) -> tuple[str, str]:
    seen = first(agent.observation_spaces, module.observation_spaces, OBSERVATIONS)
    return seen, first(agent.action_spaces, module.action_spaces, ACTIONS)


@functools.cache
def plain(name: str, seen: str, acts: str, goals: bool = False) -> th.Tensor:
    """The weights that an agent ends at with its own modules."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        made = make_agent(find(name, "agent"), seen, acts, Path(folder), goals)
        made.train(num_train_steps=200)
    return weights(made)


@pytest.mark.parametrize(("agent", "module"), pairs(True))
def test_an_allowed_pair_trains_and_matters(agent: Component, module: Component, tmp_path: Path) -> None:
    where, goals = spaces(agent, module), module.name == "HerReplayStorage"
    made = make_agent(agent, *where, tmp_path, goals)
    replaced = getattr(made, KEYS.get(module.primitive, module.primitive))
    new = make_module(module, made)
    if module.primitive == "encoder" and new.feature_dim != made.policy.feature_dim:
        pytest.fail(f"{module.name} does not take the agent's feature_dim")
    made.set(**{module.primitive: new})
    made.freeze()
    before = weights(made).clone()
    assert getattr(made, KEYS.get(module.primitive, module.primitive)) is new
    made.train(num_train_steps=200)
    assert made.global_step >= 200
    assert bool(weights(made).isfinite().all())
    assert not th.equal(weights(made), before), "nothing was learned"
    same = type(new) is type(replaced) or {type(new).__name__, type(replaced).__name__} in SAME
    if module.primitive not in NETWORKS and not same:
        assert not th.equal(weights(made), plain(agent.name, *where, goals)), f"{module.name} changes nothing"


@pytest.mark.parametrize(
    ("agent", "module"),
    (
        pair
        for pair in pairs(True)
        if pair.values[1].primitive == "reward"
        and (pair.values[0].name in EVERY_REWARD or pair.values[1].name == "RND")
    ),
)
def test_a_reward_of_no_weight_leaves_learning_as_it_is_bit_for_bit(
    agent: Component, module: Component, tmp_path: Path
) -> None:
    where = spaces(agent, module)
    made = make_agent(agent, *where, tmp_path)
    reward = make_module(module, made)
    reward.beta = 0.0
    made.set(reward=reward)
    made.train(num_train_steps=200)
    assert th.equal(weights(made), plain(agent.name, *where))


@pytest.mark.parametrize(("agent", "module"), pairs(False))
def test_a_forbidden_pair_is_refused_and_what_fits_is_named(
    agent: Component, module: Component, tmp_path: Path
) -> None:
    seen = next((kind for kind in OBSERVATIONS if kind in agent.observation_spaces), "Box1")
    made = make_agent(agent, seen, first(agent.action_spaces, (), ACTIONS), tmp_path)
    try:
        new = make_module(module, made)
    except SpaceError:
        return  # it refuses the spaces itself
    with pytest.raises((IncompatibleError, SpaceError)) as caught:
        made.set(**{module.primitive: new})
    fits = partners(agent).get(module.primitive, ())
    assert not fits or any(name in str(caught.value) for name in fits)


@pytest.mark.parametrize("agent", AGENTS, ids=lambda entry: entry.name)
@pytest.mark.parametrize("seen", OBSERVATIONS)
@pytest.mark.parametrize("acts", ACTIONS)
def test_every_pair_of_spaces_trains_or_is_refused(agent: Component, seen: str, acts: str, tmp_path: Path) -> None:
    if seen in agent.observation_spaces and acts in agent.action_spaces:
        made = make_agent(agent, seen, acts, tmp_path)
        made.freeze()
        before = weights(made).clone()
        made.train(num_train_steps=200)
        assert not th.equal(before, weights(made))
    else:
        with pytest.raises(SpaceError):
            make_agent(agent, seen, acts, tmp_path)
