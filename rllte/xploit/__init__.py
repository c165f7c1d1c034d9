"""Layer 2, the exploiting half: encoders, policies, storages."""
