"""Reads how the copies of a Q-function follow it, and how much is explored."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.agent.common import EQUALS
from copilot.codegen.authoring.agent.numbers import valued
from copilot.codegen.authoring.ask import NUM, Ask, to_number

IN = (
    r"\s|\(|\)|=|:|：|of|with|using|and|at|to|by|weight(?:ed)?(?: by)?|coef(?:ficient)?|(?:divergence )?(?:from|to|"
    r"against) (?:the )?(?:old|previous|behaviou?r|acting|last) policy|divergence|loss(?:es)?|损失|an?|the|is|scaled by|"
    r"times|为|是|系数|权重|取|,|，|target|目标"
)
LINK = rf"(?:{IN})*"
"""What may stand between a word and its number."""


def followed(ask: Ask, out: dict[str, Any]) -> None:
    """How the copies follow, and how much is explored."""
    soft = ask.first(
        rf"(?:soft(?:ly)?|polyak)(?:[- ]averag\w*)?(?: (?:target(?: networks?)?|of the targets?))? updat(?:es?|ed|ing)(?"
        rf": of (?:the )?targets?(?: networks?)?)?"
        rf"(?:{IN}|tau|τ|rate|polyak)*(?P<n>{NUM})?|polyak(?:[- ]averag\w+)?(?:{IN}|tau|τ|rate)*(?P<m>{NUM})|polyak[- "
        rf"]averag\w+|"
        rf"targets? (?:net(?:work)?s? )?(?:is |are )?soft(?:ly)?[- ]updated(?:{IN}|tau|τ)*(?P<q>{NUM})|"
        rf"(?:targets?(?: networks?)? )?updates?d? (?:with|by|via) polyak(?:[- ]averag\w+)?(?:{IN}|tau|τ)*(?P<p>{NUM})?|"
        rf"软更新(?:目标网络)?(?:{IN}|tau|τ)*(?P<o>{NUM})?"
    )
    if soft is None:
        soft = ask.first(
            r"targets?(?: (?:networks?|nets?|copy))?(?: (?:is|are|gets?|that|which))* (?:(?:follows?|moves?|"
            r"updated|tracks?)(?: the weights| slowly| the online network)?,? softly|"
            r"softly (?:updated|follow\w*))(?:(?:,|\(|\s|with|and)*(?:tau|τ)(?:\s|=|of|"
            r"is)*(?P<n>\d*\.?\d+(?:e-\d+)?))?(?P<m>)(?P<o>)(?P<p>)(?P<q>)"
        )
    if soft:
        told = next((to_number(soft[g]) for g in ("n", "m", "o", "p", "q") if soft[g]), None)
        if told is None and not ask.says("munchausen|expectile (?:loss|regression)?[^.;]*tau"):
            told = valued(ask, r"\btau|τ")
        out["tau"] = 0.005 if told is None else told
        ask.has(r"target networks?")
    every = (
        r"(?: (?:each|every|after|after every|once|once every|only))*\s*(?P<n>\d+)(?: (?:environment |env |gradient )"
        r"?(?:steps|updates))?"
    )
    freq = ask.whole(
        rf"target[ _]update[ _](?:freq(?:uency)?|interval|period)(?:{EQUALS})(?P<n>\d+)(?!\.?\d)(?: steps)?",
        r"(?:a |hard )?target updates? (?:every|each) (?P<n>\d+)(?: steps)?",
        rf"(?:hard )?targets?(?: (?:networks?|nets?|copy))?(?: (?:is|are|gets?))?(?: (?:hard(?:ly)? )?(?:copied|updated|"
        rf"synced|synchroni[sz]ed|replaced|refreshed|copies))(?: over)?{every}",
        rf"(?:hard )?(?:target )?(?:updates?|copy|copies|syncs?|copied)(?: of)?(?: the)? targets?(?: networks?)?{every}",
            rf"hard (?:target )?updates?(?: of the targets?)?{every}",
        r"目标网络每(?:隔)?\s*(?P<n>\d+)\s*步(?:更新|同步|复制)(?:一次)?",
    )  # fmt: skip
    out |= {"target_update_freq": freq} if freq else {}
    epsilon = ask.first(
        rf"(?:eps(?:ilon)?|ε|exploration)(?:[- ]greedy)?(?: exploration)?(?:[^\d.;]{{0,10}}(?P<m>\d+)\s*步(?:内|里|"
        rf"中)?)?[^\d.;]{{0,30}}?(?P<a>{NUM})\s*(?:to|->|down to|"
        rf"(?:线性|指数)?(?:下降|衰减|退火|降)?(?:到|至|为))\s*(?P<b>{NUM})(?:[^\d.;]*?(?P<n>\d+)"
        rf"\s*(?P<k>k|万)?\s*(?:steps|步))?"
    )
    if epsilon:
        length = int(epsilon["n"] or epsilon["m"] or 10_000) * {"k": 1000, "万": 10_000}.get(epsilon["k"] or "", 1)
        out["epsilon"] = f"linear({to_number(epsilon['a'])!r}, {to_number(epsilon['b'])!r}, {length})"
        ask.has(r"linear(?:ly)?|decay\w*|falling|anneal\w*|epsilon[- ]greedy|线性|衰减")
        return
    constant = ask.number(
        rf"(?:constant |fixed |the |current )*(?:eps(?:ilon)?|ε)(?:[- ]greedy)?(?: exploration| behaviou?r| "
        rf"policy)?(?:{IN}|constant|fixed|of|=)*(?P<n>0?\.\d+)(?: (?:const(?:ant)?|throughout|fixed))?\.?"
    )
    if constant is not None and constant <= 1:
        out["epsilon"] = repr(constant)
        out["greedy"] = constant
        ask.has(
            r"(?:under )?(?:the )?(?:current )?eps(?:ilon)?[- ]greedy(?: (?:behaviou?r|policy|exploration|actions?))?"
        )
