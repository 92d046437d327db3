"""The order of the tests, and which of the long proofs are today's.

pytest                          # all tests; of the proofs marked `nightly` those of the day, in turn
pytest --nightly                # and every one of those proofs, for a nightly run or a release
pytest -m quick                 # what is done in a minute, for whoever edits
pytest tests/test_plants.py     # whoever names files, words or marks gets all that they name
"""

import datetime
import os
import signal
from types import SimpleNamespace

import pytest

import autograder.nbgrader  # noqa: F401   it keeps nbformat from compiling grammars, for a second and a half in each worker
from tests.examples import pytest_ignore_collect, without_its_part  # noqa: F401
from tests.of_students import course, data  # noqa: F401   pytest finds fixtures by their names here

# By the processor time of whole files, since a worker takes whole files: what is long comes before what can fill the gap at the end.
LONGEST_FIRST = (
    "tests/nbgrader/test_cycle",
    "tests/classifiers/test_samples",
    "tests/test_plants",
    "tests/grading/test_shared_child",
    "tests/grading/test_command",
    "tests/decisions/test_week",
    "tests/nbgrader/test_notebooks",
    "tests/transfer/",
    "tests/classes/test_gradescope",
    "tests/classes/test_real_class",
    "tests/attacks/",
    "tests/explain/",
    "tests/training/test_notebook_services",
    "tests/test_",
    "tests/classes/test_",
    "tests/nbgrader/",
    "tests/grading/test_proof",
    "tests/fuzz/",
)
# Their files take a second or two at most, apart from those named after them.
QUICK = (
    "tests/build/test_markers",
    "tests/classes/test_compare",
    "tests/data/",
    "tests/decisions/",
    "tests/grading/test_options",
    "tests/grading/test_record",
    "tests/grading/test_rosters",
    "tests/judge/",
    "tests/mutants/",
    "tests/results/",
    "tests/sandbox/test_frames",
    "tests/sandbox/test_plain_text",
    "tests/sandbox/test_reports",
    "tests/sandbox/test_wire",
    "tests/submission/",
    "tests/test_harness_names",
    "tests/test_private_names",
    "tests/test_turns",
)
NOT_QUICK = ("tests/decisions/test_week", "tests/mutants/test_mutants.py::test_a_sample", "tests/data/test_interruptions")
DAY = "AUTOGRADER_TESTS_DAY"  # one for all workers, also at midnight


def pytest_addoption(parser):
    """`--nightly`."""
    parser.addoption("--nightly", action="store_true", help="every one of the long proofs, not only those of the day")


def pytest_configure(config):
    """One grader's proof will do for all that are alike, files keep their order, and Ctrl-C reaches what the tests start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # started in the background of a shell: every program would inherit that
        signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.setdefault("AUTOGRADER_PROVE", "kept")
    os.environ.pop(
        "PYTHONDONTWRITEBYTECODE", None
    )  # else every grader that a test starts would compile the kit and the checks anew
    os.environ.setdefault(DAY, datetime.date.today().isoformat())
    config.option.loadscopereorder = False  # else xdist would sort files by their number of tests


def pytest_report_header():
    """Which day's proofs run."""
    return f"the long proofs of {os.environ[DAY]}; all of them with --nightly"


def turn(item: pytest.Item) -> str:
    """What takes turns: a test, or the problem or the user that it is about, for whom there is one fixture of all tests."""
    given = getattr(item, "callspec", SimpleNamespace(params={})).params
    about = given.get("plant") or given.get("problem") or given.get("who")
    return str(getattr(about, "problem", about) or item.nodeid)


def of_another_day(items: list[pytest.Item], day: datetime.date) -> set[pytest.Item]:
    """The tests marked `nightly(one_in)` whose turn it is not: each has one day in so many, and every day has as many turns."""
    marked = {item: mark.args[0] for item in items if (mark := item.get_closest_marker("nightly"))}
    order = {name: number for number, name in enumerate(sorted({turn(item) for item in marked}))}
    return {item for item, one_in in marked.items() if (order[turn(item)] - day.toordinal()) % one_in}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Mark what is quick, leave out what has another day, then sort by how long a file takes, which is the same for every worker."""
    items[:] = [item for item in items if not without_its_part(item.nodeid)]
    for item in items:
        if item.nodeid.startswith(QUICK) and not item.nodeid.startswith(NOT_QUICK):
            item.add_marker("quick")
    asked = config.option.keyword or config.option.markexpr or config.args != config.getini("testpaths")
    if not (asked or config.option.nightly):
        day = datetime.date.fromisoformat(os.environ[DAY])
        other = of_another_day(items, day)
        config.hook.pytest_deselected(items=[item for item in items if item in other])
        items[:] = [item for item in items if item not in other]
    items.sort(key=lambda item: next((rank for rank, start in enumerate(LONGEST_FIRST) if item.nodeid.startswith(start)), 99))
