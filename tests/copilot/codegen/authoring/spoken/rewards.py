"""Requests for intrinsic rewards, made up at random: a plan, and a sentence that says it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tests.copilot.codegen.authoring.spoken import reward_wishes as wish
from tests.copilot.codegen.authoring.spoken.telling import Request, Said, real, request, told, whole

_Made = tuple[str, dict[str, Any], list[Said]]
_Way = Callable[[Random, bool], Said]

_PENALTIES = frozenset({"action_change", "action_size", "constant"})
_EXACT = _PENALTIES | {"potential", "away", "value"}
_LEARN = frozenset({"rnd", "forward", "disagreement", "autoencoder", "progress"})


def make(rng: Random, measure: str | None = None) -> Request:
    """One request of any measure, in English or Chinese."""
    zh = rng.random() < 0.25
    measure = measure or rng.choice(list(_MEASURES))
    head, fields, wishes = _MEASURES[measure](rng, zh)
    common: list[_Way] = [wish.gate, wish.steps, wish.warmup]
    common += [] if measure in _PENALTIES else [wish.beta, wish.decay]
    common += [] if measure in _EXACT else [wish.norm, wish.clip]
    common += [wish.lr] if measure in _LEARN else []
    for way in rng.sample(common, k=rng.choice([0, 1, 1, 2, 2, 3])):
        said = way(rng, zh)
        known = {*fields, *(key for other in wishes for key in other.fields)}
        said_of = {"beta", "decay"} if {"decay", "beta"} & set(said.fields) else set(said.fields)
        if not said_of & known and not (set(said.fields) & known) and not ("kappa" in said.fields and "decay" in known):
            wishes.append(said)
    rng.shuffle(wishes)
    return request(rng, head, wishes, fields, zh=zh)


def _some(rng: Random, zh: bool, *ways: _Way, most: int = 2) -> list[Said]:
    return [way(rng, zh) for way in rng.sample(ways, k=rng.randint(0, min(most, len(ways))))]


def _rnd(rng: Random, zh: bool) -> _Made:
    head = rng.choice(["RND奖励", "随机网络蒸馏的奖励", "像RND那样的奖励"]) if zh else rng.choice([
        "RND", "an RND bonus", "a bonus like RND", "random network distillation", "an RND-style novelty reward",
        "a random network distillation bonus", "an intrinsic reward based on RND",
        "a novelty reward: the error of predicting a fixed random network",
    ])  # fmt: skip
    wishes = _some(rng, zh, wish.latent, wish.error, _predictors)
    return head, {"measure": "prediction_error"}, wishes


def _predictors(rng: Random, zh: bool) -> Said:
    n = rng.choice([2, 3, 4, 5])
    of = rng.choice(["mean", "min", "max", "variance"])
    fields: dict[str, Any] = {"predictors": n, "of_predictors": of}
    if zh:
        word = {"mean": "平均", "min": "最小值", "max": "最大值", "variance": "方差"}[of]
        phrase = f"用{n}个预测网络，取{'误差的' if of != 'variance' else ''}{word}"
        return Said(fields, phrase, phrase)
    w = whole(rng, n)
    what = {
        "mean": ["the mean of their errors", "their average error", "the average of the errors"],
        "min": ["the minimum of their errors", "the smallest error", "their lowest error"],
        "max": ["the maximum of their errors", "the largest error", "their highest error"],
        "variance": ["the variance of their predictions", "the variance across their predictions"],
    }[of]
    said = rng.choice(what)
    phrase = rng.choice(
        [f"{w} predictors and {said} as the bonus", f"an ensemble of {w} predictors, of which {said} counts"]
    )
    clause = rng.choice(
        [f"use {w} predictors and take {said}", f"there are {w} predictor networks, the bonus is {said}"]
    )
    return Said(fields, phrase, clause)


def _forward(rng: Random, zh: bool) -> _Made:
    inverse = rng.random() < 0.5
    if inverse:
        head = rng.choice(["ICM奖励", "前向模型的预测误差，特征由逆动力学模型学习"]) if zh else rng.choice([
            "ICM", "an ICM bonus", "a curiosity bonus like ICM", "the error of a forward model in inverse-dynamics features",
            "forward-model curiosity in the space of an inverse model",
        ])  # fmt: skip
    else:
        head = rng.choice(["前向模型在固定随机特征中的预测误差", "固定随机网络特征上的前向模型误差"]) if zh else rng.choice([
            "the error of a forward model on fixed random features", "a forward model's prediction error in the "
            "latent space "
            "of a frozen random encoder", "curiosity from a forward dynamics model with a random encoder that is "
            "never trained",
            "a forward model that predicts the next features of a frozen random network, paid by its error",
        ])  # fmt: skip
    fields = {"measure": "prediction_error", "predicts": "next", **({"embedding": "inverse"} if inverse else {})}
    return head, fields, _some(rng, zh, wish.latent, wish.error)


def _hash(rng: Random, zh: bool) -> _Made:
    head = rng.choice(["哈希计数奖励", "基于访问次数的奖励，观测取整后哈希"]) if zh else rng.choice([
        "hash counts", "a count-based bonus on hashed observations", "a hash-count bonus", "visit counts of rounded "
        "observations", "a bonus that counts how often a (rounded) state was visited", "a count bonus with hashed states",
    ])  # fmt: skip
    digits = rng.choice([0, 1, 2, 3]) if "取整" not in head else 0
    fields: dict[str, Any] = {"measure": "count"}
    wishes = [wish.pays(rng, zh), *_some(rng, zh, wish.scope, _pairs)]
    if "取整" in head:
        fields["decimals"] = 0
    elif rng.random() < 0.7:
        w = whole(rng, digits)
        phrase = rng.choice([f"四舍五入到{digits}位小数", f"保留{digits}位小数"]) if zh else rng.choice([
            f"rounded to {w} decimal{'s' if digits != 1 else ''}", f"observations rounded to {w} decimal places",
            f"states rounded to {w} digits", f"{w} decimal{'s' if digits != 1 else ''} kept"])  # fmt: skip
        clause = rng.choice([f"round observations to {w} decimals", f"round to {w} decimal places first",
                             f"states are rounded to {w} decimals before hashing"])  # fmt: skip
        wishes.append(Said({"decimals": digits}, phrase, phrase if zh else clause, noun=False))
    return head, fields, wishes


def _pairs(rng: Random, zh: bool) -> Said:
    phrase = rng.choice(["对状态动作对计数", "按状态-动作对统计"]) if zh else rng.choice([
        "of state-action pairs", "counting state-action pairs", "over (s, a) pairs", "for state-action pairs"])  # fmt: skip
    clause = rng.choice(
        ["count state-action pairs", "the counts are of state-action pairs", "count pairs of state and action"]
    )
    return Said({"pairs": True}, phrase, phrase if zh else clause, noun=False)


def _grid(rng: Random, zh: bool) -> _Made:
    head = rng.choice(["网格计数奖励", "把状态离散化后计数的奖励"]) if zh else rng.choice([
        "a count bonus on a grid", "counts over a grid", "a count-based reward on discretised states", "grid counts",
        "visit counts of discretized observations",
    ])  # fmt: skip
    fields: dict[str, Any] = {"measure": "count", "counted_by": "grid"}
    if rng.random() < 0.5:
        n = rng.choice([4, 8, 12, 16, 20, 25, 30, 50])
        phrase = rng.choice([f"每维{n}个格子", f"每维分{n}格", f"每个维度{n}个区间"]) if zh else rng.choice([
            f"{n} bins per dimension", f"{n} cells per dimension", f"{n} bins in each dimension", f"{n} intervals per axis",
            f"{n} bins each", f"bins: {n}", f"a resolution of {n} bins", f"{n} buckets for each dimension"])  # fmt: skip
        clause = rng.choice([f"use {n} bins per dimension", f"split each dimension into {n} bins",
                             f"every dimension is cut into {n} intervals", f"there are {n} bins per dimension"])  # fmt: skip
        own = Said({"bins": n}, phrase, phrase if zh else clause)
    else:
        width = rng.choice([0.05, 0.1, 0.2, 0.25, 0.5, 1.5, 2.0])
        w = real(rng, width)
        phrase = rng.choice([f"格子大小{w}", f"格子宽度为{w}", f"边长{w}的网格", f"每格宽{w}"]) if zh else rng.choice([
            f"bins of {w}", f"a cell size of {w}", f"cells of width {w}", f"a bin width of {w}", f"a grid size of {w}",
            f"cells that are {w} wide", f"cell size {w}", f"bin width {w}", f"bin_width={w}"])  # fmt: skip
        clause = rng.choice([f"the cells are {w} wide", f"use bins of {w}", f"each cell has a side of {w}",
                             f"the bin width is {w}", f"the grid has a spacing of {w}"])  # fmt: skip
        own = Said({"width": width}, phrase, phrase if zh else clause)
    return head, fields, [own, wish.pays(rng, zh), *_some(rng, zh, wish.scope, _pairs, most=1)]


def _simhash(rng: Random, zh: bool) -> _Made:
    head = rng.choice(["SimHash计数奖励", "用SimHash统计状态访问次数的奖励"]) if zh else rng.choice([
        "SimHash counts", "a simhash count bonus", "a count bonus keyed by SimHash codes", "locality-sensitive hash "
        "counts"])  # fmt: skip
    bits = rng.choice([8, 12, 20, 24, 32, 48])
    phrase = rng.choice([f"{bits}位哈希", f"（{bits} 位）", f"编码{bits}位"]) if zh else rng.choice([
        f"{bits} bits", f"{bits}-bit codes", f"a code of {bits} bits", f"a {bits}-bit hash", f"hash length {bits}",
        f"codes with {bits} bits", f"bits: {bits}", f"{bits} random projections"])  # fmt: skip
    clause = rng.choice(
        [f"use {bits} bits", f"the codes have {bits} bits", f"hash to {bits} bits", f"set bits to {bits}"]
    )
    own = Said({"bits": bits}, phrase, phrase if zh else clause)
    return (
        head,
        {"measure": "count", "counted_by": "simhash"},
        [own, wish.pays(rng, zh), *_some(rng, zh, wish.scope, most=1)],
    )


def _nearest(rng: Random, zh: bool) -> _Made:
    space = rng.choice(["random", "inverse", "none"])
    if zh:
        head = {"random": "固定随机编码器特征中到近邻的平均距离", "inverse": "逆动力学特征中到近邻的平均距离",
                "none": "原始观测到近邻的平均距离"}[space]  # fmt: skip
    else:
        inside = {"random": ["in the space of a frozen random encoder", "of embeddings from a fixed random network"],
                  "inverse": ["in the space of an inverse dynamics model", "of inverse-dynamics features"],
                  "none": ["of raw observations", "in raw observation space"]}[space]  # fmt: skip
        head = rng.choice(["the mean distance to the nearest neighbours", "a k-NN novelty bonus", "the average "
            "distance to the "
                           "closest states", "a particle entropy bonus"]) + " " + rng.choice(inside)  # fmt: skip
    fields: dict[str, Any] = {"measure": "nearest", "embedding": space}
    ways = [wish.memory, wish.scope, wish.k] + ([wish.latent] if space != "none" else [])
    return head, fields, [wish.k(rng, zh), *_some(rng, zh, *[way for way in ways if way is not wish.k])]


def _disagreement(rng: Random, zh: bool) -> _Made:
    head = rng.choice(["集成分歧奖励", "多个前向模型预测的分歧"]) if zh else rng.choice([
        "a disagreement bonus", "ensemble disagreement", "the disagreement of an ensemble of forward models",
        "Plan2Explore's disagreement bonus"])  # fmt: skip
    spread = rng.choice(["variance", "deviation"])
    said = {"variance": (["the variance of their predictions", "the variance across models"], ["取预测的方差"]),
            "deviation": (["the standard deviation of their predictions", "the standard deviation instead of the variance"],
                          ["取标准差"])}[spread]  # fmt: skip
    phrase = rng.choice(said[zh])
    wishes = [wish.models(rng, zh), *_some(rng, zh, wish.latent, most=1)]
    if rng.random() < 0.5:
        wishes.append(Said({"spread": spread}, phrase, phrase if zh else f"pay {phrase}"))
    return head, {"measure": "disagreement"}, wishes


def _change(rng: Random, zh: bool) -> _Made:
    space = rng.choice(["random", "inverse", "none"])
    if zh:
        head = {"random": "下一个观测与当前观测在固定随机编码器特征空间中的差异", "inverse": "逆动力学特征中相邻状态的变化",
                "none": "原始观测中相邻状态的变化"}[space]  # fmt: skip
        return head, {"measure": "change", "embedding": space}, [wish.error(rng, zh, change=True)]
    inside = {"random": ["in the embedding of a fixed random network", "in a frozen random encoder's space"],
              "inverse": ["in inverse-dynamics features", "in the space of an inverse model"],
              "none": ["of the raw observations", "in raw observation space"]}[space]  # fmt: skip
    head = rng.choice(["how much the state changes in a step", "the change between consecutive states",
                       "an impact bonus: how far a step moves the state"]) + " " + rng.choice(inside)  # fmt: skip
    ways: list[_Way] = [lambda r, z: wish.error(r, z, change=True)] + ([wish.latent] if space != "none" else [])
    return head, {"measure": "change", "embedding": space}, _some(rng, zh, *ways)


def _elliptical(rng: Random, zh: bool) -> _Made:
    head = (
        rng.choice(["E3B奖励", "E3B 椭圆奖励"])
        if zh
        else rng.choice(["an E3B bonus", "E3B", "the elliptical bonus of E3B"])
    )
    ridge = rng.choice([0.01, 0.05, 0.2, 0.5, 1.5])
    nouns = ["lambda", "正则系数lambda", "ridge"] if zh else ["lambda", "ridge", "regularisation", "ridge parameter", "λ",
                                                          "ridge coefficient"]  # fmt: skip
    own = told(rng, nouns, real(rng, ridge), {"ridge": ridge}, zh=zh)
    return head, {"measure": "elliptical", "embedding": "inverse"}, [own, *_some(rng, zh, wish.latent)]


def _autoencoder(rng: Random, zh: bool) -> _Made:
    vae = rng.random() < 0.4
    head = (
        (
            rng.choice(["变分自编码器的重构误差"])
            if vae
            else rng.choice(["自编码器的重构误差", "自编码器重构误差作为奖励"])
        )
        if zh
        else (
            rng.choice(["the reconstruction error of a VAE", "a VAE-based novelty bonus"])
            if vae
            else rng.choice(
                [
                    "the reconstruction error of an autoencoder",
                    "autoencoder novelty",
                    "how badly an autoencoder reconstructs the observation",
                ]
            )
        )
    )
    size = rng.choice([8, 16, 24, 32, 48])
    phrase = rng.choice([f"瓶颈{size}维", f"隐向量{size}维", f"编码维度为{size}"]) if zh else rng.choice([
        f"a bottleneck of {size}", f"a code of {size}", f"latent size {size}", f"a {size}-dim code", f"a {size}-unit "
        f"bottleneck",
        f"bottleneck size {size}", f"code size = {size}", f"{size} latent dimensions"])  # fmt: skip
    clause = rng.choice([f"the bottleneck has {size} units", f"use a bottleneck of {size}", f"the latent size is {size}",
                         f"the code has {size} numbers"])  # fmt: skip
    fields = {"measure": "prediction_error", "predicts": "itself", **({"variational": True} if vae else {})}
    return head, fields, [Said({"latent_dim": size}, phrase, phrase if zh else clause)]


def _density(rng: Random, zh: bool) -> _Made:
    head = "运行高斯分布下下一个观测的负对数密度" if zh else rng.choice([
        "the negative log-density of the next observation under a running Gaussian",
        "minus the log-likelihood of the state under a running diagonal Gaussian of all states so far"])  # fmt: skip
    least = rng.choice([0.01, 0.05, 0.2, 0.5])
    own = told(rng, ["最小标准差"] if zh else ["minimum standard deviation", "min std", "minimum deviation", "smallest std"],
               real(rng, least), {"min_deviation": least}, zh=zh)  # fmt: skip
    return head, {"measure": "density"}, [own] if rng.random() < 0.6 else []


def _progress(rng: Random, zh: bool) -> _Made:
    head = rng.choice(["学习进步奖励：前向模型在固定随机特征上的误差比慢副本低多少"]) if zh else rng.choice([
        "learning progress of a forward model on fixed random features against a slow copy of it",
        "a learning-progress bonus: how much lower the error of a forward model on frozen random features is than that of a "
        "slow copy"])  # fmt: skip
    if rng.random() < 0.6:
        slow = rng.choice([0.9, 0.95, 0.98, 0.995, 0.999])
        phrase = rng.choice([f"滑动平均系数{slow}", f"衰减率为{slow}"]) if zh else rng.choice([
            f"a moving average with decay {slow}", f"an EMA of {slow}", f"decay {slow}", f"tau = {round(1 - slow, 4):g}",
            f"a momentum of {slow}", f"polyak {slow}"])  # fmt: skip
        clause = rng.choice([f"the copy is a moving average with decay {slow}", f"the copy's momentum is {slow}",
                             f"update the slow copy with decay {slow}"])  # fmt: skip
        own = Said({"slow": slow}, phrase, phrase if zh else clause)
    else:
        n = rng.choice([5, 10, 20, 50])
        phrase = (
            f"每{n}次更新复制一次" if zh else rng.choice([f"copied every {n} updates", f"refreshed every {n} updates"])
        )
        own = Said({"copied_every": n}, phrase, phrase if zh else f"the copy is {phrase}", noun=False)
    return head, {"measure": "progress", "predicts": "next"}, [own, *_some(rng, zh, wish.latent, most=1)]


_ORDINAL = ("first", "second", "third", "fourth")


def _numbers(rng: Random, zh: bool) -> tuple[str, int]:
    index = rng.randrange(4)
    if zh:
        return f"观测的第{index + 1}个分量", index
    return rng.choice([f"the {_ORDINAL[index]} number of the observation", f"obs[{index}]",
                       f"the {_ORDINAL[index]} component of the observation"]), index  # fmt: skip


def _potential(rng: Random, zh: bool) -> _Made:
    what, index = _numbers(rng, zh)
    discount = rng.choice([0.9, 0.95, 0.98, 0.995])
    head = f"基于势能的奖励塑形，势能是{what}" if zh else rng.choice([
        f"potential-based shaping with {what} as the potential", f"potential-based shaping, the potential is {what}",
        f"a shaping reward gamma * phi(s') - phi(s) where phi is {what}"])  # fmt: skip
    own = told(rng, ["折扣", "gamma", "折扣因子"] if zh else ["gamma", "discount", "discount factor"],
               real(rng, discount), {"discount": discount}, zh=zh)  # fmt: skip
    return head, {"measure": "potential", "index": index}, [own]


def _value(rng: Random, zh: bool) -> _Made:
    what, index = _numbers(rng, zh)
    size = rng.random() < 0.4
    if zh:
        return f"奖励为{what}{'的绝对值' if size else ''}", {"measure": "value", "index": index, "absolute": size}, []
    head = rng.choice(["a reward equal to", "a reward that pays", "a bonus proportional to"])
    return (
        f"{head} {'the absolute value of ' if size else ''}{what}",
        {"measure": "value", "index": index, "absolute": size},
        [],
    )


def _action(rng: Random, zh: bool, change: bool) -> _Made:
    weight = rng.choice([0.001, 0.01, 0.05, 0.1, 0.5])
    w = real(rng, weight)
    error = rng.choice(["squared", "absolute", "euclidean"])
    if change:
        what = {"squared": (["the squared difference between consecutive actions", "the squared difference of the "
            "action to the "
                             "previous one"], ["相邻两步动作差的平方"]),
                "absolute": (["the absolute difference between successive actions", "the absolute change of the "
                "action from the "
                              "previous one"], ["相邻动作的绝对差"]),
                "euclidean": (["the Euclidean distance between this action and the previous one"], ["相邻动作的欧氏距离"]),
                }[error]  # fmt: skip
    else:
        what = {"squared": (["the squared norm of the action", "the squared size of the action"], ["动作的平方"]),
                "absolute": (["the absolute value of the action", "the absolute size of the actions"], ["动作的绝对值"]),
                "euclidean": (["the euclidean norm of the action", "the L2 norm of the action"], ["动作的欧氏范数"]),
                }[error]  # fmt: skip
    said = rng.choice(what[zh])
    head = rng.choice([f"{w}乘以{said}的惩罚", f"惩罚{said}，权重{w}", f"-{w}乘以{said}"]) if zh else rng.choice([
        f"a penalty of {w} times {said}", f"minus {w} times {said}", f"a penalty on {said}, weight {w}",
        f"a cost of {w} * {said}", f"a penalty: {w} x {said}", f"a penalty of {said} times {w}"])  # fmt: skip
    fields: dict[str, Any] = {"measure": "action_change" if change else "action_size", "negative": True, "beta": weight}
    return head, {**fields, "error": error}, []


def _constant(rng: Random, zh: bool) -> _Made:
    weight = rng.choice([0.001, 0.01, 0.02, 0.1, 0.5])
    w = real(rng, weight)
    minus = rng.random() < 0.6
    if zh:
        head = f"每步扣{w}" if minus else f"每步奖励{w}"
    else:
        head = rng.choice([f"a step penalty of {w}", f"a penalty of {w} per step", f"a penalty of {w} for every step",
                           f"a time penalty: {w} per step"]) if minus else rng.choice([
            f"a survival bonus of {w}", f"a constant reward of {w} per step", f"a living bonus of {w} for each step",
            f"{w} for every step alive, as a survival bonus"])  # fmt: skip
    return head, {"measure": "constant", "beta": weight, **({"negative": True} if minus else {})}, []


def _away(rng: Random, zh: bool) -> _Made:
    record = rng.random() < 0.4
    head = "离回合起点的距离" if zh else rng.choice([
        "the distance from where the episode began", "the distance to the start state of the episode",
        "how far the agent is from the initial state of the episode"])  # fmt: skip
    if not record:
        return head, {"measure": "away"}, []
    phrase = "只在创新高时给" if zh else rng.choice(["only when it is a new record", "paid only for a new maximum"])
    return head, {"measure": "away"}, [Said({"record": True}, phrase, phrase, noun=False)]


_MEASURES: dict[str, Callable[[Random, bool], _Made]] = {
    "rnd": _rnd, "forward": _forward, "hash": _hash, "grid": _grid, "simhash": _simhash, "nearest": _nearest,
    "disagreement": _disagreement, "change": _change, "elliptical": _elliptical, "autoencoder": _autoencoder,
    "density": _density, "progress": _progress, "potential": _potential, "value": _value,
    "action_change": lambda rng, zh: _action(rng, zh, True), "action_size": lambda rng, zh: _action(rng, zh, False),
    "constant": _constant, "away": _away,
}  # fmt: skip
