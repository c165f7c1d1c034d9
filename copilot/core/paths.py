"""Where things are: the user's data folder and the files of the package. Folders are made on demand, mode 0700.

`RLLTE_COPILOT_HOME` moves everything; `RLLTE_COPILOT_MODELS` moves only the weights (a shared disk in a lab, say).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def _made(path: Path) -> Path:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _default_home() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "rllte-copilot"
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "rllte-copilot"


def home() -> Path:
    """The user's data folder."""
    given = os.environ.get("RLLTE_COPILOT_HOME")
    return _made(Path(given).expanduser().absolute() if given else _default_home())


def models_dir() -> Path:
    """Weights, one folder per profile."""
    given = os.environ.get("RLLTE_COPILOT_MODELS")
    return _made(Path(given).expanduser().absolute() if given else home() / "models")


def index_dir() -> Path:
    """The vector store, the lexical index and the manifest: a cache that can always be rebuilt."""
    return _made(home() / "index")


def state_dir() -> Path:
    """Locks and the state of background processes."""
    return _made(home() / "state")


def runs_dir() -> Path:
    """Folders of sandboxed runs."""
    return _made(home() / "runs")


def sessions_file() -> Path:
    """The SQLite file of conversations."""
    return home() / "sessions.sqlite"


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
