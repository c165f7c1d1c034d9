"""The embedding process seen from outside: started, kept, ended, replaced, and its failures told."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from copilot.core import paths
from copilot.core.errors import ModelUnreachable, NoModel
from copilot.core.settings import Settings
from copilot.models import open_embedder
from copilot.models.sentence import BATCH, SentenceEmbedder
from evals.instructor import TEXTS, make_checkpoint, write_profile


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_checkpoint(tmp_path_factory.mktemp("tiny") / "checkpoint")


@pytest.fixture
def opened() -> Iterator[Callable[..., SentenceEmbedder]]:
    """Open a folder by a user's profile; ended with the test."""
    kept: list[SentenceEmbedder] = []

    def call(folder: Path, *, pool_instruction: bool = False, more: str = "", **settings: Any) -> SentenceEmbedder:
        name = write_profile(folder, "tiny", pool_instruction=pool_instruction)
        path = paths.profiles_dir() / f"{name}.toml"
        path.write_text(f"{more}\n{path.read_text()}")
        embedder = open_embedder(Settings(embedder=name, threads=1, **settings))
        assert isinstance(embedder, SentenceEmbedder)
        kept.append(embedder)
        return embedder

    yield call
    for embedder in kept:
        embedder.close()


def pid_of(embedder: SentenceEmbedder) -> int:
    assert embedder._process is not None
    return embedder._process._process.pid


def gone(pid: int, within_s: float = 60.0) -> bool:
    """Whether a process ends in time; a zombie has."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def test_one_process_embeds_for_both_purposes_in_batches(
    checkpoint: Path, opened: Callable[..., SentenceEmbedder]
) -> None:
    told: list[tuple[str, int, int]] = []
    embedder = opened(checkpoint)
    embedder._progress = lambda *said: told.append(said)
    assert embedder._process is None, "it starts with the first text"
    vectors = np.array(embedder.embed_documents(TEXTS))
    first = pid_of(embedder)
    assert vectors.shape == (len(TEXTS), embedder.dimension) == (len(TEXTS), 48)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    alone = np.array([embedder.embed_documents([text])[0] for text in TEXTS])
    np.testing.assert_allclose(vectors, alone, atol=1e-5)
    question = np.array(embedder.embed_query(TEXTS[0]))
    assert np.abs(question - vectors[0]).max() > 1e-3
    assert embedder.embed_documents([]) == []
    assert {type(value) for value in embedder.embed_query("half a pair \ud800")} == {float}
    assert pid_of(embedder) == first
    assert told == [
        ("loading tiny", 0, 0),
        ("embedding (tiny)", BATCH, len(TEXTS)),
        ("embedding (tiny)", len(TEXTS), len(TEXTS)),
    ]
    embedder.close()
    assert gone(first)


def test_one_that_was_killed_is_told_and_replaced(checkpoint: Path, opened: Callable[..., SentenceEmbedder]) -> None:
    embedder = opened(checkpoint, more="memory_mb = 77")
    before = embedder.embed_query("x")
    os.kill(pid_of(embedder), signal.SIGKILL)
    with pytest.raises(ModelUnreachable, match="ended by signal 9") as caught:
        embedder.embed_query("x")
    assert "about 77 MB" in caught.value.hint
    assert embedder.embed_query("x") == before


def test_one_that_nobody_asks_ends_and_the_next_text_starts_another(
    checkpoint: Path, opened: Callable[..., SentenceEmbedder]
) -> None:
    embedder = opened(checkpoint, idle_minutes=0.2 / 60)
    before = embedder.embed_query("x")
    first = pid_of(embedder)
    assert gone(first)
    assert embedder.embed_query("x") == before
    assert pid_of(embedder) != first


def test_it_ends_with_its_caller_however_that_ends(checkpoint: Path) -> None:
    write_profile(checkpoint, "tiny", pool_instruction=False)
    code = (
        "import os, signal\nfrom copilot.core.settings import Settings\nfrom copilot.models import open_embedder\n"
        "embedder = open_embedder(Settings(embedder='tiny', threads=1))\nembedder.embed_query('x')\n"
        "print(embedder._process._process.pid, flush=True)\nos.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert gone(int(done.stdout))


def test_this_process_loads_no_torch(checkpoint: Path) -> None:
    write_profile(checkpoint, "tiny", pool_instruction=False)
    code = (
        "import sys\nfrom copilot.core.settings import Settings\nfrom copilot.models import open_embedder\n"
        "embedder = open_embedder(Settings(embedder='tiny', threads=1))\nembedder.embed_query('x')\n"
        "print([m for m in ('torch', 'transformers', 'sentence_transformers', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    assert not done.stderr


def test_no_connection_is_opened(
    checkpoint: Path, opened: Callable[..., SentenceEmbedder], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whatever the environment and the checkpoint say: a proxy that would be asked for every address is asked for none."""
    folder = Path(shutil.copytree(checkpoint, tmp_path / "named"))
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "_name_or_path": "hkunlp/instructor-large"}))
    (folder / "tokenizer_config.json").unlink()  # as a folder that was copied by half
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        asked: list[bytes] = []

        def listen() -> None:
            while True:
                try:
                    connection, _ = proxy.accept()
                except OSError:
                    return
                with connection, contextlib.suppress(OSError):
                    connection.settimeout(5.0)
                    asked.append(connection.recv(200))

        threading.Thread(target=listen, daemon=True).start()
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.getsockname()[1]}")
        for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
            monkeypatch.setenv(name, "0")
        try:
            opened(folder).embed_query("x")
        except ModelUnreachable as error:  # it may do without the file, or not
            assert "huggingface.co" not in error.message
        proxy.shutdown(socket.SHUT_RDWR)
    # a test of another process may meet this port, which was its server's before; it does not ask for an address elsewhere
    assert not [said for said in asked if said.startswith(b"CONNECT") or b"://" in said.split(b"\r\n")[0]]


