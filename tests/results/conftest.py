"""A made-up record that holds one of everything, and one whose every text is hostile."""

import copy

import pytest

from autograder.results.record import Case, CheckResult, ProblemResult, SubmissionResult
from tests.made_up import PROBLEMS

HOSTILE = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(2)></style>{{ 7 * 7 }}{% raw %}&amp;"
    "\x1b[2J\x1b]0;owned\x07\x08\u202e`<b>code</b>`"
)
NEEDS = "Not run, because it needs: Scores match."
STOPPED = (
    "TwoLayerNN((3, 8, 6), 11, 5) stopped in your models/twolayernn.py, line 23: ValueError: no\n        x = self.first(x)\nWhere?"
)
TO_DO = "Task 1.4: MyModel is not written yet"
LATE = "CNN(...) gave no answer within 10 seconds."
ENDED = "CNN(...) ended its own process."


def check(name: str, title: str, points: float, *cases: Case) -> CheckResult:
    """A check with its cases."""
    return CheckResult(f"test_{name}", title, 1, float(points), list(cases))


def failed_checks() -> list[CheckResult]:
    """Checks of the softmax problem: passed, failed in some cases, failed, and two not run for the same reason."""
    wrong = "Softmax((3, 8, 6), 5) returned rows that sum to 1.\nSoftmax was already applied."
    return [
        check("registers", "Weight and bias are registered", 3, Case("", "passed")),
        check("shape", "Every image gets one score per class", 2, Case("1 image", "passed"), Case("4 images", "failed", wrong)),
        check("matches", "Scores match", 4, Case("", "failed", "35 wrong values of 35.", "secret details")),
        check("gradients", "Gradients are right", 4, Case("", "not run", NEEDS)),
        check("alone", "An image is scored alone", 2, Case("", "not run", NEEDS)),
    ]


@pytest.fixture
def result() -> SubmissionResult:
    """One of everything: every status of a check, a remark, reduced isolation, printed output."""
    known = PROBLEMS
    graded = [
        ProblemResult(known["softmax"], failed_checks(), printed="secret output"),
        ProblemResult(known["twolayernn"], [check("runs", "It runs", 20, Case("", "failed", STOPPED))]),
        ProblemResult(
            known["convnet"],
            [check("a", "Filters", 20, Case("", "timed out", LATE)), check("b", "Pool", 5, Case("", "crashed", ENDED))],
        ),
        ProblemResult(
            known["mymodel"],
            [check("c", "Shape", 12, Case("", "not attempted", TO_DO)), check("d", "Learns", 8, Case("", "not attempted", TO_DO))],
        ),
        ProblemResult(
            known["training"],
            [
                check("e", "SGD", 15, Case("", "missing", "training.py was not handed in.")),
                check("f", "Step", 5, Case("", "passed")),
            ],
        ),
    ]
    versions = {"torch": "2.6.0", "python": "3.11"}
    remarks = ["a.link is a link and was left out."]
    return SubmissionResult("dana", graded, 7, "cpu", "reduced: no namespaces here", versions, remarks, seconds=1.25)


@pytest.fixture
def ungraded(result) -> SubmissionResult:
    """The same, but one check met a fault of ours."""
    ours = "Our grader failed here; you lose nothing, and it will be graded again."
    other = copy.deepcopy(result)
    other.problems[4].checks[0].cases = [Case("", "not graded", ours, "plugin.py:1: OSError")]
    return other


@pytest.fixture
def hostile() -> SubmissionResult:
    """A record in which every text is hostile, as if nothing had been made harmless before."""
    checks = [
        check("x", HOSTILE, 10, Case(HOSTILE, "failed", f"{HOSTILE}\n        {HOSTILE}\n{HOSTILE}", HOSTILE)),
        check("y", HOSTILE, 5, Case("", "passed")),
    ]
    problem = ProblemResult(PROBLEMS["softmax"], checks, printed=HOSTILE + "\ud800")
    return SubmissionResult(HOSTILE, [problem], 7, "cpu", f"reduced: {HOSTILE}", {"torch": HOSTILE}, [HOSTILE])


@pytest.fixture
def unusable(result) -> SubmissionResult:
    """Nothing that was handed in can be read: every check of every problem has the same reason."""
    for problem in result.problems:
        for found in problem.checks:
            found.cases = [Case("", "missing", "dana.zip is empty; pack your files and hand them in again.")]
    result.remarks = []
    return result
