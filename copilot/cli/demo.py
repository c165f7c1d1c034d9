"""The whole path once, for a pipe or CI: one question, one generated script, one sandboxed run."""

from __future__ import annotations

from pathlib import Path

from copilot.assistant.assistant import Assistant
from copilot.cli import output
from copilot.cli.render import show_answer, show_generated, show_run
from copilot.core import paths
from copilot.core.settings import Settings

QUESTION = "How do I train PPO on CartPole?"
REQUEST = "Train PPO on CartPole-v1 with 8 environments for 50000 steps"


def demo(settings: Settings) -> int:
    """Print the three steps; returns the exit code, 0 when all three worked."""
    assistant = Assistant(settings)
    folder = Path(paths.home()) / "demo"
    output.answer(f'$ rllte-copilot ask "{QUESTION}"\n')
    show_answer(assistant.ask(QUESTION), False)
    output.answer(f'\n$ rllte-copilot generate "{REQUEST}" -o {folder}\n')
    checked = show_generated(assistant.generate(REQUEST, folder), False)
    script = folder / "train.py"
    output.answer(f"\n$ rllte-copilot run {script} -- --num-train-steps 8192\n")
    result = show_run(assistant.run(script, ["--num-train-steps", "8192"]), False)
    return 0 if checked and result.status == "ok" else 3
