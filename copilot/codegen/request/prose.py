"""What of a request's unread words demands nothing: references, reasons, and words of plain talk.

A demand that nobody read makes a package fail, so what is told here to be prose has to be nothing else: a clause that gives
a reason counts as one only if it holds no number, no denial and no word of the field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

_REFERENCE = re.compile(
    r"(?<![\w-])(?:[Cc]h(?:apter|ap\.|\.)|[Ss]ec(?:tion|t\.|\.)|[Ee]q(?:uation|\.)|[Ff]ig(?:ure|\.)|[Tt]able) "
    r"?\(?\d+(?:\.\d+)*\)?|\(the (?:19|20)\d\d [^()]*\)|"
    r"\([A-Z][^()\d]*(?:19[89]|20[0-2])\d[a-z]?(?!\d)(?:,?\s*['\"‘“][^()'\"]*['\"’”])?\)|"
    r"[(\[]?(?:(?:as|from|by|of|like|in|see|following|after|cf\.?)\s+)*(?:the\s+)?(?:paper\s+(?:of|by)\s+)?"
    r"[A-Z][\w'-]+(?:\s+(?:and|&)\s+[A-Z][\w'-]+)?(?:,\s+[A-Z][\w'-]+)*(?:\s+et al\b\.?|\s*等人?)(?:[,\s]*\(?(?:19[89]|"
    r"20[0-2])\d[a-z]?(?!\d)\)?)?[)\]]?|"
    r"[(\[]?\b(?!(?:Capacity|Size|Memory|Batch|Buffer|Replay|Storage|Horizon|Steps?|Width|Units|Hidden|Seed|Max|Last)\b)"
    r"[A-Z][\w'-]+(?:,\s+[A-Z][\w'-]+)+,?(?:\s+(?:and|&)\s+[A-Z][\w'-]+)?,?\s+\(?(?:19[89]|20[0-2])\d[a-z]?(?!\d)\)?[)\]]?|"
    r"[(\[]?\b(?!(?:Capacity|Size|Memory|Batch|Buffer|Replay|Storage|Horizon|Steps?|Width|Units|Hidden|Seed|Max|Last)\b)"
    r"[A-Z][\w'-]+(?:,\s+[A-Z][\w'-]+)*(?:,?\s+(?:and|&)\s+[A-Z][\w'-]+)?,?\s+\(?(?:19[89]|20[0-2])\d[a-z]?(?!\d)\)?[)\]]?|"
    r"\([A-Z][\w'-]+(?:(?:,| and| &)+ [A-Z][\w'-]+)*(?: et al\.?)?,? (?:19[89]|20[0-2])\d[a-z]?(?!\d)(?:,? "
    r"['\"“‘][^'\"”’()]{5,120}['\"”’])?\)|"
    r"\((?:ICML|ICLR|NeurIPS|NIPS|AAAI|CoRL|RSS|arXiv)[^)]*\)|\barXiv:?\s*\d{4}\.\d{4,5}\b|"
    r"\b(?:after|following|due to|proposed by|introduced by)\s+[A-Z][a-z]{2,}(?:-[A-Z][a-z]+)?\s+(?:and|"
    r"&)\s+[A-Z][a-z]{2,}\b|"
    r"\b(?:ICML|ICLR|NeurIPS|NIPS|AAAI|CoRL|RSS)\b(?:\s*['’]?\d{2,4})?|(?<=[a-z] )\((?:19|20)\d\d\)"
)
"""Authors and years, conferences: where something was published."""
_REASON = re.compile(
    r"(?:(?<![a-z])(?:because|since|so that|in order to|hoping|as (?:i|we|it|they|my|our|the (?:game|task|robot))|"
    r"to (?:see|check|find out|test|compare|study)|i (?:think|believe|hope|guess|suspect)|we (?:think|believe|hope)|"
    r"for (?:[a-z]+ )?(?:tasks?|games?|environments?|robots?|comparison|stability|robustness)|"
    r"for (?:my|our|an?|some) (?:[a-z-]+ ){0,3}(?:tasks?|games?|env(?:ironment)?s?|robots?|simulators?|mazes?))(?![a-z])|"
    r"因为|由于|以便|便于|为了|我觉得|我认为|听说|据说)[^.;!?。；！？\n]*"
)
"""A clause that says why, or where it will be of use."""
_DEMANDS = re.compile(
    r"\d|(?<![a-z])(?:want\w*|need\w*|like|use[sd]?|using|should|must|add\w*|make|with|have|has|no|not|never|without|only|"
    r"except|unless|instead|rather|but|twice|half|third|quarter|norm\w*|dropout|attention|"
    r"relu|gelu|tanh|conv\w*|kernels?|strides?|layers?|channels?|clip\w*|entropy|targets?|learning rate|lr|"
    r"batch\w*|double|dueling|"
    r"noise|gaussian|uniform|beta|alpha|gamma|lambda|decay\w*|anneal\w*|linear\w*|log\w*|square\w*|root|mask\w*|random\w*|"
    r"schedule\w*|"
    r"temperature|priorit\w*|weights?|coefficients?|penal\w*|bonus\w*|loss\w*|hidden|pool\w*|residual|recurrent|lstm|gru|"
    r"normali[sz]\w*|scale\w*|crop\w*|shift\w*|flip\w*|rotat\w*)(?![a-z])|不|没|无|仅|只|除|(?<![分特区类级])别|"
    r"归一|裁剪|噪声|熵|层|核|"
    r"步长|衰减|权重|系数"
)
_WISH = re.compile(
    r"(?<![a-z])(?:want\w*|need\w*|should|must|please|let['’]?s|use|using|add|make|makes|set|keep|put|apply|take|give|with "
    r"\d|has \d|"
    r"have \d|instead|except|only|unless)(?![a-z])|要|用|加|设|只|除|改"
)
"""What makes a wish of a fact that is told as a reason."""
_CAUSE = re.compile(
    r"(?:(?<![a-z])because(?! of the (?:last|next))|(?:(?<=[,.;:(] )|(?<=^))since(?! the last|\s+\d)(?= [a-z'’]+ [a-z'’]+ "
    r")|i (?:have |once )?(?:read|heard|learned|was told) (?:somewhere )?(?:that )?(?=.{0,140}?\bso\b)|因为|由于)"
    r"[^.;!?。；！？\n()]*",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"(?:(?<=^)|(?<=[.!?] ))(?:does|do|is|are|can|could|will|would|has|have)\b[^.?!]*"
    r"\b(?:beats?|helps?|better|worth|works?|matters?|good|useful|enough)\b[^.?!]*\?",
    re.IGNORECASE,
)
_NOTHING_DENIED = re.compile(
    r"(?<![a-z])(?:(?:there(?:'s| is) |have |has |had |got )?no (?:clue|idea|rush|hurry|worry|worries|problem|pressure|"
    r"doubt|need to "
    r"(?:worry|hurry))|"
    r"not (?:sure|certain|urgent|in a hurry|that it matters)|isn['’]?t (?:urgent|sure)|(?:do not|don['’]?t|does not|"
    r"doesn['’]?t) "
    r"(?:worry|know|mind|care|understand|matter|hesitate)|not (?:an? )?(?:expert|programmer|coder)|just (?:curious|asking|"
    r"wondering)|"
    r"(?:has|have|did|does|do|could|can|will|would)(?: not|n['’]?t)? (?:never )?(?:help|work|learn|converge|matter|improve|"
    r"get|reach|find|see|"
    r"cope)\w*|(?:never|not|hardly|no longer) (?:helped|works?|worked|learn\w*|converge\w*|matter\w*|improve\w*|gets?|got|"
    r"reach\w*|finds?|found|sees?|saw|copes?|coped|explore\w*)|at (?:first|last)|first of all|half the (?:time|"
    r"battle)|last "
    r"(?:week|month|year|night|time|summer|winter|semester))(?![a-z])|不(?:着急|急|懂|太懂|知道|清楚|确定|好意思|错)|"
    r"没(?:关系|问题|事)"
)
"""Turns of speech whose denials and numbers deny and count nothing that is asked for."""
_CLAUSE_ENDS = re.compile(
    r",(?!\s*[-+]?[\d.])|[;:!?()—–\n，。；：！？（）]|\.(?!\d)|\s-\s|(?<![a-z])(?:because|since|so that|so|although|though|"
    r"while|whereas|hoping|but|which|"
    r"and (?=(?:i|we|it|they|this|there|my|our)\b))(?![a-z])"
)
_CHINESE_FIELD = re.compile(
    r"\d|[二两三四五六七八九十百千万半倍]|一(?:半|层|步|次|份|维|倍)|不|没|无|仅|只|除|别|勿|未|非|核|层|卷|通道|步长|归一|"
    r"标准|激活|池|残差|裁|截|噪|熵|衰减|"
    r"退火|权重|系数|温度|均匀|高斯|方差|均值|平均|最|概率|比例|随机|固定|冻结|目标|损失|梯度|学习率|优势|回报|折扣|批|"
    r"采样|抽|缓冲|缓存|优先|新|旧|计数|次数|网格|"
    r"格子|哈希|距离|误差|预测|逆|前向|反|嵌入|特征|投影|编码|解码|独立|共享|拼接|加|减|乘|除以|平方|开方|根|对数|指数|"
    r"线性|余弦|翻转|旋转|平移|缩放|亮度|对比度|"
    r"灰度|模糊|遮|掩|零|丢|填充|边|像素|帧|动作|演员|评论家|头|维|宽|深|重复|每|首|第|同时|一起|各|互|全部|所有|重置|忘|"
    r"清|更新|延迟|步|轮|回合|次|阈|超过|"
    r"低于|高于|以上|以下|至|副本|正则|散度|分布|策略梯度|价值|单元|网络|参数|输出|输入|坐标|范围|区间|较|取|大于|小于|"
    r"等于|单位|惩罚|奖励|先|再|后|末"
)
_ENDINGS = ("", "s", "es", "d", "ed", "ing", "ly", "'s", "’s")


_LACK = re.compile(
    r"(?<![a-z])(?:because|since|as) (?:i|we) (?:do not|don['’]?t|have no|cannot|can['’]t|lack)(?: have| use| get| "
    r"afford)?(?![a-z])[^,.;!?\n]*"
)
"""A clause that tells what somebody lacks, which is no demand."""


def references(text: str) -> Iterator[tuple[int, int]]:
    """Where a request tells in which paper something stands."""
    yield from (match.span() for match in _REFERENCE.finditer(text))


def reasons(text: str) -> Iterator[tuple[int, int]]:
    """Where a request tells why it asks, up to the end of the clause; clauses that may hold a demand are none."""
    told = list(causes(text))
    yield from told
    yield from (match.span() for match in _LACK.finditer(text))
    for match in _REASON.finditer(text):
        if any(start <= match.start() < end for start, end in told):
            continue
        end = match.end()
        for part in re.finditer(r"[,，:：]", match[0]):  # what comes after a comma may be another clause
            if _DEMANDS.search(match[0][part.end() :]):
                end = match.start() + part.start()
                break
        if not _DEMANDS.search(text[match.start() : end]):
            yield match.start(), end


def causes(text: str) -> Iterator[tuple[int, int]]:
    """Where a request says because of what it asks: a fact, whose words ("because the entropy collapses") ask for nothing.

    A clause that wishes, counts, or denies what may be asked for is none.
    """
    for match in _CAUSE.finditer(text):
        end = match.start() + re.match(r"[^,，:：]*", match[0]).end()  # type: ignore[union-attr]
        if text[match.start() :].lower().startswith("i ") and not re.search(r"\d", match[0]):  # what was read of it
            yield match.start(), end
            continue
        fact = _NOTHING_DENIED.sub(" ", text[match.start() : end])
        if not _WISH.search(fact) and not re.search(
            r"\d|(?<![a-z])(?:no|not|never|without|nothing)(?![a-z])|n['’]t|不|没|无", fact
        ):
            yield match.start(), end


def questions(text: str) -> Iterator[tuple[int, int]]:
    """Where a request wonders, before it says what it wants: "Does a Beta beat a Gaussian? I want ..."."""
    for match in _QUESTION.finditer(text):
        if len(text) - match.end() > 25 and not re.search(r"\d", match[0]):
            yield match.start(), match.end()


def clause(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the clause around a span of a text in small letters begins and ends."""
    before = [match.end() for match in _CLAUSE_ENDS.finditer(text, 0, start + 1) if match.end() <= start]
    after = _CLAUSE_ENDS.search(text, end)
    return (before[-1] if before else 0), (after.start() if after else len(text))


