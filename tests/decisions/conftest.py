"""What these tests make up stands beside them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from decided_class import out  # noqa: E402, F401   the path above has to be there first
