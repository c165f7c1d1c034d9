"""Rewards and storages that are asked for by what they do: "pay how far the agent gets", "symlog rewards before storing"."""

from __future__ import annotations

import re
from typing import Literal

from copilot.codegen.authoring.describe import described

_REWARDS = (
    r"^(?:please )?(?:pay|reward|penali[sz]e|punish)s? (?:the|an?|how|for|it|its|steps?|states?|jerky|large|agents?|every|"
    r"each|by|new|unseen|being)\b",
    r"\bintrinsic (?:reward|bonus|motivation)s?\b",
    r"\b(?:exploration|novelty|curiosity|count|counting|visit\w*)[- ](?:bonus|reward|signal)",
    r"\b(?:smoothness|action|energy|control|step|living|time|jerk)"
    r" (?:penalty|cost|bonus)\b", r"\b1 ?/ ?(?:sqrt|√|n\b)", r"\bone over the (?:square )?root\b",
    r"\b(?:hash|episodic|visit\w*|pseudo-?) ?counts?\b", r"\bsim-?hash\b",
    r"\b(?:rnd|icm|e3b|re3|ngu|ride|smirl|noveld|bebold|apt)\b(?:[- ]like|'s|’s)? (?:error|bonus|reward|variant|but|whose|"
    r"with|where|and)", r"\b(?:smirl|rnd|icm|e3b|re3|ngu|ride|noveld|bebold)[- ](?:like|style)\b",
    r"\breward (?:the |an? |its |their )?(?:standard deviation|variance|disagreement|error|surprise|distance|displacement|"
    r"agent|learning progress)\b",
    r"\b(?:forward|dynamics) models?\b[\w ,()]*\b(?:random )?features\b", r"\b(?:particle|state)[- ](?:based )?entropy\b",
    r"\bnearest neighbou?rs?\b", r"\bpotential[- ]based\b|\bshaping\b",
    r"\b(?:reconstruction|prediction|forward(?: model)?) errors?\b", r"\blearning progress\b", r"^(?:an? )?penalty of\b",
    r"\bunless the environment\b",
    r"\bagents? (?:should be|is|gets?|be|are) (?:paid|rewarded|penali[sz]ed)\b",
    r"\bto (?:pay|reward|penali[sz]e) the agent\b",
    r"\bas (?:an? )?(?:intrinsic |exploration )?(?:bonus|reward)\b", r"^smirl\b",
    r"\bfirst visits?\b|\bnever (?:been )?visited\b", r"\bno intrinsic reward\b",
)  # fmt: skip
_STORAGES = (
    r"\breplay\b|\b(?:rollout|experience)s? (?:buffer|storage|memory)|\bstorages?\b",
    r"\b(?:before|when|while|as) (?:they(?:'re|’re| are| get)? ?|it(?:'s|’s| is)? ?|being )?(?:stor(?:ed|ing)|saved|added "
    r"to the buffer)\b",
    r"\bstored (?:reward|transition|experience)s?\b|\bstores?\b[\w ]*\b(?:reward|transition)s?\b",
    r"^per\b|\bprioriti[sz]ed replay\b|\btd[- ]errors?\b",
    r"^(?:please )?(?:sample|draw) (?:transitions?|batches|minibatches|experience)\b",
    r"\btransitions? (?:with|by|in proportion|whose|of|from|that) ",
    r"\beach batch\b|\bevery batch\b|\bof (?:a|the) (?:mini-?)?batch\b",
    r"^(?:an? |the )?rollouts? (?:that|which|whose|with|where)\b",
    r"\b(?:buffer|capacity)\b", r"\bminibatch(?:es)?\b",
)  # fmt: skip
STORED = re.compile(
    r"\b(?:rewards?|transitions?)\b[^.;]*\b(?:before|when|while|as) (?:they(?:'re|’re| are| get)? ?|it(?:'s|’s| is)? ?|"
    r"being )?(?:stor(?:ed|ing)|saved)\b|"
    r"\bstored (?:rewards?|transitions?)\b|\brewards? in (?:the|a|my|our) (?:replay|buffer|storage|rollout)"
)
"""What happens to rewards on their way into a storage."""
_PAYS = re.compile(
    r"(?:[\w ]{0,20}, )?(?:please |just |simply |now |i want to |i'd like to |let's )*(?:pay|reward|penali[sz]e|punish)s? "
    r"(?:the|an?|how|for|it|its|every|each|by|new|unseen|jerky|large|agents?|me|being|states?|steps?|-?\d)(?![a-z])"
)
"""A request that begins with what is to be paid."""
_ALGORITHM = re.compile(r"(?<![a-z])(?:ppo|a2c|dqn|ddpg|td3|sac|ppg|drq(?:-?v2)?|impala|pqn|awr|awac)(?![a-z])")
_OPENS = re.compile(
    r"(?:an? |the |my |our |on-policy |off-policy |simple |small )*(?:rollout|replay|experience|bonus|intrinsic|storage|"
    r"buffer)\b"
)
_LEARNS = re.compile(
    r"\b(?:loss\w*|objectives?|polic(?:y|ies)|actors?|critics?|targets?|updates?|learning rates?|surrogate)\b"
)
"""An algorithm without its name; "an ensemble of forward models" alone is none."""
_RUNS = re.compile(r"\b(?:train|compare|benchmark|evaluate|sweep|seeds?)\b")

