import pytest

from rllte.core.errors import UnknownNameError
from rllte.core.registry import find


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="VanillaMlpEncoder"):
        find("VanilaMlpEncoder")