def tells_only(words: str) -> bool:
    """Whether a clause holds no number, no denial and no word of the field: whatever else it says demands nothing.

    Args:
        words: as they are written, for what has its own capitals (FiLM, GRU) is a name of the field.
    """
    told = _NOTHING_DENIED.sub(" ", re.sub(r"(?<=\w)['’]s\b", "", words.replace("’", "'")).lower())
    if re.search(r"\d|n't\b", told) or (re.search(r"[\u4e00-\u9fff]", told) and _CHINESE_FIELD.search(told)):
        return False
    for word in re.findall(r"[A-Za-z][\w'-]*", words):
        if re.search(r"[a-z][A-Z]|[A-Z]{2}", word) and word.upper() not in _NO_TERMS:
            return False
    if re.search(r"(?<![a-z])(?:myself|ourselves)(?![a-z])", told):  # what they see to themselves
        return True
    modified = re.search(
        r"([a-z-]+) (?:rewards?|states?|observations?|actions?|steps?|episodes?|policy|policies|agents?)(?![a-z])", told
    )
    if modified and not plain(modified[1]) and not re.search(r"(?:ly|ing|ed|ous|y|s)$", modified[1]):
        return False
    return not any(_of_field(word) for word in re.findall(r"[a-z][a-z0-9-]*", told))


