"""A storage's plan as source: a storage of the library, with a change where experience comes in or goes out."""

from __future__ import annotations

from copilot.codegen.authoring.facts_storage import facts_of_storage
from copilot.codegen.authoring.layout import docstring, imports, joined, source
from copilot.codegen.authoring.spec import ModuleSpec, Storage
from copilot.core.errors import InvalidRequest

_CHECKED = """        if len(self) < self.batch_size:
            return super().sample()  # it says what is wrong"""
_RECENT = f'''    def sample(self) -> Any:
        """A batch of which `recent` comes from the newest transitions, the rest from all."""
{_CHECKED}
        steps, envs, weights = self.sampler.draw(self.batch_size)
        count = round(self.recent * self.batch_size)
        held = NEWEST
        steps[:count] = self.ring.steps - 1 - th.randint(held, (count,)).numpy()
        return self._read(steps, envs, weights)'''
_POSITIVE = f'''    def sample(self) -> Any:
        """A batch of which `positive` has rewards above zero, as far as there are such; the rest is drawn from all."""
{_CHECKED}
        steps, envs, weights = self.sampler.draw(self.batch_size)
        stored = np.arange(self.ring.steps - len(self.ring), self.ring.steps)
        # (number, 2): places in `stored`, and environments
        found = np.argwhere(self.ring.rewards[stored % self.ring.slots] > 0.0)
        if len(found):
            count = round(self.positive * self.batch_size)
            drawn = found[th.randint(len(found), (count,)).numpy()]
            steps[:count], envs[:count] = stored[drawn[:, 0]], drawn[:, 1]
        return self._read(steps, envs, weights)'''
_STRATIFIED = f'''    def sample(self) -> Any:
        """A batch with one transition from each of as many equal stretches of time as it has places."""
{_CHECKED}
        held = len(self.ring)
        places = (np.arange(self.batch_size) + th.rand(self.batch_size, dtype=th.float64).numpy()) / self.batch_size
        steps = self.ring.steps - held + np.minimum((places * held).astype(np.int64), held - 1)
        envs = th.randint(self.ring.num_envs, (self.batch_size,)).numpy()
        return self._read(steps, envs, None)'''
_DELAYED = f'''    def sample(self) -> Any:
        """A batch without the last `delay` steps of the environments, as long as there are older ones."""
{_CHECKED}
        held = len(self.ring)
        old = held - self.delay if held > self.delay else held
        steps = self.ring.steps - held + th.randint(old, (self.batch_size,)).numpy()
        envs = th.randint(self.ring.num_envs, (self.batch_size,)).numpy()
        return self._read(steps, envs, None)'''
_BY_REWARD = f'''    def sample(self) -> Any:
        """A batch in which a transition comes in proportion to the size of its reward, and 0.01 more."""
{_CHECKED}
        stored = np.arange(self.ring.steps - len(self.ring), self.ring.steps)
        sizes = np.abs(self.ring.rewards[stored % self.ring.slots]) + 0.01
        drawn = th.multinomial(th.from_numpy(sizes.ravel()), self.batch_size, replacement=True).numpy()
        return self._read(stored[drawn // self.ring.num_envs], drawn % self.ring.num_envs, None)'''
_STATE = '''    def state_dict(self) -> dict[str, th.Tensor]:
        """What is stored, and the scale of rewards."""
        scale = {f"scale_of_rewards.{name}": value.clone() for name, value in self.reward_scale.state_dict().items()}
        return {**super().state_dict(), **scale}

    def load_state_dict(self, state: Mapping[str, th.Tensor]) -> None:
        """Take what `state_dict` of such a storage gave."""
        own = {name: value for name, value in state.items() if not name.startswith("scale_of_rewards.")}
        super().load_state_dict(own)
        names = ("mean", "var", "count")
        self.reward_scale.load_state_dict({name: state[f"scale_of_rewards.{name}"] for name in names})'''


