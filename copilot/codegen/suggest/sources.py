"""Where the corpus says what a suggestion rests on: fixed places, each the page, its heading and words that stand there.

A test looks each of them up. Where a page has moved on and no longer says it, nothing is cited.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from copilot.core import paths
from copilot.core.types import Citation


@dataclass(frozen=True)
class Source:
    """A place of the corpus: lines of `page` below `heading` that hold `words`."""

    page: str
    heading: str
    words: str


def _trouble(heading: str, words: str) -> Source:
    return Source("guides/training-troubleshooting.md", heading, words)


_METRICS = "What the metrics mean and which values are healthy"
_FLAT = "Reward stays flat from the beginning"
_KL = "KL divergence explodes: approx_kl and clip_fraction are large"
_NAN = "NaN or infinite numbers: NotFiniteError"
_ENTROPY = "Entropy collapses: the policy stops exploring"
_VALUES = "Value loss explodes, explained variance is negative"
_FELL = "Reward falls after it rose"
_GOOD_BAD = "Good in training and bad in evaluation"
_BONUS = "How large beta of an intrinsic reward should be"
_WHICH_BONUS = "Which intrinsic reward for which task"
_CHOOSE = "Which agent for which task"
_OFF_POLICY = "Order of tuning for SAC, TD3 and DQN"

SOURCES: dict[str, Source] = {
    "kl": _trouble(_METRICS, "| `approx_kl` | how far the policy moved in the update, nats | 0.001 to 0.03 | above 0.05"),
    "kl-change": _trouble(_KL, "| `lr` is too large | a third of it; `train(anneal_lr=True)` |"),
    "epochs": _trouble(_KL, "| too many passes over a rollout | fewer `n_epochs`, larger `batch_size` |"),
    "clip": _trouble(_METRICS, "| `clip_fraction` | samples beyond the clip | 0.02 to 0.3 |"),
    "small-steps": _trouble(_FLAT, "| steps are too small | `clip_fraction` 0, `approx_kl` below 1e-4 | `lr` three"),
    "scale": _trouble(_FLAT, "| scale of rewards or observations | `value_loss` in the hundreds or more |"),
    "early": _trouble(_FLAT, "| too early: few updates yet, or random steps |"),
    "lacking": _trouble(_FLAT, "| the observation lacks what is needed |"),
    "never-found": _trouble(_FLAT, "| the reward is never found |"),
    "not-finite": _trouble(_NAN, "| losses, weights | steps that are too large | `lr`, `max_grad_norm` smaller;"),
    "null": _trouble(_NAN, "A number that is not finite is null in `metrics.jsonl`."),
    "entropy": _trouble(_ENTROPY, "`entropy` near 0 (Discrete) within the first tenth of training"),
    "entropy-change": _trouble(_ENTROPY, "| a small reward close by was learned first | `ent_coef` of 0.01 to 0.05 |"),
    "entropy-lr": _trouble(_ENTROPY, "| `lr` or `n_epochs` too large | a third of it, 4 epochs |"),
    "alpha": Source("papers/sac.md", "Pitfalls of SAC", "`alpha` near 0 early while the return is poor"),
    "values": _trouble(_VALUES, "| returns of hundreds | `train(normalize_reward=True)`"),
    "q-values": _trouble(_METRICS, "| `q_value` | mean value of a batch | of the order of true returns |"),
    "q-change": _trouble(_VALUES, "| Q-learning believes itself | smaller `lr`, smaller `critic_target_tau`"),
    "explained": _trouble("Log the explained variance of the critic", "If it stays low while the reward is flat, mend"),
    "fell": _trouble(_FELL, "| constant `lr`, too large for the end | `approx_kl` grows late | `anneal_lr=True`"),
    "forgot": _trouble(_FELL, "| the replay forgot failures | `storage_size` far below `step` |"),
    "drowned": _trouble(_FELL, "| a bonus took over |"),
    "evaluation": _trouble(_GOOD_BAD, "| evaluation takes the likeliest action, training samples |"),
    "few-episodes": _trouble(_GOOD_BAD, "| few episodes | `episode_reward_std` | `num_eval_episodes` of 20 and more |"),
    "grid-turning": Source("papers/minigrid.md", "Pitfalls of MiniGrid", "evaluated with the likeliest action, policies"),
    "memory-out": _trouble("Out of memory during training", "| main memory grows for hours, then the process is killed"),
    "bonus-bound": Source("concepts/exploration-bonuses.md", _BONUS, "intrinsic_reward < (1 - discount) * reward of "
                                                                     "the goal"),
    "bonus-faded": Source(
        "concepts/exploration-bonuses.md",
        "What goes wrong with intrinsic rewards",
        "it has faded before the goal was found: `intrinsic_reward` goes to its floor early",
    ),
    "bonus-first": Source("concepts/exploration-bonuses.md", _WHICH_BONUS, "| no idea yet | `RE3`: nothing to train"),
    "bonus-mazes": Source("concepts/exploration-bonuses.md", _WHICH_BONUS, "| a new map in every episode: procedurally"),
    "bonus-none": Source("concepts/exploration-bonuses.md", _WHICH_BONUS, "Compare with no bonus on several seeds before"),
    "bonus-pretrain": Source("concepts/exploration-bonuses.md", _WHICH_BONUS, "| no reward at all, pre-training |"),
    "bonus-fabric": Source(
        "concepts/exploration-bonuses.md", "Exploration by the actions themselves", "Set these first: they cost nothing."
    ),
    "re3": Source("papers/re3.md", "The results of RE3", "0.93 to 0.97 on each of seeds 1 to 10, where PPO alone learns"),
    "rnd": Source("papers/rnd.md", "Pitfalls of RND", "The bonus fades while the predictor learns"),
    "mountain-car": Source(
        "concepts/exploration-bonuses.md",
        "What intrinsic rewards did in this library's measurements",
        "with rollouts of 128 steps it never reached the top, and did with PseudoCounts",
    ),
    "sparse": Source("how-to/sparse-rewards.md", "What to try, in this order", "Explore by actions: `ent_coef` up to"),
    "sparse-envs": Source("how-to/sparse-rewards.md", "What to try, in this order", "More environments and longer"),
    "hindsight": Source("how-to/sparse-rewards.md", "What to try, in this order", "Goals: with `HerReplayStorage` each"),
    "longer": Source("how-to/training-length.md", "How many steps to train (num_train_steps)", "Train until the"),
    "settled": Source("how-to/training-length.md", "Signs that longer will not help", "`episode_reward` flat while"),
    "init-steps": Source("how-to/tune-hyperparameters.md", _OFF_POLICY, "`num_init_steps` and `storage_size`: enough "
                                                                        "random"),
    "epsilon": Source("how-to/tune-hyperparameters.md", _OFF_POLICY, "its fall should take a tenth to a half of"),
    "epsilon-late": Source("papers/dqn.md", "Pitfalls of DQN", "Epsilon must have fallen while there is still time to"),
    "update-ratio": Source("how-to/tune-hyperparameters.md", _OFF_POLICY, "`update_every_steps`"),
    "redq": Source("papers/redq.md", "Pitfalls of REDQ", "at 20 updates a step the wall clock, not the number of steps"),
    "one-thing": Source("how-to/tune-hyperparameters.md", "How to tune hyperparameters, and in which order", "change"),
    "preset": Source("how-to/tune-hyperparameters.md", "How to tune hyperparameters, and in which order", "Begin with"),
    "tune-lr": Source("how-to/tune-hyperparameters.md", "Order of tuning for PPO", "| 2 | `lr` | 1e-4, 3e-4, 1e-3"),
    "num-envs": Source(
        "how-to/number-of-environments.md", "How many environments to use (num_envs)", "PPO and its kin: 8 to 16"
    ),
    "envs-faster": Source(
        "how-to/number-of-environments.md", "Are more environments faster?", "On-policy, yes up to a point"
    ),
    "updates-cost": Source("how-to/speed.md", "If learning is slow", "SAC, TD3, DQN: `update_every_steps=2` or 4 halves"),
    "batch-cost": Source("how-to/speed.md", "If learning is slow", "PPO: fewer `n_epochs`, larger `batch_size`"),
    "seeds": Source("how-to/compare-algorithms.md", "How many seeds for a comparison", "Three show gross differences"),
    "seeds-matter": Source(
        "papers/deep-rl-that-matters.md", "The results of deep RL that matters", "the groups differ with t = -9.09 and p"
    ),
    "seeds-doorkey": Source(
        "papers/deep-rl-that-matters.md", "Deep RL that matters in rllte", "0.96, 0.02, 0.08, 0.96, 0.97, 0.95, 0.00,"
    ),
    "few-runs": Source("papers/rliable.md", "The results of rliable", "With subsets of 3 to 10 runs the published"),
    "five-seeds": Source("how-to/compare-algorithms.md", "How to compare two algorithms", "(five seeds at least)"),
    "better": Source("how-to/compare-algorithms.md", "How to read the comparison", "If the interval of the probability"),
    "details": Source(
        "papers/implementation-matters.md",
        "The results of implementation matters",
        "reward scaling, annealing and initialisation mattered most.",
    ),
    "observations": Source(
        "papers/what-matters-on-policy.md", "The results of what matters in on-policy RL", "| normalisation |"
    ),
    "discount": Source(
        "papers/what-matters-on-policy.md", "The results of what matters in on-policy RL", "| discount | the most"
    ),
    "first-agent": Source("how-to/choose-an-agent.md", "How to choose between PPO, SAC and the other agents", "Take PPO"),
    "fast-discrete": Source("how-to/choose-an-agent.md", _CHOOSE, "| Discrete actions, fast environment | PPO |"),
    "slow-discrete": Source("how-to/choose-an-agent.md", _CHOOSE, "| Discrete actions, slow environment | DQN |"),
    "fast-box": Source("how-to/choose-an-agent.md", _CHOOSE, "| Box actions, fast environment | PPO |"),
    "slow-box": Source("how-to/choose-an-agent.md", _CHOOSE, "| Box actions, slow environment | SAC | TD3 |"),
    "pixels-box": Source("how-to/choose-an-agent.md", _CHOOSE, "| Box actions from pixels | DrQv2 | SAC |"),
    "many-actions": Source("how-to/choose-an-agent.md", _CHOOSE, "| MultiDiscrete or MultiBinary actions | PPO |"),
    "levels": Source("how-to/choose-an-agent.md", _CHOOSE, "| levels that differ, test on new ones | DAAC, DrAC |"),
    "remember": Source("how-to/choose-an-agent.md", _CHOOSE, "| something must be remembered | PPOLSTM |"),
    "goals": Source("how-to/choose-an-agent.md", _CHOOSE, "| goals, reward only when reached | DQN or SAC"),
    "hard-first": Source("how-to/choose-an-agent.md", _CHOOSE, "| a first reward that is hard to find | PPO with RE3 |"),
    "ppo-or-sac": Source("how-to/choose-an-agent.md", "PPO or SAC in figures", "An off-policy agent needs fewer"),
    "memory-measured": Source("papers/ppolstm.md", "The results of recurrent PPO", "PPO, which has no memory, -0.12 ±"),
    "memory-first": Source("how-to/partial-observability.md", "Settings of PPOLSTM", "begin with the stack"),
    "memory-stack": Source("how-to/partial-observability.md", "Which memory when", "| 2 to 8 steps ago |"),
    "memory-signs": Source("how-to/partial-observability.md", "Signs that a memory is missing", "The return stays at"),
    "prioritised": Source("papers/prioritised-replay.md", "The results of prioritised replay", "Learning is about twice"),
    "daac": Source("papers/daac.md", "The results of DAAC", "DAAC generalises better than PPO"),
    "drac": Source("papers/drac.md", "The results of DrAC", "the augmentation chosen automatically, as about 40 %"),
    "overfit": Source("papers/procgen.md", "The results of Procgen", "Agents overfit strongly to small sets in almost"),
    "layouts": Source(
        "concepts/generalisation.md", "Procgen-like splits of training and test levels", "`make_minigrid_env(..., "
                                                                                         "layouts=200)`"
    ),
    "normalise": Source("how-to/normalise.md", "When to normalise rewards", "When returns are much larger than 1"),
    "normalise-obs": Source("how-to/normalise.md", "When to normalise observations", "It helps PPO most."),
    "pretrain": Source(
        "tutorials/pre-training-and-fine-tuning.md", "Tutorial: pre-train without rewards, then fine-tune on a task", ""
    ),
    "pretrain-re3": Source("papers/re3.md", "The results of RE3", "pre-training without a reward speeds up learning"),
}  # fmt: skip
"""By the name that rules cite."""


def cite(names: tuple[str, ...]) -> list[Citation]:
    """The places of these names as citations, numbered from 1; what the corpus no longer says is left out."""
    found = list(dict.fromkeys(place for name in names if (place := locate(_source(name))) is not None))
    return [Citation(i, source, lines, heading) for i, (source, lines, heading) in enumerate(found, 1)]


def measured(agent: str, env_id: str) -> str:
    """The name of the row that says in how many steps the agent learned the task; cited where there is one."""
    return f"steps:{agent}:{env_id}"


def _source(name: str) -> Source:
    if not name.startswith("steps:"):
        return SOURCES[name]
    _, agent, env_id = name.split(":", 2)
    row = f"| {env_id} | {agent} |"
    return Source("how-to/training-length.md", "Steps that were enough in this library", row)


def locate(source: Source) -> tuple[str, tuple[int, int], str] | None:
    """The file as the index names it, the lines and the ancestry of headings; None where it is not said."""
    lines = _lines(paths.corpus_dir() / source.page)
    heads = [(i, len(m[1]), m[2].strip()) for i, line in enumerate(lines) if (m := re.match(r"(#{1,6}) (.*)", line))]
    for place, (start, level, title) in enumerate(heads):
        if title != source.heading:
            continue
        end = next((i for i, _, _ in heads[place + 1 :]), len(lines))
        span = _span(lines, start + 1, end, source.words)
        if span is None:
            return None
        above = [title for i, other, title in heads[:place] if other < level]
        return f"corpus/{source.page}", span, " > ".join([*above[-1:], title])
    return None


def _span(lines: tuple[str, ...], start: int, end: int, words: str) -> tuple[int, int] | None:
    """First and last line, from 1, that hold the words; of no words: the first paragraph, comments left out."""
    numbered = _said(lines, start, end)
    if not words:
        first = next((k for k, (_, line) in enumerate(numbered) if line.strip()), None)
        if first is None:
            return None
        last = next((k for k in range(first, len(numbered)) if not numbered[k][1].strip()), len(numbered)) - 1
        return numbered[first][0] + 1, numbered[last][0] + 1
    wanted = " ".join(words.split())
    for width in (1, 2, 3):
        for k in range(len(numbered) - width + 1):
            if wanted in " ".join(" ".join(line.split()) for _, line in numbered[k : k + width]):
                return numbered[k][0] + 1, numbered[k + width - 1][0] + 1
    return None


def _said(lines: tuple[str, ...], start: int, end: int) -> list[tuple[int, str]]:
    """Lines between two numbers with their own, those of comments left out."""
    kept, hidden = [], False
    for i in range(start, end):
        if lines[i].startswith("<!--"):
            hidden = True
        if not hidden:
            kept.append((i, lines[i]))
        if "-->" in lines[i]:
            hidden = False
    return kept


@cache
def _lines(path: Path) -> tuple[str, ...]:
    try:
        return tuple(path.read_text(encoding="utf-8").splitlines())
    except OSError:
        return ()
