"""The whole assignment: planned in memory, then compared with the folder or written to it.

Nothing is written before everything is cut and rendered, so an error leaves the old assignment as it is.
"""

import fnmatch
import os
import tempfile
from pathlib import Path, PurePosixPath

from ..course import ASSIGNMENT, SOLUTIONS, CourseError, Part, parts, tomllib
from .cut import cut
from .errors import BuildError
from .handout import ANSWERS, PAGE, Handouts, hand_in_list
from .markers import has_marker
from .questions import questions
from .workflow import PLACE, workflow

HAND_IN = "hand_in.py"
HAND_IN_LIST = "hand_in.json"
CHECKS_CONFTEST = "checks/conftest.py"
CHECKS_CONFTEST_SOURCE = Path(__file__).with_name("templates") / "checks_conftest.py"
IGNORED_BY_GIT = ".gitignore"
IGNORED_BY_GIT_SOURCE = Path(__file__).with_name("templates") / "gitignore"
HIDDEN = (PLACE, IGNORED_BY_GIT)  # what the build itself writes under a name with a leading dot
COURSE = "course.toml"  # names packages that the scripts of all parts import, some beside the solutions, and files for all parts
# For instructors only.
KEPT_BACK = ("part.toml", "written.toml", "*.j2", CHECKS_CONFTEST)
# What programs leave behind: never given away, and never removed where a student or a test has it.
CLUTTER = (".*", "__pycache__", "*.pyc", "*.pt", "*~", "data", "runs", "out", "hand_in.zip")


def planned(solutions: Path = SOLUTIONS) -> dict[str, bytes]:
    """Every file of the assignment by its path.

    Raises:
        BuildError: something in the solutions is wrong; names everything found.
    """
    try:
        course = parts(solutions)
    except BuildError:
        raise
    except CourseError as error:
        raise BuildError(str(error)) from None
    if not course:
        raise BuildError(f"{solutions} holds no part; a part is a folder with a part.toml.")
    files: dict[str, bytes | str] = {}
    errors: list[BuildError] = []
    handouts = Handouts(solutions)
    for part in course:
        errors += _plan_part(part, solutions / part.id, handouts, files)
    if errors:
        raise BuildError.joined(errors)
    if (solutions / PAGE).is_file():
        asked = {part.id: questions(solutions / part.id) for part in course}
        counted = {part: [question.points for question in rows if not question.optional] for part, rows in asked.items()}
        files[PAGE.removesuffix(".j2")] = handouts.page(
            PAGE,
            parts=course,
            n_questions=sum(map(len, counted.values())),
            words={part: sum(row) for part, row in counted.items()},
            extra=sum(question.points for rows in asked.values() for question in rows if question.optional),
        )
    if (solutions / HAND_IN).is_file():
        files[HAND_IN] = _content(solutions / HAND_IN)
    files |= _packages(solutions) | _for_all_parts(solutions)
    files[PLACE] = workflow(course, _table(solutions).get("requirements", []))
    files[IGNORED_BY_GIT] = _content(IGNORED_BY_GIT_SOURCE)
    files[HAND_IN_LIST] = hand_in_list(course, {path: text for path, text in files.items() if isinstance(text, str)})
    return {path: text.encode() if isinstance(text, str) else text for path, text in sorted(files.items())}


def build(solutions: Path = SOLUTIONS, assignment: Path = ASSIGNMENT) -> list[str]:
    """Cut the assignment; the paths of the files that were written or removed.

    Raises:
        BuildError: something is wrong; the assignment stays as it was.
    """
    plan = planned(solutions)
    old = _present(assignment)
    if old and HAND_IN_LIST not in old:
        raise BuildError(
            f"{assignment} holds files, but no {HAND_IN_LIST}, so it was not built from solutions; "
            "name an empty folder or remove it."
        )
    changed = _differing(plan, old)
    for path in changed:
        if path in plan:
            _write(assignment / path, plan[path])
        else:
            _remove(assignment / path, assignment)
    return changed


def stale(solutions: Path = SOLUTIONS, assignment: Path = ASSIGNMENT) -> list[str]:
    """The paths of the files that `build` would write or remove; nothing is changed.

    Raises:
        BuildError: something in the solutions is wrong.
    """
    return _differing(planned(solutions), _present(assignment))


def _table(solutions: Path) -> dict:
    """What the course says of all its parts together."""
    path = solutions / COURSE
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _packages(solutions: Path) -> dict[str, bytes | str]:
    """The files of the packages that students get, by their paths from the assignment's top."""
    names = _table(solutions).get("packages", [])
    folders = {name: place / name for name in names for place in (solutions.parent, solutions) if (place / name).is_dir()}
    if missing := [name for name in names if name not in folders]:
        raise BuildError(f"solutions/{COURSE} names the package {missing[0]}, which is not there; write it or correct the name.")
    return {f"{name}/{path}": content for name, folder in folders.items() for path, content in _contents(folder).items()}


