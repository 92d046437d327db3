"""Makes a course directory of nbgrader's from the kit: configuration, one assignment a part, gradebook, roster."""

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat

from ..build.tree import planned
from ..course import Part, parts
from .as_made import as_made, write_made
from .gradebook import enter_course, expect_gradebook
from .notebook import build_notebook
from .rubrics import rubric_page
from .story import BOXES
from .students import read_students

CONFIG = "nbgrader_config.py"
LEFT_OUT = {"answers.md"}  # the notebook asks the questions
HAND_IN = """\
## Hand in

Save your files and this part's notebook, `{part}.ipynb`, then run

```
nbgrader submit {part}
```

in the folder above, or press *Submit* in the assignment list of JupyterLab. You may hand in as often as you like before the
deadline; the last one counts. Your marks come from your files: whether the notebook has been run, or runs at all, makes no difference.
"""
TEMPLATE = '''\
"""nbgrader's configuration of this course, written by `autograder nbgrader init`; edit it as you like."""
from autograder.nbgrader.configure import configure

c = get_config()                                    # noqa: F821
c.CourseDirectory.course_id = {course_id!r}
{lines}
# Marks come from the kit's harness, whatever a student's notebook prints.
configure(c)
# Run the students' notebooks, confined, so that their output can be seen while grading by hand. No mark depends on it.
c.RunConfined.run_notebooks = False
'''


class CourseExists(ValueError):
    """The course directory cannot be made here; the message says why and what helps."""


@dataclass(frozen=True)
class CoursePlan:
    """What to make."""

    root: Path
    course_id: str
    parts: tuple[str, ...] = ()  # all when empty
    problems: tuple[str, ...] = ()  # all of the parts when empty
    roster: Path | None = None
    db_url: str = ""  # nbgrader's own default when empty
    exchange: Path | None = None  # nbgrader's own default when None

    def chosen(self) -> list[Part]:
        """The parts that this course gives."""
        return [
            part
            for part in parts()
            if (not self.parts or part.id in self.parts)
            and (not self.problems or any(problem.id in self.problems for problem in part.problems))
        ]


def initialise(plan: CoursePlan) -> list[str]:
    """Make the course directory; the names of its assignments.

    Raises:
        CourseExists: there is a course or something else already.
        GradebookError, RosterError, StoryError, BuildError: a source is wrong; nothing has been made.
        OSError: it cannot be written.
    """
    if (plan.root / CONFIG).exists() or (plan.root / "source").exists():
        raise CourseExists(f"{plan.root} holds a course already; choose another folder, or remove its {CONFIG} and source/.")
    if plan.db_url:
        expect_gradebook(plan.db_url)
    students = read_students(plan.roster) if plan.roster else {}
    files = planned()
    notebooks = {part.id: build_notebook(part, plan.problems) for part in plan.chosen()}
    rubrics = {part.id: rubric_page(part) for part in plan.chosen()}
    made = {}
    for part_id, notebook in notebooks.items():
        folder, own = plan.root / "source" / part_id, source_files(part_id, files)
        for name, content in own.items():
            _write(folder / name, content)
        nbformat.write(notebook, folder / f"{part_id}.ipynb")
        made[part_id] = as_made(own, notebook, not plan.problems)
    for part_id, page in rubrics.items():
        if page:
            _write(plan.root / "rubrics" / f"{part_id}.md", page.encode())
    _write(plan.root / CONFIG, _configuration(plan).encode())
    write_made(plan.root, made)
    enter_course(plan.root, list(notebooks), students)
    return list(notebooks)


def source_files(part_id: str, files: dict[str, bytes]) -> dict[str, bytes]:
    """The part as students get it, by path in its folder: stubs, public checks, handout, and what its `train.py` imports.

    Args:
        part_id: of the part.
        files: the whole assignment, as it is built.
    """
    others = {part.id for part in parts()} - {part_id}
    found = {BOXES.name: BOXES.read_bytes()}
    for name, content in files.items():
        own = name.removeprefix(f"{part_id}/")
        # What the parts share lies beside them elsewhere; here students fetch one part at a time.
        shared = "/" in name and name.partition("/")[0] not in others and not name.startswith(".")
        if own == name and not shared or own in LEFT_OUT:
            continue
        found[own] = for_nbgrader(content.decode(), part_id).encode() if own == "README.md" else content
    return found


def for_nbgrader(page: str, part_id: str) -> str:
    """The part's handout with nbgrader's way of handing in."""
    page = page.replace("`answers.md`", f"`{part_id}.ipynb`")
    return re.sub(r"^## Hand in\n.*?(?=^## |\Z)", HAND_IN.format(part=part_id), page, flags=re.MULTILINE | re.DOTALL)


def _configuration(plan: CoursePlan) -> str:
    lines = []
    if plan.db_url:
        lines.append(f"c.CourseDirectory.db_url = {plan.db_url!r}")
    if plan.exchange:
        lines.append(f"c.Exchange.root = {str(plan.exchange.absolute())!r}")
    return TEMPLATE.format(course_id=plan.course_id, lines="\n".join(lines))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
