"""Grade any number of submissions in one pytest session of this process: imports and collection are paid once."""

import os
from collections.abc import Callable

import pytest

from ..course import KIT_ROOT
from ..results.record import SubmissionResult
from .options import Options
from .plugin import GradingPlugin, Source
from .proof import Proof

# Nothing prints, and no plugin that happens to be installed takes part: both cost time in every check.
UNUSED = (
    "terminal",
    "cacheprovider",
    "logging",
    "warnings",
    "faulthandler",
    "doctest",
    "junitxml",
    "threadexception",
    "unraisableexception",
)
QUIET = [*(word for name in UNUSED for word in ("-p", f"no:{name}")), "--capture=no", "-o", "addopts="]


def grade_stream(
    options: Options,
    source: Source,
    sink: Callable[[SubmissionResult], None],
    on_proof: Callable[[Proof], None] = lambda proof: None,
    on_row: Callable[[tuple[str, ...]], None] = lambda students: None,
    plugin_of: Callable[..., GradingPlugin] = GradingPlugin,
) -> int:
    """Prove this grader, then grade the submissions of `source` as it yields them and hand each result to `sink`.

    Args:
        options: problems, device and seed of the run; its `submission` is not used.
        source: (name, path) of each submission, where it was handed in again also what an earlier run has found.
        sink: called with each result before the next submission is taken.
        on_proof: called with each proof that holds; those whose results came before it were judged rightly.
        on_row: called before each result with whose results, this one included, failed first in the same way since the last proof: should
            it end now, nobody would ever know whether that was a fault of this machine's.
        plugin_of: makes the plugin of its arguments.
    Raises:
        Unproved: the reference solutions lost points; results since the last proof that held count no more.
        SandboxFault: no submission can be graded here.
    Returns: pytest's exit status as in `pytest autograder`: 0 full marks for all, 1 points lost, others when grading failed.
    """
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    plugin = plugin_of(options, source, sink, on_proof, on_row=on_row)
    try:
        status = int(pytest.main([str(KIT_ROOT / "autograder"), "-c", str(KIT_ROOT / "setup.cfg"), *QUIET], plugins=[plugin]))
    finally:
        plugin.close()
    if plugin.fault is not None:
        raise plugin.fault
    return status
