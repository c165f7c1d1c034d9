"""Layer 1: conversations, kept in SQLite in the user's data folder and nowhere else."""

from copilot.history.export import markdown, write
from copilot.history.sessions import Match, PastTurn, Session, Sessions, new_id
from copilot.history.work import KeptPlan, KeptRun, Work

__all__ = ["KeptPlan", "KeptRun", "Match", "PastTurn", "Session", "Sessions", "Work", "markdown", "new_id", "write"]
