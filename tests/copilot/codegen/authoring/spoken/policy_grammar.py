"""Random policies, and requests for them as people would write them."""

from __future__ import annotations

import random
from typing import Any

from tests.copilot.codegen.authoring.spoken.learner_grammar import Fact, compose, count, listed, number, say

FUNCTIONS = {
    "relu": ["ReLU", "relu", "ReLUs"], "tanh": ["tanh", "Tanh"], "elu": ["ELU", "elu"], "gelu": ["GELU", "gelu"],
    "silu": ["SiLU", "swish"], "leaky_relu": ["leaky ReLU", "LeakyReLU"], "mish": ["Mish"],
}  # fmt: skip


def sizes(rng: random.Random, most: int = 3) -> list[int]:
    """Widths of hidden layers."""
    several = rng.randint(1, most)
    if rng.random() < 0.6:
        return [rng.choice([32, 48, 64, 100, 128, 200, 256, 300, 400, 512])] * several
    return [rng.choice([32, 48, 64, 100, 128, 200, 256, 300, 400, 512]) for _ in range(several)]


def layers(rng: random.Random, widths: list[int], *, chinese: bool = False, counted: bool = False) -> str:
    """Hidden layers of these widths, and of one whether it is said that it is one."""
    one, several = widths[0], len(widths)
    same = set(widths) == {one}
    if chinese:
        n = count(rng, several, chinese=True)
        if same and (several > 1 or counted or rng.random() < 0.5):
            return say(rng, "[$n层，每层 $w|$n层 $w|$n个 $w 单元的隐藏层|$n层各 $w 个单元|$n个隐藏层，宽度[均|"
                            "都]为 $w|$n层隐藏层，每层 $w "
                            "个神经元|$n层$w单元|$n层 $w 维]", n=n, w=str(one))  # fmt: skip
        row = listed(rng, widths, chinese=True)
        return say(rng, "[隐藏层 $l|隐藏层为 $l|$l|宽度 $l|各层宽度 $l|隐藏层大小为 $l]", l=row)
    n = count(rng, several)
    if same and several > 1 and rng.random() < 0.6:
        return _same(rng, n, one)
    if several == 1 and (counted or rng.random() < 0.6):
        return say(rng, _single(rng, counted=counted), w=str(one))
    row = listed(rng, widths)
    return say(rng, rng.choice([
        "$l", "$l units", "hidden layers of $l", "hidden layers of $l units", "layers of $l", "hidden sizes $l",
        "hidden layers $l", "layers $l", "widths $l", "hidden sizes of $l", "$l hidden units", "layer widths $l",
        "hidden_sizes=$l", "layer sizes: $l", "$l neurons",
    ]), l=row)  # fmt: skip


def _same(rng: random.Random, n: str, width: int) -> str:
    text = rng.choice([
        "$n[ hidden| fully connected| dense| FC|] layers of $w[ units| neurons|][ each|]",
        "$n[ hidden|] layers with $w[ units| neurons][ each| per layer| in each]",
        "$n[ hidden|] layers of [width|size] $w",
        "$n[ hidden|] layers, each $w wide", "$n[ hidden|] layers, $w units each", "$n[ hidden|] layers each of $w",
        "$n[ hidden|] layers x $w", "$n $w-unit[ hidden|] layers", "$n[ hidden|] layers $w wide", "$n x $w",
        "$w units in each of $n[ hidden|] layers", "$n[ hidden|] layers ($w units)", "$n[ hidden|] layers ($w)",
        "$n[ hidden|] layers: $w each", "$n[ hidden|] layers that are $w wide", "$n layers, all of [width|size] $w",
    ])  # fmt: skip
    return say(rng, text, n=n, w=str(width))


