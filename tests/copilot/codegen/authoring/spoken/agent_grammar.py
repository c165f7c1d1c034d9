"""Random algorithms, and requests for them as people would write them."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from copilot.codegen.authoring.spec import Continuous, Learner, Term
from tests.copilot.codegen.authoring.spoken.learner_grammar import Fact, compose, count, number, say, valued

Facts = list[Fact]


class _Told:
    """Collects what may be said, each time in one of its wordings."""

    def __init__(self, rng: random.Random, *, chinese: bool) -> None:
        self.rng, self.chinese = rng, chinese
        self.facts: Facts = []

    def add(self, about: str, fields: dict[str, Any], english: str, zh: str, **values: str) -> None:
        """Something with words of its own."""
        text = say(self.rng, zh if self.chinese else english, **values)
        self.facts.append(Fact(fields, text, frozenset(about.split())))

    def number(
        self,
        field: str,
        choices: list[float],
        nouns: list[str],
        zh: list[str],
        *,
        about: str = "",
        share: bool = False,
        fields: dict[str, Any] | None = None,
    ) -> None:
        """A noun with a number."""
        value = self.rng.choice(choices)
        text = valued(
            self.rng, zh if self.chinese else nouns, number(self.rng, value, share=share), chinese=self.chinese
        )
        self.facts.append(Fact({field: value, **(fields or {})}, text, frozenset((about or field).split())))


def settings(told: _Told) -> None:
    """What any algorithm may have."""
    told.number("lr", [1e-4, 3e-4, 5e-4, 7e-4, 2e-3], ["learning rate", "lr", "step size"], ["学习率", "lr"])
    told.number(
        "discount",
        [0.9, 0.95, 0.98, 0.995, 0.97],
        ["discount", "gamma", "discount factor"],
        ["折扣因子", "折扣", "gamma"],
    )
    told.number(
        "batch_size",
        [32, 64, 128, 512],
        ["batch size", "batch_size", "minibatch size"],
        ["批大小", "batch size", "批量大小"],
    )
    told.number("hidden_dim", [64, 128, 512, 400], ["hidden dim", "hidden size", "hidden_dim", "hidden width"],
                ["隐藏层宽度", "隐藏维度", "hidden_dim"])  # fmt: skip
    told.number("max_grad_norm", [1, 10, 5, 40], ["max grad norm", "gradient clipping", "gradient norm",
    "max_grad_norm",
                "gradient norm clip"], ["梯度裁剪", "梯度范数裁剪", "最大梯度范数"])  # fmt: skip
    rng = told.rng
    name, decay = rng.choice(["AdamW", "RMSprop", "SGD", "NAdam"]), rng.choice([0.01, 0.1, 1e-4])
    told.add("optimizer", {"optimizer.name": name}, "[$o|$o instead of Adam|the optimiser is $o|$o as the "
                                                    "optimiser|optimizer $o|optimizer: "
             "$o|optimizer=$o|$o optimizer]", "[优化器用 $o|优化器为 $o|用 $o 优化器|$o 优化器|优化器: $o]",
             o=name)  # fmt: skip
    told.add("optimizer decay", {"optimizer.name": "AdamW",
    "optimizer.weight_decay": decay}, "[AdamW with weight decay $n|AdamW (weight decay $n)|AdamW, weight "
             "decay $n|AdamW and a weight decay of $n]", "[AdamW，权重衰减 $n|AdamW 优化器，权重衰减为 $n]",
             n=number(rng, decay))  # fmt: skip


def on_policy(told: _Told) -> None:
    """What an on-policy actor-critic may have."""
    rng = told.rng
    clip = rng.choice([0.1, 0.15, 0.25, 0.3])
    n = number(rng, clip)
    told.add("surrogate clip", {"clip.value": clip}, "[clip range $n|a clip range of $n|clip ratio $n|"
                                                     "clip_range=$n|clip epsilon $n|clipping at $n|clip "
             "range: $n|a clip range of $n instead of 0.2|clipping parameter $n|the ratio clipped to within $n]",
             "[裁剪范围 $n|裁剪系数为 $n|clip range 取 $n|clip 设为 $n]", n=n)  # fmt: skip
    low, high = rng.choice([(0.2, 0.28), (0.1, 0.3), (0.2, 0.4)])
    told.add("surrogate clip", {"clip.value": low, "clip.high": high}, "[clip $a below and $b above|lower clip $a, "
        "upper clip $b|asymmetric clipping, $a below "
        "and $b above|lower clip "
             "range $a and upper clip range $b|clip range $a on the low side and $b on the high side|ratios "
             "clipped to [between|] $c and $d|clip-higher with $a and $b]",
             "[非对称裁剪，下界 $a，上界 $b|下侧裁剪 $a，上侧 $b]",
             a=number(rng, low), b=number(rng, high), c=f"{1 - low:g}", d=f"{1 + high:g}")  # fmt: skip
    dual = rng.choice([2, 3, 5])
    told.add("surrogate clip", {"clip.dual": float(dual)}, "[dual clipping with c [=|of] $n|dual clip (c=$n)|"
                                                           "dual-clip with constant $n|dual clip $n|dual clipping, "
                                                           "c $n]",
             "[双重裁剪，c=$n|双裁剪，c 取 $n]", n=str(dual))  # fmt: skip
    weight = rng.choice([0.5, 0.1, 2.0, 0.2, 1.5])
    way = rng.choice([True, False])
    kind = "" if way else "reverse "
    told.add("surrogate", {"-clip": True, "kl_penalty.weight": weight, "kl_penalty.forward": way},
        f"[a {kind}KL penalty of weight $n instead "
        f"of clipping|a {kind}KL penalty "
        f"(coefficient $n) in place of the "
             f"clipped objective|no clipping but a {kind}KL penalty with coefficient $n|{kind}KL penalty $n "
             f"instead of the clip]",
             f"[用{'' if way else '反向 '}KL 惩罚代替裁剪，系数 $n|不用裁剪，改用{'' if way else '反向 '}KL "
             f"惩罚，系数为 $n]",
             n=number(rng, weight))  # fmt: skip
    target = rng.choice([0.02, 0.005, 0.03])
    told.add("surrogate", {"-clip": True, "adaptive_kl.value": target}, "[an adaptive KL penalty with target $n "
        "instead of clipping|adaptive KL penalty "
        "(target $n), no clipping|no clipping, an "
        "adaptive KL penalty, target KL $n]",
             "[用自适应 KL 惩罚代替裁剪，目标 $n|不裁剪，自适应 KL 惩罚，目标为 $n]", n=number(rng, target))  # fmt: skip
    eps = rng.choice([0.1, 0.3])
    told.add("surrogate", {"-clip": True, "spo.value": eps}, "[the SPO objective with epsilon $n|the simple policy "
                                                             "optimization loss, epsilon $n|SPO loss (epsilon = "
                                                             "$n)]",
    "[SPO 目标，epsilon 取 $n|SPO 损失，epsilon=$n]",
             n=number(rng, eps))  # fmt: skip
    slope = rng.choice([0.1, 0.5, 0.02])
    told.add("surrogate", {"-clip": True, "rollback.slope": slope}, "[rollback with slope $n|the rollback "
                                                                    "surrogate, slope $n|a rollback objective "
                                                                    "(slope $n)]",
    "[rollback，斜率 $n|rollback 目标，slope=$n]", n=number(rng, slope))  # fmt: skip
    cut = rng.choice([1, 2, 5])
    told.add("surrogate", {"-clip": True, "truncated.value": float(cut)}, "[importance ratios truncated at $n[ instead "
        "of clipped|]|truncated importance weights, "
        "c = $n|the ratio is capped at $n instead of "
        "clipping]",
             "[重要性比率截断到 $n，不裁剪]", n=str(cut))  # fmt: skip
    bonus = rng.choice([0.001, 0.02, 0.05, 0.005])
    n = number(rng, bonus)
    told.add("entropy", {"entropy.weight": bonus}, "[entropy bonus [of |]$n|an entropy coefficient of $n|entropy "
                                                   "coefficient $n|entropy weight $n|ent_coef=$n|ent_coef $n|"
                                                   "entropy bonus with weight $n|entropy bonus weighted by "
             "$n|$n times the entropy|entropy ($n)|entropy regularisation of $n|entropy coef: $n|the entropy bonus "
             "is $n|a weight of $n on the entropy|$n as the entropy coefficient]",
             "[熵系数 $n|熵正则系数为 $n|熵奖励权重取 $n|熵系数设为 $n|熵系数: $n|$n 的熵系数]", n=n)  # fmt: skip
    told.add("entropy", {"-entropy": True}, "[no entropy bonus|without entropy|no entropy regularisation|without "
                                            "an entropy term|entropy off|drop the entropy bonus|the entropy bonus "
                                            "is removed|no entropy term at all]",
             "[不用熵正则|去掉熵奖励|不加熵项|没有熵奖励]")  # fmt: skip
    end, over = rng.choice([0.0, 0.001]), rng.choice([100_000, 50_000, 200_000])
    told.add("entropy", {"entropy.weight": bonus, "entropy.fall.shape": "linear",
    "entropy.fall.end": end, "entropy.fall.over": over}, "[entropy coefficient [falling|decaying|annealed|going "
                                                         "down] linearly from $a to $b [over|within] [the first |"
                                                         "]$t steps|entropy bonus "
             "annealed from $a to $b over $t steps|entropy coefficient from $a to $b linearly over $t steps|an "
             "entropy bonus that decays linearly from $a to $b in $t steps]",
             "[熵系数在前 $z 步内从 $a 线性降到 $b|熵系数从 $a 线性衰减到 $b，共 $z 步]",
             a=n, b="0" if not end else number(rng, end), t=number(rng, over), z=str(over))  # fmt: skip
    vf = rng.choice([0.25, 1.0, 2.0, 0.1])
    told.add("value", {"value.weight": vf}, "[value loss coefficient $n|a value coefficient of $n|vf_coef=$n|value "
                                            "loss weight $n|value loss weighted by $n|value loss with weight $n|"
                                            "critic loss coefficient of $n|$n as the value loss coefficient|value "
                                            "coef "
             "$n|value loss x $n]", "[价值损失系数 $n|价值系数为 $n|价值损失权重取 $n|价值损失的系数设为 $n]",
             n=number(rng, vf))  # fmt: skip
    delta = rng.choice([1.0, 0.5, 2.0])
    told.add("value", {"-value": True, "huber_value.value": delta}, "[Huber value loss with delta $n|a Huber loss "
                                                                    "for the critic (delta $n)|Huber loss on the "
                                                                    "value function, delta = $n|smooth L1 value "
                                                                    "loss, delta $n]",
    "[价值损失用 Huber，delta 取 $n|Huber 价值损失，delta=$n]", n=number(rng, delta))  # fmt: skip
    told.add("value", {"-value": True, "clipped_value.value": clip}, "[clipped value loss with range $n|value "
                                                                     "clipping at $n|clip the values at $n|value "
                                                                     "loss clipped with $n|value function "
                                                                     "clipping, range $n]",
    "[价值裁剪 $n|价值裁剪，范围 $n]", n=number(rng, clip))  # fmt: skip
    sil = rng.choice([0.1, 0.2, 0.5, 0.05])
    n = number(rng, sil)
    told.add("imitation", {"self_imitation.weight": sil}, "[self-imitation with weight $n|a self-imitation loss of "
                                                          "weight $n|self-imitation loss ($n)|self imitation "
                                                          "learning weighted by $n|$n times a self-imitation term|"
                                                          "a self-imitation term, coefficient $n]",
             "[自模仿损失，权重 $n|自我模仿项，系数为 $n|系数为 $n 的自模仿损失]", n=n)  # fmt: skip
    for name, words, zh in (
        ("inverse_model", "inverse [dynamics|model] loss", "逆动力学辅助损失"), ("forward_model",
        "forward [dynamics|model] loss", "前向动力学辅助损失"),
        ("reward_model", "reward prediction loss", "奖励预测辅助损失"), ("reconstruction", "reconstruction loss",
        "重构辅助损失"),
        ("contrastive", "contrastive loss", "对比学习辅助损失"),
    ):  # fmt: skip
        told.add("auxiliary", {f"{name}.weight": sil}, f"[an auxiliary {words} with weight $n|an auxiliary {words} "
                                                       f"($n)|$n times an auxiliary {words}|auxiliary {words}, "
                                                       f"coefficient $n|an auxiliary {words} weighted by $n|an "
                                                       f"auxiliary {words} of weight $n]",
                 f"[{zh}，系数 $n|{zh}，权重为 $n]", n=n)  # fmt: skip
    decay = rng.choice([0.9, 0.995, 0.999])
    told.add("slow", {"slow_policy.weight": sil, "slow_policy.decay": decay}, "[a KL to an EMA copy of the policy, weight "
        "$n, decay $d|KL penalty to a slow copy of "
        "the policy with weight $n and decay $d|a KL "
        "divergence from a moving average of the "
        "policy (decay $d, weight $n)]",
             "[与策略的滑动平均副本的 KL 惩罚，权重 $n，衰减 $d]", n=n, d=number(rng, decay))  # fmt: skip
    for way, english, zh in (
        ("rollout", "[advantages normalised over the whole rollout|advantages are normalised once per rollout|"
                    "normalise the advantages over the rollout]",
        "[在整个 rollout 上归一化优势]"),
        ("none", "[no advantage normalisation|unnormalised advantages|advantages are not normalised|without "
                 "normalising advantages|raw advantages]",
        "[优势不归一化|不做归一化优势|不归一化优势]"),
        ("rank", "[rank-normalised advantages|advantages replaced by their ranks|ranks of the advantages instead "
                 "of the advantages]",
        "[优势按排名归一化]"),
        ("sign", "[only the sign of the advantages|advantages replaced by their signs|the sign of the advantage only]",
        "[优势只取符号]"),
    ):  # fmt: skip
        told.add("advantages", {"advantages": way}, english, zh)
    told.add(
        "positive",
        {"positive_advantages": True},
        "[only positive advantages|negative advantages are ignored|advantages clipped below at 0|ignore negative "
        "advantages]",
        "[只用正的优势|只使用正优势]",
    )
    momentum = rng.choice([0.95, 0.8, 0.99])
    told.add("baseline value", {"baseline": "moving_average",
    "momentum": momentum, "-value": True}, "[a moving average baseline (momentum $n)|a running mean of the returns "
                                           "as the baseline, momentum $n|a moving-average baseline with decay $n]",
    "[滑动平均基线，动量 $n|回报的滑动平均作为基线，动量 $n]", n=number(rng, momentum))  # fmt: skip
    told.add(
        "baseline value",
        {"baseline": "leave_one_out", "-value": True},
        "[leave-one-out baselines|an RLOO baseline|the mean return of the other environments as baseline]",
        "[留一法基线]",
    )
    told.add(
        "baseline value",
        {"baseline": "group", "-value": True},
        "[group-relative advantages|GRPO-style advantages|group-normalised advantages]",
        "[组内归一化优势]",
    )
    bins, edge = rng.choice([21, 101, 255]), rng.choice([5, 20, 15])
    for way, english in (("hl_gauss", "HL-Gauss"), ("two_hot", "two-hot")):
        told.add("critic", {"critic_error": way, "bins": bins, "low": -edge, "high": edge},
        f"[a {english} critic with $n bins [between|"
            f"from] $a [and|to] $b|a critic trained with "
            f"{english}, $n bins in $l|{english} value "
            f"targets ($n bins, $a to $b)]",
                 f"[评论家用 {english}，$n 个区间，从 $a 到 $b]",
                 n=str(bins), a=str(-edge), b=str(edge), l=f"[{-edge}, {edge}]")  # fmt: skip
    told.add(
        "critic", {"critic_error": "symlog"}, "[symlog value targets|a symlog critic|symlog values]", "[价值用 symlog]"
    )
    stop = rng.choice([0.01, 0.015, 0.03])
    told.add("stop", {"stop_kl": stop}, "[stop the epochs [when|once|as soon as] the KL exceeds $n|early stopping "
                                        "when the KL is above $n|early stopping at a KL of $n|KL early stopping at "
                                        "$n|the epochs end as soon as the KL is over $n|stop updating if the KL "
                                        "goes above $n]",
             "[KL 超过 $n 时提前停止|平均 KL 大于 $n 就提前停止|KL 早停阈值 $n]", n=number(rng, stop))  # fmt: skip
    passes = rng.choice([2, 3, 8, 10])
    told.add("epochs", {"epochs": passes}, "[$c epochs|$c epochs per rollout|$c passes over each rollout|"
                                           "n_epochs=$n|$c update epochs|epochs: $n]",
    "[$z 个 epoch|每次更新 $n 轮|n_epochs 取 $n|每个 rollout $n 轮]",
    n=str(passes), c=count(rng, passes), z=str(passes))  # fmt: skip
    steps = rng.choice([64, 256, 512, 2048])
    told.add("steps", {"num_steps": steps}, "[$n steps per rollout|rollouts of $n steps|rollout length $n|"
                                            "num_steps=$n|$n steps per environment|$n-step rollouts|a rollout "
                                            "length of $n]",
    "[每次采样 $n 步|rollout 长度 $n|num_steps 取 $n]", n=str(steps))  # fmt: skip
    told.number(
        "gae_lambda",
        [0.9, 0.97, 0.8, 1.0],
        ["GAE lambda", "lambda", "gae_lambda"],
        ["GAE lambda", "gae_lambda", "lambda"],
        about="gae baseline",
    )


def q_learning(told: _Told) -> None:
    """What Q-learning may have."""
    rng = told.rng
    for way, english, zh in (
        ("max", "[no double Q-learning|without double DQN|no double targets|plain max targets|vanilla targets "
                "instead of double]",
        "[不用双重 DQN]"),
        ("double", "[double Q-learning|double DQN targets|double Q targets|DDQN targets]", "[双重 DQN|双 Q 目标]"),
    ):  # fmt: skip
        if way == "max" and told.chinese:
            continue
        told.add("targets", {"targets": way}, english, zh)
    temperature, alpha, low = rng.choice([0.1, 0.05, 0.5]), rng.choice([0.8, 0.7, 0.95]), rng.choice([-2, -0.5, -3])
    t = number(rng, temperature)
    told.add("targets", {"targets": "soft",
    "temperature": temperature}, "[soft targets with temperature $t|soft Q-learning targets (temperature $t)|soft "
                                 "Bellman targets, temperature $t|log-sum-exp targets with temperature $t|a soft "
                                 "max with a temperature of $t]",
    "[软目标，温度 $t|软 Q 学习，温度为 $t]", t=t)  # fmt: skip
    told.add("targets", {"targets": "munchausen",
    "temperature": temperature, "alpha": alpha, "log_low": float(low)}, "[Munchausen targets with alpha $a, "
        "temperature $t and the log-policy clipped "
        "at $l|Munchausen rewards (alpha = $a, tau = "
        "$t, log-policy clipped to [$l, 0])|"
        "Munchausen: alpha $a, entropy temperature "
        "$t, log policy "
             "clipped at $l]".replace("[$l, 0]", "$m"), "[Munchausen 目标，alpha 取 $a，温度 $t，对数策略截断到 $m]",
             a=number(rng, alpha), t=t, l=str(low), m=f"[{low}, 0]")  # fmt: skip
    omega = rng.choice([2, 10, 8])
    told.add("targets", {"targets": "mellowmax",
    "omega": float(omega)}, "[mellowmax instead of max, omega $n|mellowmax targets with omega = $n|a mellowmax "
                            "backup (omega $n)|mellowmax in place of the max (omega=$n)]",
    "[用 mellowmax，omega 取 $n|mellowmax 目标，omega=$n]", n=str(omega))  # fmt: skip
    tau = rng.choice([0.01, 0.001, 0.02])
    told.add("follow", {"tau": tau}, "[soft target updates with tau $n|polyak averaging (tau = $n)|soft updates of "
                                     "the target network, tau $n|the target network follows softly, tau $n|"
                                     "polyak-averaged targets with tau=$n|target network updated softly with tau "
                                     "$n]",
    "[软更新，tau 取 $n|目标网络软更新，tau 为 $n]", n=number(rng, tau))  # fmt: skip
    every = rng.choice([500, 1000, 2000, 250])
    told.add("follow", {"target_update_freq": every}, "[target network updated every $n steps|the target network "
                                                      "is copied every $n steps|hard target updates every $n steps|"
                                                      "target_update_freq=$n|the target is synced each $n steps|"
                                                      "copy the target every $n steps|a target update every $n "
                                                      "steps]",
             "[目标网络每 $n 步更新一次|目标网络每隔 $n 步复制]", n=str(every))  # fmt: skip
    told.add(
        "follow",
        {"target_network": False},
        "[no target network|without a target network|drop the target network]",
        "[不用目标网络|去掉目标网络]",
    )
    copies = rng.choice([3, 5, 10])
    told.add("averaged", {"averaged": copies}, "[targets averaged over the last $c target networks|averaged "
                                               "targets over $c copies|the mean of the last $c target networks as "
                                               "target]",
    "[最近 $n 个目标网络的平均]", c=count(rng, copies), n=str(copies))  # fmt: skip
    heads, subset = rng.choice([4, 5, 10]), rng.choice([2, 3])
    told.add("heads", {"heads": heads}, "[an ensemble of $c Q-networks, the minimum as target|$c Q-functions, the "
                                        "smallest in the target|an ensemble of $c Q-functions (minimum)|maxmin "
                                        "with $c Q-networks]",
    "[$n 个 Q 网络，取最小值]", c=count(rng, heads), n=str(heads))  # fmt: skip
    told.add("heads", {"heads": heads, "combined": "mean"}, "[an ensemble of $c Q-networks, the mean as target|$c "
                                                            "Q-functions, targets from the average of them|an "
                                                            "ensemble of $c Q-functions, averaged]",
    "[$n 个 Q 网络，取平均]", c=count(rng, heads), n=str(heads))  # fmt: skip
    told.add("heads", {"heads": heads, "subset": subset}, "[$c Q-functions, targets from the minimum of $s of them "
                                                          "at random|an ensemble of $c Q-networks, the minimum "
                                                          "over a random subset of $s|$c Q-networks and a random "
                                                          "$s of them for the target]",
    "[$n 个 Q 网络，随机取 $z 个算目标]",
    c=count(rng, heads), n=str(heads), s=count(rng, subset), z=str(subset))  # fmt: skip
    gap = rng.choice([0.8, 0.5, 0.7])
    told.add(
        "gap targets",
        {"gap": gap, "targets": "max"},
        "[advantage learning with alpha $n|advantage learning (alpha = $n)|the advantage learning operator, alpha $n]",
        "[优势学习，alpha 取 $n]",
        n=number(rng, gap),
    )
    delta = rng.choice([2.0, 0.5, 10.0])
    told.add(
        "error",
        {"delta": delta},
        "[Huber loss with delta $n|a Huber loss (delta = $n)|Huber, delta $n]",
        "[Huber 损失，delta 取 $n]",
        n=number(rng, delta),
    )
    told.add(
        "error",
        {"error": "squared"},
        "[MSE loss|mean squared error instead of Huber|squared TD error|squared loss rather than Huber|L2 loss]",
        "[均方误差]",
    )
    told.add("error", {"error": "log_cosh"}, "[log-cosh loss|a log-cosh error]", "[log-cosh 损失]")
    told.add("error", {"error": "absolute"}, "[L1 loss|absolute TD error|absolute error loss|MAE loss]", "[绝对误差]")
    expectile = rng.choice([0.8, 0.9, 0.6])
    told.add(
        "error",
        {"error": "expectile", "expectile": expectile},
        "[expectile loss with tau $n|expectile regression (tau = $n)|an expectile loss at $n|expectile $n]",
        "[期望分位数 $n|期望分位数损失，tau 取 $n]",
        n=number(rng, expectile),
    )
    quantiles = rng.choice([32, 100, 200])
    told.add(
        "error",
        {"error": "quantile", "quantiles": quantiles},
        "[quantile regression with $n quantiles|$n quantiles|QR-DQN with $n quantiles|a quantile loss ($n quantiles)]",
        "[分位数回归，$n 个分位数|$n 个分位数]",
        n=str(quantiles),
    )
    samples = rng.choice([16, 32, 64])
    told.add(
        "error",
        {"error": "implicit", "quantiles": samples},
        "[implicit quantiles with $n samples|IQN with $n tau samples|implicit quantile networks ($n samples)]",
        "[IQN，采样 $n 个 tau]",
        n=str(samples),
    )
    atoms, edge = rng.choice([21, 101]), rng.choice([20, 5, 100])
    told.add("error", {"error": "categorical",
    "bins": atoms, "low": -edge, "high": edge}, "[C51 with $n atoms [between|from] $a [and|to] $b|categorical "
                                                "targets, $n atoms in $l|C51 ($n atoms, $a to $b)|a C51 loss with "
                                                "$n atoms, v_min $a, v_max $b]",
    "[C51，$n 个原子，从 $a 到 $b]",
             n=str(atoms), a=str(-edge), b=str(edge), l=f"[{-edge}, {edge}]")  # fmt: skip
    told.add(
        "dueling",
        {"dueling": True},
        "[dueling heads|a dueling architecture|dueling networks|dueling streams]",
        "[对偶网络结构|决斗网络]",
    )
    sigma = rng.choice([0.1, 0.4, 0.017])
    told.add(
        "noisy",
        {"noisy": True, "sigma": sigma},
        "[noisy layers instead of epsilon-greedy, sigma0 $n|NoisyNet exploration (sigma $n)|noisy nets with sigma0 "
        "= $n|noisy linear layers, sigma_0 $n]",
        "[噪声网络，sigma 取 $n]",
        n=number(rng, sigma),
    )
    told.add("norm", {"norm": True}, "[layer norm|layer norm in the Q-network|LayerNorm in the heads]", "[加层归一化]")
    back = rng.choice([3, 5, 4])
    told.add(
        "n_step",
        {"n_step": back},
        "[$c-step returns|n-step returns with n = $n|$n-step targets|n-step returns (n=$n)|n-step returns, n $n|"
        "multi-step returns with n=$n]",
        "[$n 步回报|$n 步目标|多步回报，n 取 $n]",
        c=count(rng, back),
        n=str(back),
    )
    a, b = rng.choice([0.6, 0.5, 0.7]), rng.choice([0.4, 0.5, 0.6])
    told.add("per", {"prioritized": True, "priority": a, "importance": b}, "[prioritised replay with alpha $a and beta "
        "$b|prioritized experience replay (alpha=$a, "
        "beta=$b)|PER, alpha $a, beta $b|a "
        "prioritised replay, alpha = $a, beta = $b]",
    "[优先经验回放，alpha 取 $a，beta 取 $b]", a=number(rng, a), b=number(rng, b))  # fmt: skip
    told.add("per", {"prioritized": True}, "[prioritised replay|prioritized experience replay]", "[优先经验回放]")
    weight = rng.choice([0.5, 1.0, 2.0, 0.05])
    told.add(
        "conservative",
        {"conservative.weight": weight},
        "[a conservative term with weight $n|a CQL term of weight $n|a CQL penalty ($n)|conservative Q-learning "
        "term, coefficient $n|$n times a CQL penalty|CQL with weight $n]",
        "[保守项，系数 $n|CQL 惩罚，权重为 $n]",
        n=number(rng, weight),
    )
    start, end, over = rng.choice([1.0, 0.9]), rng.choice([0.01, 0.1, 0.02]), rng.choice([10_000, 50_000, 20_000])
    told.add("epsilon", {"epsilon": f"linear({start!r}, {end!r}, {over})"}, "[epsilon from $a to $b over $t steps|"
        "epsilon decaying linearly from $a to $b in "
        "$t steps|an epsilon that goes from $a down "
        "to $b within $t steps|exploration epsilon "
        "$a -> $b over $t steps]",
    "[epsilon 在 $z 步内从 $a 降到 $b|epsilon 从 $a 线性降到 $b，$z 步]",
             a=number(rng, start), b=number(rng, end), t=number(rng, over), z=str(over))  # fmt: skip
    reset = rng.choice([20_000, 50_000])
    told.add(
        "reset",
        {"reset_every": reset},
        "[the last layer reset every $n steps|reset the last layer every $n steps|the heads are reinitialised "
        "every $n steps]",
        "[每 $z 步重置最后一层]",
        n=number(rng, reset),
        z=str(reset),
    )
    ratio = rng.choice([2, 4, 8])
    told.add(
        "updates",
        {"updates": ratio, "every": 1},
        "[$c updates per environment step|$c gradient steps per environment step|an update-to-data ratio of $n|UTD "
        "ratio $n|replay ratio of $n]",
        "[每步更新 $n 次|每个环境步更新 $n 次]",
        c=count(rng, ratio),
        n=str(ratio),
    )


def continuous(told: _Told, base: str) -> None:
    """What an off-policy actor-critic may have."""
    rng = told.rng
    many, subset = rng.choice([3, 5, 10]), 2
    c, n = count(rng, many), str(many)
    told.add(
        "critics",
        {"critics": many},
        "[$c critics|an ensemble of $c critics|$c Q-functions|$c critics instead of two|critics: $n]",
        "[$n 个评论家|用 $n 个 critic]",
        c=c,
        n=n,
    )
    told.add(
        "critics",
        {"critics": many, "subset": subset},
        "[$c critics, [targets from a random two|of which a random two make the target|a random subset of 2 for "
        "the targets]|an ensemble of $c critics, the minimum of 2 drawn at random]",
        "[$n 个评论家，每次随机取 2 个]",
        c=c,
        n=n,
    )
    told.add(
        "critics",
        {"critics": many, "combined": "mean"},
        "[$c critics, the mean of them as target|targets from the mean of $c critics|$c critics and the mean "
        "instead of the minimum]",
        "[$n 个评论家，取均值而不是最小值]",
        c=c,
        n=n,
    )
    share = rng.choice([0.7, 0.8, 0.6])
    told.add(
        "critics",
        {"critics": 2, "combined": "mixed", "share": share, "rest": rng.choice(["mean"])},
        "[target = $a*min(Q1,Q2) + $b*mean(Q1,Q2)|targets of $a times the minimum plus $b times the mean|$a * min "
        "+ $b * mean of the critics as target]",
        "[目标 = $a*min(Q1,Q2) + $b*mean(Q1,Q2)]",
        a=f"{share:g}",
        b=f"{1 - share:g}",
    )
    beta = rng.choice([0.5, 2.0, 1.5])
    told.add(
        "critics",
        {"critics": many, "combined": "bound", "pessimism": beta},
        "[$c critics, the target is their mean minus $b standard deviations|$c critics and a target of the mean "
        "minus $b times the standard deviation]",
        "[$n 个评论家，目标取均值减 $b 倍标准差]",
        c=c,
        n=n,
        b=number(rng, beta),
    )
    quantiles, dropped = rng.choice([25, 32]), rng.choice([2, 3])
    told.add(
        "critics",
        {"critics": many, "quantiles": quantiles, "dropped": dropped},
        "[$c critics with $q quantiles each, drop the top $d|$c critics of $q quantiles, the largest $d dropped|$c "
        "critics with $q quantiles, dropping the largest $d per critic]",
        "[$n 个评论家，每个 $q 个分位数，去掉最大的 $d 个]",
        c=c,
        n=n,
        q=str(quantiles),
        d=str(dropped),
    )
    told.add(
        "norm",
        {"norm": True},
        "[layer norm in the critics|critics with layer norm|LayerNorm in the critic]",
        "[评论家加层归一化]",
    )
    drop = rng.choice([0.01, 0.1, 0.05])
    told.add(
        "dropout",
        {"dropout": drop},
        "[dropout $n in the critics|a dropout of $n in the critics|critics with dropout $n|dropout rate $n in the critics]",
        "[评论家 dropout $n]",
        n=number(rng, drop, share=True),
    )
    told.add(
        "error",
        {"error": "huber"},
        "[Huber loss for the critics|a Huber loss in the critic|critics trained with a Huber loss]",
        "[评论家用 Huber loss]" if False else "[critic 用 Huber 损失]",
    )
    weight = rng.choice([1.0, 0.5, 2.0])
    told.add(
        "cloning",
        {"cloning": weight},
        "[a behaviour cloning term with weight $n|a behavioural cloning loss of weight $n|a BC term ($n)|$n times "
        "a behaviour cloning loss|a behavior cloning penalty, coefficient $n]",
        "[行为克隆项，系数 $n|行为克隆损失，权重为 $n]",
        n=number(rng, weight),
    )
    if base == "SAC":
        temperature = rng.choice([0.1, 0.05, 0.3])
        t = number(rng, temperature)
        told.add(
            "entropy",
            {"entropy": "fixed", "temperature": temperature},
            "[a fixed temperature of $n|temperature fixed at $n|alpha fixed to $n|fixed alpha $n|a constant "
            "entropy coefficient of $n|the temperature stays at $n|alpha = $n, not learned|the entropy coefficient "
            "is $n and not tuned]",
            "[温度固定为 $n|固定的熵系数 $n|alpha 固定为 $n]",
            n=t,
        )
        told.add(
            "entropy",
            {"entropy": "none"},
            "[no entropy term|without entropy|without the entropy bonus|no entropy regularisation]",
            "[不要熵项|去掉熵正则]",
        )
        told.number(
            "target_entropy",
            [-1, -2, -0.5, -3],
            ["target entropy", "entropy target", "target_entropy"],
            ["目标熵"],
            about="entropy",
        )
    if base == "TD3":
        noise, cut = rng.choice([0.1, 0.3]), rng.choice([0.3, 0.4])
        told.add(
            "smoothing",
            {"target_noise": noise, "noise_clip": cut},
            "[target noise $a clipped at $b|target policy smoothing with noise $a, clipped at $b|target smoothing "
            "$a/$b|smoothing noise of $a, noise clip $b]",
            "[目标噪声 $a，截断到 $b]",
            a=number(rng, noise),
            b=number(rng, cut),
        )
        told.add(
            "smoothing",
            {"target_noise": 0.0},
            "[no target smoothing|without target policy smoothing|no target noise]",
            "[不用目标平滑|不加目标噪声]",
        )
    if base in {"TD3", "SAC"}:
        delay = rng.choice([3, 4, 5])
        told.add(
            "delay",
            {"delay": delay},
            "[policy delay $n|the actor updated every $c updates|a policy delay of $n|delayed actor updates every "
            "$n steps|the actor is updated only every $c steps|$c critic updates per actor update|actor delay: $n]",
            "[每 $n 次更新才更新一次 actor|延迟更新 $n 步]",
            n=str(delay),
            c=count(rng, delay),
        )
    if base != "SAC":
        told.number(
            "noise",
            [0.2, 0.3, 0.05],
            ["exploration noise", "action noise", "exploration noise std"],
            ["探索噪声", "动作噪声"],
            fields={"drifting": False},
        )
    told.number("tau", [0.01, 0.02, 0.001], ["tau", "polyak tau", "soft update tau"], ["tau", "软更新 tau"])
    back = rng.choice([3, 5])
    told.add(
        "n_step",
        {"n_step": back},
        "[$c-step returns|n-step returns with n = $n|$n-step targets|n-step returns (n=$n)]",
        "[$n 步回报]",
        c=count(rng, back),
        n=str(back),
    )
    told.add("per", {"prioritized": True}, "[prioritised replay|prioritized experience replay]", "[优先经验回放]")
    ratio = rng.choice([4, 8, 20])
    told.add(
        "updates",
        {"updates": ratio},
        "[$c updates per environment step|$c gradient steps per environment step|an update-to-data ratio of $n|UTD "
        "ratio $n|a UTD of $n]",
        "[每步更新 $n 次]",
        c=count(rng, ratio),
        n=str(ratio),
    )
    reset = rng.choice([20_000, 50_000, 200_000])
    told.add(
        "reset",
        {"reset_every": reset, "reset_all": True},
        "[all networks are reset every $n steps|reset all networks every $n steps|every $n steps all networks are "
        "reinitialised]",
        "[每 $z 步重置整个网络]",
        n=number(rng, reset),
        z=str(reset),
    )
    rate, other = rng.choice([1e-4, 5e-4]), rng.choice([1e-3, 2e-3])
    told.add("rates lr", {"actor_lr": rate, "critic_lr": other}, "[actor learning rate $a[,| and] critic learning "
                                                                 "rate $b|actor lr $a, critic lr $b|a learning "
                                                                 "rate of $a for the actor and $b for the critics|"
                                                                 "lr $a for the actor and $b for the critic|"
                                                                 "actor_lr=$a, critic_lr=$b|learning rates $a "
                                                                 "(actor) and $b (critic)]",
             "[演员学习率 $a，评论家学习率 $b|actor 学习率 $a，critic 学习率 $b]",
             a=number(rng, rate), b=number(rng, other))  # fmt: skip


INTROS = {
    "PPO": ["write a PPO variant", "I want a new PPO agent", "implement a variant of PPO", "a modified PPO",
    "please write me a PPO agent of my own",
            "create a custom PPO agent", "we need a PPO variant"],
    "A2C": ["write an A2C variant", "I want a new A2C agent", "implement a variant of A2C", "a custom A2C agent"],
    "DQN": ["write a DQN variant", "I want a new DQN agent", "implement a variant of DQN", "a modified DQN",
    "a custom DQN agent"],
    "SAC": ["write a SAC variant", "I want a new SAC agent", "implement a variant of SAC", "a modified SAC",
    "a custom SAC agent"],
    "TD3": ["write a TD3 variant", "I want a new TD3 agent", "implement a variant of TD3", "a custom TD3 agent"],
    "DDPG": ["write a DDPG variant", "I want a new DDPG agent", "implement a variant of DDPG", "a custom DDPG agent"],
}  # fmt: skip
CHINESE_INTROS = ["写一个 $b 的变体", "实现一个 $b 变种", "帮我写一个改进版 $b 智能体", "我想要一个新的 $b 变体"]
_USUAL: dict[str, dict[str, Any]] = {
    "PPO": {"clip.value": 0.2, "value.weight": 0.5, "entropy.weight": 0.01},
    "A2C": {"gradient.weight": 1.0, "value.weight": 0.5, "entropy.weight": 0.01, "epochs": 1},
    "DQN": {"q.weight": 1.0}, "SAC": {"climbs": "min"}, "TD3": {"delay": 2, "target_noise": 0.2},
    "DDPG": {"critics": 1, "drifting": True},
}  # fmt: skip
_LEARNER = {"PPO": "actor_critic", "A2C": "actor_critic", "DQN": "q_learning"}


def flat(body: BaseModel) -> dict[str, Any]:
    """The fields of an algorithm under one name each: "entropy.weight",
    "optimizer.name"; those that are as usual left out."""
    out: dict[str, Any] = {}
    for name, value in body.model_dump(exclude_defaults=True).items():
        if name == "terms":
            for whole in body.model_dump()["terms"]:
                kind, fall = whole.pop("name"), whole.pop("fall") or {}
                out |= {f"{kind}.{key}": number for key, number in whole.items()} | {
                    f"{kind}.fall.{key}": one for key, one in fall.items()
                }
        elif name == "optimizer":
            out |= {f"optimizer.{key}": one for key, one in value.items()}
        else:
            out[name] = value
    return out


def expected(base: str, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a plan from what is said, over what is usual."""
    plan = dict(_USUAL[base])
    for name, value in fields.items():
        if name.startswith("-"):
            plan = {key: one for key, one in plan.items() if not key.startswith(f"{name[1:]}.")}
        else:
            plan[name] = value
    return plan


