"""Words that say again what the plan of a storage holds: they are taken once the plan is settled."""

from __future__ import annotations

from collections.abc import Callable

from copilot.codegen.authoring.ask import Ask
from copilot.codegen.authoring.spec import Storage

_SHARED = ("recent", "positive", "negative", "zero", "ended", "good", "demos", "uniform")


def _shares(plan: Storage) -> bool:
    return any(getattr(plan, name) for name in _SHARED)


_UNIFORM = (
    r"(?:and )?(?:the |all |its )?(?:what remains|other|remaining|rest|others|everything else|remainder|fills? up)(?: "
    r"(?:half|part|"
    r"third|quarter|two thirds|of (?:it|the batch|each batch)|the rest))*(?: (?:is |are |comes? |drawn |taken |sampled |"
    r"being |filled |up )*"
    r"(?:uniform(?:ly)?|at random|random(?:ly)?)?(?: (?:from|of|over|among) (?:all(?: of it| stored| transitions)?|"
    r"everything(?: (?:stored|that is stored))?|the whole (?:buffer|memory)|what is stored|anywhere))?)?|"
    r"(?:two thirds|half|the rest|\d+ ?%)? ?(?:is |are |drawn |sampled |filled |fills up |the rest )*uniform(?:ly)?(?: at "
    r"random)?(?: from (?:all|everything|the whole buffer|what is stored)(?: of it| stored)?)?|"
    r"(?:half )?from (?:everything|all)(?: (?:of it|stored|that is stored|transitions))?|(?:the )?others? at random|"
    r"另一半(?:均匀)?(?:采样)?|其余(?:的)?(?:均匀)?(?:采样|抽取)?|其他(?:的)?(?:随机|均匀)?(?:抽取|采样)?|均匀(?:采样|"
    r"抽取)?|剩下的?"
)
_TABLE: tuple[tuple[Callable[[Storage], bool], str], ...] = (
    (
        lambda p: True,
        r"(?:samples?|draws?|drawn|sampled|sampling|采样|抽取|抽样)|(?:as |when |before |while )(?:they |it )?(?:(?:are|"
        r"is) )?(?:being )?(?:come|comes|enter|enters|stored|storing|saved|added)(?: in)?|before (?:they're|they are) "
        r"stored|"
        r"(?:stores?|keeps?|stored|keeping|storing|holds?)|all (?:the |incoming )?rewards?|(?:the |each |every |their "
        r")?rewards?|奖励|transitions?|batch(?:es)?|experience|memory|replay|buffers?|storages?|转移|样本|批次?|会|存储|"
        r"经验|池|回放|"
        r"(?:every|any) (?:stored )?(?:one|transition)|each|plain|vanilla|mini-?batch(?:es)?|size|that's all|thats all",
    ),
    (
        lambda p: p.of == "replay" or p.of == "prioritized",
        r"off-policy|dqn|uniform replay|fields? and shapes? as (?:those of )?the uniform replay|replay (?:memory|buffer|"
        r"storage)|经验回放",
    ),
    (
        lambda p: p.of == "rollout",
        r"rollouts?|on-policy|advantages?|returns?|minibatch(?:es)?|discounted|gae|values?|as in the vanilla rollout|ppo|"
        r"whose|samples?",
    ),
    (_shares, _UNIFORM),
    (
        _shares,
        r"(?:as long as|where|if|once|when) (?:there (?:are|is)|they exist|available) ?(?:any|such|some)?|(?:make|makes|"
        r"making) sure(?: that)?|guarantees?|ensures?|at least|share|come|comes|from|with|of each batch|"
        r"保证|至少|占|来自|其中|的|每个?",
    ),
    (lambda p: bool(p.recent), r"however large (?:it|the buffer|it all) is|looks? at"),
    (lambda p: not _shares(p) and p.of == "replay", r"uniform(?:ly)?"),
    (
        lambda p: bool(p.recent),
        r"(?:a )?(?:bias|preference|emphasis)(?: (?:to|towards?|for|on) (?:the )?(?:present|recent|new|newest|now))?|"
        r"(?:most recent|newest|latest|freshest|recent|last)|(?:prefers?|favou?rs?)|fresh|present|更(?:多|频繁)(?:地)?|"
        r"more often|often|最近|最新|tenth",
    ),
    (
        lambda p: bool(p.positive or p.negative or p.zero),
        r"(?:very )?sparse|rewards? in my task are|reward sign|by (?:the )?(?:reward )?signs?|weighs?|positive|negative|"
        r"zero|remaining|balanced?|正|负|half|in which|equal(?:ly)?|a reward|success\w*",
    ),
    (lambda p: bool(p.ended), r"terminal|ended|ends?|episodes?|终止|结束"),
    (
        lambda p: bool(p.good or p.by_return),
        r"episodes?|returns?|high|good|bad|average|running|above|mean|prefers?|grows?",
    ),
    (
        lambda p: p.latest,
        r"combined|latest|newest|always|last|uniform(?:ly)?|everything else|else|\d+ are|honestly|one line|old code",
    ),
    (
        lambda p: p.distinct or p.epochs,
        r"distinct|repeats?|turn|before|without|replacement|same|twice|once|again|order|random|permutation|batch by batch|"
        r"'?epoch'?|sees?|uniform "
        r"sampling|never|reshuffle\w*|shuffle\w*|pass(?:es)?|\d+% of the things per",
    ),
    (
        lambda p: p.by_age != "none",
        r"ages?|older|newer|probability|chance|weights?|decay\w*|priorit\w+|概率|年龄|按|越|小|被|抽到",
    ),
    (
        lambda p: p.oldest is not None or p.delay > 0,
        r"forgets?|never|older|steps?|only|after|later|available|delay|become|made|ago",
    ),
    (
        lambda p: p.by_reward,
        r"proportional(?:ly)?|absolute|magnitude|probability|priorit\w+|more often|large|概率|成正比|优先",
    ),
    (lambda p: p.by_action, r"balanced|actions?|equally|often|over"),
    (lambda p: p.emphasis is not None, r"强调|recent|window|newest|updates?|采样|最近|近期|更新|按|条|只从|draws?"),
    (
        lambda p: p.attention is not None,
        r"states?|similar|attentive|newest|lambda|anneals?|candidates?|uniformly|keep|whose",
    ),
    (lambda p: p.chunk is not None, r"chunks?|consecutive|several|points?|random|starting|whole|runs?"),
    (
        lambda p: p.demos is not None,
        r"demonstrations?|load\w*|i load once|offline|online|loaded|load_demos|数据|离线|在线|示范|全部|一半",
    ),
    (lambda p: p.keep_zero is not None, r"drops?|kept|keep|zero-reward|only|all with rewards|with rewards|probability"),
    (
        lambda p: p.of == "prioritized",
        r"priorit\w+|td[- ]errors?|errors?|absolute|importance|weights?|annealed|anneals?|rank|td ?误差|优先级?|from|to 1|"
        r"mixture|uniform(?:ly)?",
    ),
    (lambda p: p.n_step > 1, r"returns?|steps?|回报|multi-step|n-step"),
    (lambda p: p.clip is not None, r"clip\w*|clamp\w*|range|limits?|裁剪|then|between"),
    (lambda p: p.scale is not None, r"scal\w+|divided|multiplied|先|再|first|then"),
    (
        lambda p: p.standardise,
        r"standardi[sz]e\w*|normali[sz]e\w*|running|mean|standard deviation|deviation|std|estimate|online",
    ),
    (lambda p: p.sign, r"signs?|only|kept|符号"),
    (lambda p: p.squash != "none", r"symlog|square-root|sqrt|root|sign|compress\w*|squash\w*|log"),
    (
        lambda p: p.noise is not None or p.flipped is not None,
        r"noise|gaussian|robustness|probability|signs?|flipped|random\w*|stored",
    ),
    (lambda p: p.frame_stack > 1, r"frames?|stack\w*|single|four|sampling|when|atari|memory|saves?|pictures?|images?"),
    (lambda p: p.ordered, r"order|time|shuffled|instead|keep"),
    (
        lambda p: p.best is not None,
        r"drops? (?:the )?worst(?: half)?|top|used|largest|absolute|half|only|hand out|hands out|trains|=>",
    ),
    (lambda p: p.positive_advantages, r"negative|throws? away|zero|them|drops?"),
    (lambda p: p.normalise, r"normali[sz]ed|whole|minibatch|rather|per"),
)


def told(ask: Ask, plan: Storage) -> None:
    """Take the words that say what the plan holds."""
    for holds, words in _TABLE:
        if holds(plan):
            ask.has(rf"(?<![a-z])(?:{words})(?![a-z])")
