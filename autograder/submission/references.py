"""Which of a part's files the code in some of them may reach, by what it says: imports, names in texts, and looking around.

For one question only: whether what a problem was graded with is still the same when another file has changed. No mark is computed from it. The
answer may be too many files and costs time then. Too few it is where code goes out of its way to hide what it reads; SECURITY.md says why that
gains nothing. Nothing is imported or evaluated.
"""

import ast
import functools
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

LONGEST_BYTES = 200_000  # of a file that is looked through
WORD = re.compile(r"\w+")
# Whoever uses these finds files whose names nobody has to write down.
BY_ANY_NAME = {"exec", "eval", "compile", "__import__"}  # as functions of Python's own; `model.eval()` is another matter
MODULES_BY_ANY_NAME = {"importlib", "pkgutil", "runpy", "imp", "zipimport", "linecache"}
LISTING = {"listdir", "scandir", "walk", "fwalk", "iterdir", "glob", "iglob", "rglob"}
HERE = {
    "__file__",
    "__path__",
    "getcwd",
    "getcwdb",
    "cwd",
    "fwalk",
}  # a listing with one of these may be one of the student's own folder
HERE_TEXTS = (".", "*", "[", "?")


@dataclass(frozen=True)
class Said:
    """What one file says of others: dotted paths that it imports, words in its texts, and whether that tells nothing."""

    imported: frozenset[tuple[str, ...]]
    words: frozenset[str]
    anything: bool = False


ANYTHING = Said(frozenset(), frozenset(), True)


def reached(files: Mapping[str, bytes], roots: Iterable[str]) -> frozenset[str]:
    """The names of all files that the code in some of them may reach, these included.

    Args:
        files: of a part, by their path from its folder.
        roots: names of some; what is not there reaches nothing.
    """
    found: set[str] = set()
    todo = [name for name in roots if name in files]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        todo += [package for package in _packages(name) if package in files]
        if name.endswith(".py"):
            said = said_in(files[name])
            if said.anything:
                return frozenset(files)
            todo += [other for other in files if other not in found and _means(said, other, files)]
    return frozenset(found)


@functools.lru_cache(maxsize=128)  # stubs and given files are the same for a whole class
def said_in(code: bytes) -> Said:
    """What a file says of others; of one that is no Python, or too long, nobody knows."""
    if len(code) > LONGEST_BYTES:
        return ANYTHING
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about escapes, which are nobody's business here
            nodes = list(ast.walk(ast.parse(code)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ANYTHING
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    used = names | {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    used |= {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    imported = frozenset(path for node in nodes for path in _imported(node))
    texts = _texts(nodes)
    heads = {path[0] for path in imported}
    looks_here = used & LISTING and (used & HERE or any(text.startswith(HERE_TEXTS) for text in texts) or _lists_nothing(nodes))
    if names & BY_ANY_NAME or heads & MODULES_BY_ANY_NAME or looks_here:
        return ANYTHING
    return Said(imported, frozenset(WORD.findall("\n".join(texts))))


def named_in(code: bytes, files: Iterable[str]) -> set[str]:
    """The files whose names, without folder and ending, stand in the texts of a module that is not the student's."""
    words = set(WORD.findall("\n".join(_texts(list(ast.walk(ast.parse(code)))))))
    return {name for name in files if name.rpartition("/")[2].partition(".")[0] in words}


def _texts(nodes: list[ast.AST]) -> list[str]:
    """The texts of a module, but not its documentation."""
    documentation = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    return [
        node.value.decode("utf-8", "replace") if isinstance(node.value, bytes) else node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)) and id(node) not in documentation
    ]


def _imported(node: ast.AST) -> Iterator[tuple[str, ...]]:
    """The dotted paths of an import; a relative one begins with an empty name, and `import folder.file` means all of the folder."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            path = tuple(alias.name.split("."))
            yield path
            if alias.asname is None and len(path) > 1:
                yield path[:-1]
    elif isinstance(node, ast.ImportFrom):
        module = ("",) * bool(node.level) + tuple((node.module or "").split(".")) * bool(node.module)
        for alias in node.names:
            yield module if alias.name == "*" else (*module, alias.name)


def _lists_nothing(nodes: Iterable[ast.AST]) -> bool:
    """Whether something is listed that is not named, which is the folder at hand."""
    return any(
        isinstance(node, ast.Call)
        and not node.args
        and not node.keywords
        and (getattr(node.func, "attr", "") or getattr(node.func, "id", "")) in ("listdir", "scandir")
        for node in nodes
    )


def _means(said: Said, other: str, files: Mapping[str, bytes]) -> bool:
    """Whether a file may be meant by what another one says."""
    *folders, base = other.split("/")
    stem, _, ending = base.rpartition(".")
    if said.words & {stem, ending, *folders}:
        return True
    return ending == "py" and any(_imports(path, folders, stem, files) for path in said.imported)


def _imports(path: tuple[str, ...], folders: list[str], stem: str, files: Mapping[str, bytes]) -> bool:
    if path[0] and path[0] not in _tops(files):
        return False  # a package that is installed
    return stem in path or path[-1] in folders or stem == "__init__" and not set(folders).isdisjoint(path)


def _tops(files: Mapping[str, bytes]) -> set[str]:
    return {name.split("/")[0].removesuffix(".py") for name in files}


def _packages(name: str) -> list[str]:
    """What Python imports before a module in folders."""
    folders = name.split("/")[:-1]
    return ["/".join([*folders[:length], "__init__.py"]) for length in range(1, len(folders) + 1)]
