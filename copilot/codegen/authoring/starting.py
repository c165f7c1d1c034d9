"""Where a request names what it wants written and not what it does: a plain module of that kind to start from.

It is told as a request that would have given it, and read as one: the reader sees what to say instead.
"""

from __future__ import annotations

import re

from copilot.codegen.authoring.ask import Ask
from copilot.codegen.authoring.subject import Subject
from copilot.core.catalogue import Catalogue

_BARE = re.compile(
    r"(?<![a-z])(?:please|hi|hello|hey|now|then|also|simply|just|so|can|could|would|should|you|i|we|me|us|my|our|own|a|an|the|"
    r"some|any|one|it|this|that|and|to|for|on|in|at|with|from|of|as|is|be|how|do|does|like|want|need|love|let|lets|help|"
    r"write|implement|create|design|build|code|develop|make|define|give|generate|add|show|use|used|using|try|train|trains|run|"
    r"new|custom|customi[sz]ed|personal|simple|basic|plain|small|generic|different|another|scratch|start|starting|point|"
    r"template|skeleton|scaffold|example|version|rl|rllte|library|reinforcement|learning|pytorch|torch|python|gym|gymnasium|"
    r"modules?|class(?:es)?|components?|functions?|encoders?|networks?|nets?|feature|features|extractors?|backbones?|images?|"
    r"states?|vectors?|observations?|pixels?|mlp|cnn|conv|intrinsic|exploration|curiosity|novelty|rewards?|bonus(?:es)?|storages?|"
    r"replay|rollouts?|experience|buffers?|memory|data|augmentations?|augmenters?|actions?|distributions?|noises?|"
    r"polic(?:y|ies)|actors?|critics?|actor-critics?|agents?|algorithms?|methods?|envs?|environments?|tasks?|games?|"
    r"discrete|continuous)(?![a-z])|"
    r"[写做编造要想请帮我你给个一种的在上用于和与并来去把它让能可以吗呢吧新自己定义实现设计创建开发构建训练智能体算法编码器"
    r"特征提取网络内在探索奖励好奇心数据图像状态增强动作分布噪声策略存储回放经验池缓冲区模块类]"
)
_SAYS_MORE = re.compile(r"[a-z0-9\u4e00-\u9fff]")
"""What is left of a request that says more than the kind of what it wants, and where it is used."""
_PLAIN = {
    "reward": "an intrinsic reward of prediction errors of a random network",
    "policy": "an actor-critic, actor 64, 64 and critic 64, 64, tanh",
    "agent": "PPO with a clipped surrogate",
}
_OF_IMAGES = {
    "encoder": "an encoder with three conv layers 32, 64, 64 with kernels 8, 4, 3 and strides 4, 2, 1, then 512 features",
    "augmentation": "an augmentation that shifts images by up to 4 pixels",
}
_OF_STATES = {
    "encoder": "an encoder with two hidden layers of 64 units with ReLU",
    "augmentation": "an augmentation that scales states between 0.8 and 1.2",
}
_CATEGORICAL, _BETA, _NOISE = (
    "a categorical distribution with temperature 1",
    "a Beta distribution",
    "action noise of 0.1",
)
_REPLAY, _ROLLOUT = "a replay of 100000 transitions", "a rollout storage that clips rewards to 10"


def starting_point(kind: str, ask: Ask, about: Subject, catalogue: Catalogue) -> str | None:
    """The request of a starting point; None if what is asked for says more than its kind.

    Args:
        kind: a primitive, or "agent".
        ask: what was asked, of which the readers have taken what they know.
        about: where it will be used, as far as that is said.
        catalogue: knows what an agent takes.
    """
    if ask.left() or _SAYS_MORE.search(_BARE.sub(" ", ask.open)):
        return None
    taken = catalogue.component(about.agent)["combines"] if about.agent else {}
    if kind == "storage":
        return f"write {_ROLLOUT if any('Rollout' in name for name in taken.get(kind, [])) else _REPLAY}"
    if kind == "distribution":
        acts = (catalogue.environment(about.env_id) or {}).get("action_space", "") if about.env_id else ""
        noise = any(name.endswith("Noise") for name in taken.get(kind, []))
        boxes = acts.startswith("Box") or about.agent == "SAC"
        return f"write {_NOISE if noise else _BETA if boxes else _CATEGORICAL}"
    image = about.image(catalogue)
    seen = image if image is not None else not ask.says(r"\b(?:states?|vectors?|mlp|low-dim\w*)\b|状态|向量")
    return f"write {_PLAIN.get(kind) or (_OF_IMAGES if seen else _OF_STATES)[kind]}"


def starting_note(kind: str, request: str) -> str:
    """What is told of a starting point."""
    return (
        f"Nothing is said of what the {kind} does, so it is one to start from, as for {request!r}. "
        "Say what it should do, or change the module."
    )
