"""What models are wrong about, as source: distillation, forward models, ensembles of them, and what they have learned."""

from __future__ import annotations

from copilot.codegen.authoring.reward.parts import Parts, distance, embed, size_of
from copilot.codegen.authoring.reward.render_more import itself
from copilot.codegen.authoring.spec import Bonus

_BOTH = 'latents, following = self.encoder(batch["observations"]), self.encoder(batch["next_observations"])'


def lower(parts: Parts, plan: Bonus) -> None:
    """Less the novelty of the observation before, where that is asked for; lines end in `novelty`."""
    if plan.difference is not None:
        parts.compute += [
            'states = self.normalize(self.flat(samples, "observations"), sync=False)',
            "before = self.errors(states).view(steps, self.num_envs)",
            f"novelty = (novelty - {plan.difference!r} * before).clamp(min=0.0)  # what is new here and was not there",
        ]


def prediction(parts: Parts, plan: Bonus) -> None:
    """The error of a prediction."""
    if plan.predicts == "itself":
        itself(parts, plan)
        lower(parts, plan)
    elif plan.predicts == "random":
        _distilled(parts, plan)
        lower(parts, plan)
    else:
        _forward(parts, plan)


def _distilled(parts: Parts, plan: Bonus) -> None:
    """The error of a network that learns what a fixed random one says."""
    parts.nn |= {"ObservationEncoder", "mlp"}
    parts.modules = True
    parts.arguments.append(("latent_dim", "int", str(plan.latent_dim), "size of what is predicted"))
    parts.made += [
        "self.target = ObservationEncoder(self.observation_space, latent_dim).to(self.device)",
        "self.target.requires_grad_(False)  # random, and stays so",
    ]
    parts.loss.append('return self.errors(batch["next_observations"]).mean()')
    parts.compute += [
        'following = self.normalize(self.flat(samples, "next_observations"), sync)',
        "novelty = self.errors(following).view(steps, self.num_envs)",
    ]
    if plan.predictors > 1:
        _several(parts, plan)
        return
    parts.made += [
        "encoder = ObservationEncoder(self.observation_space, latent_dim)",
        "more = mlp((latent_dim, 256, latent_dim), nn.ReLU, last=False)",
        "self.predictor = nn.Sequential(encoder, nn.ReLU(), more).to(self.device)",
    ]
    parts.learns.append("self.predictor")
    parts.methods = [
        "    def errors(self, observations: Any) -> th.Tensor:",
        '        """Errors (B,) of what is said of the random network\'s output."""',
        "        said, true = self.predictor(observations), self.target(observations)",
        f"        return {distance(plan.error, 'said', 'true')}",
    ]


def _several(parts: Parts, plan: Bonus) -> None:
    """Several networks that learn from the same random one, each from its own half of the samples."""
    parts.arguments.append(("predictors", "int", str(plan.predictors), "networks that learn what the random one says"))
    parts.made += [
        "self.predictors = nn.ModuleList(",
        "    nn.Sequential(",
        "        ObservationEncoder(self.observation_space, latent_dim),",
        "        nn.ReLU(),",
        "        mlp((latent_dim, 256, latent_dim), nn.ReLU, last=False),",
        "    )",
        "    for _ in range(predictors)",
        ").to(self.device)",
    ]
    parts.learns.append("self.predictors")
    parts.loss[:] = [
        'wrong, own = self.all_errors(batch["next_observations"]), batch["own"].T',
        "return ((wrong * own).sum(1) / own.sum(1).clamp(min=1.0)).sum()",
    ]
    together = {"mean": "wrong.mean(0)", "min": "wrong.amin(0)", "max": "wrong.amax(0)"}.get(plan.of_predictors)
    if plan.of_predictors == "variance":
        body = [
            "        said = th.stack([predictor(observations) for predictor in self.predictors])",
            "        return said.var(0, correction=0).mean(1)",
        ]
    else:
        body = [f"        return self.all_errors(observations).{(together or '').removeprefix('wrong.')}"]
    parts.methods = [
        "    def errors(self, observations: Any) -> th.Tensor:",
        f'        """What the networks are paid for together, (B,): the {plan.of_predictors}."""',
        *body,
        "",
        "    def all_errors(self, observations: Any) -> th.Tensor:",
        '        """Errors (predictors, B) of what each says of the random network\'s output."""',
        "        true, wrong = self.target(observations), []",
        "        for predictor in self.predictors:",
        "            said = predictor(observations)",
        f"            wrong.append({distance(plan.error, 'said', 'true')})",
        "        return th.stack(wrong)",
        "",
        "    def draw(self, number: int, generator: th.Generator) -> dict[str, th.Tensor]:",
        '        """Which samples each network learns from, (B, predictors) 0 or 1: it keeps them different."""',
        '        return {"own": th.rand(number, len(self.predictors), generator=generator).lt(0.5).float()}',
    ]