def storage(spec: ModuleSpec, plan: Storage) -> tuple[str, str]:
    """The source of the class, and a sentence on what it is.

    Raises:
        InvalidRequest: a change that such a storage cannot have.
    """
    _refused(plan)
    base = {
        "replay": "VanillaReplayStorage",
        "rollout": "VanillaRolloutStorage",
        "prioritized": "PrioritizedReplayStorage",
    }[plan.of]
    changes, steps, arguments = _changes(plan)
    about = f"A {base} that {joined(changes)}."
    body = [f"class {spec.name}({base}):", *docstring(about), *_constructor(plan, arguments)]
    if steps:
        body += [
            "",
            "    def add(",
            ("        self, observations: Any, actions: th.Tensor, rewards: th.Tensor, *args: Any, **kwargs: Any"),
            "    ) -> None:",
            ('        """Keep one step of all environments; the rewards that came in stay as they are."""'),
            *(f"        {line}" for line in steps),
            "        super().add(observations, actions, rewards, *args, **kwargs)",
        ]
    newest = (
        "max(1, round(self.newest_share * len(self.ring)))"
        if plan.newest_share is not None
        else "min(len(self.ring), max(1, self.newest // self.ring.num_envs))"
    )
    drawn = {
        _RECENT.replace("NEWEST", newest): plan.recent, _POSITIVE: plan.positive, _STRATIFIED: plan.stratified,
        _DELAYED: plan.delay, _BY_REWARD: plan.by_reward,
    }  # fmt: skip
    for text, said in drawn.items():
        body += ["", text] if said else []
    body += ["", _STATE] if plan.standardise else []
    written = "\n".join(body)
    head = [f'"""{spec.name}: a storage written for RLLTE."""', "", "from __future__ import annotations"]
    library = [f"from rllte.xploit.storage import {base}"]
    library += ["from rllte.core.normalization import RunningMeanStd"] if plan.standardise else []
    standard = ["from collections.abc import Mapping"] if plan.standardise else []
    torch = ["import numpy as np"] if "np." in written else []
    torch += ["import torch as th"] if "th." in written else []
    head += imports([*standard, "from typing import Any"], torch, library)
    return source(head, body), about


def _refused(plan: Storage) -> None:
    """Changes that do not go together.

    Raises:
        InvalidRequest: with what does.
    """
    drawn = [plan.recent, plan.positive, plan.stratified, plan.delay, plan.by_reward]
    if plan.of == "rollout" and (
        plan.scale or any(drawn) or plan.n_step > 1 or plan.standardise or (plan.clip or 1.0) < 1.0
    ):
        raise InvalidRequest(
            "A rollout is learned from whole and once, and returns are made of its rewards "
            "as they are: nothing is drawn more "
            "often, and rewards keep their scale.",
            hint="Ask for a replay storage, or for rewards clipped to 1 or more.",
        )
    if plan.of == "prioritized" and any(drawn):
        raise InvalidRequest("A prioritised replay draws by error, not by age.", hint="Ask for a plain replay storage.")
    if sum(map(bool, drawn)) > 1:
        raise InvalidRequest("A storage draws its batches in one way; here are several.", hint="Choose one of them.")


