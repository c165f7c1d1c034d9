"""What serves the wishes of a goal: exploration, sparse rewards, stability, few samples, speed."""

from __future__ import annotations

from collections.abc import Callable

from copilot.codegen.spec import ExperimentSpec, Module
from copilot.codegen.suggest import edits, sources
from copilot.codegen.suggest.abilities import generalise, remember
from copilot.codegen.suggest.bonuses import suited
from copilot.codegen.suggest.finding import Case, text
from copilot.codegen.suggest.wish import SEEDS, Wish, first_agents, known_result


def explore(wish: Wish) -> None:
    """Bonuses that suit the task, with and without, a pre-training, and noise in the actions."""
    agent = next((a for a in first_agents(wish) if "reward" in wish.catalogue.component(a, "agent")["combines"]), "PPO")
    spec = wish.fresh(agent)
    if spec is None:
        return
    case = wish.case(spec)
    rows = suited(case)
    for place, (name, why, cited) in enumerate(rows[:2]):
        with_bonus = edits.with_reward(spec, wish.catalogue, name)
        beta = with_bonus.modules["reward"].kwargs["beta"] if with_bonus else 0.0
        title = f"{agent} with {name} (beta {text(beta)})"
        wish.add(f"bonus-{name}", title, why, with_bonus, 30.0 - 4 * place, *cited, "hard-first", "bonus-bound")
    best = edits.with_reward(spec, wish.catalogue, rows[0][0])
    both = edits.comparison(
        f"{agent} with and without {rows[0][0]} on {wish.env_id}",
        {f"{agent} + {rows[0][0]}": best, agent: spec},
        [1, 2, 3, 4, 5],
    )
    wish.add(
        "bonus-compared",
        f"With and without {rows[0][0]}, 5 seeds",
        "Exploration is luck: whether the bonus helps shows over five seeds or more.",
        both,
        24.0,
        "bonus-none",
        "seeds-doorkey",
    )
    if best is not None:
        _pretrained(wish, best)
    entropy = case.value("ent_coef")
    if entropy is not None and entropy < 0.05:
        noisy = case.changed(ent_coef=min(0.05, max(0.01, 5 * entropy)), num_envs=max(16, spec.num_envs))
        wish.add(
            "ent_coef",
            "More random actions in 16 environments",
            "They cost nothing and come before any bonus.",
            noisy,
            20.0,
            "sparse",
            "sparse-envs",
        )


def _pretrained(wish: Wish, bonus: ExperimentSpec) -> None:
    """First on the bonus alone, then on the task."""
    steps = edits.whole(bonus.num_train_steps / 2)
    wish.add(
        "pretrain",
        f"Pre-train {text(steps)} steps on {bonus.modules['reward'].name} alone, then train",
        "It learns to get around before there is any reward.",
        bonus.model_copy(update={"pretrain_steps": steps}),
        17.0,
        "bonus-pretrain",
        "pretrain-re3",
    )


def goal_storage(wish: Wish) -> None:
    """Sparse rewards: hindsight where observations hold a goal, then as `explore`."""
    if wish.environment.get("observation_space") == "Dict":
        spec = wish.fresh(wish.goal.agent or "DQN")
        if spec is not None:
            module = Module(name="HerReplayStorage")
            hindsight = spec.model_copy(update={"modules": {**spec.modules, "storage": module}})
            wish.add(
                "hindsight",
                f"{spec.agent} with HerReplayStorage",
                "Each failure is a success at the goal that was reached.",
                hindsight,
                34.0,
                "hindsight",
                "goals",
            )
    explore(wish)


def stable(wish: Wish) -> None:
    """The spread first, then smaller steps, scaled rewards and another agent."""
    agent = first_agents(wish)[0]
    spec = wish.fresh(agent, [1, 2, 3, 4, 5])
    if spec is None:
        return
    case = wish.case(spec)
    wish.add(
        "base",
        f"{agent} over 5 seeds, as tuned",
        "How far the seeds are apart is what stability means: measure it before changing anything.",
        spec,
        32.0,
        "seeds-matter",
        "five-seeds",
    )
    rate = case.scaled("lr", 1 / 3)
    smaller = case.changed(lr=rate, anneal_lr=True)
    wish.add(
        "lr",
        f"lr {text(case.value('lr') or 0)} beside {text(rate or 0)}, annealed",
        "Smaller steps that end at 0 are the first means against a curve that swings.",
        edits.comparison(
            f"Learning rates of {agent} on {wish.env_id}", {"as tuned": spec, "a third, annealed": smaller}, SEEDS
        ),
        28.0,
        "fell",
        "details",
    )
    _steadier(wish, case)


