"""Reads which transitions a replay draws: shares of a batch, by age, by return, each once."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int
from copilot.codegen.authoring.bonus_paid import BIG, to_big
from copilot.codegen.authoring.storage_shares import KINDS, OF_BATCH, SHARE, VERB, pools_of, recent_of, share_of


def drawn_of(ask: Ask, out: dict[str, Any], notes: list[str]) -> None:
    """All of it."""
    uniform = ask.first(
        rf"(?:and )?(?P<n>{SHARE})(?:{OF_BATCH})? (?:is |are |being |drawn |sampled |comes? |taken )*uniform(?:ly)?(?: "
        rf"at "
        rf"random)?"
        rf"(?: from (?:all|everything)(?: of it| stored)?)?|(?P<m>{SHARE})(?:是|来自)?均匀(?:采样|抽取)?"
    )
    _by_age(ask, out)
    _windows(ask, out)
    _each_once(ask, out)
    _weighed(ask, out)
    _of_episodes(ask, out)
    _methods(ask, out)
    pools_of(ask, out, notes)
    recent_of(ask, out, notes)
    if uniform:  # what the shares leave
        said = share_of(uniform["n"] or uniform["m"])
        rest = 1.0 - sum(out.get(name) or 0.0 for name in ("recent", "good", "demos", *KINDS))
        ask.missed += [] if abs(said - rest) < 0.02 else [uniform[0]]


def _by_age(ask: Ask, out: dict[str, Any]) -> None:
    half = ask.first(
        rf"(?:(?:sampling )?(?:probability|chance|weight)s? )?(?:half-?(?:life|lives)(?: time)?|halves (?:with )?(?:every|"
        rf"each)|(?:is )?halved (?:with )?(?:every|each))(?:\s|=|of|is|about)*(?P<n>{BIG})(?: (?:transitions?|steps?|"
        rf"samples?))?|"
        rf"半衰期(?:为|是)?\s*(?P<m>{BIG})\s*(?:步|条)?"
    )
    if half:
        out |= {"by_age": "exponential", "half_life": to_big(half["n"] or half["m"])}
    linear = ask.says(r"linear(?:ly)?|线性")
    falls = ask.has(
        r"(?:with )?(?:a |the )?(?:probabilit(?:y|ies)|chances?|weights?|priorit(?:y|ies))(?: (?:that|which|to be drawn|"
        r"of "
        r"being drawn))?(?: (?:falls?|decreas\w+|decays?|drops?|shrinks?|goes down|declin\w+))(?: (?:linearly|"
        r"exponentially))?(?: with| in| by)? (?:their |its |the )?ages?|"
        r"(?:priorit(?:y|ies)|weights?|probabilit(?:y|ies)) by (?:their |its )?age|(?:the )?older (?:a transition |it |"
        r"they )?(?:is|are|gets?)?,? the (?:less|rarer|smaller|lower|more seldom)[\w ]{0,14}|(?:newer|more recent|younger|"
        r"fresher) (?:transitions?|ones?) (?:are |is )?(?:drawn |sampled )?more "
        r"(?:often|likely|frequently)(?: (?:to be )?(?:drawn|sampled))?|(?:样本|转移)?年龄越大(?:被)?(?:抽到|"
        r"采样)(?:到)?的?概率越小|越旧(?:的)?(?:样本)?(?:被抽到的)?概率越(?:小|低)|(?:age|recency)[- ]weighted"
    )
    if falls or half:
        ask.has(r"linear(?:ly)?|线性")
        ask.has(
            r"(?:weights? )?(?:decay\w*|fall\w*) exponentially(?: with(?: a)?)?|exponential(?:ly)?(?: decay| with(?: "
            r"a)?)?|"
            r"(?:按)?指数(?:衰减)?"
        )
        out["by_age"] = "linear" if linear and not half else "exponential"
        ask.has(
            r"(?:are |is )?(?:drawn|sampled) more often|weights? (?:decay|fall)s?|with a|by age|with their age|"
            r"priorit(?:y|"
            r"ies)"
        )


def _windows(ask: Ask, out: dict[str, Any]) -> None:
    """What is not drawn yet, or any more."""
    delay = ask.first(
        rf"(?:never|not|no|does not|doesn't|without|except|excluding)[\w ]{{0,30}}?(?:transitions?|experience|"
        rf"samples?)?[\w ]{{0,30}}?(?:from |of |within |in )?(?:the )?(?:last|newest|most recent|latest)\s*(?P<n>{INT}|"
        rf"\d+)(?: "
        rf"(?:environment )?steps?| transitions?)|"
        rf"(?:不|从不)(?:会)?(?:采样|返回|抽取)最近(?:的)?\s*(?P<m>\d+)\s*步(?:的)?(?:转移|样本|经验)?|"
        rf"(?:transitions?|they|it|experience)? ?(?:become|becomes|are|is|can be|may be|get) (?:available|drawn|usable|"
        rf"sampled|ready)(?: only)? (?:only )?(?:after )?(?P<o>\d+) (?:environment )?steps? (?:after (?:they|it) "
        rf"(?:were|was|are|is) (?:made|added|stored|collected)|later|old)|"
        rf"(?:with |has )?(?:a )?delay of (?P<p>\d+) (?:environment )?steps?|(?:at least|older than) (?P<q>\d+) "
        rf"(?:environment )?steps? old|(?:延迟|滞后)\s*(?P<r>\d+)\s*步|(?:hides?|withholds?|holds? back|keeps? back) "
        rf"(?:the )?(?:last|newest|latest|most recent) (?P<s>\d+) (?:steps?|transitions?)(?: (?:from|of) (?:the "
        rf")?(?:learner|agent|training))?|最近(?:的)?\s*(?P<t>\d+)\s*步(?:的)?(?:转移|样本|经验)?不(?:参与|被|"
        rf"会)?(?:采样|抽取)"
    )
    if delay:
        out["delay"] = int(to_int(next(delay[g] for g in "nmopqrst" if delay[g])) or 0)
        ask.has(r"never|returns?|not yet|不会?|with a delay|delay|available|only")
    oldest = ask.first(
        rf"(?:forget\w*|drop\w*|ignor\w*|discard\w*|never (?:draw|sampl|us)\w*|(?:are |is )?never (?:drawn|sampled|used)|"
        rf"no)[\w ,:]{{0,30}}?(?:older than|beyond|that are older than|more than) (?P<n>{BIG})(?: (?:environment )?steps?|"
        rf" "
        rf"transitions?)(?: (?:old|ago|back))?|"
        rf"(?:transitions?|experience|samples?|those|everything|anything)(?: that (?:is|are))? older than (?P<m>{BIG})(?: "
        rf"(?:environment )?steps?| transitions?)? (?:are |is |will be |must be )?(?:never |not |no longer |used|drawn|"
        rf"sampled|forgotten|"
        rf"dropped|ignored|discarded)(?: (?:used|drawn|sampled|any more))*|"
        rf"(?:only )?(?:transitions? )?(?:of )?at most (?P<o>{BIG}) (?:steps|transitions) old|(?:不采样|忘记|丢弃|"
        rf"忽略)(?:超过|早于)\s*(?P<p>{BIG})\s*步(?:以前)?的?(?:转移|样本|经验)?"
    )
    if oldest:
        out["oldest"] = max(1, to_big(next(oldest[g] for g in "nmop" if oldest[g])))
        ask.has(r"(?:that )?forgets?|forgetting|never (?:sampled|drawn)|are never|sampled")


def _each_once(ask: Ask, out: dict[str, Any]) -> None:
    if ask.has(
        r"stratif\w*(?: (?:over|by|in) time)?(?: sampling)?|(?:one )?(?:transition )?from each of[\w ]{0,30}?(?:equal "
        r")?(?:parts|segments|"
        r"stretches|bins|strata)(?: of (?:the )?(?:buffer|storage|memory|time))?|分层(?:采样|抽样)?|按时间分段(?:采样)?"
    ):
        out["stratified"] = True
        ask.has(r"over time|time sampling|(?:batch_size|equal|equally|parts|segments|bins|time|one|each|段|等分|时间)")
    if ask.has(
        r"(?:never )?(?:samples?|draws?|gives?|hands? out) (?:a|any|one|the same) transition (?:twice|again) before all "
        r"(?:the )?others? (?:have |had |were )?(?:had |have )?(?:their |its |a )?(?:turn|been drawn|drawn|come)|"
        r"(?:go(?:es|ing)? |runs? |pass(?:es)? |walks? )?through (?:the whole|the entire|all of the|a random "
        r"permutation "
        r"of (?:what is in |the )?)(?: ?(?:buffer|memory|storage|replay|what is in memory))?(?: once)?|"
        r"random permutation(?: of (?:what is in |the )?(?:memory|buffer|storage))?|(?:every|each|all) (?:transition|"
        r"stored transition|of them|sample)s? (?:is |are |comes? |gets? )*(?:drawn |seen |used )?(?:exactly |only "
        r")?once (?:before|per (?:epoch|pass))[\w ]{0,14}|"
        r"(?:sampl\w+|draw\w*|replay|buffer|storage)? ?without[- ]replacement(?: (?:across|over) batches)?(?= (?:replay|"
        r"storage|buffer|sampling)|:|$)|(?:无放回|不放回)(?:地)?(?:采样|抽样)?|遍历(?:整个)?(?:缓冲区|回放池)"
    ):
        out["epochs"] = True
        ask.has(
            r"(?:in )?random order|(?:re)?shuffl\w+(?: (?:it )?when (?:it is |it's )?(?:exhausted|used up|done|empty))?|"
            r"(?:when|once) (?:it is |it's )?exhausted|new transitions? (?:join|come)s?(?: in)?(?: (?:the )?(?:next|"
            r"following) (?:one|permutation|pass))?|"
            r"(?:in )?(?:the )?next permutation|before any (?:transition )?(?:is |comes )?(?:drawn|seen|used)?(?: again)?|"
            r"batch by batch|sample|once|again|without[- ]replacement|drawn again|what is in memory"
        )
    elif ask.has(
        r"\(no repeats?\)|(?:never|not|no)[\w ]{0,30}?(?:the )?same (?:transition|sample|one)s? (?:twice|more than once|"
        r"again)(?: in (?:a|one|"
        r"the same) batch)?|(?:no|without) (?:duplicates?|repeats?|repetitions?)(?: (?:within|in|inside) (?:a|one|each|"
        r"the) batch)?|"
        r"(?:all )?(?:different|distinct|unique) (?:transitions?|samples?)(?: in (?:a|each|every) batch)?|without "
        r"replacement(?: "
        r"(?:within|in|inside) (?:a|one|each|the) batch)?|(?:一个)?批(?:次)?(?:内|中)(?:没有|不出现|不会有|"
        r"不)重复(?:的)?(?:样本|转移)?"
    ):
        out["distinct"] = True
    chunk = ask.first(
        rf"(?:whole )?(?:chunks?|runs?|stretches|slices|segments|windows?|blocks?) of (?P<n>{INT})(?: (?:consecutive|"
        rf"successive|subsequent|steps?|transitions?))*|(?P<m>{INT}) (?:consecutive|successive|subsequent|"
        rf"neighbou?ring) (?:transitions?|steps?)(?: (?:from|at|after) (?:each|every)(?: of (?:several|some|many))?"
        rf" ?(?:random )?(?:starting |start )?points?)?|连续(?:的)?\s*(?P<o>{INT})\s*(?:步|条|个)(?:转移|样本)?"
    )
    if chunk:
        out["chunk"] = to_int(next(chunk[g] for g in "nmo" if chunk[g]))
        ask.has(
            r"(?:whole )?chunks?|(?:from|at) (?:each|every|several|random)[\w ]{0,30}?points?|consecutive|several|"
            r"random(?: "
            r"starting)? points?"
        )


def _weighed(ask: Ask, out: dict[str, Any]) -> None:
    if ask.has(
        r"(?:balanc\w*|equali[sz]\w*|stratif\w*)(?: (?:replay|sampling|batches|storage|buffer))? (?:over|by|across|per|"
        r"between|of) (?:the )?actions?|(?:every|each) action (?:is |comes |appears |occurs )*(?:drawn |sampled "
        r")?(?:equally|as) often(?: as any other)?(?: in (?:a|each|every|the) batch)?|"
        r"balanced actions?|action[- ]balanced(?: (?:replay|sampling|batches))?|(?:各|每个?)动作(?:出现)?(?:次数|"
        r"概率)?(?:相同|均衡|一样多)|"
        r"按动作(?:均衡|平衡)"
    ):
        out["by_action"] = True
        ask.has(
            r"(?:every|each) action (?:is |comes |appears |occurs )*(?:drawn |sampled )?(?:equally|as) often(?: as any "
            r"other)?(?: in (?:a|each|every|the) batch)?|equally often|in a batch"
        )
    if ask.has(
        r"episodes? with (?:an? )?(?:high|large|good) returns?(?: preferentially| more often| first)?|"
        r"(?:a transition's |the )?(?:chance|probability|weight|priority)(?: of a transition)? (?:grows?|rises?|"
        r"increases?|"
        r"is proportional|goes up) (?:with|to|by) (?:the )?returns? of (?:its|the|their) episodes?|(?:prefers?|"
        r"favou?rs?|preferring)[\w -]{0,30}?(?:high|large|good|better)[- ]returns? episodes?|"
        r"(?:by|in proportion to|proportional to|according to|weighted by) (?:the )?(?:episode(?:'s|s)? |episodic "
        r")?returns?(?: of (?:its|their|the) episodes?)?|(?:high|large)[- ]returns? episodes? (?:more often|first)|"
        r"按(?:回合|轨迹)(?:的)?(?:总)?(?:回报|收益)(?:加权|优先|成正比)?(?:采样)?"
    ):
        out["by_return"] = True
        ask.has(
            r"(?:prefers?|favou?rs?)[\w -]{0,30}?returns? episodes?|(?:a transition's |the )?(?:chance|probability|"
            r"weight)(?: "
            r"of a transition)? (?:grows?|rises?|increases?) with (?:the )?returns? of (?:its|the|their) episodes?|more "
            r"often|"
            r"(?:the )?returns? of (?:its|their|the) episodes?"
        )
    kept = ask.first(
        rf"(?:keeps?|stores?|saves?|admits?|kept|stored)(?: each| every| a| the| those)?(?: transitions?)?(?: with| "
        rf"without| of| having| that have)?(?: a| no| any)? ?(?:zero[- ]?(?:rewards?)?|rewards? (?:of )?(?:0|zero)|"
        rf"unrewarded|no reward)(?: transitions?| ones?| steps?)?(?: are)?(?: (?:kept|stored))?(?: only)?"
        rf" with (?:a )?(?:probability|chance)(?: of)? (?P<n>{NUM})|(?:drops?|discards?|skips?|throws? away) "
        rf"(?P<m>{SHARE}) of (?:the |all )?(?:zero[- ]reward|unrewarded)(?: transitions?| ones?| steps?)?|"
        rf"(?:奖励为(?:零|0)的?(?:转移|样本)?)(?:只|仅)?以\s*(?P<o>{NUM})\s*的?概率(?:保留|存入)"
    )
    if kept:
        out["keep_zero"] = 1.0 - share_of(kept["m"]) if kept["m"] else share_of(kept["n"] or kept["o"])
        ask.has(
            r"drops? transitions?(?=:)|(?:and )?all (?:transitions? |others? |the others? |those )?(?:with (?:a "
            r")?rewards? "
            r")?(?:are |is )?(?:always )?kept|(?:all|every)[\w ]{0,14}with (?:a )?rewards?[\w ]{0,14}kept|"
            r"其余(?:全部)?保留"
        )


def _of_episodes(ask: Ask, out: dict[str, Any]) -> None:
    """Two memories, by the returns of episodes; transitions loaded beforehand."""
    if ask.says(
        r"episodes? (?:whose|with)[\w ]{0,30}?returns?|(?:good|successful|better)[\w' ]*(?:episodes?|memory|buffer)|"
        r"好(?:的)?(?:回合|轨迹)"
    ) and ask.has(
        r"(?:two buffers(?: in one)?:? )?episodes? (?:whose|with|that have) (?:an? |the )?returns?(?: (?:is|are|"
        r"lies?))? ?(?:above|over|larger than|higher than|better than) (?:the |their )?(?:running |moving )?(?:average|"
        r"mean|median)(?: so far| return)?(?: (?:go|are put|are kept|come|land)s? (?:in)?to (?:a|the|one) "
        r"['\"]?good['\"]? (?:memory|buffer|one))?|"
        r"(?:good|successful|better)[- ](?:than-average )?episodes?|回报高于(?:平均|均值)的(?:回合|轨迹)"
    ):
        ask.has(
            r"(?:i need |want )?two (?:buffers|memories)(?: in one)?|(?:and )?(?:the )?rest (?:go |goes |is |are put |"
            r"into "
            r"|in )*(?:a |the |one )?['\"]?bad['\"]? (?:memory|buffer|one)|(?:in)?to (?:a|the) ['\"]?(?:good|bad)['\"]? "
            r"(?:memory|buffer|one)|['\"]good['\"]|['\"]bad['\"]"
        )
        share = ask.first(
            rf"(?P<n>{SHARE})(?:{OF_BATCH})?{VERB} (?:from )?(?:the )?['\"]?good['\"]?(?: (?:ones?|memory|buffer|"
            rf"episodes?))?|(?P<m>{SHARE}) good|(?P<o>{SHARE}){OF_BATCH}(?: (?:is|comes|are|drawn))*(?: from)?(?= ?\0)"
        )
        out["good"] = share_of(next(share[g] for g in "nmo" if share[g])) if share else 0.5
        bad = ask.first(
            rf"(?:and )?(?:the )?(?:{SHARE}|rest|other half|others?) (?:is |are |comes? |from |of )*(?:the "
            rf")?['\"]?bad['\"]?(?: (?:ones?|memory|buffer|episodes?))?"
        )
        out |= {"bad": True} if bad or ask.says(r"\bbad\b") else {}
        ask.has(r"each batch is|good|bad|\bbatch(?:es)?\b|memory|buffers?")
    demos = ask.first(
        rf"(?P<n>{SHARE})(?:{OF_BATCH})?{VERB} (?:from |of )?(?:the )?(?:demonstrations?|demos?|expert(?:'s)?(?: data| "
        rf"transitions?)?|offline(?: data(?:set)?| transitions?| buffer)?|loaded (?:data|transitions?)|prior data)|"
        rf"(?:demonstrations?|demos?|expert (?:data|transitions?)|offline "
        rf"data)[\w ,]{{0,30}}?(?P<m>{SHARE})(?:{OF_BATCH})|"
        rf"(?:每个?)?(?:batch|批(?:次)?)(?:中|里)?(?:的)?\s*(?P<o>{SHARE})来自(?:离线数据|示范|专家数据)|(?:symmetric|"
        rf"rlpd[- ]?(?:like|style)?) sampling"
    )
    if demos:
        given = next((demos[g] for g in "nmo" if demos[g]), None)
        out["demos"] = share_of(given) if given else 0.5
        ask.has(
            r"rlpd(?:[- ](?:like|style))?|那样的对称采样|对称采样|(?:先)?用?load_demos(?:\(\))?|(?:先)?放入|离线数据|"
            r"示范(?:数据)?|专家数据|在线数据|在线|另?一半来自|(?:还)?没有时|全部用|还没有|demonstrations?|demos?|"
            r"expert|offline|"
            r"(?:the |and )*(?:other|remaining) half(?: (?:is |comes |from |of |the )*(?:online|own|new|"
            r"agent's)[\w ' ]{0,14})?|"
            r"(?:loaded|given) (?:beforehand|first|in advance|once)|online(?: data)?|prior data|that (?:are|were) "
            r"loaded"
        )


def _methods(ask: Ask, out: dict[str, Any]) -> None:
    """Methods that have names."""
    if ask.first(r"combined experience replay|\bcer\b(?: replay)?|(?:the )?(?:newest|latest|last|most recent) "
        r"(?:transition|step|one)(?: added)? (?:is |must be |should be |be )*(?:always |ever )?(?:a )?(?:part of|in|"
        r"included in|contained in) (?:the|each|every|a|any) batch|"
                 r"always (?:includes?|contains?|has) the (?:newest|latest|last|most recent) transition|"
                 r"最新(?:的)?(?:一条)?(?:转移)?(?:总是|始终|一定)在(?:每个)?批(?:次)?(?:中|里)"):  # fmt: skip
        out["latest"] = True
        ask.has(
            r"combined experience replay|(?:but |,)?(?:the )?(?:newest|latest|last|most recent) (?:transition|step|"
            r"one)(?: "
            r"added)? (?:is |must be |should be |be )*(?:always |ever )?(?:a )?(?:part of|in|included in|contained in) "
            r"(?:the|each|every|a|any) batch|"
            r"(?:everything|all) else (?:is )?uniform(?:ly)?|(?:the )?(?:rest|others?|other \d+) (?:is |are )?(?:drawn "
            r")?uniform(?:ly)?"
        )
    emphasis = ask.first(
        r"\bere(?![a-z])(?:[- ]?(?:style|like|采样(?:的)?|replay))?|emphasi[sz]\w+ (?:on )?recent experience(?: replay)?|"
        r"强调近期经验"
    )
    if emphasis or ask.says(r"eta\^|eta ?\*\*"):
        eta = ask.number(rf"(?:eta|η)(?:\s|=|of|is|为|取)*(?P<n>{NUM})")
        out["emphasis"] = eta if eta and 0 < eta < 1 else 0.996
        low = ask.first(
            rf"(?:c_?min|at least|never (?:below|fewer than|less than|smaller than)|,|min(?:imum)?)(?:\s|=|of|"
            rf"is)*(?P<n>{BIG})(?: transitions?)?(?=\)| |,|$|\.)"
        )
        out["newest"] = to_big(low["n"]) if low else 5000
        number = ask.first(rf"\bk ?(?:is |= ?|按|为|taken as )+(?P<n>\d[\d,]*)(?:算)?|(?P<m>{BIG}) updates")
        out |= {"emphasis_updates": to_big(number["n"] or number["m"])} if number else {}
        ask.has(
            r"(?:c_?k ?= ?)?max ?\( ?n ?\*? ?(?:eta|η) ?(?:\^|\*\*) ?\( ?k ?\*? ?1000 ?/ ?k ?\)|n ?\*? ?(?:eta|η) ?(?:\^|"
            r"\*\*) ?"
            r"\( ?(?:1000 ?)?k ?(?:\* ?1000 ?)?/ ?k ?\)|(?:对于)?第 ?k ?次更新|只从最近的?|条里(?:采样)?|c_k|k-?th "
            r"(?:update|draw)|"
            r"(?:only )?(?:from )?(?:the )?(?:most recent|newest|latest)|(?:the )?(?:window|range) (?:shrinks|is)"
        )
    attention = ask.first(
        r"attentive experience replay|\baer\b(?: -)?|most (?:similar|alike) to the (?:newest|current|latest|present) "
        r"(?:state|observation)|与(?:当前|最新)状态最相似"
    )
    if attention:
        factor = ask.number(rf"(?:lambda|λ)(?:\s|=|of|is)*(?P<n>{NUM})", rf"(?P<n>{INT}) times as many (?:candidates)?")
        out["attention"] = factor if factor and factor > 1 else 4.0
        kept = ask.first(r"\bk ?= ?(?P<n>\d+)|keeps? the (?P<m>\d+)")
        if kept and "batch_size" not in out:
            out["batch_size"] = int(kept["n"] or kept["m"])
        steps = ask.first(
            rf"(?:lambda )?anneals? to 1 (?:over|within|in) (?P<n>{BIG}) (?:added )?(?:transitions?|steps?)|(?:over|"
            rf"within) (?P<m>{BIG}) added transitions"
        )
        out |= {"attention_steps": to_big(steps["n"] or steps["m"])} if steps else {}
        ask.has(
            r"sample (?:lambda ?\*? ?k )?candidates(?: uniformly)?|lambda ?\*? ?k(?: candidates)?|candidates|cosine(?: "
            r"similarity)?|(?:and )?keep (?:the )?(?:\d+ |k )?(?:ones |those )?(?:whose states are |that are )?(?:most "
            r")?(?:similar)?|whose states are|whose|attentive experience replay|"
            r"most (?:similar|alike) to the (?:newest|current|latest|present) (?:state|observation)|for "
            r"low-dim(?:ensional)? states|uniformly"
        )
