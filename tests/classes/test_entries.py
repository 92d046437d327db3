"""Who is who in a folder of submissions, whatever made that folder and whatever names are in it."""

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from autograder.classes.entries import ClassError, find_entries
from autograder.classes.fingerprint import content_hash
from autograder.classes.names import distinct_names, safe_name, spreadsheet_text


def put(path: Path, text: str = "x = 1\n") -> Path:
    """Write a file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def pack(path: Path) -> Path:
    """A small .zip file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("training.py", "x = 1\n")
    return path


def students(folder: Path, **options) -> list[str]:
    """The names of the entries."""
    return [entry.student for entry in find_entries(folder, **options).entries]


def test_folders_and_archives_are_students_and_anything_else_is_said(tmp_path):
    """One folder, .zip, .tar.gz or unreadable archive is one student; a list of grades is not, and a remark says so."""
    put(tmp_path / "ann" / "training.py")
    pack(tmp_path / "bob.zip")
    with tarfile.open(tmp_path / "cy.tar.gz", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("training.py"), io.BytesIO())
    put(tmp_path / "dee.rar")
    put(tmp_path / "roster.csv")
    put(tmp_path / ".DS_Store")
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "ann")
    os.mkfifo(tmp_path / "pipe.zip")
    listing = find_entries(tmp_path)
    assert [entry.student for entry in listing.entries] == ["ann", "bob", "cy", "dee"]
    assert [remark.split()[0] for remark in listing.remarks] == ["link", "pipe.zip", "roster.csv"]


def test_hostile_names_become_harmless_and_stay_distinct(tmp_path):
    """No name leaves the folder, hides a file, starts a formula or collides with another on any file system."""
    names = [
        "=cmd|x",
        "-rf",
        "a\nb",
        "a\u202eb",
        "CON",
        "con.txt",
        "Ann",
        "ann",
        "x" * 250,
        "Zoë",
        "日本",
        "<b>",
        "a b",
        " ",
    ]
    for name in names:
        (tmp_path / name).mkdir()
    os.mkdir(os.fsencode(tmp_path) + b"/\xff\xfe")
    (tmp_path / ".hidden").mkdir()
    assert find_entries(tmp_path).remarks == [".hidden is hidden and was left out; give it a name without a leading dot."]
    found = students(tmp_path)
    assert len(found) == len(names) + 1
    assert len({name.casefold() for name in found}) == len(found)
    assert {"Zoë", "日本", "a b"} <= set(found)
    for name in found:
        assert name.isprintable() and name[0] not in "=+-@. " and "/" not in name
        assert len(f".{name}.json.12345678".encode()) < 255
        (tmp_path / f"{name}.json").touch()


def test_a_name_does_not_depend_on_who_else_is_there():
    """A changed name carries a digest of the original, so that a later submission never takes its place."""
    assert safe_name("a:b") == distinct_names([("a:b", "a:b"), ("a_b", "a_b")])[0]
    both = distinct_names([("ann", "ann"), ("ann", "ann.zip")])
    assert both == distinct_names([("ann", "ann.zip"), ("ann", "ann")])[::-1] and len(set(both)) == 2


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "\uff1d1"])
def test_no_name_starts_a_formula(text):
    """Spreadsheets compute what begins with such a character."""
    assert spreadsheet_text(text)[0] not in "=+-@\t\uff1d"


def test_nbgrader_trees_are_read_by_student_and_assignment(tmp_path):
    """Given the course or its `submitted` folder; several assignments have to be chosen from."""
    for who in ("ann", "bob", "cy"):
        put(tmp_path / "submitted" / who / "ps1" / "timestamp.txt")
    for who in ("ann", "cy"):
        put(tmp_path / "submitted" / who / "ps2" / "timestamp.txt")
    put(tmp_path / "nbgrader_config.py")
    with pytest.raises(ClassError, match="2 assignments .ps1, ps2.; say which"):
        find_entries(tmp_path)
    assert students(tmp_path, assignment="ps1") == ["ann", "bob", "cy"]
    listing = find_entries(tmp_path / "submitted", assignment="ps2")
    assert [entry.path.name for entry in listing.entries] == ["ps2", "ps2"]
    assert listing.remarks == ["bob has not handed in ps2."]


