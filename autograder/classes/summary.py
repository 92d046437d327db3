"""The class on one page, `summary.html`: for the next lecture, and for the eyes of the instructor only.

One self-contained file: no script, nothing fetched, everything a student wrote escaped. The same results give the same
bytes, but for the slowest submissions.
"""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from markupsafe import Markup

from ..course import problems
from ..decisions.said import Said
from ..grading.options import Options
from ..results import html
from ..results.atomic import write_atomically
from ..results.statuses import STATUSES
from . import charts
from .outputs import Graded
from .roll import Absent
from .similarity import Pair, near_identical
from .sorting import LeftOut
from .statistics import Check, ClassStatistics, describe_class

TEMPLATES = Path(__file__).with_name("templates")
PAIRS = "near_identical.json"  # beside the page, so that it can be written again without comparing
SHOWN = 20  # rows of each list
SLOWEST = 5
NAMED = 8  # students named beside a misconception


def write_summary(
    rows: list[Graded],
    submissions: list[tuple[str, Path]],
    options: Options,
    path: Path,
    left_out: Sequence[LeftOut | Absent] = (),
    decided: Said | None = None,
    again: bool = False,
) -> None:
    """Compute and write the page.

    Args:
        rows: one a student, with their records.
        submissions: student and place of each, to be compared with each other.
        options: of the run.
        path: where the page goes.
        left_out: what was seen and not graded.
        decided: what people decided about marks.
        again: take the pairs of near-identical submissions from when the page was written last; nothing was handed in since.
    """
    found = describe_class(rows, options.problems)
    kept = path.with_name(PAIRS)
    pairs = _kept_pairs(kept) if again else near_identical(submissions, options.problems)
    if not again:
        write_atomically(kept, msgspec.json.encode(pairs).decode() + "\n")
    write_atomically(path, page(found, pairs, options, left_out, decided))


def _kept_pairs(kept: Path) -> list[Pair] | str:
    try:
        return msgspec.json.decode(kept.read_bytes(), type=list[Pair] | str)
    except (OSError, msgspec.DecodeError):
        return "Not compared yet; the next `autograder grade` does it."


def page(
    found: ClassStatistics,
    pairs: list | str,
    options: Options,
    left_out: Sequence[LeftOut | Absent] = (),
    decided: Said | None = None,
) -> str:
    """The page as HTML text."""
    pictures = {
        "totals": charts.totals(found),
        "statuses": charts.statuses(found),
        "checks": charts.checks(found.checks),
    }
    by_discrimination = sorted((check for check in found.checks if check.discrimination is not None), key=_by_discrimination)
    return (
        html.environment(TEMPLATES)
        .get_template("summary.html.j2")
        .render(
            found=found,
            columns=[
                column
                for column in dict.fromkeys(status.column for status in STATUSES.values())
                if any(line.columns[column] for line in found.problems)
            ],
            options=options,
            problems=problems(),
            pictures={name: Markup(text) for name, text in pictures.items()},
            separating=by_discrimination[:10],
            backwards=[check for check in reversed(by_discrimination) if (check.discrimination or 0) < 0][:10],
            everybody=[check for check in found.checks if check.passed and check.share == 1],
            nobody=[check for check in found.checks if check.passed and check.share == 0],
            slowest=[
                (row, nearest_limit(row)) for row in sorted(found.rows, key=lambda row: (-row.seconds, row.student))[:SLOWEST]
            ],
            open_rows=[row for row in found.rows if not row.graded],
            pairs=pairs,
            left_out=left_out,
            decided=decided,
            shown=SHOWN,
            named=NAMED,
            style=Markup((html.TEMPLATES / "feedback.css").read_text(encoding="utf-8")),
        )
    )


def nearest_limit(row: Graded) -> str:
    """The problem that used the largest share of the time that its code may take, and how much that is; empty where none ran."""
    used = {found.problem.id: found.used_s for found in row.result.problems}
    limits = {name: problems()[name].limits.problem_s for name, used_s in used.items() if used_s}
    if not limits:
        return ""
    name = max(limits, key=lambda name: used[name] / limits[name])
    return f"{name}, {used[name]:.1f} of {limits[name]:.3g} s"


def _by_discrimination(check: Check) -> tuple:
    return -(check.discrimination or 0), check.problem, check.name
