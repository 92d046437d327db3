"""The whole cycle with nbgrader's real commands: release, fetch, submit, collect, autograde, feedback, export."""

import csv
import html
import io
import json
import re
import shutil
import sqlite3

from scratch_course import DESERVED, FULL, PART, PROBLEMS, ScratchCourse

from autograder.course import CHECKS, KIT_ROOT, SOLUTIONS

NOT_SECRET = re.compile(r"\s*(import |from |@pytest|def |return|assert|for |if |\"\"\"|#)")


def text_of(folder):
    """Everything below a folder as one text."""
    return "\n".join(path.read_text(errors="replace") for path in sorted(folder.rglob("*")) if path.is_file())


def solution_lines():
    """Every line of code inside a solution's markers that a student could not write down without thinking."""
    for path in sorted((SOLUTIONS / PART).rglob("*.py")):
        for region in re.findall(r"### BEGIN SOLUTION.*?\n(.*?)### END SOLUTION", path.read_text(), re.DOTALL):
            yield from (line.strip() for line in region.splitlines() if len(line.strip()) > 20)


def hidden_lines():
    """Lines of the hidden checks and of what they judge with; a part's story is the notebook that students get."""
    for path in [
        *sorted(path for path in CHECKS.rglob("*.py") if path.name != "story.py"),
        *sorted((KIT_ROOT / "autograder" / "judge").glob("*.py")),
    ]:
        yield from (line.strip() for line in path.read_text().splitlines() if len(line.strip()) > 30 and not NOT_SECRET.match(line))


def test_what_is_released_holds_no_solution_and_no_hidden_check(sqlite_course):
    """Every line of a solution and of a hidden check is looked for in the released tree and in the exchange."""
    given = text_of(KIT_ROOT / "assignment")
    for folder in (sqlite_course.course / "release", sqlite_course.exchange / "dl101" / "outbound"):
        text = text_of(folder)
        assert "draw_pictures" in text  # the notebook is there, and was read
        assert not [line for line in solution_lines() if line in text and line not in given]
        assert not [line for line in hidden_lines() if line in text and line not in given]
        assert "BEGIN SOLUTION" not in text
    released = sorted(
        path.relative_to(sqlite_course.course / "release").as_posix() for path in (sqlite_course.course / "release").rglob("*.*")
    )
    assert f"{PART}/{PART}.ipynb" in released and f"{PART}/models/softmax.py" in released
    assert not [name for name in released if name.endswith((".toml", ".j2", "answers.md"))]


def test_everybody_gets_the_marks_that_the_files_deserve(sqlite_course):
    """Forged output, changed points, an endless cell, an edited gradebook and a renamed notebook change nobody's marks."""
    assert sqlite_course.marks() == DESERVED


def test_grading_in_parallel_gives_the_same_marks_and_folders(sqlite_course, tmp_path):
    """`autograder nbgrader autograde` grades anew into an empty gradebook, and what it enters is what nbgrader entered."""
    course = copied(sqlite_course, tmp_path)
    shutil.rmtree(course.course / "autograded")
    kept = course.course / ".autograder" / PART
    (seed,) = {json.loads(path.read_text())["result"]["seed"] for path in (kept / "records").iterdir()}
    (kept / "run.json").write_text(json.dumps({"seed": seed}))  # the same hidden inputs, as if that run went on
    shutil.rmtree(kept / "records")
    with sqlite3.connect(course.course / "gradebook.db") as book:
        book.execute("update grade set auto_score = null, needs_manual_grade = 1")
    said = course.run("autograde", PART, program="autograder")
    assert "3 entered in the gradebook, 0 were there already" in said
    assert (course.course / ".autograder" / PART / "summary.html").is_file()  # as the end of the page says
    assert course.marks() == DESERVED
    for student in DESERVED:
        assert notebook_texts(course, student) == notebook_texts(sqlite_course, student)
    next((course.course / ".autograder" / PART / "entered").glob("partly*")).unlink()
    assert "1 entered in the gradebook, 2 were there already" in course.run("autograde", PART, program="autograder")
    assert course.marks() == DESERVED


def test_the_same_on_postgresql(postgres_course):
    """Collected, graded in parallel, graded again by plain `nbgrader autograde`, exported: on a PostgreSQL server."""
    assert postgres_course.marks() == DESERVED
    assert len(list((postgres_course.course / "autograded").glob(f"*/{PART}/{PART}.ipynb"))) == len(DESERVED)
    assert len(list((postgres_course.course / "feedback").glob(f"*/{PART}/{PART}.html"))) == len(DESERVED)
    postgres_course.run("autograde", PART, "--force")
    assert postgres_course.marks() == DESERVED
    postgres_course.run("export")
    rows = table(postgres_course.course / "grades.csv")
    totals = {student: str(sum(marks.values())) for student, marks in DESERVED.items()}
    assert {row["student_id"]: row["score"] for row in rows} == totals | {"absent": ""}


