"""The words by which a request names what is to be made, or asks for a run; English and Chinese."""

from __future__ import annotations

import re

from copilot.codegen.authoring.describe import NEW_IN_AGENTS
from copilot.codegen.authoring.spec import Primitive

NOUNS: dict[Primitive, str] = {
    "encoder": (
        r"(?:[\w-]*encoders?|feature[ -]extractors?|backbones?|vision (?:network|model)s?|"
        r"observation networks?)"
    ),
    "augmentation": (
        r"(?:(?:data|image|state|observation)[ -])?(?:augmentations?|augmenters?|augment)|"
        r"(?:image|observation|data|state|pixel)[ -]transform(?:ation)?s?"
    ),
    "reward": (
        r"(?:intrinsic|exploration|curiosity|novelty|count[- ]based|bonus)[ -](?:rewards?|"
        r"bonus(?:es)?|modules?|signals?)|"
        r"intrinsic motivations?|rewards?|bonus(?:es)?|curiosity|novelty|(?:reward )?shaping|"
        r"(?:rnd|icm|e3b|re3|ride|ngu|noveld|bebold|pseudo-?counts?)[- ](?:variants?|versions?)|"
        r"(?:hash(?:ed)?|visit\w*|episodic|sim-?hash|state|pseudo-?)[ -]counts?|"
        r"(?:step|living|energy|smoothness|control|jerk)[ -](?:penalt(?:y|ies)|costs?)"
    ),
    "distribution": (
        r"(?:action )?distributions?|(?:action|exploration|policy|gaussian|ou|ornstein-uhlenbeck|uniform|pink|"
        r"correlated)[ -]"
        r"nois(?:e|es)|(?:ucb\d?|boltzmann|thompson|epsilon-?greedy)(?:[- ](?:exploration|sampling|policy))?|noise "
        r"process(?:es)?|mixtures?|categorical|softmax(?: policy)?|action (?:sampler|head)s?"
    ),
    "policy": (
        r"polic(?:y|ies)|actor[- ]critics?(?: networks?| policy| module)?|(?:policy|actor|critic) (?:networks?|heads?)|"
        r"value heads?|q-?net(?:work)?s?|(?:duel(?:ing|ling)|noisy|c51|qr-?dqn|iqn|dqn|categorical|quantile|distributional)"
        r"[ -](?:q-?)?(?:heads?|net(?:work)?s?)"
    ),
    "storage": (
        r"storages?|replay(?: (?:buffers?|memory|memories|storages?))?|(?:rollout |experience )?buffers?|"
        r"experience (?:replay|memory)|samplers?"
    ),
}
CHINESE_NOUNS: dict[Primitive, str] = {
    "encoder": r"编码器|特征提取器|特征提取网络|骨干网络",
    "augmentation": r"(?:数据|图像|状态|观测)?增强(?:方法|模块|操作)?|图像变换|数据变换",
    "reward": r"(?:平滑|动作|能耗|步数|控制|抖动)(?:惩罚|代价)|(?:内在|内部|探索|好奇心|新颖性|内生)(?:奖励|激励|"
    r"动机)(?:函数|模块)?|探索奖赏|"
    r"(?:蒸馏|计数|误差|近邻|分歧|状态熵|塑形|探索)(?:探索)?奖励|奖励函数|好奇心模块|奖励模块|奖励塑形|新颖性|好奇心|(?"
    r"<![与的把对将剪放取])奖励(?![裁截缩的])",
    "distribution": r"(?:动作|策略|分类|类别|高斯|混合)?分布|(?:动作|探索|ou ?|粉红)噪声",
    "policy": r"策略网络|q ?网络(?:策略)?(?=[\s的吧呢]*(?:$|[，。：:；,;]))|策略模块|演员[-—]?评论家(?:网络|策略)?|"
    r"(?:^|(?<=个))全?新的?策略(?!梯度|优化|更新|损失)|(?<![新数旧])策略(?!梯度|优化|更新|损失|的)",
    "storage": r"(?:经验|优先|回放|轨迹)*(?:回放(?:池|缓冲区?|缓存|存储)?|缓冲区|经验池|存储(?:模块|器)?)",
}
AGENT = r"agents?|algorithms?|learners?|variants?|versions?|methods?|objectives?|loss(?:es)?(?: functions?)?"
AGENT_CHINESE = r"智能体|算法|变体|变种|改进版|版本"
UNKNOWN = (
    r"reinforce|sarsa|expected sarsa|qr-?dqn|c51|iqn|fqf|rainbow|vpg|awr|awac|trpo|acktr|acer|mpo|v-?mpo|crr|bcq|"
    r"advantage[- ]weighted (?:regression|actor[- ]critic)|soft q-learning|munchausen|averaged-?dqn|dueling dqn|"
    r"spo|grpo|rloo|marwil|redq|tqc|droq|crossq|maxmin dqn|td3 ?\+ ?bc|v-?trace(?: corrected)? actor[- ]critic|cispo|"
    r"(?:noisy|averaged|ensemble|distributional|categorical)[- ]dqn"
)
"""Algorithms that the library lacks: whoever names one wants it written."""
CORRECTED = r"(?:v-?trace|retrace|soft|importance|trust[- ]region|rank|sign|kl)[\w -]* actor[- ]critics?"
"""An actor-critic told by how it learns is no network."""
ALGORITHM = (
    r"ppo|a2c|dqn|ddpg|td3|sac|sacd|sac-discrete|ppg|daac|drac|drq(?:-?v2)?|impala|reinforce|q-learning|actor-critic"
)
MAKES = (
    r"(?:write|implement|create|design|build|code|develop|make|define|invent|craft|construct|program|author|prototype|"
    r"give me|^need|i(?:'d like| would like| want|'d want| would want| need)|can we have|could we have|we (?:want|"
    r"need|would like|would love)|we'd (?:like|love)|i'd love|show me|generate|add|produce|come up with)"
)
MAKES_CHINESE = r"编写|实现|设计|创建|开发|自定义|定义|构建|构造|搭建|编制|生成|做|写|造|要|需要|想要|加"
OWN = (
    r"\b(?:own|custom|customi[sz]ed|new|novel|home-?made|self-?written|hand-?written|bespoke|from scratch|original)\b|"
    r"自定义|自己的|全新|新的|新颖|自制|从头"
)
CHANGED = (
    rf"{OWN}|\b(?:variants?|versions?|modif\w+|instead of|rather than|in place of|replac\w+|swap\w*|without (?:the )?"
    r"(?:clip\w*|entropy|value|target)|tweak\w*|flavou?r|whose (?:loss|objective|policy loss))\b|"
    r"duel(?:ing|ling)\b|munchausen|penali[sz]\w*|penalt(?:y|ies)|self-?imitation|conservative|soft targets?|"
    r"advantage[- ]weighted|dual[- ]clip\w*|asymmetric\w*|auxiliary|expectiles?|quantiles?|mellowmax|log-?cosh|"
    r"(?:soft|polyak) (?:target )?updates?|(?:soft|polyak)[- ]averag\w+|clip[- ]higher|rollback|spectral|huber|"
    r"boltzmann|top[- ](?:half|\d+)|positive advantages|sign of|cql|pessimis\w*|ensemble of q|loss(?:es)? (?:is|are|of|"
    r"for)|"
    r"惩罚|模仿|保守|变种|变体|加权|改进|改版|代替|替代|替换|而不是|而非|取代|不用裁剪|损失|非对称|双重?裁剪|软更新|"
    r"期望分位|辅助"
)
RUNS = (
    r"\b(?:train(?:s|ing|ed)?|script|experiments?|run(?:s|ning)?|compare|comparison|benchmark|"
    r"sweep|learn(?:s|ing)? to|"
    r"solve[sd]?|evaluate|baseline)\b|训练|脚本|实验|运行|对比|比较|跑|评估"
)
PLAINLY_AN_EXPERIMENT = (
    r"\b(?:on|in) (?:the )?(?:cart-?pole|pendulum|acrobot|mountain ?-?car|lunar ?-?lander|bipedal\w*|car ?racing|pong|"
    r"breakout|"
    r"atari|montezuma\w*|space ?invaders|mini-?grid|door-?key|hopper|walker|half-?cheetah|cheetah|ant|humanoid|reacher|"
    r"dmc|procgen|frozen ?lake|taxi|blackjack|[\w-]+-v\d)\b|"
    r"(?<!over )(?<!within )(?<!in )(?<!sequences of )(?<!generated for )(?<!initial )(?<!first )(?<!every "
    r")(?<!last )(?<!after )(?<!each )(?<!for )"
    r"\b(?:\d{4,}|\d+ ?(?:k|m|million|thousand))\s*"
    r"(?:training |env(?:ironment)? )?(?:steps|frames)\b|\d+ (?:envs|environments|seeds)\b"
)
ASKS_TO_TRAIN = (
    r"(?:^|[.!?,;:] |\b(?:please|to|can you|could you|let(?:'s| us)|and) )(?:train|"
    r"run(?! (?:the|a|this) (?:same )?[^.;]{0,40}\b(?:cnn|network|layers?|conv\w*)\b)|"
    r"compare|benchmark|sweep|"
    r"evaluate|ablate)\b|"
    r"\b(?:training|experiment|script|comparison|ablation|baseline)s?\b(?=[^.]*\b(?:on|in|for|with)\b)(?=[^.]*\d)|"
    r"\bseeds?\b"
)
"""What asks for a run, whatever it describes beside it."""
OPENS_A_RUN = re.compile(
    rf"(?:(?:please|now|can you|could you|let['’]?s|i (?:want|would like) to|i (?:need|want)|"
    rf"i['’]d like|give me|请|帮我|帮忙|给我|我?想?要)\s*)*"
    rf"(?:(?:train|run|use|try|test|benchmark|evaluate|训练|使用|采用|用|跑|试试|试)\s*)?(?:an? |the |一个)?"
    rf"(?:{ALGORITHM})(?![a-z])(?!\s*(?:-|agents?:|but|except|"
    rf"(?:(?!with |and |plus |using )[\w-]+ ){{0,2}}(?:{'|'.join(NOUNS.values())}|noise)))"
)
"""How a run is told, without a word of what is to be made."""
NOTHING_NEW = (
    r"\b(?:whose|where|but|except|which|that|heads?|layers?|loss(?:es)?|objectives?|critics?|ensembles?)\b|[的把]策略|损失|"
    r"网络|层|评论家|演员|变[种体]|[写改造]"
)
"""Words that tell of the inside of an agent or module."""
OF_A_RUN = r"从头(?:开始)?(?=训练)|from scratch"
"""What sounds new, and is only said of a run."""
CONTEXT = re.compile(
    r"(?:[\w'-]+ ){0,5}(?:in|of|on|at) (?:my|our|this|the) [^.!?]*\b(?:is|are|was|were|has|have|gets?|comes?)\b|"
    r"(?:my|our) (?:[\w'-]+ ){1,6}(?:is|are|was|were|has|have|gets?|keeps?|drops?|falls?|forgets?|cannot|can't|does|do|"
    r"never|often)\b|"
    r"(?:do|does|is|are|can|could|would|will) [^.?!]*\b(?:beat|beats|help|helps|better|worth|work|works|matter|matters)\b"
    r"[^.?!]*\?|i (?:just |have |'ve |recently )*(?:read|saw|heard|came across|know|understand|am reading|'m reading)\b",
)
"""How a sentence begins that tells of a task, of what was read, or asks what beats what: what is wanted stands behind it."""
PUBLISHED = r" ?\([A-Z][^()]*\b(?:19|20)\d\d[a-z]?\)"
"""Where something was published, in brackets."""
STRONG = rf"(?<![a-z])(?:{NEW_IN_AGENTS}|variants?)(?![a-z])"
HEAD_ENDS = re.compile(
    r"\b(?:with(?!-)|that|which|for|on(?!-)|but|to|using|in|where|whose|who|from|by|of|over|equal|proportional|given|as|"
    r"when|without(?!-)|(?<!-)based|instead|plus|through|after|"
    r"rather|and use|and train|then|so|called|"
    r"named|(?<!-)like|combining|made|adding|counting|having|taking|paying|measuring|rewarding|consisting|is|are|"
    r"drawing|keeping|sampling|mixing|multiplying|clipping|penali[sz]ing)\b|\bw/|\s[-–—]\s|[,.;:!?(，。；：]"
)

AS_REWARD = r"\bas (?:an? )(?:intrinsic |exploration )?(?:bonus|reward)\b"

SHAPES = (
    r"student\S*|bang-?bang|kumaraswamy|beta|truncated|clipped|censored|logistic\S*|cauchy|laplace|mellowmax|sparsemax|"
    r"boltzmann|epsilon-?greedy|squashed|von mises|discreti[sz]ed|contaminated|sticky"
)
"""Shapes of distributions: a "Student-t policy" is one by its distribution."""
