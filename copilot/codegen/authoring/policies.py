"""Reads a policy: trunks and heads, each by what is said between its name and the next one's."""

from __future__ import annotations

import copy
import math
import re
from itertools import pairwise
from typing import cast

from copilot.codegen.authoring import policy_told, policy_values
from copilot.codegen.authoring.ask import INT, LIST, NUM, Ask, to_int, to_list, to_number
from copilot.codegen.authoring.layers import function_of
from copilot.codegen.authoring.spec import ActorPolicy, Function, Policy, QPolicy

BEYOND = (
    r"\b(?:recurrent|lstm|gru|memory|transformers?|attention|mixture|experts?|ensembles?|twin|quantile|dropout|"
    r"distributional|off-policy|deterministic|q-?values?|goal|hierarchical|options?|state[- ]dependent|residual|auxiliary|"
    r"dueling|gated|hyper\w*|flows?|diffusion|multi\w*|spectral|batch ?norm\w*|detach\w*|stop[- ]gradients?|tanh[- "
    r"]squashed|"
    r"layer-?scale|noisy|masked?)\b|循环|记忆|注意力|专家|集成|确定性|分层|残差|多头|谱归一化"
)
_PARTS = {
    "trunk": r"(?:shared|common|joint) (?:trunk|body|torso|hidden layers?|layers?|network|mlp|base)|trunk|torso|"
             r"共享(?:的)?(?:主干|网络|层|隐藏层)?|主干(?:网络)?",
    "actor": r"actor(?:'s)?(?: (?:head|network|mlp|body|trunk|net))?|policy (?:head|network)|演员(?:网络|头)?|actor ?"
        r"网络|策略(?:头|网络)(?!的)",
    "critic": r"critics?(?:'s)?(?: (?:heads?|networks?|mlp|body|trunk|net))?|value (?:heads?|networks?|functions?)|"
              r"评论家(?:网络|头)?|critic ?网络|价值(?:网络|头|函数)",
    "both": r"\bheads\b|both(?: (?:networks|heads))?|(?:each|every) (?:network|head)|two (?:networks|mlps)|两个(?:网络|"
        r"头)|各自",
}  # fmt: skip
_LAYERS = (
    rf"(?P<c>{INT})[ -]*(?:separate |more |further )?(?:个|层)?(?:的)?\s*(?:hidden |fully[- ]connected |linear |dense |"
    rf"隐藏|全连接|tanh |relu |"
    rf"silu |gelu )*(?:layers?|层)?[\s,]*(?:(?:of|with|each|by|units?|wide|width|size|个|每层|各|宽度|为|大小)\s*)*(?"
    rf"P<n>{LIST})"
)
_UNITS = r"(?:\s*(?:hidden )?(?:tanh |relu |silu |gelu |elu )?(?:units?|neurons?|单元|神经元)(?: each)?)?"


def read(ask: Ask) -> tuple[Policy | QPolicy | ActorPolicy | None, list[str]]:
    """The policy that a request asks for, or None; and notes.

    Of actor-critics two readers try: one follows what is said of each part, the other looks for each word wherever it
    stands. The first counts where it understands all, else the one that leaves less unread.
    """
    kind = policy_values.kind(ask)
    if kind == "q":
        return policy_values.q_policy(ask)
    if kind == "actor":
        return policy_values.actor_policy(ask)
    tries = []
    for reader in (policy_told.read, _words):
        own = copy.deepcopy(ask)
        plan, notes = reader(own)
        left = sum(map(len, copy.deepcopy(own).left()))
        tries.append((plan is None, len(re.findall(BEYOND, own.open)), left, own, plan, notes))
    best = min(tries, key=lambda one: one[:3])
    ask.reading = best[3].reading
    return best[4], best[5]


