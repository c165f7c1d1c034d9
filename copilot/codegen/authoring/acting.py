"""Reads distributions, policies and storages: small changes of what the library has, each with its numbers."""

from __future__ import annotations

import re

from copilot.codegen.authoring.ask import LIST, NUM, Ask, to_list, to_number
from copilot.codegen.authoring.layers import function_of
from copilot.codegen.authoring.spec import Distribution, Policy, Storage, StorageKind

BEYOND_DISTRIBUTION = (
    r"\b(?:mixture|mixtures|gumbel|beta|dirichlet|flows?|normali[sz]ing|von mises|student|"
    r"cauchy|autoregressive|masked|"
    r"mask|poisson|gamma|ou|ornstein\w*|pink|colou?red|correlated|parameter|state[- "
    r"]dependent|sparsemax|entmax|top[- ]?k|"
    r"nucleus|truncated|squashed|tanh|multi\w*|bernoulli|copula|heavy[- ]tailed)\b|混合高斯|贝塔|掩码|流|粉红|相关|截断|多元"
)
BEYOND_POLICY = (
    r"\b(?:recurrent|lstm|gru|memory|transformers?|attention|mixture|experts?|ensembles?|twin|"
    r"double critics?|quantile|"
    r"distributional|off-policy|deterministic|q-?values?|goal|hierarchical|options?|state[- "
    r"]dependent|residual|auxiliary|"
    r"dueling|gated|hyper\w*|flows?|diffusion|multi\w*)\b|循环|记忆|注意力|混合|专家|集成|确定性|分层|残差|多头"
)
BEYOND_STORAGE = (
    r"\b(?:hindsight|her|episodes?|episodic|trajector\w*|sequences?|recurrent|compress\w*|disk|reservoir|stratified|"
    r"balanced|success\w*|two|dual|separate|rank[- ]based|td[- ]error|curiosity|novelty|goal|"
    r"relabel\w*|demonstrations?|"
    r"expert|duplicates?|filter\w*|discard\w*|drop\w*|normali[sz]\w*|augment\w*|noise|dict|"
    r"segment|sum-?tree|evict\w*)\b|"
    r"事后|轨迹|序列|压缩|磁盘|蓄水池|分层|成功|示范|专家|过滤|丢弃|归一化|增强|噪声"
)
_LINK = (
    r"(?:\s|=|:|：|of|by|to|with|at|a|the|is|factor|value|为|是|到|取|系数|因子|within|between|in|\[|\(|±|"
    r"\+/-|between|and|-)*"
)


def distribution(ask: Ask) -> tuple[Distribution | None, list[str]]:
    """The distribution or noise that a request asks for, or None; and notes."""
    notes: list[str] = []
    decay = ask.first(
        rf"(?:decay\w*|anneal\w*|schedul\w*|shrink\w*|linear(?:ly)?|衰减|退火)[^\d]*?(?:from|"
        rf"从)?\s*(?P<a>{NUM})\s*(?:to|->|→|到|至)\s*"
        rf"(?P<b>{NUM})(?:[^\d]*?(?P<n>\d[\d_]*)\s*(?P<k>k|万)?\s*(?:training |environment |env )?(?:steps|步))?"
    )
    if ask.says(r"noise|噪声"):
        kind = (
            "uniform"
            if ask.has(r"uniform(?:ly)?|均匀")
            else "laplace"
            if ask.has(r"laplac\w*|拉普拉斯")
            else "gaussian"
        )
        ask.has(
            r"(?:gaussian|normal|white|高斯|正态|action|exploration|探索|动作)|(?:standard )?deviations?|"
            r"\bstd\b|sigma|标准差"
        )
        amount = ask.number(
            rf"(?:noise|deviation|std|sigma|scale|amplitude|噪声|标准差|幅度){_LINK}(?P<n>{NUM})", rf"(?P<n>{NUM})"
        )
        schedule = None
        if decay:
            steps = int((decay["n"] or "100000").replace("_", "")) * {"k": 1000, "万": 10_000}.get(decay["k"] or "", 1)
            low, high = to_number(decay["a"]), to_number(decay["b"])
            schedule, amount = f"linear({low!r}, {high!r}, {steps})", 1.0
            ask.has(r"linear(?:ly)?|over|schedul\w*|线性")
            if not decay["n"]:
                notes.append("It is not stated over how many steps it decays: 100,000.")
        elif amount is None:
            amount = 0.1
            notes.append("The deviation of the noise is not stated: 0.1.")
        return Distribution(of="noise", noise=kind, amount=amount or 0.1, schedule=schedule), notes  # type: ignore[arg-type]
    temperature = ask.first(
        rf"(?:with )?(?:a )?temperature{_LINK}(?P<n>{NUM})?|(?:softmax )?sharp(?:er|ened)|"
        rf"温度{_LINK}(?P<m>{NUM})?"
    )
    if temperature:
        groups = [temperature[g] for g in ("n", "m") if temperature[g]]
        ask.has(r"categorical|softmax|discrete|boltzmann|类别|离散|玻尔兹曼|softmax")
        if not groups:
            notes.append("The temperature is not stated: 0.5.")
        return Distribution(of="temperature", amount=to_number(groups[0]) if groups else 0.5), notes
    mixed = ask.first(
        rf"(?:mix\w*|blend\w*|smooth\w*|epsilon|ε|混合)[^\d]*?uniform\w*{_LINK}(?P<n>{NUM})?|"
        rf"(?P<m>{NUM})\s*(?:of )?uniform|均匀(?:分布)?混合{_LINK}(?P<o>{NUM})?"
    )
    if mixed:
        groups = [mixed[g] for g in ("n", "m", "o") if mixed[g]]
        ask.has(r"categorical|softmax|discrete|类别|离散|exploration|distribution")
        return Distribution(of="mixed_uniform", amount=min(0.99, to_number(groups[0])) if groups else 0.1), notes
    if ask.has(r"laplac\w*|拉普拉斯"):
        ask.has(r"continuous|连续|box")
        return Distribution(of="laplace"), notes
    scaled = ask.first(
        rf"(?:gaussian|normal|高斯|正态)[^\d]*(?:deviation|std|sigma|variance|scale|"
        rf"标准差)[^\d]*?(?P<n>{NUM})"
    )
    if scaled:
        return Distribution(of="scaled_gaussian", amount=to_number(scaled["n"]) or 1.0), notes
    return None, notes


