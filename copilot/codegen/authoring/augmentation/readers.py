"""Reads the numbers of one operation: what each of them is called in its plan."""

from __future__ import annotations

import re
from collections.abc import Callable

from copilot.codegen.authoring.augmentation.numbers import Token
from copilot.codegen.authoring.augmentation.spec import Operation

Numbers = dict[str, float | int]
Read = Callable[[Operation, list[Token], str], tuple[Numbers, list[Token]]]
_FACTORS = frozenset(
    {
        "scale",
        "scale_each",
        "brightness",
        "contrast",
        "saturation",
        "gamma",
        "spectrum",
        "zoom",
        "stretch",
        "channel_scale",
    }
)
BOXES = frozenset({"cutout", "cutout_color", "erase", "holes", "window", "cutmix"})
SHARES = frozenset({"mask", "salt_pepper", "frame_hold", "frame_drop", "rows", "exchange"})
_OWN_P = frozenset(
    {
        "flip",
        "flip_vertical",
        "rotate",
        "invert",
        "drop_channel",
        "shuffle_channels",
        "frame_shuffle",
        "negate",
        "swap",
        "shuffle_entries",
        "transpose",
    }
)


def first(found: list[Token], *roles: str) -> Token | None:
    return next((token for role in roles for token in found if token.role == role), None)


def _factor(op: Operation, found: list[Token], text: str) -> tuple[Numbers, list[Token]]:
    """A range of factors: as a range, around 1, by up to a share."""
    for token in found:
        if token.role not in {"", "sigma", "share"} or token.kind == "size" or re.match(r"\s*\+ ?u", text[token.end :]):
            continue
        low, high = token.values[0], token.values[-1]
        if token.kind == "range" and low < 0 <= high:
            return {"low": round(1 + low, 6), "high": round(1 + high, 6)}, [token]
        if token.kind == "range":
            return {"low": low, "high": high}, [token]
        if (
            token.kind == "one"
            and token.unit != "%"
            and re.search(r"1 ?\+ ?u|\bby (?:a factor of |exactly )$", text[: token.start])
        ):
            return {"low": high, "high": high}, [token]
        spread = abs(high - 1.0) if 0.5 < high != 1.0 and token.kind != "around" and token.unit != "%" else abs(high)
        return {"low": max(0.0, round(1 - spread, 6)), "high": round(1 + spread, 6)}, [token]
    return {}, []


def _pad(op: Operation, found: list[Token], text: str) -> tuple[Numbers, list[Token]]:
    """How far pixels move: in both directions, or along one axis."""
    token = next((token for token in found if token.role in {"", "period"} and token.unit != "%"), None)
    if token is None or (op == "translate" and token.value < 1):
        return {}, []
    pad = max(1, round(max(map(abs, token.values))))
    across = re.search(r"\b(?:horizontal(?:ly)?|left (?:and|or|to) right|left[-/]right|sideways)\b|水平|左右", text)
    down = re.search(r"\bvertical(?:ly)?\b|\bup(?: and |/)down\b|垂直|上下", text)
    other = next((each for each in found if each is not token and each.unit == token.unit and not each.role), None)
    if across and down and other:
        first, second = pad, max(1, round(abs(other.value)))
        if down.start() < across.start():
            return {"down": first, "across": second}, [token, other]
        return {"down": second, "across": first}, [token, other]
    flips = re.search(r"flip|mirror|翻转|镜像", text)
    if bool(across) != bool(down) and not flips:
        return {"down": pad if down else 0, "across": pad if across else 0}, [token]
    return {"pad": pad}, [token]


def _share(op: Operation, found: list[Token], text: str) -> tuple[Numbers, list[Token]]:
    kwargs, used = Numbers(), list[Token]()
    token = first(found, "share") or next(
        (t for t in found if t.kind in {"one", "bound"} and not t.role and (t.unit == "%" or t.value < 1)), None
    )
    if token:
        kwargs["share"] = min(0.95, token.value if token.value <= 1 else token.value / 100)
        used.append(token)
    if op == "frame_hold" and re.search(
        r"last (?:frame )?(?:that (?:arrived|came|is not|was not)|received|good|valid)|frozen|freez|stale|hold", text
    ):
        kwargs["chain"] = 1
    if op == "salt_pepper":
        if re.search(r"only white|white (?:dots|specks|pixels) only|snow|salt only", text):
            kwargs["white"] = 1.0
        elif re.search(r"dead pixels?|only black|pepper only", text):
            kwargs["white"] = 0.0
        elif re.search(r"\bhalf\b|一半|equally", text):
            kwargs["white"] = 0.5
    return kwargs, used


