"""Pack `autograder.zip` for Gradescope: the kit's grading half, how to set it up, and how to grade one submission.

The platform unpacks it to /autograder/source, runs `setup.sh` once as root while it builds an image, copies
`run_autograder` to /autograder, and runs that for each submission with the student's files in /autograder/submission;
what it then finds in /autograder/results/results.json is the result (gradescope-autograders.readthedocs.io).
"""

import configparser
import re
import zipfile
from pathlib import Path

from ..course import ASSIGNMENT, parts, problems
from ..installation import ONLY_FOR_CLASSES
from ..places import COURSE_ROOT, IS_OWN, KIT_ROOT
from ..submission.reader import CLUTTER

FILES = Path(__file__).with_name("files")
PACKED = (KIT_ROOT, "autograder"), (KIT_ROOT, "data_scripts"), (COURSE_ROOT, "solutions"), (COURSE_ROOT, "autograder/checks")
LEFT_OUT = {
    "authoring",
    "build",
    "classes",
    "decisions",
    "explain",
    "gradebook",
    "nbgrader",
}  # packages of the kit that grading one submission does not need
SUFFIXES = {".py", ".toml", ".j2", ".css", ".json", ".csv", ".cfg", ".npz", ".pt"}
NEVER = (1980, 1, 1, 0, 0, 0)  # the same kit gives the same archive


def write_upload(
    path: Path,
    chosen: tuple[str, ...],
    seed: int | None = None,
    index: str = "",
    visibility: str = "visible",
    leaderboard: bool = False,
) -> None:
    """Write the archive.

    Args:
        path: of the archive.
        chosen: the problems that are graded.
        seed: of the hidden inputs, the same for every submission; when None, each run draws its own and reports it.
        index: address of a package index with builds of torch for processors only, which are much smaller.
        visibility: of the checks, one of `results.gradescope.VISIBILITIES`.
        leaderboard: whether the platform ranks what problems declare for one.
    Raises:
        OSError: the archive cannot be written, or the kit has no setup.cfg.
    """
    scratch = path.with_name(f".{path.name}.part")
    try:
        with zipfile.ZipFile(scratch, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in scripts(chosen, seed, index, visibility, leaderboard).items():
                _add(archive, name, text.encode(), 0o755 if name != "requirements.txt" else 0o644)
            for name, source in sorted(kit_files().items()):
                _add(archive, f"kit/{name}", source.read_bytes(), 0o644)
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def scripts(
    chosen: tuple[str, ...], seed: int | None, index: str, visibility: str = "visible", leaderboard: bool = False
) -> dict[str, str]:
    """The files that the platform itself uses, by name.

    Raises:
        ValueError: the index is not an address, or no chosen problem declares a leaderboard.
    """
    if leaderboard and not any(problems()[name].leaderboard for name in chosen):
        raise ValueError("no chosen problem has a `leaderboard` in its part.toml; write one, or leave --leaderboard out")
    if index and not re.fullmatch(r"https?://[\w.:/~%+-]+", index):
        raise ValueError(f"{index!r} is not the address of a package index")
    options = [f"--problem {name}" for name in chosen] if set(chosen) != set(problems()) else []
    options += [f"--seed {seed}"] if seed is not None else []
    options += [f"--visibility {visibility}"] if visibility != "visible" else []
    options += ["--leaderboard"] if leaderboard else []
    run = (FILES / "run_autograder").read_text(encoding="utf-8").replace("@OPTIONS@", " ".join(options))
    setup = (FILES / "setup.sh").read_text(encoding="utf-8")
    setup = setup.replace("@INDEX@", f"--extra-index-url {index}" if index else "")
    return {"setup.sh": setup, "run_autograder": run, "requirements.txt": "\n".join(requirements()) + "\n"}


def requirements() -> list[str]:
    """What grading needs of the kit's requirements.

    Raises:
        OSError: the kit has no setup.cfg.
    """
    settings = configparser.ConfigParser()
    with open(KIT_ROOT / "setup.cfg", encoding="utf-8") as file:
        settings.read_file(file)
    lines = settings["options"]["install_requires"].split("\n")
    return [line for line in lines if line.strip() and re.split(r"[^\w.-]", line)[0].lower() not in ONLY_FOR_CLASSES]


def kit_files() -> dict[str, Path]:
    """The files of the kit and of the course that go with it, by their names in the kit that is unpacked there."""
    found = {name: KIT_ROOT / name for name in ("setup.cfg", "LICENSE") if (KIT_ROOT / name).is_file()}
    for root, folder in PACKED:
        for path in (root / folder).rglob("*"):
            inside = path.relative_to(root).parts
            left_out = LEFT_OUT | (set() if IS_OWN or root != KIT_ROOT else {"checks"})  # another course brings its own
            unwanted = CLUTTER & set(inside) or inside[0] == "autograder" and inside[1] in left_out
            if path.is_file() and path.suffix in SUFFIXES and not unwanted:
                found["/".join(inside)] = path
    stubs = [f"{one.id}/{name}" for one in parts() for name in one.files]  # one that came back untouched is told from work
    return found | {f"assignment/{name}": ASSIGNMENT / name for name in stubs if (ASSIGNMENT / name).is_file()}


def _add(archive: zipfile.ZipFile, name: str, data: bytes, mode: int) -> None:
    info = zipfile.ZipInfo(name, NEVER)
    info.external_attr = (0o100000 | mode) << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, data)
