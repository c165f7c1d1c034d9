"""What an encoder's request names, in order, each with the words that are said of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from copilot.codegen.authoring.ask import INT, Ask, to_int, to_number
from copilot.codegen.patterns import compiled

INTEGER = INT.replace(r"(?<![\w.])", r"(?<![a-z\d_.])")
_NORM = (
    r"(?:layer|batch|group|instance|rms)[ -]?norm(?:ali[sz]ation|s|ed)?(?: layers?)?|(?:层|批|组|实例|批量)(?:归一化|规范化|"
    r"标准化)(?:层)?|rms ?归一化"
)
_FUNCTION = (
    r"leaky[ _-]?relus?|gelus?|elus?|silus?|swish|mish|selus?|tanh|sigmoids?|softplus|relus?|双曲正切|rectifiers?"
)
MENTIONS: dict[str, str] = {
    "impala": r"(?:the )?(?:impala|espeholt\w*)(?:[ -](?:style|like))?(?:[ -]?(?:cnn|res-?net|network|encoder|conv\w*|"
              r"residual\w*))*|"
              r"impoola",
    "nature": r"(?:the )?(?:(?:nature|mnih\w*|dqn atari|atari dqn)(?:[ -](?:paper|dqn))?(?:'s)?|dqn(?= (?:cnn|network|"
              r"conv))|标准 ?(?:dqn|nature)|atari(?= (?:cnn|conv)))(?:[ -]?(?:style|like))?"
              r"(?:[ -]?(?:cnn|network|encoder|convolution(?:al layer)?s?|convs?|conv(?:olutional)? (?:layers?|stack)|"
              r"卷积(?:网络|层)?))*",
    "nips": r"(?:the )?(?:2013 |nips |mnih 2013 )+(?:dqn )?(?:net|network|cnn|encoder|convs?)|(?:the )?nips(?: "
            r"dqn)?(?: net(?:work)?)?",
    "pathak": r"(?:the )?(?:pathak\w*|icm)(?:'s)?(?:[ -]?(?:cnn|network|encoder|convs?))+",
    "drq": r"(?:the )?(?:dr-?q(?:-?v2)?|tassa\w*|sac[ -]ae)(?:'s)?(?:[ -]?(?:style|like))?(?:[ -]?(?:cnn|network|encoder|"
           r"convs?))+",
    "vanilla": r"(?:the |our )?vanilla ?mlp ?encoder",
    "vit": r"vision transformers?|\bvit\b|视觉 ?transformer",
    "patches": r"(?:image )?patch(?:es)?(?: sizes?)?|图块|图像块",
    "transformer": r"transformers?(?: encoder)?(?:[ -](?:blocks?|layers?))?",
    "position": r"(?:learn(?:ed|able|t) |sinusoidal |sine |fixed )?(?:position(?:al)?(?: (?:embeddings?|encodings?))|"
                r"positions|pos(?:itional)? ?emb\w*)|(?:可学习的?|正弦)?位置(?:编码|嵌入)",
    "class": r"(?:a )?(?:class(?:ification)?|\[?cls\]?)[ -]?tokens?|分类标记",
    "conv1d": r"(?:1[ -]?d|one-dimensional|temporal|causal|dilated causal)[ -](?:causal )?conv\w*(?: layers?)?|conv1d|"
              r"conv(?:olution)?s? (?:over|along) (?:the )?time(?: axis)?|tcn|一维卷积(?:层)?|时间卷积",
    "convnext": r"conv-?next(?:[ -]?(?:style|like))?(?:[ -]?blocks?)?",
    "residual": r"(?:(?:pre-?norm|post-?norm|pre-?activation|basic|resnet|inverted|bottleneck|simba|bro|bronet|"
                r"residual|mlp|re-?zero)[ -]+)*"
                r"(?:residual|resnet|res-?|skip|bottleneck|simba|bro)[ -]?(?:style )?(?:mlp )?(?:blocks?|"
                r"connections?|layers?|"
                r"units?|stages?|mlp|"
                r"net(?:work)?s?)|resnets?(?=[ -](?:style )?encoder)|残差(?:块|连接|层|网络|结构)?|瓶颈块|\bsimba\b|"
                r"\bbro(?:net)?\b"
                r"(?:-style)?|blocks?(?=[^.;]{0,140}added (?:back )?to (?:their|its|the) inputs?)",
    "parallel": r"(?:multi-?scale|inception|parallel)(?:[ -]?(?:style|like))?[ -]?(?:(?=\d)|conv\w*(?: (?:block|layer|"
                r"module)s?)?|blocks?|module)|多尺度卷积",
    "conv": r"(?:depth-?wise[- ]?)?(?:separable )?(?:\d+\s*[x×]\s*\d+[ -])?conv(?:olution(?:al)?)?s?(?:2d)?"
            r"(?:[ -](?:neural )?(?:layers?|blocks?|nets?|networks?|stack|stem))?(?!\w)|cnns?(?!\w)|stem(?!\w)|"
            r"卷积(?:神经网络|层|网络)?(?!核)",
    "dense": r"d2rl(?:[ -]?(?:style|like))?(?:[ -]?(?:network|mlp|encoder|connections?))?|dense[ -]?nets?"
             r"(?:[ -]?(?:style|like))?|dense (?:skip )?connections?|稠密连接",
    "experts": r"(?:soft |sparse )?(?:mixture[ -]of[ -]experts|moe)|experts?|专家(?:混合)?",
    "gate": r"(?:ge|swi?g?|re|bi)glu|swiglu|geglu|reglu|\bglu\b|gated linear units?|门控线性单元",
    "linear": r"(?!(?<=\d[ -])hidden units)(?:hidden|linear|dense|fully[- ]connected|fc|feed-?forward|output)"
              r"(?: hidden| linear| dense)?"
              r"(?:[ -](?:layers?|units?|widths?|sizes?|map|projection))|(?:linear )?projections?|"
              r"project(?:s|ed)?(?= (?:it |them )?to)|linear(?! "
              r"function| approx)|dense|\bfc\b|"
              r"mlps?(?!\w)|multi-?layer perceptrons?|全连接层?|线性层|线性映射|隐藏层|隐层|多层感知机|fully[- ]connected",
    "recurrent": r"lstms?|grus?|\brnn\b|recurrent (?:layer|network|cell)|循环(?:神经)?网络",
    "attention": r"(?:multi-?head(?:ed)? )?(?:self[ -]?)attention(?: layers?| blocks?)?|multi-?head(?:ed)? attention|"
                 r"attention (?:layer|block)s?|(?:多头)?自注意力(?:机制|层)?",
    "cbam": r"cbam(?: blocks?)?|spatial attention(?: gate)?|空间注意力",
    "squeeze": r"squeeze[ -]?(?:and|&)?[ -]?excit(?:e|ation)(?: blocks?| layers?)?|\bse[ -](?:blocks?|layers?)|se-?nets?"
               r"(?:[ -]style)?|channel[ -]attention|通道注意力",
    "softmax2d": r"spatial[ -]soft-?(?:arg)?max(?: layers?)?|soft-?arg-?max|空间软最大|空间 ?softmax",
    "coords": r"coord-?conv\w*(?:'s)?(?: (?:channels?|layers?))?|(?:(?:two|2|x and y|x/y|xy) )?coord(?:inate)?s? "
              r"(?:channels?|"
              r"maps?|planes?)|(?:(?:输入)?(?:后面|上)?(?:先)?(?:拼接|拼上|拼|附加|加上?)(?:上)?)?(?:两个)?坐标(?:通道|卷积)",
    "fourier": r"(?:random |learned |learnable |gaussian |fixed )*fourier[ -]features?(?: layers?| map\w*| embeddings?)?|"
               r"(?:随机)?傅里叶特征",
    "basis": r"(?:fixed |full )*fourier[ -]basis(?: (?:features?|encoder|functions?))?|傅里叶基(?:函数)?",
    "rbf": r"(?:gaussian )?(?:radial[ -]basis[ -]functions?|rbfs?)(?: features?| network| layer)?|径向基(?:函数)?",
    "tiles": r"tile[ -]?cod(?:ing|er)|cmac|瓦片编码|瓦片",
    "polynomial": r"polynomial (?:features|basis|expansion)|多项式特征",
    "embedding": r"(?:learn(?:ed|able|t) )?(?:nn\.)?embedding(?: (?:table|layer|vector|lookup)s?)|embeddings? of|嵌入(?:表|"
                 r"层|向量)",
    "running": r"running (?:mean(?: and|/| ?& ?)? ?(?:std|variance|standard deviation|deviation)?|statistics?|"
               r"normali[sz]ation|normali[sz]er|norm)(?: normali[sz]ation| normali[sz]er)?(?: of (?:the )?(?:state|input|"
               r"observation)s?)?|(?:observation|state|input) normali[sz]ation(?: with running (?:statistics|mean and "
               r"(?:std|variance)))?|"
               r"运行(?:均值|统计量?)(?:和)?(?:方差|标准差)?(?:做)?(?:归一化|标准化)|"
               r"滑动(?:均值)?(?:方差)?(?:归一化|标准化)",
    "symlog": r"symlog|对称对数",
    "rescale": r"(?:(?:re)?scal\w*|normali[sz]\w*|map\w*|centr\w*|shift\w*|stretch\w*|缩放|归一化|映射)[^,.;，。；]{0,24}?"
               r"(?:to|into|within|from|in|between|到|至)\s*\[?\s*(?P<lo>-?\d*\.?\d+)\s*(?:,|and|to|，|到)\s*(?P<hi>-?\d*\."
               r"?\d+)\s*\]?|[-−]\s*0\.5 offset|divided by 255(?: minus 0\.5)?",
    "bound": r"(?:and )?(?:clip|clamp)\w*(?: to| at| within| between)?\s*(?:\[?\s*-\s*\d+\.?\d*\s*,\s*|±|\+/-\s*)?"
             r"(?P<bound>\d+\.?\d*)\]?|裁剪到\s*\[?-?(?P<bound2>\d+\.?\d*)(?:\s*,\s*\d+\.?\d*)?\]?",
    "gray": r"(?:convert\w* )?(?:(?:the )?(?:rgb|colou?rs?|images?|frames?) )?(?:to )?gr[ae]y-?scale[d]?|to gr[ae]y|"
            r"灰度(?:图)?",
    "resize": r"(?:down-?sampl\w+|resiz\w+|down-?scal\w+|缩小|下采样)(?: (?:it|them|the (?:image|"
              r"frame)s?))?\s*(?:to|到|至)?\s*"
              r"(?P<side>\d+)(?:\s*[x×]\s*\d+)?",
    "differences": r"(?:frame[ -]|temporal )?differenc\w+(?: (?:of|between) (?:consecutive |successive |following )?"
                   r"(?:frames|states))?|subtract\w* (?:each|every|the previous) frames? from (?:the next|it|the current "
                   r"one)|帧差|帧间差分",
    "pool": r"(?:global |adaptive )?(?:max(?:imum)?|average|avg|mean|sum|attention)[ -]?pool(?:ing|s|ed)?(?: layers?)?|"
            r"(?:全局)?(?:平均|最大)池化(?:层)?|pool(?:ing)?(?: layers?)?(?!\w)|池化(?:层)?|\bgap\b",
    "reduce": r"(?:(?:the |take |taking |its |their )*(?:mean|average|sum|max(?:imum)?)|(?:sum|average|mean|"
              r"max)(?:med|d|ned)?)"
              r"(?: (?:and )?pool(?:ing|ed|s)?)? (?:over|of|across) (?:all )?(?:the |its |these )?(?:tokens?|"
              r"patches|objects?|"
              r"entit(?:y|ies)|elements?|frames?|time(?: ?steps)?|steps|set|present entities)|"
              r"对所有?(?:实体|物体|令牌|token|帧)s?(?:求和|取平均|取最大|平均|求平均)",
    "dropout": r"dropout(?: (?:layers?|rate|probability))?|随机失活",
    "flatten": r"flatten(?:ed|ing|s)?|展平",
    "crelu": r"c-?relus?|concatenated relus?",
    "norm": _NORM,
    "function": rf"(?<![a-z]){_FUNCTION}(?![a-z])",
    "features": r"(?P<n>\d+)[ -]?(?:output )?(?:features|outputs)\b|(?:features?|output|out|latent)(?: vector)?(?: |-)?"
                r"(?:dim(?:ension)?s?|size)?(?:\s|=|:|of|is|to|size)*(?P<m>\d+)(?!\d|\.\d|\s*[x×])|"
                r"(?P<o>\d+)[ -]?(?:dim(?:ension(?:s|al)?)?|d)\b(?: (?:features?|outputs?|vectors?|representations?|output "
                r"features))*|"
                r"(?:输出|特征)(?:的)?(?:维度|维数|大小|向量)?(?:\s|为|是|=|:|"
                r"：)*(?P<p>\d+)(?:\s*维)?(?:的)?(?:特征)?(?:向量)?|"
                r"(?P<q>\d+)\s*维(?:的)?(?:特征|输出|向量)(?:向量)?",
    "again": r"(?:another|one|a (?:second|third|fourth|further)|the (?:second|third|next|other)(?: one)?)(?= (?:of|"
             r"with|having) "
             r"\d)",
    "heads": r"(?P<heads>\d+|one|two|three|four|six|eight|twelve)[ -](?:attention )?heads?",
    "layer": r"layers?(?!\w)|(?<!第[一二三四五])(?<=[一二两三四五六七八九十\d])层(?![^，。；,;]{0,14}(?:卷积|全连接|隐藏|"
             r"隐层|线性|conv|mlp|残差|transformer|lstm|gru|网络))",
}  # fmt: skip
"""Words of each kind; of those that begin at the same place the longest counts, then the first."""
_NO_COUNT = r"(?<!-)(?<!stride )(?<!strides )(?<!kernel )(?<!size )"
MOST = 16
"""Layers of one kind in a row."""
_SIGNS = r"\s*(?:,\s*and|,|，|、|/|and|和|->|→|-)\s*"
_OTHER = (
    r"\d|\s*[x×]|[ -](?:output |final )?(?:features?(?! maps)|outputs?|fully|linear|hidden|dense|fc|conv\w*|layers?|blocks?|"
    r"dim\w*|d)(?![a-z])"
)
_LISTED = (
    rf"(?<![a-z\d_.])(?:\d+(?:{_SIGNS}\d+(?!{_OTHER}))+|\d+\s*[x×]\s*\d+(?:{_SIGNS}\d+\s*[x×]\s*\d+)+)(?![\w.]*\d)"
)
_APART = re.compile(
    r"[,;:，；。：、(（]|\.(?!\d)|->|→|\bthen\b|\band\b|\bfollowed\b|\bwith\b|\bplus\b|\busing\b|\binto\b|"
    r"\bthrough\b|\+|接着|然后|"
    r"(?<!一)再|最后|并|和(?!/)|后接|经过"
)
_ATTRIBUTE = re.compile(
    r"\s*(?:an? )?(?:p|rate|prob\w*|size|kernel|stride|strength|value)?\s*(?:of|=|:|is)*\s*[\d.]+%?\s*"
    r"(?:between|after|before|in|on|for)\b[^,;.\d]*"
)
_SECTION = re.compile(r"[;；。]|\.(?!\d)")


@dataclass
class Mention:
    """A kind, where it is named, and the part of the request that speaks of it."""

    kind: str
    start: int
    end: int
    match: re.Match[str]
    begins: int = 0
    ends: int = 0
    inside: int = 0
    """Where the words end that tell what it is made of; 0: nothing does."""


@dataclass
class Piece:
    """A part of a request; what is found in it is taken."""

    ask: Ask
    start: int
    end: int
    around: str = ""
    """Words for what it is of, which another part of the request holds: "after each" (hidden layer)."""

    @property
    def text(self) -> str:
        """Its words; a sign that no pattern knows for those that are taken."""
        reading = self.ask.reading
        return reading.masked(reading.lower)[self.start : self.end]

    @property
    def all(self) -> str:
        """Its words, taken or not."""
        return self.ask.lower[self.start : self.end]

    def find(self, pattern: str) -> Iterator[re.Match[str]]:
        """Free occurrences, taken one by one."""
        for match in compiled(pattern).finditer(self.text):
            if match[0] and self.ask.reading.free(self.start + match.start(), self.start + match.end()):
                self.ask.reading.take(self.start + match.start(), self.start + match.end())
                yield match

    def first(self, *patterns: str) -> re.Match[str] | None:
        """The first free occurrence of the first pattern that has one."""
        return next((match for pattern in patterns for match in self.find(pattern)), None)

    def has(self, pattern: str) -> bool:
        """Whether it occurs freely; all is taken."""
        return bool(list(self.find(pattern)))

    def says(self, pattern: str) -> bool:
        """Whether it occurs, taken or not."""
        return bool(compiled(pattern).search(self.all))

    def number(self, *patterns: str) -> float | None:
        """The number `n` of the first pattern that occurs."""
        match = self.first(*patterns)
        return to_number(match["n"]) if match else None

    def whole(self, *patterns: str) -> int | None:
        """As `number`, a whole one in digits or words."""
        match = self.first(*patterns)
        return to_int(match["n"]) if match else None

    def count(self, noun: str, between: str = "") -> int | None:
        """How many: "three 3x3 convolutions", whatever stands between; of digits, no more than are layers."""
        words = (
            r"(?:[ -]*(?:\d+\s*[x×]\s*\d+|\d+[- ]?(?:unit|channel|filter|head)s?|\d+\s*(?:个)?(?:单元|神经元|通道)|"
            r"个|层|块|的|"
            rf"[\w-]+ed|small|large|hidden|{between or 'x'}))*"
        )
        counted = compiled(_NO_COUNT + rf"(?P<n>{INTEGER}|两|双)[ -]*{words}[ -]*(?:{noun})")
        for match in counted.finditer(self.text):
            begin, end = self.start + match.start("n"), self.start + match.end("n")
            number = 2 if match["n"] in {"双", "两"} else to_int(match["n"]) or 0
            if match["n"] == "一" and re.match(r"\s*层", self.text[match.end("n") :]):
                self.ask.reading.take(begin, end)
            if match["n"] != "一" and number <= MOST and self.ask.reading.free(begin, end):
                self.ask.reading.take(begin, end)
                return number
        return None


def mentions(ask: Ask) -> list[Mention]:
    """All that is named and nobody took, in order, each with its part of the request."""
    reading = ask.reading
    shown = reading.masked(reading.lower)
    found: list[Mention] = []
    for kind, pattern in MENTIONS.items():
        found += [
            Mention(kind, m.start(), m.end(), m)
            for m in compiled(rf"(?<![a-z])(?:{pattern})").finditer(shown)
            if m[0].strip()
        ]
    order = list(MENTIONS)
    found.sort(key=lambda one: (one.start, -one.end, order.index(one.kind)))
    kept: list[Mention] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    kept = _blocks(kept, shown)
    _spread(kept, shown)
    return kept


_INSIDE = re.compile(
    r"\s*(?:\(|:|that each|which each|each|each of which|that|which|made of|consisting of|with)[^.;]*?(?:added "
    r"(?:back )?to (?:their|its|"
    r"the) inputs?|skip connections?(?: around (?:it|them))?|加回输入)\s*\)?"
)


def _blocks(kept: list[Mention], shown: str) -> list[Mention]:
    """What is named inside of a block is part of it: "two blocks (dense, norm, relu, dense, added to the input)"."""
    out: list[Mention] = []
    for one in kept:
        if out and one.start < out[-1].inside:
            continue
        if out and out[-1].kind == "parallel" and one.kind == "conv":
            between = shown[out[-1].end : one.start]
            if not re.search(r"\bthen\b|->|→|[.;]|然后", between):
                out[-1].inside = one.end  # "parallel 3x3, 5x5 and 7x7 convolutions"
                continue
        if one.kind == "residual" and (inside := _INSIDE.match(shown, one.end)) is not None:
            one.inside = inside.end()
        out.append(one)
    return out


_LEADS = re.compile(r"->|→|then|followed|最后|接着|然后|再|后接")
"""What parts and belongs to what comes after it."""
_EACH = re.compile(
    r"(?<!after )(?<!on )(?<!in )(?<!for )(?<!of )"
    r"(?:(?:\beach|\bevery|\bboth|\ball)(?: (?:of (?:them|which|these|those)|one|layers?|convs?|convolutions?))?(?: "
    r"is| are)?|"
    r"每(?:个|层)(?:都|之?后)*)\s*$"
)


def _attribute(shown: str, gap: re.Match[str], end: int) -> bool:
    """Whether what follows a "with" tells of what is before it: "dropout with p = 0.5 between the hidden layers"."""
    return gap[0] in {"with", "using"} and _ATTRIBUTE.fullmatch(shown, gap.end(), end) is not None


def _spread(kept: list[Mention], shown: str) -> None:
    """Parts the request among what it names: before each, at the last sign or word that parts."""
    lists = [match.span() for match in re.finditer(_LISTED, shown)]
    for index, one in enumerate(kept):
        one.begins = 0 if index == 0 else kept[index - 1].ends
        if index + 1 == len(kept):
            one.ends = len(shown)
            continue
        after = kept[index + 1].start
        told = max(one.end, one.inside)
        gaps = [
            m for m in _APART.finditer(shown, told, after) if not any(a < m.start() and m.end() <= b for a, b in lists)
        ]
        gaps = [m for m in gaps if not _attribute(shown, m, after)]
        if not gaps:
            one.ends = after
            continue
        leads = _LEADS.fullmatch(gaps[-1][0]) is not None
        one.ends = gaps[-1].start() if leads else gaps[-1].end()
        if leads and (each := _EACH.search(shown, told, one.ends)) is not None:
            one.ends = each.start()  # "..., each followed by": of what follows
