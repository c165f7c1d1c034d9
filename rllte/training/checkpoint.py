"""Checkpoints: weights, optimisers, intrinsic reward, generator, environments and storage in one file. No pickle."""

from __future__ import annotations

import contextlib
import copy
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch as th
from torch import nn

from rllte.core import weights
from rllte.core.bases import BaseReward
from rllte.core.errors import CheckpointError, RLLTEError
from rllte.core.weights import POLICY, Checkpoint

RNG = "rng.torch"
State = dict[int, dict[str, th.Tensor]]


LIVE = "live."
"""Before the names of what says where the environments stand."""
STORAGE = "storage."
"""Before the names of what a storage holds."""


@dataclass(frozen=True)
class Parts:
    """What a checkpoint keeps, by name."""

    policy: nn.Module
    optimizers: Mapping[str, th.optim.Optimizer]
    reward: BaseReward | None = None
    networks: dict[str, nn.Module] = field(default_factory=dict[str, nn.Module])
    """Of the intrinsic reward ("reward.x") and of the agent itself ("agent.x")."""


def parts(agent: Any) -> Parts:
    """The policy with its optimisers; and the networks, parameters and optimisers of the intrinsic reward and the agent."""
    optimizers, networks = dict(agent.policy.optimizers), dict[str, nn.Module]()
    for owner, thing in (("reward", agent.irs), ("agent", agent)):
        for name, value in vars(thing).items() if thing is not None else ():
            if owner == "agent" and name in {"encoder", "policy", "aug", "irs"}:
                continue
            if isinstance(value, nn.Module):
                networks[f"{owner}.{name}"] = value
            elif isinstance(value, nn.Parameter):
                networks[f"{owner}.{name}"] = nn.ParameterList([value])
            elif isinstance(value, th.optim.Optimizer):
                optimizers[f"{owner}.{name}"] = value
    if isinstance(agent.irs, nn.Module):
        networks["reward.self"] = agent.irs
    return Parts(agent.policy, optimizers, agent.irs, networks)


def save(path: Path, kept: Parts, header: Mapping[str, Any], extras: Mapping[str, th.Tensor]) -> Path:
    """Write all parts, torch's generator and `extras`; the old file stays until the new one is whole."""
    tensors = {**weights.state_of(kept.policy, POLICY), **extras}
    for name, network in kept.networks.items():
        tensors |= weights.state_of(network, f"{name}.")
    for name, optimizer in kept.optimizers.items():
        for index, state in _tensors(optimizer).items():
            for key, value in state.items():
                tensors[f"optimizer.{name}.{index}.{key}"] = value.detach().cpu().contiguous().clone()
    tensors[RNG] = th.get_rng_state()
    reward = {"class": type(kept.reward).__name__, "updates": kept.reward.updates} if kept.reward is not None else None
    classes = {name: type(optimizer).__name__ for name, optimizer in kept.optimizers.items()}
    return weights.write(path, tensors, {**header, "optimizers": classes, "reward": reward})


@contextlib.contextmanager
def restored(found: Checkpoint, kept: Parts) -> Iterator[None]:
    """Context: all parts are put back within; if what happens there fails, they are as they were before.

    Everything is compared before anything is changed. A module of one's own may refuse its state all the same.

    Raises:
        CheckpointError: the file is of other modules, or damaged, or what happens within cannot take it.
    """
    put_back, put_before = _fitted(found, kept), _as_they_are(kept)
    try:
        put_back()
        yield
    except BaseException as error:
        put_before()
        if not isinstance(error, Exception) or isinstance(error, CheckpointError):
            raise
        told = str(error) if isinstance(error, RLLTEError) else f"{type(error).__name__}: {error}"
        raise CheckpointError(f"{found.path} does not fit this agent's modules. {told}") from error


def _fitted(found: Checkpoint, kept: Parts) -> Callable[[], None]:
    """What puts all parts back; by now all has been compared."""
    policy = weights.fitting(found, kept.policy, POLICY)
    updates = _reward_updates(found, kept)
    networks, optimizers = kept.networks, dict(kept.optimizers)
    if updates is None:  # a file without an intrinsic reward: the agent's own begins fresh
        networks = {name: network for name, network in networks.items() if not name.startswith("reward.")}
        optimizers = {name: o for name, o in optimizers.items() if not name.startswith("reward.")}
    fitted = {name: weights.fitting(found, network, f"{name}.") for name, network in networks.items()}
    states = {name: _state(found, name, optimizer) for name, optimizer in optimizers.items()}
    generator = _generator(found)

    def put_back() -> None:
        kept.policy.load_state_dict(policy)
        for name, network in networks.items():
            network.load_state_dict(fitted[name])
        for name, optimizer in optimizers.items():
            optimizer.load_state_dict({**optimizer.state_dict(), "state": states[name]})
        if kept.reward is not None and updates is not None:
            kept.reward.updates = updates
        th.set_rng_state(generator)

    return put_back


