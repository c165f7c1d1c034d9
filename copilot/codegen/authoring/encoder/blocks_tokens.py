"""Source of the blocks of encoders of tokens: patches, entities, frames of a stack, steps of a history."""

from __future__ import annotations

PATCHES = '''class Patches(nn.Module):
    """Squares of pixels, each a token (arXiv 2010.11929, section 3.1)."""

    def __init__(self, channels: int, dim: int, size: int) -> None:
        super().__init__()
        self.project = nn.Conv2d(channels, dim, size, stride=size)

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, C, H, W) to (B, N, dim)."""
        tokens: th.Tensor = self.project(x).flatten(2).transpose(1, 2)
        return tokens'''
PIXELS = '''class PixelTokens(nn.Module):
    """Each pixel as a token of its channels."""

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, C, H, W) to (B, H x W, C)."""
        return x.flatten(2).transpose(1, 2)'''
ENTITIES = '''class Tokens(nn.Module):
    """A vector cut into tokens of equal size."""

    def __init__(self, inputs: int, size: int) -> None:
        super().__init__()
        if size < 1 or inputs % size:
            raise SpaceError(f"{inputs} numbers cannot be cut into tokens of {size}.")
        self.size = size

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, N x size) to (B, N, size)."""
        return x.unflatten(1, (-1, self.size))'''
FRAMES = '''class Frames(nn.Module):
    """The same layers for each frame of a stack: as many tokens as frames, the oldest first."""

    def __init__(self, layers: nn.Module, channels: int) -> None:
        super().__init__()
        self.layers, self.channels = layers, channels

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, K x channels, H, W) to (B, K, D)."""
        frames = x.unflatten(1, (-1, self.channels))
        tokens: th.Tensor = self.layers(frames.flatten(0, 1)).flatten(1)
        return tokens.unflatten(0, frames.shape[:2])'''
LEARNED_POSITION = '''class Position(nn.Module):
    """A learned vector for each place is added to its token."""

    def __init__(self, tokens: int, dim: int) -> None:
        super().__init__()
        self.places = nn.Parameter(0.02 * th.randn(tokens, dim))

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, N, D) to the same."""
        return x + self.places'''
SINE_POSITION = '''class Position(nn.Module):
    """Sines and cosines of each token's place are added to it (arXiv 1706.03762, section 3.5)."""

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, N, D) to the same."""
        half = (x.shape[2] + 1) // 2
        rates = 10_000.0 ** (-th.arange(half, device=x.device) / half)
        turns = th.arange(x.shape[1], device=x.device)[:, None] * rates
        return x + th.stack([turns.sin(), turns.cos()], dim=2).flatten(1)[:, : x.shape[2]]'''
CLASS_TOKEN = '''class ClassToken(nn.Module):
    """A learned token before the others."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.token = nn.Parameter(0.02 * th.randn(1, 1, dim))

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, N, D) to (B, 1 + N, D)."""
        return th.cat([self.token.expand(len(x), -1, -1), x], dim=1)'''
TOKEN_ATTENTION = '''class TokenAttention(nn.Module):
    """x + what each token attends to in the others, (B, N, D)."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.attention = nn.MultiheadAttention(dim, heads, batch_first=True)

    def forward(self, x: th.Tensor, absent: th.Tensor | None = None) -> th.Tensor:
        """(B, N, D) to the same; none attends to the tokens that are absent, (B, N)."""
        tokens = self.norm(x)
        attended, _ = self.attention(tokens, tokens, tokens, key_padding_mask=absent, need_weights=False)
        total: th.Tensor = x + attended
        return total'''
PRESENT = '''class Present(nn.Module):
    """Layers of tokens of which some are absent, all zeros: nothing attends to those, no mean has them."""

    def __init__(self, layers: nn.ModuleList) -> None:
        super().__init__()
        self.layers = layers

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, N, D) to (B, D'); all zeros where no token is there."""
        absent = (x == 0).all(-1)
        nobody = absent.all(1, keepdim=True)
        for layer in self.layers:
            x = layer(x, absent & ~nobody) if isinstance(layer, TokenAttention) else layer(x)
        there = (~absent).unsqueeze(-1)
        {value}'''
PRESENT_VALUES = {
    "mean": "total: th.Tensor = (x * there).sum(1) / there.sum(1).clamp(min=1)\n        return total",
    "sum": "return (x * there).sum(1)",
    "max": 'most = x.masked_fill(~there, float("-inf")).amax(1)\n        return most.masked_fill(nobody, 0.0)',
}
TRANSFORMER = '''class TransformerBlock(nn.Module):
    """Self-attention, then an MLP; each is added to its input, layer norm first (arXiv 2002.04745)."""

    def __init__(self, dim: int, heads: int, hidden: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.attention = nn.MultiheadAttention(dim, heads, batch_first=True)
        self.mlp = nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, hidden), nn.GELU(), nn.Linear(hidden, dim))

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, N, D) to the same."""
        tokens = self.norm(x)
        x = x + self.attention(tokens, tokens, tokens, need_weights=False)[0]
        total: th.Tensor = x + self.mlp(x)
        return total'''
REDUCES = {
    "mean": ("MeanOfTokens", "The mean of all tokens.", "x.mean(1)"),
    "sum": ("SumOfTokens", "The sum of all tokens: their order and place say nothing (arXiv 1703.06114).", "x.sum(1)"),
    "max": ("MaxOfTokens", "The largest of each number over all tokens.", "x.amax(1)"),
    "first": ("FirstToken", "The first token.", "x[:, 0]"),
    "last": ("LastToken", "The last token.", "x[:, -1]"),
}
REDUCE = '''class {name}(nn.Module):
    """{about}"""

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, N, D) to (B, D)."""
        return {value}'''
ATTENTION_POOL = '''class AttentionPool(nn.Module):
    """A mean of the tokens, weighed by a softmax of what a linear layer says of each."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.score = nn.Linear(dim, 1)

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, N, D) to (B, D)."""
        return (self.score(x).softmax(1) * x).sum(1)'''
RECURRENT = '''class Recurrent(nn.Module):
    """A {cell} over the tokens, the first one first, and what it says after the last."""

    def __init__(self, dim: int, size: int) -> None:
        super().__init__()
        self.memory = nn.{cell}(dim, size{more})

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, N, dim) to (B, {outputs})."""
        outputs, _ = self.memory(x)
        {last}'''
RECURRENT_LAST = "last: th.Tensor = outputs[:, -1]\n        return last"
RECURRENT_BOTH = (
    "size = outputs.shape[2] // 2\n        return th.cat([outputs[:, -1, :size], outputs[:, 0, size:]], dim=1)"
)
TEMPORAL = '''class TemporalConv(nn.Module):
    """A convolution over the row of tokens{about}."""

    def __init__(self, dim: int, channels: int, kernel: int, stride: int, dilation: int) -> None:
        super().__init__()
        self.convolution = nn.Conv1d(dim, channels, kernel, stride=stride, dilation=dilation{padding})
        self.before = dilation * (kernel - 1)

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, N, dim) to (B, M, channels)."""
        rows = {rows}
        tokens: th.Tensor = self.convolution(rows).transpose(1, 2)
        return tokens'''
