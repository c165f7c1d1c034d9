"""What the library does not do: kinds of learning and simulators, named and refused, never trained as something else."""

from __future__ import annotations

import re

from copilot.codegen.patterns import compiled
from copilot.codegen.request.clauses import denied_before
from copilot.core.errors import InvalidRequest, UnknownName

_NEAREST = "Nearest here: {}. `rllte list` names everything."
_COUNT = r"(?:several|multiple|many|two|three|four|five|six|eight|ten|[2-9]|\d\d+)"
_ZH_COUNT = r"(?:[两二三四五六七八九十多几]|\d+)\s*"
_DATA = r"(?:transitions|trajector\w+|data(?:\s?sets?)?|rollouts|experience|interactions|demonstrations?|episodes)"
_RECORDED = (
    r"(?:offline|static|fixed|logged|recorded|pre-?recorded|stored|saved|expert|existing|historical|old|"
    r"previously collected|already collected)"
)
_KINDS = (
    (
        rf"multi-?\s?agents?(?! environments?)|(?:self|league)-?\s?play|cooperative agents|{_COUNT} (?:\w+ )?(?:agents|"
        rf"players|"
        r"robots)[^.;]{0,24}?(?:play|compet|against|cooperat|fight|together|each other|one another|team|negotiat|communicat|"
        r"trade|share)\w*|against (?:each other|one another|itself|(?:an? )?(?:old|earlier|previous|past) (?:cop|"
        r"version)\w+)",
        rf"多智能体|自我?博弈|{_ZH_COUNT}(?:个|名|只)?(?:智能体|玩家|机器人|agent)[^。；]{{0,24}}?(?:互相|相互|对打|对战|"
        rf"对抗|博弈|竞争|合作|"
        r"协作|配合|一起|捉迷藏|比赛)|互相对[打战抗]|左右互搏",
        "multi-agent learning (several agents at once)",
        "one agent in many parallel environments",
    ),
    (
        rf"offline (?:rl|reinforcement learning|training|learning)|(?:from|on|of|use|using) (?:an? |the |my |our "
        rf")?{_RECORDED} "
        rf"(?:\w+ ){{0,3}}?{_DATA}|(?:file|files|pile|log|logs|gigabytes|gb|set|collection|dump)s? of (?:\w+ "
        rf"){{0,3}}?{_DATA}|"
        rf"{_RECORDED} (?:\w+ ){{0,3}}?{_DATA}|(?:from|on) (?:an? |the |my |our )?data ?sets?|d4rl|minari|batch rl|"
        r"(?:without|no) (?:any )?(?:touching|interact\w+|access|(?:further|new|more) interact\w+|stepping)(?: (?:with|"
        r"to|in))? "
        r"(?:the |an? |any )?(?:simulator|environment|env)",
        r"离线(?:强化)?(?:学习|训练|数据|rl)?|数据集|(?:已有|现有|现成|历史|录好|收集好|采集好|记录|日志|"
        r"存下来)的?[^，,。；;]{0,10}?"
        r"(?:数据|轨迹|转移)|不(?:再|能|需要|要|允许|可以|想|许)*(?:与|和|跟)?环境(?:再)?交互|不碰(?:环境|仿真)",
        "offline learning from a dataset",
        "an off-policy agent that collects its own data, SAC, TD3 or DQN",
    ),
    (
        r"imitation learning|imitat\w+|behaviou?ral? cloning(?! (?:coefficient|coeff?|loss|weight|term|strength|"
        r"factor|penalty))|(?:expert|human) demonstrations?|inverse (?:rl|reinforcement "
        r"learning)|(?:copy|copies|copying|mimic\w*|reproduce) (?:what|how|the way|me|my|(?:the |an? )?(?:human|expert|"
        r"player)\w*)|"
        r"clon\w* (?:the )?behaviou?r\w*(?! (?:coefficient|loss|weight|term))|"
        r"(?:from|on) (?:my|human|expert|recorded|our) (?:own )?(?:games|plays?|gameplay|demos?|videos?)|"
        r"recorded (?:\w+ ){0,3}?(?:games|gameplay|plays)|played (?:it )?(?:myself|by (?:a )?humans?)",
        r"模仿(?:学习|我|人类|专家|高手)|行为克隆(?!的?(?:系数|损失|权重|项|强度))|逆强化学习|示范(?:数据|轨迹)?|(?:人类|专家|高手|我)(?:的|玩)*(?:录像|"
        r"操作记录|演示)",
        "imitation learning from demonstrations",
        "learning from rewards, with an intrinsic reward where they are sparse",
    ),
    (
        r"model-?\s?based(?: rl| reinforcement| agent| planning| method| learning)?|world models?|learned dynamics|"
        r"plan\w* (?:through|in|over|inside|with) (?:it|an?|the|models?|learned|imagin\w+|mpc)(?![a-z])|"
        r"(?:learn|fit|train)\w* (?:an? |the )?(?:dynamics |forward |world |transition )*model of (?:the |its )?|mpc|"
        r"model[- ]predictive control|monte[- ]carlo tree search|mcts|imagin(?:ed|ation) (?:rollouts?|trajector\w+)",
        r"基于模型|世界模型|有模型|动力学模型|环境模型|模型预测控制|蒙特卡洛树搜索",
        "model-based learning (planning with a world model of the dynamics)",
        "model-free agents such as PPO and SAC",
    ),
    (
        r"(?:real|physical|actual) (?:robot|arm|drone|car|hardware|quadruped|gripper|manipulator)\w*|real-?world robot\w*|"
        r"robots? (?:in|from|of) (?:our|my|the) lab",
        r"(?:真实|实体|实物|现实)(?:世界)?的?(?:机器人|机械臂|小车|无人机|机器狗|硬件)|真机|实机",
        "training on real robots or hardware (真实机器人)",
        "simulated robots: HalfCheetah-v5, Ant-v5, cheetah_run",
    ),
    (
        r"rlhf|human feedback|language models?|llms?|chat ?bots?|preference optimi[sz]ation|(?:gpt|llama|qwen)-?\d*",
        r"人类反馈|大语言模型|语言模型|大模型",
        "learning from human feedback (RLHF), or of language models",
        "agents in Gymnasium environments",
    ),
    (
        r"hierarchical (?:rl|reinforcement|policy|policies|agent)\w*|option-?critic|feudal",
        r"分层强化学习|层次强化学习|分层策略",
        "hierarchical agents",
        "PPO with a memory (PPOLSTM), or with an intrinsic reward",
    ),
    (
        r"duel(?:l)?ing(?: (?:architecture|networks?|heads?|dqn|q-?networks?))?|noisy (?:nets?|networks?|layers?|linear)|"
        r"distributional (?:rl|dqn|q-?learning|critics?)",
        r"决斗(?:网络|架构)|噪声网络|分布式价值",
        "dueling, noisy or distributional Q-networks",
        "DQN with double Q-learning, and PrioritizedReplayStorage",
    ),
    (
        r"(?:cosine|exponential|polynomial|cyclic\w*|step-?wise) (?:lr |learning[ -]rate )?(?:schedule|decay|annealing)|"
        r"(?:learning rate|lr) (?:with |by |on )?(?:an? )?(?:cosine|exponential|polynomial|cyclic\w*)",
        r"学习率?余弦|余弦(?:退火|衰减|学习率)|指数衰减的?学习率",
        "other schedules of the learning rate than a linear one",
        "anneal_lr=True, which lets it fall linearly to zero",
    ),
    (
        r"random (?:agent|baseline)|agent (?:that|which) acts (?:purely )?at random",
        r"随机智能体",
        "agent that acts at random",
        "PPO, the agent that is taken where none is named",
    ),
    (
        r"curriculum(?: learning)?",
        r"课程学习",
        "curriculum learning",
        "several experiments, one for each environment",
    ),
    (
        r"meta-?\s?(?:rl|reinforcement|learning)|maml",
        r"元(?:强化)?学习",
        "meta-learning",
        "pre-training, then fine-tuning",
    ),
    (
        r"hyper-?parameter (?:search|optimi[sz]ation|tuning)|(?:tune|optimi[sz]e|search|find)\w* (?:the |good |best |for "
        r"|my )*hyper-?parameters?|optuna|grid search|bayesian optimi[sz]ation|"
        r"population[- ]based training",
        r"超参数?(?:搜索|优化|调优)|自动调参",
        "search for hyper-parameters",
        'a comparison over values: "PPO on CartPole with learning rates 1e-4, 3e-4 and 1e-3"',
    ),
    (
        r"(?:multi|several|two|three|four|eight|\d+)[- ]?gpus(?! if)|multi-?gpu|(?:across|on|over) (?:a |the |several |"
        r"\d+ |two |"
        r"three |four |five |six |eight |ten |many |our )*(?:cluster|nodes|machines|servers|computers|hosts|workstations)|"
        r"(?:two|three|four|eight|several|multiple|\d+) (?:machines|servers|nodes|hosts|computers|graphics cards)|"
        r"distributed (?:training|data|(?:over|across)(?! \d+ (?:parallel )?(?:env|cop|worker|instance|actor|simulat)))",
        rf"(?<!第){_ZH_COUNT}(?:台|个|块|张)\s*(?:服务器|机器(?!人)|节点|主机|电脑|显卡|gpu)|分布式|分布到|多(?:卡|gpu|"
        rf"节点)|多机|集群",
        "training distributed over several graphics cards, machines, nodes or servers",
        "IMPALA, whose actors run beside its learner, on one device",
    ),
)
_SIMULATORS = (
    r"isaac\s?(?:gym|sim|lab)|procgen|brax|pettingzoo|unity|ml-?agents|starcraft(?: ?(?:ii|2))?|smac|dota ?2?|minecraft|"
    r"minerl|"
    r"nethack|crafter|vizdoom|deepmind lab|dmlab|carla|habitat|robosuite|metaworld|meta-world|google research football|"
    r"gfootball|super\s?mario(?:\s?bros\w*)?(?!-)|flappy ?bird|pok[eé]mon|doom|zelda|sonic|street fighter|angry "
    r"birds|mujoco playground|maniskill\d?|openspiel|bsuite|torcs|babyai|星际争霸|我的世界"
)
_IN = re.compile(
    rf"(?:(?<![a-z0-9])(?P<first>[A-Za-z][\w-]+)\s+(?:from|of|"
    rf"in)\s+(?:the\s+)?)?(?<![a-z0-9])(?P<suite>{_SIMULATORS})(?![a-z])"
    r"(?:(?:['’]s|\s*的)?[\s:]*(?:game|environment|env|task|level|map|benchmark)?[\s:]*(?P<second>[A-Za-z][\w-]+))?",
    re.IGNORECASE,
)
_NO_TASK = frozenset(
    [
        "with",
        "using",
        "for",
        "and",
        "on",
        "in",
        "over",
        "at",
        "env",
        "environment",
        "game",
        "task",
        "agent",
        "ppo",
        "dqn",
        "sac",
        "train",
        "learn",
    ]
)


