"""Requests for action distributions and noises, made at random."""

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
    decimal,
    expand,
    put_together,
    put_together_chinese,
    spoilt,
    whole,
    whole_chinese,
)
from tests.copilot.codegen.authoring.spoken.storage_sentences import CHINESE_OPENINGS, CHINESE_TALK, OPENINGS, TALK

Make = Callable[[random.Random], tuple[Values, Slots]]


def _real(name: str, *values: float, **more: Any) -> Make:
    def make(rng: random.Random) -> tuple[Values, Slots]:
        value = rng.choice(values)
        return {name: value, **more}, {"n": decimal(rng, value)}

    return make


def _chance(name: str, *values: float) -> Make:
    def make(rng: random.Random) -> tuple[Values, Slots]:
        value = rng.choice(values)
        shown = chance(rng, value)
        return {name: value}, {"n": shown, "z": rng.choice([f"{value:g}", f"{value * 100:g}%"])}

    return make


def _count(name: str, *values: int, **more: Any) -> Make:
    def make(rng: random.Random) -> tuple[Values, Slots]:
        value = rng.choice(values)
        return {name: value, **more}, {"n": whole(rng, value), "z": whole_chinese(rng, value)}

    return make


def _flag(**values: Any) -> Make:
    return lambda rng: (dict(values), {})


def _schedule(pairs: list[tuple[float, float]]) -> Make:
    """From one number to another; the words say whether linearly."""

    def make(rng: random.Random) -> tuple[Values, Slots]:
        first, last = rng.choice(pairs)
        steps = rng.choice([10_000, 20_000, 50_000, 100_000, 200_000, 1_000_000])
        said = whole(rng, steps) + rng.choice([" steps", " steps", " environment steps", " training steps"])
        slots = {"a": decimal(rng, first), "b": decimal(rng, last), "s": said, "z": whole_chinese(rng, steps)}
        return {"schedule": f"linear({first!r}, {last!r}, {steps})"}, slots

    return make


def _bounds(rng: random.Random) -> tuple[Values, Slots]:
    low, high = rng.choice([0.05, 0.1, 0.2, 0.01]), rng.choice([0.5, 1.0, 2.0])
    return {"low": low, "high": high}, {"a": decimal(rng, low), "b": decimal(rng, high)}


def _only(rng: random.Random) -> tuple[Values, Slots]:
    numbers = sorted(rng.sample(range(6), rng.choice([1, 2, 2, 3])))
    shown = [str(number) for number in numbers]
    sign = rng.choice([" and ", ", ", " and "])
    return {"only": numbers}, {"l": sign.join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]}


def _each(rng: random.Random) -> tuple[Values, Slots]:
    numbers = rng.choice([[0.1, 0.2], [0.1, 0.2, 0.3], [0.05, 0.3]])
    return {"each": numbers}, {"l": ", ".join(f"{number:g}" for number in numbers)}


def _times(rng: random.Random) -> tuple[Values, Slots]:
    factor, words, doubled = rng.choice(
        [(2.0, "twice", "doubled"), (0.5, "half", "halved"), (2.0, "double", "doubled")]
    )
    return {"amount": factor}, {"w": words, "w2": doubled}


def _both(rng: random.Random) -> tuple[Values, Slots]:
    share, factor = rng.choice([0.1, 0.05, 0.2]), rng.choice([3.0, 5.0, 10.0])
    return {"share": share, "amount": factor}, {"n": chance(rng, share), "k": f"{factor:g}"}


