"""A name and its number, in whatever order people put them: "lr 3e-4", "3e-4 as the learning rate", "batch_size=64"."""

from __future__ import annotations

from copilot.codegen.authoring.ask import Ask, to_number

NUMBER = (
    r"[-+−]?(?:\d+\.\d+(?:e[-+]?\d+)?|\d+(?:e[-+]?\d+)?|\.\d+)(?:\s*%)?(?![\d.]*\d)(?![a-z])(?!\s*(?:bins?|"
    r"buckets|atoms|quantiles|个))"
)
"""A number that may stand right behind its name: "hidden_dim512"."""
LINK = (
    r"(?:\s|=|:|：|\(|（|\*|×|(?<![a-z])(?:of|with|at|to|is|are|be|being|set|fixed|equal|equals|should|must|shall|"
    r"about|around|"
    r"a|an|the|value|values|now|just|weight|coef|coefficient|factor|by|weighted|scaled|x)(?![a-z])|为|是|取|用|"
    r"设成|设为|设|等于|调到|调成|改成|改为|成|值|约|的)*"
)
"""What may stand between a name and its number."""


def valued(ask: Ask, nouns: str) -> float | None:
    """The number that is told of a name, behind it or before it; it is taken.

    Args:
        ask: the request.
        nouns: a pattern of the name.
    """
    after = ask.first(rf"(?:(?:an? |the )*)(?<![a-z\d])(?:{nouns})(?![a-z]){LINK}(?P<n>{NUMBER})(?:\s*[)）])?")
    if after:
        return to_number(after["n"].replace("−", "-"))
    before = ask.first(
        rf"(?<![a-z\d_.])(?P<n>{NUMBER})\s*(?:(?:as|for|is|in)\s+)?(?:(?:an? |the |its "
        rf")*)(?<![a-z])(?:{nouns})(?![a-z\d_])(?!\s*[=:])"
    )
    return to_number(before["n"].replace("−", "-")) if before else None
