"""Code that works is never blamed; what small models invent is found: names, arguments, other libraries' ways."""

from __future__ import annotations

import importlib.util
import re
import textwrap
from pathlib import Path

import pytest

from copilot.codegen.symbols import problems

pytestmark = pytest.mark.usefixtures("symbols")
ROOT = Path(__file__).resolve().parents[4]
HEAD = """
import gymnasium as gym
import numpy as np
import torch as th
import torch.nn.functional as F
from torch import nn

from rllte.agent import PPO, SAC
from rllte.common.prototype import BaseEncoder, BaseReward, BaseStorage, OnPolicyAgent
from rllte.env import make_rllte_env
from rllte.xplore.reward import RND

env = make_rllte_env("CartPole-v1", num_envs=4)
agent = PPO(env=env)
x = th.zeros(3, 4)
conv = nn.Conv2d(3, 32, kernel_size=3)
raw = gym.make("CartPole-v1")
"""

INVENTED = [
    # imports
    ("from rllte.agents import PPO as P", "there is no module rllte.agents; nearest: rllte.agent"),
    ("from rllte.agent import PPO2", "rllte.agent has no PPO2; nearest: PPO"),
    ("from rllte.env import PPO as P", "rllte.env has no PPO; it is in rllte.agent"),
    ("from rllte.xplore.rewards import ICM", "there is no module rllte.xplore.rewards"),
    ("from rllte.xplore.reward import Curiosity", "rllte.xplore.reward has no Curiosity"),
    ("from rllte.xploit.encoder import CnnEncoder", "rllte.xploit.encoder has no CnnEncoder; nearest: MnihCnnEncoder"),
    ("from rllte.common.base_agent import BaseAgent", "there is no module rllte.common.base_agent"),
    ("import rllte.models", "there is no module rllte.models"),
    ("from stable_baselines4 import PPO as P", "there is no package stable_baselines4"),
    ("import tensorflow_nowhere as tf", "there is no package tensorflow_nowhere"),
    ("from torch.nn import Conv3D", "torch.nn has no Conv3D; nearest: Conv3d"),
    ("from torch.optim import AdamWeightDecay", "torch.optim has no AdamWeightDecay"),
    ("from torch.distribution import Normal", "there is no module torch.distribution; nearest: torch.distributions"),
    ("from gymnasium.wrappers import RecordEpisodeStatistic", "nearest: RecordEpisodeStatistics"),
    ("from gymnasium.wrappers import Monitor", "gymnasium.wrappers has no Monitor"),
    ("from gymnasium.vector import DummyVecEnv", "gymnasium.vector has no DummyVecEnv"),
    ("from torch.nn import relu", "torch.nn has no relu; it is in torch"),
    # names of modules
    ("nn.Conv3D(1, 2, 3)", "torch.nn has no Conv3D; nearest: Conv3d"),
    ("nn.Relu()", "torch.nn has no Relu; nearest: ReLU"),
    ("nn.Dense(3, 4)", "torch.nn has no Dense"),
    ("nn.LayerNormalization(3)", "torch.nn has no LayerNormalization; nearest: LayerNorm"),
    ("F.relu6_(x)", "torch.nn.functional has no relu6_; nearest: relu_, relu6"),
    ("F.mse(x, x)", "torch.nn.functional has no mse; nearest: mse_loss"),
    ("F.crossentropy(x, x)", "nearest: cross_entropy"),
    ("th.reduce_mean(x)", "torch has no reduce_mean"),
    ("th.concatenat([x])", "nearest: concatenate"),
    ("th.expand_dims(x, 0)", "torch has no expand_dims"),
    ("th.optim.AdamOptimizer(conv.parameters())", "torch.optim has no AdamOptimizer"),
    ("np.concat_all([x])", "numpy has no concat_all"),
    ("np.random.random_int(3)", "numpy.random has no random_int"),
    ("gym.make_vec_env('CartPole-v1')", "gymnasium has no make_vec_env; nearest: make_vec"),
    ("gym.spaces.Boxes(0, 1)", "gymnasium.spaces has no Boxes; nearest: Box"),
    # attributes of objects
    ("conv.out_size", "Conv2d has no attribute out_size"),
    ("conv.out_chanels", "Conv2d has no attribute out_chanels; nearest: out_channels"),
    ("nn.Linear(3, 4).output_dim", "Linear has no attribute output_dim"),
    ("x.to_numpy()", "Tensor has no attribute to_numpy; nearest: numpy"),
    ("x.sum().itm()", "Tensor has no attribute itm; nearest: item"),
    ("(x * 2).shapes", "Tensor has no attribute shapes; nearest: shape"),
    ("x[0].assign(x)", "Tensor has no attribute assign"),
    ("th.device('cpu').is_gpu", "device has no attribute is_gpu"),
    ("th.distributions.Normal(0.0, 1.0).logprob(x)", "Normal has no attribute logprob; nearest: log_prob"),
    ("th.optim.Adam(conv.parameters()).zero_gradients()", "nearest: zero_grad"),
    ("agent.learn(total_timesteps=1000)", "PPO has no attribute learn"),
    ("agent.polcy", "PPO has no attribute polcy; nearest: policy"),
    ("agent.predict(x)", "PPO has no attribute predict"),
    ("env.observation_dim", "Gymnasium2Torch has no attribute observation_dim"),
    ("raw.seed(1)", "Wrapper has no attribute seed"),
    ("raw.num_actions", "Wrapper has no attribute num_actions"),
    ("gym.spaces.Discrete(3).num", "Discrete has no attribute num"),
    ("RND(env).compute_irs(x)", "RND has no attribute compute_irs"),
    ("nn.Sequential(nn.Linear(3, 4)).out_features", "Sequential has no attribute out_features"),
    ("np.stack([np.zeros(3)]).to('cpu')", "ndarray has no attribute to"),
    ("np.array([1.0]).unsqueeze(0)", "ndarray has no attribute unsqueeze"),
    # arguments
    ('PPO("MlpPolicy", env)', "PPO takes a Gymnasium2Torch as env, not 'MlpPolicy'"),
    ("PPO(env, verbose=1)", "PPO has no argument verbose"),
    ("PPO(env, learning_rate=1e-3)", "PPO has no argument learning_rate"),
    ("PPO(env=env, n_steps=5)", "PPO has no argument n_steps; nearest: num_steps"),
    ("SAC()", "SAC needs env"),
    ("agent.train(total_timesteps=1000)", "has no argument total_timesteps; it takes (num_train_steps"),
    ("agent.train()", "needs num_train_steps"),
    ("agent.set(rewards=None)", "has no argument rewards; nearest: reward"),
    ("make_rllte_env('CartPole-v1', n_envs=3)", "has no argument n_envs; nearest: num_envs"),
    ("make_rllte_env(num_envs=3)", "needs env_id"),
    ("RND(env, coef=1.0)", "RND has no argument coef"),
    ("nn.Linear(3, 4, activation='relu')", "Linear has no argument activation; it takes (in_features, out_features"),
    ("nn.Linear(3)", "Linear needs out_features"),
    (
        "nn.Conv2d(3, 32, 3, 1, 0, 1, 1, True, 'zeros', None, None, 7)",
        "takes 11 arguments without a name, 12 are given",
    ),
    ("nn.Conv2d(3, filters=32, kernel_size=3)", "Conv2d has no argument filters"),
    ("nn.LSTM(3, 4, return_sequences=True)", "LSTM has no argument return_sequences"),
    ("nn.Dropout(rate=0.5)", "Dropout has no argument rate"),
    ("th.optim.Adam(conv.parameters(), learning_rate=1e-3)", "Adam has no argument learning_rate"),
    ("th.zeros(3, shape=4)", "has no argument shape"),
    ("x.sum(axes=1)", "Tensor.sum has no argument axes"),
    ("F.softmax(x, axiss=1)", "has no argument axiss"),
    ("th.clamp(x, minimum=0)", "has no argument minimum"),
    ("np.zeros((3,), type=np.float32)", "has no argument type"),
    ("gym.spaces.Box(0, 1, size=(3,))", "Box has no argument size; it takes (low, high, shape=None"),
    ("raw.reset(seeds=1)", "has no argument seeds; nearest: seed"),
    # values that are taken apart
    ("obs, reward, done, info = raw.step(0)", "raw.step gives 5 values, 4 are taken"),
]
"""A line after `HEAD`, and what must be said of it."""

