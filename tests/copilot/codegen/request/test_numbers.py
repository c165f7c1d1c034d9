"""Known answers of the number reader, both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.codegen.request.numbers import find_numbers, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("50k", 50_000),
        ("50K steps", 50_000),
        ("1e5", 100_000),
        ("3e-4", 3e-4),
        ("50,000", 50_000),
        ("1_000_000", 1_000_000),
        ("1M", 1_000_000),
        ("2 million", 2_000_000),
        ("2.5 million steps", 2_500_000),
        ("a million", 1_000_000),
        ("half a million", 500_000),
        ("ten thousand", 10_000),
        ("sixteen", 16),
        ("10^5", 100_000),
        ("2**16", 65_536),
        (".5", 0.5),
        ("50000.", 50_000),
        ("-5", -5),
        ("20%", 0.2),
        ("1 万步", 10_000),
        ("1.5万", 15_000),
        ("十万步", 100_000),
        ("三百二十", 320),
        ("两万五千", 25_000),
        ("一百万", 1_000_000),
        ("100万", 1_000_000),
        ("一亿", 100_000_000),
        ("零点九九", 0.99),
        ("二〇四八", 2048),
        ("八个", 8),
        ("50 000 steps", 50_000),
        ("1 500 000", 1_500_000),
        ("1.000.000", 1_000_000),
        ("3*10^-4", 3e-4),
        ("3 × 10^-4", 3e-4),
        ("3·10^-4", 3e-4),
        ("2.5x10**5", 250_000),
        ("5 e-4", 5e-4),
        ("千分之一", 0.001),
        ("百分之五", 0.05),
        ("0,001", 0.001),
        ("1,5 million", 1_500_000),
        ("CartPole五十万步", 500_000),
        ("CartPole两万步", 20_000),
        ("CartPole三百万步", 3_000_000),
        ("CartPole-v1十万步", 100_000),
        ("1e999999999", float("inf")),
        ("9^999999", float("inf")),
    ],
)
def test_known_values(text: str, value: float) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["", "CartPole-v1", "A2C", "an agent", "1 2", "x86", "3d"])
def test_no_single_number(text: str) -> None:
    assert parse_number(text) is None


def test_whole_numbers_are_integers() -> None:
    assert [type(parse_number(text)) for text in ("1e5", "5.0", "0.5")] == [int, int, float]


def test_places() -> None:
    assert [(n.value, n.start, n.end) for n in find_numbers("8 envs, 1 万步")] == [(8, 0, 1), (10_000, 8, 11)]


@given(st.text(alphabet="0123456789.,_eE+-^*%kM 万千百十亿点零一二a million", max_size=60))
def test_never_raises(text: str) -> None:
    for number in find_numbers(text):
        assert 0 <= number.start < number.end <= len(text)


@given(st.integers(0, 10**15))
def test_digits_and_thousands(value: int) -> None:
    assert parse_number(str(value)) == parse_number(f"{value:,}") == value


@pytest.mark.parametrize("text", ["一共跑六万步", "一起跑六万步", "一直跑六万步", "一般跑六万步"])
def test_words_that_begin_with_one_are_no_number(text: str) -> None:
    assert [number.value for number in find_numbers(text)] == [60_000]
