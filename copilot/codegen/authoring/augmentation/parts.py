"""What an operation of an augmentation is done to, and how: entries, frames, channels, what fills, how often it is drawn."""

from __future__ import annotations

import re

from copilot.codegen.authoring.ask import Ask, to_int
from copilot.codegen.authoring.augmentation.spec import Drawn, Fill, Step

_ENTRY = (
    r"(?:(?:state )?(?:dim(?:ension)?s?|entr(?:y|ies)|ind(?:ex|ices|exes)|numbers?|features?|components?|elements?|"
    r"coordinates?|sensors?|joints?|readings?|#)|第)"
)
_LISTED = r"(?P<list>\d+(?:\s*(?:,\s*and|,|、|and|&|和|与)\s*\d+)*(?:\s*(?:to|-|–|到|至|through)\s*\d+)?)"
_ORDER = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "last": -1,
    "newest": -1,
    "latest": -1,
    "most recent": -1,
    "current": -1,
    "oldest": 1,
    "最新": -1,
    "最后": -1,
    "第一": 1,
    "最早": 1,
}
_WHICH = r"(?P<which>first|last|newest|latest|most recent|current|oldest)"
_COUNT = r"(?P<count>one|two|three|four|five|six|seven|eight|nine|ten|\d+)"
_ONLY = r"(?:only|just|solely|exclusively|仅|只)"
_BUT = (
    r"(?:(?:all|every(?:thing)?|each)(?: \w+)? )?(?:but|except(?: for)?|apart from|excluding|other than|without "
    r"touching|never|leav\w+|not|not to)"
)


def entries(ask: Ask) -> tuple[list[int], list[int]]:
    """The numbers of a state that are changed, and those that stay: "only entries 0 to 3", "all but the last two"."""
    for match in ask.find(
        rf"(?P<how>{_ONLY} |{_BUT} )(?:(?:to|of|on|in|for|at) )?(?:the )?{_WHICH} {_COUNT}(?! "
        rf"\w*frames?)(?![a-z])"
    ):
        count = to_int(match["count"]) or 1
        places = list(range(count)) if _ORDER[match["which"]] > 0 else list(range(-count, 0))
        return _split(match["how"], places)
    for match in ask.find(
        rf"(?P<how>{_ONLY} |{_BUT} )?(?:(?:to|of|on|in|for|at) )?(?:the )?{_WHICH}(?: {_COUNT})? {_ENTRY}(?: (?:stays?|"
        rf"unchanged|alone|of the (?:state|vector)))*"
    ):
        count = to_int(match["count"]) or 1
        places = list(range(count)) if _ORDER[match["which"]] > 0 else list(range(-count, 0))
        return _split(match["how"], places)
    for match in ask.find(
        rf"(?P<how>{_ONLY} |{_BUT} )?(?:(?:to|of|on|in|for|at) )?(?:the )?(?:{_ENTRY}) ?{_LISTED}(?: ?维)?(?: (?:stays?|"
        rf"unchanged|alone|as (?:they are|it is)))*"
    ):
        return _split(match["how"], listed(match["list"]))
    for match in ask.find(
        r"(?P<how>只对|仅对|只|仅|除了?)?(?:状态(?:的)?)?(?P<which>前|后|最后)(?P<count>[一二两三四五六七八九十]|\d+) "
        r"?(?:个|维)(?:维度?|分量|元素|数)?"
    ):
        count = to_int(match["count"]) or 1
        return _split(
            "except" if "除" in (match["how"] or "") else "",
            list(range(count)) if match["which"] == "前" else list(range(-count, 0)),
        )
    return [], []


def _split(how: str | None, places: list[int]) -> tuple[list[int], list[int]]:
    without = bool(how and re.search(r"but|except|apart|excluding|other than|without|never|leav|not", how))
    return ([], places) if without else (places, [])


def listed(text: str) -> list[int]:
    """The places of "0, 2 and 5 to 7"."""
    found = list[int]()
    for part in re.split(r"\s*(?:,\s*and|,|、|and|&|和|与)\s*", text):
        ends = [int(number) for number in re.findall(r"\d+", part)]
        found += range(ends[0], ends[1] + 1) if len(ends) == 2 and ends[1] > ends[0] else ends
    return sorted(set(found))


