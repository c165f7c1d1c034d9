"""Layer 4: the loop over retrieval, models, code generation and the sandbox; yields events, prints nothing.

`Assistant` is imported from `copilot.assistant.assistant`, so that `doctor` and `setup` load without it.
"""
