"""Plan -> `train.py`, as a person would have written it: one run, several seeds, pre-training first, or a comparison."""

from __future__ import annotations

from copilot.codegen.script import blocks
from copilot.codegen.script.blocks import GUARD, Names, literal
from copilot.codegen.script.render_comparison import render_comparison
from copilot.codegen.spec import ComparisonSpec, ExperimentSpec, Spec
from copilot.core.catalogue import Catalogue

_REWARD = "{figures['episode_reward']:.2f}"

__all__ = ["literal", "render"]


def render(spec: Spec, catalogue: Catalogue) -> str:
    """The script; the same plan gives the same text.

    Raises:
        UnknownName: the spec names what the catalogue lacks.
        InvalidRequest: a module needs an argument that neither the spec nor the experiment gives.
    """
    if isinstance(spec, ComparisonSpec):
        return render_comparison(spec, catalogue)
    lines = _one_seed(spec, catalogue) if len(spec.seeds) == 1 else _several_seeds(spec, catalogue)
    return "\n".join([*lines, *GUARD]) + "\n"


def _one_seed(spec: ExperimentSpec, catalogue: Catalogue) -> list[str]:
    """Everything is in `main`, but for the agent that two phases make."""
    return [
        blocks.docstring(f"{_title(spec)}."),
        "",
        "import argparse",
        "",
        *blocks.imports([spec], catalogue),
        "",
        "",
        *blocks.agent_maker(spec, catalogue, Names()),
        "def main() -> None:",
        *_options(spec),
        "",
        *blocks.training(spec, catalogue, Names()),
        f"    figures = agent.eval({spec.eval_episodes})",
        f'    print(f"mean reward of {spec.eval_episodes} episodes: {_REWARD}")',
        "",
        "    env.close()",
        "    eval_env.close()",
    ]


def _several_seeds(spec: ExperimentSpec, catalogue: Catalogue) -> list[str]:
    """One function that trains with a seed, and a loop over seeds."""
    names = Names(seed="seed", log_dir='f"{args.log_dir}/seed_{seed}"')
    return [
        blocks.docstring(f"{_title(spec)}, with {len(spec.seeds)} seeds."),
        "",
        "import argparse",
        "",
        "import numpy as np",
        "",
        *blocks.imports([spec], catalogue, {"rllte.evaluation": {"Performance"}}),
        "",
        "",
        *blocks.agent_maker(spec, catalogue, names),
        "def train(args: argparse.Namespace, seed: int) -> float:",
        '    """Train with one seed; returns the mean reward of the evaluation after it."""',
        *blocks.training(spec, catalogue, names),
        f"    figures = agent.eval({spec.eval_episodes})",
        *blocks.call("print", {}, f'f"seed {{seed}}: mean reward of {spec.eval_episodes} episodes: {_REWARD}"'),
        "    env.close()",
        "    eval_env.close()",
        '    return figures["episode_reward"]',
        "",
        "",
        "def main() -> None:",
        *_options(spec),
        "",
        "    rewards = np.array([[train(args, seed)] for seed in args.seed])",
        "    if len(rewards) > 1:",
        "        # The interquartile mean: one lucky or unlucky seed does not move it.",
        "        iqm, (low, high) = Performance(rewards, get_ci=True, reps=2000).aggregate_iqm()",
        '        print(f"IQM of {len(rewards)} seeds: {iqm:.2f} [{low[0]:.2f}, {high[0]:.2f}]")',
    ]


def _title(spec: ExperimentSpec) -> str:
    what = f"{spec.agent} on {spec.env_id}"
    if spec.pretrain_steps is None:
        return f"Train {what}"
    return f"Pre-train {what} with {spec.modules['reward'].name}, then fine-tune it"


def _options(spec: ExperimentSpec) -> list[str]:
    several = len(spec.seeds) > 1
    first = [] if spec.pretrain_steps is None else blocks.option("--pretrain-steps", spec.pretrain_steps, "int")
    seed = blocks.option("--seed", spec.seeds if several else spec.seeds[0], "int", *(['nargs="+"'] if several else []))
    return [
        *blocks.call("parser = argparse.ArgumentParser", {"description": literal(f"{_title(spec)}.")}),
        *first,
        *blocks.option("--num-train-steps", spec.num_train_steps, "int"),
        *blocks.option("--num-envs", spec.num_envs, "int"),
        *seed,
        *blocks.option("--device", spec.device),
        *blocks.option("--log-dir", "logs"),
        "    args = parser.parse_args()",
    ]