def _single(rng: random.Random, *, counted: bool) -> str:
    sure = [
        "[a single|one|1|a][ hidden|] layer [of $w|of $w units|with $w units|of width $w|of $w neurons]",
        "[a single|one|1|a] $w-unit[ hidden|] layer", "just one[ hidden|] layer of $w",
    ]  # fmt: skip
    return rng.choice(sure if counted else [*sure, "$w[ hidden|] units", "width $w", "hidden size $w"])


PARTS = {
    "actor": ["actor", "actor network", "policy head", "actor head", "policy network", "pi network", "policy net"],
    "critic": ["critic", "critic network", "value head", "value network", "critic head", "value function", "value net"],
    "trunk": ["shared trunk", "trunk", "common trunk", "shared torso", "shared body", "shared layers"],
    "value": ["value stream", "value branch"],
    "advantage": ["advantage stream", "advantage branch"],
    "hidden": ["network", "Q-network", "net", "MLP"],
}  # fmt: skip
CHINESE_PARTS = {
    "actor": ["演员", "actor", "策略网络", "演员网络", "actor 网络", "策略头"],
    "critic": ["评论家", "critic", "价值网络", "评论家网络", "critic 网络", "价值头"],
    "trunk": ["共享主干", "主干", "主干网络", "共享层"],
    "value": ["价值流", "V 流"],
    "advantage": ["优势流", "A 流"],
    "hidden": ["网络", "Q 网络"],
}  # fmt: skip


def part(
    rng: random.Random,
    name: str,
    widths: list[int],
    function: str | None,
    norm: bool,
    *,
    chinese: bool,
    counted: bool = False,
) -> str:
    """What a part of a policy is made of."""
    noun = rng.choice((CHINESE_PARTS if chinese else PARTS)[name])
    text = layers(rng, widths, chinese=chinese, counted=counted)
    shown = rng.choice(FUNCTIONS[function]) if function else ""
    if chinese:
        out = say(rng, "$p[ |：|用|是|为|采用|有|: ]$l", p=noun, l=text)
        if function:
            out += say(rng, "[，激活函数 $f|，激活函数用 $f|，$f 激活|（$f）|，激活用 $f]", f=shown)
        if norm:
            out += rng.choice(["，带层归一化", "，有层归一化"])
        return out
    after = ""
    if function:
        after = say(
            rng, "[, $f| with $f| ($f)|, $f activations| and $f[ activations|]| using $f|, activation $f]", f=shown
        )
    if norm:
        after += rng.choice([" with layer norm", " with LayerNorm", " plus layer normalisation"])
    the = rng.choice(["the ", "" if noun.endswith("layers") or noun[0] in "aeiou" else "a ", ""])
    form = rng.choice([
        "$t$p with $l$a", "$t$p of $l$a", "$t$p has $l$a", "$p: $l$a", "$t$p: $l$a", "$t$p uses $l$a", "$t$p ($l$a)",
        "$t$p is $l$a", "$t$p gets $l$a", "$l$a for the $p", "$l$a in the $p", "$t$p having $l$a", "$p = $l$a",
    ])  # fmt: skip
    return say(rng, form, t=the, p=noun, l=text, a=after)


def _joint(rng: random.Random, widths: list[int], *, chinese: bool, counted: bool) -> str:
    """One thing said of actor and critic."""
    text = layers(rng, widths, chinese=chinese, counted=counted)
    if chinese:
        return say(
            rng,
            "[演员和评论家各$l|actor 和 critic 都是$l|演员与评论家均为$l|两个网络都是$l|actor、critic 各自$l|"
            "独立的演员和评论家网络，各$l]",
            l=text,
        )
    return say(rng, rng.choice([
        "actor and critic of $l", "separate trunks of $l", "separate networks of $l",
        "separate actor and critic networks of "
        "$l", "both actor and critic have $l", "$l for both actor and critic", "$l in both networks",
        "separate trunks for "
        "actor and critic, each with $l", "actor and critic: $l", "actor and critic each have $l", "two separate "
        "networks, each of $l", "both networks have $l", "actor and critic that share nothing, $l",
        "no shared layers, actor "
        "and critic with $l each", "unshared actor and critic, $l each", "the actor and the critic both use $l",
    ]), l=text)  # fmt: skip


