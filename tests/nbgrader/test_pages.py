"""Markdown on pages that may change marks, rosters, and stories."""

import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension
from traitlets.config import Config

from autograder.nbgrader.configure import configure
from autograder.nbgrader.feedback_page import FeedbackExporter, named, titles
from autograder.nbgrader.own_code import code_of
from autograder.nbgrader.preprocessors import SaveHarnessMarks

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


def test_feedback_calls_cells_by_their_titles():
    """Problems by the kit, questions by the course's own cell; what a student writes names nothing."""
    asked = new_markdown_cell("## 2.5 Why so small? (4 points, optional: extra points)\n\nSay it.")
    asked.metadata.nbgrader = {"grade_id": "question_2_5", "locked": True}
    own = new_markdown_cell("## 9.9 Mine")
    names = titles(new_notebook(cells=[own, asked]))
    assert names["softmax"] == "1.1 Softmax classifier" and names["answer_2_5"] == "2.5 Why so small?"
    page = '<a href="#softmax">Test cell</a> <a href="#answer_2_5">Written response</a> Grade cell: <code>softmax</code>'
    page += '<a href="#bonus">Test cell</a>'
    assert named(page, names | {"answer_2_5": "a < b"}) == (
        '<a href="#softmax">1.1 Softmax classifier</a> <a href="#answer_2_5">a &lt; b</a> 1.1 Softmax classifier'
        '<a href="#bonus">Test cell</a>'
    )


def test_the_formgrader_and_the_feedback_call_problems_by_their_titles(tmp_path, monkeypatch):
    """With the course's configuration each finds its template; marks are entered under the same ids as before."""
    result = new_code_cell("pass")
    result.metadata.nbgrader = {"grade_id": "softmax", "grade": True, "solution": False, "points": 15}
    answer = new_markdown_cell("<code>softmax</code>")
    answer.metadata.nbgrader = {"grade_id": "answer_1_8", "grade": True, "solution": True, "points": 4}
    about = {"notebook_id": "nb", "index": 0, "total": 1, "base_url": "", "notebook_path": "nb", "nbgrader": {"notebook": "nb"}}
    (tmp_path / "nbgrader_config.py").write_text("import autograder.nbgrader.configure as kit\nkit.configure(get_config())\n")
    monkeypatch.chdir(tmp_path)
    formgrader = FormgradeExtension()
    formgrader.initialize([])  # as the server does
    page, _ = HTMLExporter(config=formgrader.config).from_notebook_node(new_notebook(cells=[result, answer]), resources=about)
    label = '<span class="nbgrader-label">'
    assert f"{label}1.1 Softmax classifier</span>" in page and f"{label}Student's answer</span>" in page
    assert "<code>softmax</code></span>" not in page and 'class="score tabbable" id="softmax"' in page
    feedback = Config()
    configure(feedback)
    converter = GenerateFeedback(coursedir=CourseDirectory(config=feedback), config=feedback)
    exporter = FeedbackExporter(config=converter.config)
    used = exporter.environment.get_template(exporter.template_file).filename
    assert used.endswith("formgrader/templates/feedback/index.html.j2")


def test_code_is_shown_as_text(tmp_path):
    """Highlighted with numbers; nothing in it is HTML, a terminal's code or a mark that changes directions."""
    (tmp_path / "softmax.py").write_text("x = '</pre><script>alert(1)</script>\x1b[2J\u202e'  # mine\n")
    code = code_of(tmp_path, ("softmax", "training"))
    assert [name for name, _ in code["softmax"]] == ["models/softmax.py"] and code["training"] == []
    text = code["softmax"][0][1]
    assert "<script" not in text and "&lt;script&gt;" in text and not {"\x1b", "\u202e"} & set(text) and "<span" in text
    assert code_of(tmp_path / "nobody", ("softmax",)) == {}


def test_extra_credit_for_an_optional_answer_counts_as_soon_as_it_is_entered(tmp_path):
    """Whoever reads the answer enters points; nobody has to set a 0 first, and it waits until somebody has read it."""
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as book:
        book.add_assignment("ps")
        book.add_notebook("nb", "ps")
        for name, points in (("answer_1_9", 0.0), ("answer_1_8", 4.0)):
            book.add_grade_cell(name, "nb", "ps", max_score=points, cell_type="markdown")
            book.add_solution_cell(name, "nb", "ps")
        book.add_student("ann")
        book.add_submission("ps", "ann")
        step = SaveHarnessMarks()
        step.gradebook, step.notebook_id, step.assignment_id, step.student_id = book, "nb", "ps", "ann"
        for name, points in (("answer_1_9", 0.0), ("answer_1_8", 4.0)):
            cell = new_markdown_cell("because")
            cell.metadata.nbgrader = {"grade_id": name, "grade": True, "solution": True, "points": points}
            step._add_score(cell, {})
        optional, asked = (book.find_grade(name, "nb", "ps", "ann") for name in ("answer_1_9", "answer_1_8"))
        assert (optional.auto_score, optional.needs_manual_grade) == (0.0, True) and asked.auto_score is None
        optional.extra_credit = 2.5
        book.db.commit()
        assert optional.score == 2.5 and book.find_submission("ps", "ann").score == 2.5
