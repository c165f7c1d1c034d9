"""The generated catalogue as the copilot reads it."""

from pathlib import Path

import pytest

from copilot.core.catalogue import load_catalogue
from copilot.core.errors import FileProblem, UnknownName


def test_components_are_found_by_name() -> None:
    catalogue = load_catalogue()
    assert {"PPO", "A2C"} <= set(catalogue.names("agent"))
    assert catalogue.component("PPO", "agent")["import_from"] == "rllte.agent"
    preset = catalogue.preset("PPO", "CartPole-v1")
    assert preset is not None
    assert preset["num_envs"] >= 1
    environment = catalogue.environment("CartPole-v1")
    assert environment is not None
    assert environment["action_space"] == "Discrete"


def test_unknown_names_suggest() -> None:
    with pytest.raises(UnknownName) as caught:
        load_catalogue().component("PPOO", "agent")
    assert "'PPO'" in caught.value.hint


def test_a_broken_file_names_the_remedy(tmp_path: Path) -> None:
    broken = tmp_path / "catalogue.json"
    broken.write_text("{")
    with pytest.raises(FileProblem) as caught:
        load_catalogue(broken)
    assert "make catalogue" in caught.value.hint
