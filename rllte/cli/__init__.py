"""Layer 6: `rllte train / eval / list`. The only place of the library that parses a command line."""


def main() -> None:
    """Entry point of the console script `rllte`."""
    from rllte.cli.commands import main as run

    run()
