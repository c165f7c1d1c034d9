"""Noises around a deterministic action as source: a marginal, how it hangs together in time, and how its size changes."""

from __future__ import annotations

from copilot.codegen.authoring.layout import docstring, imports, signature, source
from copilot.codegen.authoring.spec import Distribution, ModuleSpec

_DRAWS = {
    "gaussian": "th.randn(shape, **like)",
    "uniform": "12**0.5 * (th.rand(shape, **like) - 0.5)  # of deviation 1",
    "laplace": "0.5**0.5 * (th.empty(shape, **like).exponential_() - th.empty(shape, **like).exponential_())",
    "cauchy": "(th.pi * (th.rand(shape, **like) - 0.5)).tan()  # of scale 1",
    "student": "th.randn(shape, **like) / self.chi(shape, like)",
    "bang": "th.randint(0, 2, shape, device=self.mean.device).to(self.mean.dtype) * 2.0 - 1.0",
}
_WORDS = {"gaussian": "Gaussian", "uniform": "Uniform", "laplace": "Laplace", "cauchy": "Cauchy", "student": "Student's t",
          "bang": "Bang-bang"}  # fmt: skip
_PATHS = '''class Paths:
    """Noise of deviation 1 that goes on from step to step: for each row of a batch, apart for each shape of batch.

    Batches for acting, (N, A), and for learning, (B, A), have other shapes: neither moves the paths of the other.
    """

    def __init__(self, {arguments}) -> None:
{assigned}
        self.kept: dict[tuple[int, ...], dict[str, th.Tensor]] = {{}}

    def step(self, shape: th.Size, device: th.device, dtype: th.dtype) -> th.Tensor:
        """The next points of the paths of this shape."""
        path = self.kept.get(tuple(shape))
        if path is None:
            if len(self.kept) >= 8:
                self.kept.pop(next(iter(self.kept)))
            path = self.kept[tuple(shape)] = self.begin(shape, device, dtype)
        return self.go_on(path)

    def reset(self, ended: th.Tensor | None) -> None:
        """Begin anew: everywhere, or in the rows (N,) of `ended` that are not 0, for batches of N rows."""
        if ended is None:
            self.kept.clear()
            return
        for shape, path in self.kept.items():
            if shape[:1] == (len(ended),):
                self.renew(path, ended.bool())

{more}'''
_RUN = '''    def begin(self, shape: th.Size, device: th.device, dtype: th.dtype) -> dict[str, th.Tensor]:
        """Paths of a shape, at their beginning."""
        return {{"at": {begin}}}

    def go_on(self, path: dict[str, th.Tensor]) -> th.Tensor:
        """The next points."""
        path["at"] = {keep} * path["at"] + {new} * th.randn_like(path["at"])
        return path["at"]

    def renew(self, path: dict[str, th.Tensor], over: th.Tensor) -> None:
        """Begin the paths of some rows (N,) anew."""
        at = path["at"]
        fresh = {renew}
        path["at"] = th.where(over.to(at.device).reshape(-1, *[1] * (at.dim() - 1)), fresh, at)'''
_COLOURED = '''    def begin(self, shape: th.Size, device: th.device, dtype: th.dtype) -> dict[str, th.Tensor]:
        """Sequences of a shape, at their beginning."""
        place = th.zeros(shape[0], dtype=th.int64, device=device)
        return {"values": self.sequence(shape, device, dtype), "place": place}

    def sequence(self, shape: th.Size, device: th.device, dtype: th.dtype) -> th.Tensor:
        """(length, *shape) noise of deviation 1, whose power at frequency f is in proportion to f**-exponent."""
        frequencies = th.fft.rfftfreq(self.length, device=device, dtype=dtype)
        frequencies[0] = frequencies[1]  # the mean moves as much as the slowest wave
        size = frequencies ** (-0.5 * self.exponent)
        power = 2.0 * size.square()
        power[0] = power[0] / 2.0
        power[-1] = power[-1] / 2.0 if self.length % 2 == 0 else power[-1]
        size = size / (power.sum() / self.length).sqrt()
        white = th.fft.rfft(th.randn(self.length, *shape, device=device, dtype=dtype), dim=0)
        return th.fft.irfft(white * size.reshape(-1, *[1] * len(shape)), n=self.length, dim=0)

    def go_on(self, path: dict[str, th.Tensor]) -> th.Tensor:
        """The next points; rows at the end of their sequence get another."""
        rows = th.arange(len(path["place"]), device=path["place"].device)
        points = path["values"][path["place"], rows]
        path["place"] = path["place"] + 1
        over = path["place"] >= self.length
        if over.any():
            self.renew(path, over)
        return points

    def renew(self, path: dict[str, th.Tensor], over: th.Tensor) -> None:
        """New sequences for some rows (N,)."""
        values = path["values"]
        over = over.to(values.device)
        fresh = self.sequence(values.shape[1:], values.device, values.dtype)
        path["values"] = th.where(over.reshape(1, -1, *[1] * (values.dim() - 2)), fresh, values)
        path["place"] = th.where(over, 0, path["place"])'''
