"""Promises of choosing by content: whatever copies, archives and odd names there are, the work that was done is graded, and it is said."""

import os
from pathlib import Path

import pytest
from handed_in import folder, tarred, zipped

from autograder.course import ASSIGNMENT, Part, Problem, parts
from autograder.submission.locate import part_files
from autograder.submission.reader import read

PARTS = {part.id: part for part in parts()}
CLASSIFIERS = PARTS["classifiers"]
OTHER = Part(
    "other", 9, "Other", "", (Problem("other", "averages", "9.1", "Averages", 1, ("averages.py",), ("average",), "about 1 line"),)
)
WORK = {"models/softmax.py": b"class Softmax: pass\n", "models/twolayernn.py": b"class TwoLayerNN: pass\n"}
STUBS = {name: (ASSIGNMENT / "classifiers" / name).read_bytes() for name in CLASSIFIERS.files}


def below(base: str, files: dict[str, bytes], mark: bytes = b"") -> dict[str, bytes]:
    """The files in a folder, each with a mark that tells them from others."""
    return {f"{base}/{name}": data + mark for name, data in files.items()}


def chosen(path: Path, part=CLASSIFIERS) -> tuple[dict[str, bytes], str]:
    """The declared files that are graded, and the remarks."""
    contents = read(path, [name for problem in part.problems for name in (*problem.files, *problem.optional_files)])
    files = part_files(contents, part)
    asked = {name for problem in part.problems for name in (*problem.files, *problem.optional_files)}
    return {name: data for name, data in files.items() if name in asked}, " ".join(contents.remarks)


def packed(where: Path, files: dict[str, bytes], make=zipped) -> bytes:
    """An archive's bytes."""
    where.mkdir(exist_ok=True)
    return make(where, files).read_bytes()


@pytest.mark.parametrize("base", ["old", "a", "Softmax", "classifiers/starter"])
def test_the_untouched_stub_never_beats_the_work(tmp_path, base):
    """Starter code that was kept for reference lies in a shorter, earlier or better named folder, also with other line ends."""
    for stubs in (STUBS, {name: data.replace(b"\n", b"\r\n") for name, data in STUBS.items()}):
        files, _ = chosen(folder(tmp_path / f"{len(stubs['training.py'])}", below(base, stubs) | below("my/final/hand-in", WORK)))
        assert WORK.items() <= files.items()


def test_begun_is_less_than_written_and_more_than_nothing(tmp_path):
    """A tree with gaps left does not beat the finished one, and beats the stub."""
    begun = {name: data + b"# begun\n" for name, data in STUBS.items()}
    done = dict.fromkeys(STUBS, b"done = 1\n")
    assert chosen(folder(tmp_path / "1", below("a", begun) | below("b", STUBS)))[0] == begun
    assert chosen(folder(tmp_path / "2", below("a", begun) | below("b", done)))[0] == done


def test_of_equals_the_parts_name_counts_then_the_newest_then_the_later_name(tmp_path):
    """`v2` after `v1`, `v10` after `v9`, unless the clock says otherwise; the remark says what was chosen among what, and why."""

    def pair(first: str, second: str, later: str = "") -> tuple[bytes, str]:
        top = folder(tmp_path / f"{first}{second}{later}".replace("/", "_"), below(first, WORK, b"#1") | below(second, WORK, b"#2"))
        for path in top.rglob("*.py"):
            now = 2e9 if later and path.relative_to(top).as_posix().startswith(later) else 1e9
            os.utime(path, (now, now))
        files, said = chosen(top)
        assert "Image classifiers is there 2 times, in " in said
        return files["models/softmax.py"][-2:], said

    assert pair("v1", "v2") == (b"#2", "Image classifiers is there 2 times, in 'v2', 'v1'; 'v2' was graded: its name comes last.")
    assert pair("v10", "v9")[0] == b"#1"
    assert pair("v1", "v2", later="v1")[0] == b"#1" and "it is the newest" in pair("x1", "x2", later="x1")[1]
    assert pair("classifiers", "zz", later="zz")[0] == b"#1" and "the part's name" in pair("yy", "classifiers")[1]
    assert pair("classifiers (1)", "zz")[0] == b"#1"


@pytest.mark.parametrize(
    ("outer", "inner", "counts", "why"),
    [
        ("", "old/classifiers", "", "what lies below it counts as a copy"),
        ("", "solutions/classifiers", "", "what lies below it counts as a copy"),
        ("", "backup", "", "what lies below it counts as a copy"),
        ("hw1", "hw1/before/classifiers", "hw1", "what lies below it counts as a copy"),
        ("classifiers", "classifiers/classifiers", "classifiers", "what lies below it counts as a copy"),
        ("", "classifiers", "classifiers", "it has the part's name"),
        ("hw1", "hw1/Classifiers (2)", "hw1/Classifiers (2)", "it has the part's name"),
    ],
)
def test_of_the_work_and_what_lies_below_it_the_work_counts(tmp_path, outer, inner, counts, why):
    """Whatever the copy is called and whenever it was made; but the part's own folder is the tree that everybody was given."""
    files = {f"{outer}/{name}".lstrip("/"): data + b"#outer" for name, data in WORK.items()} | below(inner, WORK, b"#inner")
    for newer in ("outer", "inner"):
        top = folder(tmp_path / newer, files)
        for path in top.rglob("*.py"):
            time = 2e9 if path.read_bytes().endswith(newer.encode()) else 1e9
            os.utime(path, (time, time))
        found, said = chosen(top)
        assert found["models/softmax.py"].endswith(b"#outer" if counts == outer else b"#inner")
        assert f"{counts!r} was graded: {why}." in said.replace("the top folder", "''")
    fuller = files | {f"{inner}/training.py": b"done = 1\n"}
    assert chosen(folder(tmp_path / "fuller", fuller))[0]["models/softmax.py"].endswith(b"#inner"), "it holds more"


