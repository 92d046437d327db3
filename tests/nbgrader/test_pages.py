"""Markdown on pages that may change marks, rosters, and stories."""

import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_markdown_cell, new_notebook
from traitlets.config import Config

from autograder.nbgrader.story import StoryError, read_story
from autograder.nbgrader.students import read_students
from autograder.submission.rosters import RosterError

ATTACKS = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "link": "[x](javascript:alert(1))",
    "data link": "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "mermaid": "```mermaid\n<img src=x onerror=alert(1)>\n```",
    "mathematics": "$\\href{javascript:alert(1)}{x}$",
    "token": "$\\mmlToken{mi}[href=javascript:alert(1)]{x}$",
    "token with a digit behind": "$$\\mmlToken1{x}$$",
    "mathematics with a space before": "$\\href {javascript:alert(1)}{x}$",
    "mathematics with a digit behind": "$\\href1{x}$",
    "mathematics by entity": "\\\\(&#92;href{javascript:alert(1)}{x}\\\\)",
    "mathematics by name": "$&bsol;href{javascript:alert(1)}{x}$ &bsol;href &#x5c;mmlToken",
    "mathematics renamed": "$\\let\\x\\href \\x{javascript:alert(1)}{y}$",
    "mathematics by macro": "$\\newcommand{\\x}{\\href}\\def\\y{\\mmlToken}\\x{javascript:alert(1)}{y}$",
    "style": "$\\style{position:fixed}{x} \\bbox[border:1px;position:fixed]{x}$",
    "an extension": "$\\require{html}\\require{action}$",
    "entity": "[x](&#106;avascript:alert(1))",
    "svg": "<svg/onload=alert(1)>",
    "autolink": "<javascript:alert(1)>",
    "picture": "![x](javascript:alert(1))",
}


def as_html(text):
    """A page body with one Markdown cell, made with the course's filter."""
    config = Config()
    config.HTMLExporter.filters = {"markdown2html": "autograder.nbgrader.markdown.markdown2html"}
    config.HTMLExporter.template_name = "basic"
    return HTMLExporter(config=config).from_notebook_node(new_notebook(cells=[new_markdown_cell(text)]))[0]


@pytest.mark.parametrize("text", ATTACKS.values(), ids=list(ATTACKS))
def test_nothing_that_a_student_writes_becomes_active(text):
    """It is shown as text."""
    page = as_html(text).lower()
    assert not any(
        bad in page
        for bad in (
            "<script",
            "<img src=x",
            '="javascript:',
            "<svg",
            "\\href",
            "\\mmltoken",
            "\\style",
            "\\bbox",
            "\\require",
            '="data:text',
            '="&#106;',
        )
    )


def test_markdown_still_is_markdown():
    """Emphasis, code, lists and mathematics come out as they should."""
    page = as_html("**bold** `a < b` and $x_1 < \\alpha$\n\n- one")
    assert "<strong>bold</strong>" in page and "<code>a &lt; b</code>" in page and "<li>one" in page and "\\alpha" in page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name\nada\n", "no column id; its first line names"),
        ("id\nada\nada\n", "there twice"),
        ("id\n../x\n", "cannot be"),
        ("id,email\n,a@b\n", "line 2: the column id is empty; write"),
    ],
)
def test_a_wrong_roster_is_refused_in_one_sentence(text, words, tmp_path):
    """With file and line."""
    path = tmp_path / "roster.csv"
    path.write_text(text)
    with pytest.raises(RosterError, match=words):
        read_students(path)


@pytest.mark.parametrize("text", ["# %% nonsense\n", "# %% problem\n", "# %% problem softmax training\n", "# %% needs nobody\n"])
def test_a_wrong_story_is_refused(text, tmp_path):
    """With file and line."""
    path = tmp_path / "story.py"
    path.write_text(text)
    with pytest.raises(StoryError, match="story.py, line 1"):
        read_story(path, ("softmax", "training"))