def test_gradescope_exports_name_people_and_groups(tmp_path):
    """The metadata file says who handed in which folder; every member of a group gets the result."""
    put(tmp_path / "submission_1" / "training.py")
    put(tmp_path / "submission_2" / "training.py")
    put(tmp_path / "submission_9" / "training.py")
    put(
        tmp_path / "submission_metadata.yml",
        "---\nsubmission_1:\n  :submitters:\n  - :name: Ann A\n    :sid: '007'\n    :email: \n"
        "  :created_at: 2024-02-11 14:22:33.5 Z\n"
        "submission_2:\n  :submitters:\n  - :name: Bob\n    :sid:\n    :email: b@x.edu\n"
        "  - :name: Cy\n    :sid:\n    :email: c@x.edu\n  :results: !ruby/object:Hash {}\n"
        "submission_3:\n  :submitters:\n  - :name: Dee\n",
    )
    listing = find_entries(tmp_path)
    assert {entry.student: entry.people for entry in listing.entries} == {
        "007": ("007",),
        "b@x.edu+c@x.edu": ("b@x.edu", "c@x.edu"),
    }
    assert listing.remarks == [
        "Dee cannot be graded: submission_metadata.yml names submission_3, which is not there.",
        "submission_9 is not in submission_metadata.yml and was left out.",
    ]
    assert [item.person for item in listing.left_out] == ["Dee", ""]


def test_moodle_downloads_with_and_without_folders(tmp_path):
    """Moodle writes `Full Name_ID_assignsubmission_file_`, as a folder or before the file's name."""
    pack(tmp_path / "a" / "Ann A_12_assignsubmission_file_" / "hw.zip")
    put(tmp_path / "a" / "Bob_13_assignsubmission_file" / "training.py")
    put(tmp_path / "a" / "Bob_13_assignsubmission_onlinetext_" / "text.html")
    pack(tmp_path / "b" / "Ann A_12_assignsubmission_file_hw_1.zip")
    put(tmp_path / "b" / "Bob_13_assignsubmission_file_training.py")
    assert students(tmp_path / "a") == students(tmp_path / "b") == ["Ann A_12", "Bob_13"]
    assert find_entries(tmp_path / "b").entries[1].loose == (
        ("training.py", tmp_path / "b" / "Bob_13_assignsubmission_file_training.py"),
    )


def test_canvas_downloads_take_the_latest_upload(tmp_path):
    """Canvas writes all files side by side, with LATE and a number where they apply; of archives what they hold decides."""
    pack(tmp_path / "doejane_77_1000_hw.zip")
    pack(tmp_path / "doejane_LATE_77_2000_hw-1.zip")
    put(tmp_path / "roebob_78_3000_training.py")
    put(tmp_path / "roebob_78_3002_training-2.py", "later\n")
    put(tmp_path / "roebob_78_3001_ema.py")
    listing = find_entries(tmp_path)
    assert listing.remarks == ["Late, as Canvas says: doejane_77."]
    jane, bob = listing.entries
    assert [name for name, _ in jane.loose] == ["hw.zip", "hw-1.zip"] and "late" in jane.note and not bob.note
    assert {name: path.name for name, path in bob.loose} == {
        "training.py": "roebob_78_3002_training-2.py",
        "ema.py": "roebob_78_3001_ema.py",
    }


def test_what_is_no_class_is_one_sentence(tmp_path):
    """A missing, empty or packed folder, and a single submission in place of a class."""
    with pytest.raises(ClassError, match="does not exist"):
        find_entries(tmp_path / "nowhere")
    with pytest.raises(ClassError, match="holds no submission"):
        find_entries(tmp_path)
    with pytest.raises(ClassError, match="unpack it first"):
        find_entries(pack(tmp_path / "class.zip"))
    put(tmp_path / "one" / "models" / "softmax.py")
    with pytest.raises(ClassError, match="looks like one submission"):
        find_entries(tmp_path / "one")


