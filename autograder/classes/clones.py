"""A folder of clones as GitHub Classroom makes them: `ASSIGNMENT-USER`, each a repository with its `.git`.

`gh classroom clone student-repos` puts them into `ASSIGNMENT-submissions` (github/gh-classroom, `cmd/gh-classroom/clone/student-repos`).
"""

from pathlib import Path

from ..sandbox.plain_text import one_line
from .sorting import Found, Sorting

NAME = "github"
SHARED = 0.75  # of the clones: some users begin with the same word, too
COLLECTED = "-submissions"  # behind the assignment's name, of the folder that holds the clones


def is_clone(path: Path) -> bool:
    """Whether this is a repository; a link may lead anywhere."""
    return path.is_dir() and not path.is_symlink() and (path / ".git").exists()


def are_clones(folder: Path, inside: list[Path], assignment: str) -> bool:
    """Whether most of what is there are clones of one assignment."""
    clones = [path for path in inside if is_clone(path)]
    return 2 * len(clones) > len(inside) and bool(prefix_of(folder, clones, assignment))


def prefix_of(folder: Path, clones: list[Path], assignment: str) -> str:
    """What the names of all clones begin with, up to a hyphen; empty where they have nothing in common.

    Args:
        folder: that holds them.
        clones: at least one.
        assignment: as somebody has named it; empty to find it out.
    """
    likely = [assignment] if assignment else [folder.name.removesuffix(COLLECTED)] if folder.name.endswith(COLLECTED) else []
    for name in likely:
        if sum(path.name.startswith(f"{name}-") for path in clones) * 2 > len(clones):
            return f"{name}-"
    if assignment or len(clones) < 2:
        return ""
    # Not all have to share it: what else is there must not change what students are called.
    heads: dict[str, int] = {}
    for path in clones:
        words = path.name.split("-")
        for length in range(1, len(words)):
            head = "-".join(words[:length]) + "-"
            heads[head] = heads.get(head, 0) + 1
    return max((head for head, count in heads.items() if count >= SHARED * len(clones)), key=len, default="")


def sort_clones(folder: Path, inside: list[Path], assignment: str, sorting: Sorting) -> None:
    """Every clone is its user's; what is none, or of another assignment, is taken as it stands."""
    clones = [path for path in inside if is_clone(path)]
    prefix = prefix_of(folder, clones, assignment) if clones else ""
    for path in inside:
        if path in clones and path.name.startswith(prefix) and path.name != prefix:
            sorting.found.append(Found(path.name.removeprefix(prefix), path, sources=(path,)))
        else:
            sorting.plain(path, " It does not look like GitHub's.")
    if prefix:
        sorting.remark(
            f"Clones of {one_line(prefix[:-1])}: students are called as their repositories without it; --assignment names another."
        )
