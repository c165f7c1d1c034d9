"""Whatever the host reads back of a run, ten thousand times at random: no exception comes out of a reader, what does come
out is harmless, and the memory that it takes is bounded. Seeds are fixed, so that a failure comes again."""

from __future__ import annotations

import contextlib
import functools
import json
import math
import os
import random
import re
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from copilot.core import paths
from copilot.core.errors import FileProblem
from copilot.sandbox import probe, read_left
from copilot.sandbox.folder import DEPTH, Walk, measure, take_over
from copilot.sandbox.limits import Limits
from copilot.sandbox.probe import _remembered
from copilot.sandbox.process import Process
from copilot.sandbox.results import LINE_BYTES, METRIC_KEYS, Lines, clean, metric, printable
from copilot.sandbox.run import LogLine, MetricLine, _Record
from copilot.sandbox.watch import COMPLAINT_BYTES, Watch

TIMES = 10_000
FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

SCALARS = [
    "null",
    "true",
    "-0",
    "0.1",
    "1e999",
    "-1e400",
    "NaN",
    "Infinity",
    "9" * 400,
    "1" + "0" * 4400,
    '"\\ud800"',
    '"\\u001b[2J"',
]
PIECES = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    "\\",
    '"a":',
    '{"x":',
    "[[",
    "]]",
    " ",
    "\t",
    "\x1b]52;c;x\x07",
    "\x9b",
    "\u202e",
    "\\u0000",
]
KEYS = [
    "ready",
    "code",
    "cpu",
    "tasks",
    "child-pid",
    "kind",
    "eval",
    "step",
    "x",
    "",
    "\u202e",
    "\x1b[2J",
    "k" * 300,
    "__class__",
    "status",
]


def value(draw: random.Random, depth: int = 0) -> Any:
    """A value that JSON can say, or nearly: texts that are none, numbers without end, nests."""
    kind = draw.randrange(9 if depth < 3 else 6)
    if kind == 0:
        return draw.choice([None, True, False, "ok", "eval", "train", "\ud800", "\x1b[31m", "x" * draw.randrange(2000)])
    if kind == 1:
        return draw.choice([0, -1, 2**63, -(2**63), 2**64, 10**400, draw.randrange(10**9)])
    if kind == 2:
        return draw.choice([0.5, -0.0, 1e308, math.nan, math.inf, -math.inf, draw.random()])
    if kind in {3, 4, 5}:
        return "".join(
            chr(draw.choice([draw.randrange(0x20), draw.randrange(0x110000), 0x7F, 0x202E])) for _ in range(8)
        )
    if kind == 6:
        return [value(draw, depth + 1) for _ in range(draw.randrange(4))]
    return {draw.choice(KEYS): value(draw, depth + 1) for _ in range(draw.randrange(6))}


def line(draw: random.Random) -> bytes:
    """Something that might be sent as a line: right, nearly right, bytes, or far too much of it."""
    kind = draw.randrange(8)
    if kind < 3:
        content: Any = {draw.choice(KEYS): value(draw) for _ in range(draw.choice([1, 2, 5]))}
        if draw.random() < 0.05:
            content |= {f"k{number}": number for number in range(draw.choice([90, 110]))}
        return json.dumps(content, ensure_ascii=draw.random() < 0.5).encode("utf-8", "surrogatepass")
    if kind == 3:
        return draw.randbytes(draw.randrange(200))
    if kind == 4:
        return "".join(draw.choices([*PIECES, *SCALARS], k=draw.randrange(1, 40))).encode("utf-8", "surrogatepass")
    if kind == 5:
        return draw.choice([b"[", b'{"a":', b"[[{", b"\x1b]", b"\x1b[", b"\xff", b"\\", b'"']) * draw.choice(
            [10, 1000, 70_000]
        )
    if kind == 6:
        whole = line(draw)
        return whole[: draw.randrange(len(whole) + 1)]
    whole = bytearray(line(draw))
    for _ in range(draw.randrange(1, 6)):
        if whole:
            whole[draw.randrange(len(whole))] = draw.randrange(256)
    return bytes(whole)


@functools.cache
def lines() -> list[bytes]:
    """All of them; made once, and not while memory is counted."""
    draw = random.Random(0)
    return [line(draw) for _ in range(TIMES)]


