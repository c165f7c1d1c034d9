"""What people do in experiments works inside, and what it makes is there on the host afterwards."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from copilot.core import paths
from tests.copilot.sandbox.conftest import Outcome, Payload

LIBRARY = f"import sys\nsys.path.insert(0, {str(paths.project_root())!r})\n"
"""A script finds the library as it is in this checkout; only that folder is shown to it."""


def train(payload: Payload, agent: str, call: str, **limits: float) -> Outcome:
    """A few hundred steps of CartPole, as a script of the copilot's does it."""
    code = f"""
from rllte.agent import {agent}
from rllte.env import make_rllte_env

if __name__ == "__main__":
    env = make_rllte_env("CartPole-v1", num_envs=2, seed=1)
    eval_env = make_rllte_env("CartPole-v1", num_envs=1, seed=2)
    agent = {agent}(env=env, eval_env=eval_env, tag="inside", seed=1, {call})
    agent.train(num_train_steps=512, num_eval_episodes=1)
    print("reward", agent.eval(1)["episode_reward"])
    env.close(), eval_env.close()
"""
    return payload(LIBRARY + code, readable=[paths.library_dir()], time_s=240, memory_mb=4096, **limits)


def trained(done: Outcome) -> bool:
    """Whether it came to its end, and left checkpoints, logs and TensorBoard's events on the host."""
    assert done.status == "ok", done.text
    names = [path.name for path in done.box.rglob("*") if path.is_file() and path.stat().st_size]
    assert any(name.startswith("events.out.tfevents") for name in names), names
    assert any(name.endswith((".pt", ".pth", ".safetensors")) for name in names), names
    assert "train.log" in names
    rows = (Path(done.result.log).parent / "metrics.jsonl").read_text().splitlines()
    steps = [json.loads(row).get("step", 0) for row in rows]
    return "reward" in done.text and bool(steps) and max(steps) > 200


@pytest.mark.learning
@pytest.mark.case("work")
def test_ppo(payload: Payload) -> None:
    assert trained(train(payload, "PPO", "num_steps=64, batch_size=32, hidden_dim=32"))


@pytest.mark.learning
@pytest.mark.case("work")
def test_dqn(payload_here: Payload) -> None:
    assert trained(train(payload_here, "DQN", "num_init_steps=100, hidden_dim=32"))


@pytest.mark.case(29)
def test_torch_and_its_workers(payload: Payload) -> None:
    """Batches through shared memory from two workers, started both ways, and a checkpoint there and back."""
    code = """
    import torch
    from torch import multiprocessing
    from torch.utils.data import DataLoader

    def fill(queue, taken):
        queue.put(torch.ones(1000))
        taken.wait()  # what is sent is fetched from this process

    def main():
        for start in ("fork", "spawn"):
            batches = DataLoader(torch.arange(512.0), batch_size=64, num_workers=2, multiprocessing_context=start)
            assert sum(float(batch.sum()) for batch in batches) == 511 * 256
        context = multiprocessing.get_context("spawn")
        queue, taken = context.SimpleQueue(), context.Event()
        child = context.Process(target=fill, args=(queue, taken))
        child.start()
        assert queue.get().sum() == 1000
        taken.set()
        child.join()
        model = torch.nn.Linear(4, 2)
        torch.save({"model": model.state_dict(), "step": 7}, "checkpoint.pt")
        kept = torch.load("checkpoint.pt")
        assert kept["step"] == 7
        model.load_state_dict(kept["model"])
        model(torch.ones(3, 4)).sum().backward()
        open("done", "w").close()

    if __name__ == "__main__":
        main()
    """
    done = payload(code, memory_mb=4096, time_s=240)
    assert done.status == "ok", done.text
    assert sorted(path.name for path in done.box.iterdir()) == ["checkpoint.pt", "done"]
    assert (done.box / "checkpoint.pt").stat().st_size > 500