_HELD = '''    def begin(self, shape: th.Size, device: th.device, dtype: th.dtype) -> dict[str, th.Tensor]:
        """Draws of a shape, and for how many steps they are still held."""
        left = th.full(shape[:1], self.steps, device=device)
        return {"at": self.draw(shape, {"device": device, "dtype": dtype}), "left": left}

    def draw(self, shape: th.Size, like: dict[str, Any]) -> th.Tensor:
        """Draws of deviation 1."""
        return DRAW

    def go_on(self, path: dict[str, th.Tensor]) -> th.Tensor:
        """What is held; rows that held it long enough draw again."""
        self.renew(path, path["left"] == 0)
        path["left"] = path["left"] - 1
        return path["at"]

    def renew(self, path: dict[str, th.Tensor], over: th.Tensor) -> None:
        """Draw again in some rows (N,)."""
        at, over = path["at"], over.to(path["at"].device)
        fresh = self.draw(at.shape, {"device": at.device, "dtype": at.dtype})
        path["at"] = th.where(over.reshape(-1, *[1] * (at.dim() - 1)), fresh, at)
        path["left"] = th.where(over, self.steps, path["left"])'''
_REMEMBERS = '''
    def reset(self, ended: th.Tensor | None = None) -> None:
        """{resets}

        Args:
            ended: (N,) 1 or True where an episode ended; None: everywhere.
        """
{lines}

    def state(self) -> dict[str, th.Tensor]:
        """{keeps}"""
{state}

    def restore(self, state: Mapping[str, th.Tensor]) -> None:
        """Go on from what `state` gave.

        Args:
            state: on the device of the policy.
        """
{restore}'''


def _paths(plan: Distribution) -> tuple[str, str]:
    """The class of the paths, and the arguments that the noise gives it."""
    if plan.time == "ou":
        more = _RUN.format(begin="th.zeros(shape, device=device, dtype=dtype)", keep="(1.0 - self.theta * self.dt)",
                           new="self.dt**0.5", renew="th.zeros_like(at)")  # fmt: skip
        names = {"theta": "float", "dt": "float"}
    elif plan.time == "ar":
        more = _RUN.format(begin="th.randn(shape, device=device, dtype=dtype)", keep="self.correlation",
                           new="(1.0 - self.correlation**2) ** 0.5", renew="th.randn_like(at)")  # fmt: skip
        names = {"correlation": "float"}
    elif plan.time == "coloured":
        more, names = _COLOURED, {"exponent": "float", "length": "int"}
    else:
        draw = (
            _DRAWS[plan.noise].replace("self.mean.device", 'like["device"]').replace("self.mean.dtype", 'like["dtype"]')
        )
        more, names = _HELD.replace("DRAW", draw), {"steps": "int"}
    text = _PATHS.format(
        arguments=", ".join(f"{name}: {kind}" for name, kind in names.items()),
        assigned="\n".join(f"        self.{name} = {name}" for name in names), more=more,
    )  # fmt: skip
    return text, ", ".join(names)


