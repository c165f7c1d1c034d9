"""Request -> design: what is to be made, read by code; what no family holds is left to a model, or refused without one."""

from __future__ import annotations

import re
from collections.abc import Callable

from pydantic import ValidationError

from copilot.codegen.authoring import subject
from copilot.codegen.authoring.agent import reading as learner
from copilot.codegen.authoring.agent.names import agent_name
from copilot.codegen.authoring.ask import Ask
from copilot.codegen.authoring.audit import lost
from copilot.codegen.authoring.augmentation import reading as augmentation
from copilot.codegen.authoring.distribution import reading as acting
from copilot.codegen.authoring.distribution.render import discrete, distribution_name
from copilot.codegen.authoring.encoder import reading as encoder
from copilot.codegen.authoring.encoder.place import encoder_name, place_encoder
from copilot.codegen.authoring.kind import kind_of, primitive_of
from copilot.codegen.authoring.policy import reading as policies
from copilot.codegen.authoring.reward import reading as bonus
from copilot.codegen.authoring.reward.telling import class_of
from copilot.codegen.authoring.spec import (
    ActorPolicy,
    AgentSpec,
    Augmentation,
    Body,
    Bonus,
    Continuous,
    Design,
    Distribution,
    Encoder,
    Free,
    Learner,
    ModuleSpec,
    Policy,
    Primitive,
    QPolicy,
    Storage,
)
from copilot.codegen.authoring.starting import starting_note, starting_point
from copilot.codegen.authoring.storage import reading as storages
from copilot.codegen.authoring.storage.telling import storage_class
from copilot.codegen.authoring.subject import Subject
from copilot.codegen.request.reading import MAX_CHARS
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest

FAMILIES: dict[str, str] = {
    "encoder": (
        "layers (convolutions, linear layers, norms, pooling, residual blocks, attention, dropout, Fourier features)"
    ),
    "augmentation": (
        "noise, scaling, offset, masking, quantising, delay, mixing of states; shift, crop, cutout, cutmix, windows, flips, "
        "rotation, shear, zoom, elastic, colours, blur, sharpening, noise, lost or repeated frames; one of several, "
        "for each frame, for some of the entries"
    ),
    "reward": (
        "counts (hashed, in a grid, SimHash), prediction errors, nearest neighbours, "
        "disagreement of models, changes of state "
        "and the elliptical bonus, in plain, random or inverse-dynamics embeddings"
    ),
    "distribution": (
        "temperature, top-k, top-p, masks, epsilon-greedy and its kin, UCB1, sticky actions; Beta, Kumaraswamy, truncated, "
        "clipped, Student, Cauchy, von Mises, bins, extremes; Gaussian, uniform, heavy-tailed, drifting, coloured, held and "
        "shrinking noises, with schedules"
    ),
    "policy": "actor-critics with shared or separate trunks of given widths",
    "storage": "replays and rollouts that clip, scale or sign rewards, or draw more of what is new",
}
TERMS = (
    "actor-critics with the clipped surrogate and its kin, plain gradients, penalties on the divergence, V-trace, "
    "entropy, value losses, baselines, imitation and auxiliary losses; "
    "Q-learning with double, soft or Munchausen targets, dueling or noisy heads, ensembles, quantiles, C51, IQN, n-step "
    "returns, prioritised replay, a conservative term; TD3, DDPG and SAC with ensembles, quantiles, cloning or weighted "
    "actors"
)
_READ: dict[Primitive, tuple[Callable[..., tuple[Body | None, list[str]]], str]] = {
    "encoder": (lambda ask, image, nature: encoder.read(ask, image, nature), encoder.BEYOND),
    "augmentation": (lambda ask, image, nature: augmentation.read(ask, image), augmentation.BEYOND),
    "distribution": (lambda ask, image, nature: acting.distribution(ask), acting.BEYOND_DISTRIBUTION),
    "policy": (lambda ask, image, nature: policies.read(ask), policies.BEYOND),
    "storage": (lambda ask, image, nature: storages.read(ask), storages.BEYOND),
    "reward": (lambda ask, image, nature: bonus.read(ask), bonus.BEYOND),
}
_ATARI = "Pong-v5"


def design(request: str, catalogue: Catalogue, *, model: bool) -> Design:
    """What a request for a new module or agent asks for.

    Args:
        request: in the user's words, English or Chinese.
        catalogue: the library's components.
        model: whether a language model is there to write what no family holds.

    Raises:
        InvalidRequest: it asks for nothing new, for what does not fit, or for what needs a model that is not there.
        UnknownName: an environment that does not exist.
        SpaceMismatch: agent and environment do not fit.
    """
    if len(request) > MAX_CHARS:
        raise InvalidRequest(
            f"The request has {len(request)} characters; expected at most {MAX_CHARS}.", hint="Say it shortly."
        )
    if kind_of(request) == "experiment":
        raise InvalidRequest(
            "The request names nothing that is to be written: no module and no agent.",
            hint='Say what it is: "write an encoder with three conv layers 32 64 64 for Pong".',
        )
    try:
        return _designed(request, catalogue, model)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidRequest(
            f"The request cannot be met as it is said: {where} is {first['input']!r}. {first['msg']}.",
            hint="Say it with another value.",
        ) from error


