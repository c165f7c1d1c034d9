"""Source of fixed bases of bounded states, as linear function approximation takes them: nothing in them learns."""

from __future__ import annotations

_BOUNDS = '''def bounds(space: gym.Space[Any]) -> tuple[th.Tensor, th.Tensor]:
    """Lowest and highest number of each dimension of an observation, (D,) each.

    Raises:
        SpaceError: the observations have no bounds.
    """
    if not isinstance(space, gym.spaces.Box) or not space.is_bounded():
        raise SpaceError(f"A fixed basis needs a Box with finite bounds; received {space}.")
    low, high = (th.as_tensor(bound, dtype=th.float32).flatten() for bound in (space.low, space.high))
    return low, high


class Bounded(nn.Module):
    """States scaled to [0, 1] by the bounds of their space."""

    low: th.Tensor
    width: th.Tensor

    def __init__(self, space: gym.Space[Any]) -> None:
        super().__init__()
        low, high = bounds(space)
        self.register_buffer("low", low)
        self.register_buffer("width", (high - low).clamp(min=1e-8))

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, D) to the same, in [0, 1]."""
        return ((x - self.low) / self.width).clamp(0.0, 1.0)'''
FOURIER = f'''{_BOUNDS}


class FourierBasis(nn.Module):
    """cos(pi c . s) for every c of whole numbers from 0 to the order (Konidaris, Osentoski and Thomas 2011)."""

    coefficients: th.Tensor

    def __init__(self, dims: int, order: int) -> None:
        super().__init__()
        if (order + 1) ** dims > 100_000:
            raise SpaceError(f"{{dims}} dimensions give {{(order + 1) ** dims}} features of order {{order}}.")
        every = [th.arange(order + 1.0)] * dims
        self.register_buffer("coefficients", th.cartesian_prod(*every).view(-1, dims))

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, D) within [0, 1] to (B, (order + 1) ** D) within [-1, 1]."""
        return (th.pi * x @ self.coefficients.T).cos()'''
POLYNOMIAL = f'''{_BOUNDS}


class PolynomialBasis(nn.Module):
    """Products of powers from 0 to the order of each number of a state (Sutton and Barto 2018, section 9.5.1)."""

    powers: th.Tensor

    def __init__(self, dims: int, order: int) -> None:
        super().__init__()
        if (order + 1) ** dims > 100_000:
            raise SpaceError(f"{{dims}} dimensions give {{(order + 1) ** dims}} features of order {{order}}.")
        every = [th.arange(order + 1.0)] * dims
        self.register_buffer("powers", th.cartesian_prod(*every).view(-1, dims))

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, D) within [0, 1] to (B, (order + 1) ** D) within [0, 1]."""
        return (x[:, None] ** self.powers).prod(2)'''
RADIAL = f'''{_BOUNDS}


class RadialBasis(nn.Module):
    """exp(-|s - c|^2 / (2 width^2)) for centres c on a grid (Sutton and Barto 2018, section 9.5.5)."""

    centres: th.Tensor

    def __init__(self, dims: int, number: int, width: float) -> None:
        super().__init__()
        if number**dims > 100_000:
            raise SpaceError(f"{{dims}} dimensions give {{number**dims}} centres.")
        every = [th.linspace(0.0, 1.0, number)] * dims
        self.register_buffer("centres", th.cartesian_prod(*every).view(-1, dims))
        self.spread = width

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, D) within [0, 1] to (B, number ** D) within (0, 1]."""
        squares = (x[:, None] - self.centres).square().sum(2)
        return (-squares / (2 * self.spread**2)).exp()'''
TILES = f'''{_BOUNDS}


class TileCoding(nn.Module):
    """Grids over the state, each displaced by its share of a tile; of each the tile is a 1 (Sutton and Barto 2018)."""

    offsets: th.Tensor
    places: th.Tensor

    def __init__(self, dims: int, tilings: int, tiles: int) -> None:
        super().__init__()
        if tilings * tiles**dims > 1_000_000:
            raise SpaceError(f"{{dims}} dimensions give {{tilings * tiles**dims}} tiles.")
        self.tiles, self.number = tiles, tiles**dims
        apart = th.arange(tilings)[:, None] * (2 * th.arange(dims) + 1) % tilings
        self.register_buffer("offsets", apart / tilings)
        self.register_buffer("places", tiles ** th.arange(dims))

    def forward(self, x: th.Tensor) -> th.Tensor:
        """(B, D) within [0, 1] to (B, tilings x tiles ** D): a 1 in each tiling, else zeros."""
        cells = (x[:, None] * (self.tiles - 1) + self.offsets).floor().long().clamp(0, self.tiles - 1)
        index = (cells * self.places).sum(2)
        return nn.functional.one_hot(index, self.number).flatten(1).float()'''