def differences(base: str, fields: dict[str, Any], body: BaseModel) -> dict[str, tuple[Any, Any]]:
    """Fields that are not as said, and fields that nobody spoke of: (expected, found)."""
    family, kind = getattr(body, "family", ""), Learner if base in _LEARNER else Continuous
    if not isinstance(body, kind) or family != _LEARNER.get(base, "continuous"):
        return {"family": (base, family)}
    wanted, found = expected(base, fields), flat(body)
    usual = {
        name: info.get_default(call_default_factory=True)
        for name, info in kind.model_fields.items()
        if not info.is_required()
    }
    out = {}
    for name in {**wanted, **found}:
        if name in {"family", "base"}:
            continue
        term, _, key = name.partition(".")
        standard = (
            Term(name=term).model_dump().get(key)
            if key and term not in {"optimizer"} and "fall" not in key and term in _TERMS
            else usual.get(name)
        )
        one, other = wanted.get(name, standard), found.get(name, standard)
        free = key and f"{term}." in "".join(f"{k}." if "." not in k else k for k in wanted) and name not in wanted
        if (
            free
            and any(k.startswith(f"{term}.") for k in found)
            and (key in {"value", "weight", "decay", "slope", "high", "dual", "cap"} or key.startswith("fall"))
        ):
            continue  # what a term has where nothing is said of it
        if one != other and not (
            isinstance(one, int | float) and isinstance(other, int | float) and abs(one - other) < 1e-9
        ):
            out[name] = (one, other)
    return out


