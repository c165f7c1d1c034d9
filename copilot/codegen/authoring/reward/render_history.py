"""Rewards with a history of their own, as source: when a state was visited last, and what an expert has shown."""

from __future__ import annotations

from copilot.codegen.authoring.reward.parts import Parts
from copilot.codegen.authoring.reward.render_count import codes_of
from copilot.codegen.authoring.spec import Bonus

_LAST_VISITS = '''class LastVisits(nn.Module):
    """When each environment was last in each state, in a table of fixed size that checkpoints keep.

    Two states that fall on one place of the table count as one: make it larger where many are visited.
    """

    steps: th.Tensor
    now: th.Tensor

    def __init__(self, num_envs: int, size: int, unseen: int) -> None:
        super().__init__()
        self.unseen = unseen
        self.register_buffer("steps", th.full((num_envs, size), -1, dtype=th.int64))
        self.register_buffer("now", th.zeros((), dtype=th.int64))

    @th.no_grad()
    def walk(self, keys: th.Tensor, sync: bool) -> th.Tensor:
        """Steps since the environment was last in each of the states (T, N), `unseen` where it never was: float32."""
        steps, now, out = self.steps.clone(), int(self.now), []
        everyone = th.arange(len(steps), device=steps.device)
        for key in keys % steps.shape[1]:
            last = steps[everyone, key]
            out.append(th.where(last < 0, self.unseen, now - last))
            steps[everyone, key] = now
            now += 1
        if sync:
            self.steps.copy_(steps)
            self.now.fill_(now)
        return th.stack(out).float()'''


def since(parts: Parts, plan: Bonus) -> None:
    """How long ago the state was visited last."""
    parts.nn.add("Counter")
    codes_of(parts, plan)
    decimals = ", decimals" if plan.counted_by == "hash" else ", 0"
    parts.arguments.append(("table", "int", str(plan.table), "places of the table of last visits, of each environment"))
    parts.arguments.append(("unseen", "int", str(plan.unseen), "steps that count for a state without a visit"))
    parts.made.append(
        f"self.counter = Counter(1, self.observation_space{decimals}, capacity=1)  # only its hashes are used"
    )
    parts.keeps("last_visits", "LastVisits(self.num_envs, table, unseen)", _LAST_VISITS)
    parts.compute += [
        "keys = self.counter.hashes(codes).view(steps, self.num_envs)",
        "novelty = self.last_visits.walk(keys, sync)",
    ]
    if plan.pays == "log":
        parts.compute.append("novelty = novelty.log1p()")


def imitation(parts: Parts, plan: Bonus) -> None:
    """GAIL's reward, -log(1 - D(s)); arXiv 1606.03476."""
    parts.nn |= {"Reconstruction", "mlp"}
    parts.modules = True
    parts.arguments.append(("expert", "th.Tensor | None", "None", "the expert's observations (M, D), as plain numbers"))
    parts.arguments.append(("hidden_dim", "int", str(plan.hidden_dim), "units of each of the two hidden layers"))
    parts.arguments.append(
        ("per_update", "int", str(plan.per_update), "of the expert's, and of the agent's, in a step")
    )
    parts.made += [
        "self.numbers = Reconstruction(self.observation_space).to(self.device)  # plain numbers",
        "size = self.numbers.size",
        "if expert is None or expert.ndim != 2 or expert.shape[1] != size:",
        "    received = None if expert is None else tuple(expert.shape)",
        '    raise ParameterError(f"expert is of shape {received}; expected (M, {size}).")',
        "self.expert, self.per_update = expert.to(self.device).float(), per_update",
        "sizes = (size, hidden_dim, hidden_dim, 1)",
        "self.discriminator = mlp(sizes, nn.ReLU, last=False).to(self.device)",
    ]
    parts.learns.append("self.discriminator")
    parts.compute += [
        'following = self.normalize(self.flat(samples, "next_observations"), sync)',
        "said = self.discriminator(self.numbers(following)).squeeze(1)",
        "novelty = F.softplus(said).view(steps, self.num_envs)  # -log(1 - D)",
    ]
    parts.loss += [
        'own = self.numbers(batch["next_observations"])[: self.per_update]',
        'shown = self.expert[(batch["drawn"] * len(self.expert)).long()[: self.per_update]]',
        "right = F.softplus(-self.discriminator(shown)).mean()  # the expert's are 1, the agent's 0",
        "return right + F.softplus(self.discriminator(own)).mean()",
    ]
    parts.methods = [
        "    def draw(self, number: int, generator: th.Generator) -> dict[str, th.Tensor]:",
        '        """Which of the expert\'s observations come, as places between 0 and 1, (B,)."""',
        '        return {"drawn": th.rand(number, generator=generator)}',
    ]
