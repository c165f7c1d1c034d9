"""Request -> plan -> script -> checks. Writes the script; never runs it (see `assistant.run`)."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from copilot.codegen import check, plan, render
from copilot.core.catalogue import Catalogue
from copilot.core.errors import FULL, DiskFull, FileProblem
from copilot.core.events import Checked, Event, Phase, Planned, Scripted
from copilot.models.chat import Chat


def generate(request: str, out_dir: Path, catalogue: Catalogue, chat: Chat | None) -> Iterator[Event]:
    """Yield `Planned`, `Scripted` and `Checked`.

    Args:
        request: what to train, in the user's words.
        out_dir: where `train.py` goes; made if missing. A `train.py` there is kept as `train.py.bak`, `.bak.1`, ...
        catalogue: the library's components.
        chat: fills what code alone cannot read from the request; None leaves that open.
    """
    yield Phase("plan", "reading the request")
    planned = plan(request, catalogue, chat)
    yield Planned(planned.spec.model_dump(mode="json"), planned.notes)
    script = render(planned.spec, catalogue)
    yield Phase("check", "checking the script")
    checks = check(script, catalogue)
    path = _write(out_dir, script)
    yield Scripted(str(path), script)
    yield Checked(checks)


def _write(out_dir: Path, script: str) -> Path:
    path = out_dir / "train.py"
    partial = out_dir / ".train.py.partial"
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.read_text(encoding="utf-8", errors="replace") != script:
            os.replace(path, _backup(out_dir))
        partial.write_text(script, encoding="utf-8")
        os.replace(partial, path)
    except OSError as error:
        with contextlib.suppress(OSError):  # the folder itself may be what is wrong
            partial.unlink(missing_ok=True)
        if error.errno in FULL:
            raise DiskFull(
                f"The disk of {out_dir} is full.", hint="Free some space, or name another folder with -o."
            ) from error
        raise FileProblem(f"Cannot write {path}: {error.strerror}.", hint="Name another folder with -o.") from error
    return path


def _backup(folder: Path) -> Path:
    """A name that no earlier copy has: nobody's script is lost to a second request."""
    names = ["train.py.bak", *(f"train.py.bak.{number}" for number in range(1, 10_000))]
    return folder / next(name for name in names if not (folder / name).exists())