def policy(ask: Ask) -> tuple[Policy | None, list[str]]:
    """The actor-critic that a request asks for, or None; and notes."""
    notes: list[str] = []
    function = function_of(ask)
    norm = ask.has(r"layer[ -]?norm\w*|层归一化")
    layers = (
        rf"(?:(?:hidden )?(?:layers?|units?|network|trunk|head|body|mlp|width|sizes?|"
        rf"隐藏层|层|网络|宽度|单元)|{_LINK})*"
    )
    trunk = _widths(
        ask,
        (
            rf"(?:shared|common|共享)(?: (?:trunk|body|torso|layers?|network|mlp))*{layers}(?P<n>{LIST})|"
            rf"(?:trunk|torso|主干){layers}(?P<m>{LIST})"
        ),
    )
    actor = _widths(
        ask,
        (
            rf"(?:actor|policy head|演员|actor 网络){layers}(?P<n>{LIST})|(?P<m>{LIST})(?:-unit|个单元)? "
            rf"(?:units? )?(?:in|for) (?:the )?actor"
        ),
    )
    critic = _widths(
        ask,
        (
            rf"(?:critic|value (?:head|network|function)|评论家|价值网络){layers}(?P<n>{LIST})|"
            rf"(?P<m>{LIST})(?:-unit|个单元)? (?:units? )?(?:in|for) (?:the )?critic"
        ),
    )
    wider = ask.first(
        rf"(?:a )?(?:wider|larger|bigger|更宽|更大)(?:的)? ?(?:critic|value (?:head|network)|评论家|"
        rf"价值网络)(?: (?:than [\w ]*?actor))?(?:{_LINK}(?P<n>{NUM}))?"
    )
    both = _widths(ask, rf"(?:two |both )?(?:hidden )?(?:layers?|widths?|units?|隐藏层){_LINK}(?P<n>{LIST})")
    separate = ask.has(
        r"separate(?: (?:trunks?|networks?|bodies|encoders?))?(?: for (?:the )?(?:actor and "
        r"(?:the )?critic|both))?|decoupled|独立(?:的)?(?:网络|主干)?|分开"
    )
    shared = ask.has(r"shared?(?: (?:trunk|body|torso|layers?|network))?|common (?:trunk|body)|共享(?:主干|网络)?")
    ask.has(r"\b(?:actor|critic|trunks?|heads?|and|networks?|mlp)\b|演员|评论家|主干|头")
    if not (function or norm or trunk or actor or critic or wider or both or separate or shared):
        return None, notes
    base = both or [64, 64]
    if not (actor or critic or both or trunk):
        notes.append("The widths are not stated: 64, 64.")
    if wider and critic is None:
        critic = [int(to_number(wider["n"]))] * 2 if wider["n"] else [4 * size for size in (actor or base)]
    trunk = trunk or (base if shared and not separate else [])
    rest = [] if trunk and not (actor or critic or both) else base
    return Policy(
        trunk=trunk, actor=actor or rest, critic=critic or rest, function=function or "tanh", norm=norm
    ), notes


