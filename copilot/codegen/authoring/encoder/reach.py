"""How far what follows an encoder's layers reaches, by the words around: "each followed by", "after every hidden layer"."""

from __future__ import annotations

import re

from copilot.codegen.authoring.ask import Ask
from copilot.codegen.authoring.encoder.mentions import Mention, Piece
from copilot.codegen.authoring.encoder.units import Draft

_WHOLE = re.compile(r"everywhere|throughout|all (?:the )?layers|between|一律|全部|所有")
REFERS = re.compile(
    r"(?:\b(?:each|every|all(?: (?:of|the|these|two|three|four))*|both|these|those|its|their|the (?:same|other|last|final|"
    r"first|second|third|hidden|two|three|four)|the|last|final|any|between(?: the)?)(?: of (?:the|these|them|its))?(?: "
    r"\w+ed)? ?|"
    r"(?:每(?:一)?(?:个|层)?|所有|各|该|这些|前面的|最后一(?:个|层)))$"
)

_BESIDE = re.compile(
    r"[\s,]*(?:之?后|都|均|加上?|接|有|使?用|的|use|uses|apply|add|with|there is|comes?|an?|is|are|do|put|"
    r"[2-8]\s*[x×]\s*[2-8])*[\s,]*"
)

ONE_MORE = re.compile(r"(?<![a-z])an? (?:final|last|second|third|fourth|further) $")


def inherit(draft: Draft, piece: Piece, one: Mention) -> None:
    """ "Each followed by batch norm and ReLU": what is joined by "and" reaches as far as what is before it."""
    said, before = draft.said[-1], draft.last_said
    joined = re.fullmatch(
        r"\s*(?:and|和|与|及|、|,|plus|\+|then)?\s*(?:an? |the )?(?:[2-8]\s*[x×]\s*[2-8]\s?的?)?",
        piece.ask.lower[piece.start : one.start],
    )
    if re.search(
        r"(?:\band|\bwith|\busing|\bplus|和|与|加|用)\s*$", piece.ask.lower[max(piece.start - 8, 0) : one.start].strip()
    ):
        said.told = False
    if before is not None and before.reach == "own" and said.reach == "each" and joined and joined[0].strip() != ",":
        before.reach, before.target, before.index = said.reach, said.target, said.index
        draft.joined = before  # "with batch norm and a max pool after every convolution"
    if before is not None and before.reach == "each" and said.reach == "own" and joined:
        said.reach, said.target, said.index = before.reach, before.target, before.index
    denied = piece.first(r"(?:but )?not (?:after|on|in|for) (?:the )?(?P<l>linear|dense|fc|last|final|output)?$")
    if denied and said.target is None:
        said.target = "conv"
    piece.has(r"everywhere|throughout|(?:each|every) of the (?:two|three|four|five)")
    draft.last_said = said


def around(ask: Ask, draft: Draft, one: Mention, following: Mention | None) -> str:
    """The words of layers that are told already, right behind a part that speaks of what follows them, or right before."""
    if following is not None and following.kind in {"conv", "linear", "layer"}:
        between = ask.lower[one.end : following.start]
        if (
            REFERS.search(between)
            and not ONE_MORE.search(between)
            and re.search(
                r"(?:after|between|on|in|for|before|of) (?:the |each |every |all |both |any |of )*(?:\w+ )?$", between
            )
        ):
            return " " + following.match[0]
    start, end = draft.referred
    if (
        end
        and _BESIDE.fullmatch(ask.lower, end, one.start)
        and re.search(r"(?:after|on|in) \w+ $|每个?$|每一?层$", ask.lower[:start])
    ):
        return " " + ask.lower[max(0, start - 12) : one.start]
    return ""


def localised(draft: Draft, piece: Piece, one: Mention) -> None:
    """ "Each followed by layer norm" is said of what was told before it, "layer norm everywhere" of all."""
    said, text = draft.said[-1], piece.ask.lower[draft.told_at : piece.end]
    if said.reach != "each" or not draft.units or _WHOLE.search(text) or one.kind == "function":
        return
    if re.search(r"[.。](?!\d)", piece.ask.lower[draft.told_at : one.start]):
        return
    said.local = True
    said.own_kind = not re.search(r"(?:each|every|all)(?: of the)? (?:\w+ )?layers?(?![a-z])|每(?:一)?层", text)
    if draft.joined is not None and draft.joined in draft.said[-2:-1]:
        draft.joined.local, draft.joined.place, draft.joined.own_kind = True, said.place, said.own_kind
