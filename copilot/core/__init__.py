"""Layer 0 of the copilot: types, events, errors, settings, paths. Imports nothing of the copilot but itself."""
