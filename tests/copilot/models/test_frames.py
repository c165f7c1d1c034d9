"""Frames arrive as they were sent, or not at all."""

from __future__ import annotations

import io
import os
import struct

import pytest

from copilot.models import frames


def sent(message: dict[str, object], numbers: bytes = b"") -> bytes:
    out = io.BytesIO()
    frames.write(out, message, numbers)
    return out.getvalue()


def test_a_frame_has_the_form_that_the_page_says() -> None:
    assert sent({"a": 1}, b"\1\2") == struct.pack(">II", 8, 2) + b'{"a": 1}' + b"\1\2"


@pytest.mark.parametrize("text", ["", "内在奖励", "line\nline\0", "half a pair \ud800"])
def test_frames_come_back_one_after_the_other(text: str) -> None:
    stream = io.BytesIO(sent({"texts": [text]}, b"1234") + sent({"second": True}))
    assert frames.read(stream) == ({"texts": [text]}, b"1234")
    assert frames.read(stream) == ({"second": True}, b"")
    with pytest.raises(frames.Ended, match="8 bytes too early"):
        frames.read(stream)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (sent({"a": 1}, b"1234")[:-1], "1 bytes too early"),
        (struct.pack(">II", 2, 0) + b"[]", "holds list"),
        (struct.pack(">II", 2, 0) + b"no", "no JSON"),
        (b"Loading ...\n", "is no message"),  # what a library prints is not taken for a frame
    ],
)
def test_what_is_no_frame_is_refused(raw: bytes, said: str) -> None:
    with pytest.raises(frames.Ended, match=said):
        frames.read(io.BytesIO(raw))


def test_a_pipe_that_delivers_in_pieces_is_read_to_the_end() -> None:
    class Piecewise(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 1, 3))

    assert frames.read(Piecewise(sent({"a": "b" * 50}, b"x" * 100))) == ({"a": "b" * 50}, b"x" * 100)


def test_a_pipe_without_a_reader_is_an_end() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb", buffering=0) as pipe, pytest.raises(frames.Ended, match="nothing can be sent"):
        frames.write(pipe, {})
    with pytest.raises(frames.Ended, match="nothing can be"):
        frames.write(pipe, {})
