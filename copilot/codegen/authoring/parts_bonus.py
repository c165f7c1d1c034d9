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
    classes: list[str] = field(default_factory=list[str])
    latents: bool = False


def embed(parts: Parts, plan: Bonus) -> None:
    """The network, or numbers, that states are compared by."""
    if plan.embedding == "none":
        parts.nn.add("Reconstruction")
        parts.made.append("self.encoder = Reconstruction(self.observation_space).to(self.device)  # plain numbers")
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
        "absolute": f"({first} - {second}).abs().sum(1)",
        "euclidean": f"({first} - {second}).norm(dim=1)",
        "cosine": f"1.0 - F.cosine_similarity({first}, {second}, dim=1)",
    }[error]
