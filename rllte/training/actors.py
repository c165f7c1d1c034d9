"""Processes that act: each steps a part of the environments with a copy of the policy and writes into shared rollouts."""

from __future__ import annotations

import signal
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

import numpy as np
import torch as th
import torch.multiprocessing as mp

from rllte.core.errors import NotFiniteError, ParameterError, RLLTEError
from rllte.core.trees import leaves, tree_map
from rllte.env.torch_env import Gymnasium2Torch
from rllte.training.acting import Actor
from rllte.training.session import check_quickly, final_leaves

Arrays = dict[str, np.ndarray[Any, Any]]
_GONE = (EOFError, BrokenPipeError, ConnectionResetError)  # the other end of a pipe has ended; which of them is chance


@dataclass
class Part:
    """What one process did in a round, and where its environments stand after it."""

    env_state: Arrays
    """From which the environments can be put back."""
    memory: np.ndarray[Any, Any]
    """(k, S) of a recurrent policy."""
    outcome: Arrays
    """(k,) each: rewards, terminateds, truncateds and final_values of the last step."""
    finals: list[tuple[int, int, Any]]
    """Step, environment and own last observation of every episode that ended."""


class Actors:
    """Context with the processes of one call of `train`.

    A round is one rollout of every environment. Between `start` and `wait` all processes act with the weights that were
    in `policy` at `start`, so what is learned is the same however fast they are.

    Args:
        env: the training environments, from one of the makers; here they are made once more, in parts.
        policy: that acts, in shared memory.
        storage: of shared rollouts, each of as many environments as a process has.
        num_actors: processes; they share the environments evenly.
        seed: of their generators.
        parts: of an earlier round of as many processes, to go on from.

    Raises:
        ParameterError: environments that cannot be made in parts.
    """

    def __init__(
        self, env: Gymnasium2Torch, policy: Any, storage: Any, num_actors: int, seed: int, parts: list[Part] | None
    ) -> None:
        if env.part is None:
            raise ParameterError(
                "Acting in processes needs environments that can be made in parts: use make_rllte_env or another maker."
            )
        self.shares = np.split(np.arange(env.num_envs), num_actors)
        self._arguments = (env, policy, storage, seed)
        self._parts = parts if parts is not None and len(parts) == len(self.shares) else [None] * len(self.shares)

    def __enter__(self) -> Actors:
        env, policy, storage, seed = self._arguments
        context = mp.get_context("fork")  # a script needs no guard, and any environment can be handed over
        self._pipes: list[Connection] = []
        self._processes = []
        for share, part in zip(self.shares, self._parts, strict=True):
            mine, its = context.Pipe()
            arguments = (its, [*self._pipes, mine], env, share, policy, storage, seed, part)
            process = context.Process(target=_work, args=arguments, daemon=True)
            process.start()
            its.close()
            self._pipes.append(mine)
            self._processes.append(process)
        return self

    def start(self, rollouts: range, number: int) -> None:
        """Begin a round: process i writes the i-th of these rollouts; `number` seeds its chance."""
        for pipe, index in zip(self._pipes, rollouts, strict=True):
            with suppress(*_GONE):  # it failed before it was asked; `wait` tells why
                pipe.send((index, number))

    def wait(self) -> list[Part]:
        """What each process did.

        Raises:
            NotFiniteError: an observation is not finite.
            RuntimeError: one of them failed; its traceback is in the message.
        """
        parts = []
        for index, pipe in enumerate(self._pipes):
            try:
                answer = pipe.recv()
            except _GONE:
                raise RuntimeError(f"Actor process {index} has died; was it killed for memory?") from None
            if isinstance(answer, NotFiniteError):
                raise answer
            if isinstance(answer, str):
                raise RuntimeError(f"Actor process {index} failed:\n{answer}")
            parts.append(answer)
        return parts

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join(timeout=5.0)
            if process.is_alive():
                process.kill()
                process.join()


