"""Distributions and noises, with their numbers."""

from __future__ import annotations

from typing import Any

import pytest

from copilot.codegen.authoring import design
from copilot.codegen.authoring.spec import Distribution
from copilot.core.catalogue import load_catalogue


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        ("Categorical distribution with temperature 2 so that choices get flatter", {"of": "temperature", "amount": 2.0}),
        ("A temperature softmax with temperature 0.25 over discrete actions", {"of": "temperature", "amount": 0.25}),
        ("Discrete policy distribution: logits are divided by 3", {"of": "temperature", "amount": 3.0}),
        ("Distribution for discrete actions: softmax with an epsilon of 0.05 mixed with the uniform distribution",
         {"of": "mixed_uniform", "amount": 0.05}),
        ("A Gaussian policy distribution whose standard deviation is kept between 0.1 and 1",
         {"of": "clipped_gaussian", "low": 0.1, "high": 1.0}),
        ("A normal distribution whose standard deviation never falls below 0.05 nor rises above 2",
         {"of": "clipped_gaussian", "low": 0.05, "high": 2.0}),
        ("Beta distribution for continuous actions in [-1, 1]", {"of": "beta"}),
        ("A categorical distribution that only allows the three likeliest actions", {"of": "top_k", "k": 3}),
        ("分类分布：logits 截断到 [-5, 5]", {"of": "clipped_logits", "amount": 5.0}),
        ("Action noise: Gaussian with standard deviation decaying from 0.5 to 0.1 over 50k steps",
         {"of": "noise", "schedule": "linear(0.5, 0.1, 50000)"}),
        ("Normal distribution with twice the standard deviation", {"of": "scaled_gaussian", "amount": 2.0}),
    ],
)  # fmt: skip
def test_distributions_have_their_numbers(request_: str, fields: dict[str, Any]) -> None:
    found = design(request_, load_catalogue(), model=False)
    assert isinstance(found.spec.body, Distribution)
    assert {name: getattr(found.spec.body, name) for name in fields} == fields
    assert found.unread == []


_SAID = {
    "I'd like PPO to act with a Beta distribution (Chou et al. 2017), since Gaussian tails get cut off at the action "
    "bounds. "
    "It is called with two tensors of arbitrary real numbers, which become alpha and beta by softplus plus 1, the support "
    "is "
    "stretched to [-1, 1], and the deterministic action is the mean.": {"of": "beta", "raw": "softplus", "acts": "mean"},
    "Pink noise beats OU noise according to Eberhard et al. (ICLR 2023). Can we have it as action noise for DDPG: 1/f "
    "spectrum, scale 0.3, sequences of 1000 steps generated in advance for every environment and drawn anew when an episode "
    "ends?": {"of": "noise", "amount": 0.3, "time": "coloured"},
    "εz-greedy (Dabney, Ostrovski, Barreto 2020). With prob 0.01... no, make it 0.05, pick a random action and repeat it "
    "for n "
    "steps, n ~ zeta distribution with mu=2, cap at 100. Every parallel env has its own counter; end of episode clears it.":
        {"of": "ez_greedy", "k": 100, "share": 0.05},
    "一个分类分布，但只在概率最大的3个动作里采样，其余动作概率为零，重新归一化。log_prob和熵也要对应这个截断后的分布。":
        {"of": "top_k"},
    "离散动作分布：softmax再混入均匀分布，概率=(1-0.05)*softmax+0.05/n，保证每个动作都有最低概率。熵、KL、log_prob都按混合"
    "后的概率算。":
        {"of": "mixed_uniform", "amount": 0.05},
    "von mises action distribution for steering angles, scaled so the action in [-1,1] is angle/pi. concentration from "
    "softplus of 2nd param, minimal 0.1. Needs log_prob, entropy, mode.": {"of": "von_mises"},
    "UCB1 exploration for the Q-values: argmax of Q + c*sqrt(ln t / N(a)), c=2, N counts how often each action was taken "
    "overall. unvisited actions first. deterministic. state saved in checkpoints please": {"of": "ucb"},
    "Lévy-flight like noise: Cauchy with scale .05 around the actor's action, truncated at +-2 before adding, then clip to "
    "the [-1,1] box. as distribution for off policy agents":
        {"of": "noise", "noise": "cauchy", "amount": 0.05, "clip": 2.0},
    "Max-Boltzmann (Wiering's thesis): like EpsilonGreedy but the exploratory action isn't uniform, it's drawn from "
    "softmax(Q/0.5). eps linear 1.0 -> 0.02 over 30000 steps.":
        {"of": "max_boltzmann", "schedule": "linear(1.0, 0.02, 30000)", "temperature": 0.5},
    "Boltzmann exploration for DQN with temperature annealed from 2.0 to 0.1 over 50k steps":
        {"of": "temperature", "schedule": "linear(2.0, 0.1, 50000)"},
    "sticky actions for PPO: with probability 0.25 the previous action is repeated": {"of": "sticky", "share": 0.25},
    "Please write an action distribution for PPO on CartPole where action 1 is never taken": {"of": "masked", "only": [1]},
    "Student-t policy with 4 degrees of freedom instead of a Gaussian, heavier tails": {"of": "student", "k": 4},
    "AR(1) action noise for DDPG, correlation 0.8 and sigma 0.2":
        {"of": "noise", "amount": 0.2, "time": "ar", "correlation": 0.8},
    "OU noise for TD3 with theta 0.2, sigma annealed linearly from 0.3 to 0.05 over 200000 steps":
        {"of": "noise", "schedule": "linear(0.3, 0.05, 200000)", "time": "ou", "theta": 0.2},
    "exploration noise that is multiplied by 0.99 after each episode, starts at 0.4, never below 0.05":
        {"of": "noise", "amount": 0.4, "decay": 0.99, "floor": 0.05},
    "noise for DDPG: uniform actions for the first 1000 steps, then gaussian noise with std 0.1":
        {"of": "noise", "amount": 0.1, "start": 1000},
    "epsilon-greedy with epsilon decaying exponentially from 1 to 0.05 over 20000 steps":
        {"of": "epsilon", "schedule": "exponential(1.0, 0.05, 20000)"},
    "DDPG 的动作噪声：粉红噪声，标准差 0.3，序列长度 500": {"of": "noise", "amount": 0.3, "time": "coloured", "length": 500},
    "给 TD3 用的动作噪声：每 4 步重新采样一次高斯噪声，标准差 0.2": {"of": "noise", "amount": 0.2, "k": 4, "time": "hold"},
    "Gaussian action noise with sigma (0.1, 0.2, 0.3) for the three action dimensions":
        {"of": "noise", "each": [0.1, 0.2, 0.3]},
    "Laplace noise around the action, scale 0.1, plus with probability 0.05 a uniform random action":
        {"of": "noise", "noise": "laplace", "amount": 0.1, "random": 0.05},
    "DDPG exploration noise: with probability 0.1 take a uniformly random action, otherwise add N(0, 0.1)":
        {"of": "noise", "amount": 0.1, "random": 0.1},
    "discretised Gaussian with 11 bins per action dimension": {"of": "binned_gaussian", "k": 11},
    "rank based action probabilities, proportional to 1/rank^0.7": {"of": "rank", "amount": 0.7},
}  # fmt: skip


@pytest.mark.parametrize("request_", _SAID)
def test_what_people_write_is_read_to_the_last_word(request_: str) -> None:
    found = design(request_, load_catalogue(), model=False)
    assert isinstance(found.spec.body, Distribution)
    assert found.unread == []
    assert found.spec.body.model_dump(exclude_defaults=True) == _SAID[request_]
