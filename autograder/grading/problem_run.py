"""One problem of one submission at a time: its checks through pytest's own protocol, and the case that each ends with.

A problem begins in a child of its own, or goes on in the one of the problem before. There only full marks with nothing printed count:
whatever another problem's code may have done to that process, no mark is lost by it and no word is taken for this one's, see
`sandbox/shared_child.py`. On a GPU only full marks count, too, see `processor.py`.
"""

import time
from collections.abc import Callable, Iterable

import pytest
from _pytest.runner import runtestprotocol  # as pytest-rerunfailures does: pytest offers no way to run an item unreported

from ..course import SOLUTIONS, Problem, services
from ..results.record import Case
from ..results.statuses import OUR_FAULT, STATUSES
from ..sandbox.faults import SandboxFault
from ..sandbox.plain_text import harmless
from ..sandbox.warm import WarmProcess
from . import stumbles
from .cases import case_from, label_of
from .checks import Check, without_running
from .options import Options
from .processor import Processor, not_passed, remark_on
from .proof import NAME, Prover
from .submission_run import SubmissionRun
from .suspicion import Suspicion


class ProblemRun:
    """The part of the plugin that runs checks; what they are and whose submission it is stands in its attributes."""

    options: Options
    warm: WarmProcess
    run: SubmissionRun | None
    checks: dict[str, Check]
    points: dict[tuple[str, str], float]
    shares: dict[str, int]  # what each case counts within its check
    following: dict[pytest.Item, pytest.Item]
    proving: bool
    prover: Prover
    processor: Processor | None  # where children compute on a GPU
    suspicion: Suspicion
    held_back: list[tuple[pytest.Item, list[pytest.TestReport]]] | None  # until all of a problem has passed
    outcome: Case | None
    error: BaseException | None  # what the check at hand ended with
    at_hand: pytest.Item  # the check that runs

    def make_warm_process(self) -> WarmProcess:
        """Where children of the device of the options are forked."""
        return WarmProcess(self.options.device, self.options.require_full, services=services(self.options.problems))

    def _grade_problem(self, problem: Problem, items: list[pytest.Item]) -> bool:
        """Grade one problem; returns whether all of it passed. What counts in a child of another problem, see above."""
        assert self.run is not None
        if self.options.children == "submission" and self.run.goes_on(problem):
            if self._has_full_marks(items, self.run.is_silent):
                return True
            self.run.begin_anew(problem)
        if self.processor is None or self.proving:
            return self._all_pass(items, stop=self.proving)
        return self._has_full_marks(items) or self._on_the_processor(problem, items)

    def _has_full_marks(self, items: list[pytest.Item], counts: Callable[[], bool] = lambda: True) -> bool:
        """Whether all of a problem passes, and that counts; nothing is reported of one that does not."""
        self.held_back = []
        passed = self._all_pass(items, stop=True) and counts()
        held_back, self.held_back = self.held_back, None
        if passed:
            self._report(held_back)
        return passed

    def _on_the_processor(self, problem: Problem, items: list[pytest.Item]) -> bool:
        """Grade a problem again that has not got full marks on the GPU."""
        assert self.run is not None and self.processor is not None
        lost = not_passed(self.run.results.get(problem.id))
        self.suspicion.note(problem.id, lost)
        with self.processor.in_charge(self):
            self.run.begin_anew(problem, (self.warm, self.options.device))
            passed = self._all_pass(items, stop=False)
        if passed:
            self.run.remark(remark_on(problem.title, lost))
        return passed

    def _all_pass(self, items: list[pytest.Item], stop: bool) -> bool:
        """Grade the checks of a problem, with `stop` up to the first that does not pass."""
        passed = True
        for item in items:
            passed &= self._grade_item(item, self.following[item]).status == "passed"
            if stop and not passed:
                break
        return passed

    def _report(self, held_back: Iterable[tuple[pytest.Item, list[pytest.TestReport]]]) -> None:
        """Report checks to pytest that were run before it was known whether they count."""
        for item, reports in () if self.proving else held_back:
            item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
            for report in reports:
                item.ihook.pytest_runtest_logreport(report=report)
            item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)

    def _grade_item(self, item: pytest.Item, following: pytest.Item) -> Case:
        assert self.run is not None
        check = self.checks[item.nodeid]
        points = self.points[check.problem, check.name]
        result = self.run.check_result(check.problem, check.name, check.title, check.weight, points)
        label = label_of(item)
        case = self._case_without_running(check, label)
        if case is None:
            case = self._run(item, following)
            if STATUSES[case.status].ours and self.held_back is None and self._recover():
                case = self._run(item, following)
                case = case if self.proving else self._whose_fault(item, following, case)
        case.label, case.weight = label, self.shares[item.nodeid]
        result.cases.append(case)
        return case

    def _case_without_running(self, check: Check, label: str) -> Case | None:
        assert self.run is not None
        if self.run.fault:
            return Case("", "not graded", OUR_FAULT, self.run.fault)
        if self.run.unreadable:
            return Case("", "missing", self.run.unreadable)
        return without_running(check, label, self.run.results[check.problem].checks)

    def _run(self, item: pytest.Item, following: pytest.Item) -> Case:
        started = time.monotonic()
        self.outcome, self.error, self.at_hand = None, None, item
        # What the check before left for a following one that was then not run: pytest would take it for a fault.
        item.session._setupstate.teardown_exact(item)
        # pytest sets an item up anew only after everything of it was torn down; for the only item nothing would be.
        following_item = None if following is item else following
        try:
            with stumbles.bounded(memory=self.options.device == "cpu"):
                if self.proving or self.held_back is not None:
                    reports = runtestprotocol(item, log=False, nextitem=following_item)
                    if self.held_back is not None:
                        self.held_back.append((item, reports))
                else:
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following_item)
        except stumbles.TooCostly as error:  # raised where pytest does not catch it
            self.outcome, self.error = case_from(error), error
        case = self.outcome or Case("", "not graded", OUR_FAULT, "pytest did not run the check")
        case.seconds = time.monotonic() - started
        return case

    def _whose_fault(self, item: pytest.Item, following: pytest.Item, case: Case) -> Case:
        """The case of a check that has stumbled twice, after a look at what it makes of the solution, see `stumbles`."""
        submission, error = self.run, self.error
        if not STATUSES[case.status].ours or submission is None or error is None or isinstance(error, SandboxFault):
            return case
        theirs, self.proving = submission.answers, True
        self.run = SubmissionRun(SOLUTIONS, NAME, self.warm, self.options.seed, self.options.device)
        self.run.notes_answers = True
        try:
            passed = self._run(item, following).status == "passed"
            words = stumbles.explained(error, theirs, self.run.answers, passed)
        finally:
            self.run.end_problem()
            self.run, self.proving = submission, False
        return Case("", "failed", harmless(words), case.details, seconds=case.seconds) if words else case

    def _recover(self) -> bool:
        """Before a second try after a fault of ours: a fresh child whose answers are noted, and a fresh warm process if that one died."""
        assert self.run is not None
        self.run.end_problem()
        self.run.notes_answers = True
        try:
            if not self.warm.alive():
                self.warm.restart()
        except (SandboxFault, OSError):
            return False
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo):
        report = yield
        if call.excinfo is not None:
            if self.outcome is None or self.outcome.status == "passed":
                self.outcome, self.error = case_from(call.excinfo.value), call.excinfo.value
            if call.when == "setup" and not STATUSES[self.outcome.status].ours:
                report.when = "call"  # what fixtures ask for belongs to the check: `failed`, where pytest would say `error`
        elif call.when == "call" and self.outcome is None:
            self.outcome = Case("", "passed")
        return report
