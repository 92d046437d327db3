"""A stored result graded again as it was: the same seed, the same problems, the same device where there is one."""

from dataclasses import dataclass, field
from pathlib import Path

from ..course import problems
from ..grading.options import Options, chosen_device, chosen_proof
from ..grading.session import grade_stream
from ..results.record import ProblemResult, SubmissionResult
from ..results.statuses import STATUSES
from ..sandbox.faults import SandboxFault
from ..sandbox.plain_text import one_line
from .own_code import Excerpt
from .subject import Subject
from .witness import CheckNotes, Witness


@dataclass
class Explained:
    """One problem: how it was stored, how it came out now, and what happened in the checks that did not pass."""

    stored: ProblemResult
    now: ProblemResult
    notes: list[CheckNotes]
    excerpts: list[Excerpt]
    differences: list[str]


@dataclass
class Explanation:
    """A stored result explained; `remarks` are what differs between then and now."""

    stored: SubmissionResult
    now: SubmissionResult
    path: Path
    problems: list[Explained]
    remarks: list[str] = field(default_factory=list)

    @property
    def reproduced(self) -> bool:
        """Whether every verdict came out as it is stored."""
        return not any(problem.differences for problem in self.problems)


def explain(subject: Subject, wanted: tuple[str, ...]) -> Explanation:
    """Grade these problems of a submission again, and say how each failed check came to that.

    Args:
        subject: the stored result and its submission.
        wanted: problems of the record.
    Raises:
        SandboxFault: nothing can be graded here.
    """
    stored, remarks = subject.stored, list(subject.remarks)
    device = "cpu" if stored.device == "cpu" else chosen_device("auto")
    if device != stored.device:
        remarks.append(f"It was graded on {stored.device}, which is not here; this is {device}.")
    by_seed: dict[int, list[str]] = {}  # what a later hand-in has left as it was keeps its seed
    for name in wanted:
        seed = stored[name].seed
        by_seed.setdefault(stored.seed if seed is None else seed, []).append(name)
    graded = {name: once for seed, names in by_seed.items() for once in [_graded(subject, names, device, seed)] for name in names}
    now = graded[wanted[0]].result
    if now.isolation.split(":")[0] != stored.isolation.split(":")[0]:
        remarks.append(f"Isolation was {one_line(stored.isolation)}, and is {one_line(now.isolation)} here.")
    other = [name for name, version in stored.versions.items() if now.versions.get(name, version) != version]
    remarks += [f"{name} was {one_line(stored.versions[name])}, and is {now.versions[name]} here." for name in other]
    explained = [
        Explained(
            stored[name],
            graded[name].result[name],
            graded[name].witness.notes.get(name, []),
            graded[name].witness.excerpts.get(name, []),
            differences(stored[name], graded[name].result[name]),
        )
        for name in wanted
    ]
    return Explanation(stored, now, subject.path, explained, remarks)


@dataclass(frozen=True)
class _Graded:
    """Problems of one seed graded again, and what was noted."""

    result: SubmissionResult
    witness: Witness


def _graded(subject: Subject, wanted: list[str], device: str, seed: int) -> _Graded:
    results: list[SubmissionResult] = []
    made: list[Witness] = []

    def plugin(*arguments, **options) -> Witness:
        made.append(Witness(*arguments, **options))
        return made[0]

    options = Options(subject.path, tuple(wanted), device, seed, prove=chosen_proof(None), children="problem")
    status = grade_stream(options, [(subject.stored.name, subject.path)], results.append, plugin_of=plugin)
    if not results:
        raise SandboxFault(f"the checks could not be run (status {status}); `pytest autograder` shows why.")
    return _Graded(results[0], made[0])


def differences(stored: ProblemResult, now: ProblemResult) -> list[str]:
    """The cases that ended otherwise than they are stored, one sentence each."""
    ends = [{(check.name, case.label): case.status for check in result.checks for case in check.cases} for result in (stored, now)]
    before, after = ends
    found = []
    for name, label in dict.fromkeys((*before, *after)):
        was, is_now = before.get((name, label)), after.get((name, label))
        if was != is_now:
            case = f"{name}[{label}]" if label else name
            words = [STATUSES[end].word.lower() if end else "not there" for end in (was, is_now)]
            found.append(f"{one_line(case)}: stored as {words[0]}, now {words[1]}.")
    return found


def losing(stored: SubmissionResult) -> tuple[str, ...]:
    """The problems of a record that lost points or are open, as far as the course still has them."""
    return tuple(
        problem.problem.id
        for problem in stored.problems
        if problem.problem.id in problems() and (not problem.graded or problem.score < problem.max_score)
    )
