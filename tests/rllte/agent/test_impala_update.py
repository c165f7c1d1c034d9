"""One update of IMPALA against the definitions of arXiv 1802.01561, and what actors write against what the learner sees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch as th

from rllte.agent import IMPALA
from rllte.env import make_rllte_env
from rllte.env.testing import make_memory_env
from rllte.training.actors import _Worker
from rllte.xploit.policy import DistributedActorLearner

T, B, LR, DISCOUNT = 5, 3, 0.01, 0.9


def agent(folder: Path, env: Any = None, **kwargs: Any) -> Any:
    """One that learns by plain gradient descent."""
    env = env or make_rllte_env("CartPole-v1", num_envs=2, asynchronous=False)
    use_lstm = kwargs.get("use_lstm", False)
    sizes = {"hidden_dim": 8, "num_steps": T, "num_actors": 1, "batch_size": 1, "max_grad_norm": 1e6}
    made = IMPALA(env=env, log_dir=folder, discount=DISCOUNT, **{**sizes, **kwargs})
    spaces = made.observation_space, made.action_space
    size = made.encoder.feature_dim
    made.set(policy=DistributedActorLearner(*spaces, size, 8, th.optim.SGD, {"lr": LR}, use_lstm=use_lstm))
    made.freeze()
    return made


def batch() -> dict[str, th.Tensor]:
    """Environment 0 goes on, 1 reaches a terminal state in step 2, 2 is cut short in step 1; flags are in the row after."""
    th.manual_seed(3)
    lead = (T + 1, B)
    terminateds, truncateds = th.zeros(lead), th.zeros(lead)
    terminateds[3, 1], truncateds[2, 2] = 1.0, 1.0
    return {
        "observations": th.randn(*lead, 4),
        "actions": th.randint(2, lead),
        "rewards": th.randn(lead),
        "terminateds": terminateds,
        "truncateds": truncateds,
        "final_values": 10.0 * truncateds,
        "log_probs": -th.rand(lead) - 0.2,
    }


def by_hand(made: Any, rows: dict[str, th.Tensor], rho_bar: float) -> tuple[th.Tensor, th.Tensor, th.Tensor]:
    """Losses of policy and values, and the mean entropy: remark 1 and section 4.2, one environment at a time."""
    policy, obs = made.policy, rows["observations"].flatten(0, 1)
    features = policy.encoder(obs)
    logits = policy.actor(features).log_softmax(-1).unflatten(0, (T + 1, B))
    values = policy.critic(features).squeeze(-1).unflatten(0, (T + 1, B))
    log_probs = logits.gather(-1, rows["actions"].unsqueeze(-1)).squeeze(-1)
    entropy = -(logits.exp() * logits).sum(-1)[:T].mean()  # the last row is the next rollout's first
    policy_loss, value_loss = th.zeros(()), th.zeros(())
    fixed = values.detach()
    for env in range(B):
        ahead = fixed[T, env]  # v of the next row
        correction = 0.0
        for t in reversed(range(T)):
            over, cut = bool(rows["terminateds"][t + 1, env]), bool(rows["truncateds"][t + 1, env])
            ratio = float((log_probs[t, env] - rows["log_probs"][t, env]).detach().exp())
            follows = 0.0 if over else 10.0 if cut else float(fixed[t + 1, env])
            delta = min(rho_bar, ratio) * (rows["rewards"][t + 1, env] + DISCOUNT * follows - fixed[t, env])
            correction = delta + (0.0 if over or cut else DISCOUNT * min(1.0, rho_bar, ratio) * correction)
            wanted = follows if over or cut else ahead
            advantage = min(rho_bar, ratio) * (rows["rewards"][t + 1, env] + DISCOUNT * wanted - fixed[t, env])
            ahead = fixed[t, env] + correction
            policy_loss = policy_loss - log_probs[t, env] * advantage
            value_loss = value_loss + 0.5 * (ahead - values[t, env]) ** 2
    return policy_loss, value_loss, entropy


@pytest.mark.parametrize("rho_bar", [1.0, 0.6, 2.0])
def test_one_update_by_hand(rho_bar: float, tmp_path: Path) -> None:
    made, rows = agent(tmp_path, clip_rho=rho_bar, ent_coef=0.3, baseline_coef=0.7), batch()
    policy_loss, value_loss, entropy = by_hand(made, rows, rho_bar)
    loss = policy_loss + 0.7 * value_loss - 0.3 * T * B * entropy
    parameters = [p for p in made.policy.parameters() if p.requires_grad]
    expected = [p.detach() - LR * g for p, g in zip(parameters, th.autograd.grad(loss, parameters), strict=True)]
    metrics = made.update(rows)
    assert metrics["policy_loss"] == pytest.approx(policy_loss.item() / (T * B), rel=1e-4)
    assert metrics["value_loss"] == pytest.approx(value_loss.item() / (T * B), rel=1e-4)
    assert metrics["entropy"] == pytest.approx(entropy.item(), rel=1e-4)
    for parameter, value in zip(parameters, expected, strict=True):
        th.testing.assert_close(parameter.detach(), value, rtol=1e-3, atol=1e-5)


def test_the_learner_computes_what_the_actors_computed_across_the_ends_of_episodes(tmp_path: Path) -> None:
    """Same weights: same log-probabilities and values in each row, so a state is forgotten where an episode ends."""
    env = make_memory_env(num_envs=2, asynchronous=False)
    made = agent(tmp_path, env, use_lstm=True, num_steps=24)
    worker = _Worker(env, made.policy, made.storage, None)
    for index in range(2):  # the second begins in the midst of episodes
        worker.round(index)
        rows = {name: field[index] for name, field in made.storage.storages.items()}
        starts = th.maximum(rows["terminateds"], rows["truncateds"])
        assert starts[1:].any()
        with th.no_grad():
            values, log_probs, _ = made.policy.evaluate_actions(
                rows["observations"], rows["actions"], rows["initial_states"], starts
            )
        th.testing.assert_close(log_probs[:-1], rows["log_probs"][:-1], atol=1e-5, rtol=1e-5)
        th.testing.assert_close(values[:-1], rows["baselines"][:-1], atol=1e-5, rtol=1e-5)


def test_the_learner_forgets_where_an_episode_was_cut_short(tmp_path: Path) -> None:
    made, rows = agent(tmp_path, use_lstm=True), batch()
    rows["initial_states"] = th.randn(1, B, 2 * 256)
    seen: list[th.Tensor] = []
    evaluate = made.policy.evaluate_actions
    made.policy.evaluate_actions = lambda *args: (seen.append(args[3]), evaluate(*args))[1]
    made.update(rows)
    assert seen[0].nonzero().tolist() == [[2, 2], [3, 1]]
