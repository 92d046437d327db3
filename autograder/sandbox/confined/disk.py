"""The files that a child has: those of the submission's part, written by the kit, and a place for temporary ones.

What a problem's code writes must not be there for the next one: a file beside its own, a cache, pictures that a check has made.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator, Sequence

HOME = "/submission"  # a place of its own: whatever the machine keeps at common names stays visible or hidden as it was
FOLDER = "student"  # below the home; texts that show a file's place are the same in every child


class Disk:
    """Remembers the files of a child before anything of the student's runs in it.

    Args:
        root: the folder of the student's files, in the child's home.
        more: other places that only this child can write to.
    """

    def __init__(self, root: str, more: Sequence[str] = ()):
        self.home, self.more = os.path.dirname(root), more
        self.found = list(self.seen())

    def clear_temporary(self) -> None:
        """Remove what lies in the folder for temporary files; a fresh child finds nothing there."""
        with os.scandir(temporary(self.home)) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    shutil.rmtree(entry.path)
                else:
                    os.unlink(entry.path)

    def changed(self) -> bool:
        """Whether a file has come, gone or been written since."""
        return list(self.seen()) != self.found

    def seen(self) -> Iterator[tuple]:
        """Each file with what shows that it was written; the temporary ones are not looked at one by one."""
        for folder in (self.home, *self.more):
            yield from _entries(folder, aside=temporary(self.home))


def _entries(folder: str, aside: str) -> Iterator[tuple]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            about = entry.stat(follow_symlinks=False)
            if not entry.is_dir(follow_symlinks=False):
                yield entry.path, about.st_mode, about.st_size, about.st_ino, about.st_ctime_ns
                continue
            yield entry.path, about.st_mode
            if entry.path != aside:
                yield from _entries(entry.path, aside)


def temporary(home: str) -> str:
    """The folder for temporary files in a child's home."""
    return os.path.join(home, "tmp")


def write_files(home: str, files: dict) -> str:
    """Write the submission's files below the child's home, in place of any others; their names were vetted by the grading process."""
    root = os.path.join(home, FOLDER)
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(root)
    os.makedirs(temporary(home), exist_ok=True)
    os.makedirs(root)
    for name, content in files.items():
        path = os.path.join(root, *name.split("/"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
    return root
