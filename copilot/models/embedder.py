"""Opens the embedder that the settings name, and holds the default one: sentence embeddings with onnxruntime.

No torch in this process. Each embedder is a LangChain `Embeddings`, so that Chroma takes it. The ONNX file is made once, in
a subprocess (`export_onnx`), beside the verified weights.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from langchain_core.embeddings import Embeddings

from copilot.core import paths
from copilot.core.errors import InvalidRequest, ModelUnreachable
from copilot.core.locks import file_lock
from copilot.core.settings import Settings
from copilot.core.types import Progress
from copilot.models import engine, profiles, pull
from copilot.models.embedding_server import ServedEmbedder
from copilot.models.profiles import Profile
from copilot.models.sentence import SentenceEmbedder

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

BATCH = 16
DIMENSION = 384
EXPORT = "pooled-opset17-1"
"""Names the way of exporting; a change makes a new file and a new identity."""


AnyEmbedder: TypeAlias = "Embedder | SentenceEmbedder | ServedEmbedder"


def open_embedder(settings: Settings, progress: Progress | None = None) -> AnyEmbedder:
    """The embedder of the settings.

    Args:
        settings: names its profile.
        progress: called by those that take their time.

    Raises:
        NoModel: its weights are not on this machine.
        UnknownName: no profile has that name.
        ModelUnreachable: it needs a package that is not installed.
        FileProblem: its profile, or its folder, cannot be read.
    """
    profile = profiles.get(settings.embedder)
    if profile.kind != "embedder":
        raise InvalidRequest(
            f"{profile.name} is a {profile.kind} model, not an embedder.", hint="Use all-minilm-l6-v2."
        )
    backend = profile.embedding.backend if profile.embedding else "onnx"
    if backend == "server":
        return ServedEmbedder(profile, settings, progress)
    if backend == "sentence-transformers":
        return SentenceEmbedder(profile, settings, progress)
    return Embedder(profile, settings.threads or engine.physical_cores())


class Embedder(Embeddings):
    """all-MiniLM-L6-v2: texts of up to `context_length` tokens (the rest is cut) to unit vectors of 384 floats."""

    dimension = DIMENSION
    unrelated = 0.0
    """The zero of its similarities: the strength below which an answer is refused was chosen on them as they are."""
    leaves_to = ""
    """The host that texts are sent to: none, they stay on this machine."""

    def __init__(self, profile: Profile, threads: int) -> None:
        pull.require(profile)
        self._profile, self._threads = profile, threads
        self.identity = f"{profile.name}:{profile.sha256[:16]}:{EXPORT}:mean:normalised:{DIMENSION}"

    @cached_property
    def _session(self) -> InferenceSession:
        """Loaded by the first text: whoever finds that nothing has changed does not wait for it."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(str(exported(self._profile)), options, providers=["CPUExecutionProvider"])

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._profile.folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(self._profile.context_length)
        return tokenizer

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector per text, in the given order."""
        if not texts:
            return []
        return [[float(value) for value in row] for row in self.embed(texts)]

    def embed_query(self, text: str) -> list[float]:
        """The vector of one text."""
        return self.embed_documents([text])[0]

    def close(self) -> None:
        """Nothing is held open."""

    def embed(self, texts: list[str]) -> np.ndarray:
        """(n, 384) float32. Batches hold texts of like length, so that little is computed on padding."""
        encoded = self._tokenizer.encode_batch(texts)
        order = sorted(range(len(texts)), key=lambda index: len(encoded[index].ids))
        vectors = np.empty((len(texts), DIMENSION), dtype=np.float32)
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            width = max(len(encoded[index].ids) for index in rows)
            ids = np.zeros((len(rows), width), dtype=np.int64)
            mask = np.zeros_like(ids)
            for row, index in enumerate(rows):
                length = len(encoded[index].ids)
                ids[row, :length] = encoded[index].ids
                mask[row, :length] = 1
            vectors[rows] = self._session.run(["embedding"], {"input_ids": ids, "attention_mask": mask})[0]
        return vectors


def exported(profile: Profile) -> Path:
    """The ONNX file, made at the first call (a few seconds); its SHA-256 and the weights' are recorded beside it.

    Raises:
        NoModel: the weights are not on this machine.
        ModelUnreachable: the export failed; the message holds why.
    """
    pull.require(profile)
    path = profile.folder / f"{EXPORT}.onnx"
    record = profile.folder / f"{EXPORT}.json"
    if _recorded(path, record, profile):
        return path
    with file_lock(paths.state_dir() / f"export-{profile.name}.lock", f"an export of {profile.name}", wait=True):
        if _recorded(path, record, profile):
            return path
        partial = profile.folder / f"{EXPORT}.{os.getpid()}.partial"
        search = os.pathsep.join(filter(None, [str(paths.project_root()), os.environ.get("PYTHONPATH")]))
        done = subprocess.run(
            [sys.executable, "-m", "copilot.models.export_onnx", str(profile.folder), str(partial)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": search, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"},
        )
        if done.returncode:
            partial.unlink(missing_ok=True)
            raise ModelUnreachable(
                f"The embedder {profile.name} could not be exported to ONNX: {done.stderr.strip()[-400:]}",
                hint="Install torch, transformers and onnx in this environment, then try again.",
            )
        digest = hashlib.sha256(partial.read_bytes()).hexdigest()
        partial.replace(path)
        entry = {"weights": profile.sha256, "sha256": digest, "bytes": path.stat().st_size}
        record.write_text(json.dumps(entry), encoding="utf-8")
    return path


def _recorded(path: Path, record: Path, profile: Profile) -> bool:
    try:
        entry = json.loads(record.read_text(encoding="utf-8"))
        return entry["weights"] == profile.sha256 and entry["bytes"] == path.stat().st_size
    except (OSError, ValueError, KeyError, TypeError):
        return False
