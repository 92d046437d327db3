"""What `python -m tests.attacks.layers` does, started by its path; `tests/sandbox/as_user.py` runs it for an ordinary user."""

import runpy
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.modules.pop("attacks", None)

if __name__ == "__main__":
    runpy.run_module("tests.attacks.layers", run_name="__main__")