def _work(
    pipe: Connection,
    others: list[Connection],
    whole: Gymnasium2Torch,
    share: np.ndarray[Any, Any],
    policy: Any,
    storage: Any,
    seed: int,
    part: Part | None,
) -> None:
    """The life of a process: rounds until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the learner ends this process
    for other in others:
        other.close()  # else the end of the learner would not be seen
    th.set_num_threads(1)
    try:
        worker = _Worker(whole.part(int(share[0]), len(share)), policy, storage, part)  # type: ignore[misc]  # checked above
        while True:
            index, number = pipe.recv()
            th.manual_seed(int(np.random.SeedSequence((seed, int(share[0]), number)).generate_state(1)[0]))
            pipe.send(worker.round(index, number * storage.storage_size * whole.num_envs, whole.num_envs))
    except _GONE:
        return
    except Exception as error:  # noqa: BLE001 (an environment may raise anything; the learner tells it)
        with suppress(*_GONE):  # another process failed first, and the learner has ended
            pipe.send(_answer(error))


def _answer(error: Exception) -> NotFiniteError | str:
    """What the learner raises, or puts into its message."""
    if isinstance(error, NotFiniteError):
        return error
    return str(error) if isinstance(error, RLLTEError) else "".join(traceback.format_exception(error))


class _Worker:
    """Acts in k environments."""

    def __init__(self, env: Gymnasium2Torch, policy: Any, storage: Any, part: Part | None) -> None:
        self.env, self.storage = env, storage
        self.actor = Actor(policy, env.num_envs, th.device("cpu"))
        nothing = th.zeros(env.num_envs)
        self.outcome = {name: nothing for name in ("rewards", "terminateds", "truncateds", "final_values")}
        observations = env.restore(part.env_state) if part is not None else None
        if part is not None and observations is not None:
            self.outcome |= {name: th.from_numpy(part.outcome[name]) for name in part.outcome}
            if self.actor.state is not None:
                self.actor.state = th.from_numpy(part.memory)
        self.obs = env.reset()[0] if observations is None else observations
        check_quickly(0, leaves(self.obs))

    @th.no_grad()
    def round(self, index: int, begun: int = 0, each: int = 1) -> Part:
        """Write one rollout; what an action led to is in the row after it.

        Args:
            index: of the rollout.
            begun: environment steps of all processes before it.
            each: environments of all processes.

        Raises:
            NotFiniteError: an observation is not finite; no policy can act on it.
        """
        storage, actor, finals = self.storage, self.actor, list[tuple[int, int, Any]]()
        memory = {} if actor.state is None else {"initial_states": actor.state}
        for t in range(storage.storage_size):
            seen = {"observations": self.obs, **self.outcome}
            actions, extras = actor.act(self.obs)
            self.obs, rewards, terminateds, truncateds, infos = self.env.step(actor.policy.env_action(actions))
            last = final_leaves(infos["final_obs"]) if "final_obs" in infos else {}
            check_quickly(begun + (t + 1) * each, {**leaves(self.obs), **last})
            ended = th.maximum(terminateds, truncateds)
            final_values = th.zeros_like(rewards)
            if bool(truncateds.any()):
                final_values = actor.values(infos["final_obs"]) * truncateds
            for i in ended.nonzero().flatten().tolist():
                finals.append((t, i, tree_map(lambda leaf, i=i: leaf[i].numpy(), infos["final_obs"])))
            actor.ended(ended)
            acted = {"actions": actions, "log_probs": extras["log_probs"], "baselines": extras["values"]}
            storage.add(index, t, {**acted, **(memory if t == 0 else {})}, seen)
            flags = {"terminateds": terminateds, "truncateds": truncateds}
            self.outcome = {"rewards": rewards, **flags, "final_values": final_values}
        storage.add(index, storage.storage_size, {}, {"observations": self.obs, **self.outcome})
        kept = np.zeros((len(ended), 0), np.float32) if actor.state is None else actor.state.numpy().copy()
        return Part(self.env.state(), kept, {name: t.numpy().copy() for name, t in self.outcome.items()}, finals)


def flatten(parts: list[Part]) -> dict[str, th.Tensor]:
    """Parts as tensors for a checkpoint; what an episode's end showed is not kept."""
    tensors = {}
    for number, part in enumerate(parts):
        arrays = {f"env.{key}": value for key, value in part.env_state.items()}
        arrays |= {f"outcome.{key}": value for key, value in part.outcome.items()}
        for key, value in {**arrays, "memory": part.memory}.items():
            tensors[f"{number}.{key}"] = th.from_numpy(np.array(value))
    return tensors


def unflatten(tensors: Mapping[str, th.Tensor]) -> list[Part]:
    """The parts of `flatten`."""
    grouped: dict[int, Arrays] = {}
    for key, tensor in tensors.items():
        number, _, name = key.partition(".")
        grouped.setdefault(int(number), {})[name] = tensor.numpy()

    def under(arrays: Arrays, prefix: str) -> Arrays:
        return {key.removeprefix(prefix): value for key, value in arrays.items() if key.startswith(prefix)}

    return [
        Part(under(arrays, "env."), arrays["memory"], under(arrays, "outcome."), [])
        for _, arrays in sorted(grouped.items())
    ]
