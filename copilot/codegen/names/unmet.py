"""What no argument of an experiment can meet, though people ask for it: named and refused, with the nearest that works."""

from __future__ import annotations

import re
from collections.abc import Collection

from copilot.codegen.names.literal import agent_mentions
from copilot.codegen.patterns import compiled
from copilot.codegen.request.clauses import denied_before, sentence
from copilot.codegen.request.reading import Reading
from copilot.core.catalogue import Catalogue
from copilot.core.errors import InvalidRequest

_N = (
    r"(?:\d[\d.,]*\s?(?:k|m|million|thousand|万|千|百)?|[零一二两三四五六七八九十百千万]+|"
    r"(?:(?:a|one|two|three|five|ten|twenty|fifty) )?(?:hundred|thousand|million)|ten|twenty|fifty)"
)
_FILE = r"\S+\.(?:pth?|ckpt|safetensors|zip)(?![a-z])"
_SAVED = (
    rf"(?:(?:the|an?|my|our|last|latest|old|saved|previous|best|this|trained|pre-?trained)\s+)*(?:(?:model|training)\s+)?"
    rf"(?:checkpoints?|snapshot|weights|model(?: file)?|agent|policy|{_FILE})"
)
_REACHES = r"(?:reach\w*|hits?|gets? to|exceed\w*|surpass\w*|above|over|solv\w+|converg\w+|scor\w+|averag\w+|achiev\w+)"
_OPTIMISERS = r"sgd|rmsprop|adam|adamw|adagrad|adadelta|adamax|nadam|radam|lion|lamb|muon|l-?bfgs"
_RMSPROP = frozenset({"A2C", "IMPALA"})
"""Agents that learn by RMSprop; all others do by Adam."""

