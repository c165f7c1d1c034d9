"""What an off-policy actor climbs, as source."""

from __future__ import annotations

from copilot.codegen.authoring.spec import Continuous


def _climbed(plan: Continuous) -> str:
    """The values that the actor climbs, of `values` of its actions."""
    if plan.quantiles:
        return "values.mean((0, 2))"
    return {"first": "values[0]", "min": "values.amin(0)", "mean": "values.mean(0)"}[plan.climbs]


def actor(plan: Continuous) -> list[str]:
    """The method `update_actor`."""
    soft = plan.base == "SAC"
    lines = [
        "    def update_actor(self, features: th.Tensor, batch: Any) -> dict[str, th.Tensor]:",
        f'        """{_actor_about(plan)}"""',
        "        policy = self.policy",
    ]
    step = ", max_grad_norm=self.max_grad_norm" if plan.max_grad_norm else ""
    if plan.weighted is not None:
        return [
            *lines,
            "        dist = policy.get_dist(features)",
            "        with th.no_grad():",
            "            drawn = policy.critic(features, dist.sample()).amin(0)",
            "            advantages = policy.critic(features, batch.actions).amin(0) - drawn",
            "            weights = advantage_weights(advantages, self.weight_temperature, self.weight_cap)",
            "        loss = -(weights * dist.log_prob(batch.actions)).mean()",
            *_learned_temperature(plan, "dist.log_prob(dist.sample())"),
            f'        policy.step(loss, "actor_opt"{step})',
            '        return {"actor_loss": loss.detach(), "advantage_weight": weights.mean()}',
            "",
        ]
    own = (
        ["dist = policy.get_dist(features)", "actions = dist.rsample()"]
        if soft
        else ["actions = policy.actions(features)"]
    )
    own += ["values = policy.critic(features, actions)"]
    lines += ["        with frozen(policy.critic):", *(f"            {line}" for line in own)]
    lines += [f"        q = {_climbed(plan)}"]
    climb = "q.mean()"
    if plan.cloning is not None:
        lines += ["        cloning = (actions - batch.actions).square().mean()"]
        if plan.scaled:
            lines += ["        size = self.cloning_coef / q.abs().mean().detach()  # arXiv 2106.06860, equation 5"]
            climb = "size * q.mean()"
    loss = f"-{climb}" if not (soft and plan.entropy != "none") else f"(policy.alpha * log_probs).mean() - {climb}"
    lines += ["        log_probs = dist.log_prob(actions)"] if soft and plan.entropy != "none" else []
    if plan.cloning is not None:
        loss += " + cloning" if plan.scaled else " + self.cloning_coef * cloning"
    lines += [f"        loss = {loss}", f'        policy.step(loss, "actor_opt"{step})']
    shown = ['"actor_loss": loss.detach()']
    if soft and plan.entropy != "none":
        lines += _learned_temperature(plan, "log_probs")
        shown += ['"entropy": -log_probs.detach().mean()', '"alpha": policy.alpha']
    shown += ['"cloning": cloning.detach()'] if plan.cloning is not None else []
    return [*lines, f"        return {{{', '.join(shown)}}}", ""]


def _learned_temperature(plan: Continuous, log_probs: str) -> list[str]:
    if plan.entropy != "learned":
        return []
    return [
        f"        entropies = -{log_probs}.detach()",
        "        tuned = temperature_loss(policy.log_alpha, entropies, self.target_entropy)",
        '        policy.step(tuned, "alpha_opt")',
    ]


def _actor_about(plan: Continuous) -> str:
    if plan.weighted is not None:
        return "Stored actions made likelier by exp(advantage / temperature); arXiv 2006.09359, equation 9."
    climbs = {"first": "the first critic", "min": "the smallest critic", "mean": "the mean of the critics"}[plan.climbs]
    return f"Up {climbs}{', near to the stored actions' if plan.cloning is not None else ''}."
