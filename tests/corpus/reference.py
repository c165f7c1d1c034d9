"""The section "Reference of X" that ends each module page: what the class says of itself, and its entry in the catalogue.

Import line, source with lines, docstring, bases, spaces, partners, paper and methods, taken from the class as it is now.
`write_tables` puts it into the page, so that nothing in it is written twice. A page's prose says what a docstring does not:
when to use it, an example, pitfalls.
"""

from __future__ import annotations

import importlib
import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

WIDTH = 125
SECTIONS = ("Args", "Returns", "Yields", "Raises", "Attributes")
CALLED = ("policy", "storage", "distribution")
"""Primitives whose inherited methods users call; those of the others are for whoever writes a subclass."""

_HEAD = re.compile(rf"({'|'.join(SECTIONS)}):$")
_ENTRY = re.compile(r"([\w*][\w*, ]*): (.*)", re.S)


@dataclass
class Doc:
    """A docstring in parts: paragraphs, and under each of `SECTIONS` its entries, each as one line."""

    paragraphs: list[str] = field(default_factory=list)
    sections: dict[str, list[str]] = field(default_factory=dict)


def reference(entry: dict[str, Any], catalogue: dict[str, Any], notes: dict[str, list[Path]]) -> str:
    """The text of the section, without its heading.

    Args:
        entry: of a component or function.
        catalogue: all of it, for the agents that a module works with.
        notes: pages of notes by the addresses of their papers, for links from a module's page.
    """
    thing = getattr(importlib.import_module(entry["import_from"]), entry["name"])
    doc = parsed(thing)
    lines = [f"`from {entry['import_from']} import {entry['name']}`", ""]
    lines += [f"{where(entry, thing)}{bases(thing)}.", ""]
    lines += [text for paragraph in doc.paragraphs if not paragraph.startswith("Paper: ") for text in (paragraph, "")]
    lines += facts(entry, doc, catalogue, notes)
    if entry.get("primitive") == "agent":
        lines += ["", f"### Spaces and modules {entry['name']} works with", "", *partners(entry)]
    if inspect.isclass(thing):
        lines += methods(entry["name"], thing, described=entry.get("primitive") in CALLED)
    return "\n".join(wrapped(line) for line in lines).rstrip("\n")


def told(entry: dict[str, Any]) -> dict[str, str]:
    """What the docstring says of each argument; the catalogue knows this only of those that are declared with `Param`."""
    found = dict[str, str]()
    for line in parsed(getattr(importlib.import_module(entry["import_from"]), entry["name"])).sections.get("Args", ()):
        names, _, text = line.partition(": ")
        found |= dict.fromkeys(re.findall(r"\w+", names), text)
    return found


def where(entry: dict[str, Any], thing: Any) -> str:
    """Source file and lines."""
    length = len(inspect.getsourcelines(inspect.unwrap(thing))[0])
    kind = "Class" if inspect.isclass(thing) else "Function"
    return f"{kind} in `{entry['source']}`, lines {entry['line']} to {entry['line'] + length - 1}"


def bases(thing: Any) -> str:
    """What a class builds on, of this library."""
    names = [f"`{base.__name__}`" for base in ours(thing)[1:]]
    return f", built on {', '.join(names)}" if names else ""


def ours(thing: Any) -> list[type[Any]]:
    """The class and its bases as far as they are this library's; of a function none."""
    return [base for base in getattr(thing, "__mro__", ()) if base.__module__.split(".")[0] == "rllte"]


def facts(entry: dict[str, Any], doc: Doc, catalogue: dict[str, Any], notes: dict[str, list[Path]]) -> list[str]:
    """The list of what the catalogue knows, and what the constructor or function returns and raises."""
    lines = []
    if entry.get("primitive") not in (None, "agent"):
        for key, what in (("observation_spaces", "observations"), ("action_spaces", "actions")):
            lines.append(f"- {what}: {ticked(entry[key]) or 'any'}")
        agents = [
            e["name"] for e in catalogue["components"] if entry["name"] in e["combines"].get(entry["primitive"], ())
        ]
        lines.append(f"- agents: {ticked(agents) or 'none by itself'}")
        lines += [f"- not beside: {ticked(entry['excludes'])}"] if entry["excludes"] else []
    for name in ("Returns", "Raises"):
        lines += [f"- {name.lower()} {text[0].lower()}{text[1:]}" for text in doc.sections.get(name, ())]
    if paper := entry.get("paper"):
        number = f"arXiv {paper['arxiv']}" if paper["arxiv"] else f"doi {paper['doi']}"
        lines.append(
            f'- paper: "{paper["title"]}", {number}, <{paper["url"]}>{link(entry, notes.get(paper["url"], []))}'
        )
    elif "primitive" in entry:
        lines.append("- paper: none")
    lines += [f"- also called: {', '.join(entry['aliases'])}"] if entry.get("aliases") else []
    return lines


def link(entry: dict[str, Any], pages: list[Path]) -> str:
    """The notes on the paper: of the component itself where there are several."""
    own = [page for page in pages if entry["source"] in page.read_text(encoding="utf-8")]
    return f"; [notes](../../papers/{(own or pages)[0].name})" if pages else ""


