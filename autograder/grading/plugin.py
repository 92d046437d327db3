"""The pytest plugin that turns a session of hidden checks into results, for one submission or for many in a row.

Checks are collected once. For each submission every check runs through pytest's own protocol; an exception is then sorted
into the student's fault, a wrong value, or a fault of ours (`not graded`, tried a second time in a fresh child).
"""
import platform
import sys
import time
from pathlib import Path
from collections.abc import Callable, Iterable

import numpy as np
import pytest
import torch

from ..course import SOLUTIONS, problems, services
from ..judge.expect import CheckFailed
from ..results.record import Case, SubmissionResult, share_points
from ..results.statuses import OUR_FAULT, STATUSES
from ..sandbox.faults import SandboxFault, StudentFault
from ..sandbox.plain_text import harmless
from ..sandbox.warm import WarmProcess
from . import stumbles
from .causes import place_of
from .checks import Check, check_of, shares_of_cases, without_running
from .options import Options
from .selection import every_check, left_out, named_problems
from .submission_run import SubmissionRun

RUN = pytest.StashKey["GradingPlugin"]()
EXIT_NOT_GRADED = 3


class GradingPlugin:
    """Grades the submissions of `source` one after the other and hands each result to `sink`."""

    def __init__(self, options: Options, source: Iterable[tuple[str, Path]], sink: Callable[[SubmissionResult], None]):
        self.options, self.source, self.sink = options, source, sink
        self.warm = WarmProcess(options.device, options.require_full, services=services(options.problems))
        self.run: SubmissionRun | None = None
        self.checks: dict[str, Check] = {}
        self.all_checks: dict[tuple[str, str], Check] = {}
        self.collected: list[pytest.Item] = []
        self.points: dict[tuple[str, str], float] = {}
        self.shares: dict[str, int] = {}        # what each case counts within its check
        self.outcome: Case | None = None
        self.error: BaseException | None = None      # what the check at hand ended with
        self.lost_points = self.not_graded = self.completed = False
        self.fault: SandboxFault | None = None      # why nothing could be graded at all

    # What fixtures ask for.

    def student(self, item: pytest.Function):
        """The student's modules for the check that is running, with the check's own time started."""
        assert self.run is not None
        check = self.checks[item.nodeid]
        student = self.run.student(problems()[check.problem])
        student.start_check(check.seconds)
        return student

    # Collection.

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]):
        self.collected = list(items)        # before -k and its like leave some out
        self.checks = {item.nodeid: check_of(item) for item in items}
        yield
        kept = [item for item in items if self.checks[item.nodeid].problem in self.options.problems]
        order = {name: place for place, name in enumerate(problems())}
        kept.sort(key=lambda item: order[self.checks[item.nodeid].problem])
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept
        self.all_checks = every_check(self.collected)
        for problem in self.options.problems:
            weights = {name: check.weight for (of, name), check in self.all_checks.items() if of == problem}
            shares = share_points(problems()[problem].points, list(weights.values())) if weights else []
            self.points |= {(problem, name): share for name, share in zip(weights, shares)}
        self.shares = self._shares_of_cases(any("[" in argument for argument in config.args))

    def _shares_of_cases(self, single: bool) -> dict[str, int]:
        """What every collected case counts; `single` ones named alone are not graded as a whole anyway."""
        found: dict[str, int] = {}
        for place, check in self.all_checks.items():
            cases = {item.nodeid: label_of(item) for item in self.collected
                     if place == (self.checks[item.nodeid].problem, self.checks[item.nodeid].name)}
            found |= dict(zip(cases, [1] * len(cases) if single else shares_of_cases(check, list(cases.values()))))
        return found

    # The loop.

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:     # as pytest's own loop does; the marks of the checks that are left would be wrong
            raise session.Interrupted("some checks cannot be collected, so nothing was graded")
        if session.config.option.collectonly:
            return True
        # From here on no tracebacks: they could show hidden values, and to write one takes longer than all else that a check
        # does which fails. Why a check cannot be collected was no secret.
        session.config.option.tbstyle = "no"
        self._wait_for_the_sandbox()
        arguments = session.config.args
        skipped = left_out(self.all_checks, self.collected, session.items, arguments, named_problems(arguments, self.options.problems))
        for name, path in self.source:
            self.run = SubmissionRun(path, name, self.warm, self.options.seed, self.options.device)
            for place, item in enumerate(session.items):
                following = session.items[(place + 1) % len(session.items)]
                self._grade_item(item, following)
            for check, case in skipped:
                points = self.points.get((check.problem, check.name), problems()[check.problem].points)
                self.run.check_result(check.problem, check.name, check.title, check.weight, points).cases.append(case)
            result = self.run.finish(versions())
            self.lost_points |= result.score < result.max_score
            self.not_graded |= not result.graded
            self.sink(result)
        session._setupstate.teardown_exact(None)
        self.completed = True
        return True

    def _wait_for_the_sandbox(self) -> None:
        try:
            self.warm.wait_until_ready()
        except SandboxFault as fault:
            self.fault = fault
            pytest.exit(str(fault), returncode=EXIT_NOT_GRADED)

    def _grade_item(self, item: pytest.Item, following: pytest.Item) -> None:
        assert self.run is not None
        check = self.checks[item.nodeid]
        points = self.points[check.problem, check.name]
        result = self.run.check_result(check.problem, check.name, check.title, check.weight, points)
        label = label_of(item)
        case = self._case_without_running(check, label)
        if case is None:
            case = self._run(item, following)
            if STATUSES[case.status].ours and self._recover():
                case = self._run(item, following)
                case = self._whose_fault(item, following, case)
        case.label, case.weight = label, self.shares[item.nodeid]
        result.cases.append(case)

    def _case_without_running(self, check: Check, label: str) -> Case | None:
        assert self.run is not None
        if self.run.fault:
            return Case("", "not graded", OUR_FAULT, self.run.fault)
        if self.run.unreadable:
            return Case("", "missing", self.run.unreadable)
        return without_running(check, label, self.run.results[check.problem].checks)

    def _run(self, item: pytest.Item, following: pytest.Item) -> Case:
        started = time.monotonic()
        self.outcome = self.error = None
        # What the check before left for a following one that was then not run: pytest would take it for a fault.
        item.session._setupstate.teardown_exact(item)
        # pytest sets an item up anew only after everything of it was torn down; for the only item nothing would be.
        try:
            with stumbles.bounded(memory=self.options.device == "cpu"):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None if following is item else following)
        except stumbles.TooCostly as error:     # raised where pytest does not catch it
            self.outcome, self.error = case_from(error), error
        case = self.outcome or Case("", "not graded", OUR_FAULT, "pytest did not run the check")
        case.seconds = time.monotonic() - started
        return case

    def _whose_fault(self, item: pytest.Item, following: pytest.Item, case: Case) -> Case:
        """The case of a check that has stumbled twice, after a look at what it makes of the solution, see `stumbles`."""
        submission, error = self.run, self.error
        if not STATUSES[case.status].ours or submission is None or error is None or isinstance(error, SandboxFault):
            return case
        theirs = submission.answers
        self.run = SubmissionRun(SOLUTIONS, "solutions", self.warm, self.options.seed, self.options.device)
        try:
            passed = self._run(item, following).status == "passed"
            words = stumbles.explained(error, theirs, self.run.answers, passed)
        finally:
            self.run.end_problem()
            self.run = submission
        return Case("", "failed", harmless(words), case.details, seconds=case.seconds) if words else case

    def _recover(self) -> bool:
        """Before a second try after a fault of ours: a fresh child, and a fresh warm process if that one died."""
        assert self.run is not None
        self.run.end_problem()
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
                report.when = "call"        # what fixtures ask for belongs to the check: `failed`, where pytest would say `error`
        elif call.when == "call" and self.outcome is None:
            self.outcome = Case("", "passed")
        return report

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        self.warm.close()
        if self.completed and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            session.exitstatus = EXIT_NOT_GRADED if self.not_graded else int(self.lost_points)