_MAKES: dict[str, Make] = {
    "temperature.amount": _real("amount", 0.5, 2.0, 0.1, 0.25, 5.0),
    "mixed_uniform.amount": _chance("amount", 0.05, 0.1, 0.2),
    "temperature.schedule": _schedule([(2.0, 0.1), (1.0, 0.2), (5.0, 0.5)]), "clipped_gaussian.bounds": _bounds,
    "top_k.k": _count("k", 2, 3, 4, 5), "clipped_logits.amount": _real("amount", 5.0, 10.0, 3.0),
    "beta.acts": _flag(acts="mean"), "beta.raw": _flag(raw="softplus"), "top_p.share": _real("share", 0.9, 0.8, 0.95),
    "min_p.share": _real("share", 0.1, 0.05, 0.2), "masked.only": _only,
    "rank.amount": _real("amount", 0.7, 0.5, 2.0), "mellowmax.amount": _real("amount", 5.0, 10.0, 2.0),
    "epsilon.share": _chance("share", 0.05, 0.1, 0.01, 0.2), "max_boltzmann.share": _chance("share", 0.05, 0.1, 0.2),
    "epsilon.schedule": _schedule([(1.0, 0.05), (0.5, 0.01), (1.0, 0.1)]),
    "max_boltzmann.temperature": _real("temperature", 0.5, 2.0), "ez_greedy.share": _chance("share", 0.01, 0.05, 0.1),
    "ez_greedy.exploration": _real("exploration", 1.5, 3.0, 2.5), "ez_greedy.k": _count("k", 100, 50, 1000),
    "ucb.exploration": _real("exploration", 1.0, 0.5, 1.5), "sticky.share": _chance("share", 0.25, 0.1, 0.5),
    "student.k": _count("k", 4, 5, 10), "von_mises.low": _real("low", 0.1, 0.01, 0.5),
    "binned_gaussian.k": _count("k", 7, 15, 21), "scaled_gaussian.times": _times, "contaminated.both": _both,
    "noise.gaussian": _flag(), "noise.uniform": _flag(noise="uniform"), "noise.laplace": _flag(noise="laplace"),
    "noise.cauchy": _flag(noise="cauchy"), "noise.student": _count("k", 4, 5, 8, noise="student"),
    "noise.amount": _real("amount", 0.1, 0.2, 0.3, 0.05),
    "noise.schedule": _schedule([(0.5, 0.1), (0.3, 0.05), (0.4, 0.01)]), "noise.each": _each,
    "noise.ou": _flag(time="ou"), "noise.ou_theta": _real("theta", 0.2, 0.3, 0.1, time="ou"),
    "noise.ar": _real("correlation", 0.8, 0.95, 0.5, time="ar"), "noise.pink": _flag(time="coloured"),
    "noise.coloured": _real("exponent", 0.5, 2.0, 1.5, time="coloured"),
    "noise.hold": _count("k", 3, 5, 10, time="hold"), "noise.clip": _real("clip", 0.5, 0.2, 0.4),
    "noise.random": _chance("random", 0.05, 0.1), "noise.start": _count("start", 1000, 5000, 10_000),
    "noise.decay": _real("decay", 0.99, 0.95, 0.999),
}  # fmt: skip
_ROWS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "spoken_acting.jsonl").read_text(encoding="utf-8").splitlines()
]
_FAMILIES = {row["of"]: row for row in _ROWS if row["kind"] == "family"}

_ENGLISH, _HAN = Language(OPENINGS, (), TALK), Language(CHINESE_OPENINGS, (), CHINESE_TALK)


def _part(of: str, name: str) -> Part:
    row = next(row for row in _ROWS if row["kind"] == "part" and (row["of"], row["name"]) == (of, name))
    words = (tuple(row[kind]) for kind in ("nouns", "verbs", "clauses", "chinese"))
    return Part(name, _MAKES[f"{of}.{name}"], *words, name)


def _of_noise(rng: random.Random) -> list[str]:
    """Parts of a noise that go together."""
    size = rng.choice(["amount", "amount", "amount", "schedule", "each", "decay"])
    names = ["amount", "decay"] if size == "decay" else [size]
    time = rng.choice(["", "", "ou", "ou_theta", "ar", "pink", "coloured", "hold"])
    names += [time] if time else []
    if time in {"", "hold"}:
        names += [rng.choice(["gaussian", "gaussian", "uniform", "laplace", "cauchy", "student", ""])]
    if "amount" in names and "uniform" in names:
        names.remove("uniform")
    return [name for name in [*names, *rng.sample(["", "", "clip", "random", "start"], 1)] if name]


def _chosen(rng: random.Random) -> tuple[str, list[str]]:
    of = rng.choice(["noise"] * 12 + [name for name in _FAMILIES if name != "noise"])
    if of == "noise":
        return of, _of_noise(rng)
    names = [row["name"] for row in _ROWS if row["kind"] == "part" and row["of"] == of]
    if "schedule" in names:
        names.remove(rng.choice(["schedule", "amount" if "amount" in names else "share"]))
    if of == "beta":
        names = rng.sample(names, rng.choice([0, 0, 1, 2]))
    rng.shuffle(names)
    return of, names


def sentence(rng: random.Random) -> Sentence:
    """A request for a distribution or a noise."""
    of, names = _chosen(rng)
    parts = [(part, *part.make(rng)) for part in (_part(of, name) for name in names)]
    family = _FAMILIES[of]
    chinese = rng.random() < 0.25 and bool(family["chinese"]) and all(part.chinese for part, _, _ in parts)
    noun = expand(rng, rng.choice(family["chinese" if chinese else "nouns"]), {})
    pairs = [(part, slots) for part, _, slots in parts]
    if chinese:
        text, said = put_together_chinese(rng, noun, pairs, _HAN)
    elif pairs:
        text, said = put_together(rng, noun, pairs, _ENGLISH)
    else:
        text, said = f"{expand(rng, rng.choice(OPENINGS), {})} {noun}", [noun]
    plan: Values = {"of": of}
    for part, values, _ in parts:
        falls = "exponential" in text.lower() and part.name == "schedule"
        plan |= {**values, "schedule": values["schedule"].replace("linear", "exponential")} if falls else values
    return Sentence(spoilt(rng, text), plan, dict.fromkeys(plan, " ".join([noun, *said])))
