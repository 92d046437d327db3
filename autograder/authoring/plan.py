"""What a new problem or part consists of: files to write and files to add to, planned before anything is written."""

import difflib
import importlib.util
import json
import keyword
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..build.handout import PAGE
from ..build.questions import questions
from ..course import Part, parts, tomllib
from ..nbgrader.story import STORY
from . import places

TEMPLATES = Path(__file__).with_name("templates")
CHECKS = "autograder/checks"
# Files of a problem by their templates; paths are formatted with the part and the problem.
FILES = {
    "solution.py.j2": "solutions/{part}/{id}.py",
    "public_check.py.j2": "solutions/{part}/checks/test_{id}.py",
    "hidden_check.py.j2": CHECKS + "/{part}/test_{id}.py",
    "right.py.j2": "tests/plants/{part}/{id}/right_row_by_row.py",
    "mistake.py.j2": "tests/plants/{part}/{id}/mistake_in_place.py",
}


class AuthoringError(ValueError):
    """Something cannot be added; one sentence says why, and what to do. Nothing was written."""


@dataclass
class Plan:
    """New files, and files with something added, by their paths from the course's folder; then what is to be done next."""

    new: dict[str, str] = field(default_factory=dict)
    changed: dict[str, str] = field(default_factory=dict)
    next_steps: str = ""

    def write(self, root: Path) -> None:
        """Write everything.

        Raises:
            AuthoringError: a file is there already; nothing was written.
        """
        if there := [path for path in self.new if (root / path).exists()]:
            raise AuthoringError(f"{there[0]} is there already; choose another id, or remove what is left of the old one.")
        for path, text in (self.new | self.changed).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8", newline="")
        parts.cache_clear()


def new_problem(root: Path, part_id: str, problem_id: str, title: str = "", points: int = 5, lines: str = "about 1 line") -> Plan:
    """A problem in a part that is there.

    Args:
        root: the course's folder.
        title: made of the id where empty.
        points: at least 1.
        lines: how long the solution is, in words.
    Raises:
        AuthoringError: there is no such part, or the id or the points cannot be.
    """
    course = {part.id: part for part in parts(root / "solutions")}
    if part_id not in course:
        near = difflib.get_close_matches(part_id, course, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(course)}; `autograder new part {part_id}` makes one."
        raise AuthoringError(f"There is no part {part_id}; {hint}")
    _expect_free(root, problem_id)
    _expect_sound(title, points, lines)
    part = course[part_id]
    plan, about = Plan(), _about(part, problem_id, title, points, _next_number(root, part), lines)
    _add_problem(plan, about, {name: text for name in _edited(part_id) if (text := _text(root / name)) is not None})
    return plan


def new_part(root: Path, part_id: str, title: str = "", problem_id: str = "", points: int = 5) -> Plan:
    """A part with one problem.

    Args:
        root: the course's folder.
        title: made of the id where empty.
        problem_id: of its first problem; made of the part's id where empty.
        points: of that problem, at least 1.
    Raises:
        AuthoringError: the ids or the points cannot be.
    """
    problem_id = problem_id or f"{part_id}_example"
    for name in (part_id, problem_id):
        _expect_free(root, name)
    _expect_sound(title, points)
    if part_id == problem_id:
        raise AuthoringError(f"{part_id}: a part and its problem are two things; give them two ids.")
    number = max((part.number for part in parts(root / "solutions")), default=0) + 1
    part = Part(part_id, number, title or _as_title(part_id), "One sentence that says what students learn here.", ())
    plan, about = Plan(), _about(part, problem_id, "", points, f"{number}.1")
    made = {name: _rendered(template, about) for name, template in _edited(part_id).items()}
    _add_problem(plan, about, made)
    plan.new |= plan.changed | {f"{CHECKS}/{part_id}/__init__.py": _rendered("checks_init.py.j2", about)}
    plan.changed, plan.next_steps = {}, _rendered("next_part.txt.j2", about) + plan.next_steps
    return plan


