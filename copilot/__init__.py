"""A private, local assistant for the `rllte` library: answers with sources, writes scripts, runs them in a sandbox.

Nothing of it is imported here: `import copilot` must stay free, so that every command starts fast.
"""

import os

__version__ = "0.1.0"

# Since 1.29 onnxruntime names the models that it loads to its makers, and keeps an id of the machine, unless this is set
# before it is loaded. Another library may load it, so it is set before any.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
