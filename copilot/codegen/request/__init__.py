"""The text of a request: how it is laid out, and what its words say in passing, before any of it is a setting."""
