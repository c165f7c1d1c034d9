"""The words in which people ask about the run they have just made, in English and Chinese. Patterns alone, no rules.

They are held against whole lines with single blanks: what goes on with "... in PPO" or "... when rewards are sparse" is
about the matter, not about the run.
"""

from __future__ import annotations

import re


def _any(*parts: str) -> str:
    return "(?:" + "|".join(parts) + ")"


_OWN = _any("the", "this", "that", "my", "our", "its")
_RUN = _any(
    "it",
    "this",
    "that",
    "things",
    "training",
    f"(?:{_OWN} )?(?:last |latest |previous |first )?(?:training )?"
    "(?:run|training|experiment|script|program|job|code|agent|policy|results?)",
)
_METRIC = _any(
    "(?:intrinsic |episode |mean |average )?(?:rewards?|returns?|scores?)",
    "(?:learning )?curves?",
    "entropy",
    "(?:approx_)?kl(?: divergence)?",
    "divergence",
    "explained[ _]variance",
    "clip[ _]?fraction",
    "(?:(?:value|policy|actor|critic)[ _])?loss(?:es)?",
    "fps|speed|throughput|performance|evaluations?|episode[ _]lengths?|metrics|memory|results?",
)
_WHICH = "(?:(?:final|best|last|mean|average|highest|max(?:imum)?|peak|evaluation|eval|training|current) )*"
_STATE = _any(
    "flat|low|bad|poor|stuck|noisy|unstable|negative|high|slow|constant|zero|null|nan|large|small|big|good|stable|jumpy",
    "drop(?:ped|ping)?|fall(?:en|ing)?|fell|decreas(?:e|ed|ing)|declin(?:e|ed|ing)|collaps(?:e|ed|ing)|explod(?:e|ed|ing)",
    "diverg(?:e|ed|ing)|plateau(?:ed|ing)?|improv(?:e|ed|ing)|learn(?:ed|t|ing)?|ris(?:e|en|ing)|rose|increas(?:e|ed|ing)",
    "go(?:ing)? (?:up|down)|converg(?:e|ed|ing)|stay(?:ing)?|mov(?:e|ing)|chang(?:e|ing)|get(?:ting)? (?:better|worse)",
    "solved?|forgot(?:ten)?|overfit(?:ting)?|jump(?:ing)?",
)
_DEGREE = (
    "(?:"
    + _any(
        "not|n't|so|too|still|just|never|ever|always|become|became|getting|been|stay(?:ed|ing|s)?|really|actually|already",
    )
    + " )*"
)
_TAIL = (
    "(?:[ ,]*"
    + _any(
        "so|too|very|again|here|now|then|just now|this time|still|early|late|soon|badly|low|slowly|long|quickly|much|well",
        "anything|something|today|finally|overall|exactly|please|at all|all the time",
        "(?:at|in) the (?:very )?(?:end|beginning)",
        "from the (?:start|beginning)",
        f"(?:in|of|during|after|with|for) {_OWN}(?: (?:last|latest|previous))?(?: (?:run|training|experiment))?",
    )
    + r")*\s*[?.!]*"
)
_WAS = "(?:is|was|are|were|did|does|do|has|have)(?:n't)?"

FAILED = re.compile(
    _any(
        f"(?:(?:but|and|so) )?why (?:{_WAS}|won't) {_RUN} (?:not )?(?:just |even |been )?"
        + _any(
            "fail(?:ed|ing)?|crash(?:ed|ing)?|stop(?:ped)?|die[ds]?|abort(?:ed)?|break|broken?|error(?: out)?|end(?:ed)?",
            "exit(?:ed)?|kill(?:ed)?|time ?out|run out of (?:memory|time)|work(?:ing)?|run(?:ning)?|start(?:ing)?|finish",
            "throw (?:an )?error|give (?:me )?an error",
        )
        + _TAIL,
        f"what(?:'s| is| was| went| goes| has gone)? (?:went |gone )?wrong(?: (?:with|in) {_RUN})?" + _TAIL,
        "what(?:'s| is| was| does| did) (?:the|this|that) (?:error|exception|traceback|failure|crash)"
        "(?: (?:mean|about|say))?" + _TAIL,
        f"what happened(?: (?:to|with) {_RUN})?" + _TAIL,
        "(?:explain|diagnose|debug) (?:the|this|that|my) (?:last )?(?:error|exception|traceback|failure|crash|failed run)"
        + _TAIL,
    ),
    re.IGNORECASE,
)

_THAT = "(?:它|这次|刚才|上次|训练|脚本|程序|运行|实验)"
_WHY = "(?:为什么|为何|怎么|咋)"
_MAY = "(?:会|又|就|一直|还是?|这么|那么|都|总是?)*"
_END = "[呢啊吗？?。！!\\s]*"
FAILED_CHINESE = re.compile(
    _any(
        f"{_THAT}?(?:的|是)?{_WHY}{_MAY}{_THAT}?{_MAY}"
        "(?:失败|报错|出错|崩溃|崩|挂|中断|停|退出|跑不起来|不能运行|运行失败)(?:了|掉了)?",
        "出了?什么(?:问题|错)了?|(?:哪里|哪儿)(?:错|出错|出问题)了?|报的?(?:是)?什么错|错在哪里?|怎么回事",
        "(?:这个|那个)?(?:错误|报错|异常)是什么(?:意思|原因)?|解释一下(?:这个|那个)?(?:错误|报错|异常)",
    )
    + _END
)

