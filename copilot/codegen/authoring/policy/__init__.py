"""Policies: what is asked for, as data, as source, as tests."""
