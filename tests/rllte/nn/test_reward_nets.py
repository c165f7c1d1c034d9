"""Networks of intrinsic rewards: every space goes in, and what comes out is linear."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th
from torch.nn import functional as F

from rllte.conformance.reward import ACTIONS, OBSERVATIONS, draw
from rllte.core.errors import ParameterError, SpaceError
from rllte.core.trees import tree_map
from rllte.nn import ForwardDynamics, InverseDynamics, ObservationEncoder, Reconstruction, action_features
from rllte.nn.reward_nets import ENCODER_MODELS, WEIGHT_INITS, action_features_size

S = gym.spaces
SPACES = [space for kind in OBSERVATIONS.values() for space in kind]


def some(space: gym.Space, number: int = 64) -> th.Tensor:
    return tree_map(lambda leaf: leaf[:, 0], draw(space, number, 1, th.Generator().manual_seed(0)))


@pytest.mark.parametrize("model", ENCODER_MODELS)
@pytest.mark.parametrize("space", SPACES, ids=str)
def test_defect_16_a_latent_of_any_space_may_be_negative(space: gym.Space, model: str) -> None:
    latent = ObservationEncoder(space, 16, model)(some(space))
    assert latent.shape == (64, 16)
    assert latent.min() < 0 < latent.max()


def test_defect_15_each_model_has_its_own_convolutions() -> None:
    image = S.Box(0, 255, (3, 84, 84), np.uint8)
    made = {model: [m for m in ObservationEncoder(image, 8, model).modules()] for model in ENCODER_MODELS}
    kernels = {name: [m.kernel_size[0] for m in found if isinstance(m, th.nn.Conv2d)] for name, found in made.items()}
    assert kernels["mnih"] == [8, 4, 3]
    assert kernels["pathak"] == [3, 3, 3, 3]
    assert len(kernels["espeholt"]) == 15
    with pytest.raises(ParameterError, match="pathak"):
        ObservationEncoder(image, 8, "resnet")


def test_bytes_are_scaled_and_start_is_taken_off() -> None:
    encoder, image = ObservationEncoder(OBSERVATIONS["Box3"][0], 8), some(OBSERVATIONS["Box3"][0], 4)
    th.testing.assert_close(encoder(image), encoder(image.float() / 255.0))
    discrete = ObservationEncoder(S.Discrete(3, start=7), 8)
    assert discrete(th.tensor([7, 8, 9])).unique(dim=0).shape[0] == 3
    assert th.equal(discrete(th.tensor([7.0])), discrete(th.tensor([7])))


@pytest.mark.parametrize("space", [S.Box(0, 1, (3, 4, 4)), S.Text(3), S.Dict({"a": S.Dict({"b": S.Discrete(2)})})])
def test_a_space_that_it_cannot_see_is_named(space: gym.Space) -> None:
    with pytest.raises(SpaceError, match="received"):
        ObservationEncoder(space, 8)


def test_initialisations() -> None:
    space = OBSERVATIONS["Box1"][0]
    biases = {init: ObservationEncoder(space, 8, weight_init=init).head[0].bias.abs().sum() for init in WEIGHT_INITS}
    assert biases["orthogonal"] == 0 < biases["default"]
    with pytest.raises(ParameterError, match="orthogonal"):
        ObservationEncoder(space, 8, weight_init="zeros")


def test_actions_as_numbers() -> None:
    assert action_features(S.Discrete(3, start=5), th.tensor([2, 0])).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert action_features(S.MultiDiscrete([2, 3]), th.tensor([[1, 0]])).tolist() == [[0, 1, 1, 0, 0]]
    assert action_features(S.MultiBinary(2), th.tensor([[1, 0]])).tolist() == [[1, 0]]
    assert action_features(S.Box(-1, 1, (2,)), th.tensor([[0.5, -0.5]])).tolist() == [[0.5, -0.5]]
    with pytest.raises(SpaceError, match="received"):
        action_features_size(S.Text(3))


def test_the_loss_of_each_kind_of_action() -> None:
    z = th.randn(5, 4)
    losses = {}
    for kind, space in ACTIONS.items():
        actions = some(space, 5) - (1 if kind == "Discrete" else 0)
        model = InverseDynamics(4, space)
        outputs = model(z, -z)
        losses[kind] = (model.loss(z, -z, actions), outputs, actions)
    found, outputs, actions = losses["Discrete"]
    th.testing.assert_close(found, F.cross_entropy(outputs, actions, reduction="none"))
    found, outputs, actions = losses["Box"]
    th.testing.assert_close(found, (outputs - actions).square().mean(1))
    found, outputs, actions = losses["MultiDiscrete"]
    first = F.cross_entropy(outputs[:, :2], actions[:, 0], reduction="none")
    th.testing.assert_close(found, first + F.cross_entropy(outputs[:, 2:], actions[:, 1], reduction="none"))
    found, outputs, actions = losses["MultiBinary"]
    th.testing.assert_close(found, -th.distributions.Bernoulli(logits=outputs).log_prob(actions.float()).sum(1))


def test_the_forward_model_hears_the_action() -> None:
    model, z = ForwardDynamics(4, S.Discrete(3)), th.randn(1, 4)
    assert not th.equal(model(z, th.tensor([0])), model(z, th.tensor([1])))


@pytest.mark.parametrize("space", SPACES, ids=str)
def test_what_a_decoder_makes_has_the_size_it_says(space: gym.Space) -> None:
    target = Reconstruction(space)
    assert target(some(space)).shape == (64, target.size)


@pytest.mark.parametrize("make", [lambda space: ObservationEncoder(space, 8), Reconstruction])
def test_bytes_are_divided_by_the_largest_number_of_their_space(make: Any) -> None:
    """As the encoders of agents and `normalize` do; by 255, the ten objects of a MiniGrid would hardly differ."""
    grid = S.Box(0, 10, (3, 7, 7), np.uint8)
    for space in (grid, S.Dict({"grid": grid, "flat": S.Box(0, 5, (4,), np.uint8)})):
        th.manual_seed(1)
        net = make(space)
        high = {"grid": 10.0, "flat": 5.0}
        seen = {
            key: th.randint(0, int(top) + 1, (2, *shape), dtype=th.uint8)
            for key, top, shape in (("grid", 10.0, (3, 7, 7)), ("flat", 5.0, (4,)))
        }
        scaled = {key: value.float() / high[key] for key, value in seen.items()}
        one = space is grid
        th.testing.assert_close(net(seen["grid"] if one else seen), net(scaled["grid"] if one else scaled))
