"""What is rendered is Python that passes the suite of its primitive, whatever the plan."""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from copilot.codegen.authoring import design, readme, render, static
from copilot.codegen.authoring.spec import ModuleSpec
from copilot.codegen.authoring.static import statics
from copilot.core.catalogue import load_catalogue
from copilot.core.types import Check

REQUESTS = (
    "write an encoder with two conv layers 8 and 16 with 3x3 kernels, stride 4 and layer norm, 32 features",
    "an MLP encoder with two hidden layers of 32, GELU and dropout 0.2",
    "a residual encoder for state vectors with batch norm",
    "an encoder with conv layers 8 and 8, kernel 8, stride 8, self-attention with 2 heads and squeeze and excitation",
    "an encoder with one conv layer of 8 channels with stride 8, then a spatial softmax and 16 features",
    "an encoder for state vectors with 16 fourier features and group norm",
    "an augmentation that scales states by 0.8 to 1.2, then masks 20% of the dimensions and adds noise of 0.1",
    "an augmentation: an offset of the state with probability 0.5",
    "an intrinsic reward that counts hashed observations",
    "a bonus that counts observations in a grid of 8 bins within an episode, 1/n",
    "an intrinsic reward for the first visit, by 12-bit simhash",
    "an exploration bonus: log distance to the 3 nearest neighbours in a random embedding within the rollout",
    "a bonus from the nearest neighbours in an inverse dynamics embedding within an episode",
    "an intrinsic reward from the disagreement of an ensemble of 3 models",
    "an elliptical bonus on raw observations",
    "a bonus for how much the state changes, divided by the root of the episodic count",
    "an intrinsic reward from the prediction error of a forward model in an inverse dynamics embedding",
    "an intrinsic reward from the prediction error of a random network, 16-dimensional embedding",
    "a categorical distribution with temperature 0.7",
    "an action distribution: categorical mixed with uniform 0.2",
    "a Laplace distribution for continuous actions",
    "a gaussian distribution with its deviation scaled by 0.5",
    "an action noise that decays linearly from 0.3 to 0.05 over 20k steps",
    "a uniform action noise of 0.2",
    "a policy network with separate trunks, actor 32 32 and critic 64 64, relu",
    "a policy with a shared trunk of 32 and layer norm",
    "a replay buffer that clips rewards to 1",
    "a replay storage that scales rewards by 0.1",
    "a replay buffer that samples 30% from the newest 10 transitions",
    "a rollout storage that clips rewards to [-1, 1]",
    "a prioritized replay buffer that keeps the sign of rewards",
    "a PPO variant with a KL penalty of 0.5 instead of clipping",
    "写一个 PPO 的变体，用自适应 KL 惩罚代替裁剪，目标 0.02",
    "implement DQN with a dueling head and munchausen targets and 3-step returns",
    "create an agent: Q-learning with soft targets, temperature 0.1, prioritized replay and a conservative term of 0.5",
    "a new actor-critic algorithm with self-imitation weight 0.2, huber value loss and no entropy bonus",
    "a variant of A2C with advantage weighted regression",
    "a TD3 agent whose target is 0.75*min(Q1,Q2) + 0.25*mean(Q1,Q2)",
    "REDQ with 4 critics, targets from a random two, 2 updates per step",
    "SAC with a fixed temperature of 0.2, critics with layer norm and 11 quantiles, drop the top 2 of each",
    "AWAC with temperature 0.5 and weights capped at 20",
    "PPO with an auxiliary inverse dynamics loss of weight 0.1, a reward prediction loss of weight 0.2 and a reconstruction "
    "loss of weight 0.1",
    "PPO with the reverse KL to a slow copy of the policy, weight 0.1, and an HL-Gauss critic with 21 bins",
    "vanilla REINFORCE with a moving average baseline (momentum 0.8) and no critic loss",
    "V-trace corrected actor critic with a cosine learning rate schedule",
    "DQN with noisy layers instead of epsilon-greedy, layer norm and C51 with 21 atoms",
    "IQN with 4 tau samples and the head reset every 1000 steps",
    "Maxmin DQN with 3 Q-functions and advantage learning of alpha 0",
)


@pytest.fixture(autouse=True)
def _no_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """The symbol index takes seconds to build anew for each test, and has tests of its own."""
    monkeypatch.setattr(static, "problems", lambda source: [])


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder from which modules are imported, and forgotten afterwards."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


@pytest.mark.parametrize("request_", REQUESTS)
def test_what_is_rendered_conforms(request_: str, beside: Path) -> None:
    found = design(request_, load_catalogue(), model=False)
    sources = render(found.spec, load_catalogue())
    assert all(check.ok for check in statics(sources)), statics(sources)
    name = found.spec.module
    (beside / f"{name}.py").write_text(sources.module)
    (beside / f"test_{name}.py").write_text(sources.test)
    suite = getattr(importlib.import_module(f"test_{name}"), f"Test{found.spec.name}")
    ran = [getattr(suite(), test)() for test in dir(suite) if test.startswith("test_")]
    assert len(ran) > 3


@pytest.mark.parametrize("request_", REQUESTS)
def test_what_is_rendered_reads_well(request_: str) -> None:
    sources = render(design(request_, load_catalogue(), model=False).spec, load_catalogue())
    for text in (sources.module, sources.test, sources.train):
        assert max(map(len, text.splitlines())) <= 120
        assert text.endswith("\n") and not text.endswith("\n\n")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("Test"):
                assert ast.get_docstring(node)


def test_the_same_plan_gives_the_same_files_also_from_json() -> None:
    spec = design("write a residual encoder", load_catalogue(), model=False).spec
    again = ModuleSpec.model_validate_json(spec.model_dump_json())
    assert again == spec
    assert render(again, load_catalogue()) == render(spec, load_catalogue())


def test_what_fails_is_delivered_as_failed() -> None:
    found = design("write a residual encoder", load_catalogue(), model=False)
    sources = render(found.spec, load_catalogue())
    bad = readme(found.spec, sources, [Check("conformance", False, "3 of 8 tests pass")], None, ["assumed"])
    good = readme(found.spec, sources, [Check("conformance", True, "8 of 8 tests pass")], None, [])
    assert "does not pass" in bad and "**NO**" in bad and "assumed" in bad
    assert "does not pass" not in good
    assert "What was not checked" in good


def test_a_replay_of_pictures_keeps_what_a_machine_has_memory_for() -> None:
    plan = design("an encoder of two conv layers with 32 channels for DrQ-v2", load_catalogue(), model=False).spec
    script = render(plan, load_catalogue()).train
    assert 'parser.add_argument("--storage-size", type=int, default=100_000)' in script
    assert "storage_size=args.storage_size" in script
    states = design("an encoder of two linear layers of 64 for SAC on Pendulum", load_catalogue(), model=False).spec
    assert "--storage-size" not in render(states, load_catalogue()).train
