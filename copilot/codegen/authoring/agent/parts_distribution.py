"""Gradient steps of Q-functions that are distributions: quantiles, implicit quantiles, atoms."""

from __future__ import annotations

from copilot.codegen.authoring.spec import Learner

_DISTRIBUTED = [
    "    def learn(self, batch: Any) -> dict[str, th.Tensor]:",
    '        """One gradient step."""',
    "        rows = th.arange(len(batch.actions), device=batch.actions.device)",
]
_HUBER = [
    "        said, true = th.broadcast_tensors(quantiles[:, :, None], targets[:, None, :])",
    '        errors = F.huber_loss(said, true, reduction="none")',
]


def _chosen(plan: Learner, means: str) -> str:
    return "self.policy.q_values(batch.next_observations)" if plan.targets == "double" else means


def _quantile_learn(plan: Learner) -> list[str]:
    return [
        *_DISTRIBUTED,
        "        with th.no_grad():",
        "            following = self.policy.target_quantiles(batch.next_observations)",
        f"            following = following[rows, {_chosen(plan, 'following.mean(-1)')}.argmax(-1)]",
        "            targets = batch.rewards[:, None] + batch.discounts[:, None] * following  # (B, N)",
        "        quantiles = self.policy.quantiles(batch.observations)[rows, batch.actions]  # (B, N)",
        "        number = quantiles.shape[1]",
        "        middles = (th.arange(number, device=quantiles.device) + 0.5) / number",
        *_HUBER,
        "        shares = (middles[None, :, None] - (true < said).float()).abs()  # arXiv 1710.10044, equation 10",
        *_distributed_end("(shares * errors).mean(2).sum(1)", "(true - said).detach().mean((1, 2)).abs()", "quantiles"),
    ]


def _implicit_learn(plan: Learner) -> list[str]:
    return [
        *_DISTRIBUTED,
        "        policy, number = self.policy, len(batch.actions)",
        "        with th.no_grad():",
        "            following = policy.target_quantiles(batch.next_observations, policy.taus(number))",
        f"            best = {_chosen(plan, 'policy.target_q_values(batch.next_observations)')}.argmax(-1)",
        "            targets = batch.rewards[:, None] + batch.discounts[:, None] * following[rows, best]",
        "        taus = policy.taus(number)",
        "        quantiles = policy.quantiles(batch.observations, taus)[rows, batch.actions]  # (B, K)",
        *_HUBER,
        "        shares = (taus[:, :, None] - (true < said).float()).abs()  # arXiv 1806.06923, equation 3",
        *_distributed_end("(shares * errors).mean(2).sum(1)", "(true - said).detach().mean((1, 2)).abs()", "quantiles"),
    ]


def _categorical_learn(plan: Learner) -> list[str]:
    return [
        *_DISTRIBUTED,
        "        atoms = self.policy.atoms",
        "        with th.no_grad():",
        "            following = self.policy.target_logits(batch.next_observations).softmax(-1)",
        f"            best = {_chosen(plan, '(following * atoms).sum(-1)')}.argmax(-1)",
        "            moved = batch.rewards[:, None] + batch.discounts[:, None] * atoms",
        "            shares = projected(following[rows, best], moved, atoms)",
        "        logits = self.policy.logits(batch.observations)[rows, batch.actions]",
        "        wrong = -(shares * logits.log_softmax(-1)).sum(-1)",
        *_distributed_end("wrong", "wrong.detach()", "(logits.softmax(-1) * atoms).sum(-1)"),
    ]


def _distributed_end(loss: str, errors: str, values: str) -> list[str]:
    return [
        f"        loss = (batch.weights * {loss}).mean()",
        '        self.policy.step(loss, "opt", max_grad_norm=self.max_grad_norm)',
        f"        self.learned(batch, {errors})",
        f'        return {{"q_loss": loss.detach(), "q_value": {values}.detach().mean()}}',
    ]


LEARN = {"quantile": _quantile_learn, "implicit": _implicit_learn, "categorical": _categorical_learn}
"""By the kind of error."""
