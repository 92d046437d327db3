"""Every random number of a run follows from its seed and a label, so any result can be reproduced for an appeal."""

import hashlib


def derived_seed(seed: int, *label: object) -> int:
    """A seed of 63 bits for one purpose; nobody can get from it back to the run's seed or to another purpose's."""
    text = ":".join(str(part) for part in (seed, *label))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
