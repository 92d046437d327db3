"""Run by root only: make folders that only root can reach visible, become an ordinary user, start bubblewrap.

    as_nobody.py UID SOURCE... -- COMMAND...

The sources are bound below /mnt in a mount namespace of this process, so nothing of it is seen or left outside; every
argument of COMMAND after `--ro-bind` that names a source is replaced by its staged place.
"""

import os
import stat
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from confined import linux  # noqa: E402   the path above has to be there first

STAGE = "/mnt"


def stage(sources: list[str]) -> dict[str, str]:
    """Bind every source below the stage; returns where each one stands now."""
    linux.unshare(linux.CLONE_NEWNS)
    linux.mount("none", "/", "none", linux.MS_REC | linux.MS_PRIVATE)
    opened = {source: os.open(source, os.O_PATH) for source in sources}  # the stage may hide them once it is mounted
    linux.mount("tmpfs", STAGE, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=755")
    places = {}
    for number, source in enumerate(sources):
        place = f"{STAGE}/{number}"
        if stat.S_ISDIR(os.fstat(opened[source]).st_mode):
            os.mkdir(place)
        else:
            os.close(os.open(place, os.O_CREAT))
        linux.mount(f"/proc/self/fd/{opened[source]}", place, "none", linux.MS_BIND | linux.MS_REC)
        os.close(opened[source])
        places[source] = place
    return places


def main(arguments: list[str]) -> None:
    """Stage, give up root, replace this process by the command."""
    middle = arguments.index("--")
    user, places, command = int(arguments[0]), stage(arguments[1:middle]), arguments[middle + 1 :]
    for number, word in enumerate(command[:-1]):
        if word == "--ro-bind":
            command[number + 1] = places.get(command[number + 1], command[number + 1])
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
