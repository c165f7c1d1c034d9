"""Citations, symbols, numbered lists and tables: what papers add to the words says nothing else."""

from __future__ import annotations

import pytest

from copilot.codegen import plan
from copilot.codegen.request.papers import plainly
from copilot.codegen.request.reading import Reading
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


def plain(text: str) -> str:
    return Reading(plainly(text, CATALOGUE)).text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("As Schulman et al. (2017) did, PPO", "As did, PPO"),
        ("curiosity (Pathak et al., 2017) for A2C", "curiosity for A2C"),
        ("Following Raileanu & Fergus (2021), DAAC", "Following , DAAC"),
        ("after van Hasselt et al. (2016): DQN", "after : DQN"),
        ("the encoder of Espeholt et al. (2018)", "the encoder of Espeholt"),
        ("the settings of their Table 3, arXiv:1707.06347", "the settings of , "),
        ("CartPole (2000 steps), seed 2021", "CartPole (2000 steps), seed 2021"),
    ],
)
def test_a_citation_is_nothing_to_train_on(text: str, left: str) -> None:
    assert plain(text) == left.strip()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("horizon T = 2048", "horizon = 2048"),
        ("policy delay d = 2", "policy delay = 2"),
        ("discount factor gamma = 0.99", "discount factor = 0.99"),
        ("the advantage loss (alpha in the paper) 0.3", "the advantage loss 0.3"),
        ("noise N(0, 0.1)", "noise with sigma 0.1"),
        ("bit flipping, n = 20 bits", "bit flipping, 20 bits"),
        ("NGU with k = 5", "NGU with k = 5"),
        ("PPO on CartPole, x = 3", "PPO on CartPole, x = 3"),
        ("temperature alpha = 0.2", "temperature alpha = 0.2"),
    ],
)
def test_a_symbol_goes_where_words_say_what_it_is(text: str, left: str) -> None:
    assert plain(text) == left


def test_a_numbered_list_is_of_settings_or_of_runs() -> None:
    spec = plan("PPO on Hopper-v5:\n1. clip 0.1,\n2. 5 epochs,\n3. minibatch size 128", CATALOGUE).spec
    assert isinstance(spec, ExperimentSpec)
    assert {"clip_range": 0.1, "n_epochs": 5, "batch_size": 128}.items() <= spec.agent_kwargs.items()
    spec = plan("在 Hopper-v5 上用 SAC：一、折扣因子 0.98；二、批量 512。20 万步", CATALOGUE).spec
    assert isinstance(spec, ExperimentSpec)
    assert (spec.agent_kwargs, spec.num_train_steps) == ({"discount": 0.98, "batch_size": 512}, 200_000)
    spec = plan("Compare on Pong-v5:\n1. PPO with lr 1e-3\n2. A2C with lr 1e-4", CATALOGUE).spec
    assert isinstance(spec, ComparisonSpec)
    assert [run.agent_kwargs for run in spec.runs.values()] == [{"lr": 1e-3}, {"lr": 1e-4}]


def test_labelled_settings_are_of_one_run_where_nobody_compares() -> None:
    spec = plan("SAC on Hopper-v5 with (1) gamma 0.98, (2) batch size 512", CATALOGUE).spec
    assert isinstance(spec, ExperimentSpec)
    assert spec.agent_kwargs == {"discount": 0.98, "batch_size": 512}


def test_each_row_of_a_table_is_a_run() -> None:
    spec = plan(
        "Sensitivity of TD3 on Hopper-v5, 200k steps:\n\n| condition | policy delay | replay capacity |\n|---|---|---|\n"
        "| A | 1 | 50,000 |\n| B | 4 | 50,000 |",
        CATALOGUE,
    ).spec
    assert isinstance(spec, ComparisonSpec)
    assert [run.agent_kwargs for run in spec.runs.values()] == [
        {"actor_update_freq": 1, "storage_size": 50_000},
        {"actor_update_freq": 4, "storage_size": 50_000},
    ]
    assert {run.num_train_steps for run in spec.runs.values()} == {200_000}
