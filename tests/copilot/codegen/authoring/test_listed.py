"""Lists of numbers, in whatever way they are parted, and the nouns that they are of."""

from __future__ import annotations

import pytest

from copilot.codegen.authoring.listed import after, before, numbers, plain_lists, told


@pytest.mark.parametrize(
    "text",
    [
        "8 4 3", "8, 4, 3", "8,4,3", "8/4/3", "8-4-3", "8, 4 and 3", "8, 4, and 3", "8 then 4 then 3", "8 and 4 and 3",
        "8 -> 4 -> 3", "8 > 4 > 3", "8 & 4 & 3", "8 | 4 | 3", "(8, 4, 3)", "[8 4 3]", "eight, four and three", "8 / 4 / 3",
        "八、四、三", "8、4、3", "8和4和3", "8, then 4, then 3", "8 followed by 4 followed by 3", "8; 4; 3", "8, 4 & 3",
    ],
)  # fmt: skip
@pytest.mark.parametrize("around", ["kernels {}", "{} kernels", "kernel sizes of {}", "kernels: {}, and 512 features"])
def test_a_list_is_one_in_any_separators(text: str, around: str) -> None:
    plain = plain_lists(around.format(text))
    found = told(plain, "kernel sizes|kernels")
    assert found is not None
    assert found.whole == [8, 4, 3]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("conv layers 32 64 64 with strides 4 2 1", "conv layers 32, 64, 64 with strides 4, 2, 1"),
        ("strides 4 2 1 512 features", "strides 4, 2, 1; 512 features"),
        ("units 64 64", "units 64, 64"),
        ("an MLP of 256/128", "an MLP of 256, 128"),
        ("MLP 256-256", "MLP 256, 256"),
        ("hidden sizes (400, 300)", "hidden sizes 400, 300"),
        ("1,024, 512 and 256 units", "1024, 512, 256 units"),
        ("64,128 units", "64, 128 units"),
        ("widths 64,128", "widths 64, 128"),
    ],
)
def test_lists_are_written_alike(text: str, plain: str) -> None:
    assert plain_lists(text) == plain


@pytest.mark.parametrize(
    "text",
    [
        "shift by 3-5 pixels", "between [0, 1]", "U(0.5, 1.5)", "Conv2d(32, 64, 3)", "2 3x3 conv layers", "84x84x3", "1/2",
        "two 64-unit layers", "32, two linear layers", "k/s 8/4, 4/2, 3/1", "kernel 3 2 conv layers", "delays of 1-3 steps",
        "sizes 8-16", "crops in [16, 32]", "one or two of them", "stride 2 64 channels",
    ],
)  # fmt: skip
def test_what_may_be_no_list_stays(text: str) -> None:
    assert plain_lists(text) == text


def test_the_numbers_of_a_list() -> None:
    assert numbers("32, 64 and 64") == [32, 64, 64]
    assert numbers("0.1, 20% and three") == [0.1, 0.2, 3]
    assert numbers("1,024 and 八") == [1024, 8]


def test_a_list_stands_behind_its_noun_or_before_it() -> None:
    text = "channels: 32, 64 and 64, and 512 features"
    found = after(text, len("channels"))
    assert found is not None
    assert found.whole == [32, 64, 64]
    found = before("with 32, 64 filters", len("with 32, 64 "))
    assert found is not None
    assert found.whole == [32, 64]


def test_one_number_may_be_of_each() -> None:
    found = told("two layers, units: 64 each", "units")
    assert found is not None
    assert (found.each, found.spread(2)) == (True, [64, 64])


def test_a_taken_span_is_no_list_of_a_noun() -> None:
    assert told("kernels 8, 4, 3", "kernels", lambda start, end: False) is None