def test_grades_carry_the_names_that_the_platform_knows(tmp_path):
    """A name that cannot be a file's is changed for the file only; whoever is there twice is told apart, and said."""
    for name in ("O'Neil, Zoë (zo12)", "bob", "a\nb"):
        put(tmp_path / name / "training.py")
    os.mkdir(os.fsencode(tmp_path) + b"/\xff")
    pack(tmp_path / "bob.zip")
    listing = find_entries(tmp_path)
    people = [entry.people[0] for entry in listing.entries]
    assert {"O'Neil, Zoë (zo12)", "a b", "?"} < set(people) and len(set(people)) == 5
    assert sum(name.startswith("bob~") for name in people) == 2
    assert listing.remarks == ["bob is there 2 times (bob, bob.zip), each with a row; remove what does not count."]


def test_results_are_no_submissions(tmp_path):
    """Those of this run and of others; into a submission none are written."""
    put(tmp_path / "ann" / "training.py")
    for name in ("results/ann.json", "feedback/ann.html", "run.json", "journal.jsonl"):
        put(tmp_path / "marks" / name)
    assert students(tmp_path, leave_out=tmp_path / "new") == ["ann"]
    assert find_entries(tmp_path).remarks == ["marks holds the results of another run and was left out."]
    assert not find_entries(tmp_path, leave_out=tmp_path / "marks").remarks
    with pytest.raises(ClassError, match="inside what counts as a student"):
        find_entries(tmp_path, leave_out=tmp_path / "ann" / "marks")


def test_nobody_is_left_out_without_a_word(tmp_path):
    """Hidden archives, Moodle's online texts, a Gradescope submission of nobody, somebody else's assignment."""
    pack(tmp_path / "plain" / ".ann.zip")
    put(tmp_path / "plain" / "bob" / "training.py")
    put(tmp_path / "plain" / "._bob.zip")
    put(tmp_path / "moodle" / "Ann_12_assignsubmission_onlinetext_" / "text.html")
    put(tmp_path / "moodle" / "Bob_13_assignsubmission_file_" / "training.py")
    for name in ("submission_1", "submission_2"):
        put(tmp_path / "gradescope" / "assignment_9_export" / name / "training.py")
    put(
        tmp_path / "gradescope" / "assignment_9_export" / "submission_metadata.yml",
        "submission_1:\n  :submitters:\nsubmission_2:\n  :submitters:\n  - :sid: '7'\n",
    )
    said = {name: find_entries(tmp_path / name).remarks for name in ("plain", "moodle", "gradescope")}
    assert [words.split()[0] for words in sum(said.values(), [])] == [".ann.zip", "Ann_12", "submission_1"]
    assert students(tmp_path / "gradescope") == ["7"]
    put(tmp_path / "tree" / "ann" / "ps1" / "training.py")
    assert find_entries(tmp_path / "tree", assignment="ps1").entries[0].path.name == "ps1"


def test_a_folder_that_cannot_be_read_stops_nobody_else(tmp_path, monkeypatch):
    """Its student is told so when it is to be graded, and what is closed never counts as not handed in."""
    put(tmp_path / "ann" / "models" / "softmax.py")
    put(tmp_path / "bob" / "training.py")
    real, closed = os.scandir, []

    def scandir(path):
        if str(path).endswith(tuple(closed)):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    closed.append("models")
    with pytest.raises(PermissionError):
        content_hash(tmp_path / "ann")
    monkeypatch.setattr("autograder.classes.entries.visible", lambda folder: _visible(folder, tmp_path / "ann"))
    assert students(tmp_path) == ["ann", "bob"]


def _visible(folder: Path, closed: Path) -> list[Path]:
    if folder == closed:
        raise PermissionError(13, "Permission denied", str(folder))
    return sorted(folder.iterdir())
