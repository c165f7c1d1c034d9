"""Tracebacks as people paste them."""

from __future__ import annotations

import pytest

from copilot.assistant.trace import HEAD, TAIL, Frame, parse

PLAIN = """Traceback (most recent call last):
  File "/box/train.py", line 40, in <module>
    main()
    ~~~~^^
  File "/box/train.py", line 31, in main
    agent.train(num_train_steps=args.num_train_steps)
  File "/opt/rllte/agent/ppo.py", line 31, in train
    raise ParameterError("lr")
rllte.core.errors.ParameterError: lr is -3; expected above 0. Give a small one.
"""
CHAINED = """Traceback (most recent call last):
  File "a.py", line 1, in f
    x = d["k"]
KeyError: 'k'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "a.py", line 5, in <module>
    f()
  File "a.py", line 3, in f
    raise mine.Custom("no") from e
mine.Custom: no
"""
DURING = CHAINED.replace(
    "The above exception was the direct cause of the following exception",
    "During handling of the above exception, another exception occurred",
)


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        flat(PLAIN),
        PLAIN.replace("\n", "\r\n"),
        "运行的时候报错了：\n" + PLAIN + "\n请问怎么办？",
        "".join(f"> {line}\n" for line in PLAIN.splitlines()),
        "".join(f"  | {line}\n" for line in PLAIN.splitlines()),
        PLAIN.replace("Traceback", "\x1b[1;31mTraceback\x1b[0m").replace("line 31", "line \x1b[35m31\x1b[0m"),
        "step 10 reward 3\n" * 1000 + PLAIN,
        "Why does this happen?\n```\n" + PLAIN + "```",
    ],
)
def test_the_exception_and_the_users_line(text: str) -> None:
    trace = parse(text)
    assert trace is not None
    assert trace.last.short == "ParameterError"
    assert trace.last.message.startswith("lr is -3; expected above 0.")
    assert trace.place("train.py") == Frame(
        "/box/train.py", 31, "main", "agent.train(num_train_steps=args.num_train_steps)"
    )


@pytest.mark.parametrize("text", [CHAINED, flat(CHAINED)])
def test_a_direct_cause(text: str) -> None:
    trace = parse(text)
    assert trace is not None and trace.cause is not None
    assert (trace.cause.kind, trace.last.kind, trace.last.message) == ("KeyError", "mine.Custom", "no")


def test_an_exception_while_another_was_handled_has_no_cause() -> None:
    trace = parse(DURING)
    assert trace is not None
    assert (len(trace.chain), trace.cause, trace.last.kind) == (2, None, "mine.Custom")


def test_a_trace_that_breaks_off() -> None:
    trace = parse(PLAIN[: PLAIN.index("    raise")])
    assert trace is not None
    assert (trace.last.kind, len(trace.last.frames)) == ("", 3)
    assert trace.place() is not None


def test_a_trace_without_its_beginning() -> None:
    trace = parse(PLAIN[PLAIN.index('  File "/box/train.py", line 31') :])
    assert trace is not None
    assert trace.last.short == "ParameterError"


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("ValueError: no", "ValueError", "no"),
        ("I get RuntimeError: mat1 and mat2", "RuntimeError", "mat1 and mat2"),
        ("报错：RuntimeError: CUDA out of memory", "RuntimeError", "CUDA out of memory"),
        ("gymnasium.error.NameNotFound: `X` doesn't exist.", "gymnasium.error.NameNotFound", "`X` doesn't exist."),
        ('  File "t.py", line 3\n    x = = 3\n        ^\nSyntaxError: invalid syntax', "SyntaxError", "invalid syntax"),
        ('  File "t.py", line 3, in f\n    g()\nKeyboardInterrupt', "KeyboardInterrupt", ""),
        ('  File "t.py", line 3, in f\n    g()\nmine.Odd: x\nand more', "mine.Odd", "x\nand more"),
    ],
)  # fmt: skip
def test_an_exception_alone(text: str, kind: str, message: str) -> None:
    trace = parse(text)
    assert trace is not None
    assert (trace.last.kind, trace.last.message) == (kind, message)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "What is GAE?",
        "Note: this is a line",
        "what does RuntimeError: x mean?",
        "Which exception types does rllte raise, NotFiniteError or others?",
        "为什么会有 ValueError: x？",
        "PPO: an agent\nSAC: another",
        "use 16 environments",
    ],
)
def test_what_is_no_trace(text: str) -> None:
    assert parse(text) is None


def test_what_the_sandbox_says() -> None:
    trace = parse("step 1\n[sandbox] ended: the memory limit (--memory-limit)\n")
    assert trace is not None
    assert (trace.chain, trace.sandbox) == ((), ("ended: the memory limit (--memory-limit)",))
    both = parse(PLAIN + "[sandbox] the network is off in runs\n")
    assert both is not None
    assert (both.last.short, both.sandbox) == ("ParameterError", ("the network is off in runs",))
    assert both.last.message.endswith("small one.")


def test_of_several_traces_the_last_ended_the_program() -> None:
    trace = parse(PLAIN + "\n" + PLAIN.replace("ParameterError: lr is -3", "SpaceError: no").replace("31", "32"))
    assert trace is not None
    assert trace.last.short == "SpaceError"
    assert trace.place("train.py").line == 32  # type: ignore[union-attr]


def test_input_without_end_is_read_at_both_ends() -> None:
    trace = parse("x" * HEAD + "y\n" * 500_000 + PLAIN)
    assert trace is not None
    assert trace.last.short == "ParameterError"
    deep = (
        "Traceback (most recent call last):\n"
        + '  File "a.py", line 1, in f\n    f()\n' * 50_000
        + "RecursionError: deep\n"
    )
    trace = parse(deep)
    assert trace is not None
    assert trace.last.kind == "RecursionError"
    assert len(deep) > HEAD + TAIL


def test_frames_of_packages_are_not_the_users() -> None:
    files = [
        "/v/lib/python3.11/site-packages/torch/nn.py",
        "/usr/lib/python3.11/ast.py",
        "<frozen runpy>",
        "/x/rllte/env/a.py",
    ]
    for file in files:
        assert not Frame(file, 1).ours
    for file in ("train.py", "/box/train.py", "/home/me/rllte/mine.py", "C:\\me\\train.py"):
        assert Frame(file, 1).ours
