"""What serves goals that ask for an ability: to remember, to generalise."""

from __future__ import annotations

from copilot.codegen.suggest import edits
from copilot.codegen.suggest.wish import SEEDS, Wish, known_result


def remember(wish: Wish) -> None:
    """A memory beside none, longer rollouts, frames stacked."""
    spec, plain = wish.fresh("PPOLSTM"), wish.fresh("PPO")
    if spec is None:
        return
    wish.add(
        "base",
        f"PPOLSTM on {wish.env_id}, 3 seeds",
        f"It carries what it saw from step to step. {known_result(wish, 'PPOLSTM')}",
        spec,
        32.0,
        "remember",
        "memory-measured",
    )
    both = edits.comparison(f"With and without a memory on {wish.env_id}", {"PPOLSTM": spec, "PPO": plain}, SEEDS)
    wish.add(
        "compare",
        "PPOLSTM beside PPO",
        "How much the memory is worth here, on the same seeds.",
        both,
        28.0,
        "memory-measured",
        "five-seeds",
    )
    case = wish.case(spec)
    steps = case.scaled("num_steps", 2)
    wish.add(
        "rollout",
        f"Rollouts twice as long (num_steps={steps})",
        "num_steps bounds how far back a gradient reaches.",
        case.changed(num_steps=steps),
        24.0,
        "memory-first",
    )
    if plain is not None and wish.environment["maker"] != "make_rllte_env":
        stacked = plain.model_copy(update={"env_kwargs": {**plain.env_kwargs, "frame_stack": 4}})
        wish.add(
            "stack",
            "PPO with 4 frames stacked",
            "If what matters was seen a few steps ago, a stack learns faster than an LSTM.",
            stacked,
            26.0,
            "memory-stack",
            "memory-first",
        )
    _distributed(wish)


def _distributed(wish: Wish) -> None:
    """The other agent with a memory."""
    distributed = wish.fresh("IMPALA")
    if distributed is not None:
        recurrent = distributed.model_copy(
            update={"agent_kwargs": {**distributed.agent_kwargs, "use_lstm": True, "num_actors": 2}, "num_envs": 2}
        )
        wish.add(
            "impala",
            "IMPALA with use_lstm",
            "The other agent with a memory; its processes do not wait for each other.",
            recurrent,
            14.0,
            "remember",
        )


def generalise(wish: Wish) -> None:
    """Agents made for new levels, on few levels and on many."""
    agents = [a for a in ("DAAC", "DrAC", "PPG") if wish.goal.agent in {None, "PPO", a}]
    for place, agent in enumerate(agents or [wish.goal.agent or "PPO"]):
        spec = wish.fresh(agent)
        why = {
            "DAAC": "Its policy shares no network with the critic, which knows levels apart.",
            "DrAC": "Augmented pictures must give the same actions and values.",
            "PPG": "Policy and value learn in phases of their own.",
        }
        wish.add(
            f"agent-{agent}",
            f"{agent} on {wish.env_id}, 3 seeds",
            why.get(agent, known_result(wish, agent)),
            spec,
            30.0 - 4 * place,
            "levels",
            *{"DAAC": ("daac",), "DrAC": ("drac",)}.get(agent, ()),
        )
    plain = wish.fresh(wish.goal.agent or "PPO")
    if plain is not None and wish.environment.get("suite") == "minigrid":
        runs = {
            f"{n or 'all'} layouts": plain.model_copy(update={"env_kwargs": {**plain.env_kwargs, "layouts": n}})
            for n in (10, 200, 0)
        }
        wish.add(
            "levels",
            "10, 200 and all layouts",
            "More levels are the first means against overfitting: how many are enough here.",
            edits.comparison(f"Layouts of {wish.env_id}", runs, SEEDS),
            31.0,
            "layouts",
            "overfit",
        )
    both = edits.comparison(
        f"DAAC and PPO on {wish.env_id}", {"DAAC": wish.fresh("DAAC"), "PPO": wish.fresh("PPO")}, SEEDS
    )
    wish.add(
        "compare",
        "DAAC beside PPO",
        "On one task a second network only costs time: compare.",
        both,
        20.0,
        "levels",
        "five-seeds",
    )