_TERMS = set(Term.model_fields["name"].annotation.__args__)  # type: ignore[union-attr]


def request(rng: random.Random, base: str | None = None) -> tuple[str, str, dict[str, Any], list[str]]:
    """A random algorithm: what it is like, the request, the fields it says, and what it says one by one."""
    base = base or rng.choice(["PPO", "PPO", "A2C", "DQN", "DQN", "SAC", "TD3", "DDPG"])
    chinese = rng.random() < 0.25
    told = _Told(rng, chinese=chinese)
    intro = rng.choice(CHINESE_INTROS).replace("$b", base) if chinese else rng.choice(INTROS[base])
    readers: dict[str, Callable[[], None]] = {
        "DQN": lambda: q_learning(told),
        "PPO": lambda: on_policy(told),
        "A2C": lambda: on_policy(told),
    }
    readers.get(base, lambda: continuous(told, base))()
    own = list(told.facts)
    if base == "A2C":
        own = [fact for fact in own if not fact.about & {"surrogate", "epochs", "stop"}]
    told.facts = []
    settings(told)
    rng.shuffle(own)
    rng.shuffle(told.facts)
    chosen: list[Fact] = []
    taken: set[str] = set()
    for facts, most in ((own, rng.randint(1, 3)), (told.facts, rng.randint(0, 2))):
        left = most
        for fact in facts:
            if left and not fact.about & taken and fact.text:
                chosen.append(fact)
                taken |= fact.about
                left -= 1
    if rng.random() < 0.3:
        rng.shuffle(chosen)
    fields: dict[str, Any] = {}
    for fact in chosen:
        fields |= fact.fields
    texts = [fact.text for fact in chosen]
    return base, compose(rng, intro, texts, chinese=chinese), fields, texts