ABOUT = re.compile(
    _any(
        f"(?:(?:so|and) )?how {_WAS} (?:{_RUN}|(?:{_OWN} )?{_METRIC})(?: "
        + _any(
            "go(?:ing)?|do(?:ing)?|look(?:ing)?(?: like)?|turn(?:ed)? out|perform(?:ing)?|end(?:ed)?(?: up)?",
            "work(?:ed)?(?: out)?|been|develop|change|evolve",
        )
        + ")?"
        + _TAIL,
        f"{_WAS} (?:{_RUN}|{_OWN} {_METRIC}) {_DEGREE}"
        + _any(
            _STATE,
            r"finish(?:ed)?|succe(?:ed|ssful)|work(?:ed)?|done|completed?|reach \S+|fast|any good|ok|okay|fine|healthy",
        )
        + _TAIL,
        f"(?:(?:so|and|but) )?why {_WAS} (?:{_RUN}|(?:{_OWN} )?{_WHICH}{_METRIC}) {_DEGREE}{_STATE}(?: (?:flat|low|high))?"
        + _TAIL,
        f"how (?:long|fast|many (?:steps|episodes|updates)(?: per second)?|much (?:memory|time|ram)) {_WAS} {_RUN}"
        "(?: (?:take|taken|run|train|trained|use|used|need|do|done|last))?" + _TAIL,
        f"(?:at (?:which|what) step|when) {_WAS} (?:it|(?:the|its) {_WHICH}{_METRIC})"
        " ?(?:best|reached|peak|highest|happen|occur|start to learn|found|seen)?" + _TAIL,
        f"(?:what(?:'s| is| was| were| are)|show(?: me)?|give me|print|tell me) {_OWN} {_WHICH}{_METRIC}" + _TAIL,
        "(?:summari[sz]e|describe|analy[sz]e|tell me about|show(?: me)?) (?:the|this|that|my|our) "
        "(?:last |latest |previous )?(?:training )?(?:run|training|results?|metrics|experiment)" + _TAIL,
        r"(?:any )?(?:results|(?:final|best) (?:reward|score|return)) ?\?+",
    ),
    re.IGNORECASE,
)

_VALUE = "(?:奖励|回报|得分|分数|成绩|熵|KL|kl|损失|价值损失|速度|曲线|学习曲线|性能)"
_SUBJECT = f"(?:{_VALUE}|智能体|它)"
_IS = (
    "(?:不|没有?|很|是|有|变|在)?"
    "(?:平的?|低|高|差|涨|上升|提高|增加|下降|降|掉|崩溃?|动|变化?|卡住?|学会?|收敛|稳定|负的?|发散|爆炸)了?"
)
ABOUT_CHINESE = re.compile(
    _any(
        "(?:这次|上次|刚才|刚刚)?的?(?:训练|实验|运行|结果|效果|它|跑)得?(?:的?(?:结果|效果|情况|过程))?(?:是)?(?:怎么?样|如何|好不好|顺利)了?",
        "(?:它|训练|智能体|算法|模型)?(?:是否|有没有|是不是)?(?:已经)?"
        "(?:学会|学到|收敛|成功|训练完|跑完|完成|结束|提高|进步)(?:东西)?了?(?:吗|没有?|么)",
        "(?:它|这次|训练)?的?(?:最终|最后|最好|最高|最佳|平均|评估|训练)的?(?:平均|评估)?的?"
        f"(?:{_VALUE}|结果)(?:值)?(?:是|有|为)?(?:多少|多高|多大|什么|几)?",
        f"{_SUBJECT}{_WHY}{_MAY}{_IS}",
        f"{_WHY}(?:这次|它|训练)?的?{_SUBJECT}{_MAY}{_IS}",
        "(?:它|这次|训练|一共|总共)?(?:跑|训练|花|用|运行)了?(?:多久|多长时间|多少时间|多少步|多少内存)了?",
        "(?:训练)?(?:速度(?:是多少|有多快|怎么样|如何)|每秒多少步)",
        "(?:总结|分析|看看|汇报)一?下?(?:这次|上次|刚才)?的?(?:训练|运行|结果|实验|指标)(?:结果|情况)?",
    )
    + _END
)

EXPLICIT = re.compile(
    r"\b(?:(?:the|my|our|this|that) (?:last|latest|previous) (?:training )?(?:run|training|experiment)"
    r"|(?:in|of|from|during) (?:my|this|that|our) (?:training )?run)\b"
    r"|(?:上次|刚才|刚刚|这次|上一次|最近一次)的?(?:训练|运行|实验)",
    re.IGNORECASE,
)
"""The run, named outright."""

GENERAL = re.compile(
    r"\b(?:usually|normally|typically|(?:in )?general(?:ly)?|defaults?|recommended|papers?|docs?|documentation|should"
    r"|expected|leaderboard|benchmarks?|rllte|sb3|meaning of|means? ?\?|calculated|computed|defined|(?:do|can|could|would) i"
    r"|to (?:get|plot|log|read|see|show|resume|improve|make|raise|speed)|what is an?|what if)\b"
    r"|通常|一般|默认|论文|应该|推荐|建议|文档|如何(?![？?了。\s]*$)"
    r"|怎么(?!样|了|回事|还|会|就|不|没|一直|失败|报错|崩|出错|挂|停)|怎样才|什么是|是什么意思|含义|原理",
    re.IGNORECASE,
)
"""Signs that a question is about the matter, not about the run of this conversation."""
