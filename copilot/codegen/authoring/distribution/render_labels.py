"""Distributions over a finite number of actions as source: logits or values changed before, or in place of, the softmax."""

from __future__ import annotations

from copilot.codegen.authoring.layout import docstring, imports, signature, source
from copilot.codegen.authoring.spec import Distribution, ModuleSpec

GREEDY = frozenset({"epsilon", "rank", "ez_greedy", "ucb"})
"""Kinds in which the order of the values alone counts: no gradient passes."""
_LEFT_OUT = '"-inf"'
_EXPRESSIONS: dict[str, list[str]] = {
    "temperature": ["return given / self.temperature"],
    "mixed_uniform": [
        "own = given.log_softmax(-1) + math.log1p(-self.share)",
        "uniform = th.full_like(own, math.log(max(self.share, 1e-38)) - math.log(own.shape[-1]))",
        "return th.logaddexp(own, uniform)",
    ],
    "clipped_logits": ["return given.clamp(-self.bound, self.bound)"],
    "top_k": [
        "least = given.topk(min(self.k, given.shape[-1]), dim=-1).values[..., -1:]",
        f"return th.where(given >= least, given, float({_LEFT_OUT}))",
    ],
    "top_p": [
        "probs, order = given.softmax(-1).sort(dim=-1, descending=True)",
        "kept = probs.cumsum(-1) - probs < self.share  # the first that together reach the share; the likeliest always",
        "kept = th.zeros_like(kept).scatter(-1, order, kept)",
        f"return th.where(kept, given, float({_LEFT_OUT}))",
    ],
    "min_p": [
        "probs = given.softmax(-1)",
        f"return th.where(probs >= self.share * probs.amax(-1, keepdim=True), given, float({_LEFT_OUT}))",
    ],
    "masked": [
        "never = th.zeros(given.shape[-1], dtype=th.bool, device=given.device)", "never[list(self.never)] = True",
        f"return given.masked_fill(never, float({_LEFT_OUT}))",
    ],
    "rank": [
        "ranks = given.detach().argsort(-1, descending=True).argsort(-1) + 1  # 1 for the best",
        "return -self.exponent * ranks.to(given.dtype).log()",
    ],
    "epsilon": [
        "best = F.one_hot(given.argmax(-1), given.shape[-1])",
        "return (self.epsilon / given.shape[-1] + (1.0 - self.epsilon) * best).clamp(min=1e-38).log()",
    ],
    "max_boltzmann": [
        "best = F.one_hot(given.argmax(-1), given.shape[-1])", "drawn = (given / self.temperature).softmax(-1)",
        "return (self.epsilon * drawn + (1.0 - self.epsilon) * best).clamp(min=1e-38).log()",
    ],
    "sparsemax": [
        "ordered = given.sort(dim=-1, descending=True).values",
        "places = th.arange(1, given.shape[-1] + 1, device=given.device, dtype=given.dtype)",
        "sums = ordered.cumsum(-1) - 1.0", "size = (places * ordered > sums).sum(-1, keepdim=True)",
        "threshold = sums.gather(-1, size - 1) / size  # (B, 1)", "return (given - threshold).clamp(min=0.0).log()",
    ],
    "mellowmax": [
        "count = math.log(given.shape[-1])",
        "middle = ((self.omega * given).logsumexp(-1, keepdim=True) - count) / self.omega",
        "far = (given - middle).detach()",
        "low, high = th.zeros_like(far[..., :1]), 100.0 / far.abs().amax(-1, keepdim=True).clamp(min=1e-6)",
        "for _ in range(60):  # the root of sum(exp(beta far) far), by halving",
        "    beta = 0.5 * (low + high)", "    above = ((beta * far).softmax(-1) * far).sum(-1, keepdim=True) > 0",
        "    low, high = th.where(above, low, beta), th.where(above, beta, high)",
        "return 0.5 * (low + high) * given",
    ],
}  # fmt: skip


def _numbers(plan: Distribution) -> dict[str, tuple[str, object]]:
    """The numbers of a kind: name, type, value."""
    share = plan.share if plan.share is not None else plan.amount
    numbers: dict[str, dict[str, tuple[str, object]]] = {
        "temperature": {"temperature": ("float", plan.amount)}, "mixed_uniform": {"share": ("float", plan.amount)},
        "clipped_logits": {"bound": ("float", plan.amount)}, "top_k": {"k": ("int", plan.k)},
        "top_p": {"share": ("float", share)}, "min_p": {"share": ("float", share)},
        "masked": {"never": ("tuple[int, ...]", tuple(plan.only))}, "rank": {"exponent": ("float", plan.amount)},
        "epsilon": {"epsilon": ("float", plan.share if plan.share is not None else 0.1)},
        "max_boltzmann": {"epsilon": ("float", plan.share if plan.share is not None else 0.1),
                          "temperature": ("float", plan.temperature or 1.0)},
        "mellowmax": {"omega": ("float", plan.amount)},
    }  # fmt: skip
    return numbers.get(plan.of, {})


