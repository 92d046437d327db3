"""The harness is of use to any course: it names no part, problem or symbol of this one, and its packages import in one direction."""

import ast
import re
from pathlib import Path

import pytest

from autograder.course import parts, problems

KIT = Path(__file__).parents[1]
HARNESS = KIT / "autograder"
FILES = sorted(
    path
    for path in HARNESS.rglob("*")
    if path.is_file()
    and path.suffix in {".py", ".j2", ".css", ".sh", ""}
    and not path.is_relative_to(HARNESS / "checks")
    and "__pycache__" not in path.parts
)
# Words of the language or of torch, which a harness may use in a sentence or as torch's attribute, but not as the name of anything.
ORDINARY = {"classifiers", "networks", "optimizer", "quantization", "scenes", "softmax", "training", "transfer"}
# The harness's own words, which this course uses for functions and classes, too.
SHARED = {"Student", "answers", "build"}
NAMES = {part.id for part in parts()} | set(problems()) | {name for problem in problems().values() for name in problem.symbols}
DISTINCTIVE = re.compile(rf"\b({'|'.join(sorted(map(re.escape, NAMES - ORDINARY - SHARED), key=len, reverse=True)) or '(?!)'})\b")


def constants(path: Path) -> list[tuple[int, str]]:
    """Every text in a module's code, with its line."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [(node.lineno, node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(HARNESS).as_posix())
def test_no_name_of_this_course_is_in_the_harness(path):
    """Not in code, examples or comments; ordinary words are allowed in sentences."""
    text = path.read_text(encoding="utf-8")
    found = [f"line {text.count(chr(10), 0, match.start()) + 1}: {match[0]}" for match in DISTINCTIVE.finditer(text)]
    if path.suffix == ".py":
        found += [
            f"line {line}: {value!r}"
            for line, value in constants(path)
            if " " not in value and ORDINARY & set(re.split(r"[/.:]", value)) and value != "torch.ao.quantization.backend_config"
        ]
    assert not found, f"{path.relative_to(KIT)} names something of this course: {', '.join(found)}"


def imports() -> dict[str, set[str]]:
    """The modules of the kit, each with those that it imports, whether at its top or later."""
    paths = [path for folder in ("autograder", "data_scripts") for path in (KIT / folder).rglob("*.py")]
    modules = {".".join(path.relative_to(KIT).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}
    found: dict[str, set[str]] = {}
    for name, path in modules.items():
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        wanted: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                wanted |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                above = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
                base = ".".join([*above, *([node.module] if node.module else [])])
                wanted |= {base if f"{base}.{alias.name}" not in modules else f"{base}.{alias.name}" for alias in node.names}
        found[name] = wanted & modules.keys() - {name}
    return found


def test_no_module_imports_itself_in_a_circle():
    """A package of small files is read from the bottom up."""
    left = imports()
    while free := [name for name, wanted in left.items() if not wanted & left.keys()]:
        for name in free:
            del left[name]
    assert not left, f"a circle goes through {', '.join(sorted(left))}"


def test_the_harness_imports_nothing_of_the_checks():
    """They are collected by pytest, and a part's own modules are found by what its part.toml says."""
    wrong = {
        name: wanted
        for name, wanted in imports().items()
        if not name.startswith(("autograder.checks", "data_scripts"))
        and any(module.startswith(("autograder.checks", "data_scripts")) for module in wanted)
    }
    assert not wrong