def _designed(request: str, catalogue: Catalogue, model: bool) -> Design:
    if kind_of(request) == "agent":
        return _agent(request, catalogue, model)
    primitive = primitive_of(request)
    if primitive is None:
        raise InvalidRequest(
            "The request does not say what kind of module it is.",
            hint=f"There are: {', '.join(FAMILIES)}.",
        )
    return _module(request, primitive, catalogue, model)


def _agent(request: str, catalogue: Catalogue, model: bool) -> Design:
    ask = Ask(request)
    about = subject.read(ask, catalogue, agents=False)
    body, notes = learner.read(ask)
    foreign = sorted({match[0] for match in ask.find(learner.BEYOND)})
    if body is None and not foreign and (start := starting_point("agent", ask, about, catalogue)):
        body, notes = learner.read(Ask(start))[0], [starting_note("agent", start)]
    if body is None or foreign:
        _free(ask, "agent", foreign, None, model)
        continuous = ask.says(r"\b(?:continuous|pendulum)\b|连续")
        written = Free(actions="Box" if continuous else "Discrete")
        notes = [_free_note("agent", foreign)]
    q_learning = isinstance(body, Learner) and body.family == "q_learning"
    base = "DQN" if q_learning or (body is None and ask.says(r"\b(?:dqn|q-?learning|off-policy|replay)\b")) else "PPO"
    if isinstance(body, Continuous):
        base = body.base
    about.agent = base  # its prototype: what it is like
    env_id, agent, steps = subject.settle(
        about, "Pendulum-v1" if isinstance(body, Continuous) else "CartPole-v1", base, catalogue
    )
    left = ask.left() if body is not None and not foreign else []
    notes += _careful(left)
    found: Learner | Continuous | Free = body if body is not None and not foreign else written
    name = about.name or (f"New{agent}" if isinstance(found, Free) else agent_name(found))
    name = f"My{name}" if name in {entry["name"] for entry in catalogue.components} else name
    spec = AgentSpec(name=name, request=request, env_id=env_id, agent=agent, num_train_steps=steps, body=found)
    return _audited(Design(spec=spec, notes=[*about.notes, *notes], unread=left))


def _audited(plan: Design) -> Design:
    """The plan, with the numbers that it lost."""
    if isinstance(plan.spec.body, Free):
        return plan
    said = " ".join(plan.unread)
    missing = [
        words for words in lost(plan.spec) if not any(number in said for number in re.findall(r"[\d.]*\d", words))
    ]
    if not missing:
        return plan
    return Design(spec=plan.spec, notes=[*plan.notes, *_careful(missing)], unread=[*plan.unread, *missing])


def _careful(left: list[str]) -> list[str]:
    return [f"CAREFUL: not understood and left out: {', '.join(map(repr, left))}."] if left else []


def _module(request: str, primitive: Primitive, catalogue: Catalogue, model: bool) -> Design:
    ask = Ask(request)
    about = subject.read(ask, catalogue)
    image = about.image(catalogue)
    environment = catalogue.environment(about.env_id) if about.env_id else None
    nature = environment is None or environment["suite"] == "atari"
    read, beyond = _READ[primitive]
    body, notes = read(ask, image, nature)
    foreign = sorted({match[0] for match in ask.find(beyond)})
    if body is None and not foreign and (start := starting_point(primitive, ask, about, catalogue)):
        body, _ = read(Ask(start), image, nature)
        notes = [starting_note(primitive, start)]
    if body is None or foreign:
        body = _free(ask, primitive, foreign, image, model)
        notes = [_free_note(primitive, foreign)]
    _fit(body, image, about, primitive)
    env_id, agent, steps = _place(primitive, body, about, catalogue)
    name = about.name or name_of(primitive, body)
    name = f"My{name}" if name in {entry["name"] for entry in catalogue.components} else name
    left = [] if isinstance(body, Free) else ask.left()
    notes += _careful(left)
    spec = ModuleSpec(
        name=name, request=request, env_id=env_id, agent=agent, num_train_steps=steps, primitive=primitive, body=body
    )
    return _audited(Design(spec=spec, notes=[*about.notes, *notes], unread=left))


