"""Words that say again what the plan of an intrinsic reward holds: they are taken once the plan is settled.

A word is here only beside the field that it tells of: "forgotten" of counts of the episode, "frozen" of a fixed network.
Denials and numbers are read where they are understood, never here.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from copilot.codegen.authoring.ask import Ask
from copilot.codegen.authoring.spec import Bonus

_Told = tuple[Callable[[Bonus], bool], str]


def _is(*measures: str) -> Callable[[Bonus], bool]:
    return lambda plan: plan.measure in measures


_ENDS = (
    r"(?:(?:at|when|with|after|as soon as|upon|on) (?:the )?(?:end of )?(?:the |an |each |every |that |this |one "
    r")*(?:current )?episodes?(?: (?:is|has|was) "
    r"(?:over|ended|finished|done)| ends?| terminates?| finishes)?|between episodes|per episode|for (?:each|every) (?:new "
    r")?episode|every episode|"
    r"at every reset|at resets?)"
)
_FORGET = (
    r"(?:(?:counts?|counters?|memory|memories|buffer|table|it|everything|they|all of it|states?|visits?) )?(?:must be |"
    r"should be |is |are |gets? |to be |be |has to be )*"
    r"(?:all )?(?:reset|cleared|emptied|forgotten|wiped|deleted|erased|starts? (?:over|again|anew|from zero|empty)|"
    r"begins? "
    r"anew|restart\w*|forgets?|empty)"
)
_TABLE: tuple[_Told, ...] = (
    (
        lambda p: True,
        r"novel(?:ty)?|curiosity|exploration|intrinsic (?:motivation|reward|bonus|signal)s?|signals?|extra reward|reward "
        r"signal|the higher the (?:reward|bonus)|"
        r"the (?:more|larger|bigger|higher|less)\b[\w ]{0,24}?,? the (?:higher|larger|bigger|more)(?: the)?(?: (?:reward|"
        r"bonus|pay))?|is (?:the |its )?(?:reward|bonus)|"
        r"as (?:the |an? |its )?(?:intrinsic )?(?:reward|bonus)|measured|value|amount|number|式|型的?|奖励|作为|内在|探索|"
        r"新颖性?|信号",
    ),
    (
        _is("count"),
        r"visits?|visited|visiting|visitations?|seen|occurs?|occurred|occurrences?|counts?|counted|counting|counters?|"
        r"counter|n-th|nth|keys?|keyed|times?|"
        r"how often|so far|tabular|n\b|n\(s\)|n\(s, ?a\)|observed|encounter\w*|the number of|number of times|every|each|"
        r"统计|出现|访问|次数|计数|当作键|作为键|键|第 ?n|n\b|每个?|得|给",
    ),
    (
        lambda p: p.measure == "count" and p.counted_by == "grid",
        r"cells?|bins?|bucket\w*|grids?|discreti[sz]\w*|enters?|entered|enter|entering|tiles?|regions?|each|per dimension|"
        r"same cell|格子?|网格|离散化?|进入|某个?|划分|边长|区间|观测|按",
    ),
    (
        lambda p: p.measure == "count" and p.counted_by == "hash",
        r"hash\w*|cells?|made|fresh|entries|table|round\w*|rounding|exact(?: same)?|equal|identical|same state|before "
        r"hashing|四舍五入|取整|哈希|小数",
    ),
    (
        lambda p: p.measure == "count" and p.counted_by == "simhash",
        r"sim-?hash\w*|hash\w*|(?:each |every )?new code|decides?|what counts|same|codes?|codes? of|bits?|signs?|(?:fixed "
        r"|"
        r"frozen )?random projections?|projections?|binary|"
        r"locality[- ]sensitive|is the key|key|哈希|编码|投影|符号",
    ),
    (
        lambda p: p.measure == "count" and p.pairs,
        r"(?:state|observation)[- /]?(?:and )?action(?:[- ]pairs?)?|pairs?|together with (?:the )?actions?|状态动作对?|"
        r"状态-动作对?|对",
    ),
    (
        lambda p: p.measure == "count" and p.counted == "changes",
        r"changes?|changed|consecutive|successive|differences?|next and current|rather than states|between",
    ),
    (lambda p: p.measure == "count" and p.counted == "transitions", r"transitions?|triples?|both states"),
    (
        lambda p: p.measure == "count" and p.pays == "first",
        r"0|zero|nothing|otherwise|else|first (?:time|visits?)|later ones?|later(?: visits?)?|afterwards|ever after|again|"
        r"once|paid|1|one|"
        r"revisit\w*|repeated visits?|every (?:later|further|other) (?:visit|one)|a point|one point|得一分|一分|零分|"
        r"再来(?:就)?是?|首次|第一次|就是|之后|再次|为零|为 ?0|不给",
    ),
    (
        lambda p: p.measure == "count" and p.pays in {"root", "power"},
        r"square[- ]roots?|roots?|inverse|reciprocal|one over|1 ?/|sqrt|平方根|倒数|根号",
    ),
    (lambda p: p.measure == "count" and p.pays == "inverse", r"inverse|reciprocal|one over|1 ?/|hyperbolic\w*|倒数"),
    (
        lambda p: p.measure == "count" and p.pays == "ucb",
        r"ucb\w*(?:[- ]style)?|upper confidence\w*|total(?: number)?(?: of steps)?|steps so far|\bt\b|number of steps|log",
    ),
    (
        lambda p: p.scope == "episode",
        rf"episodic(?:ally)?|episodes?|\(?(?:terminated|terminates?|by termination) or (?:truncat\w+)\)?|separate(?:ly)?|"
        rf"of the (?:same|current|present) episode|(?:{_FORGET})(?:[,;]? "
        rf"(?:{_ENDS}))?|{_ENDS}|"
        r"instead of (?:being )?(?:lifelong|global|over training|lifetime)|nothing is carried over(?: to the next(?: "
        r"episode| one)?)?|earlier|before|so far|"
        r"按回合(?:计算)?|回合(?:内|结束)?|结束(?:以后|之后|后)?|全部(?:忘掉|清空|清零)|忘掉|清空|清零|重置|本局|一局",
    ),
    (
        lambda p: p.scope == "lifetime",
        r"life-?(?:long|time)|(?:over|across|during|in|for|of|throughout) (?:the )?(?:whole|entire|all(?: of)?(?: the)?|"
        r"complete) (?:training(?: run)?|run|time)|"
        r"(?:are |is |be )?kept(?: for (?:the )?(?:whole|entire) (?:run|training))?|global(?:ly)?|so far|ever|never "
        r"(?:reset|cleared|forgotten)|not (?:reset|cleared)(?: (?:at|between|when)[\w ]*episodes?)?|"
        r"across episodes|survive\w*(?: (?:the )?ends?(?: of)?(?: the)? episodes?)?|(?:whole|entire) (?:run|training)|all "
        r"of training|training|so far|"
        r"整个训练(?:过程)?(?:中)?|全程|终身|永久|不清零|训练过程|跨回合|一直保留",
    ),
    (
        lambda p: p.scope == "rollout",
        r"(?:in|inside|within|of|among|over)? ?(?:the |a |each |one )*(?:batch|rollout)(?:es|s)?",
    ),
    (
        lambda p: p.measure in {"count", "nearest", "elliptical"} or p.per_visit != "none",
        r"(?:per|for each|in each|each|every|separate(?:ly)? (?:per|for each)|"
        r"independent(?:ly)? (?:per|for each)) (?:parallel )?env(?:ironment)?s?|各个?(?:并行)?环境(?:之间)?(?:互不影响|"
        r"独立|分开)|并行|互不影响|环境",
    ),
    (
        lambda p: p.embedding == "random" and p.measure not in {"count"},
        r"frozen|fixed|untrained|(?:never|not) (?:be |is |are )?(?:trained|changes?|changed|updated|learned)|stays? "
        r"(?:fixed|frozen|as it is)|"
        r"random(?:ly)?(?: initiali[sz]ed)?|features?|encoder|embeddings?|network|targets?|projections?|latents?|"
        r"representations?|space|固定|随机|冻结|不训练|网络|特征|编码器|空间",
    ),
    (
        lambda p: p.embedding == "random" and p.measure not in {"count"},
        r"(?:without|no|instead of|rather than|drop(?:ping|ped)?|not|replac\w+|in place of) (?:the |an? |any |its |using "
        r")*inverse(?:[ -]"
        r"(?:dynamics|model))*(?: (?:model|encoder|network|features|one|head))?(?: (?:is|are) (?:trained|used|needed|"
        r"learned))?",
    ),
    (
        lambda p: p.embedding == "inverse",
        r"inverse|features?|encoder|embeddings?|latents?|space|learn\w*|trained|representations?|tell\w*|actions?|"
        r"dynamics|"
        r"逆|动力学|特征|学习|空间|嵌入|编码器|由",
    ),
    (
        lambda p: p.embedding == "none",
        r"intensit(?:y|ies)|averaged over the (?:image|pixels|frame)|raw|plain|flat|obs|observations?(?: space)?|directly|"
        r"pixels?|frames?|numbers?|原始|观测|像素",
    ),
    (
        _is("prediction_error", "progress"),
        r"predict\w*|errors?|wrong|fails?|failed|mistakes?|surpris\w*|models?|curiosity|learns?|learn|trained|trains?|"
        r"networks?|loss|outputs?|"
        r"预测|误差|模型|好奇心?|学习|输出|网络|取",
    ),
    (
        lambda p: p.measure in {"prediction_error", "progress", "disagreement"} and p.predicts != "itself",
        r"forward(?:[ -](?:dynamics|models?))*|dynamics|next(?: (?:state|observation|one|ones|latent|"
        r"features?|embedding))?|following|transition|world model|from (?:the )?(?:state|observation)s? and (?:the "
        r")?actions?|one-step|action|前向|动力学|下一个?|状态|和动作",
    ),
    (
        lambda p: p.predicts == "itself",
        r"online|auto-?encoders?|reconstruct\w*|codes?|bottleneck|decoder|encoder|current|frames?|observations?|"
        r"compress\w*|"
        r"through|latent|重构|自编码器?|编码|瓶颈",
    ),
    (lambda p: p.variational, r"variational|vae(?:-based)?|kl|变分"),
    (
        lambda p: p.measure == "prediction_error" and p.predicts == "random",
        r"rnd|distill?ation|random network distillation|targets?(?: network)?|predictors?|frozen|fixed|random|蒸馏|目标",
    ),
    (
        lambda p: p.predictors > 1,
        r"ensembles?|several|predictors?|instead of (?:a |only )?(?:single )?one|instead of a single one|of both|both|of "
        r"(?:them|their errors|all)|errors|average\w*|mean|minimum|maximum|"
        r"smallest|largest|variance|single|rather than one",
    ),
    (
        lambda p: p.error == "likelihood",
        r"negative|minus|log[- ]?(?:likelihood|prob\w*|density)|gaussian|learned|dynamics|distribution|mean and variance|"
        r"probabilistic|负对数似然|高斯",
    ),
    (
        _is("progress"),
        r"rnd|progress|improv\w*|slow(?:er|ly)?|cop(?:y|ies)|old|older|moving average|exponential|averag\w+|ema|polyak|"
        r"current|"
        r"present|lower|less|much|minus|than|present one|decrease|"
        r"how much|noisy[- ]tvs?|attractive|together|学习进步|进步|比|低多少|低|慢|副本|滑动平均|当前|旧|减去|降低",
    ),
    (
        _is("disagreement"),
        r"disagree\w*|ensembles?|spread|predictions?|variance|models?|one-step|members?|dynamics|averag\w+(?: over (?:the "
        r")?(?:dimensions?|features?|outputs?))?|over (?:the )?"
        r"(?:dimensions?|features?)|across|largest|smallest|minus|small|standard deviation|dimensions?|features?|多个|"
        r"共|分歧|"
        r"集成|"
        r"方差|标准差|模型",
    ),
    (
        _is("nearest"),
        r"high|nearest|neighbou?rs?|closest|distances?|当前|到|average\w*|mean|memory|bank|buffer|states?|"
        r"particle(?:-based)?|entropy|"
        r"k-?nn|apt|re3|among|inside|space|all|stored|recent|euclidean|"
        r"距离|近邻|最近|邻居|平均|状态熵|熵|记忆",
    ),
    (
        lambda p: p.kernel,
        r"ngu(?:'s)?(?:[- ](?:style|like))?|(?:inverse )?kernel|episodic part(?: only)?|similarit\w+|no (?:rnd|"
        r"life-?long)(?: (?:multiplier|modulator|part|factor|bonus))?|only",
    ),
    (
        _is("change"),
        r"impact|chang\w*|mov\w+|displacement|how far|differences?|distances?|consecutive|successive|between|current|next|"
        r"two|pixels?|frames?|step|one|mean|相邻|两帧|当前(?:的)?(?:观测|状态)?|下一个?(?:观测|状态)?|变化|距离|影响|"
        r"每个状态|画面",
    ),
    (lambda p: p.measure == "change" and p.embedding != "inverse", r"ride|without"),
    (_is("elliptical"), r"e3b|elliptic\w*|ellips\w+|(?:inverse )?covariance|ridge|椭圆"),
    (
        _is("density"),
        r"dens\w+|likel\w+|log|gaussian|running|under|states?|observations?|all|so far|distribution|probab\w+|"
        r"smirl(?:-like)?|paid|agent|staying|高斯|密度|对数|familiar",
    ),
    (_is("control"), r"empower\w*|control\w*|inverse|actions?|told|guess\w*|uniform"),
    (_is("reward_error"), r"surpris\w+|predict\w*|received|rewards?|errors?|small|network|model"),
    (
        _is("potential"),
        r"potentials?|shaping|discount\w*|gamma|phi|f ?=|f\b|s'|\bs\b|next|current|previous|minus|difference|times|"
        r"position|angle|with|simply",
    ),
    (
        _is("action_change"),
        r"jerk\w*|smooth\w*|jitter\w*|control|actions?|previous|last|this|current|differences?|between|changes?|abrupt|"
        r"sudden|consecutive|successive|squared|one before|动作|平滑|变化|差异|前后|相邻|上一步?",
    ),
    (
        _is("action_size"),
        r"energy|effort|torques?|control|actions?|norm|magnitude|size|squared|costs?|vector|large|动作|能耗|幅度|代价|"
        r"范数|"
        r"大小",
    ),
    (
        _is("away"),
        r"distances?|far(?:ther|thest)?|further|start(?:s|ed|ing)?|beg[aiu]n\w*|initial|first|episode|origin|gets?|"
        r"between|"
        r"current|from|where|距离|起点|出发点|初始|离",
    ),
    (
        lambda p: p.record,
        r"(?:but )?(?:only )?(?:for |if |when )?(?:it is |it's )?(?:a )?(?:new )?records?(?: distance)?|progress|maximum|"
        r"max|so far|than (?:ever )?before|新(?:的)?(?:纪录|最大值)",
    ),
    (_is("constant"), r"constant|fixed|every|each|per|step|living|survival|alive|time|same|每步|固定|常数|恒定"),
    (
        _is("random"),
        r"random|uniform(?:ly)?|numbers?|between|noise|meaningless|baseline|sanity[- ]?check|placebo|随机|均匀",
    ),
    (lambda p: p.negative, r"penal\w+|punish\w*|costs?|minus|negative|subtract\w*|less|惩罚|扣"),
    (
        lambda p: p.record or any(s.op == "least" and s.value == 0.0 for s in p.shape) or p.difference is not None,
        r"clipped|cut|positive|negative|zero|0|at zero",
    ),
    (
        lambda p: p.difference is not None,
        r"noveld|bebold|difference|(?:clipped|clamped|cut)(?: (?:at|to) (?:zero|0))?|between|next|current|at zero|"
        r"positive "
        r"part|novelty",
    ),
    (
        lambda p: bool(p.when) or p.first_steps is not None or p.per_visit == "first",
        r"only|paid|active|otherwise|else|zero|nothing|稀疏|才|仅|只",
    ),
    (lambda p: p.difference is not None or p.per_visit != "none", r"episodic|episode|visits?|first|counts?|回合|访问"),
    (lambda p: p.pays == "log" or any(s.op == "log1p" for s in p.shape), r"log\w*|1 ?\+|对数"),
    (lambda p: p.decay != "none" or bool(p.kappa), r"weight|decay\w*|anneal\w*|schedule\w*|fad\w+|over time|权重|衰减"),
    (lambda p: p.warmup_steps > 0, r"afterwards?|then|at all|beginning|之后|然后"),
    (
        lambda p: p.rwd_norm_type == "rms",
        r"(?:the |its )?(?:intrinsic )?(?:rewards?|bonus(?:es)?) (?:is |are )?(?:normali[sz]ed|standardi[sz]ed)(?: (?:by|"
        r"with) (?:a |the |its |their )?running (?:std|"
        r"standard deviation|deviation|estimate))?|归一化",
    ),
    (
        lambda p: p.obs_norm_type == "rms",
        r"observations? (?:is |are )?normali[sz](?:ed|ation)|normali[sz]ed? (?:the )?observations?",
    ),
    (lambda p: p.beta != 1.0, r"weights?|coefficient|scale|beta|intrinsic weight|drop|权重|系数"),
    (
        lambda p: bool(p.numbers),
        r"entries|entry|components?|coordinates?|dimensions?|numbers?|positions?|x|y|xy|velocity|height|angle",
    ),
)


def told(ask: Ask, plan: Bonus) -> None:
    """Take the words that say what the plan holds."""
    plans = [plan, *plan.parts]
    for holds, words in _TABLE:
        if any(holds(part) for part in plans):
            ask.has(rf"(?<![a-z]){_group(words)}(?![a-z])")
    if plan.parts:
        ask.has(
            r"(?<![a-z])(?:each normali[sz]ed (?:on its own|by itself|separately)|taking|by taking|the min|the max|"
            r"product|"
            r"sum|maximum|max|minimum|larger|largest|smaller|smallest|mean|average\w*|multipl\w+|"
            r"times|plus|mix\w*|combin\w+|alternat\w*|by turns|together|both|"
            r"two|signals?|bonus(?:es)?|rewards?|part|parts|in one|in the (?:next|other)(?: one)?|from episode to episode|"
            r"every (?:other )?episode|episode|error|one|the other)(?![a-z])|"
            r"相乘|乘积|相加|之和|乘以|加上|混合|组合|交替|较大|最大|误差|取"
        )


def _group(words: str) -> str:
    return f"(?:{re.sub(' +', ' ', words)})"
