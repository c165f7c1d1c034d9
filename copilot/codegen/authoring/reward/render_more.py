"""Bonuses that are no distance between embeddings, as source: densities, control, errors, potentials."""

from __future__ import annotations

from copilot.codegen.authoring.reward.parts import Parts, distance, embed, next_latents, plain_numbers, size_of
from copilot.codegen.authoring.spec import Bonus
from copilot.core.errors import InvalidRequest

_EPISODE_GAUSSIAN = '''class EpisodeGaussian(nn.Module):
    """A diagonal Gaussian of the states of each environment's present episode; checkpoints keep it."""

    number: th.Tensor
    mean: th.Tensor
    squares: th.Tensor

    def __init__(self, num_envs: int, size: int, least: float) -> None:
        super().__init__()
        self.least = least
        self.register_buffer("number", th.zeros(num_envs, 1))
        self.register_buffer("mean", th.zeros(num_envs, size))
        self.register_buffer("squares", th.zeros(num_envs, size))

    @th.no_grad()
    def clear(self, ended: th.Tensor) -> None:
        """Begin anew in the environments where `ended` (N,) is true."""
        self.number.masked_fill_(ended.to(self.number.device).bool().unsqueeze(1), 0.0)

    @th.no_grad()
    def walk(self, states: th.Tensor, ended: th.Tensor, sync: bool) -> th.Tensor:
        """Log-densities (T, N) of states (T, N, D), each under those of its episode so far, itself included."""
        number, mean, squares, out = self.number, self.mean, self.squares, []
        for now, over in zip(states, ended, strict=True):
            mean, squares = mean * (number > 0), squares * (number > 0)
            number = number + 1.0
            shift = now - mean
            mean = mean + shift / number
            squares = squares + shift * (now - mean)  # Welford's
            deviation = (squares / number).sqrt().clamp(min=self.least)
            standard = (now - mean) / deviation
            density = -0.5 * (standard.square() + math.log(2.0 * math.pi)) - deviation.log()
            out.append(density.sum(1))
            number = number.masked_fill(over.bool().unsqueeze(1), 0.0)
        if sync:
            self.number.copy_(number)
            self.mean.copy_(mean)
            self.squares.copy_(squares)
        return th.stack(out)'''


def density(parts: Parts, plan: Bonus) -> None:
    """Minus the log-density under a diagonal Gaussian of all of training, or of the episode."""
    embed(parts, plan)
    if parts.loss:
        parts.loss.append("return loss")
    if plan.difference is not None:
        raise InvalidRequest(
            "A density has no difference between two states here.", hint="Ask for RND, a reconstruction or counts."
        )
    next_latents(parts, shaped=plan.scope == "episode")
    if plan.scope == "episode":
        made = f"EpisodeGaussian(self.num_envs, {size_of(plan)}, {plan.min_deviation!r})"
        parts.keeps("of_episode", made, _EPISODE_GAUSSIAN, "self.of_episode.clear(ended)")
        parts.compute.append("novelty = -self.of_episode.walk(latents, self.ends(samples), sync)")
        return
    parts.norms.add("RunningMeanStd")
    parts.made.append(f"self.seen_so_far = RunningMeanStd(({size_of(plan)},)).to(self.device)")
    parts.compute += [
        "if sync:",
        "    self.seen_so_far.update(latents)",
        "deviation = self.seen_so_far.divisor",
        "standard = (latents - self.seen_so_far.mean) / deviation",
        "density = -0.5 * (standard.square() + math.log(2.0 * math.pi)) - deviation.log()",
        "novelty = -density.sum(1).view(steps, self.num_envs)",
    ]


def control(parts: Parts, plan: Bonus) -> None:
    """The log-probability of the action under an inverse model, less that of guessing."""
    embed(parts, plan)
    parts.loss.append("return loss")
    parts.spaces = True
    parts.compute += [
        'following = self.normalize(self.flat(samples, "next_observations"), sync)',
        'observations = self.normalize(self.flat(samples, "observations"), sync=False)',
        "latents, after = self.encoder(observations), self.encoder(following)",
        'told = -self.inverse.loss(latents, after, self.flat(samples, "actions"))',
        "novelty = (told + self.guessing()).view(steps, self.num_envs)",
    ]
    parts.methods = [
        "    def guessing(self) -> float:",
        '        """Minus the log-probability of an action under a uniform policy; 0 where actions are no labels."""',
        "        if isinstance(self.action_space, gym.spaces.Discrete):",
        "            return math.log(int(self.action_space.n))",
        "        if isinstance(self.action_space, gym.spaces.MultiDiscrete):",
        "            return float(sum(math.log(int(n)) for n in self.action_space.nvec.ravel()))",
        "        return 0.0",
    ]


def reward_error(parts: Parts, plan: Bonus) -> None:
    """How wrong a network is about the environment's reward."""
    embed(parts, plan)
    parts.nn |= {"action_features", "action_features_size", "mlp"}
    parts.modules = True
    inverse = bool(parts.loss)
    parts.made += [
        f"inputs = {size_of(plan)} + action_features_size(self.action_space)",
        "self.says = mlp((inputs, 256, 1), nn.ReLU, last=False).to(self.device)",
    ]
    parts.learns.append("self.says")
    parts.compute += [
        'self.normalize(self.flat(samples, "next_observations"), sync)  # counts them in',
        'latents = self.encoder(self.normalize(self.flat(samples, "observations"), sync=False))',
        'said = self.said(latents, self.flat(samples, "actions"))',
        'wrong = said - self.flat(samples, "rewards").float()',
        f"novelty = wrong.{'square' if plan.error == 'squared' else 'abs'}().view(steps, self.num_envs)",
    ]
    latents = "latents.detach()" if inverse else 'self.encoder(batch["observations"])'
    parts.loss += [
        f'said = self.said({latents}, batch["actions"])',
        f'return {"loss + " if inverse else ""}(said - batch["rewards"].float()).square().mean()',
    ]
    parts.methods = [
        "    def said(self, latents: th.Tensor, actions: th.Tensor) -> th.Tensor:",
        '        """What the network says of the reward, (B,)."""',
        "        inputs = th.cat([latents, action_features(self.action_space, actions)], dim=1)",
        "        rewards: th.Tensor = self.says(inputs).squeeze(1)",
        "        return rewards",
    ]


