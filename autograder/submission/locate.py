"""Find the course's parts in a submission, wherever in it the student put them, and say what was chosen among what.

Content decides, not names: the folder counts that holds most of the written files that are asked for, is called like the part, and is
newest. What is then still missing is taken from where else it is, also under the name that a browser or a platform gave it.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from ..course import Part
from .names import natural, stem, without_copy_mark
from .places import FLAT, UNTOUCHED, Place, places
from .shelf import Contents

SAME_TIME_S = 120  # files unpacked or copied together do not tell which is newer
WHY = (
    "it holds more of what is asked for",
    "it holds more of what is asked for",
    "it has the part's name",
    "it is the newest",
    "its name comes last",
)
BELOW = "what lies below it counts as a copy"


class Rank(NamedTuple):
    """How well a folder fits, in the order in which it decides: how far its files are written, how many there are, whether it has the part's
    name, and when its newest file came.
    """

    written: int
    files: int
    named: bool
    time: float


def part_files(contents: Contents, part: Part) -> dict[str, bytes]:
    """The files of one part by their path relative to the part's folder; remarks say where that was not plain.

    Where no file that is asked for stands anywhere, it is the folder named like the part, or the only folder there is.
    """
    found = places(contents, part)
    here = [place for place in found if place.declared in part.files]
    if not here:
        files = _below(contents, _likely(list(contents.files), part))
    else:
        base = _choose(here, contents, part)
        files = _below(contents, base)
        _right_folders(files, part)
        for other in _others(here, base):
            for name, data in _below(contents, other).items():
                files.setdefault(name, data)
    for declared in sorted({place.declared for place in found}):
        _put(declared, [place for place in found if place.declared == declared], base if here else "", files, contents)
    return files


def _choose(here: list[Place], contents: Contents, part: Part) -> str:
    """The folder that counts; a remark says among which it was chosen, and why."""
    ranks = {base: _rank(base, held, contents, part) for base, held in _by_base(here).items()}
    # A copy below the student's own tree does not count (`old/PART` beside the work), nor does an empty tree above the work; the part's
    # own folder is the tree that everybody was given, and no copy of what stands beside it.
    left = {
        base
        for base in ranks
        if not any(
            _above(other, base, contents)
            and ranks[other][:2] >= ranks[base][:2]
            and (ranks[other].named or not _is_the_parts(base, other, part))
            for other in ranks
        )
    }
    equals = set(left)
    best = max(ranks[base][:3] for base in left)
    left = {base for base in left if ranks[base][:3] == best}
    newest = max(ranks[base][3] for base in left)
    left = {base for base in left if ranks[base][3] >= newest - SAME_TIME_S}
    chosen = max(left, key=lambda base: (natural(base), base))
    used = {chosen, *_others(here, chosen)}
    if rivals := sorted(base for base in ranks if base not in used and ranks[base][0]):
        contents.remark(
            f"{part.title} is there {len(rivals) + 1} times, in {_listed([chosen, *rivals])}; "
            f"{_shown(chosen)} was graded: {_why(ranks[chosen], [ranks[base] for base in rivals if base in equals])}.",
            first=True,
        )
    return chosen


def _rank(base: str, held: list[Place], contents: Contents, part: Part) -> Rank:
    """How well a folder fits."""
    best: dict[str, int] = {}
    for place in held:
        best[place.declared] = max(best.get(place.declared, 0), place.state)
    last = without_copy_mark(stem(base.rpartition("/")[2]))
    return Rank(sum(best.values()), len(best), last == part.id.lower(), max(_time(place, contents) for place in held))


def _time(place: Place, contents: Contents) -> float:
    return contents.times.get(place.name, (0.0, 0.0))[0]


def _why(chosen: Rank, rivals: list[Rank]) -> str:
    if not rivals:
        return BELOW
    closest = max(rivals)
    place = next((place for place in range(3) if chosen[place] > closest[place]), 3)
    return WHY[4 if place == 3 and closest[3] >= chosen[3] - SAME_TIME_S else place]


def _above(outer: str, inner: str, contents: Contents) -> bool:
    """Whether a folder stands above another one, both in the same archive."""
    below = outer != inner and (not outer or inner.startswith(f"{outer}/"))
    return below and not any(
        f"{inner}/".startswith(archive) and not f"{outer}/".startswith(archive) for archive in contents.archives
    )


def _is_the_parts(inner: str, outer: str, part: Part) -> bool:
    """Whether a folder is the part's own, directly in the other one."""
    folder, _, name = inner.rpartition("/")
    return folder == outer and without_copy_mark(stem(name)) == part.id.lower()


