"""Source of the parts of policies: hidden layers, heads, noisy layers, distributions of returns."""

from __future__ import annotations

LAYERS = '''def layers(sizes: tuple[int, ...]{arguments}) -> nn.Sequential:
    """Linear layers of these sizes{about}, orthogonally initialised."""
    parts: list[nn.Module] = []
    for before, after in pairwise(sizes):
{body}
    return nn.Sequential(*parts)'''
DENSE = '''class Dense(nn.Module):
    """Linear layers, each of which sees the features beside the layer before (arXiv 2010.09163)."""

    def __init__(self, sizes: tuple[int, ...]{arguments}) -> None:
        super().__init__()
        self.layers = nn.ModuleList()
        for index, (before, after) in enumerate(pairwise(sizes)):
            inputs = before + sizes[0] if index else before
            self.layers.append(layers((inputs, after){given}))

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, sizes[0]) to (B, sizes[-1])."""
        out: th.Tensor = self.layers[0](x)
        for layer in self.layers[1:]:
            out = layer(th.cat([out, x], dim=1))
        return out'''
RESIDUAL = '''class Block(nn.Module):
    """x + layer norm, a layer four times as wide, the activation and a layer back (arXiv 2410.09754)."""

    def __init__(self, size: int, activation: type[nn.Module]) -> None:
        super().__init__()
        wide = head(size, 4 * size, 2**0.5)
        self.layers = nn.Sequential(nn.LayerNorm(size), wide, activation(), head(4 * size, size, 1.0))

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, size) to the same."""
        total: th.Tensor = x + self.layers(x)
        return total


def residual(inputs: int, sizes: tuple[int, ...], activation: type[nn.Module]) -> nn.Sequential:
    """A linear layer, a residual block for each size, and layer norm at the end."""
    parts: list[nn.Module] = [head(inputs, sizes[0], 1.0)]
    for before, after in pairwise((sizes[0], *sizes)):
        parts += [head(before, after, 1.0)] if before != after else []
        parts.append(Block(after, activation))
    return nn.Sequential(*parts, nn.LayerNorm(sizes[-1]))'''
SPECTRAL = '''class SpectralLinear(nn.Linear):
    """A linear layer whose weight is divided by its largest singular value (arXiv 1802.05957)."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs)
        nn.init.orthogonal_(self.weight)
        nn.init.zeros_(self.bias)

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, inputs) to (B, outputs)."""
        norm = th.linalg.matrix_norm(self.weight, 2).clamp(min=1e-12)
        return nn.functional.linear(x, self.weight / norm, self.bias)'''
EXPERTS = '''class Experts(nn.Module):
    """Networks side by side, weighed by a softmax of what a linear layer says of the features."""

    def __init__(self, features: int, experts: list[nn.Sequential]) -> None:
        super().__init__()
        self.experts = nn.ModuleList(experts)
        self.gate = nn.Linear(features, len(experts))

    def forward(self, features: th.Tensor) -> th.Tensor:
        """Features (B, F) to outputs (B, O)."""
        outputs = th.stack([expert(features) for expert in self.experts], dim=2)
        return (outputs * self.gate(features).softmax(-1).unsqueeze(1)).sum(2)'''
TASKS = '''class TaskHeads(nn.Module):
    """A network for each task: features end in the one-hot code of the task, which chooses it."""

    def __init__(self, heads: list[nn.Sequential]) -> None:
        super().__init__()
        self.heads = nn.ModuleList(heads)

    def forward(self, features: th.Tensor) -> th.Tensor:
        """(B, F + tasks) to (B, O), each row by the network of its task."""
        features, codes = features.split([features.shape[1] - len(self.heads), len(self.heads)], dim=1)
        outputs = th.stack([network(features) for network in self.heads], dim=2)
        chosen = nn.functional.one_hot(codes.argmax(1), len(self.heads)).to(outputs.dtype)
        return (outputs * chosen.unsqueeze(1)).sum(2)'''
EXPECTED = '''class Expected(nn.Module):
    """The mean of bins between two numbers under a softmax (arXiv 2403.03950)."""

    bins: th.Tensor

    def __init__(self, low: float, high: float, number: int) -> None:
        super().__init__()
        self.register_buffer("bins", th.linspace(low, high, number))

    def forward(self, logits: th.Tensor) -> th.Tensor:
        """(B, number) to (B, 1)."""
        return (logits.softmax(-1) * self.bins).sum(-1, keepdim=True)'''
