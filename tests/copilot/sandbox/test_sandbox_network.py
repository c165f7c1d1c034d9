"""Network and sockets: listeners of the host see nothing of a run, and what asks for it fails at once and says so."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator

import pytest

from tests.copilot.sandbox.conftest import Payload


@pytest.fixture
def listeners(payload: Payload) -> Iterator[dict[str, socket.socket]]:
    """Of the host, one of a kind: TCP, UDP, a socket with a path that everybody may use, one with an abstract name."""
    with contextlib.ExitStack() as stack:
        made = {
            "tcp": socket.create_server(("127.0.0.1", 0)),
            "udp": socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
            "path": socket.socket(socket.AF_UNIX),
            "abstract": socket.socket(socket.AF_UNIX),
        }
        made["udp"].bind(("127.0.0.1", 0))
        made["path"].bind(str(payload.folder / "socket"))
        (payload.folder / "socket").chmod(0o777)
        made["abstract"].bind(f"\0rllte-test-{os.getpid()}-{payload.identity.name}")
        for server in made.values():
            stack.callback(server.close)
            server.settimeout(0.2)
        made["path"].listen()
        made["abstract"].listen()
        yield made


def seen(listeners: dict[str, socket.socket]) -> list[str]:
    """The kinds that were reached."""
    reached = []
    for kind, server in listeners.items():
        with contextlib.suppress(TimeoutError):
            if kind == "udp":
                server.recv(100)
            else:
                server.accept()[0].close()
            reached.append(kind)
    return reached


REACH = """
import errno, socket, sys
tcp, udp, path, abstract = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], chr(0) + sys.argv[4]
found = []
for kind, address in (((2, 1), ("127.0.0.1", tcp)), ((2, 2), ("127.0.0.1", udp)), ((1, 1), path), ((1, 1), abstract)):
    try:
        with socket.socket(*kind) as end:
            end.connect(address)
            end.send(b"x")
            found.append("OK")
    except OSError as error:
        found.append(errno.errorcode[error.errno])
open(sys.argv[5], "w").write(" ".join(found))
"""


@pytest.mark.case(20)
@pytest.mark.case(22)
@pytest.mark.case(23)
@pytest.mark.case(24)
def test_listeners_of_the_host_see_nothing(payload: Payload, listeners: dict[str, socket.socket]) -> None:
    addresses = [str(listeners[kind].getsockname()[1]) for kind in ("tcp", "udp")]
    addresses += [listeners["path"].getsockname(), listeners["abstract"].getsockname()[1:].decode()]
    control = payload.identity.python(REACH, *addresses, str(payload.folder / "found"))
    assert (payload.folder / "found").read_text() == "OK OK OK OK", control.stdout
    assert seen(listeners) == ["tcp", "udp", "path", "abstract"]

    done = payload(REACH, *addresses, "/box/found")
    assert (done.box / "found").read_text() == "EPERM EPERM ENOENT ECONNREFUSED"
    assert seen(listeners) == []


@pytest.mark.case(22)
def test_every_other_kind_of_socket_is_refused(payload: Payload) -> None:
    """Internet, netlink, packets, the kernel's ciphers, virtual machines, Bluetooth, CAN, express data path."""
    code = """
    import errno, socket
    found = {}
    for family in range(2, 46):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
            for protocol in (0, 1, 16):
                try:
                    socket.socket(family, kind, protocol)
                    found[family, kind] = "OPEN"
                except OSError as error:
                    found[family, kind] = errno.errorcode[error.errno]
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            socket.socketpair(socket.AF_UNIX, kind)
            found["pair", kind] = "OPEN"
        except OSError as error:
            found["pair", kind] = errno.errorcode[error.errno]
    open("/box/found", "w").write(" ".join(sorted(set(found.values()))))
    for end in socket.socketpair():
        end.close()
    open("/box/control", "w").close()
    """
    done = payload(code)
    assert (done.box / "found").read_text() == "EPERM"
    assert (done.box / "control").exists()
    control = payload.identity.python(
        "import socket; [socket.socket(f, k) for f, k in ((2, 1), (2, 2), (16, 2), (10, 1))]"
    )
    assert control.returncode == 0, control.stdout


@pytest.mark.case(21)
def test_what_wants_the_network_fails_at_once(payload: Payload, listeners: dict[str, socket.socket]) -> None:
    """None of them waits for an answer that will never come; the limit of time, which is far, is not met."""
    code = """
    import os, socket, subprocess, sys, urllib.request
    port, failed = sys.argv[1], []
    def shell(line):
        subprocess.run(["/bin/bash", "-c", line], check=True, capture_output=True)
    for name, action in {
        "names": lambda: socket.getaddrinfo("example.org", 443),
        "by name": lambda: urllib.request.urlopen("https://example.org"),
        "by number": lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}"),
        "far": lambda: socket.create_connection(("192.0.2.1", 80)),
        "six": lambda: socket.create_connection(("::1", int(port))),
        "bash": lambda: shell(f"exec 3<>/dev/tcp/127.0.0.1/{port}"),
        "curl": lambda: shell(f"curl -s http://127.0.0.1:{port}"),
        "listen": lambda: socket.create_server(("127.0.0.1", 0)),
    }.items():
        try:
            action()
        except (OSError, subprocess.CalledProcessError):
            failed.append(name)
    open("/box/failed", "w").write(",".join(failed))
    socket.create_connection(("example.org", 443))
    """
    done = payload(code, str(listeners["tcp"].getsockname()[1]), time_s=30)
    assert (done.box / "failed").read_text() == "names,by name,by number,far,six,bash,curl,listen"
    assert (done.status, done.result.exit_code) == ("error", 1)
    assert "[sandbox] the network is off in runs" in done.text
    assert seen(listeners) == []


@pytest.mark.case(28)
def test_an_installation_at_run_time_says_why_it_cannot_be(payload: Payload) -> None:
    code = """
    import subprocess, sys
    subprocess.run([sys.executable, "-m", "pip", "install", "--no-input", "--retries", "1", "six==1.16.0"], check=True)
    """
    done = payload(code, time_s=90)
    assert (done.status, done.result.exit_code) == ("error", 1), done.text
    assert done.text.splitlines()[-1].startswith("[sandbox] "), done.text
    assert "network is off" in done.text.splitlines()[-1], done.text
    assert not list(done.box.rglob("*.whl"))
