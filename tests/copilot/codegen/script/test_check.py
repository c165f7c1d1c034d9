"""Every kind of wrong script is caught, with the nearest right name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.codegen import check, plan, render
from copilot.codegen.script.check import NAMES
from copilot.core.catalogue import load_catalogue

CATALOGUE = load_catalogue()
GOOD = render(plan("Train A2C on MountainCar with an mlp encoder", CATALOGUE, None).spec, CATALOGUE)


def failed(script: str) -> dict[str, str]:
    return {item.name: item.detail for item in check(script, CATALOGUE) if not item.ok}


def test_a_right_script_passes_all() -> None:
    assert [item.name for item in check(GOOD, CATALOGUE)] == list(NAMES)
    assert failed(GOOD) == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("import argparse", "import argparse\nfrom rllte.common.prototype import BaseEncoder, OnPolicyAgent"),
        ("import argparse", "import argparse\nfrom torch.utils.tensorboard import SummaryWriter"),
        ("import argparse", "import argparse\nfrom safetensors.torch import load_file"),
        ('add_argument("--seed"', 'add_argument("-s", "--seed"'),
    ],
)
def test_what_a_person_may_write(old: str, new: str) -> None:
    assert old in GOOD
    assert failed(GOOD.replace(old, new)) == {}


@pytest.mark.parametrize(
    ("old", "new", "name", "detail"),
    [
        ("def main() -> None:", "def main( -> None:", "parses", "line"),
        ("from rllte.agent import A2C", "from rllte.agent import A2D as A2C", "imports", "A2C"),
        ("from rllte.agent import A2C", "from rllte.agents import A2C", "imports", "rllte.agent"),
        ("from rllte.agent import A2C", "from rllte.env import A2C", "imports", "it is in rllte.agent"),
        ("import argparse", "import argparse\nimport stable_baselines3", "imports", "stable_baselines3"),
        ("import argparse", "import argparse\nfrom . import x", "imports", "relative"),
        (
            "import argparse",
            "import argparse\nfrom rllte.common.prototype import OnPolicAgent",
            "imports",
            "OnPolicyAgent",
        ),
        ("seed=args.seed,", "seed=args.seed, seed=args.seed,", "parses", "repeated: seed"),
        ("import argparse", "import argparse\nreturn", "parses", "outside function"),
        ("agent = A2C(", "agent = A2CC(", "names", "nearest: A2C"),
        ("env.close()", "evn.close()", "names", "evn is not defined"),
        ("seed=args.seed,", "sed=args.seed,", "arguments", "nearest: seed"),
        ("agent.train(", "agent.trian(", "arguments", "nearest: train"),
        ("agent.eval(10)", "agent.eval(10, 20)", "arguments", "takes 1"),
        ("agent.train(num_train_steps=args.num_train_steps)", "agent.train()", "arguments", "needs num_train_steps"),
        ("agent.train(num_train_steps=args", "agent.train(steps=args", "arguments", "no argument steps"),
        ("agent.set(encoder=encoder", "agent.set(encodr=encoder", "arguments", "encoder"),
        ("log_dir=args.log_dir", "log_dir=args.log_dir, lr=2", "values", "lr is 2"),
        ("log_dir=args.log_dir", "log_dir=args.log_dir, init_fn='magic'", "values", "orthogonal"),
        (
            'eval_env = make_rllte_env("MountainCar-v0"',
            'eval_env = make_rllte_env("MountainCr-v0"',
            "values",
            "MountainCar-v0",
        ),
        ("num_train_steps=args.num_train_steps)", "num_train_steps=-1)", "values", "-1"),
        ('if __name__ == "__main__":', "if True:", "main", "__main__"),
        ('    parser.add_argument("--seed", type=int, default=1)\n', "", "main", "--seed"),
    ],
)
def test_wrong_variants(old: str, new: str, name: str, detail: str) -> None:
    assert old in GOOD
    found = failed(GOOD.replace(old, new))
    assert name in found
    assert detail in found[name]


def test_the_examples_of_the_contract() -> None:
    assert "PPO" in failed("from rllte.agent import PP0")["imports"]
    assert "lr" in failed("from rllte.agent import PPO\nPPO(1, learning_rate=1)")["arguments"]


@pytest.mark.parametrize(
    "script",
    [
        "x = [i for i in range(3)]\nprint(x, __name__)",
        "def f(a, *b, c=1, **d):\n    return lambda e: (a, b, c, d, e)",
        "try:\n    pass\nexcept ValueError as error:\n    print(error)",
        "import os.path as p\nwith open(p.sep) as f:\n    print(f)",
        "class A:\n    b = 1\n    def c(self):\n        return self.b",
        "def f():\n    return g()\ndef g():\n    return (y := 1) + y",
    ],
)
def test_defined_names_are_not_reported(script: str) -> None:
    assert "names" not in failed(script)


@given(st.text(max_size=200))
def test_any_text_is_judged(text: str) -> None:
    assert check(text, CATALOGUE)


def test_an_id_that_a_maker_takes_in_another_spelling_is_one() -> None:
    script = render(plan("DQN on SeaquestNoFrameskip-v4 for 20k steps", CATALOGUE).spec, CATALOGUE)
    assert "SeaquestNoFrameskip-v4" in script
    assert all(one.ok for one in check(script, CATALOGUE))
    values = next(one for one in check(script.replace("Seaquest", "Sequest"), CATALOGUE) if one.name == "values")
    assert not values.ok
