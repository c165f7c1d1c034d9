"""Layer 3: experiments are kept and run. A store in SQLite, runs in the sandbox, comparison, repetition, export.

Plans are data here and scripts are texts: rendering one from the other is `copilot.codegen`'s, and `copilot.assistant`
brings the two together.
"""

from copilot.experiments.comparison import Compared, Group, compare
from copilot.experiments.export import export_folder
from copilot.experiments.plan import Given, read, seeds_of
from copilot.experiments.records import UNFINISHED, Draft, Experiment, Run
from copilot.experiments.reproduce import Reproduction, reproduction
from copilot.experiments.runner import Runner, Update
from copilot.experiments.store import Experiments

__all__ = [
    "UNFINISHED",
    "Compared",
    "Draft",
    "Experiment",
    "Experiments",
    "Given",
    "Group",
    "Reproduction",
    "Run",
    "Runner",
    "Update",
    "compare",
    "export_folder",
    "read",
    "reproduction",
    "seeds_of",
]
