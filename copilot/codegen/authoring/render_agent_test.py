"""The test file of an algorithm: what must hold of any agent, and of each term of this one."""

from __future__ import annotations

from copilot.codegen.authoring.layout import imports, source
from copilot.codegen.authoring.spec import AgentSpec, Learner


def coefficients(plan: Learner) -> list[str]:
    """Arguments that switch a term off when they are 0."""
    known = {
        "kl_penalty": "kl_coef",
        "entropy": "ent_coef",
        "value": "vf_coef",
        "clipped_value": "vf_coef",
        "huber_value": "vf_coef",
        "self_imitation": "imitation_coef",
        "conservative": "conservative_coef",
    }
    return [known[term.name] for term in plan.terms if term.name in known and term.weight > 0]


def test(spec: AgentSpec, plan: Learner) -> str:
    """The test file: what must hold of any agent, and of each term of this one."""
    off_policy = plan.family == "q_learning"
    small = (
        {"num_init_steps": "64", "batch_size": "16", "hidden_dim": "16"}
        if off_policy
        else {"num_steps": "16", "batch_size": "16", "hidden_dim": "16"}
    )
    makers = ["make_discrete_env"] if off_policy else ["make_box_env", "make_discrete_env"]
    lines = [
        (f'"""{spec.name}: it learns, repeats itself, and every term of its loss counts."""'),
        "",
    ]
    lines += ["from __future__ import annotations"]
    lines += imports(
        ["import tempfile", "from typing import Any"],
        ["import torch as th"],
        [f"from rllte.env.testing import {', '.join(makers)}"],
        [f"from {spec.module} import {spec.name}"],
    )
    arguments = ", ".join(f'"{key}": {value}' for key, value in small.items())
    body = [
        (
            "def trained(maker: Any, seed: int = 1, **kwargs: Any) -> tuple[Any, dict[str, "
            "th.Tensor], dict[str, th.Tensor]]:"
        )
    ]
    body += [
        '    """An agent after a short training run, and its weights before and after."""',
        f"    small = {{{arguments}}}",
    ]
    body += [
        "    with tempfile.TemporaryDirectory() as folder:",
        '        env = maker("StateObsEnv", num_envs=2, asynchronous=False)',
    ]
    body += [f"        agent = {spec.name}(env, seed=seed, log_dir=folder, **{{**small, **kwargs}})"]
    body += ["        before = {name: value.clone() for name, value in agent.policy.state_dict().items()}"]
    body += ["        agent.train(num_train_steps=256)", "    return agent, before, agent.policy.state_dict()"]
    cases = [f"class Test{spec.name}:", f"    makers = ({', '.join(makers)}{',' if off_policy else ''})", ""]
    cases += [
        "    def test_training_changes_the_weights_and_keeps_them_finite(self) -> None:",
        "        for maker in self.makers:",
    ]
    cases += ["            _, before, after = trained(maker)"]
    cases += [
        (
            "            assert all(bool(value.isfinite().all()) for value in after.values() if "
            "value.is_floating_point())"
        )
    ]
    cases += ["            assert any(not th.equal(value, after[name]) for name, value in before.items())", ""]
    cases += ["    def test_the_same_seed_gives_the_same_weights(self) -> None:", "        for maker in self.makers:"]
    cases += [
        "            first, second = trained(maker)[2], trained(maker)[2]",
        "            assert all(th.equal(value, second[name]) for name, value in first.items())",
        "",
    ]
    cases += [
        "    def test_another_seed_gives_others(self) -> None:",
        "        first, second = trained(self.makers[0])[2], trained(self.makers[0], seed=2)[2]",
    ]
    cases += ["        assert any(not th.equal(value, second[name]) for name, value in first.items())"]
    names = coefficients(plan)
    if names:
        listed = ", ".join(f'"{name}"' for name in names) + ("," if len(names) == 1 else "")
        cases += [
            "",
            "    def test_every_term_counts(self) -> None:",
            "        with_all = trained(self.makers[0])[2]",
            f"        for name in ({listed}):",
        ]
        cases += ["            without = trained(self.makers[0], **{name: 0.0})[2]"]
        cases += ["            assert any(not th.equal(value, without[key]) for key, value in with_all.items()), name"]
    cases += [
        "",
        "    def test_a_saved_agent_goes_on_from_its_weights(self) -> None:",
        "        agent, _, after = trained(self.makers[0])",
    ]
    cases += [
        "        with tempfile.TemporaryDirectory() as folder:",
        '            path = agent.save(f"{folder}/agent.safetensors")',
    ]
    cases += ["            other, _, _ = trained(self.makers[0], seed=3)", "            other.load(path)"]
    cases += ["        assert all(th.equal(value, other.policy.state_dict()[name]) for name, value in after.items())"]
    return source(lines, body, cases)
