"""What the build writes itself: handout pages, the sheet for answers in words, and the list of files to hand in."""

import hashlib
import json
import re
import traceback
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

from ..course import Part
from ..sandbox.confined.modules import packages_in_words
from ..submission.reader import FILE_LIMIT_BYTES
from .errors import BuildError
from .questions import Question

PAGE = "README.md.j2"
ANSWERS = "answers.md"
EMPTY_ANSWER = "(your answer)"
# A gap as `cut.gap` writes it, for scripts that look for gaps.
GAP_PATTERN = r'raise NotImplementedError\("Task [0-9.]+: [\w.]+ is not written yet"\)'
# The number of a question that gives extra points, in the sheet below.
OPTIONAL_PATTERN = r"(?m)^## (\S+) .* extra points, optional\)$"

ANSWER_SHEET = """\
# Part {{ part.number }}: {{ part.title }}: answers in words

Put your answer in the place of "{{ empty }}" below each question. A few sentences are enough; a person reads them.
{% for question in questions %}
## {{ question.number }} {{ question.title }} ({{ question.points }} {{ "extra points, optional" if question.optional else "points" }})

{{ question.question }}

{{ empty }}
{% endfor %}"""


class Handouts:
    """Renders the pages that stand in one folder of solutions.

    Args:
        solutions: the folder of `README.md.j2` and of the parts.
    """

    def __init__(self, solutions: Path):
        # The pages are Markdown, so nothing is escaped; a name that is not there is an error and not an empty place.
        self.environment = Environment(
            loader=FileSystemLoader(solutions), undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False
        )
        self.environment.globals["may_import"] = packages_in_words()

    def page(self, name: str, **variables: object) -> str:
        """The page of the template `name` (relative to the solutions).

        Raises:
            BuildError: the template is not valid or names something that is not there.
        """
        try:
            text = self.environment.get_template(name).render(**variables)
        except TemplateError as error:
            frames = traceback.extract_tb(error.__traceback__)
            lines = [frame.lineno for frame in frames if frame.filename.endswith(PAGE)]
            line = getattr(error, "lineno", None) or (lines[-1] if lines else "?")
            raise BuildError(f"solutions/{name}, line {line}: {error.message}; correct the template.") from None
        # A block that gives nothing leaves empty lines behind.
        return re.sub(r"\n{3,}", "\n\n", text).rstrip("\n") + "\n"

    def answer_sheet(self, part: Part, questions: list[Question]) -> str:
        """The file in which students answer a part's questions."""
        text = self.environment.from_string(ANSWER_SHEET).render(part=part, questions=questions, empty=EMPTY_ANSWER)
        return text.rstrip("\n") + "\n"


def hand_in_list(parts: tuple[Part, ...], files: dict[str, str]) -> str:
    """What `hand_in.py` has to know, as JSON.

    Args:
        parts: the parts in their order.
        files: every text file that students get, by its path from the assignment's top.
    """
    listed = {
        "gap": GAP_PATTERN,
        "empty_answer": EMPTY_ANSWER,
        "largest_file_bytes": FILE_LIMIT_BYTES,
        "parts": [_hand_in_part(part, files) for part in parts],
    }
    return json.dumps(listed, indent=1) + "\n"


def _hand_in_part(part: Part, files: dict[str, str]) -> dict:
    own = {path.removeprefix(f"{part.id}/"): text for path, text in files.items() if path.startswith(f"{part.id}/")}
    # A task's files with the number of their gaps; optional files with the hash of what comes with the assignment.
    tasks = [
        {
            "number": problem.number,
            "title": problem.title,
            "files": {name: len(re.findall(GAP_PATTERN, own[name])) for name in problem.files},
            "optional_files": {name: _hash(own.get(name)) for name in problem.optional_files},
        }
        for problem in part.problems
    ]
    sheets = {ANSWERS: own[ANSWERS]} if ANSWERS in own else {}
    return {
        "id": part.id,
        "number": part.number,
        "title": part.title,
        "tasks": tasks,
        "answers": {name: sheet.count(f"\n{EMPTY_ANSWER}\n") for name, sheet in sheets.items()},
        "optional_answers": {name: re.findall(OPTIONAL_PATTERN, sheet) for name, sheet in sheets.items()},
        "given": list(part.given),
    }


def _hash(text: str | None) -> str | None:
    return hashlib.sha256(text.encode()).hexdigest() if text is not None else None
