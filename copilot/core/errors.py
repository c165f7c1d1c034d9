"""Every error that a user of the copilot can meet, one class per mistake. No other module defines user-facing errors.

    CopilotError                      exit code 3: the request cannot be met as asked
    ├── NoModel                       no_model             the weights are not on this machine
    ├── DownloadFailed                download_failed      a transfer broke off or was refused
    ├── HashMismatch                  hash_mismatch        what arrived is not what the profile promises
    ├── DiskFull                      disk_full            too little space, before or during a write
    ├── PortTaken                     port_taken           another program listens on the asked port
    ├── CorpusEmpty                   corpus_empty         there is nothing to search
    ├── IndexMismatch                 index_mismatch       the index was built by another embedder
    ├── UnknownName                   unknown_name         an agent, environment, argument ... that does not exist
    ├── SpaceMismatch                 space_mismatch       agent and action space do not fit
    ├── SandboxUnavailable            sandbox_unavailable  isolation cannot hold here
    ├── AlreadyRunning                already_running      another process holds the lock
    ├── ModelUnreachable              model_unreachable    the language model does not answer
    ├── NotInstalled                  not_installed        a package that is needed is missing or does not load
    ├── FileProblem                   file_problem         a path cannot be read or written
    └── InvalidRequest                invalid_request      the request makes no sense as it stands

Each message says what was received and what was expected; each hint says what to do next.
"""

from __future__ import annotations

import difflib
import errno
from collections.abc import Iterable

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""What the system says of a disk that takes no more: it is full, or the user's share of it is."""


class CopilotError(Exception):
    """Base of all user-facing errors.

    Args:
        message: what was received and what was expected.
        hint: the next step, a command where there is one.
    """

    kind = "error"
    exit_code = 3

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def to_json(self) -> dict[str, str]:
        """The `error` object of the CLI contract."""
        return {"kind": self.kind, "message": self.message, "hint": self.hint}


class NoModel(CopilotError):
    """The weights of a profile are not on this machine."""

    kind = "no_model"


class DownloadFailed(CopilotError):
    """A transfer broke off or was refused; what had arrived is kept for the next try."""

    kind = "download_failed"


class HashMismatch(CopilotError):
    """A file's SHA-256 is not the profile's; the file has been removed."""

    kind = "hash_mismatch"


class DiskFull(CopilotError):
    """Too little space, seen before or during a write; nothing half-written is left."""

    kind = "disk_full"


class PortTaken(CopilotError):
    """Another program listens on the port that the settings ask for."""

    kind = "port_taken"


class CorpusEmpty(CopilotError):
    """There is nothing to search."""

    kind = "corpus_empty"


class IndexMismatch(CopilotError):
    """The index was built by another embedder, chunker or storage version."""

    kind = "index_mismatch"


class UnknownName(CopilotError):
    """A name that does not exist; the message holds the nearest ones.

    Args:
        what: the kind of thing, for example "agent".
        received: the name as given.
        known: all valid names.
        hint: replaces the default hint, which lists the nearest names.
    """

    kind = "unknown_name"

    def __init__(self, what: str, received: str, known: Iterable[str], *, hint: str = "") -> None:
        names = sorted(set(known))
        self.nearest = nearest(received, names)
        shown = self.nearest or names[:12]
        default = f"Did you mean {_either(shown)}?" if self.nearest else f"Known: {', '.join(shown) or 'none'}."
        super().__init__(f"There is no {what} named {received!r}.", hint=hint or default)


class SpaceMismatch(CopilotError):
    """The agent cannot act in the environment's action space."""

    kind = "space_mismatch"


class SandboxUnavailable(CopilotError):
    """The sandbox cannot hold on this machine; the hint is the exact remedy. Nothing was run."""

    kind = "sandbox_unavailable"


class AlreadyRunning(CopilotError):
    """Another process holds the lock of this operation."""

    kind = "already_running"


class ModelUnreachable(CopilotError):
    """The language model's server does not answer, or answers with an error."""

    kind = "model_unreachable"


class NotInstalled(CopilotError):
    """A package that is needed is not installed in this environment, or does not load."""

    kind = "not_installed"


class FileProblem(CopilotError):
    """A path cannot be read or written."""

    kind = "file_problem"


class InvalidRequest(CopilotError):
    """The request makes no sense as it stands (a negative number of steps, say)."""

    kind = "invalid_request"


def of_system(error: OSError) -> CopilotError:
    """What the system refused, as an error of ours."""
    where = f" {error.filename}" if error.filename else ""
    if error.errno in FULL:
        return DiskFull(
            f"The disk is full: cannot write{where or ' there'}.", hint="Free some space, or set RLLTE_COPILOT_HOME."
        )
    return FileProblem(
        f"Cannot use{where}: {error.strerror or error}.",
        hint="Check its rights and the space on its disk, or set RLLTE_COPILOT_HOME.",
    )


def nearest(received: str, known: Iterable[str], n: int = 3) -> list[str]:
    """The up to `n` names most like `received`, case ignored, best first."""
    by_lower = {name.lower(): name for name in known}
    lowered = received.lower()
    starts = [name for key, name in sorted(by_lower.items()) if lowered and key.startswith(lowered)]
    close = [by_lower[key] for key in difflib.get_close_matches(lowered, by_lower, n=n, cutoff=0.6)]
    return list(dict.fromkeys([*close, *starts]))[:n]


def _either(names: list[str]) -> str:
    quoted = [repr(name) for name in names]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " or " + quoted[-1]
