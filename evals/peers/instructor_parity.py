"""The peer of `python -m evals instructor`: the package of Instructor's authors, on a checkpoint and texts given to it.

It last changed in 2023 and needs an environment of its own. On Python 3.11 these work together, installed in two steps
(the second without what they ask for: sentence-transformers 2.2.2 would bring torchvision):

    pip install torch==2.13.0 "numpy<2" transformers==4.44.2 huggingface_hub==0.25.2 "scikit-learn<1.6" \
        scipy nltk sentencepiece pillow requests tqdm
    pip install --no-deps sentence-transformers==2.2.2 InstructorEmbedding==1.0.1
"""

from __future__ import annotations

import importlib.metadata
import json
import sys

import numpy as np
from InstructorEmbedding import INSTRUCTOR


def main() -> None:
    """`CHECKPOINT TEXTS OUT`: embed every text for every purpose."""
    checkpoint, texts, out = sys.argv[1:]
    with open(texts, encoding="utf-8") as file:
        given = json.load(file)
    model = INSTRUCTOR(checkpoint, device="cpu")
    vectors = {
        purpose: model.encode([[instruction, text] for text in given["texts"]])
        for purpose, instruction in given["instructions"].items()
    }
    names = ["InstructorEmbedding", "sentence-transformers", "transformers", "torch"]
    versions = {name: importlib.metadata.version(name) for name in names}
    np.savez(out, versions=json.dumps(versions), **vectors)


if __name__ == "__main__":
    main()
