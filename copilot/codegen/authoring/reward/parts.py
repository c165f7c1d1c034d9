"""Pieces of source that intrinsic rewards are put together from, and their embeddings."""

from __future__ import annotations

from dataclasses import dataclass, field

from copilot.codegen.authoring.spec import Bonus


@dataclass
class Parts:
    """Pieces of the class, gathered from embedding and measure."""

    arguments: list[tuple[str, str, str, str]] = field(default_factory=list[tuple[str, str, str, str]])
    """Name, type, default, what it is."""
    made: list[str] = field(default_factory=list[str])
    learns: list[str] = field(default_factory=list[str])
    """Networks with a gradient."""
    compute: list[str] = field(default_factory=list[str])
    """Lines that end in `novelty`, (T, N)."""
    loss: list[str] = field(default_factory=list[str])
    methods: list[str] = field(default_factory=list[str])
    clears: list[str] = field(default_factory=list[str])
    nn: set[str] = field(default_factory=set[str])
    knn: set[str] = field(default_factory=set[str])
    norms: set[str] = field(default_factory=set[str])
    spaces: bool = False
    """Whether `gymnasium` is used."""
    modules: bool = False
    """Whether `torch.nn` is used."""
    copies: bool = False
    """Whether `copy` is used."""
    classes: list[str] = field(default_factory=list[str])
    """Sources of small classes that it keeps numbers in, one for each kind."""

    def keeps(self, name: str, made: str, text: str, clears: str = "") -> None:
        """Have an attribute that is an instance of a small class."""
        line = f"self.{name} = {made}.to(self.device)"
        if line not in self.made:
            self.made.append(line)
            self.clears += [clears] if clears else []
        if text not in self.classes:
            self.classes.append(text)
        self.modules = True

    def uses_total(self) -> None:
        """Have `total`, which counts the steps of all environments."""
        self.keeps("total", "Total()", TOTAL)


TOTAL = '''class Total(nn.Module):
    """How many steps all environments have taken together, for checkpoints."""

    steps: th.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("steps", th.zeros((), dtype=th.int64))

    @th.no_grad()
    def walk(self, number: int, sync: bool) -> th.Tensor:
        """The number with these, a scalar float64."""
        now = self.steps + number
        if sync:
            self.steps.copy_(now)
        return now.double()'''
_CHOSEN = '''class Chosen(nn.Module):
    """Some of the plain numbers of an observation; a place beyond the last one counts as the last."""

    def __init__(self, observation_space: gym.Space[Any], places: tuple[int, ...]) -> None:
        super().__init__()
        self.numbers = Reconstruction(observation_space)
        self.places = [min(place, self.numbers.size - 1) for place in places]
        self.size = len(places)

    def forward(self, observations: Any) -> th.Tensor:
        """Observations (B, ...) to (B, size) float32."""
        chosen: th.Tensor = self.numbers(observations)[:, self.places]
        return chosen'''


def _numbers(parts: Parts, plan: Bonus, name: str) -> None:
    """The plain numbers of an observation, all or some, as an attribute."""
    parts.nn.add("Reconstruction")
    if not plan.numbers:
        parts.made.append(f"self.{name} = Reconstruction(self.observation_space).to(self.device)  # plain numbers")
        return
    parts.spaces = True
    places = ", ".join(map(str, plan.numbers)) + ("," if len(plan.numbers) == 1 else "")
    parts.keeps(name, f"Chosen(self.observation_space, ({places}))", _CHOSEN)


def plain_numbers(parts: Parts, plan: Bonus) -> None:
    """Have `numbers`, which makes observations numbers."""
    _numbers(parts, plan, "numbers")


def embed(parts: Parts, plan: Bonus) -> None:
    """The network, or numbers, that states are compared by."""
    if plan.embedding == "none":
        _numbers(parts, plan, "encoder")
        return
    parts.nn.add("ObservationEncoder")
    parts.arguments.append(("latent_dim", "int", str(plan.latent_dim), "size of the embedding"))
    parts.made.append("self.encoder = ObservationEncoder(self.observation_space, latent_dim).to(self.device)")
    if plan.embedding == "random":
        parts.made.append("self.encoder.requires_grad_(False)  # random, and stays so")
        return
    parts.nn.add("InverseDynamics")
    parts.made.append("self.inverse = InverseDynamics(latent_dim, self.action_space).to(self.device)")
    parts.learns += ["self.encoder", "self.inverse"]
    parts.loss += [
        'latents, following = self.encoder(batch["observations"]), self.encoder(batch["next_observations"])',
        'loss = self.inverse.loss(latents, following, batch["actions"]).mean()',
    ]


def size_of(plan: Bonus) -> str:
    return "self.encoder.size" if plan.embedding == "none" else "latent_dim"


def next_latents(parts: Parts, shaped: bool) -> None:
    parts.compute.append('latents = self.encoder(self.normalize(self.flat(samples, "next_observations"), sync))')
    if shaped:
        parts.compute.append("latents = latents.view(steps, self.num_envs, -1)")


def returns_loss(parts: Parts) -> None:
    if parts.loss:
        parts.loss.append("return loss")


def distance(error: str, first: str, second: str) -> str:
    """Source of how far two batches of vectors are from each other, (B,)."""
    return {
        "squared": f"({first} - {second}).square().mean(1)",
        "absolute": f"({first} - {second}).abs().mean(1)",
        "manhattan": f"({first} - {second}).abs().sum(1)",
        "euclidean": f"({first} - {second}).norm(dim=1)",
        "cosine": f"1.0 - F.cosine_similarity({first}, {second}, dim=1)",
    }[error]
