"""A payload runs in the real sandbox, for root and for an ordinary user; where it cannot hold, these tests fail."""

from __future__ import annotations

import contextlib
import os
import shutil
import textwrap
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from copilot.core.types import RunResult
from copilot.sandbox import Limits, LogLine, MetricLine, run_script
from tests.copilot.sandbox.identities import (
    HERE,
    NAMES,
    REMEMBERED,
    Identity,
    as_request,
    living_identity,
    require,
    run_elsewhere,
)


class Outcome:
    """A finished run, what it printed and sent."""

    def __init__(self, result: RunResult, events: list[LogLine | MetricLine], peak_mb: float = 0.0) -> None:
        self.result = result
        self.status = result.status
        self.text = "\n".join(event.text for event in events if isinstance(event, LogLine))
        self.rows: list[dict[str, Any]] = [event.values for event in events if isinstance(event, MetricLine)]
        self.box = Path(result.log).parent / "box"
        self.peak_mb = peak_mb
        """Of the supervisor, where it was a process of its own."""


class Payload:
    """`payload(code, ...)` runs it to its end, as `payload.identity`, in `payload.folder`.

    Args:
        identity: who runs it.
        remembered: where the result of the self-test is kept between tests.
    """

    def __init__(self, identity: Identity, remembered: Path) -> None:
        self.identity, self.folder, self._remembered = identity, identity.folder, remembered

    def __call__(
        self,
        code: str,
        *args: str,
        cancel: threading.Event | None = None,
        cancel_after: float | None = None,
        readable: list[Path] | None = None,
        run_dir: Path | None = None,
        script: str = "payload.py",
        apart: bool = False,
        gpu: bool = False,
        **limits: Any,
    ) -> Outcome:
        """Run a text.

        Args:
            code: the program.
            args: for it.
            cancel: ends the run when set.
            cancel_after: seconds after the call of `run_script` at which it is cancelled.
            readable: further folders to show.
            run_dir: parent of the run's folder.
            script: the file's name.
            apart: in a supervisor of its own, whoever runs it.
            gpu: show the graphics cards, in the tests' own process alone.
            limits: other than a minute and 2 GB.
        """
        file = self.identity.make(script, textwrap.dedent(code))
        bounds = Limits(**{"time_s": 60, "memory_mb": 2048, **limits})
        place = run_dir or self.folder / "runs"
        with self._self_test():
            if not self.identity.here or apart:
                request = as_request(file, list(args), bounds, place, readable or [])
                return Outcome(*run_elsewhere(self.identity, {**request, "cancel_after": cancel_after}, cancel))
            events: list[LogLine | MetricLine] = []
            cancel = cancel or threading.Event()
            if cancel_after is not None:
                threading.Timer(cancel_after, cancel.set).start()
            more: dict[str, Any] = {"run_dir": place, "readable": readable, "on_event": events.append, "cancel": cancel}
            return Outcome(run_script(file, list(args), limits=bounds, gpu=gpu, **more), events)

    @contextlib.contextmanager
    def started(self, code: str, *args: str, **more: Any) -> Iterator[tuple[Path, Future[Outcome]]]:
        """Run a text that makes the file "on" when it has begun: its folder, and its outcome to come."""
        with ThreadPoolExecutor(1) as pool:
            cancel = threading.Event()
            outcome = pool.submit(self, code, *args, cancel=cancel, **more)
            try:
                while not (found := list(self.folder.glob("runs/*/box/on"))) and not outcome.done():
                    threading.Event().wait(0.01)
                assert found, outcome.result().text
                yield found[0].parent, outcome
            finally:
                cancel.set()

    @contextlib.contextmanager
    def _self_test(self) -> Iterator[None]:
        """What the self-test found for this machine, user and view need not be found again by each test."""
        state = Path(os.environ["RLLTE_COPILOT_HOME"]) / "state"
        if self._remembered.exists() and not state.exists():
            for folder in (state.parent, state):
                folder.mkdir(mode=0o700, exist_ok=True)
                self.identity.give(folder)
            self.identity.give(Path(shutil.copy(self._remembered, state / REMEMBERED)))
        yield
        if not self._remembered.exists() and (state / REMEMBERED).exists():
            shutil.copy(state / REMEMBERED, self._remembered)


@pytest.fixture(scope="session")
def _identities() -> Iterator[dict[str, Identity]]:
    """Those that can be had here, each with a home of its own."""
    with contextlib.ExitStack() as stack:
        names = NAMES if HERE == "root" else (HERE,)
        yield {name: stack.enter_context(living_identity(name)) for name in names}


def _in_its_place(found: Identity, patch: pytest.MonkeyPatch) -> Iterator[Identity]:
    with found.test():
        patch.setenv("HOME", str(found.home))
        patch.setenv("RLLTE_COPILOT_HOME", str(found.folder / "copilot-home"))
        yield found


@pytest.fixture(params=NAMES)
def identity(
    request: pytest.FixtureRequest, _identities: dict[str, Identity], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Identity]:
    """Root, then an ordinary user; the environment names its home and data folder."""
    require(request.param)
    yield from _in_its_place(_identities[request.param], monkeypatch)


@pytest.fixture
def payload(identity: Identity, tmp_path_factory: pytest.TempPathFactory) -> Payload:
    """Runs texts as root, then as an ordinary user."""
    return Payload(identity, tmp_path_factory.getbasetemp() / f"{identity.name}-{REMEMBERED}")


@pytest.fixture
def payload_here(
    _identities: dict[str, Identity], tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Payload]:
    """Runs texts in the tests' own process, for tests that change a part of the supervisor."""
    for found in _in_its_place(_identities[HERE], monkeypatch):
        yield Payload(found, tmp_path_factory.getbasetemp() / f"{HERE}-{REMEMBERED}")
