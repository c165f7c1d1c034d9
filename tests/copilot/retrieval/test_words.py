"""Words as the lexical index sees them: names whole and in parts, plurals and forms of verbs met, stop words dropped."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.retrieval.words import STOP, held_numbers, names, words


def test_a_name_gives_itself_and_its_parts() -> None:
    found = words("OnPolicySharedActorCritic")
    assert "onpolicysharedactorcritic" in found
    assert set(words("policy actor critic")) <= set(found)
    assert "on" not in found, "a stop word, even as a part"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("make_atari_env", {"make_atari_env", "atari", "env"}),
        ("Walker2d-v4", {"walker2d-v4", "walker"}),
        ("RE3 reward", {"re3", "reward"}),
        ("HTTPServer", {"httpserver", "http", "server"}),
        ("0.99", {"0.99"}),
    ],
)
def test_names_of_each_kind(text: str, expected: set[str]) -> None:
    assert expected <= set(words(text))


@pytest.mark.parametrize(
    "forms",
    [
        ("agent", "agents"),
        ("policy", "policies"),
        ("loss", "losses"),
        ("train", "training", "trained", "trains"),
        ("module", "modules"),
        ("space", "spaces"),
        ("value", "values"),
        ("encode", "encodes", "encoded", "encoding"),
        ("storage", "storages"),
        ("setting", "settings"),
        ("string", "strings"),
        ("box", "boxes"),
        ("clip", "clips", "clipped", "clipping"),
        ("normalise", "normalize", "normalised", "normalization", "normalising"),
        ("optimiser", "optimizer", "optimisers"),
        ("behaviour", "behavior"),
        ("labelled", "labeled"),
    ],
)
def test_forms_of_one_word_meet(forms: tuple[str, ...]) -> None:
    assert len({tuple(words(form)) for form in forms}) == 1


@pytest.mark.parametrize(("one", "other"), [("loss", "los"), ("ppo", "ppg"), ("rnd", "re3"), ("class", "clip")])
def test_unlike_words_do_not_meet(one: str, other: str) -> None:
    assert not set(words(one)) & set(words(other))


def test_stop_words_say_nothing() -> None:
    assert words("How do I use it with the?") == []
    assert words("How do I use PPO?") == ["ppo"]


def test_chinese_gives_pairs_of_signs() -> None:
    assert words("内在奖励") == ["内在", "在奖", "奖励"]
    assert words("我") == ["我"]
    assert set(words("用PPO训练")) >= {"ppo", "训练", "用"}


def test_case_does_not_matter_to_words_without_inner_capitals() -> None:
    assert words("Rollout LENGTH") == words("rollout length")


@pytest.mark.parametrize("word", sorted(STOP))
def test_each_stop_word_is_dropped_before_it_is_cut(word: str) -> None:
    assert words(f"{word} {word.title()} {word.upper()}") == []


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_gives_words_that_are_not_empty(text: str) -> None:
    assert all(words(text))
    assert words(text) == words(text.strip())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is PPO?", {"ppo"}),
        ("Is RE3 better than RND?", {"re3", "rnd"}),
        ("the OrthogonalInit class", {"orthogonalinit"}),
        ("set num_envs to 8", {"num_envs"}),
        ("on Ant-v4", {"ant-v4"}),
        ("what is a good agent?", set()),
        ("How does it learn", set()),
        ("A question", set()),
    ],
)
def test_names_are_told_from_words(text: str, expected: set[str]) -> None:
    assert names(text) - {"8"} == expected


def test_numbers_are_held_in_words_as_well_and_percentages_as_shares() -> None:
    assert held_numbers("exactly Four frames, 25 % and 2,048; 三层") == {4.0, 25.0, 0.25, 2048.0, 3.0}
    assert held_numbers("someone, tenfold, fourth") == set(), "part of a word is no number"


@pytest.mark.parametrize("text", ["20,000 steps", "20_000 steps", "20000 steps"])
def test_a_number_is_one_word_however_its_thousands_are_set_apart(text: str) -> None:
    assert words(text) == ["20000", "step"]
    assert words("kernels 8,4,3 and 16,100") == ["kernel", "8", "4", "3", "16100"]
    assert words("0.25 of 2_048") == ["0.25", "2048"]
    assert words("resnet_18") == ["resnet", "18", "resnet_18"]


def test_chinese_words_that_tell_nothing_part_the_others() -> None:
    """Pairs of signs across them are rare, so that they would weigh more than what is asked for."""
    assert words("PPO 的默认值是多少？") == ["ppo", "默认", "认值"]
    assert words("如何设置回放池的大小") == words("设置回放池 大小")
