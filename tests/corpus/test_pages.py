"""The pages of the corpus keep their form, and what they say of arguments and presets is what the catalogue says."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from copilot.core.paths import catalogue_file
from copilot.knowledge.chunk import chunk

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "corpus"
PAGES = sorted(CORPUS.rglob("*.md"))
CATALOGUE: dict[str, list[dict[str, Any]]] = json.loads(catalogue_file().read_text(encoding="utf-8"))
ENTRIES = CATALOGUE["components"] + CATALOGUE["functions"] + CATALOGUE["statistics"]
LONGEST_BLOCK = 25

by_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(CORPUS).as_posix())
by_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])


def page_of(entry: dict[str, Any]) -> Path:
    """Where the page is: a component's is named like its source file; what else a package offers, by its own name."""
    if "primitive" not in entry:
        return CORPUS / "modules" / entry["import_from"].removeprefix("rllte.") / f"{entry['name'].lower()}.md"
    return CORPUS / "modules" / entry["primitive"] / f"{Path(entry['source']).stem}.md"


def front_matter(text: str) -> dict[str, str]:
    """The keys and raw values between the two marks at the top."""
    found = re.match(r"---\n(.*?)\n---\n", text, re.S)
    assert found, "the page does not begin with front matter"
    return dict(line.split(": ", 1) for line in found[1].splitlines())


def items(value: str) -> list[str]:
    """The entries of a list written in one line."""
    assert value.startswith("[") and value.endswith("]"), value
    return [item.strip().strip('"') for item in value[1:-1].split(",") if item.strip()]


def links(page: Path) -> Iterator[Path]:
    """The files that a page links to."""
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:|#", target):
            yield (page.parent / target.split("#")[0]).resolve()


def tables(text: str) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    """Heading, header and rows of every table."""
    heading, rows = "", list[list[str]]()
    for line in [*text.splitlines(), ""]:
        if line.startswith("#"):
            heading = line.lstrip("# ")
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
        elif rows:
            yield heading, rows[0], rows[2:]
            rows = []


def arguments(page: Path, *, of_train: bool) -> dict[str, str]:
    """Names and defaults of all argument tables of a page, of the constructor or of `train`."""
    found: dict[str, str] = {}
    for heading, header, rows in tables(page.read_text(encoding="utf-8")):
        if header == ["argument", "type", "default", "meaning"] and heading.endswith("train") == of_train:
            for name, _, default, meaning in rows:
                assert name not in found, f"{name} stands twice"
                assert meaning, f"{name} has no meaning"
                found[name.strip("`")] = default.strip("`")
    return found


def same(cell: str, parameter: dict[str, Any]) -> bool:
    """Whether a default as written is the catalogue's."""
    if parameter["required"] or cell == "required":
        return bool(parameter["required"]) and cell == "required"
    return parameter["default"] in (cell, plain(cell))


def plain(cell: str) -> Any:
    """A Python literal, or the text itself (a class name, say)."""
    try:
        return ast.literal_eval(cell)
    except (ValueError, SyntaxError):
        return cell


@by_page
def test_a_page_opens_with_its_front_matter(page: Path) -> None:
    found = front_matter(page.read_text(encoding="utf-8"))
    assert list(found) == ["title", "tags", "sources", "version"]
    assert found["title"]
    assert items(found["tags"])
    assert found["version"] == CATALOGUE["rllte_version"]


@by_page
def test_the_sources_of_a_page_exist(page: Path) -> None:
    for source in items(front_matter(page.read_text(encoding="utf-8"))["sources"]):
        assert source.startswith("https://") or (ROOT / source).exists(), source


@by_page
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    for target in links(page):
        assert target.is_file(), target


