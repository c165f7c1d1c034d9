"""The device that a request names, or says that it has none of."""

from __future__ import annotations

import re

from copilot.codegen.reading import Reading
from copilot.core.errors import InvalidRequest

_DEVICE = re.compile(
    r"(?<![a-z0-9_])(?:(?:device|on|use|using)[\s=:]*(?:the )?)?(cpu|cuda(?::\d+)?|gpu|mps|npu)(?![a-z0-9_])|显卡"
)
_NO_DEVICE = re.compile(
    r"(?:(?<![a-z])(?:no|non|not|dont|without|never|avoid|lack|instead of|rather than)(?![a-z])|n['’]t(?![a-z])|"
    r"不|没有?|无需?|禁止?|别|关闭)"
    r"(?:(?:a|an|any|the|my|have|use|using|need|want|run|running|train|on|to|it|with|access|available)(?![a-z])|"
    r"要|能|可|使用|可用|用|有|在|需|跑|的|[\s-])*$"
)
_DEVICE_OFF = re.compile(
    r"\s*(?:[=:]\s*)?(?:is |are )?(?:not|n't|isn['’]t|aren['’]t|off|none|false|no|disabled|unavailable)(?![a-z])|"
    r"\s*(?:不可用|不能用|禁用|关闭)"
)
_IF_THERE = re.compile(
    r"(?:if|when|whenever) (?:one |it |a gpu |cuda )?(?:is )?(?:available|possible|present)|if there is one|"
    r"if (?:i|you|we) have (?:one|a gpu|cuda)|(?:如果|若|要是)(?:可用|有|能用)|可用时|就用"
)


def read_device(reading: Reading) -> str | None:
    """The device; "auto" where the request leaves the choice to what is there; None if it names none.

    Raises:
        InvalidRequest: it names two.
    """
    text = reading.lower
    wanted, denied = set(), set()
    for match in _DEVICE.finditer(text):
        device = {"gpu": "cuda", None: "cuda"}.get(match[1], match[1])
        negated = _NO_DEVICE.search(text, 0, match.start()) or _DEVICE_OFF.match(text, match.end())
        (denied if negated else wanted).add(device)
        reading.take(match.start(), match.end())
    choice = _IF_THERE.search(text)
    if choice and (wanted | denied) - {"cpu"}:
        reading.take(choice.start(), choice.end())
        return "auto"
    devices = wanted or {"cuda" if device == "cpu" else "cpu" for device in denied}
    if len(devices) > 1:
        raise InvalidRequest(f"The request names two devices: {', '.join(sorted(devices))}.", hint="Name one.")
    return devices.pop() if devices else None
