"""Every shipped profile says where its weights come from, how they are verified and under which licence."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import jinja2
import pytest

from copilot.core import paths
from copilot.core.errors import FileProblem, UnknownName
from copilot.models import profiles
from copilot.models.embedding import Embedding
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
    if not profile.files:
        assert profile.whole_repository
        assert not profile.pinned
        return
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
    assert profile.path == (profile.folder / profile.files[0].name if profile.files else profile.folder)


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


@pytest.mark.parametrize("size", ["base", "large", "xl"])
def test_instructor_leaves_the_instruction_out_of_the_pooling(size: str) -> None:
    embedding = profiles.get(f"instructor-{size}").embedding
    assert embedding is not None
    assert embedding.pool_instruction is False
    assert embedding.document != embedding.question
    for instruction in (embedding.document, embedding.question):
        assert instruction is not None
        assert instruction.startswith("Represent the ")
        assert instruction.endswith(": ")


LOCAL = """
kind = "embedder"
context_length = 128
[embedding]
folder = "/models/instructor-large"
document = "Represent the document: "
question = "Represent the question: "
pool_instruction = false
"""
HUB = """
kind = "embedder"
hub.repo = "intfloat/e5-small-v2"
embedding = { document = "passage: ", question = "query: ", pool_instruction = true }
"""
SERVED = """
kind = "embedder"
[embedding]
base_url = "http://127.0.0.1:8000"
model = "lab/embed"
"""


def own(text: str, name: str = "mine") -> Profile:
    """The user's profile of that text."""
    place = paths.profiles_dir()
    place.mkdir(exist_ok=True)
    (place / f"{name}.toml").write_text(text, encoding="utf-8")
    return profiles.get(name)


def test_a_user_names_a_folder() -> None:
    profile = own(LOCAL)
    assert profile.name == "mine"
    assert profile.folder == profile.path == Path("/models/instructor-large") == Path(profile.source)
    assert (profile.context_length, profile.whole_repository) == (128, False)
    assert profile.embedding == Embedding(
        "sentence-transformers",
        "Represent the document: ",
        "Represent the question: ",
        False,
        "/models/instructor-large",
    )
    assert profile in profiles.load_profiles()


def test_a_user_names_a_repository_of_the_hub() -> None:
    profile = own(HUB)
    assert profile.whole_repository
    assert (profile.hub_repo, profile.hub_revision) == ("intfloat/e5-small-v2", "main")
    assert profile.folder == paths.models_dir() / "mine"
    assert profile.embedding is not None
    assert profile.embedding.backend == "sentence-transformers"


def test_a_user_names_a_server() -> None:
    profile = own(SERVED)
    assert profile.embedding == Embedding("server", base_url="http://127.0.0.1:8000/v1", model="lab/embed")
    assert profile.source == "served at http://127.0.0.1:8000/v1"
    assert not profile.whole_repository


def test_a_user_adds_a_chat_model_by_the_same_form() -> None:
    text = 'kind = "chat"\ncontext_length = 4096\nhub.repo = "lab/tiny-gguf"\n'
    profile = own(text + '[[files]]\nname = "tiny.gguf"\nmember = ""\nbytes = 10\nsha256 = ""\n')
    assert (profile.kind, profile.chat_template, profile.path.name) == ("chat", "gguf", "tiny.gguf")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind = ", "Invalid value"),
        ('kind = "rerank"', "expected chat or embedder"),
        (LOCAL.replace("kind", "knid"), "no key 'knid'"),
        (LOCAL.replace("folder", "flder"), r"no key embedding\.flder"),
        (LOCAL.replace("pool_instruction = false", ""), "false for Instructor, true for nearly every other"),
        (LOCAL.replace("= false", '= "no"'), "embedding.pool_instruction is 'no'; expected bool"),
        (LOCAL.replace("/models", "models"), "expected a whole path"),
        (LOCAL.replace("/models", "~nobody-of-that-name"), "home"),
        (LOCAL.replace("128", "-1"), "below 0"),
        (LOCAL.replace("128", '"long"'), "context_length is 'long'; expected int"),
        (LOCAL + 'base_url = "http://127.0.0.1:1"', "needs one of"),
        ('kind = "embedder"', "needs one of"),
        ('name = "other"\n' + LOCAL, "expected that of the file"),
        (HUB.replace("intfloat/", ""), "expected OWNER/NAME"),
        (HUB.replace("{ ", '{ backend = "onnx", '), "all-minilm-l6-v2's alone"),
        (HUB.replace("{ ", '{ backend = "server", '), "belong together"),
        (SERVED.replace("model =", "batch = 8 #"), "embedding.model, the name of the model on the server, is missing"),
        (SERVED.replace("http:", "ftp:"), "expected an address such as"),
        (SERVED.replace("127", "me:secret@127"), "a key belongs into embedder_api_key"),
        (SERVED + "batch = 0", "outside its range"),
        (SERVED + "timeout_s = true", "expected int or float"),
        (SERVED + "pool_instruction = false", "the server's own matter"),
        ('kind = "chat"\nhub.repo = "a/b"', "a chat model needs"),
        (
            'kind = "chat"\ncontext_length = 9\nhub.repo = "a/b"\n'
            '[[files]]\nname = "../b"\nmember = ""\nbytes = 1\nsha256 = ""',
            "lies outside",
        ),
    ],
)
def test_what_is_wrong_with_a_user_s_profile_is_said(text: str, said: str) -> None:
    with pytest.raises(FileProblem, match=said) as caught:
        own(text)
    assert "mine.toml" in caught.value.message
    assert profiles.get("all-minilm-l6-v2"), "another profile is not touched by it"
    with pytest.raises(FileProblem):
        profiles.load_profiles()


def test_a_shipped_name_is_not_the_user_s_to_give() -> None:
    assert own(LOCAL, "all-minilm-l6-v2").embedding is None
    assert [profile.name for profile in profiles.load_profiles()] == [path.stem for path in FILES]


def test_a_user_s_profile_is_among_the_nearest() -> None:
    own(LOCAL, "thesis-embedder")
    with pytest.raises(UnknownName) as caught:
        profiles.get("thesis-embeder")
    assert caught.value.nearest == ["thesis-embedder"]


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
