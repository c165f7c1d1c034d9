"""Layer 0 of the library: errors, types, spaces, registry, presets, device, seeding, weights. Imports nothing above it."""
