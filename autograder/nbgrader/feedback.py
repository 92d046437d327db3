"""What a student reads of one problem, as a piece of HTML for the cell of that problem in the notebook.

It is rendered from the kept result alone: the same words as on the kit's own page, nothing of the hidden checks.
"""

import itertools
from pathlib import Path
from typing import Any

from ..course import problems
from ..results.html import environment
from ..results.statuses import urgency

TEMPLATES = Path(__file__).with_name("templates")


def problem_page(document: dict, name: str) -> str:
    """The feedback of one problem.

    Args:
        document: a result as in `results.json`.
        name: the problem's id.
    """
    problem, found = problems()[name], document["extra_data"]["problems"][name]
    remarks = document["extra_data"].get("remarks", []) if name == next(iter(document["extra_data"]["problems"])) else []
    return (
        environment(TEMPLATES)
        .get_template("problem.html.j2")
        .render(
            number=problem.number,
            title=problem.title,
            status=found["status"],
            score=found["score"],
            max_score=found["max_score"],
            groups=_groups(document, name, f"{problem.title}: "),
            remarks=remarks,
        )
    )


def _groups(document: dict, name: str, prefix: str) -> list[dict[str, Any]]:
    """The problem's checks, failures first, those together that ended alike for the same reason."""
    checks = [
        {
            "status": test["tags"][2],
            "title": test["name"].removeprefix(prefix),
            "message": test["output"],
            "score": test["score"],
            "max_score": test["max_score"],
        }
        for test in document["tests"]
        if test["tags"][0] == name
    ]
    checks.sort(key=lambda check: urgency(check["status"]))
    grouped = itertools.groupby(checks, key=lambda check: (check["status"], check["message"]))
    return [{"status": status, "message": message, "checks": list(found)} for (status, message), found in grouped]
