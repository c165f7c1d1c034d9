"""A page with one of each kind of unit: sentences, items, code."""

from __future__ import annotations

from copilot.core.types import Passage

TEXT = """The first sentence is about nothing. The ratio is clipped, for
safety. Bananas are yellow.

- an item about bananas
- an item about the ratio,
  on two lines

```python
it = 1
cut(it)
```"""
PAGE = Passage("a", "corpus/agents/ppo.md", (10, 22), "PPO > Clipping", TEXT)
