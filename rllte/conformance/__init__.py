"""One suite per primitive: what every component must do, to be inherited by the tests of one's own."""
