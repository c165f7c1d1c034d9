"""Where things are: the user's data folder and the files of the package. Folders are made on demand, mode 0700.

`RLLTE_COPILOT_HOME` moves everything; `RLLTE_COPILOT_MODELS` moves only the weights (a shared disk in a lab, say).
A folder that cannot be made is a `FileProblem`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from copilot.core.errors import FileProblem

_PACKAGE = Path(__file__).resolve().parent.parent


def _made(path: Path, variable: str = "RLLTE_COPILOT_HOME") -> Path:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        reason = "there is a file of that name" if isinstance(error, FileExistsError) else error.strerror
        raise FileProblem(
            f"The folder {path} cannot be made: {reason}.", hint=f"Set {variable} to a folder that you may write."
        ) from error
    return path


def _given(variable: str) -> Path | None:
    """The folder that the environment names."""
    value = os.environ.get(variable)
    return _expanded(Path(value), variable).absolute() if value else None


def _expanded(path: Path, variable: str) -> Path:
    try:
        return path.expanduser()
    except RuntimeError as error:  # "~nobody-of-that-name", or a user without a home
        raise FileProblem(
            f"There is no home folder for {str(path)!r}.", hint=f"Set {variable} to a folder that you may write."
        ) from error


def _default_home() -> Path:
    if sys.platform == "darwin":
        return _expanded(Path("~/Library/Application Support/rllte-copilot"), "RLLTE_COPILOT_HOME")
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return _expanded(Path(base), "RLLTE_COPILOT_HOME") / "rllte-copilot"


def home() -> Path:
    """The user's data folder."""
    return _made(_given("RLLTE_COPILOT_HOME") or _default_home())


def models_dir() -> Path:
    """Weights, one folder per profile."""
    given = _given("RLLTE_COPILOT_MODELS")
    return _made(given, "RLLTE_COPILOT_MODELS") if given else _made(home() / "models")


def index_dir() -> Path:
    """The vector store, the lexical index and the manifest: a cache that can always be rebuilt."""
    return _made(home() / "index")


def cache_dir() -> Path:
    """What is worked out from the installed packages, and can be at any time again."""
    return _made(home() / "cache")


def state_dir() -> Path:
    """Locks and the state of background processes."""
    return _made(home() / "state")


def runs_dir() -> Path:
    """Folders of sandboxed runs."""
    return _made(home() / "runs")


def sessions_file() -> Path:
    """The SQLite file of conversations."""
    return home() / "sessions.sqlite"


def experiments_file() -> Path:
    """The SQLite file of experiments and their runs."""
    return home() / "experiments.sqlite"


def experiments_dir() -> Path:
    """Folders of the runs of experiments, one per experiment."""
    return _made(home() / "experiments")


def comparisons_dir() -> Path:
    """Figures of comparisons that were given no folder."""
    return _made(home() / "comparisons")


def profiles_dir() -> Path:
    """The user's own profiles of models; may not exist."""
    return home() / "profiles"


def config_file() -> Path:
    """The user's settings; may not exist."""
    return home() / "config.toml"


def project_root() -> Path:
    """The folder that holds `copilot`, `rllte` and `corpus`; sources in passages are relative to it."""
    return _PACKAGE.parent


def corpus_dir() -> Path:
    """The bundled documentation."""
    return project_root() / "corpus"


def library_dir() -> Path:
    """The bundled `rllte` package. Found by path: this process never imports it."""
    return project_root() / "rllte"


def catalogue_file() -> Path:
    """The generated catalogue of the library's components."""
    return _PACKAGE / "core" / "data" / "catalogue.json"