def _by_base(here: Iterable[Place]) -> dict[str, list[Place]]:
    found = defaultdict(list)
    for place in here:
        found[place.base].append(place)
    return found


def _others(here: list[Place], base: str) -> list[str]:
    """The folders from which something is taken that the chosen one lacks; what helps it there comes along."""
    held = {place.declared for place in here if place.base == base and place.state > UNTOUCHED}
    return sorted({place.base for place in here if place.declared not in held and place.state > UNTOUCHED})


def _put(declared: str, candidates: list[Place], base: str, files: dict[str, bytes], contents: Contents) -> None:
    """Put the best of a file's candidates in its place."""

    def key(place: Place) -> tuple:
        return (
            place.state > UNTOUCHED,
            place.base == base,
            place.state,
            -place.odd,
            *contents.times.get(place.name, (0.0, 0.0)),
            natural(place.name),
        )

    best = max(candidates, key=key)
    files[declared] = contents.files[best.name]
    if best.base != base or best.odd not in (0, FLAT):  # a platform that puts files side by side drops the folders
        rest = f", of {len(candidates)} files of that name" if len(candidates) > 1 else ""
        contents.remark(f"{declared} was taken from {best.name!r}{rest}; call it {declared}.", first=True)


def _right_folders(files: dict[str, bytes], part: Part) -> None:
    """Call folders as the course does where only case differs: what is beside a file has to stay beside it."""
    asked = {folder.lower(): folder for name in part.files if (folder := name.rpartition("/")[0])}
    for name in list(files):
        folder, _, base = name.rpartition("/")
        right = asked.get(folder.lower(), folder)
        if right != folder and f"{right}/{base}" not in files:
            files[f"{right}/{base}"] = files.pop(name)


def _below(contents: Contents, base: str) -> dict[str, bytes]:
    """The files below a folder by their path from there, without those of archives that stand in it."""
    prefix = f"{base}/" if base else ""
    apart = [
        archive
        for archive in contents.archives
        if archive.startswith(prefix) and archive != prefix and not prefix.startswith(archive)
    ]
    return {
        name.removeprefix(prefix): data
        for name, data in contents.files.items()
        if name.startswith(prefix) and not name.startswith(tuple(apart))
    }


def _likely(names: list[str], part: Part) -> str:
    folders = sorted({name.rpartition("/")[0] for name in names}, key=lambda folder: (folder.count("/"), folder))
    named = [folder.split("/") for folder in folders if part.id in folder.split("/")]
    return "/".join(named[0][: named[0].index(part.id) + 1]) if named else _common(names)


def _common(names: list[str]) -> str:
    """The innermost folder that holds everything, but not a folder that the parts themselves have."""
    heads = {name.split("/")[0] for name in names}
    if len(heads) == 1 and all("/" in name for name in names):
        head = heads.pop()
        if head not in ("models", "checks"):
            rest = _common([name.split("/", 1)[1] for name in names])
            return f"{head}/{rest}" if rest else head
    return ""


def _shown(base: str) -> str:
    return repr(base) if base else "the top folder"


def _listed(bases: list[str]) -> str:
    return ", ".join(map(_shown, bases[:4])) + (", ..." if len(bases) > 4 else "")
