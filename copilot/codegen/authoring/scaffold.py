"""The frame of a class whose body a model writes: imports, base class, tests. Whatever the model adds to it is taken out."""

from __future__ import annotations

import ast
import re

from copilot import prompts
from copilot.codegen.authoring.agent import render_test as render_agent_test
from copilot.codegen.authoring.agent.render import policy_module
from copilot.codegen.authoring.augmentation import render as render_augmentation
from copilot.codegen.authoring.distribution import render as render_acting
from copilot.codegen.authoring.encoder import render as render_encoder
from copilot.codegen.authoring.layout import Sources, imports
from copilot.codegen.authoring.policy import render as render_policy
from copilot.codegen.authoring.render_train import train
from copilot.codegen.authoring.reward import render as render_bonus
from copilot.codegen.authoring.spec import (
    Activation,
    AgentSpec,
    Augmentation,
    Distribution,
    Encoder,
    Free,
    Learner,
    ModuleSpec,
    Step,
    Storage,
    Term,
)
from copilot.codegen.authoring.static import parsed
from copilot.codegen.authoring.storage import render as render_storage
from copilot.core import paths
from copilot.core.catalogue import Catalogue
from copilot.core.errors import FileProblem

_BASES = {
    "encoder": {"BaseEncoder"},
    "augmentation": {"BaseAugmentation"},
    "reward": {"BaseReward", "LearnedReward"},
    "distribution": {"Categorical", "DiagonalGaussian", "ActionNoise"},
    "policy": {"OnPolicySharedActorCritic"},
    "storage": {"VanillaReplayStorage", "PrioritizedReplayStorage", "VanillaRolloutStorage"},
    "agent": {"OnPolicyAgent"},
}
_PROTOTYPES = ("BaseEncoder", "BaseAugmentation", "BaseReward", "OnPolicyAgent")
_PLACES = {
    "th": "import torch as th",
    "torch": "import torch",
    "nn": "from torch import nn",
    "F": "import torch.nn.functional as F",
    "np": "import numpy as np",
    "numpy": "import numpy",
    "gym": "import gymnasium as gym",
    "math": "import math",
    "Any": "from typing import Any",
    "Mapping": "from collections.abc import Mapping",
    "RunningMeanStd": "from rllte.core.normalization import RunningMeanStd",
    "normalize": "from rllte.agent.updates import normalize",
    **{name: f"from rllte.common.prototype import {name}" for name in _PROTOTYPES},
    **{
        name: f"from rllte.nn import {name}"
        for name in (
            "Counter", "Ellipsoid", "EpisodicMemory", "ForwardDynamics", "InverseDynamics", "Kernel", "ObservationEncoder",
            "Reconstruction", "head", "mlp",
        )
    },
    **{name: f"from rllte.xplore.distribution import {name}" for name in ("Categorical", "DiagonalGaussian")},
    "OnPolicySharedActorCritic": "from rllte.xploit.policy import OnPolicySharedActorCritic",
    "VanillaReplayStorage": "from rllte.xploit.storage import VanillaReplayStorage",
    "LearnedReward": "from rllte.xplore.reward.learned import LearnedReward",
    "action_features": "from rllte.nn import action_features",
    "action_features_size": "from rllte.nn import action_features_size",
    "pairwise": "from itertools import pairwise",
    **{name: f"from rllte.nn.knn import {name}" for name in ("Bank", "kth", "mean_over_neighbours", "nearest_others")},
    **{name: f"from rllte.losses import {name}" for name in ("a2c_policy_loss", "clipped_value_loss", "ppo_policy_loss")},
}  # fmt: skip
"""Where names come from that a class may use; an import is added where one is used and not defined."""
_EXAMPLES = {
    "encoder": ("concepts/custom-modules.md", "SmallCnn"),
    "augmentation": ("concepts/augmentations.md", "GreyBox"),
    "reward": ("concepts/custom-modules.md", "Strangeness"),
    "distribution": ("concepts/custom-modules.md", "Sharp"),
    "policy": ("concepts/custom-modules.md", "WideCritic"),
    "storage": ("concepts/custom-modules.md", "ClippedReplay"),
}
_PLAIN_WORDS = (
    "write encoder vectors state states image images augmentation reward bonus intrinsic storage replay policy agent "
    "which from each every number numbers another itself beside then than this whose their layer linear "
    "observations action actions random randomly chosen value values other step next given computes change small "
    "with that features observation class module forward output input size model self "
    "norm rewards between within under over after before"
)
_PLAIN = frozenset(word[:4] for word in _PLAIN_WORDS.split())
"""Beginnings of words that any module holds, or that tell nothing."""
_STANDARD = re.compile(r"^(?:import math|from typing|from collections)")


def what(spec: ModuleSpec | AgentSpec) -> str:
    """The primitive, or agent."""
    return "agent" if isinstance(spec, AgentSpec) else spec.primitive


