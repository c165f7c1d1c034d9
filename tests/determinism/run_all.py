"""`python -m tests.determinism.run_all THREADS`: train every agent for a few steps, print a digest of its weights."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import sys
import tempfile
from pathlib import Path

import torch as th

from rllte.core.registry import load_all
from tests.compatibility.conftest import ACTIONS, OBSERVATIONS, first, make_agent, weights


def main() -> None:
    """One JSON object: digest by agent."""
    th.set_num_threads(int(sys.argv[1]))
    digests = {}
    for entry in load_all():
        if entry.primitive == "agent":
            seen = first(entry.observation_spaces, (), OBSERVATIONS)
            acts = first(entry.action_spaces, (), ACTIONS)
            with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
                agent = make_agent(entry, seen, acts, Path(folder))
                agent.train(num_train_steps=200)
            digests[entry.name] = hashlib.sha256(weights(agent).numpy().tobytes()).hexdigest()
    sys.stdout.write(json.dumps(digests))


if __name__ == "__main__":
    main()
