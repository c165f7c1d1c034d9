"""Parts and settings that a request names and nothing has: refused by name, as a run without them is not what was asked."""

from __future__ import annotations

import re

from copilot.codegen.request.reading import Reading
from copilot.codegen.settings.settings import Settings
from copilot.codegen.vocabulary import FILLER
from copilot.core.catalogue import Catalogue
from copilot.core.errors import UnknownName

_PARTS = {
    "encoder": r"encoders?|编码器",
    "augmentation": r"(?:data )?augmentations?|(?:数据)?增强",
    "distribution": r"(?:action |exploration )?noise|(?:action )?distribution|噪声|分布",
    "reward": r"(?:intrinsic |exploration )?bonus(?:es)?|intrinsic rewards?|内在奖励",
    "storage": r"replay(?: buffer| memory| storage)?|(?:replay )?storage",
}
_USUAL = (
    "action actions additional any appropriate better best big bigger bonus certain choice clean clipped constant "
    "custom default different distribution encoder entropy exploration exploratory extra fast first fixed good "
    "image input intrinsic its kind large larger less little low more my named nature network new normal "
    "observation old one only other own pixel policy predictor previous proper random raw replay reward same second "
    "separate shared simple single small smaller some special standard state strong suitable target that the their "
    "this type usual vector weak which without your episodic novelty curiosity exploring gradient smoothing sum whose some "
    "total weight weighted sensor label his her data whatever whichever existing stock builtin built-in shipped another "
    "bundled present current present-day"
)
_ADJECTIVES = frozenset(_USUAL.split())
"""Words before a part that name none."""
_BEFORE = re.compile(rf"(?<![\w-])(?P<word>[a-z][a-z-]{{2,}})\s+(?P<part>{'|'.join(_PARTS.values())})(?![a-z])")
_AS = re.compile(
    rf"(?<![\w-])(?P<word>[a-z][a-z-]{{2,}})\s+as (?:an? |the |its |our )?(?P<part>{'|'.join(_PARTS.values())})(?![a-z])"
)
_CHINESE = re.compile(
    r"(?<![不没无别])(?:加上|加入|加|使用|采用|换成|改用|"
    r"(?<![使不])用)(?P<word>[\u4e00-\u9fff]{2,5}?)(?:的)?(?P<part>内在奖励|奖励|编码器|噪声|数据增强|增强)"
)
_CHINESE_USUAL = re.compile(
    r"任何|默认|内在|额外|外部|外在|真实|任务|环境|探索|好奇|合适|新的|同样|原来|一个|这个|上述|常规|普通|动作|数据|随机|"
    r"两种|三种|多种|自带|总|折扣|归一"
)
_SET = re.compile(
    r"(?<![\w.=-])(?P<word>[A-Za-z][A-Za-z_]*)\s*=\s*(?P<value>[-+]?[\d.][\w.+-]*|true|false)(?![\w])", re.IGNORECASE
)


def refuse_unknown(settings: Settings, catalogue: Catalogue) -> None:
    """Stop at what would otherwise be left out.

    Raises:
        UnknownName: a part that the library lacks ("a wavelet encoder"), or a setting that the experiment has not
            ("warmth=3").
    """
    reading = settings.reading
    for match in _SET.finditer(reading.text):
        if reading.free(match.start("word"), match.end("value")) and match["word"].lower() not in FILLER:
            where = f"{settings.agent} on {settings.environment['id']}"
            raise UnknownName(f"setting of {where}", match["word"], settings.names())
    for match in _CHINESE.finditer(reading.text):
        if reading.free(match.start("word"), match.end("word")) and not _CHINESE_USUAL.search(match["word"]):
            _raise(match["word"], match["part"], catalogue)
    for pattern in (_AS, _BEFORE):
        for match in pattern.finditer(reading.lower):
            _refuse_part(reading, match, catalogue)


def _refuse_part(reading: Reading, match: re.Match[str], catalogue: Catalogue) -> None:
    word = match["word"]
    if re.match(r"e?s?\s*[(（]", reading.lower[match.end() :]) and not reading.free(match.end(), match.end() + 4):
        return  # "generative intrinsic rewards (GIRM)"
    if word in FILLER or word in _ADJECTIVES or not reading.free(match.start(), match.end()):
        return
    if word.endswith(("ed", "ing", "ly", "s")) and match.re is not _AS:
        return
    _raise(word, match["part"], catalogue)


def _raise(word: str, part: str, catalogue: Catalogue) -> None:
    primitive = next((name for name, words in _PARTS.items() if re.fullmatch(words, part)), "reward")
    known = catalogue.names(primitive)
    raise UnknownName(primitive, word, known, hint=f"This version has {', '.join(sorted(known))}.")
