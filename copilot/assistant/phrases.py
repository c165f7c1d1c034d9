"""The words by which `intent` tells a request from a question, in English and Chinese. Patterns alone, no rules.

They are held against lines with single blanks.
"""

from __future__ import annotations

import re
from functools import cache

from copilot.codegen.names.tasks import ENVIRONMENTS
from copilot.codegen.vocabulary import ALGORITHMS, ALSO_WORDS, MODULES, NEEDS_PRIMITIVE, SPOKEN
from copilot.core.catalogue import Catalogue

POLITE = re.compile(
    r"^(?:(?:please|pls|ok(?:ay)?|now|then|and|also|so|great|good|thanks|thank you|hey|hi|hello|well|yes|but|next|alright"
    r"|actually|maybe|just|lets|let's|let us)\b[\s,.!:]*"
    r"|(?:请|麻烦(?:你)?|帮(?:我|忙)|那么?就?|好的?|然后|接着|现在|再(?=请|帮)|给我|我想要?(?!知道|问|了解)|我要|我们?来|你好|谢谢)"
    r"[\s,，。！!:：]*)+",
    re.IGNORECASE,
)
ASKED_TO = re.compile(
    r"^(?:(?:can|could|would|will) you(?: please| kindly)? |i(?:'d| would) like (?:you )?to |i (?:want|need) (?:you )?to "
    r"|(?:你)?(?:能不能|可不可以|可以|能)(?:请|帮(?:我|忙)|给我)\s*)",
    re.IGNORECASE,
)
"""Said before a request: what follows is none the less one, also with a question mark."""

QUESTION = re.compile(
    r"^(?:what|which|who|whose|when|where|why|how|is|are|was|were|does|do|did|has|have|had|can|could|should|shall|would|will"
    r"|may|might|isn't|aren't|doesn't|don't|didn't|explain|describe|tell me|show me how|define|list|summari[sz]e|any"
    r"|difference|i wonder)\b"
    r"|[?？]\s*$|[吗呢么]\s*[？?。]*\s*$|什么|怎么|怎样|如何|为何|是否|是不是|能不能|可不可以|有没有|哪[里个些种]|多少|几[个次步]|区别"
    r"|^(?:解释|介绍|说明|告诉我)",
    re.IGNORECASE,
)

UNDO = re.compile(
    r"(?:undo|revert|take (?:it|that|this) back|go back|roll ?back)"
    r"(?: (?:it|that|this|(?:the|my|this|that) (?:last )?(?:change|edit|step)|one step"
    r"|to (?:the )?(?:previous|last)(?: (?:one|plan|script|version))?))?[ .!]*"
    r"|(?:撤销|撤回|还原|回退)(?:刚才|上一?步|上一次|这次|最后)?的?(?:修改|更改|改动|操作|编辑)?[吧。！!\s]*"
    r"|(?:改|退|恢复)回(?:去|来|上一[个步版]本?)[吧。！!\s]*",
    re.IGNORECASE,
)
START = re.compile(
    r"(?:run|start|launch|execute|train) "
    r"(?:it|this|that|(?:the|my|this|that) (?:last |new )?(?:script|program|plan|experiment))"
    r"(?: (?:now|again|please))?[ .!]*|(?:start|begin) (?:the )?training[ .!]*"
    r"|(?:运行|执行|启动|跑)(?:一下)?(?:它|这个|脚本|程序)?吧?[。！!\s]*|开始(?:训练|运行)吧?[。！!\s]*",
    re.IGNORECASE,
)

EDIT = re.compile(
    r"(?:use|add|remove|drop|delete|switch|change|set|increase|decrease|reduce|raise|lower|double|halve|triple|quadruple"
    r"|replace|swap|turn|enable|disable|activate|deactivate|normali[sz]e|anneal|train|run|make|try|take|put|keep|compare"
    r"|pre-?train|fine-?tune|evaluate|log|save|bump|cut|decay|limit|stack|repeat|leave|get rid of|instead|with|without|no"
    r"|not|only|same|the same|again|more|fewer|less|twice|half|go (?:with|for|back to)|mix|combine|include|exclude|append"
    r"|adding|using|removing|switching|changing)\b",
    re.IGNORECASE,
)
EDIT_CHINESE = re.compile(
    r"^(?:[，,\s]*(?:再|也|还|就|都|只|仅|另外|同时|继续|改|直接|试试|试着|尝试)?"
    r"(?:用|使用|改用|改成|改为|改|换成|换为|换|加上|加入|加|添加|增加|去掉|去除|去|删掉|删除|删|移除|不要|不用|别用"
    r"|减少|减小|减半|降低|降|提高|提升|增大|加大|加倍|翻倍|调|设|把|将|关闭|关掉|打开|开启|启用|训练|跑|比较|对比|与|和"
    r"|保存|评估|预训练|归一化|恢复))"
    r"|改成|改为|换成|换为|设为|设成|调到|调成|调为|提高到|降低到|降到|增加到|减少到|加倍|减半|翻倍|去掉|比较一下|对比一下",
)
"""How a change begins; in Chinese also what it may hold."""

