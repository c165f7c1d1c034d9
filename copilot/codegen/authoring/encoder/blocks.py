"""Source of the blocks that encoders are rendered with."""

from __future__ import annotations

ATTENTION = '''class SelfAttention(nn.Module):
    """x + what each pixel attends to in the others, (B, C, H, W)."""

    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.attention = nn.MultiheadAttention(channels, heads, batch_first=True)

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, C, H, W) to the same."""
        pixels = self.norm(x.flatten(2).transpose(1, 2))  # (B, H x W, C)
        attended, _ = self.attention(pixels, pixels, pixels, need_weights=False)
        return x + attended.transpose(1, 2).reshape(x.shape)'''
SQUEEZE = '''class SqueezeExcite(nn.Module):
    """Channels weighed by what their means say of each other (arXiv 1709.01507)."""

    def __init__(self, channels: int, reduction: int = 4) -> None:
        super().__init__()
        hidden = max(1, channels // reduction)
        self.weigh = nn.Sequential(nn.Linear(channels, hidden), nn.ReLU(), nn.Linear(hidden, channels), nn.Sigmoid())

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, C, H, W) to the same."""
        return x * self.weigh(x.mean((2, 3)))[:, :, None, None]'''
SOFTMAX = '''class SpatialSoftmax(nn.Module):
    """Where each channel is largest: the mean place under a softmax over pixels (arXiv 1504.00702)."""

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, C, H, W) to (B, 2 C), coordinates from -1 to 1."""
        weights = x.flatten(2).softmax(-1).view_as(x)
        rows = th.linspace(-1.0, 1.0, x.shape[2], device=x.device)
        columns = th.linspace(-1.0, 1.0, x.shape[3], device=x.device)
        return th.cat([(weights.sum(3) * rows).sum(2), (weights.sum(2) * columns).sum(2)], dim=1)'''
FOURIER = '''class FourierFeatures(nn.Module):
    """Sines and cosines of fixed random projections (arXiv 2006.10739)."""

    projections: th.Tensor

    def __init__(self, inputs: int, outputs: int, scale: float) -> None:
        super().__init__()
        self.register_buffer("projections", scale * th.randn(inputs, outputs))

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, inputs) to (B, 2 x outputs)."""
        turns = x @ self.projections
        return th.cat([turns.sin(), turns.cos()], dim=1)'''
COORDS = '''class Coords(nn.Module):
    """Two channels more: the row and the column of each pixel, from -1 to 1 (arXiv 1807.03247)."""

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, C, H, W) to (B, C + 2, H, W)."""
        batch, _, height, width = x.shape
        rows = th.linspace(-1.0, 1.0, height, device=x.device)[:, None].expand(batch, 1, height, width)
        columns = th.linspace(-1.0, 1.0, width, device=x.device).expand(batch, 1, height, width)
        return th.cat([x, rows, columns], dim=1)'''
SYMLOG = '''class Symlog(nn.Module):
    """sign(x) log(1 + |x|): large numbers are pressed together, small ones stay (arXiv 2301.04104, equation 9)."""

    def forward(self, x: th.Tensor) -> th.Tensor:
        """Any shape to the same."""
        return x.sign() * x.abs().log1p()'''
SPECTRAL_LINEAR = '''class SpectralLinear(nn.Linear):
    """A linear layer whose weight is divided by its largest singular value (arXiv 1802.05957)."""

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, inputs) to (B, outputs)."""
        return F.linear(x, self.weight / th.linalg.matrix_norm(self.weight, 2).clamp(min=1e-12), self.bias)'''
SPECTRAL_CONV = '''class SpectralConv2d(nn.Conv2d):
    """A convolution whose weight, as a matrix, is divided by its largest singular value (arXiv 1802.05957)."""

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, C, H, W) to (B, channels, ...)."""
        norm = th.linalg.matrix_norm(self.weight.flatten(1), 2).clamp(min=1e-12)
        return F.conv2d(x, self.weight / norm, self.bias, self.stride, self.padding, self.dilation, self.groups)'''
