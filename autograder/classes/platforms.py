"""Classes as course platforms export them: nbgrader's `submitted` tree, Gradescope, Moodle, Canvas.

The names follow what the platforms write: nbgrader `submitted/STUDENT/ASSIGNMENT/`, Gradescope `submission_ID/` beside
`submission_metadata.yml`, Moodle `Full Name_ID_assignsubmission_file_`, Canvas `name_LATE_USER_ATTACHMENT_file.ext`.
"""

import os
import re
from pathlib import Path

import yaml

from ..sandbox.plain_text import one_line
from ..submission.names import ARCHIVES
from .entries import ClassError, Found, inner, visible

METADATA = "submission_metadata.yml"
MOODLE = re.compile(r"(?P<who>.+_\d+)_assignsubmission_(?P<kind>file|onlinetext)(?:_(?P<file>.*))?", re.DOTALL)
CANVAS = re.compile(r"(?P<who>.+?)(?P<late>_LATE)?_(?P<user>\d+)_(?P<attachment>\d+)_(?P<file>.+)", re.DOTALL)
_RESUBMITTED = re.compile(r"-\d+(?=\.)")  # Canvas numbers the uploads after the first: softmax-2.py


def recognise(folder: Path, inside: list[Path], assignment: str, remarks: list[str]) -> list[Found] | None:
    """The submissions of a platform's export, or None when the folder is no such thing.

    Raises:
        ClassError: it is one, but something in it is wrong.
    """
    if (folder / METADATA).is_file():
        return gradescope(folder, remarks)
    if len(inside) == 1 and (inside[0] / METADATA).is_file():  # unpacked, and the folder around it given
        return gradescope(inside[0], remarks)
    tree = nbgrader_tree(folder, inside, assignment)
    if tree is not None:
        return nbgrader(tree, assignment, remarks)
    if any(MOODLE.fullmatch(path.name) for path in inside):
        return moodle(inside, remarks)
    files = [path for path in inside if path.is_file()]
    if files and sum(bool(CANVAS.fullmatch(path.name)) for path in files) > len(inside) / 2:
        return canvas(files, remarks)
    return None


def nbgrader_tree(folder: Path, inside: list[Path], assignment: str) -> Path | None:
    """The `submitted` folder of an nbgrader course, given that or the course's own folder."""
    if assignment and any(os.path.isdir(path / assignment) for path in inside):
        return folder
    if (folder / "nbgrader_config.py").is_file() and (folder / "submitted").is_dir():
        return folder / "submitted"
    stamped = any(path.is_dir() and next(path.glob("*/timestamp.txt"), None) for path in inside)
    return (
        folder if stamped or (folder.name == "submitted" and (folder.parent / "nbgrader_config.py").is_file()) else None
    )


def nbgrader(tree: Path, assignment: str, remarks: list[str]) -> list[Found]:
    """`submitted/STUDENT/ASSIGNMENT/`; the assignment need not be named when there is only one."""
    everybody = [path for path in visible(tree) if path.is_dir()]
    closed = [path for path in everybody if not os.access(path, os.R_OK | os.X_OK)]  # said when they are to be graded
    students = [path for path in everybody if path not in closed]
    names = sorted({path.name for student in students for path in visible(student) if path.is_dir()})
    if not names:
        raise ClassError(f"{tree} holds no submission; give the folder that holds STUDENT/ASSIGNMENT.")
    if assignment and assignment not in names:
        raise ClassError(f"--assignment {assignment}: nobody has handed that in; {tree} holds {', '.join(names[:5])}.")
    if not assignment and len(names) != 1:
        raise ClassError(
            f"{tree} holds {len(names)} assignments ({', '.join(names[:5])}); say which with --assignment."
        )
    wanted = assignment or names[0]
    remarks += [
        f"{one_line(path.name)} has not handed in {wanted}." for path in students if not (path / wanted).is_dir()
    ]
    found = [path for path in everybody if path in closed or (path / wanted).is_dir()]
    return [Found(path.name, inner(path / wanted, remarks)) for path in found]


