"""Augmentations: change observations, keep what they mean."""

__all__: list[str] = []
