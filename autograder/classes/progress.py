"""What a person sees while a class is graded, and the table at the end."""

from collections import Counter
from pathlib import Path
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress as Bar,
    ProgressColumn,
    Task as BarTask,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from ..course import problems
from ..decisions.marks import FinalMarks
from ..grading.options import Options
from ..grading.proof import Proof
from ..results.statuses import STATUSES
from ..results.numbers import points
from ..sandbox.plain_text import one_line
from .outputs import Graded, note_on
from .sorting import LeftOut
from .unit import Withdrawal

LISTED = 20  # students shown one by one at the end; of more, only the sums and those not graded


class RateColumn(ProgressColumn):
    """Submissions a minute or a second."""

    def render(self, task: BarTask) -> Text:
        """The rate in words."""
        if not task.speed:
            return Text("")
        return Text(f"{task.speed:.1f}/s" if task.speed >= 1 else f"{60 * task.speed:.0f}/min", "cyan")


class Progress:
    """The progress bar, with a line above it for whoever's code failed badly.

    Args:
        console: where it is drawn.
        kept: results of an earlier run that still hold.
        todo: submissions to grade.
        changed: how many of those have a result that is out of date.
        remarks: on entries that were left out.
    """

    def __init__(self, console: Console, kept: int, todo: int, changed: int, remarks: list[str]):
        self.console = console
        for remark in remarks:
            console.print(Text(f"Note: {remark}", "yellow"))
        if kept or changed:
            console.print(
                f"{kept} graded before and unchanged; {todo} to grade"
                + (f", {changed} of them because submission, kit or options changed" if changed else "")
            )
        self.bar = Bar(
            TextColumn("grading"),
            BarColumn(),
            MofNCompleteColumn(),
            RateColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[last]}"),
            console=console,
            transient=True,
            disable=not todo or not console.is_terminal,
            speed_estimate_period=300,
        )
        self.row = self.bar.add_task("grading", total=todo, last="starting")
        self.todo, self.finished = todo, 0

    def __enter__(self) -> "Progress":
        self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def take_back(self, said: Withdrawal) -> None:
        """Say whose results count no more, and expect them again."""
        self.bar.update(self.row, total=self.todo + len(said.students))
        self.todo += len(said.students)
        names = ", ".join(said.students[:5]) + (", ..." if len(said.students) > 5 else "")
        self.console.print(Text(f"Taken back, to be graded again: {len(said.students)} ({names}). {said.reason}", "magenta"))

    def done(self, row: Graded) -> None:
        """Count a submission."""
        self.finished += 1
        self.bar.update(self.row, advance=1, last=f"{row.student[:30]}: {points(row.score)}")
        note = note_on(row)
        if note:
            style = "magenta" if not row.graded else "red"
            self.console.print(Text.assemble(f"{row.student}  ", (note, style)), highlight=False)
        elif not self.console.is_terminal and self.finished % 50 == 0:
            self.console.print(f"{self.finished} of {self.todo}")


def print_end(
    console: Console,
    rows: list[Graded],
    options: Options,
    out: Path,
    left_out: Sequence[LeftOut] = (),
    remarks: Iterable[str] = (),
    finals: Mapping[str, FinalMarks] | None = None,
    called: Mapping[str, str] | None = None,
) -> None:
    """The class on one page, with everybody who is not graded and everything that was left out.

    Args:
        remarks: on the whole run.
        finals: by student, where marks are not only what was earned.
        called: how people call a row, by the name of its record, where that is another.
    """
    called = called or {}
    if len(rows) <= LISTED:
        console.print(_by_student(rows, options, finals or {}, called))
    console.print(_by_problem(rows, options))
    for row in rows:
        if not row.graded:
            reason = row.remarks[-1] if row.remarks else "see its record"
            console.print(Text.assemble(("not graded  ", "magenta"), f"{one_line(called.get(row.student, row.student))}: {reason}"))
    for item in left_out:
        console.print(Text.assemble(("left out  ", "magenta" if item.somebody else "yellow"), str(item)), highlight=False)
    for weaker in sorted({row.isolation for row in rows} - {"full"}):
        console.print(Text(f"Isolation of the students' code: {weaker}", "yellow"))
    for remark in remarks:
        console.print(Text(remark), soft_wrap=True)
    whole = [row for row in rows if row.graded]
    mean = points(sum(row.score for row in whole) / len(whole)) if whole else "-"
    most = points(rows[0].max_score) if rows else "-"
    if left_out:
        console.print(
            f"{len(rows) + len(left_out)} seen = {len(whole)} graded + {len(rows) - len(whole)} not graded + {len(left_out)} left out"
        )
    console.print(f"{len(whole)} of {len(rows)} graded, mean {mean} of {most} points, seed {options.seed}, {options.device}")
    console.print(f"Results: {out}/grades.csv, {out}/summary.html, {out}/results/, {out}/feedback/", soft_wrap=True)


def _by_student(rows: list[Graded], options: Options, finals: Mapping[str, FinalMarks], called: Mapping[str, str]) -> Table:
    table = Table("student", box=None, header_style="bold", padding=(0, 1))
    names = [name for name in options.problems if any(name in row.problems for row in rows)]
    for name in names:
        table.add_column(problems()[name].number, justify="right")
    table.add_column("total", justify="right")
    decided = any(final.touched for final in finals.values())
    if decided:
        table.add_column("counts", justify="right")
    table.add_column("remark")
    for row in rows:
        cells = [_cell(row, name) for name in names]
        final = finals[row.student].final if row.student in finals else None
        cells += [points(row.score) if row.graded else "open", *(["open" if final is None else points(final)] if decided else [])]
        table.add_row(Text(one_line(called.get(row.student, row.student))), *cells, Text(note_on(row), "red"))
    return table


def _cell(row: Graded, name: str) -> str:
    score = row.problems[name][0] if name in row.problems else None
    return "open" if score is None else points(score)


def _by_problem(rows: list[Graded], options: Options) -> Table:
    lines = {name: [row.problems[name] for row in rows if name in row.problems] for name in options.problems}
    found = {name: Counter(status for _, _, status in held) for name, held in lines.items() if held}
    shown = [status for status in STATUSES if any(counts[status] for counts in found.values())]
    table = Table("problem", *shown, "mean", box=None, header_style="bold", padding=(0, 1))
    for column in table.columns[1:]:
        column.justify = "right"
    for name, counts in found.items():
        scores = [score for score, _, _ in lines[name] if score is not None]
        mean = f"{points(sum(scores) / len(scores))} of {points(lines[name][0][1])}" if scores else "-"
        table.add_row(
            f"{problems()[name].number} {problems()[name].title}",
            *(str(counts[status] or "") for status in shown),
            mean,
        )
    return table


def said_of_proofs(proofs: Sequence[Proof], idle: Sequence[str]) -> list[str]:
    """What the end of the page says of the graders: that they proved themselves and how long it took, and who could not.

    Args:
        proofs: of each grader that began to work.
        idle: why others took no work, in their words.
    """
    found = []
    if proofs:
        longest, kept = max(proof.seconds for proof in proofs), any(proof.kept for proof in proofs)
        each = f"each of {len(proofs)} graders" if len(proofs) > 1 else "the grader"
        found.append(
            f"Before judging anybody, {each} gave the reference solutions full marks (in {longest:.1f} s{', in an earlier run' if kept else ''})."
        )
    for words in dict.fromkeys(idle):
        found.append(f"{idle.count(words)} of {len(proofs) + len(idle)} graders took no work. {words}")
    return found
