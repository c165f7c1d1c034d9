"""Requests in other libraries' words: their commands, their code and dictionaries, and what they call settings."""

from __future__ import annotations

import re
from functools import cache

from copilot.codegen.tables import table

JOINT = "·"
"""Between the words of a name that counts only where it is written as one: `start_steps`, never "start steps"."""

_IDLE = (
    "test train run main examples example scripts script cleanrl spinup spinningup zoo zoo3 rl rllib tianshou algos "
    "algorithms src agents agent envs env pool envpool jax torch tf pytorch py python continuous action discrete procgen "
    "mujoco atari box2d multigpu"
)
_SCRIPT_WORDS = frozenset(_IDLE.split())
"""Words of the names of scripts that say nothing of the experiment."""
_SCRIPT = re.compile(
    r"(?<![\w/.-])(?:(?:python3?|uv run|poetry run)\s+(?:-m\s+)?)?(?P<path>(?:[\w-]+[/.])*[\w-]+)\.py(?![\w])|"
    r"(?<![\w/.-])(?P<test>test_[a-z0-9]+(?:_[a-z0-9]+)*)(?![\w.])|"
    r"(?<![\w/.-])python3?\s+-m\s+(?P<module>[\w.]+)"
)
_IMPORT = re.compile(r"(?m)^[ \t]*(?:>>> )?(?:from\s+[\w.]+\s+)?import\s+[\w., ()]+$")
_WHOLE = (
    (re.compile(r"(?<![a-z])sac_atari(?![a-z])"), " SACDiscrete "),
    (re.compile(r"(?<![a-z])ppo(?:_atari)?_lstm(?![a-z])"), " PPOLSTM "),
    (re.compile(r"(?<![a-z])ppo_rnd(?:_envpool)?(?![a-z])"), " PPO RND "),
)
"""Names of scripts of which one word says more than it seems to."""
_POLICY = re.compile(
    r"[\"'`]?(?<![\w])(?P<kind>Mlp|Cnn|MultiInput)(?P<memory>Lstm)?Policy(?![\w])[\"'`]?\s*,?|"
    r"(?<![\w.])policy\s*[=:]\s*[\"'`](?P<named>Mlp|Cnn|MultiInput)(?P<lstm>Lstm)?Policy[\"'`]\s*,?"
)
_SIZES = re.compile(
    r"(?<![\w-])(?:--)?(?:(?:policy|model)[_-]?kwargs\s*[=:]?\s*(?:dict\(|\{)?\s*[\"'`]?)?"
    r"(?:hidden[_-]sizes|hidden[_-]dims|hidden[_-]layers|hidden[_-]layer[_-]sizes|net[_-]arch|fcnet[_-]hiddens|"
    r"layer[_-]sizes|mlp[_-]dims)[\"'`]?\s*[=:]?\s*"
    r"(?P<inner>(?:dict\(|\{)?(?:[\"']?\w+[\"']?\s*[=:]\s*)?[\[(]?\s*\d+(?:[\s,x×*]+\d+)*\s*[\])]?"
    r"(?:\s*,\s*[\"']?\w+[\"']?\s*[=:]\s*\[\s*\d+(?:[\s,]+\d+)*\s*\])*)\s*[)}]*",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"(?<![\w-])(?:--)?(?:verbose|tensorboard[_-]log|track|capture[_-]video|wandb[_-]project(?:[_-]name)?|wandb[_-]entity|"
    r"torch[_-]deterministic|render[_-]mode|logdir|log[_-]dir|progress[_-]bar|save[_-]model|upload[_-]model|"
    r"use[_-]sde|framework|hf[_-]entity|copy_info_dict|monitor[_-]dir|log[_-]folder|optimize_memory_usage|online_sampling)"
    r"(?:\s*[=:]\s*|\s+(?=(?:true|false|none|\d+)(?![\w.])))(?:[\"'][^\"'\n]*[\"']|[\w./-]+)\s*,?|"
    r"(?<![\w-])--(?:track|capture-video|no-track|no-capture-video|render|torch-deterministic|save-model|upload-model)(?![\w=-])",
    re.IGNORECASE,
)
"""Of logging and the like: nothing of the experiment."""
_CAST = re.compile(r"(?<![\w.])(?:int|float)\(\s*([\d._]+(?:e[+-]?\d+)?)\s*\)", re.IGNORECASE)
_KEY = re.compile(r"[\"']([A-Za-z_][\w./-]*)[\"']\s*:\s*")
_VALUE = re.compile(r"(?<=[=:])\s*(?:[\"']([\w./-]+)[\"'])")
_SWITCH = re.compile(
    r"(?<![\w-])--(?P<no>no-)?(?P<name>cuda|gpu|anneal-lr|autotune|norm-obs|norm-reward)(?=\s|[,;`]|$)"
)
_NUMBER = r"(?P<{}>\d*\.?\d+(?:e[+-]?\d+|[km](?![a-z]))?)"
_NAMED = r"(?<![\w.-])(?:--)?(?:{})[\"'`]?(?:\s*[=:]\s*|\s+)" + _NUMBER + r"(?![\w.]*[A-Za-z_])"
_EPSILON = (
    (
        "from {}",
        re.compile(
            _NAMED.format(
                r"start[_-]e|exploration[_\s-]initial[_\s-]eps(?:ilon)?|initial[_\s-]eps(?:ilon)?|eps(?:ilon)?[_\s-](?:start|max|init|initial)|"
                r"eps[_-]train|max[_\s-]epsilon",
                "value",
            ),
            re.IGNORECASE,
        ),
    ),
    (
        "to {}",
        re.compile(
            _NAMED.format(
                r"end[_-]e|exploration[_\s-]final[_\s-]eps(?:ilon)?|final[_\s-]eps(?:ilon)?|eps(?:ilon)?[_\s-](?:end|min|final)|"
                r"eps[_-]train[_-]final|min[_\s-]epsilon",
                "value",
            ),
            re.IGNORECASE,
        ),
    ),
    (
        "over {} of training",
        re.compile(_NAMED.format(r"exploration[_\s-]fraction|eps(?:ilon)?[_\s-]fraction", "value"), re.IGNORECASE),
    ),
    (
        "over {} steps",
        re.compile(
            _NAMED.format(
                r"epsilon[_-]timesteps|eps(?:ilon)?[_\s-]decay(?:[_\s-](?:steps|timesteps|frames))?|exploration[_-]steps|"
                r"eps(?:ilon)?[_-]anneal(?:ing)?[_-](?:steps|frames)",
                "value",
            ),
            re.IGNORECASE,
        ),
    ),
)
"""Of DQN's exploration: its first and last probability, and when it has the last, as other libraries name them."""


