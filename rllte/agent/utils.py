"""Where RLLTE keeps what its agents share."""

from rllte.nn import soft_update_params

__all__ = ["soft_update_params"]
