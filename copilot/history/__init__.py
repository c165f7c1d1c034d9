"""Layer 1: conversations, kept in SQLite in the user's data folder and nowhere else."""

from copilot.history.export import markdown, write
from copilot.history.sessions import Match, PastTurn, Session, Sessions, new_id

__all__ = ["Match", "PastTurn", "Session", "Sessions", "markdown", "new_id", "write"]