def _widths(ask: Ask, pattern: str) -> list[int] | None:
    match = ask.first(pattern)
    if not match:
        return None
    return to_list(next((value for value in match.groupdict().values() if value), None)) or None


def storage(ask: Ask) -> tuple[Storage | None, list[str]]:
    """The storage that a request asks for, or None; and notes."""
    notes: list[str] = []
    rewards = r"(?:the )?(?:stored |incoming )?rewards?|奖励"
    clip = ask.first(
        rf"(?:clip|clamp|limit|bound|cap)(?:s|ped|ping|ed|ing)? "
        rf"(?:{rewards}){_LINK}(?:-?{NUM}\s*(?:,|，|to|and|到|至)\s*)?(?P<n>{NUM})?|(?:裁剪|"
        rf"截断)(?:{rewards}){_LINK}(?:-?{NUM}\s*(?:,|，|到|至)\s*)?(?P<m>{NUM})?|(?:奖励)(?:裁剪|"
        rf"截断){_LINK}(?:-?{NUM}\s*(?:,|，|到|至)\s*)?(?P<o>{NUM})?|clipped rewards?"
    )
    scale = ask.first(
        rf"(?:scal|multipl|divid|shrink)\w* (?:{rewards}){_LINK}(?P<n>{NUM})|(?:缩放|"
        rf"乘以)(?:{rewards}){_LINK}(?P<m>{NUM})|(?:奖励)(?:缩放|乘以){_LINK}(?P<o>{NUM})"
    )
    sign = ask.has(rf"signs? of (?:{rewards})|(?:only )?(?:the )?reward signs?|奖励(?:的)?符号")
    recent = ask.first(
        rf"(?:(?P<n>{NUM})\s*(?:of (?:a |the |each )?(?:batch(?:es)?|samples?) )?)?(?:from |with |"
        rf"favou?r\w* |prefer\w* |more )*(?:the )?(?:most )?(?:recent|newest|latest|new|newer)(?: "
        rf"(?:transitions?|experience|samples?|steps?|data))*(?: more often)?|(?:近期|最近|"
        rf"最新)(?:的)?(?:经验|样本|转移)?"
    )
    number = ask.whole(
        r"(?:last|newest|latest|recent|最近)\s*(?:的)?\s*(?P<n>\d{2,6})",
        r"(?P<n>\d{3,6})(?: (?:newest|most recent|latest))?(?: (?:transitions?|steps?))",
    )
    rollout = ask.has(r"rollouts?(?: (?:storage|buffer))?|on-policy|轨迹缓冲")
    prioritized = ask.has(r"prioriti[sz]ed|优先(?:级)?")
    ask.has(
        rf"(?:samples?|draws?|sampling|采样|抽取)|more often|often|before (?:they are )?(?:stored|"
        rf"storing)|as they (?:come|enter)|(?:stores?|keeps?|stored) |{rewards}|更(?:多|频繁)(?:地)?|会"
    )
    if not (clip or scale or sign or recent):
        return None, notes
    groups = [clip[g].strip("+-") for g in ("n", "m", "o") if clip[g]] if clip else []
    limit = to_number(groups[0]) if groups else 1.0
    if clip and not groups:
        notes.append("The limits of the rewards are not stated: -1 to 1.")
    factor = to_number(next(scale[g] for g in ("n", "m", "o") if scale[g])) if scale else None
    if scale and re.match(r"divid", scale[0]) and factor:
        factor = 1 / factor
    share = None
    if recent:
        given = to_number(recent["n"]) if recent["n"] else 0.5
        share = given if given <= 1 else given / 100
        notes += [] if recent["n"] else ["How much comes from the newest is not stated: half of a batch."]
    of: StorageKind = "rollout" if rollout else "prioritized" if prioritized else "replay"
    plan = Storage(
        of=of,
        clip=limit if clip and limit > 0 else None,
        scale=factor if factor and factor > 0 else None,
        sign=sign,
        recent=share,
        newest=number or 1000,
    )
    return plan, notes
