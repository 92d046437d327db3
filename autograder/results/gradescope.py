"""The record as Gradescope's `results.json`, which is also the kit's own result file (contract, section 3)."""
import json
import os
import tempfile
from pathlib import Path

from .record import CheckResult, ProblemResult, SubmissionResult


def as_json(result: SubmissionResult) -> dict:
    """The record in Gradescope's layout.

    A problem that could not be graded has the score None, and the output says that the total is not final.
    """
    return {
        "score": result.score,
        "max_score": result.max_score,
        "execution_time": round(result.seconds, 3),
        "output": _output(result),
        "tests": [_test(problem, check) for problem in result.problems for check in problem.checks],
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


def write(result: SubmissionResult, path: Path) -> None:
    """Write the file in one step: it is there completely or not at all."""
    write_atomically(path, json.dumps(as_json(result), indent=1, ensure_ascii=False) + "\n")


def write_atomically(path: Path, text: str) -> None:
    """Replace a file in one step, so that neither a crash nor a full disk leaves half of it."""
    if path.exists() and not path.is_file():        # /dev/stdout must stay what it is
        path.write_text(text, encoding="utf-8")
        return
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.")
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(scratch, 0o644)
        os.replace(scratch, path)
    except BaseException:
        os.unlink(scratch)
        raise


def _output(result: SubmissionResult) -> str:
    lines = [] if result.graded else [
        "Not final: something failed on our side while grading; you lose nothing, and we will grade it again."]
    lines += result.remarks
    if result.isolation != "full":
        lines.append(f"Isolation of the student's code: {result.isolation}")
    return "\n".join(lines)


def _test(problem: ProblemResult, check: CheckResult) -> dict:
    return {
        "number": problem.problem.number,
        "name": f"{problem.problem.title}: {check.title}",
        "score": check.score,
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
