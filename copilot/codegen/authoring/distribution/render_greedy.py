"""Ways to act on values that remember: repeated exploration, counts of actions, the action before."""

from __future__ import annotations

from copilot.codegen.authoring.layout import docstring, imports, source
from copilot.codegen.authoring.spec import Distribution, ModuleSpec

_EZ = '''class {name}(Categorical):
{about}
    def __init__(
        self,
        values: th.Tensor | None = None,
        epsilon: float = {epsilon},
        exponent: float = {exponent},
        longest: int = {longest},
        memory: dict[int, th.Tensor] | None = None,
    ) -> None:
        self.epsilon, self.exponent, self.longest = epsilon, exponent, longest
        self.memory = {{}} if memory is None else memory
        super().__init__(None if values is None else self.probabilities(values).log())

    def __call__(self, values: th.Tensor) -> {name}:
        """A new distribution over actions of these values (B, n), which shares what is being repeated."""
        return {name}(values, self.epsilon, self.exponent, self.longest, self.memory)

    def probabilities(self, values: th.Tensor) -> th.Tensor:
        """(B, n): epsilon shared by all actions, the rest for the best."""
        best = F.one_hot(values.argmax(-1), values.shape[-1])
        return (self.epsilon / values.shape[-1] + (1.0 - self.epsilon) * best).clamp(min=1e-38)

    def durations(self, count: int, device: th.device) -> th.Tensor:
        """(count,) int64 from 1 to `longest`, with probabilities in proportion to n**-exponent."""
        weights = th.arange(1, self.longest + 1, device=device, dtype=th.float64) ** -self.exponent
        return th.multinomial(weights, count, replacement=True) + 1

    def sample(self, sample_shape: th.Size = th.Size()) -> th.Tensor:  # noqa: B008
        """(*sample_shape, B) int64 actions; what is being repeated goes on, in batches of one size."""
        shape, device = (*sample_shape, *self.logits.shape[:-1]), self.logits.device
        greedy = self.mode.expand(shape).flatten()
        count = len(greedy)
        held, left = self.memory.get(count, th.zeros(2, count, dtype=th.int64, device=device)).to(device)
        begins = (left == 0) & (th.rand(count, device=device) < self.epsilon)
        held = th.where(begins, th.randint(self.logits.shape[-1], (count,), device=device), held)
        left = th.where(begins, self.durations(count, device), left)
        actions = th.where(left > 0, held, greedy)
        if not sample_shape:
            self.memory[count] = th.stack([held, (left - 1).clamp(min=0)])
        return actions.reshape(shape)

    def reset(self, ended: th.Tensor | None = None) -> None:
        """Repeat no longer: nowhere, or in the rows (N,) of `ended` that are not 0."""
        if ended is None:
            self.memory.clear()
        elif len(ended) in self.memory:
            self.memory[len(ended)] = self.memory[len(ended)] * (~ended.bool())

    def state(self) -> dict[str, th.Tensor]:
        """What is being repeated and for how long, by the size of the batch."""
        return {{str(count): kept for count, kept in self.memory.items()}}

    def restore(self, state: Mapping[str, th.Tensor]) -> None:
        """Go on with what `state` gave."""
        self.memory.clear()
        self.memory.update({{int(count): kept for count, kept in state.items()}})'''
_STICKY = '''class {name}(Categorical):
{about}
    def __init__(
        self, logits: th.Tensor | None = None, share: float = {share}, memory: dict[int, th.Tensor] | None = None
    ) -> None:
        super().__init__(logits)
        self.share = share
        self.memory = {{}} if memory is None else memory

    def __call__(self, logits: th.Tensor) -> {name}:
        """A new distribution with logits (B, n), which shares the actions before."""
        return {name}(logits, self.share, self.memory)

    def sample(self, sample_shape: th.Size = th.Size()) -> th.Tensor:  # noqa: B008
        """(*sample_shape, B) int64 actions; those before are repeated in batches of one size."""
        actions = super().sample(sample_shape)
        if sample_shape:
            return actions
        before = self.memory.get(len(actions))
        if before is not None:
            again = (th.rand(len(actions), device=actions.device) < self.share) & (before.to(actions.device) >= 0)
            actions = th.where(again, before.to(actions.device), actions)
        self.memory[len(actions)] = actions
        return actions

    def reset(self, ended: th.Tensor | None = None) -> None:
        """Forget the actions before: everywhere, or in the rows (N,) of `ended` that are not 0."""
        if ended is None:
            self.memory.clear()
        elif len(ended) in self.memory:
            self.memory[len(ended)] = self.memory[len(ended)].masked_fill(ended.bool(), -1)

    def state(self) -> dict[str, th.Tensor]:
        """The actions before, by the size of the batch."""
        return {{str(count): kept for count, kept in self.memory.items()}}

    def restore(self, state: Mapping[str, th.Tensor]) -> None:
        """Go on with what `state` gave."""
        self.memory.clear()
        self.memory.update({{int(count): kept for count, kept in state.items()}})'''
