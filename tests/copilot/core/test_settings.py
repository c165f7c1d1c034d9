"""Settings: the order of precedence, and wrong values named."""

import pytest

from copilot.core import paths
from copilot.core.errors import FileProblem, InvalidRequest, UnknownName
from copilot.core.settings import load_settings


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
