"""From a stored record, decisions and lateness to final marks: pure functions, the same whatever the order of the decisions.

The rules, in the order in which they are applied:
1. A check exempted with full marks gives all its points; one that is out of the sum gives none, and the rest of its problem is scaled to the
   problem's points. An exempted check never lowers a mark: what would lose points by being left out is left in.
2. An excused problem gives the share of its points that the other problems of its part give, and never less than was earned in it (one that
   was solved better than the others raises that share, too). Where the part has no other problem it is left out of the sum.
3. Points given or taken come after that and are never scaled; they may exceed the problem's points, and no mark falls below 0. A name that
   a part shares with one of its problems means the problem; points in a problem that is left out are left out with it, and said.
4. A penalty for lateness is taken from a part last, and takes no more than there is.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from ..results.record import CheckResult, ProblemResult, SubmissionResult
from ..results.statuses import STATUSES
from .kinds import FULL_MARKS, Choose, Decision, Excuse, Exempt, Extend, Points
from .marks import Adjustment, FinalMarks, Late, PartMarks, ProblemMarks, total

Numbered = tuple[int, Decision]
LEFT_OUT = "left out with its problem"
NO_MARK_BELOW_ZERO = "no mark is below 0"


@dataclass(frozen=True)
class _Base:
    """A problem's points after its checks: None while one is open that nobody has exempted."""

    points: float | None
    made: list[Adjustment]


def final_marks(
    result: SubmissionResult,
    decisions: Sequence[Numbered] = (),
    late: Mapping[str, Late] | None = None,
    student: str = "",
) -> FinalMarks:
    """The final marks of one student.

    Args:
        result: the record that counts.
        decisions: with their numbers; those about others and those withdrawn are passed over.
        late: by part.
        student: who it is, where the record is called otherwise.
    """
    name = student or result.name
    held = [(number, one) for number, one in decisions if one.withdrawn is None and one.concerns(name)]
    held.sort(key=lambda numbered: numbered[0])
    by_part = groupby(result.problems, key=lambda found: found.problem.part)
    parts = tuple(_part(part, list(found), held, (late or {}).get(part)) for part, found in by_part)
    remarks = tuple(_remark(number, one) for number, one in held if isinstance(one, (Choose, Extend)))
    return FinalMarks(name, parts, remarks)


def best_without(sure: Iterable[tuple[float, float]], optional: Iterable[tuple[float, float]]) -> Fraction | None:
    """The best share of points when some of the items may be left out; None where nothing is worth anything.

    Args:
        sure: points and most points of what counts in any case.
        optional: of what may be left out.
    """
    got, most = (sum((_exact(number) for number in numbers), Fraction()) for numbers in zip((0.0, 0.0), *sure))
    kept = sorted(((_exact(one), _exact(other)) for one, other in optional), key=lambda item: item[0] / item[1])
    # Leaving out helps as long as the item lies below the share of the rest, so the best choice leaves out a beginning of this order.
    ways = [kept[left:] for left in range(len(kept) + 1)]
    sums = [(got + sum(one for one, _ in way), most + sum(of for _, of in way)) for way in ways]
    return max((points / of for points, of in sums if of), default=None)


def _part(part: str, results: list[ProblemResult], decisions: list[Numbered], late: Late | None) -> PartMarks:
    bases = {found.problem.id: _exempted(found, decisions) for found in results}
    excused = {one.problem: (number, one) for number, one in reversed(decisions) if isinstance(one, Excuse)}
    share = _share(results, bases, excused)
    problems = tuple(
        _excused(found, bases[found.problem.id], excused[found.problem.id], share, decisions)
        if found.problem.id in excused
        else _problem(found, bases[found.problem.id], decisions)
        for found in results
    )
    whole = [] if part in bases else _given(part, decisions)
    marks = PartMarks(part, problems, tuple(whole), late)
    if marks.decided is not None:
        marks = PartMarks(part, problems, (*whole, *_floor(marks.decided, [])), late)
    if late is None or not late.percent or not marks.decided:
        return marks
    worth = marks.decided if late.of_earned else marks.max_score
    cost = min(marks.decided, round(worth * late.percent / 100, 2))
    return PartMarks(part, problems, (*marks.adjustments, Adjustment("late", -cost, late.reason or late.words)), late)


def _problem(found: ProblemResult, base: _Base, decisions: list[Numbered], excused: bool = False) -> ProblemMarks:
    given = _given(found.problem.id, decisions)
    earned = found.score if found.graded else None
    if base.points is None:
        return ProblemMarks(found.problem, earned, None, (*base.made, *given), excused)
    given += _floor(base.points, given)
    return ProblemMarks(found.problem, earned, total([base.points, *(one.points for one in given)]), (*base.made, *given), excused)


