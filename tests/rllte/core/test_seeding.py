"""Seeds: what is drawn apart depends on the seed and the name, and leaves no trace in torch's generator."""

from __future__ import annotations

import torch as th

from rllte.core.seeding import drawn_apart, seed_everything


def drawn(name: str) -> th.Tensor:
    with drawn_apart(name):
        return th.rand(4)


def test_what_is_drawn_apart_depends_on_seed_and_name_and_leaves_the_generator_as_it_was() -> None:
    seed_everything(3)
    before = th.get_rng_state()
    first, other = drawn("RND"), drawn("ICM")
    assert th.equal(before, th.get_rng_state())
    assert th.initial_seed() == 3
    assert th.equal(first, drawn("RND"))
    assert not th.equal(first, other)
    assert not th.equal(first, th.rand(4))
    seed_everything(4)
    assert not th.equal(first, drawn("RND"))


def test_the_generator_comes_back_after_an_error_too() -> None:
    before = th.get_rng_state()
    try:
        with drawn_apart("RND"):
            th.rand(1)
            raise ValueError
    except ValueError:
        pass
    assert th.equal(before, th.get_rng_state())
