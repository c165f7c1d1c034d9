"""The table of causes: real messages of the libraries find their row, and every page that is named is there."""

from __future__ import annotations

import re

import pytest

from copilot.assistant.causes import UNKNOWN, Cause, cause_of, errors, section, statuses
from copilot.assistant.remedy import remedy
from copilot.codegen import ExperimentSpec

ALL = [*errors(), *statuses().values()]


@pytest.mark.parametrize("cause", ALL, ids=lambda cause: cause.name)
def test_every_page_is_there(cause: Cause) -> None:
    assert bool(cause.page) == bool(cause.heading)
    if cause.page:
        found = section(cause.page, cause.heading)
        assert found is not None and found.text and "<!--" not in found.text


def test_rows_have_names_and_patterns_of_their_own() -> None:
    assert len({cause.name for cause in ALL}) == len(ALL)
    for cause in errors():
        assert cause.error and re.compile(cause.error) and re.compile(cause.message)
    assert {cause.edit for cause in ALL} == {"", "cpu", "slower", "fewer_envs", "fewer_steps"}


@pytest.mark.parametrize(
    ("kind", "message", "name"),
    [
        ("rllte.core.errors.IncompatibleError", "The encoder ... 128. Give both the same feature_dim.", "feature_dim"),
        ("rllte.core.errors.NotFiniteError", "policy_loss is not finite", "not_finite"),
        ("rllte.core.errors.UnknownNameError", "There is no agent named 'PPO2'.", "unknown_name"),
        ("rllte.core.errors.ParameterError", "lr is -3; expected above 0.", "parameter"),
        ("rllte.core.errors.ParameterError", "The device cuda is not there.", "rllte_device"),
        ("RuntimeError", "mat1 and mat2 shapes cannot be multiplied (64x3 and 4x64)", "matrix"),
        ("RuntimeError", "Expected all tensors to be on the same device, but found at least two devices", "devices"),
        ("torch.OutOfMemoryError", "CUDA out of memory. Tried to allocate 2.00 GiB", "cuda_memory"),
        ("AssertionError", "Torch not compiled with CUDA enabled", "no_cuda"),
        ("RuntimeError", "Found no NVIDIA driver on your system.", "no_cuda"),
        ("RuntimeError", "mat1 and mat2 must have the same dtype, but got Double and Float", "dtype"),
        ("RuntimeError", "The size of tensor a (8) must match the size of tensor b (4)", "shapes"),
        ("ValueError", "operands could not be broadcast together with shapes (8,) (4,)", "shapes"),
        ("ValueError", "Expected parameter logits (Tensor of shape (8, 2)) to satisfy the constraint Real()", "nan_logits"),
        ("RuntimeError", "one of the variables has been modified by an inplace operation", "inplace"),
        ("RuntimeError", "element 0 of tensors does not require grad and does not have a grad_fn", "no_grad"),
        ("RuntimeError", "Trying to backward through the graph a second time", "twice"),
        ("gymnasium.error.NameNotFound", "Environment `Cartpol` doesn't exist.", "env_id"),
        ("gymnasium.error.DependencyNotInstalled", "box2D is not installed", "dependency"),
        ("KeyError", "'CartPole-v9'", "env_key"),
        ("KeyError", "'lr'", "key"),
        ("ValueError", "not enough values to unpack (expected 5, got 4)", "old_api_step"),
        ("ValueError", "too many values to unpack (expected 4)", "new_api_step"),
        ("AttributeError", "'tuple' object has no attribute 'shape'", "new_api_reset"),
        ("AssertionError", "array([2]) (<class 'numpy.ndarray'>) invalid action", "action"),
        ("AttributeError", "Can't pickle local object 'main.<locals>.<lambda>'", "pickle"),
        ("_pickle.PicklingError", "Can't pickle <function>: attribute lookup failed", "pickle"),
        ("MemoryError", "", "memory"),
        ("numpy._core._exceptions._ArrayMemoryError", "Unable to allocate 2.1 GiB for an array", "memory"),
        ("socket.gaierror", "[Errno -2] Name or service not known", "network"),
        ("ModuleNotFoundError", "No module named 'gym'", "gym"),
        ("ModuleNotFoundError", "No module named 'ale_py'", "env_package"),
        ("ModuleNotFoundError", "No module named 'rllte.agents'", "rllte_name"),
        ("ModuleNotFoundError", "No module named 'pandas'", "no_module"),
        ("TypeError", "PPO.__init__() got an unexpected keyword argument 'gamma'", "argument"),
        ("AttributeError", "'NoneType' object has no attribute 'item'", "none"),
        ("AttributeError", "'PPO' object has no attribute 'learn'", "not_there"),
        ("IndentationError", "unexpected indent", "syntax"),
        ("mine.Odd", "what", "unknown"),
        ("", "", "unknown"),
    ],
)  # fmt: skip
def test_messages_find_their_row(kind: str, message: str, name: str) -> None:
    assert cause_of(kind, message).name == name


def test_a_page_that_moved_on_is_not_cited() -> None:
    assert section("corpus/guides/troubleshooting.md", "No such heading") is None
    assert section("corpus/nowhere.md", "Anything") is None
    assert UNKNOWN.page == ""


SPEC = ExperimentSpec(
    agent="PPO", env_id="CartPole-v1", num_envs=8, num_train_steps=100_000, agent_kwargs={"lr": 9e-4}, device="cuda"
)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("cpu", "use the cpu"),
        ("fewer_envs", "use 4 environments"),
        ("slower", "set lr to 0.0003"),
        ("fewer_steps", "train for 32000 steps"),
        ("", None),
    ],
)
def test_remedies_are_words_for_an_edit(kind: str, words: str | None) -> None:
    assert remedy(kind, SPEC, 40_500) == words


def test_nothing_is_offered_where_nothing_can_change() -> None:
    small = SPEC.model_copy(update={"num_envs": 1, "device": "cpu", "agent_kwargs": {}})
    assert [remedy(kind, small, None) for kind in ("cpu", "fewer_envs", "slower", "fewer_steps")] == [None] * 4
    assert remedy("fewer_steps", SPEC, 200_000) is None
    assert remedy("cpu", None) is None