def _words(ask: Ask) -> tuple[Policy | None, list[str]]:
    """The actor-critic by its words, wherever they stand."""
    notes: list[str] = []
    norm = ask.has(r"layer[ -]?norm\w*(?: (?:after|in|on) (?:each|every|all)[\w ]*?layers?)?|层归一化|layernorm")
    several, combined = _several(ask)
    deviation = _deviation(ask)
    found, functions = _parts(ask)
    wider = ask.first(
        rf"(?:a )?(?:wider|larger|bigger|更宽|更大)(?:的)? ?(?:critic|value (?:head|network)|评论家|价值网络)?(?: (?"
        rf":than [\w ]*?actor))?"
        rf"(?:(?:\s|of|with|is)*(?P<n>{NUM}))?"
    )
    spoken = re.search(r"(?<![a-z])(relu|tanh|silu|gelu|elu|mish)(?![a-z])", ask.lower)
    function = function_of(ask)
    chosen: Function | None = function or (cast("Function", spoken[1]) if spoken and not functions else None)
    separate = ask.has(r"separate(?:ly)?(?: (?:networks?|bodies|encoders?|hidden layers))?|decoupled|share(?:s)? (?"
        r":nothing|no [\w ]*layers?)|"
                       r"(?:do|does) not share[\w ]*|独立(?:的)?(?:网络|主干)?|分开|不共享")  # fmt: skip
    shared = bool(found.get("trunk")) or ask.has(r"\bshared?\b|common (?:trunk|body)|共享(?:主干|网络)?")
    both = found.get("both") or _left_over(ask)
    ask.has(
        rf"{'|'.join(_PARTS.values())}|\b(?:hidden|layers?|units?|networks?|mlps?|heads?|ppo|a2c|and|where|while|has|"
        rf"have)\b|widths?|linear(?: heads?)?|主干|头|网络|单元|隐藏层|每层"
    )
    said = [chosen, norm, found, wider, both, separate, shared, several > 1, deviation]
    if not any(said):
        return None, notes
    base = both or [64, 64]
    actor, critic, trunk = found.get("actor"), found.get("critic"), found.get("trunk")
    if not (actor or critic or both or trunk):
        notes.append("The widths are not stated: 64, 64.")
    elif (actor is None or critic is None) and not both and not trunk:
        notes.append("One of the heads is not stated: 64, 64.")
    if wider and critic is None:
        critic = [int(to_number(wider["n"]))] * 2 if wider["n"] else [4 * size for size in (actor or base)]
    trunk = trunk or (base if shared and not separate else [])
    rest = [] if trunk and not (actor or critic or both) else base
    plan = Policy(
        trunk=trunk, actor=actor or rest, critic=critic or rest, function=functions.get("actor") or chosen or "tanh",
        critic_function=functions.get("critic"), norm=norm, critics=several, combined=combined, deviation=deviation,  # type: ignore[arg-type]
    )  # fmt: skip
    return plan, notes


def _several(ask: Ask) -> tuple[int, str]:
    many = ask.first(
        rf"(?P<n>{INT}) (?:independent |separate )?(?:critics|value (?:heads|networks|functions))|(?"
        rf"P<m>{INT})\s*个(?:评论家|价值(?:网络|头))"
    )
    if not many:
        return 1, "mean"
    lowest = ask.has(
        r"(?:whose |the )?(?:minimum|smaller|smallest|lower|min)(?: of (?:them|both|the two))?(?: (?:is|as)"
        r" the value)?|取最小(?:值)?"
    )
    ask.has(
        r"(?:whose |the |their )?(?:mean|average[sd]?)(?: of (?:them|both|the two))?(?: (?:is|as) (?:the )?(?"
        r":values?|estimate))?|is the value|取平均(?:值)?|平均"
    )
    return min(16, to_int(many["n"] or many["m"]) or 1), "min" if lowest else "mean"


def _deviation(ask: Ask) -> float | None:
    log = ask.number(rf"(?:initial )?log[- _]?(?:std|standard deviation|sigma)[\w ]*?(?:\s|of|=|at|is)*(?P<n>{NUM})")
    if log is not None:
        return math.exp(max(-5.0, min(4.0, log)))
    found = ask.number(rf"initial (?:action )?(?:standard deviation|std|deviation|sigma)(?: (?:of|is|at|=|for|the|"
        rf"actions))*\s*(?P<n>{NUM})",
                       rf"(?:standard deviation|std)[\w ]*? (?:starts?|begins?)(?: (?:at|from|with))*\s*(?P<n>{NUM})",
                       rf"初始(?:动作)?标准差(?:\s|为|是)*(?P<n>{NUM})")  # fmt: skip
    return found if found and found > 0 else None


