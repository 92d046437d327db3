"""What every page says of final marks: what was earned, each decision with its reason and name, lateness, and what counts; apart, and in order."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .numbers import points, signed

if TYPE_CHECKING:
    from ..decisions.marks import Adjustment, FinalMarks, PartMarks


@dataclass(frozen=True)
class Line:
    """One line: `kind` is `earned`, `decision`, `late`, `floor` or `counts`; `place` the number of the problem, or the part."""

    kind: str
    place: str
    text: str
    points: str


def lines(final: "FinalMarks | None") -> list[Line]:
    """The lines, from what was earned to what counts; none where nothing was decided and nothing is late."""
    if final is None or not final.touched:
        return []
    most = sum(found.max_score for part in final.parts for found in part.problems)
    said = [Line("earned", "", "Earned", _of(final.earned, most))]
    said += [Line("decision", "", _reason(one.what, one.by, one.date, one.reason), "") for one in final.remarks]
    several = len(final.parts) > 1
    for part in final.parts:
        said += _of_part(part, several)
    ends = "No points: excused" if final.excused else "Counts"
    return [*said, Line("counts", "", ends, "" if final.excused else _of(final.final, final.max_score))]


def _of_part(part: "PartMarks", several: bool) -> list[Line]:
    said, place = [], part.part if several else ""
    for problem in part.problems:
        for one in problem.adjustments:
            shown = signed(one.points) if one.points or one.kind != "excuse" else ""
            what = f"{problem.problem.title}{_about(one, problem.left_out)}"
            said.append(Line(_kind(one.kind), problem.problem.number, _reason(what, one.by, one.date, one.reason), shown))
    said += [
        Line(_kind(one.kind), place, _reason("", one.by, one.date, one.reason), signed(one.points))
        for one in part.adjustments
        if one.kind != "late"
    ]
    if part.late is not None and part.late.is_late:
        words = f"{part.late.words[0].upper()}{part.late.words[1:]}"
        said.append(Line("late", place, words, signed(-part.penalty)))
    return said


def _about(one: "Adjustment", left_out: bool) -> str:
    """What the decision does, after the problem's title."""
    if one.kind == "exempt":
        return f": \u201c{one.what}\u201d does not count as it came out"
    if one.kind == "excuse":
        return " is left out of the sum" if left_out else " is excused, the other problems count for it"
    return ""


def _kind(kind: str) -> str:
    return kind if kind in {"late", "floor"} else "decision"


def _reason(what: str, by: str, date: str, reason: str) -> str:
    name = f"by decision of {by}{f', {date}' if date else ''}: " if by else ""
    return f"{f'{what}, ' if what else ''}{name}{reason}"


def _of(number: float | None, most: float) -> str:
    return "open" if number is None else f"{points(number)} of {points(most)}"