def _changes(plan: Storage) -> tuple[list[str], list[str], list[tuple[str, str, float]]]:
    """What it does in words, lines that change rewards, and arguments."""
    changes: list[str] = []
    steps: list[str] = []
    arguments: list[tuple[str, str, float]] = []
    if plan.sign:
        changes.append("keeps only the sign of rewards")
        steps.append("rewards = rewards.sign()")
    if plan.scale:
        changes.append(f"multiplies rewards by {plan.scale!r}")
        arguments.append(("scale", "float", plan.scale))
        steps.append("rewards = self.scale * rewards")
    if plan.standardise:
        changes.append("divides rewards by their running deviation")
        steps += [
            "self.reward_scale.update(rewards.float().cpu())",
            "rewards = rewards / self.reward_scale.divisor.to(rewards.device)",
        ]
    if plan.clip:
        changes.append(f"clips rewards to [{-plan.clip!r}, {plan.clip!r}]")
        arguments.append(("limit", "float", plan.clip))
        steps.append("rewards = rewards.clamp(-self.limit, self.limit)")
    if plan.recent:
        newest = f"{plan.newest_share:.0%}" if plan.newest_share is not None else f"{plan.newest} transitions"
        changes.append(f"draws {plan.recent:.0%} of a batch from the newest {newest}")
        arguments.append(("recent", "float", plan.recent))
        arguments.append(
            ("newest", "int", plan.newest)
            if plan.newest_share is None
            else ("newest_share", "float", plan.newest_share)
        )
    if plan.positive:
        changes.append(f"draws {plan.positive:.0%} of a batch from transitions with positive rewards")
        arguments.append(("positive", "float", plan.positive))
    if plan.delay:
        changes.append(f"does not draw the last {plan.delay} steps")
        arguments.append(("delay", "int", plan.delay))
    changes += ["draws one transition from each of equal stretches of time"] if plan.stratified else []
    changes += ["draws in proportion to the size of rewards"] if plan.by_reward else []
    changes += [f"gives {plan.n_step}-step returns"] if plan.n_step > 1 else []
    exponents = {"alpha": plan.alpha, "beta": plan.importance}
    changes += [f"has {name} {value}" for name, value in exponents.items() if value is not None]
    return changes or ["is as the library's own"], steps, arguments


def _constructor(plan: Storage, arguments: list[tuple[str, str, float]]) -> list[str]:
    fixed = {"n_step": plan.n_step if plan.n_step > 1 else None, "alpha": plan.alpha, "beta": plan.importance}
    fixed = {name: value for name, value in fixed.items() if value is not None}
    if not (arguments or fixed or plan.standardise):
        return []
    given = "".join(f"{name}: {kind} = {value!r}, " for name, kind, value in arguments)
    passed = "".join(f"{name}={name}, " for name in fixed)
    given += "".join(f"{name}: {type(value).__name__} = {value!r}, " for name, value in fixed.items())
    lines = ["", f"    def __init__(self, *args: Any, {given}**kwargs: Any) -> None:"]
    lines += [f"        super().__init__(*args, {passed}**kwargs)"]
    lines += [f"        self.{name} = {name}" for name, _, _ in arguments]
    return [*lines, *(["        self.reward_scale = RunningMeanStd(())"] if plan.standardise else [])]


def storage_test(spec: ModuleSpec, plan: Storage) -> str:
    """The test file."""
    rollout = plan.of == "rollout"
    suite = "RolloutSuite" if rollout else "ReplaySuite"
    lines = [
        f'"""{spec.name} against the suite of storages: pytest, or see README.md."""',
        "",
        "from __future__ import annotations",
    ]
    facts = "\n".join(facts_of_storage(plan))
    names = [suite, *(name for name in ("ENVS", "codes") if f"{name}(" in facts or f" {name}" in facts)]
    library = ["import torch as th"] if "th." in facts else []
    lines += imports(
        library,
        [f"from rllte.conformance.storage import {', '.join(sorted(names))}"],
        [f"from {spec.module} import {spec.name}"],
    )
    worth = min(plan.scale or 1.0, plan.clip or float("inf"))
    body = [f"class Test{spec.name}({suite}):"]
    body += (
        [f"    reward = {worth!r}  # of a step that is worth 1 in the environment", ""]
        if worth != 1.0 and not rollout
        else []
    )
    body += [
        f"    def make(self, storage_size: int, batch_size: int, num_envs: int) -> {spec.name}:",
        "        spaces = (self.observation_space, self.action_space)",
    ]
    body.append(f'        return {spec.name}(*spaces, "cpu", storage_size, batch_size, num_envs)')
    return source(lines, [*body, *facts_of_storage(plan)])
