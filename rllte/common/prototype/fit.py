"""Whether modules fit an agent, its spaces and each other; each message says what would."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import torch as th

from rllte.core.errors import IncompatibleError, ParameterError, RLLTEError, SpaceError
from rllte.core.registry import Component, inherited, load_all, partners, registered
from rllte.core.spaces import action_kind, observation_kind


def check_environments(agent: Any) -> None:
    """Whether the agent observes and acts in the spaces of its environments, and evaluates in others than it learns in.

    Raises:
        ParameterError: it would evaluate in the environments that it learns in.
        SpaceError: it does not observe or act in such spaces, or evaluates in others.
    """
    other = agent.eval_env
    if other is not None and (other is agent.env or other.env is agent.env.env):
        raise ParameterError(
            "eval_env is env itself, and an evaluation would break off the episodes that are learned from. Make a "
            "second one with the same id, or leave eval_env out."
        )
    if other is not None and (other.observation_space, other.action_space) != (
        agent.observation_space,
        agent.action_space,
    ):
        raise SpaceError(
            f"eval_env has the spaces {other.observation_space} and {other.action_space}, env has "
            f"{agent.observation_space} and {agent.action_space}. Make both with the same id."
        )
    entry = inherited(type(agent))
    if entry is None:
        return
    kind = action_kind(agent.action_space)
    if kind not in entry.action_spaces:
        fits = [e.name for e in load_all() if e.primitive == "agent" and kind in e.action_spaces]
        raise SpaceError(
            f"{entry.name} acts in {' or '.join(entry.action_spaces)} spaces; this environment's is "
            f"{agent.action_space}. Agents that would fit: {', '.join(fits) or 'none in this version'}."
        )
    seen = observation_kind(agent.observation_space)
    if seen not in entry.observation_spaces:
        raise SpaceError(
            f"{entry.name} observes {' or '.join(entry.observation_spaces)}; this environment's observations are "
            f"{seen}, {agent.observation_space}. Vectors are observed by all: gymnasium.wrappers.FlattenObservation."
        )


def check_module(
    primitive: str,
    module: Any,
    agent: Component | None,
    observation_space: gym.Space[Any],
    action_space: gym.Space[Any],
) -> None:
    """Whether a module supports the spaces, and the agent works with it.

    Args:
        primitive: what it is.
        module: registered or a user's own, whose contract is its base class.
        agent: the entry of the agent; None for a user's own, which may combine what it likes.
        observation_space: of the environment.
        action_space: of the environment.

    Raises:
        IncompatibleError, SpaceError: it does not.
    """
    seen, acts = observation_kind(observation_space), action_kind(action_space)
    allowed = partners(agent) if agent is not None else None
    if allowed is not None and primitive not in allowed:
        raise IncompatibleError(
            f"{agent.name if agent else ''} does not use an {primitive}; it would have no effect. Agents that use one: "
            f"{', '.join(e.name for e in load_all() if primitive in partners_of(e)) or 'none in this version'}."
        )
    entry = registered(type(module))
    if entry is None:
        return
    fits = [e.name for e in load_all() if e.primitive == primitive and _takes(e, seen, acts)]
    if allowed is not None:
        fits = [name for name in fits if name in allowed[primitive]]
    would = f" What would fit here: {', '.join(fits) or 'none'}."
    if entry.observation_spaces and seen not in entry.observation_spaces:
        raise SpaceError(f"{entry.name} takes {' or '.join(entry.observation_spaces)} observations, not {seen}.{would}")
    if entry.action_spaces and acts not in entry.action_spaces:
        raise SpaceError(f"{entry.name} is for {' or '.join(entry.action_spaces)} actions, not {acts}.{would}")
    if agent is not None and allowed is not None and entry.name not in allowed[primitive]:
        raise IncompatibleError(
            f"{agent.name} works with {' or '.join(allowed[primitive])}, not with {entry.name}.{would}"
        )


def partners_of(entry: Component) -> dict[str, tuple[str, ...]]:
    """What an agent works with; nothing for a component that is no agent."""
    return partners(entry) if entry.primitive == "agent" else {}


def _takes(entry: Component, seen: str, acts: str) -> bool:
    return (not entry.observation_spaces or seen in entry.observation_spaces) and (
        not entry.action_spaces or acts in entry.action_spaces
    )


def wrong_kind(kind: type[Any], given: Any) -> str:
    """What to say of a module that is none of its kind."""
    if isinstance(given, type) and issubclass(given, kind):
        return f"Received the class {given.__name__}; expected one that is made, {given.__name__}(...)."
    return f"Expected a {kind.__name__}, received a {type(given).__name__}."


def check_sizes(agent: Any) -> None:
    """Whether the modules that an agent has agree with it and each other on spaces, sizes and devices.

    Raises:
        IncompatibleError: two of them do not.
    """
    encoder, policy, storage = (getattr(agent, name, None) for name in ("encoder", "policy", "storage"))
    for module in (encoder, policy, storage):
        _check_made_for(module, agent)
    if encoder is not None and policy is not None and encoder.feature_dim != policy.feature_dim:
        raise IncompatibleError(
            f"{type(encoder).__name__} puts out {encoder.feature_dim} features, {type(policy).__name__} takes "
            f"{policy.feature_dim}. Give both the same feature_dim, and set them in one call."
        )
    if agent.irs is not None:
        _check_reward(agent)
        refuse_beside(storage, agent, type(agent.irs).__name__)
    if encoder is not None and registered(type(encoder)) is None:
        _check_output(encoder, agent.observation_space)
    if storage is not None and storage.num_envs != agent.num_envs:
        raise IncompatibleError(
            f"{type(storage).__name__} was made for num_envs={storage.num_envs}; the environment has {agent.num_envs}. "
            "Give both the same."
        )
    mine, theirs = getattr(agent, "discount", None), getattr(storage, "discount", None)
    if mine is not None and theirs is not None and mine != theirs:
        raise IncompatibleError(
            f"{type(storage).__name__} has discount={theirs}, {type(agent).__name__} has discount={mine}. "
            "Give both the same."
        )
    if storage is not None and storage.device.type != agent.device.type:
        raise IncompatibleError(
            f"{type(storage).__name__} is on {storage.device}, the agent on {agent.device}. Give both the same device."
        )


def _check_made_for(module: Any, agent: Any) -> None:
    """Whether a module was made for the agent's spaces: for others it would cut off, misread or never choose."""
    for name in ("observation_space", "action_space"):
        mine, theirs = getattr(agent, name), getattr(module, name, None)
        if theirs is not None and theirs != mine:
            raise IncompatibleError(
                f"{type(module).__name__} was made for the {name} {theirs}; the agent's is {mine}. "
                f"Make it with env.{name}."
            )


