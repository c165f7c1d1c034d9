"""Hidden layers as people tell them: "two layers of 64", "64-64", "a 128-unit layer", "2x256", "两层，每层 64"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from copilot.codegen.authoring.ask import to_int

_OTHERS = (
    r"critics?|experts?|heads?|bins?|atoms?|quantiles?|buckets?|tasks?|value|values?|networks?|q-?\w+|actors?|"
    r"streams?|envs?|"
    r"environments?|members?|epochs?|steps?|support|bootstrap\w*|ensemble\w*|entries|个(?!\s*(?:单元|神经元|节点|"
    r"隐藏))|维是|samples?"
)
"""What numbers count that are no widths."""
_FUNCTIONS = r"tanh|relu|silu|gelu|selu|elu|mish|swish|sigmoid|softplus|leaky[ _-]?relu"
_ADJECTIVE = (
    rf"(?:(?:hidden|fully[- ]connected|fc|linear|dense|separate|own|more|further|small|full|noisy|residual|shared|common|"
    rf"identical|equal|mlp|feed-?forward|simba|pre-?norm|{_FUNCTIONS})[ ,-]+)*"
)
_LAYER = r"(?:layers?|blocks?)(?![- ]?norm)(?![a-z])"
_FEW = (
    r"(?:(?<![a-z\d_.,-])(?<!\d )[1-8](?![a-z_.]*\d)|(?<![a-z\d_-])(?:one|two|three|four|five|six|seven|eight|a "
    r"single|single|an?)(?![a-z\d_]))"
)
_COUNTED = (
    r"(?:(?<![a-z\d_.-])[1-8](?![a-z_.]*\d)|(?<![a-z\d_-])(?:one|two|three|four|five|six|seven|eight)(?![a-z\d_]))"
)
_ITEM = (
    rf"(?!\d+[ -]*(?:independent |separate |different |value |expert )*(?:{_OTHERS})(?![a-z]))"
    rf"(?![1-8](?:[ -]+|\s*个?)(?:{_ADJECTIVE})(?:{_LAYER}|层))"
    r"(?![1-8](?: |\s*[x×*]\s*)\d+(?:[- ](?:hidden )?(?:units?|neurons?|wide)[- ]|\s*$|\s*[^\w\s,x×]|,? (?:in|for|"
    r"hidden|units?)))"
    r"\d{1,4}(?!\d|\.\d|\s?%|e-?\d)"
)
_START = r"(?<![a-z\d_.×*])(?<!\d-)(?<!\d)(?<!e-)"
_SEPARATOR = (
    r"\s*(?:(?:,\s*)?(?:and |then |followed by )+(?:one|another(?: one)?|a(?:nother)?(?: hidden)? layer|a "
    r"second(?: one)?) (?:of|with)\s|,\s*(?:and\s+(?:then\s+)?|then\s+|followed by\s+)?|，|、|/|\||->|→|=>|>|&|"
    r"and(?:\s+then)?(?=\s)|then(?=\s)|"
    r"followed by|和|与|接|再|x|×|\*|-|–|\s)\s*"
)
_UNITS = (
    rf"(?:[- ]*(?:hidden |(?:{_FUNCTIONS}) )?(?:units?|neurons?|nodes?|wide|cells|dims?(?![a-z])|dimensions?)(?![a-z])|"
    r"\s*个?(?:隐藏)?(?:单元|神经元|节点|维))"
)
_LIST = rf"{_START}{_ITEM}(?:{_SEPARATOR}(?!\d+ (?:hidden )?(?:units?|neurons?) in each of){_ITEM})*"
_LINK = (
    r"(?:\s|,|:|=|\(|\[|of|with|by|at|each|all|both|that are|which are|are|is|be|having|has|width|widths|size|sizes|units|"
    r"neurons|x|×|the|an?|in|hidden|dim)*?\s*"
)
_TAIL = (
    r"(?:\s*[)\]])?(?:\s*,?\s*(?:each|apiece|per layer|per hidden layer|in each(?: layer| one)?(?! (?:of|stream|"
    r"head|network|branch|critic|net))|wide each|for each "
    r"layer|in every layer|respectively)(?![a-z]))?(?:\s*[)\]])?"
)
_LINK_CHINESE = r"(?:\s|，|,|:|：|=|（|\(|每层|每个|各层|各有|各|都|均|宽度|宽|大小|维度|为|是|用|有|取|的|个)*"
_NOUN_CHINESE = r"(?:隐藏层|隐层|各层|层宽|宽度|隐藏(?:单元|维度|大小)?)"
_FORMS = (
    rf"(?P<c1>{_FEW})[ -]*{_ADJECTIVE}{_LAYER}{_LINK}(?P<n1>{_LIST}){_UNITS}?{_TAIL}",
    rf"(?:the |a )?first (?:hidden )?layer{_LINK}(?P<n12>{_ITEM}{_UNITS}?,? (?:and )?(?:the |a )?second (?:hidden "
    rf")?(?:layer )?{_LINK}{_ITEM}{_UNITS}?"
    rf"(?:,? (?:and )?(?:the |a )?third (?:hidden )?(?:layer )?{_LINK}{_ITEM}{_UNITS}?)?)",
    rf"(?P<c13>{_COUNTED})(?: of them)?\s*[(（](?P<n13>{_LIST})[)）]",
    rf"(?P<c2>{_FEW})[ -]*{_ADJECTIVE}(?P<n2>{_ITEM})[- ]*(?:hidden[ -])?(?:units?|neurons?|wide|nodes?)[- "
    rf",]*{_ADJECTIVE}{_LAYER}",
    rf"{_START}(?P<n3>{_ITEM}){_UNITS}?\s*(?:in|for|per) (?:each|every|all|both)?(?: of)?(?: the| its)?\s*"
    rf"(?P<c3>{_COUNTED})[ -]*{_ADJECTIVE}{_LAYER}",
    rf"(?P<c4>{_COUNTED})\s*(?:x|×|\*|times)\s*(?P<n4>(?!\d(?!\d)){_ITEM})(?!\s*[x×*]\s*\d){_UNITS}?",
    rf"(?P<c11>{_COUNTED})(?: of(?: them)?| with| at)? (?P<n11>(?!\d\d?(?!\d)|"
    rf"1[0-5](?!\d)){_ITEM})(?!{_SEPARATOR}{_ITEM}){_UNITS}?{_TAIL}",
    rf"{_START}(?P<n5>(?!\d(?!\d)){_ITEM})\s*(?:x|×|\*)\s*(?P<c5>[1-8])(?![a-z_.]*\d){_UNITS}?",
    rf"(?P<c6>[一二两三四五六七八]|(?<![\d.])[1-8])\s*个?\s*(?:层)?(?:隐藏|全连接|线性|稠密|残差)*层{_LINK_CHINESE}"
    rf"(?P<n6>{_LIST}){_UNITS}?",
    rf"(?P<c7>[一二两三四五六七八]|(?<![\d.])[1-8])\s*个?\s*(?P<n7>(?!\d(?!\d)){_ITEM})\s*个?(?:单元|神经元|维|节点)?的?"
    rf"(?:隐藏|全连接|线性)*层",
    rf"(?P<only>)(?:(?:隐藏|全连接)(?:层)?(?:大小|宽度|维度|单元|单元数)?|各层宽度|宽度|层宽|"
    rf"隐层){_LINK_CHINESE}(?P<n8>{_LIST}){_UNITS}?(?![层个])",
    rf"(?:hidden[ _-]?(?:layers?|sizes?|units?|widths?|dims?|dimensions?)|(?:layer |hidden )(?:sizes?|widths?)|{_LAYER}|"
    rf"net_arch|widths?|sizes?|units|neurons|hidden)(?![a-z]){_LINK}(?P<n9>{_LIST}){_UNITS}?{_TAIL}",
    rf"(?P<n10>{_LIST}){_UNITS}{_TAIL}",
    rf"(?P<bare>{_LIST}){_TAIL}",
)  # fmt: skip
_ALL = re.compile("|".join(f"(?:{form})" for form in _FORMS))


@dataclass(frozen=True)
class Sizes:
    """Hidden layers that are told somewhere."""

    start: int
    end: int
    widths: tuple[int, ...]
    counted: bool = False
    """Whether it is said how many they are."""
    bare: bool = False
    """Numbers alone, of which nothing says that they are widths."""
    shared: bool = False
    at: int = 0
    """Where its numbers begin."""


def found(text: str) -> Iterator[Sizes]:
    """Hidden layers told in a text in small letters, in order."""
    at = 0
    while match := _ALL.search(text, at):
        at = max(match.end(), at + 1)
        groups = match.groupdict()
        number = next(
            (
                key
                for key in ("n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9", "n10", "n11", "n12", "n13")
                if groups[key]
            ),
            "bare",
        )
        numbers = [int(one) for one in re.findall(r"\d+", groups[number])]
        counted = groups.get(f"c{number[1:]}") if number != "bare" else None
        count = _count(counted)
        if 0 in numbers:
            continue
        if number in {"n9", "n10", "bare"} and len(numbers) == 2 and _times(groups[number], numbers):
            numbers, count = [numbers[1]] * numbers[0], numbers[0]
        elif count and len(numbers) == 1:
            numbers = numbers * count
        yield Sizes(
            match.start(), _trimmed(text, match), tuple(numbers), bool(count) or len(numbers) > 1, number == "bare",
            bool(re.search(r"shared|common", match[0])), match.start(number),
        )  # fmt: skip


def count_before(text: str, at: int) -> tuple[int, int, int] | None:
    """How many layers were spoken of before their width: "three layers for actor and critic alike, 64 wide"; and where."""
    begin = max([0, *(match.end() for match in re.finditer(r"[;。]|\.(?!\d)", text[:at]))])
    found = list(re.finditer(rf"(?P<c>{_COUNTED})[ -]*{_ADJECTIVE}{_LAYER}", text[begin:at]))
    if not found:
        return None
    count = _count(found[-1]["c"])
    return (count, begin + found[-1].start(), begin + found[-1].end()) if count else None


def _count(word: str | None) -> int | None:
    if not word:
        return None
    return 1 if word in {"a", "an", "a single", "single"} else to_int(word)


def _times(text: str, numbers: list[int]) -> bool:
    """Whether "2x64" says two layers of 64."""
    return numbers[0] <= 8 < numbers[1] and bool(re.fullmatch(r"\d+\s*[x×*]\s*\d+", text))


def _trimmed(text: str, match: re.Match[str]) -> int:
    """Where it ends, without a bracket that was opened before it."""
    end = match.end()
    while text[end - 1] in ")]" and match[0][: end - match.start()].count(text[end - 1]) > match[0].count(
        "(" if text[end - 1] == ")" else "["
    ):
        end -= 1
    return end