_CAPITALS = (
    "PPO A2C DQN SAC TD3 DDPG GPU CPU PHD RAM USB MSC BSC AI ML RL CEO PI OK TV UK US EU USA NASA IT I'M CO PDF PC VR"
)
_NO_TERMS = frozenset(_CAPITALS.split())
"""Capitals that name no method."""


def _of_field(word: str) -> bool:
    """Whether a word, or a part of one with hyphens, specifies something."""
    return any(part in _field() or (len(part) > 4 and _in(part, _field())) for part in {word, *word.split("-")})


@cache
def _field() -> frozenset[str]:
    return _table("field")


@cache
def _words() -> frozenset[str]:
    return _table("prose")


def _table(name: str) -> frozenset[str]:
    text = resources.files("copilot.codegen").joinpath(f"data/{name}.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


@cache
def plain(word: str) -> bool:
    """Whether an English word, in whatever form, is plain talk."""
    return _in(word.lower(), _words())


def _in(word: str, words: frozenset[str]) -> bool:
    """Whether a word is one of a table, in whatever form."""
    for ending in _ENDINGS:
        stem = word.removesuffix(ending) if ending else word
        if ending and (stem == word or len(stem) < 3):  # "only" is no form of "on"
            continue
        if stem in words or f"{stem}e" in words or (stem.endswith("i") and f"{stem[:-1]}y" in words):
            return True
        if len(stem) > 3 and stem[-1] == stem[-2] and stem[:-1] in words:  # planned
            return True
    return False