def _edited(part_id: str) -> dict[str, str]:
    """The files of a part that know all of its problems, with the templates they come from."""
    return {
        f"solutions/{part_id}/part.toml": "part.toml.j2",
        f"solutions/{part_id}/{PAGE}": "page.md.j2",
        f"{CHECKS}/{part_id}/{STORY}": "story.py.j2",
    }


def _add_problem(plan: Plan, about: dict[str, Any], old: dict[str, str]) -> None:
    part_toml, page, story = _edited(about["part"].id)
    plan.new |= {path.format(part=about["part"].id, id=about["id"]): _rendered(template, about) for template, path in FILES.items()}
    plan.changed[part_toml] = places.with_table(old[part_toml], _rendered("problem.toml.j2", about))
    _expect_only_added(old[part_toml], plan.changed[part_toml], part_toml)
    plan.changed[page] = places.with_section(old.get(page, ""), _rendered("section.md.j2", about))
    if story in old:  # a part without one has a notebook all the same
        plan.changed[story] = places.with_cell(old[story], _rendered("cell.py.j2", about))
    plan.next_steps = _rendered("next_problem.txt.j2", about | {"has_story": story in old})


def _about(part: Part, problem_id: str, title: str, points: int, number: str, lines: str = "about 1 line") -> dict[str, Any]:
    title = title or _as_title(problem_id)
    return {
        "part": part,
        "id": problem_id,
        "title": title,
        "points": points,
        "number": number,
        "lines": lines,
        "quoted": lambda text: json.dumps(text, ensure_ascii=False),
    }  # a JSON string is one of TOML's, too


def _rendered(template: str, about: dict[str, Any]) -> str:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        autoescape=False,
    )
    return environment.get_template(template).render(about)


def _next_number(root: Path, part: Part) -> str:
    """The first number behind those of the part's problems and written questions."""
    used = [problem.number for problem in part.problems] + [question.number for question in questions(root / "solutions" / part.id)]
    return f"{part.number}.{max(int(number.rpartition('.')[2]) for number in used) + 1}"


def _expect_only_added(old: str, new: str, where: str) -> None:
    try:
        before, after = {"problem": []} | tomllib.loads(old), tomllib.loads(new)
    except tomllib.TOMLDecodeError as error:
        raise AuthoringError(f"{where} would not be valid TOML ({error}); choose another title, or correct the file.") from None
    if after | {"problem": after["problem"][:-1]} != before:
        raise AuthoringError(f"{where}: one more problem would change another entry; write `problem` as [[problem]] tables.")


def _expect_sound(title: str, points: int, lines: str = "") -> None:
    if points < 1:
        raise AuthoringError(f"--points {points}: a problem is worth at least 1 point.")
    for name, text in (("title", title), ("lines", lines)):
        if not text.isprintable() or "\\" in text or '"""' in text:
            raise AuthoringError(
                f"--{name} {text!r} would stand in docstrings and comments; leave out line ends, \\ and triple quotes."
            )


def _expect_free(root: Path, name: str) -> None:
    """The id is a name that Python, file systems and this course leave free."""
    if not re.fullmatch("[a-z][a-z0-9]*(_[a-z0-9]+)*", name) or keyword.iskeyword(name):
        raise AuthoringError(
            f"{name!r} cannot name files and functions; use small letters, digits and single _, and no word of Python's own."
        )
    taken = {name for part in parts(root / "solutions") for name in (part.id, *(problem.id for problem in part.problems))}
    if name in taken:
        raise AuthoringError(f"The course has a part or problem {name} already; choose another id.")
    spec = importlib.util.find_spec(name)
    if name in sys.stdlib_module_names or spec is not None and spec.origin and "site-packages" in spec.origin:
        raise AuthoringError(f"{name}.py would hide the module {name}, which Python or a package brings; choose another id.")


def _as_title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _text(path: Path) -> str | None:
    return path.read_bytes().decode("utf-8") if path.is_file() else None