@pytest.mark.case(29)
def test_processes_queues_locks_and_environments_in_processes(payload: Payload) -> None:
    code = """
    import multiprocessing, os
    from concurrent.futures import ProcessPoolExecutor
    import gymnasium

    def work(lock, queue, value, barrier):
        barrier.wait()
        for _ in range(100):
            with lock:
                value.value += 1
        queue.put(os.getpid())

    def square(number):
        return number ** 2

    def main():
        for start in ("fork", "spawn", "forkserver"):
            context = multiprocessing.get_context(start)
            lock, queue, value = context.Lock(), context.Queue(), context.Value("i", 0, lock=False)
            barrier = context.Barrier(3)
            children = [context.Process(target=work, args=(lock, queue, value, barrier)) for _ in range(3)]
            [child.start() for child in children]
            assert len({queue.get() for _ in children}) == 3
            [child.join() for child in children]
            assert value.value == 300, value.value
            with context.Pool(2) as pool:
                assert pool.map(square, range(5)) == [0, 1, 4, 9, 16]
        with multiprocessing.Manager() as manager:
            shared = manager.dict(x=1)
            assert shared["x"] == 1
        with ProcessPoolExecutor(2) as pool:
            assert list(pool.map(square, range(3))) == [0, 1, 4]
        makers = [lambda: gymnasium.make("CartPole-v1")] * 3
        for shared in (True, False):
            environments = gymnasium.vector.AsyncVectorEnv(makers, shared_memory=shared)
            environments.reset(seed=1)
            for _ in range(20):
                observations, *_ = environments.step(environments.action_space.sample())
            assert observations.shape == (3, 4)
            environments.close()
        open("done", "w").close()

    if __name__ == "__main__":
        main()
    """
    done = payload(code, memory_mb=4096, time_s=240)
    assert done.status == "ok", done.text
    assert (done.box / "done").exists()


@pytest.mark.case("work")
def test_pictures_bars_tools_temporary_files_and_logs(payload: Payload) -> None:
    code = """
    import json, logging, os, pathlib, sqlite3, subprocess, sys, tempfile, threading
    import matplotlib.pyplot as plt
    import numpy as np
    from torch.utils.tensorboard import SummaryWriter
    from tqdm import tqdm

    logging.basicConfig(filename="/box/own.log", level=logging.INFO)
    logging.info("a line of its own log")
    plt.plot(np.arange(10)); plt.savefig("plot.png"); plt.savefig("/box/plot.pdf")
    for _ in tqdm(range(50), desc="bar"):
        pass
    tools = {}
    for tool in (["/usr/bin/id", "-u"], ["/usr/bin/sort", "-r"], ["/bin/sh", "-c", "echo $((6 * 7)) | cat"]):
        tools[tool[0]] = subprocess.run(tool, input="a\\nb\\n", capture_output=True, text=True, check=True).stdout
    with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile(dir=folder) as file:
        file.write(b"x")
        assert folder.startswith("/tmp/")
    with tempfile.TemporaryFile() as file:
        file.write(b"x")
    with sqlite3.connect("/box/results.sqlite") as base:
        base.execute("create table scores (x)")
    with SummaryWriter("/box/board") as board:
        board.add_scalar("x", 1.0, 1)
    pathlib.Path("tools.json").write_text(json.dumps(tools))
    pathlib.Path("~").expanduser().joinpath("at-home").touch()
    """
    done = payload(code, memory_mb=4096, time_s=240)
    assert done.status == "ok", done.text
    assert (done.box / "plot.png").read_bytes().startswith(b"\x89PNG")
    assert (done.box / "plot.pdf").read_bytes().startswith(b"%PDF")
    assert "a line of its own log" in (done.box / "own.log").read_text()
    assert [path.stat().st_size > 40 for path in (done.box / "board").iterdir()] == [True]
    assert (done.box / "results.sqlite").read_bytes().startswith(b"SQLite")
    assert (done.box / "at-home").exists()
    tools = json.loads((done.box / "tools.json").read_text())
    assert (tools["/usr/bin/sort"], tools["/bin/sh"]) == ("b\na\n", "42\n")
    assert tools["/usr/bin/id"].strip() not in {"", "0"}
    assert "100%" in done.text and "bar" in done.text
    assert {path.stat().st_uid for path in done.box.rglob("*")} == {payload.identity.uid}


@pytest.mark.case("work")
def test_torch_compile(payload_here: Payload) -> None:
    """Where a compiler is present; where none is, this says so instead of passing."""
    if not any(shutil.which(name, path="/usr/bin:/bin") for name in ("g++", "clang++", "c++")):
        reason = "torch.compile was not tried: there is no C++ compiler in /usr/bin"
        pytest.fail(reason) if "compiler" in os.environ.get("SANDBOX_TESTS_EXPECT", "").split() else pytest.skip(reason)
    code = """
    import torch

    @torch.compile
    def compiled(x):
        return torch.sin(x) * 2 + x.relu()

    if __name__ == "__main__":
        x = torch.randn(64)
        torch.testing.assert_close(compiled(x), torch.sin(x) * 2 + x.relu())
        open("compiled", "w").close()
    """
    done = payload_here(code, memory_mb=6144, time_s=400, files=50_000)
    assert done.status == "ok", done.text
    assert (done.box / "compiled").exists()
