"""Where RLLTE keeps the logger of a run."""

from rllte.training.logger import Logger

__all__ = ["Logger"]
