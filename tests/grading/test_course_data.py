"""Promises of `part.toml`: what a course's author can get wrong is one sentence with file, cause and remedy."""

import pytest

from autograder.course import CourseError, parts, problems
from autograder.sandbox.limits import Limits

PART = {"title": '"Sums"', "number": "1", "summary": '"A part."'}
PROBLEM = {
    "id": '"total"',
    "number": '"1.1"',
    "title": '"Totals"',
    "points": "10",
    "files": '["total.py"]',
    "symbols": '["total"]',
    "lines": '"about 2 lines"',
}


def write(root, name: str = "sums", part: dict | None = None, problem: dict | None = None, extra: str = "") -> None:
    """A part with one problem; an entry of None is left out."""

    def rows(table: dict) -> str:
        return "".join(f"{key} = {value}\n" for key, value in table.items() if value is not None)

    (root / name).mkdir(exist_ok=True)
    (root / name / "total.py").write_text("")
    (root / name / "part.toml").write_text(rows(PART | (part or {})) + "[[problem]]\n" + rows(PROBLEM | (problem or {})) + extra)


def mistake(root) -> str:
    """The sentence about a course that cannot be."""
    with pytest.raises(CourseError) as caught:
        parts(root)
    words = str(caught.value)
    assert words.endswith(".") and "\n" not in words and "part.toml" in words
    return words


def test_a_part_is_read_as_it_is_written(tmp_path):
    """Titles, numbers, points, files and limits."""
    write(tmp_path, extra="limits = { check_s = 2.5, memory_mib = 512 }\noptional_files = ['total.pt']\n")
    (part,) = parts(tmp_path)
    problem = part["total"]
    assert (part.id, part.number, part.points, part.files) == ("sums", 1, 10, ["total.py"])
    assert (
        problem.limits == Limits(check_s=2.5, memory_mib=512) and problem.optional_files == ("total.pt",) and problem.part == "sums"
    )
    with pytest.raises(KeyError):
        part["other"]


@pytest.mark.parametrize(
    "part, problem, words",
    [
        ({"title": None}, {}, "title is missing; add it."),
        ({"number": '"1"'}, {}, "number is '1'; make it a whole number."),
        ({"title": "7"}, {}, "title is 7; make it text."),
        ({"given": '"a.py"'}, {}, "given is 'a.py'; make it a list, each item text."),
        ({"given": '["a.py"]'}, {}, "given names a.py, which is not there; write it or correct the name."),
        ({}, {"points": None}, "problem total has no points; add it."),
        ({}, {"points": "0"}, "problem total has 0 points; give it at least 1 or remove it."),
        ({}, {"points": "-3"}, "has -3 points"),
        ({}, {"points": "2.5"}, "points is 2.5; make it a whole number."),
        ({}, {"points": "true"}, "points is True; make it a whole number."),
        ({}, {"number": "1.1"}, "number is 1.1; make it text."),
        ({}, {"files": '"total.py"'}, "files is 'total.py'; make it a list, each item text."),
        ({}, {"files": "[1]"}, "make it a list, each item text."),
        (
            {},
            {"files": '["totals.py"]'},
            "problem total names totals.py, which is not there; write it or correct the name.",
        ),
        ({}, {"pionts": "3"}, "problem total has an unknown entry pionts; remove it."),
        ({}, {"id": None}, "problem ? has no id; add it."),
        (
            {},
            {"id": '"Total sum"'},
            "problem 'Total sum' cannot name files; use small letters, digits and single _ in its id.",
        ),
        ({}, {"id": '"../x"'}, "cannot name files"),
        ({}, {"limits": "3"}, "limits is 3; make it a table."),
        ({}, {"limits": "{ minutes = 3 }"}, "problem total has a limit that does not exist: minutes; there are check_s, "),
        ({}, {"limits": "{ cpu_s = 2.5 }"}, "problem total has the limit cpu_s = 2.5; give a whole number above 0."),
        ({}, {"limits": "{ timeouts = true }"}, "has the limit timeouts = True; give a whole number above 0."),
        ({}, {"limits": "{ check_s = inf }"}, "has the limit check_s = inf; give a number above 0."),
        ({}, {"limits": "{ check_s = nan }"}, "has the limit check_s = nan; give a number above 0."),
        ({}, {"limits": "{ check_s = 0 }"}, "problem total has the limit check_s = 0; give a number above 0."),
        ({}, {"limits": '{ check_s = "long" }'}, "has the limit check_s = 'long'; give a number above 0."),
    ],
)
def test_a_wrong_entry_is_named_with_its_remedy(tmp_path, part, problem, words):
    """Missing, misspelt, of the wrong kind or impossible."""
    write(tmp_path, part=part, problem=problem)
    said = mistake(tmp_path)
    assert words in said and said.startswith(f"{tmp_path.name}/sums/part.toml")


def test_a_file_that_is_no_toml_says_where(tmp_path):
    """Syntax and encoding."""
    write(tmp_path)
    (tmp_path / "sums" / "part.toml").write_text("title = \n")
    assert "is not valid TOML (Invalid value (at line 1, column 9)); correct it." in mistake(tmp_path)
    parts.cache_clear()
    (tmp_path / "sums" / "part.toml").write_bytes(b"title = '\xff'")
    assert "is not valid TOML ('utf-8' codec" in mistake(tmp_path)


def test_one_id_and_one_number_belong_to_one_problem_and_one_part(tmp_path):
    """Across all parts, since files, columns and headings are called by them."""
    write(tmp_path)
    write(tmp_path, "zums", {"number": "2"}, {"number": '"2.1"'})
    assert mistake(tmp_path) == "solutions/zums/part.toml: 'total' is also used in sums; choose another."
    parts.cache_clear()
    write(tmp_path, "zums", {"number": "2"}, {"id": '"mean"'})
    assert mistake(tmp_path) == "solutions/zums/part.toml: '1.1' is also used in sums; choose another."
    parts.cache_clear()
    write(tmp_path, "zums", {}, {"id": '"mean"', "number": '"1.2"'})
    assert mistake(tmp_path) == "solutions/zums/part.toml: sums has the number 1, too; choose another."


def test_the_course_of_the_kit_is_sound():
    """Every part is read; ids are slugs, and no two problems claim the same symbol of the same file."""
    claimed = [(problem.part, file, problem.symbols) for problem in problems().values() for file in problem.files]
    assert len({part.number for part in parts()}) == len(parts()) and len(claimed) == len(set(claimed))