def refuse_lacks(text: str) -> None:
    """Stop at what would otherwise be left out in silence.

    Raises:
        InvalidRequest: another kind of learning, with the nearest that the library has.
        UnknownName: environments of a simulator that it does not know.
    """
    for english, chinese, what, instead in _KINDS:
        kind = compiled(rf"(?<![a-z0-9])(?:{english})(?![a-z0-9])|{chinese}", re.IGNORECASE)
        for match in kind.finditer(text):
            if not denied_before(text, match.start()):
                raise InvalidRequest(
                    f"The library has no {what}, which the request asks for with {match[0].strip()!r}.",
                    hint=_NEAREST.format(instead),
                )
    suite = _IN.search(text)
    if suite and not denied_before(text, suite.start("suite")):
        _refuse_suite(suite)


def _refuse_suite(match: re.Match[str]) -> None:
    tasks = [match[group] for group in ("first", "second") if match[group] and match[group].lower() not in _NO_TASK]
    error = UnknownName(
        "environment suite",
        match["suite"],
        [],
        hint="Known: Gymnasium's own, Atari, DeepMind Control, MiniGrid. `rllte list` names the environments.",
    )
    if tasks:
        error.message = f"{error.message.rstrip('.')}; {' '.join(tasks)!r} is asked for."
        error.args = (error.message,)
    raise error
