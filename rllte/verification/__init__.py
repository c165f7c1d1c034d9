"""Whether this installation works: `python -m rllte.verification`, in under a minute, without network."""