INTROS = {
    "policy": ["write a policy for PPO", "an actor-critic policy", "I want an on-policy policy",
    "create an actor-critic policy "
               "for A2C", "implement a PPO policy", "please write me a new policy for PPO",
               "could you make an actor-critic "
               "policy", "On-policy policy", "we need a custom policy module for PPO"],
    "q_policy": ["write a Q-network policy for DQN", "a DQN policy", "I want a Q-network",
    "implement a Q-network policy", "new "
                 "policy for DQN", "could you write a Q-network for DQN", "please write a policy module for DQN"],
    "actor_policy": ["write a policy for $b", "a $b policy", "I want an actor and critics for $b",
    "implement a $b policy",
                     "please make a new policy for $b", "custom $b policy"],
}  # fmt: skip
CHINESE_INTROS = {
    "policy": ["写一个 PPO 的策略", "实现一个演员-评论家策略", "帮我写一个 on-policy 策略", "给 PPO 写一个新策略"],
    "q_policy": ["写一个 DQN 的 Q 网络策略", "实现一个 Q 网络", "帮我给 DQN 写一个 Q 网络策略"],
    "actor_policy": ["写一个 $b 的策略", "给 $b 实现一个策略", "帮我写一个 $b 策略"],
}  # fmt: skip


def shape(rng: random.Random, *, chinese: bool, counted: bool = False) -> tuple[list[Fact], dict[str, Any]]:
    """Trunk, actor and critic of an actor-critic."""
    way = rng.random()
    function = rng.choice([None, None, *FUNCTIONS])
    norm = False
    if way < 0.3:
        both = sizes(rng)
        facts = [Fact({"actor": both, "critic": both}, _joint(rng, both, chinese=chinese, counted=counted))]
    elif way < 0.75:
        names = ["actor", "critic"]
        own = {name: sizes(rng) for name in names}
        norms = {name: rng.random() < 0.15 for name in names}
        functions: dict[str, str | None] = {name: rng.choice([*FUNCTIONS]) for name in names}
        if rng.random() < 0.6:
            functions = dict.fromkeys(names)
        else:
            function = None
        facts = [
            Fact(
                {name: own[name]},
                part(rng, name, own[name], functions[name], norms[name], chinese=chinese, counted=counted),
            )
            for name in names
        ]
        if rng.random() < 0.3:
            facts.reverse()
        extra: dict[str, Any] = {}
        if functions["actor"]:
            extra = {"function": functions["actor"], "critic_function": functions["critic"]}
        if any(norms.values()):
            extra |= {"norm": norms["actor"], "critic_norm": norms["critic"]}
        facts[0].fields |= extra
    else:
        trunk = sizes(rng, 2)
        facts = [
            Fact({"trunk": trunk, "actor": [], "critic": []}, part(rng, "trunk", trunk, None, norm, chinese=chinese))
        ]
        if rng.random() < 0.6:
            heads = {name: sizes(rng, 2) for name in ("actor", "critic")}
            for name, widths in heads.items():
                facts.append(Fact({name: widths}, part(rng, name, widths, None, norm, chinese=chinese)))
    if function:
        shown = rng.choice(FUNCTIONS[function])
        text = say(rng, "[激活函数用 $f|全部用 $f 激活|激活函数为 $f|都用 $f]" if chinese else
                   "[$f activations[ everywhere| throughout|]|$f as the activation|activation: $f|all layers use "
                   "$f|activation "
                   "function $f|$f nonlinearities]", f=shown)  # fmt: skip
        facts.append(Fact({"function": function, "critic_function": None}, text))
    return facts, {}


