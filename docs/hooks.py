"""Hooks of the site: navigation from the corpus' index, version and sources under each page, nothing from elsewhere.

MkDocs calls the functions whose names begin with `on_`. The index, `corpus/README.md`, links to every page (a test sees to
it), and its lists are written by folder; so it is the navigation too, and nobody keeps a second one.
"""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

INDEX = "README.md"
SHIM = "assets/iframe-worker.js"
"""Where mkdocs.yml expects it; the theme would load a shim of that name from another host."""

_FETCHED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src"}
_LINKED = {"stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch", "modulepreload", "manifest"}
_ELSEWHERE = re.compile(r"(?:https?:)?//")


def on_files(files: Any, config: Any) -> Any:
    """The navigation: sections and pages as the index has them; and the script that searches without a server."""
    files.append(File.generated(config, SHIM, abs_src_path=str(Path(__file__).parent / "iframe-worker.js")))
    index = files.get_file_from_path(INDEX)
    config["nav"] = navigation(Path(index.abs_src_path).read_text(encoding="utf-8"))
    return files


def on_page_content(content: str, page: Any, **_: Any) -> str:
    """What the front matter says of a page, at its foot."""
    return content + foot(page.meta)


def on_post_build(config: Any) -> None:
    """Refuse a site whose pages would load anything from another host.

    Raises:
        PluginError: one does; the message names page and address.
    """
    site = Path(config["site_dir"])
    found = [
        f"{file.relative_to(site)} loads {address}"
        for file in sorted(site.rglob("*"))
        if file.suffix in (".html", ".css")
        for address in foreign(file.read_text(encoding="utf-8"), file.suffix)
    ]
    if found:
        raise PluginError("The site must do without other hosts:\n" + "\n".join(found) + "\nTake these out.")


def navigation(index: str) -> list[dict[str, Any]]:
    """What MkDocs calls `nav`, of the text of the index.

    A heading begins a section, `- Title: [page](file), [page](file)` a part of it that may go on over several lines, and
    `- [page](file)` is a page of the section itself. A section without pages is left out.
    """
    sections: list[tuple[str, list[Any]]] = [("Home", [INDEX])]
    pages = sections[0][1]
    for line in index.splitlines():
        if heading := re.match(r"## (.+)", line):
            sections.append((heading[1], pages := []))
        elif part := re.match(r"- ([^\[\]:]+): \[", line):
            sections[-1][1].append({part[1]: (pages := [])})
        elif line.startswith("- "):
            pages = sections[-1][1]
        if line.startswith(("- ", "  ")):
            pages += [{title: file} for title, file in re.findall(r"\[([^\]]+)\]\(([^):]+\.md)\)", line)]
    return [{title: pages} for title, pages in sections if pages]


def foot(meta: dict[str, Any]) -> str:
    """A line of HTML with the sources and the version of a page; sources on the web are links."""
    sources = [
        f'<a href="{html.escape(source)}">{html.escape(source.removeprefix("https://"))}</a>'
        if source.startswith("https://")
        else f"<code>{html.escape(source)}</code>"
        for source in meta.get("sources", [])
    ]
    said = [f"Sources: {', '.join(sources)}."] if sources else []
    said += [f"Version {html.escape(str(meta['version']))}."] if "version" in meta else []
    return f"\n<hr>\n<p><small>{' '.join(said)}</small></p>\n" if said else ""


def foreign(text: str, suffix: str) -> list[str]:
    """Addresses on other hosts that a browser would load by itself for a page (`.html`) or style sheet (`.css`)."""
    if suffix == ".css":
        found = re.findall(r"(?:url\(|@import)\s*[\"']?([^\"')\s;]+)", text)
    else:
        reader = _Loads()
        reader.feed(text)
        found = reader.found
    return [address for address in found if _ELSEWHERE.match(address)]


class _Loads(HTMLParser):
    """Collects what the tags of a page load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        loads = tag == "link" and not _LINKED.isdisjoint(given.get("rel", "").split())
        name = "href" if loads else _FETCHED.get(tag, "")
        if name in given:
            self.found.append(given[name])
