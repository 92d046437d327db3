"""The record as Gradescope's `results.json`, with what else other programs may want to know in `extra_data`."""

import json
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..course import problems
from .record import CheckResult, ProblemResult, SubmissionResult
from .statuses import STATUSES

# When students see a check, and in words; what each means: gradescope-autograders.readthedocs.io, "Controlling Test Case Visibility".
VISIBILITIES = {
    "visible": "",
    "after_due_date": "after the due date",
    "after_published": "when grades are published",
    "hidden": "not here",
}

if TYPE_CHECKING:
    from ..decisions.marks import FinalMarks


def as_json(
    result: SubmissionResult,
    final: "FinalMarks | None" = None,
    visibility: str = "visible",
    measures: Mapping[str, float] = MappingProxyType({}),
) -> dict:
    """The record in Gradescope's layout.

    What could not be graded has the score None, and the output says so. As soon as one check is open, neither the whole nor any test has a
    score, from which the platform would make a mark; problems that were judged keep theirs in `extra_data`.
    The scores are what was earned; what was decided stands apart, as `marks` in `extra_data`.

    Args:
        visibility: of the checks, one of `VISIBILITIES`; until they are seen, the output says what was received and what is still to come.
        measures: what checks have measured for the leaderboard, by problem.
    """
    found: dict[str, Any] = {
        "score": result.score if result.graded else None,
        "max_score": result.max_score,
        "execution_time": round(result.seconds, 3),
        "output": _output(result, visibility),
        "tests": [_test(problem, check, result.graded, visibility) for problem in result.problems for check in problem.checks],
        "extra_data": {
            "problems": {problem.problem.id: _problem(problem) for problem in result.problems},
            "seed": result.seed,
            "device": result.device,
            "isolation": result.isolation,
            "versions": result.versions,
            "submission": result.name,
            "remarks": result.remarks,
            "for_teaching_assistants": {p.problem.id: notes for p in result.problems if (notes := _notes(p))},
        },
    }
    if board := _leaderboard(result, measures):
        found["leaderboard"] = board
    if final is not None and final.touched:
        found["extra_data"]["marks"] = _marks(final)
    return found


def text(
    result: SubmissionResult,
    final: "FinalMarks | None" = None,
    visibility: str = "visible",
    measures: Mapping[str, float] = MappingProxyType({}),
) -> str:
    """The file as text."""
    return json.dumps(as_json(result, final, visibility, measures), indent=1, ensure_ascii=False) + "\n"


def _leaderboard(result: SubmissionResult, measures: Mapping[str, float]) -> list[dict]:
    """What problems declare and was measured; nothing of a problem that is not graded."""
    names = {name: problem.leaderboard for name, problem in problems().items() if problem.leaderboard}
    return [
        {"name": names[problem.problem.id], "value": round(measures[problem.problem.id], 4), "order": "desc"}
        for problem in result.problems
        if problem.graded and problem.problem.id in names and math.isfinite(measures.get(problem.problem.id, math.nan))
    ]


def _output(result: SubmissionResult, visibility: str) -> str:
    lines = (
        []
        if result.graded
        else ["Not final: something failed on our side while grading; you lose nothing, and we will grade it again."]
    )
    lines += result.remarks
    if result.isolation != "full":
        lines.append(f"Isolation of the student's code: {result.isolation}")
    if visibility != "visible":
        lines += ["", *_received(result), "", _to_come(result, visibility)]
    return "\n".join(lines)


def _marks(final: "FinalMarks") -> dict:
    return {
        "earned": final.earned,
        "decided": final.decided,
        "penalty": final.penalty,
        "final": final.final,
        "max_score": final.max_score,
        "problems": {name: found.decided for name, found in final.problems.items()},
        "adjustments": [
            {"where": where, "kind": one.kind, "points": one.points, "reason": one.reason, "by": one.by, "date": one.date}
            for where, one in final.adjustments
        ],
    }


def _received(result: SubmissionResult) -> list[str]:
    """What stands in the submission, problem by problem; nothing of it says how good it is."""
    if result.nothing_usable:
        return [result.nothing_usable]
    lines = []
    for problem in result.problems:
        # What is not written, or not there, is no secret to its author; whether it is right is what the checks find out.
        said = [check.message for check in problem.checks if STATUSES[check.status].inherited and not STATUSES[check.status].ours]
        words = said[0].split("\n")[0] if said and len(said) == len(problem.checks) else "received"
        lines.append(f"{problem.problem.number} {problem.problem.title}: {words}")
    return lines


def _to_come(result: SubmissionResult, visibility: str) -> str:
    count = sum(len(problem.checks) for problem in result.problems)
    if visibility == "hidden":
        return f"{count} further checks judge what you handed in; what they find is not shown here."
    return (
        f"{count} further checks judge what you handed in; what they find is shown {VISIBILITIES[visibility]}, and so is the score."
    )


def _test(problem: ProblemResult, check: CheckResult, graded: bool, visibility: str) -> dict:
    return {
        "number": problem.problem.number,
        "name": f"{problem.problem.title}: {check.title}",
        "score": check.score if graded else None,
        "max_score": check.max_score,
        "status": "passed" if check.status == "passed" else "failed",
        "output": check.message,
        "visibility": visibility,
        "tags": [problem.problem.id, check.name, check.status],
    }


def _problem(problem: ProblemResult) -> dict:
    return {"score": problem.score if problem.graded else None, "max_score": problem.max_score, "status": problem.status}


def _notes(problem: ProblemResult) -> dict:
    details = {check.name: check.details for check in problem.checks if check.details}
    return {key: value for key, value in (("printed", problem.printed), ("details", details)) if value}
