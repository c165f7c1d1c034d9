"""What the hub says of a repository: one commit, the files that are read, each with a hash; anything else is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from copilot.core.errors import DownloadFailed
from copilot.models import hub

COMMIT = "0" * 40
SMALL = {"blobId": "1" * 40, "size": 3}
LARGE = {"blobId": "2" * 40, "size": 900, "lfs": {"sha256": "3" * 64, "size": 900}}


def listing(files: dict[str, dict[str, Any]], sha: str = COMMIT) -> bytes:
    return json.dumps(
        {"sha": sha, "siblings": [{"rfilename": name, **about} for name, about in files.items()]}
    ).encode()


def test_only_what_is_read_is_listed_and_pickled_weights_only_where_there_are_no_others() -> None:
    files = {
        "config.json": SMALL,
        "modules.json": SMALL,
        "model.safetensors": LARGE,
        "pytorch_model.bin": LARGE,
        "2_Dense/pytorch_model.bin": LARGE,
        "onnx/model.bin": LARGE,
        "README.md": SMALL,
        "tf_model.h5": LARGE,
        ".gitattributes": SMALL,
    }
    commit, found = hub.read_listing(listing(files), "lab/tiny")
    assert commit == COMMIT
    assert [file.name for file in found] == [
        "config.json",
        "modules.json",
        "model.safetensors",
        "2_Dense/pytorch_model.bin",
    ]
    assert (found[0].sha256, found[0].git, found[0].bytes) == ("", "1" * 40, 3)
    assert (found[2].sha256, found[2].bytes) == ("3" * 64, 900)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"<html>", "no list of files"),
        (b"[]", "no list of files"),
        (b'{"sha": "main", "siblings": []}', "no list of files"),
        (listing({"config.json": {"size": 3}}), "no hash of"),
        (listing({"../config.json": SMALL}), "holds 0 files"),
        (listing({"a\\..\\config.json": SMALL}), "a file named"),
        (listing({"/config.json": SMALL}), "a file named"),
        (listing({"config.json": {**SMALL, "size": None}}), "no list of files"),
        (listing({"model.safetensors": LARGE}), "no config.json"),
        (listing({"config.json": SMALL, **{f"{n}.json": SMALL for n in range(hub.MOST_FILES)}}), "too many"),
    ],
)
def test_anything_else_is_refused(raw: bytes, said: str) -> None:
    with pytest.raises(DownloadFailed, match=said) as caught:
        hub.read_listing(raw, "lab/tiny")
    assert "lab/tiny" in caught.value.message


def test_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    assert hub.listing_url("a/b", "main") == "https://huggingface.co/api/models/a/b/revision/main?blobs=true"
    assert hub.file_url("a/b", COMMIT, "1 x/y.json") == f"https://huggingface.co/a/b/resolve/{COMMIT}/1%20x/y.json"
    monkeypatch.setenv("RLLTE_COPILOT_HUB", "http://mirror/")
    assert hub.listing_url("a/b", "refs/pr/1") == "http://mirror/api/models/a/b/revision/refs%2Fpr%2F1?blobs=true"
