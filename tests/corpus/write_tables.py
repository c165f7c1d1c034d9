"""`python -m tests.corpus.write_tables`, part of `make catalogue`: what the pages copy from the catalogue.

In each module page the rows of argument tables (their order and grouping stay, new arguments go to the last table of their
kind) and the last section, "Reference of X"; the table of concepts/spaces.md; table and sections of concepts/presets.md; the
lists of the index but the guides. Prose is written by hand. A component without a page is named, and nothing is invented
for it.
"""

from __future__ import annotations

import json
import re
import sys
import textwrap
from pathlib import Path
from typing import Any

from copilot.core.paths import catalogue_file
from tests.corpus.other_names import OTHER_NAMES
from tests.corpus.reference import reference, told
from tests.corpus.test_pages import CORPUS, front_matter, items, page_of

HEADER = "| argument | type | default | meaning |"
PRESETS_HEADER = "| agent | environment | environments | steps |"
PRESET_TITLE = "## Tuned hyperparameters for"
SPACES_HEADER = "| component | observations | actions |"
PACKAGES = {"rllte.env": "Environments", "rllte.evaluation": "Evaluation"}
"""What the index calls the functions and classes of the catalogue that are no components, by their package."""

TITLES = {
    "agent": "Agents",
    "encoder": "Encoders",
    "policy": "Policies",
    "storage": "Storages",
    "distribution": "Distributions",
    "augmentation": "Augmentations",
    "reward": "Intrinsic rewards",
}


def main() -> None:
    """Write all pages anew; exit with 1 if a component has none."""
    catalogue = json.loads(catalogue_file().read_text(encoding="utf-8"))
    for page, text in written(catalogue).items():
        page.write_text(text, encoding="utf-8")
    missing = [entry for entry in paged(catalogue) if not page_of(entry).is_file()]
    for entry in missing:
        sys.stderr.write(f"no page for {entry['name']}: write {page_of(entry).relative_to(CORPUS.parent)}\n")
    sys.exit(1 if missing else 0)


def paged(catalogue: dict[str, Any]) -> list[dict[str, Any]]:
    """What has a page of its own."""
    return [*catalogue["components"], *catalogue["functions"], *catalogue["statistics"]]


def written(catalogue: dict[str, Any]) -> dict[Path, str]:
    """The text that each page which copies something should have."""
    notes, pages = notes_by_address(), dict[Path, str]()
    for entry in paged(catalogue):
        if (page := page_of(entry)).is_file():
            pages[page] = write_page(page.read_text(encoding="utf-8"), entry, catalogue, notes)
    for page, write, given in (
        (CORPUS / "concepts" / "spaces.md", write_spaces, catalogue["components"]),
        (CORPUS / "concepts" / "presets.md", write_presets, catalogue["presets"]),
        (CORPUS / "README.md", write_index, catalogue),
    ):
        pages[page] = write(page.read_text(encoding="utf-8"), given)
    return pages


def notes_by_address() -> dict[str, list[Path]]:
    """The pages of notes on papers by their addresses."""
    found: dict[str, list[Path]] = {}
    for page in sorted((CORPUS / "papers").glob("*.md")):
        for source in items(front_matter(page.read_text(encoding="utf-8"))["sources"]):
            found.setdefault(source, []).append(page)
    return found


def write_page(text: str, entry: dict[str, Any], catalogue: dict[str, Any], notes: dict[str, list[Path]]) -> str:
    """A page with its argument tables and its reference as class and catalogue have them."""
    kind = entry.get("primitive", "")
    text = write_arguments(text, entry["parameters"], told(entry), kind=kind, of_train=False)
    if entry.get("methods"):
        text = write_arguments(text, entry["methods"]["train"], {}, kind=kind, of_train=True)
    return replace_section(text, f"## Reference of {entry['name']}", reference(entry, catalogue, notes))


