"""Whether our Instructor embeds as the package of its authors does: on a tiny checkpoint of that architecture.

The checkpoint has random weights: no model hub is needed, and what is compared is the arithmetic, not the meaning. Its
authors' package (`evals/peers/instructor_parity.py`) needs an environment of its own:
`python -m evals instructor --peer PYTHON`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

INSTRUCTIONS = {
    "document": "Represent the document for retrieval: ",
    "question": "Represent the question for retrieving supporting documents: ",
}
TEXTS = [
    "PPO clips the ratio of the new policy to the old one.",
    "Short.",
    "",
    "  Spaces around,  and\ttabs and\nlines within.  ",
    "内在奖励鼓励探索。",
    "The replay buffer keeps transitions and samples them uniformly. " * 40,  # longer than the model reads
    *[f"Sentence number {number} of a batch that is longer than one. " * (number % 5 + 1) for number in range(20)],
]
WIDTH, DIMENSION, WORDS, LENGTH = 64, 48, 400, 512
TOLERANCE = 1e-5


def measure(args: list[str]) -> dict[str, Any]:
    """The largest difference of any component: ours, and the two ways of getting it wrong, to the authors' package."""
    parser = argparse.ArgumentParser(prog="python -m evals instructor")
    parser.add_argument("--peer", required=True, help="The Python of the peer's environment.")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(args)
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        make_checkpoint(top / "checkpoint", given.seed)
        (top / "texts.json").write_text(json.dumps({"instructions": INSTRUCTIONS, "texts": TEXTS}))
        script = Path(__file__).parent / "peers" / "instructor_parity.py"
        command = [given.peer, str(script), str(top / "checkpoint"), str(top / "texts.json"), str(top / "peer.npz")]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        os.environ["RLLTE_COPILOT_HOME"] = str(top / "home")
        ours, bare = _ours(top / "checkpoint"), _bare(top / "checkpoint")
        with np.load(top / "peer.npz") as peer:
            theirs = {purpose: peer[purpose] for purpose in INSTRUCTIONS}
            versions = json.loads(str(peer["versions"]))
    worst = {name: _difference(vectors, theirs) for name, vectors in {**ours, **bare}.items()}
    return {
        "vectors": {purpose: list(rows.shape) for purpose, rows in theirs.items()},
        "largest_difference": worst,
        "equal": worst["ours"] <= TOLERANCE,
        "peer": versions,
    }


def _difference(vectors: dict[str, np.ndarray], theirs: dict[str, np.ndarray]) -> float:
    return max(float(np.abs(vectors[purpose] - theirs[purpose]).max()) for purpose in theirs)


def _ours(checkpoint: Path) -> dict[str, dict[str, np.ndarray]]:
    """By our embedder, with the instruction left out of the pooling and, wrongly, in it."""
    from copilot.core.settings import Settings
    from copilot.models import open_embedder

    found = {}
    for name, pooled in (("ours", False), ("instruction in the pooling", True)):
        profile = write_profile(checkpoint, "tiny-instructor", pool_instruction=pooled)
        embedder = open_embedder(Settings(embedder=profile, threads=1))
        found[name] = {
            "document": np.array(embedder.embed_documents(TEXTS)),
            "question": np.array([embedder.embed_query(text) for text in TEXTS]),
        }
        embedder.close()
    return found


def _bare(checkpoint: Path) -> dict[str, dict[str, np.ndarray]]:
    """By sentence-transformers alone, given the folder and the instruction, as its documentation shows for the hub."""
    code = (
        "import json, sys, numpy as np\nfrom sentence_transformers import SentenceTransformer\n"
        "given = json.loads(sys.stdin.read())\nmodel = SentenceTransformer(sys.argv[1], device='cpu')\n"
        "np.savez(sys.argv[2], **{p: model.encode(given['texts'], prompt=i) for p, i in given['instructions'].items()})"
    )
    out = checkpoint.parent / "bare.npz"
    asked = json.dumps({"instructions": INSTRUCTIONS, "texts": TEXTS})
    subprocess.run([sys.executable, "-c", code, str(checkpoint), str(out)], input=asked, text=True, check=True)
    with np.load(out) as vectors:
        return {"bare sentence-transformers": {purpose: vectors[purpose] for purpose in INSTRUCTIONS}}