@contextlib.contextmanager
def within(megabytes: float) -> Iterator[None]:
    """What is held at any moment meanwhile stays below this."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()
    assert peak < megabytes, f"{peak:.1f} MB"


def harmless(text: str) -> bool:
    """Nothing in it that a terminal obeys, and it is text: it can be written."""
    return FORBIDDEN.search(text) is None and text.encode("utf-8").decode("utf-8") == text


def test_lines_of_metrics() -> None:
    taken, sent = 0, lines()
    with within(16):
        for raw in sent:
            found = metric(raw)
            if found is None:
                continue
            taken += 1
            assert len(found) <= METRIC_KEYS
            for key, content in found.items():
                assert harmless(key) and len(key) <= 100
                assert content is None or isinstance(content, (str, int, float))
                assert not isinstance(content, str) or (harmless(content) and len(content) <= 200)
                assert not isinstance(content, float) or math.isfinite(content)
            assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert 100 < taken < TIMES, "some of them are right"


def test_lines_of_text() -> None:
    longest, sent = 0, lines()
    with within(16):
        for raw in sent:
            text = clean(raw)
            longest = max(longest, len(text))
            assert harmless(text)
    assert 1000 < longest <= LINE_BYTES


def test_a_stream_that_is_cut_anywhere() -> None:
    """However it comes in pieces, the lines are the same, none is longer than it may be, and no more is held than one."""
    draw, sent = random.Random(3), lines()
    with within(16):
        for number in range(0, TIMES, 20):
            whole = b"\n".join(sent[number : number + 20])
            together, pieces, place = Lines(), Lines(), 0
            expected = [*together.feed(whole), *together.close()]
            found: list[bytes] = []
            while place < len(whole):
                step = draw.choice([1, 7, 100, 65_536]) if len(whole) < 20_000 else 65_536
                found += pieces.feed(whole[place : place + step])
                place += step
                assert len(pieces._rest) <= LINE_BYTES + 1
            found += pieces.close()
            assert all(len(each) <= LINE_BYTES + 1 for each in found)
            assert b"".join(found).replace(b"\r", b"") == b"".join(expected).replace(b"\r", b"")


def test_the_record_of_a_run(tmp_path: Path) -> None:
    """What is kept of it all, on disk and in memory, and passed on: it can be written and read, whatever came."""
    draw, sent = random.Random(4), lines()
    passed: list[int] = []

    def on_event(event: LogLine | MetricLine) -> None:
        text = event.text if isinstance(event, LogLine) else json.dumps(event.values, ensure_ascii=False)
        assert harmless(text)
        passed.append(len(text))

    with within(24), _Record(tmp_path, on_event) as record:
        for raw in sent:
            record.take(draw.choice(["stdout", "stderr", "metrics", "metrics"]), raw)
    assert record.fault is None
    assert len(passed) > TIMES // 2
    rows = (tmp_path / "metrics.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    assert len(rows) > 100 and all(isinstance(json.loads(row), dict) for row in rows)
    assert json.loads(json.dumps(record.metrics, allow_nan=False)) == record.metrics


def watched(tmp_path: Path, feed: Callable[[random.Random, bytes, dict[str, int]], None], seed: int) -> Watch:
    """A watch whose pipes are written to by `feed`, and read as far as they go."""
    ends = {name: os.pipe() for name in ("stdout", "stderr", "metrics", "status", "info")}
    go = os.pipe()
    for reader, _ in ends.values():
        os.set_blocking(reader, False)
    watch = Watch(
        {name: pair[0] for name, pair in ends.items()}, go[1], str(tmp_path), Limits(), lambda *_: None, lambda _: None
    )
    draw = random.Random(seed)
    try:
        for raw in lines():
            feed(draw, raw, {name: pair[1] for name, pair in ends.items()})
            for name in ends:
                watch._read(name)
    finally:
        for descriptor in (*go, *(end for pair in ends.values() for end in pair)):
            os.close(descriptor)
    return watch


def test_status_and_info(tmp_path: Path) -> None:
    """The program cannot write these pipes; should it ever, they are read like all else: no more than numbers count."""

    def feed(draw: random.Random, raw: bytes, to: dict[str, int]) -> None:
        name = draw.choice(["status", "info", "stderr"])
        text = raw[:4000]
        if name == "info" and draw.random() < 0.3:
            text = b'{"child-pid": ' + draw.choice([b"1", b"-1", b"0", b"9" * 30, b"4194304", b"\xb2", b"x"]) + b"}"
        if name == "status" and draw.random() < 0.3:
            text = json.dumps({draw.choice(["ready", "code", "cpu", "tasks"]): value(draw)}).encode()
        os.write(to[name], text + b"\n")

    opened, _ = len(os.listdir("/proc/self/fd")), lines()
    with within(16):
        watch = watched(tmp_path, feed, 5)
    assert len(os.listdir("/proc/self/fd")) == opened
    assert watch._init is None, "none of them is the first of a namespace"
    assert set(watch.status) <= {"ready", "code", "cpu", "tasks"}
    assert all(isinstance(number, (bool, int, float)) and math.isfinite(number) for number in watch.status.values())
    assert len(watch.complaint) <= COMPLAINT_BYTES
    process = Process("/usr/bin/bwrap", tmp_path / "x.py", [], tmp_path, [], Limits())
    ended = process._verdict(None, watch, 0.0, None, True)
    assert ended.status in {"ok", "error", "nproc", "cpu", "sandbox_error"}


def file_name(draw: random.Random) -> bytes:
    """Any bytes but "/" and zero; often ones that mean something to somebody."""
    pieces = [
        b"\x1b[2J",
        b"\n",
        b"\xff",
        "\u202e".encode(),
        b"..",
        b"-",
        b" ",
        b"$(x)",
        b"\\",
        b"a",
        b"*",
        "名".encode(),
        b"\x7f",
        b"\xc2\x9b",
    ]
    name = (
        b"".join(draw.choices(pieces, k=draw.randrange(1, 12)))
        if draw.random() < 0.7
        else draw.randbytes(draw.randrange(1, 60))
    )
    name = name.replace(b"/", b"").replace(b"\0", b"")
    return b"x" if name in {b"", b".", b".."} else name[:250]


def test_names_of_files(tmp_path: Path) -> None:
    draw = random.Random(6)
    with within(16):
        for _ in range(TIMES):
            assert harmless(printable(os.fsdecode(file_name(draw))))
    here = os.fsencode(tmp_path)
    made: dict[bytes, bytes] = {}
    for _ in range(1500):
        name, content = file_name(draw), draw.randbytes(8)
        with contextlib.suppress(OSError), open(os.path.join(here, name), "xb") as file:
            file.write(content)
            made[name] = content
    with within(16):
        found = measure(str(tmp_path), 10_000)
        assert found.files == len(made) > 1000
        assert all(harmless(printable(path)) for path in found.listed)
        for name, content in made.items():
            assert read_left(tmp_path, os.fsdecode(name), 8) == content
        for _ in range(TIMES - len(made)):
            asked = b"/".join(file_name(draw) for _ in range(draw.randrange(1, 4)))
            if draw.random() < 0.2:
                asked = draw.choice([b"/", b"../", b"./", b"\0"]) + asked
            with contextlib.suppress(FileProblem):
                read_left(tmp_path, os.fsdecode(asked), 8)


def test_trees(tmp_path: Path) -> None:
    """Random shapes, with links, pipes, second names and rights that are missing: listed, handed over, removed."""
    draw, entries, canary = random.Random(7), 0, tmp_path / "canary"
    canary.write_text("mine")
    for number in range(25):
        top = tmp_path / str(number)
        top.mkdir()
        entries += grow(draw, os.fsencode(top), 400)
        with within(16):
            found = measure(str(top), 10_000)
            take_over(str(top), os.getuid(), os.getgid())
            walked = sum(1 for _ in Walk(str(top)))
        assert found.hidden or found.files == walked
        assert all(Path(path).is_relative_to(top) for path in found.listed)
    assert entries > TIMES // 2
    assert canary.read_text() == "mine"


def grow(draw: random.Random, top: bytes, count: int) -> int:
    """Make this many entries of all kinds below a folder."""
    folders, made = [top], 0
    for _ in range(count):
        place = os.path.join(draw.choice(folders[-5:]), file_name(draw))
        with contextlib.suppress(OSError):
            kind = draw.randrange(8)
            if kind < 3 and place.count(b"/") < 3 * DEPTH:
                os.mkdir(place, 0o700)
                folders.append(place)
            elif kind == 3:
                os.symlink(draw.choice([os.path.join(top, b"../canary"), b"..", b".", b"nowhere", top]), place)
            elif kind == 4:
                os.mkfifo(place)
            elif kind == 5 and len(folders) > 1:
                os.link(os.path.join(top, b"../canary"), place)
            else:
                with open(place, "xb") as file:  # never through a link
                    file.truncate(draw.choice([0, 10, 2**40]))
            made += 1
    return made


def test_manifests() -> None:
    """What was remembered of the self-test, broken in whatever way: then there is nothing remembered."""
    descriptor, sent = os.memfd_create("manifest"), lines()
    file = Path(f"/proc/self/fd/{descriptor}")
    with within(16):
        for raw in sent:
            file.write_bytes(raw)
            assert _remembered(file, "key") is None
    os.close(descriptor)
    assert probe(fresh=True).ok
    real = paths.state_dir() / "sandbox-selftest.json"
    assert _remembered(real, json.loads(real.read_text())["key"]), "the control: the real one"