def _one(
    name: str, *, whole: bool = False, roles: tuple[str, ...] = ("",)
) -> Callable[[Operation, list[Token], str], tuple[Numbers, list[Token]]]:
    """The one number that an operation has."""

    def read(op: Operation, found: list[Token], text: str) -> tuple[Numbers, list[Token]]:
        for token in found:
            if token.role in {*roles, ""} and token.kind != "size":
                value = max(map(abs, token.values))
                return {name: max(1, round(value)) if whole else value}, [token]
        return {}, []

    return read


def _blur(op: Operation, found: list[Token], text: str) -> tuple[Numbers, list[Token]]:
    kwargs, used = Numbers(), list[Token]()
    for token in found:
        if (token.role == "kernel" or token.kind == "size") and "kernel" not in kwargs:
            kwargs["kernel"] = max(3, int(token.value) | 1)
        elif "high" not in kwargs and token.role in {"", "sigma"} and token.kind != "size":
            low = token.values[0] if token.kind == "range" else 0.1 if token.kind == "bound" else token.value
            kwargs |= {"low": low, "high": token.value}
        else:
            continue
        used.append(token)
    return kwargs, used


def _mix(op: Operation, found: list[Token], text: str) -> tuple[Numbers, list[Token]]:
    alpha = first(found, "alpha")
    if alpha:
        return {"alpha": alpha.value}, [alpha]
    keep, other = first(found, "keep"), first(found, "other", "most")
    if other is None and keep is None:
        other = next((token for token in found if not token.role), None)
    used = [token for token in (keep, other) if token]
    if other is None and keep is None:
        return {}, []
    token = other or keep
    assert token is not None  # noqa: S101 (one of the two is there)
    values = sorted(token.values if other else [1.0 - value for value in token.values])
    if token.kind == "range" or (token.kind == "bound" and other):
        low = values[0] if token.kind == "range" else 0.0
        return ({"least": low, "most": values[-1]} if low else {"most": values[-1]}), used
    fixed = keep is not None or re.search(r"weights? of|of the other|fixed|constant|alpha|权重|blend\w* in", text)
    return {"least": round(values[-1], 6), "most": round(values[-1], 6)} if fixed else {
        "most": round(values[-1], 6)
    }, used


def _grid(op: Operation, found: list[Token], text: str) -> tuple[Numbers, list[Token]]:
    period = first(found, "period")
    plain = [token for token in found if not token.role]
    kwargs, used = Numbers(), list[Token]()
    if period:
        kwargs["size"] = max(2, round(period.value))
        used.append(period)
    for token in plain:
        if token.value < 1:
            kwargs["hole"] = max(1, round(token.value * int(kwargs.get("size", 16))))
        elif "hole" not in kwargs:
            kwargs["hole"] = max(1, round(token.value))
        else:
            continue
        used.append(token)
    if "hole" in kwargs and "size" not in kwargs:
        kwargs["size"] = 2 * int(kwargs["hole"])
    return kwargs, used


def _levels(op: Operation, found: list[Token], text: str) -> tuple[Numbers, list[Token]]:
    token = next((token for token in found if not token.role and token.kind != "range"), None)
    if token is None:
        return {}, []
    if "bit" in token.unit or token.unit == "位" or re.search(r"bits? (?:per|depth)", text):
        return {"bits": round(token.value)}, [token]
    return {"levels": max(2, round(token.value))}, [token]


def _turns(op: Operation, found: list[Token], text: str) -> tuple[Numbers, list[Token]]:
    token = next((token for token in found if not token.role), None)
    if token is None:
        return {}, []
    value = max(map(abs, token.values))
    return {"degrees" if value > 1 or "deg" in token.unit else "turns": value}, [token]


def _sheared(op: Operation, found: list[Token], text: str) -> tuple[Numbers, list[Token]]:
    token = next((token for token in found if not token.role), None)
    if token is None:
        return {}, []
    value = max(map(abs, token.values))
    return ({"pixels": value} if re.search("px|pixel|像素", token.unit) else {"degrees": value}), [token]


def _bounds(op: Operation, found: list[Token], text: str) -> tuple[Numbers, list[Token]]:
    token = next(
        (token for token in found if token.kind in {"range", "around"} or not token.role or token.role == "clip"), None
    )
    if token is None:
        return {}, []
    low, high = (token.values[0], token.value) if token.kind == "range" else (-abs(token.value), abs(token.value))
    return {"low": float(low), "high": float(high)}, [token]


