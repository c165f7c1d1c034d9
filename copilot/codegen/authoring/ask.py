"""A request for something new, read piece by piece: words by pattern, counts and lists of numbers, and what nobody took."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from copilot.codegen.authoring.wording import worded
from copilot.codegen.patterns import compiled
from copilot.codegen.request.prose import causes, clause, plain, questions, reasons, references, tells_only
from copilot.codegen.request.reading import Reading

_UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_CHINESE = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_WORDS = {word: value for value, word in enumerate(_UNITS)} | _CHINESE | {"single": 1, "double": 2, "a couple of": 2}
INT = (
    r"(?<![A-Za-z0-9_.])(?:\d+(?![A-Za-z0-9_.]*\d)|"
    + "|".join(_UNITS)
    + r"|single|double|a couple of)(?![a-z\d])|[一二两三四五六七八九十]"
)
NUM = (
    r"(?<![A-Za-z0-9_.])[-+]?(?:\d+\.\d+(?:e[-+]?\d+)?|\d+(?:e[-+]?\d+)?|\.\d+)"
    r"(?:\s*(?:%|percent\b|per cent\b))?(?!\d*\s?(?:k\b|万))"
)
_BETWEEN = r"\s*(?:,\s*and|,|，|、|/|and|和|与|及|->|→|then|\s|-)\s*"
LIST = rf"(?<![A-Za-z0-9_.])\d+(?:{_BETWEEN}\d+)*(?![A-Za-z0-9_.]*\d)"

_MORE = (
    "written measures measure flattening flatten occurs occurred badly poorly normalised normalized processes "
    "processing operates widths flattened paints place learned learnt version improved "
    "whose where while when during being been were was what both such same still just simply exactly remaining rest both "
    "very up at most least either way about around whole entire certain given present currently current however therefore "
    "since because if else otherwise even also too again across among itself themselves he she they we you my your me "
    "us who whom could may might must shall please help called here any every no-one one's its it's i'd i'll thanks "
    "thank make sure able works work working fits fit suitable usable used usual standard common plain ordinary "
    "proper properly simple straightforward library rllte's base existing per-sample per-step instead-of "
)
_MORE += "data transform novelty final forward reset resets off-policy on-policy like dqn-like noise"
_FILLER_WORDS = (
    "action actions add added adding adds after agent agents algorithm all also always applied applies "
    "apply architecture as augment augmentation augmentations augments based batch batches be been before "
    "between block blocks bonus bonuses both buffer build by can channels class clipping code component "
    "connected could create creates custom deep design dim dimension dimensional dimensions dims "
    "distribution do does each encoder encoders end environment every experience exploration extra "
    "extractor extractors feature features filters first followed frame frames fully function game games "
    "get gets give gives gym gymnasium has have having head heads here how image images implement "
    "implementation input inputs instead into intrinsic it kind last layer layers let like loss losses "
    "made make makes module modules need network networks neural neurons new novel number numbers "
    "observation observations often one ones other others output outputs own pay paying pays per "
    "pixel pixels please plus policy put puts python pytorch random randomly replace replaced replaces "
    "replay return returns reward rewarded rewarding rewards rllte same sample samples second seen should "
    "simple size sizes small so something stage stages state states step steps storage such take takes "
    "task term terms that their them there they third through time times top torch train trained training "
    "trains type unit units used uses using value values variant vector vectors version visit visited "
    "visits want way well which who with would write writes"
)
_FILLER = frozenset(_FILLER_WORDS.split()) | frozenset(_MORE.split())
_CHINESE_FILLER = re.compile(
    r"(?:其他|其它|其余|别的)(?:都|的)?(?:不变|照旧|一样|保持不变|默认)|毕业论文要用|"
    r"依次|均|机械臂|机器人|编|风格|平均|存储|存|系|处理|地|改进版本|版本|在|固定|子|重置|距离|探索|系数|随机|之间|"
    r"各自|独立|以及|"
    r"使用|采用|"
    r"一共|总共|分别|都|"
    r"对|的话|请|帮我|自己|"
    r"要求|^求(?![和导解])|其|是|为|到|取|变为|"
    r"左右|内|外|上|下|"
    r"变体|变种|改进版|编码器|增强|奖励|内在|智能体|算法|编写|实现|设计|自定义|定义|构建|带有|具有|包含|每个|每层|之后|"
    r"然后|最后|先|再|后|"
    r"输入|输出|观测|图像|状态|一种|一个|用于|用来|基于|进行|添加|增加|加上|其中|维度|大小|层|块|类|模块|神经网络|"
    r"特征|单元|神经元|提取器|提取|数据|写|做|新|由|组成|接|个|中|含|于|且|并|从|以|种|式|型|动作|据|计|入|双|经验|回放|"
    r"缓冲区|存储|分布|策略|的|"
    r"用|方(?!差|向)|高(?!斯)|希望|可以|能够?|类似|例如|比如|论文|提出|我们?|一下|谢谢|来|让|所以|试试|看看|效果|更好|"
    r"好(?!奇)|里面|里|"
    r"所有|时候?|如果|若|则|就|会|应该|需要|把|将|被|给|该|此|这|那|些|有(?!界|限)"
)


class Ask:
    """A request; each character is taken at most once."""

    def __init__(self, request: str) -> None:
        self.reading = Reading(worded(request))
        for start, end in references(self.reading.text):
            self.reading.take(start, end)
        for start, end in [
            *causes(self.reading.lower),
            *questions(self.reading.lower),
        ]:  # "because the entropy collapses" asks for no entropy
            self.reading.take(start, end)

        self.missed: list[str] = []
        """What was read, and turned out to have no effect."""
        self._spans: list[tuple[int, int]] | None = None

    @property
    def lower(self) -> str:
        """The text, case ignored; within some spans, signs that no pattern knows for all else."""
        text = self.reading.lower
        if self._spans is None:
            return text
        shown = ["\0"] * len(text)
        for start, end in self._spans:
            shown[start:end] = text[start:end]
        return "".join(shown)

    @contextmanager
    def within(self, spans: list[tuple[int, int]]) -> Iterator[None]:
        """Read only these parts of the text."""
        before, self._spans = self._spans, spans
        try:
            yield
        finally:
            self._spans = before

    def find(self, pattern: str) -> Iterator[re.Match[str]]:
        """Free occurrences of a pattern, taken one by one."""
        for match in compiled(pattern).finditer(self.open):
            if match[0] and self.reading.free(match.start(), match.end()):
                self.reading.take(match.start(), match.end())
                yield match

    @property
    def open(self) -> str:
        """The text, with a sign that no pattern knows in place of what is taken: no match reaches across that."""
        return self.reading.masked(self.lower)

    def count_before(self, spoken: str, between: str = "") -> int | None:
        """How many of something there are: "three 3x3 convolutions", whatever of it is taken already."""
        words = (
            r"(?:(?:\d+\s*[x×]\s*\d+|个|层|块|的|[- ]?layers? of|strided|small|further|more|hidden|times)[ -]*|%s)*"
            % (between or "(?!)")
        )
        for match in re.finditer(rf"(?P<n>{INT}|双)[ -]*{words}(?:{spoken})", self.lower):
            if match["n"] != "一" and self.reading.free(match.start("n"), match.end("n")):  # 一个 is but an article
                self.reading.take(match.start("n"), match.end("n"))
                return 2 if match["n"] == "双" else to_int(match["n"])
        return None

    def first(self, pattern: str) -> re.Match[str] | None:
        """The first free occurrence, taken; the rest stays."""
        return next(self.find(pattern), None)

    def has(self, pattern: str) -> bool:
        """Whether a pattern occurs freely; all its occurrences are taken."""
        return bool(list(self.find(pattern)))

    def says(self, pattern: str) -> bool:
        """Whether a pattern occurs at all, taken or not; nothing is taken."""
        return compiled(pattern).search(self.lower) is not None

    def number(self, *patterns: str) -> float | None:
        """The number of the first pattern that occurs, each with a group `n`."""
        for pattern in patterns:
            match = self.first(pattern)
            if match and match["n"]:
                return to_number(match["n"])
        return None

    def whole(self, *patterns: str) -> int | None:
        """As `number`, a whole one of at least 1."""
        found = self.number(*patterns)
        return max(1, round(found)) if found is not None else None

    def left(self) -> list[str]:
        """Runs of words that nobody took and that are no filler."""
        for start, end in reasons(self.reading.lower):
            self.reading.take(start, end)
        out = list(self.missed)
        for words, start, end in self.reading.unread_spans():
            kept = [word for word in words.split() if word.lower() not in _FILLER and not plain(word)]
            shown = " ".join(kept)
            if re.search(r"[\u4e00-\u9fff]", shown):
                shown = _CHINESE_FILLER.sub("", shown).strip()
            if shown and not re.fullmatch(r"[A-Za-z]|[\W_]+", shown) and self._demands(start, end):
                out.append(self.reading.text[start:end] if len(kept) > 1 else shown)
        return out

    def _demands(self, start: int, end: int) -> bool:
        """Whether, of the clauses that a run of unread words reaches over, one with such a word demands anything."""
        text, at = self.reading.text, start
        while at < end:
            first, last = clause(self.reading.lower, at, min(at + 1, end))
            unread = re.findall(r"[^\W_][\w'-]*", text[max(first, at) : min(last, end)])
            kept = [word for word in unread if word.lower() not in _FILLER and not plain(word)]
            if kept and not tells_only(text[first:last]):
                return True
            at = max(last, at) + 1
        return False


def to_int(text: str | None) -> int | None:
    """A count in digits or words."""
    if not text:
        return None
    text = text.strip()
    return int(text) if text.isdigit() else _WORDS.get(text)


def to_number(text: str) -> float:
    """A number, a percentage as a share, or a count in words."""
    text = text.strip()
    if text in _WORDS:
        return float(_WORDS[text])
    share = text.endswith(("%", "cent"))
    number = float(re.sub(r"\s*(?:%|per ?cent)$", "", text))
    return number / 100 if share else number


def to_list(text: str | None) -> list[int]:
    """The whole numbers of a list in words: "32, 64 and 64"."""
    return [int(number) for number in re.findall(r"\d+", text or "")]
