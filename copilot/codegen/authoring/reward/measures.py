"""Which novelty a request means: its measure, in which embedding, and compared with what."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.ask import Ask
from copilot.codegen.authoring.spec import Measure

_MEASURES: tuple[tuple[Measure, str], ...] = (
    (
        "elliptical",
        r"elliptic(?:al)?(?: bonus(?:es)?| episodic bonus(?:es)?)?|ellipsoids?|e3b|(?:inverse )?covariance|椭圆",
    ),
    (
        "disagreement",
        r"(?:ensemble )?disagree\w*|ensembles?|plan2explore|variance (?:of|over|across|between) (?:the |"
        r"several |many |some |\x00|\d+|one-step )*(?:predictions?|models?|networks?)|"
        r"分歧|集成|预测(?:的)?方差|(?<!不是)方差",
    ),
    (
        "nearest",
        r"(?:k[- ]?)?nearest(?:[- ]neighbou?rs?)?|k-?nn|neighbou?rs?|particle(?:-based)?(?: "
        r"entropy)?|(?:state[- ])?entropy(?: bonus)?|re3|closest (?:earlier |previous |other |past )?(?:states?|"
        r"observations?|embeddings?)|"
        r"k ?近邻|最近邻|近邻|邻居|状态熵|最近(?:的)?(?:状态|观测)",
    ),
    (
        "count",
        r"count(?:s|ing|ed)?(?:[- ]based)?|pseudo-?counts?|visit(?:s|ed|ation)?(?: (?:counts?|"
        r"frequency|numbers?))?|sim-?hash\w*|bebold|"
        r"hash(?:es|ed|ing)?|(?:for )?(?:the )?(?:very )?first (?:time|visits?)|never (?:been )?seen(?: "
        r"before)?|tabular|计数|访问次数|次数|哈希|首次|第一次",
    ),
    (
        "change",
        r"distances? (?:between|of) (?:the )?(?:consecutive|successive|neighbou?ring|next|following|current|two|"
        r"observations?|states?)"
        r"(?: (?:observation|state)s?)?(?: (?:and|from) (?:the )?(?:current|next|present|previous|following|one)(?: (?"
        r":observation|state|one))?)?|"
        r"下一(?:个)?(?:观测|状态)(?:和|与|到)当前(?:观测|状态)(?:之间)?|(?:相邻|前后)(?:的)?(?:两)?(?:个|步|帧|"
        r"张)?(?:观测|状态|画面|图像)?|(?"
        r":how much |how far )?(?:the )?(?:states?|observations?|embeddings?|features?|pixels?|"
        r"agent)? ?(?:chang(?:e|es|ed|ing)|moves? )(?: (?:of|in|between))?|impact(?:-driven)?|displacements?|"
        r"differences? (?:of|between|in)|distance (?:between|of) (?:consecutive|successive|"
        r"neighbou?ring)|变化(?:量|幅度)?|影响|差异|位移|(?<![误方标偏准])差(?!分|别)",
    ),
    (
        "prediction_error",
        r"predict(?:s|ion|ions|ed|ing|or|able|ability)?(?:[- ]errors?)?|surpris\w*|(?:random "
        r"network )?distill?ation|rnd|icm|"
        r"curiosity|errors? of|(?:forward|dynamics|world) (?:dynamics )?models?|(?:model "
        r")?errors?|预测误差|预测|误差|惊讶|意外|蒸馏|好奇心?|前向模型|动力学模型",
    ),
)


def measure_of(
    ask: Ask, settings: dict[str, Any], counts: dict[str, Any], error: str | None
) -> tuple[Measure, set[Measure]] | None:
    """The measure that is meant, and others that are spoken of."""
    found = _measure(ask)
    if settings.get("predictors") or settings.get("error") == "likelihood":
        return "prediction_error", set()
    if "models" in settings and (found is None or found[0] in {"prediction_error", "change", "disagreement"}):
        found = ("disagreement", {found[0], *found[1]} if found else set())
    plain = found is None or (found[0] == "prediction_error" and not ask.says(r"predict|error|forward|预测|误差"))
    if plain and error and ask.says(r"consecutive|successive|\bnext\b|following|one step|下一|相邻|前后"):
        found = ("change", set())
        ask.has(
            r"(?:consecutive|successive|next|following|current|present)(?: (?:and|the|one|state|observation)s?)*|"
            r"(?:与|和|到)?当前(?:观测|状态)|(?:在)?固定随机|空间|特征|between"
        )
    if found is None and ask.says(r"\brnd\b|\bicm\b|(?:prediction|forward|model) errors?|预测误差"):
        found = ("prediction_error", set())  # said where something is done to it
    if found is None and "models" in settings:
        found = ("disagreement", set())
    if "counted_by" in counts and (found is None or found[0] != "count"):
        found = ("count", {found[0], *found[1]} if found else set())
    if found is None and counts.get("pays") and ask.says(r"counts?\b|visits?\b|次数|计数"):
        found = ("count", set())  # said in its formula
    if settings.get("difference") is not None:
        found = _with_difference(ask, found or ("count", set()))
    if found and found[0] == "disagreement":
        _spread(ask, settings)
    return found


def _with_difference(ask: Ask, found: tuple[Measure, set[Measure]]) -> tuple[Measure, set[Measure]]:
    """A difference of novelty is one of counts or of errors."""
    named = {found[0], *found[1]}
    if "prediction_error" in named or not ask.says(r"counts?|bebold|计数|次数"):
        return "prediction_error", set()
    return "count", set()


def _spread(ask: Ask, settings: dict[str, Any]) -> None:
    if ask.has(
        r"(?:the )?(?:largest|maximum|max|highest|biggest) (?:prediction )?(?:minus|less|-) (?:the )?(?:smallest|minimum|"
        r"min|lowest)(?: prediction)?|range|max-min|"
        r"极差|最大(?:值)?减(?:去)?最小(?:值)?"
    ):
        settings["spread"] = "range"
    elif ask.has(r"standard deviations?|\bstds?\b|标准差"):
        settings["spread"] = "deviation"
        ask.has(r"(?:instead of|rather than|not) (?:the )?variance|而不是方差|不是方差")


def _measure(ask: Ask) -> tuple[Measure, set[Measure]] | None:
    found: list[Measure] = []
    for measure, words in _MEASURES:
        if ask.has(rf"(?<![a-z])(?:{words})(?![a-z])"):
            found.append(measure)
    if not found:
        return None
    return found[0], set(found[1:])


_NOUN = r"(?:embeddings?|encoders?|networks?|features?|projections?|latents?|representations?|mapping|space)"
_FIXED = r"(?:fixed|frozen|untrained|random(?:ly[ -]initiali[sz]ed)?|non-?trainable|never[- ]trained)"
_DENIED_INVERSE = (
    r"(?:without|no|instead of|rather than|drop(?:ping|ped)?|not|in place of|skip(?:ping)?|minus) (?:the |an? |any |its |"
    r"using |need for |(?:embedding |features? |encoder )"
    r"(?:of )?)*inverse(?:[ -](?:dynamics|models?))*(?: (?:model|encoder|network|features?|one|head|embedding)s?)?(?: "
    r"(?:is|are) (?:trained|used|needed|learned))?|"
    r"(?:不用|不使用|没有|去掉|代替|而不是)(?:学习)?(?:逆(?:向)?(?:动力学)?模型|逆动力学)"
)


def embedding_of(ask: Ask) -> str | None:
    """none, random or inverse; a learned one is learned by telling actions."""
    denied = ask.has(_DENIED_INVERSE)
    if ask.has(
        rf"(?:inverse[ -](?:dynamics|models?|features?|embeddings?|encoders?|latents?)|inverse[ -]?dynamics "
        rf"(?:models?|{_NOUN})|逆(?:向)?(?:动力学)?模型|逆动力学)|"
        rf"(?:trained|learn(?:s|ed)?|learnt) to "
        r"(?:predict|tell|recover|infer|guess) (?:the |an )?actions?|inverse[- ]dynamics|an inverse model"
    ):
        ask.has(rf"(?:learned|trained|learnt) {_NOUN}|{_NOUN}|嵌入|表示|特征")
        return "inverse"
    if ask.has(
        rf"{_FIXED}(?:,? (?:and )?(?:{_FIXED}|neural|convolutional|\x00))* {_NOUN}|{_NOUN} (?:that |which )?(?:is |are |"
        rf"stays? |remains? |kept )*(?:random and )?{_FIXED}|"
        rf"随机(?:固定)?(?:网络|嵌入|投影|编码器|特征|映射)|固定(?:的)?(?:随机)?(?:网络|嵌入|编码器|特征)"
    ):
        ask.has(_NOUN)
        return "random"
    if ask.has(rf"(?:learned|trained|learnt) {_NOUN}|(?:学习|训练)(?:得到|出)?的(?:嵌入|表示|特征)"):
        return "inverse"
    if ask.has(
        r"raw (?:next |current )?(?:states?|observations?|inputs?|pixels?|frames?)|(?:directly )?(?:on|in|of) (?:the "
        r")?(?:raw |plain )?observation space|identity embeddings?|(?:without|no) (?:an? |any )?"
        r"(?:learned )?(?:embedding|network|encoder)s?(?: at all)?|pixels?(?= change| diff)|(?:between |of )?(?:two "
        r")?(?:successive|consecutive) (?:frames|images)|原始(?:观测|状态)"
    ):
        ask.has(r"no encoder(?: at all)?|without (?:an )?encoder")
        return "none"
    ask.has(rf"{_NOUN}|嵌入|表示")
    return "random" if denied else None


_ENDS = (
    r"(?:(?:at|with|after|on|upon|when|whenever|as soon as|between|for|in|by) )?(?:the )?(?:(?:ends?|end|start|"
    r"beginning) of )?"
    r"(?:(?:the|an?|each|every|one|any|all|new|current) )*(?:episodes?|resets?)(?: (?:ends?|is over|are over|has "
    r"ended|finishes|"
    r"terminates|begins|starts|is done))?"
)


def _forgotten(ask: Ask) -> str | None:
    """Whether what was seen is forgotten with the episode, or ever."""
    forget = (
        r"(?:reset|cleared?|forgotten|forgets?|wiped?|emptied|deleted|erased?|(?:starts?|begins?|counted) (?:over|"
        r"anew|afresh|again|"
        r"from (?:zero|scratch))|restarted)"
    )
    what = (
        r"(?:(?:the |all |its |these )*(?:counts?|counters?|memory|memories|bank|buffer|table|everything|it|they|"
        r"visits?|states?) )?"
        r"(?:(?:is|are|be|being|gets?|must|should|has to|have to|to) )*"
    )
    if ask.has(
        rf"(?<![a-z]){what}(?:not|never)(?: (?:be|ever|been))* {forget}(?![a-z])(?:,? {_ENDS})?|no resets?(?: between "
        rf"episodes)?|"
        r"(?:从)?不(?:会)?(?:清零|重置|遗忘)"
    ):
        return "lifetime"
    if ask.has(
        rf"(?<![a-z]){what}{forget}(?![a-z])(?: separately)?,? {_ENDS}|(?:每(?:个)?|新)?(?:回合|局)(?:开始|"
        rf"结束)?(?:时|后|以后|之后)?"
        r"(?:都|就|全部)?(?:重新(?:开始|计数|计算)|清零|清空|重置|忘掉)|(?:只|仅)(?:在|限于)?本(?:回合|局)(?:内|中)?"
    ):
        ask.has(
            r"separately(?= )|nothing is carried over(?: to the next(?: one| episode)?)?|本(?:回合|局)(?:内|中)?(?:的)?|"
            r"(?:with)?in (?:the |each |this |an )?(?:current |same |present )?episodes?(?![a-z])"
        )
        return "episode"
    return None


def scope_of(ask: Ask) -> str | None:
    """What a state is compared with: what came in all of training, in its episode, or in the rollout."""
    if ask.has(
        r"(?:episodic(?:ally)?|per[- ]episode|within[- ]episode|in the episode)(?:,)? (?:instead of|rather than|not|and "
        r"not) (?:a )?(?:being )?(?:life-?(?:long|time)|global(?:ly)?)"
    ):
        return "episode"
    if ask.has(
        r"(?:life-?(?:long|time)|global(?:ly)?)(?:,)? (?:instead of|rather than|not|and not) (?:a )?(?:being "
        r")?episodic(?:ally)?"
    ):
        return "lifetime"
    if ask.has(
        r"(?:life-?(?:time|long)|global)(?: memory| counts?| bank)?,? (?:not|rather than|instead of) (?:one )?(?:per|in|"
        r"within|for)? ?(?:an?|the|each|every)? ?episod\w*|(?:counts? )?persists?(?: (?:for|over|across) (?:all(?: of)?|"
        r"the whole)? ?(?:training|episodes))?"
    ):
        return "lifetime"
    if (forgotten := _forgotten(ask)) is not None:
        return forgotten
    if ask.has(
        r"(?:not |never )(?:just |only )?(?:reset|cleared|forgotten)[\w ]{0,30}?(?:episodes?)|(?:outlive|survive)s? "
        r"(?:the "
        r"ends? of )?episodes?|across episodes|"
        r"(?:the |in |over |for )*(?:very )?first time in (?:the )?(?:whole|all|entire|all of) (?:of )?(?:the )?training|"
        r"跨回合|不(?:随|在)回合(?:结束)?(?:而)?(?:清零|重置)"
    ):
        return "lifetime"
    if ask.has(
        r"(?:with)?in(?:side)? (?:the |an |each |every |one |its |a )*(?:current |same |"
        r"present |single )?episodes?|(?:in the |the )?(?:memory|states|observations) of (?:the |this |each |an )(?"
        r":current |same )?episode|of (?:the|this|each) (?:current |same )?episode\b|of the same episode|(?:per|each|"
        r"every|"
        r"this) episode|episodic(?:ally)?(?: "
        r"memory)?|"
        r"本?(?:回合|局|幕)(?:内|中)?(?:的)?|每(?:个)?(?:回合|局|幕)|情节(?:内)?"
    ):
        ask.has(
            r"(?:are |is )?reset (?:at|when|with|after) (?:the |each |every |an )*(?:end|"
            r"episode\w*)(?: (?:of|ends?) ?(?:the|each|every|an)? ?(?:episode)?)?|cleared? "
            r"(?:at|when)[\w ]*episode"
        )
        return "episode"
    if ask.has(
        r"(?:in|within|over|of|inside|among) (?:the |a |each |one )*(?:same |current )?(?:rollout|batch)(?:es|s)?|"
        r"(?:采样)?批次内"
    ):
        return "rollout"
    if ask.has(
        r"(?:over|across|during|in|of|for|throughout) (?:all (?:of )?|the whole |the entire |whole "
        r")?(?:training|lifetime|run)|life-?(?:time|long)|global(?:ly)?|整个训练(?:过程)?|全程|终身"
    ):
        return "lifetime"
    return None
