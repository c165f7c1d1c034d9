"""Names of devices."""

from __future__ import annotations

import pytest
import torch as th

from rllte.core.device import resolve_device
from rllte.core.errors import ParameterError


def test_defect_3_2_a_number_of_two_digits_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(th.cuda, "is_available", lambda: True)
    monkeypatch.setattr(th.cuda, "device_count", lambda: 11)
    assert resolve_device("cuda:10").index == 10
    with pytest.raises(ParameterError, match=r"cuda:11.*cuda:0 to cuda:10"):
        resolve_device("cuda:11")


def test_what_is_not_there_or_no_device_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(th.cuda, "is_available", lambda: False)
    assert resolve_device("cpu").type == "cpu"
    with pytest.raises(ParameterError, match="not on this machine"):
        resolve_device("cuda")
    with pytest.raises(ParameterError, match="Unknown device 'gpu'"):
        resolve_device("gpu")
