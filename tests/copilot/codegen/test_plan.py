"""Requests in both languages to known plans; errors with the nearest names; a model that invents is not believed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.codegen import check, plan, render
from copilot.core.catalogue import load_catalogue
from copilot.core.errors import CopilotError, InvalidRequest, ModelUnreachable, SpaceMismatch, UnknownName
from copilot.models.scripted import ScriptedChat

CATALOGUE = load_catalogue()


def asked(request: str, **expected: Any) -> None:
    """Every expected field, and nothing beyond the preset."""
    spec = plan(request, CATALOGUE, None).spec.model_dump()
    tuned = CATALOGUE.preset(spec["agent"], spec["env_id"]) or {}
    for name in ("agent_kwargs", "train_kwargs"):
        base = tuned.get(name, {})
        assert spec[name] == {**base, **expected.pop(name, {})}
    assert spec["modules"] == expected.pop("modules", {})
    assert {key: spec[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("request_text", "expected"),
    [
        ("Train PPO on CartPole-v1 with 8 environments for 50000 steps", {"num_envs": 8, "num_train_steps": 50_000}),
        ("- PPO\n- CartPole\n- 8 environments\n- 50k steps", {"num_envs": 8, "num_train_steps": 50_000}),
        ("cart pole, ppo, 50k", {"agent": "PPO", "env_id": "CartPole-v1", "num_train_steps": 50_000}),
        ("用近端策略优化在 CartPole 上训练十万步", {"agent": "PPO", "num_train_steps": 100_000}),
        (
            "在车杆上训练 PPO，1 万步，8 个环境，种子 7",
            {"env_id": "CartPole-v1", "num_train_steps": 10_000, "num_envs": 8, "seeds": [7]},
        ),
        ("a2c on pendulum, lr 3e-4", {"agent": "A2C", "env_id": "Pendulum-v1", "agent_kwargs": {"lr": 3e-4}}),
        ("PPO CartPole learning rate of 0.0003, gamma 0.9", {"agent_kwargs": {"lr": 3e-4, "discount": 0.9}}),
        ("PPO CartPole 10 epochs 64 batch size", {"agent_kwargs": {"n_epochs": 10, "batch_size": 64}}),
        ("PPO CartPole epochs 10, batch size 64", {"agent_kwargs": {"n_epochs": 10, "batch_size": 64}}),
        ("num_train_steps=5000 num_envs=4 seed=0 PPO CartPole", {"num_train_steps": 5000, "num_envs": 4, "seeds": [0]}),
        ("PPO CartPole, 64 steps per environment", {"agent_kwargs": {"num_steps": 64}, "num_train_steps": 98_304}),
        ("PPO CartPole without annealing", {"train_kwargs": {"anneal_lr": False}}),
        ("PPO Pendulum with clip_range_vf 0.3", {"agent_kwargs": {"clip_range_vf": 0.3}}),
        ("PPO on MountainCar, value clipping off", {"agent_kwargs": {"clip_range_vf": None}}),
        ("PPO on MountainCar, no value clipping", {"agent_kwargs": {"clip_range_vf": None}}),
        (
            "PPO Acrobot with lr 0.01 annealed linearly",
            {"agent_kwargs": {"lr": 0.01}, "train_kwargs": {"anneal_lr": True}},
        ),
        ("PPO Acrobot with learning rate annealing", {"train_kwargs": {"anneal_lr": True}}),
        (
            "PPO on Pendulum, normalise the observations and rewards",
            {"train_kwargs": {"normalize_obs": True, "normalize_reward": True}},
        ),
        ("PPO Acrobot, xavier uniform initialization", {"agent_kwargs": {"init_fn": "xavier_uniform"}}),
        ("PPO on CartPole on cuda:1", {"device": "cuda:1"}),
        ("在 GPU 上用 PPO 训练 CartPole", {"device": "cuda"}),
        ("A2C on CartPole, tag ppo-like", {"agent": "A2C", "tag": "ppo-like"}),
        ("PPO on MountainCarContinuous", {"env_id": "MountainCarContinuous-v0"}),
        (
            "PPO on CartPole with an MLP encoder with feature dim 128",
            {"modules": {"encoder": {"name": "VanillaMlpEncoder", "kwargs": {"feature_dim": 128}, "parts": []}}},
        ),
        ("PPO on CartPole with a Categorical distribution", {"modules": {}}),
        ("PPO on Acrobot，学习率千分之二", {"agent_kwargs": {"lr": 0.002}}),
        ("用PPO训练Acrobot，2个环境，每个环境64步", {"num_envs": 2, "agent_kwargs": {"num_steps": 64}}),
        ("PPO on Acrobot, 4 environments, not 16", {"num_envs": 4}),
        ("PPO on CartPole to train it per the book, 5 thousand steps", {"num_train_steps": 5000}),
    ],
)
def test_known_plans(request_text: str, expected: dict[str, Any]) -> None:
    asked(request_text, **expected)


@pytest.mark.parametrize(
    ("request_text", "error", "words"),
    [
        ("Train TQC on Pendulum-v1", UnknownName, ["TQC", "PPO"]),
        ("Train trpo on CartPole", UnknownName, ["TRPO"]),
        ("Train a dreamer on Pong", UnknownName, ["Dreamer"]),
        ("用dreamer训练Pong", UnknownName, ["Dreamer"]),
        ("A2C with an LSTM on CartPole", UnknownName, ["LSTM"]),
        ("Train PP0 on CartPole", UnknownName, ["PP0", "'PPO'"]),
        ("Train PPO on CartPol-v1", UnknownName, ["CartPol-v1", "CartPole-v1"]),
        ("Train PPO on CartPole-v7", UnknownName, ["CartPole-v1"]),
        ("Train PPO on CartPole v7", UnknownName, ["CartPole v7", "CartPole-v1"]),
        ("Train PPO on DoorKey 7x7", UnknownName, ["DoorKey-7x7", "DoorKey-8x8"]),
        ("Train PPO on CartPole with a learning rate of minus three", InvalidRequest, ["lr is -3", "0 to 1"]),
        ("用 PPO 训练 CartPole，负三个环境", InvalidRequest, ["-3", "at least 1"]),
        ("Train PPO on CartPole with zero environments", InvalidRequest, ["num_envs is 0"]),
        ("Train PPO on Brakeout", UnknownName, ["environment", "Brakeout"]),
        ("PPO on CartPole with a GRU", UnknownName, ["GRU"]),
        ("PPO on CartPole with NatureCNN", SpaceMismatch, ["Box3", "MnihCnnEncoder"]),
        ("A2C on CartPole with clip range 0.2", UnknownName, ["clip_range", "A2C"]),
        ("Train SAC on FrozenLake", SpaceMismatch, ["Discrete", "fit"]),
        ("PPO on CartPole with a cnn", SpaceMismatch, ["Box3", "VanillaMlpEncoder"]),
        ("PPO on Pendulum with a Categorical distribution", SpaceMismatch, ["DiagonalGaussian"]),
        ("make me rich", InvalidRequest, ["Train PPO on CartPole-v1"]),
        ("", InvalidRequest, ["environment"]),
        ("Train PPO for 1000 steps", InvalidRequest, ["environment", "Train PPO on"]),
        ("PPO on CartPole for -5 steps", InvalidRequest, ["-5", "at least 1"]),
        ("PPO on CartPole for zero steps", InvalidRequest, ["0", "at least 1"]),
        ("PPO on CartPole for 1e99999 steps", InvalidRequest, ["digits"]),
        ("PPO on CartPole with lr 3", InvalidRequest, ["lr is 3", "0 to 1"]),
        ("PPO on CartPole with 2.5 environments", InvalidRequest, ["whole number"]),
        ("PPO on CartPole for 10k steps, 20k steps", InvalidRequest, ["10000", "20000"]),
        ("PPO on CartPole for 1,5 million steps", InvalidRequest, ["'1,5 million'", "two ways"]),
        ("PPO on CartPole. Use A2C.", InvalidRequest, ["PPO", "A2C"]),
        ("PPO on CartPole; Pendulum is nice", InvalidRequest, ["CartPole-v1", "Pendulum-v1"]),
        ("PPO on CartPole with pre-training", InvalidRequest, ["intrinsic"]),
        ("PPO on CartPole on cpu and cuda", InvalidRequest, ["cpu, cuda"]),
        ("x" * 5000, InvalidRequest, ["5000", "4000"]),
    ],
)
def test_refusals(request_text: str, error: type[CopilotError], words: list[str]) -> None:
    with pytest.raises(CopilotError) as caught:
        plan(request_text, CATALOGUE, None)
    assert type(caught.value) is error
    assert caught.value.hint or error is InvalidRequest
    for word in words:
        assert word in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize(
    ("words", "device"),
    [
        ("I have no GPU", "cpu"),
        ("I don't have a GPU", "cpu"),
        ("without a GPU", "cpu"),
        ("don't use cuda", "cpu"),
        ("do not run it on the GPU", "cpu"),
        ("the GPU is not available", "cpu"),
        ("my GPU isn't available", "cpu"),
        ("gpu=off", "cpu"),
        ("不要用GPU", "cpu"),
        ("禁止使用GPU", "cpu"),
        ("没有显卡", "cpu"),
        ("no gpu, use the cpu", "cpu"),
        ("on cuda, not on the cpu", "cuda"),
        ("not cuda:0 but cuda:1", "cuda:1"),
        ("with no annealing on the GPU", "cuda"),
        ("no idea which, use the GPU", "cuda"),
        ("GPU if available", "auto"),
        ("use a GPU if available, otherwise the CPU", "auto"),
        ("如果有GPU就用GPU，否则用CPU", "auto"),
    ],
)
def test_devices(words: str, device: str) -> None:
    made = plan(f"PPO on CartPole, {words}", CATALOGUE, None)
    assert made.spec.device == device
    assert any("--device auto" in note for note in made.notes) == (device == "auto")


@pytest.mark.parametrize(
    ("words", "steps"), [("五十万步", 500_000), ("两万步", 20_000), ("三百万步", 3_000_000), ("-v1十万步", 100_000)]
)
def test_chinese_numbers_right_after_a_latin_word(words: str, steps: int) -> None:
    asked(f"用PPO训练CartPole{words}", env_id="CartPole-v1", num_train_steps=steps)


@pytest.mark.parametrize(
    "words",
    [
        "not 16 environments but 4",
        "don't use 16 environments",
    ],
)
def test_a_number_of_something_else_or_denied_sets_no_total_and_is_noted(words: str) -> None:
    made = plan(f"PPO on CartPole, {words}", CATALOGUE, None)
    assert made.spec == plan("PPO on CartPole", CATALOGUE, None).spec
    assert any("left out" in note or "denies" in note for note in made.notes)


def test_a_rollout_as_long_as_a_run_is_noted() -> None:
    made = plan("PPO on CartPole, 8 environments for 50000 steps per environment", CATALOGUE, None)
    assert any("num_steps=50000" in note and "before an update" in note for note in made.notes)
    made = plan("PPO on CartPole, 64 steps per environment", CATALOGUE, None)
    assert not any("before an update" in note for note in made.notes)


def test_notes_say_what_was_assumed_and_what_was_not_understood() -> None:
    notes = " ".join(plan("CartPole with a purple hat", CATALOGUE, None).notes)
    assert "No agent is named; PPO is taken." in notes
    assert "tuned settings of PPO on CartPole-v1" in notes
    assert "num_envs=8" in notes
    assert "'purple hat'" in notes


class Spy(ScriptedChat):
    """Counts its calls."""

    calls = 0

    def complete_json(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self.calls += 1
        return super().complete_json(*args, **kwargs)


def test_a_request_that_code_can_read_never_calls_the_model() -> None:
    chat = Spy()
    plan("Train PPO on CartPole-v1 with 8 environments for 50000 steps", CATALOGUE, chat)
    plan("PPO on CartPole, please make it really good", CATALOGUE, chat)
    assert chat.calls == 0


REQUEST = "PPO on Acrobot and turn the weight of the entropy up to 0.05; log to ./runs 3"


def answered(*entries: dict[str, Any]) -> dict[str, Any]:
    chat = ScriptedChat([{"match": "Acrobot", "reply": {"settings": list(entries)}}])
    return plan(REQUEST, CATALOGUE, chat).spec.model_dump()


def test_the_model_adds_with_evidence_and_code_reads_the_number() -> None:
    entry = {"parameter": "ent_coef", "value": "999", "quote": "weight of the entropy up to 0.05"}
    assert answered(entry)["agent_kwargs"]["ent_coef"] == 0.05


@pytest.mark.parametrize(
    "entry",
    [
        {"parameter": "ent_coef", "value": "0.3", "quote": "entropy of 0.3"},
        {"parameter": "lr", "value": "0.05", "quote": "weight of the entropy up to 0.05"},
        {"parameter": "n_epochs", "value": "3", "quote": "log to ./runs 3"},
        {"parameter": "nonsense", "value": "3", "quote": "runs 3"},
        {"parameter": "ent_coef", "value": "0.05", "quote": "entropy"},
        {"parameter": "ent_coef", "value": "0.05", "quote": ""},
        {"parameter": 3, "quote": None},
    ],
)
def test_what_the_model_invents_is_dropped(entry: dict[str, Any]) -> None:
    assert answered(entry) == plan(REQUEST, CATALOGUE, None).spec.model_dump()


class Broken(ScriptedChat):
    """Fails as told."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def complete_json(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        raise self.error


