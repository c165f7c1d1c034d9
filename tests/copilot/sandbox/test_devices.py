"""Graphics cards in the sandbox. Here a device of the kernel that takes what is written plays the card's part, and is named
so; what a driver does with a real one, `tests/gpu` shows on a machine that has one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from copilot.core.errors import SandboxUnavailable
from copilot.sandbox import devices, probe
from tests.copilot.sandbox.conftest import Payload

LOOK = """
    import os
    names = sorted(name for name in os.listdir("/dev") if name.startswith("nvidia"))
    print("nodes", names, "sys", os.path.isdir("/sys/devices"))
    for name in names:
        with open("/dev/" + name, "wb", buffering=0) as card:
            print("took", card.write(b"x"))
    try:
        open("/sys/kernel/mm/transparent_hugepage/enabled", "w").write("never")
    except OSError as error:
        print("sys refused", error.errno)
"""


@pytest.fixture
def fake_cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two nodes named like a card's, which are the null device; beside them what is none."""
    if os.geteuid() != 0:
        pytest.skip("only root can make a device; as root these tests run")
    folder = tmp_path / "dev"
    folder.mkdir()
    for name in ("nvidia0", "nvidiactl", "kmsg"):
        os.mknod(folder / name, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        (folder / name).chmod(0o666)
    (folder / "nvidia1").write_text("a file")
    (folder / "nvidia2").symlink_to("/dev/null")
    monkeypatch.setattr(devices, "DEV", folder)
    monkeypatch.setattr("copilot.sandbox.argv.of_devices", shown_in_dev)
    return folder


def shown_in_dev(nodes: list[str]) -> list[object]:
    """As the real one, but from the folder of the test to the run's /dev."""
    from copilot.sandbox.argv import Bind

    return (
        [Bind("/sys", "/sys"), *(Bind(node, f"/dev/{Path(node).name}", device=True) for node in nodes)] if nodes else []
    )


def test_only_nodes_of_cards_are_found(fake_cards: Path) -> None:
    assert [Path(node).name for node in devices.found()] == ["nvidia0", "nvidiactl"]
    (fake_cards / "nvidia0").unlink()
    with pytest.raises(SandboxUnavailable, match="no graphics card"):
        devices.found()


def test_a_run_that_asks_sees_the_cards_and_says_that_it_is_weaker(fake_cards: Path, payload_here: Payload) -> None:
    done = payload_here(LOOK, gpu=True)
    assert "nodes ['nvidia0', 'nvidiactl'] sys True" in done.text
    assert done.text.count("took 1") == 2
    assert "sys refused 30" in done.text
    assert devices.LAYER in done.result.sandbox["layers"]


def test_a_run_that_does_not_ask_sees_none(fake_cards: Path, payload_here: Payload) -> None:
    done = payload_here(LOOK)
    assert "nodes [] sys False" in done.text
    assert devices.LAYER not in done.result.sandbox["layers"]


def test_the_self_test_knows_which_devices_were_asked_for(fake_cards: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = devices.found()
    report = probe(fresh=True, nodes=nodes)
    assert report.ok, report.detail
    monkeypatch.setattr(
        "copilot.sandbox.argv.of_devices", lambda nodes: shown_in_dev([*nodes, str(fake_cards / "kmsg")])
    )
    assert "only named devices" in probe(fresh=True, nodes=nodes).detail


def test_without_a_card_nothing_is_run(payload_here: Payload, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "DEV", tmp_path)
    with pytest.raises(SandboxUnavailable, match="no graphics card"):
        payload_here("print('ran')", gpu=True)
    assert not (tmp_path / "runs").exists()


def test_other_devices_are_never_meant() -> None:
    others = [
        "kmsg",
        "mem",
        "sda",
        "kvm",
        "fuse",
        "nvidia",
        "nvidia-fs",
        "nvidia0p1",
        "xnvidia0",
        "nvidia0\n",
        "davinci",
    ]
    assert not [name for name in others if devices.NODES.fullmatch(name)]
