"""Factors and steps become values; what has no number has no double."""

from __future__ import annotations

import pytest

from copilot.codegen import ExperimentSpec
from copilot.codegen.change.present import current, usual
from copilot.codegen.change.relative import absolute, relative
from copilot.codegen.spec import Module
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest

CATALOGUE = load_catalogue()
SPEC = ExperimentSpec(agent="PPO", env_id="CartPole-v1", num_envs=8, num_train_steps=1000, agent_kwargs={"lr": 0.003})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("double the batch size", "batch_size=512"),
        ("half the learning rate please", "lr=0.0015 please"),
        ("twice as many environments", "num_envs=16"),
        ("train 3 times longer", "train num_train_steps=3000"),
        ("use 2x the environments", "use num_envs=16"),
        ("环境数减半", "num_envs=4"),
        ("500 more steps", "num_train_steps=1500"),
        ("再训练 500 步", "num_train_steps=1500"),
        ("half a million steps", "half a million steps"),
        ("reduce the learning rate by 10%", "lr=0.0027"),
        ("increase the number of steps by 50k", "num_train_steps=51000"),
        ("环境增加 4 个", "num_envs=12 个"),
        ("extend the run by 20%", "num_train_steps=1200"),
        ("lr down 20%, batch size up 50%", "lr=0.0024 , batch_size=384"),
        ("shave 10% off the learning rate", "shave lr=0.0027"),
        ("decrease the learning rate to a tenth", "lr=0.0003"),
        ("one more epoch", "n_epochs=5"),
        ("批大小缩小一半，学习率提高10%", "batch_size=128 , lr=0.0033"),
        ("drop the learning rate by 10%", "lr=0.0027"),
        ("reduce the learning rate from 0.003 by 10%", "lr=0.0027"),
        ("reduce the learning rate by 0.001 to 0.002", "lr=0.002"),
        ("lr -10%, batch size +64, discount * 0.5", "lr=0.0027 , batch_size=320 , discount=0.495"),
        ("学习率降低10%", "lr=0.0027"),
        ("20% more steps", "num_train_steps=1200"),
        ("3 more environments", "num_envs=11"),
        ("reduce the learning rate to 1e-4", "reduce the learning rate to 1e-4"),
        ("double the learning rate and halve the batch size", "lr=0.006 and batch_size=128"),
        (
            "halve lr, double num_envs, twice the batch size, 3 epochs",
            "lr=0.0015 , num_envs=16 , batch_size=512 , 3 epochs",
        ),
        ("batch size twice the default and half the learning rate", "batch_size=256 and lr=0.0015"),
        ("double the batch size and the learning rate", "batch_size=512 and lr=0.006"),
        ("reduce the learning rate and the batch size by 50%", "lr=0.0015 and batch_size=128"),
        ("reduce the learning rate by 2x", "lr=0.0015"),
        ("double the entropy coefficient", "ent_coef=0.02"),
        ("use 16 environments", "use 16 environments"),
    ],
)
def test_factors_and_steps(text: str, wanted: str) -> None:
    assert absolute(text, SPEC, CATALOGUE).strip() == wanted


def test_a_multiple_of_the_default_is_not_one_of_what_was_chosen() -> None:
    assert absolute("10% of the current learning rate", SPEC, CATALOGUE) == "lr=0.0003"
    assert absolute("10% of the default learning rate", SPEC, CATALOGUE) == "lr=0.0001"  # the tuned 1e-3


def test_the_setting_of_the_module_is_meant_where_it_is_named() -> None:
    spec = SPEC.model_copy(update={"modules": {"reward": Module(name="RND", kwargs={"lr": 0.5})}})
    assert absolute("halve the learning rate", spec, CATALOGUE) == "lr=0.0015"
    assert absolute("halve the learning rate of RND", spec, CATALOGUE) == "RND lr=0.25"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("double the pretraining steps", "pre-train for 1000 steps"),
        ("pre-train twice as long", "pre-train for 1000 steps"),
        ("halve the pre-training", "pre-train for 250 steps"),
        ("预训练步数减半", "pre-train for 250 steps"),
        ("pre-train 200 steps longer", "pre-train for 700 steps"),
        ("fine-tune twice as long", "num_train_steps=2000"),
        ("double the steps", "num_train_steps=2000"),
    ],
)
def test_each_phase_has_its_length(text: str, wanted: str) -> None:
    assert absolute(text, SPEC.model_copy(update={"pretrain_steps": 500}), CATALOGUE) == wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lower everything by 10%", "not clear of which setting"),
        ("change the learning rate by 10%", "not said"),
        ("reduce the discount by 2", "cannot become"),
        ("double the pretraining steps", "no pre-training"),
        ("learning rate 1e-3 reduced by 10%", "says 1e-3"),
        ("reduce the learning rate by 10% to 1e-4", "says 1e-4"),
        ("50% longer sentences", "not clear of which setting"),
        ("anneal the learning rate to 10% of its value", "over time"),
    ],
)
def test_what_has_no_base_is_refused(text: str, said: str) -> None:
    with pytest.raises(InvalidRequest, match=said):
        absolute(text, SPEC, CATALOGUE)
    none = SPEC.model_copy(update={"agent_kwargs": {"ent_coef": 0.0}})
    with pytest.raises(InvalidRequest, match="every multiple"):
        absolute("double the entropy coefficient", none, CATALOGUE)


def test_a_request_speaks_of_the_usual_values() -> None:
    assert relative("PPO on CartPole, lr reduced by 50%", SPEC, CATALOGUE)
    assert not relative("PPO on CartPole, add 4 environments, double the fun", SPEC, CATALOGUE)
    assert usual("PPO", "CartPole-v1", CATALOGUE).agent_kwargs["lr"] == 0.001


def test_no_factor_of_what_is_no_number() -> None:
    with pytest.raises(InvalidRequest, match="nothing to multiply"):
        absolute("double the normalize_obs", SPEC, CATALOGUE)
    assert current("nonsense", SPEC, CATALOGUE) is None
