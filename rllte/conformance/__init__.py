"""One suite of tests per primitive: a class to inherit beside one's own module, and to run with pytest."""
