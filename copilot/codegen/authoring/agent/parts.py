"""Pieces of source that all rendered algorithms share: heads of files, numbers that fall, optimisers, layers made anew."""

from __future__ import annotations

from copilot.codegen.authoring.layout import imports
from copilot.codegen.authoring.spec import AgentSpec, Fall, Optimizer

SHARED = [
    "env: Gymnasium2Torch",
    "eval_env: Gymnasium2Torch | None = None",
    'tag: str = "default"',
    "seed: int = 1",
    'device: str = "cpu"',
    "pretraining: bool = False",
]
SHAPES = {
    "linear": (
        "    return start + done * (end - start)",
        "A straight line from `start` to `end`; `done` is in [0, 1].",
    ),
    "cosine": (
        "    return end + (start - end) * 0.5 * (1.0 + math.cos(math.pi * done))",
        "Half a cosine from `start` to `end` (arXiv 1608.03983, equation 5); `done` is in [0, 1].",
    ),
    "exponential": (
        "    return start * (max(end, 1e-3 * start) / start) ** done if start > 0.0 else end",
        "By the same factor with each step, from `start` to `end`; `done` is in [0, 1].",
    ),
}


def numbered(numbers: dict[str, float]) -> tuple[list[str], list[str]]:
    return (
        [f"{name}: {'int' if isinstance(value, int) else 'float'} = {value!r}" for name, value in numbers.items()],
        [f"        self.{name} = {name}" for name in numbers],
    )


def assembled(arguments: list[str]) -> list[str]:
    return [
        "        assemble(",
        "            self,",
        *(f"            {argument}," for argument in arguments),
        "        )",
    ]


def heading(spec: AgentSpec, torch: list[str], library: list[str], more: list[str] | None = None) -> list[str]:
    head = [f'"""{spec.name}: an algorithm written for RLLTE."""', "", "from __future__ import annotations"]
    standard = [
        "from collections.abc import Mapping",
        "from pathlib import Path",
        "from typing import Any",
        *(more or []),
    ]
    return head + imports(standard, torch, library)


def fall_functions(falls: list[Fall | None]) -> list[list[str]]:
    """The functions by which numbers fall, each once."""
    shapes = sorted({fall.shape for fall in falls if fall is not None and fall.shape in SHAPES})
    return [
        [
            f"def {shape}(start: float, end: float, done: float) -> float:",
            f'    """{SHAPES[shape][1]}"""',
            SHAPES[shape][0],
        ]
        for shape in shapes
    ]


def falling(method: str, name: str, fall: Fall, about: str) -> list[str]:
    """A method that tells what a number is at the present step: `self.NAME`, `self.NAME_end`, `self.NAME_steps`."""
    lines = [f"    def {method}(self) -> float:", f'        """{about}"""']
    at = "self.num_updates" if fall.by == "updates" else "self.global_step"
    if fall.shape == "step":
        value = f"self.{name} * {fall.factor!r} ** ({at} // self.{name}_steps)"
    else:
        lines += [f"        done = min(1.0, {at} / self.{name}_steps)"]
        value = f"{fall.shape}(self.{name}, self.{name}_end, done)"
    return [*lines, f"        return {f'max({fall.floor!r}, {value})' if fall.floor else value}", ""]


def fall_numbers(name: str, fall: Fall, num_train_steps: int) -> dict[str, float]:
    """The arguments of a number that falls."""
    end = {} if fall.shape == "step" else {f"{name}_end": float(fall.end)}
    return {**end, f"{name}_steps": int(fall.over or num_train_steps)}


def optimizer_class(optimizer: Optimizer) -> str:
    return f"th.optim.{optimizer.name}"


def optimizer_kwargs(optimizer: Optimizer, eps: float) -> dict[str, str]:
    """Its arguments beside the learning rate, as source."""
    out: dict[str, str] = {}
    if optimizer.name != "SGD":
        out["eps"] = repr(optimizer.eps if optimizer.eps is not None else eps)
    if optimizer.weight_decay:
        out["weight_decay"] = repr(optimizer.weight_decay)
    if optimizer.momentum and optimizer.name in {"SGD", "RMSprop"}:
        out["momentum"] = repr(optimizer.momentum)
    return out


def of_share(optimizer: Optimizer, lr: float) -> Optimizer:
    """The optimiser with the end of its learning rate as a share of `lr`."""
    if optimizer.fall is None:
        return optimizer
    fall = optimizer.fall.model_copy(update={"end": round(min(1.0, optimizer.fall.end / lr), 9)})
    return optimizer.model_copy(update={"fall": fall})


def rate_numbers(optimizer: Optimizer, num_train_steps: int) -> dict[str, float]:
    """The arguments of a learning rate that changes."""
    numbers: dict[str, float] = {}
    if optimizer.fall is not None:
        numbers |= fall_numbers("rate", optimizer.fall, num_train_steps)
    if optimizer.warmup:
        numbers["warmup_steps"] = optimizer.warmup
    return numbers


def rate_methods(optimizer: Optimizer) -> list[str]:
    """Methods that set the learning rate before each update; nothing where it stays."""
    fall = optimizer.fall
    if fall is None and not optimizer.warmup:
        return []
    lines = [
        "    def rate(self) -> float:",
        '        """By what the learning rate is multiplied at the present step."""',
    ]
    rising = "min(1.0, (self.global_step + 1) / self.warmup_steps)" if optimizer.warmup else ""
    after = "max(0, self.global_step - self.warmup_steps)" if optimizer.warmup else "self.global_step"
    if fall is None:
        lines += [f"        return {rising}"]
    elif fall.shape == "step":
        start = f"{rising} * " if rising else ""
        lines += [f"        return {start}{fall.factor!r} ** ({after} // self.rate_steps)"]
    else:
        lines += [f"        done = min(1.0, {after} / self.rate_steps)"]
        start = f"{rising} * " if rising else ""
        lines += [f"        return {start}{fall.shape}(1.0, self.rate_end, done)"]
    return [
        *lines,
        "",
        "    def set_rate(self) -> None:",
        '        """Every optimiser goes on with its learning rate times `rate()`."""',
        "        for optimizer in self.policy.optimizers.values():",
        "            for group in optimizer.param_groups:",
        '                group["lr"] = group.setdefault("initial_lr", group["lr"]) * self.rate()',
        "",
    ]


def renewed(network: str, names: str, *, everything: bool) -> list[str]:
    """A method that makes layers anew: against the bias to what was seen first (arXiv 2205.07802)."""
    what = "every layer" if everything else "the last layer"
    own = [f"        for layer in linear{'' if everything else '[-1:]'}:", "            layer.reset_parameters()"]
    return [
        "    def renew(self) -> None:",
        f'        """Make {what} of each head anew, and the memory of the optimisers; arXiv 2205.07802."""',
        f"        for net in {network}:",
        '            linear = [layer for layer in net.modules() if hasattr(layer, "reset_parameters")]',
        *(f"    {line}" for line in own),
        f"        for name in {names}:",
        "            self.policy.optimizers[name].state.clear()",
        "        self.policy.update_targets(1.0)",
        "",
    ]
