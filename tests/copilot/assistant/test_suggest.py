"""From a goal, from runs, from both: experiments with sources, costs and plans on disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from copilot.assistant.suggest import HEALTHY, Suggestions, suggest, write_plans
from copilot.codegen import load_spec
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import CorpusEmpty, FileProblem, InvalidRequest
from copilot.core.types import Passage, RunResult
from copilot.experiments import Draft, Experiments
from copilot.models.scripted import ScriptedChat
from tests.copilot.codegen.suggest.real import real

CATALOGUE = load_catalogue()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Experiments]:
    opened = Experiments(tmp_path / "experiments.sqlite", tmp_path / "kept")
    yield opened
    opened.close()


def folder_of(name: str, place: Path) -> str:
    run = real(name)
    folder = place / name
    folder.mkdir()
    (folder / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in run.rows))
    assert run.spec is not None
    (folder / "plan.json").write_text(run.spec.model_dump_json())
    return str(folder)


def ask(words: str, runs: list[str], store: Experiments, **options: Any) -> Suggestions:
    return suggest(words, runs, CATALOGUE, store=store, **options)


def test_from_a_goal(store: Experiments) -> None:
    found = ask("explore DoorKey better", [], store)
    data = json.loads(json.dumps(found.to_json()))
    assert 3 <= len(data["experiments"]) <= 5 and data["findings"] == []
    for one in data["experiments"]:
        assert set(one) == {"title", "why", "spec", "citations", "cost"}
        assert one["citations"] and one["cost"]["seconds"] > 0 and one["cost"]["source"]
        load_spec(json.dumps(one["spec"]))


def test_from_a_run(store: Experiments, tmp_path: Path) -> None:
    found = ask("", [folder_of("ppo_doorkey_rnd1", tmp_path)], store)
    assert found.findings[0].rule == "bonus_dominates"
    assert "0.0166" in found.experiments[0].why
    assert "the given run of PPO" in found.experiments[0].cost.source
    citation = found.experiments[0].citations[0]
    assert citation.source == "corpus/concepts/exploration-bonuses.md" and citation.heading


def test_from_a_run_and_a_goal_the_run_s_faults_come_first(store: Experiments, tmp_path: Path) -> None:
    found = ask("make it more stable", [folder_of("ppo_cartpole_lr05", tmp_path)], store)
    assert found.experiments[0].why.startswith("approx_kl is above 0.05")
    assert {one.spec.get("agent", "PPO") for one in found.experiments} <= {"PPO"}
    other = ask("explore DoorKey", [folder_of("ppo_cartpole", tmp_path)], store)
    assert other.notes[0] == HEALTHY
    assert other.notes[1].startswith("The run trained on CartPole-v1, the goal names MiniGrid-DoorKey-5x5-v0")


def test_without_a_goal_and_a_run_the_newest_that_has_ended_counts(store: Experiments, tmp_path: Path) -> None:
    spec = real("ppo_cartpole").spec
    assert spec is not None
    draft = Draft("PPO on CartPole", "print()", (("PPO", 1),), spec.model_dump())
    kept, queued = store.create(draft, {}, {}), store.create(draft, {}, {})
    place = store.begin(kept.runs[0])
    place.mkdir(parents=True, exist_ok=True)
    folder = Path(folder_of("ppo_cartpole", place)).rename(place / "run-1")
    (folder / "log.txt").touch()
    store.finish(kept.runs[0], RunResult("ok", 0, None, 9.0, 100.0, {}, [], str(folder / "log.txt"), {}))
    asked, named = (ask(*said, store) for said in (("which experiment should I run next?", []), ("", [kept.id])))
    assert asked.to_json() == named.to_json()
    with pytest.raises(InvalidRequest, match="No run of the experiment") as caught:
        ask("", [queued.id], store)
    assert f"experiment rerun {queued.id}" in caught.value.hint


def test_neither_is_an_error_that_shows_both(store: Experiments) -> None:
    with pytest.raises(InvalidRequest, match="Neither a goal nor a run") as caught:
        ask(" ", [], store)
    assert "--from" in caught.value.hint


def test_a_time_in_which_nothing_fits_is_told(store: Experiments) -> None:
    found = ask("walker_walk from pixels in 5 seconds", [], store)
    assert found.notes == ["Nothing of this fits into the time; the cheapest comes first."]
    assert [one.cost.seconds for one in found.experiments] == sorted(one.cost.seconds for one in found.experiments)


def test_the_index_adds_a_source_that_speaks_of_the_change(store: Experiments) -> None:
    passages = [
        Passage("a", "/home/me/notes.md", (1, 2), "Mine", "RE3"),
        Passage("b", "corpus/modules/reward/re3.md", (3, 9), "RE3 > Pitfalls", "RE3 pays for distance."),
    ]
    searcher = SimpleNamespace(search=lambda query, k=8: SimpleNamespace(passages=passages))
    first = ask("explore DoorKey better", [], store, searcher=searcher).experiments[0]
    assert first.citations[-1].source == "corpus/modules/reward/re3.md"
    assert [one.id for one in first.citations] == list(range(1, len(first.citations) + 1))

    def empty(query: str, k: int = 8) -> Any:
        raise CorpusEmpty("nothing")

    assert ask("explore DoorKey better", [], store, searcher=SimpleNamespace(search=empty)).experiments


def test_a_model_may_not_change_a_number(store: Experiments, tmp_path: Path) -> None:
    run = [folder_of("ppo_cartpole_lr05", tmp_path)]
    liar = ScriptedChat([{"match": ".", "reply": "approx_kl is above 0.9 everywhere."}])
    assert ask("", run, store, chat=liar).experiments == ask("", run, store).experiments


def test_plans_are_written_and_can_be_read(store: Experiments, tmp_path: Path) -> None:
    found = ask("让 PPO 在 CartPole 上更稳定", [], store)
    paths = write_plans(found, tmp_path / "new" / "plans")
    assert [path.name.split("-")[0] for path in paths] == [str(i) for i in range(1, len(paths) + 1)]
    assert all(
        load_spec(path).model_dump(mode="json") == one.spec for path, one in zip(paths, found.experiments, strict=True)
    )
    (tmp_path / "file").touch()
    with pytest.raises(FileProblem):
        write_plans(found, tmp_path / "file" / "below")