_ABOUT = {
    "temperature": "One of n actions by logits divided by a temperature of {amount}: below 1 sharper, above 1 flatter.",
    "mixed_uniform": "One of n actions by logits, mixed with {amount:.4g} of the uniform distribution.",
    "clipped_logits": "One of n actions by logits that are kept within [-{amount}, {amount}].",
    "top_k": "One of the {k} likeliest actions by logits; the others never.",
    "top_p": "One of the likeliest actions that together have a probability of {share}; no other (nucleus sampling).",
    "min_p": "One of the actions that have at least {share} of the probability of the likeliest; the others never.",
    "masked": "One of n actions by logits; actions {only} never.",
    "rank": "One of n actions, with probabilities in proportion to 1 / rank**{amount}.",
    "epsilon": "The action of the largest value with probability 1 - epsilon, else any, each alike.",
    "max_boltzmann": (
        "The action of the largest value with probability 1 - epsilon, else one by a softmax of the values over "
        "{temperature} (Max-Boltzmann, Wiering 1999)."
    ),
    "sparsemax": "One of n actions by the sparsemax of logits (Martins and Astudillo 2016): poor ones have probability 0.",
    "mellowmax": "The policy of most entropy whose value is the mellowmax of omega {amount} (Asadi and Littman 2017).",
}


def describe(plan: Distribution) -> str:
    """What it is, in a sentence."""
    text = _ABOUT[plan.of].format(
        amount=plan.amount, k=plan.k, share=plan.share, only=plan.only, temperature=plan.temperature
    )
    return f"{text[:-1]}; {scheduled(plan)} follows {plan.schedule}." if plan.schedule else text


def scheduled(plan: Distribution) -> str:
    """The number that a schedule moves."""
    return {"temperature": "temperature", "mixed_uniform": "share"}.get(plan.of, "epsilon")


def labels(spec: ModuleSpec, plan: Distribution) -> tuple[str, str]:
    """The source of the class, and a sentence on what it is."""
    numbers, about, moving = _numbers(plan), describe(plan), scheduled(plan) if plan.schedule else ""
    numbers.pop(moving, None)
    arguments = ["self", "logits: th.Tensor | None = None"]
    arguments += [f"{name}: {kind} = {value!r}" for name, (kind, value) in numbers.items()]
    arguments += [f'{moving}_schedule: str = "{plan.schedule}"', "step: int = 0"] if moving else []
    kept = [f"self.{name} = {name}" for name in numbers]
    kept += [f"self.{moving}_schedule = {moving}_schedule", f"self.{moving} = {_value(plan, moving)}"] if moving else []
    kept += ["self._given = logits"] if moving else []
    kept += ["super().__init__(None if logits is None else self.changed(logits))"]
    given = [f"self.{name}" for name in numbers] + ([f"self.{moving}_schedule"] if moving else [])
    word = "values" if plan.of in {"epsilon", "max_boltzmann", "rank", "mellowmax"} else "logits"
    body = [f"class {spec.name}(Categorical):", *docstring(about), "", *signature("__init__", arguments, "None")]
    body += [f"        {line}" for line in kept]
    body += ["", f"    def __call__(self, logits: th.Tensor) -> {spec.name}:",
             f'        """A new distribution with {word} (B, n)."""',
             f"        return {spec.name}({', '.join(['logits', *given, *(['self.step'] if moving else [])])})"]  # fmt: skip
    if moving:
        body[body.index(f"        self.{moving}_schedule = {moving}_schedule")] += "\n        self.step = step"
        body += ["", f"    def at(self, step: int) -> {spec.name}:",
                 f'        """The distribution with {moving} as scheduled for an environment step."""',
                 f"        return {spec.name}({', '.join(['self._given', *given, 'step'])})"]  # fmt: skip
    body += ["", "    def changed(self, given: th.Tensor) -> th.Tensor:",
             f'        """Logits (B, n) of what is drawn, of {word} (B, n)."""',
             *(f"        {line}" for line in _EXPRESSIONS[plan.of])]  # fmt: skip
    text = "\n".join(body)
    head = [f'"""{spec.name}: an action distribution written for RLLTE."""', "", "from __future__ import annotations"]
    torch = ["import torch as th", *(["import torch.nn.functional as F"] if "F." in text else [])]
    library = ["from rllte.xplore.distribution import Categorical"]
    library += ["from rllte.core.schedules import schedule"] if "schedule(" in "".join(kept) else []
    return source(head + imports(["import math"] if "math." in text else [], torch, library), body), about


def _value(plan: Distribution, moving: str) -> str:
    if plan.schedule and plan.schedule.startswith("exponential"):
        first, last, steps = (part.strip() for part in plan.schedule.removeprefix("exponential(")[:-1].split(","))
        return f"{first} * ({last} / {first}) ** min(1.0, step / {steps})  # {moving}_schedule"
    return f"schedule({moving}_schedule, step)"