def _free(ask: Ask, primitive: str, foreign: list[str], image: bool | None, model: bool) -> Free:
    what = f" ({', '.join(foreign)})" if foreign else ""
    if not model:
        raise InvalidRequest(
            f"This {primitive} is outside of what is rendered{what}, and there is no language model to write its body.",
            hint=(
                f"Rendered are: {FAMILIES.get(primitive, TERMS)}. For the rest: rllte-copilot "
                f"models pull qwen2.5-coder-1.5b"
            ),
        )
    seen = image if image is not None else ask.says(r"\b(?:images?|pixels?|conv\w*|cnn|frames?)\b|图像|像素|卷积|图片")
    continuous = ask.says(r"\b(?:continuous|box|gaussian|normal)\b|连续|高斯|正态")
    return Free(observations="image" if seen else "vector", actions="Box" if continuous else "Discrete")


def _free_note(primitive: str, foreign: list[str]) -> str:
    why = f" ({', '.join(foreign)})" if foreign else ""
    return f"No family of {primitive}s holds this{why}: the language model writes its body, and running it decides."


def _fit(body: Body, image: bool | None, about: Subject, primitive: Primitive) -> None:
    """Whether what is asked for fits the observations of the environment that is named."""
    wanted = getattr(body, "observations", None)
    if wanted in {"dict", "labels"}:
        return  # see `_place`: it chooses another environment, or says that this one does not fit
    if image is None or wanted is None or wanted == ("image" if image else "vector"):
        return
    raise InvalidRequest(
        f"{about.env_id} shows {'images' if image else 'no images'}; the {primitive} that is asked for takes "
        f"{'images' if wanted == 'image' else 'state vectors'}.",
        hint="Name another environment, or layers and operations that fit this one.",
    )


def _place(primitive: Primitive, body: Body, about: Subject, catalogue: Catalogue) -> tuple[str, str, int]:
    """Where, and with which agent, `train.py` uses it."""
    image = getattr(body, "observations", "vector") == "image"
    if isinstance(body, Encoder):
        return place_encoder(body, about, catalogue)
    if primitive == "augmentation":
        env_id = about.env_id or (_ATARI if image else "CartPole-v1")
        environment = catalogue.environment(env_id) or {}
        agent = "DrQv2" if environment.get("suite") == "dmc" and image else "DrAC"
        return subject.settle(about, env_id, agent, catalogue, needs="augmentation")
    if primitive == "reward":
        return subject.settle(about, "MountainCar-v0", "PPO", catalogue, needs="reward")
    if primitive == "distribution" and isinstance(body, Distribution):
        if body.of == "noise":
            return subject.settle(about, "Pendulum-v1", "DDPG", catalogue)
        greedy = body.of in {"epsilon", "max_boltzmann", "ez_greedy", "ucb", "rank", "mellowmax"}
        return subject.settle(
            about, "CartPole-v1" if discrete(body) else "Pendulum-v1", "DQN" if greedy else "PPO", catalogue
        )
    if isinstance(body, QPolicy):
        return subject.settle(about, "CartPole-v1", "DQN", catalogue)
    if isinstance(body, ActorPolicy):
        return subject.settle(about, "Pendulum-v1", body.of, catalogue)
    if isinstance(body, Policy) and (body.boxes or body.deviates != "learned"):
        return subject.settle(about, "Pendulum-v1", "PPO", catalogue)
    if isinstance(body, Storage):
        return subject.settle(about, "CartPole-v1", "PPO" if body.of == "rollout" else "DQN", catalogue)
    return subject.settle(about, _ATARI if image else "CartPole-v1", "PPO", catalogue)


def name_of(primitive: Primitive, body: Body) -> str:
    """A name that says what it is, for a class that the request does not name."""
    if isinstance(body, Encoder):
        return encoder_name(body)
    if isinstance(body, Augmentation):
        words = ["".join(part.title() for part in step.op.split("_")) for step in body.steps]
        return "Then".join(words[:3]) if len(words) > 1 else f"Own{words[0]}"
    if isinstance(body, Bonus):
        return class_of(body)
    if isinstance(body, Distribution):
        return distribution_name(body)
    if isinstance(body, QPolicy):
        return q_name(body)
    if isinstance(body, ActorPolicy):
        return f"Own{body.of.title() if body.of == 'DDPG' else body.of}Policy"
    if isinstance(body, Policy):
        return "TrunkActorCritic" if body.trunk else "OwnActorCritic"
    if isinstance(body, Storage):
        return storage_class(body)
    return f"New{primitive.title()}"


def q_name(body: QPolicy) -> str:
    """A name from what is special about a Q-network."""
    parts = ["Noisy"] if body.noisy is not None else []
    parts += ["Dueling"] if body.dueling != "no" else []
    parts += ["Categorical"] if body.atoms else ["Quantile"] if body.quantiles else []
    return "".join(parts or ["Own"]) + "QNetwork"