_PLAINLY = re.compile(
    r"\b(?:penalt(?:y|ies)|costs?|punish\w*|minus [\d.]+ ?(?:times|x|\*)|fine)\b[^.;]{0,60}\b(?:actions?|torques?|per "
    r"step|(?:every|"
    r"each) step|jerk\w*|control)\b|\blog[- ]?(?:density|likelihood|probability) of (?:the )?(?:next |current )?(?:state|"
    r"observation)s? under\b|\b(?:distance|how far)\b[^.;]{0,40}\b(?:where the episode began|(?:start|initial|"
    r"starting) (?:state|"
    r"position|point)|the start)\b|\bhow (?:much|far) (?:the |a |each )?(?:state|step|observation)s? (?:changes?|moves?)\b|"
    r"\bchanges? (?:between|of) (?:the )?(?:consecutive|successive|two) (?:states|observations|frames)\b|"
    r"\b(?:ensemble )?disagreement\b(?=[^.]*\bmodels?\b|[^.]*\bensemble)|\bensemble disagreement\b|"
    r"\b(?:average|mean) distance to the [\w ]{0,20}(?:closest|nearest)\b|\b(?:grid|cell|hash(?:ed)?|sim-?hash|visit) "
    r"counts?\b|"
    r"\bcounts over a grid\b|\bauto-?encoder reconstructs\b|\breconstruction error of\b|"
    r"^(?:[\w!?',]+ ){0,6}?(?:an? )?(?:rnd|random network distillation|e3b|icm)\b(?! agent)|"
    r"(?:looking for|asked for|want to try|let's have|could i get|i need|i want|love to have|i'd like) (?:an? )(?:\w+ "
    r")?(?:reward|bonus)"
    r"(?! (?:clip|norm|scal|model))\b|\berror of a forward model\b|\blearning[- ]progress\b"
)
"""What nobody asks for but as a reward."""
_OTHERS = re.compile(
    r"\b(?:replay|buffers?(?! size)|storages?|rollout storage|actors?|critics?|polic(?:y|ies)|loss\w*|logits|"
    r"distributions?|augment\w*|"
    r"scripts?|experiments?|gradients?|targets? network|q-?values?|encoders?(?= with))\b"
)


def plainly_reward(text: str) -> bool:
    """Whether an English text in small letters tells of what only rewards do, and of nothing that others do."""
    if _RUNS.search(text.replace("trained", "")) or _ALGORITHM.search(text):
        return False
    return bool(_PLAINLY.search(text)) and not _OTHERS.search(re.sub(r"\bunder (?:an? )?[\w ]*distribution", "", text))


def told(text: str, least: int = 1) -> Literal["reward", "storage"] | None:
    """Which of the two an English text describes by what it does, or None.

    Args:
        text: in small letters.
        least: in how many ways it has to do so.
    """
    if _RUNS.search(text) or (_ALGORITHM.search(text) and not _OPENS.match(text)):
        return None
    if _PAYS.match(text) or plainly_reward(text):
        return "reward"
    others = {None, "reward", "storage", "encoder", *(() if _LEARNS.search(text) else ("agent",))}
    if described(text) not in others:
        return None
    scores = {kind: sum(bool(re.search(words, text)) for words in known) for kind, known in
              (("reward", _REWARDS), ("storage", _STORAGES))}  # fmt: skip
    best = max(scores, key=lambda kind: scores[kind])
    if scores[best] < least or scores["reward"] == scores["storage"]:
        return None
    return "reward" if best == "reward" else "storage"


def begins_with_pay(text: str) -> bool:
    """Whether a text begins with what is to be paid: "reward the agent for ..."."""
    return bool(_PAYS.match(text)) and told(text) == "reward"
