"""The embedding process: sentence-transformers over a local folder, answering frames on its standard input and output.

Started by `sentence` as `python -m copilot.models.sentence_worker`; nobody imports it. It opens no connection, runs no code
of a checkpoint, and ends when its caller does (the pipe closes) or has asked for nothing in a while.
"""

from __future__ import annotations

import os
import select
import sys
from pathlib import Path
from typing import Any, BinaryIO

from copilot.models import frames

PURPOSES = {"document": "document", "question": "query"}
"""Ours, and what sentence-transformers calls them."""


def main() -> int:
    """Serve until the pipe closes or nobody asks; returns the exit status."""
    # what libraries print must not come between the frames
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    source = os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0)
    try:
        given, _ = frames.read(source)
        try:
            worker = Worker(given)
        except Exception as error:  # noqa: BLE001 (whatever it is, the caller tells it)
            frames.write(out, _failure(error))
            return 1
        frames.write(out, worker.about)
        while select.select([source], [], [], given["idle_s"])[0]:
            asked, _ = frames.read(source)
            _answer(worker, asked, out)
    except frames.Ended:
        pass  # the caller has gone
    return 0


def _answer(worker: Worker, asked: dict[str, Any], out: BinaryIO) -> None:
    try:
        rows = worker.embed(asked["texts"], asked["purpose"])
    except Exception as error:  # noqa: BLE001 (told to the caller; the next texts may be taken)
        frames.write(out, _failure(error))
        return
    frames.write(out, {"shape": list(rows.shape)}, rows.astype("<f4").tobytes())


def _failure(error: Exception) -> dict[str, Any]:
    full = isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"  # torch's, of a device
    full = full or "can't allocate memory" in str(error)  # torch's, of the processor
    lines = str(error).strip().splitlines()
    return {"error": f"{type(error).__name__}: {lines[0][:300] if lines else ''}", "memory": full}


class Worker:
    """A loaded model.

    Args:
        given: `folder`; `document` and `question`, the instructions, None for the model's own; `pool_instruction`, whether
            an instruction's tokens count in the pooling, None as the checkpoint says; `max_length` in tokens, 0 for the
            model's own; `batch`, texts at once; `threads`; `idle_s`.
    """

    def __init__(self, given: dict[str, Any]) -> None:
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(given["threads"])
        folder = Path(given["folder"])
        self._model = SentenceTransformer(str(folder), local_files_only=True, trust_remote_code=False)
        self._batch = given["batch"]
        self._set_pooling(given["pool_instruction"])
        own = self._model.max_seq_length
        wanted = given["max_length"]
        if wanted:
            self._model.max_seq_length = min(wanted, own) if own else wanted
        self._instructions = {purpose: self._instruction(given, purpose) for purpose in PURPOSES}
        self.about = {
            "dimension": self._model.get_embedding_dimension() or len(self.embed([""], "document")[0]),
            "max_length": self._model.max_seq_length,
            "instructions": self._instructions,
            "device": str(self._model.device),
        }

    def _set_pooling(self, pool_instruction: bool | None) -> None:
        """Sentence-transformers does this by itself for three names of the model hub, and for no folder."""
        if pool_instruction is None:
            return
        pooling = [module for module in self._model if hasattr(module, "include_prompt")]
        if not pooling and not pool_instruction:
            raise ValueError("the model has no pooling layer, so an instruction cannot be left out of it")
        for module in pooling:
            module.include_prompt = pool_instruction

    def _instruction(self, given: dict[str, Any], purpose: str) -> str:
        if given[purpose] is not None:
            return str(given[purpose])
        return self._model.prompts.get(PURPOSES[purpose]) or ""

    def embed(self, texts: list[str], purpose: str) -> Any:
        """(n, dimension) float32, rows of unit length."""
        encode = self._model.encode_query if purpose == "question" else self._model.encode_document
        return encode(
            texts,
            prompt=self._instructions[purpose],  # "" as well: without it the checkpoint's default would be taken
            batch_size=self._batch,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )


if __name__ == "__main__":
    raise SystemExit(main())
