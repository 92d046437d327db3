"""One odd entry of many changes nothing for the others, in the layout of every platform; and nobody is lost."""

import os
import stat
import zipfile
from pathlib import Path

import pytest

from autograder.classes.entries import ClassError, find_entries
from autograder.classes.fingerprint import content_hash, entry_hash
from autograder.classes.platforms import LAYOUTS
from autograder.classes.sorting import Sorting, Unaccounted

WHO = ("muster", "okafor", "silva", "dale")


def put(path: Path, text: str = "class Softmax: pass\n") -> Path:
    """Write a file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def pack(path: Path) -> Path:
    """A small .zip file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("classifiers/models/softmax.py", "class Softmax: pass\n")
    return path


def honest(folder: Path, layout: str) -> list[str]:
    """A class in the layout of a platform, and what its students are called."""
    for number, who in enumerate(WHO, 101):
        if layout == "folders":
            pack(folder / f"{who}.zip")
        elif layout == "nbgrader":
            put(folder / who / "ps1" / "models" / "softmax.py")
            put(folder / who / "ps1" / "timestamp.txt", "2026-03-01 10:00:00 UTC")
        elif layout == "gradescope":
            put(folder / f"submission_{number}" / "softmax.py")
        elif layout == "github":
            put(folder / f"ps-1-{who}" / "softmax.py")
            put(folder / f"ps-1-{who}" / ".git" / "HEAD", "ref: refs/heads/main")
        elif layout == "moodle":
            pack(folder / f"Ana {who.title()}_{number}_assignsubmission_file_" / "hw.zip")
        elif layout == "canvas":
            pack(folder / f"{who}_{number}_9{number}_hw.zip")
        elif layout == "blackboard":
            put(folder / f"HW 1_{who}_attempt_2026-03-0{number - 100}-11-00-00.txt", "Name: A")
            put(folder / f"HW 1_{who}_attempt_2026-03-0{number - 100}-11-00-00_softmax.py")
        elif layout == "brightspace":
            pack(folder / f"{number}-9 - Ana {who.title()} - Mar {number - 100}, 2026 1100 AM" / "hw.zip")
        elif layout == "autolab":
            pack(folder / f"{who}@uni.example_1_handin.zip")
    if layout == "gradescope":
        rows = [f"submission_{number}:\n  :submitters:\n  - :email: {who}@uni.example\n" for number, who in enumerate(WHO, 101)]
        put(folder / "submission_metadata.yml", "".join(rows))
    if layout == "brightspace":
        put(folder / "index.html", "<p>")
    return sorted(
        {
            "moodle": [f"Ana {who.title()}_{number}" for number, who in enumerate(WHO, 101)],
            "canvas": [f"{who}_{number}" for number, who in enumerate(WHO, 101)],
            "brightspace": [f"Ana {who.title()}_{number}-9" for number, who in enumerate(WHO, 101)],
            "autolab": [f"{who}@uni.example" for who in WHO],
            "gradescope": [f"{who}@uni.example" for who in WHO],
        }.get(layout, WHO)
    )


