"""What a student reads of one problem, as a piece of HTML for the cell of that problem in the notebook.

It is rendered from the record alone: the same words as on the kit's own page, nothing of the hidden checks.
"""

from pathlib import Path

from markupsafe import Markup

from ..results.html import environment
from ..results.record import SubmissionResult

TEMPLATES = Path(__file__).with_name("templates")


def problem_page(result: SubmissionResult, name: str, code: list[tuple[str, Markup]] | None = None) -> str:
    """The feedback of one problem.

    Args:
        result: the record.
        name: the problem's id.
        code: the files that were handed in for it, by name, as `own_code.py` shows them.
    """
    first = result.problems[0].problem.id == name
    template = environment(TEMPLATES).get_template("problem.html.j2")
    return template.render(found=result[name], remarks=result.remarks if first else [], code=code or [])
