"""Source of further blocks of encoders: what is done to inputs, dense connections, experts, residuals."""

from __future__ import annotations

RESCALE = '''class Rescale(nn.Module):
    """factor * x + offset."""

    def __init__(self, factor: float, offset: float) -> None:
        super().__init__()
        self.factor, self.offset = factor, offset

    def forward(self, x: th.Tensor) -> th.Tensor:
        """Any shape to the same."""
        return self.factor * x + self.offset'''
BOUND = '''class Bound(nn.Module):
    """Numbers kept within [-by, by]."""

    def __init__(self, by: float) -> None:
        super().__init__()
        self.by = by

    def forward(self, x: th.Tensor) -> th.Tensor:
        """Any shape to the same."""
        return x.clamp(-self.by, self.by)'''
RUNNING = '''class RunningNorm(nn.Module):
    """Each number less its running mean, over its running deviation: of all that was seen while training."""

    mean: th.Tensor
    variance: th.Tensor
    count: th.Tensor

    def __init__(self, shape: tuple[int, ...], clip: float = float("inf")) -> None:
        super().__init__()
        self.clip = clip
        self.register_buffer("mean", th.zeros(shape))
        self.register_buffer("variance", th.ones(shape))
        self.register_buffer("count", th.tensor(1e-4))

    @th.no_grad()
    def _update(self, x: th.Tensor) -> None:
        """Mean and variance of all batches together (Chan et al. 1979)."""
        total = self.count + len(x)
        apart = x.mean(0) - self.mean
        squares = self.variance * self.count + x.var(0, correction=0) * len(x)
        self.variance.copy_((squares + apart.square() * self.count * len(x) / total) / total)
        self.mean.add_(apart * len(x) / total)
        self.count.copy_(total)

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, *shape) to the same."""
        if self.training and th.is_grad_enabled():  # batches that are learned from, each once
            self._update(x)
        return ((x - self.mean) / (self.variance + 1e-8).sqrt()).clamp(-self.clip, self.clip)'''
GRAY = '''class Gray(nn.Module):
    """Colours to brightness, by the weights of ITU-R BT.601: each three channels to one."""

    weights: th.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("weights", th.tensor([0.299, 0.587, 0.114]))

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, 3 K, H, W) to (B, K, H, W)."""
        return (x.unflatten(1, (-1, 3)) * self.weights[:, None, None]).sum(2)'''
RESIZE = '''class Resize(nn.Module):
    """Images to size x size: means of what each new pixel covers."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, C, H, W) to (B, C, size, size)."""
        return F.interpolate(x, (self.size, self.size), mode="area")'''
DIFFERENCES = '''class Differences(nn.Module):
    """Each frame of a stack, the oldest first, less the one before it{about}."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, K x channels, ...) to (B, {shape} x channels, ...)."""
        changes = x[:, self.channels :] - x[:, : -self.channels]
        return {value}'''
PARALLEL = '''class Parallel(nn.Module):
    """Convolutions of several sizes side by side, their channels one after another (arXiv 1409.4842)."""

    def __init__(self, inputs: int, channels: int, kernels: tuple[int, ...], stride: int) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList(
            nn.Conv2d(inputs, channels, kernel, stride=stride, padding=kernel // 2) for kernel in kernels
        )

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, inputs, H, W) to (B, len(kernels) x channels, H', W')."""
        return th.cat([layer(x) for layer in self.convolutions], dim=1)'''
SPATIAL_GATE = '''class SpatialGate(nn.Module):
    """Pixels weighed by what a convolution makes of the channels' mean and maximum (arXiv 1807.06521)."""

    def __init__(self, kernel: int) -> None:
        super().__init__()
        self.weigh = nn.Conv2d(2, 1, kernel, padding=kernel // 2)

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, C, H, W) to the same."""
        seen = th.stack([x.mean(1), x.amax(1)], dim=1)
        return x * self.weigh(seen).sigmoid()'''
DENSE = '''class DenseMlp(nn.Module):
    """{about}"""

    def __init__(self, inputs: int, sizes: tuple[int, ...]) -> None:
        super().__init__()
        self.layers = nn.ModuleList()
        before = 0
        for index, size in enumerate(sizes):
            seen = inputs + before if index else inputs
            self.layers.append(nn.Sequential({linear}))
            before = {before}

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, inputs) to (B, sizes[-1])."""
        {value}'''
DENSE_INPUT = """out: th.Tensor = self.layers[0](x)
        for layer in self.layers[1:]:
            out = layer(th.cat([out, x], dim=1))
        return out"""
DENSE_ALL = """seen = [x]
        for layer in self.layers:
            seen.append(layer(th.cat(seen, dim=1)))
        return seen[-1]"""