@pytest.mark.parametrize("error", [ModelUnreachable("gone"), RuntimeError("boom")])
def test_a_failing_model_is_noted_and_does_no_harm(error: Exception) -> None:
    made = plan(REQUEST, CATALOGUE, Broken(error))
    assert made.spec == plan(REQUEST, CATALOGUE, None).spec
    assert any("language model" in note for note in made.notes)


VOCABULARY = (
    "PPO A2C SAC CartPole-v1 cartpole Pendulum 车杆 on with steps 步 环境 seed lr = : , 。 50k 1e5 -3 万 十 gamma mlp "
    "encoder cnn feature dim none no anneal cuda tag agent 0.99 epochs batch size init orthogonal pretraining normal"
)
WORDS = st.sampled_from(VOCABULARY.split())


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.text(max_size=80), st.lists(WORDS, max_size=14).map(" ".join), st.lists(WORDS, max_size=9).map("".join)
    )
)
def test_any_text_plans_or_raises_a_user_error(text: str) -> None:
    try:
        made = plan(text, CATALOGUE, None)
    except CopilotError as error:
        assert error.message
        return
    assert all(item.ok for item in check(render(made.spec, CATALOGUE), CATALOGUE))


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("PPO on CartPole, 50 000 steps", {"num_train_steps": 50_000}),
        ("PPO on CartPole, lr 3*10^-4", {"agent_kwargs": {"lr": 3e-4}}),
        ("PPO on CartPole, lr 3×10⁻⁴", {"agent_kwargs": {"lr": 3e-4}}),
        ("PPO on CartPole, eval every 2048 steps", {"num_train_steps": 98_304, "train_kwargs": {"eval_interval": 2}}),
        ("PPO on CartPole, max 100 steps per episode", {"num_train_steps": 98_304}),
        ("PPO on CartPole, use 4 envs for evaluation", {"num_envs": 8}),
        ("PPO on CartPole, 2 hidden layers of 32", {"agent_kwargs": {"hidden_dim": 32}}),
        ("PPO on CartPole, anything but 16 environments", {"num_envs": 8}),
        ("PPO on CartPole, 8 environments, 64 steps each", {"agent_kwargs": {"num_steps": 64}}),
        ("用PPO训练CartPole，不要8个环境，要4个环境", {"num_envs": 4}),
        ("用PPO训练CartPole每个环境64步", {"num_envs": 8, "agent_kwargs": {"num_steps": 64}}),
    ],
)
def test_a_number_goes_where_its_words_say(request_: str, expected: dict[str, Any]) -> None:
    asked(request_, **expected)


