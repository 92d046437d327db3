"""Pack what you wrote into one file to hand in, and say what is still missing. Run: python hand_in.py

Give the names of parts (`python hand_in.py classifiers`) to pack only these. Needs nothing but Python 3.10 or newer.
"""

import argparse
import ast
import hashlib
import json
import re
import sys
import zipfile
from pathlib import Path

TOP = Path(__file__).resolve().parent


def main(arguments=None, top=TOP):
    """Pack the parts; exit status 0 when something was packed, 1 when there was nothing, 2 for a wrong command.

    Args:
        arguments: of the command line.
        top: the folder of the assignment.
    """
    try:
        course = json.loads((top / "hand_in.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        print("hand_in.json, which belongs beside this script, is missing or damaged; take it from the handout again.")
        return 1
    known = [part["id"] for part in course["parts"]]
    parser = argparse.ArgumentParser(description="Pack what you wrote into one file to hand in.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(known)}; all when none is named")
    parser.add_argument("--out", type=Path, default=top / "hand_in.zip", help="the file to write (hand_in.zip)")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.parts if name not in known]
    if unknown:
        parser.error(f"there is no part {unknown[0]}; the parts are {', '.join(known)}")
    packed, warnings = [], 0
    for part in course["parts"]:
        if part["id"] in (options.parts or known):
            part_packed, part_warnings = pack_part(part, top, course, named=part["id"] in options.parts)
            packed += part_packed
            warnings += part_warnings
    return finish(options.out, top, packed, warnings)


def finish(out, top, packed, warnings):
    """Write the archive and say so; returns the exit status."""
    if not packed:
        print("\nNothing is written yet, so there is nothing to hand in.")
        return 1
    try:
        write_zip(out, top, packed)
    except OSError as error:
        print(f"\n{out} cannot be written ({error.strerror or error}); name another place with --out.")
        return 1
    kib = -(-out.stat().st_size // 1024)
    print(f"\nPacked {len(packed)} files into {out} ({kib} KiB). Hand in this one file.")
    if warnings:
        print(f"{warnings} warning{'s' if warnings > 1 else ''} above. You can hand in all the same.")
    return 0


def pack_part(part, top, course, named):
    """Print what is packed of one part and what it lacks.

    Args:
        part: its entry in hand_in.json.
        top: the folder of the assignment.
        course: the whole of hand_in.json.
        named: whether the part was asked for by name; else an untouched one is left out.
    Returns: the paths to pack, relative to `top`, and the number of warnings.
    """
    folder = top / part["id"]
    if not folder.is_dir():
        if named:
            print(f"\nPart {part['number']}: the folder {part['id']} is not here.")
        return [], int(named)
    print(f"\nPart {part['number']}: {part['title']}")
    if untouched(part, folder, course) and not named:
        print("  nothing is written yet; left out")
        return [], 0
    rows = task_rows(part, folder, course) + other_rows(part, folder, course)
    packed = [f"{part['id']}/{name}" for name, _ in rows if (folder / name).is_file()]
    for name, warning in rows:
        word = "packed" if (folder / name).is_file() else "MISSING"
        print(f"  {word:8} {name:32} {warning}".rstrip())
    return packed, sum(bool(warning) for _, warning in rows)


def untouched(part, folder, course):
    """Whether a part has all the gaps that it came with, no answer and no file beside them."""
    gaps = {name: number for task in part["tasks"] for name, number in task["files"].items()}
    same_gaps = all(gaps_in(folder / name, course) == number for name, number in gaps.items())
    same_answers = all(sum(empty_answers_in(folder / name, part, course)) == number for name, number in part["answers"].items())
    optional = [item for task in part["tasks"] for item in task["optional_files"].items()]
    extra = any((folder / name).is_file() for name, as_it_came in optional if not as_it_came)
    return same_gaps and same_answers and not extra


def task_rows(part, folder, course):
    """Each file that a task asks for, with a warning or an empty text."""
    rows = []
    for task in part["tasks"]:
        about = f"{task['number']} {task['title']}"
        for name in task["files"]:
            rows.append((name, file_warning(folder / name, about, course)))
        for name, as_it_came in task["optional_files"].items():
            if (folder / name).is_file():
                same = as_it_came and hash_of(folder / name) == as_it_came
                warning = "is still as it came with the assignment" if same else size_warning(folder / name, course)
                rows.append((name, warning))
    return rows


def other_rows(part, folder, course):
    """Answers, and files of the student's own that the tasks' files import."""
    rows = []
    for name, number in part["answers"].items():
        left, left_optional = empty_answers_in(folder / name, part, course)
        n_optional = len(part["optional_answers"][name])
        more = f", and {left_optional} of {n_optional} optional ones" if left_optional else ""
        warning = f"{left} of {number - n_optional} answers are empty{more}" if left else ""
        rows.append((name, warning if (folder / name).is_file() else f"{number - n_optional} answers in words"))
    asked = [name for task in part["tasks"] for name in task["files"]]
    own = [name for name in imported(folder, asked) if name not in part["given"]]
    return rows + [(name, size_warning(folder / name, course)) for name in own]


def file_warning(path, about, course):
    """What is wrong with a file that a task asks for; empty when nothing is."""
    if not path.is_file():
        return about
    try:
        ast.parse(path.read_bytes())
    except SyntaxError as error:
        return f"line {error.lineno} is not valid Python: {error.msg}"
    except ValueError:
        return "is not a text file of Python"
    gaps = gaps_in(path, course)
    if gaps:
        return f"{about}: {gaps} gap{'s are' if gaps > 1 else ' is'} not written yet"
    return size_warning(path, course)


def size_warning(path, course):
    """A warning for a file that the grader would not take."""
    most = course["largest_file_bytes"]
    size = path.stat().st_size
    return f"has {size >> 20} MiB; files above {most >> 20} MiB are not graded" if size > most else ""


def gaps_in(path, course):
    """How many gaps a file still has; -1 when it is not there."""
    return len(re.findall(course["gap"], text_of(path))) if path.is_file() else -1


def empty_answers_in(path, part, course):
    """How many answers of a sheet are still empty: those that count, and those to optional questions."""
    number, empty = "", [0, 0]
    for line in text_of(path).splitlines() if path.is_file() else []:
        if line.startswith("## "):
            number = "".join(line.split()[1:2])
        elif line.strip() == course["empty_answer"]:
            empty[number in part["optional_answers"][path.name]] += 1
    return empty


def hash_of(path):
    """SHA-256 of a file, whatever the ends of its lines are."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def text_of(path):
    """The text of a file, whatever its bytes are."""
    return path.read_bytes().decode("utf-8", "replace")


def imported(folder, names):
    """The files of the same folder that some files import, directly or through others, but not these themselves."""
    found, pending = set(), list(names)
    while pending:
        name = pending.pop()
        for module in modules_named_in(folder / name, Path(name).parent):
            for candidate in candidates(module):
                if (folder / candidate).is_file() and candidate not in found and candidate not in names:
                    found.add(candidate)
                    pending.append(candidate)
    return sorted(found)


def candidates(module):
    """The files, relative to the folder, that importing `module` may run, packages above it included."""
    parts = module.split(".")
    packages = ["/".join([*parts[:length], "__init__.py"]) for length in range(1, len(parts) + 1)]
    return [*packages, "/".join(parts) + ".py"]


def modules_named_in(path, package):
    """Full names of all modules that a file imports; those with dots in front are counted from its own package."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return []
    own = [".".join(package.parts)] if package.parts else []  # its own package is imported first
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            own += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package.parts[: len(package.parts) - node.level + 1] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            own += [base] if base else []
            own += [f"{base}.{alias.name}" if base else alias.name for alias in node.names]
    return own


def write_zip(out, top, packed):
    """Write an archive of these files; the same files give the same bytes."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(packed):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16  # an ordinary file that anybody may read
            archive.writestr(entry, (top / name).read_bytes())


if __name__ == "__main__":
    sys.exit(main())
