"""The process in which files are read that C code parses: started by `apart`, fed through its standard input.

A request is a line `SUFFIX BYTES`, then the bytes; the answer is one line of JSON. It opens no file and can write none.
"""

from __future__ import annotations

import json
import math
import resource
import signal
import sys
import time
from dataclasses import asdict
from typing import Any

from copilot.knowledge.loaders import load

MEMORY = 4 << 30
"""Bytes of address space."""


def answer(suffix: str, data: bytes) -> dict[str, Any]:
    """The document, or why there is none."""
    try:
        document = load(suffix, data)
    except MemoryError:
        return {"error": f"needs more than {MEMORY >> 30} GiB of memory to be read"}
    except RecursionError:
        return {"error": "not read: nested too deeply"}
    except ValueError as error:
        return {"error": str(error)}
    return asdict(document)


def main(processor_s: int) -> None:
    """Answer until the input ends.

    Args:
        processor_s: seconds of processor time for one file; beyond, the kernel ends the process.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks decides
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for kind in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(kind, (0, 0))
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while request := source.readline():
        suffix, size = request.decode("ascii").split()
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + processor_s, hard))
        target.write(json.dumps(answer(suffix, source.read(int(size)))).encode("ascii") + b"\n")
        target.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