ENCODER = """
class Mine(BaseEncoder):
    def __init__(self, observation_space: gym.Space, feature_dim: int = 64) -> None:
        super().__init__(observation_space, feature_dim)
        self.net = nn.Sequential(nn.Linear(4, feature_dim), nn.ReLU())

    def forward(self, obs: th.Tensor) -> th.Tensor:
        return self.net(obs.float())
"""
REWARD = """
class Bonus(BaseReward):
    def __init__(self, envs, device: str = "cpu", beta: float = 1.0) -> None:
        super().__init__(envs, device, beta)
        self.net = nn.Linear(self.obs_shape[0], 8).to(self.device)

    def compute(self, samples, sync: bool = True) -> th.Tensor:
        bonus = self.net(self.flat(samples, "observations")).norm(dim=-1)
        return self.scale(bonus)

    def update(self, samples) -> None:
        self.updates += 1
"""
AGENT = """
class Mine(OnPolicyAgent):
    def update(self) -> dict[str, float]:
        for batch in self.storage.sample():
            self.policy.optimizers["opt"].zero_grad()
        return {"steps": self.global_step / self.num_envs}
"""
WRAPPER = """
class Scaled(gym.Wrapper):
    def step(self, action):
        obs, reward, terminated, truncated, info = self.env.step(action)
        return obs, reward * 2, terminated, truncated, info
"""
CHANGED = [
    (ENCODER, "self.net(obs", "self.nett(obs", "Mine has no attribute nett; nearest: net"),
    (ENCODER, "nn.Linear(4, feature_dim)", "nn.Linear(4, self.feature_dm)", "Mine has no attribute feature_dm"),
    (ENCODER, "feature_dim)\n", "feature_dim, hidden=3)\n", "BaseEncoder.__init__ has no argument hidden"),
    (ENCODER, "super().__init__(observation_space, feature_dim)", "super().__init__()", "needs observation_space"),
    (ENCODER, "super().__init__(", "super().build(", "super() of Mine has no build"),
    (ENCODER, "obs.float()", "obs.to_float()", "Tensor has no attribute to_float"),
    (ENCODER, "nn.ReLU()", "nn.ReLU(inplce=True)", "ReLU has no argument inplce; nearest: inplace"),
    (REWARD, "self.obs_shape[0]", "self.obs_shap[0]", "Bonus has no attribute obs_shap; nearest: obs_shape"),
    (REWARD, "self.scale(bonus)", "self.normalise(bonus)", "Bonus has no attribute normalise; nearest: normalize"),
    (REWARD, "super().__init__(envs, device, beta)", "super().__init__(envs, lr=1)", "has no argument lr"),
    (AGENT, "self.storage", "self.buffer", "Mine has no attribute buffer"),
    (AGENT, "self.global_step", "self.num_timesteps", "Mine has no attribute num_timesteps"),
    (AGENT, "self.num_envs", "self.n_envs", "Mine has no attribute n_envs; nearest: num_envs"),
    (WRAPPER, "self.env.step", "self.enviroment.step", "Scaled has no attribute enviroment"),
    (WRAPPER, "obs, reward, terminated, truncated, info = self", "obs, reward, done, info = self", "gives 5 values"),
]
"""A class that is right, what is replaced in it by what, and what must be said then."""

