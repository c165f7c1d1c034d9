"""What the library does not do: kinds of learning and simulators, named and refused, never trained as something else."""

from __future__ import annotations

import re

from copilot.core.errors import InvalidRequest, UnknownName

_NEAREST = "Nearest here: {}. `rllte list` names everything."
_KINDS = (
    (
        r"multi-?\s?agents?(?! environments?)|(?:self|league)-?\s?play|cooperative agents|(?:two|2|"
        r"several) agents (?:play|compet)\w*|"
        r"多智能体|自我?博弈|self-?play",
        "multi-agent learning",
        "one agent in many parallel environments",
    ),
    (
        r"offline (?:rl|reinforcement learning|training|datasets?|data)|(?:from|on) (?:an? |the |"
        r"my )?(?:offline |static |fixed |logged |"
        r"expert |existing |recorded )+(?:data ?sets?|data|transitions?|trajector\w+|demonstrations?|logs?)|"
        r"(?:from|on) (?:an? |the |my )?data ?sets?|d4rl|minari|batch rl|离线(?:强化)?(?:学习|训练|数据|rl)?|数据集",
        "offline learning from a dataset",
        "an off-policy agent that collects its own data, SAC, TD3 or DQN",
    ),
    (
        r"imitation learning|imitat\w+|behaviou?ral? cloning|(?:expert|human) demonstrations?|inverse (?:rl|"
        r"reinforcement learning)|"
        r"模仿学习|行为克隆|专家示范|逆强化学习",
        "imitation learning",
        "learning from rewards, with an intrinsic reward where they are sparse",
    ),
    (
        r"model-?\s?based(?: rl| reinforcement| agent| planning| method)?|world models?|learned dynamics|"
        r"plan\w* with a model|"
        r"基于模型|世界模型|有模型",
        "model-based learning",
        "model-free agents such as PPO and SAC",
    ),
    (
        r"(?:on|with|for) (?:an? |the |my )?(?:real|physical|actual) (?:robot|arm|drone|car|hardware|"
        r"quadruped)\w*|real-?world robot\w*|"
        r"真实机器人|实体机器人|真机",
        "training on real robots",
        "simulated robots: HalfCheetah-v5, Ant-v5, cheetah_run",
    ),
    (
        r"rlhf|human feedback|fine-?tun\w* (?:an? |the )?(?:llm|language model|gpt|llama)\w*|"
        r"preference optimi[sz]ation|"
        r"人类反馈|大语言模型|语言模型",
        "learning from human feedback, or of language models",
        "agents in Gymnasium environments",
    ),
    (
        r"hierarchical (?:rl|reinforcement|policy|agent)\w*|option-?critic|feudal|分层强化学习|层次强化学习",
        "hierarchical agents",
        "PPO with a memory (PPOLSTM), or with an intrinsic reward",
    ),
    (r"meta-?\s?(?:rl|reinforcement|learning)|maml|元(?:强化)?学习", "meta-learning", "pre-training, then fine-tuning"),
    (
        r"hyper-?parameter (?:search|optimi[sz]ation|tuning)|optuna|grid search|bayesian optimi[sz]ation|"
        r"population[- ]based training|"
        r"超参数?(?:搜索|优化|调优)|自动调参",
        "search for hyper-parameters",
        'a comparison over values: "PPO on CartPole with learning rates 1e-4, 3e-4 and 1e-3"',
    ),
    (
        r"(?:multi|several|two|four|eight|\d+)[- ]?gpus(?! if)|multi-?gpu|(?:across|on) (?:a |the |several |"
        r"\d+ )?(?:cluster|nodes|machines)|"
        r"多(?:卡|gpu)|多机|集群",
        "training over several graphics cards or machines",
        "IMPALA, whose actors run beside its learner, on one device",
    ),
)
_SIMULATORS = (
    r"isaac\s?(?:gym|sim|lab)|procgen|brax|pettingzoo|unity|ml-?agents|starcraft(?: ?(?:ii|2))?|smac|"
    r"dota ?2?|minecraft|minerl|nethack|"
    r"crafter|vizdoom|deepmind lab|carla|habitat|robosuite|metaworld|meta-world|google research football|"
    r"gfootball|mujoco playground|"
    r"maniskill\d?|openspiel|bsuite|torcs|星际争霸|我的世界"
)
_IN = re.compile(rf"(?<![a-z0-9])(?:{_SIMULATORS})(?![a-z])", re.IGNORECASE)


def refuse_lacks(text: str) -> None:
    """Stop at what would otherwise be left out in silence.

    Raises:
        InvalidRequest: another kind of learning, with the nearest that the library has.
        UnknownName: environments of a simulator that it does not know.
    """
    for pattern, what, instead in _KINDS:
        match = re.search(rf"(?<![a-z0-9])(?:{pattern})", text, re.IGNORECASE)
        if match and not _denied(text, match.start()):
            raise InvalidRequest(
                f"The library has no {what}, which the request asks for with {match[0].strip()!r}.",
                hint=_NEAREST.format(instead),
            )
    match = _IN.search(text)
    if match and not _denied(text, match.start()):
        raise UnknownName(
            "environment suite",
            match[0],
            [],
            hint="Known: Gymnasium's own, Atari, DeepMind Control, MiniGrid. `rllte list` names the environments.",
        )


def _denied(text: str, at: int) -> bool:
    return bool(
        re.search(
            r"(?:(?<![a-z])(?:no|not|without|instead of|rather than)|不是?|无需?)\s*(?:an? |any )?$",
            text[:at],
            re.IGNORECASE,
        )
    )
