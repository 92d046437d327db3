"""Run by root only: become an ordinary user who can read Python and the kit, and run a script.

    as_user.py UID SCRIPT ARGUMENTS...

Where Python or the kit stands in a folder that only root may enter, that folder is replaced by one that everybody may
enter, in a mount namespace of this process alone.
"""

import os
import sys
from pathlib import Path

KIT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(KIT / "autograder" / "sandbox"))

from confined import linux  # noqa: E402   the path above has to be there first

STAGE = "/mnt"


def closed_ancestor(path: Path) -> Path | None:
    """The outermost folder above a path that others may not enter."""
    return next((folder for folder in reversed(path.parents) if not folder.stat().st_mode & 1), None)


def open_up(paths: list[Path]) -> None:
    """Make the paths reachable for everybody, seen by this process and its children only."""
    linux.unshare(linux.CLONE_NEWNS)
    linux.mount("none", "/", "none", linux.MS_REC | linux.MS_PRIVATE)
    linux.mount("tmpfs", STAGE, "tmpfs", 0, "mode=755")
    closed = {path: folder for path in paths if (folder := closed_ancestor(path)) is not None}
    for number, path in enumerate(closed):
        os.mkdir(f"{STAGE}/{number}")
        linux.mount(str(path), f"{STAGE}/{number}", "none", linux.MS_BIND | linux.MS_REC)
    for folder in dict.fromkeys(closed.values()):
        linux.mount("tmpfs", str(folder), "tmpfs", 0, "mode=755")
    for number, path in enumerate(closed):
        path.mkdir(parents=True, exist_ok=True)
        linux.mount(f"{STAGE}/{number}", str(path), "none", linux.MS_BIND | linux.MS_REC)


def main(user: int, command: list[str]) -> None:
    """Become the user and go on as the script."""
    open_up([Path(sys.base_prefix), Path(sys.prefix), KIT])
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    os.execve(sys.executable, [sys.executable, *command], os.environ | {"HOME": "/nonexistent", "USER": "student"})


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
