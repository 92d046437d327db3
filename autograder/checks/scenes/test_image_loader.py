"""Hidden checks of problem 3.3, the pictures of a folder tree as a data set.

Pictures are asked for with a transform that changes nothing, so that a data set that needs one is judged once.
"""

import pytest

from autograder.judge import expect
from autograder.judge.asked_once import asked_once
from autograder.judge.expect import fail, in_words
from autograder.sandbox.faults import Raised
from autograder.sandbox.held import Held, rename

from .scene_trees import MOST_ITEMS, class_numbers, draw_tree, expect_labels, expect_numbers, expect_order_kept, expect_pictures

SPLITS = pytest.mark.parametrize("split", ["train", "test"])


@pytest.fixture(scope="module")
def tree(pick):
    """Pictures in folders."""
    return draw_tree(pick("pictures of the data set"))


@pytest.fixture
def root(student, tree):
    """The folder with the pictures, in the child."""
    return asked_once(student, "root", lambda: student.probe("write_files", tree.files))


@pytest.fixture
def make(student, root):
    """`make("train")`: a student's data set over one split."""

    def ask(split, transform="same", where=None):
        made = student.probe("make_loader", student.image_loader.ImageLoader.fetch(), where or root, split, transform)
        expect(isinstance(made, Held), f"ImageLoader(root, {split!r}) is no data set.")
        rename(made, f"ImageLoader(root, {split!r})")
        return made

    return ask


@pytest.fixture
def numbers(student, make):
    """`numbers("train")`: the class_dict of a split."""

    def ask(split, where=None):
        call, found = f"ImageLoader(root, {split!r})", student.probe("attributes", make(split, where=where), "class_dict")
        expect("class_dict" in found, f"{call} has no attribute `class_dict`.")
        return class_numbers(f"{call}.class_dict", found["class_dict"])

    return ask


@pytest.mark.check(weight=4)
@SPLITS
def test_finds_the_pictures_of_its_split(student, make, tree, split):
    """It holds every picture of its split once, and nothing else"""
    expect_pictures(tree, split, student.probe("loader_items", make(split), MOST_ITEMS))


@pytest.mark.check(weight=3, shares=(4, 1, 1))
@pytest.mark.parametrize(
    "lacks", ["test", "train", "nothing"], ids=["test lacks a class", "train lacks a class", "more classes come in"]
)
def test_numbers_the_classes_alike_in_both_splits(student, numbers, tree, lacks):
    """class_dict numbers the classes 0, 1, 2, ..., in both splits alike, by their names"""
    if lacks == "nothing":
        few, many = (numbers("train", student.probe("write_files", files)) for files in tree.few_and_many)
        return expect_order_kept(few, many)
    where = None if lacks == "test" else student.probe("write_files", tree.exchanged)
    try:
        expect_numbers(tree, {split: numbers(split, where) for split in ("train", "test")})
    except Raised as fault:
        if lacks == "train":
            fail(
                f"Where `train` lacks one of the classes, ImageLoader did not work.\n{fault.message}",
                "The classes are those of both splits.",
            )
        raise


@pytest.mark.check(weight=3)
@SPLITS
def test_label_is_the_number_of_the_class(student, make, numbers, tree, split):
    """The label of a picture is the number of its class"""
    found = student.probe("loader_items", make(split), MOST_ITEMS)
    expect(bool(found["items"]), f"ImageLoader(root, {split!r}) has no items.")
    expect_labels(tree, split, found["items"], numbers(split))


@pytest.mark.check(weight=2)
def test_pictures_are_grayscale(student, make, root, tree):
    """load_img_from_path gives a grayscale PIL image, and so does every item"""
    loader, files = make("train"), [tree.path(height) for height in tree.heights("train")[:2]]
    for picture in student.probe("load_pictures", loader, root, files):
        expect_gray("load_img_from_path(...)", picture)
    for item in student.probe("loader_items", loader, 2)["items"]:
        expect_gray("An item of ImageLoader(root)", item["picture"] if isinstance(item, dict) else item)


def expect_gray(call, picture):
    """A described picture is one of PIL's, in its mode for grayscale."""
    if not isinstance(picture, dict) or "mode" not in picture:
        fail(f"{call} returned {in_words(picture)}; it should be a PIL image.", "A transform that comes later wants a PIL image.")
    expect(
        picture["mode"] == "L",
        f"{call} returned a picture of mode {picture['mode']!r}; it should be grayscale, mode 'L'.",
        "Some files are in colour: which method of a PIL image changes its mode?",
    )


