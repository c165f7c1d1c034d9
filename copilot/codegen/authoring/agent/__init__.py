"""Agents: a prototype, the terms of its loss and its targets; as data, as source, as tests."""
