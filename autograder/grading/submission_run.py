"""One submission while it is graded: its files, the child of the problem at hand, and the results so far."""

import contextlib
import hashlib
import time
from collections.abc import Iterable
from pathlib import Path

from ..course import Part, Problem, part_of, parts, problems
from ..results.record import CheckResult, ProblemResult, SubmissionResult
from ..sandbox.plain_text import harmless, one_line
from ..sandbox.shared_child import handed_over
from ..sandbox.student import Student, has_printed
from ..sandbox.warm import WarmProcess
from ..submission.locate import part_files
from ..submission.reader import Contents, Unreadable, read
from .variants import Roster, Whose, files_of_variant, whose
from .reference import Reference
from .seeds import derived_seed


BESIDE = "./"  # of files beside a part's folder, which may say whose variant it is; no name in a folder begins so


class SubmissionRun:
    """Grades one submission, problem by problem.

    Args:
        path: folder or archive.
        name: how results call it.
        warm: where children are forked.
        seed, device: of the run.
    """

    def __init__(self, path: Path, name: str, warm: WarmProcess, seed: int, device: str):
        self.name, self.warm, self.seed, self.device = one_line(name), warm, seed, device
        self.started = time.monotonic()
        self.results: dict[str, ProblemResult] = {}
        self.measures: dict[str, float] = {}  # of problems that declare a `leaderboard`
        self.unreadable = self.fault = ""
        self._files: dict[str, dict[str, bytes]] = {}
        self._digests: dict[str, dict[str, str]] = {}
        self._student: tuple[str, Student] | None = None
        self._whose: dict[str, Whose] = {}
        self._at = ""  # the problem at hand
        self._place = warm, device  # where its children are forked, and what they compute on
        self._looked_twice = False
        self.notes_answers = False  # of calls, by kind, since a check of the problem at hand has stumbled
        declared = [name for part in parts() for problem in part.problems for name in (*problem.files, *problem.optional_files)]
        try:
            self.contents = read(path, declared)
        except Unreadable as error:
            text = str(error) if str(error).startswith(path.name) else str(error)[:1].upper() + str(error)[1:]
            self.contents, self.unreadable = Contents(), harmless(text)
        except Exception as error:  # a fault of ours, which must neither cost this student points nor end a class run
            self.contents, self.fault = Contents(), harmless(f"reading the submission: {type(error).__name__}: {error}")

    def files(self, part: Part) -> dict[str, bytes]:
        """The submission's files of a part, found once."""
        if part.id not in self._files:
            given = {name: (part.folder / name).read_bytes() for name in part.given}
            own = {
                name: data
                for name, data in part_files(self.contents, part).items()
                if not any(name.startswith(f"{ours}/") or ours.startswith(f"{name}/") for ours in given)
            }
            self._files[part.id] = own | given
        return self._files[part.id]

    def digests(self, part: Part) -> dict[str, str]:
        """Digests of the files of a part, and of those beside it that may say whose variant it is."""
        if part.id not in self._digests:
            found = {name: _digest(data) for name, data in sorted(self.files(part).items())}
            beside = files_of_variant(self.contents, part.variants.file) if part.variants else []
            self._digests[part.id] = found | {f"{BESIDE}{place}": _digest(data) for place, data in enumerate(beside)}
        return self._digests[part.id]

    def begin(self, problem: Problem) -> None:
        """Begin a problem: what is remarked from now on is its."""
        self._at, self._place, self.notes_answers = problem.id, (self.warm, self.device), False
        if not self.unreadable and not self.fault:
            with contextlib.suppress(Exception):  # a fault of ours is met again by the check that needs the files, and told there
                self.files(part_of(problem))

    def keep(self, result: ProblemResult) -> None:
        """Take what an earlier run has found of a problem."""
        self.results[result.problem.id] = result
        for text in result.remarks:
            self.contents.remark(text)

    def remark(self, text: str) -> None:
        """Say something of the submission on behalf of the problem at hand."""
        self.contents.remark(text)
        if (result := self.results.get(self._at)) and text not in result.remarks:
            result.remarks.append(text)

    def whose(self, roster: Roster | None, part: Part, reference: Reference) -> Whose:
        """Whose submission it is, found once; what the page should say about it becomes a remark.

        Args:
            part: one that has variants, and `reference` its solution.
        """
        if part.id not in self._whose:
            found = whose(self.name, self.contents, part, self.files(part), roster, self.seed, reference)
            self._whose[part.id] = found
        found = self._whose[part.id]
        if found.remark:
            self.remark(found.remark)
        if part.variants:
            self._note_asked(self._at, [part.variants.file, *(name for name in self.digests(part) if name.startswith(BESIDE))])
        return found

    def _note_asked(self, problem_id: str, names: Iterable[str]) -> None:
        if result := self.results.get(problem_id):
            result.asked = sorted({*result.asked, *names})

    def student(self, problem: Problem) -> Student:
        """The student's modules for a problem; the child of another problem ends first."""
        if self._student is None or self._student[0] != problem.id:
            self.end_problem()
            self._student = problem.id, self._student_of(problem)
            self._student[1].notes_answers = self.notes_answers
        return self._student[1]

    def goes_on(self, problem: Problem) -> bool:
        """Let the child of the problem before answer for this one, too, if there is nothing to tell it from a fresh one.

        That needs full marks for the problem before. Anything but full marks for this one, with nothing printed, does not count then: it
        is graded again after `begin_anew`.
        """
        if self._student is None or self._student[0] == problem.id or self._looked_twice:
            return False
        before, student = self._student
        if self.results[before].status != "passed":
            return False
        try:
            later = self._student_of(problem)
        except Exception:  # a fault of ours is met again by the check that needs the files, and told there
            return False
        goes_on = handed_over(student, later)
        self.end_problem()
        if goes_on:
            self._student = problem.id, later
        return goes_on

    def is_silent(self) -> bool:
        """Whether nothing was printed in the child at hand: what was may be of the problem before, or be another text for its sake."""
        return self._student is None or not has_printed(self._student[1])

    def begin_anew(self, problem: Problem, place: tuple[WarmProcess, str] | None = None) -> None:
        """Forget what was found of a problem, and end its child; the next one comes from `place`, a warm process with a device, where it is given.

        From then on each problem has a child of its own: whoever has one mistake has more, and every second look costs time.
        """
        self._place = place or self._place
        self._looked_twice = True
        self.end_problem()
        self.results.pop(problem.id, None)
        self.measures.pop(problem.id, None)

    def _student_of(self, problem: Problem) -> Student:
        part, (warm, device) = part_of(problem), self._place
        setup = {
            "declared": sorted({name.split("/")[0].removesuffix(".py") for name in (*part.files, *part.given)}),
            "seed": derived_seed(self.seed, "child", problem.id),
            "device": device,
            "services": warm.services_of(part.id),
        }
        return Student(warm, self.files(part), part.files, setup, problem.limits)

    @property
    def answers(self) -> list[tuple[str, frozenset[str]]]:
        """What the student's code has given back to the check at hand, by call and kind."""
        return self._student[1].answers if self._student is not None else []

    def end_problem(self) -> None:
        """End the child at hand; keep what it printed, and how much of the problem's time it used."""
        if self._student is not None:
            problem_id, student = self._student
            student.close()
            self._student = None
            printed = harmless(student.printed.decode("utf-8", "replace"), 4000)
            if result := self.results.get(problem_id):
                self._note_asked(problem_id, student.asked)
                result.printed = printed or result.printed
                result.used_s = max(result.used_s, round(student.used_s, 3))  # each child begins with all the time

    def check_result(self, problem_id: str, name: str, title: str, weight: int, points: float) -> CheckResult:
        """The record of a check, made when it is first asked for."""
        result = self.results.setdefault(problem_id, ProblemResult(problems()[problem_id], seed=self.seed))
        found = next((check for check in result.checks if check.name == name), None)
        if found is None:
            found = CheckResult(name, title, weight, points)
            result.checks.append(found)
        return found

    def measure(self, problem_id: str, value: float) -> None:
        """Keep what a check has measured for the problem's `leaderboard`; it is no mark, and no record keeps it.

        Args:
            value: judged in this process, and finite.
        """
        self.measures[problem_id] = float(value)

    def finish(self, versions: dict[str, str], of_the_run: Iterable[str] = ()) -> SubmissionResult:
        """Everything found, as one record; `of_the_run` are remarks that everybody gets."""
        self.end_problem()
        remarks = [one_line(remark, 600) for remark in of_the_run] + [one_line(remark, 300) for remark in self.contents.remarks]
        ordered = [self.results[name] for name in problems() if name in self.results]
        found = {part.id: self.digests(part) for part in parts() if part.id in self._files}
        return SubmissionResult(
            self.name,
            ordered,
            self.seed,
            self.device,
            str(self.warm.isolation),
            versions,
            remarks,
            time.monotonic() - self.started,
            files=found,
        )


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
