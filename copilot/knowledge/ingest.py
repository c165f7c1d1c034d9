"""Ingestion: bring the index in line with the files. Only what changed is embedded, what vanished is removed.

Files are read one by one and embedded in batches. A batch is committed at once, vectors first: a run that is killed loses
only the batch in hand, which the next run takes up again. A vector belongs to a text, not to a file, so that what was moved,
copied or left as it was in a changed file is not embedded again.
"""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from copilot.core import paths
from copilot.core.databases import lacks_space, remedy
from copilot.core.errors import DiskFull, FileProblem, InvalidRequest, nearest
from copilot.core.locks import file_lock
from copilot.core.types import FailedFile, IngestReport, Passage, Progress
from copilot.knowledge import files
from copilot.knowledge.apart import Apart
from copilot.knowledge.chunk import moved, parts, passages
from copilot.knowledge.index import IdentifiedEmbedder, identity_of, open_store, require_identity
from copilot.knowledge.loaders import loader_of
from copilot.knowledge.manifest import manifest_broken, manifest_file
from copilot.knowledge.store import REBUILDING, Known, Store
from copilot.knowledge.vectors import Vectors, ids_on_disk  # light: Chroma is loaded when one is made

BATCH = 256
"""Chunks that are embedded and committed together: enough for the embedder to order them by length."""


def ingest(
    targets: list[Path] | None,
    *,
    embedder: IdentifiedEmbedder,
    progress: Progress | None = None,
    remove: Iterable[Path] = (),
    rebuild: bool | Literal["if-needed"] = False,
) -> IngestReport:
    """Bring the index up to date.

    Args:
        targets: files and folders of the user's to add; None: all that was added before, and what ships with the package.
        embedder: embeds the chunks.
        progress: called per file that is done, and while a long one is embedded.
        remove: files and folders of the user's to forget, as they were added.
        rebuild: throw everything away first; "if-needed": only if another embedder built the index.

    Returns:
        What was done; `failed` names files that cannot be read, and targets that hold nothing to read.

    Raises:
        AlreadyRunning: another process is ingesting.
        IndexMismatch: another embedder built the index.
        InvalidRequest: a path that does not exist or is not text, or one to forget that was never added; nothing changed.
        DiskFull: nothing half-written is left.
        FileProblem: the index cannot be read or written.
    """
    with file_lock(paths.state_dir() / "ingest.lock", "an ingestion"):
        store = open_store()
        try:
            with closing(Apart()) as apart:
                return _Run(store, embedder, progress, apart).execute(targets, list(remove), rebuild)
        except (OSError, sqlite3.Error) as error:
            raise _stopped(error) from error
        finally:
            store.close()


def _stopped(error: OSError | sqlite3.Error) -> DiskFull | FileProblem:
    if isinstance(error, sqlite3.Error):
        path, broken = manifest_file(), manifest_broken()
    else:
        named = Path(error.filename or "")
        path = named if named.is_absolute() else paths.index_dir()  # deleting names files below the folder in hand
        broken = "Mend it, then: rllte-copilot ingest"
    if lacks_space(error, path):
        return DiskFull(
            f"The disk of {paths.index_dir()} is full; the files done so far are kept.",
            hint="Free some space, then try again: rllte-copilot ingest",
        )
    return FileProblem(f"Ingestion stopped: {error}.", hint=remedy(error, path, broken))


@dataclass
class _Taken:
    """A file that was read, and waits for its batch."""

    source: str
    known: Known
    chunks: list[Passage]
    is_new: bool


