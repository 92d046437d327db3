"""What is wrong with a file as a whole: not there, a notebook or another encoding by the name of a module, work at import.

These are hints for a file that failed; nothing is imported or evaluated, and no mark depends on them.
"""

import codecs
import difflib
import re
from collections.abc import Callable

MAGIC = re.compile(rb"^[ \t]*([%!]{1,2}[\w(][^\r\n]*)", re.MULTILINE)
COLAB = re.compile(rb"^[ \t]*((?:from|import)[ \t]+google\.colab[^\r\n]*)", re.MULTILINE)
IPYTHON = re.compile(rb"^[^#\r\n]*(get_ipython\(\)[^\r\n]*|\b(?:from|import)[ \t]+IPython[^\r\n]*)", re.MULTILINE)
LOOP = re.compile(rb"^((?:for|while)\b[^\r\n]*:[^\r\n]*)", re.MULTILINE)
CALL = re.compile(rb"^((?:[A-Za-z_][\w., \t]*=[ \t]*)?[A-Za-z_][\w.]*\([^\r\n]*)", re.MULTILINE)
GUARD = 'put what trains, asks or tries something out below `if __name__ == "__main__":`'


def no_python(name: str, content: bytes) -> str:
    """Why a file cannot be a module, as one sentence; empty when none of these is the reason.

    Args:
        name: of the file, as its author knows it.
        content: of the file.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or content[:200].count(b"\0") > 20:
        return f"{name} is text in UTF-16, which Python does not read as a program: save it as UTF-8."
    if content.lstrip().startswith(b"{") and b'"cells"' in content and b'"nbformat"' in content:
        return (
            f"{name} is a notebook that was given the name of a module: put its code into {name} as plain Python "
            "(`jupyter nbconvert --to script` does it)."
        )
    for pattern, what in (
        (MAGIC, "a command of notebooks, which Python does not know"),
        (COLAB, "there only on Colab"),
        (IPYTHON, "there only in a notebook"),
    ):
        if found := pattern.search(content):
            return (
                f"{name}, line {_line(content, found.start(1))}: {_shown(found[1])} is {what}; delete the line and what needs it."
            )
    return ""


def runs_at_import(name: str, content: bytes) -> str:
    """What a file does while it is imported, as one sentence, if its lines show it: for one that took too long or ended the program."""
    for pattern in (LOOP, CALL):
        if found := pattern.search(content):
            return f"{name}, line {_line(content, found.start(1))}: {_shown(found[1])} runs while the file is imported; {GUARD}."
    return ""


def missing_file(path: str, files: dict[str, bytes], required: list[str]) -> str:
    """One sentence about a file that is not there, with the nearest name that is."""
    stem = path.replace(".", "/")
    wanted = next(
        (name for name in required if f"{stem}/".startswith(f"{name.removesuffix('.py')}/")), stem.rpartition("/")[0] + ".py"
    )
    base: Callable[[str], str] = lambda name: name.rpartition("/")[2].lower()  # noqa: E731
    notebook = wanted.removesuffix(".py") + ".ipynb"
    others = {name.rpartition(".")[2] for name in files}
    if base(notebook) in map(base, files) or ("ipynb" in others and "py" not in others):
        return f"{wanted} was not handed in, only a notebook; move the code into {wanted} (nbconvert --to script does it)."
    same = [name for name in files if base(name) == base(wanted)]
    near = same or difflib.get_close_matches(wanted, [name for name in files if name.endswith(".py")], n=1, cutoff=0.75)
    near = [name for name in near if name not in required]
    remedy = "move it to its folder" if near and near[0].rpartition("/")[2] == wanted.rpartition("/")[2] else "rename it"
    hint = f"; there is {near[0]}: is that it? Then {remedy}" if near else ""
    return f"{wanted} was not handed in{hint}."


def _line(content: bytes, place: int) -> int:
    return content[:place].count(b"\n") + 1


def _shown(text: bytes) -> str:
    return f"`{text.decode('utf-8', 'replace').strip()[:80]}`"