def extras(rng: random.Random, *, chinese: bool) -> list[Fact]:
    """What else an actor-critic may have."""
    out = []

    def add(about: str, fields: dict[str, Any], english: str, zh: str, **values: str) -> None:
        out.append(Fact(fields, say(rng, zh if chinese else english, **values), frozenset(about.split())))

    dev = rng.choice([0.1, 0.2, 0.3, 0.5, 0.6, 0.8, 2.0])
    n = number(rng, dev)
    add("std", {"deviation": dev}, "[initial [std|standard deviation|action std] [of |]$n|the standard deviation starts at "
        "$n|an initial std of $n|std initialised to $n]", "[初始标准差 $n|标准差初始为 $n|动作标准差从 $n 开始]",
        n=n)  # fmt: skip
    add("std", {"deviation": dev, "deviates": "fixed"}, "[fixed std [of |]$n|a constant standard deviation of $n|"
                                                        "std fixed at "
        "$n|the std is $n and not learned|standard deviation fixed to $n, not learned]",
        "[标准差固定为 $n|固定标准差 $n|标准差取 $n，不学习]",
        n=n)  # fmt: skip
    low, high = rng.choice([(-5, 2), (-20, 2), (-3, 0), (-4, 1), (-10, 2)])
    add("std", {"deviates": "state", "log_low": low, "log_high": high}, "[state-dependent std, log std [clamped to "
        "[between $a and "
        "$b|$l]|between $a and $b|clipped to $l|in $l]]", "[状态相关的标准差，log std 限制在 $l|"
                                                          "标准差由状态决定，log_std 裁剪到 $l]",
        a=str(low), b=str(high), l=f"[{low}, {high}]")  # fmt: skip
    add(
        "std",
        {"deviates": "state"},
        "[state-dependent [std|standard deviations|log std]|the std depends on the state|the actor "
        "outputs mean and log std]",
        "[状态相关的标准差|标准差依赖于状态|标准差由状态决定]",
    )
    rate, other = rng.choice([1e-4, 3e-4, 1e-3, 5e-4]), rng.choice([2e-4, 2e-3, 3e-3])
    a, b = number(rng, rate), number(rng, other)
    add("rates", {"actor_lr": rate, "critic_lr": other}, "[actor learning rate $a[,| and] critic learning rate $b|"
                                                         "lr $a for the "
        "actor and $b for the critic|the actor learns at $a and the critic at $b|actor lr $a, critic lr $b|"
        "learning rates $a "
        "(actor) and $b (critic)|actor_lr=$a, critic_lr=$b|a learning rate of $a for the actor and of $b for the critic]",
        "[演员学习率 $a，评论家学习率 $b|actor 的学习率 $a，critic 的学习率 $b|actor 用学习率 $a，critic 用 $b|"
        "学习率：actor $a，critic $b]",
        a=a, b=b)  # fmt: skip
    drop = rng.choice([0.1, 0.2, 0.05, 0.25])
    d = number(rng, drop, share=True)
    add("dropout", {"dropout": drop}, "[dropout [of |]$d|a dropout rate of $d|dropout with probability $d|dropout "
                                      "everywhere "
        "($d)|dropout p=$d]", "[dropout $d|dropout 率 $d|随机失活 $d|dropout 概率为 $d]", d=d)  # fmt: skip
    add(
        "norm",
        {"norm": True},
        "[layer norm after each hidden layer|layer norm in all layers|LayerNorm everywhere|layer "
        "normalisation|with layer norm|layer norm in both]",
        "[每层后加层归一化|都加层归一化|使用 LayerNorm]",
    )
    add(
        "norm",
        {"norm": False, "critic_norm": True},
        "[layer norm only in the critic|layer norm in the critic [only|but not in the "
        "actor]|the critic gets layer norm, the actor does not]",
        "[只有评论家用层归一化|仅 critic 加 LayerNorm|评论家加层归一化，演员不加]",
    )
    add(
        "spectral",
        {"spectral": True},
        "[spectral norm[alisation|] [in|on] the critic|a spectrally normalised critic]",
        "[评论家用谱归一化|critic 加谱归一化]",
    )
    many = rng.choice([2, 3, 4, 5])
    how = rng.choice(["min", "mean", "max", "median"])
    word = {"min": "[minimum|smallest]", "mean": "[mean|average]", "max": "[maximum|largest]", "median": "median"}[how]
    zh = {"min": "最小值", "mean": "平均值", "max": "最大值", "median": "中位数"}[how]
    add("critics", {"critics": many, "combined": how}, f"[$c critics whose {word} is the value|$c value heads, "
                                                       f"take the {word}|the "
        f"value is the {word} of $c critics|an ensemble of $c critics ({word})|$c critics, {word} of them|$c "
        f"separate critics combined "
        f"by their {word}]", f"[$z个评论家，取{zh}|$z个价值头，取{zh}|价值取 $z 个评论家的{zh}]",
        c=count(rng, many), z=count(rng, many, chinese=True))  # fmt: skip
    bins, edge = rng.choice([21, 51, 101]), rng.choice([5, 10, 20])
    add("bins", {"bins": bins, "low": -edge, "high": edge}, "[value head over $n bins [between|from] $a [and|to] "
                                                            "$b|the value is "
        "predicted as $n bins between $a and $b|$n value bins from $a to $b]",
        "[价值用 $n 个区间表示，范围 $a 到 $b|价值头输出 $n 个 bin，$a 到 $b]",
        n=str(bins), a=str(-edge), b=str(edge))  # fmt: skip
    add("experts", {"experts": many}, "[$c experts [weighed|mixed|gated] by a softmax|a mixture of $c experts[ as "
                                      "the actor|]|$c "
        "expert actors with a softmax gate]", "[$z个专家，softmax 门控|$z个专家的混合]",
        c=count(rng, many), z=count(rng, many, chinese=True))  # fmt: skip
    add(
        "squash",
        {"squashed": True},
        "[the mean goes through tanh|tanh on the mean|means squashed by tanh|tanh-squashed mean]",
        "[均值经过 tanh|均值用 tanh 压缩]",
    )
    add("detached", {"detached": True}, "[the critic's gradient does not reach the encoder|no critic gradients "
                                        "into the encoder|stop "
        "the critic's gradients before the encoder|the critic's gradients stop at the encoder|the encoder is "
        "trained by the actor "
        "alone]", "[评论家的梯度不传到编码器|critic 的梯度不回传给编码器]")  # fmt: skip
    gain, value = rng.choice([0.01, 0.1, 0.001]), rng.choice([0.1, 0.5, 0.01])
    add("gains", {"actor_gain": gain, "critic_gain": value}, "[orthogonal initialisation, gain $a for the actor "
                                                             "and $b for the "
        "critic|orthogonal init with gain $a on the policy head and $b on the value head|orthogonal init (policy "
        "head gain $a, "
        "value head gain $b)]", "[正交初始化，演员增益 $a，评论家增益 $b]",
        a=number(rng, gain), b=number(rng, value))  # fmt: skip
    if chinese:
        out = [fact for fact in out if fact.text]
    return out