_UCB = '''class {name}(Categorical):
{about}
    def __init__(
        self, values: th.Tensor | None = None, exploration: float = {exploration}, counts: list[th.Tensor] | None = None
    ) -> None:
        self.exploration = exploration
        self.counts: list[th.Tensor] = [] if counts is None else counts
        self._best = None if values is None else values.argmax(-1)
        super().__init__(None if values is None else self.scores(values))

    def __call__(self, values: th.Tensor) -> {name}:
        """A new distribution over actions of these values (B, n), which shares the counts."""
        return {name}(values, self.exploration, self.counts)

    def scores(self, values: th.Tensor) -> th.Tensor:
        """Logits (B, n): 0 for the action that comes next, -inf for all others."""
        counts = self.counts[0] if self.counts else th.zeros(values.shape[-1])
        counts = counts.to(values.device, values.dtype)
        bonus = self.exploration * (counts.sum().clamp(min=1.0).log() / counts.clamp(min=1.0)).sqrt()
        bonus = th.where(counts > 0, bonus, float("inf"))  # what was never taken comes first
        chosen = F.one_hot((values.detach() + bonus).argmax(-1), values.shape[-1])
        return chosen.to(values.dtype).log()

    def sample(self, sample_shape: th.Size = th.Size()) -> th.Tensor:  # noqa: B008
        """(*sample_shape, B) int64 actions; each counts."""
        actions = self.logits.argmax(-1).expand(*sample_shape, *self.logits.shape[:-1])
        taken = F.one_hot(actions.flatten(), self.logits.shape[-1]).sum(0)
        self.counts[:] = [taken + self.counts[0].to(taken.device) if self.counts else taken]
        return actions.clone()

    @property
    def mode(self) -> th.Tensor:
        """(B,) int64, the actions of the largest value, which a greedy agent takes."""
        if self._best is None:
            return super().mode
        return self._best

    def state(self) -> dict[str, th.Tensor]:
        """How often each action was taken."""
        return {{"counts": self.counts[0]}} if self.counts else {{}}

    def restore(self, state: Mapping[str, th.Tensor]) -> None:
        """Go on with the counts that `state` gave."""
        self.counts[:] = [state["counts"]] if "counts" in state else []'''


_MORE = {
    "ez_greedy": "Probabilities, entropy and divergence are those of a step in which nothing is being repeated.",
    "sticky": "Probabilities, entropy and divergence are those of the logits: of a step that repeats nothing.",
    "ucb": "All environments share the counts. Nothing is drawn: its one action has probability 1.",
}


def greedy(spec: ModuleSpec, plan: Distribution) -> tuple[str, str]:
    """The source of the class, and a sentence on what it is."""
    about = describe(plan)
    text = {"ez_greedy": _EZ, "sticky": _STICKY, "ucb": _UCB}[plan.of].format(
        name=spec.name, about="\n".join(docstring(about + "\n\n" + _MORE[plan.of])),
        epsilon=repr(plan.share if plan.share is not None else 0.01), exponent=repr(plan.exploration),
        longest=plan.k, share=repr(plan.share if plan.share is not None else 0.25), exploration=repr(plan.exploration),
    )  # fmt: skip
    head = [f'"""{spec.name}: a way to act written for RLLTE."""', "", "from __future__ import annotations"]
    torch = ["import torch as th", *(["import torch.nn.functional as F"] if "F." in text else [])]
    library = ["from rllte.xplore.distribution import Categorical"]
    return source(head + imports(["from collections.abc import Mapping"], torch, library), [text]), about


def describe(plan: Distribution) -> str:
    """What it is, in a sentence."""
    if plan.of == "ez_greedy":
        return (
            f"The best action; with probability {plan.share!r} a random one, repeated for n steps, n of a zeta distribution "
            f"(Dabney et al. 2021)."
        )
    if plan.of == "sticky":
        return (
            f"One of n actions by logits; with probability {plan.share!r} the action before once more (Machado et al. "
        )
        "2018)."
    return f"The action of the largest value + {plan.exploration!r} sqrt(ln t / N(action)): UCB1 (Auer et al. 2002)."