def _steadier(wish: Wish, case: Case) -> None:
    """What makes an update less noisy."""
    if edits.off_policy(case.spec, wish.catalogue):
        tau = "critic_target_tau" if case.value("critic_target_tau") is not None else "tau"
        slow = {
            tau: edits.rounded((case.value(tau) or 0.01) / 2),
            **({"target_update_freq": 1, "tau": 0.005} if tau == "tau" else {}),
        }
        wish.add(
            "targets",
            "Targets that move half as fast",
            "Values are then learned less from themselves.",
            case.changed(**slow),
            25.0,
            "q-change",
        )
    else:
        steps = case.scaled("num_steps", 2)
        wish.add(
            "rollout",
            f"Rollouts twice as long (num_steps={steps})",
            "More data for each update: less noise in a gradient.",
            case.changed(num_steps=steps),
            25.0,
            "tune-lr",
            "num-envs",
        )
    if not case.spec.train_kwargs.get("normalize_reward"):
        wish.add(
            "normalize",
            "Rewards divided by the deviation of returns",
            "Steps then do not depend on the scale of rewards.",
            case.changed(normalize_reward=True),
            22.0,
            "values",
            "details",
        )


def quick(wish: Wish) -> None:
    """The least seconds: an agent that is cheap by the clock, more environments, fewer updates."""
    agents = [wish.goal.agent] if wish.goal.agent else [a for a in ("PPO", "A2C") if wish.fresh(a)]
    for place, agent in enumerate(agents):
        spec = wish.fresh(agent)
        if spec is None:
            continue
        wish.add(
            "base" if not place else f"agent-{agent}",
            f"{agent} on {wish.env_id}, 3 seeds",
            known_result(wish, agent) + (CHEAP_STEPS if edits.on_policy(spec, wish.catalogue) else ""),
            spec,
            30.0 - 6 * place,
            "ppo-or-sac",
            sources.measured(agent, wish.env_id),
        )
        case = wish.case(spec)
        if edits.off_policy(spec, wish.catalogue):
            every = case.scaled("update_every_steps", 2)
            wish.add(
                "update-ratio",
                f"Half as many updates (update_every_steps={every})",
                "Updates take most of the time of an off-policy agent.",
                case.changed(update_every_steps=every),
                27.0,
                "updates-cost",
            )
        elif place == 0:
            _quicker(wish, case)


CHEAP_STEPS = " PPO and its kin need more steps, but thousands of them take a second."


def _quicker(wish: Wish, case: Case) -> None:
    """On-policy: more environments in a call, and half the steps."""
    spec = case.spec
    envs = max(16, 2 * spec.num_envs)
    steps = case.scaled("num_steps", spec.num_envs / envs)
    wish.add(
        "num_envs",
        f"{envs} environments with num_steps={steps}",
        "As much data for each update in fewer calls.",
        case.changed(num_envs=envs, num_steps=steps),
        26.0,
        "envs-faster",
        "num-envs",
    )
    rate = case.scaled("lr", 2)
    wish.add(
        "shorter",
        f"Half the steps with lr {text(rate or 0)}",
        "Whether the tuned length is needed at all; a larger rate suits a shorter run.",
        case.changed(num_train_steps=edits.whole(spec.num_train_steps / 2), lr=rate),
        22.0,
        "longer",
        "tune-lr",
    )


def few_samples(wish: Wish) -> None:
    """The fewest environment steps: off-policy agents, more updates for each step, prioritised replay."""
    agents = [
        a
        for a in first_agents(wish)
        if "num_init_steps" in {p["name"] for p in wish.catalogue.component(a, "agent")["parameters"]}
    ]
    for place, agent in enumerate(agents[:2]):
        spec = wish.fresh(agent)
        if spec is None:
            continue
        wish.add(
            "base" if not place else f"agent-{agent}",
            f"{agent} on {wish.env_id}, 3 seeds",
            f"It keeps what it saw and learns from it again. {known_result(wish, agent)}",
            spec,
            30.0 - 5 * place,
            "ppo-or-sac",
            "slow-box" if wish.environment.get("action_space") == "Box" else "slow-discrete",
        )
        case = wish.case(spec)
        if place == 0:
            every = int(case.value("update_every_steps") or 1)
            wish.add(
                "update-ratio",
                f"update_every_steps {every} -> 1, half the steps" if every > 1 else "Half the steps",
                "As much learning from fewer steps: more updates for each."
                if every > 1
                else "Whether the tuned length is needed at all.",
                case.changed(update_every_steps=1, num_train_steps=edits.whole(spec.num_train_steps / 2)),
                27.0,
                "update-ratio",
                "redq",
            )
            if "PrioritizedReplayStorage" in wish.catalogue.component(agent, "agent")["combines"].get("storage", []):
                same = {name: case.value(name) for name in ("storage_size", "batch_size", "discount")}
                kwargs = {
                    name: (value if name == "discount" else int(value))
                    for name, value in same.items()
                    if value is not None
                }
                module = Module(name="PrioritizedReplayStorage", kwargs=kwargs)
                wish.add(
                    "prioritised",
                    f"{agent} with PrioritizedReplayStorage",
                    "What surprised is drawn more often; on Atari that about halved the steps.",
                    spec.model_copy(update={"modules": {"storage": module}}),
                    24.0,
                    "prioritised",
                )


SERVED: dict[str, Callable[[Wish], None]] = {
    "exploration": explore,
    "sparse": goal_storage,
    "stability": stable,
    "samples": few_samples,
    "speed": quick,
    "memory": remember,
    "generalisation": generalise,
}
"""By the name of what is wanted."""