def _forward(parts: Parts, plan: Bonus) -> None:
    """The error of a model of what follows."""
    embed(parts, plan)
    size = size_of(plan)
    if plan.error == "likelihood":
        parts.nn |= {"action_features", "action_features_size", "mlp"}
        parts.modules = True
        parts.made += [
            f"inputs = {size} + action_features_size(self.action_space)",
            f"self.forward_model = mlp((inputs, 256, 2 * {size}), nn.ReLU, last=False).to(self.device)",
        ]
    else:
        parts.nn.add("ForwardDynamics")
        parts.made.append(f"self.forward_model = ForwardDynamics({size}, self.action_space).to(self.device)")
    parts.learns.append("self.forward_model")
    parts.compute += [
        'following = self.normalize(self.flat(samples, "next_observations"), sync)',
        'observations = self.normalize(self.flat(samples, "observations"), sync=False)',
        'actions = self.flat(samples, "actions")',
        "errors = self.errors(self.encoder(observations), actions, self.encoder(following))",
        "novelty = errors.view(steps, self.num_envs)",
    ]
    if not parts.loss:
        parts.loss += [_BOTH, 'return self.errors(latents, batch["actions"], following).mean()']
    else:
        share = plan.forward_weight
        parts.loss += [
            'forward = self.errors(latents, batch["actions"], following).mean()',
            f"return {round(1 - share, 6)!r} * loss + {share!r} * forward  # as in arXiv 1705.05363",
        ]
    what = {"squared": "Half the squared errors", "likelihood": "Minus the log-densities"}.get(plan.error, "Errors")
    parts.methods = [
        "    def errors(self, latents: th.Tensor, actions: th.Tensor, following: th.Tensor) -> th.Tensor:",
        f'        """{what} (B,) of the forward model."""',
        *_error_lines(plan),
    ]


def _error_lines(plan: Bonus) -> list[str]:
    if plan.error == "squared":
        return ["        return 0.5 * (self.forward_model(latents, actions) - following).square().sum(1)"]
    if plan.error == "likelihood":
        return [
            "        inputs = th.cat([latents, action_features(self.action_space, actions)], dim=1)",
            "        mean, spread = self.forward_model(inputs).chunk(2, dim=1)",
            "        deviation = F.softplus(spread) + 1e-2  # a density must not grow without bound",
            "        standard = (following - mean) / deviation",
            "        return (0.5 * standard.square() + deviation.log() + 0.5 * math.log(2.0 * math.pi)).sum(1)",
        ]
    return [
        "        said = self.forward_model(latents, actions)",
        f"        return {distance(plan.error, 'said', 'following')}",
    ]


def disagreement(parts: Parts, plan: Bonus) -> None:
    """How different several forward models are."""
    embed(parts, plan)
    parts.nn.add("ForwardDynamics")
    parts.modules = True
    parts.arguments.append(("models", "int", str(plan.models), "forward models"))
    parts.made += [
        "self.ensemble = nn.ModuleList(",
        f"    ForwardDynamics({size_of(plan)}, self.action_space) for _ in range(models)",
        ").to(self.device)",
    ]
    parts.learns.append("self.ensemble")
    spread = {
        "variance": "predictions.var(0, correction=0)", "deviation": "predictions.std(0, correction=0)",
        "range": "(predictions.amax(0) - predictions.amin(0))",
    }[plan.spread]  # fmt: skip
    parts.compute += [
        'self.normalize(self.flat(samples, "next_observations"), sync)  # counts them in',
        'latents = self.encoder(self.normalize(self.flat(samples, "observations"), sync=False))',
        'predictions = self.predictions(latents, self.flat(samples, "actions"))',
        f"novelty = {spread}.mean(1).view(steps, self.num_envs)",
    ]
    if parts.loss:
        parts.loss += ["latents, following = latents.detach(), following.detach()"]
    else:
        parts.loss.append(_BOTH)
    inverse = "loss + " if plan.embedding == "inverse" else ""
    parts.loss += [
        'errors = (self.predictions(latents, batch["actions"]) - following).square().mean(2)',
        'own = batch["own"].T  # each model learns from its own half, which keeps them different',
        f"return {inverse}((errors * own).sum(1) / own.sum(1).clamp(min=1.0)).sum()",
    ]
    parts.methods = [
        "    def predictions(self, latents: th.Tensor, actions: th.Tensor) -> th.Tensor:",
        '        """What each model says of the next latent, (models, B, L)."""',
        "        return th.stack([model(latents, actions) for model in self.ensemble])",
        "",
        "    def draw(self, number: int, generator: th.Generator) -> dict[str, th.Tensor]:",
        '        """Which samples each model learns from, (B, models) 0 or 1."""',
        '        return {"own": th.rand(number, len(self.ensemble), generator=generator).lt(0.5).float()}',
    ]


