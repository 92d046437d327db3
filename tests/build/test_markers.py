"""Every mistake with a marker stops the build with file, line and remedy."""

import pytest

from autograder.build.cut import cut
from autograder.build.errors import BuildError
from autograder.course import Problem

SOFTMAX = Problem("classifiers", "softmax", "1.1", "Softmax classifier", 15, ("a.py",), ("Softmax",), "about 3 lines")
OTHER = Problem("classifiers", "other", "1.2", "Other", 1, ("b.py",), ("Other",), "about 1 line")
BEGIN, END = "### BEGIN SOLUTION 1.1 f", "### END SOLUTION"


def cut_lines(*lines: str, owners: tuple[Problem, ...] = (SOFTMAX,)) -> list[str]:
    """Cut a file given as lines."""
    return cut("\n".join(lines), "a.py", {"1.1": SOFTMAX, "1.2": OTHER}, list(owners)).split("\n")


def function(*lines: str) -> tuple[str, ...]:
    """A function with these lines in it, and a region that is right below them."""
    inner = (f"    {line}" for line in lines)
    return "def f(x):", *inner, "", "def g(x):", "    ### BEGIN SOLUTION 1.1 g", "    return 7", f"    {END}"


def test_a_region_becomes_a_comment_and_one_named_gap():
    """Points, length and check come from the course data; everything around the region stays."""
    stub = cut_lines("def f(x):", '    """Text."""', f"    {BEGIN}", "    y = x", "", "    return y", f"    {END}", "", "X = 1")
    assert stub == [
        "def f(x):",
        '    """Text."""',
        "    # Task 1.1: Softmax classifier, 15 points, about 3 lines. Check it with: pytest checks/test_softmax.py",
        '    raise NotImplementedError("Task 1.1: f is not written yet")',
        "",
        "X = 1",
    ]


def test_a_method_is_named_with_its_class():
    """As students call it; a function within the method may hold the region."""
    method = "class Softmax:", "    def forward(self, x):", "        def inner():"
    for name in ("Softmax.forward", "Softmax.forward.inner"):
        stub = cut_lines(*method, f"            ### BEGIN SOLUTION 1.1 {name}", "            return 1", f"            {END}")
        assert stub[-1].endswith(f'NotImplementedError("Task 1.1: {name} is not written yet")')


def test_a_long_comment_is_broken_before_the_check():
    """No line of a stub is longer than the course's 120 characters."""
    deep = " " * 24
    branches = (f"{'    ' * depth}if x:" for depth in range(1, 6))
    stub = cut_lines("def f(x):", *branches, f"{deep}{BEGIN}", f"{deep}return 1", f"{deep}{END}")
    assert stub[-2:] == [
        f"{deep}# Check it with: pytest checks/test_softmax.py",
        f'{deep}raise NotImplementedError("Task 1.1: f is not written yet")',
    ]


def test_helpers_outside_functions_become_only_a_comment():
    """The module of a stub can be imported."""
    stub = cut_lines("import math", "### BEGIN SOLUTION 1.1 helpers", "HALF = math.pi / 2", "### END SOLUTION")
    assert stub == ["import math", "# Task 1.1: put helpers of your own here, if you need any."]


LONELY = "### BEGIN SOLUTION <number> <name>"
MISTAKES = {
    "begin twice": (function(BEGIN, "return 1"), 6, "inside the one that begins in line 2", "end that one first"),
    "no end": (("def h(x):", "    ### BEGIN SOLUTION 1.1 h", "    return 1"), 2, "never ends", "add `### END SOLUTION`"),
    "no begin": (function("return 1", END), 3, "no region is open", "add its BEGIN marker"),
    "nested": (function(BEGIN, BEGIN, "return 1", END, END), 3, "inside the one that begins in line 2", "end that one"),
    "empty": (function(BEGIN, END), 2, "is empty", "put the solution in it"),
    "only a comment": (function(BEGIN, "", "# nothing", END), 2, "is empty", "put the solution in it"),
    "indented differently": (function(BEGIN, "return 1", "  " + END), 4, "not indented as its BEGIN", "indent both"),
    "no number": (function("### BEGIN SOLUTION", "return 1", END), 2, "is not a marker", LONELY),
    "no name": (function("### BEGIN SOLUTION 1.1", "return 1", END), 2, "is not a marker", LONELY),
    "name first": (function("### BEGIN SOLUTION f 1.1", "return 1", END), 2, "is not a marker", "1.1 Line.forward"),
    "two signs": (function("## BEGIN SOLUTION 1.1 f", "return 1", END), 2, "is not a marker", LONELY),
    "no space": (function("###BEGIN SOLUTION 1.1 f", "return 1", END), 2, "is not a marker", LONELY),
    "lower case": (function("### Begin solution 1.1 f", "return 1", END), 2, "is not a marker", LONELY),
    "end with a number": (function(BEGIN, "return 1", "### END SOLUTION 1.1"), 4, "is not a marker", END),
    "end with a hyphen": (function(BEGIN, "return 1", "### END-SOLUTION"), 4, "is not a marker", END),
    "end behind code": (function(BEGIN, "return 1  ### END SOLUTION"), 3, "is not a marker", "alone on a line"),
    "unknown number": (function("### BEGIN SOLUTION 9.9 f", "return 1", END), 2, "no problem of this part", "1.1, 1.2"),
    "another's file": (
        function("### BEGIN SOLUTION 1.2 f", "return 1", END),
        2,
        "problem 1.2 (other) does not declare",
        "add it to its `files`",
    ),
    "half a statement": (
        ("def f(x):", "    if x:", "        return 1", "    else:", f"    {BEGIN}", "        return 2", f"    {END}"),
        5,
        "not valid Python",
        "whole statements",
    ),
    "in a class": (
        ("class A:", f"    {BEGIN}", "    def f(self):", "        return 1", f"    {END}"),
        2,
        "would be reached when the module is imported",
        "inside a function",
    ),
    "another name": (function("### BEGIN SOLUTION 1.1 A.forwrd", "return 1", END), 2, "it stands in f", "correct the name"),
    "not Python": (("def f(x):", f"    {BEGIN}", "    return (", f"    {END}"), 3, "the file is not", "correct it"),
}


@pytest.mark.parametrize("lines, line, cause, remedy", MISTAKES.values(), ids=MISTAKES)
def test_a_wrong_marker_stops_the_build(lines, line, cause, remedy):
    """The message names file and line, says what is wrong and what to do."""
    with pytest.raises(BuildError) as error:
        cut_lines(*lines)
    message = str(error.value)
    assert message.startswith(f"a.py, line {line}: ")
    assert cause in message and remedy in message


def test_a_declared_file_needs_a_region():
    """A file that a problem asks for and that has no gap would give the answer away, or ask for nothing."""
    with pytest.raises(BuildError, match=r"^a\.py has no region of problem 1\.1, which declares it; mark its solution"):
        cut_lines("X = 1")


def test_a_file_that_no_problem_declares_is_left_as_it_is():
    """Given files have no markers."""
    assert cut_lines("X = 1", owners=()) == ["X = 1"]
