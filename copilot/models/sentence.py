"""Embeddings of any sentence-transformers model, Instructor among them, by a process of its own: no torch in this one.

The process (`sentence_worker`) starts with the first text, is kept while in use, and ends with its caller.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from pathlib import Path
from typing import IO, Any

import numpy as np

from copilot.core import paths
from copilot.core.errors import ModelUnreachable
from copilot.core.settings import Settings
from copilot.core.types import Progress
from copilot.models import content, engine, frames, pull
from copilot.models.instructed import InstructedEmbedder
from copilot.models.profiles import Embedding, Profile

BATCH = 16
"""Texts in one message: so many are lost when it is interrupted, and each one moves the progress bar."""
PACKAGE = "sentence-transformers>=6,<7"
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
"""The libraries open no connection, whatever a checkpoint names."""


def require_package() -> None:
    """Refuse when sentence-transformers is not installed; it is looked for, not loaded.

    Raises:
        ModelUnreachable: with the command that installs it.
    """
    if importlib.util.find_spec("sentence_transformers") is None:
        raise ModelUnreachable(
            "This embedder needs sentence-transformers, which is not installed.",
            hint=f'{sys.executable} -m pip install "{PACKAGE}"',
        )


class SentenceEmbedder(InstructedEmbedder):
    """A sentence-transformers model in a folder: texts to unit vectors, the instruction of each purpose before them.

    Args:
        profile: names the folder, the instructions and whether their tokens count in the pooling.
        settings: `threads` and `idle_minutes`.
        progress: called while the model loads, and for each batch where there are several.

    Raises:
        NoModel: its weights are not on this machine.
        ModelUnreachable: sentence-transformers is not installed.
    """

    leaves_to = ""

    def __init__(self, profile: Profile, settings: Settings, progress: Progress | None = None) -> None:
        pull.require(profile)
        require_package()
        self._profile = profile
        self._progress = progress or (lambda label, done, total: None)
        embedding = profile.embedding or Embedding()
        self._asked = {
            "folder": str(profile.folder),
            "document": embedding.document,
            "question": embedding.question,
            "pool_instruction": embedding.pool_instruction,
            "max_length": profile.context_length,
            "batch": BATCH,
            "threads": settings.threads or engine.physical_cores(),
            "idle_s": settings.idle_minutes * 60,
        }
        self._lock = threading.Lock()
        self._process: _Process | None = None
        self.identity = self._identity()

    @property
    def dimension(self) -> int:
        """Numbers in a vector, as the model says; starts it."""
        with self._lock:
            return int(self._running().about["dimension"])

    def embed(self, texts: list[str], purpose: str) -> np.ndarray:
        """(n, dimension) float32.

        Args:
            texts: at least one; what is beyond the model's length is cut.
            purpose: document or question.

        Raises:
            ModelUnreachable: the process failed, or its vectors are of no use; the message holds why.
        """
        # texts of like length together: little is computed on padding
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        texts = [text.encode("utf-8", "replace").decode() for text in texts]  # tokenizers refuse half a surrogate pair
        rows = []
        with self._lock:
            for start in range(0, len(order), BATCH):
                batch = [texts[index] for index in order[start : start + BATCH]]
                rows.append(self._exchange({"texts": batch, "purpose": purpose}, len(batch)))
                if len(order) > BATCH:
                    self._progress(f"embedding ({self._profile.name})", min(start + BATCH, len(order)), len(order))
        vectors = np.empty((len(texts), rows[0].shape[1]), dtype=np.float32)
        vectors[order] = np.concatenate(rows)
        return vectors

    def close(self) -> None:
        """End the process; the next text starts another."""
        with self._lock:
            self._drop()

    def _identity(self) -> str:
        """What vectors depend on; the model's own instructions and lengths are in its files."""
        asked = [self._asked[key] for key in ("document", "question", "max_length")]
        pooled = {True: "instruction-pooled", False: "instruction-not-pooled", None: "pooled-as-configured"}
        return ":".join(
            (
                "sentence-transformers",
                content.digest(self._profile.folder)[:16],
                pooled[self._asked["pool_instruction"]],  # type: ignore[index]
                f"instructions-{hashlib.sha256(repr(asked).encode()).hexdigest()[:8]}",
                "normalised",
            )
        )

    def _exchange(self, message: dict[str, Any], count: int) -> np.ndarray:
        for last in (False, True):
            process = self._running()
            try:
                reply, numbers = process.ask(message)
                break
            except frames.Ended as error:
                failed = process.failure(str(error))
                self._drop()
                if last or not failed.idle:
                    raise self._failed(failed.detail, failed.memory) from error
            except BaseException:  # interrupted: a later answer would be taken for that of the next question
                self._drop()
                raise
        if "error" in reply:
            raise self._failed(str(reply["error"]), bool(reply.get("memory")))
        return self._checked(reply, numbers, count)

    def _checked(self, reply: dict[str, Any], numbers: bytes, count: int) -> np.ndarray:
        shape = reply.get("shape")
        expected = [count, self._running().about["dimension"]]
        if shape != expected or len(numbers) != 4 * count * expected[1]:
            self._drop()
            raise self._failed(f"it sent vectors of shape {shape}; expected {expected}")
        vectors = np.frombuffer(numbers, dtype="<f4").reshape(expected)
        if not np.isfinite(vectors).all():
            raise self._failed("its vectors hold values that are not numbers; its weights are broken")
        return vectors

    def _running(self) -> _Process:
        if self._process is None:
            self._progress(f"loading {self._profile.name}", 0, 0)
            process = _Process(self._asked)
            try:
                process.about, _ = process.ask(self._asked)
            except frames.Ended as error:
                failed = process.failure(str(error))
                process.end()
                raise self._failed(failed.detail, failed.memory) from error
            except BaseException:
                process.end()
                raise
            if "error" in process.about:
                process.end()
                raise self._failed(str(process.about["error"]), bool(process.about.get("memory")))
            self._process = process
        return self._process

    def _drop(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None

    def _failed(self, detail: str, memory: bool = False) -> ModelUnreachable:
        need = f" (about {self._profile.memory_mb} MB)" if self._profile.memory_mb else ""
        hint = f"Check {self._profile.folder}: is it a whole sentence-transformers model?"
        if memory:
            hint = f"It needs more memory than is free{need}; choose a smaller one: rllte-copilot models list"
        return ModelUnreachable(f"The embedder {self._profile.name} failed: {detail.rstrip('.')}.", hint=hint)


class _Failure:
    """Why a process ended: in its own words, where it left some."""

    def __init__(self, code: int | None, said: str, detail: str) -> None:
        self.idle = code == 0
        self.memory = code == -signal.SIGKILL
        lines = [line for line in said.strip().splitlines() if line.strip()]
        ended = f"it was ended by signal {-code}" if code is not None and code < 0 else f"it ended with status {code}"
        self.detail = f"{ended}, {detail}" if code is not None else detail
        if lines:
            self.detail += f"; its last words: {lines[-1][:300]}"


class _Process:
    """A running `sentence_worker`. What it says besides its frames goes to a file without a name, for its last words."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self.about: dict[str, Any] = {}
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `_end`)
        search = os.pathsep.join(filter(None, [str(paths.project_root()), os.environ.get("PYTHONPATH")]))
        threads = {"OMP_NUM_THREADS": str(asked["threads"])}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "copilot.models.sentence_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            cwd=Path(asked["folder"]).anchor,  # not where the user stands: a module there is not to be imported
            env={**os.environ, **QUIET, **threads, "PYTHONPATH": search},
            start_new_session=True,  # Ctrl-C is the caller's to hear
        )
        self.end = weakref.finalize(self, _end, self._process, self._said)  # at the latest when the interpreter ends

    def ask(self, message: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """One question and its answer.

        Raises:
            Ended: there is no answer.
        """
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: S101 (both are pipes)
        frames.write(self._process.stdin, message)  # type: ignore[arg-type]
        return frames.read(self._process.stdout)  # type: ignore[arg-type]

    def failure(self, detail: str) -> _Failure:
        """Why it gives no answer."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5.0)
        self._said.seek(0)
        return _Failure(self._process.poll(), self._said.read()[-4096:].decode("utf-8", "replace"), detail)


def _end(process: subprocess.Popen[bytes], said: IO[bytes]) -> None:
    """It ends by itself once its input is closed; one that computes is not waited for."""
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    try:
        process.wait(0.5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    said.close()