@pytest.mark.check(weight=2)
@pytest.mark.parametrize("transform", ["mark", "none"], ids=["with a transform", "without one"])
def test_transform_is_applied(student, make, tree, transform):
    """The transform's result takes the picture's place; without a transform it is the picture"""
    call = (
        "ImageLoader(root, 'train', transform=...)[0]"
        if transform == "mark"
        else "ImageLoader(root, 'train')[0], without a transform,"
    )
    try:
        items = student.probe("loader_items", make("train", transform), 1)["items"]
    except Raised as fault:
        if transform == "none":
            fail(f"{call} did not work.\n{fault.message}", "No transform is the default: the picture should come as it is then.")
        raise
    expect(
        bool(items) and isinstance(items[0], dict),
        f"{call} returned {in_words(items[0] if items else items)}; it should be a pair.",
    )
    got = items[0]["picture"]
    if transform == "none":
        expect(got is not None, f"{call} returned no picture.")
        return
    hint = "Is the transform called with the PIL image?"
    if isinstance(got, dict):
        hint = "It looks as if the transform was not called."
    expect(
        got == ["marked"] if isinstance(got, list) else False,
        f"{call} did not return what the transform makes of the picture.",
        hint,
    )


@pytest.mark.check(weight=1)
@pytest.mark.parametrize("where", ["beside", "inside"], ids=["beside the folders of the classes", "in a class's folder"])
def test_other_files_are_passed_over(student, make, numbers, tree, where):
    """Files that are no pictures are passed over"""
    root = student.probe("write_files", tree.files | tree.strays(where))
    loader, plain = make("train", where=root), make("train")
    found, usual = (student.probe("loader_items", one, MOST_ITEMS) for one in (loader, plain))
    with_stray, without = (student.probe("attributes", one, "class_dict").get("class_dict") for one in (loader, plain))
    if isinstance(with_stray, dict) and isinstance(without, dict):
        expect(
            set(with_stray) <= set(without),
            "ImageLoader(root, 'train').class_dict has a class that is no folder: it looks as if a file was taken for a class.",
            "Beside the folders of the classes there may be files: which entries of a folder are folders?",
        )
    expect(usual["length"] > 0 and bool(usual["items"]), "ImageLoader(root, 'train') has no items.")
    expect(
        found["length"] == usual["length"],
        f"With a file that is no picture below `train`, len(ImageLoader(root, 'train')) is "
        f"{found['length']}; without it, {usual['length']}.",
        "Which of the files in a folder are pictures, and which entries are folders?",
    )
    if where == "beside":
        more = set(numbers("train", root)) - set(numbers("train"))
        expect(
            not more,
            f"ImageLoader(root, 'train').class_dict has a class called {min(more, default='')!r}, which is no folder.",
            "It looks as if a file was taken for a class: beside the folders of the classes there may be files.",
        )


@pytest.mark.check(weight=1)
def test_pictures_are_read_when_they_are_asked_for(student, make, tree):
    """Pictures are read when they are asked for, not when the data set is made"""
    expect(bool(student.probe("loader_items", make("train"), 1)["items"]), "ImageLoader(root, 'train') has no items.")
    broken = dict.fromkeys([tree.path(height) for height in tree.heights("train")], b"this is no picture")
    where = student.probe("write_files", tree.files | broken)
    try:
        make("train", where=where)
    except Raised as fault:
        fail(
            "ImageLoader(root, 'train') stopped on a picture that nobody had asked for: pictures are read at "
            f"once.\n{fault.message}",
            "A data set may be larger than memory: what does `__getitem__` need to know to read one picture?",
        )


@pytest.mark.check(weight=1)
@SPLITS
def test_ends_with_an_index_error(student, make, tree, split):
    """An index behind the last picture is an IndexError"""
    found = student.probe("loader_items", make(split), 1)
    place = found["length"]  # whether that is right is another check's question
    expect(place > 0 and bool(found["items"]), f"ImageLoader(root, {split!r}) has no items.")
    expect(
        student.probe("ends_at", make(split), place) is True,
        f"ImageLoader(root, {split!r})[{place}] returned an item, although there are only {place} pictures.",
        "A loop over a data set ends when IndexError is raised.",
    )
