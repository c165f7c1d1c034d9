"""What a request describes that names no kind of module: by the words of the field that each kind is told in."""

from __future__ import annotations

import re
from typing import Literal

from copilot.codegen.authoring.spec import Primitive

_WORDS: dict[Primitive | Literal["agent"], tuple[tuple[float, str], ...]] = {
    "encoder": (
        (2.0, r"encod\w+|feature extract\w+|backbone|(?:dqn|atari|nature|impala) (?:network|cnn|convolutions?)"),
        (
            1.0,
            r"conv\w*|cnn|mlp|linear (?:layer|projection)s?|projections?|flatten\w*|features? (?:straight )?out|"
            r"residual blocks?|"
            r"layer ?norm\w*|self-?attention|film|spatial softmax|pool\w*|joint readings|activations?|[gsre]elu|silu|relu",
        ),
    ),
    "reward": (
        (
            2.0,
            r"bonus(?:es)?|intrinsic|curiosity|novelty|exploration reward|reward (?:learning progress|surprise|"
            r"novel\w*)|shaping",
        ),
        (
            1.0,
            r"icm|rnd|ngu|re3|ride|e3b|visit\w*|counts?|sim-?hash|forward model|prediction errors?|disagree\w*|ensemble|"
            r"noisy tvs?|explor\w+|pays?|rewarded|nearest neighbou?rs?|state entropy",
        ),
    ),
    "augmentation": (
        (
            2.0,
            r"augment\w*|mask(?:s|ed|ing)?|flip\w*|mirror\w*|rotat\w+|crop\w*|cut-?outs?|eras\w+|jitter\w*|mix-?up|blend\w*|"
            r"dropp?(?:s|ed|ing)? frames?|salt[ -]and[ -]pepper|grayscale|greyscale|blur\w*|solari[sz]\w+|posteri[sz]\w+",
        ),
        (
            1.0,
            r"pixels?|images?|frames?|pictures?|brightness|contrast|noise|drac|set to zero|entries|entry|with "
            r"probability|chance",
        ),
    ),
    "distribution": (
        (
            2.0,
            r"distributions?|action noise|policy noise|(?:ou|pink|white|gaussian|ornstein\S*) noise|logits|categorical",
        ),
        (1.0, r"ddpg|td3|actions?|temperature|softplus|support|mixture|sampled|deterministic action|log-?prob\w*"),
    ),
    "storage": (
        (2.0, r"replay|buffers?|storages?|rollout storage"),
        (1.0, r"transitions?|batch(?:es)?|newest|oldest|priorit\w+|stored|capacity|sampled|drawn"),
    ),
    "policy": (
        (
            2.0,
            r"actor[- ]critics?|polic(?:y|ies) (?:network|class|with|module)|(?:network )?policy for|twin "
            r"critics|two critics|"
            r"value stream|separate trunks?",
        ),
        (1.0, r"actors?|critics?|trunks?|heads?|hidden layers?|streams?|target copy"),
    ),
    "agent": (
        (
            2.0,
            r"(?:policy|value|critic|actor) loss|losses|objectives?|surrogate|munchausen|advantage[- ]weighted|"
            r"self-?imitation|"
            r"conservative q|\bcql\b|\bawr\b|redq|(?:stop|stops|stopped|stopping)(?: \w+)* early|instead of "
            r"(?:the )?clip\w*|"
            r"kl (?:penalty|divergence)|retrace|v-?trace|everything else like",
        ),
        (
            1.0,
            r"ppo|a2c|dqn|sac|td3|targets?|q-values?|updates?|epochs?|advantages?|returns|entropy coefficient|"
            r"log-prob\w*|ratio",
        ),
    ),
}
_LEAST, _AHEAD = 2.0, 0.5
"""How much has to be said of a kind, and by how much more than of any other."""


def described(text: str) -> Primitive | Literal["agent"] | None:
    """The kind that an English text says most of; None where none stands out.

    Args:
        text: in small letters.
    """
    told = {kind: _told(text, words) for kind, words in _WORDS.items()}
    ranked = sorted(told, key=lambda kind: -told[kind])
    best, next_one = ranked[0], ranked[1]
    return best if told[best] >= _LEAST and told[best] - told[next_one] >= _AHEAD else None


def _told(text: str, words: tuple[tuple[float, str], ...]) -> float:
    """Each different word counts once; what comes early counts more, for it says what the rest is of."""
    total = 0.0
    for weight, pattern in words:
        seen: set[str] = set()
        for match in re.finditer(rf"(?<![a-z])(?:{pattern})(?![a-z])", text):
            if match[0] not in seen:
                seen.add(match[0])
                total += weight * (1.5 if match.start() < 60 else 1.0)
    return total
