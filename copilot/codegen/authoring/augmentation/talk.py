"""What people say of an augmentation beside its operations: of what, how often, and what every package does anyway."""

from __future__ import annotations

BEYOND = (
    r"\b(?:style|gan|generative|adversarial|rain|snow|jpeg|learned|learn|auto-?augment|randaugment|moire|background|"
    r"time|temporal|reverse|velocit\w+|past|gradients?|sinusoid\w*|places ?365|imagenet|masked autoencoder)\b|"
    r"风格|对抗|背景|时间"
)
"""Words of augmentations that the list of operations lacks."""
VECTOR = (
    r"(?:states?(?! of the art)|box(?= observations)|vectors?|proprio\w*|low-dim\w*|joint (?:angles?|positions?|"
    r"velocit\w+)|sensors?(?! noise on images)|readings|entries|entry|cart-?pole|pendulum|mujoco|half-?cheetah)"
    r"(?: (?:vector|observation)s?)?\b|状态(?:向量)?|向量|维"
)
IMAGE = r"(?:images?|pixels?|pictures?|frames?|rgb|uint8|camera|atari|pong|visual)\b|图像|图片|画面|像素|张图|帧"
CONTRACT = (
    r"(?:(?:the )?(?:shapes?|dtypes?|types?)(?:,? and (?:the )?(?:shapes?|dtypes?|types?|range))? (?:\w+ )?(?:stays?|is|"
    r"are|remains?|must|should|kept|preserved|unchanged|same)(?: (?:be|not|change|stay|remain|kept|preserved|unchanged|the "
    r"same|as (?:it is|they are)|as before))*)|"
    r"(?:keep|preserv|maintain|return|retain)\w* (?:the )?(?:same |original )*(?:shapes?|dtypes?|types?)(?:,? (?:and|or) "
    r"(?:the )?(?:shapes?|dtypes?|types?|range))*|(?:output|result)s? (?:has|have|of) (?:the )?same (?:shape|dtype|type|"
    r"size)(?: and (?:dtype|shape))?(?: as (?:the )?inputs?)?|"
    r"(?:clipp?|clamp|bound|limit|keep|stay|remain)\w* (?:(?:the )?(?:result|output|values?|it|them|pixels?) )?(?:back "
    r")?(?:to|into|within|in|between) (?:the )?(?:valid |legal |allowed |original |pixel |image )*(?:range|\[ ?0(?:\.0)? ?,"
    r" ?(?:1(?:\.0)?|255) ?\]|0\.?\.?\.?(?:-| to | and )(?:255|1))(?: (?:of|range) (?:the )?(?:pixels?|images?))?|"
    r"(?:截断|裁剪|限制|保持)(?:到|在|回)? ?(?:\[ ?0 ?, ?(?:1|255) ?\]|合法范围|有效范围)|"
    r"(?:for|on|takes?|works? (?:on|for|with)|input(?:s are| is)?|images? (?:are|as|in)|on)? ?(?:uint8|float(?:32)?|bytes?|"
    r"byte)(?:,? (?:and|or) (?:uint8|float(?:32)?|bytes?))?(?: (?:images?|inputs?|pixels?|frames?|in (?:and|/) out|"
    r"输入))*(?:输入)?|(?:in|within) (?:the range )?(?:\[ ?0 ?, ?(?:1|255) ?\]|0\.\.255|0-255)|"
    r"(?:augmentation )?(?:should be |is |are )?(?:off the graph|no grad(?:ient)?s?|without gradients?|not "
    r"differentiable)(?: of course)?|(?:形状|类型|dtype)(?:和(?:形状|类型|dtype))?(?:保持)?不变|"
    r"(?:never |not |without )(?:be )?(?:chang\w+|modif\w+|touch\w+) (?:the |its )?(?:inputs?|x|original|in place)(?: "
    r"(?:tensor|batch|in place))?|(?:not )?in[- ]place"
)
"""What every package of an augmentation does."""
EACH_OWN = (
    r"(?:independent\w*|separate\w*|different\w*|anew|afresh|drawn|redrawn|fresh|randomly|sampled|own (?:draw|value|factor|"
    r"amount|number|shift|angle))(?: (?:\w+ )?){0,2}(?:for|in|per|of) (?:each|every) (?:single )?(?:images?|samples?|"
    r"states?|observations?|elements? of the batch|rows?)(?: (?:of|in) (?:the|a) batch)?|"
    r"(?:each|every) (?:image|sample|state|observation|row|element)(?: (?:of|in) (?:the|a) batch)? (?:(?:gets|has|draws|is|"
    r"receives|with|should|must)(?: \w+)? (?:its|an|his|their) own(?: \w+){0,2}|(?:is )?(?:treated |drawn |augmented "
    r")?(?:independent\w*|separate\w*|differently))|"
    r"per[- ](?:image|sample|state|observation|example)|(?:once|one (?:draw|value|number|factor)) (?:for|per) (?:each |"
    r"every )?(?:image|sample|state|observation)|(?:for|in) (?:each|every) (?:image|sample|state|observation)(?: of (?:the|"
    r"a) batch)? (?:independent\w*|separate\w*|anew|on its own)|"
    r"每(?:张图?像?|个样本|个状态|幅图像?)(?:各自|独立|单独|分别|都)?(?:有)?(?:自己的)?(?:地)?(?:采样|随机|抽取|不同)?|"
    r"batch (?:中|内)每个样本独立"
)
"""That each observation draws its own numbers: all operations do."""
DENIED = (
    r"\b(?:no|without(?: any)?|not|never|nor|or) (?:(?:re-?)?scal(?:ing|ed?)|padding|flip(?:s|ping|ped)?|rotat(?:ions?|ing|"
    r"ed)|crop(?:s|ping|ped)?|colou?r changes?|"
    r"noise|blur(?:ring)?|renormali[sz]\w+|wrapping|resizing|shift(?:s|ing)?|clipping|gradients?)\b|不(?:缩放|翻转|旋转|"
    r"裁剪|加噪声)"
)
"""What is not to be done, and is not where nothing else asks for it."""
RESCALED = (
    r"(?:(?:with|and|using) )?(?:inverted[- ]dropout(?: (?:re)?scal\w+)?|rescal\w+ (?:of )?(?:the )?(?:rest|others?|"
    r"remaining \w+|kept \w+|survivors)|divid\w+ (?:the )?(?:rest|others?|remaining \w+|kept \w+|survivors)? ?by \(?1 ?- "
    r"?p\)?|"
    r"scal\w+ (?:the )?(?:rest|others?|remaining \w+|kept \w+|survivors) (?:up )?by 1 ?/ ?\(1 ?- ?p\))(?:,? so that (?:the "
    r")?(?:mean|expectation|expected value) (?:stays?|is)(?: the same| unchanged| kept)?)?"
)
METHODS = (
    r"(?:(?:just |exactly |as |like |similar to )*(?:(?:as )?in|from|of|à la|a la|like|per|following) )?(?:the )?(?:soda|"
    r"secant|svea|rad|drq(?:-?v2)?|curl|data-regulari[sz]ed q|"
    r"reinforcement learning with augmented data|network randomi[sz]ation|gridmask|cutmix|mixup|randconv|random conv|"
    r"imagenet)(?: (?:papers?|does|do|did|augmentations?|style|authors?|people))*\b"
)
TALK = (
    rf"{METHODS}|(?:an? )?(?:poor man['’]?s|cheap|simple|quick|dirty) (?:version|variant|replacement)(?: (?:of|for))?|"
    r"(?:standard deviation|std|sigma|probability|chance|factors?|independent(?:ly)?|uniform(?:ly)?|randomly|at random|"
    r"bilinear|"
    r"chang(?:e|es|ed)|becom(?:e|es)|stays?|own|drawn|sampled|numbers?|pixels?|either way|strength|magnitude|amounts?|"
    r"in (?:each|both|either|any|every) directions?|applied|remaining ones|unchanged|as (?:it is|they are)|untouched|"
    r"in (?:this|that|the given) order|one after (?:the other|another)|(?:in )?sequence|chain(?:ed)?|combin(?:e|ed|ation)|"
    r"compos\w+|pipeline|(?:first|second|third|finally|lastly|afterwards|after that|on top)|"
    r"stacks?|stacked|随机选择|选择|选取|像素|标准差|概率|倍|变成|区域|保持不变|原样|其余|其他|不变|独立|均匀|采样|每张图|"
    r"大小|输入|依次|首先|最后|随机|变化|范围|比例|系数|尺度|偏移|另一张|强度|倍数)"
)
