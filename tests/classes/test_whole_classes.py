"""A property of whole classes, whatever platform made them and whoever is odd among them: everybody is accounted for, and honest neighbours
get the files graded that would be graded if they were alone."""

import io
import tarfile
import tempfile
import zipfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_entries_of_platforms import ODD, put

from autograder.classes.entries import find_entries
from autograder.classes.gathering import gather
from autograder.classes.platforms import LAYOUTS
from autograder.course import ASSIGNMENT, parts
from autograder.submission.locate import part_files
from autograder.submission.reader import read

PART = next(part for part in parts() if part.id == "classifiers")
STUB = (ASSIGNMENT / "classifiers" / "training.py").read_bytes()


def work(mark: int) -> dict[str, bytes]:
    """What an honest student hands in, told from everybody else's."""
    return {"models/softmax.py": b"# %d\nclass Softmax: pass\n" % mark, "training.py": b"lr = %d\n" % mark}


def zipped(files: dict[str, bytes]) -> bytes:
    """A .zip's bytes."""
    with zipfile.ZipFile(buffer := io.BytesIO(), "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    """A .tar.gz's bytes."""
    with tarfile.open(fileobj=(buffer := io.BytesIO()), mode="w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def below(base: str, files: dict[str, bytes]) -> dict[str, bytes]:
    """The same in a folder."""
    return {f"{base}/{name}": data for name, data in files.items()}


# How the same work may be handed in: single files where the platform allows them, or an archive.
FORMS = {
    "archive": lambda files: {"hw.zip": zipped(below("classifiers", files))},
    "bare archive": lambda files: {"hw.tar.gz": tarred(files)},
    "packed twice": lambda files: {"hw.zip": zipped({"a/inner.zip": zipped(below("x/classifiers", files))})},
    "report beside": lambda files: {"classifiers.zip": zipped(files), "zz.zip": zipped({"report.md": b"x"})},
    "numbered by the platform": lambda files: {"hw.tar-1.gz": tarred(below("classifiers", files))},
    "flat": lambda files: {name.rpartition("/")[2]: data for name, data in files.items()},
    "stub kept": lambda files: {"hw.zip": zipped(below("a", {"training.py": STUB}) | below("work", files))},
    "other case": lambda files: {
        "hw.zip": zipped(below("Hand-In", {name.title().replace(".Py", ".py"): data for name, data in files.items()}))
    },
}


def hand_in(folder: Path, layout: str, number: int, uploads: dict[str, bytes]) -> str:
    """Put a student's uploads where the platform would; what the student is called."""
    who = f"student{number}"
    if layout == "folders":
        places, called = {f"{who}/{name}": data for name, data in uploads.items()}, who
    elif layout == "github":
        places, called = {f"ps1-{who}/{name}": data for name, data in uploads.items()} | {f"ps1-{who}/.git/HEAD": b"ref"}, who
    elif layout == "nbgrader":
        places, called = {f"{who}/ps1/{name}": data for name, data in uploads.items()} | {f"{who}/ps1/timestamp.txt": b"2026"}, who
    elif layout == "gradescope":
        places, called = {f"submission_{number}/{name}": data for name, data in uploads.items()}, f"{who}@uni.example"
        with open(folder / "submission_metadata.yml", "a") as file:
            file.write(f"submission_{number}:\n  :submitters:\n  - :email: {called}\n")
    elif layout == "moodle":
        called = f"Ana {who}_{number}"
        places = {f"{called}_assignsubmission_file_/{name}": data for name, data in uploads.items()}
    elif layout == "canvas":
        called = f"{who}_{number}"
        places = {f"{called}_{9000 + place}_{name}": data for place, (name, data) in enumerate(uploads.items())}
    elif layout == "blackboard":
        called, stamp = who, f"HW_{who}_attempt_2026-03-03-11-00-{number:02}"
        places = {f"{stamp}_{name}": data for name, data in uploads.items()} | {f"{stamp}.txt": b"Name"}
    elif layout == "brightspace":
        called = f"Ana {who}_{number}-7"
        places = {f"{number}-7 - Ana {who} - Mar 3, 2026 1100 AM/{name}": data for name, data in uploads.items()}
    else:
        called = f"{who}@uni.example"
        places = {f"{called}_1_{name}": data for name, data in uploads.items()}
    for name, data in places.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return called


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(LAYOUTS),
    st.lists(st.sampled_from(sorted(FORMS)), min_size=5, max_size=8),
    st.lists(st.sampled_from(sorted(ODD)), max_size=2, unique=True),
)
def test_everybody_is_accounted_for_and_honest_neighbours_are_graded_as_if_alone(layout, forms, odd):
    """Layouts, forms of handing in and odd entries in any mixture."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, collected = Path(scratch, "class"), Path(scratch, "collected")
        folder.mkdir()
        honest = {hand_in(folder, layout, number, FORMS[form](work(number))): number for number, form in enumerate(forms, 1)}
        for number, kind in enumerate(odd):
            if not (number and {"eve", "models"} & {path.name for path in folder.iterdir()}):
                ODD[kind](folder)
        listing = find_entries(folder)
        assert listing.layout == layout
        accounted = [path for entry in listing.entries for path in entry.sources] + [
            path for item in listing.left_out for path in item.sources
        ]
        ours = {"submission_metadata.yml"} if layout == "gradescope" else set()
        assert sorted(path.name for path in accounted) == sorted({path.name for path in folder.iterdir()} - ours)
        assert len(listing.entries) + len(listing.left_out) >= len(honest)
        entries = {entry.called: entry for entry in listing.entries}
        for called, number in honest.items():
            contents = read(gather(entries[called], collected), PART.files)
            files = part_files(contents, PART)
            assert {name: files[name] for name in work(number)} == work(number), (called, contents.remarks)


def test_an_empty_class_and_one_of_only_odd_entries_are_said(tmp_path):
    """Nothing to grade is never a run that looks complete."""
    put(tmp_path / "eve.py")
    try:
        find_entries(tmp_path)
    except ValueError as error:
        assert "holds no submission" in str(error)
    else:
        raise AssertionError("a class of nobody was taken for one")