def _parts(ask: Ask) -> tuple[dict[str, list[int]], dict[str, Function]]:
    """Widths and activations of the parts that are named, from the words up to the next name."""
    widths: dict[str, list[int]] = {}
    functions: dict[str, Function] = {}
    for name in ("actor", "critic"):  # "64 units in the actor"
        match = ask.first(rf"(?P<n>{LIST})(?:-unit|个单元)?{_UNITS} (?:in|for) (?:the |its |an? )?(?:{_PARTS[name]})")
        if match:
            widths[name] = to_list(match["n"])
    common = ask.first(
        _LAYERS + _UNITS + r" (?:that are |which are )?(?:shared|common)(?: (?:by|between|to|for|of))?(?"
        r": (?:the )?actor and (?:the )?critic| both)?"
    )
    if common:
        sizes = to_list(common["n"])
        widths["trunk"] = sizes * (to_int(common["c"]) or 1) if len(sizes) == 1 else sizes
    named = sorted(
        (match.start(), match.end(), name) for name, words in _PARTS.items() for match in re.finditer(words, ask.lower)
    )
    ends = [start for start, _, _ in named[1:]] + [len(ask.lower)] * bool(named)
    for (_, end, name), stop in zip(named, ends, strict=True):
        segment = ask.lower[end:stop]
        span, sizes = _widths(segment)
        if (
            span
            and name not in widths
            and not (name == "trunk" and common)
            and ask.reading.free(end + span[0], end + span[1])
        ):
            widths[name] = sizes
            ask.reading.take(end + span[0], end + span[1])
        inside = re.search(r"\b(tanh|relu|silu|gelu|elu|mish|leaky[- ]?relu)\b", segment)
        if inside and name in {"actor", "critic"} and len(named) > 1:
            functions[name] = inside[1].replace("-", "_").replace(" ", "_")  # type: ignore[assignment]
    for (_, end, name), (start, _, other) in pairwise(named):  # "actor and critic of 64 each"
        if (
            other in widths
            and name not in widths
            and re.fullmatch(
                r"\s*(?:and|和|与|、|&|,)?\s*(?:the )?"
                r"",
                ask.lower[end:start],
            )
        ):
            widths[name] = widths[other]
    if "critic" in functions and "actor" not in functions:
        functions["actor"] = functions["critic"]  # the one that is named is for both
    if "actor" in functions and "critic" not in functions:
        functions["critic"] = functions["actor"]
    return widths, functions


def _widths(segment: str) -> tuple[tuple[int, int] | None, list[int]]:
    """The first list of widths in some words, and where it stands."""
    layers = re.search(_LAYERS + _UNITS, segment)
    single = re.search(rf"(?P<n>{LIST}){_UNITS}", segment)
    if layers and (single is None or layers.start() <= single.start()):
        sizes, count = to_list(layers["n"]), to_int(layers["c"]) or 1
        if len(sizes) == 1 and count <= 8 and sizes[0] > 8:
            return layers.span(), sizes * count
    if single:
        return single.span(), to_list(single["n"])
    return None, []


def _left_over(ask: Ask) -> list[int] | None:
    match = ask.first(_LAYERS + _UNITS)
    if match:
        sizes = to_list(match["n"])
        return sizes * (to_int(match["c"]) or 1) if len(sizes) == 1 else sizes
    match = ask.first(
        rf"(?:hidden )?(?:layers?|widths?|units?|sizes?|隐藏层|宽度|每层)(?:\s|of|with|=|:|为|是)*(?"
        rf"P<n>{LIST}){_UNITS}"
    )
    return to_list(match["n"]) if match else None