NEW = re.compile(
    r"(?:generate|write|create|build|implement|prepare|set up|design|draft|code|make(?: me)?|give me"
    r"|i (?:need|want)|new|another)\b|^(?:再)?(?:写|生成|创建|做|编写|实现|设计|新建|来|弄|准备)",
    re.IGNORECASE,
)
TRAIN = re.compile(
    r"(?:train|compare|benchmark|use|run|try|solve|pre-?train|learn|teach|ablate|test|evaluate)\b"
    r"|^(?:再)?(?:用|使用|训练|让|在|比较|对比|跑|试|预训练|先)",
    re.IGNORECASE,
)
SURELY_TRAIN = re.compile(r"train\b|^(?:训练|用)", re.IGNORECASE)
THING = re.compile(
    r"\b(?:script|program|experiment|train\.py|training code|comparison|code (?:that|which|to|for))\b|脚本|代码|程序|实验",
    re.IGNORECASE,
)
MADE = re.compile(
    r"\b(?:an?|my|our|new|own|custom|another) (?:[\w-]+ ){0,4}?"
    r"(?:encoder|policy|storage|distribution|augmentation|intrinsic reward|exploration bonus|bonus|agent|algorithm|module)\b"
    r"|(?:一个|新的?|自己的|自定义的?).{0,12}(?:编码器|策略网络|存储|分布|数据增强|内在奖励|探索奖励|智能体|算法|模块)",
    re.IGNORECASE,
)
"""Modules and agents that can be written."""

INSTEAD = re.compile(r"\binstead\b|\b(?:switch|change|swap|replace|move)\b|改成|改为|换成|改用|换", re.IGNORECASE)
IT = re.compile(
    r"^(?:\w+ )?(?:it|that|this)\b|\b(?:compare|run|train|use|try|repeat) (?:it|that|this|the same)\b"
    r"|^(?:and |now )?the same\b|它|这个脚本|同样",
    re.IGNORECASE,
)
LONGER = re.compile(
    r"(?:train|run|learn) (?:it )?(?:for )?(?:much |a bit |twice as )?(?:longer|long|shorter|more|less)\b"
    r"|(?:训练|跑)(?:得)?(?:更|久|长)",
    re.IGNORECASE,
)
AT_THE_END = re.compile(r"\b(?:instead|as well|too) ?[.!]*$", re.IGNORECASE)
TELLS = re.compile(r"(?:i|it|the|this|that|we|there)\b", re.IGNORECASE)
"""How a line begins that tells something."""

_VALUES = (
    r"\b(?:gpus?|cpu|cuda(?::\d)?|mps|npu|device|tag|beta|gamma|learning rate|seeds?|bonus|intrinsic rewards?|plots?|encoder"
    r"|exploration bonus|epochs?|rollouts?|steps?|envs?|environments?|units|neurons|hidden|layers?|schedule|checkpoints?"
    r"|lstm|pixels|states|warm-?up|noise)\b"
    r"|λ|γ|学习率|种子|步|环境|显卡|设备|奖励|折扣|批|熵|隐藏|编码器|回合|评估|归一化|预训练|权重|系数|增强|像素"
)


@cache
def settings() -> re.Pattern[str]:
    """Names of settings, as people write them."""
    spoken = {phrase for phrases in SPOKEN.values() for phrase in phrases} | {*SPOKEN}
    return re.compile(f"{_either(spoken)}|{_VALUES}", re.IGNORECASE)


def parameters(catalogue: Catalogue) -> re.Pattern[str]:
    """Exact names of arguments."""
    names = {p["name"] for entry in catalogue.components for p in entry["parameters"] if "_" in p["name"]}
    return re.compile(_either(names))


def components(catalogue: Catalogue) -> re.Pattern[str]:
    """Names of modules, as people write them."""
    found = set[str]()
    for entry in catalogue.components:
        if entry["primitive"] != "agent":
            found |= {entry["name"], *entry["aliases"], *MODULES.get(entry["name"], ())}
    return re.compile(_either(found - NEEDS_PRIMITIVE - ALSO_WORDS), re.IGNORECASE)


def agents(catalogue: Catalogue) -> re.Pattern[str]:
    """Names of algorithms, also of those that the library lacks."""
    known = {name for entry in catalogue.of("agent") for name in (entry["name"], *entry["aliases"])}
    return re.compile(
        f"{_either(known | (ALGORITHMS - ALSO_WORDS))}|(?-i:{_either(set(ALGORITHMS & ALSO_WORDS))})", re.IGNORECASE
    )


def environments(catalogue: Catalogue) -> re.Pattern[str]:
    """Environment ids, whether they exist or not, and names without version; of games by their ids alone."""
    names = {phrase for phrases in ENVIRONMENTS.values() for phrase in phrases}
    for entry in catalogue.environments:
        base = str(entry["id"]).rpartition("-v")[0] or str(entry["id"])
        names |= {base} if "/" in base or entry["suite"] != "atari" else set()
        names |= {base.rpartition("/")[2]} if entry["suite"] != "atari" else set()
    spaced = {re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", name) for name in names}
    return re.compile(rf"(?<!\w)[A-Za-z][\w./-]*-v\d+(?!\w)|{_either(names | spaced)}", re.IGNORECASE)


def _either(phrases: set[str]) -> str:
    """Any of them; blanks, hyphens and underscores are the same, and whole words alone count where there are letters."""
    parts = []
    for phrase in sorted((p for p in phrases if p.strip()), key=lambda text: (-len(text), text)):
        inner = r"[\s_-]*".join(re.escape(word) for word in re.split(r"[\s_-]+", phrase) if word)
        before = r"(?<![A-Za-z0-9_])" if re.match(r"\w", phrase, re.ASCII) else ""
        after = r"(?![A-Za-z0-9_])" if re.search(r"\w$", phrase, re.ASCII) else ""
        parts.append(f"{before}{inner}{after}")
    return "(?:" + "|".join(parts) + ")"
