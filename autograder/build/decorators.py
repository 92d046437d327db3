"""What the decorators of checks say, read without running their file: `@pytest.mark.check(...)` and the cases of `parametrize`.

Only what is written there or in a constant of the file can be read; what is computed is looked at when pytest collects the checks.
"""

import ast
from pathlib import Path
from typing import Any


class Decorated:
    """The checks of one file.

    Raises:
        SyntaxError: it is not valid Python.
    """

    def __init__(self, path: Path):
        tree = ast.parse(path.read_text(encoding="utf-8"), path.name)
        self.tests = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
        self._fixtures_have_cases = any(keyword.arg == "params" for node in ast.walk(tree) for keyword in _keywords(node))
        self._constants = {
            target.id: statement.value
            for statement in tree.body
            if isinstance(statement, ast.Assign)
            for target in statement.targets
            if isinstance(target, ast.Name)
        }

    def options(self, test: ast.FunctionDef) -> dict[str, Any]:
        """What `@pytest.mark.check` says."""
        found = {}
        for keyword in (keyword for call in self._marks(test, "check") for keyword in call.keywords):
            try:
                found[keyword.arg or ""] = ast.literal_eval(self._resolved(keyword.value))
            except ValueError:
                continue
        return found

    def labels(self, test: ast.FunctionDef) -> list[str] | None:
        """One entry a case: its name where `ids` gives them all, else nothing; None where the number of cases is computed."""
        counted, names = 1, None
        calls = self._marks(test, "parametrize")
        if self._fixtures_have_cases or len(calls) + len(self._marks(test, "check")) < len(test.decorator_list):
            return None
        for call in calls:
            values = self._resolved(call.args[1]) if len(call.args) > 1 else None
            if not isinstance(values, (ast.List, ast.Tuple)) or any(isinstance(item, ast.Starred) for item in values.elts):
                return None
            counted *= len(values.elts)
            ids = next((self._resolved(keyword.value) for keyword in call.keywords if keyword.arg == "ids"), None)
            names = ids.elts if isinstance(ids, (ast.List, ast.Tuple)) and len(calls) == 1 else None
        texts = [name.value for name in names or () if isinstance(name, ast.Constant) and isinstance(name.value, str)]
        return texts if len(texts) == counted else [""] * counted

    def _resolved(self, value: ast.expr) -> ast.expr:
        return self._constants.get(value.id, value) if isinstance(value, ast.Name) else value

    def _marks(self, test: ast.FunctionDef, name: str) -> list[ast.Call]:
        """The marks of one kind, also where a name stands for one."""
        calls = [call for call in map(self._resolved, test.decorator_list) if isinstance(call, ast.Call)]
        return [call for call in calls if ast.unparse(call.func) == f"pytest.mark.{name}"]


def _keywords(node: ast.AST) -> list[ast.keyword]:
    return node.keywords if isinstance(node, ast.Call) else []
