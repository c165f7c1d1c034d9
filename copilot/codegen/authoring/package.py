"""Design -> the files of a package, and its README once it has been checked."""

from __future__ import annotations

from copilot.codegen.authoring.agent import render as render_agent
from copilot.codegen.authoring.agent import render_continuous
from copilot.codegen.authoring.agent import render_test as render_agent_test
from copilot.codegen.authoring.augmentation import render as render_augmentation
from copilot.codegen.authoring.checking import Examined
from copilot.codegen.authoring.distribution import render as render_acting
from copilot.codegen.authoring.encoder import render as render_encoder
from copilot.codegen.authoring.layout import Sources
from copilot.codegen.authoring.policy import render as render_policy
from copilot.codegen.authoring.policy import render_actor as render_actor_policy
from copilot.codegen.authoring.policy import render_values as render_qpolicy
from copilot.codegen.authoring.render_train import train
from copilot.codegen.authoring.reward import render as render_bonus
from copilot.codegen.authoring.spec import (
    ActorPolicy,
    AgentSpec,
    Augmentation,
    Bonus,
    Continuous,
    Distribution,
    Encoder,
    Free,
    Learner,
    ModuleSpec,
    Policy,
    QPolicy,
    Storage,
)
from copilot.codegen.authoring.storage import render as render_storage
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest
from copilot.core.types import Check

_MEANING = {
    "asked": "what the request says is in the plan, or in what the model was asked to write",
    "parses": "the file is Python",
    "names": "every name is defined",
    "symbols": "what it uses of rllte, torch and gymnasium exists, with these arguments",
    "imports": "module and test can be imported",
    "conformance": "the suite of tests: the library's own for its primitive, or those of an agent",
    "trains": "train.py, for a short time",
}


def render(spec: ModuleSpec | AgentSpec, catalogue: Catalogue) -> Sources:
    """The files of a plan; the same plan gives the same files.

    Raises:
        InvalidRequest: parts of the plan do not fit each other, or its body has yet to be written.
    """
    body = spec.body
    environment = catalogue.environment(spec.env_id) or {}
    if isinstance(spec, AgentSpec):
        return _agent(spec, catalogue)
    if isinstance(body, Encoder):
        source, about = render_encoder.module(spec, body)
        shape = (
            environment.get("observation_shape")
            if environment.get("maker") == "make_rllte_env"
            else _shape(environment)
        )
        test, wiring = render_encoder.test(spec, body, shape), render_encoder.wiring(spec)
    elif isinstance(body, Augmentation):
        source, about = render_augmentation.module(spec, body)
        test, wiring = render_augmentation.test(spec, body), render_augmentation.wiring(spec)
    elif isinstance(body, Bonus):
        source, about = render_bonus.module(spec, body)
        test, wiring = render_bonus.test(spec, body), render_bonus.wiring(spec, body)
    elif isinstance(body, Distribution):
        source, about = render_acting.distribution(spec, body)
        test, wiring = render_acting.distribution_test(spec, body), render_acting.wiring(spec)
    elif isinstance(body, Policy):
        source, about = render_policy.policy(spec, body)
        test, wiring = render_policy.policy_test(spec, body), render_acting.wiring(spec)
    elif isinstance(body, QPolicy):
        source, about = render_qpolicy.policy(spec, body)
        test = render_qpolicy.policy_test(spec, body)
        wiring, extra = render_qpolicy.wiring(spec, body)
        return Sources(source, test, train(spec, catalogue, wiring, {}, extra), about)
    elif isinstance(body, ActorPolicy):
        source, about = render_actor_policy.policy(spec, body)
        test, wiring = render_actor_policy.policy_test(spec, body), render_acting.wiring(spec)
    elif isinstance(body, Storage):
        source, about = render_storage.storage(spec, body)
        test, wiring = render_storage.storage_test(spec, body), render_storage.wiring(spec, body)
    else:
        raise _unwritten("module")
    given = render_storage.given(body) if isinstance(body, Storage) else {}
    extra = render_bonus.extra(body) if isinstance(body, Bonus) else []
    return Sources(source, test, train(spec, catalogue, wiring, given, extra), about)