ODD = {
    "a file of nbgrader's in a part's folder": lambda folder: put(folder / "eve" / "classifiers" / "timestamp.txt"),
    "two parts with a file of nbgrader's": lambda folder: [
        put(folder / "eve" / part / "timestamp.txt") for part in ("classifiers", "scenes")
    ],
    "a clone": lambda folder: [put(folder / "hw-eve" / name) for name in ("softmax.py", ".git/HEAD")],
    "a name of Moodle's": lambda folder: pack(folder / "eve_1_assignsubmission_file_.zip"),
    "a folder with a name of Moodle's": lambda folder: pack(folder / "eve_1_assignsubmission_file_" / "hw.zip"),
    "a name of Canvas's": lambda folder: pack(folder / "eve_1_2_hw.zip"),
    "a name of Blackboard's": lambda folder: pack(folder / "HW_eve_attempt_2026-03-03-11-00-00_hw.zip"),
    "a name of Brightspace's": lambda folder: pack(folder / "1-2 - Eve - Mar 3, 2026 1100 AM" / "hw.zip"),
    "a name of Autolab's": lambda folder: pack(folder / "eve@uni.example_1_handin.zip"),
    "a folder called like the course's": lambda folder: put(folder / "models" / "softmax.py"),
    "a part as a student": lambda folder: put(folder / "classifiers" / "models" / "softmax.py"),
    "a folder called submitted": lambda folder: put(folder / "submitted" / "eve" / "ps1" / "softmax.py"),
    "metadata of Gradescope's in a folder": lambda folder: put(folder / "eve" / "submission_metadata.yml"),
    "results in a folder": lambda folder: [put(folder / "eve" / name) for name in ("results/a", "feedback/a", "journal.jsonl")],
    "a link": lambda folder: (folder / "eve").symlink_to(folder),
    "a hidden archive": lambda folder: pack(folder / ".eve.zip"),
    "a file of code": lambda folder: put(folder / "eve.py"),
    "an empty folder": lambda folder: (folder / "eve").mkdir(),
    "a folder of tools": lambda folder: put(folder / "venv" / "pyvenv.cfg"),
    "an archive that is not read": lambda folder: put(folder / "eve.rar"),
    "a copy of somebody": lambda folder: pack(folder / "muster (1).zip"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_recognised_and_can_be_named(tmp_path, layout):
    """The same students, whether the layout is recognised or given by `--layout`."""
    names = honest(tmp_path, layout)
    for given in ("", layout):
        listing = find_entries(tmp_path, layout=given)
        assert (listing.layout, [entry.student for entry in listing.entries]) == (layout, names)
        assert not listing.left_out


@pytest.mark.parametrize("layout", LAYOUTS)
def test_one_odd_entry_hurts_nobody_and_is_itself_accounted_for(tmp_path, layout):
    """The layout stays what it is, everybody keeps name, place and files; who is odd is graded alone, or left out by name."""
    for number, (kind, make) in enumerate(ODD.items()):
        folder = tmp_path / str(number)
        names = honest(folder, layout)
        before = {entry.student: (entry.path, entry.loose) for entry in find_entries(folder).entries}
        make(folder)
        listing = find_entries(folder)
        after = {entry.student: (entry.path, entry.loose) for entry in listing.entries}
        assert listing.layout == layout and before.items() <= after.items() and set(names) <= set(after), kind
        odd = len(after) - len(before) + len(listing.left_out)
        grown = any(after[name] != before[name] for name in before)
        assert odd == 1 and not grown, (kind, listing.remarks)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_no_file_is_left_out_whatever_it_is_called(tmp_path, layout):
    """Pipes, sockets and links that lead nowhere, called like everybody else's: to open one would wait for ever."""
    people = honest(tmp_path, layout)
    example = next(
        path for path in sorted(tmp_path.iterdir()) if WHO[-1] in path.name.lower() or path.is_dir() and layout == "gradescope"
    )
    for kind in ("pipe", "socket", "nowhere"):
        path = tmp_path / example.name.replace(WHO[-1], kind).replace(WHO[-1].title(), kind)
        path = path if path != example else tmp_path / f"submission_{kind}"
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "socket":
            os.mknod(path, 0o600 | stat.S_IFSOCK)
        else:
            path.symlink_to("not there")
    listing = find_entries(tmp_path)
    assert listing.layout == layout and [entry.student for entry in listing.entries] == people
    assert len(listing.left_out) == 3
    for entry in listing.entries:
        entry_hash(entry)
    with pytest.raises(OSError, match="neither a folder nor a file"):
        content_hash(next(path for path in tmp_path.iterdir() if path.is_fifo()))


def test_who_handed_in_only_a_text_and_who_was_late_is_listed(tmp_path):
    """Canvas's words for both, with names and without; the note is what `grades.csv` says."""
    for name in ("dale_LATE_104_9001_hw.zip", "muster_105_9002_hw.zip", "LATE_anon_Qz7_9003_hw.zip", "anon_LATE_Qy8_9004_hw.zip"):
        pack(tmp_path / name)
    for name in ("kim_107_text.html", "anon_Qx9_text.html", "roe_LATE_108_link.html"):
        put(tmp_path / name)
    listing = find_entries(tmp_path)
    late = {entry.student: bool(entry.note) for entry in listing.entries}
    assert late == {"dale_104": True, "muster_105": False, "anon_Qz7": True, "anon_Qy8": True}
    assert [item.person for item in listing.left_out] == ["anon_Qx9", "kim_107", "roe_108"]
    assert all(str(item).endswith("has handed in no file, only a text.") for item in listing.left_out)


def test_several_times_of_one_person_are_one_row_in_order(tmp_path):
    """Brightspace's dates, Autolab's versions, Blackboard's attempts: by the clock and by number, not by the alphabet."""
    for when in ("Mar 10, 2026 0915 AM", "Mar 9, 2026 1100 PM", "Mar 9, 2026 1005 AM"):
        pack(tmp_path / "b" / f"7-9 - Ana Muster - {when}" / "hw.zip")
    for version in (10, 9, 2):
        pack(tmp_path / "a" / f"ana@uni.example_{version}_hw.zip")
    for when in ("2026-03-10-11-00-00", "2026-03-09-11-00-00"):
        put(tmp_path / "k" / f"HW_ana_attempt_{when}_softmax.py")
    entries = {name: find_entries(tmp_path / name).entries for name in "bak"}
    assert {name: len(found) for name, found in entries.items()} == {"b": 1, "a": 1, "k": 1}
    order = {name: [part.split("/")[0] for part, _ in found[0].loose] for name, found in entries.items()}
    assert order["b"] == ["Mar 9, 2026 1005 AM", "Mar 9, 2026 1100 PM", "Mar 10, 2026 0915 AM"]
    assert order["a"] == ["version 2", "version 9", "version 10"]
    assert order["k"] == ["attempt 2026-03-09-11-00-00", "attempt 2026-03-10-11-00-00"]
    (said,) = find_entries(tmp_path / "a").remarks
    assert said == "ana@uni.example has handed in 3 times: what holds most of the asked-for files counts, then the newest."


def test_no_name_makes_a_file_somebody_elses(tmp_path):
    """What a student may choose, the name of a file and the own name, never reaches into another student's submission."""
    honest(tmp_path / "canvas", "canvas")
    pack(tmp_path / "canvas" / "eve_109_7_muster_101_9999_hw.zip")
    honest(tmp_path / "moodle", "moodle")
    put(tmp_path / "moodle" / "Eve_109_assignsubmission_file_Ana Muster_101_assignsubmission_file_softmax.py")
    pack(tmp_path / "moodle" / "Ana Muster_101_assignsubmission_file__109_assignsubmission_file_" / "hw.zip")
    for platform, victim in (("canvas", "muster_101"), ("moodle", "Ana Muster_101")):
        entries = {entry.student: entry for entry in find_entries(tmp_path / platform).entries}
        assert len(entries[victim].sources) == 1 and "eve" not in entries[victim].path.name.lower()


def test_an_assignment_that_hardly_anybody_has_is_none(tmp_path):
    """One student's second folder does not stop an nbgrader class; a second assignment of the class has to be chosen from."""
    for number in range(30):
        put(tmp_path / f"s{number:02}" / "ps1" / "timestamp.txt")
    put(tmp_path / "s00" / "ps1 old" / "timestamp.txt")
    assert {entry.path.name for entry in find_entries(tmp_path).entries} == {"ps1"}
    for number in range(5):
        put(tmp_path / f"s{number:02}" / "ps2" / "timestamp.txt")
    with pytest.raises(ClassError, match="2 assignments .ps1, ps2.; say which"):
        find_entries(tmp_path)


def test_what_would_be_lost_stops_the_run(tmp_path):
    """The account is kept by the code itself: an entry in no place or in two is a fault of the kit's, said before anything is graded."""
    paths = [pack(tmp_path / f"{who}.zip") for who in WHO]
    sorting = Sorting(list(paths))
    for path in paths[1:]:
        sorting.plain(path)
    with pytest.raises(Unaccounted, match="muster.zip would be graded 0 times"):
        sorting.expect_all(None)
    for _ in range(2):
        sorting.plain(paths[0])
    with pytest.raises(Unaccounted, match="graded 2 times"):
        sorting.expect_all(None)


def test_clones_are_called_by_their_users(tmp_path):
    """GitHub's folder names the assignment; users who share a word keep it; `--assignment` decides."""
    folder = tmp_path / "ps-1-submissions"
    for who in ("ann-marie", "ann-lee"):
        put(folder / f"ps-1-{who}" / "softmax.py")
        put(folder / f"ps-1-{who}" / ".git" / "HEAD")
    assert [entry.student for entry in find_entries(folder).entries] == ["ann-lee", "ann-marie"]
    folder = folder.rename(tmp_path / "class")
    assert [entry.student for entry in find_entries(folder, "ps").entries] == ["1-ann-lee", "1-ann-marie"]
    assert "without it; --assignment names another" in " ".join(find_entries(folder).remarks)
