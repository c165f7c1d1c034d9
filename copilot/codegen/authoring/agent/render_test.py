"""The test file of an algorithm: what must hold of any agent, of each term of this one, and of what was asked for."""

from __future__ import annotations

import re

from copilot.codegen.authoring.agent.render_known import of_continuous
from copilot.codegen.authoring.agent.render_known_policy import of_policy
from copilot.codegen.authoring.agent.render_known_q import of_q
from copilot.codegen.authoring.layout import imports, source
from copilot.codegen.authoring.spec import AgentSpec, Continuous, Learner


def coefficients(plan: Learner | Continuous) -> list[str]:
    """Arguments that switch a term off when they are 0."""
    if isinstance(plan, Continuous):
        return ["cloning_coef"] if plan.cloning is not None else []
    known = {
        "kl_penalty": "kl_coef",
        "entropy": "ent_coef",
        "value": "vf_coef",
        "clipped_value": "vf_coef",
        "huber_value": "vf_coef",
        "self_imitation": "imitation_coef",
        "conservative": "conservative_coef",
        "slow_policy": "slow_coef",
        "inverse_model": "inverse_coef",
        "forward_model": "forward_coef",
        "reward_model": "reward_coef",
        "reconstruction": "reconstruction_coef",
        "contrastive": "contrastive_coef",
    }
    return [known[term.name] for term in plan.terms if term.name in known and term.weight > 0]


_TRAINED = '''def trained(maker: Any, seed: int = 1, **kwargs: Any) -> tuple[Any, Weights, Weights]:
    """An agent after a short training run, and its weights before and after."""
    small = {small}
    with tempfile.TemporaryDirectory() as folder:
        env = maker("StateObsEnv", num_envs=2, asynchronous=False)
        agent = {name}(env, seed=seed, log_dir=folder, **{{**small, **kwargs}})
        before = {{name: value.clone() for name, value in agent.policy.state_dict().items()}}
        agent.train(num_train_steps={steps})
    return agent, before, agent.policy.state_dict()


def differ(first: Weights, second: Weights) -> bool:
    """Whether any weight does."""
    return any(not th.equal(value, second[name]) for name, value in first.items())'''
_CASES = """class Test{name}:
    makers = ({makers})

    def test_training_changes_the_weights_and_keeps_them_finite(self) -> None:
        for maker in self.makers:
            _, before, after = trained(maker)
            assert all(bool(value.float().isfinite().all()) for value in after.values())
            assert differ(before, after)

    def test_the_same_seed_gives_the_same_weights(self) -> None:
        for maker in self.makers:
            assert not differ(trained(maker)[2], trained(maker)[2])

    def test_another_seed_gives_others(self) -> None:
        assert differ(trained(self.makers[0])[2], trained(self.makers[0], seed=2)[2])

    def test_a_saved_agent_goes_on_from_its_weights(self) -> None:
        agent, _, after = trained(self.makers[0])
        with tempfile.TemporaryDirectory() as folder:
            path = agent.save(f"{{folder}}/agent.safetensors")
            other, _, _ = trained(self.makers[0], seed=3)
            other.load(path)
        assert not differ(after, other.policy.state_dict())"""
_TERMS = """

    def test_every_term_counts(self) -> None:
        with_all = trained(self.makers[0])[2]
        for name in ({names}):
            assert differ(with_all, trained(self.makers[0], **{{name: 0.0}})[2]), name"""


def test(spec: AgentSpec, plan: Learner | Continuous, known: list[str] | None = None) -> str:
    """The test file: what must hold of any agent, and of each term of this one.

    Args:
        known: further test methods, of what is known of this plan beforehand.
    """
    continuous = isinstance(plan, Continuous)
    off_policy = continuous or plan.family == "q_learning"
    steps = "num_init_steps" if off_policy else "num_steps"
    fewer = ', "updates": 2' if off_policy and plan.updates > 2 else ""
    many = getattr(plan, "critics", 1) > 4 or getattr(plan, "heads", 1) > 4
    fewer += ', "update_every_steps": 8' if fewer or many else ""
    small = f'{{"{steps}": {64 if off_policy else 16}, "batch_size": 16, "hidden_dim": 16{fewer}}}'
    makers = ["make_discrete_env"] if off_policy else ["make_box_env", "make_discrete_env"]
    makers = ["make_box_env"] if continuous else makers
    more = [*_known(spec, plan), *(known or [])]
    lines = [f'"""{spec.name}: it learns, repeats itself, and every term of its loss counts."""', ""]
    lines += ["from __future__ import annotations"]
    shown = "\n".join(more)
    own = [name for name in _HELPERS if re.search(rf"(?<![\w.]){name}\(", shown)]
    lines += imports(
        ["import tempfile", "from typing import Any"],
        ["import torch as th"],
        [f"from rllte.env.testing import {', '.join(makers)}"],
        [f"from {spec.module} import {', '.join(sorted([spec.name, *own], key=str.lower))}"],
    )
    lines += ["", "Weights = dict[str, th.Tensor]"]
    cases = _CASES.format(name=spec.name, makers=", ".join(makers) + ("," if off_policy else ""))
    if names := coefficients(plan):
        listed = ", ".join(f'"{name}"' for name in names)
        cases += _TERMS.format(names=listed + ("," if len(names) == 1 else ""))
    cases += "".join(f"\n\n{text}" for text in more)
    steps_ = 160 if continuous else 256
    return source(lines, [_TRAINED.format(small=small, name=spec.name, steps=steps_)], [cases])


def _known(spec: AgentSpec, plan: Learner | Continuous) -> list[str]:
    if isinstance(plan, Continuous):
        return of_continuous(plan, spec.num_train_steps)
    if plan.family == "actor_critic":
        return of_policy(plan, spec.num_train_steps)
    return of_q(plan, spec.num_train_steps)


_HELPERS = (
    "combined", "advantage_weights", "quantile_loss", "surrogate", "normalized", "compared", "linear", "cosine",
    "exponential", "discounted", "next_values", "imitation_weights", "projected", "two_hot", "symlog", "symexp",
    "value_loss", "divergence",
)  # fmt: skip
"""Functions of a rendered module that its tests call."""
