"""Encoders: sizes, ranges, refusals."""

from typing import Any

import gymnasium as gym
import numpy as np
import pytest
import torch as th
from torch import nn

from rllte.core.bases import BaseEncoder
from rllte.core.errors import ParameterError, SpaceError
from rllte.xploit.encoder import (
    EspeholtResidualEncoder,
    IdentityEncoder,
    MnihCnnEncoder,
    PathakCnnEncoder,
    RaffinCombinedEncoder,
    TassaCnnEncoder,
    VanillaMlpEncoder,
)
from rllte.xploit.encoder.espeholt_residual_encoder import ResidualBlock

VECTOR = gym.spaces.Box(-1, 1, (7,))


def image(size: int, channels: int = 3) -> gym.spaces.Box:
    return gym.spaces.Box(0, 255, (channels, size, size), np.uint8)


def test_identity_is_the_observation() -> None:
    encoder = IdentityEncoder(VECTOR, feature_dim=64)
    obs = th.randn(3, 7)
    assert encoder.feature_dim == 7
    th.testing.assert_close(encoder(obs), obs)


def test_mlp_has_the_asked_size() -> None:
    assert VanillaMlpEncoder(VECTOR, feature_dim=5, hidden_dim=9)(th.randn(3, 7)).shape == (3, 5)


@pytest.mark.parametrize(("size", "channels"), [(36, 1), (64, 3), (84, 4), (84, 9)])
def test_cnn_computes_its_size(size: int, channels: int) -> None:
    encoder = MnihCnnEncoder(image(size, channels), feature_dim=32)
    assert encoder(th.zeros(2, channels, size, size, dtype=th.uint8)).shape == (2, 32)


def test_cnn_scales_bytes_only() -> None:
    bytes_in = MnihCnnEncoder(image(36), 8)
    floats_in = MnihCnnEncoder(gym.spaces.Box(0, 1, (3, 36, 36)), 8)
    floats_in.load_state_dict(bytes_in.state_dict())
    pixels = th.randint(0, 256, (2, 3, 36, 36), dtype=th.uint8)
    th.testing.assert_close(bytes_in(pixels), floats_in(pixels / 255))


def test_cnn_refuses_what_is_too_small_and_says_the_smallest() -> None:
    with pytest.raises(SpaceError, match="at least 36 x 36"):
        MnihCnnEncoder(image(35))
    with pytest.raises(SpaceError, match="images"):
        MnihCnnEncoder(VECTOR)


def test_defect_19_the_residual_block_keeps_its_skip() -> None:
    block = ResidualBlock(2)
    for parameter in block.parameters():
        nn.init.zeros_(parameter)
    x = -th.ones(1, 2, 3, 3)
    assert th.equal(block(x), x), "an in-place ReLU would have made it 0"


def test_defect_19_a_relu_follows_the_residual_sections() -> None:
    encoder = EspeholtResidualEncoder(image(12), feature_dim=0)
    assert (encoder(th.randint(0, 256, (4, 3, 12, 12), dtype=th.uint8)) >= 0).all()


def test_espeholt_refuses_what_is_no_net() -> None:
    for wrong in ([], [0], [16, "32"], [True]):
        with pytest.raises(ParameterError, match="net_arch"):
            EspeholtResidualEncoder(image(12), net_arch=wrong)


def test_pathak_has_the_papers_features_of_its_images() -> None:
    assert PathakCnnEncoder(image(42, 4), feature_dim=0).feature_dim == 288


def test_tassa_puts_out_what_tanh_gives() -> None:
    features = TassaCnnEncoder(image(84, 9))(th.randint(0, 256, (2, 9, 84, 84), dtype=th.uint8))
    assert features.shape == (2, 50)
    assert features.abs().max() < 1


def test_tassa_centres_bytes_and_leaves_floats() -> None:
    encoder = TassaCnnEncoder(image(15))
    ends = th.tensor([0, 255], dtype=th.uint8).reshape(2, 1, 1, 1).expand(2, 3, 15, 15)
    assert th.equal(encoder.preprocess(ends)[:, 0, 0, 0], th.tensor([-0.5, 0.5]))
    assert th.equal(encoder.preprocess(ends.float()), encoder.preprocess(ends))  # as augmented bytes come
    floats = th.rand(2, 3, 15, 15)
    assert th.equal(TassaCnnEncoder(gym.spaces.Box(0, 1, (3, 15, 15))).preprocess(floats), floats)
    assert MnihCnnEncoder(image(84, 4)).preprocess(ends.new_zeros(1, 4, 84, 84)).max() == 0


