"""LICENSES.md lists every direct dependency and every model profile, and no other."""

import re
import tomllib
from pathlib import Path

from copilot.models import profiles

ROOT = Path(__file__).resolve().parents[2]


def section(title: str) -> dict[str, str]:
    text = (ROOT / "LICENSES.md").read_text(encoding="utf-8")
    part = text.split(f"## {title}", 1)[1].split("\n## ", 1)[0]
    rows = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", part, flags=re.MULTILINE))
    return {name: licence for name, licence in rows.items() if licence != "licence"}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=\[ ]", line, maxsplit=1)[0] for line in requirements}


def test_packages() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(section("Packages that are installed with it")) == names(project["dependencies"])
    extras = project["optional-dependencies"]
    assert set(section("Environments, installed on request (`pip install -e '.[envs]'`)")) == names(extras["envs"])
    assert set(section("For the documentation site only (`make docs`)")) == names(extras["docs"])
    on_request = section("Embedders, installed on request (`pip install -e '.[embedders]'`)")
    assert set(on_request) == names(extras["embedders"])
    assert set(section("For development only")) == names(extras["dev"]) - {"rllte-copilot"}


def test_models() -> None:
    listed = section("Models, fetched on request, never part of the repository")
    assert listed == {profile.name: profile.licence for profile in profiles.load_profiles()}
