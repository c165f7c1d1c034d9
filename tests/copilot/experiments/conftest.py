"""An empty store in the test's own data folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from copilot.experiments import Experiments


@pytest.fixture
def store() -> Iterator[Experiments]:
    with closing(Experiments()) as opened:
        yield opened
