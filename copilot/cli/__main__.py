"""`python -m copilot.cli` is `rllte-copilot`."""

from copilot.cli import main

main()
