"""Questions about a run, answered from its record: every figure is computed by code and names its line. No model is asked.

Covers rewards (final, best, when), trend, speed, steps, memory, how it ended, the last value of each metric; several seeds.
Why something is so is said by the rules of `reasons`. Does not cover: two runs held against each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from copilot.assistant.chinese import is_chinese
from copilot.assistant.reasons import reasons
from copilot.assistant.run_facts import LAST, Point, Record, Training
from copilot.codegen import Spec
from copilot.core.catalogue import Catalogue
from copilot.core.errors import CopilotError
from copilot.core.events import Answered
from copilot.core.types import Citation

MOST_TRAININGS = 10
"""Told one by one; the rest is in the record."""

_ASKS = {
    "final": r"\b(?:final|last|end(?:ed)?|evaluation|eval|result)\b|最终|最后|评估|结果|成绩",
    "best": r"\b(?:best|highest|max(?:imum)?|peak|when|(?:which|what) step)\b|最好|最高|最佳|什么时候|哪一步",
    "time": r"\bhow (?:long|much time)\b|\b(?:wall|duration)\b|多久|多长时间|多少时间",
    "speed": r"\b(?:fast|speed|throughput|fps|steps (?:per|a) second|slow)\b|速度|每秒|多快",
    "steps": r"\bhow many (?:steps|episodes|updates)\b|多少步",
    "memory": r"\b(?:memory|ram)\b|内存",
    "trend": r"\b(?:learn\w*|converg\w*|improv\w*|ris(?:e|en|ing)|plateau\w*|flat|stuck|stable|fall\w*|fell|drop\w*"
    r"|diverg\w*|collaps\w*|curves?|solved?|work\w*)\b|学会|学到|收敛|提高|进步|曲线|稳定|[不没]涨|平|降|掉",
    "entropy": r"\bentropy\b|熵",
    "approx_kl": r"\bkl\b|\bdivergence\b|散度",
    "clip_fraction": r"\bclip[\s_]?fraction\b|裁剪比例",
    "explained_variance": r"\bexplained[\s_]variance\b|解释方差",
    "value_loss": r"\bvalue[\s_]loss\b|\bloss(?:es)?\b|价值损失|损失",
    "policy_loss": r"\bpolicy[\s_]loss\b|策略损失",
    "actor_loss": r"\bactor[\s_]loss\b|\bloss(?:es)?\b|损失",
    "critic_loss": r"\bcritic[\s_]loss\b|\bloss(?:es)?\b|损失",
    "intrinsic_reward": r"\bintrinsic\b|\bbonus\b|内在奖励",
}
_WHY = re.compile(r"\bwhy\b|为什么|为何|怎么(?!样)|咋", re.IGNORECASE)

WORDS = {
    "en": {
        "ended": "The run ended with the status {status} after {wall}",
        "unended": "The run has no end on record: it was interrupted, or still goes on",
        "no_rows": "It sent no metrics, so there is nothing to compute",
        "training": "Training {number} of {count}: ",
        "final": "the last evaluation has a mean reward of {value}{spread} at step {step}",
        "best_eval": "the best evaluation was {value} at step {step}",
        "train": "the last mean reward in training was {value} at step {step}",
        "best": "the best mean reward in training was {value} at step {step}",
        "steps": "it trained for {value} steps",
        "episodes": "it finished {value} episodes",
        "fps": "it made {value} steps a second",
        "memory": "its memory peaked at {value} MB",
        "last": "the last {name} was {value}",
        "not_logged": "of {name} the record has nothing",
        "rising": "the reward was still rising at the end: from {first} to {last}, so longer training may give more",
        "settled": "the reward rose from {first} and settled at {last}",
        "fallen": "the reward fell: its best part was {best}, the end is {last}",
        "flat": "the reward stayed flat: it began at {first} and ended at {last}",
        "short": "the rows are too few to speak of a trend: from {first} to {last}",
        "no_trend": "no episode has ended, so there is no reward",
        "why": "What the rules see in its metrics:",
        "no_why": "No rule sees a fault in its metrics.",
        "more": "{count} more trainings are in the record",
        "next": "What to run next: `/suggest`",
    },
    "zh": {
        "ended": "运行以状态 {status} 结束，用时 {wall}",
        "unended": "记录中没有运行的结束：它被中断了，或者还在进行",
        "no_rows": "它没有发送任何指标，因此无从计算",
        "training": "第 {number} 次训练（共 {count} 次）：",
        "final": "最后一次评估的平均奖励为 {value}{spread}，在第 {step} 步",
        "best_eval": "最好的一次评估为 {value}，在第 {step} 步",
        "train": "训练中最后的平均奖励为 {value}，在第 {step} 步",
        "best": "训练中最好的平均奖励为 {value}，在第 {step} 步",
        "steps": "训练了 {value} 步",
        "episodes": "完成了 {value} 个回合",
        "fps": "每秒 {value} 步",
        "memory": "内存峰值为 {value} MB",
        "last": "{name} 最后的值为 {value}",
        "not_logged": "记录中没有 {name}",
        "rising": "奖励到最后仍在上升：从 {first} 到 {last}，训练更久可能会更好",
        "settled": "奖励从 {first} 上升并稳定在 {last}",
        "fallen": "奖励下降了：最好的一段为 {best}，最后为 {last}",
        "flat": "奖励一直持平：从 {first} 开始，到 {last} 结束",
        "short": "数据行太少，看不出趋势：从 {first} 到 {last}",
        "no_trend": "没有回合结束，因此没有奖励",
        "why": "规则从指标中看到：",
        "no_why": "规则没有在指标中看到问题。",
        "more": "其余 {count} 次训练见记录",
        "next": "接下来运行什么：`/suggest`",
    },
}


@dataclass
class _Told:
    """Sentences with marks, and what the marks name."""

    record: Record
    words: dict[str, str]
    chinese: bool
    citations: list[Citation] = field(default_factory=list[Citation])

    def mark(self, file: str, first: int, last: int) -> str:
        """The mark of lines of the record."""
        heading = "metrics of the run" if file.endswith("l") else "how the run ended"
        return self.cite(Citation(0, str(self.record.folder / file), (first, last), heading))

    def cite(self, place: Citation) -> str:
        """The mark of a place; each place has one number."""
        for known in self.citations:
            if (known.source, known.lines, known.page) == (place.source, place.lines, place.page):
                return f" [{known.id}]"
        number = len(self.citations) + 1
        self.citations.append(Citation(number, place.source, place.lines, place.heading, place.page, place.cell))
        return f" [{number}]"

    def at(self, point: Point) -> str:
        return self.mark("metrics.jsonl", point.line, point.line)

    def say(self, key: str, point: Point, **more: object) -> str:
        """A sentence on a figure, marked."""
        given = {"value": figure(point.value), "step": f"{point.step:,}", **more}
        return self.words[key].format(**given) + self.at(point)


def about(question: str, record: Record, spec: Spec | None, catalogue: Catalogue) -> Answered:
    """Answer a question about a run.

    Args:
        question: in the user's words; "" asks how it went.
        record: of the run.
        spec: the plan of what was run, if it is known.
        catalogue: the library's components.
    """
    chinese = is_chinese(question)
    told = _Told(record, WORDS["zh" if chinese else "en"], chinese)
    asked = _asked(question)
    parts = [_sentence([_ended(told, asked)], chinese)]
    trainings = record.trainings
    if not trainings:
        parts.append(_sentence([told.words["no_rows"]], chinese))
    for number, training in enumerate(trainings[:MOST_TRAININGS], start=1):
        head = told.words["training"].format(number=number, count=len(trainings)) if len(trainings) > 1 else ""
        parts.append(_sentence(_figures(told, training, asked), chinese, head))
    if len(trainings) > MOST_TRAININGS:
        parts.append(_sentence([told.words["more"].format(count=len(trainings) - MOST_TRAININGS)], chinese))
    if _WHY.search(question) and trainings:
        parts.append(_why(told, spec, catalogue))
    if trainings:
        parts.append(told.words["next"])
    text = "\n\n".join(part for part in parts if part)
    return Answered(text, False, told.citations, [], {}, None, {"kind": "run", "run": facts_json(record)})


def facts_json(record: Record) -> dict[str, object]:
    """All figures of a run, for JSON."""
    return {
        "folder": str(record.folder),
        "status": record.status,
        "wall_s": record.result.get("wall_s"),
        "peak_memory_mb": record.result.get("peak_memory_mb"),
        "trainings": [_training_json(training) for training in record.trainings],
    }


def figure(value: float) -> str:
    """A number as people write it: whole ones with commas, else four digits."""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}" if abs(value) >= 1e-4 else f"{value:.2e}"


def _asked(question: str) -> set[str]:
    """What the question is about; all of it where it says nothing of that."""
    found = {name for name, pattern in _ASKS.items() if re.search(pattern, question, re.IGNORECASE)}
    return found or {"final", "best", "trend", "speed", "steps"}


def _ended(told: _Told, asked: set[str]) -> str:
    result, words = told.record.result, told.words
    if not result:
        return words["unended"]
    path = told.record.folder / "result.json"
    lines = [_line_of(path, sign) for sign in ('"status"', '"peak_memory_mb"')]
    wall = result.get("wall_s")
    shown = f"{wall:,.1f} s" if isinstance(wall, int | float) else "?"
    ended = words["ended"].format(status=f"`{told.record.status}`", wall=shown) + told.mark(
        "result.json", lines[0], max(lines)
    )
    memory = result.get("peak_memory_mb")
    if "memory" in asked and isinstance(memory, int | float):
        ended += ("；" if told.chinese else "; ") + words["memory"].format(value=f"{memory:,.0f}")
    return ended


def _line_of(path: Path, sign: str) -> int:
    """The first line that holds a sign; 1 where none does."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return 1
    return next((number for number, line in enumerate(lines, start=1) if sign in line), 1)


