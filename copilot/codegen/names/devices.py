"""The device that a request names, or says that it has none of."""

from __future__ import annotations

import re

from copilot.codegen.request.reading import Reading
from copilot.core.errors import InvalidRequest

_NTH = {
    "first": 0,
    "second": 1,
    "third": 2,
    "fourth": 3,
    "一": 0,
    "二": 1,
    "三": 2,
    "四": 3,
    "1": 0,
    "2": 1,
    "3": 2,
    "4": 3,
}
_DEVICE = re.compile(
    r"(?<![a-z0-9_])(?:(?:device|on|use|using)[\s=:]*(?:the )?)?(?:(?P<nth>first|second|third|fourth)\s+)?"
    r"(?P<name>cpu|cuda(?:\s?:?\s?\d+)?|gpu(?:\s?[:#]?\s?\d(?![\d.]))?|mps|npu(?:\s?:\s?\d+)?|tpus?|graphics "
    r"card)(?![a-z0-9_])|"
    r"第(?P<zh>[一二三四1-4])[块张个]\s*(?:gpu|显卡|卡)|(?P<card>显卡|独显)"
)
_NO_DEVICE = re.compile(
    r"(?:(?<![a-z])(?:no|non|not|dont|without|never|avoid|lack|instead of|rather than|forget(?: about)?|skip|drop|"
    r"ditch|leave|"
    r"off|free|from)(?![a-z])|n['’]t(?![a-z])|"
    r"不|没有?|无需?|禁止?|(?<![分特区类级])别|关闭)"
    r"(?:(?:a|an|any|the|my|have|use|using|need|want|run|running|train|on|to|it|with|access|available)(?![a-z])|"
    r"要|能|可|使用|可用|用|有|在|需|跑|的|[\s-])*$"
)
_DEVICE_OFF = re.compile(
    r"\s*(?:[=:]\s*)?(?:is |are )?(?:not|taken|busy|broken|full|gone|occupied|n't|isn['’]t|aren['’]t|off|none|false|"
    r"no|disabled|unavailable)(?![a-z])|"
    r"(?:['’]s| is| are)?\s*(?:needed|used|taken) (?:by|for)(?![a-z])|"
    r"\s*(?:不可用|不能用|禁用|关闭)"
)
_IF_THERE = re.compile(
    r"(?:if|when|whenever) (?:one |it |a gpu |cuda )?(?:is )?(?:available|possible|present)|if there is one|"
    r"if (?:i|you|we) have (?:one|a gpu|cuda)|(?:如果|若|要是)(?:可用|有|能用)|可用时|就用"
)


def read_device(reading: Reading) -> str | None:
    """The device; "auto" where the request leaves the choice to what is there; None if it names none.

    Raises:
        InvalidRequest: it names two, or one that the library does not know.
    """
    text = reading.lower
    wanted: set[str] = set()
    denied: set[str] = set()
    for match in _DEVICE.finditer(text):
        negated = _NO_DEVICE.search(text, 0, match.start()) or _DEVICE_OFF.match(text, match.end())
        (denied if negated else wanted).add(_device(match))
        reading.take(match.start(), match.end())
    if "tpu" in wanted:
        raise InvalidRequest(
            "The request asks for the device tpu; expected auto, cpu, cuda, cuda:N, npu or mps.",
            hint="Name one of these.",
        )
    choice = _IF_THERE.search(text)
    if choice and (wanted | denied) - {"cpu"}:
        reading.take(choice.start(), choice.end())
        return "auto"
    devices = wanted or {"cuda" if device == "cpu" else "cpu" for device in denied}
    if any(device.startswith("cuda:") for device in devices):
        devices -= {"cuda"}  # "the second GPU (cuda:1)", "my GPU, cuda:0"
    if len(devices) > 1:
        raise InvalidRequest(f"The request names two devices: {', '.join(sorted(devices))}.", hint="Name one.")
    return devices.pop() if devices else None


def _device(match: re.Match[str]) -> str:
    """The device by the name that the library has for it."""
    said = re.sub(r"\s", "", match["name"] or "gpu")
    nth = match["nth"] or match["zh"]
    if nth is not None:
        return f"cuda:{_NTH[nth]}"
    number = re.search(r"\d+$", said)
    if said.startswith(("gpu", "cuda", "graphics")):
        return f"cuda:{number[0]}" if number else "cuda"
    return said.rstrip("s") if said.startswith("tpu") else said