@dataclass
class _Run:
    store: Store
    embedder: IdentifiedEmbedder
    progress: Progress | None
    apart: Apart
    added: int = 0
    updated: int = 0
    skipped: int = 0
    deleted: int = 0
    failed: list[FailedFile] = field(default_factory=list[FailedFile])
    batch: list[_Taken] = field(default_factory=list[_Taken])
    told: int = 0
    """How many files are done, as it was last told."""
    lost: set[str] = field(default_factory=set[str])
    """Digests of chunks that have no vector any more."""

    @cached_property
    def vectors(self) -> Vectors:
        """Opened once, where it is needed; a rebuild deletes its folder before."""
        return Vectors(paths.index_dir() / "chroma", self.embedder)  # type: ignore[arg-type]

    def execute(
        self, targets: list[Path] | None, remove: list[Path], rebuild: bool | Literal["if-needed"]
    ) -> IngestReport:
        added, gone = self._asked(targets or [], remove)
        self._prepare(rebuild)
        shipped = files.shipped()
        ships = {path.resolve() for path in shipped.values()}
        self._remember(added, gone, ships)
        damaged = self._damaged()
        known, wanted = self.store.files(), self._wanted(shipped, ships)
        pending = [
            (source, *entry)
            for source, entry in wanted.items()
            if source in damaged or self._changed(source, entry[0], known.get(source))
        ]
        for done, (source, path, root) in enumerate(pending, start=1):
            self._take(source, path, root, known.get(source))
            if sum(len(taken.chunks) for taken in self.batch) >= BATCH:
                self._flush(done, len(pending))
        self._flush(len(pending), len(pending))
        self._forget(
            {source: known[source] for source in known.keys() - wanted.keys()}
        )  # last: moved files are found there
        if self.store.meta(REBUILDING):
            self.store.set_meta(REBUILDING, "")
        return IngestReport(self.added, self.updated, self.skipped, self.deleted, self.failed)

    def _asked(self, targets: list[Path], remove: list[Path]) -> tuple[list[Path], list[Path]]:
        """The paths to add and to forget as they are remembered; refused before anything is changed."""
        added, gone = [files.absolute(path) for path in targets], [files.absolute(path) for path in remove]
        for root in added:
            if not root.exists():
                raise InvalidRequest(f"There is no file or folder {root}.", hint="Check the path.")
        known = [*self.store.roots(), *added]
        for path in gone:
            if path not in known:
                raise InvalidRequest(
                    f"{path} was never added, so there is nothing to forget.", hint=_added(path, known)
                )
        return added, gone

    def _remember(self, added: list[Path], gone: list[Path], ships: set[Path]) -> None:
        for root in added:
            found = files.own(root, ships)
            if reason := files.refusal(root, ships, found):
                self.failed += [FailedFile(str(root), reason), *found.left_out]
            else:
                self.store.add_root(root)
        for root in gone:
            self.store.remove_root(root)

    def _prepare(self, rebuild: bool | Literal["if-needed"]) -> None:
        identity = identity_of(self.embedder)
        mismatch = self.store.meta("identity") not in (None, identity)
        if rebuild is True or (rebuild == "if-needed" and mismatch):
            self._clear()
        require_identity(self.store, self.embedder)
        self.store.set_meta("identity", identity)

    def _clear(self) -> None:
        """Throw everything away; marked first, so that nobody opens what is being deleted, or takes a part for the whole."""
        folder, was = paths.index_dir() / "chroma", self.store.meta(REBUILDING) or ""
        self.store.set_meta(REBUILDING, "yes")
        try:
            with self.store.cleared():
                if folder.exists():
                    shutil.rmtree(folder)  # whatever state it is in
        except OSError:
            self.store.set_meta(REBUILDING, was)
            raise

    def _damaged(self) -> set[str]:
        """The files that lost vectors: the folder was deleted, or is damaged. What a killed run left over is deleted."""
        sources = self.store.sources_by_digest()
        if not sources or sources.keys() == ids_on_disk(paths.index_dir() / "chroma"):
            return set()
        here = self.vectors.ids()
        self.vectors.delete(sorted(here - sources.keys()))
        self.lost = sources.keys() - here
        return {source for key in self.lost for source in sources[key]}

    def _wanted(self, shipped: dict[str, Path], ships: set[Path]) -> dict[str, tuple[Path, str]]:
        """Path and root of every file to index, by source."""
        wanted = {source: (path, source.split("/")[0]) for source, path in shipped.items()}
        for root in self.store.roots():
            found = files.own(root, ships)
            wanted |= {str(path): (path, str(root)) for path in found.files}
            self.failed += [failed for failed in found.left_out if failed not in self.failed]
        return wanted

    def _changed(self, source: str, path: Path, old: Known | None) -> bool:
        now = files.current(path, old) if old else None
        if now is None:
            return True
        if now != old:
            self.store.touch(source, now.size, now.mtime_ns)
        if now.reason:
            self.failed.append(FailedFile(source, now.reason))
        else:
            self.skipped += 1
        return False

    def _take(self, source: str, path: Path, root: str, old: Known | None) -> None:
        """Read a file into the batch; one that cannot be read is remembered without chunks, so that it is not cited."""
        was_read = old is not None and not old.reason
        loader = loader_of(source)
        try:
            data, stat = files.content(path, loader.largest)
        except (OSError, ValueError) as error:
            self._leave_out(source, (isinstance(error, OSError) and error.strerror) or str(error), was_read)
            self._forget({} if old is None else {source: old})
            return
        known = Known(files.sha256(data), stat.st_size, stat.st_mtime_ns, root)
        try:
            chunks = self._chunks(source, path.suffix.lower(), data, known.sha256)
        except ValueError as error:
            self._leave_out(source, str(error), was_read)
            self.deleted += was_read
            self.batch.append(_Taken(source, replace(known, reason=str(error)), [], False))
            return
        self.batch.append(_Taken(source, known, chunks, not was_read))

    def _leave_out(self, source: str, reason: str, was_read: bool) -> None:
        """What a file said that cannot be read any more cannot be checked."""
        gone = "; what it held before is forgotten" if was_read else ""
        self.failed.append(FailedFile(source, reason + gone))

    def _chunks(self, source: str, suffix: str, data: bytes, sha256: str) -> list[Passage]:
        """Those of a file that was read alike with the same content, if there is one: that it was moved costs no reading."""
        loader = loader_of(source)
        for twin in self.store.twins(sha256):
            if loader_of(twin) == loader:
                return [moved(passage, source) for passage in self.store.chunks(twin)]
        return passages(source, self.apart.read(suffix, data) if loader.apart else loader.load(data))

    def _flush(self, done: int, total: int) -> None:
        if self.batch:
            self._commit()
            self.batch = []
        if self.progress:
            for place in range(self.told + 1, done + 1):
                self.progress("ingesting", place, total)
        self.told = done

    def _commit(self) -> None:
        """The batch's vectors, then the manifest, then what no file holds any more is deleted."""
        sources = [taken.source for taken in self.batch]
        old = self.store.digests_of(sources)
        texts = {key: text for taken in self.batch for passage in taken.chunks for key, text in parts(passage).items()}
        long = sum(len(taken.chunks) for taken in self.batch) > 2 * BATCH
        missing = {key: text for key, text in texts.items() if key in self.lost or not self.store.has(key)}
        self._embed(missing, self.progress if long else None)
        self.store.put([(taken.source, taken.known, taken.chunks) for taken in self.batch], uuid.uuid4().hex)
        self._drop_vectors(old)
        read = [taken for taken in self.batch if not taken.known.reason]
        self.added += sum(taken.is_new for taken in read)
        self.updated += sum(not taken.is_new for taken in read)

    def _embed(self, texts: dict[str, str], progress: Progress | None) -> None:
        """Texts by digest, in the order of their lengths."""
        keys = sorted(texts, key=lambda key: len(texts[key]))
        for start in range(0, len(keys), BATCH):
            part = {key: texts[key] for key in keys[start : start + BATCH]}
            self.vectors.add(part, self.embedder.embed_documents(list(part.values())))
            self.lost -= part.keys()
            if progress:
                progress("embedding a long file", start + len(part), len(keys))

    def _drop_vectors(self, digests: set[str]) -> None:
        """Those that no chunk has any more."""
        if gone := [key for key in sorted(digests) if not self.store.has(key)]:
            self.vectors.delete(gone)

    def _forget(self, gone: dict[str, Known]) -> None:
        if not gone:
            return
        old = self.store.digests_of(gone)
        self.store.drop(gone, uuid.uuid4().hex)
        self._drop_vectors(old)
        self.deleted += sum(not known.reason for known in gone.values())


def _added(path: Path, known: list[Path]) -> str:
    """Where a path that was never added is named, what was."""
    for root in known:
        if root in path.parents:
            return f"It is part of {root}: rllte-copilot ingest --remove {root}"
    names = [str(root) for root in known]
    if close := nearest(str(path), names):
        return f"Did you mean {' or '.join(close)}?"
    return f"Added are: {', '.join(names)}." if names else "Nothing of yours has been added."
