"""The site of `make docs`: navigation from the index, what stands under a page, and a build that refuses what it must."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from docs import hooks

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "corpus"
INDEX = """# An index

Words with a [link](elsewhere.md).

## Guides

- [Begin](guides/begin.md): install, first script
- [More](guides/more.md), doi 10.1/2

## Empty

## Modules

- Agents: [A2C](modules/agent/a2c.md), [PPO](modules/agent/ppo.md),
  [SAC](modules/agent/sac.md)
- Intrinsic rewards: [RND](modules/reward/rnd.md)
"""
PAGE = (
    "---\ntitle: {title}\ntags: [a]\nsources: [rllte/agent/ppo.py, 'https://arxiv.org/abs/1']\nversion: 0.1.0\n---\n\n"
)


def files(nav: list[Any]) -> list[str]:
    """All files of a navigation, depth first."""
    found: list[str] = []
    for item in nav:
        for value in [item] if isinstance(item, str) else item.values():
            found += [value] if isinstance(value, str) else files(value)
    return found


def make(tmp_path: Path, pages: dict[str, str]) -> Path:
    """Build a site of these pages with the project's own settings."""
    source, site = tmp_path / "corpus", tmp_path / "site"
    for name, text in pages.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(PAGE.format(title=Path(name).stem) + text, encoding="utf-8")
    build(load_config(str(ROOT / "docs" / "mkdocs.yml"), docs_dir=str(source), site_dir=str(site)))
    return site


def test_the_navigation_is_the_index() -> None:
    assert hooks.navigation(INDEX) == [
        {"Home": ["README.md"]},
        {"Guides": [{"Begin": "guides/begin.md"}, {"More": "guides/more.md"}]},
        {
            "Modules": [
                {
                    "Agents": [
                        {"A2C": "modules/agent/a2c.md"},
                        {"PPO": "modules/agent/ppo.md"},
                        {"SAC": "modules/agent/sac.md"},
                    ]
                },
                {"Intrinsic rewards": [{"RND": "modules/reward/rnd.md"}]},
            ]
        },
    ]


def test_every_page_of_the_corpus_has_one_place_in_the_navigation() -> None:
    placed = files(hooks.navigation((CORPUS / hooks.INDEX).read_text(encoding="utf-8")))
    assert sorted(placed) == sorted(page.relative_to(CORPUS).as_posix() for page in CORPUS.rglob("*.md"))


def test_the_foot_of_a_page_says_sources_and_version() -> None:
    said = hooks.foot({"sources": ["rllte/a<b.py", "https://arxiv.org/abs/1"], "version": "0.1.0"})
    assert "<code>rllte/a&lt;b.py</code>" in said
    assert '<a href="https://arxiv.org/abs/1">arxiv.org/abs/1</a>' in said
    assert "Version 0.1.0." in said
    assert hooks.foot({}) == ""


@pytest.mark.parametrize(
    ("text", "suffix", "found"),
    [
        ('<script src="https://a.b/c.js"></script>', ".html", ["https://a.b/c.js"]),
        ('<script src="assets/c.js"></script>', ".html", []),
        ('<img alt="x" src="//a.b/c.png">', ".html", ["//a.b/c.png"]),
        ('<link rel="preload stylesheet" href="http://a.b/c.css">', ".html", ["http://a.b/c.css"]),
        ('<link rel="preconnect" href="https://a.b">', ".html", ["https://a.b"]),
        ('<link rel="canonical" href="https://a.b"><a href="https://a.b">read</a>', ".html", []),
        ("@font-face {src: url('https://a.b/c.woff2')}", ".css", ["https://a.b/c.woff2"]),
        ('@import "https://a.b/c.css"; a {background: url(data:image/png;base64,AA)}', ".css", ["https://a.b/c.css"]),
    ],
)
def test_what_a_page_loads_from_elsewhere_is_found(text: str, suffix: str, found: list[str]) -> None:
    assert hooks.foreign(text, suffix) == found


def test_a_site_is_built_that_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    index = "# Index\n\n## Guides\n\n- [Begin](guides/begin.md)\n"
    code = "# Begin\n\n```python\nfrom rllte.agent import PPO\n```\n"
    site = make(tmp_path, {"README.md": index, "guides/begin.md": code})
    text = (site / "guides" / "begin.html").read_text(encoding="utf-8")
    assert "Sources: <code>rllte/agent/ppo.py</code>" in text
    assert re.search(r'class="kn">from</span>', text), "code is not highlighted"
    assert 'src="../assets/iframe-worker.js"' in text
    assert (site / "assets" / "iframe-worker.js").is_file()
    assert "PPO" in (site / "search" / "search_index.js").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "index",
    [
        "# Index\n\n[nowhere](guides/none.md)\n",
        "# Index\n\n[no such part](README.md#none)\n",
        "# Index\n\n## Guides\n\n- [Begin](guides/none.md)\n",
        '# Index\n\n<img src="https://example.org/a.png">\n',
    ],
    ids=["link", "anchor", "navigation", "another host"],
)
def test_a_site_that_is_broken_is_refused(tmp_path: Path, index: str) -> None:
    with pytest.raises(Abort):
        make(tmp_path, {"README.md": index})


def test_a_page_that_the_index_leaves_out_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Abort):
        make(tmp_path, {"README.md": "# Index\n", "guides/begin.md": "# Begin\n"})
