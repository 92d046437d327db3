"""How a folder of submissions is laid out: one entry a student, or what a course platform exports.

A layout is recognised by more than half of what is there, never by one entry: nobody's file name can make the class look like something
else. What does not fit the layout is taken for a submission of its own where it can be one, and is left out by name where it cannot.
"""

import os
from datetime import datetime
from pathlib import Path

import yaml

from ..sandbox.plain_text import one_line
from . import clones
from .sorting import ClassError, Found, Sorting, is_there, visible
from .times import parse_time
from .uploads import BY_NAMES, Upload, by_person

METADATA = "submission_metadata.yml"
FOLDERS = "folders"  # one folder or archive a student
LAYOUTS = (FOLDERS, "nbgrader", "gradescope", clones.NAME, *BY_NAMES)
IN_WORDS = {
    "moodle": "Moodle's",
    "canvas": "Canvas's",
    "blackboard": "Blackboard's",
    "brightspace": "Brightspace's",
    "autolab": "Autolab's",
}
ABOUT = {"index.html"}  # what Brightspace writes about an export
COURSE = {"source", "release", "autograded", "feedback", "rubrics", "exchange", "formgrader", "downloaded", "__pycache__"}
FEWEST_SHARE = 0.1  # of a class that has handed in an assignment, for it to be one of several


def sort(folder: Path, inside: list[Path], assignment: str, layout: str, sorting: Sorting) -> str:
    """Sort what stands in a folder into submissions and what is left out; the layout's name.

    Args:
        folder: of the class.
        inside: what of it may be submissions.
        assignment: which one, in an nbgrader tree, or of clones.
        layout: its name, or empty to recognise it.
        sorting: where everything is put.
    Raises:
        ClassError: something in it is wrong for everybody.
    """
    if layout in BY_NAMES:
        sort_by_names(layout, inside, sorting)
    elif layout == "gradescope" or not layout and gradescope_folder(folder, inside):
        layout = "gradescope"
        gradescope(gradescope_folder(folder, inside, asked=True) or folder, inside, sorting)
    elif layout == "nbgrader" or not layout and nbgrader_tree(folder, inside, assignment):
        layout = "nbgrader"
        nbgrader(nbgrader_tree(folder, inside, assignment) or folder, folder, inside, assignment, sorting)
    elif layout == clones.NAME or not layout and clones.are_clones(folder, inside, assignment):
        layout = clones.NAME
        clones.sort_clones(folder, inside, assignment, sorting)
    elif not layout and (name := named_layout(inside)):
        layout = name
        sort_by_names(name, inside, sorting)
    else:
        layout = FOLDERS
        for path in inside:
            sorting.plain(path)
    return layout


