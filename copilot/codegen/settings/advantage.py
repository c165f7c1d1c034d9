"""Generalised advantage estimation as something that is there or not: without it, its lambda is 1."""

from __future__ import annotations

import re

from copilot.codegen.settings.settings import Settings
from copilot.core.catalogue import Catalogue

ESTIMATION = re.compile(
    r"(?<![a-z])(?:the )?(?:gae|generali[sz]ed advantage estimat(?:ion|or|es?))(?:\s*\(gae\))?(?![a-z0-9_-])"
    r"(?!\s*[λ(=:]|\s*lambda)|广义优势估计"
)
"""Where it is named, and not its lambda."""
_WITHOUT = re.compile(
    r"(?:(?<![a-z])(?:no|without|w/o|disabl\w+|(?:turn|switch)(?:ed|ing)? off|not us(?:e|ing)|don['’]t use|do not use|drop|"
    r"remove|skip|instead of)|不(?:要|用|使用|带|加)|去掉|关闭|关掉|禁用|没有|无)\s*$"
)
_OFF = re.compile(r"\s*(?:(?:is |are |switched |turned )*(?:off|disabled)(?![a-z])|关闭|关掉|不用)")
_LAMBDA = 0.95
"""What it is where it is asked for and the agent's own value is 1; of the paper (Schulman et al., 2016)."""


def read_advantage(settings: Settings, catalogue: Catalogue, env_id: str, *, untuned: bool = False) -> None:
    """ "With GAE" and "without GAE", where no number says its lambda.

    Args:
        settings: of the experiment, with all numbers read.
        catalogue: the library's components.
        env_id: where the agent trains.
        untuned: whether nothing tuned is wanted.
    """
    param = settings.owners["agent"].get("gae_lambda")
    if param is None:
        return
    reading = settings.reading
    tuned = None if untuned else catalogue.preset(settings.agent, env_id)
    usual = (tuned["agent_kwargs"] if tuned else {}).get("gae_lambda", param["default"])
    for match in ESTIMATION.finditer(reading.lower):
        if not reading.free(*match.span()):
            continue
        before, after = _WITHOUT.search(reading.lower, 0, match.start()), _OFF.match(reading.lower, match.end())
        if settings.stated.agent.get("gae_lambda", 1.0) == 1.0 and (before or after):
            settings.put("gae_lambda", 1.0, owner="agent")
            settings.notes.append("gae_lambda=1.0: so there is no generalised advantage estimation.")
        elif before or after:
            continue  # "GAE 0.95 and without GAE"
        elif usual == 1.0 and not settings.has("gae_lambda"):
            settings.put("gae_lambda", _LAMBDA, owner="agent")
            settings.notes.append(f"gae_lambda={_LAMBDA}: {settings.agent} has 1.0 otherwise, which is none.")
        reading.take(before.start() if before else match.start(), after.end() if after else match.end())