def frames(ask: Ask) -> tuple[list[int], list[int]]:
    """The frames of a stack that are changed, and those that stay."""
    names = "|".join(_ORDER)
    for match in ask.find(
        rf"(?P<how>{_ONLY} |{_BUT} )(?:(?:to|of|on|in|for) )?(?:the )?(?P<which>{names})(?: {_COUNT})? ?(?:frames?|images?|"
        rf"ones?|one|帧)?(?: (?:of (?:the |a )?stack|alone|as (?:it is|they are)|untouched|unchanged))*"
    ):
        count = to_int(match["count"]) or 1
        places = list(range(count)) if _ORDER[match["which"]] > 0 else list(range(-count, 0))
        return _split(match["how"], places)
    for match in ask.find(
        rf"(?:the )?(?P<which>{names})(?: (?:frames?|image))(?: (?:of (?:the |a )?stack ?)?(?:(?:is |are )?(?:never|always|"
        rf"must|should|stays?|left|kept|is not|isn't)\w*)(?: (?:change\w*|kept|stays?|be|touched|dropped|lost|as (?:it is|"
        rf"they are)|untouched|unchanged|intact|clean|visible|there|alone|replaced))*)"
    ):
        return [], [0 if _ORDER[match["which"]] > 0 else -1]
    for match in ask.find(
        r"(?P<how>只|仅|除了?)(?:对|改变)?(?P<which>最新|最后|第一|最早)(?:的)?(?:一)?帧(?:外|以外)?"
    ):
        return _split("except" if "除" in match["how"] else "", [0 if _ORDER[match["which"]] > 0 else -1])
    return [], []


_PER_FRAME = (
    r"(?:(?:independent\w*|separate\w*|different\w*|anew|afresh|own \w+|drawn)(?: (?:factor|amount|one|numbers?|draws?))? "
    r"(?:for|in|per|of|on) (?:each|every) (?:single )?frame|(?:for|in|to) (?:each|every) (?:single )?frame (?:of (?:the|a) "
    r"stack )?"
    r"(?:independent\w*|separate\w*|on its own|by itself|differently|anew)|(?:each|every) frame(?: of (?:the|a) stack)? "
    r"(?:\w+ )?(?:(?:gets|has|draws|is|receives|with)(?: \w+)? (?:its|an) own|independent\w*|separate\w*|differently|by "
    r"itself)(?: \w+)?|per[- ]frame|frame by frame|"
    r"(?:not|instead of) the same (?:for|in) all frames|每(?:一)?帧(?:各自|独立|单独|分别)(?:地)?(?:采样|抽取)?|"
    r"帧之间(?:相互)?独立)"
)
_PER_CHANNEL = (
    r"(?:(?:independent\w*|separate\w*|different\w*) (?:for|in|per|of|on) (?:each|every) (?:colou?r )?channel|(?:for|in|"
    r"to) (?:each|every) (?:colou?r )?channel (?:independent\w*|separate\w*|on its own|by itself)|"
    r"(?:each|every) (?:colou?r )?channel (?:independent\w*|separate\w*|by itself|on its own)|per[- ]channel|channel by "
    r"channel|每个(?:颜色)?通道(?:各自|独立|单独|分别)(?:地)?)"
)
_ALIKE = (
    r"(?:(?:the )?(?:same|one|identical|a single|shared|common|consistent(?:ly)?|alike)(?: (?!for|in|across|over|on|"
    r"to)\w+){0,4} (?:for|in|across|over|on|to|by|between) (?:all|every|each|the)(?: \w+){0,2} (?:frames?|stack|time "
    r"?steps|images? of (?:the|a) stack)(?: (?:in|of) (?:the|a|one|its) (?:same )?stack)?|"
    r"(?:all )?(?:the )?frames(?: of (?:the|a|one) (?:same )?stack| in (?:the|a) stack)? (?:(?:get|share|have|are|see|use|"
    r"lose|move|change|receive)\w* )(?:(?:treated|the|changed|shifted|moved|rotated|by) )*(?:same|alike|together|equally|"
    r"identically)(?: \w+)?|"
    r"(?:整个?)?(?:堆叠)?(?:的)?(?:所有|各|每)?帧(?:之间|都)?(?:共用|使用|用|采用)?(?:相同|一致|同一(?:个|"
    r"次)?)(?:的)?(?:参数|变换|增强)?)"
)
_CHANNELS = (
    r"(?:(?:the )?(?:same|one|identical|shared|alike)(?: (?!for|in|across|over|on|to)\w+){0,4} (?:for|in|across|over|on|"
    r"to) (?:all|every|each|the)(?: \w+){0,2} (?:channels?|colou?rs?)|"
    r"(?:in )?all (?:the )?(?:(?:rgb|colou?r|three) )?channels (?:(?:get|share|lose|have|change|are|move)\w* )?(?:(?:the|"
    r"changed|treated) )?(?:same|alike|together|equally)(?: \w+)?|(?:同一像素的?)?所有通道(?:一起|相同|共用|同时|"
    r"一致)(?:变化?)?|各通道相同)"
)
_PIXELWISE = frozenset(
    {"noise", "laplace_noise", "uniform_noise", "speckle", "mask", "salt_pepper", "mask_some", "scale_each", "exchange"}
)
"""Operations that draw a number for each pixel: "the same for all frames" is not so by itself."""


