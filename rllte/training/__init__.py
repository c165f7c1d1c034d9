"""Layer 3: the only loops. Collect, update, evaluate, checkpoint, log; rewards are mixed in one place."""
