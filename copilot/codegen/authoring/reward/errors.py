"""Reads how far two things are from each other: squared, absolute, Euclidean, by their cosine, by a likelihood."""

from __future__ import annotations

import re

from copilot.codegen.authoring.ask import Ask

_ERRORS: tuple[tuple[str, str], ...] = (
    ("cosine", r"cosine(?:[ -](?:distances?|similarit(?:y|ies)|errors?|loss))*|余弦(?:距离|相似度)?"),
    ("manhattan",
    r"\bl1(?:[ -](?:norm|distances?|errors?|loss))?|manhattan(?: distances?)?|sum of (?:the )?absolute (?:values|"
    r"differences|errors)|曼哈顿距离"),
    ("absolute",
    r"(?:mean )?absolute(?: (?:values?|errors?|differences?|distances?))*|\bmae\b|平均绝对(?:误差|值)|绝对(?:值)?(?:误差|"
    r"距离|差)?"),
    ("euclidean", r"euclidean(?: (?:distances?|norm))?(?: of the difference)?|\bl2[ -](?:norm|distances?)(?: of the "
        r"difference)?|欧(?:氏|几里得)(?:距离|范数)"),
    ("squared", r"(?:mean )?squared?(?: (?:errors?|distances?|differences?))|\bmse\b|均方误差|平方误差"),
)  # fmt: skip


def error_of(ask: Ask) -> str | None:
    """How far two latents are from each other, where it is said."""
    if ask.says(r"forward|dynamics|\bnext\b|transition|下一|动力学|前向") and ask.first(
        r"(?:the )?(?:negative |minus |- ?)?(?:the )?log[- ]?(?:likelihood|prob\w*|density)(?: of (?:the )?(?:true |"
        r"observed )?(?:next |following )(?:state|observation|latent)s?)?"
        r" (?:under|of|in|by|given) (?:an? |the )*(?:learned |probabilistic |gaussian |stochastic |parametric "
        r")*(?:forward "
        r"|dynamics |transition |world )+(?:dynamics )?models?|"
        r"(?:gaussian|probabilistic) (?:forward |dynamics |transition |world )+models?(?=.*(?:likelihood|surprisal|log))|"
        r"-? ?log p\(s'? ?\| ?s, ?a\)|(?:负)?对数似然"
    ):
        ask.has(r"surprisal|likelihood|negative|log[- ]prob\w*")
        return "likelihood"
    for name, words in _ERRORS:
        if match := ask.first(words):
            ask.has(
                r"distance between|between (?:the )?predict\w+ and (?:the )?(?:target|random|true)(?: network)?s?|"
                r"欧氏距离"
            )
            return name if match else None
    return None


def error_in(words: str) -> str | None:
    """How far two things are from each other, in words that are taken."""
    return next((name for name, said in _ERRORS if re.search(said, words)), None)
