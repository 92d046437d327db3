"""`autograder grade --gradebook` fills the platform's export when the class is graded."""

from click.testing import CliRunner

from autograder.classes.command import grade


def run(folder, out, export, *more):
    """The command, with one problem that the stand-ins grade."""
    words = [str(folder), "--out", str(out), "--problem", "softmax", "--device", "cpu", "--jobs", "1", "--gradebook", str(export)]
    return CliRunner().invoke(grade, [*words, *more])


def test_the_export_is_filled_at_the_end(fake_graders, make_class, tmp_path):
    """With the marks of this run; the export itself stays as it is."""
    export = tmp_path / "class.csv"
    export.write_bytes(b"login,points\nbob,\nann,\neve,\n")
    done = run(make_class(ann="score 3", bob="score 4.5"), tmp_path / "out", export)
    assert done.exit_code == 0, done.output
    assert (tmp_path / "class.filled.csv").read_bytes() == b"login,points\nbob,4.5\nann,3\neve,\n"
    assert export.read_bytes() == b"login,points\nbob,\nann,\neve,\n"
    assert "1 in the export are not in the class: eve" in " ".join(done.output.split())


def test_an_export_that_cannot_be_filled_is_refused_before_grading(fake_graders, graded_log, make_class, tmp_path):
    """Nobody waits for an hour to hear of it."""
    export = tmp_path / "class.csv"
    export.write_bytes(b"Student,ID,SIS Login ID,Section,A (1),B (2)\n")
    done = run(make_class(ann="score 3"), tmp_path / "out", export)
    assert done.exit_code == 1 and "say which one with --column" in " ".join(done.output.split())
    assert graded_log() == []
