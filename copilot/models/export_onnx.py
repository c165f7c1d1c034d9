"""Writes the embedder as ONNX, with mean pooling and normalisation inside the graph.

The only place of the copilot that imports torch and transformers, run once as `python -m copilot.models.export_onnx
FOLDER OUT`; nobody imports it.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    """Export the weights of one folder; returns the exit status."""
    import torch
    from transformers import AutoModel

    class Pooled(torch.nn.Module):
        """Mean of the last hidden states over real tokens, then unit length: (batch, 384) float32."""

        def __init__(self, model: torch.nn.Module) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            """Embed token ids and their mask, both (batch, length) int64."""
            hidden = self.model(input_ids=input_ids, attention_mask=attention_mask)[0]
            mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=1)

    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    model = AutoModel.from_pretrained(folder, local_files_only=True, attn_implementation="eager").eval()
    ids = torch.ones((2, 8), dtype=torch.int64)
    axes = {0: "batch", 1: "length"}
    torch.onnx.export(
        Pooled(model).eval(),
        (ids, ids),
        str(out),
        input_names=["input_ids", "attention_mask"],
        output_names=["embedding"],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "embedding": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