def _excused(
    found: ProblemResult, base: _Base, why: Numbered, share: tuple[Fraction | None, bool], decisions: list[Numbered]
) -> ProblemMarks:
    """An excused problem: the share of the others, never less than what it has; left out where there are no others."""
    reached, has_others = share
    if not has_others:
        lost = [replace(one, points=0.0, reason=f"{one.reason} ({LEFT_OUT})") for one in _given(found.problem.id, decisions)]
        made = (*base.made, _adjusted("excuse", why, 0.0, ""), *lost)
        return ProblemMarks(found.problem, found.score if found.graded else None, None, made, True, True)
    held = _held(found, base)
    points = None if reached is None else max(held, round(float(reached * _exact(found.max_score)), 2))
    gain = 0.0 if points is None else round(points - held, 2)
    return _problem(found, _Base(points, [*base.made, _adjusted("excuse", why, gain, "")]), decisions, excused=True)


def _share(results: list[ProblemResult], bases: Mapping[str, _Base], excused: Container[str]) -> tuple[Fraction | None, bool]:
    """The share that counts for excused problems, None while one of the others is open; and whether there are others."""
    others = [(bases[found.problem.id].points, found.max_score) for found in results if found.problem.id not in excused]
    sure = [(points, most) for points, most in others if points is not None]
    if len(sure) < len(others) or not others:
        return None, bool(others)
    return best_without(
        sure, [(_held(found, bases[found.problem.id]), found.max_score) for found in results if found.problem.id in excused]
    ), True


def _held(found: ProblemResult, base: _Base) -> float:
    """What a problem gives as far as it is graded, with its exempted checks."""
    return total([found.score, *(one.points for one in base.made)]) or 0.0


def _exempted(found: ProblemResult, decisions: list[Numbered]) -> _Base:
    """The problem's points with its exempted checks, and what each decision about a check gives."""
    full: dict[str, Numbered] = {}
    out: dict[str, Numbered] = {}
    for number, one in decisions:
        if isinstance(one, Exempt) and one.problem == found.problem.id:
            (full if one.how == FULL_MARKS else out).setdefault(one.check, (number, one))
    checks = {check.name: check for check in found.checks}
    full = {name: held for name, held in full.items() if name in checks}
    out = {name: held for name, held in out.items() if name in checks and name not in full}
    made = [
        _adjusted("exempt", full[name], gain, checks[name].title)
        for name in full
        if (gain := round(checks[name].max_score - checks[name].score, 2))  # who has the points already reads nothing of it
    ]
    with_full = total([found.score, *(one.points for one in made)]) or 0.0
    points = with_full
    if out:
        points = max(points, _scaled(found, full, out))
        gain = round(points - with_full, 2)
        # Scaling is one step, whichever checks it leaves out: the first of the decisions carries what it gives.
        for place, name in enumerate(out if gain else ()):
            made.append(_adjusted("exempt", out[name], gain if place == 0 else 0.0, checks[name].title))
    open_ = [check.name for check in found.checks if STATUSES[check.status].ours and check.name not in {**full, **out}]
    return _Base(None if open_ or not found.checks else points, made)


def _scaled(found: ProblemResult, full: Mapping[str, Numbered], out: Mapping[str, Numbered]) -> float:
    """The problem's points when checks are out of the sum; all of them where no other is left."""
    sure = [_worth(check, full) for check in found.checks if check.name not in out]
    optional = [(check.score, check.max_score) for check in found.checks if check.name in out and check.max_score]
    if not any(most for _, most in sure):
        return found.max_score
    best = best_without(sure, optional)
    return found.max_score if best is None else round(float(best * _exact(found.max_score)), 2)


def _worth(check: CheckResult, full: Mapping[str, Numbered]) -> tuple[float, float]:
    return (check.max_score if check.name in full else check.score), check.max_score


def _floor(start: float, given: Sequence[Adjustment]) -> list[Adjustment]:
    below = total([start, *(one.points for one in given)]) or 0.0
    return [Adjustment("floor", -below, NO_MARK_BELOW_ZERO)] if below < 0 else []


def _given(where: str, decisions: list[Numbered]) -> list[Adjustment]:
    """The points given or taken in a problem or a part."""
    held = [(number, one) for number, one in decisions if isinstance(one, Points) and one.where == where]
    return [_adjusted("points", (number, one), round(one.points, 2), "") for number, one in held]


def _adjusted(kind: str, numbered: Numbered, points: float, what: str) -> Adjustment:
    number, one = numbered
    return Adjustment(kind, points + 0.0, one.reason, one.by, str(one.date), number, what)


def _remark(number: int, one: Choose | Extend) -> Adjustment:
    return _adjusted("choose" if isinstance(one, Choose) else "extend", (number, one), 0.0, one.words)


def _exact(number: float) -> Fraction:
    return Fraction(round(number * 100), 100)