_KINDS = (
    (
        rf"resum(?:e|es|ing)(?= (?:\w+ ){{0,3}}?(?:from|training|checkpoint|the (?:run|training))|\s*$)|"
        rf"(?:continu(?:e|ing)|go(?:ing)? on|carry(?:ing)? on|pick(?:ing)? up)(?: \w+){{0,3}}? (?:from|with|at) "
        rf"(?:(?:the|an?|my|our|last|latest|old|saved|previous|best)\s+)*(?:checkpoints?|snapshot|run|{_FILE})",
        r"断点续训|(?:从|在)[^，。；]{0,24}(?:检查点|断点|存档|checkpoint)[^，。；]{0,24}?(?:继续|恢复|接着)|"
        r"(?:恢复|继续|接着)(?:上次|之前|中断)的?(?:训练|运行|实验)?",
        "way to go on from a checkpoint",
        "`rllte train ... --resume CHECKPOINT`, which goes on with a run of the same options",
    ),
    (
        rf"(?:init(?:iali[sz](?:e|ed|ing))?|start(?:s|ing|ed)?|warm-?start(?:ed|ing)?|begin(?:s|ning)?)(?: \w+){{0,3}}? "
        rf"(?:from|with)\s+(?:{_FILE}|(?!the (?:same|those))(?:(?:the|an?|my|our|saved|previous|old)\s+)*(?:pre-?trained|"
        rf"trained|saved|checkpoint|weights (?:of|in|from|at)\b|weights {_FILE})[^.;,]{{0,30}})|"
        rf"load(?:s|ing)?\s+{_SAVED}(?=[ ,.;]|$)|(?:initial weights|weights) (?:from|of|in|at|=)?\s*{_FILE}|"
        rf"(?<=from ){_FILE}",
        r"(?:加载|载入|读取)[^，。；]{0,16}(?:权重|模型|检查点|checkpoint)|(?:用|从|以)[^，。；]{0,24}(?:权重|模型|检查点|\.pth?)"
        r"[^，。；]{0,6}(?:初始化|开始|作为初始)",
        "initial weights from a file",
        'the argument init_model_path="FILE" of agent.train, written into the script by hand',
    ),
    (
        r"(?:target|max(?:imum)?|desired)[- ]kl|kl[- ](?:target|threshold|limit|early[- ]?stop\w*)|"
        r"(?:early[- ]?stop\w*|stop\w*)[^.;,]{0,30}(?<![a-z])kl|kl[^.;,]{0,20}early[- ]?stop\w*",
        r"目标\s*kl|kl\s*(?:散度)?\s*(?:早停|提前停止?|阈值|上限|目标)|(?:早停|提前停)[^，。；]{0,8}kl",
        "target of the KL divergence that stops the epochs of an update",
        'a new agent, "write PPO with early stopping at KL 0.01"; clip_range and n_epochs bound the update here',
    ),
    (
        rf"until (?:[\w']+ ){{0,6}}?{_REACHES}(?![^.;,]*(?:steps|frames|interactions))|early[- ]?stop\w*|"
        rf"stop\w* (?:training |the run |it )?(?:once|when|as soon as|if|at)(?: [\w']+){{0,5}}? "
        rf"(?:rewards?|returns?|scores?|{_REACHES})(?![^.;,]*(?:steps|frames))",
        r"(?:直到|一直|训练?到|跑到|学到)[^，。；]{0,14}(?:奖励|得分|分数|回报|收敛|解决|\d\s*分|达到)(?![^，。；]*步)|早停|"
        r"(?:达到|超过)[^，。；]{0,14}(?:就|即|时|后)(?:可以?)?(?:停止?|结束)",
        "end by the score that is reached",
        'a number of steps, "for 200k steps"; num_eval_episodes and eval_interval show when a score is reached',
    ),
    (
        rf"(?<!intrinsic )(?<!bonus )(?<!maximum )(?<!max )reward[- ]scal(?:e|ing)(?: factor)?\s*(?:by|of|to|at|=|:)?\s*"
        rf"(?:{_N})|(?<!intrinsic )rewards? (?:are |is |be )?(?:scaled|multiplied|divided) (?:down |up )?(?:by|with) "
        rf"(?:{_N})|"
        rf"(?:scal(?:e|ing)|multiply(?:ing)?|divid(?:e|ing)) (?:the |all |each |every )?(?:task |environment )?"
        rf"rewards? (?:by|with|to) (?:{_N})",
        rf"(?<!内在)奖励(?:的)?(?:缩放|放缩|乘以?|除以)(?:因子|系数|倍数)?(?:为|是|取|到|=)?\s*(?:{_N})",
        "fixed factor on the task's rewards",
        'normalize_reward=True, which divides by a running deviation; or a new storage, "write a storage that scales '
        'rewards by 0.1"',
    ),
)
_EPISODES = re.compile(
    rf"(?:(?<![a-z])(?:for|train\w*|run|learn\w*|budget of|total of)\s+(?:it |about |around |only |just |exactly |"
    rf"a total of )*(?:{_N})\s*(?:training |full |complete )?(?:episodes|games|rollout episodes)(?![a-z])|"
    rf"(?:共|总共|训练|跑|练|学习?)\s*(?:{_N})\s*个?\s*(?:回合|局|幕|集|episodes?)(?![a-z]))"
)
_OF_EVALUATION = re.compile(
    r"(?<![a-z])(?:eval\w*|test\w*|averag\w+|mean|every|each|per|window|score[ds]?|judge\w*|check\w*|measure\w*|validat\w*|"
    r"interval\w*|final(?:ly)?)(?![a-z])|评估|测试|评测|检验|每|平均"
)
_FADES = re.compile(
    r"(?<![a-z])(?:decreas|increas|decay|anneal|fall|rais|ris|grow|shrink|lower|drop|linear|goes|schedul)"
)
"""What goes on until it reaches a value, and is no training."""
_ALL = re.compile(
    r"(?<![a-z])(?:benchmark|compar|train|run|evaluat|try|test)\w* (?:all|every|each)(?: of)? (?:the |available |your |its |"
    r"library['’]?s? |rllte['’]?s? )*(?P<kind>on-?policy|off-?policy)?\s*(?:agents?|algorithms?|methods)(?![a-z])|"
    r"(?:所有|全部|每[一个种]+)的?(?P<zh>on-?policy|off-?policy|同策略|在策略|在线策略|异策略|离策略|离线策略)?的?"
    r"(?:算法|智能体|agents?)"
)


