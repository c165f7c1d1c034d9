"""What a request describes that names no kind of module: by the words of the field that each kind is told in."""

from __future__ import annotations

import re
from typing import Literal

from copilot.codegen.authoring.spec import Primitive

_WORDS: dict[Primitive | Literal["agent"], tuple[str, str]] = {
    "encoder": (
        r"encod\w+|feature extract\w+|backbone|vision transformers?|\bvit\b|patch size|d2rl|dense-?nets?|se-?net|"
        r"mnih\w+|espeholt\w+|embedding table|"
        r"frame differences?|(?:ge|swi)glu|卷积(?:网络|层)?|编码|(?:dqn|atari|nature|impala) (?:network|cnn|convolutions?)",
        r"conv\w*|cnn|mlp|linear (?:layer|projection)s?|projections?|flatten\w*|features? (?:straight )?out|"
        r"transformers?|patch(?:es)?|tokens?|lstm|grus?|hidden (?:layers?|widths?)|strides?|kernels?|步长|通道|"
        r"卷积核|隐(?:藏)?状态|gru|residual blocks?|layer ?norm\w*|self-?attention|film|spatial softmax|"
        r"pool\w*|joint readings|activations?|"
        r"[gs]elu|elu|silu|relu",
    ),
    "reward": (
        r"bonus(?:es)?|intrinsic|curiosity|novelty|exploration reward|reward (?:learning progress|surprise|"
        r"novel\w*)|shaping",
        r"icm|rnd|ngu|re3|ride|e3b|visit\w*|counts?|sim-?hash|forward model|prediction errors?|disagree\w*|ensemble|"
        r"noisy tvs?|explor\w+|pays?|rewarded|nearest neighbou?rs?|state entropy",
    ),
    "augmentation": (
        r"augment\w*|mask(?:s|ed|ing)?|flip\w*|mirror\w*|rotat\w+|crop\w*|cut-?outs?|eras\w+|jitter\w*|mix-?up|"
        r"blend\w*|dropp?(?:s|ed|ing)? frames?|salt[ -]and[ -]pepper|gr[ae]yscale|blur\w*|solari[sz]\w+|posteri[sz]\w+",
        r"pixels?|images?|frames?|pictures?|brightness|contrast|noise|drac|set to zero|entries|entry|with probability|"
        r"chance",
    ),
    "distribution": (
        r"distributions?|(?:action|policy|ou|pink|white|gaussian|ornstein\S*) noise|logits|categorical",
        r"ddpg|td3|actions?|temperature|softplus|support|mixture|sampled|deterministic action|log-?prob\w*",
    ),
    "storage": (
        r"replay|buffers?|storages?",
        r"transitions?|batch(?:es)?|newest|oldest|priorit\w+|stored|capacity|sampled|drawn",
    ),
    "policy": (
        r"actor[- ]critics?|polic(?:y|ies) (?:network|class|with|module)|policy for|(?:twin|two|three|four|five|\d) "
        r"critics|value stream|the policy's|"
        r"q-?network|dueling|noisy ?net\w*|log[- ]?std|value head|atoms|"
        r"separate trunks?",
        r"actors?|critics?|trunks?|heads?|hidden layers?|streams?|target copy",
    ),
    "agent": (
        r"(?:policy|value|critic|actor) loss|losses|objectives?|surrogate|munchausen|advantage[- ]weighted|"
        r"self-?imitation|conservative q|cql|awr|redq|stop(?:s|ped|ping)?(?: \w+)* early|instead of (?:the )?clip\w*|"
        r"kl (?:penalty|divergence)|retrace|v-?trace|everything else like",
        r"ppo|a2c|dqn|sac|td3|targets?|q-values?|updates?|epochs?|advantages?|returns|entropy coefficient|log-prob\w*|ratio",
    ),
}
"""Words that name the kind, and words that it is told in."""
_NAMES, _TELLS, _EARLY, _OPENING = 2.0, 1.0, 1.5, 60
"""What each of them counts; and by how much more, up to which sign, for what comes first says what the rest is of."""
_LEAST, _AHEAD = 2.0, 0.5
"""How much has to be said of a kind, and by how much more than of any other."""


def described(text: str) -> Primitive | Literal["agent"] | None:
    """The kind that an English text says most of; None where none stands out.

    Args:
        text: in small letters.
    """
    told = {kind: _told(text, *words) for kind, words in _WORDS.items()}
    ranked = sorted(told, key=lambda kind: -told[kind])
    best, next_one = ranked[0], ranked[1]
    return best if told[best] >= _LEAST and told[best] - told[next_one] >= _AHEAD else None


def _told(text: str, names: str, tells: str) -> float:
    """What the different words of one kind come to."""
    total = 0.0
    for weight, words in ((_NAMES, names), (_TELLS, tells)):
        first: dict[str, int] = {}
        for match in re.finditer(rf"(?<![a-z])(?:{words})(?![a-z])", text):
            first.setdefault(match[0], match.start())
        total += sum(weight * (_EARLY if start < _OPENING else 1.0) for start in first.values())
    return total
