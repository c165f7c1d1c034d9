"""Notes on the words of a request that nobody took: loud where they may name a part of the experiment."""

from __future__ import annotations

import re

from copilot.codegen.request.prose import plain
from copilot.codegen.request.reading import Reading

_PART = re.compile(
    r"(?<![a-z])(?:agents?|algorithms?|rewards?|bonus(?:es)?|curiosity|curious|intrinsic|novelty|explor\w+|replay|buffer|"
    r"storage|memory|encoder|network|policy|pre-?train\w*|augment\w*|noise|distribution|recurrent|transformer)(?![a-z])|"
    r"奖励|好奇|内在|探索|回放|缓冲|经验池|预训练|编码器|增强|噪声|算法|网络|策略"
)


def left_out(reading: Reading) -> list[str]:
    """A sentence for the words that may name a part, after one for the rest; the last is the one that is seen."""
    rest: list[str] = []
    parts: list[str] = []
    for words, start, end in reading.unread_spans():
        following = re.match(r"\s+[\w-]+", reading.lower[end:])
        seen = reading.lower[start : end + (following.end() if following else 0)]
        if _PART.search(seen):
            parts.append(repr(words))
        elif not all(plain(word) for word in re.findall(r"[\w'-]+", words)):
            rest.append(repr(words))
    notes = [f"Not understood and left out: {', '.join(rest)}."] if rest else []
    if parts:
        notes.append(
            f"CAREFUL: {', '.join(parts)} was not understood and left out. It may name an agent, a reward, a storage or "
            "another part: the script trains without it. `rllte list` names all parts."
        )
    return notes
