"""Which device a name stands for."""

from __future__ import annotations

import torch as th

from rllte.core.errors import ParameterError


def resolve_device(name: str | th.device) -> th.device:
    """The device of a name; "auto" takes CUDA, then Ascend NPU, then MPS, then the CPU.

    Raises:
        ParameterError: the device is not on this machine.
    """
    if str(name) == "auto":
        return th.device(next((kind for kind in ("cuda", "npu", "mps") if _present(kind)), "cpu"))
    try:
        device = th.device(name)
    except (RuntimeError, TypeError) as error:
        raise ParameterError(f"Unknown device {str(name)!r}; expected auto, cpu, cuda, cuda:N, npu or mps.") from error
    if device.type != "cpu" and not _present(device.type):
        raise ParameterError(f"The device {str(name)!r} is not on this machine; use device='auto' or 'cpu'.")
    if device.type == "cuda" and device.index is not None and device.index >= th.cuda.device_count():
        raise ParameterError(
            f"The device {str(name)!r} is not on this machine, which has cuda:0 to cuda:{th.cuda.device_count() - 1}."
        )
    return device


def _present(kind: str) -> bool:
    if kind == "cuda":
        return th.cuda.is_available()
    if kind == "mps":
        return th.backends.mps.is_available()
    if kind == "npu":
        npu = getattr(th, "npu", None)  # exists once torch_npu is imported
        return bool(npu is not None and npu.is_available())
    return False
