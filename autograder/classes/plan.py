"""What a class run has to do: whose earlier result still holds, and who is to be graded."""

import difflib
from dataclasses import dataclass, field
from pathlib import Path

from ..course import problems
from ..grading.options import Options
from ..results.earlier import Earlier
from . import fingerprint
from .entries import ClassError, Entry, Listing
from .journal import AGAIN, ENDED, Journal
from .outputs import Graded, Outputs
from .sorting import Unaccounted
from .unit import Report, cannot_read


@dataclass
class Plan:
    """The entries of a class, sorted."""

    options: Options
    entries: dict[str, Entry]
    kept: list[Graded] = field(default_factory=list)
    todo: list[Entry] = field(default_factory=list)
    fingerprints: dict[str, str] = field(default_factory=dict)  # of every entry that can be read
    unreadable: dict[str, str] = field(default_factory=dict)  # why this machine cannot read an entry
    same_seed: bool = False
    again: list[str] = field(default_factory=list)  # who is to be graded again whatever there is
    changed: int = 0  # of those to do, how many have a result that is out of date
    conditions: str = ""  # what results of this run depend on besides seed and submission
    out_of_date: set[str] = field(default_factory=set)  # who has handed in something else than the earlier result is of
    kept_problems: dict[str, tuple[int, int]] = field(default_factory=dict)  # of these, of how many problems how many keep theirs

    def earlier(self, entry: Entry, outputs: Outputs) -> Earlier | None:
        """What a run under the same conditions has found for somebody who has handed in again."""
        result = outputs.result(entry) if entry.student in self.out_of_date else None
        if result is None or result.conditions != self.conditions:
            return None
        self.kept_problems[entry.student] = 0, 0
        return Earlier(result, self.options.seed if self.same_seed else None)

    def count(self, report: Report) -> None:
        """Count the problems that were not graded again though their author has handed in again."""
        if report.student in self.kept_problems:
            self.kept_problems[report.student] = len(report.result.problems), report.kept

    @property
    def said(self) -> list[str]:
        """What there is to say of them at the end."""
        students = len(self.kept_problems)
        everything, kept = (sum(numbers) for numbers in zip(*self.kept_problems.values(), (0, 0)))
        why = "; what the others can see has not changed" if kept else ""
        who = f"{students} student{'s' * (students != 1)}"
        return [f"{who} handed in again: {everything - kept} of {everything} problems graded{why}."] if students else []


def make_plan(
    listing: Listing,
    options: Options,
    kit: str,
    outputs: Outputs,
    journal: Journal,
    regrade: list[str],
    same_seed: bool = False,
) -> Plan:
    """Sort the entries into those whose result still holds and those to grade.

    Args:
        listing: the class.
        options: of the run.
        kit: the kit's digest.
        outputs, journal: of this run and earlier ones.
        regrade: students, or problems for everybody, to be graded again.
        same_seed: a result holds only with the seed of the options, not with that of the run which it came from.
    Raises:
        ClassError: a name to regrade is neither a student nor a problem of this run.
    """
    again = sorted(asked_again(listing, options, regrade))
    for student in again:
        journal.note(AGAIN, student)
        journal.asked_again.add(student)
    _doubt(listing, journal)
    plan = Plan(options, {entry.student: entry for entry in listing.entries}, same_seed=same_seed, again=again)
    plan.conditions = fingerprint.conditions(options, kit)
    for entry in listing.entries:
        _sort(entry, plan, kit, outputs, journal, listing.remarks)
    # What a run died on comes last: should it kill this one, too, everybody else is graded.
    plan.todo.sort(key=lambda entry: entry.student in journal.interrupted)
    return plan


def _doubt(listing: Listing, journal: Journal) -> None:
    """Whose results an earlier run was cut short on are graded again: nobody can know any more whether it was the grader that failed."""
    doubtful = sorted({student for row in journal.rows.values() for student in row} & {entry.student for entry in listing.entries})
    for student in doubtful:
        journal.note(AGAIN, student)
        journal.asked_again.add(student)
    if doubtful:
        shown = ", ".join(doubtful[:5]) + (", ..." if len(doubtful) > 5 else "")
        listing.remarks.append(
            f"The earlier run was cut short after results that no proof has confirmed since ({len(doubtful)}: {shown}); they are graded again."
        )
        journal.note(ENDED)
        journal.rows.clear()


