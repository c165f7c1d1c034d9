"""The words that operations of augmentations are called by, English and Chinese, and what is true of each."""

from __future__ import annotations

from copilot.codegen.authoring.augmentation.spoken import ANOTHER, BATCH, BOX, THING, Spoken
from copilot.codegen.authoring.augmentation.words_state import BOTH, VECTOR

IMAGE = tuple(
    Spoken(op, words, kinds, true)  # type: ignore[arg-type]
    for op, words, kinds, true in (
    ("cutmix", (
        rf"cut-?mix|(?:past(?:e|es|ing)|cop(?:y|ies|ying)|replac\w+|fill\w*|insert\w*|swap\w*) (?:an? |the |one |some "
        rf")?(?:random ?)?{BOX}"
        rf"(?: (?:of|in) (?:each|every|the|an) (?:image|observation))?(?: (?:from|of|with|by|cut from)(?: the same place "
        rf"in| that of)?) {ANOTHER}{THING}{BATCH}?|"
        r"(?:把)?(?:随机)?(?:矩形|方块|区域)(?:区域)?(?:换成|替换为|粘贴)(?:同一?批次?|批次?)?(?:中|内|里)?(?:的)?(?:另一|"
        r"其他)(?:张|个)?(?:图像|图片|样本)(?:的内容|"
        r"的同一位置)?"
    ), "i", rf"past\w*|{BOX}|rectangular|content|same (?:place|position|location)|{ANOTHER}{THING}{BATCH}|{BATCH}|"
    rf"another|other images?|cut-?outs?(?: but)?|area|sides?"),
    ("erase", (
        rf"random(?:ly)? eras(?:ing|es?)(?= (?:with|by|to) (?:random ?)?noise)|(?:replac|fill|overwrit)\w* (?:a |one |some "
        rf"|each )?"
        rf"(?:random ?)?{BOX}(?: (?:of|in) (?:the |each )?image)? (?:with|by) (?:(?:random|uniform|white) )*(?:noise|"
        rf"numbers|values)|"
        r"(?:矩形|方块|区域|方形)+(?:区域)?(?:换成|替换为|填充为?|改为)(?:随机)?噪声(?:\(随机擦除\))?"
    ), "i", rf"random(?:ly)? eras\w+|{BOX}|随机擦除|矩形|区域|边长"),
    ("mix", (
        rf"mix-?up|(?:mix(?:es|ing|ed)?|blend(?:s|ing|ed)?|interpolat\w+|average[sd]?|combin\w+)(?: (?:each|every|the|an?|"
        rf"one|in))?{THING}"
        rf" (?:with|and) {ANOTHER}{THING}{BATCH}?|"
        rf"(?:overlay\w*|blend\w*|mix\w*)(?: in)?(?: of)? (?:a )?{ANOTHER}{THING}{BATCH}|"
        r"与(?:同一?批次|批次|批内)?(?:中|内)?(?:的)?(?:另一|随机)(?:张|个)?(?:图像|样本|状态)?(?:线性)?(?:混合|插值)|"
        r"混合(?:增强)?\(mixup\)"
    ), "iv", (
        r"random overlay|overlay|lambda|λ|convex combination|linear(?:ly)?|original|(?:of )?the other(?: one)?|mixing|"
        r"weights?|线性|权重|"
        rf"{BATCH}|{ANOTHER}{THING}"
    )),
    ("spectrum", (
        r"(?:in the )?(?:frequency (?:domain|space)|fourier (?:spectrum|domain|space|amplitudes?|magnitudes?)|spectrum|"
        r"spectral (?:amplitudes?|magnitudes?))|频(?:率)?域|(?:傅里叶|频)谱|幅度谱"
    ), "i", r"domain|amplitudes?|magnitudes?|spectrum|phases? (?:stays?|is kept|unchanged|are kept)|fourier|fft|幅度|"
    r"相位不变"),
    ("frame_hold", (
        r"frames?(?: (?:that|which) (?:is|are) \w+)? (?:is|are|gets?) (?:replaced|substituted|overwritten)(?: (?:by|"
        r"with))(?: the)? "
        r"(?:(?:frame|one)(?: (?:right|just|directly))? before(?: (?:it|them))?|(?:previous|preceding)(?: (?:one|frame))?)|"
        r"(?:replac\w+|repeat\w*|substitut\w+|overwrit\w+|hold\w*|freez\w+) (?:some |random |each |every |single |all |the "
        r"|later |individual |a )*(?:rgb |gr[ae]y )?frames?(?:[^.;\d]*?(?:by|with|before|previous|preceding|one|last|prior|"
        r"original)[^.;,\d]*?(?:frame|one|it)(?: (?:right |just |directly |immediately )?before(?: it)?)?)?|"
        r"frame[- ](?:repeat\w*|hold\w*|freez\w+|repetition)|(?:frozen|repeated|stale|duplicated) frames?|duplicat\w+ "
        r"(?:some |random )?frames?|"
        r"(?:重复|冻结)(?:某些|随机)?(?:一)?帧|帧(?:重复|冻结)|(?:用|替换为|换成)(?:它|其)?(?:的)?(?:前|上)一(?:帧|"
        r"张)(?:代替|替换)?"
    ), "i", (
        r"(?:the )?(?:original )?(?:frame|one)(?: (?:right|just|directly|immediately))? before(?: it| them)?|(?:the "
        r")?(?:previous|preceding|original)(?: one| frame)?|"
        r"rgb|gr[ae]y(?:scale)?|stack(?:ed|s)?|drop\w* frames|frames? (?:is|are|get) (?:dropped|lost)|by|camera drops "
        r"frames|all (?:three|its) channels together|"
        r"(?:the )?first(?: frame| one)?(?: (?:has none(?: before it)?|never changes|stays(?: as it is)?|is kept))?|every "
        r"frame(?: except)?|原来的|堆叠|前一帧"
    )),
    ("frame_shuffle", (
        r"(?:shuffl\w+|permut\w+|reorder\w*|scrambl\w+)(?: (?:of )?(?:the )?(?:order (?:of )?)?(?:the )?)?(?:stacked "
        r")?frames?(?: order| of (?:the |a )?stack)?|frame[- ](?:shuffl\w+|permut\w+)|"
        r"(?:打乱|置换)(?:堆叠)?(?:的)?帧(?:的)?(?:顺序)?|帧(?:顺序)?(?:打乱|置换)"
    ), "i", r"order|stack(?:ed)?|time|temporal|顺序|堆叠"),
    ("frame_delay", (
        r"(?:delay\w*|lag\w*|latency)(?: (?:of )?(?:the )?(?:stack(?:ed)? )?(?:frames?|images?|observations?|stack))?|"
        r"(?:late|stale|older) (?:frames|images)|(?:图像|画面|帧)?(?:延迟|滞后)"
    ), "i", r"latency|lag|late|stack(?:ed)?|old(?:er)? frames?|oldest|repeat\w*|堆叠|更早的帧"),
    ("frame_drop", (
        r"(?:drop(?:s|ping|ped)?|blank(?:s|ing|ed)?(?: out)?|black(?:s|ing|en\w*|ed)?(?: out)?|zero(?:es|ing|ed)?(?: out)?|"
        r"los(?:e|es|ing|t)|remov\w+|mask(?:s|ing|ed)?|hid\w+) "
        r"(?:(?:some|random(?:ly)?|each|every|single|whole|entire|all|the|of|individual|a|an|one|or|more|older|past|"
        r"complete|stacked|rgb) )*frames?|frame[- ](?:dropp?(?:ing|out)?|dropout|mask\w*|loss)|"
        r"(?:丢弃|丢失|遮挡|置黑|掩盖)(?:整|随机|某些|一)*帧|(?:随机)?丢帧"
    ), "i", r"black|zeros?|stack(?:ed|s)?|whole|entire|set to (?:zero|0)|grey|黑|堆叠|整帧"),
    ("gamma", r"(?:random ?)?gamma(?:[ -](?:corrections?|transform\w*|jitter|augment\w*))?|伽马(?:校正|变换|矫正)?", "i",
    r"exponents?|power|指数|images?\^gamma"),
    ("hue", r"(?:random(?:ly)? ?)?(?:rotat\w+ |shift\w* |chang\w+ |jitter\w* |turn\w* |perturb\w* |var\w+ )?(?:the "
    r")?hues?(?: (?:rotation|shift|jitter|turns?|changes?))?|色调(?!分离)|色相", "i", r"colou?rs?|turns?|circle|hsv|(?:of "
    r")?the (?:colou?r )?(?:wheel|circle)|颜色"),
    ("grayscale", r"(?:random(?:ly)? ?)?(?:convert\w* |turn\w* |mak\w+ |chang\w+ )?(?:(?:it|them|the image|images?|"
    r"frames?) )?(?:in)?(?:to )?(?:gr[ae]y-?(?:scale|ing)?s?|black[- ]and[- ]white)(?! (?:box|rect|square|patch|noise|"
    r"stack|frame|level|value))|灰度(?:化|图)?", "i", r"colou?rs?|luminance|convert\w*|three channels|equal|"
    r"conversions?(?: to)?|转为|转换"),
    ("saturation", r"(?:random(?:ly)? ?)?(?:chang\w+ |var\w+ |adjust\w* |jitter\w* |scal\w+ )?(?:the )?(?:colou?r "
    r")?(?:saturation|desaturat\w+)(?: jitter| changes?)?|饱和度", "i", r"colou?rs?|颜色"),
    ("salt_pepper", r"(?:random ?)?(?:salt[ -]?(?:and|&|n|'n')?[ -]?pepper|impulse)(?: noise)?|(?:dead|stuck|hot) pixels?|"
    r"椒盐(?:噪声)?|坏点", "i", (
        r"(?:(?:all|fully|completely|pure) )?(?:black|white)(?:,? (?:or|and) (?:black|white))?|all (?:the )?channels(?: of "
        r"(?:a|the|each) (?:same )?pixel)?(?: (?:change |are changed |flip )?together| alike)?|"
        r"in all (?:of its |its )?channels|half (?:of them |of these )?(?:black|white|to (?:0|255|1))|(?:the )?(?:other|"
        r"rest|others?) half|half|0 (?:or|and) (?:255|1)|equally (?:likely|often)|"
        r"一半(?:变成|设为)?(?:全)?(?:黑|白)色?|全?(?:黑|白)|同一像素的?所有通道(?:一起|同时)?变?|所有通道|一半|通道|选|像素"
    )),
    ("solarize", r"solari[sz]\w+|(?:invert|negat)\w* (?:all |the |only |those )*pixels? (?:that are |which are |with (?:a "
    r")?values? )?(?:above|brighter|over|greater|larger)|曝光反转|过曝反转", "i", r"pixels?|thresholds?|above|brighter|"
    r"than|invert\w*|values?|阈值"),
    ("posterize", r"posteri[sz]\w+|(?:quanti[sz]|reduc)\w*(?: (?:the )?(?:number of )?(?:colou?rs?|pixels?|values|bit "
    r"depth|grey levels?|pixel values))|(?:quanti[sz]|reduc)\w* to (?=\d+ bits?\b)|"
    r"色调分离|量化", "i", r"levels?|bits?|per channel|colou?rs?|bit depth|depth|级|位|"
    r"颜色|灰度级"),
    ("shuffle_channels", (
        r"(?:random(?:ly)? ?)?(?:permut|shuffl|reorder|swap|scrambl)\w*(?: (?:of )?(?:the )?(?:(?:rgb|colou?r|three|3) "
        r")*channels?)?(?= |$|[.,;])(?! (?:the |of the )?(?:order|frames?|patch|tile|entr|dim))|(?:(?:rgb|colou?r) "
        r")?channel[ -](?:shuffl|permut|swap)\w+|"
        r"(?:随机)?(?:打乱|置换|交换)(?:颜色|RGB|rgb)?(?:的)?通道|(?:颜色|rgb)?通道(?:顺序)?(?:打乱|置换|重排)"
    ), "i", r"rgb|stacks?|colou?rs?|channels?|order|same permutation(?: for)?|permutations?|通道|顺序"),
    ("jigsaw", r"jigsaw|(?:shuffl|permut|swap|scrambl)\w*(?: (?:the |its |image |random |of )*)(?:patch(?:es)?|tiles?|"
    r"blocks?|quadrants?|grid cells?)|patch[- ](?:shuffl|swap)\w*|拼图|打乱(?:图像)?(?:块|小块|分块)", "i", r"grid|tiles?|"
    r"patch(?:es)?|puzzle|order|cells?|blocks?|cut into|split into|网格|块"),
    ("channel_scale", r"(?:multipl\w+|scal\w+) (?:each|every|the|all)?(?: of the)? ?(?:(?:rgb|colou?r|three) "
    r")*channels?(?: (?:independently|separately|by (?:its own|an own|a random|different)))?(?: (?:random ?)?(?:factors?|"
    r"gains?))?|(?:colou?r (?:temperature|cast|gain|balance)|tints?|white balance)(?: jitter| changes?)?|channel[- "
    r"](?:gain|scal)\w*|(?:每个)?(?:颜色)?通道(?:各自|独立)?(?:乘以|缩放)|色温|白平衡", "i", r"rgb|colou?rs?|channels?|"
    r"gains?|own|factors?|颜色|通道|各自"),
    ("channel_offset", r"rgb[- ]?shift|(?:channel[- ]?wise|per[- ]channel|colou?r) (?:random ?)?(?:offset|bias|shift)(?:es|"
    r"s)?|(?:random ?)?(?:offset|bias)(?:es|s)? (?:of|for|in|to) (?:each|every) (?:colou?r )?channel|(?:shift\w*|offset\w*|"
    r"add\w*) (?:(?:each|every|the|of|rgb|colou?r|a random (?:value|number|offset) to (?:each|every)) )*channels?(?: "
    r"(?:independently|separately))?|channel[- ](?:shift|offset)\w*|(?:每个)?(?:颜色)?通道(?:各自|独立)?(?:偏移|加)", "i",
    r"rgb|colou?rs?|channels?|own|offset|颜色|通道|各自"),
    ("perspective", r"(?:random ?)?perspective(?: (?:transform\w*|warp\w*|distort\w*|change))?|透视(?:变换)?", "i",
    r"tilt\w*|slant\w*|camera angle|distort\w*|warp\w*"),
    ("elastic", r"(?:random ?)?elastic(?: (?:deform\w*|distort\w*|transform\w*|warp\w*))?|warp\w*|弹性(?:形变|变形|变换)?",
    "i",
    r"deform\w*|distort\w*|smooth|displacement\w*|fields?|grid|control points"),
    ("shear", r"(?:random(?:ly)? ?)?(?:horizontal(?:ly)? )?shear(?:s|ing|ed)?|slant(?:s|ing|ed)?|(?:水平)?(?:剪切|"
    r"错切)(?:\(shear\))?(?:变换)?", "i", (
        r"horizontal(?:ly)?|sideways|(?:the )?(?:top|bottom|upper|lower) (?:row|line|edge)(?: moves?)?|(?:the )?opposite "
        r"(?:way|direction)|as far the other way|degrees|angles?|水平|最?上一?行(?:最多)?(?:偏移)?|最?下一?行|"
        r"相反方向|剪切|偏移|最上|最下|行|每张图随机剪切"
    )),
    ("stretch", r"(?:random(?:ly)? ?)?(?:stretch\w*|squeez\w+|aspect[- ]ratio(?: (?:jitter|changes?))?)|(?:随机)?(?:拉伸|"
    r"压扁|长宽比)", "i", r"horizontal(?:ly)?|vertical(?:ly)?|width|height|independently|axes|axis|both"),
    ("resized_crop", r"(?:random ?)?(?:resized?[- ]?crop\w*|crop[- ](?:and[- ])?resiz\w*|crop\w* (?:to )?(?:an? "
    r")?(?:random ?)?(?:part|share|area|region|fraction)[^.;\d]*?(?:resiz|rescal|scal|stretch|bring|brought)\w*(?: it)?(?: "
    r"back)?)|(?:随机)?裁剪后(?:缩放|放大)(?:回原(?:大小|尺寸|来大小))?", "i", r"cut(?: out)?|resiz\w*|sides?|area|back|to "
    r"(?:the |its )?(?:original|full|whole) size|bilinear(?:ly)?|interpolat\w+|原大小|回"),
    ("turn", (
        r"(?:(?:random(?:ly)? ?)?rotat(?:e|es|ed|ion|ions|ing)|turn(?:s|ed|ing)?)(?=[^.;]*(?:\bdeg(?:rees?|s)?\b|\bangle|"
        r"°))(?! by (?:a )?(?:multiple|90))"
        r"|(?:small|slight)(?:ly)? (?:random ?)?rotat\w+|tilt(?:s|ed|ing)?|(?:随机)?旋转(?=[^，。]*(?:度|角|°))|"
        r"小角度(?:随机)?旋转"
    ), "i", r"(?:the )?angles?|deg(?:rees?|s)?|about (?:the|its) (?:centre|center)|(?:clockwise|left|right)(?: or "
    r"(?:counter-?clockwise|anti-?clockwise|left|right))?|either (?:way|direction)|both directions|bilinear(?:ly)?|"
    r"interpolat\w+|角度|中心"),
    ("zoom", (
        r"(?:random(?:ly)? ?)?(?:zoom(?:s|ed|ing)?(?: (?:in|out|into)(?: ?(?:and|or|/) ?(?:in|out))?)?(?: (?:on|of) (?:the "
        r")?(?:image|picture)s?)?|(?:re)?siz(?:e|es|ed|ing) (?:the |each )?images?|re-?scal\w+ (?:the |each )?images?)|"
        r"(?:随机)?(?:放大|缩小|变焦|缩放)(?:或缩小|或放大)?(?:图像|画面)"
        r"|(?:随机)?(?:放大|变焦)"
    ), "i", r"bilinear(?:ly)?|interpolat\w+|crop\w*(?: the)? (?:centre|center)(?: back)?|(?:back )?to (?:the |its "
    r")?original size|cent(?:re|er)|original size|scale(?: per image)?|factors?|closer|in|out|双线性|中心|原(?:来|"
    r"始)?(?:大小|尺寸)"),
    ("grid_mask", r"grid[- ]?mask(?:s|ing)?|(?:regular |a )?grid of (?:black |grey )?(?:holes|squares|boxes|patches)|"
    r"网格(?:遮挡|掩码|擦除)", "i", (
        r"squares?|holes?|regular(?:ly)?(?: spaced)?(?: grid)?|grid|removed|period|spac\w+|apart|offset(?: per image)?|"
        r"random offset|wide|deleted?|set to|black|all channels|方块|周期|网格"
    )),
    ("rows", r"(?:drop\w*|black\w*(?: out)?|mask\w*|blank\w*(?: out)?|zero\w*(?: out)?|los\w+) (?:random |some |whole |"
    r"entire |each )*(?:rows?|(?:scan)?lines?)(?: of pixels)?|scan-?lines?|丢弃(?:随机)?行|扫描线", "i", r"rows?|lines?|"
    r"black|horizontal|pixels?|黑|行"),
    ("holes", (
        r"coarse[- ]?drop-?out|(?:several|multiple|many|a few|two|three|four|five|six|seven|eight|nine|ten|up to \d+|\d+) "
        r"(?:small |random |little |black |grey |gray |white |square |rectangular |noisy |randomly placed )*(?:holes|"
        r"cut-?outs?|(?:box|patch)es|squares|rectangles|occlusions)|multi-?cut-?outs?|"
        r"(?:粗粒度|粗)丢弃|(?:[两二三四五六七八九十]|多|\d+)\s*个(?:随机)?(?:黑色|小|灰色)*(?:的)?(?:正?方块|矩形|洞|小块|"
        r"遮挡块?)"
    ), "i", r"(?:black(?:ed)?(?: out)?|dark|squares?|box(?:es)?|holes?|cut-?outs?|patch(?:es)?|rectangles?|occlu\w+|"
    r"eras\w+|regions?|sides?|are|removed|random places?|at random (?:places|positions|locations)|positions?|遮挡|擦除|"
    r"黑色?|随机位置)"),
    ("window", r"(?:random ?)?windows?(?:ing| augmentation)?|(?:black|mask|zero|hid)\w*(?: out)? everything (?:outside|but|"
    r"except)|(?:随机)?(?:开窗|窗口)", "i", rf"sides?|black|dark|(?:everything |all |what is )?(?:outside|else|around)(?: "
    rf"(?:it|of it|the window|of the window))?(?: (?:is|becomes|turns))?(?: black| dark| masked)?|only an?|{BOX}|visible|"
    rf"cut-?outs?|opposite of|reverse of|inverse of|窗口外|外面|可见"),
    ("cutout_color", r"(?:random ?)?(?:cut-?out|erasing|erase)[ -]?colou?r|(?:random(?:ly)?[ -])?colou?r(?:ed|ful) "
    r"(?:cut-?out|box(?:es)?|rectangles?|patch(?:es)?|squares?)|彩色(?:遮挡|方块)", "i", r"colou?rs?|cut-?outs?|box(?:es)?|"
    r"rectangles?|颜色"),
    ("cutout", (
        r"(?:random(?:ly)? ?)?(?:cut-?outs?|eras(?:ing|es?|ed)|occlu\w+|(?:black|blank)(?:ed|s|ing|en\w*)?[ -]?out|"
        r"(?:black|grey|gray|dark|white) "
        rf"(?:random ?)?(?:\d+ ?[x×] ?\d+ )?(?:rectangular |square )?{BOX})|(?:mask|hid|cover|remov)\w* (?:an? |one |the "
        rf")*(?:random(?:ly)? ?)?(?:\d+ ?[x×] ?\d+ )?(?:chosen |placed |square |rectangular )*{BOX}|"
        rf"set\w* (?:an? |one )?(?:random ?)?{BOX} to (?:zero|black|0|grey)|随机?遮挡|遮挡|擦除|挖洞|"
        rf"遮住(?:一个?)?(?:随机)?(?:方块|矩形|区域)"
    ), "i", rf"{BOX}(?: of (?:the|each|an) image)?|rectangular|sides?|black(?:ed)?(?: out)?|random(?:ly)? (?:placed|"
    rf"chosen)|at a random (?:place|position|location)|edges?|filled|遮挡|黑色?|矩形|方块|区域|随机位置|边长"),
    ("crop", (
        r"(?:random(?:ly)? ?)?crop(?:s|ped|ping)?(?: randomly)?(?: (?:with |after )?padding)?|pad(?:s|ding|ded)?(?: "
        r"(?:each|the|every) (?:image|side|frame)s?)?(?:,? and(?: then)?|-and-|,? then)(?: random(?:ly)?)? ?crop\w*|"
        r"随机?裁剪|"
        r"裁剪|裁切"
    ), "i", r"pad(?:s|ded|ding)?|(?:back )?to (?:the |its )?(?:original|own|same|full) size|original size|(?:repeat\w*|"
    r"replicat\w*) (?:the )?(?:borders?|edges?)(?: pixels?)?|on (?:each|every) side|填充|原(?:来|始)?(?:大小|尺寸)"),
    ("translate", r"(?:random(?:ly)? ?)?translat(?:e|es|ed|ion|ions|ing)", "i", r"black|frame|direction\w*|moved?|"
    r"horizontal(?:ly)?|vertical(?:ly)?"),
    ("shift", (
        r"(?:random(?:ly)? ?)?(?:horizontal(?:ly)? |vertical(?:ly)? )?(?:(?:(?<![\d-])(?<!\d )pixel|image|drq(?:-?v2)?)[ "
        r"-])*(?:shift(?:s|ed|ing)?|mov(?:es?|ing|ed) (?:each |every )?"
        r"(?:the |an )?(?:whole )?(?:image|picture|pixel|frame)s?|roll(?:s|ed|ing)?(?: (?:the )?images?)?|wobbl\w*|camera "
        r"shakes?)|(?:随机)?(?:(?:水平|垂直|左右|上下)(?:方向)?)?(?:平移|移位|位移|(?<!颜色)(?<!色彩)抖动)"
    ), "i", (
        r"(?:in|to) (?:each|any|every|all|both|either|a random) directions?|directions?|(?:the )?(?:border|edge)s?(?: "
        r"pixels?)?(?: (?:is|are) )?(?:repeat\w*|replicat\w*|duplicat\w*)?|(?:repeat|replicat)\w*(?: (?:the )?(?:border|"
        r"edge)s?(?: pixels?)?)?|"
        r"pad(?:ded|ding)?(?: (?:by|with|of))?|bilinear(?:ly)?|interpolat\w+|horizontal(?:ly)?(?: and vertical(?:ly)?)?|"
        r"vertical(?:ly)?|left|right|up|down|sideways|方向|边缘|水平|垂直|填充|上下|左右|复制"
    )),
    ("transpose", r"transpos(?:e|es|ed|ing)(?: (?:the )?images?)?|(?:swap|exchang)\w* (?:the )?(?:axes|rows and columns|"
    r"width and height)|转置", "i", r"axes|rows|columns|square"),
    ("flip_vertical", (
        r"(?:random(?:ly)? ?)?(?:vertical(?:ly)?|upside[ -]down|top[- ]to[- ]bottom|up[- ]down)[ -]?(?:flip|mirror)\w*|"
        r"(?:flip|mirror)\w*(?: (?:it|them|the image|images?|each image))? (?:vertically|upside down|up[- ]down|top to "
        r"bottom)|turn\w* (?:it |them |images? )?upside down|(?:随机)?(?:垂直|上下)翻转"
    ), "i", r"upside down|vertical(?:ly)?"),
    ("flip", (
        r"(?:random(?:ly)? ?)?(?:horizontal(?:ly)?[ -]?|left[- ]right[ -]?)?(?:flip|mirror)(?:s|ped|ping|ed|ing)?(?: (?:it|"
        r"them|images?|the image|each image))?(?: horizontally|[- ]left[- ](?:to[- ]|and[- ])?right)?|"
        r"(?:随机)?(?:水平|左右)?(?:翻转|镜像)"
    ), "i", r"horizontal(?:ly)?|left(?:[- ](?:and|to)[- ]| )?right|左右|水平"),
    ("rotate", r"(?:random(?:ly)? ?)?(?:90[- ]?(?:degrees?|°)[ -]?|quarter[ -])?(?:rotat(?:e|es|ed|ion|ions|ing)|turns)(?: "
    r"by (?:a )?(?:multiples? of )?(?:90|180)(?:,? (?:180|270|or|and))*(?: degrees)?)?|(?:随机)?旋转", "i", r"90(?:, 180(?:"
    r",? (?:or|and) 270)?)? ?(?:degrees?|°)|quarter|multiples? of 90(?: degrees?)?|0, 90, 180(?:,| or| and) 270"),
    ("jitter", r"(?:random ?)?colou?r[ -]?(?:jitter(?:s|ing)?|augment\w*|perturb\w*|distort\w*)|颜色抖动|色彩抖动", "i",
    r"brightness|contrast|saturation|hue|colou?rs?|亮度|对比度|饱和度|色调"),
    ("brightness", (
        r"(?:random(?:ly)? ?)?(?:chang\w+ |var\w+ |adjust\w* |jitters? |shifts? |alters? |perturb\w* |multipl\w+ |scal\w+ "
        r")?(?:the )?(?:(?:image|pixel)s?'? )?brightness(?: (?:jitter|changes?|augmentation|factor))?|(?:brighten|"
        r"darken)\w*|亮度"
    ), "i", r"brighter|darker|(?:or )?darken\w*|multipl\w+|factors?|乘以|变亮|变暗"),
    ("contrast", (
        r"(?:random(?:ly)? ?)?(?:chang\w+ |var\w+ |adjust\w* |jitters? |shifts? |alters? |perturb\w* |multipl\w+ |scal\w+ "
        r")?(?:the )?contrast(?: (?:jitter|changes?|augmentation|factor))?|对比度"
    ), "i", r"about (?:the|its) mean|around (?:the|its) mean|factors?"),
    ("convolution", r"(?:random|randomi[sz]ed) conv(?:olution)?(?:al)?s?(?: (?:layers?|network))?|network randomi[sz]ation|"
    r"random[- ]?conv|随机卷积", "i", r"layers?|filters?|kernels?|weights?|3x3|clean|textures?|network randomi[sz]ation|"
    r"xavier\w*|(?:images? )?stays? (?:as (?:it is|they are)|clean)|re-?drawn|networks?"),
    ("motion_blur", r"(?:random ?)?motion[- ]?blur\w*|(?:camera )?motion|运动模糊", "i", r"direction\w*|line|length|along|"
    r"angles?|camera|方向|长度"),
    ("blur", r"(?:random(?:ly)? ?)?(?:gaussian )?(?:blur(?:s|red|ring|ry)?|defocus\w*|smooth\w*)(?: (?:the )?images?)?|"
    r"(?:高斯)?模糊", "i", r"gaussian|kernels?|filters?|5 ?x ?5|高斯|核|大小"),
    ("sharpen", r"(?:random(?:ly)? ?)?sharp(?:en\w*|ness)(?: (?:the )?images?)?|unsharp mask\w*|锐化", "i", r"unsharp|edges"
    r"?|blurred|strength|强度"),
    ("pixelate", r"pixel[- ]?(?:at|is)\w+|(?:down-?sampl\w+|low(?:er)?(?: the)?[- ]resolution|reduc\w+ (?:the )?resolution|"
    r"resiz\w+ down|scal\w+ down)(?:[^.;\d]*?(?:up-?sampl\w*|and back|back up|up again|enlarg\w*|(?:resiz|scal)\w+ (?:it |"
    r"them )?(?:back|up))(?: again)?)?|像素化|马赛克|降(?:低)?分辨率|降采样", "i", r"up-?sampl\w*|down-?sampl\w*|"
    r"nearest(?:[- ]neighbou?r)?|back(?: up)?|blocks?|factors?|resolution|again|倍|块|分辨率|再放大"),
    ("invert", (
        r"(?:random(?:ly)? ?)?(?:colou?r )?(?:invert(?:s|ed|ing)?(?: (?:the |all )?(?:colou?rs?|images?|pixels?))?|"
        r"inversion|negat(?:ive|es?)(?: (?:the )?(?:colou?rs?|images?))?)|反色|反相|颜色反转"
    ), "i", r"colou?rs?|255 ?- ?x|1 ?- ?x|negative|颜色"),
    ("drop_channel", r"(?:random(?:ly)? ?)?(?:channel[ -]drop-?out|(?:drop|zero|remov|mask|blank)\w*(?: out)? (?:(?:an?|"
    r"one|the|random|rgb|whole|single|of|colou?r|three) )*channels?)|通道(?:丢弃|随机丢弃)|"
    r"(?:随机)?丢弃(?:一个)?(?:颜色)?通道", "i", r"colou?rs?|rgb|set to (?:zero|0)|black|颜色"),
    ("equalize", r"(?:histogram )?equali[sz]\w*(?: (?:of )?(?:the )?histograms?)?|直方图均衡(?:化)?", "i", r"histograms?|"
    r"per channel|each channel"),
    ("autocontrast", r"auto-?contrast|(?:stretch\w*|normali[sz]\w*) (?:the )?(?:contrast|intensit\w+|histogram)(?: to "
    r"(?:the )?(?:full|whole) range)?|自动对比度", "i", r"full|whole|darkest|brightest|minimum|maximum|per image"),
    ("fog", r"fog(?:gy)?|haze|hazy|mist|(?:blend|mix)\w* (?:with|towards?|to|in) white|雾", "i",
    r"white|blend\w*|mix\w*|白"),
    ("vignette", r"vignett\w*|dark(?:en\w*|er)? (?:the )?(?:corners|edges|borders)|暗角", "i",
    r"corners?|edges?|dark\w*|角"),
    ("lighting", r"(?:brightness|illumination|light(?:ing)?) (?:gradients?|ramps?|from (?:one|the|a random) side)|"
    r"(?:uneven|directional|gradient) (?:light\w*|illumination|brightness)|shad(?:ow|ing)s?(?: gradients?)?|光照(?:渐变|"
    r"梯度)?|阴影", "i", r"direction\w*|side|ramps?|linear(?:ly)?|across|gradients?|方向|渐变"),
    ("shot_noise", r"(?:shot|poisson|photon)[- ]noise|泊松噪声|散粒噪声", "i", r"photons?|counts?|poisson"),
    )
)  # fmt: skip
ALL = (*IMAGE, *VECTOR, *BOTH)
