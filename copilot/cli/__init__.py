"""The command line: stdout is the answer, stderr the diagnostics, `--json` the contract. The only place that prints.

Commands live in `commands`; this module stays free of imports, so that `rllte-copilot --help` answers at once.
"""


def main() -> None:
    """Entry point of the console script `rllte-copilot`."""
    try:
        from copilot.cli.commands import main as run

        run()
    except KeyboardInterrupt:  # before a command had begun
        raise SystemExit(130) from None
