"""What every request for something new may say beside it: its name, where it is used, with which agent, for how long."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

from copilot.codegen.authoring.ask import Ask
from copilot.codegen.names.environments import read_environment
from copilot.codegen.names.literal import read_agent
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest, SpaceMismatch, UnknownName

_NAMED = (
    r"(?:called|named|call it|name it|with the name|class name(?: of| is)?|under the "
    r"name)\s+[\"'`“]?(?!(?:with|by|for|on|when|as|in|once|at|after|from|every|each|to|the|a|an|if|"
    r"and)\b)(?P<n>[A-Za-z_]\w*)[\"'`”]?|"
    r"(?:叫(?:做|作)?|名(?:为|叫|字是|字叫)|命名为|类名(?:为|是)?)\s*[\"'`“「]?(?P<m>[A-Za-z_]\w*)[\"'`”」]?"
)
_SCHEDULE = (
    r"decay|anneal|schedul|衰减|退火|线性|linear|"
    r"(?:fall|drop|shrink|go)\w* (?:\w+ )?from|epsilon|from \S+ (?:(?:down|up) )?to |->|→|从\s*[\d.]+\s*(?:线性|"
    r"逐渐)?(?:降|升|减小?|增加?|变)?(?:到|至)|smaller|at "
    r"the (?:beginning|start)"
)
_OF_MODULE = (
    r"(?:\bwarm(?:ing)?[- ]?up (?:of|for|over)|\b(?:first|every|each|after|during the|delay of|last|newest|latest|"
    r"oldest|recent|than|until|initial|"
    r"sequences? of|generated for|"
    r"blocks? of|at most|up to|no longer than|length|half-life of|warm-?up of|warm-?up for)|前|按|"
    r"最初|最长|最多|"
    r"(?:最近|最新|前)的?|每|超过|早于|半衰期(?:为|是)?)\s*$"
)
"""What stands before steps that are not those of training."""
_IMAGES, _VECTORS = ("Box3",), ("Box1", "Discrete", "MultiDiscrete", "MultiBinary")


@dataclass
class Subject:
    """What was said, and notes on what was not."""

    name: str | None = None
    env_id: str | None = None
    agent: str | None = None
    num_train_steps: int | None = None
    notes: list[str] = field(default_factory=list[str])

    def image(self, catalogue: Catalogue) -> bool | None:
        """Whether the environment that is named shows images; None: none is named, or one may choose."""
        environment = catalogue.environment(self.env_id) if self.env_id else None
        if environment is None or environment["maker"] == "make_dmc_env":
            return None
        kind = environment.get("observation_space")
        return True if kind in _IMAGES else False if kind in _VECTORS else None


def read(ask: Ask, catalogue: Catalogue, *, agents: bool = True) -> Subject:
    """Take name, environment, agent and steps from a request.

    Raises:
        UnknownName: an environment or an agent that does not exist.
        InvalidRequest: two of them.
    """
    subject = Subject()
    match = re.search(_NAMED, ask.reading.text, re.IGNORECASE)
    if match:
        ask.reading.take(match.start(), match.end())
        subject.name = class_name(match["n"] or match["m"])
    subject.env_id = _environment(ask, catalogue)
    if agents:
        with contextlib.suppress(UnknownName):  # "like NGU" is no agent that should train
            subject.agent = read_agent(ask.reading, catalogue)
    for number in list(ask.reading.numbers):
        after = re.match(
            r"\s*(?:training |train |environment |env |time)?(?:steps|timesteps|frames)\b|\s*步",
            ask.lower[number.end :],
        )
        before = ask.lower[: number.start]
        of_schedule = re.search(
            r"(?:(?:over|within|during|after|every|each|for|in|of)(?: the)?(?: first| last| next)?|first|last|在|共|经过|"
            r"用|前|每|每隔)\s*$",
            before,
        ) and (ask.says(_SCHEDULE) or re.search(r"(?:every|each|first|last|前|每|每隔)\s*$", before))
        of_schedule = of_schedule or re.search(r"(?:到|至|to|->) ?\d*\.?\d+\s*[,，]\s*$", before)
        of_rollout = number.value <= 8192 and re.search(
            r"\brollout (?:storage|buffer)|(?:轨迹|rollout|on-policy) ?的?(?:缓冲|存储)|on-policy (?:rollout )?(?:storage|"
            r"buffer)",
            ask.lower,
        )
        falls = re.search(r"(?:decay|anneal|衰减|退火|递减)(?:[^.;。；]|\.\d){0,40}[,，]\s*$", before)
        of_each = after and re.match(
            r"\s*(?:per|(?:for|in|of) (?:each|every)|each|every)(?![a-z])", ask.lower[number.end + after.end() :]
        )
        of_module = re.search(_OF_MODULE, before) or of_rollout or of_each or falls
        if (
            after
            and not of_schedule
            and not of_module
            and 1000 <= number.value < 1e10
            and ask.reading.free(number.start, number.end)
        ):
            ask.reading.take(number.start, number.end + after.end())
            subject.num_train_steps = int(number.value)
    return subject


def _environment(ask: Ask, catalogue: Catalogue) -> str | None:
    """An encoder "for Pong" is used there; a word after "in" or "on" that is no environment is none."""
    reading, kept = ask.reading, ask.reading.lower
    reading.lower = re.sub(r"\bfor (?=[a-z])", " on ", reading.lower)
    reading.lower = re.sub(r"\bin(?= (?:the )?memory\b)", "of", reading.lower)  # of a replay
    reading.lower = re.sub(r"用(?=于)|用(?=在)", "在", reading.lower)
    try:
        return read_environment(reading, catalogue)
    except UnknownName as error:
        received = str(error).split("'")[1] if "'" in str(error) else ""
        if re.search(r"-v\d+$", received):
            raise
        return None
    finally:
        reading.lower = kept


def class_name(text: str) -> str:
    """A name as classes have them: my_encoder -> MyEncoder.

    Raises:
        InvalidRequest: nothing of it can be one.
    """
    parts = [part for part in re.split(r"[^A-Za-z0-9]+", text) if part]
    joined = "".join(part[0].upper() + part[1:] for part in parts).lstrip("0123456789")
    if not joined or not joined[0].isalpha():
        raise InvalidRequest(
            f"{text!r} cannot be the name of a class.", hint="Use letters and digits, as in HashCounts."
        )
    return joined[:60]


def settle(
    subject: Subject, default_env: str, default_agent: str, catalogue: Catalogue, *, needs: str | None = None
) -> tuple[str, str, int]:
    """Environment, agent and steps of `train.py`, and notes on what was not stated.

    Args:
        needs: a primitive that the agent must have; one that lacks it is replaced, and the notes say so.

    Raises:
        SpaceMismatch: the agent that is named cannot act there.
    """
    env_id = subject.env_id or default_env
    environment = _known(env_id, catalogue)
    agent = subject.agent or default_agent
    entry = catalogue.component(agent, "agent")
    if subject.env_id is None and environment["action_space"] not in entry["action_spaces"]:
        env_id = _fitting(entry, environment["observation_space"] == "Box3", catalogue) or env_id
        environment = _known(env_id, catalogue)
    if needs and needs not in entry["combines"]:
        subject.notes.append(f"{agent} takes no {needs}; train.py trains {default_agent}, which does.")
        agent, entry = default_agent, catalogue.component(default_agent, "agent")
    if subject.env_id is None:
        subject.notes.append(f"No environment is named; train.py uses {env_id}.")
    if environment["action_space"] not in entry["action_spaces"]:
        if subject.agent == agent:
            fitting = [e["name"] for e in catalogue.of("agent") if environment["action_space"] in e["action_spaces"]]
            raise SpaceMismatch(
                f"{agent} takes {', '.join(entry['action_spaces'])} actions; {env_id} has "
                f"{environment['action_space']}.",
                hint=f"Agents that fit: {', '.join(fitting)}.",
            )
        agent = "PPO"
    if subject.agent is None:
        subject.notes.append(f"No agent is named; train.py trains {agent}.")
    if environment["requires"] and find_spec(environment["requires"]) is None:
        subject.notes.append(f"{env_id} needs packages that are not installed here: pip install -e '.[envs]'.")
    tuned: dict[str, Any] | None = catalogue.preset(agent, env_id)
    steps = subject.num_train_steps or (tuned or {}).get("num_train_steps") or 100_000
    return env_id, agent, int(steps)


def _fitting(agent: dict[str, Any], images: bool, catalogue: Catalogue) -> str | None:
    """Where an agent that is named can act when no environment is: the first that suits, in the order of these."""
    usual = ("CartPole-v1", "Pendulum-v1") if not images else ("Pong-v5", "walker_walk", "CarRacing-v3")
    for env_id in usual:
        environment = catalogue.environment(env_id)
        if environment is not None and environment["action_space"] in agent["action_spaces"]:
            return env_id
    return None


def _known(env_id: str, catalogue: Catalogue) -> dict[str, Any]:
    environment = catalogue.environment(env_id)
    if environment is None or environment["observation_space"] is None or environment["action_space"] is None:
        raise InvalidRequest(f"The spaces of {env_id} are not known here.", hint="Name another environment.")
    return environment
