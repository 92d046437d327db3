"""Grade a class: what is still to do, the graders that do it, and every result kept as soon as it is there."""

import os
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Protocol
from collections.abc import Generator, Iterable, Iterator

from rich.console import Console
from rich.text import Text

from .. import course
from ..decisions.class_marks import names_shown
from ..decisions.marking import Marking
from ..grading.options import Options, chosen_proof, chosen_seed, known_problems
from ..grading.proof import NO_GPU, Proof
from ..results.renderers import ALWAYS
from ..results.terminal import page_console
from ..sandbox import gpu
from .device import usable_device_here
from .changes import Comparison
from .compare import page, print_comparison, table
from .entries import ClassError, LeftOut, find_entries
from .fingerprint import kit_hash
from .gathering import gather, place
from .journal import ENDED, GRADED, STARTED, Journal
from .outputs import Graded, Outputs
from .plan import Plan, expect_everybody, expect_no_fewer_problems, make_plan, remark_on_others
from .pool import Pool
from .progress import Progress, print_end, said_of_proofs
from .roll import roll_of, write_roll
from .unit import TAKEN_BACK, NoProof, Report, Task, Withdrawal, cannot_read, not_graded

FINISHED = "finished"  # in `run.json`: everybody was graded, so students may have been shown their pages
CONTEXT_MIB = 1024  # of a GPU, for the context and the libraries of one process; some hundred are usual


class Rows(list[Graded]):
    """One line a student, in order of names, and what was left out."""

    def __init__(self, rows: Iterable[Graded], left_out: Iterable[LeftOut]):
        super().__init__(rows)
        self.left_out = list(left_out)

    @property
    def complete(self) -> bool:
        """Whether everybody is graded and nothing was left out that may be somebody's."""
        return all(row.graded for row in self) and not any(item.somebody for item in self.left_out)


class Graders(Protocol):
    """Whatever grades tasks in parallel: a pool of processes here, or a cluster."""

    proofs: list[Proof]  # of each grader that began to work

    @property
    def idle(self) -> list[str]:
        """Why graders took no work, in their words."""

    def run(self, tasks: Iterable[Task]) -> Generator[Report | Withdrawal, None, None]:
        """Grade all tasks."""