def write_arguments(
    text: str, parameters: list[dict[str, Any]], said: dict[str, str], *, kind: str, of_train: bool
) -> str:
    """All argument tables of one kind with types, defaults and meanings of the catalogue."""
    by_name = {parameter["name"]: parameter for parameter in parameters}
    lines, tables, heading = text.splitlines(), list[tuple[int, int]](), ""
    for number, line in enumerate(lines):
        heading = line if line.startswith("#") else heading
        if line == HEADER and heading.endswith("train") == of_train:
            end = next((n for n in range(number, len(lines)) if not lines[n].startswith("|")), len(lines))
            tables.append((number + 2, end))
    named = {m[1] for a, b in tables for m in (re.match(r"\| `(\w+)`", row) for row in lines[a:b]) if m}
    for index, (start, end) in reversed(list(enumerate(tables))):
        names = [m[1] for m in (re.match(r"\| `(\w+)`", row) for row in lines[start:end]) if m]
        old = dict(zip(names, lines[start:end], strict=True))
        if index == len(tables) - 1:
            names += [name for name in by_name if name not in named]
        lines[start:end] = [
            row(by_name[name], old.get(name), said.get(name, ""), kind) for name in names if name in by_name
        ]
    return "\n".join(lines) + "\n"


def row(parameter: dict[str, Any], old: str | None, said: str, kind: str) -> str:
    """One row; a type written by hand is kept, and a meaning where the catalogue has none. A new one is the docstring's."""
    cells = [cell.strip() for cell in old.strip("|").split("|")] if old else ["", "", "", ""]
    kind = cells[1] or kind_of(parameter["type"])
    default = "required" if parameter["required"] else f"`{shown(parameter)}`"
    meant = meaning(parameter) or cells[3].split(ALSO)[0] or said or FALLBACKS[parameter["name"]]
    also = OTHER_NAMES.get(f"{parameter['name']} ({kind})") or OTHER_NAMES.get(parameter["name"], "")
    meant += f"{ALSO}{also}" if also else ""
    return f"| `{parameter['name']}` | {kind} | {default} | {meant} |"


def kind_of(annotation: str) -> str:
    """A type as the pages say it."""
    plain = re.sub(r"\[[^\[\]]*(?:\[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\][^\[\]]*)*\]", "", annotation)
    names = [name.strip().rsplit(".", 1)[-1] for name in plain.split("|")]
    words = {"Callable": "function", "Space": "gym.Space", "Mapping": "dict", "type": "class", "device": "th.device"}
    return " or ".join(words.get(name, name) for name in names)


ALSO = "; also called "

FALLBACKS = {
    "env": "training environments, from `make_rllte_env` or another maker",
    "eval_env": "environments to evaluate in; None: the training environments",
    "envs": "the training environments, looked at for their spaces and number only",
    "observation_space": "observation space of the environment",
    "action_space": "action space of the environment",
    "opt_class": "class of the optimiser",
    "opt_kwargs": "its arguments",
    "logits": "parameters, as calling the distribution takes them",
    "mu": "mean",
    "sigma": "standard deviation",
}


def meaning(parameter: dict[str, Any]) -> str:
    """The meaning with its range or choices."""
    low, high, above, choices = (parameter[name] for name in ("low", "high", "above", "choices"))
    if not parameter["doc"]:
        return ""
    if choices:
        return f"{parameter['doc']}: {', '.join(f'`{choice}`' for choice in choices)}"
    if above is not None:
        limits = f" (more than {above})" if high is None else f" (more than {above}, at most {high})"
    elif low is not None and high is not None:
        limits = f" ({low} to {high})" if high < 2**31 else f" (at least {low})"
    else:
        limits = f" (at least {low})" if low is not None else f" (at most {high})" if high is not None else ""
    return parameter["doc"] + limits


def shown(parameter: dict[str, Any]) -> str:
    """A default as one writes it; the catalogue has tuples and classes as their text."""
    default = parameter["default"]
    quoted = isinstance(default, str) and re.search(r"\bstr\b", parameter["type"])
    return json.dumps(default) if quoted else str(default)


def replace_section(text: str, title: str, body: str) -> str:
    """The section under `title` with another body; a new one goes to the end."""
    found = re.search(rf"^{re.escape(title)}\n(?:(?!^## ).*\n?)*", text, re.M)
    section = f"{title}\n\n{body}\n\n"
    if found is None:
        return text.rstrip("\n") + "\n\n" + section.rstrip("\n") + "\n"
    return (text[: found.start()] + section + text[found.end() :]).rstrip("\n") + "\n"


def write_spaces(text: str, components: list[dict[str, Any]]) -> str:
    """The page on spaces with a table of all components."""
    rows = [SPACES_HEADER, "|---|---|---|"]
    for primitive in TITLES:
        for entry in components:
            if entry["primitive"] == primitive:
                seen, acts = (", ".join(entry[key]) or "any" for key in ("observation_spaces", "action_spaces"))
                rows.append(f"| `{entry['name']}` | {seen} | {acts} |")
    table = re.compile(rf"^{re.escape(SPACES_HEADER)}\n(?:\|.*\n)*", re.M)
    return table.sub(lambda _: "\n".join(rows) + "\n", text)


