"""Each platform's export comes back filled as its importer takes it, with every byte that is not ours as it was."""

import io
import zipfile

import pytest
from click.testing import CliRunner

from autograder.course import parts
from autograder.gradebook.command import gradebook

PART = parts()[0]

CANVAS = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Lines (77),Essay (78),Assignments Current Score,Final Score\r\n"
    ",,,,,Manual Posting,,,\r\n"
    "    Points Possible,,,,,12.00,5.00,(read only),(read only)\r\n"
    '"Lovelace, Ada",101,S1,ada,"CS 1, a",,4.00,80.0,80.0\r\n'
    '"O\'Brien, Bob",102,S2,bob,CS 1,3.00,,60.0,60.0\r\n'
    '"Çelik, Cem",103,S3,cem,CS 1,7,,,\r\n'
    '"Dora, Dora",104,S4,dora,CS 1,,,,\r\n'
    '"Ex, Eve",105,S5,eve,CS 1,EX,,,\r\n'
    '"Student, Test",999,,abc,CS 1,,,,\r\n'
).encode()
MOODLE = (
    "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,Last modified (grade),Feedback comments\n"
    'Participant 101,Ada Lovelace,ada@x.org,"Submitted for grading, late",,12.00,Yes,-,\n'
    'Participant 102,Bob_O Brien,bob@x.org,Submitted,3.00,12.00,Yes,"Monday, 2 March 2026, 4:00 PM",well done\n'
    "Participant 103,Cem Çelik,cem@x.org,Submitted,,12.00,Yes,-,\n"
    "Participant 104,Dora D,dora@x.org,No submission,,12.00,Yes,-,\n"
).encode()


def filled(out, tmp_path, content: bytes, *options: str, name: str = "export.csv", status: int = 0):
    """What the command says, and the bytes that it writes."""
    export = tmp_path / name
    export.write_bytes(content)
    done = CliRunner().invoke(gradebook, [str(out), str(export), *options])
    assert done.exit_code == status, done.output
    assert export.read_bytes() == content
    target = tmp_path / "export.filled.csv"
    return " ".join(done.output.split()), target.read_bytes() if target.exists() else b""


def changes(before: bytes, after: bytes) -> list[tuple[str, str]]:
    """The lines that are not as they were."""
    old, new = before.decode().splitlines(keepends=True), after.decode().splitlines(keepends=True)
    assert len(old) == len(new)
    return [(one, other) for one, other in zip(old, new) if one != other]


def test_canvas_gets_its_own_column_and_keeps_every_other_byte(graded, tmp_path):
    """Found by Canvas's number, byte order mark and quotes kept; excused, not graded and absent stay; all is said."""
    out = graded("canvas", ann="lovelaceada_101", bob="obrienbob_102", cem="celikcem_103")
    said, after = filled(out, tmp_path, CANVAS, "--column", "Lines")
    assert changes(CANVAS, after) == [
        ('"Lovelace, Ada",101,S1,ada,"CS 1, a",,4.00,80.0,80.0\r\n', '"Lovelace, Ada",101,S1,ada,"CS 1, a",8,4.00,80.0,80.0\r\n'),
        ('"O\'Brien, Bob",102,S2,bob,CS 1,3.00,,60.0,60.0\r\n', '"O\'Brien, Bob",102,S2,bob,CS 1,10.5,,60.0,60.0\r\n'),
    ]
    assert "2 marks in 'Lines (77)', Canvas" in said and "1 had another number in the export, which is replaced" in said
    assert "1 not graded, their cells are as they were: celikcem_103" in said
    assert "3 in the export are not in the class: Dora, Dora, Ex, Eve, Student, Test" in said


def test_canvas_by_login_with_semicolons_and_decimal_commas(graded, tmp_path):
    """A class of folders that are called by login; the export of a language that writes commas."""
    german = (
        CANVAS.replace(b",", b";").replace(b"12.00", b"12,00").replace(b'"Lovelace; Ada"', b"Ada").replace(b'"CS 1; a"', b"CS 1")
    )
    _, after = filled(graded(ann="ada"), tmp_path, german, "--column", "77")
    assert [new for _, new in changes(german, after)] == [
        "Ada;101;S1;ada;CS 1;8;4.00;80.0;80.0\r\n",
        '"O\'Brien; Bob";102;S2;bob;CS 1;10,5;;60.0;60.0\r\n',
    ]


@pytest.mark.parametrize(
    "options, said",
    [
        ([], "2 assignments (Lines (77), Essay (78)); say which one with --column"),
        (["--column", "Line (77)"], "did you mean Lines (77)?"),
        (["--column", "Final Score"], "Canvas computes the column Final Score itself"),
        (["--column", "Essay"], "the export says 5 points, and the marks are of 12; --scale turns them"),
        (["--column", "Lines", "--of", "lines2"], f"no such part or problem; there are {PART.id}, {PART.problems[0].id}"),
        (["--column", "Lines", "--id-column", "Section"], "nobody in"),
    ],
)
def test_what_canvas_would_take_wrongly_is_refused_in_one_sentence(graded, tmp_path, options, said):
    """And nothing is written."""
    out = graded("canvas", ann="lovelaceada_101", bob="obrienbob_102", cem="celikcem_103")
    output, after = filled(out, tmp_path, CANVAS, *options, status=1)
    assert said in output and not after