def write_profile(folder: Path, name: str, *, pool_instruction: bool) -> str:
    """A user's profile of a folder, in the data folder; gives its name."""
    from copilot.core import paths

    place = paths.profiles_dir()
    place.mkdir(parents=True, exist_ok=True)
    lines = [
        f'name = "{name}"',
        'kind = "embedder"',
        'title = "Tiny Instructor, random weights"',
        'licence = "MIT"',
        "[embedding]",
        'backend = "sentence-transformers"',
        f"folder = {json.dumps(str(folder))}",
        *(f"{purpose} = {json.dumps(text)}" for purpose, text in INSTRUCTIONS.items()),
        f"pool_instruction = {str(pool_instruction).lower()}",
    ]
    (place / f"{name}.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return name


def make_checkpoint(folder: Path, seed: int = 1) -> Path:
    """Write a checkpoint as Instructor's are laid out: T5 encoder, mean pooling, a dense layer without bias, unit length.

    Args:
        folder: made here.
        seed: of the random weights.
    """
    import torch
    from transformers import T5Config, T5EncoderModel

    torch.manual_seed(seed)
    folder.mkdir(parents=True)
    sizes = {"d_model": WIDTH, "d_kv": 16, "d_ff": 128, "num_layers": 2, "num_heads": 4}
    config = T5Config(vocab_size=_tokenizer(folder), **sizes, pad_token_id=0, eos_token_id=1, decoder_start_token_id=0)
    model = T5EncoderModel(config)
    with torch.no_grad():
        for parameter in model.parameters():  # a model this narrow would hardly look at the other tokens otherwise
            parameter.normal_(0.0, 0.3)
    model.save_pretrained(folder)
    kinds = ["Transformer", "Pooling", "Dense", "Normalize"]
    places = ["", "1_Pooling", "2_Dense", "3_Normalize"]
    modules = [
        {"idx": index, "name": str(index), "path": place, "type": f"sentence_transformers.models.{kind}"}
        for index, (kind, place) in enumerate(zip(kinds, places, strict=True))
    ]
    _write(folder / "modules.json", modules)
    _write(folder / "sentence_bert_config.json", {"max_seq_length": LENGTH, "do_lower_case": False})
    modes = ["cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens"]
    pooling = {f"pooling_mode_{mode}": mode == "mean_tokens" for mode in modes}
    _write(folder / "1_Pooling" / "config.json", {"word_embedding_dimension": WIDTH, **pooling})
    dense = {"in_features": WIDTH, "out_features": DIMENSION, "bias": False}
    _write(folder / "2_Dense" / "config.json", {**dense, "activation_function": "torch.nn.modules.linear.Identity"})
    torch.save({"linear.weight": torch.randn(DIMENSION, WIDTH)}, folder / "2_Dense" / "pytorch_model.bin")
    (folder / "3_Normalize").mkdir()
    return folder


def _tokenizer(folder: Path) -> int:
    """A small unigram tokenizer that splits and ends texts as T5's does; gives how many pieces it knows."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers

    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    special = ["<pad>", "</s>", "<unk>"]
    trainer = trainers.UnigramTrainer(vocab_size=WORDS, special_tokens=special, unk_token="<unk>", show_progress=False)
    tokenizer.train_from_iterator([*TEXTS, *INSTRUCTIONS.values()], trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    tokenizer.save(str(folder / "tokenizer.json"))
    names = {"pad_token": special[0], "eos_token": special[1], "unk_token": special[2]}
    _write(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_input_names": ["input_ids", "attention_mask"],
            "model_max_length": LENGTH,
            **names,
        },
    )
    return tokenizer.get_vocab_size()


def _write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
