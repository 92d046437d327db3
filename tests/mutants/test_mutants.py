"""Promises of the one-place changes: what they change, how they are called, and that a sample of the day is killed or explained."""

import ast
import datetime
import random

import pytest

from autograder.course import problems
from tests.mutants.__main__ import judged
from tests.mutants.mutations import mutations, mutations_of
from tests.mutants.operators import replacements
from tests.mutants.survivors import Known, stands_for, still_open, table, unexplained

SAMPLE, NIGHTLY = 6, 100


@pytest.mark.parametrize(
    "code, kinds, texts",
    [
        ("a + b", ast.BinOp, ["(a - b)"]),
        ("a // 2", ast.BinOp, ["(a / 2)"]),
        ("a < b <= c", ast.Compare, ["(a <= b <= c)", "(a < b < c)"]),
        ("7", ast.Constant, ["8"]),
        ("1", ast.Constant, ["2", "0"]),
        ("0.5", ast.Constant, ["1.0"]),
        ("True", ast.Constant, ["False"]),
        ("'sgd'", ast.Constant, ["'sgdx'"]),
        ("f(a, b, c=1)", ast.Call, ["f(a, b)", "f(b, c=1)", "f(a, c=1)", "f(b, a, c=1)", "a"]),
        ("x.relu()", ast.Call, ["x"]),
        ("self.pool(x)", ast.Call, ["x"]),
        ("torch.relu(x)", ast.Attribute, ["torch.sigmoid"]),
        ("not a", ast.UnaryOp, ["a"]),
        ("a and b", ast.BoolOp, ["(a or b)", "b", "a"]),
        ("a if b else c", ast.IfExp, ["a", "c"]),
        ("[a, b]", ast.List, ["[b]", "[a]"]),
        ("[a for a in b if a]", ast.ListComp, ["([a for a in b])"]),
        ("x += 1", ast.AugAssign, ["x -= 1", "pass"]),
        ("f(x)", ast.Expr, ["pass"]),
        ("x = f(x)", ast.Assign, ["pass"]),
        ("y = f(x)", ast.Assign, []),
        ("self.y = f(x)", ast.Assign, ["pass"]),
        ("if a: pass", ast.If, ["not a", "True", "False"]),
        ("raise ValueError('no')", ast.Raise, ["pass"]),
    ],
)
def test_each_operator_changes_one_thing(code, kinds, texts):
    """Signs, borders, numbers, arguments, calls, conditions, statements; and nothing where nothing would come of it."""
    node = next(node for node in ast.walk(ast.parse(code)) if isinstance(node, kinds))
    assert list(replacements(node)) == texts


SOURCE = '''"""A made-up module: 1 + 1 here is prose."""
given = 3 + 4


def total(x: int = 5, y: int = 6) -> int:
    """The sum, plus 1."""
    ### BEGIN SOLUTION 1.1 total
    if x > y:
        raise ValueError(f"{x + y} is too much")
    with lock():
        x += 1
    return x + y
    ### END SOLUTION
'''


def test_only_worked_regions_are_changed_and_names_outlive_edits():
    """Not what is given, not prose, not what an error says; a comment above or another line leaves every name as it was."""
    found = list(mutations_of(SOURCE, "total.py"))
    assert {name for name, *_ in found} == {
        *(f"total: x > y -> {text} in if x > y:" for text in ("(x >= y)", "not (x > y)", "True", "False")),
        "total: raise ValueError(f'{x + y} is too much') -> pass",
        "total: with lock(): -> if True in with lock():",
        "total: x += 1 -> x -= 1 in x += 1",
        "total: x += 1 -> pass in x += 1",
        "total: 1 -> 2 in x += 1",
        "total: 1 -> 0 in x += 1",
        "total: x + y -> (x - y) in return x + y",
    }
    later = list(mutations_of(SOURCE.replace("given = 3", "# a comment\n\nother = 1\ngiven = 3"), "total.py"))
    assert [name for name, *_ in later] == [name for name, *_ in found] and later[0][1] == found[0][1] + 3
    for _, _, text in found:
        assert text != SOURCE and text.count("\n") == SOURCE.count("\n") and compile(text, "total.py", "exec")


def test_the_lists_of_survivors_name_changes_that_exist():
    """A survivor whose code has changed, or that is no more, leaves the lists."""
    known, found = Known.read(), {problem.id: {mutation.name for mutation in mutations(problem)} for problem in problems().values()}
    assert not {problem: stale for problem, names in found.items() if (stale := known.stale(problem, names))}
    every = [f"{problem}: {name}" for problem, names in found.items() for name in names]
    assert not [entry for entry in still_open() if not any(stands_for(entry, name) for name in every)]


def test_a_sample_of_the_day_is_killed_or_explained(pytestconfig):
    """Other changes every day, ten times as many with --nightly; `python -m tests.mutants` grades all of them."""
    every = [
        mutation
        for problem in problems().values()
        for mutation in mutations(problem)
        if not any(stands_for(entry, mutation.answer.id) for entry in still_open())
    ]
    number = NIGHTLY if pytestconfig.option.nightly else SAMPLE
    found = judged(random.Random(datetime.date.today().toordinal()).sample(every, number))
    assert not unexplained(found), "\n".join([*unexplained(found), *table(found)])
