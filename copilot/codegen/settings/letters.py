"""The letters of the paper on PPO: a horizon T, K epochs, N actors, minibatches of M, weights c1 and c2 of the losses."""

from __future__ import annotations

import re

from copilot.codegen.settings.meaning import UNITS
from copilot.codegen.settings.settings import Settings

_LETTERS = {
    "T": ("num_steps",),
    "K": ("n_epochs", "policy_epochs"),
    "N": ("num_actors", "num_envs"),
    "M": ("batch_size",),
    "c1": ("vf_coef", "baseline_coef"),
    "c2": ("ent_coef",),
}
_RETURNS = {"N": ("n_step",)}
"""Of agents without rollouts."""
_WHOLE_RUN = 10_000
"""So many steps are no rollout: T is also the length of training."""
_SET = re.compile(r"(?<![\w.-])(?P<sign>[TKNM]|c_?[12])\s*(?:=|≈|为|取)\s*(?=[\d.])")
"""Small letters name settings of modules: `k` is that of the nearest neighbours."""


def read_letters(settings: Settings) -> None:
    """Take numbers behind these letters, of an agent that collects rollouts; of others they mean nothing, which is told."""
    reading = settings.reading
    rollouts = "num_steps" in settings.owners["agent"]
    own = {name.lower() for primitive in settings.modules for name in settings.owners[primitive]}
    told: list[str] = []
    for match in _SET.finditer(reading.text):
        sign = match["sign"].replace("_", "")
        number = next((n for n in reading.numbers if n.start == match.end()), None)
        if number is None or not reading.free(*match.span()) or sign.lower() in own:
            continue
        meant = (_LETTERS if rollouts else _RETURNS).get(sign, ())
        if sign == "T" and number.value >= _WHOLE_RUN:
            meant = ("num_train_steps",)
        name = next((name for name in meant if settings.param(name)), None)
        unit = UNITS.match(reading.lower, number.end)
        if name is not None and not settings.has(name):
            settings.put_number(name, number, match.start())
            told.append(f"{match['sign']} as {name}={number.text}")
        else:
            settings.notes.append(
                f"CAREFUL: '{match['sign']}={number.text}' was not understood and left out: say it in words."
            )
        reading.take(match.start(), unit.end() if unit else number.end)
    if told:
        settings.notes.append(f"Letters are taken as in papers: {', '.join(told)}.")
