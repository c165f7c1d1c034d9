"""Layer 1: conversations, kept in SQLite in the user's data folder and nowhere else."""

from copilot.history.sessions import Session, Sessions

__all__ = ["Session", "Sessions"]