def _agent(spec: AgentSpec, catalogue: Catalogue) -> Sources:
    if isinstance(spec.body, Continuous):
        source, about = render_continuous.module(spec, spec.body)
        return Sources(source, render_agent_test.test(spec, spec.body), train(spec, catalogue, [], {}, []), about)
    if not isinstance(spec.body, Learner):
        raise _unwritten("agent")
    source, about = render_agent.module(spec, spec.body)
    return Sources(source, render_agent_test.test(spec, spec.body), train(spec, catalogue, [], {}, []), about)


def _unwritten(what: str) -> InvalidRequest:
    return InvalidRequest(
        f"The body of this {what} has not been written: its plan names no family.",
        hint="Ask for it in words, with a language model; or choose a family.",
    )


def _shape(environment: dict[str, object]) -> list[int] | None:
    return {"atari": [4, 84, 84], "minigrid": [3, 7, 7]}.get(str(environment.get("suite")))


def readme(
    spec: ModuleSpec | AgentSpec, sources: Sources, checks: list[Check], examined: Examined | None, notes: list[str]
) -> str:
    """What it is, how it is used, what was checked and what was not."""
    ok = bool(checks) and all(check.ok for check in checks)
    what = "agent" if isinstance(spec, AgentSpec) else spec.primitive
    lines = [f"# {spec.name}", ""]
    if not ok:
        lines += ["**This package does not pass its checks: see below what fails. Mend it before you trust it.**", ""]
    lines += [sources.about, "", f"It is an {what}" if what[0] in "ae" else f"It is a {what}"]
    lines[-1] += " for RLLTE."
    lines += ["", "| file | what it is |", "|---|---|"]
    lines += [f"| `{spec.module}.py` | the class `{spec.name}` |"]
    lines += [f"| `test_{spec.module}.py` | its tests |"]
    used = "trains it" if isinstance(spec, AgentSpec) else f"trains {spec.agent} with it"
    lines += [f"| `train.py` | {used} on {spec.env_id}; `python train.py --help` names the options |"]
    if spec.request:
        lines += ["", "## What was asked", "", f"> {' '.join(spec.request.split())}"]
    lines += ["", "## What was understood", "", *_understood(spec)]
    lines += ["", "## What was checked", "", "| check | passed | detail |", "|---|---|---|"]
    for check in checks:
        meaning = _MEANING.get(check.name, "")
        shown = f"{check.name}: {meaning}" if meaning else check.name
        lines.append(f"| {shown} | {'yes' if check.ok else '**NO**'} | {_cell(check.detail)} |")
    if examined and examined.failures:
        lines += ["", "What fails:", ""]
        for failure in examined.failures[:8]:
            where = f" (line {failure.line} of `{spec.module}.py`: `{failure.code}`)" if failure.line else ""
            lines.append(f"- `{failure.name}`: {_cell(failure.message)}{where}")
    lines += [
        "",
        "## What was not checked",
        "",
        "- Whether it learns, or learns better than what it replaces: that takes full runs over several seeds.",
    ]
    if examined is None or examined.stand_in:
        lines.append(f"- {spec.env_id} itself: random observations stood in for it.")
    lines += ["- Graphics cards: everything ran on the processor.", ""]
    if notes:
        lines += ["## What was assumed", "", *(f"- {note}" for note in notes), ""]
    lines += ["## Run the tests", "", "With pytest: `pytest`, in this folder. Without it:", "", "```python"]
    lines += [f"import test_{spec.module} as tests", "", "for suite in vars(tests).values():"]
    lines += ['    if isinstance(suite, type) and suite.__name__.startswith("Test"):']
    lines += ["        for name in dir(suite):", '            if name.startswith("test_"):']
    lines += ["                getattr(suite(), name)()", "```"]
    return "\n".join(lines) + "\n"


def _understood(spec: ModuleSpec | AgentSpec) -> list[str]:
    """The plan's fields that are not left as they are by default."""
    if isinstance(spec.body, Free):
        return ["No family of parts holds it: the words above were given to the model as they are."]
    told = spec.body.model_dump(exclude_defaults=True, exclude={"family"})
    return [f"- {name.replace('_', ' ')}: `{value}`" for name, value in told.items()] or ["- all as it is by default"]


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
