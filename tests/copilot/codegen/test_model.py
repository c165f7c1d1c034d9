"""The model adds what its quotes prove, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen import plan
from copilot.codegen.model import names_schema, schema
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import InvalidRequest
from copilot.models.scripted import ScriptedChat

CATALOGUE = load_catalogue()


def planned(request: str, key: str, **entry: Any) -> Any:
    chat = ScriptedChat([{"match": ".", "reply": {key: [entry]}}])
    return plan(request, CATALOGUE, chat).spec


def test_a_number_with_its_name() -> None:
    request = "PPO on Taxi. I heard that the horizon shall go as far as say 77"
    spec = planned(request, "settings", quote="horizon shall go as far as say 77", parameter="num_steps", value="77")
    assert spec.agent_kwargs == {"num_steps": 77}


@pytest.mark.parametrize(
    "entry",
    [
        {"quote": "a horizon of 77", "parameter": "num_steps", "value": "77"},
        {"quote": "go as far as say 77", "parameter": "gae_lambda", "value": "0.7"},
        {"quote": "horizon shall go as far as say 77", "parameter": "anneal_lr", "value": "true"},
        {"quote": "PPO on Taxi", "parameter": "init_fn", "value": "orthogonal"},
        {"quote": 7, "parameter": "num_steps", "value": None},
    ],
)
def test_nothing_without_evidence(entry: dict[str, Any]) -> None:
    request = "PPO on Taxi. I heard that the horizon shall go as far as say 77"
    bare = plan(request, CATALOGUE).spec
    assert planned(request, "settings", **entry) == bare


def test_it_does_not_overrule_what_code_has_read() -> None:
    request = "PPO on Taxi with torch.compiling, I think"
    spec = planned(request, "settings", quote="torch.compiling", parameter="th_compile", value="false")
    assert spec.train_kwargs == {"th_compile": True}


def test_an_environment_by_a_word_of_its_name() -> None:
    request = "PPO for that beamriding thing"
    with pytest.raises(InvalidRequest, match="environment"):
        plan(request, CATALOGUE)
    request = "PPO for the wizards of wur thing"
    assert planned(request, "named", quote="wizards of wur", name="WizardOfWor-v5").env_id == "WizardOfWor-v5"
    with pytest.raises(InvalidRequest, match="environment"):
        planned(request, "named", quote="wizards of wur", name="Breakout-v5")


def test_schemas_name_what_there_is() -> None:
    assert schema(["lr"])["properties"]["settings"]["items"]["properties"]["parameter"]["enum"] == ["lr"]
    assert names_schema(["RND"])["properties"]["named"]["maxItems"] == 1
