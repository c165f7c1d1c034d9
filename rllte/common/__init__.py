"""Layer 4: the public base classes, in `rllte.common.prototype`."""
