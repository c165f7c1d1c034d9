"""Every shipped profile says where its weights come from, how they are verified and under which licence."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import jinja2
import pytest

from copilot.core.errors import UnknownName
from copilot.models import profiles
from copilot.models.profiles import Profile

FILES = sorted(profiles.FOLDER.glob("*.toml"))
ALL = pytest.mark.parametrize("profile", profiles.load_profiles(), ids=lambda profile: profile.name)


def test_each_file_is_one_profile_under_its_own_name() -> None:
    assert [profile.name for profile in profiles.load_profiles()] == [path.stem for path in FILES]
    for path in FILES:
        assert profiles.get(path.stem).title == tomllib.loads(path.read_text(encoding="utf-8"))["title"]


@ALL
def test_it_names_a_source_and_its_revision(profile: Profile) -> None:
    assert profile.hub_repo or profile.packages
    assert profile.source
    if profile.hub_repo:
        assert profile.hub_repo.count("/") == 1
        assert profile.hub_revision
        assert profile.hub_repo in profile.source
    for requirement in profile.packages:
        assert re.fullmatch(r"[a-z0-9-]+==\d+(\.\d+)+", requirement), "one exact version"
    assert len(set(profile.packages)) == len(profile.packages)


@ALL
def test_its_content_is_pinned_or_declared_by_the_hub(profile: Profile) -> None:
    assert profile.sha256 == profile.files[0].sha256
    for file in profile.files:
        assert "/" not in file.name
        assert file.bytes > 0
        assert re.fullmatch(r"[0-9a-f]{64}", file.sha256) or (profile.hub_repo and not profile.packages)
        assert file.member or not profile.packages
    assert profile.bytes == sum(file.bytes for file in profile.files)


@ALL
def test_it_says_what_it_is_and_needs(profile: Profile) -> None:
    assert profile.kind in {"chat", "embedder"}
    assert profile.title
    assert profile.licence
    assert 256 <= profile.context_length <= 32768
    assert profile.memory_mb * 2**20 > profile.bytes
    assert profile.path == profile.folder / profile.files[0].name


@ALL
def test_a_chat_model_has_a_template(profile: Profile) -> None:
    if profile.kind == "embedder":
        assert profile.template_path is None
    elif profile.chat_template == "gguf":
        assert profile.template_path is None
        assert profile.path.suffix == ".gguf"
    else:
        assert profile.template_path is not None
        assert profile.template_path.is_file()


def test_the_defaults_of_the_settings_are_profiles() -> None:
    from copilot.core.settings import Settings

    assert profiles.get(Settings().model).kind == "chat"
    assert profiles.get(Settings().embedder).kind == "embedder"


def test_the_folder_follows_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RLLTE_COPILOT_MODELS", str(tmp_path / "lab"))
    assert profiles.get("smollm2-135m").folder == tmp_path / "lab" / "smollm2-135m"


@pytest.mark.parametrize("given", ["qwen2.5-coder-1.5", "Qwen2.5-Coder-1.5B"])
def test_an_unknown_name_suggests_the_nearest(given: str) -> None:
    with pytest.raises(UnknownName, match="model profile") as caught:
        profiles.get(given)
    assert caught.value.nearest[0] == "qwen2.5-coder-1.5b"
    assert "qwen2.5-coder-1.5b" in caught.value.hint


def test_a_foreign_name_lists_what_there_is() -> None:
    with pytest.raises(UnknownName) as caught:
        profiles.get("zzz")
    for profile in profiles.load_profiles():
        assert profile.name in caught.value.hint


def rendered(messages: list[dict[str, str]], *, prompt: bool = True) -> str:
    path = profiles.get("vicuna-7b-v1.5").template_path
    assert path is not None
    template = jinja2.Environment(autoescape=False, trim_blocks=True, lstrip_blocks=True).from_string(path.read_text())
    return template.render(messages=messages, bos_token="<s>", eos_token="</s>", add_generation_prompt=prompt)


def test_vicuna_renders_its_turns() -> None:
    text = rendered(
        [
            {"role": "system", "content": "Be brief.\n"},
            {"role": "user", "content": " What is PPO? "},
            {"role": "assistant", "content": "An agent."},
            {"role": "user", "content": "And RND?"},
        ]
    )
    assert text == "<s>Be brief. USER: What is PPO? ASSISTANT: An agent.</s> USER: And RND? ASSISTANT:"


def test_vicuna_has_a_system_text_of_its_own() -> None:
    text = rendered([{"role": "user", "content": "Hello"}], prompt=False)
    assert text.startswith("<s>A chat between a curious user and an artificial intelligence assistant.")
    assert text.endswith("answers to the user's questions. USER: Hello")