def test_two_folders_that_together_hold_the_part_are_one_hand_in(tmp_path):
    """What the fuller folder lacks is taken from the other, with what helps it there; a stub in the fuller one does not hide it."""
    more = {"training.py": b"import helper\n", "helper.py": b"x = 1\n"}
    files, said = chosen(folder(tmp_path / "1", below("first", WORK) | below("second", more)))
    assert files == WORK | {"training.py": b"import helper\n"} and "training.py was taken from 'second/training.py'" in said
    stub = {"training.py": STUBS["training.py"]}
    assert chosen(folder(tmp_path / "2", below("first", WORK | stub) | below("second", more)))[0] == files


@pytest.mark.parametrize(
    "name",
    [
        "Softmax.py",
        "softmax (1).py",
        "softmax(2).py",
        "softmax-1.py",
        "softmax - Copy.py",
        "Copy of softmax.py",
        "softmax.py.txt",
        "SOFTMAX.PY",
    ],
)
def test_a_file_is_known_under_the_names_that_systems_give_it(tmp_path, name):
    """In its folder, in one of other case, and flat; the remark says how to call it."""
    for place in ("models", "Models", "hand-in/MODELS", ""):
        top = folder(tmp_path / (place or "flat"), {f"{place}/{name}".lstrip("/"): b"x = 1\n"})
        files, said = chosen(top)
        assert (
            files == {"models/softmax.py": b"x = 1\n"} and "models/softmax.py was taken from" in said and "call it models/" in said
        )
    assert chosen(folder(tmp_path / "right name", {"softmax.py": b"x = 1\n"})) == ({"models/softmax.py": b"x = 1\n"}, "")


def test_the_right_name_beats_a_copy_unless_it_is_the_stub(tmp_path):
    """`softmax (1).py` is a second download: beside the file itself it counts only where that is untouched."""
    files = {"models/softmax (1).py": b"copy\n"}
    assert chosen(folder(tmp_path / "1", files | {"models/softmax.py": b"own\n"}))[0]["models/softmax.py"] == b"own\n"
    stub = {"models/softmax.py": STUBS["models/softmax.py"]}
    assert chosen(folder(tmp_path / "2", files | stub))[0]["models/softmax.py"] == b"copy\n"


def test_files_beside_one_that_was_renamed_stay_beside_it(tmp_path):
    """A folder `Models` with a module of the student's own in it becomes `models` as a whole."""
    contents = read(folder(tmp_path, {"Models/softmax.py": b"import layers", "Models/layers.py": b"x"}), CLASSIFIERS.files)
    assert part_files(contents, CLASSIFIERS) == {"models/softmax.py": b"import layers", "models/layers.py": b"x"}


def test_an_archive_counts_for_what_it_holds(tmp_path):
    """A report beside the work, whatever it is called and whichever is newer; the newer of two; loose files beside pictures."""
    report, work = packed(tmp_path / "r", {"report/notes.md": b"x"}), packed(tmp_path / "w", below("classifiers", WORK), tarred)
    for names in (("report.zip", "classifiers.tar.gz"), ("zz.zip", "aa.tar.gz")):
        files, said = chosen(folder(tmp_path / names[0], {names[0]: report, names[1]: work}))
        assert files == WORK and not said
    assert chosen(folder(tmp_path / "loose", WORK | {"figures.zip": report}))[0] == WORK
    newer = packed(tmp_path / "n", below("classifiers", WORK, b"# newer"))
    top = folder(tmp_path / "both", {"hw.tar.gz": work, "a.zip": newer})
    os.utime(top / "hw.tar.gz", (1e9, 1e9))
    files, said = chosen(top)
    assert files["models/softmax.py"].endswith(b"# newer") and "'a.zip/classifiers' was graded: it is the newest" in said


def test_a_checkpoint_is_found_where_people_put_it(tmp_path):
    """Beside the model, or with torch's other endings."""
    for name in ("models/mymodel.pt", "mymodel.pth", "runs/best/mymodel.pt", "mymodel (1).pt"):
        files, said = chosen(folder(tmp_path / name.replace("/", "_"), WORK | {name: b"checkpoint"}))
        assert files["mymodel.pt"] == b"checkpoint" and f"mymodel.pt was taken from {name!r}" in said


def test_what_belongs_to_the_course_is_nobodys_work(tmp_path):
    """A `training.py` that came with the assignment does not stand in for one that was not handed in."""
    tree = below("assignment/classifiers", WORK) | {
        "assignment/training_kit/training.py": b"ours\n",
        "assignment/classifiers/checks/averages.py": b"x",
    }
    assert chosen(folder(tmp_path, tree))[0] == WORK
    assert "averages.py" not in chosen(tmp_path, OTHER)[0]
