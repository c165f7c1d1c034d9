"""Short forms of chats and notes, written out: "w/o" is "without", "bs 64" a batch size, "20 eval eps" are episodes."""

from __future__ import annotations

import re

from copilot.codegen.request.seeds import seeds_written_out

_UNITS = (
    r"(?:parallel |training |eval(?:uation)? |test )?(?:envs?|environments?|seeds?|steps?|timesteps?|frames?|px|pix|pixels?|"
    r"epochs?|eps|episodes?|workers?|actors?|learners?|runs?|updates?|procs?|goals?|models?)"
)
_GLUED = re.compile(rf"(?<![\w.])(\d+(?:\.\d+)?(?:[km]|e\d)?)(?={_UNITS}(?![a-z]))", re.IGNORECASE)
"""A number and its unit without a blank: "16envs", "6px", "100ksteps"."""
_VALUE = r"(?=\s*(?:=|:|->|→|(?:of|to|at|is|as|be|down to|up to)\s)?\s*\d)"
"""Before a value."""
_MANY = r"(?=\s*(?:=|:|->|→|(?:of|to|at|is)\s)?\s*\d[\d.,]*(?:[km]|e\d|\d{2,}))"
"""Before a large one."""
_FORMS: tuple[tuple[str, str], ...] = (
    (r"w/\s?o(?![a-z])", " without "),
    (r"w/(?![a-z]*/)", " with "),
    (r"b4", "before"),
    (r"(?:b/c|cuz|coz|becuase|(?-i:bc))", "because"),
    (r"btwn|btw(?=\s+\d)", "between"),
    (r"evry|ev(?:er)?y(?=\s+\d)", "every"),
    (r"rand(?=\s+(?:steps?|actions?|init\w*|crops?|shifts?|explor\w*))", "random"),
    (r"mins?(?=\s*/\s*max)", "min"),
    (
        r"(?<=[a-z,;)\] ] )w(?=\s+[a-z])|(?<=[\dkm] )w(?=\s+(?:a|an|the|my|task|ext\w*|int\w*|[A-Z][A-Z0-9]+)(?![a-z]))",
        "with",
    ),
    (r"ie,?(?=\s)", ", that is,"),
    (r"mtn", "mountain"),
    # parts of an agent
    (r"(?:tgt|targ|trgt)", "target"),
    (r"(?<=target )net", "network"),
    (r"upds", "updates"),
    (r"upd", "update"),
    (r"augs", "augmentations"),
    (r"act(?=\s+(?:noise|repeats?|dist\w*)(?![a-z]))", "action"),
    (r"aug(?!_)", "augmentation"),
    (r"rew(?![_\w])", "reward"),
    (r"rews|rwds", "rewards"),
    (r"obs(?:ervations?)?[\s-]+norm", "observation normalisation"),
    (r"norm(?:ed)?[\s-]+obs(?:ervations?)?(?!\s*_)", "normalised observations"),
    (r"(?<!intrinsic )(?:reward|return)s?[\s-]+norm", "reward normalisation"),
    (r"norm(?:ed)?[\s-]+(?:rewards?|returns?)(?!\s*_)", "normalised rewards"),
    (r"(?:prio|prior|prioritized|prioritised)(?=\s+(?:exp(?:erience)?\s+)?(?:replay|buffer|sampling))", "prioritised"),
    (r"(?<=replay )buf+|(?<![\w_])buff?(?=\s+size)", "buffer"),
    (r"mem(?=\s+size)", "memory"),
    # settings before or after their value
    (rf"bs{_VALUE}", "batch size"),
    (r"(?<=the )bs", "batch size"),
    (rf"replay{_MANY}", "replay size"),
    (rf"hid(?:den)?{_VALUE}(?=\s*(?:=|:|of|to)?\s*\d{{2,}}(?!\s*(?:hidden|units|neurons|layers)))", "hidden size"),
    (rf"(?:un|)roll(?:out)?\s+len{_VALUE}", "rollout length"),
    (r"len(?=\s*(?:=|:|of|is)?\s*\d)", "length"),
    (rf"wd{_VALUE}", "weight decay"),
    (r"(?<=\d )(?:px|pix)", "pixels"),
    (r"(?<=[\dkm] )ts(?![\w=])", "steps"),
    (r"(?<=\d )procs?", "environments"),
    (r"(?<=eval )eps|(?<=evaluation )eps|(?<=test )eps", "episodes"),
)
_WRITTEN = tuple((re.compile(rf"(?<![\w/.-])(?:{form})(?![\w])", re.IGNORECASE), words) for form, words in _FORMS)
_EPISODES = re.compile(
    r"(?<![\w.])([1-9]\d*) eps(?!\w|\s*[=:]?\s*\d|\s+(?:fixed|constant|for|of|in)(?![a-z]))", re.IGNORECASE
)
"""A whole number before "eps": no epsilon is."""
_NTH = re.compile(r"(?<=every )(\d+)(?:st|nd|rd|th)(?![a-z])", re.IGNORECASE)
_EXACT = re.compile(
    r"(?<![\w.])\d[\d.,]*\s?[km]?(?=\s|"
    r"[^\w.,])(?P<unit>[^\d,;.()]{0,20}?)\s*[(,]\s*(?P<exact>\d[\d.,_]*\d)(?P<more>\s[a-z]+)? "
    r"(?:to be (?:exact|precise)|exactly|precisely)\)?",
    re.IGNORECASE,
)
"""A number told again exactly: "65k steps (65536 to be exact)"."""
_WIDTH = re.compile(
    r"(?<![\w.])(\d{2,})\s+hidden(?![\w_])(?!\s+(?:layers?|units?|neurons?|dim\w*|nodes?|size|width))", re.IGNORECASE
)
_REPLAY = re.compile(
    r"(?<![\w.])(\d[\d.,]*(?:[km]|\d{2}))\s+replay(?!\w|\s+(?:buffer|memory|storage|size|capacity|start\w*))",
    re.IGNORECASE,
)


def written_out(text: str) -> str:
    """The text with such forms as whole words.

    >>> written_out("dqn w/o double, bs 64, 16envs")
    'dqn without double, batch size 64, 16 envs'
    """
    made = re.sub(r"\s@\s?(?=[\d.])", " at ", _GLUED.sub(r"\1 ", text))
    for pattern, words in _WRITTEN:
        made = pattern.sub(words, made)
    made = _EXACT.sub(r"\g<exact>\g<unit>", _NTH.sub(r"\1", made))
    made = _EPISODES.sub(r"\1 episodes", made)
    made = _REPLAY.sub(r"replay size \1", _WIDTH.sub(r"hidden size \1", made))
    return re.sub(r"\s+", " ", seeds_written_out(made)).strip()