def drawn_for(ask: Ask, steps: list[Step]) -> list[Step]:
    """The steps, drawn for each frame or channel, or alike for all, as is said."""
    per: Drawn | None = None
    if ask.has(_PER_FRAME):
        per = "frame"
    elif not ask.says(r"(?:bits?|levels?) per channel") and ask.has(_PER_CHANNEL):
        per = "channel"
    if per:  # of "3 bits per channel" nothing is drawn
        return [step if step.op == "posterize" else step.model_copy(update={"per": per}) for step in steps]
    noisy = [step for step in steps if step.op in {"noise", "laplace_noise"}]
    others = all(step.op not in _PIXELWISE or step.op in {"mask", "salt_pepper"} for step in steps if step not in noisy)
    for words, alike in ((_ALIKE, "frames"), (_CHANNELS, "channels")):
        if others and ask.has(words) and noisy:  # what is drawn once an observation is alike by itself
            return [step.model_copy(update={"alike": alike}) if step in noisy else step for step in steps]
    return steps


_FILLS: tuple[tuple[Fill, str], ...] = (
    ("noise", r"(?:random |uniform |gaussian |white )*noise|random (?:values|numbers|pixels|colou?rs)|噪声|随机值"),
    (
        "mean",
        r"(?:the )?(?:mean|average)(?: (?:of (?:the |each |that )?(?:batch|image|entry|entries|dimension|pixels?)|value|"
        r"colou?r|pixel|over the batch))*|均值|平均值",
    ),
    ("grey", r"(?:mid-?|medium |neutral )?gr[ae]y|0\.5|127(?:\.5)?|128|灰色?"),
    ("one", r"white|ones?|255|1(?:\.0)?|白色?"),
    ("zero", r"black|zeros?|0(?:\.0)?|黑色?|零"),
    ("reflect", r"(?:a )?(?:reflect\w*|mirror\w*)(?: (?:of )?(?:the )?(?:image|border|edge|padding))*|反射|镜像"),
    ("wrap", r"(?:the )?(?:opposite|other) (?:side|edge)|wrap\w*(?: ?around)?|circular\w*|cyclic\w*|循环|另一侧"),
    (
        "border",
        r"(?:the )?(?:nearest |repeated |replicated )?(?:border|edge)(?: pixels?| values?)*|(?:replicat|repeat)\w*(?: "
        r"(?:the )?(?:border|edge)(?: pixels?)?)?|边缘(?:像素|填充)?|边界(?:像素)?|复制",
    ),
)