def _figures(told: _Told, training: Training, asked: set[str]) -> list[str]:
    """The sentences on one training."""
    said = list[str]()
    evaluated, trained = training.last("episode_reward", "eval"), training.last("episode_reward")
    best_eval, best = training.best("eval"), training.best()
    if evaluated and "final" in asked:
        spread = f" ± {figure(evaluated.spread)}" if evaluated.spread is not None else ""
        said.append(told.say("final", evaluated, spread=spread))
    if trained and ("final" in asked or ("trend" in asked and not training.trend)):
        said.append(told.say("train", trained))
    if "best" in asked:
        several = len(training.points("episode_reward", "eval")) > 1
        said += [told.say("best_eval", best_eval)] if best_eval and several else []
        said += [told.say("best", best)] if best and (best != trained or "final" not in asked) else []
    if "trend" in asked:
        said.append(_trend(told, training))
    if (step := training.step) and "steps" in asked:
        said.append(told.say("steps", step))
        if episodes := training.last("episode"):
            said.append(told.say("episodes", episodes))
    if (fps := training.last("fps")) and asked & {"speed", "time"}:
        said.append(told.say("fps", fps))
    for name, spoken in LAST.items():
        if name in asked and (last := training.last(name)):
            said.append(told.say("last", last, name=spoken))
    named = [name for name in LAST if name in asked]
    if named and not any(training.last(name) for name in named):
        said.append(told.words["not_logged"].format(name=", ".join(LAST[name] for name in named)))
    return said