def write_presets(text: str, presets: list[dict[str, Any]]) -> str:
    """The page on presets with a row and, at its end, a section for each."""
    rows = [PRESETS_HEADER, "|---|---|---|---|"]
    for entry in presets:
        rows.append(f"| `{entry['agent']}` | `{entry['env_id']}` | {entry['num_envs']} | {entry['num_train_steps']} |")
    table = re.compile(rf"^{re.escape(PRESETS_HEADER)}\n(?:\|.*\n)*", re.M)
    text = table.sub(lambda _: "\n".join(rows) + "\n", text)
    text = re.sub(rf"^{PRESET_TITLE}.*\n(?:(?!^## ).*\n?)*", "", text, flags=re.M).rstrip("\n") + "\n"
    for entry in presets:
        title = f"{PRESET_TITLE} {entry['agent']} on {entry['env_id']}"
        text += f"\n{title}\n\n{textwrap.fill(sentence(entry), 125, break_on_hyphens=False)}\n"
    return text


def sentence(entry: dict[str, Any]) -> str:
    """A preset in words."""
    environments = "1 environment" if entry["num_envs"] == 1 else f"{entry['num_envs']} environments"
    said = f"{environments}, {entry['num_train_steps']} steps; the agent with {listed(entry['agent_kwargs'])}"
    for name, what in (("train_kwargs", "`train`"), ("env_kwargs", "the environments' maker")):
        said += f"; {what} with {listed(entry[name])}" if entry[name] else ""
    rewards = [
        f"`{name}({', '.join(f'{k}={v!r}' for k, v in given.items())})`" for name, given in entry["rewards"].items()
    ]
    said += f"; as intrinsic reward {' or '.join(rewards)}" if rewards else ""
    return f"{said}. {entry['note']}".rstrip()


def listed(values: dict[str, Any]) -> str:
    """Arguments as one writes them."""
    return ", ".join(f"`{name}={value}`" for name, value in values.items()) or "its defaults"


def write_index(text: str, catalogue: dict[str, Any]) -> str:
    """The index with links to every page of a module and of a paper."""
    lines = []
    for primitive, title in TITLES.items():
        entries = [e for e in catalogue["components"] if e["primitive"] == primitive and page_of(e).is_file()]
        if entries:
            lines += [f"- {title}: {entries_links(entries)}"]
    for package, title in PACKAGES.items():
        entries = [e for e in paged(catalogue) if e["import_from"] == package and page_of(e).is_file()]
        if entries:
            lines += [f"- {title}: {entries_links(entries)}"]
    papers = []
    for page in sorted((CORPUS / "papers").glob("*.md")):
        matter = front_matter(page.read_text(encoding="utf-8"))
        source = re.search(r"arxiv\.org/abs/([\d.]+)|doi\.org/(\S+?)\"", matter["sources"])
        where = (f", arXiv {source[1]}" if source[1] else f", doi {source[2]}") if source else ""
        papers.append(f"- [{matter['title'].strip(chr(34)).removeprefix('Paper notes: ')}](papers/{page.name}){where}")
    sections = (("Tutorials", "tutorials", "Tutorial: "), ("How-to", "how-to", "How to "), ("Concepts", "concepts", ""))
    for heading, folder, prefix in sections:
        text = replace_section(text, f"## {heading}", "\n".join(titles(folder, prefix)))
    return replace_section(replace_section(text, "## Modules", "\n".join(lines)), "## Papers", "\n".join(papers))


def titles(folder: str, prefix: str) -> list[str]:
    """Links to the pages of a folder by their titles."""
    found = []
    for page in sorted((CORPUS / folder).glob("*.md")):
        title = front_matter(page.read_text(encoding="utf-8"))["title"].strip('"').removeprefix(prefix)
        found.append(f"- [{title[0].upper()}{title[1:]}]({folder}/{page.name})")
    return found


def entries_links(entries: list[dict[str, Any]]) -> str:
    """Links to pages, one below the other after the first line is full."""
    out, width = "", 0
    for entry in entries:
        link = f"[{entry['name']}]({page_of(entry).relative_to(CORPUS).as_posix()})"
        out += (",\n  " if width + len(link) > 110 else ", ") if out else ""
        width = len(link) if out.endswith("\n  ") else width + len(link) + 2
        out += link
    return out


if __name__ == "__main__":
    main()
