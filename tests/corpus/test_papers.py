"""Notes on papers have one form: what was wrong, the idea, equations, settings, results, our code, pitfalls."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTES = sorted((ROOT / "corpus" / "papers").glob("*.md"))
LONGEST = 110
WIDEST = 125
FOLDERS = ("rllte/", "copilot/", "corpus/", "evals/", "tests/")
SECTIONS = (
    "Citation of the (papers behind )?{name}",
    "The problem that {name} address(es)?$",
    "The idea of {name}",
    "The (equations|method) of {name}",
    "The (hyperparameters|setup) of {name}",
    "The results of {name}",
    "{name} in rllte",
    "Where rllte deviates from {name}",
    "Pitfalls of {name}",
)
"""How the headings begin, in their order; `name` is what the title says."""
ABSENT = "rllte has no "
"""What a note says of a method that we do not have; it need not say where we deviate."""

PACKAGES = (
    "rllte.agent",
    "rllte.common.prototype",
    "rllte.xploit.encoder",
    "rllte.xploit.policy",
    "rllte.xploit.storage",
    "rllte.xplore.augmentation",
    "rllte.xplore.distribution",
    "rllte.xplore.reward",
)
CLASSES = {
    name: found
    for package in PACKAGES
    for name, found in vars(importlib.import_module(package)).items()
    if isinstance(found, type)
}
"""Public classes by name."""

by_note = pytest.mark.parametrize("note", NOTES, ids=lambda note: note.stem)


def body(note: Path) -> str:
    """A note without its front matter."""
    return note.read_text(encoding="utf-8").split("\n---\n", 1)[1]


def name_of(note: Path) -> str:
    """What a note is on, as its title says."""
    found = re.search(r"^# Paper notes: (.+)$", body(note), re.M)
    assert found, "the title is '# Paper notes: NAME'"
    return found[1]


def sections(note: Path) -> dict[str, str]:
    """Text by heading of level two; code blocks have no headings."""
    text = re.sub(r"^```.*?^```", "(code)", body(note), flags=re.M | re.S)
    return {heading: rest.strip() for heading, rest in re.findall(r"^## (.*)\n((?:(?!^## ).*\n?)*)", text, re.M)}


def section(note: Path, pattern: str) -> str:
    """The text under the heading that begins so; empty if there is none."""
    begins = re.compile(pattern.format(name=re.escape(name_of(note))), re.I)
    return next((text for heading, text in sections(note).items() if begins.match(heading)), "")


def spans(text: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`\n]+)`", text)


def ours(note: Path) -> tuple[set[str], set[str]]:
    """Files and dotted names of this repository that a note gives in backticks."""
    found = spans(re.sub(r"^```.*?^```", "", body(note), flags=re.M | re.S))
    files = {span for span in found if span.startswith(FOLDERS) and not re.search(r" |-v\d+$", span)}  # no environments
    dotted = {span.split("(")[0] for span in found if re.fullmatch(r"(rllte|copilot)(\.\w+)+(\(.*\))?", span)}
    return files, dotted


def resolves(dotted: str) -> bool:
    """Whether a dotted name is a module, or what a module holds."""
    parts = dotted.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        return all((found := getattr(found, part, None)) is not None for part in parts[cut:])
    return False


@by_note
def test_a_note_has_its_sections_in_order(note: Path) -> None:
    name = re.escape(name_of(note))
    headings, place = list(sections(note)), -1
    for pattern in SECTIONS:
        begins = re.compile(pattern.format(name=name), re.I)
        found = [number for number, heading in enumerate(headings) if begins.match(heading)]
        if not found and pattern.startswith("Where") and ABSENT in body(note):
            continue
        assert len(found) == 1, f"expected one heading '{pattern.format(name=name)}'; the note has {headings}"
        assert found[0] > place, f"'{headings[found[0]]}' stands too early"
        place = found[0]
        assert sections(note)[headings[place]], f"'{headings[place]}' is empty"


@by_note
def test_every_heading_of_a_note_names_the_paper(note: Path) -> None:
    name = name_of(note).lower()
    for heading in sections(note):
        assert name in heading.lower(), f"'{heading}' does not name {name_of(note)}: a search sees a heading alone"


@by_note
def test_a_note_cites_a_paper_that_can_be_found(note: Path) -> None:
    citation = section(note, SECTIONS[0])
    assert re.search(r"arXiv \d{4}\.\d{4,5}|doi 10\.\d{4,}/|<https://\S+>", citation), citation
    assert re.search(r'"https://\S+"', note.read_text(encoding="utf-8").split("\n---\n", 1)[0]), (
        "sources hold no address"
    )


@by_note
def test_the_results_of_a_note_have_numbers_or_say_why_not(note: Path) -> None:
    results = re.sub(r"\[[^]]*\]\([^)]*\)|`[^`]*`|arXiv \S+", "", section(note, "The results of {name}"))
    assert re.search(r"\d", results) or "no figure is repeated" in " ".join(results.split())


@by_note
def test_the_figures_that_a_note_calls_ours_name_where_they_are(note: Path) -> None:
    results = section(note, "The results of {name}")
    assert "Ours (" not in results or "evals/" in results


@by_note
def test_a_note_names_our_code_or_says_that_there_is_none(note: Path) -> None:
    files, dotted = ours(note)
    assert any(file.startswith("rllte/") for file in files) or dotted or ABSENT in body(note)


@by_note
def test_what_a_note_names_of_our_code_exists(note: Path) -> None:
    files, dotted = ours(note)
    assert [file for file in sorted(files) if not (ROOT / file).exists()] == []
    assert [name for name in sorted(dotted) if not resolves(name)] == []


@by_note
def test_the_methods_that_a_note_names_exist(note: Path) -> None:
    """`PPO.loss` and the like, where the class is one of ours."""
    for owner, attribute in re.findall(r"`([A-Z]\w+)\.(\w+)(?:\([^`]*\))?`", body(note)):
        if owner in CLASSES:
            assert hasattr(CLASSES[owner], attribute), f"{owner} has no {attribute}"


@by_note
def test_the_pitfalls_of_a_note_are_a_list(note: Path) -> None:
    assert len(re.findall(r"^- ", section(note, "Pitfalls of {name}"), re.M)) >= 2


@by_note
def test_a_note_is_short_and_narrow(note: Path) -> None:
    text = re.sub(r"<!--.*?-->\n\n", "", note.read_text(encoding="utf-8"), flags=re.S)
    assert len(text.splitlines()) <= LONGEST
    assert [line for line in body(note).splitlines() if len(line) > WIDEST] == []


def test_a_name_that_does_not_exist_is_noticed() -> None:
    assert resolves("rllte.losses.vtrace") and resolves("rllte.agent.PPO.update") and resolves("rllte.nn.memory")
    assert not resolves("rllte.losses.no_such_loss")
    assert not resolves("rllte.no_such_module")
