"""Whose setting a word means that the agent and a module share: "gamma" is the agent's discount, and RND's own gamma."""

from __future__ import annotations

from copilot.codegen.settings.settings import Settings


def beside_its_module(settings: Settings, phrase: str, at: int) -> str | None:
    """The phrase, where it is a parameter's own name and belongs to the module that is named beside it."""
    for primitive in settings.modules:
        if phrase in settings.owners[primitive]:
            whose = settings.attached if settings.alias_of(phrase) else settings.owner
            if whose(phrase, at) == primitive:
                return phrase
    return None


def tell_whose(settings: Settings, said: str, name: str) -> None:
    """Say whose a value is where the agent and a module call two settings alike.

    Args:
        settings: of the experiment.
        said: the word that names both.
        name: the setting that has been taken.
    """
    own = settings.alias_of(said)
    for primitive in settings.modules if own is not None else ():
        if said not in settings.owners[primitive] or name not in (own, said):
            continue
        if own != said and f"{own}=" in settings.reading.lower:  # each has its value
            continue
        both = (f"{own} of {settings.agent}", f"{said} of {settings.component(primitive)}")
        taken, other = both if name == own else both[::-1]
        note = f"{said!r} is taken as the {taken}; the {other} is another setting, which this leaves as it is."
        if note not in settings.notes:
            settings.notes.append(note)


def told_apart(settings: Settings, name: str, spans: tuple[tuple[int, int], ...]) -> tuple[str, str | None]:
    """The setting that words mean that name the agent's, and its owner where that is a module: "the gamma of RND"."""
    for start, end in spans:
        said = settings.reading.lower[start:end]
        if settings.alias_of(said) == name:
            owner = settings.attached(said, start)
            tell_whose(settings, said, said if owner else name)
            if owner is not None:
                return said, owner
    return name, None
