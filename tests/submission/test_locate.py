"""Promises of finding the course's files: wherever in a submission the student put the tree, it is the tree that is graded."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.course import Part, Problem, parts
from autograder.submission.locate import part_files
from autograder.submission.reader import Contents

PROBLEMS = tuple(
    Problem("classifiers", name, f"1.{number}", name, 1, (file,), (), "")
    for number, (name, file) in enumerate(
        {"softmax": "models/softmax.py", "convnet": "models/convnet.py", "training": "training.py"}.items()
    )
)
PART = Part("classifiers", 1, "Classifiers", "", PROBLEMS)
OTHER = Part("scenes", 3, "Scenes", "", (Problem("scenes", "optimizer", "3.1", "optimizer", 1, ("optimizer.py",), (), ""),))
TREE = ["models/softmax.py", "models/convnet.py", "training.py"]


def found(names: list[str], part: Part = PART) -> dict[str, str]:
    """Where each file of the part was taken from."""
    contents = Contents(files={name: name.encode() for name in names})
    return {name: data.decode() for name, data in part_files(contents, part).items()}


@pytest.mark.parametrize(
    "base",
    [
        "",
        "classifiers",
        "assignment/classifiers",
        "hand-in",
        "Smith_123/hand in/assignment/classifiers",
        "a/b/c/d",
        "classifiers/classifiers",
        "models",
        "models/models",
    ],
)
def test_the_tree_is_found_at_any_depth(base):
    """The part alone, the whole tree, either in some folders more."""
    names = [f"{base}/{name}".lstrip("/") for name in TREE]
    assert found(names) == {name: f"{base}/{name}".lstrip("/") for name in TREE}


@pytest.mark.parametrize(
    "extra",
    [
        ["old/training.py"],
        ["backup/models/softmax.py", "backup/training.py"],
        ["copy/models/softmax.py", "copy/models/convnet.py", "copy/training.py"],
        [".ipynb/training.py", "zz/models/softmax.py"],
        ["notes.txt", "a/b/c.py"],
    ],
)
def test_copies_in_subfolders_do_not_win_over_the_tree_above_them(extra):
    """A forgotten backup, even a complete one, is not what was handed in."""
    for names in (TREE + extra, extra + TREE):
        assert {name: found(names)[name] for name in TREE} == {name: name for name in TREE}


def test_the_fuller_tree_wins_wherever_it_is():
    """An empty stub at the top does not hide the work below."""
    names = ["training.py", *(f"final/{name}" for name in TREE)]
    assert found(names) == {name: f"final/{name}" for name in TREE}


def test_parts_are_told_apart_when_both_were_handed_in():
    """Each part's folder is its own; a part that is not there gets none of the other's files by their right names."""
    names = ["me/assignment/classifiers/training.py", "me/assignment/scenes/optimizer.py"]
    assert found(names) == {"training.py": names[0]} and found(names, OTHER) == {"optimizer.py": names[1]}
    assert "optimizer.py" not in found(["classifiers/training.py"], OTHER)


@pytest.mark.parametrize(
    "names, base",
    [
        (["classifiers/models/softmx.py"], "classifiers"),
        (["assignment/classifiers/train.py", "assignment/scenes/x.py"], "assignment/classifiers"),
        (["my_classifiers_hw/classifiers/train.py"], "my_classifiers_hw/classifiers"),
        (["a/b/train.py"], "a/b"),
        (["a/b/models/x.py"], "a/b"),
        (["train.py", "x/y.py"], ""),
        (["classifiers_old/train.py"], "classifiers_old"),
    ],
)
def test_without_a_single_right_name_the_likely_folder_is_taken(names, base):
    """So that the nearest wrong name can be named: the folder called like the part, or the only one there is."""
    assert set(found(names).values()) == {name for name in names if name.startswith(f"{base}/" if base else "")}
    assert all(f"{base}/{name}".lstrip("/") in names for name in found(names))


def test_nothing_at_all_is_nothing():
    """No file, no error."""
    assert found([]) == {}


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.lists(
            st.sampled_from(["models", "classifiers", "softmax.py", "training.py", "x", "scenes"]),
            min_size=1,
            max_size=6,
        ).map("/".join),
        max_size=8,
        unique=True,
    )
)
def test_whatever_the_folders_the_files_found_are_files_that_were_handed_in(names):
    """Any tree: nothing is invented, and what has the name of a file of the part is one that was meant to be it."""
    got = found(names)
    assert set(got.values()) <= set(names)
    assert all(got[name].endswith(name.rpartition("/")[2]) for name in got.keys() & set(TREE))


def test_every_part_of_the_course_is_found_in_its_own_solutions():
    """The real course: each part's declared files are recognised, in the whole tree and alone."""
    for part in parts():
        names = sorted({f"solutions/{other.id}/{file}" for other in parts() for file in other.files})
        assert set(part.files) <= set(found(names, part))
        assert set(found(sorted(set(part.files)), part)) == set(part.files)
