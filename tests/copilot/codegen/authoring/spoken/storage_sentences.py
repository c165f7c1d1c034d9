"""Requests for storages, made at random."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.copilot.codegen.authoring.spoken.sentences import (
    Language,
    Part,
    Sentence,
    Slots,
    Values,
    chance,
    chosen,
    decimal,
    put_together,
    put_together_chinese,
    share,
    share_chinese,
    spoilt,
    whole,
    whole_chinese,
)

Make = Callable[[random.Random], tuple[Values, Slots]]


def _one(
    name: str,
    values: list[Any],
    say: Callable[[random.Random, Any], str],
    han: Callable[[random.Random, Any], str],
    **more: Any,
) -> Make:
    def make(rng: random.Random) -> tuple[Values, Slots]:
        value = rng.choice(values)
        return {name: value, **more}, {"n": say(rng, value), "z": han(rng, value)}

    return make


def _big(name: str, *values: int, **more: Any) -> Make:
    return _one(name, list(values), whole, whole_chinese, **more)


def _real(name: str, *values: float, **more: Any) -> Make:
    return _one(name, list(values), decimal, decimal, **more)


def _share(name: str, *values: float, **more: Any) -> Make:
    return _one(name, list(values), share, share_chinese, **more)


def _chance(name: str, *values: float, **more: Any) -> Make:
    return _one(name, list(values), chance, lambda rng, value: rng.choice([f"{value:g}", f"{value * 100:g}%"]), **more)


def _flag(**values: Any) -> Make:
    return lambda rng: (dict(values), {})


def _clip(rng: random.Random) -> tuple[Values, Slots]:
    high = rng.choice([1.0, 2.0, 5.0, 10.0, 0.5, 3.0])
    shown = decimal(rng, high)
    ways = [
        f"[-{shown}, {shown}]",
        f"{{between|to between}} -{shown} and {shown}",
        f"±{shown}",
        f"-{high:g}..{high:g}",
        f"+/-{shown}",
        f"(-{shown}, {shown})",
        f"[-{shown},{shown}]",
        f"-{shown} to {shown}",
    ]
    if rng.random() < 0.25:
        low = rng.choice([0.0, -1.0, -0.5])
        low = low if low != -high else 0.0
        ways = [f"[{low:g}, {shown}]", f"between {low:g} and {shown}", f"from {low:g} to {shown}"]
        chosen_ = rng.choice(ways)
        return {"clip": high, "clip_low": low}, {"n": _choice(rng, chosen_), "z": f"[{low:g}, {shown}]"}
    return {"clip": high}, {
        "n": _choice(rng, rng.choice(ways)),
        "z": rng.choice([f"[-{shown}, {shown}]", f"±{shown}", f"-{shown}到{shown}"]),
    }


def _choice(rng: random.Random, words: str) -> str:
    return words.replace("{between|to between}", rng.choice(["between", "to between"]))


def _scale(rng: random.Random) -> tuple[Values, Slots]:
    if rng.random() < 0.5:
        value = rng.choice([10, 100, 5, 20, 200])
        return {"scale": 1 / value}, {
            "v": rng.choice([f"divided by {value}"]),
            "d": rng.choice(
                [f"divides the rewards by {value}", f"divides all rewards by {value}", f"divides rewards by {value}"]
            ),
            "n": rng.choice(["rewards divided by ", "all rewards divided by "]) + str(value),
            "z": rng.choice([f"奖励除以{value}", f"奖励都除以 {value}", f"先把奖励除以{value}"]),
        }
    value = rng.choice([0.1, 0.01, 2.0, 0.5, 10.0, 5.0])
    shown = decimal(rng, value)
    return {"scale": value}, {
        "v": rng.choice([f"multiplied by {shown}", f"scaled by {shown}", f"scaled by a factor of {shown}"]),
        "d": rng.choice(
            [
                f"multiplies the rewards by {shown}",
                f"scales rewards by {shown}",
                f"scales every reward with a factor {shown}",
                f"multiplies each reward with {shown}",
            ]
        ),
        "n": rng.choice(
            [
                f"a reward scale of {shown}",
                f"reward scaling by {shown}",
                f"rewards scaled by {shown}",
                f"reward scale {shown}",
                f"rewards times {shown}",
                f"reward_scale={shown}",
            ]
        ),
        "z": rng.choice([f"奖励乘以{shown}", f"奖励缩放 {shown} 倍", f"奖励缩放系数{shown}", f"奖励乘 {shown}"]),
    }


def _recent(rng: random.Random) -> tuple[Values, Slots]:
    part = rng.choice([0.5, 0.25, 0.75, 0.3, 0.2, 1 / 3, 2 / 3, 0.4, 0.6, 0.8])
    if rng.random() < 0.3:
        of = rng.choice([0.1, 0.2, 0.25, 0.05])
        words = {0.1: "tenth", 0.2: "fifth", 0.25: "quarter"}
        shown = rng.choice([words.get(of, f"{of * 100:g}%"), f"{of * 100:g}%", f"{of * 100:g} percent"])
        return {"recent": part, "newest_share": of}, {
            "s": share(rng, part),
            "o": f"{shown} of {rng.choice(['the buffer', 'what is stored', 'the memory'])}",
            "zs": share_chinese(rng, part),
            "zo": f"{of * 100:g}%的数据",
        }
    size = rng.choice([500, 1000, 2000, 5000, 10_000, 20_000, 50_000])
    return {"recent": part, "newest": size}, {
        "s": share(rng, part),
        "o": whole(rng, size) + rng.choice([" transitions", " transitions", " steps", " samples"]),
        "zs": share_chinese(rng, part),
        "zo": whole_chinese(rng, size) + rng.choice(["条", "条转移", "步"]),
    }


def _beta(rng: random.Random) -> tuple[Values, Slots]:
    value = rng.choice([0.4, 0.5, 0.6, 0.2])
    shown = decimal(rng, value)
    if rng.random() < 0.6:
        steps = rng.choice([50_000, 100_000, 200_000, 1_000_000, 20_000])
        said, han = whole(rng, steps), whole_chinese(rng, steps)
        unit = rng.choice([" steps", " transitions", " steps"])
        return {"importance": value, "beta_steps": steps}, {
            "n": rng.choice(
                [
                    f"from {shown} to 1 over {said}{unit}",
                    f"from {shown} to 1.0 within {said}{unit}",
                    f"from {shown} to 1 in the first {said}{unit}",
                    f"{shown} -> 1 over {said}{unit}",
                    f"from {shown} up to 1 during {said}{unit}",
                ]
            ),
            "z": f"从{shown}到1，共{han}步",
        }
    return {"importance": value}, {"n": shown, "z": shown}


_MAKES: dict[str, dict[str, Make]] = {
    "replay": {
        "sign": _flag(sign=True), "root": _flag(squash="root"), "symlog": _flag(squash="symlog"),
        "tanh": _flag(squash="tanh"), "standardise": _flag(standardise=True),
        "centred": _flag(standardise=True, centre=True),
        "clip": _clip, "scale": _scale, "noise": _real("noise", 0.1, 0.05, 0.01, 0.2),
        "flipped": _chance("flipped", 0.05, 0.1, 0.2), "n_step": _big("n_step", 2, 3, 4, 5, 10),
        "discount": _real("discount", 0.9, 0.95, 0.97, 0.98, 0.995),
    },
    "sizes": {
        "size": _big("storage_size", 10000, 20000, 50000, 100000, 200000, 500000, 1000000),
        "batch": _big("batch_size", 32, 64, 128, 256, 100, 512),
    },
    "draws": {
        "recent": _recent, "recent_only": _big("newest", 500, 2000, 5000, 10000, recent=1.0),
        "positive": _share("positive", 0.5, 0.25, 0.3, 0.2, 1 / 3, 0.4),
        "ended": _share("ended", 0.1, 0.2, 0.25, 0.5, 1 / 3),
        "latest": _flag(latest=True), "stratified": _flag(stratified=True), "distinct": _flag(distinct=True),
        "epochs": _flag(epochs=True), "by_reward": _flag(by_reward=True),
        "half_life": _big("half_life", 5000, 10000, 20000, 50000, by_age="exponential"),
        "linear_age": _flag(by_age="linear"), "by_return": _flag(by_return=True), "by_action": _flag(by_action=True),
        "delay": _big("delay", 10, 50, 100, 5), "oldest": _big("oldest", 10000, 20000, 50000, 5000),
        "keep_zero": _chance("keep_zero", 0.1, 0.2, 0.5, 0.3), "chunk": _big("chunk", 4, 8, 16),
        "demos": _share("demos", 0.5, 0.25, 0.1, 0.2),
    },
    "priority": {
        "alpha": _real("alpha", 0.5, 0.6, 0.7, 0.8), "beta": _beta, "eps": _real("eps", 0.01, 0.001, 0.0001, 0.1),
        "error_clip": _real("error_clip", 1.0, 2.0, 5.0), "uniform": _share("uniform", 0.1, 0.2, 0.5, 0.25),
        "ranked": _flag(ranked=True), "unweighted": _flag(unweighted=True),
    },
    "rollout": {
        "steps": _big("storage_size", 128, 256, 512, 1024, 2048), "envs": _big("num_envs", 2, 4, 8, 16),
        "batch": _big("batch_size", 32, 64, 128, 256), "lambda": _real("gae_lambda", 0.9, 0.95, 0.8, 0.97),
        "mc": _flag(gae_lambda=1.0), "td0": _flag(gae_lambda=0.0), "normalise": _flag(normalise=True),
        "advantage_clip": _real("advantage_clip", 1.0, 2.0, 3.0, 5.0),
        "positive_advantages": _flag(positive_advantages=True),
        "best": _share("best", 0.5, 0.25, 0.1, 0.2), "ordered": _flag(ordered=True), "n_step": _big("n_step", 3, 5, 10),
    },
}  # fmt: skip
"""How the numbers of each part are made."""
_WORDS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "spoken_storages.jsonl").read_text(encoding="utf-8").splitlines()
]


def _parts(kind: str) -> list[Part]:
    return [
        Part(
            row["name"],
            _MAKES[kind][row["name"]],
            *(tuple(row[words]) for words in ("nouns", "verbs", "clauses", "chinese")),
            row["group"],
        )
        for row in _WORDS
        if row["of"] == kind
    ]


_REPLAY, _SIZES, _DRAWS, _PRIORITY, _ROLLOUT = map(_parts, ("replay", "sizes", "draws", "priority", "rollout"))
OPENINGS = (
    "{Write|Create|Build|Implement|Design|Give me|I need|I want|I'd like|Please write|Can you write|Could you please "
    "make|We need|Make} a",
    "{Write|Implement|Create} me a",
    "A",
    "A",
    "I would like to have a",
    "Hi! I need a",
    "Hello, could you write a",
    "Need a",
    "Write a custom",
    "For my project I need a",
    "{generate|code} a",
    "So I want to try a",
)
CHINESE_OPENINGS = (
    "写一个",
    "请写一个",
    "实现一个",
    "帮我写一个",
    "我需要一个",
    "想要一个",
    "设计一个",
    "请帮我实现一个",
    "做一个",
    "",
)
TALK = (
    "Thanks!",
    "Thank you so much.",
    "That's all.",
    "Everything else as usual.",
    "Rest as in the library.",
    "Hope that is possible.",
    "I use it for my thesis.",
    "My robot is slow to learn.",
    "Cheers",
    "It's for my students.",
)
CHINESE_TALK = ("谢谢！", "其他不变。", "谢谢", "毕业论文要用。")
_ENGLISH = Language(OPENINGS, (), TALK)
_HAN = Language(CHINESE_OPENINGS, (), CHINESE_TALK)
_NOUNS = {
    "replay": (
        "replay buffer",
        "replay storage",
        "replay",
        "experience replay",
        "replay memory",
        "uniform replay buffer",
        "replay storage for DQN",
    ),
    "prioritized": (
        "prioritised replay",
        "prioritized replay buffer",
        "prioritized experience replay",
        "prioritised replay storage",
        "PER buffer",
    ),
    "rollout": (
        "rollout storage",
        "rollout buffer",
        "on-policy rollout storage",
        "rollout buffer for PPO",
        "on-policy storage",
    ),
}
_CHINESE = {
    "replay": ("回放缓冲区", "经验回放", "回放池", "经验池"),
    "prioritized": ("优先经验回放", "优先回放缓冲区"),
    "rollout": ("rollout存储", "轨迹缓冲区", "on-policy存储"),
}


def sentence(rng: random.Random) -> Sentence:
    """A request for a storage."""
    kind = rng.choice(["replay", "replay", "replay", "prioritized", "rollout"])
    if kind == "replay":
        parts = (
            chosen(rng, _DRAWS, rng.choice([0, 1, 1, 1]))
            + chosen(rng, _REPLAY, rng.choice([0, 1, 1, 2]))
            + chosen(rng, _SIZES, rng.choice([0, 1, 1, 2]))
        )
        if any(part.name == "chunk" for part, _, _ in parts):
            parts = [one for one in parts if one[0].name != "n_step"]
    elif kind == "prioritized":
        parts = chosen(rng, _PRIORITY, rng.choice([1, 2, 2, 3])) + chosen(
            rng, _REPLAY[-2:] + _SIZES, rng.choice([0, 0, 1, 2])
        )
    else:
        parts = chosen(rng, _ROLLOUT, rng.choice([1, 2, 3, 4])) + chosen(
            rng,
            [part for part in _REPLAY if part.name in {"clip", "scale", "discount", "standardise"}],
            rng.choice([0, 0, 1]),
        )
    parts = parts or chosen(rng, _REPLAY, 1)
    rng.shuffle(parts)
    out = Sentence()
    chinese = rng.random() < 0.25 and all(part.chinese for part, _, _ in parts)
    noun = rng.choice((_CHINESE if chinese else _NOUNS)[kind])
    pairs = [(part, slots) for part, _, slots in parts]
    if chinese:
        text, said = put_together_chinese(rng, noun, pairs, _HAN)
    else:
        text, said = put_together(rng, noun, pairs, _ENGLISH)
    out.text = spoilt(rng, text)
    out.plan = {} if kind == "replay" else {"of": kind}
    for _, values, _ in parts:
        out.plan |= values
        for name in values:
            out.words[name] = " ".join(said)
    return out
