"""The record as a file: what is read back is what was written, and nothing else is taken for it."""

import copy
import json
import re

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from autograder.course import Heading
from autograder.results import atomic, html
from autograder.results.command import show
from autograder.results.record import Case, CheckResult, ProblemResult, SubmissionResult
from autograder.results.renderers import RENDERERS, rendered
from autograder.results.statuses import STATUSES
from autograder.results.stored import VERSION, RecordError, from_json, read, to_json

NUMBERS = st.floats(0, 1e6)
CASES = st.builds(Case, st.text(), st.sampled_from(list(STATUSES)), st.text(), st.text(), NUMBERS)
CHECKS = st.builds(CheckResult, st.text(), st.text(), st.integers(1, 9), NUMBERS, st.lists(CASES, max_size=3))
HEADINGS = st.builds(Heading, st.text(), st.text(), st.text(), st.text(), st.integers(1, 99))
PROBLEMS = st.builds(ProblemResult, HEADINGS, st.lists(CHECKS, max_size=3), st.text(), NUMBERS)
RECORDS = st.builds(
    SubmissionResult,
    st.text(),
    st.lists(PROBLEMS, max_size=2),
    st.integers(0, 2**63 - 1),
    st.text(),
    st.text(),
    st.dictionaries(st.text(), st.text(), max_size=2),
    st.lists(st.text(), max_size=2),
    NUMBERS,
    st.text(),
)


@given(RECORDS)
def test_what_is_read_back_is_what_was_written(record):
    """Every field of every record."""
    assert from_json(to_json(record)) == record


def test_every_page_can_be_made_of_the_file(result, ungraded, hostile, unusable):
    """Renderers need nothing that the file does not hold, not even the course as it was."""
    for record in (result, ungraded, unusable):
        again = from_json(to_json(record))
        assert rendered(again, RENDERERS) == rendered(record, RENDERERS)
    assert html.page(from_json(to_json(hostile)), for_staff=True) == html.page(hostile, for_staff=True)


def test_the_same_record_gives_the_same_file(result):
    """Byte for byte, in plain ASCII: whatever is in it, it can be written."""
    result.remarks = ["Zoë \ud800"]
    assert to_json(result) == to_json(copy.deepcopy(result)) and to_json(result).isascii()


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table | {"extra": 1},
        lambda table: table | {"result": table["result"] | {"extra": 1}},
        lambda table: table | {"result": table["result"] | {"seed": "7"}},
        lambda table: table | {"result": table["result"] | {"seed": 7.5}},
        lambda table: table | {"result": {key: value for key, value in table["result"].items() if key != "remarks"}},
        lambda table: table | {"result": []},
        lambda table: json.loads(json.dumps(table).replace('"timed out"', '"to late"')),
    ],
    ids=["more", "more within", "text for a number", "fraction", "less", "list", "unknown status"],
)
def test_a_changed_file_is_refused(result, change):
    """One sentence, never half a record."""
    with pytest.raises(RecordError, match=r"this record is damaged \(.*\); grade the submission again\."):
        from_json(json.dumps(change(json.loads(to_json(result)))))


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "{}", "[" * 100_000, b"\xff\xfe", '{"score": 3, "tests": []}'])
def test_another_file_is_no_record(text):
    """Gradescope's results.json, for one."""
    with pytest.raises(RecordError, match="^this is not a record"):
        from_json(text)


def test_a_file_of_another_version_says_so(result, tmp_path):
    """With the file, both versions and what helps."""
    path = tmp_path / "ann.json"
    path.write_text(to_json(result).replace(f'"version": {VERSION}', '"version": 99'))
    with pytest.raises(RecordError, match=f"^{re.escape(str(path))}: .*another version of the kit .*99.*{VERSION}.*grade the"):
        read(path)
    with pytest.raises(RecordError, match="cannot be read"):
        read(tmp_path / "nobody.json")


def test_a_record_is_shown_as_any_page(result, tmp_path):
    """`autograder show`: the terminal page, or what a class run would have written; another file is one sentence."""
    path = tmp_path / "dana.json"
    path.write_text(to_json(result))
    assert "9 of 100 points" in CliRunner().invoke(show, [str(path)]).output
    for name, renderer in RENDERERS.items():
        assert CliRunner().invoke(show, [str(path), "--as", name]).output == renderer.text(result)
    path.write_text("{}")
    said = CliRunner().invoke(show, [str(path)])
    assert said.exit_code == 1 and "dana.json: this is not a record" in said.output


def test_a_file_is_shown_to_whom_its_user_lets_read_files(tmp_path, monkeypatch):
    """A new one as the user's umask says, an old one as it was: marks are not for everybody on a shared machine."""
    monkeypatch.setattr(atomic, "UMASK", 0o077)
    atomic.write_atomically(tmp_path / "new", "marks")
    (tmp_path / "old").write_text("")
    (tmp_path / "old").chmod(0o640)
    atomic.write_atomically(tmp_path / "old", "marks")
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("new", "old")] == [0o600, 0o640]
