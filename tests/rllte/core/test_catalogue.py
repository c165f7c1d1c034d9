import json

import gymnasium as gym

from copilot.core.paths import catalogue_file
from rllte.core.catalogue import catalogue
from rllte.core.environments import environments


def test_the_committed_catalogue_is_the_present_one() -> None:
    committed = json.loads(catalogue_file().read_text(encoding="utf-8"))
    fresh = json.loads(json.dumps(catalogue()))
    assert fresh == committed, "make it anew: python -m rllte.core.catalogue copilot/core/data/catalogue.json"


def test_presets_name_real_arguments() -> None:
    found = catalogue()
    agents = {c["name"]: {p["name"] for p in c["parameters"]} for c in found["components"] if c["primitive"] == "agent"}
    for preset in found["presets"]:
        assert preset["agent_kwargs"].keys() <= agents[preset["agent"]]


def test_a_namesake_of_another_package_hides_no_environment() -> None:
    gym.register("Elsewhere/Blackjack-v9", "gymnasium.envs.toy_text.blackjack:BlackjackEnv")
    try:
        assert "Blackjack-v1" in [row["id"] for row in environments()]
    finally:
        del gym.registry["Elsewhere/Blackjack-v9"]