def named_layout(inside: list[Path]) -> str:
    """The platform whose names most entries have; empty when there is none."""
    entries = [path for path in inside if path.name not in ABOUT]
    counts = {name: sum(parse(path) is not None for path in entries) for name, parse in BY_NAMES.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if 2 * counts[best] > len(entries) else ""


def sort_by_names(layout: str, inside: list[Path], sorting: Sorting) -> None:
    """Submissions of a platform that writes into names whose they are."""
    uploads: list[Upload] = []
    for path in inside:
        readable = not path.is_symlink() and (path.is_file() or path.is_dir())  # to open a pipe would wait for ever
        upload = BY_NAMES[layout](path) if readable else None
        if upload:
            uploads.append(upload)
        elif path.name in ABOUT:
            sorting.aside.append(path)
        else:
            sorting.plain(path, f" It does not look like {IN_WORDS[layout]}.")
    people = by_person(uploads)
    for who, person in people.items():
        if not person.files:
            sorting.nobody_graded(person.paths, who, "has handed in no file, only a text.")
            continue
        note = f"late, as {layout.capitalize()} says" if person.late else ""
        whole = person.whole
        sorting.found.append(
            Found(
                who,
                whole or person.files[-1].path,
                () if whole else person.parts,
                sources=person.paths,
                note=note,
                handed_in=person.handed_in,
                late=person.late,
                attempts=person.attempts,
            )
        )
        if len(attempts := {upload.attempt for upload in person.files}) > 1:
            sorting.remark(
                f"{one_line(who)} has handed in {len(attempts)} times: what holds most of the asked-for files counts, then the newest."
            )
    if late := sorted(who for who, person in people.items() if person.late):
        sorting.remark(f"Late, as {layout.capitalize()} says: {', '.join(one_line(who) for who in late)}.")


def nbgrader_tree(folder: Path, inside: list[Path], assignment: str) -> Path | None:
    """The `submitted` folder of an nbgrader course, given that or the course's own folder."""
    if is_there(folder / "nbgrader_config.py") and (folder / "submitted").is_dir():
        return folder / "submitted"
    if folder.name == "submitted" and is_there(folder.parent / "nbgrader_config.py"):
        return folder
    folders = [path for path in inside if path.is_dir()]
    fitting = [path for path in folders if _is_assignment_holder(path, assignment)]
    return folder if fitting and 2 * len(fitting) > len(inside) else None


def _is_assignment_holder(path: Path, assignment: str) -> bool:
    if assignment:
        return os.path.isdir(path / assignment)
    try:
        return next(path.glob("*/timestamp.txt"), None) is not None
    except OSError:
        return False


def nbgrader(tree: Path, folder: Path, inside: list[Path], assignment: str, sorting: Sorting) -> None:
    """`submitted/STUDENT/ASSIGNMENT/`; the assignment need not be named when there is only one.

    Raises:
        ClassError: there is no such assignment, or it is not clear which.
    """
    if tree != folder:  # the course's own folder was given
        for path in inside:
            if path != tree and path.is_dir() and path.name not in COURSE:
                sorting.leave_out(path, f"stands beside {tree.name} and was left out.")
            elif path != tree:
                sorting.aside.append(path)
        inside = sorting.look_into(tree)
    everybody = [path for path in inside if path.is_dir() and not path.is_symlink()]
    closed = [path for path in everybody if not os.access(path, os.R_OK | os.X_OK)]  # said when they are to be graded
    held = {path: {inner.name for inner in visible(path) if inner.is_dir()} for path in everybody if path not in closed}
    wanted = assignment or _only_assignment(tree, held, sorting)
    if assignment and not any(assignment in names for names in held.values()):
        others = sorted(set().union(*held.values()))
        if not others:
            raise ClassError(f"{tree} holds no submission; give the folder that holds STUDENT/ASSIGNMENT.")
        raise ClassError(f"--assignment {assignment}: nobody has handed that in; {tree} holds {', '.join(others[:5])}.")
    for path in inside:
        if path in closed or wanted in held.get(path, ()):
            sorting.found.append(Found(path.name, path / wanted, sources=(path,), handed_in=_timestamp(path / wanted)))
        elif path in held:
            sorting.leave_out(path, f"has not handed in {wanted}.", somebody=not _holds_assignments(path))
        else:
            sorting.plain(path, f" It is no folder of a student with {wanted} in it.")


def _timestamp(folder: Path) -> datetime | None:
    """When nbgrader collected a submission's hand-in, as it wrote beside it."""
    if not is_there(folder / "timestamp.txt"):
        return None
    try:
        with open(folder / "timestamp.txt", encoding="utf-8") as file:
            return parse_time(file.read(100))
    except (OSError, UnicodeDecodeError):
        return None


def _holds_assignments(path: Path) -> bool:
    """Whether a student's folder holds nothing but other assignments, or nothing at all."""
    return all(inner.is_dir() for inner in visible(path))


def _only_assignment(tree: Path, held: dict[Path, set[str]], sorting: Sorting) -> str:
    """The one assignment that the class has handed in; a folder that one student or hardly anybody has is none.

    Raises:
        ClassError: there are several, or none.
    """
    counts: dict[str, int] = {}
    for names in held.values():
        for name in names:
            counts[name] = counts.get(name, 0) + 1
    if not counts:
        raise ClassError(f"{tree} holds no submission; give the folder that holds STUDENT/ASSIGNMENT.")
    usual = sorted(name for name, count in counts.items() if count > max(1, FEWEST_SHARE * len(held)))
    usual = usual or sorted(counts)
    if len(usual) != 1:
        raise ClassError(f"{tree} holds {len(usual)} assignments ({', '.join(usual[:5])}); say which with --assignment.")
    for name in sorted(counts.keys() - set(usual)):
        sorting.remark(
            f"{one_line(name)}, which {counts[name]} of {len(held)} hold, is not taken for an assignment; --assignment names one."
        )
    return usual[0]


def gradescope_folder(folder: Path, inside: list[Path], asked: bool = False) -> Path | None:
    """The folder of a Gradescope export: the one given, or the only one in it.

    Most of its folders have to be called as Gradescope calls submissions, unless the layout was named.
    """
    for place in (folder, *(inside if len(inside) == 1 and inside[0].is_dir() else ())):
        if is_there(place / METADATA):
            folders = [path for path in visible(place) if path.is_dir()]
            if asked or 2 * sum(path.name.startswith("submission_") for path in folders) >= len(folders):
                return place
    return None


def gradescope(place: Path, inside: list[Path], sorting: Sorting) -> None:
    """An export of Gradescope; a group's submission is one entry with several members.

    Raises:
        ClassError: the metadata file is not as Gradescope writes it.
    """
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # texts only: no tag of the file makes an object
    try:
        table = yaml.load((place / METADATA).read_text(encoding="utf-8"), Loader=loader)
        rows = {str(name): [_submitter(person) for person in row[":submitters"] or ()] for name, row in table.items()}
        times = {str(name): parse_time(str(row.get(":created_at") or "")) for name, row in table.items()}
    except (OSError, yaml.YAMLError, UnicodeDecodeError, AttributeError, KeyError, TypeError) as error:
        raise ClassError(f"{place / METADATA} is not as Gradescope writes it ({type(error).__name__}); export it again.") from None
    if inside != [path for path in inside if path.parent == place]:
        inside = sorting.look_into(place)
    by_name = {path.name: path for path in inside}
    for name, people in rows.items():
        path = by_name.get(name)
        if path is None or not path.is_dir() or path.is_symlink():
            why = f"cannot be graded: {METADATA} names {one_line(name)}, which is not there."
            sorting.nobody_graded(() if path is None else (path,), ", ".join(people) or one_line(name), why)
        elif not people:
            sorting.leave_out(path, f"belongs to nobody in {METADATA} and was left out.")
        else:
            found = Found("+".join(people), path, members=tuple(people), sources=(path,), handed_in=times[name])
            sorting.found.append(found)
    for path in inside:
        if path.name not in rows and path.name != METADATA:
            sorting.leave_out(path, f"is not in {METADATA} and was left out.", somebody=path.is_dir())
    if METADATA in by_name:
        sorting.aside.append(by_name[METADATA])


def _submitter(person: dict) -> str:
    known = [str(person.get(key) or "").strip() for key in (":email", ":sid", ":name")]
    return one_line(next(text for text in (*known, "unknown") if text and text != "null"))
