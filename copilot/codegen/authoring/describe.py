"""What a request describes that names no kind of module: by the words of the field that each kind is told in."""

from __future__ import annotations

import re
from typing import Literal

from copilot.codegen.authoring.spec import Primitive
from copilot.codegen.patterns import BEGINS

NEW_IN_AGENTS = (
    r"(?:dual|double)[- ]clip\w*|asymmetric\w*|clip[- ]higher|rollback|spo\b|quadratic penalty|trust[- ]region[- ]free|"
    r"(?:clip\w* range|clip\w*|learning rate|lr) (?:that |which |is |gets )*(?:decay\w*|anneal\w*|shrink\w*|schedul\w*|"
    r"fall\w*|"
    r"goes|warmed)|kl (?:from|to|towards|against|between)|(?:moving|running) average of (?:the )?(?:policy|weights|returns)|"
    r"kl[- ]penal\w*|penali[sz]\w*|(?:reverse|forward|adaptive|mean|target)[- ]kl|kl (?:early[- ])?stop\w*|early[- ]stop\w*|"
    r"stop\w* (?:[\w-]+ ){0,3}early|rloo|grpo|leave[- ]one[- ]out|group(?:ed)?[- ](?:baselines?|advantages?|relative)|"
    r"v-?trace|retrace|truncated importance|importance weights? (?:are |is )?(?:cut|truncated|capped|clipped)|"
    r"self-?imitation|advantage[- ]weighted|marwil|exp(?:onentiated)? advantages?|"
    r"behaviou?r(?:al)? cloning|bc (?:term|loss)|auxiliary(?: [\w-]+){0,4}(?: loss(?:es)?| tasks?| objectives?| heads?)|"
    r"(?:inverse|forward)[- ](?:dynamics|models?)|lower confidence bound|targets? (?:uses?|is|are|=) (?:the |their )"
    r"?(?:mean|min|max|average|smallest)|reward[- ]prediction|predict\w* (?:the )?(?:next )?rewards?|reconstruct\w*|curl\b|"
    r"contrastive|temporal[- ]consistency|"
    r"hl-?gauss|two-?hot|symlog|pop-?art|expectiles?|quantiles?|log-?cosh|huber|mellowmax|munchausen|boltzmann|"
    r"noisy (?:\w+ ){0,3}dqn|duel(?:ing|ling) (?:\w+ )?dqn|noisy[- ](?:nets?|layers?|networks?|linear)|c51|iqn|qr-?dqn|"
    r"redq|maxmin|droq|crossq|tqc|"
    r"(?:ensembles?|averages?) of (?:[\w-]+ ){0,2}(?:q\b|q-|critics?|targets?)\w*|"
    r"averaged[- ](?:dqn|targets?)|(?:random|randomly \w+) (?:two|pair|subset|2)\b|"
    r"primacy bias|resets?\b|(?:shrink[- ]and[- ]perturb)|weight decay|(?:critics?|q-?networks?|heads?) (?:have|has|with|"
    r"use|get) "
    r"(?:layer ?norm|dropout)|spectral norm\w*|adamw|rmsprop|sgd|nadam|lion|"
    r"(?:cosine|linear(?:ly)?|step|exponential(?:ly)?)(?: decay\w*| anneal\w*)?(?: of (?:the )?)?[- ]?(?:learning[- "
    r"]rates?|lr)|"
    r"(?:learning[- ]rates?|lr)[- ](?:schedules?|warm-?up|decay\w*|anneal\w*)|warm-?up (?:of|over)|"
    r"(?:rank|sign|percentile|quantile)[- ](?:normali\w+|based|transform\w+) advantages?|ranks? of (?:the )?advantages?|"
    r"sign of (?:the )?advantages?|(?:un|non-?)normali[sz]ed advantages?|positive advantages|"
    r"advantage normali[sz]ation|normali[sz]\w* (?:the )?advantages?|advantages? (?:are )?(?:not )?normali[sz]ed|"
    r"entropy (?:schedule|anneal\w*|decay\w*|target)|updates? (?:per|for each|for every) (?:env\w* )?step|update-to-data|"
    r"utd|"
    r"conservative|cql|soft q|(?:soft|polyak) (?:target )?updates?|(?:soft|polyak)[- ]averag\w+|soft targets?|"
    r"(?:slow|ema|moving[- ]average|averaged) (?:copy|copies|policy|teacher)|distil\w*|pessimis\w*|"
    r"whose (?:[\w-]+ ){0,3}(?:loss|objective|targets?|update)|instead of (?:the )?clip\w*|without (?:the )?clip\w*|"
    r"(?:without|no|drop\w*|remov\w*) (?:the |an? |any )?(?:target (?:policy )?(?:smoothing|noise|networks?)|critic(?: "
    r"loss)?|baseline|"
    r"bootstrapp\w+)|sac without (?:the |an? |any )?entropy|(?:mean|average) minus|"
    r"no clipping|everything else like"
)
"""Words of algorithms that no argument of the library's agents switches on: whoever uses them wants one written."""
NEW_IN_AGENTS_CHINESE = (
    r"惩罚|自?模仿|保守|变种|变体|加权|改进|改版|代替|替代|替换|换成|改成|改为|而不是|而非|取代|不用裁剪|损失|非对称|"
    r"双重?裁剪|软更新|期望分位|"
    r"分位数|辅助|噪声网络|重置|权重衰减|集成|个(?:评论家|critic)|蒸馏|早停|提前停|退火|余弦|预热|留一|组内|重要性|"
    r"行为克隆|重构|对比学习|"
    r"步回报|双重目标|对偶|决斗|逆动力学|前向模型|奖励预测|dropout|层归一化|每步更新|固定温度|温度固定"
)
_WORDS: dict[Primitive | Literal["agent"], tuple[str, str]] = {
    "encoder": (
        r"encod\w+|feature extract\w+|backbone|(?:dqn|atari|nature|impala) (?:network|cnn|convolutions?)|spatial softmax|"
        r"fourier features?|vision transformers?|\bvit\b|patch size|d2rl|dense-?nets?|se-?net|mnih\w+|espeholt\w+|"
        r"embedding table|lstms?|grus?|frame differences?|(?:ge|swi)glu|编码|特征提取|骨干|空间 ?softmax|卷积",
        r"conv\w*|cnn|mlp|linear (?:layer|projection)s?|projections?|flatten\w*|features? (?:straight )?out|"
        r"transformers?|patch\w*|tokens?|hidden (?:layers?|widths?)|strides?|kernels?|residual blocks?|"
        r"layer ?norm\w*|self-?attention|film|pool\w*|joint readings|activations?|[gs]elu|elu|silu|relu|layers? of|"
        r"vectors? go|展平|池化|残差|激活|层归一化|通道|注意力|步长|卷积核|隐(?:藏)?状态",
    ),
    "reward": (
        r"bonus(?:es)?|intrinsic|curiosity|novelty|exploration reward|reward (?:learning progress|surprise|"
        r"novel\w*)|rewarding|(?:be |is )paid for|surprise|shaping|pay the agent|(?:little )?extra|(?:rnd|icm|ngu|re3|ride|"
        r"e3b|revd) (?:but|"
        r"without|with|"
        r"where|whose)|内在|好奇|新颖|奖励(?!预测|裁剪|缩放)|给多少|得一?分",
        r"icm|rnd|ngu|re3|ride|e3b|visit\w*|counts?|sim-?hash|forward model|prediction errors?|disagree\w*|ensemble|"
        r"noisy tvs?|explor\w+|pays?|paid|rewarded|nearest neighbou?rs?|state entropy|episode|memory|far from|enters?|惩罚|"
        r"访问|计数|"
        r"距离|起点",
    ),
    "augmentation": (
        r"augment\w*|mask(?:s|ed|ing)?|flip\w*|mirror\w*|rotat\w+|crop\w*|cut-?outs?|cut-?mix|paste\w*|eras\w+|"
        r"jitter\w*|mix-?up|blend\w*|dropp?(?:s|ed|ing)? frames?|salt[ -]and[ -]pepper|gr[ae]yscale|blur\w*|"
        r"solari[sz]\w+|posteri[sz]\w+|frames go missing|"
        r"(?:numbers?|entry|entries) of (?:the |each |every )?(?:states?|observations?)|增强|翻转|旋转|模糊|裁出|"
        r"invert(?:s|ed|ing)? colou?rs|multipl\w+ (?:the )?pixels?|quanti[sz]ed to|grid-?mask|shear\w*|elastic|"
        r"vignette\w*|fog|haze|jigsaw|pixelat\w+|zoom\w*|gamma (?:correction|in|between|from|of)|random gamma|"
        r"sharpen\w*|swap noise|sensor (?:noise|delay|bias|dropout)|quanti[sz]\w+ (?:the )?(?:states?|observations?)|"
        r"coarse drop-?out|(?:random ?)?resized ?crop\w*|feature dropout|elastic deformation|random conv\w*|"
        r"channel (?:shuffle|dropout)|hues?|saturation",
        r"pixels?|images?|frames?|pictures?|brightness|contrast|noise|drac|drq|set to zero|entries|entry|"
        r"with probability|chance|multipl\w+|factor|图像|像素|亮度|画面|状态向量|states?|sensors?|squares?|"
        r"boxes|corners?|edges?|"
        r"degrees|original size|stacks?",
    ),
    "distribution": (
        r"distributions?|(?:action|exploration|policy|ou|pink|white|gaussian|ornstein\S*) noise|logits|categorical|"
        r"(?:a|the) (?:beta|gaussian|student|laplace|cauchy)|epsilon-?greedy|random actions?|act (?:with|by|from)|分布|"
        r"噪声|采样动作|高斯采样|(?:action|policy|ou|pink|white|gaussian|ornstein\S*|exploration|laplace|"
        r"uniform|cauchy) noise|"
        r"noise for (?:ddpg|td3|drq\S*)|(?:boltzmann|ucb1?|softmax|thompson) exploration|max-?boltzmann|ucb1?|"
        r"(?:ε|e|epsilon|eps)(?:[- ]?z-?greedy|[- ]?greedy(?: with| exploration| action))|εz?-?greedy|sticky actions?|"
        r"nucleus|top-?[pk] sampling|min-?p(?: sampling)?|truncated normal|student-?t|kumaraswamy|cauchy|bang-?bang|"
        r"discreti[sz]ed (?:gaussian|actions?)|logistic-?normal|von mises|sparsemax|mellowmax|contaminated|"
        r"clipped gaussian|rank-?based action",
        r"ddpg|td3|actions?|temperature|softplus|support|mixture|sampled|deterministic action|log-?prob\w*|repeat|动作|"
        r"温度|标准差|高斯|entropy|sigma|epsilon|q-?values?|dqn|bins|annealed|correlation|theta|sampling|"
        r"probabilit(?:y|ies)",
    ),
    "storage": (
        r"replay|buffers?|storages?|rollouts? (?:whose|that|with|where)|回放|缓冲|经验池|存储",
        r"transitions?|batch(?:es)?|newest|oldest|priorit\w+|stored|capacity|sampled|drawn|最新|采样|均匀",
    ),
    "policy": (
        r"actor[- ]critics?|polic(?:y|ies) (?:network|class|with|module)|policy for|(?:\w+) critics|value stream|"
        r"the policy's|q-?network|dueling|noisy ?net\w*|log[- ]?std|value head|atoms|"
        r"separate trunks?|actor (?:with|of|has)|critic (?:with|of|has)|nothing shared|策略网络|的策略|两边不共享",
        r"actors?|critics?|trunks?|heads?|hidden layers?|streams?|target copy|units|演员|评论家|单元",
    ),
    "agent": (
        rf"(?:policy|value|critic|actor) loss|losses|objectives?|surrogate|{NEW_IN_AGENTS}|"
        rf"{NEW_IN_AGENTS_CHINESE.removeprefix('惩罚|')}",
        r"ppo|a2c|dqn|sac|td3|targets?|q-values?|updates?|epochs?|advantages?|returns|entropy coefficient|log-prob\w*|"
        r"ratio|优势|目标",
    ),
}
"""Words that name the kind, and words that it is told in."""
_NAMES, _TELLS, _EARLY, _OPENING = 2.0, 1.0, 1.5, 60
"""What each of them counts; and by how much more, up to which sign, for what comes first says what the rest is of."""
_LEAST, _AHEAD = 2.0, 0.5
"""How much has to be said of a kind, and by how much more than of any other."""


_BEGINS = re.compile(
    r"(?:an? |my |the |our )?(?:ppo|a2c|dqn|ddpg|td3|sac|ppg|impala)(?= (?:with|but|where|whose|without)\b)"
)
"""An algorithm at the beginning: what is said behind it is said of that."""


def described(text: str) -> Primitive | Literal["agent"] | None:
    """The kind that a text says most of; None where none stands out.

    Args:
        text: in small letters.
    """
    told = {kind: _told(text, *words) for kind, words in _WORDS.items()}
    told["agent"] += _NAMES if _BEGINS.match(text) else 0.0
    ranked = sorted(told, key=lambda kind: -told[kind])
    best, next_one = ranked[0], ranked[1]
    return best if told[best] >= _LEAST and told[best] - told[next_one] >= _AHEAD else None


def _told(text: str, names: str, tells: str) -> float:
    """What the different words of one kind come to."""
    total = 0.0
    for weight, words in ((_NAMES, names), (_TELLS, tells)):
        first: dict[str, int] = {}
        for match in re.finditer(rf"{BEGINS}(?:{words})(?![a-z])", text):
            first.setdefault(match[0], match.start())
        total += sum(weight * (_EARLY if start < _OPENING else 1.0) for start in first.values())
    return total