def progress(parts: Parts, plan: Bonus) -> None:
    """How much less wrong a forward model, or the network of a distillation, is than a slow copy of it."""
    distils = plan.predicts == "random"
    if distils:
        parts.nn |= {"ObservationEncoder", "mlp"}
        parts.modules = True
        parts.arguments.append(("latent_dim", "int", str(plan.latent_dim), "size of what is predicted"))
        parts.made += [
            "self.target = ObservationEncoder(self.observation_space, latent_dim).to(self.device)",
            "self.target.requires_grad_(False)  # random, and stays so",
            "encoder = ObservationEncoder(self.observation_space, latent_dim)",
            "more = mlp((latent_dim, 256, latent_dim), nn.ReLU, last=False)",
            "self.model = nn.Sequential(encoder, nn.ReLU(), more).to(self.device)",
        ]
    else:
        embed(parts, plan)
        parts.nn.add("ForwardDynamics")
        parts.made.append(f"self.model = ForwardDynamics({size_of(plan)}, self.action_space).to(self.device)")
    parts.modules = True
    parts.copies = True
    parts.made.append("self.slow_model = copy.deepcopy(self.model).requires_grad_(False)")
    parts.learns.append("self.model")
    parts.compute += ['following = self.normalize(self.flat(samples, "next_observations"), sync)']
    if distils:
        parts.compute += ["now, before = self.errors(self.model, following), self.errors(self.slow_model, following)"]
    else:
        parts.compute += [
            'latents = self.encoder(self.normalize(self.flat(samples, "observations"), sync=False))',
            'after, actions = self.encoder(following), self.flat(samples, "actions")',
            "now = self.errors(self.model, latents, actions, after)",
            "before = self.errors(self.slow_model, latents, actions, after)",
        ]
    parts.compute.append("novelty = (before - now).view(steps, self.num_envs)")
    _progress_learns(parts, plan, distils)


def _progress_learns(parts: Parts, plan: Bonus, distils: bool) -> None:
    if distils:
        parts.loss.append('return self.errors(self.model, batch["next_observations"]).mean()')
        head = "    def errors(self, model: nn.Module, observations: Any) -> th.Tensor:"
        body = ["        said, true = model(observations), self.target(observations)"]
        body += [f"        return {distance(plan.error, 'said', 'true')}"]
    else:
        inverse = "loss + " if parts.loss else ""
        parts.loss += [] if parts.loss else [_BOTH]
        given = 'latents, batch["actions"], following'
        if inverse:
            given = 'latents.detach(), batch["actions"], following.detach()'
        parts.loss.append(f"return {inverse}self.errors(self.model, {given}).mean()")
        head = (
            "    def errors(self, model: Any, latents: th.Tensor, actions: th.Tensor, after: th.Tensor) -> th.Tensor:"
        )
        body = ["        said = model(latents, actions)", f"        return {distance(plan.error, 'said', 'after')}"]
    if plan.copied_every:
        parts.arguments.append(("copied_every", "int", str(plan.copied_every), "updates between two copies"))
        parts.made.append("self.copied_every = copied_every")
        moves = [
            "        if self.updates % self.copied_every == 0:",
            "            self.slow_model.load_state_dict(self.model.state_dict())",
        ]
    else:
        parts.arguments.append(("slow", "float", repr(plan.slow), "what the slow copy keeps of itself in an update"))
        parts.made.append("self.slow = slow")
        moves = [
            "        with th.no_grad():",
            "            pairs = zip(self.slow_model.parameters(), self.model.parameters(), strict=True)",
            "            for old, new in pairs:",
            "                old.lerp_(new, 1.0 - self.slow)",
        ]
    parts.methods = [
        head,
        '        """Errors (B,) of one of the two models."""',
        *body,
        "",
        "    def update(self, samples: Mapping[str, Any]) -> None:",
        '        """Learn from a part of the rollout, then let the slow copy follow."""',
        "        super().update(samples)",
        *moves,
    ]
