"""Run by root only: make folders that only root can reach visible, become an ordinary user, start bubblewrap.

    as_nobody.py UID SOURCE... --own FOLDER... -- COMMAND...

The sources are bound below /mnt in a mount namespace of this process, so nothing of it is seen or left outside; every
argument of COMMAND after `--ro-bind` that names a source is replaced by its staged place. The kit's own folders are copied
there instead, readable for all: a kit whose files only root may read (as on Gradescope) stays so, and its few files that
students' code may see can still be bound by an ordinary user.
"""

import os
import shutil
import stat
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from confined import linux  # noqa: E402   the path above has to be there first

STAGE = "/mnt"


def stage(sources: list[str], own: list[str]) -> dict[str, str]:
    """Bind every source below the stage and copy the kit's own folders there; returns where each one stands now."""
    linux.unshare(linux.CLONE_NEWNS)
    linux.mount("none", "/", "none", linux.MS_REC | linux.MS_PRIVATE)
    # The stage may hide them once it is mounted.
    opened = {source: os.open(source, os.O_PATH) for source in [*sources, *own]}
    linux.mount("tmpfs", STAGE, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=755")
    places = {source: f"{STAGE}/{number}" for number, source in enumerate([*sources, *own])}
    for source, place in places.items():
        here = f"/proc/self/fd/{opened[source]}"
        if source in own:
            copy_readable(here, place)
        else:
            if stat.S_ISDIR(os.fstat(opened[source]).st_mode):
                os.mkdir(place)
            else:
                os.close(os.open(place, os.O_CREAT))
            linux.mount(here, place, "none", linux.MS_BIND | linux.MS_REC)
        os.close(opened[source])
    return places


def copy_readable(folder: str, place: str) -> None:
    """Copy a folder so that everybody can read it, whatever its modes and the umask are."""
    shutil.copytree(folder, place, copy_function=shutil.copyfile)
    for here, _, files in os.walk(place):
        os.chmod(here, 0o755)
        for name in files:
            os.chmod(os.path.join(here, name), 0o644)


def main(arguments: list[str]) -> None:
    """Stage, give up root, replace this process by the command."""
    first, middle = arguments.index("--own"), arguments.index("--")
    places, command = stage(arguments[1:first], arguments[first + 1 : middle]), arguments[middle + 1 :]
    user = int(arguments[0])
    for number, word in enumerate(command[:-1]):
        if word == "--ro-bind":
            command[number + 1] = places.get(command[number + 1], command[number + 1])
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