RIGHT = [
    ENCODER,
    REWARD,
    AGENT,
    WRAPPER,
    "th.sum(x, axis=0, keepdims=True)",  # NumPy's names
    "x.permute(1, 0).reshape(-1, 2).squeeze().mean((0,), keepdim=True)",
    "x.view(3, 4).numpy().tolist()",
    "conv.weight.data.normal_(0, 0.01)",
    "nn.Sequential(nn.Linear(3, 4), nn.ReLU()).add_module('last', nn.Linear(4, 1))",
    "conv.mine = 3\nprint(conv.mine)",  # set from outside
    "if hasattr(conv, 'theirs'):\n    conv.theirs()",
    "try:\n    agent.learn()\nexcept AttributeError:\n    pass",
    "try:\n    import nowhere_at_all\nexcept ImportError:\n    nowhere_at_all = None",
    "import contextlib\nwith contextlib.suppress(AttributeError):\n    agent.learn()",
    "def f(space: gym.Space) -> int:\n    return space.n if isinstance(space, gym.spaces.Discrete) else space.shape[0]",
    "def f(space: gym.Space):\n    return space.low",  # a Box has it
    "def f(model: nn.Module, env: gym.Env):\n    return model.head(env.anything)",  # a user's own
    "def f(n: int):\n    y = x\n    for y in range(n):\n        print(y.bit_length())",
    "y = x\ny = y.numpy()\ny.astype(np.float32)",
    "y = x\nif y is not None:\n    y = y.float()\nprint(y.tolist())",
    "class A(nn.Module):\n    def __getattr__(self, name):\n        return name\nA().anything",
    "class A(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        for i in range(3):\n            setattr(self, f'part{i}', conv)\n        self.part0(x)",
    "class A(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.register_buffer('mean', x)\n        self.mean.shape",
    "from dataclasses import dataclass\n@dataclass\nclass A:\n    a: int\n    b: int = 2\nA(1, b=3).a",
    "from collections import OrderedDict\nnn.Sequential(OrderedDict([('head', conv)])).head.weight",
    "env.step(x)\nobs, infos = env.reset()",
    "raw.unwrapped.anything()",
    "args = (env,)\nPPO(*args, **{'lr': 1e-3})",
    "th.backends.cudnn.benchmark = True\nprint(th.backends.cudnn.enabled, th.ops.aten.add, th.version.cuda)",
    "th.nn.utils.clip_grad_norm_(conv.parameters(), 0.5)",
    "print(np.finfo(np.float32).max, np.pi, np.random.default_rng(1).normal(size=3))",
    "from torch.utils.tensorboard import SummaryWriter\nSummaryWriter('logs').add_scalar('a', 1.0, 2)",
    "F.max_pool2d(x, 2, stride=2)\nF.interpolate(x, scale_factor=2, mode='nearest')",
    "agent.set(encoder=nn.Linear(3, 4), reward=RND(env))\nagent.eval(num_eval_episodes=3)",
]


