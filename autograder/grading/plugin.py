"""The pytest plugin that turns a session of hidden checks into results, for one submission or for many in a row.

Checks are collected once. For each submission every check runs through pytest's own protocol; an exception is then sorted
into the student's fault, a wrong value, or a fault of ours (`not graded`, tried a second time in a fresh child).
"""

import itertools
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from ..course import SOLUTIONS, problem_of, problems
from ..results.earlier import Earlier
from ..results.record import Case, SubmissionResult, share_points
from ..sandbox.device_trial import trial
from ..sandbox.faults import SandboxFault
from . import kept_proof
from .cases import label_of, versions
from .checks import Check, check_of, shares_of_cases
from .options import Options
from .problem_run import ProblemRun
from .processor import Processor
from .proof import NAME, NO_GPU, ON_A_GPU, Proof, Prover, Unproved, first_loss, sentence
from .resubmission import Kept
from .selection import every_check, left_out, named_problems
from .submission_run import SubmissionRun
from .suspicion import Suspicion

RUN = pytest.StashKey["GradingPlugin"]()
EXIT_NOT_GRADED = 3
Source = Iterable[tuple[str, Path] | tuple[str, Path, Earlier | None]]  # name and place, and what an earlier run has found


class GradingPlugin(ProblemRun):
    """Proves itself, then grades the submissions of `source` one after the other and hands each result to `sink`.

    Args:
        on_proof: called with each proof that holds, the first before the first submission is taken.
        on_row: called before each result with who, this one included, failed first in the same way since the last proof.
        own_proof: what is graded are the reference solutions themselves, whose result is all the proof there can be.
    """

    def __init__(
        self,
        options: Options,
        source: Source,
        sink: Callable[[SubmissionResult], None],
        on_proof: Callable[[Proof], None] = lambda proof: None,
        own_proof: bool = False,
        on_row: Callable[[tuple[str, ...]], None] = lambda students: None,
    ):
        self.options, self.source, self.sink, self.on_row = options, source, sink, on_row
        self.own_proof = own_proof and not options.fallback
        self.proving, self.unproved = False, ""
        self.prover = Prover(lambda: self._grade(NAME, SOLUTIONS, proving=True), on_proof)
        self.suspicion = Suspicion(options.device)
        self.processor = Processor() if options.device != "cpu" and not self.own_proof else None
        self.warm = self.make_warm_process()
        self.run: SubmissionRun | None = None
        self.measures: dict[str, float] = {}  # of the submission that was graded last
        self.checks: dict[str, Check] = {}
        self.all_checks: dict[tuple[str, str], Check] = {}
        self.collected: list[pytest.Item] = []
        self.points: dict[tuple[str, str], float] = {}
        self.shares: dict[str, int] = {}  # what each case counts within its check
        self.held_back: list[tuple[pytest.Item, list[pytest.TestReport]]] | None = None  # until all of a problem has passed
        self.outcome: Case | None = None
        self.error: BaseException | None = None  # what the check at hand ended with
        self.lost_points = self.not_graded = self.completed = False
        self.fault: SandboxFault | None = None  # why nothing could be graded at all

    # What fixtures ask for.

    def student(self, item: pytest.Item):
        """The student's modules for the check that is running, with the check's own time started."""
        assert self.run is not None
        check = self.checks[item.nodeid]
        student = self.run.student(problems()[check.problem])
        student.start_check(check.seconds)
        return student

    # Collection.

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Checks of a problem that nobody asked for are not read: those of the whole course take a second."""
        unasked = problems().keys() - self.options.problems
        return True if collection_path.name.startswith("test_") and problem_of(collection_path) in unasked else None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]):
        self.collected = list(items)  # before -k and its like leave some out
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
            cases = {
                item.nodeid: label_of(item)
                for item in self.collected
                if place == (self.checks[item.nodeid].problem, self.checks[item.nodeid].name)
            }
            where, labels = f"test_{check.problem}.py: {check.name}", list(cases.values())
            found |= dict(zip(cases, [1] * len(cases) if single else shares_of_cases(where, check.shares, labels)))
        return found

    # The loop.

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:  # as pytest's own loop does; the marks of the checks that are left would be wrong
            raise session.Interrupted("some checks cannot be collected, so nothing was graded")
        if session.config.option.collectonly:
            return True
        # From here on no tracebacks: they could show hidden values, and to write one takes longer than all else that a check
        # does which fails. Why a check cannot be collected was no secret.
        session.config.option.tbstyle = "no"
        self._wait_for_the_sandbox()
        named = named_problems(session.config.args, self.options.problems)
        self.session = session
        self.skipped = left_out(self.all_checks, self.collected, session.items, session.config.args, named)
        self.following = dict(zip(session.items, [*session.items[1:], *session.items[:1]]))
        try:
            self._judge_all()
        except Unproved as fault:
            self.fault = fault
            pytest.exit(str(fault), returncode=EXIT_NOT_GRADED)
        session._setupstate.teardown_exact(None)
        self.completed = True
        return True

    def _judge_all(self) -> None:
        """Grade everybody, with proofs before and whenever something looks wrong.

        Raises:
            Unproved: the reference solutions lost points.
        """
        self._prove_at_first()
        for name, path, *earlier in self.source:
            result = self._grade(name, path, *earlier)
            self.prover.judged.append(name)
            suspected = self.suspicion.rises(result)
            if self.own_proof and (loss := first_loss(result)):
                self.unproved = sentence(loss, result)
            elif suspected:
                if self.options.prove == "kept":
                    kept_proof.forget(self.options, str(self.warm.isolation))
                self.prover.prove()
                self.suspicion.proved()
            self.lost_points |= result.score < result.max_score
            self.not_graded |= not result.graded
            self.on_row(tuple(self.suspicion.row))
            self.sink(result)

    def _prove_at_first(self) -> None:
        if self.own_proof:
            return
        kept = self.options.prove == "kept" and kept_proof.find(self.options, str(self.warm.isolation))
        if kept:
            self.prover.held(kept)
            return
        try:
            if self.options.device == "cuda" and not (tried := trial("cuda", self.warm)).works:  # sooner, and in better words
                raise Unproved(f"Nobody is judged by this grader: {tried.words.rstrip('.')}. What to do: {ON_A_GPU}.")
            proof = self.prover.prove()
        except Unproved as fault:
            if not self.options.fallback:
                raise
            print(f"\nThe GPU is not used. {fault}")
            self._move_to_the_cpu(NO_GPU)
            proof = self.prover.prove()
        if self.options.prove == "kept":
            kept_proof.keep(self.options, str(self.warm.isolation), proof)

    def _move_to_the_cpu(self, remark: str) -> None:
        """Begin anew without the GPU, before anybody was judged."""
        self.session._setupstate.teardown_exact(None)  # fixtures hold objects of children
        self.warm.close()
        self.options = replace(self.options, device="cpu", fallback=False, remarks=(*self.options.remarks, remark))
        self.suspicion, self.processor = Suspicion("cpu"), None
        self.warm = self.make_warm_process()
        self._wait_for_the_sandbox()

    def _grade(self, name: str, path: Path, earlier: Earlier | None = None, *, proving: bool = False) -> SubmissionResult:
        """Grade a submission; a proof goes unreported and ends at the first check that is lost."""
        self.proving = proving
        self.run = SubmissionRun(path, name, self.warm, self.options.seed, self.options.device)
        kept = Kept(earlier, self.run) if earlier else None
        for problem, items in itertools.groupby(self.session.items, lambda item: self.checks[item.nodeid].problem):
            self.run.begin(problems()[problem])
            if kept and (result := kept.result_of(problems()[problem])):
                self.run.keep(result)
            elif not self._grade_problem(problems()[problem], list(items)) and proving:
                break
        for check, case in () if proving else self.skipped:
            points = self.points.get((check.problem, check.name), problems()[check.problem].points)
            self.run.check_result(check.problem, check.name, check.title, check.weight, points).cases.append(case)
        self.measures = self.measures if proving else dict(self.run.measures)
        return self.run.finish(versions(), self.options.remarks)

    def close(self) -> None:
        """End the warm processes and with them every child."""
        self.warm.close()
        if self.processor is not None:
            self.processor.close()

    def _wait_for_the_sandbox(self) -> None:
        try:
            self.warm.wait_until_ready()
        except SandboxFault as fault:
            self.fault = fault
            pytest.exit(str(fault), returncode=EXIT_NOT_GRADED)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        self.close()
        if self.completed and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            session.exitstatus = EXIT_NOT_GRADED if self.not_graded or self.unproved else int(self.lost_points)