@by_page
def test_code_blocks_are_closed_short_and_parse(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert len(re.findall(r"^```", text, re.M)) % 2 == 0
    for language, body in re.findall(r"^```(\w*)\n(.*?)^```", text, re.M | re.S):
        assert language, "a code block names its language"
        assert len(body.splitlines()) < LONGEST_BLOCK
        if language == "python":
            ast.parse(body)


@by_page
def test_a_page_has_one_title_and_no_heading_twice(page: Path) -> None:
    outside = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    headings = re.findall(r"^#+ .*", outside, re.M)
    assert len([heading for heading in headings if heading.startswith("# ")]) == 1
    assert len(headings) == len(set(headings))


@by_page
def test_a_page_says_what_is_asked_that_it_answers(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    outside = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    comments = re.findall(r"^<!-- asked:\n(.*?)^-->", outside, re.M | re.S)
    written = [line for comment in comments for line in comment.splitlines()]
    chunks = chunk(page.name, text)
    assert dict.fromkeys(written) == dict.fromkeys(question for passage in chunks for question in passage.asked)
    assert written, "how would somebody ask who does not know the page's words?"
    assert len(written) == len(set(written))
    for question in written:  # a wish or a symptom is a question, too
        assert re.fullmatch(r"[ -~]{8,124}|(?=.*[\u4e00-\u9fff])\S.{3,79}", question), question
        assert question.isprintable()
        assert "-->" not in question, "it ends a comment of HTML"


def test_every_page_is_linked_from_the_index() -> None:
    index = CORPUS / "README.md"
    assert set(links(index)) >= set(PAGES) - {index}


@by_entry
def test_every_component_and_function_has_a_page_that_names_it(entry: dict[str, Any]) -> None:
    text = page_of(entry).read_text(encoding="utf-8")
    assert front_matter(text)["title"] == entry["name"]
    assert f"from {entry['import_from']} import {entry['name']}" in text
    assert entry["source"] in items(front_matter(text)["sources"])
    if entry.get("paper"):
        assert entry["paper"]["arxiv"] in text


def test_every_module_page_belongs_to_the_catalogue() -> None:
    assert set((CORPUS / "modules").rglob("*.md")) == {page_of(entry) for entry in ENTRIES}


@by_entry
def test_the_arguments_of_a_page_are_the_catalogues(entry: dict[str, Any]) -> None:
    written = arguments(page_of(entry), of_train=False)
    assert written.keys() == {parameter["name"] for parameter in entry["parameters"]}
    for parameter in entry["parameters"]:
        assert same(written[parameter["name"]], parameter), parameter["name"]


@by_entry
def test_the_arguments_of_train_are_the_catalogues(entry: dict[str, Any]) -> None:
    expected = entry.get("methods", {}).get("train", [])
    written = arguments(page_of(entry), of_train=True)
    assert written.keys() == {parameter["name"] for parameter in expected}
    for parameter in expected:
        assert same(written[parameter["name"]], parameter), parameter["name"]


@by_entry
def test_an_agents_page_names_the_modules_it_combines_with(entry: dict[str, Any]) -> None:
    text = page_of(entry).read_text(encoding="utf-8")
    for names in entry.get("combines", {}).values():
        for name in names:
            assert f"`{name}`" in text


def test_the_page_of_presets_is_the_catalogues() -> None:
    text = (CORPUS / "concepts" / "presets.md").read_text(encoding="utf-8")
    presets = CATALOGUE["presets"]
    [(_, _, rows)] = tables(text)
    sizes = [(f"`{p['agent']}`", f"`{p['env_id']}`", str(p["num_envs"]), str(p["num_train_steps"])) for p in presets]
    assert [tuple(row) for row in rows] == sizes
    sections = dict(re.findall(r"^## (.*)\n((?:(?!^## ).*\n?)*)", text, re.M))
    for preset in presets:
        section = sections[f"Tuned hyperparameters for {preset['agent']} on {preset['env_id']}"]
        written = dict(re.findall(r"`(\w+)=([^`]*)`", section.replace("\n", " ")))
        groups = ("agent_kwargs", "train_kwargs", "env_kwargs")
        settings = {name: value for group in groups for name, value in preset[group].items()}
        assert written == {name: str(value) for name, value in settings.items()}
        assert f"{preset['num_train_steps']} steps" in section
        for name, given in preset["rewards"].items():
            assert f"`{name}({', '.join(f'{key}={value!r}' for key, value in given.items())})`" in section.replace(
                "\n", " "
            )


def test_the_table_of_spaces_is_the_catalogues() -> None:
    text = (CORPUS / "concepts" / "spaces.md").read_text(encoding="utf-8")
    [(_, _, rows)] = tables(text)
    written = {name.strip(" `"): (seen, acts) for names, seen, acts in rows for name in names.split(",")}
    for entry in CATALOGUE["components"]:
        expected = (", ".join(entry[key]) or "any" for key in ("observation_spaces", "action_spaces"))
        assert written.pop(entry["name"]) == tuple(expected)
    assert not written
