"""Reads an algorithm: its family, the terms of its loss, and what a Q-function learns from."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.agent import continuous as learner_continuous
from copilot.codegen.authoring.agent.common import as_in_library, rest, settings
from copilot.codegen.authoring.agent.imitation import imitation_terms
from copilot.codegen.authoring.agent.on_policy import entropy_terms, policy_terms, value_terms
from copilot.codegen.authoring.agent.options import auxiliary_terms, options, rollout
from copilot.codegen.authoring.agent.q_learning import q_learning
from copilot.codegen.authoring.ask import Ask
from copilot.codegen.authoring.spec import Continuous, Learner, Optimizer, Term

BEYOND = (
    r"\b(?:offline (?:rl|data\w*|reinforcement|training|learning)|decision transformer|model[- ]based|world models?|"
    r"planning|mcts|muzero|"
    r"dreamer|multi-?agent|meta|hierarchical|options?|evolution\w*|genetic|cem|hindsight|"
    r"transformers?|recurrent|lstm|gru|natural gradient|conjugate|lagrang\w*|constrain\w*|safe|successor|"
    r"bootstrap\w* heads|retrace|diffusion|goal[- ]conditioned|dreaming|imagination|adversarial|gail|boltzmann|"
    r"tree backup|pop-?art|sarsa\(|wasserstein|renyi|f-divergence|jensen\w*|implicit q|iql|crossq|"
    r"sac-?d(?:iscrete)?|trust region (?!free)\w+|pqn|q\(lambda\))\b|"
    r"离线(?:强化|数据)|基于模型|规划|多智能体|元学习|分层|进化|循环|信赖域|自然梯度|约束|对抗|表示学习"
)
"""Words of algorithms that these terms do not make up."""
_Q = (
    r"\b(?:dqn|d3qn|ddqn|q-?learning|q-?networks?|q-?functions?|deep q|munchausen|duel(?:ing|"
    r"ling)|soft q|cql|td targets?|double q|c51|qr-?dqn|iqn|rainbow|deepmellow|mellowmax)\b|q ?学习|q ?网络"
)
_ON_POLICY = (
    r"\b(?:ppo|a2c|actor-?critic|policy gradient|reinforce|mdpo|spo|grpo|rloo|awr|marwil|on-?policy)\b|"
    r"策略梯度|演员|优势"
)
_CONTINUOUS_ONLY = r"\b(?:td3|ddpg|redq|tqc|droq)\b"
_SURROGATES = {
    "clip", "gradient", "ratio", "spo", "rollback", "truncated", "kl_penalty", "adaptive_kl", "weighted_imitation",
}  # fmt: skip


def read(ask: Ask) -> tuple[Learner | Continuous | None, list[str]]:
    """The algorithm that a request asks for, or None where it names no term; and notes."""
    notes: list[str] = []
    ask.has(
        r"\b(?:modified|custom|customi[sz]ed|changed|tweaked|adapted)(?= (?:version of )?(?:ppo|a2c|dqn|sac|td3|ddpg)\b)"
    )
    on_policy = ask.says(r"\b(?:ppo|a2c|on-?policy|fresh rollouts?)\b")
    if ask.says(_CONTINUOUS_ONLY) or (ask.says(learner_continuous.CONTINUOUS) and not on_policy):
        return learner_continuous.read(ask)
    q_values = ask.says(_Q) and not ask.says(r"\b(?:ppo|a2c|mdpo|spo)\b")
    given = settings(ask)
    if q_values:
        if rest(ask):
            given = as_in_library("DQN", set(Learner.model_fields)) | given
            notes.append("What is not stated is as in the library's DQN.")
        return q_learning(ask, given, notes), notes
    body = _on_policy(ask, given, notes)
    return body, notes


def _on_policy(ask: Ask, given: dict[str, Any], notes: list[str]) -> Learner | None:
    reinforce = ask.says(r"\breinforce\b|\bvpg\b")
    given |= rollout(ask)
    values = value_terms(ask)
    chosen = options(ask)
    entropy = entropy_terms(ask)
    clipped = ask.says(
        r"clip\w*(?: (?:range|ratio|objective|surrogate))*(?: of| at|:|=| to)? ?0?\.2|裁剪(?:范围)?\s*0?\.2"
    )
    auxiliary = auxiliary_terms(ask)
    improving, formula = policy_terms(ask, notes)
    terms = [*improving, *(entropy or []), *(values or [])]
    imitation_terms(ask, terms, notes)
    terms += auxiliary
    changed = any(value not in {False, None} for value in chosen.values()) or "stop_kl" in given
    if not terms and not changed and not ask.says(_ON_POLICY):
        return None
    named = {term.name for term in terms}
    if not named & _SURROGATES:
        gradient = ask.says(
            r"\b(?:a2c|reinforce|policy gradient|actor[- ]?critic|rloo|vpg)\b|策略梯度"
        ) and not ask.says(r"\bppo\b")
        gradient = (gradient and not ask.says(r"(?:new )?actor[- ]?critic algorithm")) or reinforce
        terms.insert(0, Term(name="gradient") if gradient else Term(name="clip", value=0.2))
    if values is None and not _without_critic(chosen):
        terms.append(Term(name="value", weight=0.5))
    if entropy is None and not (formula or reinforce):
        terms.append(Term(name="entropy", weight=0.01))
    if rest(ask):
        base = "A2C" if ask.says(r"\ba2c\b") and not ask.says(r"\bppo\b") else "PPO"
        own = as_in_library(base, set(Learner.model_fields))
        given = own | {name: value for name, value in given.items() if value != Optimizer() or "optimizer" not in own}
        terms = [
            _as_usual(term) if base == "PPO" and term == Term(name="clip", value=0.2) and not clipped else term
            for term in terms
        ]
        notes.append(f"What is not stated is as in the library's {base}.")
    _spoken(ask)
    if "epochs" not in given:
        given["epochs"] = 1 if any(term.name == "gradient" for term in terms) else 4
    if reinforce and "batch_size" not in given:
        given["batch_size"] = 100_000
    return Learner(family="actor_critic", terms=terms, **given, **chosen)


def _as_usual(term: Term) -> Term:
    """The clip range of the library's PPO."""
    return term.model_copy(update={"value": 0.1})


def _without_critic(chosen: dict[str, Any]) -> bool:
    """Whether nothing asks for a critic."""
    return bool(chosen.get("baseline", "critic") != "critic")


def _spoken(ask: Ask) -> None:
    """Words that name what is there anyway."""
    ask.has(
        r"(?<![a-z])(?:ppo(?:-rb)?|a2c|actor[- ]?critics?|policy gradients?|reinforce|vpg|mdpo|grpo|rloo|awr|awac|marwil|"
        r"spo|"
        r"v-?trace|"
        r"proximal policy optimi[sz]ation|"
        r"mirror descent policy optimi[sz]ation|on-?policy|(?:on )?fresh rollouts?|(?:policy|value|actor) (?:loss|"
        r"objective)|losses|objective|surrogate|"
        r"advantages?|critic|value function|gae|ratio|rollouts?|per (?:rollout|update)|vanilla|(?:the )?(?:dapo|ppo) trick|"
        r"corrected)(?![a-z])|策略梯度|演员评论家|"
        r"优势(?:函数)?|评论家|每(?:个|次)?(?:rollout|更新)做?|改(?:一下|造|进)?版?|(?:变体|变种)"
    )
