"""Layer 0 of the copilot: types, events, errors, settings, paths. Standard library only; imports nothing of the copilot."""