def example(kind: str) -> str:
    """A class of the same kind, out of the documentation, whose examples are run as tests.

    Raises:
        FileProblem: the documentation is not there.
    """
    if kind == "agent":
        return prompts.load("author_agent_example")
    page, name = _EXAMPLES[kind]
    try:
        text = (paths.corpus_dir() / page).read_text(encoding="utf-8")
    except OSError as error:
        raise FileProblem(f"The page {page} of the documentation cannot be read: {error.strerror}.") from error
    found = re.search(rf"^class {name}\(.*?(?=^class |^```|^\S)", text, re.DOTALL | re.MULTILINE)
    return found[0].strip() if found else ""


def source_of(answer: str, spec: ModuleSpec | AgentSpec, base: str = "") -> str:
    """The module that an answer amounts to: its class under the right name, with the imports that it needs.

    Args:
        answer: of the model.
        spec: what was asked for.
        base: a module that the answer was to extend: its imports are known, and its helpers are kept where they are used.

    Raises:
        SyntaxError, ValueError: the answer holds no Python, or no class of the primitive.
    """
    kind = what(spec)
    fenced = re.search(r"```(?:python|py)?\s*\n(.*?)(?:```|\Z)", answer, re.DOTALL)
    tree = parsed(fenced[1] if fenced else answer)
    kept: list[ast.stmt] = [
        node for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.Assign | ast.AnnAssign)
    ]
    main = [node for node in kept if isinstance(node, ast.ClassDef) and _derives(node, kind)]
    if not main:
        raise ValueError(f"there is no class that derives from {' or '.join(sorted(_BASES[kind]))}")
    chosen = next((node for node in main if node.name == spec.name), main[-1])
    old = chosen.name
    for node in (inner for part in kept for inner in ast.walk(part)):
        if isinstance(node, ast.Name) and node.id == old:
            node.id = spec.name
    chosen.name = spec.name
    kept = [node for node in kept if node is chosen or not (isinstance(node, ast.ClassDef) and _derives(node, kind))]
    if not ast.get_docstring(chosen):
        asked = " ".join(spec.request.split()).replace("\\", "").replace('"', "'")[:160]
        chosen.body.insert(0, ast.Expr(ast.Constant(f"Written by a language model for: {asked}")))
    if kind == "agent":
        return _with_loss(chosen, kept, spec, base)
    kept = [*_helpers(base, kept, spec.name), *kept]
    body = "\n\n\n".join(ast.unparse(ast.fix_missing_locations(node)) for node in kept)
    return _head(spec, body, base) + "\n\n\n" + body + "\n"