def _check_reward(agent: Any) -> None:
    """Whether the intrinsic reward was made for environments like the agent's."""
    names = ("observation_space", "action_space", "num_envs")
    mine, theirs = ([getattr(each, name) for name in names] for each in (agent, agent.irs))
    if mine != theirs:
        name = type(agent.irs).__name__
        raise IncompatibleError(
            f"{name} was made for {theirs[0]}, {theirs[1]} and {theirs[2]} environments; the agent has {mine[0]}, {mine[1]} "
            f"and {mine[2]}. Make it for the agent's own: {name}(agent.env)."
        )


def refuse_beside(storage: Any, agent: Any, what: str) -> None:
    """Refuse what adds to rewards, or scales them, beside a storage that has no place for it.

    Raises:
        IncompatibleError: there is none; the storages that would fit are named.
    """
    entry = registered(type(storage))
    if entry is None or "reward" not in entry.excludes:
        return
    seen, acts = observation_kind(agent.observation_space), action_kind(agent.action_space)
    stores = [
        e for e in load_all() if e.primitive == "storage" and "reward" not in e.excludes and _takes(e, seen, acts)
    ]
    mine = inherited(type(agent))
    fits = [e.name for e in stores if mine is None or e.name in partners(mine)["storage"]]
    raise IncompatibleError(
        f"{entry.name} computes rewards anew when a batch is drawn, and what {what} adds or scales would be lost. "
        f"Leave {what} out, or take {' or '.join(fits)}."
    )


def _check_output(encoder: Any, space: gym.Space[Any]) -> None:
    """Whether a user's own encoder turns two observations into (2, feature_dim) features."""
    if not isinstance(space, gym.spaces.Box):
        return
    device = next((tensor.device for tensor in encoder.parameters()), th.device("cpu"))
    two = th.zeros(2, *space.shape, dtype=th.uint8 if space.dtype == "uint8" else th.float32, device=device)
    name, training = type(encoder).__name__, encoder.training
    encoder.eval()  # no dropout, no running statistics
    try:
        with th.no_grad(), th.random.fork_rng(devices=[]):
            features = encoder(two)
    except RLLTEError:
        raise
    except Exception as error:
        raise IncompatibleError(
            f"{name} failed on two observations of shape {tuple(space.shape)} ({two.dtype}): {error}. Its forward takes "
            f"(B, {', '.join(map(str, space.shape))}) and returns (B, {encoder.feature_dim})."
        ) from error
    finally:
        encoder.train(training)
    if tuple(getattr(features, "shape", ())) != (2, encoder.feature_dim):
        raise IncompatibleError(
            f"{name} turns two observations into {tuple(getattr(features, 'shape', ()))}; expected "
            f"(2, {encoder.feature_dim}), which is (B, feature_dim). Give it the feature_dim that its forward returns."
        )