def refuse_unmet(text: str, catalogue: Catalogue, planned: Collection[str] = ()) -> None:
    """Stop at what would otherwise be left out, or read as something else.

    Args:
        text: a request, or the change of a plan.
        catalogue: the library's components.
        planned: of a change, the agents of the plan.

    Raises:
        InvalidRequest: with why, and the nearest that works.
    """
    lower = text.lower()
    for english, chinese, what, instead in _KINDS:
        for match in compiled(rf"(?<![a-z0-9_])(?:{english})|{chinese}").finditer(lower):
            fades = match[0].startswith("until") and _FADES.search(
                lower[sentence(lower, *match.span())[0] : match.start()]
            )
            if not fades and not denied_before(lower, match.start()):
                raise InvalidRequest(
                    f"A plan has no {what}, which the request asks for with {match[0].strip()!r}.",
                    hint=f"Nearest: {instead}.",
                )
    _refuse_episodes(lower)
    named = [mention.name for mention in agent_mentions(Reading(text), catalogue)]
    _refuse_optimiser(lower, set(named) or set(planned) or {"PPO"})
    if not named and len(planned) < 2:
        _refuse_all(lower, catalogue)


def _refuse_episodes(lower: str) -> None:
    for match in _EPISODES.finditer(lower):
        around = re.split(r"[,，;；。]|\.\s", lower[slice(*sentence(lower, *match.span()))])
        here = next((part for part in around if match[0].strip() in part), match[0])
        if not _OF_EVALUATION.search(here):
            raise InvalidRequest(
                f"Training is given in episodes, {match[0].strip()!r}; the library counts environment steps, and an episode "
                "has no fixed length.",
                hint='Name steps: "for 100k steps". For the evaluation: "evaluate over 100 episodes".',
            )


def own_optimiser(agent: str) -> str:
    """What an agent learns by, in small letters."""
    return "rmsprop" if agent in _RMSPROP else "adam"


def _refuse_optimiser(lower: str, agents: set[str]) -> None:
    known = {own_optimiser(agent) for agent in agents}
    for match in re.finditer(
        rf"(?:(?<![a-z])(?:with|using|use|by|and|plus|try|optimi[sz]ers?(?: is| to)?)|[,=:+用把换成])\s*"
        rf"(?:an? |the |plain |vanilla )*(?P<name>{_OPTIMISERS})(?![a-z-])",
        lower,
    ):
        if (
            match["name"] not in known
            and not denied_before(lower, match.start())
            and not denied_before(lower, match.start("name"))
        ):
            raise InvalidRequest(
                f"The request asks for the optimiser {match['name']!r}; {', '.join(sorted(agents))} learns by "
                f"{' or '.join(sorted(known))}, which no argument changes.",
                hint='Leave it out and set lr; or ask for a new agent, "write PPO with SGD".',
            )


def _refuse_all(lower: str, catalogue: Catalogue) -> None:
    match = _ALL.search(lower)
    if match is None:
        return
    said = match["kind"] or match["zh"] or ""
    rollouts = said.startswith("on") or said in {"同策略", "在策略", "在线策略"}
    known = [
        entry["name"]
        for entry in catalogue.of("agent")
        if not said or any(p["name"] == "num_steps" for p in entry["parameters"]) == rollouts
    ]
    raise InvalidRequest(
        f"The request asks for {match[0].strip()!r}; the runs of a comparison are named one by one.",
        hint=f'For example "compare {known[0]} and {known[1]} on CartPole". There are {", ".join(known)}.',
    )
