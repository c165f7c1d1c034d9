"""Questions in Chinese over a corpus in English: the English names of what they speak of are searched for as well.

A glossary, not a translation: settings come from the catalogue's and the planner's own spoken names, the rest is the
vocabulary of the field.
"""

from __future__ import annotations

import re
from functools import cache

from copilot.core.catalogue import load_catalogue

_SIGNS = re.compile(r"[\u4e00-\u9fff]")

GLOSSARY = {
    "保存": "save checkpoint",
    "存储": "storage",
    "加载": "load checkpoint",
    "载入": "load checkpoint",
    "读回": "load",
    "读取": "load read",
    "检查点": "checkpoint",
    "权重": "weights",
    "继续训练": "resume load train",
    "接着训练": "resume load train",
    "恢复": "resume load",
    "中断": "interrupted",
    "断点": "resume checkpoint",
    "模型": "model",
    "训练": "train",
    "环境": "environment",
    "智能体": "agent",
    "算法": "algorithm agent",
    "编码器": "encoder",
    "特征提取": "encoder features",
    "特征": "features",
    "策略": "policy",
    "价值函数": "value function",
    "价值": "value",
    "评论家": "critic",
    "演员": "actor",
    "网络": "network",
    "层数": "layers",
    "隐藏层": "hidden layers hidden_dim",
    "分布": "distribution",
    "回放": "replay",
    "经验回放": "experience replay storage",
    "缓冲区": "buffer storage",
    "优先级": "prioritized",
    "后见之明": "hindsight HER",
    "奖励": "reward",
    "内在奖励": "intrinsic reward",
    "好奇心": "curiosity intrinsic reward",
    "探索": "exploration",
    "稀疏": "sparse reward",
    "噪声": "noise",
    "优势": "advantage estimation",
    "回报": "returns",
    "折扣": "discount",
    "截断": "truncated",
    "终止": "terminated",
    "回合": "episode",
    "超时": "time limit truncated",
    "时间到": "time limit truncated",
    "步数": "steps",
    "总步数": "num_train_steps",
    "轮数": "epochs n_epochs",
    "批": "batch",
    "小批量": "minibatch batch_size",
    "学习率": "learning rate lr",
    "优化器": "optimizer",
    "梯度": "gradient",
    "裁剪": "clip",
    "熵": "entropy",
    "温度": "temperature alpha entropy",
    "目标网络": "target network",
    "损失": "loss",
    "归一化": "normalize normalization",
    "标准化": "normalize normalization",
    "初始化": "initialization",
    "默认": "default",
    "参数": "argument",
    "超参数": "hyperparameters presets",
    "调参": "tune hyperparameters",
    "预设": "presets tuned settings",
    "评估": "evaluate eval",
    "测试": "test evaluate",
    "日志": "log metrics",
    "指标": "metrics",
    "曲线": "curves tensorboard metrics",
    "画图": "plot",
    "置信区间": "confidence interval",
    "四分位": "interquartile mean IQM",
    "比较": "compare",
    "统计": "statistics",
    "几个种子": "how many seeds",
    "种子": "seed",
    "随机种子": "seed reproducible",
    "复现": "reproducible seed",
    "完全一样": "reproducible identical seed",
    "一致": "reproducible equal",
    "相同结果": "reproducible seed",
    "图像": "image pixels observations",
    "图片": "image observations",
    "像素": "pixels images",
    "画面": "images pixels",
    "摄像头": "camera images pixels",
    "卷积": "convolution CNN encoder",
    "帧": "frames",
    "帧堆叠": "frame_stack",
    "数据增强": "data augmentation",
    "增强": "augmentation",
    "裁切": "crop",
    "平移": "shift",
    "观测": "observation",
    "观察": "observation",
    "状态": "state",
    "字典": "Dict observation",
    "动作": "action",
    "连续": "continuous Box",
    "离散": "discrete",
    "多离散": "MultiDiscrete",
    "机械臂": "robot arm continuous control",
    "机器人": "robot",
    "动作掩码": "action masking",
    "记忆": "memory recurrent LSTM",
    "循环": "recurrent LSTM",
    "预训练": "pre-training",
    "微调": "fine-tuning",
    "分布式": "distributed IMPALA",
    "并行": "parallel environments num_envs",
    "多进程": "processes asynchronous",
    "向量环境": "vector environments",
    "线程": "threads",
    "沙箱": "sandbox",
    "内存": "memory",
    "显卡": "GPU cuda device",
    "显存": "GPU memory",
    "设备": "device",
    "处理器": "CPU",
    "速度": "speed",
    "太慢": "slow speed",
    "隐私": "privacy leaves the machine",
    "私人": "private privacy",
    "泄露": "privacy leaves the machine",
    "上传": "uploaded privacy leaves the machine",
    "离线": "offline without a network",
    "断网": "offline without a network",
    "没有网络": "offline without a network",
    "联网": "network offline",
    "安装": "install",
    "依赖": "dependencies install",
    "升级": "upgrade version",
    "索引": "index ingest",
    "文档": "documents ingest",
    "笔记": "notes ingest own files",
    "自己的文件": "own files ingest",
    "引用": "citation sources",
    "会话": "session conversation",
    "聊天": "conversation session",
    "对话": "conversation session",
    "历史": "history sessions",
    "导出": "export",
    "删除": "delete",
    "生成": "generate script",
    "脚本": "script",
    "命令行": "command line",
    "命令": "command",
    "报错": "error troubleshooting",
    "错误": "error troubleshooting",
    "警告": "warning",
    "磁盘": "disk full",
    "端口": "port",
    "下载": "pull download",
    "哈希": "hash mismatch",
    "校验": "hash sha256",
    "替换": "replace module",
    "换成": "replace",
    "自定义": "own custom module",
    "自己的": "own",
    "自己写": "write your own",
    "自己设计": "own custom write",
    "实现": "implement write",
    "基类": "base class",
    "方法": "method",
    "回调": "callback",
    "提前停止": "early stopping callback",
    "进度条": "progress bar",
    "模块": "module",
    "注册": "register",
    "接口": "interface",
    "论文": "paper",
    "作者": "authors paper",
    "区别": "difference",
    "不收敛": "does not learn flat reward troubleshooting",
    "不上升": "reward flat troubleshooting",
    "发散": "diverge NaN",
    "爆炸": "explodes",
    "崩溃": "collapse crash",
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
    from copilot.codegen.names.tasks import ENVIRONMENTS  # the planner is not loaded for a question in English
    from copilot.codegen.vocabulary import SPOKEN

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
