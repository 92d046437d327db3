"""Find the course's parts in a submission, wherever in it the student put them."""
from ..course import Part
from .reader import Contents


def part_files(contents: Contents, part: Part) -> dict[str, bytes]:
    """The files of one part by their path relative to the part's folder.

    The folder is the one below which most of the declared files stand: the whole tree, the part alone, or either of them
    some levels deeper. Where none stands, it is the folder named like the part, or the only folder there is.
    """
    base = _base(list(contents.files), part)
    prefix = f"{base}/" if base else ""
    return {name.removeprefix(prefix): data for name, data in contents.files.items() if name.startswith(prefix)}


def _base(names: list[str], part: Part) -> str:
    votes: dict[str, int] = {}
    for name in names:
        for declared in part.files:
            if name == declared or name.endswith("/" + declared):
                base = name[: len(name) - len(declared)].rstrip("/")
                votes[base] = votes.get(base, 0) + 1
    if votes:
        # A complete copy in a subfolder must not win over the student's own tree above it.
        return min(votes, key=lambda base: (-votes[base], base.count("/"), len(base), base))
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
