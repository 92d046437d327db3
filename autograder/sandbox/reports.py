"""Turn what a child reports of an exception into a fault with words that the code's author can use."""

import re
import difflib
from typing import Any

from ..submission import diagnosis
from . import device_words
from .confined.modules import packages_in_words
from .faults import Missing, NotWritten, Raised, StudentFault
from .plain_text import harmless, one_line

_HINTS = {
    "ModuleNotFoundError": f"The grader has {packages_in_words()}; other packages are nowhere.",
    "SystemExit": "Does the file read a command line or call `exit` while it is imported? That belongs below "
    '`if __name__ == "__main__":`.',
    "URLError": "There is no network while your code is graded: build networks without ready-made weights (`weights=None`), and load "
    "nothing while a file is imported.",
    "EOFError": "Nobody answers `input` while your code is graded; does the file ask while it is imported?",
    "MemoryError": "A problem has a limited amount of memory; do you build something much larger than the images?",
    "RecursionError": "Does a method call itself?",
    "PermissionError": "Files, programs and the network are out of reach while your code is graded; it does not need them.",
}

NO_WORKERS = "A DataLoader cannot start processes while your code is graded: `num_workers` has to be 0, which is the default."

NO_PYTHON = ("SyntaxError", "IndentationError", "TabError", "NameError", "ModuleNotFoundError", "ValueError")


def fault_from(report: Any, words: str, origin: str, files: dict[str, bytes]) -> StudentFault:
    """The fault that an error report of the child stands for; the report itself is not trusted to be well-formed.

    Args:
        report: the decoded `error` of an answer.
        words: the call that was made.
        origin: the dotted name the call was about.
        files: the submission's files of the part.
    """
    # Only texts and a number are taken: a tensor in their place would raise here when it is compared.
    said_of = {key: value for key, value in report.items() if type(value) in (str, int)} if type(report) is dict else {}
    if said_of.get("kind") == "no such name":
        return Missing(_no_such_name(str(said_of.get("text")), origin, report.get("present")))
    if said_of.get("kind") != "exception":
        return Raised(f"{words} failed with an exception that cannot be read.")
    kind, text = one_line(str(said_of.get("type")), 60), harmless(str(said_of.get("text")))
    if kind == "NotImplementedError" and text.startswith("Task "):
        return NotWritten(one_line(text))
    place, line, code = said_of.get("file"), said_of.get("line"), said_of.get("code")
    details = f"{kind}: {text}"
    beside = _beside(str(code or ""), files) if kind == "ModuleNotFoundError" else ""
    if kind == "PermissionError" and b"num_workers" in files.get(str(place), b""):
        beside = NO_WORKERS
    hint = f"\n{words_for}" if (words_for := device_words.meaning(text) or beside or _HINTS.get(kind, "")) else ""
    said = f"{kind}: {one_line(text)}" if text.strip() else kind
    if kind == "WireError":
        return Raised(f"{words} returned a value that cannot be judged: {one_line(text)}.", details)
    if not isinstance(place, str) or type(line) is not int:
        return Raised(f"{words} could not be called as the handout says: {said}.{hint}", details)
    shown = f"\n        {one_line(str(code))}" if code else ""
    place = one_line(place)
    if kind in NO_PYTHON and (cause := diagnosis.no_python(place, files.get(place, b""))):
        return Raised(cause, details)
    if kind in ("SyntaxError", "IndentationError", "TabError"):
        return _unreadable(place, line, said, shown, files, details)
    return Raised(f"{words} stopped in your {place}, line {line}: {said}{shown}{hint}", details)


def _beside(code: str, files: dict[str, bytes]) -> str:
    """Words for an import through a package of a module that lies among the submission's files."""
    found = re.match(r"\s*(?:from|import)\s+[\w.]+\.(\w+)\b", code)
    name = found[1] if found else ""
    place = next((file for file in files if file.rpartition("/")[2] == f"{name}.py"), "") if name else ""
    return f"{place} is among your files: import it without the package in front, `from {name} import ...`." if place else ""


def _unreadable(place: str, line: int, said: str, shown: str, files: dict[str, bytes], details: str) -> Raised:
    try:
        files.get(place, b"").decode("utf-8")
    except UnicodeDecodeError as error:
        number = files[place][: error.start].count(b"\n") + 1
        return Raised(f"{place} is not UTF-8 text: look at line {number}, and save the file as UTF-8.", details)
    return Raised(f"{place} is not valid Python: line {line}: {said}{shown}", details)


def _no_such_name(name: str, origin: str, present: Any) -> str:
    module, _, wanted = origin.rpartition(".")
    file = module.replace(".", "/") + ".py"
    names = [one_line(item, 60) for item in present[:50] if isinstance(item, str)] if isinstance(present, list) else []
    by_case = [item for item in names if item.lower().replace("_", "") == wanted.lower().replace("_", "")]
    near = by_case or difflib.get_close_matches(wanted, names, n=1, cutoff=0.6)
    hint = f"; did you mean `{near[0]}`? Then rename that" if near else ""
    return f"{file} has no `{wanted or one_line(name, 60)}`{hint}."
