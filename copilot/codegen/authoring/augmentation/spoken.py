"""An operation of augmentations as people call it, and words that many of them have."""

from __future__ import annotations

from dataclasses import dataclass

from copilot.codegen.authoring.augmentation.spec import Operation


@dataclass(frozen=True)
class Spoken:
    """An operation as people call it."""

    op: Operation
    words: str
    kinds: str
    """Kinds of observation that it is for: i images, v vectors."""
    true: str = r"(?!)"
    """What people say of it beside its numbers, and what holds of it always."""


_OF = (
    r"(?: (?:of |in |on |to )?(?:the |an? |each |every |all )?(?:(?:input|whole|entire|original) )?(?:images?|pictures?|"
    r"frames?|pixels?|observations?))?"
)
ANOTHER = (
    r"(?:(?:an?|one|some|the)[ -]?other|another|a random(?:ly)?(?: chosen| picked| drawn)?|one(?: randomly chosen)?)"
    r"(?:,? (?:random(?:ly)?|chosen|picked|selected|drawn|shuffled))*(?: one)?"
)
THING = r"(?: ?(?:images?|observations?|states?|samples?|vectors?|ones?|transitions?|frames?))?"
BATCH = r"(?:,? (?:of|from|in|within|out of) (?:the )?(?:same |mini-?|current )?(?:mini-?)?batch)"
BOX = r"(?:rectang\w+|box(?:es)?|squares?|patch(?:es)?|regions?|areas?|blocks?)"
ENTRY = r"(?:numbers?|entr(?:y|ies)|dimensions?|dims?|features?|components?|elements?|coordinates?|channels?|values?)"
