"""What every encoder must do. B samples."""

# ruff: noqa: S101 (a suite of tests asserts)

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from typing import Any

import gymnasium as gym
import numpy as np
import torch as th

from rllte.core.bases import BaseEncoder
from rllte.core.errors import ParameterError
from rllte.core.trees import leaves, tree_map

BATCH = 6


def batch_of(space: gym.Space[Any], size: int = BATCH, seed: int = 0) -> Any:
    """Observations of a space as a storage hands them out: a tensor (size, ...), or a dict of them."""
    space.seed(seed)
    drawn = [space.sample() for _ in range(size)]
    if isinstance(space, gym.spaces.Dict):
        return {key: th.as_tensor(np.stack([one[key] for one in drawn])) for key in space.spaces}
    return th.as_tensor(np.stack(drawn))


class EncoderSuite:
    """Inherit it, write `make`, set `spaces` to the observation spaces to try; pytest collects the rest."""

    spaces: tuple[gym.Space[Any], ...]

    def make(self, observation_space: gym.Space[Any]) -> BaseEncoder:
        """The encoder of such observations."""
        raise NotImplementedError

    def _each(self) -> Iterator[tuple[BaseEncoder, Any]]:
        assert self.spaces, "no observation space to try"
        for space in self.spaces:
            th.manual_seed(0)
            yield self.make(space), batch_of(space)

    def test_features_have_the_size_that_the_encoder_names(self) -> None:
        for encoder, obs in self._each():
            assert encoder.feature_dim > 0
            for training in (True, False):
                encoder.train(training)
                features = encoder(obs)
                assert features.shape == (BATCH, encoder.feature_dim)
                assert features.dtype == th.float32
                assert features.isfinite().all()

    def test_each_sample_is_encoded_by_itself(self) -> None:
        for encoder, obs in self._each():
            encoder.eval()
            alone = th.cat([encoder(tree_map(lambda leaf, i=i: leaf[i : i + 1], obs)) for i in range(BATCH)])
            th.testing.assert_close(alone, encoder(obs), atol=1e-5, rtol=1e-4)

    def test_features_depend_on_the_observation(self) -> None:
        for encoder, obs in self._each():
            assert len(encoder(obs).unique(dim=0)) > 1

    def test_observations_are_left_as_they_are(self) -> None:
        for encoder, obs in self._each():
            before = tree_map(th.clone, obs)
            encoder(obs).sum().backward() if any(True for _ in encoder.parameters()) else encoder(obs)
            assert all(th.equal(leaf, leaves(before)[key]) for key, leaf in leaves(obs).items())

    def test_every_weight_learns(self) -> None:
        for encoder, obs in self._each():
            parameters = dict(encoder.named_parameters())
            if not parameters:
                continue
            encoder(obs).square().sum().backward()
            dead = [name for name, p in parameters.items() if p.grad is None or not p.grad.isfinite().all()]
            assert not dead, f"no finite gradient for {dead}"
            assert any(p.grad is not None and p.grad.abs().sum() > 0 for p in parameters.values())

    def test_the_seed_decides_the_weights(self) -> None:
        for (first, obs), (second, _) in zip(self._each(), self._each(), strict=True):
            assert th.equal(first.eval()(obs), second.eval()(obs))

    def test_copies_and_loaded_weights_encode_alike(self) -> None:
        for encoder, obs in self._each():
            encoder.eval()
            fresh = self.make(encoder.observation_space).eval()
            fresh.load_state_dict(encoder.state_dict())
            for other in (fresh, copy.deepcopy(encoder), pickle.loads(pickle.dumps(encoder))):
                assert th.equal(other(obs), encoder(obs))

    def test_observations_of_another_shape_are_named(self) -> None:
        for encoder, obs in self._each():
            wrong = tree_map(lambda leaf: leaf.unsqueeze(1), obs)
            try:
                encoder(wrong)
            except ParameterError as error:
                assert type(encoder).__name__ in str(error)
            else:
                raise AssertionError(f"{type(encoder).__name__} took observations of another shape than the space's")
