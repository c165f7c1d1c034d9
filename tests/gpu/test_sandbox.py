"""A real card in the sandbox: CUDA computes there when asked for, and is not to be seen when not."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.sandbox import Limits, devices, run_script

pytestmark = pytest.mark.gpu
CODE = """
import torch
print("cuda", torch.cuda.is_available())
if torch.cuda.is_available():
    x = torch.randn(256, 256, device="cuda", requires_grad=True)
    (x @ x).square().mean().backward()
    print("gradient", bool(torch.isfinite(x.grad).all()))
"""


@pytest.mark.parametrize("gpu", [True, False])
def test_cuda_works_in_a_run_that_asked_for_it(tmp_path: Path, gpu: bool) -> None:
    script = tmp_path / "payload.py"
    script.write_text(CODE)
    result = run_script(script, [], limits=Limits(time_s=120), run_dir=tmp_path / "runs", gpu=gpu)
    log = Path(result.log).read_text()
    assert result.status == "ok", log
    assert f"cuda {gpu}" in log
    assert ("gradient True" in log) == gpu
    assert (devices.LAYER in result.sandbox["layers"]) == gpu
