"""Courses that live in nbgrader: its directory, its notebooks, its gradebook, with marks from the kit's own harness.

The text of a part's notebook is not here: it is the part's `story.py`, beside its checks.
"""

import sys

# jsonschema, which nbformat imports, would compile 38 grammars of addresses for formats that no notebook has: 1.4 s in every process.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
