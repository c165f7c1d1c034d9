"""Measured claims: `python -m evals NAME` prints figures with their command, commit and hardware as JSON."""
