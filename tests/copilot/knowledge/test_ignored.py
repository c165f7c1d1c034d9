"""A folder is walked as git would: what it ignores, what is hidden, environments, caches and links are passed over."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from copilot.knowledge.ignored import Walk


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty folder, in no repository."""
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


def make(root: Path, *names: str, **texts: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x\n")
    for name, text in texts.items():
        (root / name).write_text(text)


def walked(root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in Walk(root).files()]


NAMES = [
    *("a.md", "b.txt", "build/c.md", "src/build/d.md", "src/e.md", "src/keep.txt", "src/deep/f.md", "doc/x/g.md"),
    *("doc/h.md", "logs/i.md", "logs/keep/j.md", "sub/k.md", "sub/l.txt", "sub/sub/m.txt", "tmp9.md", "# odd.md"),
]
RULES = {
    ".gitignore": "*.txt\n!keep.txt\n/build/\ndoc/**/g.md\nlogs/\n!logs/keep/j.md\ntmp[0-9].md\n\\# odd.md\n",
    "sub/.gitignore": "!l.txt\n",
    "src/.gitignore": "deep\n",
}


def test_it_reads_what_git_would_track(root: Path) -> None:
    make(root, *NAMES)
    for name, text in RULES.items():
        (root / name).write_text(text)
    assert walked(root) == [
        "a.md",
        "doc/h.md",
        "src/e.md",
        "src/keep.txt",
        "src/build/d.md",
        "sub/k.md",
        "sub/l.txt",
    ]


def test_git_itself_agrees(root: Path) -> None:
    make(root, *NAMES)
    for name, text in RULES.items():
        (root / name).write_text(text)
    git = ["git", "-C", str(root)]
    subprocess.run([*git, "init", "-q"], check=True)
    listed = subprocess.run(
        [*git, "ls-files", "--others", "--exclude-standard", "-z"], check=True, capture_output=True, text=True
    ).stdout
    assert sorted(walked(root)) == sorted(
        name for name in listed.split("\0") if name and not name.endswith(".gitignore")
    )


def test_hidden_folders_environments_and_caches_are_passed_over(root: Path) -> None:
    make(
        root,
        *("a.md", ".hidden.md", ".git/b.md", ".venv/c.md", "node_modules/d.md", "__pycache__/e.py"),
        *("env/pyvenv.cfg", "env/lib/f.py", "target/CACHEDIR.TAG", "target/g.md", "deep/node_modules/h.md"),
    )
    assert walked(root) == ["a.md"]


def test_the_rules_of_the_repository_around_a_folder_count(root: Path) -> None:
    make(root, "repo/.git/HEAD", "repo/docs/a.md", "repo/docs/draft.md", "repo/docs/private.md")
    (root / "repo" / ".gitignore").write_text("draft.md\n")
    (root / "repo" / ".git" / "info").mkdir()
    (root / "repo" / ".git" / "info" / "exclude").write_text("private.md\n")
    (root / ".gitignore").write_text("a.md\n")  # beyond the repository
    assert walked(root / "repo" / "docs") == ["a.md"]


def test_without_a_repository_the_folders_above_do_not_count(root: Path) -> None:
    make(root, "notes/a.md")
    (root / ".gitignore").write_text("a.md\n")
    assert walked(root / "notes") == ["a.md"]


def test_an_ignored_folder_that_is_named_is_read(root: Path) -> None:
    make(root, ".git/HEAD", "build/docs/a.md")
    (root / ".gitignore").write_text("build/\n")
    assert walked(root) == []
    assert walked(root / "build") == ["docs/a.md"]


def test_links_are_not_followed_and_those_that_lead_out_are_told(root: Path) -> None:
    make(root, "outside/a.md", "outside/folder/b.md", "in/c.md", "in/deep/d.md")
    inside = root / "in"
    (inside / "again.md").symlink_to("c.md")
    (inside / "circle").symlink_to(".")
    (inside / "self.md").symlink_to("self.md")
    (inside / "nowhere.md").symlink_to("absent.md")
    (inside / "out.md").symlink_to(root / "outside" / "a.md")
    (inside / "away").symlink_to(root / "outside" / "folder")
    walk = Walk(inside)
    assert [path.name for path in walk.files()] == ["c.md", "d.md"]
    assert sorted(walk.left_out) == [
        (inside / "away", f"a link out of the folder; to read it, add {root / 'outside' / 'folder'}"),
        (inside / "out.md", f"a link out of the folder; to read it, add {root / 'outside' / 'a.md'}"),
    ]


def test_names_that_are_not_text_are_told_and_their_folders_are_not_entered(root: Path) -> None:
    odd = os.fsdecode(b"odd\xff")
    make(root, "a.md", f"{odd}.md", f"{odd}/b.md", f"{odd}/c.md")
    make(root.parent, f"out/{odd}.md")
    (root / "link.md").symlink_to(root.parent / "out" / f"{odd}.md")
    walk = Walk(root)
    assert [path.name for path in walk.files()] == ["a.md"]
    assert sorted(walk.left_out) == [
        (root / "link.md", rf"a link out of the folder; to read it, add {root.parent}/out/odd\xff.md"),
        (root / odd, "its name is not text"),
        (root / f"{odd}.md", "its name is not text"),
    ]


def test_rules_that_make_no_sense_are_passed_over(root: Path) -> None:
    make(root, "a.md", "b.md")
    (root / ".gitignore").write_bytes(b"!\n/\n\xff\xfe\n[\nb.md\n\\\n")
    assert walked(root) == ["a.md"]


def test_a_folder_that_may_not_be_read_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root, rights have to be taken by other means."""
    make(root, "a.md", "closed/b.md")
    real = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    walk = Walk(root)
    assert [path.name for path in walk.files()] == ["a.md"]
    assert walk.left_out == [(root / "closed", "Permission denied")]
