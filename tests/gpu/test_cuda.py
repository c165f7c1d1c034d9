"""On a GPU: every agent, reward and augmentation works there, and what was learned there goes on anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch as th

from rllte.core.registry import Component, find, load_all, partners
from tests.compatibility.conftest import ACTIONS, OBSERVATIONS, first, make_agent, make_module

pytestmark = pytest.mark.gpu
ALL = load_all()
AGENTS = [entry for entry in ALL if entry.primitive == "agent"]
PARTS = [entry for entry in ALL if entry.primitive in {"reward", "augmentation", "distribution", "storage", "encoder"}]


@pytest.mark.parametrize("seen", ["Box1", "Box3", "Dict"])
@pytest.mark.parametrize("agent", AGENTS, ids=lambda entry: entry.name)
def test_every_agent_learns_there_and_its_checkpoint_goes_on_elsewhere(
    agent: Component, seen: str, tmp_path: Path
) -> None:
    if seen not in agent.observation_spaces:
        pytest.skip(f"{agent.name} does not observe {seen}")
    acts = first(agent.action_spaces, (), ACTIONS)
    made = make_agent(agent, seen, acts, tmp_path, device="cuda")
    made.freeze()
    before = th.cat([p.detach().clone().flatten() for p in made.policy.parameters()])
    made.train(num_train_steps=200)
    after = th.cat([p.detach().flatten() for p in made.policy.parameters()])
    assert after.is_cuda
    assert after.isfinite().all()
    assert not th.equal(before, after)
    made.eval(2)
    other = make_agent(agent, seen, acts, tmp_path, seed=5)
    other.load(made.save(tmp_path / "a.safetensors"))
    assert th.equal(after.cpu(), th.cat([p.detach().flatten() for p in other.policy.parameters()]))
    other.train(num_train_steps=100)


@pytest.mark.parametrize("module", PARTS, ids=lambda entry: entry.name)
def test_every_part_works_there(module: Component, tmp_path: Path) -> None:
    names = ("PPO", "DrAC", "SAC", "DQN", "DrQv2", "TD3", "PPOLSTM", "IMPALA", "SACDiscrete")
    agent = next(e for e in (find(n, "agent") for n in names) if module.name in partners(e).get(module.primitive, ()))
    seen = first(agent.observation_spaces, module.observation_spaces, OBSERVATIONS)
    acts = first(agent.action_spaces, module.action_spaces, ACTIONS)
    made = make_agent(agent, seen, acts, tmp_path, goals=module.name == "HerReplayStorage", device="cuda")
    made.set(**{module.primitive: make_module(module, made)})
    made.train(num_train_steps=200)
    assert all(bool(p.isfinite().all()) for p in made.policy.parameters())