def said(source: str) -> list[str]:
    return problems(HEAD + textwrap.dedent(source))


def test_the_head_is_right() -> None:
    assert said("") == []


@pytest.mark.parametrize(("line", "text"), INVENTED, ids=[line for line, _ in INVENTED])
def test_what_models_invent_is_found(line: str, text: str) -> None:
    found = said(line)
    assert len(found) == 1
    assert text in found[0]
    assert found[0].startswith(f"line {HEAD.count(chr(10)) + 1}: ")


@pytest.mark.parametrize(("source", "old", "new", "text"), CHANGED, ids=[new for _, _, new, _ in CHANGED])
def test_in_classes_on_a_base_of_the_library(source: str, old: str, new: str, text: str) -> None:
    assert source.count(old) == 1
    found = said(source.replace(old, new))
    assert len(found) == 1
    assert text in found[0]


@pytest.mark.parametrize("source", RIGHT)
def test_what_works_is_not_blamed(source: str) -> None:
    assert said(source) == []


def test_modules_beside_the_source() -> None:
    source = "from my_encoder import Mine"
    assert "my_encoder" in problems(source)[0]
    assert problems(source, beside=["my_encoder"]) == []


def test_what_does_not_parse_is_one_problem() -> None:
    assert problems("def f(:") == ["line 1: invalid syntax"]
    assert problems("\0")
    assert problems("(" * 5000 + ")" * 5000)


def sources(place: Path) -> list[Path]:
    return sorted(place.rglob("*.py"))


def installed(name: str) -> Path:
    """The folder of a package below one that is installed; nothing is imported."""
    top, *rest = name.split("/")
    spec = importlib.util.find_spec(top)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent.joinpath(*rest)


@pytest.mark.parametrize(
    "name", ["rllte", "torch/nn/modules", "torch/optim", "torch/distributions", "gymnasium/wrappers"]
)
def test_no_false_alarm_on_libraries(name: str) -> None:
    found = {str(path): problems(path.read_text(encoding="utf-8")) for path in sources(installed(name))}
    assert len(found) > 10
    # what an optional wrapper needs may not be installed here, and that is what is said
    wrong = {path: [text for text in texts if "there is no package" not in text] for path, texts in found.items()}
    assert not {path: texts for path, texts in wrong.items() if texts}


def test_no_false_alarm_on_the_documentation() -> None:
    blocks = [
        textwrap.dedent(block)
        for page in [ROOT / "README.md", *sorted((ROOT / "corpus").rglob("*.md"))]
        for block in re.findall(r"^ *```python[^\n]*\n(.*?)^ *```", page.read_text(encoding="utf-8"), re.S | re.M)
    ]
    assert len(blocks) > 50
    assert {block: found for block in blocks if (found := problems(block))} == {}
