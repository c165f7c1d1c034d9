"""The requests of evals/data/codegen have no fault, and the checker finds those that they could have."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from copilot.core import paths
from evals import requests
from evals.requests import Request

REQUESTS = requests.load()
PRACTICE = requests.load(requests.PRACTICE)
FRESH = requests.load(requests.FRESH)
CARTPOLE = {"agent": "PPO", "env_id": "CartPole-v1", "num_train_steps": 20000}
REFUSAL = {"error": "space_mismatch", "because": ["Box"]}
WRITTEN = {
    "kind": "module",
    "primitive": "encoder",
    "must": ["features of shape (B, 64)", "no bias"],
    "contains": ["64"],
}


def asked(text: str, expect: dict[str, Any], kind: str = "experiment", topic: str = "single", **more: Any) -> Request:
    return Request(id="x", kind=kind, topic=topic, lang="en", half="tune", request=text, expect=expect, **more)


def found(request: Request) -> list[str]:
    """The faults of a request itself, not those of a set of one."""
    return [fault for fault in requests.faults([request]) if fault.startswith("x: ")]


def test_no_request_has_a_fault() -> None:
    assert requests.faults([*REQUESTS, *PRACTICE, *FRESH]) == []


def test_there_are_as_many_as_are_spoken_of_in_both_halves_alike() -> None:
    table = requests.counts(REQUESTS)
    assert {kind: sum(table[kind].values()) for kind in requests.WANTED} == requests.WANTED
    assert table["all"] == {"tune": 76, "held": 76}
    assert sum(table["zh"].values()) == 36


def test_those_to_practise_on_are_of_neither_half() -> None:
    assert {request.half for request in REQUESTS} == set(requests.HALVES)
    assert {request.half for request in PRACTICE} == {requests.PRACTICE}
    assert requests.counts([*REQUESTS, *PRACTICE]) == requests.counts(REQUESTS)
    table = requests.counts(PRACTICE, (requests.PRACTICE,))
    wanted = {"all": 676, "experiment": 395, "edit": 110, "impossible": 91, "module": 80, "zh": 161}
    assert {name: table[name][requests.PRACTICE] for name in wanted} == wanted


def test_those_of_somebody_else_are_of_all_kinds() -> None:
    table = requests.counts(FRESH, (requests.FRESH,))
    wanted = {"all": 246, "experiment": 94, "edit": 40, "impossible": 32, "module": 80, "zh": 63}
    assert {name: table[name][requests.FRESH] for name in wanted} == wanted


def test_none_is_one_of_the_older_requests() -> None:
    old = (paths.project_root() / "evals/data/codegen_requests.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["request"] for line in old]
    pairs = [(request.text, text) for request in [*REQUESTS, *PRACTICE, *FRESH] for text in texts]
    assert max(requests.likeness(one, other) for one, other in pairs) <= requests.LIKE


def test_a_sound_request_has_no_fault() -> None:
    assert found(asked("PPO on CartPole, 20k steps", CARTPOLE)) == []
    edit = replace(asked("", CARTPOLE, kind="edit"), base="PPO on CartPole", edit="20k steps")
    assert found(edit) == []
    assert found(asked("an encoder of 64 features", WRITTEN, kind="module", topic="encoder")) == []


@pytest.mark.parametrize(
    ("request_", "fault"),
    [
        (asked("PPO on CartPole, 20k steps", {**CARTPOLE, "num_train_steps": 200000}), "nothing says 200000"),
        (asked("PPO on CartPole, 20k steps, seed 4", {**CARTPOLE, "seeds": [3]}), "nothing says the seeds [3]"),
        (asked("用 PPO 训练 CartPole，2 万步", CARTPOLE), "its language is en"),
        (asked("PPO on CartPole", CARTPOLE, said={"twenty thousand": 20000}), "'twenty thousand' is not said"),
        (asked("PPO", CARTPOLE, kind="chat"), "kind 'chat'"),
        (asked("20k steps", {"kind": "comparison", "runs": {"*1": CARTPOLE}}), "two or more runs"),
        (asked("20k steps", {"kind": "comparison", "runs": {"*1": CARTPOLE, "*2": CARTPOLE}}), "the same"),
        (
            asked(
                "20k steps, seed 4", {"kind": "comparison", "runs": {"*1": CARTPOLE, "*2": {**CARTPOLE, "seeds": [4]}}}
            ),
            "different seeds",
        ),
        (asked("an encoder", WRITTEN, kind="module", topic="encoder"), "'64' is asked of the source"),
        (asked("64", {**WRITTEN, "primitive": "agent"}, kind="module", topic="agent"), "do not go with 'agent'"),
        (asked("64", {**WRITTEN, "must": []}, kind="module", topic="encoder"), "too little"),
        (asked("64", {**WRITTEN, "primitive": "wheel"}, kind="module", topic="wheel"), "expected a kind"),
        (asked("DQN", {**REFUSAL, "error": "disk_full"}, kind="impossible", topic="disk_full"), "expected an error"),
        (asked("DQN", {**REFUSAL, "because": []}, kind="impossible", topic="space_mismatch"), "expected an error"),
        (asked("DQN", REFUSAL, kind="impossible", topic="unknown_name"), "is not its error"),
        (asked("DQN", REFUSAL, kind="impossible", topic="space_mismatch"), "no proof"),
        (
            asked(
                "DQN on CartPole",
                REFUSAL,
                kind="impossible",
                topic="space_mismatch",
                proof={"agent": "DQN", "env_id": "CartPole-v1"},
            ),
            "is possible",
        ),
        (
            asked(
                "soft actor-critic",
                {"error": "unknown_name", "because": ["soft"]},
                kind="impossible",
                topic="unknown_name",
                proof={"name": "soft actor-critic"},
            ),
            "exists",
        ),
    ],
)
def test_a_fault_is_found(request_: Request, fault: str) -> None:
    assert any(fault in sentence for sentence in found(request_)), found(request_)


@pytest.mark.parametrize(
    ("text", "seeds"), [("seeds 1 to 4", [1, 2, 3, 4]), ("three seeds", [1, 2, 3]), ("seeds 0 and 9", [0, 9]), ("", [])]
)
def test_seeds_are_said_one_by_one_by_their_ends_or_by_their_number(text: str, seeds: list[int]) -> None:
    assert found(asked(f"20k steps, {text}", {**CARTPOLE, **({"seeds": seeds} if seeds else {})})) == []


def test_one_to_practise_on_has_rules_of_its_own_but_may_not_repeat_another() -> None:
    loose = replace(asked("swimming, 20k steps, seed 9", {**CARTPOLE, "seeds": [9]}), half=requests.PRACTICE)
    assert requests.faults([*REQUESTS, loose]) == []
    assert requests.faults([*REQUESTS, replace(loose, request="20k")]) == ["x: nothing says the seeds [9]."]
    again = replace(REQUESTS[0], id="again", half=requests.PRACTICE)
    assert f"{REQUESTS[0].id} and again expect the same." in requests.faults([*REQUESTS, again])


def test_what_is_wrong_with_all_of_them_together() -> None:
    one = asked("PPO on CartPole, 20k steps", CARTPOLE)
    other = replace(one, half="tune", request="please, PPO on CartPole, 20k steps")
    said = requests.faults([one, other])
    assert "x: the id of 2 requests." in said
    assert "x and x expect the same." in said
    assert any("say the same" in fault for fault in said)
    assert "Less than a fifth is in Chinese." in said
    assert "There are 0 requests of kind edit, expected 22." in said
    assert any(fault.startswith("The halves differ: experiment ") for fault in said)


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "{",
        '{"id": "a"}',
        '{"id": "a", "half": "tune"}',
        '{"id": "a", "kind": "edit", "topic": "t", "lang": "en", "expect": {}, "request": "r"}',
    ],
)
def test_a_line_that_is_no_request_is_named(line: str, tmp_path: Path) -> None:
    (tmp_path / "tune.jsonl").write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"tune\.jsonl, line 1"):
        requests.load("tune", tmp_path)


def test_the_command_counts_and_names_faults() -> None:
    assert requests.measure([]) == {
        "requests": requests.counts(REQUESTS),
        "to practise on": requests.counts(PRACTICE, (requests.PRACTICE,)),
        "by somebody else": requests.counts(FRESH, (requests.FRESH,)),
        "faults": [],
    }
