"""A course's notebook brought up to the kit's: points and texts follow, what somebody has edited or added stays where it is."""

from collections.abc import Mapping

import nbformat
from nbformat.notebooknode import NotebookNode

from ..course import problems
from .as_made import digest, key


def merged(
    kit: NotebookNode, course: NotebookNode, made: Mapping[str, str] | None, take_kit: bool = False, own_points: bool = False
) -> tuple[NotebookNode, list[str], list[str]]:
    """The notebook, what changes in it, and what stays though the kit has something else; a sentence each.

    Args:
        kit: as the kit would write it now.
        course: as it stands in the course.
        made: digests of the texts as the kit has written them, by cell; None where nobody knows.
        take_kit: the kit's text in the place of one that somebody may have edited.
        own_points: the course means its own points, which stay.
    """
    held = {key(cell): cell for cell in course.cells}
    changes: list[str] = []
    kept: list[str] = []
    cells: list[NotebookNode] = []
    for cell in kit.cells:
        name, there = key(cell), held.get(key(cell))
        if there is None:
            if made is not None and name in made and not take_kit:
                kept.append(f"{_called(cell)} was taken out of the notebook and stays out")
            else:
                cells.append(cell)
                changes.append(f"new: {_called(cell)}")
            continue
        cells.append(_one(cell, there, made, take_kit, changes, kept, own_points))
    _put_own(cells, {key(cell) for cell in kit.cells}, course, made, changes, kept)
    found = nbformat.from_dict(course)
    found.cells = cells
    return found, changes, kept


def _one(
    cell: NotebookNode,
    there: NotebookNode,
    made: Mapping[str, str] | None,
    take_kit: bool,
    changes: list[str],
    kept: list[str],
    own_points: bool,
) -> NotebookNode:
    """A cell that is on both sides."""
    name, result = key(cell), nbformat.from_dict(there)
    if there.source != cell.source:
        before = (made or {}).get(name)
        if before == digest(there.source.encode()) or take_kit:
            result.source = cell.source
            changes.append(f"text: {_called(cell)}")
        elif before != digest(cell.source.encode()):
            kept.append(f"the text of {_called(cell)} has been edited, or was made by an earlier kit, and stays")
    if about := cell.metadata.get("nbgrader"):
        was, now = there.metadata.get("nbgrader", {}).get("points"), about.get("points")
        result.metadata["nbgrader"] = about
        if was != now and was is not None and now is not None and own_points:
            result.metadata["nbgrader"] = about | {"points": was}
            kept.append(f"{_called(cell)} is worth {was:g} in this course, {now:g} in the kit")
        elif was != now and now is not None:
            changes.append(f"points: {_called(cell)}, {'none' if was is None else f'{was:g}'} -> {now:g}")
    return result


def _put_own(
    cells: list[NotebookNode],
    ours: set[str],
    course: NotebookNode,
    made: Mapping[str, str] | None,
    changes: list[str],
    kept: list[str],
) -> None:
    """Put what only the course has behind what it stands behind now; a text of the kit's that is gone and was not edited goes."""
    last: str | None = None
    for cell in course.cells:
        name = key(cell)
        if name in ours:
            last = name
            continue
        before = (made or {}).get(name)
        graded = bool(cell.metadata.get("nbgrader", {}).get("grade"))
        if before is not None and before == digest(cell.source.encode()) and not graded:
            changes.append(f"no longer there: {_called(cell)}")
            continue
        if graded:
            kept.append(f"{_called(cell)} is not in the kit any more, and stays with its marks")
        place = next((place for place, other in enumerate(cells, 1) if key(other) == last), 0) if last else 0
        cells.insert(place, cell)
        last = name
    return


def _called(cell: NotebookNode) -> str:
    name = key(cell)
    if name in problems():
        return f"{problems()[name].number} {problems()[name].title}"
    line = next((line.strip("# ").strip() for line in cell.source.splitlines() if line.strip()), "an empty cell")
    return f"{line[:60]!r}"
