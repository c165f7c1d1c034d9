"""Settings: the order of precedence, and wrong values named."""

import errno
import stat
import tomllib
from pathlib import Path

import pytest

from copilot.core import paths
from copilot.core.errors import FileProblem, InvalidRequest, UnknownName
from copilot.core.settings import load_settings, save


def test_command_line_beats_environment_beats_file(monkeypatch: pytest.MonkeyPatch) -> None:
    paths.config_file().write_text('model = "from-file"\nthreads = 3\n')
    assert load_settings().model == "from-file"
    monkeypatch.setenv("RLLTE_COPILOT_MODEL", "from-environment")
    assert load_settings().model == "from-environment"
    assert load_settings(model="from-command-line").model == "from-command-line"
    assert load_settings(model=None).threads == 3


def test_an_unknown_key_suggests_the_nearest() -> None:
    paths.config_file().write_text('modle = "x"\n')
    with pytest.raises(UnknownName, match="modle") as caught:
        load_settings()
    assert "'model'" in caught.value.hint


def test_a_wrong_type_is_named() -> None:
    paths.config_file().write_text('threads = "many"\n')
    with pytest.raises(InvalidRequest, match="a whole number"):
        load_settings()


def test_broken_toml_names_the_file() -> None:
    paths.config_file().write_text("model = ")
    with pytest.raises(FileProblem, match=r"config\.toml"):
        load_settings()


def test_booleans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RLLTE_COPILOT_OFFLINE", "yes")
    assert load_settings().offline is True
    monkeypatch.setenv("RLLTE_COPILOT_OFFLINE", "perhaps")
    with pytest.raises(InvalidRequest, match="true or false"):
        load_settings()


@pytest.mark.parametrize(
    "line",
    [
        "threads = 0",
        "threads = -2",
        "threads = 1.5",
        "threads = true",
        "threads = 4096",
        "port = 0",
        "port = 70000",
        "port = -1",
        "context_tokens = 12",
        "context_tokens = -1",
        "idle_minutes = 0",
        "idle_minutes = -1",
        "idle_minutes = nan",
        "idle_minutes = inf",
        'idle_minutes = "soon"',
        "model = 3",
        'model = ["a"]',
        'base_url = "notaurl"',
        'base_url = "http://[::1"',
        'base_url = "http://a b/v1"',
        'base_url = "http://127.0.0.1:70000"',
        'base_url = "ftp://127.0.0.1"',
        'base_url = "http:///v1"',
        'base_url = "http://模型/v1"',
        'reranker_url = "notaurl"',
        'reranker_url = "http://127.0.0.1:70000"',
        "reranker_url = 8080",
        "reranker_model = 3",
    ],
)
def test_a_value_outside_its_range_is_named(line: str) -> None:
    paths.config_file().write_text(line, encoding="utf-8")
    key = line.split(" ", 1)[0]
    with pytest.raises(InvalidRequest, match=f"The setting {key} is .*; expected") as caught:
        load_settings()
    assert f"RLLTE_COPILOT_{key.upper()}" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "value"), [("THREADS", "-1"), ("THREADS", "1.5"), ("IDLE_MINUTES", "NaN"), ("PORT", "http"), ("PORT", "0")]
)
def test_so_is_one_of_the_environment(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"RLLTE_COPILOT_{name}", value)
    with pytest.raises(InvalidRequest, match=name.lower()):
        load_settings()


def test_values_in_their_range_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    paths.config_file().write_text('threads = 1\nidle_minutes = 1\nport = 65535\nbase_url = "https://[::1]:8000/v1"\n')
    monkeypatch.setenv("RLLTE_COPILOT_CONTEXT_TOKENS", "1024")
    got = load_settings()
    assert (got.threads, got.idle_minutes, got.port, got.context_tokens) == (1, 1.0, 65535, 1024)
    assert got.base_url == "https://[::1]:8000/v1"


@pytest.mark.parametrize("name", ["api_key", "embedder_api_key", "reranker_api_key"])
def test_a_key_that_no_header_holds_is_refused_and_not_shown(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"RLLTE_COPILOT_{name.upper()}", "secret\nkey")
    with pytest.raises(InvalidRequest, match=f"The setting {name} is not shown here") as caught:
        load_settings()
    assert "secret" not in caught.value.message + caught.value.hint


def test_a_cross_encoder_is_named_by_the_file_or_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    got = load_settings()
    assert (got.reranker_url, got.reranker_model, got.reranker_api_key) == (None, None, None)
    paths.config_file().write_text('reranker_url = "http://127.0.0.1:8080"\nreranker_model = "lab/rank"\n')
    monkeypatch.setenv("RLLTE_COPILOT_RERANKER_URL", "http://127.0.0.1:8081/v1")
    monkeypatch.setenv("RLLTE_COPILOT_RERANKER_API_KEY", "a key")
    got = load_settings()
    assert (got.reranker_url, got.reranker_model) == ("http://127.0.0.1:8081/v1", "lab/rank")
    assert (got.reranker_api_key, got.api_key, got.embedder_api_key) == ("a key", None, None)


FILE = '# mine\nthreads = 2  # of four\nmodel = "a"\n'


def test_saving_changes_one_line_and_makes_the_file_private() -> None:
    path = paths.config_file()
    path.write_text(FILE)
    path.chmod(0o644)
    assert save("model", "b") == path
    assert path.read_text() == FILE.replace('"a"', '"b"')
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    save("embedder", 'c"')
    assert tomllib.loads(path.read_text()) == {"threads": 2, "model": "b", "embedder": 'c"'}


def test_a_linked_file_stays_linked(tmp_path: Path) -> None:
    kept = tmp_path / "dotfiles.toml"
    kept.write_text(FILE)
    paths.config_file().symlink_to(kept)
    assert save("model", "b") == kept
    assert paths.config_file().is_symlink()
    assert 'model = "b"' in kept.read_text()


@pytest.mark.parametrize("text", ["model = ", '"model" = "a"\n', 'model = """\na"""\n', '[more]\nmodel = "a"\n'])
def test_a_file_that_cannot_be_changed_stays_as_it_is(text: str) -> None:
    paths.config_file().write_text(text)
    with pytest.raises(FileProblem, match=r"config\.toml"):
        save("model", "b")
    assert paths.config_file().read_text() == text


def test_a_file_that_cannot_be_written_is_named_by_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path, text: str) -> None:
        raise OSError(errno.EROFS, "Read-only file system", f"{path}.1.partial")

    monkeypatch.setattr("copilot.core.settings.write_private", refused)
    with pytest.raises(FileProblem, match=r"config\.toml: Read-only"):
        save("model", "b")


def test_the_weaker_sandbox_is_the_file_s_and_the_command_line_s_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RLLTE_COPILOT_WEAKER_SANDBOX", "1")
    assert load_settings().weaker_sandbox is False
    assert load_settings(weaker_sandbox=True).weaker_sandbox is True
    paths.config_file().write_text("weaker_sandbox = true\n", encoding="utf-8")
    assert load_settings().weaker_sandbox is True
    paths.config_file().write_text("weaker_sandbox = 3\n", encoding="utf-8")
    with pytest.raises(InvalidRequest, match="weaker_sandbox is 3; expected true or false") as caught:
        load_settings()
    assert "environment" not in caught.value.hint
