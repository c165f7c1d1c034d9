"""A plan as a script, and what can be said of it without running it."""
