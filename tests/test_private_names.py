"""What begins with an underscore is used by its own module alone."""

import ast
from pathlib import Path

from autograder.course import KIT_ROOT

# Of pytest, torch, torchvision, nbgrader, hashlib and Python: there is no public name for the same.
OF_OTHERS = {
    "_setupstate",
    "_parameters",
    "_buffers",
    "_add_score",
    "_exit",
    "_Hash",
    "_NormBase",
    "_api",
    "_internally_replaced_utils",
    "_C",
    "_set_deterministic_algorithms",
    "_getframe",
    "_asdict",
    "_len_torch_dispatch_stack",
    "_len_torch_function_stack",
    "_count",
}


def private(name: str) -> bool:
    """Whether a name is meant for its own module."""
    return name.startswith("_") and not name.startswith("__")


def borrowed(path: Path) -> set[str]:
    """The private names of other modules that a module uses: attributes that it never makes itself, and imported names."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used: set[str] = set()
    made = {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            used |= {name.name for name in node.names if private(name.name) and (node.level or node.module != "__future__")}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            made.add(node.id)  # a class's own fields
        elif isinstance(node, ast.Attribute) and private(node.attr):
            own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
            (made if own else used).add(node.attr)
    return used - made - OF_OTHERS


def test_no_module_uses_private_names_of_another():
    """Attributes of a student's objects, above all: what is public there belongs to the student, so ours are behind functions."""
    found = {
        path.relative_to(KIT_ROOT).as_posix(): names
        for path in (KIT_ROOT / "autograder").rglob("*.py")
        if (names := borrowed(path))
    }
    assert found == {}