def gradescope(folder: Path, remarks: list[str]) -> list[Found]:
    """An export of Gradescope; a group's submission is one entry with several members."""
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # texts only: no tag of the file makes an object
    try:
        table = yaml.load((folder / METADATA).read_text(encoding="utf-8"), Loader=loader)
        rows = {str(name): [_submitter(person) for person in row[":submitters"] or ()] for name, row in table.items()}
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError, KeyError, TypeError) as error:
        raise ClassError(
            f"{folder / METADATA} is not as Gradescope writes it ({type(error).__name__}); export it again."
        ) from None
    found = []
    for name, people in rows.items():
        path = folder / name
        if "/" in name or not path.is_dir() or path.is_symlink():
            remarks.append(
                f"{METADATA} names {one_line(name)}, which is not there; {', '.join(people)} cannot be graded."
            )
        elif not people:
            remarks.append(f"{one_line(name)} belongs to nobody in {METADATA} and was left out.")
        else:
            found.append(Found("+".join(people), inner(path, remarks), members=tuple(people)))
    extra = [path.name for path in visible(folder) if path.is_dir() and path.name not in rows]
    remarks += [f"{one_line(name)} is not in {METADATA} and was left out." for name in extra]
    return found


def _submitter(person: dict) -> str:
    known = [str(person.get(key) or "").strip() for key in (":email", ":sid", ":name")]
    return one_line(next(text for text in (*known, "unknown") if text and text != "null"))


def moodle(inside: list[Path], remarks: list[str]) -> list[Found]:
    """A Moodle download, with a folder a student or with all files side by side."""
    folders: dict[str, Path] = {}
    loose: dict[str, list[tuple[str, Path]]] = {}
    for path in inside:
        match = MOODLE.fullmatch(path.name)
        if not match or path.is_symlink():
            remarks.append(f"{one_line(path.name)} does not look like Moodle's and was left out.")
        elif match["kind"] == "file" and path.is_dir():
            folders[match["who"]] = path
        elif match["kind"] == "file":
            loose.setdefault(match["who"], []).append((match["file"] or path.name, path))
    told = {match["who"] for path in inside if (match := MOODLE.fullmatch(path.name))} - {*folders, *loose}
    remarks += [f"{one_line(who)} has handed in no file, only a text." for who in sorted(told)]
    found = [Found(who, inner(path, remarks)) for who, path in folders.items()]
    return found + [_from_files(who, files) for who, files in loose.items() if who not in folders]


def canvas(files: list[Path], remarks: list[str]) -> list[Found]:
    """A Canvas download: all files side by side; a student's latest archive, or all single files together."""
    held: dict[str, list[tuple[int, str, Path]]] = {}
    late: set[str] = set()
    for path in files:
        match = CANVAS.fullmatch(path.name)
        if not match or path.is_symlink():
            remarks.append(f"{one_line(path.name)} does not look like Canvas's and was left out.")
            continue
        name = _RESUBMITTED.sub("", match["file"], count=1)
        who = f"{match['who']}_{match['user']}"
        held.setdefault(who, []).append((int(match["attachment"]), name, path))
        late |= {who} if match["late"] else set()
    if late:
        remarks.append(f"Late, as Canvas says: {', '.join(one_line(who) for who in sorted(late))}.")
    return [
        _from_files(who, [(name, path) for _, name, path in sorted(rows, key=lambda row: row[0])])
        for who, rows in held.items()
    ]


def _from_files(who: str, files: list[tuple[str, Path]]) -> Found:
    """One student's files, oldest first: the last archive if there is one, else all, later ones for earlier."""
    archives = [path for _, path in files if path.name.lower().endswith(ARCHIVES)]
    if archives:
        return Found(who, archives[-1])
    return Found(who, files[-1][1], loose=tuple(sorted(dict(files).items())))