@pytest.mark.parametrize("request_", ["PPO on CartPole lr 0,001", "PPO on CartPole for 50.000 steps"])
def test_a_number_with_two_meanings_is_refused(request_: str) -> None:
    with pytest.raises(InvalidRequest, match="two ways"):
        plan(request_, load_catalogue())


@pytest.mark.parametrize(
    ("words", "tag"),
    [
        ("tag the run as alpha", "alpha"),
        ("tagged it beta-2", "beta-2"),
        ("tag=gamma", "gamma"),
        ("标签为delta", "delta"),
        ("tagging it my_run", "ppo_cartpole-v1"),
        ("tags: a, b", "ppo_cartpole-v1"),
    ],
)
def test_the_name_of_the_run(words: str, tag: str) -> None:
    assert plan(f"PPO on CartPole-v1, {words}", CATALOGUE).spec.tag == tag


@pytest.mark.parametrize(
    ("request_", "env_id", "maker"),
    [
        ("PPO on pong", "Pong-v5", "make_atari_env"),
        ("在 Breakout 上训练 PPO", "Breakout-v5", "make_atari_env"),
        ("PPO on DoorKey", "MiniGrid-DoorKey-5x5-v0", "make_minigrid_env"),
        ("PPO on Door Key 6x6", "MiniGrid-DoorKey-6x6-v0", "make_minigrid_env"),
        ("PPO on the 8 x 8 DoorKey", "MiniGrid-DoorKey-8x8-v0", "make_minigrid_env"),
        ("PPO in four rooms", "MiniGrid-FourRooms-v0", "make_minigrid_env"),
        ("PPO on CartPole v1", "CartPole-v1", "make_rllte_env"),
        ("PPO on cartpole balance", "cartpole_balance", "make_dmc_env"),
        ("PPO on LunarLander", "LunarLander-v3", "make_rllte_env"),
    ],
)
def test_environments_of_all_suites(request_: str, env_id: str, maker: str) -> None:
    spec = plan(request_, CATALOGUE).spec
    assert spec.env_id == env_id
    assert f"env = {maker}(" in render(spec, CATALOGUE)


