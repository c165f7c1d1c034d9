"""Several runs in one request: what differs, what belongs to which run, and their plan together."""