@pytest.mark.parametrize("size", [14, 15])
def test_tassa_is_padded_only_where_the_papers_convolutions_leave_nothing(size: int) -> None:
    padding = TassaCnnEncoder(image(size)).convolutions[0].padding
    assert padding == ((1, 1) if size < 15 else (0, 0))


def test_raffin_sees_every_key_whatever_their_order() -> None:
    space = gym.spaces.Dict({"b": gym.spaces.Discrete(3), "a": image(5), "c": gym.spaces.Box(-1, 1, (2,))})
    encoder = RaffinCombinedEncoder(space, feature_dim=16, cnn_output_dim=8)
    obs = {"c": th.zeros(2, 2), "a": th.zeros(2, 3, 5, 5, dtype=th.uint8), "b": th.zeros(2, dtype=th.int64)}
    before = encoder.trunk[0](th.cat([e(obs[k]) for k, e in zip(encoder.keys, encoder.encoders, strict=True)], 1))
    th.testing.assert_close(encoder(obs), before.relu())
    for key, other in (("a", 255), ("b", 2), ("c", 1)):
        changed = {**obs, key: th.full_like(obs[key], other)}
        assert not th.equal(encoder(changed), encoder(obs)), key
    with pytest.raises(SpaceError, match="Dict observations"):
        RaffinCombinedEncoder(VECTOR)


def test_labels_are_one_hot() -> None:
    encoder = IdentityEncoder(gym.spaces.MultiDiscrete([2, 3]))
    assert encoder(th.tensor([[1, 2], [0, 0]])).tolist() == [[0, 1, 0, 0, 1], [1, 0, 1, 0, 0]]
    assert IdentityEncoder(gym.spaces.Discrete(3))(th.tensor([2])).tolist() == [[0, 0, 1]]


class Own(BaseEncoder):
    """A newcomer's encoder: sizes computed, bytes scaled."""

    def __init__(self, observation_space: gym.Space[Any], feature_dim: int = 8) -> None:
        super().__init__(observation_space, feature_dim)
        self.convolutions = nn.Sequential(nn.Conv2d(self.obs_shape[0], 4, 3), nn.ReLU(), nn.Flatten())
        self.linear = nn.Linear(self.flat_size(self.convolutions), feature_dim)

    def forward(self, obs: th.Tensor) -> th.Tensor:
        return self.linear(self.convolutions(self.preprocess(obs)))


def test_one_s_own_encoder_counts_nothing_by_hand() -> None:
    assert Own(image(9))(th.zeros(2, 3, 9, 9, dtype=th.uint8)).shape == (2, 8)
    with pytest.raises(SpaceError, match="at least 3 x 3; received 2 x 2"):
        Own(image(2))


@pytest.mark.parametrize(
    ("shape", "hint"), [((3, 9, 9), "unsqueeze"), ((2, 9, 9, 3), "received"), ((2, 7), "received")]
)
def test_a_wrong_shape_is_named_at_once(shape: tuple[int, ...], hint: str) -> None:
    with pytest.raises(ParameterError, match=hint):
        Own(image(9))(th.zeros(*shape))


@pytest.mark.parametrize("cls", [EspeholtResidualEncoder, MnihCnnEncoder, PathakCnnEncoder, TassaCnnEncoder])
def test_images_with_their_channels_last_are_refused_with_what_to_do(cls: Any) -> None:
    last = gym.spaces.Box(0, 255, (84, 80, 3), np.uint8)
    with pytest.raises(SpaceError, match=rf"(?s){cls.__name__} takes .*channels first.*\(3, 84, 80\).*moveaxis"):
        cls(last, 8)
    with pytest.raises(SpaceError, match="channels first"):
        RaffinCombinedEncoder(gym.spaces.Dict({"image": last, "state": VECTOR}))