def filling(ask: Ask) -> Fill | None:
    """What comes where something is taken away: "filled with noise", "zero padding", "wraps around"."""
    ask.has(
        r"(?:instead of|rather than|(?:and )?not) (?:by )?(?:repeat|replicat)\w*(?: (?:the |its )?(?:edges?|borders?)(?: "
        r"pixels?)?)?"
    )
    for fill, words in _FILLS:
        into = (
            rf"(?:(?:(?:the )?(?:empty|uncovered|missing|new|revealed) (?:corners?|pixels?|regions?|areas?|parts?|"
            rf"borders?) )?(?:is |are |was |gets? |then |which |that |and )*(?:fill\w*|replac\w*|paint\w*|colou?r(?:ed|s)|"
            rf"pad(?:ded|s|ding)?|set|put|overwrit\w*)(?: (?:it|them|in|up|the (?:rest|gap|gaps|hole|holes|empty \w+|"
            rf"border|borders|new pixels)|what (?:comes|moves) in|empty \w+))* "
            rf"(?:with|by|to|in|as|from) (?:(?:the|a|an) )?(?:{words})|(?:{words})[- ](?:fill\w*|pad\w*)|(?:用|"
            rf"以)?(?:{words})(?:来)?(?:填充|补齐?|填补?|替换)|(?:填充|补|填|设)为?(?:成)?(?:{words})|"
            rf"空(?:出来?|白)的?(?:地方|部分|区域)?(?:用|以)(?:{words})(?:填充?|补)?)"
        )
        if ask.has(rf"(?<![a-z\d.])(?:{into})(?![a-z\d])"):
            return fill
    if ask.has(
        r"(?:(?:the )?(?:new|empty|missing) (?:pixels?|corners?|parts?|areas?) )?(?:repeat|replicat|continu)\w* the "
        r"(?:edge|border)s?(?: pixels?)?"
    ):
        return "border"
    if ask.has(
        r"wrap(?:s|ped|ping)?[- ]?around|circular(?:ly)?(?: shift\w*| padding)?|roll(?:s|ed|ing)?(?: over)?|循环(?:平移|"
        r"移位)?"
    ):
        return "wrap"
    return None


def filling_of_boxes(ask: Ask) -> Fill | None:
    """What is said right after a box: "a square with random noise", "with grey fill"."""
    if ask.says(
        r"(?:replac|fill|overwrit|past)\w* (?:an? |the |one |some |each )?(?:random )?(?:box|rect|square|patch|"
        r"region|area)"
    ):
        return None
    behind = "|".join(
        f"(?<={noun} )" for noun in ("square", "squares", "patch", "patches", "box", "boxes", "rectangle", "region")
    )
    for fill, words in _FILLS:
        if ask.has(
            rf"(?:with (?:an? )?)?(?<![a-z\d.])(?:{words})[- ]fill(?:ing)?(?![a-z])|(?:{behind})with "
            rf"(?:{words})(?![a-z\d])"
        ):
            return fill
    found = ask.first(r"(?<=pixels )with (?:zeros?|black)(?![a-z])|(?<=px )with (?:zeros?|black)(?![a-z])")
    return "zero" if found and ask.says(r"pad") else None


def one_of(ask: Ask) -> bool:
    """Whether one of the operations is drawn for each observation."""
    return ask.has(
        r"(?:(?:pick|choos|select|appl|draw|us)\w*|chosen) (?:at random )?(?:random(?:ly)? )?(?:exactly |just |only "
        r")?(?:one|1)(?: (?:at random|random(?:ly)?))?(?: (?:of|from|among|out of) (?:the |these |those |them|several|"
        r"following|two|three|four|five|operations|augmentations|transforms?)*)?(?: (?:for|per) (?:each|every)? ?(?:image|"
        r"sample|state|observation)s?)?|"
        r"(?:exactly |just |only )?one (?:of|out of|from|among) (?:the |these |those |several )*(?:following|two|three|"
        r"four|five|operations?|augmentations?|transforms?|these|those|them)(?: (?:operations?|augmentations?|"
        r"transforms?))?(?:,? (?:(?:is )?(?:chosen|picked|drawn|selected|applied|done)|at random|uniformly|each (?:as|"
        r"equally) likely|with equal probability))*|"
        r"(?:with )?(?:equal(?:ly)? (?:probabilit(?:y|ies)|likely|chances?)|each (?:as|equally) likely)|either(?= .* or )|"
        r"random(?:ly)? (?:choice|choos\w*|pick\w*|select\w*) (?:of|between|among|from|one)|random choice|"
        r"(?:随机)?(?:选择?|挑)(?:取|用)?(?:其中)?(?:一|1) ?(?:种|个)(?:应用|使用)?|其中(?:随机)?(?:一|1) ?(?:种|个)|(?:二|"
        r"三|四|任)选一"
    )
