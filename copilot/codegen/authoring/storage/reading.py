"""Reads a storage: what happens to rewards on their way in, which transitions are drawn, what returns are made of."""

from __future__ import annotations

from typing import Any

from copilot.codegen.authoring.ask import Ask
from copilot.codegen.authoring.spec import Storage, StorageKind
from copilot.codegen.authoring.storage.draws import drawn_of
from copilot.codegen.authoring.storage.priorities import priorities_of
from copilot.codegen.authoring.storage.rewards import rewards_of
from copilot.codegen.authoring.storage.rollouts import rollout_of
from copilot.codegen.authoring.storage.sizes import capacity_alone, returns_of, sizes_of
from copilot.codegen.authoring.storage.words import told

BEYOND = (
    r"\b(?:hindsight|her|sequences?|recurrent|compress\w*|disk|reservoir|float16|half[- ]precision|"
    r"curiosity|novelty|goal|relabel\w*|duplicates?|augment\w*|dict|evict\w*|retrace|v-?trace|"
    r"diverse|diversity|nearest|clusters?|lambda[- ]returns?)\b|"
    r"事后|序列|压缩|磁盘|蓄水池|增强|去重|多样性"
)


def read(ask: Ask) -> tuple[Storage | None, list[str]]:
    """The storage that a request asks for, or None; and notes."""
    notes: list[str] = []
    out: dict[str, Any] = {}
    ask.has(
        r"(?:(?:just |exactly |much )?(?:like|same as|similar to|as in|based on)) (?:in )?(?:our|the|your|rllte's|the "
        r"library's)"
        r"(?: (?:own|existing|usual|standard|vanilla|uniform|built-in|library's))?(?= )|(?:,? ?but )?except(?: for the "
        r"fact)? that|"
        r"\b(?:i\.e\.?|e\.g\.?),?|(?:everything|all) else (?:as|like)(?: (?:in|it is in))?(?: the)?(?: (?:vanilla|usual|"
        r"standard|uniform))?(?: (?:one|replay|rollout))?|"
        r"otherwise (?:it is |as |like )?(?:the )?(?:vanilla|usual|standard|uniform|normal)(?: (?:one|replay|rollout))?"
    )
    rollout = ask.says(
        r"rollouts?(?![a-z])|on-policy|轨迹缓冲(?:区)?|轨迹存储|(?:同策略|在线策略)(?:存储|缓冲区?)?|advantages?(?![a-z])|(?<![a-z])gae(?![a-z])|优势"
    )
    sizes_of(ask, out, rollout)
    if rollout:
        rollout_of(ask, out)
    rewards_of(ask, out, notes)
    returns_of(ask, out)
    if not rollout:
        priorities_of(ask, out)
        drawn_of(ask, out, notes)
        capacity_alone(ask, out)
    ask.has(
        r"(?:on-policy )?rollouts?(?: (?:storage|buffer|memory))?|on-policy(?: (?:storage|buffer))?|轨迹缓冲(?:区)?|"
        r"轨迹存储|(?:同策略|在线策略)(?:存储|缓冲区?)?|(?:vanilla|dict|prioriti[sz]ed)(?:replay|rollout)storage"
    )
    if not out:
        return None, notes
    of: StorageKind = "rollout" if rollout else "prioritized" if out.pop("prioritized", False) else "replay"
    plan = Storage(of=of, **out)
    _derived(ask, plan)
    told(ask, plan)
    return plan, notes


def _derived(ask: Ask, plan: Storage) -> None:
    """Numbers that follow from others: 128 steps of 4 environments are 512 samples, of which the best half are 256."""
    if not (plan.storage_size and plan.num_envs):
        return
    whole = plan.storage_size * plan.num_envs
    part = round(whole * (plan.best or 1.0))
    ask.has(
        rf"(?:=> ?|= ?|i\.e\.?,? |that is |so )?(?:{part} (?:samples? |transitions? )?(?:out )?of )?(?:(?:the|all) "
        rf")?{whole}(?: (?:samples?|transitions?))?(?: in (?:all|total))?"
    )