def test_a_word_that_is_also_a_game_is_none_by_itself() -> None:
    assert (
        plan("A hero's journey: PPO on CartPole with a venture of 8 environments", CATALOGUE).spec.env_id
        == "CartPole-v1"
    )


def test_several_intrinsic_rewards_are_mixed() -> None:
    spec = plan("Train PPO on CartPole with RE3 and ICM", CATALOGUE).spec
    assert spec.modules["reward"].name == "Fabric"
    script = render(spec, CATALOGUE)
    assert "reward = Fabric(ICM(env, device=args.device), RE3(env, device=args.device))" in script
    assert "from rllte.xplore.reward import Fabric, ICM, RE3" in script
    weighed = plan("PPO on CartPole with RND and ICM with weight 0.1", CATALOGUE).spec
    assert weighed.modules["reward"].kwargs == {"beta": 0.1}
    assert all(found.ok for found in check(render(weighed, CATALOGUE), CATALOGUE))
    with pytest.raises(InvalidRequest, match="adds several"):
        plan("PPO on CartPole with Fabric", CATALOGUE)


@pytest.mark.parametrize(("said", "beta"), [("", 0.01), (" of beta 0.02", 0.02)])
def test_the_weight_of_a_bonus_is_the_presets_unless_the_request_names_one(said: str, beta: float) -> None:
    made = plan(f"PPO on MountainCar-v0 with PseudoCounts{said}", CATALOGUE)
    assert made.spec.modules["reward"].kwargs == {"beta": beta}
    assert ("beta=0.01 of PseudoCounts" in " ".join(made.notes)) == (said == "")
    unmeasured = plan("PPO on MountainCar-v0 with RISE", CATALOGUE)
    assert unmeasured.spec.modules["reward"].kwargs == {}


@pytest.mark.parametrize("agent", CATALOGUE.names("agent"))
@pytest.mark.parametrize("reward", [None, *(name for name in CATALOGUE.names("reward") if name != "Fabric")])
def test_every_agent_with_every_intrinsic_reward(agent: str, reward: str | None) -> None:
    acts = CATALOGUE.component(agent)["action_spaces"]
    env_id = "CartPole-v1" if "Discrete" in acts else "Pendulum-v1"
    words = f" with {reward}" if reward else ""
    spec = plan(f"Train {agent} on {env_id}{words} for 3000 steps", CATALOGUE).spec
    assert (spec.agent, spec.env_id, spec.num_train_steps) == (agent, env_id, 3000)
    assert [module.name for module in spec.modules.values()] == ([reward] if reward else [])
    assert all(found.ok for found in check(render(spec, CATALOGUE), CATALOGUE))
