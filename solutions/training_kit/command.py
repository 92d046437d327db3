"""How a script of a part starts and ends: at once with a word, and in a sentence where a person can put something right.

Nothing here imports PyTorch, which takes seconds: options are read, and `--help` is answered, before it is loaded.
"""

import sys
from collections.abc import Callable
from typing import Any

from training_kit.errors import RunError, Stopped


def run_command(main: Callable[[], Any], when_stopped: str = "") -> None:
    """Call a script's `main`; what a person can put right ends in one sentence.

    Args:
        main: parses the options and does the work.
        when_stopped: what to say after Ctrl-C, where the training itself does not know.
    """
    try:
        main()
    except (Stopped, KeyboardInterrupt) as stop:
        sys.exit(when_stopped or str(stop) or "stopped; the same command begins again")
    except (RunError, NotImplementedError) as error:
        sys.exit(str(error))


def say_that_it_loads() -> None:
    """On a terminal, that PyTorch is being loaded; the first time on a laptop that takes a quarter of a minute."""
    if "torch" not in sys.modules and sys.stderr.isatty() and not {"--quiet", "--help", "-h"} & set(sys.argv):
        print("loading PyTorch", file=sys.stderr, flush=True)
