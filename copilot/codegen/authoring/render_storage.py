"""A storage's plan as source: a storage of the library, with a change where experience comes in or goes out."""

from __future__ import annotations

from copilot.codegen.authoring.layout import docstring, imports, joined, source
from copilot.codegen.authoring.spec import ModuleSpec, Storage
from copilot.core.errors import InvalidRequest

_RECENT = '''    def sample(self) -> Any:
        """A batch of which `recent` comes from the newest transitions, the rest from all."""
        if len(self) < self.batch_size:
            return super().sample()  # it says what is wrong
        steps, envs, weights = self.sampler.draw(self.batch_size)
        count = round(self.recent * self.batch_size)
        held = min(len(self.ring), max(1, self.newest // self.ring.num_envs))
        steps[:count] = self.ring.steps - 1 - th.randint(held, (count,)).numpy()
        return self._read(steps, envs, weights)'''


def storage(spec: ModuleSpec, plan: Storage) -> tuple[str, str]:
    """The source of the class, and a sentence on what it is.

    Raises:
        InvalidRequest: a change that such a storage cannot have.
    """
    if plan.of == "rollout" and (plan.scale or plan.recent or (plan.clip or 1.0) < 1.0):
        raise InvalidRequest(
            "A rollout is learned from whole and once, and returns are made of its rewards "
            "as they are: nothing is drawn more "
            "often, and rewards keep their scale.",
            hint="Ask for a replay storage, or for rewards clipped to 1 or more.",
        )
    if plan.of == "prioritized" and plan.recent:
        raise InvalidRequest("A prioritised replay draws by error, not by age.", hint="Ask for a plain replay storage.")
    base = {
        "replay": "VanillaReplayStorage",
        "rollout": "VanillaRolloutStorage",
        "prioritized": "PrioritizedReplayStorage",
    }[plan.of]
    changes, steps, arguments = [], [], []
    if plan.sign:
        changes.append("keeps only the sign of rewards")
        steps.append("rewards = rewards.sign()")
    if plan.scale:
        changes.append(f"multiplies rewards by {plan.scale!r}")
        arguments.append(("scale", "float", plan.scale))
        steps.append("rewards = self.scale * rewards")
    if plan.clip:
        changes.append(f"clips rewards to [{-plan.clip!r}, {plan.clip!r}]")
        arguments.append(("limit", "float", plan.clip))
        steps.append("rewards = rewards.clamp(-self.limit, self.limit)")
    if plan.recent:
        changes.append(f"draws {plan.recent:.0%} of a batch from the newest {plan.newest} transitions")
        arguments += [("recent", "float", plan.recent), ("newest", "int", plan.newest)]
    about = f"A {base} that {joined(changes)}."
    body = [f"class {spec.name}({base}):", *docstring(about)]
    if arguments:
        given = ", ".join(f"{name}: {kind} = {value!r}" for name, kind, value in arguments)
        body += [
            "",
            f"    def __init__(self, *args: Any, {given}, **kwargs: Any) -> None:",
            "        super().__init__(*args, **kwargs)",
        ]
        body += [f"        self.{name} = {name}" for name, _, _ in arguments]
    if steps:
        body += [
            "",
            "    def add(",
            ("        self, observations: Any, actions: th.Tensor, rewards: th.Tensor, *args: Any, **kwargs: Any"),
            "    ) -> None:",
        ]
        body += [
            ('        """Keep one step of all environments; the rewards that came in stay as they are."""'),
            *(f"        {line}" for line in steps),
        ]
        body += ["        super().add(observations, actions, rewards, *args, **kwargs)"]
    body += ["", _RECENT] if plan.recent else []
    head = [f'"""{spec.name}: a storage written for RLLTE."""', "", "from __future__ import annotations"]
    head += imports(["from typing import Any"], ["import torch as th"], [f"from rllte.xploit.storage import {base}"])
    return source(head, body), about


def storage_test(spec: ModuleSpec, plan: Storage) -> str:
    """The test file."""
    rollout = plan.of == "rollout"
    suite = "RolloutSuite" if rollout else "ReplaySuite"
    lines = [
        f'"""{spec.name} against the suite of storages: pytest, or see README.md."""',
        "",
        "from __future__ import annotations",
    ]
    lines += imports([f"from rllte.conformance.storage import {suite}"], [f"from {spec.module} import {spec.name}"])
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
    return source(lines, [*body, f'        return {spec.name}(*spaces, "cpu", storage_size, batch_size, num_envs)'])
