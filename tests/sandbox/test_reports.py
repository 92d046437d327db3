"""Promises about the reports that children send of exceptions: whatever stands in them, they become words for the student."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.sandbox.faults import Missing, NotWritten, Raised, StudentFault
from autograder.sandbox.reports import fault_from

FILES = {"work.py": b"def f():\n    pass\n", "latin.py": b"x = 1\n# caf\xe9\n"}

odd = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=10)
    | st.binary(max_size=5)
    | st.lists(st.text(max_size=4))
    | st.sampled_from(
        [
            torch.ones(3),
            np.ones(3),
            (1, 2),
            {},
            "no such name",
            "exception",
            "NotImplementedError",
            "SyntaxError",
            "work.py",
            "latin.py",
        ]
    )
)


def report(**changes) -> dict:
    """A well-formed report, with changes."""
    return {
        "kind": "exception",
        "type": "ValueError",
        "text": "too small",
        "file": "work.py",
        "line": 2,
        "code": "    pass",
    } | changes


@settings(max_examples=200, deadline=None)
@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(("kind", "type", "text", "file", "line", "code", "present", "builtin"), odd))
    | odd
)
def test_a_forged_report_is_still_a_fault_of_the_student(forged):
    """Tensors where words belong, missing entries, anything: a message for the student, never an exception of ours."""
    fault = fault_from(forged, "f(3)", "work.f", FILES)
    assert isinstance(fault, StudentFault) and fault.message and "\x1b" not in fault.message


def test_an_exception_is_shown_at_the_line_where_it_arose():
    """Call, file, line, type and text first, then the line itself, then a hint where one helps."""
    fault = fault_from(report(), "f(3)", "work.f", FILES)
    assert isinstance(fault, Raised)
    assert fault.message == "f(3) stopped in your work.py, line 2: ValueError: too small\n        pass"
    assert "standard library" in fault_from(report(type="ModuleNotFoundError"), "f()", "work.f", FILES).message


def test_an_exception_outside_of_their_code_is_about_the_call():
    """A wrong signature has no line of theirs; the call is named."""
    fault = fault_from(report(file=None, type="TypeError", text="f() takes 0 arguments"), "f(3)", "work.f", FILES)
    assert fault.message == "f(3) could not be called as the handout says: TypeError: f() takes 0 arguments."


def test_the_gap_of_a_stub_is_not_written_and_nothing_else_is():
    """Only the kit's own sentence counts as not attempted."""
    gap = report(type="NotImplementedError", text="Task 1.1: Softmax is not written yet")
    assert isinstance(fault_from(gap, "f()", "work.f", FILES), NotWritten)
    assert fault_from(gap, "f()", "work.f", FILES).message == "Task 1.1: Softmax is not written yet"
    assert isinstance(fault_from(report(type="NotImplementedError", text="later"), "f()", "work.f", FILES), Raised)


def test_a_file_that_is_not_utf_8_is_told_from_a_syntax_error():
    """Both name file and line."""
    assert fault_from(report(type="SyntaxError", text="invalid syntax"), "f()", "work.f", FILES).message.startswith(
        "work.py is not valid Python: line 2: SyntaxError: invalid syntax"
    )
    assert (
        fault_from(report(type="SyntaxError", file="latin.py"), "f()", "latin.f", FILES).message
        == "latin.py is not UTF-8 text: look at line 2, and save the file as UTF-8."
    )


@pytest.mark.parametrize(
    "present, words",
    [
        (["softmax"], "did you mean `softmax`?"),
        (["SoftMax", "x"], "did you mean `SoftMax`?"),
        (["Softmaxx"], "did you mean `Softmaxx`?"),
        (["cat"], "has no `Softmax`."),
        (["soft\x1b[2Jmax"], "has no `Softmax`"),
        (None, "has no `Softmax`."),
    ],
)
def test_a_missing_name_comes_with_the_nearest_that_is_there(present, words):
    """Another case, a slip of the pen; nothing when nothing is near."""
    fault = fault_from(
        {"kind": "no such name", "text": "Softmax", "present": present}, "Softmax()", "models.softmax.Softmax", FILES
    )
    assert isinstance(fault, Missing) and "models/softmax.py has no `Softmax`" in fault.message and words in fault.message


def test_a_million_names_are_not_compared_one_by_one():
    """A forged list of names costs nothing."""
    names = [f"{number:06}{'softmax' * 5}" for number in range(200_000)]
    assert fault_from({"kind": "no such name", "text": "f", "present": names}, "f()", "work.f", FILES).status == "missing"


@pytest.mark.parametrize("file, said", [(b"DataLoader(data, num_workers=2)\n", True), (b"open('/etc/passwd')\n", False)])
def test_processes_of_a_data_loader_are_called_by_name(file, said):
    """A file that asks for workers is told about them, any other one what is out of reach."""
    forbidden = report(type="PermissionError", text="[Errno 1] Operation not permitted", code="for x in loader:")
    fault = fault_from(forbidden, "f(3)", "work.f", {"work.py": file})
    assert ("`num_workers` has to be 0" in fault.message) is said and ("out of reach" in fault.message) is not said
