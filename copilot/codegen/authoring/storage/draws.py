"""Reads which transitions a replay draws: shares of a batch, by return, of episodes, each once."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.amounts import BIG
from copilot.codegen.authoring.amounts import to_count as to_big
from copilot.codegen.authoring.ask import INT, NUM, Ask, to_int
from copilot.codegen.authoring.storage.age import by_age, windows
from copilot.codegen.authoring.storage.shares import KINDS, OF_BATCH, SHARE, VERB, pools_of, recent_of, share_of


def drawn_of(ask: Ask, out: dict[str, Any], notes: list[str]) -> None:
    """All of it."""
    uniform = ask.first(
        rf"(?:and )?(?P<n>{SHARE})(?:{OF_BATCH})? (?:is |are |being |drawn |sampled |comes? |taken )*uniform(?:ly)?(?: "
        rf"at "
        rf"random)?"
        rf"(?: from (?:all|everything)(?: of it| stored)?)?|(?P<m>{SHARE})(?:是|来自)?均匀(?:采样|抽取)?"
    )
    by_age(ask, out)
    windows(ask, out)
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


_PASS = (
    r"(?:never )?(?:samples?|draws?|gives?|hands? out) (?:a|any|one|the same) transition (?:twice|again) before all "
    r"(?:the )?others? (?:have |had |were )?(?:had |have )?(?:their |its |a )?(?:turn|been drawn|drawn|come)|"
    r"(?:go(?:es|ing)? |runs? |pass(?:es)? |walks? |iterates? )(?:through|over) (?:the whole|the entire|all of the|a random "
    r"permutation of (?:what is in |the )?)(?: ?(?:buffer|memory|storage|replay|what is in memory))?(?: once)?|"
    r"random permutation(?: of (?:what is in |the )?(?:memory|buffer|storage))?|(?:every|each|all) (?:transition|"
    r"stored transition|of them|sample)s? (?:is |are |comes? |gets? )*(?:drawn |seen |used |sampled )?(?:exactly |only "
    r")?once (?:before|per (?:epoch|pass))[\w ]{0,30}|"
    r"(?:sampl\w+|draw\w*|replay|buffer|storage)? ?without[- ]replacement(?: (?:across|over|between) batches)?(?= (?:replay|"
    r"storage|buffer|sampling)|:|$|,)|(?:samples?|draws?) without[- ]replacement (?:across|over|between) batches|"
    r"(?:无放回|不放回)(?:地)?(?:采样|抽样)?|遍历(?:整个)?(?:缓冲区|回放池)|"
    r"(?:先)?把?所有(?:的)?(?:转移|样本)(?:都)?(?:抽|采样?)(?:取)?(?:过)?(?:一遍|一次)(?:(?:之?后)?(?:再|"
    r"才)(?:重新)?(?:打乱|开始))?"
)
_NO_TWICE = (
    r"\(no repeats?\)|(?:never|not|no)[\w ]{0,30}?(?:the )?same (?:transition|sample|one)s? (?:twice|more than once|"
    r"again)(?: in (?:a|one|"
    r"the same) batch)?|(?:no|without|avoids?|forbids?) (?:duplicates?|repeats?|repetitions?|duplicate transitions?|"
    r"repeated transitions?)(?: (?:within|in|inside) (?:a|one|each|"
    r"the|the same)(?: mini-?| )?batch)?|(?:no|each|a|any) transition (?:can |may |should |must )?(?:appears?|occurs?|"
    r"comes?|is drawn|is sampled|drawn)?(?: not)? ?(?:twice|more than once|at most once)"
    r" (?:in|per|within) (?:a|one|the same|each|any|the|every)(?: same)? batch|(?:does|do|should|must|will) not "
    r"(?:repeat|duplicate) (?:a |any )?(?:transitions?|samples?)(?: (?:with)?in (?:a|one|the same|each) batch)?|"
    r"a batch (?:never|does not|should never|must not) (?:has|have|contains?|holds?|ever have) (?:the same transition|"
    r"a transition|any transition|duplicates?|repeats?)(?: twice| more than once)?|"
    r"(?:all )?(?:the )?(?:transitions?|samples?) (?:in|of) (?:a|each|every|one) batch (?:are|should be|must be) "
    r"(?:all )?(?:different|distinct|unique)|"
    r"(?:all )?(?:different|distinct|unique) (?:transitions?|samples?)(?: in (?:a|each|every|one|the same) batch)?|"
    r"(?:draws? |samples? )?without "
    r"replacement(?: "
    r"(?:within|in|inside) (?:a|one|each|the|every) batch)|(?:同)?(?:一个?)?批(?:次)?(?:内|中|里)?(?:面)?(?:没有|"
    r"不出现|不会(?:有|出现)?|"
    r"不能(?:有|出现)?|不要(?:有|出现)?|"
    r"不)重复(?:的)?(?:样本|转移)?"
)
_CHUNK = (
    rf"(?:whole )?(?:chunks?|runs?|stretches|slices|segments|windows?|blocks?|sub-?trajectories) (?:of |with |that "
    rf"have )?(?:a )?(?:length )?(?:of )?(?P<n>{INT})(?: (?:consecutive|"
    rf"successive|subsequent|contiguous|steps?|transitions?|long))*|(?P<m>{INT}) (?:consecutive|successive|subsequent|"
    rf"contiguous|"
    rf"neighbou?ring) (?:transitions?|steps?)(?: (?:from|at|after) (?:each|every)(?: of (?:several|some|many))?"
    rf" ?(?:random )?(?:starting |start )?points?)?|连续(?:的)?\s*(?P<o>{INT})\s*(?:步|条|个)(?:转移|样本)?|"
    rf"长度?为?\s*(?P<p>{INT})\s*(?:步)?的连续(?:的)?(?:片段|序列|轨迹)"
)


def _each_once(ask: Ask, out: dict[str, Any]) -> None:
    if ask.has(
        r"stratif\w*(?: sampling)?(?: (?:over|by|in) time)?(?: sampling)?|(?:one )?(?:transition )?from each of[\w "
        r"]{0,30}?(?:equal "
        r")?(?:parts|segments|"
        r"stretches|bins|strata)(?: of (?:the )?(?:buffer|storage|memory|time))?|splits? (?:the )?(?:buffer|memory|"
        r"storage|time) into (?:equal )?(?:parts|segments|bins|stretches)(?: of time)?|"
        r"分层(?:采样|抽样)?|按时间分(?:段|层)(?:采样|抽样)?"
    ):
        out["stratified"] = True
        ask.has(
            r"over time|time sampling|(?:batch_size|equal|equally|parts|segments|bins|time|one|each|draws? one "
            r"transition from each|段|等分|时间)|sampling(?: is)?"
        )
    if ask.has(_PASS):
        out["epochs"] = True
        ask.has(
            r"(?:in )?random order|(?:is |are )?(?:re)?shuffl\w+(?: (?:it )?when (?:it is |it's )?(?:exhausted|used up|"
            r"done|empty))?|"
            r"(?:when|once) (?:it is |it's )?exhausted|new transitions? (?:join|come)s?(?: in)?(?: (?:the )?(?:next|"
            r"following) (?:one|permutation|pass))?|"
            r"(?:in )?(?:the )?next permutation|before any (?:transition )?(?:is |comes )?(?:drawn|seen|used|"
            r"again)?(?: again)?|"
            r"batch by batch|sample|once|again|without[- ]replacement|drawn again|what is in memory|(?:every|each) "
            r"transition is drawn|重新打乱|遍历整个缓冲区"
        )
    elif ask.has(_NO_TWICE):
        out["distinct"] = True
    chunk = ask.first(_CHUNK)
    if chunk:
        out["chunk"] = to_int(next(chunk[g] for g in "nmop" if chunk[g]))
        ask.has(
            r"(?:whole )?chunks?|(?:from|at) (?:each|every|several|random)[\w ]{0,30}?points?|consecutive|several|"
            r"random(?: "
            r"starting)? points?|transitions? come in|samples? (?:are|that are)|每次采样|采样"
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
    if ask.has(_BY_RETURN):
        out["by_return"] = True
        ask.has(
            r"(?:prefers?|favou?rs?)[\w -]{0,30}?returns? episodes?|(?:a transition's |the )?(?:chance|probability|"
            r"weight)(?: "
            r"of a transition)? (?:grows?|rises?|increases?) with (?:the )?returns? of (?:its|the|their) episodes?|more "
            r"often|(?:sampling|transitions?|weights?|weighted|a preference for|(?:are |is )?(?:sampled|drawn))(?= "
            r"?\0)|其?转移(?:就)?越(?:常|容易)被(?:采样|抽到)|"
            r"(?:the )?returns? of (?:its|their|the) episodes?"
        )
    kept = ask.first(_KEPT) or ask.first(_KEPT_CHINESE)
    if kept:
        out["keep_zero"] = (
            round(1.0 - share_of(kept["m"]), 10) if kept["m"] else share_of(next(kept[g] for g in "noab" if kept[g]))
        )
        ask.has(
            r"drops? transitions?(?=:)|(?:and )?all (?:transitions? |others? |the others? |those )?(?:with (?:a "
            r")?rewards? "
            r")?(?:are |is )?(?:always )?kept|(?:all|every)[\w ]{0,14}with (?:a )?rewards?[\w ]{0,14}kept|"
            r"其余(?:全部)?保留"
        )


_HIGH = r"(?:high(?:er)?|large|good|better|best|highest)"
_BY_RETURN = (
    rf"episodes? with (?:an? |the )?{_HIGH} returns?(?: (?:preferentially|more often|first|with a higher probability))?|"
    r"(?:a transition's |the )?(?:chance|probability|weight|priority)(?: of a transition)? (?:grows?|rises?|"
    r"increases?|is proportional|goes up) (?:with|to|by) (?:the )?returns? of (?:its|the|their) episodes?|(?:prefers?|"
    rf"favou?rs?|preferring|preference for)[\w -]{{0,40}}?(?:{_HIGH}[- ]returns?(?:[- ]episodes?)?|episodes? (?:with|"
    rf"of) {_HIGH} returns?)|"
    r"(?:by|in proportion to|proportional to|according to|weighted by) (?:the )?(?:episode(?:'s|s)? |episodic "
    rf")?returns?(?: of (?:its|their|the) episodes?)?|{_HIGH}[- ]returns? episodes? (?:(?:are|is|get) )?(?:(?:drawn|"
    rf"sampled) )?(?:more (?:often|frequently)|first|preferentially)|"
    r"按(?:回合|轨迹)(?:的)?(?:总)?(?:回报|收益)(?:加权|优先|成正比)?(?:采样)?|(?:回合|轨迹)(?:的)?(?:总)?(?:回报|"
    r"收益)越(?:高|大)[,，]?"
)
_ODDS = (
    rf"(?:with (?:an? )?)?(?:only )?(?:with )?(?:an? )?(?:(?:probability|chance|prob\.?)(?:\s|of|=|is)*(?P<A>{NUM})|"
    rf"(?P<B>{NUM}) (?:probability|chance|of the time))"
)
_ZERO = (
    r"(?:zero[- ]?(?:rewards?)?|rewards? (?:of |is |are |equal to )?(?:0|zero)|unrewarded|no rewards?|rewards?(?: at "
    r"all)?)"
)
_KEPT = (
    rf"(?:keeps?|stores?|saves?|admits?|kept|stored)(?: each| every| a| the| those| all)?(?: transitions?)?(?: with| "
    rf"without| of| having| that have| whose)?(?: an?| no| any| the)? ?{_ZERO}(?: transitions?| ones?| steps?)?(?: "
    rf"are)?(?: (?:kept|stored))?(?: only)? "
    + _ODDS.replace("<A>", "<n>").replace("<B>", "<a>")
    + rf"|(?:transitions?|steps?|samples?)?(?: with| without| of| whose| that have)?(?: an?| no| any| the)? "
    rf"?{_ZERO}(?: transitions?| ones?| steps?)? (?:are|is|get|should be) (?:only )?"
    r"(?:kept|stored|saved|admitted|added)(?: only)? "
    + _ODDS.replace("<A>", "<o>").replace("<B>", "<b>")
    + rf"|(?:drops?|discards?|skips?|throws? away) "
    rf"(?P<m>{SHARE}) of (?:the |all )*(?:(?:transitions?|steps?|samples?|those) )?(?:with |without |that have |whose |"
    rf"having )?(?:an? |no |any |the )?{_ZERO}"
    rf"(?: transitions?| ones?| steps?)?"
)
_KEPT_CHINESE = (
    rf"(?:奖励为(?:零|0)的?|零奖励的?|没有奖励的?)(?:转移|样本|经验)?(?:只|仅)?以\s*(?P<n>{NUM})\s*的?概率(?:保留|存入|"
    rf"存储|保存)(?P<m>)(?P<o>)(?P<a>)(?P<b>)"
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
                 r"(?:always (?:includes?|contains?|has|puts?|adds?)|(?:each|every|any|a) batch (?:always |must |"
                 r"should |will )*(?:includes?|contains?|has|have|holds?)) the (?:newest|latest|last|most recent) "
                 r"transition|"
                 r"(?:includes?|puts?|adds?|inserts?) the (?:newest|latest|last|most recent) transition (?:in|into|to) "
                 r"(?:each|every|any|the) batch|"
                 r"(?:newest|latest|last|most recent) transition in (?:each|every) batch|每(?:个)?批(?:次)?(?:中|"
                 r"里)?(?:都|总是|始终|一定|必须)*(?:包含|含有|有|包括)最新(?:的)?(?:一条)?转移|"
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
