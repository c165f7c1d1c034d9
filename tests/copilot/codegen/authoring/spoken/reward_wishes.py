"""What may be wished of an intrinsic reward, each wish in many ways."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.copilot.codegen.authoring.spoken.telling import Said, corrected, real, told, whole

_NUMBERS_OF = {"beta": (0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 2.0, 5.0), "lr": (1e-4, 3e-4, 5e-4, 2e-3, 0.01)}


def beta(rng: Random, zh: bool) -> Said:
    value, other = rng.sample(_NUMBERS_OF["beta"], 2)
    text = real(rng, value, percent=False)
    if rng.random() < 0.06:
        text = corrected(rng, real(rng, other), text, zh=zh)
    fields = {"beta": value}
    if zh:
        return told(rng, ["权重", "系数", "beta", "奖励系数", "奖励权重"], text, fields, zh=True)
    if rng.random() < 0.25:
        phrase = rng.choice(
            [f"weighted by {text}", f"scaled by {text}", f"multiplied by {text}", f"weighted with {text}"]
        )
        clause = rng.choice([f"weight it by {text}", f"multiply the bonus by {text}", f"scale the reward by {text}",
                             f"the bonus is multiplied by {text}", f"the whole thing gets multiplied with {text}",
                             f"it enters with a factor of {text}", f"scale it with {text}"])  # fmt: skip
        return Said(fields, phrase, clause, noun=False)
    nouns = ["weight", "beta", "coefficient", "bonus weight", "intrinsic weight", "intrinsic coefficient", "scale", "coef",
             "reward weight", "bonus coefficient", "intrinsic reward weight"]  # fmt: skip
    return told(rng, nouns, text, fields)


def lr(rng: Random, zh: bool) -> Said:
    value = rng.choice(_NUMBERS_OF["lr"])
    nouns = (
        ["学习率", "lr"] if zh else ["learning rate", "lr", "step size of Adam", "Adam learning rate", "learning_rate"]
    )
    return told(rng, nouns, real(rng, value), {"lr": value}, zh=zh)


def norm(rng: Random, zh: bool) -> Said:
    kind = rng.choice(["rwd", "rwd", "obs", "minmax"])
    if kind == "minmax":
        phrase = rng.choice(["最大最小归一化", "min-max归一化"]) if zh else rng.choice(
            ["min-max normalisation", "min-max scaling of the reward", "minmax normalization"])  # fmt: skip
        return Said({"rwd_norm_type": "minmax"}, phrase, f"use {phrase}" if not zh else phrase)
    if kind == "obs":
        phrase = rng.choice(["不对观测归一化", "观测不做归一化"]) if zh else rng.choice(
            ["no observation normalisation", "no normalization of observations", "unnormalised observations",
             "observation normalisation off", "without normalising the observations"])  # fmt: skip
        clause = rng.choice(["do not normalise the observations", "observations are not normalised",
                             "leave the observations unnormalised", "don't normalize observations",
                             "observation normalization should be off"])  # fmt: skip
        return Said({"obs_norm_type": "none"}, phrase, phrase if zh else clause, noun=phrase.startswith("no "))
    phrase = rng.choice(["不做奖励归一化", "奖励不归一化", "不归一化奖励"]) if zh else rng.choice(
        ["no reward normalisation", "no normalization of the reward", "unnormalised", "reward normalisation off",
         "without reward normalisation", "no reward scaling"])  # fmt: skip
    clause = rng.choice(["do not normalise the reward", "the bonus is not normalised", "don't normalize rewards",
                         "rewards stay unnormalised", "reward normalization must be switched off",
                         "leave the reward as it is, without normalisation"])  # fmt: skip
    return Said({"rwd_norm_type": "none"}, phrase, phrase if zh else clause, noun=phrase.startswith("no "))


def clip(rng: Random, zh: bool) -> Said:
    most = rng.choice([0.5, 1.0, 2.0, 3.0, 5.0, 10.0])
    high = real(rng, most)
    both = rng.random() < 0.25
    shape: list[dict[str, Any]] = [{"op": "most", "value": most}]
    if both:
        shape = [{"op": "least", "value": 0.0}, *shape]
        phrase = rng.choice([f"裁剪到0到{high}之间", f"裁剪到[0, {high}]", f"限制在0和{high}之间"]) if zh else rng.choice(
            [f"clipped to [0, {high}]", f"clipped between 0 and {high}", f"bounded to 0..{high}", f"clamped to 0 to {high}",
             f"clipped into the range 0-{high}"])  # fmt: skip
        clause = rng.choice([f"clip it to [0, {high}]", f"clip the bonus between 0 and {high}",
                             f"the reward is clamped to [0, {high}]", f"keep the bonus between 0 and {high}"])  # fmt: skip
        return Said({"shape": shape}, phrase, phrase if zh else clause, noun=False)
    phrase = (
        rng.choice([f"最大为{high}", f"超过{high}就截断", f"裁剪到{high}以内", f"上限{high}", f"不超过{high}"])
        if zh
        else (
            rng.choice(
                [
                    f"clipped at {high}",
                    f"capped at {high}",
                    f"at most {high}",
                    f"never above {high}",
                    f"clipped to {high}",
                    f"limited to {high}",
                    f"an upper bound of {high}",
                    f"a maximum of {high}",
                    f"no more than {high}",
                ]
            )
        )
    )
    clause = rng.choice([f"clip the bonus at {high}", f"cap it at {high}", f"the bonus must never exceed {high}",
                         f"it should not go above {high}", f"the reward is at most {high}", f"limit it to {high}",
                         f"values above {high} are cut to {high}", f"the maximum is {high}"])  # fmt: skip
    return Said({"shape": shape}, phrase, phrase if zh else clause, noun=phrase.startswith("a"))


def gate(rng: Random, zh: bool) -> Said:
    gate = rng.choice(["unrewarded", "until_reward", "not_at_end", "rewarded", "at_end"])
    ways = {
        "unrewarded": (["paid only when the environment gives no reward", "only where the extrinsic reward is zero",
                        "paid only if the environment reward is 0", "only on steps without an environment reward"],
                       ["外部奖励为0时才给", "仅在环境没有奖励时给"]),
        "until_reward": (["only until the first extrinsic reward of the episode", "paid until the environment gives a "
        "reward",
                          "nothing once the agent has received a reward in the episode",
                          "zero after the first environment reward of the episode"],
                         ["本回合得到外部奖励后不再给", "一旦获得环境奖励就停止"]),
        "not_at_end": (["nothing on the last step of an episode", "no bonus for the final step of an episode",
                        "not paid on terminal steps", "except on the last step of an episode"],
                       ["最后一步不给", "终止步不给奖励"]),
        "rewarded": (["paid only when the extrinsic reward is positive", "only if the environment reward is non-zero",
                      "only on steps with an environment reward"],
                     ["外部奖励大于0时才给", "仅在环境给奖励时才给"]),
        "at_end": (["only on the last step of an episode", "paid only at the final step of the episode",
                    "given only at the end of each episode"],
                   ["只在回合最后一步给", "仅在回合结束时给"]),
    }  # fmt: skip
    english, chinese = ways[gate]
    phrase = rng.choice(chinese if zh else english)
    lead = rng.choice(["it is ", "the bonus is ", "pay it "]) if phrase.startswith(("paid", "given", "only")) else ""
    clause = phrase if zh else lead + (phrase.removeprefix("paid ").removeprefix("given ") if "pay" in lead else phrase)
    return Said({"when": [gate]}, phrase, clause, noun=False)


def steps(rng: Random, zh: bool) -> Said:
    number = rng.choice([5, 10, 20, 50, 100, 200, 500])
    n = str(number)
    kind = rng.choice(["first_steps", "after_steps", "every_steps"])
    ways = {
        "first_steps": ([f"only in the first {n} steps of an episode", f"paid during the first {n} steps of each "
            f"episode only",
                         f"just for the first {n} steps of every episode", f"nothing after the first {n} steps of an "
                         f"episode",
                         f"paid in an episode's first {n} steps"],
                        [f"只在每个回合前{n}步给", f"每回合前{n}步有效", f"仅在回合的前{n}步内给"]),
        "after_steps": ([f"nothing in the first {n} steps of an episode", f"only after the first {n} steps of an episode",
                         f"not paid during the first {n} steps of each episode", f"no bonus for the first {n} steps "
                         f"of every "
                         "episode"],
                        [f"每回合前{n}步不给", f"每个回合的前{n}步没有奖励"]),
        "every_steps": ([f"paid only every {n} steps", f"only on every {n}th step", f"given once every {n} steps",
                         f"only every {n}th step of an episode"],
                        [f"每{n}步给一次", f"每隔{n}步才给"]),
    }  # fmt: skip
    english, chinese = ways[kind]
    phrase = rng.choice(chinese if zh else english)
    lead = (
        rng.choice(["it is ", "the bonus is ", "there is "])
        if not zh and phrase.startswith(("paid", "given", "only", "just"))
        else ""
    )
    if lead == "there is ":
        lead = "it is "
    return Said({kind: number}, phrase, lead + phrase, noun=False)


def warmup(rng: Random, zh: bool) -> Said:
    number = rng.choice([2000, 5000, 10_000, 20_000, 50_000])
    n = whole(rng, number, zh=zh)
    phrase = rng.choice([f"训练的前{n}步不给", f"最初{n}步没有奖励"]) if zh else rng.choice(
        [f"a warm-up of {n} steps", f"nothing in the first {n} steps of training", f"no bonus for the first {n} steps",
         f"starting only after {n} steps", f"switched on after {n} steps", f"a warmup of {n} environment steps",
         f"zero during the first {n} training steps"])  # fmt: skip
    clause = rng.choice([f"there is no bonus in the first {n} steps of training", f"it starts after {n} steps",
                         f"pay nothing during the first {n} steps", f"the first {n} training steps pay nothing",
                         f"warm up for {n} steps"])  # fmt: skip
    return Said({"warmup_steps": number}, phrase, phrase if zh else clause, noun=phrase.startswith("a "))


def decay(rng: Random, zh: bool) -> Said:
    if rng.random() < 0.3:
        keep = rng.choice([0.99, 0.999, 0.9999, 0.995])
        fields = {"kappa": round(1 - keep, 9)}
        phrase = f"每次更新后权重乘以{keep}" if zh else rng.choice(
            [f"its weight multiplied by {keep} after each update", f"a weight that decays by a factor of {keep} per update",
             f"the weight decaying by {keep} every update", f"kappa {fields['kappa']:g}"])  # fmt: skip
        clause = rng.choice([f"multiply its weight by {keep} after every update", f"the weight decays by {keep} per update",
                             f"after each update the weight is multiplied by {keep}"])  # fmt: skip
        return Said(fields, phrase, phrase if zh else clause)
    begin, end = rng.choice([(1.0, 0.1), (0.5, 0.0), (0.1, 0.01), (2.0, 0.2), (0.3, 0.0)])
    steps = rng.choice([50_000, 100_000, 200_000, 500_000, 1_000_000])
    how = rng.choice(["linear", "linear", "exponential"]) if end else "linear"
    n = whole(rng, steps, zh=zh)
    a, b = real(rng, begin), real(rng, end) if end else rng.choice(["0", "0", "zero" if not zh else "零"])
    fields = {"decay": how, "decay_steps": steps, "beta_end": end, **({"beta": begin} if begin != 1.0 else {})}
    if zh:
        word = "线性" if how == "linear" else "指数"
        phrase = rng.choice(
            [
                f"权重在{n}步内从{a}{word}衰减到{b}",
                f"权重从{a}{word}降到{b}，共{n}步",
                f"权重{word}退火，从{a}到{b}，{n}步",
            ]
        )
        return Said(fields, phrase, phrase)
    word = f"{how}ly"
    phrase = rng.choice([f"a weight that falls {word} from {a} to {b} over {n} steps", f"weight annealed {word} from "
        f"{a} to {b} "
                         f"over {n} steps", f"a {how} decay of the weight from {a} to {b} in {n} steps",
                         f"beta {word} decayed from {a} down to {b} within {n} steps"])  # fmt: skip
    clause = rng.choice([f"its weight goes {word} from {a} to {b} over {n} steps", f"anneal the weight {word} from "
        f"{a} to {b} "
                         f"during {n} steps", f"over {n} steps the weight decays {word} from {a} to {b}",
                         f"the weight starts at {a} and decays {word} to {b} over the first {n} steps"])  # fmt: skip
    return Said(fields, phrase, clause)


def latent(rng: Random, zh: bool) -> Said:
    size = rng.choice([16, 24, 32, 48, 96, 128, 256])
    fields = {"latent_dim": size}
    if zh:
        phrase = rng.choice(
            [f"特征{size}维", f"嵌入维度为{size}", f"特征维度{size}", f"{size}维的特征", f"嵌入大小{size}"]
        )
        return Said(fields, phrase, phrase)
    if rng.random() < 0.4:
        phrase = rng.choice([f"{size} features", f"{size}-dimensional embeddings", f"{size}-dim features", f"{size}d "
            f"latents",
                             f"embeddings of size {size}", f"features of {size} dims", f"an embedding of {size} numbers",
                             f"{size} outputs of the network", f"an embedding with {size} dimensions"])  # fmt: skip
        return Said(fields, phrase, rng.choice([f"use {phrase}", f"it should have {phrase}", f"I want {phrase}"]))
    return told(rng, ["embedding size", "latent dim", "latent dimension", "feature size", "feature dimension",
                      "embedding dimension", "latent_dim", "embedding_size"], str(size), fields)  # fmt: skip


def error(rng: Random, zh: bool, *, change: bool = False) -> Said:
    kinds = {
        "cosine": (["the cosine distance", "cosine distance"], ["余弦距离"]),
        "absolute": (["the mean absolute error", "the absolute error", "MAE"], ["平均绝对误差", "绝对误差"]),
        "euclidean": (["the euclidean distance", "the L2 norm of the difference", "the L2 distance"], ["欧氏距离"]),
        "manhattan": (["the L1 distance", "the Manhattan distance", "the sum of absolute differences"], ["曼哈顿距离"]),
        "squared": (["the mean squared error", "the squared error", "MSE"], ["均方误差"]),
    }  # fmt: skip
    name = rng.choice(list(kinds))
    words = rng.choice(kinds[name][zh])
    fields = {"error": name}
    if zh:
        phrase = rng.choice(
            [f"用{words}", f"误差是{words}", f"误差取{words}"] if not change else [f"用{words}", f"距离取{words}"]
        )
        return Said(fields, phrase, phrase)
    phrase = rng.choice([f"{words} as error", f"{words} as the bonus", f"measured by {words}", words])
    clause = rng.choice([f"use {words}", f"the error is {words}", f"take {words} as error", f"pay {words}"])
    return Said(fields, phrase, clause, noun=not phrase.startswith("measured"))


def scope(rng: Random, zh: bool) -> Said:
    scope = rng.choice(["episode", "episode", "lifetime"])
    ways = {
        "episode": (["counted per episode", "reset at the end of each episode", "forgotten when the episode ends",
                     "within the current episode only", "episodic", "cleared at every reset", "separately for each episode"],
                    ["按回合计算", "只在本回合内", "回合结束后清零", "每个回合重新开始"]),
        "lifetime": (["kept over all of training", "never reset", "over the whole training", "lifelong, not per episode",
                      "across episodes", "not reset between episodes", "for the entire run"],
                     ["整个训练过程中保留", "不清零", "跨回合", "全程统计"]),
    }  # fmt: skip
    phrase = rng.choice(ways[scope][zh])
    clause = phrase if zh else rng.choice(["it is ", "everything is "]) + phrase
    return Said({"scope": scope}, phrase, clause, noun=False)


def pays(rng: Random, zh: bool) -> Said:
    kind = rng.choice(["root", "inverse", "first", "power", "plus", "visits", "plusroot"])
    fields: dict[str, Any] = {"pays": kind}
    if kind == "root":
        says, chinese = ["1/sqrt(n)", "one over the square root of the count", "1/√n", "the inverse square root of "
            "the number "
                         "of visits", "n^-0.5", "1 / sqrt(N(s))", "the reciprocal of the square root of the count"], [
                             "1/sqrt(n)", "次数平方根的倒数", "1/√n"]  # fmt: skip
    elif kind == "inverse":
        says, chinese = ["1/n", "one over the count", "the inverse of the number of visits", "the reciprocal of the count",
                         "1/N(s)", "1 over n", "n^-1"], ["1/n", "次数的倒数"]  # fmt: skip
    elif kind == "first":
        says, chinese = ["1 for the first visit and 0 afterwards", "a bonus of 1 for the first visit only",
                         "1 the first time, nothing later", "1 if the state was never seen before, else 0"], [
                             "首次访问给1，否则为0", "第一次访问得一分，之后为零"]  # fmt: skip
    elif kind == "power":
        e = rng.choice([0.25, 0.3, 0.7, 0.75, 2.0])
        fields["exponent"] = e
        says, chinese = [f"n^-{e:g}", f"n to the power of -{e:g}", f"n**-{e:g}", f"n to the minus {e:g}"], [f"n^-{e:g}"]
    elif kind == "visits":
        v = rng.choice([2, 3, 5, 10])
        fields |= {"pays": "first", "visits": v}
        w = whole(rng, v)
        says, chinese = [f"1 for each of the first {w} visits, then nothing", f"1 for the first {w} visits and 0 "
            f"afterwards"], [
            f"前{v}次访问各给1，之后为0"]  # fmt: skip
    else:
        p = rng.choice([1.0, 0.01, 0.1])
        root = kind == "plusroot"
        fields = {"pays": "root" if root else "inverse", "plus": p}
        says = [f"1/sqrt(n + {p:g})", f"1/sqrt({p:g} + n)"] if root else [f"1/(n + {p:g})", f"1/(n+{p:g})"]
        chinese = says
    words = rng.choice(chinese if zh else says)
    if zh:
        phrase = (
            rng.choice([f"奖励为{words}", f"奖励是{words}", f"给{words}"])
            if "给" not in words and "得" not in words
            else words
        )
        return Said(fields, phrase, phrase)
    phrase = rng.choice([f"paying {words}", f"pays {words}", words])
    clause = rng.choice([f"it pays {words}", f"pay {words}", f"the reward is {words}", f"the bonus should be {words}",
                         f"give {words}"])  # fmt: skip
    return Said(fields, phrase, clause, noun=not phrase.startswith("pay"))


def memory(rng: Random, zh: bool) -> Said:
    size = rng.choice([500, 1000, 2000, 3000, 10_000, 20_000])
    n = whole(rng, size, zh=zh)
    if zh:
        return told(rng, ["记忆容量", "记忆大小", "容量"], n, {"memory": size}, zh=True)
    if rng.random() < 0.5:
        phrase = rng.choice([f"a memory of {n} states", f"a bank of the last {n} states", f"the last {n} states remembered",
                             f"a buffer with {n} entries", f"a memory of the {n} most recent states"])  # fmt: skip
        clause = rng.choice([f"remember the last {n} states", f"the memory holds {n} states", f"keep {n} states in memory",
                             f"it stores at most {n} states"])  # fmt: skip
        return Said({"memory": size}, phrase, clause)
    return told(rng, ["memory size", "capacity", "memory capacity", "buffer size", "memory"], n, {"memory": size})


def k(rng: Random, zh: bool) -> Said:
    k = rng.choice([1, 3, 4, 7, 8, 10, 12, 15, 20])
    if zh:
        phrase = rng.choice([f"k={k}", f"k为{k}", f"k取{k}", f"取最近的{k}个邻居", f"{k}个近邻"])
        return Said({"k": k}, phrase, phrase)
    w = whole(rng, k)
    if rng.random() < 0.5 and k > 1:
        phrase = rng.choice([f"the {w} nearest neighbours", f"{w} neighbors", f"{w} nearest states"])
        return Said({"k": k}, phrase, rng.choice([f"use {phrase}", f"look at {phrase}", f"average over {phrase}"]))
    return told(rng, ["k", "number of neighbours", "neighbour count"], w, {"k": k})


def models(rng: Random, zh: bool) -> Said:
    n = rng.choice([2, 3, 4, 6, 7, 8, 10, 12])
    if zh:
        phrase = rng.choice([f"{n}个模型", f"模型数量{n}", f"集成大小为{n}", f"共{n}个前向模型"])
        return Said({"models": n}, phrase, phrase)
    w = whole(rng, n)
    if rng.random() < 0.5:
        phrase = rng.choice([f"{w} models", f"an ensemble of {w}", f"{w} ensemble members", f"{w} forward models",
                             f"an ensemble of {w} models"])  # fmt: skip
        return Said({"models": n}, phrase, rng.choice([f"use {phrase}", f"there are {phrase}", f"train {phrase}"]))
    return told(rng, ["number of models", "ensemble size", "number of ensemble members"], w, {"models": n})
