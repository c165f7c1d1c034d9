"""The words of operations on state vectors, and of those on states and images."""

from __future__ import annotations

from copilot.codegen.authoring.augmentation.spoken import ANOTHER, BATCH, ENTRY, THING, Spoken

VECTOR = tuple(
    Spoken(op, words, kinds, true)  # type: ignore[arg-type]
    for op, words, kinds, true in (
    ("delay", r"(?:delay\w*|lag\w*|latency)(?: (?:of )?(?:the )?(?:stack(?:ed)? )?(?:states?|observations?|stack|readings?|"
    r"measurements?|sensors?))?|(?:stale|late|outdated) (?:states?|readings?|observations?)|(?:传感器|观测)?(?:延迟|滞后)",
    "v", r"latency|lag|late|stack(?:ed|s)?|older|oldest(?: first)?|堆叠|传感器"),
    ("negate", (
        rf"(?:multipl\w+ (?:it |them |the \w+ |by )*(?:by )?(?:-1|minus one)|negat(?:e|es|ed|ing|ion)|(?:flip|invert|"
        rf"revers|chang|switch|swap)\w*(?: of)? (?:the |its |their |all )?signs?|sign[- ]?(?:flip|chang|revers)\w*|(?:flip|"
        rf"mirror)(?:s|ed|ped|ing|ping)?)(?: of (?:the )?(?:{ENTRY}|whole (?:state|vector)|states?|vectors?))?|"
        r"(?:乘以|乘上) ?-1|取(?:反|负)|符号(?:翻转|取反)|镜像"
    ), "v", r"mirror\w*|signs?|multipl\w+(?: by)?|-1|in all of its dim\w*|all (?:of )?(?:its |the )?(?:dim\w*|entries|"
    r"numbers|components)|symmetr\w*|regulari[sz]er|minus|whole (?:state|vector)|对称|符号"),
    ("exchange", (
        rf"swap[- ]?noise|(?:(?:swap|exchang|replac)\w* )?(?:(?:each|every|some|single|random|the|of) )*{ENTRY} (?:(?:is|"
        rf"are|gets?) (?:replaced|swapped|exchanged) )?(?:by|with|for|from) (?:(?:that|those|the same|the corresponding|"
        rf"one|the) )*(?:{ENTRY} )?(?:of|from|in)? ?{ANOTHER}{THING}{BATCH}?|(?:每个)?(?:分量|维度|元素|数)(?:换成|"
        rf"替换为)(?:同一?批次?|"
        rf"批次?)?(?:中|内|里)?(?:的)?(?:另一|其他)(?:个)?(?:样本|状态)(?:的)?(?:对应)?(?:分量|值|元素)?"
    ), "v", rf"{ANOTHER}{THING}{BATCH}|{BATCH}|same|corresponding|other states?|批次?"),
    ("swap", rf"(?:swap\w*|exchang\w*|transpos\w*)(?: (?:of )?(?:the )?(?:{ENTRY} )?)?(?=[^.;]*\d)|(?:交换|互换)", "v",
    r"each other|with|places?|positions?|left|right|mirror\w*|pairs?|symmetr\w*"),
    ("shuffle_entries", rf"(?:random(?:ly)? ?)?(?:shuffl|permut|scrambl|reorder)\w*(?: (?:of )?(?:the |all )?(?:order of "
    rf")?(?:the )?(?:{ENTRY}))?|(?:打乱|置换|重排)(?:状态)?(?:的)?(?:各)?(?:维度?|分量|元素|数)?(?:的)?(?:顺序)?", "v",
    r"order|permutations?|places|顺序"),
    ("speckle", (
        r"(?:multiplicative|relative|proportional) (?:gaussian |normal )?noise|noise (?:that is |which is )?(?:(?:in "
        r")?proportion(?:al|ate)?|relative) to (?:the |its |their |each |every )?(?:value|size|magnitude|number|entry|"
        r"absolute value|signal|amplitude)\w*(?: of (?:the |each )?\w+)?\b(?!:)|speckle(?: noise)?|"
        r"(?:乘性|相对|成比例的?)(?:高斯)?噪声"
    ), "iv", r"proportion\w*|relative|multiplicative|multipl\w+|gaussian|normal|deviation|magnitudes?|values?|高斯|比例"),
    ("scale_each", (
        r"(?:multipl|scal)\w+ (?:each|every) (?:number|dimension|element|entry|feature|component|coordinate)s?(?: of "
        r"(?:the|a) "
        r"(?:state|vector|observation))?(?: by (?:a |an )?(?:random ?)?(?:factor|number)? ?(?:of its own|independent\w*)?)?|"
        r"(?:element|dimension|feature|entry|component)-?wise (?:random ?)?(?:scal|multipl)\w+|x ?\* ?\(1 ?\+ ?(?=u\()|"
        r"(?:noise|sensor noise) proportional to (?:the |its )?(?:value|size)(?=:)|(?:每个|各个?)(?:数|维度|维|分量|元素|"
        r"特征)(?:都)?(?:各自)?(?:独立地?)?(?:乘以|缩放|乘)|"
        r"逐(?:元素|维)(?:地)?(?:随机)?(?:缩放|乘以)|(?:sensor )?(?:gain|scale|calibration) errors?|gain noise"
    ), "v", r"sensor noise|proportional to the value|own|factors?|(?:x ?\* ?)?\(?1 ?\+(?: ?u)?|sensors?|per (?:component|"
    r"dimension|entry|number)|independent\w*|各自|传感器"),
    ("quantize", r"quanti[sz]\w+(?: (?:all |each |every |the )*(?:states?|numbers?|values?|entries|readings?|dimensions?|"
    r"observations?))?|(?:round(?:s|ed|ing)?|discreti[sz]\w+)(?: (?:all |each |every |the )*(?:states?|numbers?|values?|"
    r"entries|readings?|dimensions?|observations?))?(?: (?:to|into))?|(?:coarse|low[- ]resolution) sensors?|量化|取整|舍入|"
    r"离散化", "v", r"resolution|multiples?(?: of)?|nearest|steps?|grid|sensors?|步长|最近的|倍数|精度"),
    ("clip", r"(?:clipp?|clamp)\w*(?: (?:(?:each|every|all|the|of) )*(?:states?|numbers?|values?|entries|vectors?|"
    r"dimensions?|observations?|it|them))*|(?:裁剪|截断|限制)(?:状态|数值|观测)?", "v", r"bounds?|limits?|within|之间|范围"),
    ("mask_block", r"(?:mask\w*|drop\w*|zero\w*(?: out)?|hid\w*|blank\w*) (?:an? |one |random |whole )*(?:contiguous|"
    r"consecutive|adjacent|connected|neighbou?ring) (?:block|run|span|window|range|group|segment|stretch|chunk)?s?(?: "
    r"?of)?|(?:block|span|chunk)[- ]?mask\w*|(?:连续|相邻)(?:的)?(?:一段|几个|若干)?", "v", rf"blocks?|runs?|spans?|"
    rf"windows?|contiguous|consecutive|adjacent|zeros?|zeroed|mask\w*|set to zero|{ENTRY}|置零|遮蔽|掩码|丢弃|维|数"),
    ("mask_some", (
        rf"(?:mask\w*|drop\w*|zero\w*(?: out)?|hid\w*|blank\w*(?: out)?|los\w+|remov\w*|delet\w+) (?:out )?(?:exactly |"
        rf"always |precisely )?(?P<count>(?:one|two|three|four|five|six|\d+))(?: out)? (?:random(?:ly)? ?)?(?:chosen |"
        rf"picked |selected )?(?:of (?:the |its )?)?{ENTRY}|"
        rf"(?:exactly |always )(?P<count_2>(?:one|two|three|four|five|six|\d+))(?: random(?:ly)?)?(?: chosen| picked)? "
        rf"{ENTRY} (?:(?:is|are) )?(?:mask\w*|drop\w*|zero\w*|set)|(?:随机)?(?:置零|丢弃|遮蔽|"
        rf"屏蔽)(?:其中)?(?P<count_3>[一两二三四五六]|"
        rf"\d+) ?个(?:随机)?(?:维度?|分量|元素|数|特征)|"
        rf"(?:set|put|turn\w*) (?:exactly )?(?P<count_4>(?:one|two|three|four|five|six|\d+)) (?:of (?:the |its )?)?"
        rf"(?:random(?:ly)? ?)?(?:chosen |picked |selected )?{ENTRY}(?= (?:to |at )?(?:zero|0))|"
        rf"(?:随机)?(?:把|将)(?:其中)?(?P<count_5>[一两二三四五六]|\d+) ?个(?:随机)?(?:的)?(?:维度?|分量|元素|数|特征)"
        rf"(?:设|置)(?:为|成)?(?:零|0)"
    ), "v", rf"zeros?|(?:is |are )?(?:set )?to (?:zero|0)|(?:设|置)(?:为|成)?(?:零|0)|random(?:ly)?|chosen|{ENTRY}|维|数"),
    )
)  # fmt: skip
BOTH = tuple(
    Spoken(op, words, kinds, true)  # type: ignore[arg-type]
    for op, words, kinds, true in (
    ("laplace_noise", r"laplac\w+(?: (?:distributed )?noise)?|noise (?:drawn )?from (?:a )?laplac\w+(?: distribution)?|"
    r"拉普拉斯噪声", "iv", r"distribution|heavy[- ]tailed|tails"),
    ("uniform_noise", r"(?:random ?)?uniform(?:ly)?[- ](?:distributed |random )?noise|noise (?:that is |which is "
    r")?(?:drawn |sampled )?(?:from (?:a )?)?uniform(?:ly)?(?: distribution)?|(?:x ?)?(?<!1)(?<!1 )\+ ?(?=u\()|"
    r"均匀(?:分布)?(?:的)?噪声", "iv", r"drawn|distributed|distribution|every (?:number|entry|pixel)|each (?:number|entry|"
    r"pixel|dimension)|均匀"),
    ("offset_each", (
        rf"(?:(?:constant |random |sensor |calibration )*(?:offset|bias|drift)(?:s|es)?)(?: (?:is |are )?(?:drawn |added "
        rf")?(?:independently )?)?(?: ?(?:for|to|in|per|of) (?:each|every|single|all) (?:single )?(?:{ENTRY}|sensors?))|"
        rf"(?:each|every) (?:{ENTRY}|sensor) (?:has|gets|receives) (?:its|an) own (?:random |constant )*(?:offset|bias)|"
        rf"sensor bias(?:es)?|(?:每个|各)(?:维度?|分量|传感器)(?:各自)?(?:的)?(?:加上?)?(?:一个)?(?:随机)?(?:偏移|偏置)"
    ), "v", r"own|independent\w*|sensors?|constant|各自"),
    ("offset", r"(?:(?:random|constant|common|shared|single|same|one|global|sensor) )*(?:offsets?|bias(?:es)?|drifts?)(?: "
    r"(?:per|for(?: each)?|of(?: each)?) (?:samples?|states?|images?|observations?))?|偏移|偏置", "v", r"constant|(?:the "
    r")?same (?:for|in|to) (?:all|every) (?:dim\w*|numbers?|entries|components?|entry)|shared|one|common|normal|gaussian|"
    r"added"),
    ("noise", r"(?:(?:small|random|additive|some|white|gaussian|normal|sensor|measurement|pixel|i\.?i\.?d\.?|independent|"
    r"zero-?mean|mean-?zero|little|camera) )*(?:noise|jitter(?:s|ing|ed)?)|(?:x ?)?(?<!1)(?<!1 )\+ ?(?=n\()|高斯噪声|噪声|"
    r"噪音|加噪", "iv", (
        r"gaussian|normal(?:ly distributed)?|zero[- ]?mean|mean[- ]?zero|with (?:a )?mean (?:of )?(?:zero|0)|additive|"
        r"i\.?i\.?d\.?|independent(?:ly)?(?: (?:for|per|in|of) (?:each|every)? ?(?:pixels?|numbers?|entr(?:y|ies)|"
        r"dimensions?|components?|channels?))?|white|每个像素|每维|高斯|正态|sensors?|distribution"
    )),
    ("mask", (
        r"(?:random(?:ly)? ?)?(?:(?:feature|state|input|pixel|observation|sensor)[ -])?(?:mask(?:s|ed|ing)?|drop(?:s|ping|"
        r"ped)?(?:[ -]?outs?)?|(?:is |are |be |gets? )?sets? (?:(?:each|every|some|"
        r"single|the|random|of) )*(?:numbers?|pixels?|dimensions?|features?|entries|entry|coordinates?|components?|them|"
        r"it)? ?(?:to|at) (?:zero|0)|zero(?:s(?= (?:out|each|every|the|some|random|single))|es|ed|"
        r"ing)?(?:[ -]out)?|los(?:es?|t|ing)|fail(?:s|ed|ing)?|hid(?:es?|den|ing))(?: (?:out )?(?:some |each |every |the |"
        r"single |random |of |individual )*(?:pixels?|dimensions?|"
        r"features?|entries|entry|numbers|coordinates|components?|sensors?|readings?))?|(?:随机)?(?:掩码|掩盖|遮蔽|置零|"
        r"置为零|设为 ?0|"
        r"设为零|丢弃|变为 ?0|归零|置0)"
    ), "iv", (
        r"(?:the )?others?(?: (?:are|is) left)?(?: (?:untouched|alone|as (?:they are|it is)|unchanged))?|(?:is |are )?set "
        r"to (?:zero|0)|to (?:zero|0)|zeros?|no rescal\w*|without rescal\w*|not rescal\w*|no scal\w*|independent(?:ly)?(?: "
        r"of (?:the )?others?)?|untouched|"
        r"(?:all )?(?:the )?rest (?:stays?|is|are)(?: (?:as (?:it is|they are)|unchanged|untouched))?|bernoulli|rate|"
        r"sensors?|其余不变|独立|其他不变|drop-?out"
    )),
    ("scale", (
        r"(?:random(?:ly)? ?)?(?:amplitude[ -])?(?:scal(?:e|es|ed|ing)|multipl(?:y|ies|ied|ying|ication)|rescal(?:e|es|ed|"
        r"ing)|gain)(?: (?:the |each |every |all )*(?:whole |entire )?(?:states?|vectors?|observations?|images?|it|them))?|"
        r"(?:随机)?(?:幅度)?(?:缩放|乘以)"
    ), "iv", r"amplitude|factors?|one (?:factor|number)(?: (?:for|per) (?:each |every |the |all )?(?:\w+ )?(?:states?|"
    r"samples?|dimensions?|entries|numbers|images?))?|same factor|因子|系数|同一个?"),
    )
)  # fmt: skip
