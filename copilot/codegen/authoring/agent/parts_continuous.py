"""The critics of an off-policy actor-critic as source, and what makes one value of theirs."""

from __future__ import annotations

from copilot.codegen.authoring.layout import joined
from copilot.codegen.authoring.spec import Continuous

_CRITICS = '''class Critics(nn.Module):
    """Critics side by side over features and actions{about}."""

    def __init__(self, feature_dim: int, action_dim: int, hidden_dim: int, number: int) -> None:
        super().__init__()
        self.heads = nn.ModuleList(self.net(feature_dim + action_dim, hidden_dim) for _ in range(number))

    def net(self, inputs: int, hidden_dim: int) -> nn.Sequential:
        """One critic: two hidden layers."""
        return nn.Sequential(
{layers}
            head(hidden_dim, {outputs}, 1.0),
        )

    def forward(self, features: th.Tensor, actions: th.Tensor) -> th.Tensor:
        """{shape} of features (B, F) and actions (B, A)."""
        inputs = th.cat([features, actions], dim=-1)
        return th.stack([{one} for critic in self.heads])'''
POLICY = '''class {name}({base}):
    """The library's policy with these critics."""

    def __init__(self, *args: Any, critics: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        size = policy_outputs(self.action_space)
        self.critic = Critics(self.feature_dim, size, self.hidden_dim, critics)'''


def critics(plan: Continuous) -> str:
    """The class of the critics."""
    first = "nn.Linear(inputs, hidden_dim)"
    layers = []
    for linear in (first, "nn.Linear(hidden_dim, hidden_dim)"):
        layers += [linear]
        layers += [f"nn.Dropout({plan.dropout!r})"] if plan.dropout else []
        layers += ["nn.LayerNorm(hidden_dim)"] if plan.norm else []
        layers += ["nn.ReLU()"]
    what = [*(["dropout"] if plan.dropout else []), *(["LayerNorm"] if plan.norm else [])]
    about = f", with {joined(what)} after each linear layer" if what else ""
    return _CRITICS.format(
        about=about,
        layers="\n".join(f"            {layer}," for layer in layers),
        outputs=plan.quantiles or 1,
        shape="(N, B, M) quantiles of N critics," if plan.quantiles else "(N, B) values of N critics,",
        one="critic(inputs)" if plan.quantiles else "critic(inputs).squeeze(-1)",
    )


def combine(plan: Continuous) -> list[str]:
    """The function that makes one next value of those of all critics."""
    if plan.quantiles:
        return [
            "def combined(quantiles: th.Tensor, dropped: int) -> th.Tensor:",
            '    """(B, K) of quantiles (N, B, M): all of them pooled, without the `dropped` * N largest.',
            "",
            "    arXiv 2005.04269, equation 7.",
            '    """',
            "    pooled = quantiles.permute(1, 0, 2).flatten(1).sort(dim=-1).values",
            "    return pooled[:, : pooled.shape[1] - dropped * len(quantiles)]",
        ]
    how = {
        "min": ("The smallest of the critics, sample by sample; arXiv 1802.09477, equation 10.", "values.amin(0)"),
        "mean": ("The mean over critics.", "values.mean(0)"),
        "mixed": (
            f"`share` of the smallest, the rest of the {'mean' if plan.rest == 'mean' else 'largest'}.",
            f"share * values.amin(0) + (1.0 - share) * values.{'mean' if plan.rest == 'mean' else 'amax'}(0)",
        ),
        "bound": (
            "The mean minus `pessimism` deviations over critics.",
            "values.mean(0) - pessimism * values.std(0, unbiased=False)",
        ),
    }[plan.combined]
    more = {"mixed": ", share: float", "bound": ", pessimism: float"}.get(plan.combined, "")
    lines = [f"def combined(values: th.Tensor{more}{', subset: int' if plan.subset else ''}) -> th.Tensor:"]
    lines += [f'    """(B,) of values (N, B): {how[0][0].lower()}{how[0][1:]}"""']
    if plan.subset:
        lines += [
            "    values = values[th.randperm(len(values), device=values.device)[:subset]]  # arXiv 2101.05982",
        ]
    return [*lines, f"    return {how[1]}"]


QUANTILE_LOSS = [
    "def quantile_loss(quantiles: th.Tensor, targets: th.Tensor, weights: th.Tensor) -> th.Tensor:",
    '    """Quantile Huber loss of (N, B, M) quantiles to targets (B, K); arXiv 2005.04269, equation 9."""',
    "    number = quantiles.shape[-1]",
    "    middles = (th.arange(number, device=quantiles.device) + 0.5) / number",
    "    said, true = th.broadcast_tensors(quantiles[..., :, None], targets[:, None, :])",
    '    errors = F.huber_loss(said, true, reduction="none")',
    "    shares = (middles[:, None] - (true < said).float()).abs()",
    "    return (weights * (shares * errors).mean((-1, -2))).mean(-1).sum()",
]
WEIGHTS = [
    "def advantage_weights(advantages: th.Tensor, temperature: float, cap: float) -> th.Tensor:",
    '    """(B,) exp(advantage / temperature), none above `cap`, without gradient."""',
    "    return (advantages / temperature).exp().clamp(max=cap).detach()",
]