@pytest.mark.parametrize(
    ("name", "content"), [("model.safetensors", b"broken"), ("config.json", b"{"), ("modules.json", b"[3]")]
)
def test_a_folder_that_cannot_be_loaded_is_told(
    checkpoint: Path, opened: Callable[..., SentenceEmbedder], tmp_path: Path, name: str, content: bytes
) -> None:
    folder = Path(shutil.copytree(checkpoint, tmp_path / "broken"))
    (folder / name).write_bytes(content)
    with pytest.raises(ModelUnreachable, match=r"The embedder tiny failed: \w+: ") as caught:
        opened(folder).embed_query("x")
    assert str(folder) in caught.value.hint


def test_weights_that_give_no_numbers_are_refused(
    checkpoint: Path, opened: Callable[..., SentenceEmbedder], tmp_path: Path
) -> None:
    import torch

    folder = Path(shutil.copytree(checkpoint, tmp_path / "broken"))
    torch.save({"linear.weight": torch.full((48, 64), float("nan"))}, folder / "2_Dense" / "pytorch_model.bin")
    with pytest.raises(ModelUnreachable, match="not numbers"):
        opened(folder).embed_query("x")


def test_a_folder_without_a_model_is_named(tmp_path: Path, opened: Callable[..., SentenceEmbedder]) -> None:
    with pytest.raises(NoModel, match=r"nowhere: there is no config\.json"):
        opened(tmp_path / "nowhere")
    with pytest.raises(NoModel, match="instructor-base are not on this machine") as caught:
        open_embedder(Settings(embedder="instructor-base"))
    assert "models pull instructor-base" in caught.value.hint