def partners(entry: dict[str, Any]) -> list[str]:
    """What an agent combines with."""
    lines = [
        f"`{entry['name']}` observes {ticked(entry['observation_spaces'])} and acts in "
        f"{ticked(entry['action_spaces'])} spaces. `set()` takes these modules:",
        "",
    ]
    lines += [f"- {primitive}: {ticked(names)}" for primitive, names in entry["combines"].items()]
    if "augmentation" not in entry["combines"]:
        lines.append(f"- no augmentation: `{entry['name']}` would make no use of it, so setting one is an error")
    return lines


def ticked(names: list[str]) -> str:
    """Names as code, with commas."""
    return ", ".join(f"`{name}`" for name in names)


def methods(name: str, cls: type[Any], *, described: bool) -> list[str]:
    """A list of the public methods and properties that have a docstring: those of the class itself, then inherited ones.

    Args:
        described: whether inherited ones are told in a sentence each; else those are that a base class demands, and the
            others named.
    """
    lines = ["", f"### Methods of {name}", ""]
    seen = set[str]()
    for base in ours(cls):
        members = {key: member for key, member in public(base) if key not in seen}
        seen |= members.keys()
        if base is cls:
            lines += [method(key, member, cls) for key, member in members.items()]
            continue
        told = {key: member for key, member in members.items() if described or demanded(key, cls)}
        lines += [f"{called(key, member)}{first(member)} (`{base.__name__}`)" for key, member in told.items()]
        if others := sorted(members.keys() - told.keys()):
            lines.append(f"- inherited from `{base.__name__}`: {ticked(others)}")
    return lines if seen else []


def demanded(name: str, cls: type[Any]) -> bool:
    """Whether a base class has the method as an abstract one: it is part of the contract of the primitive."""
    return any(getattr(vars(base).get(name), "__isabstractmethod__", False) for base in ours(cls))


def called(name: str, member: Any) -> str:
    """The beginning of a method's line: how to call it."""
    return f"- `{name if isinstance(member, property) else f'{name}({signature(inner(member))})'}`: "


def first(member: Any) -> str:
    """The first sentence of a docstring."""
    return re.split(r"(?<=[.;]) ", parsed(member).paragraphs[0])[0].rstrip(".;")


def inner(member: Any) -> Any:
    """The function inside a class method or static method."""
    return getattr(member, "__func__", member)


def public(cls: type[Any]) -> Iterator[tuple[str, Any]]:
    """Functions and properties that the class itself defines, documents and does not hide."""
    for name, member in vars(cls).items():
        is_method = inspect.isfunction(inner(member)) or isinstance(member, property)
        if is_method and not name.startswith("_") and member.__doc__:
            yield name, member


def method(name: str, member: Any, cls: type[Any]) -> str:
    """One method: how to call it, what it does, takes, returns and raises."""
    doc = parsed(member)
    said = [doc.paragraphs[0], *(f"{key}: {'; '.join(doc.sections[key])}." for key in SECTIONS if key in doc.sections)]
    for base in ours(cls)[1:]:
        if f"see `{base.__name__}.{name}`" in said[0] and name in vars(base):
            general = parsed(vars(base)[name])
            said.append(f"`{base.__name__}.{name}`: {general.paragraphs[0]}")
            said += [f"Args: {'; '.join(general.sections['Args'])}."] if "Args" in general.sections else []
    return (
        f"{called(name, member)}{' '.join(text.replace('..', '.') if text.endswith('..') else text for text in said)}"
    )


def signature(function: Any) -> str:
    """The parameters with their defaults; a default that has no lasting text is `...`."""
    given = inspect.signature(function).parameters.values()
    kept = [
        parameter.replace(
            annotation=inspect.Parameter.empty,
            default=... if " at 0x" in repr(parameter.default) else parameter.default,
        )
        for parameter in given
        if parameter.name not in ("self", "cls")
    ]
    return str(inspect.Signature(kept))[1:-1].replace("=Ellipsis", "=...")


def parsed(thing: Any) -> Doc:
    """The docstring of a class, function or property, each paragraph and entry on one line unless it is a table."""
    doc, section = Doc(), ""
    for block in re.split(r"\n\s*\n", inspect.cleandoc(inspect.unwrap(thing).__doc__ or "")):
        lines = block.splitlines()
        if head := _HEAD.match(lines[0]):
            section, lines = head[1], lines[1:]
            doc.sections[section] = entries(textwrap.dedent("\n".join(lines)), section)
        elif re.search(r"\S {2,}\S", block):
            doc.paragraphs.append(f"```text\n{block}\n```")
        else:
            doc.paragraphs.append(plain(" ".join(lines)))
    return doc


def entries(text: str, section: str) -> list[str]:
    """The entries of a section; names are code."""
    if section in ("Returns", "Yields"):
        return [plain(" ".join(text.split())).rstrip(".")]
    found = []
    for item in re.split(r"\n(?=\S)", text):
        named = _ENTRY.fullmatch(" ".join(item.split()))
        names = ticked([name.strip() for name in named[1].split(",")]) if named else ""
        found.append(f"{names}: {plain(named[2])}".rstrip(".") if named else plain(" ".join(item.split())))
    return found


def plain(text: str) -> str:
    """Shapes with a star as code: Markdown would take two of them for emphasis."""
    return re.sub(r"(?<!`)\([^()`]*\*\w[^()`]*\)", lambda found: f"`{found[0]}`", text)


def wrapped(line: str) -> str:
    """A line in lines of the page's width; those of a list are indented, a block of code stays."""
    if "\n" in line or line.startswith(("`from", "###")):
        return line
    indent = "  " if line.startswith("- ") else ""
    return textwrap.fill(line, WIDTH, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)
