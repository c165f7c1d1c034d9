"""Numbers that are only told of, and those that are settled on."""

import pytest

from copilot.codegen.request.settled import settled


@pytest.mark.parametrize(
    ("text", "wanted", "gone"),
    [
        ("i wrote 3M steps in my notes but thats gonna take forever, so 1.5M it is", "1.5M steps", "3M"),
        ("It said 50M steps, but that's crazy; make it 5M.", "5M steps", "50M"),
        ("I'd have liked 5M steps but the queue only lets me have 1M, so 1M then", "1M steps", "5M"),
        ("本来想训练100万步的，后来时间不够，还是50万步吧", "50万步", "100万"),
        ("The warm-up of twenty thousand steps is silly, 2000 is enough.", "2000 steps", "twenty"),
        ("cut the value epochs from nine to 5", "value epochs to 5", "nine"),
        ("默认的批大小256太大，改成128", "批大小128", "256"),
        ("lr 1e-3 is too high for this, 3e-4 is fine", "lr 3e-4", "1e-3"),
    ],
)
def test_the_later_number(text: str, wanted: str, gone: str) -> None:
    made = " ".join(settled(text).split())
    assert wanted in made and gone not in made


@pytest.mark.parametrize(
    "text",
    [
        "epsilon drops from 1 to 0.1 over 10k steps",
        "lr 3e-4 but a batch of 64 is enough",
        "8 environments, but only 50k steps please",
        "100k steps, but too slow so use 4 environments",
        "PPO with lr 1e-3 but make it 16 environments",
    ],
)
def test_two_things(text: str) -> None:
    assert settled(text) == text