def _as_they_are(kept: Parts) -> Callable[[], None]:
    """What puts all parts back as they are now: tensors alone, as what a module of one's own refused it refuses again."""
    modules = [kept.policy, *kept.networks.values()]
    tensors = [(t, t.detach().clone()) for module in modules for t in (*module.parameters(), *module.buffers())]
    states = [
        (optimizer, optimizer.state_dict()) for optimizer in kept.optimizers.values()
    ]  # replaced, never written to
    generator, updates = th.get_rng_state(), getattr(kept.reward, "updates", 0)

    def put_before() -> None:
        with th.no_grad():
            for tensor, before in tensors:
                tensor.copy_(before)
        for optimizer, state in states:
            optimizer.load_state_dict(state)
        if kept.reward is not None:
            kept.reward.updates = updates
        th.set_rng_state(generator)

    return put_before


def progress(found: Checkpoint) -> dict[str, Any]:
    """What the header says of the agent, by the attribute that it goes to.

    Raises:
        CheckpointError: a value is none that `save` writes.
    """
    header = found.header
    updates, span, best = header.get("updates", 0), header.get("span", [0, 0]), header.get("best_reward")
    discount, normalize = header.get("reward_discount"), header.get("normalize_obs", False)
    wanted = {
        "updates": (updates, type(updates) is int and updates >= 0, "a number from 0 on"),
        "span": (span, isinstance(span, list) and [type(step) for step in span] == [int, int], "two whole numbers"),
        "best_reward": (best, best is None or type(best) in (int, float), "a number or none"),
        "reward_discount": (discount, discount is None or type(discount) in (int, float), "a number or none"),
        "normalize_obs": (normalize, type(normalize) is bool, "true or false"),
    }
    for key, (value, fits, expected) in wanted.items():
        if not fits:
            raise CheckpointError(f"The header of {found.path} has {key} {value!r}; expected {expected}.")
    counts = {"global_step": header["step"], "global_episode": header["episode"], "num_updates": updates}
    return {**counts, "span": tuple(span), "best_reward": -math.inf if best is None else best}


def _reward_updates(found: Checkpoint, kept: Parts) -> int | None:
    """How often the saved intrinsic reward has learned; None if there is none in the file, or none in the agent."""
    saved = found.header.get("reward")
    if saved is None or kept.reward is None:
        return None
    updates = saved.get("updates") if isinstance(saved, dict) else None
    if type(updates) is not int or updates < 0:
        raise CheckpointError(f"The header of {found.path} has reward {saved!r}; expected a class and updates.")
    if saved.get("class") != type(kept.reward).__name__:
        raise CheckpointError(
            f"{found.path} holds the intrinsic reward {saved.get('class')}; this agent has "
            f"{type(kept.reward).__name__}. Set the same one, or take the weights alone: train(init_model_path=...)."
        )
    return updates


def _state(found: Checkpoint, name: str, optimizer: th.optim.Optimizer) -> State:
    """The saved state of an optimiser, compared with the state that it has after one step."""
    classes = found.header.get("optimizers")
    saved = classes.get(name) if isinstance(classes, dict) else None
    if saved != type(optimizer).__name__:
        raise CheckpointError(
            f"{found.path} holds the state of optimiser {saved} ({name}); this agent's is {type(optimizer).__name__}. "
            "Make it with the same, or take the weights alone: train(init_model_path=...)."
        )
    given: State = {}
    for key, tensor in found.under(f"optimizer.{name}.").items():
        index, _, entry = key.partition(".")
        if not index.isascii() or not index.isdecimal():
            raise CheckpointError(f"{found.path} names {key!r} in the state of optimiser {name}; expected a number.")
        given.setdefault(int(index), {})[entry] = tensor
    if not given:
        return {}
    expected = _after_one_step(optimizer)
    for index, state in given.items():
        if index not in expected:
            raise CheckpointError(f"{found.path} has state of parameter {index} of optimiser {name}: there is none.")
        weights.compare(f"The optimiser states ({name}, parameter {index}) of {found.path}", state, expected[index])
    return given


def _after_one_step(optimizer: th.optim.Optimizer) -> State:
    """The state of a copy that has made a step: names, shapes and dtypes, whatever the class of optimiser."""
    scratch = copy.deepcopy(optimizer)
    for group in scratch.param_groups:
        for parameter in group["params"]:
            parameter.grad = th.zeros_like(parameter)
    scratch.step()
    return _tensors(scratch)


def _tensors(optimizer: th.optim.Optimizer) -> State:
    return {
        index: {key: th.as_tensor(value) for key, value in state.items() if value is not None}
        for index, state in optimizer.state_dict()["state"].items()
    }


def _generator(found: Checkpoint) -> th.Tensor:
    state = found.tensors.get(RNG)
    try:
        th.Generator().set_state(state)  # type: ignore[arg-type]  # None is refused below, like any other nonsense
    except (RuntimeError, TypeError) as error:
        raise CheckpointError(f"{found.path} holds no state of torch's generator ({RNG}): {error}.") from error
    return found.tensors[RNG]
