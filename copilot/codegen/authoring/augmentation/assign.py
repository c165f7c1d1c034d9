"""What the numbers of an operation's clause are: each role has its name."""

from __future__ import annotations

import re

from copilot.codegen.authoring.augmentation.numbers import Token
from copilot.codegen.authoring.augmentation.readers import BOXES, READERS, SHARES, Numbers, first
from copilot.codegen.authoring.augmentation.spec import Operation


def assigned(
    op: Operation, found: list[Token], text: str, image: bool, count: int | None, notes: list[str]
) -> tuple[Operation, Numbers, float | None, list[Token], list[float]]:
    """The operation, which its numbers may make another, its numbers, its probability, and what was used.

    Args:
        found: the numbers of its clause.
        text: the request, in small letters.
        count: how many are changed, where the words of the operation say it.
    """
    taken, kwargs, each = list[Token](), Numbers(), list[float]()
    chances = [
        token
        for token in found
        if token.role == "chance" and token.kind in {"one", "bound"} and 0 <= token.value <= 100
    ]
    clean = next(
        (token for token in found if token.role == "clean" or (token in chances and _stays(text, token))), None
    )
    chances = [token for token in chances if token is not clean]
    rest = [token for token in found if token not in chances and token is not clean]
    p = None
    if clean is not None and 0 <= clean.value <= 1:
        taken.append(clean)
        if op == "convolution":
            kwargs["alpha"] = clean.value
        else:
            p = round(1.0 - clean.value, 6)
    elif chances:
        p = chances[0].value if chances[0].value <= 1 else chances[0].value / 100
        taken.append(chances[0])
    if op in SHARES and p is not None and not any(token.role == "share" or token.unit == "%" for token in rest):
        kwargs["share"], p = min(0.95, p), None
    op, more, used, each = _assign(op, rest, text, image, notes)
    if count is not None and op in {"mask_some", "holes"}:
        more["count"] = count
    return op, {**kwargs, **more}, p, [*taken, *used], each


def _stays(text: str, token: Token) -> bool:
    """Whether it is said right before with what probability an observation stays as it is."""
    return bool(
        re.search(
            r"(?:stays?|"
            r"(?<!flip )(?<!flips )(?<!mirror )(?<!from )(?<!the )left(?!-| ?right| (?:and|or|to) right)|"
            r"kept|remain\w*|unchanged|clean|untouched|identity)[^,.;]{0,16}$",
            text[: token.start],
        )
    )


def _assign(
    op: Operation, found: list[Token], text: str, image: bool, notes: list[str]
) -> tuple[Operation, Numbers, list[Token], list[float]]:
    if op in {"noise", "laplace_noise", "speckle", "offset", "offset_each"}:
        return _noise(op, found, text, image, notes)
    if op in BOXES:
        return _box(op, found, text)
    for ops, read in READERS:
        if op in ops:
            kwargs, used = read(op, found, text)
            return _as_said(op, kwargs, text), kwargs, used, []
    return op, {}, [], []


def _as_said(op: Operation, kwargs: Numbers, text: str) -> Operation:
    if op in {"shift", "crop", "translate"} and "down" in kwargs:
        return "slide"
    return "shift" if op == "translate" and "pad" in kwargs else op


def _box(op: Operation, found: list[Token], text: str) -> tuple[Operation, Numbers, list[Token], list[float]]:
    """Sides of boxes, and how many there are."""
    kwargs, used = Numbers(), list[Token]()
    counted = first(found, "count")
    if op == "holes" and counted:
        kwargs["count"] = max(1, round(counted.value))
        used.append(counted)
    for token in found:
        if token in used or token.role not in {"", "kernel", "period"}:
            continue
        low, high = round(min(map(abs, token.values))), round(max(map(abs, token.values)))
        if token.kind == "size" and token.values[0] != token.values[1]:
            continue
        if token.kind == "one" and token.value < 1:
            continue
        most = token.kind == "bound" or (
            token.kind == "one"
            and op != "holes"
            and not re.search(r"exactly|sides? of|size|square of|px|pixel|×|width", text)
        )
        kwargs |= {
            "min_cut": max(1, high // 2) if most and token.kind != "bound" else 1 if most else max(1, low),
            "max_cut": max(1, high),
        }
        used.append(token)
        break
    if op == "cutout" and counted and counted.value > 1:
        return "holes", {**kwargs, "count": round(counted.value)}, [*used, counted], []
    return op, kwargs, used, []


def _noise(
    op: Operation, found: list[Token], text: str, image: bool, notes: list[str]
) -> tuple[Operation, Numbers, list[Token], list[float]]:
    """The deviation of a noise, its bounds, and a deviation for each dimension."""
    kwargs, used, each = Numbers(), list[Token](), list[float]()
    name = "amount" if op in {"offset", "offset_each"} else "sigma"
    clip = first(found, "clip")
    if clip and op in {"noise", "laplace_noise"}:
        kwargs["clip"] = max(map(abs, clip.values))
        used.append(clip)
    rest = [
        token for token in found if token is not clip and token.role in {"", "sigma", "share"} and token.kind != "size"
    ]
    run = [token for token in rest if token.kind in {"one", "range"}]
    if (
        op == "noise"
        and len(run) > 1
        and re.search(
            r"per[- ]dim|each dim|for the (?:four|three|\w+) (?:dim|entr|numbers)|respectively|分别|sigmas|deviations|\[",
            text,
        )
    ):
        each = [value for token in run for value in token.values]
        return op, kwargs, [*used, *run], each
    token = next((token for token in rest if token.role == "sigma"), rest[0] if rest else None)
    if token is None:
        return op, kwargs, used, each
    used.append(token)
    value = max(map(abs, token.values))
    if op == "offset" and (token.role == "sigma" or re.search(r"\bn ?\(|gaussian|normal|高斯|正态", text)):
        name = "sigma"
    if op == "offset_each" and token.role == "sigma":
        return "noise", {"sigma": value}, used, each
    symmetric = token.kind in {"around", "bound"} or (token.kind == "range" and token.values[0] == -token.values[-1])
    if (
        op == "noise"
        and symmetric
        and token.role != "sigma"
        and not re.search(r"gaussian|normal|高斯|正态|white", text)
    ):
        return "uniform_noise", {"low": -value, "high": value}, used, each
    kwargs[name] = value
    if token.kind == "range" and op == "noise" and token.values[0] > 0:
        kwargs |= {"least": token.values[0], "sigma": token.values[-1]}
    if image:
        large = {
            key: number for key, number in kwargs.items() if key in {"sigma", "clip", "amount", "least"} and number > 1
        }
        if large and op != "speckle":
            notes.append(f"The noise is told in values from 0 to 255: {', '.join(map(str, large.values()))} of 255.")
            kwargs |= {key: number / 255 for key, number in large.items()}
    return op, kwargs, used, each