def _delays(op: Operation, found: list[Token], text: str) -> tuple[Numbers, list[Token]]:
    kwargs, used = Numbers(), list[Token]()
    for token in found:
        stack = re.search(r"stack\w*(?: of| from)?(?: the last)?\s*$|堆叠(?:了)?$", text[: token.start]) or re.match(
            r"\s*(?:stacked|states? stack|parts)", text[token.end :]
        )
        if stack and op == "delay":
            kwargs["parts"] = int(token.value)
        elif "most" not in kwargs and not token.role:
            kwargs["most"] = max(1, round(token.value))
        else:
            continue
        used.append(token)
    return kwargs, used


def _sharp(op: Operation, found: list[Token], text: str) -> tuple[Numbers, list[Token]]:
    token = next((token for token in found if not token.role and token.kind != "size"), None)
    if token is None:
        return {}, []
    low = token.values[0] if token.kind == "range" else 0.0 if token.kind == "bound" else token.value
    return {"low": low, "high": token.value}, [token]


def _cut_out(op: Operation, found: list[Token], text: str) -> tuple[Numbers, list[Token]]:
    token = next((token for token in found if not token.role and token.kind != "size"), None)
    if token is None:
        return {}, []
    return {"low": token.values[0], "high": token.value if token.kind == "range" else 1.0}, [token]


def _uniform(op: Operation, found: list[Token], text: str) -> tuple[Numbers, list[Token]]:
    token = next((token for token in found if token.role in {"", "sigma"} and token.kind != "size"), None)
    if token is None:
        return {}, []
    low, high = (token.values[0], token.value) if token.kind == "range" else (-abs(token.value), abs(token.value))
    scale = 255.0 if max(abs(low), abs(high)) > 1 and re.search(r"image|pixel|uint8|255|图|像素", text) else 1.0
    return {"low": low / scale, "high": high / scale}, [token]


def _jitter(op: Operation, found: list[Token], text: str) -> tuple[Numbers, list[Token]]:
    kwargs, used = Numbers(), list[Token]()
    for token in found:
        name = re.search(r"(brightness|contrast|saturation|hue)[^\d,;]*$", text[: token.start])
        if name and name[1] not in kwargs:
            kwargs[name[1]] = abs(token.value)
            used.append(token)
    return kwargs, used


def _parts(found: list[Token]) -> tuple[Numbers, list[Token]]:
    token = next((token for token in found if not token.role or token.role == "count"), None)
    if token is None:
        return {}, []
    value = round(token.value)
    return {
        "parts": value if token.kind == "size" else max(2, round(value**0.5)) if value in {4, 9, 16, 25} else value
    }, [token]


def _loose(found: list[Token]) -> tuple[Numbers, list[Token]]:
    """A share without a word: "horizontal flip (0.3)"."""
    token = next((token for token in found if token.kind == "one" and not token.role and 0 < token.value < 1), None)
    return ({"p": token.value}, [token]) if token else ({}, [])


READERS: tuple[tuple[frozenset[str], Read], ...] = (
    (_FACTORS, _factor),
    (frozenset({"shift", "crop", "translate"}), _pad),
    (SHARES, _share),
    (frozenset({"blur"}), _blur),
    (frozenset({"mix"}), _mix),
    (frozenset({"grid_mask"}), _grid),
    (frozenset({"posterize"}), _levels),
    (frozenset({"hue"}), _turns),
    (frozenset({"shear"}), _sheared),
    (frozenset({"clip"}), _bounds),
    (frozenset({"delay", "frame_delay"}), _delays),
    (frozenset({"sharpen"}), _sharp),
    (frozenset({"resized_crop"}), _cut_out),
    (frozenset({"uniform_noise"}), _uniform),
    (frozenset({"jitter"}), _jitter),
    (frozenset({"turn"}), _one("degrees")),
    (frozenset({"solarize"}), _one("threshold", roles=("threshold",))),
    (frozenset({"motion_blur"}), _one("length", whole=True, roles=("kernel",))),
    (frozenset({"shot_noise"}), _one("photons", whole=True)),
    (frozenset({"pixelate"}), _one("factor", whole=True)),
    (frozenset({"elastic"}), _one("pixels", roles=("alpha", "sigma"))),
    (frozenset({"perspective"}), _one("amount")),
    (frozenset({"jigsaw"}), lambda op, found, text: _parts(found)),
    (frozenset({"channel_offset"}), _one("amount")),
    (frozenset({"fog", "vignette"}), _one("most")),
    (frozenset({"lighting"}), _one("amount")),
    (frozenset({"mask_some"}), _one("count", whole=True, roles=("count",))),
    (frozenset({"mask_block"}), _one("length", whole=True, roles=("count",))),
    (frozenset({"quantize"}), _one("step")),
    (frozenset({"convolution"}), _one("alpha", roles=("alpha", "chance"))),
    (_OWN_P, lambda op, found, text: _loose(found)),
)