@cache
def foreign_names() -> dict[str, tuple[str, ...]]:
    """What other libraries call each setting, as phrases that count only where they are written as one word."""
    found = {}
    for name, _, words in (line.partition(": ") for line in table("foreign")):
        found[name] = tuple(word.replace("_", JOINT) for word in words.split())
    return found


def at_home(text: str) -> str:
    """The request with commands, code and dictionaries of other libraries as clauses that name settings.

    >>> at_home('PPO("MlpPolicy", "CartPole-v1", n_steps=128)')
    'PPO( "CartPole-v1", n_steps=128)'
    """
    text = _SCRIPT.sub(_script, _IMPORT.sub("", text.replace("```", "\n")))
    text = _POLICY.sub(lambda match: " lstm, " if match["memory"] or match["lstm"] else " ", text)
    text = _HARMLESS.sub(" ", text)
    text = _CAST.sub(r"\1", text)
    text = _SIZES.sub(_size, text)
    text = _SWITCH.sub(lambda match: f", {match['name']}{'=false' if match['no'] else ''}, ", text)
    if _KEY.search(text):
        text = _VALUE.sub(r" \1", _KEY.sub(r", \1: ", text))
        text = re.sub(r"[{}]", " ", text)
    return re.sub(r"\(\s+", "( ", _exploration(text))


def _script(match: re.Match[str]) -> str:
    """The words of a script's name that may name an agent."""
    name = (match["path"] or match["test"] or match["module"]).lower()
    for pattern, words in _WHOLE:
        if pattern.search(name):
            return words
    kept = [word for word in re.split(r"[/._-]+", name) if word and word not in _SCRIPT_WORDS]
    return f" {' '.join(kept)} "


def _size(match: re.Match[str]) -> str:
    """One width where all layers have it; of several the words stay as they are."""
    numbers = set(re.findall(r"\d+", match["inner"]))
    return f", hidden_dim={numbers.pop()}, " if len(numbers) == 1 else match[0]


def _exploration(text: str) -> str:
    """The text with a schedule in words at the place of the first of the names for its parts."""
    found = [(words, match) for words, pattern in _EPSILON for match in [pattern.search(text)] if match]
    said = " ".join(words.format(match["value"]) for words, match in found)
    spans = sorted((match.span() for _, match in found), reverse=True)
    for start, end in spans:
        text = f"{text[:start]}{f' epsilon {said} ' if start == spans[-1][0] else ' '}{text[end:]}"
    return text