def _helpers(base: str, kept: list[ast.stmt], name: str) -> list[ast.stmt]:
    """Classes and functions of the base that the answer uses and does not hold."""
    own = {node.name for node in kept if isinstance(node, ast.ClassDef | ast.FunctionDef)} | {name}
    used = {node.id for part in kept for node in ast.walk(part) if isinstance(node, ast.Name)}
    found = [node for node in ast.parse(base).body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    return [node for node in found if node.name in used and node.name not in own]


def added(module: str, base: str, name: str) -> bool:
    """Whether a module's class is another than that of the base, words apart."""
    return _plain(module, name) != _plain(base, name)


def _plain(module: str, name: str) -> str:
    for node in ast.parse(module).body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            for inner in ast.walk(node):
                if isinstance(inner, ast.ClassDef | ast.FunctionDef):
                    if ast.get_docstring(inner):
                        inner.body = inner.body[1:]
                    for argument in inner.args.args if isinstance(inner, ast.FunctionDef) else []:
                        argument.annotation = None
                    if isinstance(inner, ast.FunctionDef):
                        inner.returns = None
            return ast.dump(node)
    return ""


def speaks_of(module: str, words: str) -> bool:
    """Whether names in a module's code, docstrings left out, are those of the words: what is asked for shows in them.

    A class can conform and train and still do something else: this is the least that must hold before it is believed.
    """
    wanted = {word[:4] for word in re.findall(r"[a-z]{4,}", words.lower())} - _PLAIN
    tree = ast.parse(module)
    own = [node for node in ast.walk(tree) if isinstance(node, ast.Name | ast.Attribute | ast.arg | ast.FunctionDef)]
    names = " ".join(
        str(getattr(node, "id", getattr(node, "attr", getattr(node, "arg", getattr(node, "name", ""))))) for node in own
    )
    used = {part for part in re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", names).lower()) if len(part) >= 3}
    found = {word for word in wanted if any(name.startswith(word) or word.startswith(name[:4]) for name in used)}
    return not wanted or len(found) >= max(1, len(wanted) // 3)


def class_of(module: str, name: str) -> str:
    """The text of a class of a module."""
    for node in ast.parse(module).body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return ast.get_source_segment(module, node) or ""
    return module


def _derives(node: ast.ClassDef, kind: str) -> bool:
    return any(ast.unparse(base).split(".")[-1] in _BASES[kind] for base in node.bases)


def _head(spec: ModuleSpec | AgentSpec, body: str, base: str = "") -> str:
    places = _PLACES | _places_of(base)
    used = {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)}
    defined = {node.name for node in ast.walk(ast.parse(body)) if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    lines = [places[name] for name in sorted(used - defined) if name in places]
    standard = [line for line in lines if _STANDARD.match(line)]
    library = [line for line in lines if line.startswith("from rllte")]
    others = [line for line in lines if line not in standard and line not in library]
    head = [f'"""{spec.name}: written by a language model for RLLTE."""', "", "from __future__ import annotations"]
    return "\n".join(head + imports(standard, others, library))


def _places_of(base: str) -> dict[str, str]:
    """Where the names of a module that is extended come from."""
    found = {}
    for node in ast.parse(base).body:
        for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else []:
            known = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
            start = f"from {node.module} import" if isinstance(node, ast.ImportFrom) else "import"
            if getattr(node, "module", "") != "__future__":
                found[alias.asname or alias.name] = f"{start} {known}"
    return found


def _with_loss(chosen: ast.ClassDef, kept: list[ast.stmt], spec: ModuleSpec | AgentSpec, base: str = "") -> str:
    """The rendered actor-critic with the model's methods in place of its loss; the constructor stays ours."""
    methods = [node for node in chosen.body if isinstance(node, ast.FunctionDef) and node.name != "__init__"]
    if not any(node.name == "loss" for node in methods):
        raise ValueError("the class has no method loss(self, batch)")
    if not isinstance(spec, AgentSpec):
        raise TypeError("an agent's plan is expected")
    names = {node.name for node in methods}
    plain = Learner(family="actor_critic", terms=[Term(name="gradient")])
    frame = ast.parse(base or policy_module(spec, plain, "Written by a language model."))
    for node in frame.body:
        if isinstance(node, ast.ClassDef):
            node.body = [part for part in node.body if getattr(part, "name", "") not in names] + list(methods)
    helpers = [node for node in kept if node is not chosen]
    frame.body[-1:-1] = helpers
    body = ast.unparse(ast.fix_missing_locations(frame))
    own = {node.id for node in ast.walk(frame) if isinstance(node, ast.Name)}
    bound = {
        alias.asname or alias.name
        for node in frame.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    missing = [_PLACES[name] for name in sorted(own - bound) if name in _PLACES]
    return body.replace("from pathlib import Path", "\n".join(["from pathlib import Path", *missing]), 1) + "\n"


def package(spec: ModuleSpec | AgentSpec, module: str, catalogue: Catalogue) -> Sources:
    """The files around a written module: the tests and the script are ours."""
    about = "Its body was written by a language model; whether it does what the request says, nobody has proven."
    if isinstance(spec, AgentSpec):
        plan = Learner(family="actor_critic", terms=[Term(name="gradient")])
        return Sources(module, render_agent_test.test(spec, plan), train(spec, catalogue, [], {}, []), about)
    test, wiring = _around(spec, module, catalogue)
    return Sources(module, test, train(spec, catalogue, wiring, {}, []), about)


def _around(spec: ModuleSpec, module: str, catalogue: Catalogue) -> tuple[str, list[str]]:
    free = spec.body if isinstance(spec.body, Free) else Free()
    if spec.primitive == "encoder":
        plan = Encoder(observations=free.observations, layers=[Activation()])
        test = render_encoder.test(spec, plan, None)
        for labels in ("Discrete(6)", "MultiBinary(5)"):  # it is asked for vectors
            test = test.replace(f"        gym.spaces.{labels},\n", "")
        return test, render_encoder.wiring(spec)
    if spec.primitive == "augmentation":
        steps = Augmentation(observations=free.observations, steps=[Step(op="noise")])
        return render_augmentation.test(spec, steps), render_augmentation.wiring(spec)
    if spec.primitive == "reward":
        return render_bonus.test(spec), [f"    reward = {spec.name}(env, device=args.device)"]
    continuous = "(DiagonalGaussian)" in module
    if spec.primitive == "distribution":
        made = Distribution(of="laplace" if continuous else "temperature")
        return render_acting.distribution_test(spec, made), [f"    distribution = {spec.name}()"]
    if spec.primitive == "policy":
        given = "env.observation_space, env.action_space, agent.encoder.feature_dim"
        return render_policy.policy_test(spec), [
            f"    policy = {spec.name}(", f"        {given}, opt_kwargs=agent.policy.opt_kwargs", "    )",
        ]  # fmt: skip
    size = "20_000, agent.storage.batch_size"
    return render_storage.storage_test(spec, Storage(sign=True)), [
        f"    storage = {spec.name}(", "        env.observation_space, env.action_space, args.device,",
        f"        {size}, args.num_envs,", "    )",
    ]  # fmt: skip
