"""What a run leaves in its folder is hostile: it is walked by descriptors, so that no part of a path is ever a link.

Covers: links and folders swapped while one looks, pipes and special files, folders of any depth or mode (to list and to
remove), entries that vanish, files that were deleted and are still open.
Does not cover: deleted files that are only mapped, or that wait in a socket; the meaning of a file (nothing is unpickled or
imported here).
"""

from __future__ import annotations

import contextlib
import errno
import grp
import os
import pwd
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from copilot.sandbox import proc

DEPTH = 48
"""Of a running program's folders; one that nests deeper is ended, and so is one that hides a folder from its reader."""
LISTED = 1000
OPENED = 50_000
"""Descriptors of a run that are looked at; one that holds more is ended."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_GONE = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}
"""An entry that was removed, or swapped for something else, between two looks."""


class Hidden(Exception):
    """Part of a folder cannot be looked at: no permission, or too deep."""


@dataclass
class _Level:
    descriptor: int | None
    name: str
    identity: tuple[int, int]
    pending: list[str] = field(default_factory=list[str])


class Walk:
    """Every entry below a folder, as (descriptor of its folder, name, what it is); without recursion, links not followed.

    A folder's entries come before those of the folders in it. The descriptor is good until the next entry is asked for.

    Args:
        top: the folder.
        deepest: raise `Hidden` below this depth and for folders that cannot be read; None: go to any depth, leave out
            what cannot be read. Only the last `DEPTH` levels are held open; on the way back up the others are opened
            again by "..", which must lead to the very folder that one came from. So None is for a tree at rest.
    """

    def __init__(self, top: str, deepest: int | None = None) -> None:
        self._top, self._deepest = top, deepest
        self._levels: list[_Level] = []

    def path(self, name: str) -> str:
        """The path of the entry that was given last."""
        return os.path.join(self._top, *(level.name for level in self._levels[1:]), name)

    def __iter__(self) -> Iterator[tuple[int, str, os.stat_result]]:
        try:
            self._enter(os.open(self._top, _FOLDER), "")
            yield from self._entries()
            while self._levels:
                level = self._levels[-1]
                if level.pending:
                    if self._descend(level, level.pending.pop()):
                        yield from self._entries()
                else:
                    self._leave()
        finally:
            for level in self._levels:
                _close(level.descriptor)

    def _enter(self, descriptor: int, name: str) -> None:
        info = os.fstat(descriptor)
        self._levels.append(_Level(descriptor, name, (info.st_dev, info.st_ino)))
        if len(self._levels) > DEPTH + 2:
            far = self._levels[-DEPTH - 2]
            _close(far.descriptor)
            far.descriptor = None

    def _descend(self, level: _Level, name: str) -> bool:
        if self._deepest is not None and len(self._levels) > self._deepest:
            raise Hidden(name)
        try:
            self._enter(os.open(name, _FOLDER, dir_fd=level.descriptor), name)
        except OSError as error:
            if self._deepest is not None and error.errno not in _GONE:
                raise Hidden(name) from error
            return False
        return True

    def _leave(self) -> None:
        """Back to the folder above, which is opened again where it was closed."""
        left = self._levels.pop()
        if self._levels and (above := self._levels[-1]).descriptor is None:
            with contextlib.suppress(OSError):
                descriptor = os.open("..", _FOLDER, dir_fd=left.descriptor)
                info = os.fstat(descriptor)
                if (info.st_dev, info.st_ino) == above.identity:
                    above.descriptor = descriptor
                else:
                    os.close(descriptor)
            if above.descriptor is None:  # moved meanwhile: there is no safe way back
                self._levels.clear()
        _close(left.descriptor)

    def _entries(self) -> Iterator[tuple[int, str, os.stat_result]]:
        level = self._levels[-1]
        descriptor = level.descriptor
        if descriptor is None:
            return
        with os.scandir(descriptor) as listing:
            for entry in listing:
                try:
                    info = entry.stat(follow_symlinks=False)
                except OSError:  # this one vanished; the others still count
                    continue
                if stat.S_ISDIR(info.st_mode):
                    level.pending.append(entry.name)
                yield descriptor, entry.name, info


@dataclass
class Folder:
    """What a run left: how much, and the paths of its regular files (the first thousand)."""

    files: int = 0
    megabytes: float = 0.0
    listed: list[str] = field(default_factory=list[str])
    hidden: bool = False
    """Some of it cannot be looked at, so that nobody knows how much there is."""


def measure(folder: str, most: int) -> Folder:
    """Count entries and bytes below `folder`; stops beyond `most` entries and where something is hidden."""
    found, walk = Folder(), Walk(folder, DEPTH)
    try:
        for _, name, info in walk:
            found.files += 1
            found.megabytes += info.st_blocks * 512 / 2**20
            if stat.S_ISREG(info.st_mode) and info.st_nlink == 1 and len(found.listed) < LISTED:
                found.listed.append(walk.path(name))
            if found.files > most:
                break
    except (Hidden, OSError):
        found.hidden = True
    return found


class Deleted:
    """Files on a folder's disk that were deleted and are still open somewhere in a run: they take space but have no name.

    A process whose descriptors cannot be read hides them; two looks in a row must say so, because one that is just
    starting is closed for a moment.
    """

    def __init__(self, folder: str) -> None:
        self._device = os.stat(folder).st_dev
        self._closed: set[int] = set()

    def look(self, pids: list[int]) -> Folder:
        """How many and how much, in all these processes."""
        found, left, seen, closed = Folder(), OPENED, set[int](), set[int]()
        for pid in pids:
            try:
                # all threads of a process have the same (the filter sees to it)
                place = f"{proc.living_thread(pid, proc.fields(pid))}/fd"
                names = os.listdir(place)
            except PermissionError:
                if not proc.has_ended(pid):
                    closed.add(pid)
                continue
            except OSError:
                continue
            left -= len(names)
            if left < 0:
                found.hidden = True
                break
            for name in names:
                self._add(f"{place}/{name}", found, seen)
        found.hidden = found.hidden or bool(closed & self._closed)
        self._closed = closed
        return found

    def _add(self, link: str, found: Folder, seen: set[int]) -> None:
        with contextlib.suppress(OSError):
            if not os.readlink(link).endswith(" (deleted)"):
                return
            info = os.stat(link)
            if info.st_dev == self._device and info.st_nlink == 0 and info.st_ino not in seen:
                seen.add(info.st_ino)
                found.files += 1
                found.megabytes += info.st_blocks * 512 / 2**20


def exchangeable(folder: Path) -> Path | None:
    """A folder on the way to `folder`, itself included, in which somebody else could put a link in our place, or None.

    Safe are folders of root's or one's own that nobody else may write, whose entries stay their owner's (the sticky bit of
    /tmp), or that only one's own private group may write.
    """
    real = folder.resolve()
    for place in (real, *real.parents):
        info = os.stat(place)
        if info.st_uid not in {0, os.geteuid()}:
            return place
        by_group = bool(info.st_mode & stat.S_IWGRP) and not _private(info.st_gid)
        if (info.st_mode & stat.S_IWOTH or by_group) and not info.st_mode & stat.S_ISVTX:
            return place
    return None


def _private(gid: int) -> bool:
    """Whether a group is root's or, by the usual custom, this user's alone: of the same name, without other members."""
    if gid == 0:
        return True
    try:
        group, name = grp.getgrgid(gid), pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return False
    return group.gr_name == name and set(group.gr_mem) <= {name}


def take_over(folder: str, uid: int, gid: int) -> None:
    """Give everything below `folder` to a user who can remove it: set-id bits go, each folder opens to its owner.

    Only for a tree that nobody writes to any more. What refuses (a file system without owners, say) is left as it is.
    """
    os.chown(folder, uid, gid, follow_symlinks=False)
    os.chmod(folder, 0o700)
    for parent, name, info in Walk(folder):
        kept = stat.S_IMODE(info.st_mode) & 0o1777
        if stat.S_ISDIR(info.st_mode):
            kept |= 0o700
        with contextlib.suppress(OSError):
            if kept != stat.S_IMODE(info.st_mode) and not stat.S_ISLNK(info.st_mode):
                _change_mode(parent, name, kept)
            if (info.st_uid, info.st_gid) != (uid, gid):
                os.chown(name, uid, gid, dir_fd=parent, follow_symlinks=False)


def remove(folder: str) -> None:
    """Remove a folder that was taken over, with all that is in it; of any depth, with two descriptors and no recursion.

    Each folder within is emptied by moving the folders in it up to the top, where their turn comes.

    Raises:
        OSError: something cannot be removed; what is left can be tried again.
    """
    top, number = os.open(folder, _FOLDER), 0
    try:
        pending = _empty(top)
        while pending:
            name = pending.pop()
            within = os.open(name, _FOLDER, dir_fd=top)
            try:
                for below in _empty(within):
                    number += 1
                    moved = f"{number}.{os.urandom(8).hex()}"  # no name that a program could have foreseen
                    os.rename(below, moved, src_dir_fd=within, dst_dir_fd=top)
                    pending.append(moved)
            finally:
                os.close(within)
            os.rmdir(name, dir_fd=top)
    finally:
        os.close(top)
    os.rmdir(folder)


def _empty(descriptor: int) -> list[str]:
    """Remove all but the folders in a folder; returns their names."""
    with os.scandir(descriptor) as listing:
        entries = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in listing]
    for name, is_folder in entries:
        if not is_folder:
            os.unlink(name, dir_fd=descriptor)
    return [name for name, is_folder in entries if is_folder]


def _change_mode(parent: int, name: str, mode: int) -> None:
    """Of the very thing that stands there, whatever kind it is: it is pinned by a descriptor first."""
    pinned = os.open(name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)
    try:
        if not stat.S_ISLNK(os.fstat(pinned).st_mode):
            os.chmod(f"/proc/self/fd/{pinned}", mode)
    finally:
        os.close(pinned)


def _close(descriptor: int | None) -> None:
    if descriptor is not None:
        with contextlib.suppress(OSError):
            os.close(descriptor)