def test_points_of_another_maximum_are_turned_when_asked(graded, tmp_path):
    """8 of 12 are 3.33 of 5."""
    out = graded("canvas", ann="lovelaceada_101", bob="obrienbob_102", cem="celikcem_103")
    _, after = filled(out, tmp_path, CANVAS, "--column", "Essay", "--scale")
    assert b'a",,3.33,80.0' in after and b"CS 1,3.00,4.38,60.0" in after


def test_moodle_gets_grades_and_comments_and_keeps_when_it_was_changed(graded, tmp_path):
    """The worksheet's own columns; a comment that somebody has written stays."""
    out = graded("moodle", ann="Ada Lovelace_101", bob="Bob O Brien_102", cem="Cem Celik_103")
    said, after = filled(out, tmp_path, MOODLE)
    new = [new for _, new in changes(MOODLE, after)]
    assert len(new) == 2 and ",8,12.00,Yes,-," in new[0] and "8 of 12 points. 1.1 A line; with <b>: 8 of 12." in new[0]
    assert new[1].endswith(',10.5,12.00,Yes,"Monday, 2 March 2026, 4:00 PM",well done\n')
    assert "1 in the export are not in the class: Dora D" in said


def test_moodles_feedback_archive_has_its_folders(graded, tmp_path):
    """The number is the second part between underscores, whatever the name; the page is the student's."""
    out = graded("moodle", ann="Ada Lovelace_101", bob="Bob O Brien_102", cem="Cem Celik_103")
    filled(out, tmp_path, MOODLE)
    with zipfile.ZipFile(out / "feedback.zip") as archive:
        names = archive.namelist()
        assert "Ada Lovelace_101_assignsubmission_file_/feedback.html" in names
        assert all(name.split("_", 4)[1].isdigit() and name.split("_", 4)[2:4] == ["assignsubmission", "file"] for name in names)
        assert b"Feedback for" in archive.read(names[0])


def test_a_worksheet_with_decimal_commas_and_a_locked_grade(graded, tmp_path):
    """In German; whoever's grade cannot be changed there stays."""
    german = (
        "ID,Vollständiger Name,Status,Bewertung,Bestwertung,Bewertung kann geändert werden,Zuletzt geändert (Bewertung)\n"
        'Teilnehmer/in 101,Ada,Abgegeben,,"12,00",Ja,-\nTeilnehmer/in 102,Bob,Abgegeben,,"12,00",Nein,-\n'
        'Teilnehmer/in 103,Cem,Abgegeben,,"12,00",Ja,-\n'
    ).encode()
    out = graded("moodle", ann="Ada_101", bob="Bob_102", cem="Cem_103")
    said, after = filled(out, tmp_path, german)
    assert [new for _, new in changes(german, after)] == ['Teilnehmer/in 101,Ada,Abgegeben,8,"12,00",Ja,-\n']
    assert "1 locked in the export, not entered: Bob_102" in said


def test_a_comment_adds_up(graded, tmp_path):
    """What was given or taken for the part as a whole stands in it, too."""
    out = graded("moodle", ann="Ada Lovelace_101", bob="Bob O Brien_102", cem="Cem Celik_103")
    (out / "decisions.toml").write_text(
        f'[[decision]]\nkind = "points"\nstudents = ["Ada Lovelace_101"]\nwhere = "{PART.id}"\npoints = 1.5\n'
        'reason = "best question"\nby = "N. N."\ndate = 2026-03-04\n'
    )
    _, after = filled(out, tmp_path, MOODLE)
    assert "9.5 of 12 points. 1.1 A line; with <b>: 8 of 12; +1.5: best question." in after.decode()


def test_a_worksheet_in_another_language(graded, tmp_path):
    """Says what can be done; with both columns named it is a table like any other."""
    dutch = b"Nummer,Naam,Grade,Last modified (grade)\nDeelnemer 101,ann,,-\n"
    out = graded("moodle")
    said, after = filled(out, tmp_path, dutch, status=1)
    assert not after and "--id-column and --column (Nummer, Naam, Grade, Last modified (grade))" in said
    _, after = filled(out, tmp_path, dutch, "--id-column", "Naam", "--column", "Grade")
    assert after.endswith(b"Deelnemer 101,ann,8,-\n")


def test_an_archive_without_pages_is_none(graded, tmp_path):
    """And one of an earlier export does not stay beside the new marks."""
    out = graded(folder=tmp_path / "nothing")
    (out / "feedback.zip").write_bytes(b"old")
    said, _ = filled(out, tmp_path, CANVAS.replace(b"ada", b"ann"), "--column", "77")
    assert "No feedback.zip" in said and not (out / "feedback.zip").exists()


