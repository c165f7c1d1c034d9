"""A body that a model writes is framed, judged by running it, mended at most twice, and the best is kept."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import pytest

from copilot.codegen.authoring import design, free, static
from copilot.codegen.authoring.checking import Examined, Failure
from copilot.codegen.authoring.scaffold import example, package, source_of, speaks_of
from copilot.codegen.authoring.spec import AgentSpec, ModuleSpec
from copilot.codegen.authoring.static import statics
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest
from copilot.core.types import Check
from copilot.models.scripted import ScriptedChat


@pytest.fixture(autouse=True)
def _no_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """The symbol index takes seconds to build, and has tests of its own."""
    monkeypatch.setattr(static, "problems", lambda source: [])


GOOD = """Here it is:
```python
import torch
from rllte.everything import BaseEncoder

class Gated(BaseEncoder):
    def __init__(self, observation_space, feature_dim=64):
        super().__init__(observation_space, feature_dim)
        self.value = nn.Linear(self.flat_size(), feature_dim)
        self.gate = nn.Linear(self.flat_size(), feature_dim)

    def forward(self, obs):
        x = self.preprocess(obs).flatten(1)
        return self.value(x) * self.gate(x).sigmoid()
```
"""


class FakeChat(ScriptedChat):
    """Answers in order, the last again and again, and keeps what it was asked."""

    def __init__(self, *answers: str) -> None:
        super().__init__()
        self.answers, self.asked = list(answers), [""]

    def stream(self, messages: list[dict[str, str]], **kwargs: Any) -> Iterator[str]:  # type: ignore[override]
        self.asked.append(messages[-1]["content"])
        yield self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


SINES = """
class Waves(BaseEncoder):
    def forward(self, obs):
        x = self.preprocess(obs)
        return th.cat([x, x.sin(), x.cos()], dim=1)
"""


def test_code_is_believed_only_if_its_names_speak_of_what_was_asked() -> None:
    words = "computes sine and cosine of every number beside the number itself"
    assert speaks_of(SINES, words)
    assert not speaks_of(SINES.replace("x.sin(), x.cos()", "F.layer_norm(x, x.shape[1:])"), words)
    assert speaks_of(SINES, "every number, then the next layer")  # no word that could show


def plan(request: str = "write an encoder of state vectors with a gated linear unit") -> ModuleSpec | AgentSpec:
    return design(request, load_catalogue(), model=True).spec


def finished(work: Generator[Any, None, free.Result]) -> free.Result:
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def examined(*outcomes: tuple[bool, str]) -> Any:
    """A sandbox that says what it is told, the last again and again."""
    left = list(outcomes)

    def examine(*args: object, **kwargs: object) -> Examined:
        ok, message = left.pop(0) if len(left) > 1 else left[0]
        failures = [] if ok else [Failure("test_x", message, 3, "return x")]
        return Examined([Check("conformance", ok, message)], failures, 8 if ok else 3, 8)

    return examine


def test_the_frame_is_ours_whatever_the_answer_imports() -> None:
    spec = plan()
    module = source_of(GOOD, spec)
    assert "rllte.everything" not in module
    assert "from rllte.common.prototype import BaseEncoder" in module
    assert f"class {spec.name}(BaseEncoder)" in module
    assert all(check.ok for check in statics(package(spec, module, load_catalogue())))


@pytest.mark.parametrize(
    "answer", ["I cannot.", "```python\nclass X(nn.Module):\n    pass\n```", "```python\ndef (\n```"]
)
def test_an_answer_without_a_class_is_none(answer: str) -> None:
    with pytest.raises((SyntaxError, ValueError)):
        source_of(answer, plan())


def test_the_first_that_passes_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(free, "examine", examined((False, "wrong"), (True, "fine")))
    result = finished(free.write(plan(), load_catalogue(), FakeChat(GOOD)))
    assert result.best.ok
    assert (result.tries, result.repairs) == (2, 0)


def test_a_repeated_error_stops_the_repairs_and_the_best_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(free, "examine", examined((False, "wrong")))
    chat = FakeChat(GOOD)
    result = finished(free.write(plan(), load_catalogue(), chat))
    assert not result.best.ok
    assert result.best.sources is not None
    assert (result.tries, result.repairs) == (free.SAMPLES, 1)
    assert "wrong" in chat.asked[-1] and "return x" in chat.asked[-1]


def test_another_error_is_mended_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(free, "examine", examined(*[(False, f"wrong {i}") for i in range(9)]))
    result = finished(free.write(plan(), load_catalogue(), FakeChat(GOOD)))
    assert result.repairs <= free.REPAIRS


def test_answers_without_any_class_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="wrote no encoder"):
        finished(free.write(plan(), load_catalogue(), FakeChat("no")))


def test_of_an_agent_only_the_loss_is_the_model_s() -> None:
    spec = plan("a PPO variant with an auxiliary loss")
    module = source_of(f"```python\n{example('agent')}\n```", spec)
    assert "def update" in module and "policy_loss = -th.min(" in module
    assert all(check.ok for check in statics(package(spec, module, load_catalogue())))
    with pytest.raises(ValueError, match="no method loss"):
        source_of("```python\nclass A(OnPolicyAgent):\n    x = 1\n```", spec)


@pytest.mark.parametrize("kind", ["encoder", "augmentation", "reward", "distribution", "policy", "storage", "agent"])
def test_each_kind_has_an_example_of_our_own(kind: str) -> None:
    assert example(kind).startswith("class ")