def test_fetched_feedback_is_the_kits_and_safe_to_open(sqlite_course):
    """It has words for students, no line of a hidden check, and nothing that a student wrote runs in it."""
    pages = {
        student: next((sqlite_course.desk(student) / PART / "feedback").rglob(f"{PART}.html")).read_text()
        for student in ("right", "hostile")
    }
    partly = (sqlite_course.course / "feedback" / "partly" / PART / f"{PART}.html").read_text()
    assert f"{DESERVED['partly']['softmax']:g} of {FULL['softmax']:g}" in re.sub(r"<[^>]+>", "", partly)
    assert "it was taken for it" in html.unescape(partly)
    assert "1.1 Softmax classifier</a> (Score" in partly and "Test cell" not in partly
    assert "models/softmax.py, as it was handed in" in partly and "class" in partly
    for page in (*pages.values(), partly):
        assert not [line for line in hidden_lines() if html.escape(line) in page]
    body = pages["hostile"].partition("<body")[2]
    assert not re.search(r"<script>alert|href=\"javascript:|<img src=x|\\href\{", body)
    assert "alert(1)" not in body or "&lt;script&gt;alert(1)" in body  # where the cell is shown, it is shown as text


def test_exports_say_who_is_not_graded(sqlite_course, tmp_path):
    """A mark that is open is empty and says why, in the kit's table and in those for Canvas and Moodle; names are no formulas."""
    course, everything = copied(sqlite_course, tmp_path), str(sum(FULL.values()))
    with sqlite3.connect(course.course / "gradebook.db") as book:
        book.execute(
            "update grade set auto_score = null where notebook_id in (select submitted_notebook.id from submitted_notebook join "
            "submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id where student_id = 'partly')"
        )
    course.run("export")
    rows = {row["student_id"]: row for row in table(course.course / "grades.csv")}
    assert [rows[name]["status"] for name in ("right", "partly", "absent")] == ["graded", "not graded", "no submission"]
    assert [rows[name]["score"] for name in ("right", "partly", "absent")] == [everything, "", ""]
    assert rows["hostile"]["last_name"].startswith("'=")
    course.run("export", "--exporter=autograder.nbgrader.export.CanvasCsv", "--to=canvas.csv")
    canvas = {row["SIS Login ID"]: row[PART] for row in table(course.course / "canvas.csv")}
    assert canvas == {"": everything, "right": everything, "partly": "", "hostile": str(FULL["softmax"]), "absent": ""}
    course.run("export", "--exporter=autograder.nbgrader.export.MoodleCsv", "--to=moodle.csv")
    moodle = {row["ID number"]: (row[PART], row[f"{PART} feedback"]) for row in table(course.course / "moodle.csv")}
    assert moodle["partly"] == ("-", "not graded") and moodle["right"] == (everything, "")


def test_a_fault_of_ours_leaves_the_marks_open(sqlite_course, tmp_path, monkeypatch):
    """Nothing of an earlier mark stays, nothing becomes 0, and the reason is said."""
    from autograder.classes.unit import PoolFault
    from autograder.nbgrader import preprocessors
    from autograder.nbgrader.entering import enter_all

    def broken(*arguments):
        raise PoolFault("no grading process could start")

    course = copied(sqlite_course, tmp_path)
    monkeypatch.setattr(preprocessors, "kept_results", broken)
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "jupyter"))
    said = dict(enter_all(course.course, PART, ["partly"], jobs=1))
    assert "no grading process could start" in said["partly"]
    assert set(course.marks()["partly"].values()) == {None}
    assert course.marks()["right"] == DESERVED["right"]


def test_the_gradebook_has_the_points_of_the_kit(sqlite_course):
    """The assignment is worth what its problems are worth, from the roster's first day on."""
    from nbgrader.api import Gradebook
    from autograder.course import problems

    with Gradebook(sqlite_course.url, "dl101") as book:
        cells = {cell.name: cell.max_score for notebook in book.find_assignment(PART).notebooks for cell in notebook.grade_cells}
        assert {student.id for student in book.students} >= {"right", "absent"}
    assert cells == {name: float(problems()[name].points) for name in PROBLEMS}


def table(path):
    """Rows of a CSV table as dictionaries."""
    return list(csv.DictReader(io.StringIO(path.read_text())))


def copied(course, tmp_path):
    """A copy of a course directory that a test may change."""
    shutil.copytree(course.course, tmp_path / "course")
    other = ScratchCourse(tmp_path)
    return other


def notebook_texts(course, student):
    """The cells of a graded notebook, without the ids that Jupyter draws at random."""
    notebook = json.loads((course.course / "autograded" / student / PART / f"{PART}.ipynb").read_text())
    return [(cell["cell_type"], cell["source"], cell.get("outputs")) for cell in notebook["cells"]]
