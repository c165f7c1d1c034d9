"""The words of a policy's parts, of what is said of them, and of what stands between the two; English and Chinese."""

from __future__ import annotations

from copilot.codegen.authoring.ask import NUM

_THING = (
    r"(?:heads?|networks?|nets?|mlps?|body|bodies|trunks?|towers?|branch(?:es)?|torsos?|parts?|sides?|layers(?! ?norm))"
)
_BODY = r"(?:heads|networks|nets|mlps|bodies|trunks|towers|branches|torsos|streams)"
_OF = r"(?:(?: for| of)(?: the)? actor and(?: the)? critic)?"
NAMES: dict[str, str] = {
    "both": rf"(?:(?:separate|own|independent|distinct|unshared|individual|different|two|both)(?: and|,)? "
            rf"?)+(?:actor(?: and |"
            rf"[/-])critic )?{_BODY}{_OF}|\b(?:heads|streams)\b|both(?: of them)?|(?<=, )each(?= (?:with|has|having|of)\b)|"
            rf"(?:each|every) (?:network|head|stream|of (?:them|the "
            rf"two)|net|one)|(?:the )?two (?:networks|mlps|streams|nets|heads)|all networks|两个(?:独立的?)?(?:网络|头|流)|"
            rf"(?:独立的?)?(?:演员|actor)(?:和|与|、)(?:评论家|critic)(?:网络)?(?=各|均|都|，各)|各自(?:的网络)?|"
            rf"每个(?:流|网络|头)|两边|二者|两者",
    "trunk": r"(?:shared|common|joint) (?:trunk|body|torso|hidden layers?|layers?|network|net|mlp|base|part)|(?<!separate )"
             r"(?:trunk|torso)(?!s)|(?:they |both )?shar(?:e|es|ing)(?= (?:an?|one|two|three|the first|\d|hidden)\b)|"
             r"共享(?:的)?(?:主干(?:网络)?|网络|层|隐藏层)?|主干(?:网络)?|前面的隐藏层|共用(?:的)?(?:层|网络|主干)",
    "value": r"value (?:and advantage )?(?:streams?|branch|part)|(?:state[- ])?value (?:branch|head|"
             r"stream)(?=[^.;]*advantage)|"
             r"(?<=advantage and )value(?= streams?)|价值流|v 流|价值分支",
    "advantage": r"advantage (?:streams?|branch|head|part)|优势流|a 流|优势分支",
    "actor": rf"(?:演员|actor|策略)\s*(?:网络|头|部分)(?![的：]?(?:策略|模块))|actors?(?![- "
             rf"]critics?(?![a-z]))(?:'s)?(?: {_THING})?(?! "
             rf"(?:and|or|/) critics? (?:learning|lr))|(?:policy|pi) {_THING}|(?<![a-z])pi(?=\s*[:=])|"
             r"演员",
    "critic": rf"(?:评论家|critic|价值)\s*(?:网络|头|函数|部分)|(?:(?:both|two|twin|double|the|its|each|every) "
              rf")*(?:critics?|q-?functions?)(?:'s)?(?: {_THING})?|"
              rf"(?:value|vf) (?:{_THING}|functions?|estimators?)|(?<![a-z])vf(?=\s*[:=])|q-?networks?(?= (?:of|"
              rf"with|has|have))|"
              r"评论家",
    "net": r"(?:(?:whole|main|deep|underlying|q-?|hidden) ?)?(?:networks?|nets?|mlps?|multi-?layer "
           r"perceptrons?)(?![-a-z])|q ?网络|网络",
}  # fmt: skip
FUNCTION = (
    r"(?<![a-z])(?P<f>leaky[ _-]?relu|gelu|selu|elu|silu|swish|mish|tanh|sigmoid|softplus|relu)s?(?![a-z])"
    r"(?: (?:activations?|non-?linearit(?:y|ies)|units)(?: functions?)?)?"
)
RATE = r"(?:learning[ -]?rates?|(?<![a-z])lrs?|step sizes?|学习率)"
MARKS: dict[str, str] = {
    "linear": r"(?:is |be |are )?(?:purely |a |just |only )*linear (?:heads?|readouts?|maps?|layers? only)(?: "
              r"directly)?(?: on "
              r"(?:top of )?the features)?|(?:to be|is|be|are) (?:just |purely )?linear(?![a-z])|(?:has |with "
              r")?(?:no|without "
              r"(?:any )?) ?hidden layers?(?: whatsoever| at all)?|(?:an? )?(?:purely )?linear(?= (?:actor|critic|"
              r"policy|value))|(?:just )?one linear layer only|just a linear "
              r"layer|没有隐藏层|"
              r"不带隐藏层|无隐藏层|线性(?:头|层)(?:即可)?",
    "norm": r"(?P<no>(?:no|without|with no|not use|没有|不加|不用|不带)\s*(?:any )?)?(?:pre-?|with |a |use "
            r")?(?:layer[ -]?norm(?:ali[sz]"
            r"ation|s|ed|ing)?|层归一化|layernorm|(?<![a-z])ln(?![a-z]))"
            r"(?: (?:after|before|in|on|between) (?:each|every|all|the)(?: of)?(?: (?:the|its|their|hidden|linear|"
            r"dense))*(?: "
            r"(?:layers?|activations?|relu|linear))(?: (?:and )?before (?:the )?(?:relu|activation))?)?",
    "dropout": rf"drop-?out(?:(?:\s|,|:|=|\()*(?:layers?|rate|probability|prob|with|of|at|p|a|is|after each layer|"
               rf"everywhere|"
               rf"率|概率|为|=|取))*[\s:=(]*(?P<d>{NUM})?(?:\s*\))?|随机失活(?:率|概率)?(?:\s|为|是|=|取)*(?P<e>{NUM})?",
    "spectral": r"spectral(?:ly)?[ -]norm\w*|谱归一化",
    "rate": rf"{RATE}(?:\s|=|:|of|is|为|是|at|用|an?|取|set|to)*(?P<r>{NUM})|(?:learns?|trained|updated|rate)(?: "
            rf"(?:at|with|of|by))+"
            rf"(?: an?)?(?: (?:rate|lr))?(?: of)? (?P<s>{NUM})|(?P<t>(?<![\w.])(?:\d(?:\.\d+)?e-\d+|0?\.00\d+))(?: "
            rf"(?:as )?{RATE})?",
    "same": r"(?:is |are |has |have |gets |does )?(?:(?:exactly )?the same(?: for| as)?|likewise|identical|ditto|"
            r"as well|too|alike)(?![a-z])|同样|相同|一样",
    "double": r"(?:is |are |be )?(?:twice|double)(?: as (?:wide|large|big)|(?: the)? (?:width|size|units)(?: "
              r"of)?)(?: as)?|(?:是.{0,6}的)?两倍宽?|宽一倍",
    "half": r"(?:is |are |be )?half (?:as (?:wide|large|big)|(?:the )?(?:width|size))(?: as| of)?",
    "neg": r"(?:but )?(?:does not|do not|has none|have none|gets none|none)(?![a-z])|(?:but )?not(?= (?:in|on|for|"
           r"the|to))|不加|不用|没有",
}  # fmt: skip
IN = (
    r"\s*[)）]?(?:\s*(?:,\s*)?(?:each|activations?|units|both|only|wide|layers?|之|的))*\s*(?:\((?:the |for the |"
    r"in the |for |in )?|(?:for|in|on|inside|within|"
    r"throughout|to|as|of the|of both|at)\s+(?:(?:the|its|their|each|an?|only)\s+)*)"
)
BINDS = (
    r"(?:\s|:|：|=|\(|（|\[|,\s*each|of|with|has|have|having|uses?|using|gets?|is|are|be|being|to|at|the|an?|each|"
    r"both|that|"
    r"just|only|是|为|用|采用|有|各|都|均|的|取|宽度|各自|使用)*"
)
EVERY = (
    r"(?:\s*(?:activations?|functions?|layers?|units))*\s*\(?(?:everywhere|throughout|in all(?: the| of the| "
    r"hidden)? (?:layers|networks|parts)|in (?:every|each) "
    r"(?:hidden )?layer|all over|in all|for (?:all|everything)|in both|as (?:the |an? )?(?:activation|"
    r"non-?linearity)|in the hidden layers)"
)