def _arguments(plan: Distribution) -> tuple[list[str], list[str]]:
    """Arguments of the constructor, and the lines that keep them."""
    sigma = 1.0 if plan.schedule or plan.each else plan.amount
    arguments = ["self", "mu: float = 0.0", f"sigma: float = {sigma!r}", "low: float = -1.0", "high: float = 1.0",
                 "eps: float = 1e-6"]  # fmt: skip
    kept: dict[str, tuple[str, object]] = {}
    kept |= {"theta": ("float", plan.theta), "dt": ("float", plan.dt)} if plan.time == "ou" else {}
    kept |= {"correlation": ("float", plan.correlation)} if plan.time == "ar" else {}
    kept |= {"exponent": ("float", plan.exponent), "length": ("int", plan.length)} if plan.time == "coloured" else {}
    kept |= {"steps": ("int", plan.k)} if plan.time == "hold" else {}
    kept |= {"freedom": ("int", plan.k)} if plan.noise == "student" else {}
    kept |= {"bound": ("float", plan.clip)} if plan.clip else {}
    kept |= {"share": ("float", plan.share)} if plan.share is not None else {}
    kept |= {"random": ("float", plan.random)} if plan.random is not None else {}
    kept |= {"start": ("int", plan.start)} if plan.start else {}
    kept |= {"decay": ("float", plan.decay), "floor": ("float", plan.floor)} if plan.decay else {}
    kept |= {"each": ("tuple[float, ...]", tuple(plan.each))} if plan.each else {}
    arguments += [f"{name}: {kind} = {value!r}" for name, (kind, value) in kept.items()]
    if plan.schedule:
        arguments.append(f'stddev_schedule: str = "{plan.schedule}"')
    lines = ["super().__init__(mu, sigma, low, high, eps)", *(f"self.{name} = {name}" for name in kept)]
    lines += ["self.stddev_schedule = stddev_schedule"] if plan.schedule else []
    return arguments, lines


def _noise(plan: Distribution) -> list[str]:
    """The body of `noise`."""
    lines = ['like = {"device": self.mean.device, "dtype": self.mean.dtype}']
    if plan.time == "white":
        lines.append(f"draws = {_DRAWS[plan.noise]}")
    else:
        lines = ["draws = self.paths.step(shape, self.mean.device, self.mean.dtype)"]
    stddev = "self.mean.new_tensor(self.each) * self.stddev" if plan.each else "self.stddev"
    lines.append(f"noise = self.mu + {stddev} * draws")
    if plan.clip:
        lines.append("noise = noise.clamp(-self.bound, self.bound)")
    if plan.share is not None:
        lines.append(
            "comes = th.rand(shape[:-1], device=self.mean.device) < self.share  # to all of an action, or to none"
        )
        lines.append("noise = noise * comes[..., None]")
    if plan.random is not None or plan.start:
        often = "self.random" if plan.random is not None else "0.0"
        often = f"1.0 if self.step < self.start else {often}" if plan.start else often
        lines += [
            "uniform = th.empty(shape, device=self.mean.device, dtype=self.mean.dtype).uniform_(self.low, self.high)",
            f"often = {often}", "any_action = th.rand(shape[:-1], device=self.mean.device) < often",
            "noise = th.where(any_action[..., None], uniform - self.mean, noise)",
        ]  # fmt: skip
    return [*lines, "return noise"]


_EXPONENTIAL = '''    def _value(self, step: int) -> float:
        """The factor at an environment step: it falls by the same share with each."""
        first, last, steps = (float(part) for part in self.stddev_schedule.removeprefix("exponential(")[:-1].split(","))
        return float(first * (last / first) ** min(1.0, step / steps))'''


def noise(spec: ModuleSpec, plan: Distribution) -> tuple[str, str]:
    """The source of the class, and a sentence on what it is."""
    paths, given = _paths(plan) if plan.time != "white" else ("", "")
    arguments, kept = _arguments(plan)
    moves = bool(plan.schedule or plan.start)
    about = describe(plan)
    body = [
        f"class {spec.name}(ActionNoise):",
        *docstring(about + _MORE),
        "",
        *signature("__init__", arguments, "None"),
    ]
    kept += ["self._factor = self._value(0)"] if plan.schedule else []
    kept += ["self.step = 0"] if plan.start else []
    kept += [f"self.paths = Paths({given})"] if paths else []
    kept += ['self.course = {"episodes": 0}  # shared by all that come of one template'] if plan.decay else []
    body += [f"        {line}" for line in kept]
    if plan.schedule and plan.schedule.startswith("exponential"):
        body += ["", _EXPONENTIAL]
    elif plan.schedule:
        body += ["", "    def _value(self, step: int) -> float:", "        return schedule(self.stddev_schedule, step)"]
    if moves:
        changes = ", ".join(
            [*(["_factor=self._value(step)"] if plan.schedule else []), *(["step=step"] if plan.start else [])]
        )
        body += ["", "    def at(self, step: int) -> ActionNoise:",
                 '        """The noise as it is after so many environment steps, around the same actions if it has any."""',
                 f"        return self._with({changes})"]  # fmt: skip
    factors = ["self.sigma", *(["self._factor"] if plan.schedule else [])]
    value = " * ".join(factors)
    if plan.decay:
        value = f'max(self.floor, {value} * self.decay ** self.course["episodes"])'
    body += ["", "    @property", "    def stddev(self) -> float:",
             '        """Standard deviation at the present step, before any bound."""', f"        return {value}", "",
             "    def noise(self, shape: th.Size) -> th.Tensor:",
             '        """Noise of this shape, from torch\'s generator."""',
             *(f"        {line}" for line in _noise(plan))]  # fmt: skip
    if plan.noise == "student":
        body += ["", "    def chi(self, shape: th.Size, like: dict[str, Any]) -> th.Tensor:",
                 '        """Roots of chi-squared draws over their degrees of freedom."""',
                 "        return (th.randn(self.freedom, *shape, **like).square().mean(0)).sqrt()"]  # fmt: skip
    if paths or plan.decay:
        body.append(_remembers(plan, bool(paths)))
    text = "\n".join([paths, *body])
    head = [f'"""{spec.name}: a noise around actions written for RLLTE."""', "", "from __future__ import annotations"]
    standard = ["from collections.abc import Mapping"] if "Mapping[" in text else []
    standard += ["from typing import Any"] if "Any]" in text else []
    library = ["from rllte.xplore.distribution.action_noise import ActionNoise"]
    library += ["from rllte.core.schedules import schedule"] if "schedule(self" in text else []
    return source(head + imports(standard, ["import torch as th"], library), [paths] if paths else [], body), about


