"""Messages between the copilot and its embedding process: a JSON object and an array of numbers, each after its length.

A frame is two lengths (4 bytes each, big endian), the object as UTF-8, then the numbers as little-endian float32.
"""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

_LENGTHS = struct.Struct(">II")
MOST = 1 << 30
"""Bytes of either part; more is no message of ours."""


class Ended(Exception):
    """The other side has gone, or what comes from it is no frame."""


def write(stream: BinaryIO, message: dict[str, Any], numbers: bytes = b"") -> None:
    """Send one frame.

    Raises:
        Ended: nobody reads it.
    """
    text = json.dumps(message).encode()  # ASCII: half a surrogate pair in a message arrives as it is
    try:
        stream.write(_LENGTHS.pack(len(text), len(numbers)) + text + numbers)
        stream.flush()
    except (OSError, ValueError) as error:  # a pipe without a reader, or one that was closed
        raise Ended(f"nothing can be sent ({error})") from error


def read(stream: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """The next frame.

    Raises:
        Ended: there is none, it is cut, or it is no frame.
    """
    head, body = _LENGTHS.unpack(_exactly(stream, _LENGTHS.size))
    if head > MOST or body > MOST:
        raise Ended(f"a frame of {head} and {body} bytes is no message")
    text, numbers = _exactly(stream, head), _exactly(stream, body)
    try:
        message = json.loads(text)
    except ValueError as error:
        raise Ended(f"a frame that is no JSON ({error})") from error
    if not isinstance(message, dict):
        raise Ended(f"a frame that holds {type(message).__name__}, not an object")
    return message, numbers


def _exactly(stream: BinaryIO, count: int) -> bytes:
    parts, missing = [], count
    while missing:
        try:
            part = stream.read(missing)
        except (OSError, ValueError) as error:
            raise Ended(f"nothing can be read ({error})") from error
        if not part:
            raise Ended(f"it ended {missing} bytes too early")
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
