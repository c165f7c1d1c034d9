"""Questions in Chinese over a corpus in English: the English names of what they speak of are searched for as well.

A glossary, not a translation: settings come from the catalogue's and the planner's own spoken names, the rest is the
vocabulary of the field.
"""

from __future__ import annotations

import re
from functools import cache

from copilot.codegen.vocabulary import ENVIRONMENTS, SPOKEN
from copilot.core.catalogue import load_catalogue

_SIGNS = re.compile(r"[\u4e00-\u9fff]")

GLOSSARY = {
    "保存": "save checkpoint",
    "加载": "load checkpoint",
    "载入": "load checkpoint",
    "检查点": "checkpoint",
    "继续训练": "resume load train",
    "恢复": "resume load",
    "中断": "interrupted",
    "模型": "model",
    "训练": "train",
    "环境": "environment",
    "智能体": "agent",
    "编码器": "encoder",
    "策略": "policy",
    "存储": "storage",
    "分布": "distribution",
    "奖励": "reward",
    "内在奖励": "intrinsic reward",
    "优势": "advantage estimation",
    "回报": "returns",
    "截断": "truncated",
    "终止": "terminated",
    "评估": "evaluate eval",
    "日志": "log metrics",
    "曲线": "tensorboard metrics",
    "图像": "image observations",
    "图片": "image observations",
    "观测": "observation",
    "动作": "action",
    "沙箱": "sandbox",
    "内存": "memory limit",
    "显卡": "cuda device",
    "设备": "device",
    "随机种子": "seed reproducible",
    "复现": "reproducible seed",
    "隐私": "privacy leaves the machine",
    "上传": "uploaded privacy",
    "离线": "offline without a network",
    "安装": "install",
    "索引": "index ingest",
    "报错": "error troubleshooting",
    "错误": "error troubleshooting",
    "替换": "replace module",
    "自定义": "own module",
    "预设": "presets tuned settings",
    "超参数": "hyperparameters presets",
    "论文": "paper",
}


def is_chinese(text: str) -> bool:
    """Whether a text has a Chinese sign."""
    return bool(_SIGNS.search(text))


def with_english(question: str) -> str:
    """The question, and the English names of the Chinese words in it; other questions as they are."""
    if not is_chinese(question):
        return question
    found = [english for chinese, english in _names().items() if chinese in question]
    return " ".join([question, *dict.fromkeys(found)])


@cache
def _names() -> dict[str, str]:
    """Chinese to English, longer words first."""
    pairs = dict(GLOSSARY)
    for name, spoken in SPOKEN.items():
        english = " ".join([name, *(word for word in spoken if word.isascii())][:2])
        pairs |= {word: english for word in spoken if is_chinese(word) and len(word) > 1}
    for entry in load_catalogue().components:
        pairs |= {alias: entry["name"] for alias in entry["aliases"] if is_chinese(alias)}
        for parameter in entry["parameters"]:
            pairs |= {a: f"{parameter['name']} {parameter['doc']}" for a in parameter["aliases"] if is_chinese(a)}
    for name, spoken in ENVIRONMENTS.items():
        pairs |= {word: name for word in spoken if is_chinese(word)}
    return dict(sorted(pairs.items(), key=lambda pair: -len(pair[0])))
