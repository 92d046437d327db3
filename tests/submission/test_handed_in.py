"""What Gradescope says of the time of handing in becomes one sentence, whatever stands in its file."""

import json

import pytest

from autograder.submission.handed_in import UNREADABLE, handed_in

DUE = "2026-03-02T23:00:00-08:00"


def said(tmp_path, text: str) -> str:
    """The sentence about a file."""
    (tmp_path / "metadata.json").write_text(text)
    return handed_in(tmp_path / "metadata.json")


@pytest.mark.parametrize(
    "came, users, sentence",
    [
        ("2026-03-02T22:59:59-08:00", [], "Handed in 2026-03-02 22:59, in time."),
        ("2026-03-03T07:00:30Z", [], "Handed in 2026-03-03 07:00, 1 minute after the due date (2026-03-02 23:00)."),
        ("2026-03-05T01:30:00-08:00", [], "Handed in 2026-03-05 01:30, 2 days 2 hours after the due date (2026-03-02 23:00)."),
        ("2026-03-05T01:30:00-08:00", [{"assignment": {"due_date": "2026-03-09T23:00:00-08:00"}}, {}], "in time."),
    ],
)
def test_how_late_it_came(tmp_path, came, users, sentence):
    """By the due date of the assignment, or by a student's own."""
    assert said(tmp_path, json.dumps({"created_at": came, "users": users, "assignment": {"due_date": DUE}})).endswith(sentence)


def test_without_a_due_date_there_is_nothing_to_say(tmp_path):
    """Nobody is late then."""
    assert said(tmp_path, json.dumps({"created_at": DUE, "assignment": {"due_date": None}})) == ""


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"assignment": {"due_date": 3}, "created_at": 3}', '{"assignment": []}', '{"users": 3}']
)
def test_a_file_that_cannot_be_read_is_said(tmp_path, text):
    """And costs nobody anything."""
    assert said(tmp_path, text) == UNREADABLE