def _sort(entry: Entry, plan: Plan, kit: str, outputs: Outputs, journal: Journal, remarks: list[str]) -> None:
    earlier = outputs.earlier(entry, plan.options.renderers)
    try:
        plan.fingerprints[entry.student] = fingerprint.fingerprint(entry, plan.options, kit)
    except OSError as error:
        # A disk or a permission of this machine, which must not look like a student who handed in nothing.
        if earlier is not None and earlier[1].graded:
            plan.kept.append(earlier[1])
            remarks.append(f"{entry.student} cannot be read now ({error.strerror or error}); its earlier result stands.")
        else:
            plan.unreadable[entry.student] = cannot_read(error)
        return
    asked = entry.student in journal.asked_again
    if earlier is not None and earlier[0] != plan.fingerprints[entry.student] and not asked:
        plan.out_of_date.add(entry.student)
    if earlier is None or not earlier[1].graded or asked:
        plan.todo.append(entry)
    elif earlier[0] != plan.fingerprints[entry.student] or plan.same_seed and _seeds(earlier[1]) != {plan.options.seed}:
        plan.todo.append(entry)
        plan.changed += 1
    else:
        plan.kept.append(earlier[1])


def _seeds(row: Graded) -> set[int]:
    result = row.result
    return {result.seed, *(problem.seed for problem in result.problems if problem.seed is not None)}


def asked_again(listing: Listing, options: Options, regrade: list[str]) -> set[str]:
    """The students that `--regrade` means.

    Raises:
        ClassError: a name is neither a student nor a problem of this run.
    """
    everybody = {entry.student for entry in listing.entries}
    found: set[str] = set()
    for name in regrade:
        meant = {entry.student for entry in listing.entries if name in entry.names}
        if not meant and name not in options.problems:
            meant = {entry.student for entry in listing.entries if name in entry.places}
        if not meant and name not in options.problems:
            near = _nearest(name, [*options.problems, *sorted(everybody)])
            raise ClassError(f"--regrade {name}: there is no such student in this class and no such problem in this run{near}.")
        found |= meant or everybody
    return found


def expect_no_fewer_problems(earlier: dict, wanted: tuple[str, ...]) -> None:
    """Marks of problems that are not asked for now would be overwritten: one result file a student holds them all.

    Args:
        earlier: what `run.json` says of the run before; empty when it graded nobody.
        wanted: the problems of this run.
    Raises:
        ClassError: there are such marks.
    """
    lost = [name for name in problems() if name in earlier.get("problems", ()) and name not in wanted]
    if lost:
        raise ClassError(
            f"the marks of an earlier run in --out are also for {', '.join(lost)}, and would be lost; "
            "name the same --part or --problem again, or choose another --out."
        )


def expect_everybody(graded: list[Graded], listing: Listing) -> None:
    """Every submission of the listing has a row, and nobody else.

    Raises:
        Unaccounted: it is not so.
    """
    rows, wanted = [row.student for row in graded], [entry.student for entry in listing.entries]
    if sorted(rows) != sorted(wanted):
        odd = sorted(set(rows) ^ set(wanted)) or rows
        raise Unaccounted(f"{odd[0]} is graded or listed, and not both: a fault of the kit; please report it.")


def remark_on_others(listing: Listing, outputs: Outputs, folder: Path) -> None:
    """Say whose results are there without a submission: of somebody who left, or of another class."""
    others = sorted(set(outputs.students()) - {entry.student for entry in listing.entries})
    if others:
        listing.remarks.append(
            f"{outputs.root} also holds results of {len(others)} who are not in {folder} ({', '.join(others[:5])}"
            f"{', ...' if len(others) > 5 else ''}); they stay, and are not in grades.csv."
        )


def _nearest(name: str, known: list[str]) -> str:
    """What may have been meant, as the end of a sentence."""
    spelling = {other.casefold(): other for other in known}
    near = difflib.get_close_matches(name.casefold(), spelling, 1)
    return f"; did you mean {spelling[near[0]]}" if near else ""
