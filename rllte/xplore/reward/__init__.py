"""Intrinsic rewards: pay for what is new."""

__all__: list[str] = []
