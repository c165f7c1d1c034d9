"""A whole repository of the model hub: which files it has and what they hash to, as the hub says, pinned to one commit.

Only files that sentence-transformers reads are fetched. The hub names a large file by its SHA-256 and a small one by its git
blob; each is verified against that before it appears under its name.
"""

from __future__ import annotations

import json
import os
import re
import urllib.parse
from pathlib import PurePosixPath
from typing import Any

from copilot.core.errors import DownloadFailed
from copilot.models import content
from copilot.models.profiles import ModelFile

ADDRESS = "https://huggingface.co"
MOST_FILES = 200
"""A repository with more is no checkpoint."""


def base() -> str:
    """The hub's address; `RLLTE_COPILOT_HUB` names a mirror."""
    return os.environ.get("RLLTE_COPILOT_HUB", ADDRESS).rstrip("/")


def listing_url(repo: str, revision: str) -> str:
    """Where the hub lists a repository with sizes and hashes."""
    return f"{base()}/api/models/{repo}/revision/{urllib.parse.quote(revision, safe='')}?blobs=true"


def file_url(repo: str, revision: str, name: str) -> str:
    """Where a file of that revision is."""
    return f"{base()}/{repo}/resolve/{revision}/{urllib.parse.quote(name)}"


def read_listing(raw: bytes, repo: str) -> tuple[str, list[ModelFile]]:
    """The commit and its files that are read.

    Raises:
        DownloadFailed: the answer is no listing, or not that of a model for sentence-transformers.
    """
    try:
        answer = json.loads(raw)
        commit = str(answer["sha"])
        if not re.fullmatch("[0-9a-f]{40}", commit):
            raise ValueError(f"a commit named {commit[:50]!r}")
        listed = [_listed(entry) for entry in answer["siblings"] if content.counts(entry["rfilename"])]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DownloadFailed(
            f"What the model hub says of {repo} is no list of files ({type(error).__name__}: {error}).",
            hint="Check RLLTE_COPILOT_HUB, or choose another model.",
        ) from error
    files = _without_twins(listed)
    if not any(file.name == "config.json" for file in files) or len(files) > MOST_FILES:
        raise DownloadFailed(
            f"{repo} holds {len(files)} files and is no model for sentence-transformers (no config.json, or too many).",
            hint="Choose another model; see hub.repo in its profile.",
        )
    return commit, files


def _listed(entry: dict[str, Any]) -> ModelFile:
    name, large = str(entry["rfilename"]), entry.get("lfs") or {}
    if name.startswith("/") or "\\" in name:  # a part that begins with a dot does not count
        raise ValueError(f"a file named {name!r}")
    file = ModelFile(name, "", int(entry["size"]), str(large.get("sha256", "")), git=str(entry.get("blobId", "")))
    if len(file.sha256) != 64 and len(file.git) != 40:
        raise ValueError(f"no hash of {name!r}")
    return file


def _without_twins(listed: list[ModelFile]) -> list[ModelFile]:
    """Each folder's weights once: pickled ones only where there are no others."""
    safe = {PurePosixPath(file.name).parent for file in listed if file.name.endswith(".safetensors")}
    return [file for file in listed if not (file.name.endswith(".bin") and PurePosixPath(file.name).parent in safe)]