def test_without_the_package_the_command_that_installs_it_is_named(
    checkpoint: Path, opened: Callable[..., SentenceEmbedder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelUnreachable, match="needs sentence-transformers, which is not installed") as caught:
        opened(checkpoint)
    assert caught.value.hint == f'{sys.executable} -m pip install "sentence-transformers>=6,<7"'


def test_its_identity_holds_what_vectors_depend_on(
    checkpoint: Path, opened: Callable[..., SentenceEmbedder], tmp_path: Path
) -> None:
    before = opened(checkpoint).identity
    copied = Path(shutil.copytree(checkpoint, tmp_path / "elsewhere"))
    assert opened(copied).identity == before
    assert opened(copied, idle_minutes=3).identity == before
    assert "instruction-not-pooled" in before
    assert before.endswith(":normalised")
    others = {
        opened(copied, pool_instruction=True).identity,
        opened(copied, more="context_length = 64").identity,
    }
    write_profile(copied, "tiny", pool_instruction=False)
    path = paths.profiles_dir() / "tiny.toml"
    for purpose in ("document", "question"):
        path.write_text(path.read_text().replace(f"{purpose} = ", f'{purpose} = "Other: " # ', 1))
        others.add(open_embedder(Settings(embedder="tiny")).identity)
    (copied / "2_Dense" / "config.json").write_text("{}")
    others.add(opened(copied).identity)
    assert len(others | {before}) == 6


class FakeProcess:
    """Answers the first message with `about`, each other with `reply`."""

    def __init__(self, reply: dict[str, Any], numbers: bytes) -> None:
        self.about: dict[str, Any] = {"dimension": 2}
        self._reply = reply, numbers
        self.ended = False

    def ask(self, message: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        return (self.about, b"") if "folder" in message else self._reply

    def end(self) -> None:
        self.ended = True


@pytest.mark.parametrize(
    ("reply", "numbers", "said"),
    [
        ({"shape": [2, 2]}, b"\0" * 16, r"shape \[2, 2\]; expected \[1, 2\]"),
        ({"shape": [1, 3]}, b"\0" * 12, r"shape \[1, 3\]; expected \[1, 2\]"),
        ({"shape": [1, 2]}, b"\0" * 4, "shape"),
        ({}, b"", "shape None"),
        ({"error": "RuntimeError: too much", "memory": True}, b"", "RuntimeError: too much"),
    ],
)
def test_an_answer_of_another_shape_is_refused(
    checkpoint: Path, opened: Callable[..., SentenceEmbedder], reply: dict[str, Any], numbers: bytes, said: str
) -> None:
    embedder = opened(checkpoint)
    embedder._process = FakeProcess(reply, numbers)  # type: ignore[assignment]
    with pytest.raises(ModelUnreachable, match=said) as caught:
        embedder.embed_query("x")
    assert ("memory" in caught.value.hint) == ("error" in reply)


def test_an_interrupted_question_leaves_no_answer_for_the_next(
    checkpoint: Path, opened: Callable[..., SentenceEmbedder], monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = opened(checkpoint)
    expected = embedder.embed_query("x")
    first = pid_of(embedder)
    assert embedder._process is not None

    def interrupted(message: dict[str, Any]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(embedder._process, "ask", interrupted)
    with pytest.raises(KeyboardInterrupt):
        embedder.embed_query("another")
    assert gone(first)
    assert embedder.embed_query("x") == expected


@pytest.mark.model
def test_the_default_embedder_s_weights_give_its_vectors_in_the_process_as_well(
    opened: Callable[..., SentenceEmbedder], tmp_path: Path
) -> None:
    """A real model of another architecture than Instructor's, without instructions, against its own export."""
    from copilot.models import profiles
    from copilot.models.embedder import Embedder

    profile = profiles.get("all-minilm-l6-v2")
    folder = tmp_path / "minilm"
    folder.mkdir()
    for file in profile.files:
        (folder / file.name).symlink_to(profile.folder / file.name)
    (folder / "modules.json").write_text(
        json.dumps(
            [
                {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
                {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            ]
        )
    )
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"embedding_dimension": 384, "pooling_mode": "mean"}')
    (folder / "tokenizer_config.json").write_text(
        '{"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]"}'
    )
    opened(folder, pool_instruction=True, more="context_length = 256")  # writes the profile; it starts nothing
    path = paths.profiles_dir() / "tiny.toml"
    path.write_text("\n".join(line for line in path.read_text().splitlines() if not line.startswith(("doc", "que"))))
    embedder = open_embedder(Settings(embedder="tiny", threads=1))
    try:
        default = open_embedder(Settings(threads=1))
        assert isinstance(default, Embedder)
        np.testing.assert_allclose(embedder.embed_documents(TEXTS), default.embed(TEXTS), atol=1e-5)
    finally:
        embedder.close()
