"""RLLTE's auxiliaries are where its scripts import them from, and do what their names say."""

from __future__ import annotations

import importlib
import json
import time
from types import SimpleNamespace

import gymnasium as gym
import numpy as np
import pytest
import torch as th
from torch import nn

from rllte.agent.utils import to_torch
from rllte.common.preprocessing import (
    get_flattened_obs_dim,
    is_image_space,
    preprocess_obs,
    process_action_space,
    process_observation_space,
)
from rllte.common.timer import Timer
from rllte.common.utils import (
    ExportModel,
    RewardForwardFilter,
    TorchRunningMeanStd,
    eval_mode,
    get_episode_statistics,
    get_npu_name,
    linear_lr_scheduler,
    pretty_json,
    schedule,
    to_numpy,
)
from rllte.core.errors import ParameterError, SpaceError

NAMES = {
    "initialization": "get_init_fn",
    "logger": "Logger",
    "preprocessing": (
        "process_observation_space process_action_space get_flattened_obs_dim is_image_space_channels_first "
        "is_image_space preprocess_obs"
    ),
    "timer": "Timer",
    "type_alias": (
        "RolloutStorageType OnPolicyType OffPolicyType ReplayStorageType DistributedPolicyType DistributedStorageType "
        "VanillaRolloutBatch DictRolloutBatch VanillaReplayBatch DictReplayBatch PrioritizedReplayBatch NStepReplayBatch"
    ),
    "utils": (
        "RewardForwardFilter TorchRunningMeanStd ExportModel eval_mode to_numpy get_episode_statistics get_npu_name "
        "pretty_json schedule linear_lr_scheduler"
    ),
}


@pytest.mark.parametrize("module", NAMES)
def test_names(module: str) -> None:
    found = importlib.import_module(f"rllte.common.{module}")
    assert not [name for name in NAMES[module].split() if not hasattr(found, name)]


def test_spaces() -> None:
    image = gym.spaces.Box(0, 255, (3, 8, 8), np.uint8)
    both = gym.spaces.Dict({"image": image, "label": gym.spaces.Discrete(4)})
    assert process_observation_space(both) == {"image": (3, 8, 8), "label": (1,)}
    assert process_observation_space(image) == (3, 8, 8)
    assert get_flattened_obs_dim(both) == 3 * 8 * 8 + 4
    assert process_action_space(gym.spaces.Discrete(5)) == ((), 5, 5, "Discrete")
    assert process_action_space(gym.spaces.MultiDiscrete([2, 3])) == ((2,), 2, 5, "MultiDiscrete")
    assert process_action_space(gym.spaces.Box(-1, 1, (2,))) == ((2,), 2, 2, "Box")
    with pytest.raises(SpaceError, match="Policies act in"):
        process_action_space(gym.spaces.Tuple([gym.spaces.Discrete(2)]))


def test_images() -> None:
    assert is_image_space(gym.spaces.Box(0, 255, (3, 8, 8), np.uint8), check_channels=True)
    assert not is_image_space(gym.spaces.Box(0, 255, (9, 84, 84), np.uint8), check_channels=True)
    assert not is_image_space(gym.spaces.Box(0, 1, (3, 8, 8)))
    assert is_image_space(gym.spaces.Box(0, 1, (3, 8, 8)), normalized_image=True)
    space = gym.spaces.Box(0, 255, (1, 1, 1), np.uint8)
    assert preprocess_obs(th.full((2, 1, 1, 1), 51, dtype=th.uint8), space).flatten().tolist() == pytest.approx(
        [0.2] * 2
    )


def test_timer() -> None:
    timer = Timer()
    time.sleep(0.01)
    first, total = timer.reset()
    assert first == total >= 0.01
    again, total = timer.reset()
    assert again < total <= timer.total_time()


def test_running_moments_and_sums() -> None:
    moments = TorchRunningMeanStd(shape=(2,))
    moments.update(th.tensor([[1.0, 0.0], [3.0, 0.0]]))
    assert moments.mean.tolist() == [2.0, 0.0]
    assert moments.std[0].item() == pytest.approx(1.0)
    parts = TorchRunningMeanStd(shape=(2,))
    for part in (th.tensor([[1.0, 0.0]]), th.tensor([[3.0, 0.0]])):
        parts.update_from_moments(part.mean(0), part.var(0, correction=0), len(part))
    assert th.equal(parts.var, moments.var)
    sums = RewardForwardFilter(gamma=0.5)
    assert sums.update(np.ones(2)).tolist() == [1.0, 1.0]
    assert sums.update(np.ones(2)).tolist() == [1.5, 1.5]


def test_episode_statistics_of_one_environment_and_of_several() -> None:
    assert get_episode_statistics({}) == ([], [])
    one = gym.wrappers.RecordEpisodeStatistics(gym.make("CartPole-v1"))
    one.reset(seed=0)
    ended = False
    while not ended:
        *_, ended, _, infos = one.step(1)
    (reward,), (length,) = get_episode_statistics(infos)
    assert reward == length < 15
    rewards, lengths = np.array([0.0, 16.0]), np.array([0, 16])
    several = {"episode": {"r": rewards, "l": lengths}, "_episode": np.array([False, True])}
    assert get_episode_statistics(several) == ([16.0], [16])


def test_an_npu_that_is_here_has_a_name_and_one_that_is_not_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = SimpleNamespace(is_available=lambda: True, get_device_name=lambda index: f"Ascend {index}")
    monkeypatch.setattr(th, "npu", fake, raising=False)
    with monkeypatch.context() as here:
        here.setattr("rllte.common.utils.resolve_device", str)  # plain torch does not know the name
        assert get_npu_name() == "Ascend 0"
    fake.is_available = lambda: False
    with pytest.raises(ParameterError, match="npu"):
        get_npu_name()


def test_networks() -> None:
    net = nn.Linear(2, 1)
    assert ExportModel(nn.Flatten(), net)(th.zeros(3, 2, 1)).shape == (3, 1)
    with eval_mode(net):
        assert not net.training
    assert net.training
    frozen = nn.Linear(1, 1).eval()
    with eval_mode(net, frozen):
        pass
    assert (net.training, frozen.training) == (True, False)
    assert to_numpy((th.tensor(2.0), th.ones(2)))[0] == 2.0


def test_schedules() -> None:
    assert schedule("linear(1.0, 0.0, 10)", 5) == 0.5
    optimizer = th.optim.Adam(nn.Linear(1, 1).parameters(), lr=1.0)
    linear_lr_scheduler(optimizer, steps=3, total_num_steps=4, initial_lr=0.1)
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.025)


def test_settings_become_text_and_arrays_tensors() -> None:
    text = pretty_json({"lr": 1e-3, "device": th.device("cpu"), "标签": "默认"})
    assert json.loads(text) == {"lr": 1e-3, "device": "device(type='cpu')", "标签": "默认"}
    assert all(line.startswith("\t") for line in text.splitlines())
    array, number = to_torch((np.arange(3), 2), "cpu")
    assert array.dtype == number.dtype == th.float32 and array.tolist() == [0.0, 1.0, 2.0] and number.item() == 2.0