_MORE = "\n\nOnly `at` and `reset` change it: drawing samples for learning does not."


def _remembers(plan: Distribution, paths: bool) -> str:
    lines, state, restore = list[str](), ["found: dict[str, th.Tensor] = {}"], list[str]()
    if paths:
        lines.append("self.paths.reset(ended)")
        state += ["for shape, path in self.paths.kept.items():",
              '    found |= {f"{\'x\'.join(map(str, shape))}:{name}": value for name, value in path.items()}']  # fmt: skip
        restore += [
            "self.paths.reset(None)", "for key, value in state.items():", '    shape, _, name = key.partition(":")',
            "    if name:", '        place = tuple(int(part) for part in shape.split("x"))',
            "        self.paths.kept.setdefault(place, {})[name] = value",
        ]  # fmt: skip
    if plan.decay:
        lines += ["if ended is not None:", '    self.course["episodes"] += int(ended.bool().sum())']
        state += ['found["episodes"] = th.tensor(self.course["episodes"])']
        restore += ['self.course["episodes"] = int(state["episodes"])']
    indent = "\n".join
    return _REMEMBERS.format(
        resets="Begin anew where an episode ended." if paths else "Count the episodes that ended.",
        keeps="The paths as they are, by the shape of their batch." if paths else "How many episodes have ended.",
        lines=indent(f"        {line}" for line in lines),
        state=indent(f"        {line}" for line in [*state, "return found"]),
        restore=indent(f"        {line}" for line in restore),
    )  # fmt: skip


def describe(plan: Distribution) -> str:
    """What it is, in a sentence."""
    word = _WORDS[plan.noise]
    kinds = {
        "white": f"{word} noise around a deterministic action",
        "ou": f"Ornstein-Uhlenbeck noise (theta {plan.theta!r}, dt {plan.dt!r}) around a deterministic action",
        "ar": f"Noise around a deterministic action whose following steps have a correlation of {plan.correlation!r}",
        "coloured": f"Coloured noise (power over frequency**{plan.exponent!r}, Eberhard et al. 2023) around a "
        f"deterministic action",
        "hold": f"{word} noise around a deterministic action, held for {plan.k} steps",
    }
    out = kinds[plan.time]
    if plan.schedule:
        out += f", whose deviation follows {plan.schedule}"
    elif plan.each:
        out += f" of deviations {', '.join(map(str, plan.each))}"
    else:
        out += f" of {'scale' if plan.noise == 'cauchy' else 'deviation'} {plan.amount!r}"
    out += f", kept within [-{plan.clip!r}, {plan.clip!r}]" if plan.clip else ""
    out += f", with probability {plan.share!r}" if plan.share is not None else ""
    out += f"; with probability {plan.random!r} any action" if plan.random is not None else ""
    out += f"; any action for the first {plan.start} steps" if plan.start else ""
    out += f"; {plan.decay!r} of it is left after each episode" if plan.decay else ""
    return f"{out}."