def _for_all_parts(solutions: Path) -> dict[str, bytes | str]:
    """The files that students get beside the parts, as they are."""
    names = _table(solutions).get("files", [])
    if missing := [name for name in names if not (solutions / name).is_file()]:
        raise BuildError(f"solutions/{COURSE} names the file {missing[0]}, which is not there; write it or correct the name.")
    return {name: _content(solutions / name) for name in names}


def _plan_part(part: Part, folder: Path, handouts: Handouts, files: dict[str, bytes | str]) -> list[BuildError]:
    """Add the files of one part to `files`; the errors found in them."""
    errors: list[BuildError] = []
    own: dict[str, bytes | str] = {CHECKS_CONFTEST: _content(CHECKS_CONFTEST_SOURCE)}
    for path, content in _contents(folder).items():
        try:
            if not _excluded(path, part.exclude):
                own[path] = _for_students(part, path, content)
            elif path in part.files:
                raise BuildError(
                    f"solutions/{part.id}/part.toml excludes {path}, which a problem declares; remove it from one of both."
                )
        except BuildError as error:
            errors.append(error)
    for problem in part.problems:
        check = problem.check.split()[-1]
        if not (folder / check).is_file():
            errors.append(BuildError(f"solutions/{part.id}: problem {problem.id} has no {check}; write its checks."))
    try:
        _add_pages(part, folder, handouts, own)
    except BuildError as error:
        errors.append(error)
    files |= {f"{part.id}/{path}": content for path, content in own.items()}
    return errors


def _add_pages(part: Part, folder: Path, handouts: Handouts, own: dict[str, bytes | str]) -> None:
    """Add what is rendered for one part to its files: the sheet for answers, and the handout."""
    asked = questions(folder)
    if asked:
        own[ANSWERS] = handouts.answer_sheet(part, asked)
    if (folder / PAGE).is_file():
        page = handouts.page(f"{part.id}/{PAGE}", part=part, questions=asked, given=sorted(own))
        own[PAGE.removesuffix(".j2")] = page


def _for_students(part: Part, path: str, content: bytes | str) -> bytes | str:
    """A file with its solutions cut out."""
    where = f"solutions/{part.id}/{path}"
    owners = [problem for problem in part.problems if path in problem.files]
    if path.endswith(".py"):
        if isinstance(content, bytes):
            raise BuildError(f"{where} is not UTF-8 text; save it as UTF-8.")
        return cut(content, where, {problem.number: problem for problem in part.problems}, owners)
    if has_marker(content if isinstance(content, str) else content.decode("latin-1")):
        raise BuildError(f"{where} holds a solution marker, but only .py files are cut; move the code into a .py file.")
    return content


def _contents(folder: Path) -> dict[str, bytes | str]:
    """The files below a folder that are not for instructors only and not left behind by programs."""
    paths = {path: path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return {
        name: _content(path)
        for path, name in sorted(paths.items(), key=lambda item: item[1])
        if not _excluded(name, KEPT_BACK) and not _is_clutter(name)
    }


def _content(path: Path) -> bytes | str:
    """A text with LF at the ends of its lines, or the bytes of anything else."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return data
    return data if "\0" in text else text.replace("\r\n", "\n")


def _excluded(path: str, patterns: tuple[str, ...]) -> bool:
    """Whether a path, or its last name, is one of the patterns."""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns for name in (path, PurePosixPath(path).name))


def _is_clutter(path: str) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for name in PurePosixPath(path).parts for pattern in CLUTTER)


def _present(assignment: Path) -> dict[str, bytes]:
    """The files that are in the assignment's folder now."""
    if not assignment.is_dir():
        return {}
    paths = {path.relative_to(assignment).as_posix(): path for path in assignment.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in paths.items() if name in HIDDEN or not _is_clutter(name)}


def _differing(plan: dict[str, bytes], old: dict[str, bytes]) -> list[str]:
    return sorted(path for path in plan.keys() | old.keys() if plan.get(path) != old.get(path))


def _write(path: Path, data: bytes) -> None:
    """Write a file so that it is either the old or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".build-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        os.chmod(name, 0o644)  # mkstemp makes files for the owner alone
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _remove(path: Path, top: Path) -> None:
    """Remove a file and the folders that it leaves empty."""
    path.unlink()
    for folder in path.parents:
        if folder == top or any(folder.iterdir()):
            return
        folder.rmdir()
