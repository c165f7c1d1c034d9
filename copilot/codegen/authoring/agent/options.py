"""Reads what surrounds an on-policy loss: auxiliary losses, advantages, baselines, critics, how much is collected."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.agent.common import EQUALS, LINKS, amount, by_sign, number_in
from copilot.codegen.authoring.agent.numbers import valued
from copilot.codegen.authoring.ask import INT, NUM, Ask, to_number
from copilot.codegen.authoring.spec import Term

_LOSS = (
    r"(?: (?:loss(?:es)?|objective|task|term|head|error|on the (?:encoder|features)|of the (?:encoder|features)|for the "
    r"encoder))*"
)
_AUXILIARY = (
    ("inverse_model", rf"(?:an? |the )?(?:auxiliary )?inverse[- ](?:dynamics|model)(?: model)?{_LOSS}|逆(?:动力学|模型)"
        rf"(?:辅助)?(?:损失)?"),
    ("forward_model", rf"(?:an? |the )?(?:auxiliary )?(?:forward[- ](?:dynamics|model)(?: model)?|temporal[- ]consistency|"
        rf"latent (?:forward )?prediction|next[- ](?:latent|feature) prediction){_LOSS}|(?:前向|正向)(?:动力学|模型)"
        rf"?(?:辅助)?(?:预测)?(?:损失)?|时间一致性(?:损失)?"),
    ("reward_model", rf"(?:an? |the )?(?:auxiliary )?reward[- ]prediction{_LOSS}|(?:a head that )?predict\w* (?:the )"
        rf"?(?:next |immediate )?rewards?{_LOSS}|奖励预测(?:辅助)?(?:损失)?"),
    ("reconstruction", rf"(?:an? |the )?(?:auxiliary )?(?:(?:observation |state |image )?reconstruct\w*(?: of (?:the )"
        rf"?(?:observations?|states?|images?|inputs?))?|auto-?encoder){_LOSS}|(?:观测|状态|"
        rf"图像)?重[构建](?:辅助)?(?:损失)?"),
    ("contrastive", rf"(?:an? |the )?(?:auxiliary )?(?:curl|contrastive|info-?nce)(?: \(?(?:learning|curl|info-?nce)\)?)"
        rf"*{_LOSS}|"
        rf"对比(?:学习)?(?:辅助)?(?:损失)?"),
)  # fmt: skip


def auxiliary_terms(ask: Ask) -> list[Term]:
    """What the features of the encoder learn beside."""
    terms: list[Term] = []
    ask.has(
        r"(?:as )?an? auxiliary (?:loss|task|objective)s?(?: (?:for|on|of) the (?:encoder|features))?:?(?= (?:an? )"
        r"?(?:inverse|forward|reward|recon|curl|contr|pred))"
    )
    shared = ask.number(
        rf"(?:each|both)(?: of them| loss| term)*(?:,? (?:is|are|get|gets|weighted|with|of|by|a|the))*(?: weight)"
        rf"?{EQUALS}(?P<n>{NUM})",
        rf"(?:各|每项|权重都|系数都|均)(?:为|是|取)?(?:权重|系数)?(?:为|是)?\s*(?P<n>{NUM})",
    ) if sum(ask.says(words) for _, words in _AUXILIARY) > 1 else None  # fmt: skip
    for name, words in _AUXILIARY:
        spoken, weight = amount(ask, words)
        if not spoken:
            continue
        if weight is None:
            weight = shared
        if weight is None and not ask.says(r"\bkl\b|imitation|模仿|clon"):
            weight = ask.number(rf"(?:weight|coefficient|系数|权重)(?:ed)?{EQUALS}(?P<n>{NUM})")
        terms.append(Term.model_validate({"name": name, "weight": 0.1 if weight is None else weight}))
    if terms:
        ask.has(r"(?:two|three|both|2|3) auxiliary (?:loss(?:es)?|tasks?)")
        ask.has(
            r"(?:as )?(?:an? )?auxiliary(?: (?:loss|task|objective)s?)?|辅助(?:任务|损失)?|(?:on|of|for) (?:the )"
            r"?(?:encoder|features)"
        )
    return terms


_SLOW = r"slow|\bema\b|copy|teacher|average of (?:the |its )?(?:policy|weights|actor)|副本"


def options(ask: Ask) -> dict[str, Any]:
    """How advantages are normalised, what returns are compared with, what the critic puts out."""
    out: dict[str, Any] = {}
    out["positive_advantages"] = by_sign(ask, take=False) is None and ask.has(
        r"(?:only )?(?:the )?positive advantages?(?: only| alone)?|(?:clamp|clip|cut|floor)\w*(?: (?:the|negative))* "
        r"advantages? (?:at|to|below) "
        r"(?:0|zero)|advantages? (?:is |are )?(?:clamped|clipped|cut|floored) (?:off |below )?(?:at|to|below) (?:0|"
        r"zero)(?: from "
        r"below)?(?: \(only (?:the )?positive ones\))?|ignor\w+ negative advantages?|negative advantages? (?:are |"
        r"is )?(?:ignored|dropped|cut|set to (?:0|zero))|只(?:用|取|使用)正(?:的)?优势"
    )
    moving = ask.first(
        rf"(?:(?:discounted )?(?:monte[- ]carlo )?returns? minus )?(?:an? |the )?(?:running|moving|exponential(?:ly)?(?: "
        rf"moving)?)[- ](?:mean|average)(?! of (?:the |its )?(?:policy|weights|actor))(?: of (?:the )?returns)?(?: "
        rf"(?:as )?(?:a |the )?baseline)?(?:{LINKS}(?:momentum|"
        rf"decay){EQUALS}(?P<n>{NUM}))?|"
        rf"(?:回报的)?(?:滑动|移动|指数)平均(?:值)?(?:作为|做)?基线(?:{LINKS}(?:动量|衰减){EQUALS}(?P<m>{NUM}))?"
    ) if not ask.says(_SLOW) or ask.says(r"baseline|基线") else None  # fmt: skip
    if moving:
        momentum = number_in(moving, "n", "m") or ask.number(rf"(?:momentum|decay|动量){EQUALS}(?P<n>{NUM})")
        out |= {"baseline": "moving_average"} | ({"momentum": momentum} if momentum else {})
    elif ask.has(
        r"\brloo\b(?: baselines?)?(?:: the mean (?:return )?of the others?(?: environments)?)?|leave[- ]one[- ]out(?: "
        r"baselines?)?|(?:the )?mean return of the other (?:parallel )?(?:environments|envs|copies)|留一(?:法)?(?:基线)?|"
        r"其[他它]环境的?平均回报"
    ):
        out["baseline"] = "leave_one_out"
        ask.has(
            r"(?:: |, )?(?:the )?mean return of the other (?:parallel )?(?:environments|envs|copies)|"
            r"\bbaselines?\b|\brloo\b"
        )
    elif ask.has(
        r"\bgrpo\b(?:[- ]?(?:like|style))?(?: (?:baselines?|advantages?))?|group[- ](?:relative|normali[sz]ed|wise)(?: "
        r"(?:advantages?|baselines?|returns?))*|(?:advantages? (?:are )?)?(?:normali[sz]ed|standardi[sz]ed) (?:across|over)"
        r" (?:the )?(?:parallel )?(?:environments|envs|group)|组内(?:归一化|相对)(?:优势)?"
    ):
        out["baseline"] = "group"
    elif ask.has(r"(?:without|no)(?: any| a)? baseline(?: at all)?|不(?:用|要)基线"):
        out["baseline"] = "none"
    _normalised(ask, out)
    if "baseline" in out:
        ask.has(r"(?:with |the )?(?:discounted |monte[- ]carlo )+returns?|折扣回报")
    trace = ask.first(
        rf"v-?trace(?:[- ](?:corrected|correction|corrections|targets?|returns?|advantages?))*(?:{LINKS}(?:both )?(?:rho|ρ|"
        rf"c|truncation)(?: and c)?{EQUALS}(?P<n>{NUM}))?"
    )
    if trace:
        rho = number_in(trace, "n") or ask.number(rf"(?:rho|ρ)(?: ?bar)?{EQUALS}(?P<n>{NUM})")
        out |= {"correction": "vtrace"} | ({"rho": rho} if rho else {})
    _critic(ask, out)
    return out


def _normalised(ask: Ask, out: dict[str, Any]) -> None:
    advantages = r"(?:the )?advantages?"
    if ask.has(
        rf"(?:{advantages} (?:are |is )?)?not normali[sz]ed (?:per|in each|within each|over each) (?:mini-?)?batch(?:es)?,"
        rf"? but (?:once )?(?:per|over|across|for) "
        r"(?:the |each |a )?(?:whole |entire )?rollout"
    ):
        out["advantages"] = "rollout"
        return
    if ask.has(
        rf"(?:without|no|not|don't|never|do not) (?:advantage )?normali[sz]\w*(?: (?:of )?{advantages})?|(?:un|"
        rf"non-?)normali[sz]ed {advantages}|"
        rf"{advantages} (?:are |is )?(?:not |never |un)normali[sz]ed|raw advantages?|"
        r"不(?:做)?归一化优势|优势(?:函数)?不(?:做|要)?归一化|优势不归一"
    ):
        out["advantages"] = "none"
    elif ask.has(
        rf"{advantages} (?:are |is )?rank[- ]?normali[sz]ed|ranks?[- ](?:normali[sz]\w*|based|transform\w*|shaped) "
        rf"{advantages}|(?:normali[sz]\w* )?{advantages} (?:are |is "
        rf")?(?:replaced by|turned into|as|to|by) (?:their )?(?:centred )?ranks?|(?:centred )?ranks? of {advantages}|"
        rf"优势(?:的)?(?:按)?(?:排名|秩)(?:归一化)?"
    ):
        out["advantages"] = "rank"
        ask.has(r"(?:mapped |scaled )?(?:to|in|within) \[-1(?:\.0)?, ?1(?:\.0)?\]")
    elif ask.has(
        rf"(?:only )?(?:the )?signs? of {advantages}(?: only| alone)?|sign[- ](?:normali[sz]ed |based )?advantages?|"
        rf"{advantages} (?:are )?replaced by their signs?|优势(?:函数)?的?(?:只)?取?符号"
    ):
        out["advantages"] = "sign"
    elif ask.has(
        rf"normali[sz]\w*(?: {advantages})? over (?:the )?(?:whole |entire )?rollouts?|{advantages} (?:are )?normali[sz]ed "
        rf"(?:once |over |across |per )+(?:the |a )?(?:whole |entire )?rollouts?(?:,? (?:not|instead of|rather than) "
        rf"(?:per |in each |the )*(?:mini-?)?batch(?:es)?)?|(?:在)?整个\s*(?:轨迹|"
        rf"rollout)\s*上?(?:对)?(?:优势)?归一化(?:优势)?"
    ):
        out["advantages"] = "rollout"
    else:
        ask.has(
            rf"normali[sz]\w* {advantages}(?: (?:per|in each|over each|over the) (?:mini-?)?batch(?:es)?)?|(?:with )"
            rf"?advantage normali[sz]ation|{advantages} (?:are |should be |must be )?normali[sz]ed(?: (?:per|in each) "
            rf"(?:mini-?)?batch)?|优势(?:函数)?(?:要|做|需要|需)?归一化|归一化优势"
        )


def _critic(ask: Ask, out: dict[str, Any]) -> None:
    """Critics that put out bins, or squeeze what they predict."""
    kind = ask.first(
        r"(?:with |by |via |using )?(?P<h>hl-?gauss|histogram loss)|(?P<t>two-?hot)(?: (?:encod\w+|targets?|cross[- "
        r"]entropy|loss|critic|value|distributional))*|(?P<s>sym-?log)(?: (?:values?|critic|targets?|transform\w*|"
        r"predictions?|space|loss))*"
    )
    if not kind:
        return
    out["critic_error"] = "hl_gauss" if kind["h"] else "two_hot" if kind["t"] else "symlog"
    ask.has(
        r"hl-?gauss|two-?hot|value targets|价值(?:函数|损失)?(?:用|采用|使用)?(?=\s*\0)|(?:value|critic)(?: "
        r"(?:function|loss))?(?: (?:is )?(?:trained|learned|regressed))?(?: (?:with|"
        r"by|as))?|cross[- ]entropy|classification"
    )
    bins = ask.whole(
        r"(?P<n>\d+) (?:bins|buckets|atoms)", rf"(?:bins|buckets){EQUALS}(?P<n>\d+)", r"(?P<n>\d+)\s*个(?:区间|桶)"
    )
    span = (
        ask.first(
            rf"(?:between|from|in|within|over|range|在|从)?\s*\[?(?P<a>{NUM})\s*(?:and|to|,|，|到|和)\s*(?P<b>{NUM})\]?"
        )
        if bins
        else None
    )
    out |= {"bins": bins} if bins else {}
    out |= {"low": to_number(span["a"]), "high": to_number(span["b"])} if span else {}


def rollout(ask: Ask) -> dict[str, Any]:
    """How much is collected, how often it is passed over, and when the passes end."""
    out: dict[str, Any] = {}
    gae = valued(ask, r"gae[ _-]?(?:lambda|λ)?|lambda|λ") if not ask.says(r"exp\(|exp \(") else None
    out |= {"gae_lambda": gae} if gae is not None and 0 <= gae <= 1 else {}
    stop = ask.first(
        rf"(?:early[- ]?stop\w*|stop\w*|break\w*|end(?:s|ing)?|abort\w*|早停|"
        rf"提前停止)[^.;。；]{{0,60}}?\bkl[^.;\d。；]{{0,40}}?(?P<n>{NUM})|"
        rf"(?:once|when|whenever|if|as soon as|"
        rf"after)[^.;\d]{{0,30}}?\bkl\b[^.;\d]{{0,40}}?(?P<m>{NUM})[^.;\d]{{0,30}}?(?:stop|break|end|abort|no further|"
        rf"skip)\w*(?: (?:early|epochs?|the|updates?|passes|rest|begins?|of|further|updating|this|update))*|"
        rf"(?:一旦|当|如果|若)?(?:平均)?(?:的)?\s*kl(?:\s*散度)?(?:的)?(?:平均值?|均值)?\s*(?:超过|大于|高于|"
        rf">)\s*(?P<o>{NUM})\s*(?:时|就|则|,|，|便)*\s*(?:提前)?(?:停止|早停|终止|结束)(?:更新|训练|这轮|本轮)*|"
        rf"target[- ]kl{EQUALS}(?P<p>{NUM})(?=[^.;]*stop)|kl[- ](?:early[- ])?stop\w*(?: (?:at|of|"
        rf"threshold))*{EQUALS}(?P<q>{NUM})|kl\s*早停(?:阈值)?{EQUALS}(?P<r>{NUM})"
    )
    out |= {"stop_kl": number_in(stop, "n", "m", "o", "p", "q", "r")} if stop else {}
    once = ask.first(
        r"(?:one|a single|1|exactly one) (?:gradient |policy )*(?:steps?|updates?) (?:per|for each|for every|on each|each|"
        r"every) "
        r"(?:rollout|update|batch)(?: of (?P<n>\d+)(?: steps)?)?"
    )
    if once:
        out |= {"epochs": 1, "batch_size": 100_000} | ({"num_steps": int(once["n"])} if once["n"] else {})
    epochs = ask.whole(
        rf"(?:at most |up to )?(?P<n>{INT})[ -](?:update |training |optimi[sz]ation )?(?:epochs?|passes)(?: (?:over|per|"
        rf"on) (?:each |the |a |every )?(?:rollout|update|batch|data))?",
        r"(?:每(?:次更新|个 ?rollout)(?:最多|做)?)?\s*(?P<n>\d+)\s*(?:轮|个 ?epochs?|次遍历)",
            rf"n?_?epochs{EQUALS}(?P<n>\d+)")  # fmt: skip
    out |= {"epochs": min(100, epochs)} if epochs else {}
    if stop:
        ask.has(
            r"early(?: stopping)?|(?:the )?(?:further )?(?:epochs?|passes|updates?)(?: (?:early|over|for))?|exceeds?|"
            r"(?:for|of) "
            r"(?:that|this|the) (?:rollout|update|batch)|提前"
        )
    told = valued(ask, r"rollouts?(?: length)?(?! (?:is|are) )|num[ _]steps|horizon|rollout\s*长度")
    number = round(told) if told and told >= 1 else ask.whole(
        r"(?P<n>\d+)[ -](?:environment |env )?steps? (?:per|for each|for every|in each|in every|each|every)(?: (?:update|"
        r"rollout|environment|env))+",
        rf"(?:rollouts?(?: length)?|num_steps|horizon){EQUALS}(?P<n>\d+)(?![\d.])(?: steps)?", r"(?P<n>\d+)-step rollouts?",
            r"每次(?:更新|采样)\s*(?P<n>\d+)\s*步",
    )  # fmt: skip
    out |= {"num_steps": number} if number else {}
    return out