def _trend(told: _Told, training: Training) -> str:
    points = training.points("episode_reward")
    if not points:
        return told.words["no_trend"]
    first, last, best = points[0], points[-1], max(points, key=lambda point: point.value)
    given = {"first": figure(first.value), "last": figure(last.value), "best": figure(best.value)}
    marks = told.at(best if training.trend == "fallen" else first) + told.at(last)
    return told.words[training.trend].format(**given) + re.sub(r"\] \[", "][", marks)


def _why(told: _Told, spec: Spec | None, catalogue: Catalogue) -> str:
    """What the rules see, each with the pages that say so."""
    try:
        seen = reasons(told.record, spec, catalogue)
    except CopilotError as error:
        return error.message
    lines = [f"- {text}{''.join(told.cite(place) for place in places)}" for text, places in seen]
    return told.words["why"] + "\n\n" + "\n".join(lines) if lines else told.words["no_why"]


def _sentence(said: list[str], chinese: bool, head: str = "") -> str:
    """One sentence of several statements."""
    if not said:
        return ""
    text = ("；" if chinese else "; ").join(said)
    text = text if head or chinese else text[:1].upper() + text[1:]
    return f"{head}{text}{'。' if chinese else '.'}"


def _training_json(training: Training) -> dict[str, object]:
    points = {
        "final_evaluation": training.last("episode_reward", "eval"),
        "best_evaluation": training.best("eval"),
        "final_reward": training.last("episode_reward"),
        "best_reward": training.best(),
        "steps_per_s": training.last("fps"),
        **{name: training.last(name) for name in LAST},
    }
    step = training.step
    return {
        "steps": step.step if step else 0,
        "trend": training.trend,
        **{name: {"value": p.value, "step": p.step, "line": p.line} for name, p in points.items() if p is not None},
    }
