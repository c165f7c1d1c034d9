"""The library's own values in the place of the tuned ones, in a change as in a request."""

from __future__ import annotations

import pytest

from copilot.codegen import ExperimentSpec, edit, plan
from copilot.codegen.change.based import read_untuned, untuned
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    "words",
    [
        "use the library defaults",
        "use default hyperparameters instead of tuned ones",
        "with untuned settings",
        "without the tuned settings",
        "用库默认参数",
        "不要用调好的参数",
    ],
)
@pytest.mark.parametrize("request_", ["PPO on CartPole, 3 seeds", "SAC on Pendulum", "PPO with RND on CartPole"])
def test_it_is_the_plan_of_a_request_that_says_so(request_: str, words: str) -> None:
    made = edit(words, plan(request_, CATALOGUE).spec, CATALOGUE)
    assert made.spec == plan(f"{request_}, with library defaults", CATALOGUE).spec
    assert any("not the tuned settings" in note for note in made.notes)
    assert not any("Not understood" in note for note in made.notes)


def test_what_was_chosen_stays_and_what_is_said_is_taken() -> None:
    spec = plan("PPO on CartPole, lr 0.002, 4 environments", CATALOGUE).spec
    assert isinstance(spec, ExperimentSpec)
    notes: list[str] = []
    made = untuned(spec, CATALOGUE, notes)
    assert (made.agent_kwargs, made.num_envs) == ({"lr": 0.002}, 4)
    assert "what was chosen stays: lr=0.002" in notes[0]
    more = edit("use the library defaults but lr 3e-4", spec, CATALOGUE).spec
    assert isinstance(more, ExperimentSpec)
    assert more.agent_kwargs == {"lr": 3e-4}


@pytest.mark.parametrize("words", ["use default hyperparameters", "reset everything to the defaults", "恢复默认设置"])
def test_whose_defaults_is_asked(words: str) -> None:
    with pytest.raises(InvalidRequest, match="may be the tuned values"):
        read_untuned(words)


@pytest.mark.parametrize("words", ["use the default learning rate", "16 envs", "back to the default gamma"])
def test_other_words_stay(words: str) -> None:
    assert read_untuned(words) == (False, words)