def q_shape(rng: random.Random, *, chinese: bool) -> list[Fact]:
    """Layers of a Q-network."""
    if rng.random() < 0.5:
        own = sizes(rng)
        text = part(rng, "hidden", own, None, False, chinese=chinese)
        return [Fact({"hidden": own}, text)]
    way = rng.choice(["mean", "max", "mean"])
    said = {
        "mean": ["dueling streams", "dueling heads", "a dueling architecture", "dueling streams, the mean advantage "
            "subtracted",
                 "dueling (mean-subtracted advantages)"],
        "max": ["dueling streams, the maximum advantage subtracted", "dueling heads that subtract the max advantage",
                "dueling architecture with the max of the advantages subtracted instead of the mean"],
    }[way]  # fmt: skip
    zh = {"mean": ["双流结构", "dueling 结构，减去平均优势"], "max": ["dueling 结构，减去最大优势"]}[way]
    facts = [Fact({"dueling": way, "hidden": []}, rng.choice(zh if chinese else said))]
    if rng.random() < 0.5:
        own = sizes(rng, 2)
        text = layers(rng, own, chinese=chinese)
        form = (
            "[两个流各$l|每个流$l|两个流都是$l]"
            if chinese
            else "[each stream has $l|both streams have $l|two streams of $l each|each with $l|$l in each stream|"
            "streams of $l]"
        )
        facts.append(Fact({"value": own, "advantage": own}, say(rng, form, l=text)))
    else:
        for name in ("value", "advantage"):
            own = sizes(rng, 2)
            facts.append(Fact({name: own}, part(rng, name, own, None, False, chinese=chinese)))
    if rng.random() < 0.3:
        own = sizes(rng, 2)
        facts.append(Fact({"hidden": own}, part(rng, "trunk", own, None, False, chinese=chinese)))
    return facts


