"""Promises about whose submission it is: the roster's word first, then student.cfg, then a drawn variant; never a crash."""

from pathlib import Path

import pytest

from autograder.course import parts
from autograder.checks.distillation.student_variants import drawn_variant, example_variants
from autograder.grading.reference import Reference
from autograder.grading.variants import read_variants, whose
from autograder.submission.reader import Contents
from autograder.submission.rosters import RosterError

PART = next(part for part in parts() if part.id == Path(__file__).parent.name)
CFG = "student.cfg"
OWN = b"[student]\nroll_number = M00AA021\nbirth_date = 2000-06-21\n"
LISTED = {PART.id: dict.fromkeys(("dana", "b00aa411"), ("B00AA411", "2001-04-10"))}
ROSTER = "student,roll_number,birth_date\ndana,B00AA411,2001-04-10\neli , b00aa250 ,2001-05-14\n"


@pytest.fixture(scope="module")
def reference():
    """The solution of the part that has variants."""
    return Reference(PART)


@pytest.fixture
def found(reference):
    """`found(cfg, name, roster)`: whose submission it is when `cfg` is the content of student.cfg."""

    def ask(cfg=None, name="dana.zip", roster=None, files=None, seed=5):
        own = {"networks.py": b""} if files is None else dict(files)
        if cfg is not None:
            own[CFG] = cfg
        return whose(name, Contents(dict(own)), PART, own, roster, seed, reference)

    return ask


@pytest.fixture
def written(tmp_path):
    """A roster file with this content."""

    def write(content) -> Path:
        path = tmp_path / "roster.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_student_cfg_gives_the_variant(found, reference):
    """Without a roster the file is believed, and the page has nothing to say."""
    own = found(OWN)
    assert own.variant == reference.variants.variant_for("M00AA021", "2000-06-21") and own.known and not own.remark


def test_student_cfg_may_stand_beside_the_part(reference):
    """Students put it into the folder above, or spell it in capitals."""
    contents = Contents({"work/Student.CFG": OWN, "work/distillation/networks.py": b""})
    own = whose("dana", contents, PART, {"networks.py": b""}, None, 5, reference)
    assert own.known and own.variant.dataset == "tiny-imagenet"


@pytest.mark.parametrize("name", ["dana", "Dana.zip", "dana.tar.gz", "B00AA411", "b00aa411.tgz"])
def test_the_roster_comes_first(found, reference, name):
    """A name with or without an archive's ending, or the roll number, finds the row; the file is not asked."""
    own = found(None, name, LISTED)
    assert own.variant == reference.variants.variant_for("B00AA411", "2001-04-10") and own.known and not own.remark


def test_a_contradiction_is_said(found):
    """Where file and roster differ, the roster's is used and the page says so."""
    own = found(OWN, "dana", LISTED)
    assert own.variant.dataset == "svhn" and "another roll number than the roster" in own.remark


def test_a_stranger_to_the_roster_keeps_the_file(found):
    """Who is not on the roster is graded by the file, with a remark for the teaching assistant."""
    own = found(OWN, "somebody", LISTED)
    assert own.known and own.variant.dataset == "tiny-imagenet" and "no somebody" in own.remark


@pytest.mark.parametrize(
    ("cfg", "words"),
    [
        (None, "was not handed in"),
        (b"[student]\nroll_number = B00XX000\nbirth_date = 2001-01-02\n", "made-up values"),
        (b"", "no line [student]"),
        (b"\xff\xfe\x00\x01", "not plain text"),
        (b"[student]\n" + b"#" * 20_000, "too long"),
        (b"[student]\nroll_number = \x1b[31mB\nbirth_date = 2001-05-14\n", "roll number"),
        (b"[student]\nroll_number = B00AA250\nbirth_date = 31.12.2001\n", "year-month-day"),
    ],
    ids=["missing", "template", "empty", "binary", "long", "escape codes", "wrong date"],
)
def test_whatever_is_wrong_is_a_remark_and_a_drawn_variant(found, cfg, words):
    """The remark says what to do in one line; the variant follows from the run's seed alone."""
    own = found(cfg)
    assert words in own.remark and "\n" not in own.remark and own.remark.isprintable() and not own.known
    assert own.variant == found(cfg, "somebody else").variant


def test_who_handed_in_nothing_of_the_part_reads_no_remark(found):
    """A missing student.cfg is no news where the whole part is missing."""
    assert found(files={}).remark == ""


def test_variants_are_drawn_from_the_seed(found):
    """Another seed gives another variant sooner or later."""
    assert len({found(seed=seed).variant for seed in range(30)}) > 3


def test_examples_survive_another_rule_table(reference, monkeypatch):
    """An instructor may ask for roll numbers of another form; then the handout's examples are left out, and draws follow."""
    form = {"pattern": "[0-9]{8}", "example": "20241234"}
    table = reference.variants.rules() | {"roll_number": form}
    monkeypatch.setattr(reference.variants, "rules", lambda: table)
    import random

    assert example_variants(reference) == [] and drawn_variant(reference, random.Random(1)).dataset == "tiny-imagenet"


def test_a_roster_is_read_by_name_and_roll_number(written):
    """Spaces, capitals, a byte-order mark and empty lines do not matter."""
    found = read_variants(written("\ufeff" + ROSTER.replace("student,", "Student ,") + "\n,,\n"))[PART.id]
    assert found["eli"] == found["b00aa250"] == ("B00AA250", "2001-05-14") and found["dana"] == LISTED[PART.id]["dana"]
    assert len(found) == 4


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "no column student, roll_number, birth_date"),
        ("student|roll_number|birth_date\n", "its first line names the columns: student, roll_number, birth_date"),
        ("student,roll_number\ndana,B00AA411\n", "no column birth_date"),
        ("student,roll_number,birth_date\ndana,B00AA411,soon\n", "line 2: the birth date 'soon'"),
        ("student,roll_number,birth_date\ndana,B00AA411\n", "line 2: the birth date ''"),
        ("student,roll_number,birth_date\n,B00AA411,2001-04-10\n", "line 2: the column student is empty"),
        (ROSTER + "dana,B00AA412,2001-04-10\n", "line 4: 'dana' stands there twice"),
        (b"\xff\xfe\x00", "not a CSV table in UTF-8"),
    ],
    ids=["empty", "bars", "a column less", "wrong date", "short row", "no name", "twice", "binary"],
)
def test_a_broken_roster_is_one_sentence(written, content, words):
    """The sentence names file and line, and says what to do."""
    path = written(content)
    with pytest.raises(RosterError) as caught:
        read_variants(path)
    message = str(caught.value)
    assert words in message and str(path) in message and "\n" not in message and message.endswith(".")


def test_a_missing_roster_is_one_sentence(tmp_path):
    """So is a folder in its place."""
    for path in (tmp_path / "nobody.csv", tmp_path):
        with pytest.raises(RosterError, match="cannot be read"):
            read_variants(path)
