"""The record as Gradescope's `results.json`, with what else other programs may want to know in `extra_data`."""

import json
from typing import TYPE_CHECKING, Any

from .record import CheckResult, ProblemResult, SubmissionResult

if TYPE_CHECKING:
    from ..decisions.marks import FinalMarks


def as_json(result: SubmissionResult, final: "FinalMarks | None" = None) -> dict:
    """The record in Gradescope's layout.

    What could not be graded has the score None, and the output says so. As soon as one check is open, neither the whole nor any test has a
    score, from which the platform would make a mark; problems that were judged keep theirs in `extra_data`.
    The scores are what was earned; what was decided stands apart, as `marks` in `extra_data`.
    """
    found: dict[str, Any] = {
        "score": result.score if result.graded else None,
        "max_score": result.max_score,
        "execution_time": round(result.seconds, 3),
        "output": _output(result),
        "tests": [_test(problem, check, result.graded) for problem in result.problems for check in problem.checks],
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
    if final is not None and final.touched:
        found["extra_data"]["marks"] = _marks(final)
    return found


def text(result: SubmissionResult, final: "FinalMarks | None" = None) -> str:
    """The file as text."""
    return json.dumps(as_json(result, final), indent=1, ensure_ascii=False) + "\n"


def _output(result: SubmissionResult) -> str:
    lines = (
        []
        if result.graded
        else ["Not final: something failed on our side while grading; you lose nothing, and we will grade it again."]
    )
    lines += result.remarks
    if result.isolation != "full":
        lines.append(f"Isolation of the student's code: {result.isolation}")
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


def _test(problem: ProblemResult, check: CheckResult, graded: bool) -> dict:
    return {
        "number": problem.problem.number,
        "name": f"{problem.problem.title}: {check.title}",
        "score": check.score if graded else None,
        "max_score": check.max_score,
        "status": "passed" if check.status == "passed" else "failed",
        "output": check.message,
        "visibility": "visible",
        "tags": [problem.problem.id, check.name, check.status],
    }


def _problem(problem: ProblemResult) -> dict:
    return {"score": problem.score if problem.graded else None, "max_score": problem.max_score, "status": problem.status}


def _notes(problem: ProblemResult) -> dict:
    details = {check.name: check.details for check in problem.checks if check.details}
    return {key: value for key, value in (("printed", problem.printed), ("details", details)) if value}