DETACHED = '''class Detached(nn.Module):
    """A network whose gradient ends at its inputs."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, features: th.Tensor) -> th.Tensor:
        """Features (B, F) to the network's outputs."""
        out: th.Tensor = self.network(features.detach())
        return out'''
CRITICS = '''class Critics(nn.Module):
    """Several critics, each begun differently; together they say {what}."""

    def __init__(self, critics: list[nn.Sequential]) -> None:
        super().__init__()
        self.critics = nn.ModuleList(critics)

    def forward(self, features: th.Tensor) -> th.Tensor:
        """Features (B, F) to values (B, 1)."""
        return th.stack([critic(features) for critic in self.critics]).{call}'''
COMBINED = {
    "mean": ("their mean", "mean(0)"), "min": ("the smallest value", "amin(0)"), "max": ("the largest value", "amax(0)"),
    "median": ("the median", "median(0).values"),
}  # fmt: skip
NOISY = '''class NoisyLinear(nn.Module):
    """A linear layer with factorised Gaussian noise while training, drawn anew at each call (arXiv 1706.10295)."""

    def __init__(self, inputs: int, outputs: int, sigma: float) -> None:
        super().__init__()
        self.inputs, self.outputs, bound = inputs, outputs, inputs**-0.5
        self.weight = nn.Parameter(th.empty(outputs, inputs).uniform_(-bound, bound))
        self.bias = nn.Parameter(th.empty(outputs).uniform_(-bound, bound))
        self.weight_sigma = nn.Parameter(th.full((outputs, inputs), sigma * bound))
        self.bias_sigma = nn.Parameter(th.full((outputs,), sigma * bound))

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, inputs) to (B, outputs)."""
        weight, bias = self.weight, self.bias
        if self.training:
            before, after = (self._noise(size, x.device) for size in (self.inputs, self.outputs))
            weight = weight + self.weight_sigma * th.outer(after, before)
            bias = bias + self.bias_sigma * after
        return nn.functional.linear(x, weight, bias)

    def _noise(self, size: int, device: th.device) -> th.Tensor:
        """sign(e) sqrt|e| of standard normal numbers e, equation 10."""
        noise = th.randn(size, device=device)
        return noise.sign() * noise.abs().sqrt()'''
CONCAT_RELU = '''class ConcatRelu(nn.Module):
    """relu(x) beside relu(-x) (arXiv 2303.07507)."""

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, D) to (B, 2 D)."""
        return th.cat([x, -x], dim=1).relu()'''
QNET = '''class QNet(nn.Module):
    """{about}"""
{fields}
    def __init__(self, features: int, actions: int) -> None:
        super().__init__()
{made}

    def forward(self, features: th.Tensor) -> tuple[th.Tensor, ...]:
        """Features (B, F) to values of all actions, (B, n) in a tuple of one."""
{value}'''
TWIN = '''class TwinCritics(nn.Module):
    """{number} over features and actions, which share nothing."""

    def __init__(self, features: int, actions: int{outputs}) -> None:
        super().__init__()
        self.critics = nn.ModuleList()
        for _ in range({count}):
            hidden = {one}
            self.critics.append({network})

    def forward(self, features: th.Tensor, actions: th.Tensor{optional}) -> tuple[th.Tensor, ...]:
        """Features (B, F) and actions (B, A) to the value (B,) of each critic."""
        return tuple(critic(th.cat([features, actions], dim=-1)).squeeze(-1) for critic in self.critics)

    def first(self, features: th.Tensor, actions: th.Tensor) -> th.Tensor:
        """(B,) of the first critic alone."""
        values: th.Tensor = self.critics[0](th.cat([features, actions], dim=-1)).squeeze(-1)
        return values'''
LATE = '''class LateAction(nn.Module):
    """A critic whose actions enter after its first hidden layer (arXiv 1509.02971)."""

    def __init__(self, features: int, actions: int) -> None:
        super().__init__()
        self.features = features
        self.first = {first}
        hidden = {hidden}
        self.rest = {rest}

    def forward(self, x: th.Tensor) -> th.Tensor:
        """Features and actions (B, F + A) to values (B, 1)."""
        features, actions = x[..., : self.features], x[..., self.features :]
        values: th.Tensor = self.rest(th.cat([self.first(features), actions], dim=-1))
        return values'''
