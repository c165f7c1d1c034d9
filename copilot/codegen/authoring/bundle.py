"""A package as one script: a run is shown a single file, and `train.py` of a package imports the module beside it.

The bundle writes the files into the run's own folder and starts `train.py` there, so that a traceback names their lines.
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from copilot.codegen.authoring.spec import of_json

PLAN, SCRIPT = "plan.json", "train.py"
_BUNDLE = '''"""Written from {names}: writes them into the folder where it is started, and starts {script} there."""

import os
import runpy
import sys

FILES = {{
{files}
}}

for name, text in FILES.items():
    with open(name, "w", encoding="utf-8") as file:
        file.write(text)
sys.path.insert(0, os.getcwd())
runpy.run_path({script!r}, run_name="__main__")  # takes --seed and the other options of it
'''


def bundled(script: Path) -> str | None:
    """The source of a package's `train.py` with its module, as one script; None if it is not of a package.

    Args:
        script: a `train.py`; beside it are the package's `plan.json` and module.
    """
    try:
        plan = json.loads((script.parent / PLAN).read_text(encoding="utf-8")) if script.name == SCRIPT else {}
        data = plan.get("spec", plan)
        if not isinstance(data, dict) or data.get("kind") not in {"module", "agent"}:
            return None
        names = [f"{of_json(data).module}.py", SCRIPT]
        files = {name: (script.parent / name).read_text(encoding="utf-8") for name in names}
    except (OSError, ValueError, AttributeError, ValidationError):
        return None
    listed = "\n".join(f"    {name!r}: {text!r}," for name, text in files.items())
    return _BUNDLE.format(names=" and ".join(names), files=listed, script=SCRIPT)
