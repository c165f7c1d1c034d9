"""A name in brackets behind another is the same thing."""

from __future__ import annotations

import pytest

from copilot.codegen import plan
from copilot.codegen.change.edit import edit
from copilot.codegen.request.apposition import named_once
from copilot.codegen.spec import ExperimentSpec
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("text", "env_id"),
    [
        ("用 A2C 求解 8×8 冰湖（FrozenLake）任务", "FrozenLake8x8-v1"),
        ("在双足行走机器人（困难版 BipedalWalkerHardcore）上用 SAC", "BipedalWalkerHardcore-v3"),
        ("SAC on the bipedal walker (BipedalWalkerHardcore), 50k steps", "BipedalWalkerHardcore-v3"),
    ],
)
def test_of_two_environments_the_more_exact_is_meant(text: str, env_id: str) -> None:
    spec = plan(text, CATALOGUE).spec
    assert isinstance(spec, ExperimentSpec)
    assert spec.env_id == env_id


def test_of_two_modules_the_one_in_brackets_is_meant() -> None:
    base = plan("DrAC on Pong-v5 with random crops", CATALOGUE).spec
    spec = edit("请将数据增强改为随机平移（RandomShift，填充 6 像素）", base, CATALOGUE).spec
    assert isinstance(spec, ExperimentSpec)
    assert (spec.modules["augmentation"].name, spec.modules["augmentation"].kwargs["pad"]) == ("RandomShift", 6)


@pytest.mark.parametrize(
    "text", ["PPO with RND (and ICM) on Pong", "CartPole and Acrobot (both 50k)", "PPO (8 envs), A2C (4)"]
)
def test_a_bracket_of_more_is_left(text: str) -> None:
    assert named_once(text, CATALOGUE) == text
