"""The Markdown page: the same words as everywhere, and nothing that a student wrote is markup."""

from html.parser import HTMLParser

import mistune
import pytest

from autograder.results.markdown import page
from autograder.results.statuses import STATUSES
from autograder.results.terminal import points


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


def shown(result) -> Tags:
    """The page as a wiki would show it that lets HTML through."""
    return Tags(mistune.create_markdown(escape=False, plugins=["table", "url", "strikethrough"])(page(result)))


def test_score_problems_and_reasons_are_there(result):
    """Name and points first, a table of the problems, every message as it is."""
    found = shown(result)
    assert found.text.split()[:5] == ["dana:", "9", "of", "100", "points"]
    assert sum(tag == "tr" for tag, _ in found.tags) == 1 + len(result.problems)
    for problem in result.problems:
        assert f"{points(problem.score)} of {points(problem.max_score)}" in found.text
        for check in problem.checks:
            assert check.title in found.text and all(reason.message in found.text for reason in check.reasons)
    assert "It happened for 4 images; right for 1 image." in found.text


def test_every_status_is_said_in_words(result, ungraded):
    """The same words as on the other pages."""
    text = page(result) + page(ungraded)
    assert all(status.word in text for status in STATUSES.values())


def test_our_fault_costs_nothing(ungraded):
    """The total is not final, the points are open."""
    assert "Not final." in page(ungraded) and "| GRADER | open |" in page(ungraded)


def test_staff_matters_stay_with_staff(result):
    """Neither printed output nor details."""
    assert "secret" not in page(result)


@pytest.mark.parametrize(
    "text", ["```\n<img src=x onerror=a>\n````\n[a](javascript:b)", "# big\n| a |\n- b", "http://x.y @all <b>"]
)
def test_what_a_student_wrote_is_no_markup(hostile, text):
    """No tag, link, heading or table of theirs, whatever stands in it."""
    hostile.problems[0].checks[0].cases[0].message += text
    hostile.remarks.append(text)
    allowed = {"h1", "h2", "p", "ul", "li", "strong", "table", "thead", "tbody", "tr", "th", "td", "pre", "code"}
    found = shown(hostile)
    assert {tag for tag, _ in found.tags} <= allowed
    assert sum(tag in ("h1", "h2") for tag, _ in found.tags) == 1 + len(hostile.problems)
    assert sum(tag == "table" for tag, _ in found.tags) == 1