def grade_class(
    folder: Path,
    out: Path,
    jobs: int | None = None,
    device: str = "auto",
    seed: int | None = None,
    problems: Iterable[str] = (),
    console: Console | None = None,
    require_full: bool = False,
    scheduler: str = "",
    regrade: Iterable[str] = (),
    assignment: str = "",
    parts: Iterable[str] = (),
    summary: bool = True,
    fewer_problems: bool = False,
    also: Iterable[str] = (),
    layout: str = "",
    deadlines: Path | None = None,
) -> Rows:
    """Grade every submission in a folder, and go on where an earlier run into the same `out` stopped.

    Args:
        folder: one entry a student, or what a course platform exports.
        out: where results are written.
        jobs: grading processes; as many as processors when None.
        device: `auto`, `cpu` or `cuda`.
        seed: of the hidden inputs; when None, that of an earlier run that did not come to its end, else a random one.
        problems, parts: which to grade; all when both are empty.
        console: where progress and the table are shown.
        require_full: refuse to grade with less than full isolation.
        scheduler: address of a Dask scheduler, whose workers then grade.
        regrade: students, or problems for everybody, to be graded again whatever there is.
        assignment: which one, where an nbgrader tree holds several.
        summary: also write `summary.html`.
        also: what else to make of each result, names of `results/renderers.py`.
        fewer_problems: let marks go that an earlier run gave for problems that this one does not grade.
        layout: how `folder` is laid out, one of `platforms.LAYOUTS`; recognised when empty.
        deadlines: when the parts are due, see `decisions/deadlines.py`; what the run before went by when None.
    Returns: one line a student, in order of names, and what was left out.
    Raises:
        ClassError: it cannot be done as asked; one sentence says why and what helps.
        pytest.UsageError: an option has a value that cannot be.
        PoolFault: no grader starts on this machine, or none can prove itself.
        OSError, KeyboardInterrupt: the disk is full, or Ctrl-C; what was graded is kept.
    """
    folder, out = Path(folder), Path(out)
    chosen = known_problems(list(problems), list(parts))
    if out.exists() and folder.exists() and out.resolve() == folder.resolve():
        raise ClassError(f"--out {out} is the folder of the submissions; choose another.")
    listing = find_entries(folder, assignment, out, layout)
    console = console or page_console()
    with closing(Outputs(out)) as outputs, closing(Journal(out / "journal.jsonl")) as journal:
        if not fewer_problems:
            expect_no_fewer_problems(outputs.settings() if outputs.students() else {}, chosen)
        remark_on_others(listing, outputs, folder)
        marking = Marking(out, roll_of(listing, outputs.collected), chosen, deadlines)
        listing.entries = [entry.choose(marking.attempts.get(entry.student, "")) for entry in listing.entries]
        marking.take_roll(roll_of(listing, outputs.collected))
        write_roll(out, marking.roll)
        earlier = outputs.settings()
        renderers = tuple(dict.fromkeys((*ALWAYS, *also)))
        options = Options(
            folder,
            chosen,
            usable_device(device, scheduler),
            chosen_seed(next_seed(earlier) if seed is None else seed),
            require_full=require_full,
            renderers=renderers,
            prove=chosen_proof(None),
        )
        kit, comparison, again = kit_hash(), Comparison(), False

        def grade(options: Options) -> tuple[list[Graded], Options, list[str]]:
            nonlocal again
            plan = make_plan(listing, options, kit, outputs, journal, list(regrade), same_seed=seed is not None)
            if seed is None and not plan.todo and "seed" in earlier:
                options = plan.options = replace(options, seed=earlier["seed"])
            again = bool(plan.again)
            settings = {
                "seed": options.seed,
                "device": options.device,
                "problems": list(chosen),
                "kit": kit,
                "folder": str(folder.resolve()),
                "layout": listing.layout,
                "assignment": assignment,
                "students": len(listing.entries),
                "deadlines": str(marking.deadlines.absolute()) if marking.deadlines else "",
            }
            outputs.write_settings(settings)
            progress = Progress(console, len(plan.kept), len(plan.todo), plan.changed, listing.remarks)
            graders = None
            if plan.todo:
                most = usable_jobs(jobs, len(plan.todo), options)
                graders = choose_graders(options, most, scheduler, lambda who: journal.note(STARTED, who))
            graded = carry_out(plan, outputs, journal, progress, graders, comparison, listing.left_out, marking)
            journal.note(ENDED)
            expect_everybody(graded, listing)
            if all(row.graded for row in graded):
                outputs.write_settings(settings | {FINISHED: True})
            return graded, options, plan.said + (said_of_proofs(graders.proofs, graders.idle) if graders else [])

        try:
            graded, options, proofs = grade(options)
        except NoProof as fault:
            if device != "auto" or options.device == "cpu":
                raise
            console.print(Text(f"The GPU is not used. {fault}", "yellow"), soft_wrap=True)
            graded, options, proofs = grade(replace(options, device="cpu", remarks=(NO_GPU,)))
        counted = marking.counted(graded)
        if summary:
            from .summary import write_summary

            places = [(entry.student, place(entry, outputs.collected).absolute()) for entry in listing.entries]
            write_summary(counted, places, options, out / "summary.html", listing.left_out, marking.said)
        print_end(
            console,
            counted,
            options,
            out,
            listing.left_out,
            [*options.remarks, *proofs, *marking.remarks],
            marking.marks.marks,
            names_shown(marking.roll),
        )
        if comparison.changes:
            outputs.write_changes(table(comparison), page(comparison))
        if comparison.changes or again:
            print_comparison(console, comparison)
    return Rows(graded, listing.left_out)