EXPERTS = '''class Experts(nn.Module):
    """Linear layers side by side, weighed by a softmax of what a linear layer says of the input{about}."""

    def __init__(self, inputs: int, outputs: int, number: int) -> None:
        super().__init__()
        self.experts = nn.ModuleList(nn.Linear(inputs, outputs) for _ in range(number))
        self.gate = nn.Linear(inputs, number)

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, inputs) to (B, outputs)."""
        scores = self.gate(x)
{top}        outputs = th.stack([expert(x) for expert in self.experts], dim=-1)
        return (outputs * scores.softmax(-1).unsqueeze(-2)).sum(-1)'''
EXPERTS_TOP = """        least = scores.topk({top}, dim=-1).values[..., -1:]
        scores = scores.masked_fill(scores < least, float("-inf"))
"""
EMBEDDING = '''class Embeddings(nn.Module):
    """A learned vector for each label of each part of the observation, side by side."""

    def __init__(self, sizes: tuple[int, ...], dim: int) -> None:
        super().__init__()
        self.sizes = sizes
        self.tables = nn.ModuleList(nn.Linear(size, dim, bias=False) for size in sizes)  # of one-hot vectors: rows
        for table in self.tables:
            nn.init.normal_(table.weight)

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, sum of sizes) one-hot vectors to (B, len(sizes) x dim)."""
        parts = zip(self.tables, x.split(self.sizes, dim=1), strict=True)
        return th.cat([table(part) for table, part in parts], dim=1)


def label_sizes(space: gym.Space[Any]) -> tuple[int, ...]:
    """How many labels each part of an observation has.

    Raises:
        SpaceError: observations are no labels.
    """
    if isinstance(space, gym.spaces.Discrete):
        return (int(space.n),)
    if isinstance(space, gym.spaces.MultiDiscrete):
        return tuple(int(size) for size in space.nvec.ravel())
    raise SpaceError(f"Labels can be embedded, of Discrete and MultiDiscrete observations; received {space}.")'''
CONCAT_RELU = '''class ConcatRelu(nn.Module):
    """relu(x) beside relu(-x) (arXiv 1603.05201)."""

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, C, ...) to (B, 2 C, ...)."""
        return th.cat([x, -x], dim=1).relu()'''
GATED = '''class GatedLinear(nn.Module):
    """One half of a linear layer, times {function} of the other (arXiv 2002.05202)."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, 2 * outputs)

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, inputs) to (B, outputs)."""
        value, gate = self.linear(x).chunk(2, dim=-1)
        product: th.Tensor = value * F.{function}(gate)
        return product'''
LEARNED_FOURIER = '''class LearnedFourier(nn.Module):
    """Sines and cosines of projections that learn (arXiv 2112.03257)."""

    def __init__(self, inputs: int, outputs: int, scale: float) -> None:
        super().__init__()
        self.projections = nn.Parameter(scale * th.randn(inputs, outputs))

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, inputs) to (B, 2 x outputs)."""
        turns = x @ self.projections
        return th.cat([turns.sin(), turns.cos()], dim=1)'''
BESIDE = '''class Beside(nn.Module):
    """The input, and beside it what a layer makes of it."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, D) to (B, D + outputs of the layer)."""
        return th.cat([x, self.layer(x)], dim=1)'''
BLOCK = '''class {name}(nn.Module):
    """{about}"""

    def __init__(self, {size}: int) -> None:
        super().__init__()
{layers}

    def forward(self, x: th.Tensor) -> th.Tensor:
        """{shape} to the same."""
        {value}'''
WEIGHT_NORM = '''class {name}(nn.{base}):
    """A layer whose weights are a direction and a length that learn apart (arXiv 1602.07868)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.length = nn.Parameter(self.weight.detach().flatten(1).norm(dim=1))

    def forward(self, x: th.Tensor) -> th.Tensor:
        """As of the plain layer."""
        length = self.length / self.weight.flatten(1).norm(dim=1).clamp(min=1e-12)
        weight = self.weight * length.view(-1, *[1] * (self.weight.dim() - 1))
        return {call}'''
INITIALISED = '''def initialised(module: nn.Module) -> None:
    """{about} weights of linear layers and convolutions; biases are 0."""
    if isinstance(module, nn.Linear | nn.Conv2d):
        {fill}
        if module.bias is not None:
            nn.init.zeros_(module.bias)'''
FREEZE = '''def freeze(module: nn.Module) -> None:
    """Weights that never learn: they are kept as buffers, which no optimiser has and checkpoints keep."""
    for part in module.modules():
        if isinstance(part, {kinds}):
            for name, value in list(part.named_parameters(recurse=False)):
                delattr(part, name)
                part.register_buffer(name, value.detach())'''