def label_of(item: pytest.Item) -> str:
    """The name of a case of a check: its parameters in words; empty for a check that has none."""
    return item.callspec.id if hasattr(item, "callspec") else ""


def case_from(error: BaseException) -> Case:
    """Sort an exception that ended a check: whose fault is it, and what does the student read?"""
    if isinstance(error, StudentFault):
        return Case("", error.status, harmless(error.message), harmless(error.details))
    if isinstance(error, CheckFailed):
        return Case("", "failed", harmless(error.message))
    if isinstance(error, (KeyboardInterrupt, pytest.exit.Exception)):
        raise error
    kind = "" if isinstance(error, SandboxFault) else f"{type(error).__name__}: "
    said = f"{kind}{error}".removesuffix(": ")
    return Case("", "not graded", OUR_FAULT, harmless(f"{place}: {said}" if (place := place_of(error)) else said))


def versions() -> dict[str, str]:
    """What took part in grading, for reproducing a result."""
    from importlib.metadata import PackageNotFoundError, version
    found = {"python": platform.python_version(), "torch": str(torch.__version__), "numpy": np.__version__,
             "pytest": pytest.__version__, "platform": sys.platform}
    try:
        found["autograder"] = version("autograder")
    except PackageNotFoundError:
        found["autograder"] = "not installed"
    return found
