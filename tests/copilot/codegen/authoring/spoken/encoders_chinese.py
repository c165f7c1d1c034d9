"""Requests for encoders in Chinese."""

from __future__ import annotations

from tests.copilot.codegen.authoring.spoken.encoder_plans import FUNCTIONS, NORMS_CHINESE, Plan
from tests.copilot.codegen.authoring.spoken.saying import REASONS_CHINESE, Teller


def chinese(plan: Plan, t: Teller) -> str:
    """A request for a plan."""
    start = t.pick("写一个编码器", "帮我写一个自定义编码器", "请实现一个编码器", "设计一个编码器", "我想要一个编码器")
    layers: list[str] = []
    if plan.extra == "coords":
        layers.append(t.pick("输入拼接两个坐标通道", "先拼上坐标通道"))
    if plan.channels:
        layers.append(_convs_chinese(plan, t))
    layers.append(
        {"squeeze": "通道注意力", "softmax2d": "空间softmax", "attention": "自注意力层"}.get(plan.extra or "", "")
    )
    layers.append("全局平均池化" if plan.pool == "global" else "")
    if plan.hidden:
        layers.append(_hidden_chinese(plan, t))
    if plan.features:
        end = {None: "", "none": t.pick("，最后不加激活", "，输出层没有激活函数")}.get(
            plan.last, f"，最后用{plan.last}"
        )
        layers.append(
            t.pick("输出{}维特征", "线性层到{}维", "输出维度{}", "特征维度为{}", "最后输出 {} 维").format(plan.features)
            + end
        )
    rest = t.shuffled(
        [
            t.pick("激活函数用{}", "{}激活", "激活用 {}", "激活函数为{}").format(FUNCTIONS[plan.function])
            if plan.function
            else "",
            t.pick("不要偏置", "不加bias", "无偏置") if not plan.bias else "",
            "正交初始化" if plan.init else "",
            "谱归一化" if plan.spectral else "",
            f"每个隐藏层后dropout {plan.dropout:g}" if plan.dropout else "",
        ]
    )
    return (
        start
        + t.pick("：", "，", "：", "，包含")
        + t.pick("，", "，然后", "，再接", "；").join([x for x in layers if x])
        + "".join(t.pick("，", "。", "；") + one for one in rest)
        + t.pick(*REASONS_CHINESE)
    )


def _convs_chinese(plan: Plan, t: Teller) -> str:
    number = len(plan.channels)
    follow = ""
    after = [t.pick(*NORMS_CHINESE[plan.norm])] if plan.norm and plan.normed == "conv" else []
    after += [t.pick("2x2最大池化", "最大池化（2x2）")] if plan.pool == "max" else []
    if after:
        follow = (
            t.pick("，每层后接", "，每层卷积之后加", "，每层之后都有") + "和".join(after)
            if number > 1
            else "，后接" + "和".join(after)
        )
    head = (
        t.pick(f"{t.count(number)}层卷积", f"{t.count(number)}个卷积层", f"{t.count(number)}层卷积网络")
        if number > 1
        else "一层卷积"
    )
    same = len(set(plan.channels)) == 1
    parts = [
        t.pick("每层{}个通道", "通道数都是{}", "通道数均为{}").format(plan.channels[0])
        if same and number > 1
        else t.pick("通道数{}", "通道数为{}", "通道数分别为{}", "通道 {}", "通道数依次是{}").format(
            t.listed(plan.channels)
        )
    ]
    for name, values in (("kernel", plan.kernels), ("stride", plan.strides)):
        if not values:
            continue
        noun = (
            t.pick("卷积核", "卷积核大小", "核大小", "kernel ")
            if name == "kernel"
            else t.pick("步长", "步幅", "stride ")
        )
        if len(set(values)) == 1:
            parts.append(noun + t.pick("{}", "为{}", "都是{}").format(values[0]))
        else:
            parts.append(noun + t.pick("{}", "为{}", "分别为{}", "依次为{}").format(t.listed(values)))
    if plan.padding is not None:
        parts.append(f"填充为{plan.padding}")
    if t.chance(0.4):
        return f"{head}（{t.pick('，', '；').join(parts)}）{follow}"
    return f"{head}，{'，'.join(parts)}{follow}"


def _hidden_chinese(plan: Plan, t: Teller) -> str:
    number, values = len(plan.hidden), plan.hidden
    noun = t.pick("隐藏层", "全连接层", "线性层")
    follow = f"，每层后接{t.pick(*NORMS_CHINESE[plan.norm])}" if plan.norm and plan.normed == "linear" else ""
    if number == 1:
        return (
            t.pick(f"一个{noun}（{values[0]}个单元）", f"一层{values[0]}单元的{noun}", f"{noun} {values[0]}") + follow
        )
    if len(set(values)) == 1:
        return (
            t.pick(
                f"{t.count(number)}个{values[0]}单元的{noun}",
                f"{t.count(number)}层{noun}，每层{values[0]}个单元",
                f"{t.count(number)}层MLP，每层{values[0]}个神经元",
            )
            + follow
        )
    sizes = t.listed(values)
    return (
        t.pick(
            f"{t.count(number)}层{noun}，宽度{sizes}",
            f"{noun}的宽度依次为{sizes}",
            f"MLP（{sizes}）",
            f"{t.count(number)}层MLP，宽度分别为{sizes}",
        )
        + follow
    )
