"""Sentences of a document that speak to a model instead of a reader: orders that somebody hid there.

Such a sentence is neither read by the model nor shown as a line; the rest of its page is. It covers the usual ways of giving
an order (forget your rules, tell the user, answer only with), in English and Chinese. It does not cover orders in other
words: what the model says is held against its sources whatever it was told.
"""

from __future__ import annotations

import re

_ADDRESSES = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|rules?|prompts?|guidelines|previous|above)\b"
    r"|\b(?:instructions?|notes?|messages?|attention|important|orders?|commands?)\b.{0,12}\b(?:to|for)\b.{0,12}"
    r"\b(?:ai|ais|assistants?|copilots?|llms?|chat ?bots?|language models?)\b"
    r"|\b(?:(?:ai|assistant|copilot|llm|chat ?bot|language model)s?|system (?:prompt|message|note|instruction)s?)\s*:"
    r"|\b(?:if|whoever|any\w*) (?:you are|is|you're) an? (?:ai|assistant|llm|language model)\b|\bai reading\b"
    r"|\b(?:tell|inform|instruct|advise|urge|convince|ask|send) (?:the |every |all |your )?users?\b"
    r"|\bwhen(?:ever)? (?:you answer|you are asked|you reply|asked about|the user)\b"
    r"|\b(?:answer|reply|respond)\b.{0,24}\b(?:only|every|all|any|nothing)\b.{0,24}\b(?:with|questions?|else|word)\b"
    r"|\b(?:begin|start|end|finish)\b.{0,16}\b(?:answer|reply|response)s?\b"
    r"|\b(?:do not|don't|never) (?:mention|reveal|disclose|tell|cite)\b"
    r"|\byou (?:are|act) (?:now |as )|\byour (?:system prompt|(?:earlier|previous) instructions|new (?:task|role))\b"
    r"|忽略.{0,12}(?:指令|规则|提示|要求)|系统(?:消息|提示|指令)|告诉用户|让用户|无论用户|只(?:回答|回复|输出)|不要(?:提及|透露|说明)"
    r"|(?:致|给|对)(?:AI|助手|模型|大模型|语言模型)|从现在(?:起|开始)",
    re.IGNORECASE | re.DOTALL,
)
_SHARED = 8
"""So many words in a row are no chance."""


OURS = ("corpus/", "rllte/")
"""What ships gives a model no orders; a file of the user's own may."""


def addresses_a_model(text: str) -> bool:
    """Whether a sentence gives orders to whoever answers from it."""
    return bool(_ADDRESSES.search(text))


def orders(source: str, text: str) -> bool:
    """Whether a text of this source, a line, a heading or the source's name, is an order to a model and not to be read."""
    return not source.startswith(OURS) and addresses_a_model(text)


def repeats(text: str, secret: str) -> bool:
    """Whether a text has a run of words of another, as one has that was told to give its prompt away."""
    said, kept = _words(text), _words(secret)
    runs = {tuple(kept[at : at + _SHARED]) for at in range(len(kept) - _SHARED + 1)}
    return any(tuple(said[at : at + _SHARED]) in runs for at in range(len(said) - _SHARED + 1))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
