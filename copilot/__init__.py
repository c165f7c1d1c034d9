"""A private, local assistant for the `rllte` library: answers with sources, writes scripts, runs them in a sandbox.

Nothing is imported here: `import copilot` must stay free, so that every command starts fast.
"""

__version__ = "0.1.0"