def q_extras(rng: random.Random, *, chinese: bool) -> list[Fact]:
    """What else a Q-network may have."""
    out = []

    def add(about: str, fields: dict[str, Any], english: str, zh: str, **values: str) -> None:
        out.append(Fact(fields, say(rng, zh if chinese else english, **values), frozenset(about.split())))

    function = rng.choice([*FUNCTIONS])
    add("function", {"function": function}, "[$f activations|activation $f|$f as activation|all with $f]",
    "[激活函数用 $f|$f 激活]",
        f=rng.choice(FUNCTIONS[function]))  # fmt: skip
    add(
        "norm",
        {"norm": True},
        "[layer norm|layer norm after each hidden layer|LayerNorm in the hidden layers]",
        "[加层归一化|每层后加 LayerNorm]",
    )
    drop = rng.choice([0.1, 0.2, 0.05])
    add("dropout", {"dropout": drop}, "[dropout [of |]$d|a dropout rate of $d|dropout with probability $d]",
    "[dropout $d|dropout 率 $d]",
        d=number(rng, drop, share=True))  # fmt: skip
    sigma = rng.choice([0.5, 0.4, 0.1, 0.017])
    where = rng.choice(["all", "last"])
    zone = "" if where == "all" else "[ in the last layer[ only|]| only in the output layer]"
    add("noisy", {"noisy": sigma, "noisy_layers": where}, f"[noisy layers{zone}[ with|,] sigma0 [=|of|] $n|"
                                                          f"NoisyNet layers{zone} (sigma0 $n)|noisy linear "
        f"layers{zone}, sigma_0 = $n|noisy nets{zone}, initial sigma $n]",
        "[噪声线性层，sigma0 为 $n|使用 NoisyNet，sigma0=$n]" if where == "all"
        else "[只有最后一层用噪声线性层，sigma0 为 $n]", n=number(rng, sigma))  # fmt: skip
    many = rng.choice([3, 4, 5, 10])
    add(
        "heads",
        {"heads": many, "target": "min"},
        "[an ensemble of $c [networks|heads|Q-networks], the minimum for the "
        "targets|$c Q-networks whose minimum makes the targets]",
        "[$z 个 Q 网络的集成，目标取最小值]",
        c=count(rng, many),
        z=str(many),
    )
    add("heads", {"heads": many}, "[an ensemble of $c [networks|heads|Q-networks]|$c Q-networks, their mean acts|"
                                  "$c bootstrapped heads]",
        "[$z 个 Q 网络的集成]", c=count(rng, many), z=str(many))  # fmt: skip
    atoms, edge = rng.choice([21, 51, 101]), rng.choice([5, 10, 20, 100])
    add("returns", {"atoms": atoms, "low": -edge, "high": edge}, "[C51 with $n atoms [between|from] $a [and|to] $b|"
                                                                 "categorical returns, $n atoms from $a to "
        "$b|a distributional head with $n atoms in $l|$n atoms, v_min $a, v_max $b|C51 head ($n atoms, support $l)]",
        "[C51，$n 个原子，范围 $a 到 $b|分布式输出：$n 个原子，从 $a 到 $b]",
        n=str(atoms), a=str(-edge), b=str(edge), l=f"[{-edge}, {edge}]")  # fmt: skip
    quantiles = rng.choice([32, 50, 100, 200])
    add("returns", {"quantiles": quantiles}, "[$n quantiles[ per action|]|QR-DQN head with $n quantiles|quantile "
                                             "regression with $n quantiles]",
        "[$n 个分位数|每个动作 $n 个分位数|QR-DQN，$n 个分位点]", n=str(quantiles))  # fmt: skip
    return out