def itself(parts: Parts, plan: Bonus) -> None:
    """The error of an autoencoder."""
    parts.nn |= {"Reconstruction", "mlp"}
    parts.modules = True
    parts.arguments.append(("latent_dim", "int", str(plan.latent_dim), "size of the code"))
    parts.made.append("self.numbers = Reconstruction(self.observation_space).to(self.device)  # plain numbers")
    parts.compute += [
        'following = self.normalize(self.flat(samples, "next_observations"), sync)',
        "novelty = self.errors(following).view(steps, self.num_envs)",
    ]
    if plan.variational:
        _variational(parts, plan)
        return
    parts.made += [
        "sizes = (self.numbers.size, 256, latent_dim, 256, self.numbers.size)",
        "self.autoencoder = mlp(sizes, nn.ReLU, last=False).to(self.device)",
    ]
    parts.learns.append("self.autoencoder")
    parts.loss.append('return self.errors(batch["next_observations"]).mean()')
    parts.methods = [
        "    def errors(self, observations: Any) -> th.Tensor:",
        '        """Errors (B,) of what becomes of observations on their way through the code."""',
        "        numbers = self.numbers(observations)",
        "        said = self.autoencoder(numbers)",
        f"        return {distance(plan.error, 'said', 'numbers')}",
    ]


def _variational(parts: Parts, plan: Bonus) -> None:
    """A variational autoencoder (arXiv 1312.6114): of the mean of the code for the reward, of a drawn one to learn."""
    parts.made += [
        "self.coder = mlp((self.numbers.size, 256, 2 * latent_dim), nn.ReLU, last=False).to(self.device)",
        "self.decoder = mlp((latent_dim, 256, self.numbers.size), nn.ReLU, last=False).to(self.device)",
        "self.latent_dim = latent_dim",
    ]
    parts.learns += ["self.coder", "self.decoder"]
    parts.loss += [
        'numbers = self.numbers(batch["next_observations"])',
        "mean, log_variance = self.coder(numbers).chunk(2, dim=1)",
        'said = self.decoder(mean + (0.5 * log_variance).exp() * batch["drawn"])',
        "apart = 0.5 * (mean.square() + log_variance.exp() - 1.0 - log_variance).sum(1)  # KL from the standard Gaussian",
        "return ((said - numbers).square().sum(1) + apart).mean()",
    ]
    parts.methods = [
        "    def errors(self, observations: Any) -> th.Tensor:",
        '        """Errors (B,) of what becomes of observations on their way through the mean of the code."""',
        "        numbers = self.numbers(observations)",
        "        said = self.decoder(self.coder(numbers).chunk(2, dim=1)[0])",
        f"        return {distance(plan.error, 'said', 'numbers')}",
        "",
        "    def draw(self, number: int, generator: th.Generator) -> dict[str, th.Tensor]:",
        '        """What the codes are drawn with, (B, latent_dim) of a standard Gaussian."""',
        '        return {"drawn": th.randn(number, self.latent_dim, generator=generator)}',
    ]


def potential(parts: Parts, plan: Bonus) -> None:
    """discount * phi(s') - phi(s)."""
    plain_numbers(parts, plan)
    parts.arguments.append(("discount", "float", repr(plan.discount), "of the potential of the next observation"))
    parts.arguments.append(("factor", "float", repr(plan.factor), "of the potential"))
    parts.made.append("self.discount, self.factor = discount, factor")
    parts.compute += [
        'before = self.potential(self.normalize(self.flat(samples, "observations"), sync=False))',
        'after = self.potential(self.normalize(self.flat(samples, "next_observations"), sync))',
    ]
    if plan.terminal_zero:
        parts.compute.append(
            'after = after * (1.0 - self.flat(samples, "terminateds").float())  # of a terminal state: 0'
        )
    parts.compute.append(
        "novelty = (self.discount * after - before).view(steps, self.num_envs)  # Ng et al. 1999, theorem 1"
    )
    size = ".abs()" if plan.absolute else ""
    number = [
        f"        at = min({plan.index}, self.numbers.size - 1)",
        f"        value: th.Tensor = self.factor * self.numbers(observations)[:, at]{size}",
    ]
    away = [
        f"        goal = th.tensor({plan.goal!r}, device=self.device)",
        "        near = self.numbers(observations)[:, : len(goal)] - goal[: self.numbers.size]",
        "        value: th.Tensor = -self.factor * near.norm(dim=1)",
    ]
    what = "minus the distance to the goal" if plan.of == "distance" else f"number {plan.index} of the observation"
    parts.methods = [
        "    def potential(self, observations: Any) -> th.Tensor:",
        f'        """Of observations (B, ...), (B,): {what}, times `factor`."""',
        *(away if plan.of == "distance" else number),
        "        return value",
    ]