def next_seed(earlier: dict) -> int | None:
    """The seed of an earlier run that goes on now; None, so that one is drawn, where its results may have been shown to students.

    Args:
        earlier: what `run.json` says of it; empty when there was none.
    """
    return None if earlier.get(FINISHED) else earlier.get("seed")


def carry_out(
    plan: Plan,
    outputs: Outputs,
    journal: Journal,
    progress: Progress,
    graders: Graders | None,
    comparison: Comparison,
    left_out: Iterable[LeftOut] = (),
    marking: Marking | None = None,
) -> list[Graded]:
    """Grade what is to do; whatever ends it, `grades.csv` and the pages then say what there is.

    Args:
        comparison: is told how the marks differ from those that an earlier run gave.
        marking: what is decided about marks; is told what there is to say of it.
    """
    graded = {row.student: row for row in plan.kept}

    def keep(report: Report, taken_back: bool = False) -> None:
        student = report.student
        earlier = outputs.result(plan.entries[student])
        if earlier is not None and earlier.graded and not taken_back:
            comparison.add(student, earlier, report.result)
        if report.row or journal.rows.get(report.grader):
            journal.in_a_row(report.grader, student, report.row)
        row = graded[student] = outputs.store(plan.entries[student], report, plan.fingerprints.get(student, ""), plan.conditions)
        plan.count(report)
        journal.note(GRADED, student, score=row.score, graded=row.graded, seconds=row.seconds)
        progress.done(row)

    def tasks() -> Iterator[Task]:
        for entry in plan.todo:
            try:
                task = Task(entry.student, gather(entry, outputs.collected).absolute(), plan.earlier(entry, outputs))
            except OSError as error:  # it could be read a moment ago; everybody else is graded all the same
                keep(not_graded(entry.student, plan.options, cannot_read(error)))
                continue
            yield task

    try:
        with progress:
            for student, reason in plan.unreadable.items():
                keep(not_graded(student, plan.options, reason))
            if graders is not None:
                with closing(graders.run(tasks())) as said:
                    for report in said:
                        if isinstance(report, Withdrawal):
                            progress.take_back(report)
                            for student in report.students:
                                keep(not_graded(student, plan.options, TAKEN_BACK, report.reason), taken_back=True)
                        else:
                            keep(report)
    finally:
        rows = [graded[student] for student in sorted(graded)]
        # Whoever the run did not come to keeps the earlier result, in this table as in exports.
        waiting = [row for entry in plan.todo if entry.student not in graded and (row := outputs.waiting(entry))]
        decided = marking.take_marks() if marking else None
        edited = outputs.write_grades([*rows, *waiting], list(plan.entries.values()), plan.options.problems, left_out, decided)
        if marking:
            marking.remarks += edited
            marking.write_pages()
    return rows


def choose_graders(options: Options, jobs: int, scheduler: str, on_start) -> Graders:
    """The cluster when there is an address of one, else processes on this machine."""
    if scheduler:
        from .cluster import Cluster

        return Cluster(options, scheduler, on_start)
    return Pool(options, jobs, on_start)


def usable_jobs(jobs: int | None, submissions: int, options: Options | None = None) -> int:
    """How many processes: as asked, else one a processor; never more than submissions, or than a GPU has memory for."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    most = submissions
    if options is not None and options.device == "cuda" and (free := gpu.free_mib()) is not None:
        # The one child that a grader has at a time opens the GPU, and so may the one before it, which is just ending.
        each = 2 * CONTEXT_MIB + max(course.problems()[name].limits.gpu_memory_mib for name in options.problems)
        most = min(most, int(free // each))
    return max(1, min(jobs or cores, most))


def usable_device(name: str, scheduler: str = "") -> str:
    """`cpu` or `cuda`, found out without importing torch here; on a cluster the machines that grade decide.

    Raises:
        ClassError: a GPU was asked for and there is none.
    """
    if scheduler:
        from .cluster import usable_device_there

        return usable_device_there(name, scheduler)
    return usable_device_here(name)