def test_gradescopes_roster_gets_a_column(graded, tmp_path):
    """By email; no archive, since it takes none."""
    roster = b"First Name,Last Name,SID,Email,Sections\nAda,L,1,ANN,\nBob,B,2,bob,\n"
    out = graded("gradescope")
    said, after = filled(out, tmp_path, roster)
    assert after == b"First Name,Last Name,SID,Email,Sections,Total Score\nAda,L,1,ANN,,8\nBob,B,2,bob,,10.5\n"
    assert "takes no files back" in said and not (out / "feedback.zip").exists()
    assert "1 in the class are not in the export: cem" in said


def test_any_table_with_a_column_of_names_and_one_of_marks(graded, tmp_path):
    """In an encoding of its own, with quotes everywhere; one folder a student in the archive."""
    table = '"Login";"Matr";"Punkte"\n"Ann ";"1";"-"\n"bob";"M\xfcller";""\n'.encode("latin-1")
    out = graded()
    said, after = filled(out, tmp_path, table, "--column", "Punkte")
    assert after == '"Login";"Matr";"Punkte"\n"Ann ";"1";"8"\n"bob";"M\xfcller";"10.5"\n'.encode("latin-1")
    with zipfile.ZipFile(out / "feedback.zip") as archive:
        assert archive.namelist() == ["ann/feedback.html", "bob/feedback.html"]


def test_whoever_is_not_clear_is_not_entered(graded, tmp_path):
    """Two rows of one student, or a name of two: said, and left alone."""
    table = b"login,grade\nann,\nann,\nbob,\n"
    said, after = filled(graded(), tmp_path, table)
    assert after == b"login,grade\nann,\nann,\nbob,10.5\n" and "ann is in 2 rows" in said and "are not in the class" not in said


def test_canvass_archive_answers_to_what_was_handed_in(graded, tmp_path):
    """Called as Canvas called it; an archive is an archive, a module is text that can be read."""
    folder = tmp_path / "class"
    folder.mkdir()
    for name in (
        "lovelaceada_101_9001_work.zip",
        "obrienbob_LATE_102_9002_line.py",
        "obrienbob_LATE_102_9003_plot.py",
        "celikcem_103_text.html",
    ):
        (folder / name).write_text("x")
    out = graded("canvas", folder, ann="lovelaceada_101", bob="obrienbob_102", cem="celikcem_103")
    said, _ = filled(out, tmp_path, CANVAS, "--column", "Lines")
    with zipfile.ZipFile(out / "feedback.zip") as archive:
        assert archive.namelist() == ["lovelaceada_101_9001_work.zip", "obrienbob_LATE_102_9003_plot.py"]
        with zipfile.ZipFile(io.BytesIO(archive.read("lovelaceada_101_9001_work.zip"))) as inner:
            assert b"Feedback for" in inner.read("feedback.html")
        assert "f(2) returned 3" in archive.read("obrienbob_LATE_102_9003_plot.py").decode()
    assert "1 have no file of Canvas's" in said


@pytest.mark.parametrize(
    "content, said", [(b"", "is empty"), (b"PK\x03\x04xx", "is not a CSV file"), ("a,b\n".encode("utf-16"), "is not a CSV")]
)
def test_a_file_that_is_no_table_is_refused(graded, tmp_path, content, said):
    """In one sentence."""
    output, after = filled(graded(), tmp_path, content, status=1)
    assert said in output and not after


def test_what_people_decided_is_what_is_entered(graded, tmp_path):
    """Points by hand count; where the only problem is excused, nothing does, and the cell stays as it is."""
    out = graded()
    decided = [
        f'kind = "points"\nstudents = ["ann"]\nwhere = "{PART.problems[0].id}"\npoints = 1.5',
        f'kind = "excuse"\nstudents = ["bob"]\nproblem = "{PART.problems[0].id}"',
    ]
    why = 'reason = "as agreed"\nby = "N. N."\ndate = 2026-03-04\n'
    (out / "decisions.toml").write_text("".join(f"[[decision]]\n{one}\n{why}\n" for one in decided))
    said, after = filled(out, tmp_path, b"login,grade\nann,\nbob,\n")
    assert after == b"login,grade\nann,9.5\nbob,\n" and "1 not graded, their cells are as they were: bob" in said


def test_what_answers_to_a_module_is_of_the_hand_in_that_counts(graded, tmp_path):
    """With what was decided about it, as on the page."""
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "lovelaceada_101_9001_line.py").write_text("x")
    out = graded("canvas", folder, ann="lovelaceada_101", bob="obrienbob_102", cem="celikcem_103")
    (out / "decisions.toml").write_text(
        '[[decision]]\nkind = "choose"\nstudent = "lovelaceada_101"\nentry = "obrienbob_102"\n'
        'reason = "she named it wrongly"\nby = "N. N."\ndate = 2026-03-04\n'
    )
    hers = b"".join(line for line in CANVAS.splitlines(keepends=True) if b"Bob" not in line)
    filled(out, tmp_path, hers, "--column", "Lines")
    with zipfile.ZipFile(out / "feedback.zip") as archive:
        said = archive.read("lovelaceada_101_9001_line.py").decode().replace("\\", "")
    assert said.startswith("# lovelaceada_101: 10.5 of 12 points") and "she named it wrongly" in said
