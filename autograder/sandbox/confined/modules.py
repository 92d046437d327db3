"""Import a student's modules by name from their folder, without letting a file of theirs shadow an installed package."""

import importlib
import importlib.machinery
import linecache
import os
import sys
import types
from collections.abc import Sequence

student_root = ""  # the folder of the student's files, once there is one
there_before: set[str] = set()  # names of modules that were imported before anything of the student's


# What students may import besides their own files and the standard library, by the names that the package index has for it. It is stated here
# and nowhere else: handout, message, workflow and every platform follow. More is installed where a class is graded than on Gradescope, and
# an answer must not work on one only.
PACKAGES = {
    "torch": "torch",
    "torchvision": "torchvision",
    "numpy": "numpy",
    "PIL": "Pillow",
    "matplotlib": "matplotlib",
    "tqdm": "tqdm",
}
WITH_THEM = ("mpl_toolkits", "typing_extensions")  # what comes with these
IMPORTING = ("<frozen importlib", os.path.dirname(importlib.__file__))


class _DeclaredFirst:
    """Finds the modules that the course declares in the student's folder, before any installed package of that name.

    Other packages than those that are there everywhere are not found by students' files; packages find each other as always.
    """

    def __init__(self, root: str, declared: set[str], more: set[str]):
        self.root, self.declared = root, declared
        self.there = declared | {*PACKAGES, *WITH_THEM} | more | sys.stdlib_module_names

    def find_spec(self, name: str, path: object = None, target: object = None):
        if name in self.declared:
            return importlib.machinery.PathFinder.find_spec(name, [self.root])
        if "." in name or name in self.there or not self._student_asks():
            return None
        found = importlib.machinery.PathFinder.find_spec(name, [self.root])
        if found is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return found

    def _student_asks(self) -> bool:
        """Whether the import stands in a file of the student's."""
        frame = sys._getframe(2)
        while frame is not None and frame.f_code.co_filename.startswith(IMPORTING):
            frame = frame.f_back  # type: ignore[assignment]
        return frame is not None and frame.f_code.co_filename.startswith(os.path.join(self.root, ""))


def packages_in_words() -> str:
    """What may be imported, as it stands in a sentence."""
    *most, last = PACKAGES.values()
    return f"Python's standard library, {', '.join(most)} and {last}"


def note_modules() -> None:
    """Note which modules were imported before anything of the student's, once: before the forks, or each child would copy their names' pages."""
    if not there_before:
        there_before.update(sys.modules)


def prepare(root: str, declared: list[str], more: Sequence[str] = ()) -> None:
    """Put the student's folder last on the path.

    Args:
        declared: the top-level names that belong to the course.
        more: packages that files there may import besides those that are there everywhere.
    """
    global student_root
    student_root = root
    note_modules()
    sys.dont_write_bytecode = True
    sys.meta_path.insert(0, _DeclaredFirst(root, set(declared), set(more)))
    sys.path.append(root)
    os.chdir(root)


def leave(root: str) -> None:
    """Take back what `prepare` has done, but for the modules that were imported from there; what stood in their files is not kept either."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _DeclaredFirst)]
    sys.path[:] = [folder for folder in sys.path if folder != root]
    for folder in [folder for folder in sys.path_importer_cache if f"{folder}/".startswith(f"{root}/")]:
        del sys.path_importer_cache[folder]
    linecache.clearcache()


def forget(root: str, declared: Sequence[str] = ()) -> None:
    """Forget the modules that were imported from the student's files, and those that no file stands behind.

    Args:
        declared: top-level names of a part that comes next; whatever stands in the place of its modules is forgotten, too.
    """
    for name in [name for name in sys.modules if name not in there_before]:
        module = sys.modules[name]
        about = vars(module) if issubclass(type(module), types.ModuleType) else {}
        places = [about.get("__file__"), *(about.get("__path__") or ())]
        of_theirs = any(type(place) is str and f"{place}/".startswith(f"{root}/") for place in places)
        if of_theirs or about.get("__spec__") is None or name.partition(".")[0] in declared:
            del sys.modules[name]


def resolve(root: str, path: str) -> object:
    """The object behind a dotted path such as `models.line.Line`.

    Raises:
        FileNotFoundError: no module stands at the beginning of the path.
        AttributeError: the module has no such name.
    """
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        stem = os.path.join(root, *parts[:length])
        if os.path.isfile(stem + ".py"):
            found: object = importlib.import_module(".".join(parts[:length]))
            for name in parts[length:]:
                found = _attribute(found, name)
            return found
    raise FileNotFoundError(path)


def _attribute(owner: object, name: str) -> object:
    try:
        return getattr(owner, name)
    except AttributeError:
        if isinstance(owner, types.ModuleType):
            raise NoSuchName(name, public_names(owner)) from None
        raise


class NoSuchName(Exception):
    """A module has no such name; carries the names that it has."""

    def __init__(self, name: str, present: list[str]):
        super().__init__(name)
        self.name, self.present = name, present


def public_names(module: types.ModuleType) -> list[str]:
    """Names that the module's author defined there, for suggesting the nearest right one."""
    own = [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    ]
    return [name[:100] for name in sorted(own)[:50]]
