"""What a replay keeps beside transitions, as source: returns of episodes, orders, demonstrations, and how it is saved."""

from __future__ import annotations

from dataclasses import dataclass, field

from copilot.codegen.authoring.spec import Storage

_RETURNS = '''    def _note(self, slot: int, rewards: th.Tensor, ended: th.Tensor) -> None:
        """Once an episode is over, its return is written beside each of its steps; until then there is none."""
        step, paid = self.ring.steps - 1, rewards.detach().cpu().numpy()
        self.sums += paid
        self.returns[slot] = np.nan
        for env in np.flatnonzero(ended.detach().cpu().numpy()):
            begun = max(int(self.begun[env]), step - self.ring.capacity + 1)
            self.returns[np.arange(begun, step + 1) % self.ring.slots, env] = self.sums[env]
            self.episodes += 1
            self.mean_return += (float(self.sums[env]) - self.mean_return) / self.episodes
            self.sums[env], self.begun[env] = 0.0, step + 1'''
_LOAD = '''    def load_demos(
        self, observations: Any, actions: th.Tensor, rewards: th.Tensor, terminateds: th.Tensor, next_observations: Any
    ) -> None:
        """Keep transitions (M, ...) for good; each is learned from as it is, whatever was before it.

        Raises:
            ParameterError: they are not of the given spaces.
        """
        number = len(rewards)
        spaces = self.observation_space, self.action_space
        loaded = VanillaReplayStorage(*spaces, str(self.device), number, self.batch_size, 1, self.discount)
        for at in range(number):
            one = slice(at, at + 1)
            apart = 1.0 - terminateds[one]  # none follows another one, as far as is known
            infos = {"final_obs": next_observations[one]}
            flags = terminateds[one], apart
            loaded.add(observations[one], actions[one], rewards[one], *flags, infos, next_observations[one])
        self.loaded = loaded'''


@dataclass
class Kept:
    """Lines for the constructor, for `reset`, `state_dict` and `load_state_dict`, and further methods."""

    made: list[str] = field(default_factory=list[str])
    before_add: list[str] = field(default_factory=list[str])
    after_add: list[str] = field(default_factory=list[str])
    reset: list[str] = field(default_factory=list[str])
    saved: list[str] = field(default_factory=list[str])
    loaded: list[str] = field(default_factory=list[str])
    methods: list[str] = field(default_factory=list[str])


def kept(plan: Storage) -> Kept:
    """All of it, for a plan."""
    out = Kept()
    if plan.good or plan.bad or plan.by_return:
        _returns(out)
    if plan.keep_zero:
        clear = "self.kept = np.ones((self.ring.slots, self.ring.num_envs), bool)"
        out.made.append(f"{clear}  # what may be drawn")
        out.before_add.append("slot = self.ring.steps % self.ring.slots")
        out.after_add.append(
            "self.kept[slot] = (rewards.cpu() != 0).numpy() | (th.rand(len(rewards)) < self.keep_zero).numpy()"
        )
        out.reset.append(clear)
        _saves(out, "kept", "self.kept")
    if plan.epochs:
        out.made.append("self.order = np.zeros((0, 2), np.int64)  # steps and environments that are still to come")
        out.reset.append("self.order = np.zeros((0, 2), np.int64)")
        out.saved.append('"order": th.from_numpy(self.order.copy())')
        out.loaded.append('self.order = state["order"].numpy().copy()')
    if plan.emphasis is not None:
        out.made.append("self.batches = 0  # drawn so far")
        out.reset.append("self.batches = 0")
        out.saved.append('"batches": th.tensor(self.batches)')
        out.loaded.append('self.batches = int(state["batches"])')
    if plan.standardise:
        _scale(out, plan)
    if plan.demos:
        out.made.append("self.loaded: VanillaReplayStorage | None = None")
        out.methods.append(_LOAD)
    return out


def _saves(out: Kept, name: str, array: str) -> None:
    out.saved.append(f'"{name}": th.from_numpy({array}.copy())')
    out.loaded.append(f'{array} = state["{name}"].numpy().copy()')


def _returns(out: Kept) -> None:
    fresh = [
        "self.returns = np.full((self.ring.slots, self.ring.num_envs), np.nan, np.float32)",
        "self.sums, self.begun = np.zeros(self.ring.num_envs), np.zeros(self.ring.num_envs, np.int64)",
        "self.mean_return, self.episodes = 0.0, 0",
    ]
    out.made += [f"{fresh[0]}  # of the episode of each step", *fresh[1:]]
    out.reset += fresh
    out.before_add.append("slot, paid = self.ring.steps % self.ring.slots, rewards")
    out.after_add.append("self._note(slot, paid, terminateds + truncateds)")
    out.methods.append(_RETURNS)
    for name in ("returns", "sums", "begun"):
        _saves(out, f"episode_{name}", f"self.{name}")
    out.saved.append('"means": th.tensor([self.mean_return, self.episodes], dtype=th.float64)')
    out.loaded.append('self.mean_return, self.episodes = float(state["means"][0]), int(state["means"][1])')


def _scale(out: Kept, plan: Storage) -> None:
    """The running scale of rewards, for checkpoints."""
    out.made.append("self.reward_scale = RunningMeanStd(())")
    names = {"scale_of_rewards": "self.reward_scale"}
    if plan.of_returns:
        out.made.append("self.returns_so_far = ForwardFilter(self.discount, self.num_envs)")
        names["returns_so_far"] = "self.returns_so_far"
    if plan.of == "rollout":
        return
    for name, module in names.items():
        out.saved.append(f'**{{f"{name}.{{key}}": value.clone() for key, value in {module}.state_dict().items()}}')
        out.loaded += [
            f'own = {{key: value for key, value in state.items() if key.startswith("{name}.")}}',
            f'{module}.load_state_dict({{key.removeprefix("{name}."): value for key, value in own.items()}})',
        ]


def lines_of(out: Kept) -> list[str]:
    """`reset`, `state_dict`, `load_state_dict` and further methods, as lines of a class."""
    lines: list[str] = []
    if out.reset:
        lines += ["", "    def reset(self) -> None:", '        """Forget everything."""', "        super().reset()"]
        lines += [f"        {line}" for line in out.reset]
    if out.saved:
        lines += [
            "",
            "    def state_dict(self) -> dict[str, th.Tensor]:",
            '        """What is stored, and what goes with it."""',
        ]
        lines += [
            "        return {",
            "            **super().state_dict(),",
            *(f"            {entry}," for entry in out.saved),
        ]
        lines += ["        }", "", "    def load_state_dict(self, state: Mapping[str, th.Tensor]) -> None:"]
        lines += [
            '        """Take what `state_dict` of such a storage gave."""',
            "        super().load_state_dict(state)",
        ]
        lines += [f"        {line}" for line in out.loaded]
    for text in out.methods:
        lines += ["", text]
    return lines
