"""Grade any number of submissions in one pytest session of this process: imports and collection are paid once."""
import os
from pathlib import Path
from collections.abc import Callable, Iterable

import pytest

from ..course import KIT_ROOT
from ..results.record import SubmissionResult
from .options import Options
from .plugin import GradingPlugin

# Nothing prints, and no plugin that happens to be installed takes part: both cost time in every check.
UNUSED = ("terminal", "cacheprovider", "logging", "warnings", "faulthandler", "doctest", "junitxml", "threadexception",
          "unraisableexception")
QUIET = [*(word for name in UNUSED for word in ("-p", f"no:{name}")), "--capture=no", "-o", "addopts="]


def grade_stream(options: Options, source: Iterable[tuple[str, Path]], sink: Callable[[SubmissionResult], None]) -> int:
    """Grade the submissions of `source` as it yields them and hand each result to `sink`.

    Args:
        options: problems, device and seed of the run; its `submission` is not used.
        source: (name, path) of each submission.
        sink: called with each result before the next submission is taken.
    Raises:
        SandboxFault: no submission can be graded here.
    Returns: pytest's exit status as in `pytest autograder`: 0 full marks for all, 1 points lost, others when grading failed.
    """
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    plugin = GradingPlugin(options, source, sink)
    try:
        status = int(pytest.main([str(KIT_ROOT / "autograder"), "-c", str(KIT_ROOT / "setup.cfg"), *QUIET], plugins=[plugin]))
    finally:
        plugin.warm.close()
    if plugin.fault is not None:
        raise plugin.fault
    return status
