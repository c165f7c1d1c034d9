"""A plan that is changed by words."""