def actor_shape(rng: random.Random, *, chinese: bool) -> list[Fact]:
    """Layers of actor and critics."""
    facts, _ = shape(rng, chinese=chinese, counted=True)
    while any("trunk" in fact.fields for fact in facts):
        facts, _ = shape(rng, chinese=chinese, counted=True)
    return facts


def actor_extras(rng: random.Random, *, chinese: bool) -> list[Fact]:
    """What else the policy of an off-policy actor-critic may have."""
    keep = {"rates", "norm", "spectral"}
    out = [fact for fact in extras(rng, chinese=chinese) if fact.about & keep]
    for fact in out:
        if fact.fields == {"norm": True}:
            fact.fields = {"norm": True, "critic_norm": True}

    def add(about: str, fields: dict[str, Any], english: str, zh: str, **values: str) -> None:
        out.append(Fact(fields, say(rng, zh if chinese else english, **values), frozenset(about.split())))

    drop = rng.choice([0.1, 0.01, 0.05])
    add("dropout", {"critic_dropout": drop}, "[dropout [of |]$d in the critics|the critics have dropout $d|dropout "
                                             "$d [only in the critics|in the critics but not in the actor]]",
        "[评论家 dropout $d|critic 用 dropout，概率 $d]", d=number(rng, drop, share=True))  # fmt: skip
    add(
        "late",
        {"late_action": True},
        "[the action enters at the second layer|the action joins the critic after the first hidden layer|actions "
        "enter the critics at the "
        "second hidden layer]",
        "[动作在第二层输入评论家|动作从第二个隐藏层进入 critic]",
    )
    return out


DEFAULTS = {"policy": {"actor": [64, 64], "critic": [64, 64]}, "q_policy": {"hidden": [256]}, "actor_policy": {}}


def request(
    rng: random.Random, family: str | None = None, *, chinese: bool | None = None
) -> tuple[str, str, dict[str, Any], list[str]]:
    """A random policy: its family, the request, the fields it says, and what it says one by one."""
    family = family or rng.choice(["policy", "policy", "q_policy", "actor_policy"])
    chinese = rng.random() < 0.25 if chinese is None else chinese
    base = rng.choice(["SAC", "TD3", "DDPG"])
    intro = rng.choice((CHINESE_INTROS if chinese else INTROS)[family]).replace("$b", base)
    if family == "policy":
        facts, more = shape(rng, chinese=chinese)[0], extras(rng, chinese=chinese)
    elif family == "q_policy":
        facts, more = q_shape(rng, chinese=chinese), q_extras(rng, chinese=chinese)
    else:
        facts, more = actor_shape(rng, chinese=chinese), actor_extras(rng, chinese=chinese)
    rng.shuffle(more)
    taken: set[str] = set()
    named = {name for fact in facts for name in fact.fields}
    for fact in more:
        if len(taken) >= 2 or fact.about & taken or named & set(fact.fields) or rng.random() < 0.5:
            continue
        taken |= fact.about
        facts.append(fact)
    fields: dict[str, Any] = {"of": base} if family == "actor_policy" else {}
    for fact in facts:
        fields |= fact.fields
    texts = [fact.text for fact in facts]
    return family, compose(rng, intro, texts, chinese=chinese), fields, texts
