"""Problem 3.3: a folder tree of pictures, each of which is known by its height, and what a data set should find."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from autograder.judge.expect import expect, fail, in_words
from autograder.sandbox.held import Held

from .image_folders import encoded

NAMES = ["bridge", "castle", "forest", "harbour", "kitchen", "meadow", "office", "street", "tower"]
FIRST_HEIGHT, WIDTH = 10, 50
MOST_ITEMS = 40
MORE = 15  # others, with which a set of names is kept in a larger table and so in another order


@dataclass(frozen=True)
class Tree:
    """Files by their path, and for every picture, named by its height, its split and its class."""

    files: dict[str, bytes]
    split_of: dict[int, str]
    class_of: dict[int, str]

    @property
    def classes(self) -> set[str]:
        """The names of all classes."""
        return set(self.class_of.values())

    @property
    def exchanged(self) -> dict[str, bytes]:
        """The files with `train` and `test` exchanged: now `train` lacks a class."""
        other = {"train": "test", "test": "train"}
        return {"/".join([other[name.split("/")[0]], *name.split("/")[1:]]): data for name, data in self.files.items()}

    @property
    def few_and_many(self) -> tuple[dict[str, bytes], dict[str, bytes]]:
        """Two trees of one picture a class: all names that there are, and these in another order behind many others."""
        picture = next(iter(self.files.values()))
        others = [f"scene {number}" for number in range(MORE)]
        few, many = NAMES, [*others, *reversed(NAMES)]
        # The same in both splits, so that it is nothing but the order of the names that can differ.
        trees = [{f"{split}/{name}/1.jpg": picture for split in ("train", "test") for name in names} for names in (few, many)]
        return trees[0], trees[1]

    def heights(self, split: str) -> list[int]:
        """The pictures of a split."""
        return [height for height, own in self.split_of.items() if own == split]

    def strays(self, where: str) -> dict[str, bytes]:
        """A file that is no picture, beside the classes' folders of `train` or in one of them."""
        name = next(path for path in self.files if path.startswith("train/")).rpartition("/")[0]
        return {"train/notes.txt" if where == "beside" else f"{name}/readme.md": b"about the pictures"}

    def path(self, height: int) -> str:
        """Where a picture is."""
        return next(name for name in self.files if name.endswith(f"_{height}.jpg"))


def draw_tree(chance: random.Random) -> Tree:
    """Four classes of different size, one of them missing in `test`; pictures in colour and gray.

    File names are in another order than the names of their classes.
    """
    names = chance.sample(NAMES, 4)
    counts = {"train": dict(zip(names, chance.sample([1, 2, 3, 4], 4))), "test": dict(zip(names[:3], [3, 1, 2]))}
    files: dict[str, bytes] = {}
    split_of, class_of, height = {}, {}, FIRST_HEIGHT
    for split, count_of in counts.items():
        for name, count in count_of.items():
            for _ in range(count):
                path = f"{split}/{name}/{chance.choice('abcdefghij')}{chance.randrange(100)}_{height}.jpg"
                pixels = np.full((height, WIDTH), 60 + 5 * height, np.uint8)
                files[path] = encoded(pixels if height % 2 else np.stack([pixels, pixels // 2, pixels], 2), path)
                split_of[height], class_of[height], height = split, name, height + 1
    return Tree(files, split_of, class_of)


def height_of(call: str, item: Any) -> int:
    """Which picture an item shows, whether that came as a picture, an array or a tensor."""
    if not isinstance(item, dict) or set(item) != {"picture", "label"}:
        fail(f"{call} returned {in_words(item)}; it should be a pair of picture and label.")
    picture = item["picture"]
    if isinstance(picture, dict) and type(picture.get("height")) is int:
        return picture["height"]
    if isinstance(picture, (np.ndarray, torch.Tensor)) and picture.ndim >= 2:
        sides = [side for side in picture.shape if side not in (1, 3, WIDTH)]
        return int(sides[0]) if sides else 0
    fail(f"{call} returned a pair of {in_words(picture)} and a label; the first should be the picture.")


def expect_pictures(tree: Tree, split: str, found: dict[str, Any]) -> None:
    """Exactly the pictures of the split were found."""
    length, call = found["length"], f"len(ImageLoader(root, {split!r}))"
    got = [height_of(f"ImageLoader(root, {split!r})[{place}]", item) for place, item in enumerate(found["items"])]
    own, other = tree.heights(split), tree.heights("test" if split == "train" else "train")
    first = f"{call} is {length}, and its items are not the pictures of the split, each once."
    if sorted(got) == sorted(own) and length == len(own):
        return
    if sorted(got) == sorted(other):
        fail(first, "It looks as if the split was ignored: these are the pictures of the other one.")
    if set(got) & set(other):
        fail(first, "There are pictures of the other split among them.")
    if length in (len(tree.classes), len({tree.class_of[height] for height in own})) and length != len(own):
        fail(first, "It looks as if the length is the number of classes; it should be the number of pictures.")
    if len(set(got)) < len(got):
        fail(first, "Some pictures come more than once.")
    missing = {tree.class_of[height] for height in set(own) - set(got)}
    kept = {tree.class_of[height] for height in set(own) & set(got)}
    if not missing & kept:
        fail(first, f"Some pictures are missing: only those of {len(kept)} class{'es' if len(kept) != 1 else ''} are there.")
    fail(first, "Some pictures are missing. Which endings are looked for, in which folders?")


def class_numbers(call: str, found: Any) -> dict[str, int]:
    """A class_dict as names and whole numbers."""
    if not isinstance(found, dict) or not all(type(name) is str and type(number) is int for name, number in found.items()):
        exchanged = isinstance(found, dict) and all(type(name) is int for name in found)
        fail(
            f"{call} is {in_words(found)}; it should be a dict from names of classes to whole numbers.",
            "Names and numbers are exchanged." if exchanged else "",
        )
    return found


def expect_numbers(tree: Tree, numbers: dict[str, dict[str, int]]) -> None:
    """Every class has a number from 0 on, and the same in both splits.

    Args:
        numbers: for each split its class_dict.
    """
    train, test = numbers["train"], numbers["test"]
    call = "ImageLoader(root, 'train').class_dict"
    for name in train:
        expect(
            name in tree.classes,
            f"{call} has a class called {name!r}, which is no folder.",
            "It looks as if a file was taken for a class: beside the folders of the classes there may be files.",
        )
    expect(
        set(train) == tree.classes,
        f"{call} has {len(train)} classes; some are missing.",
        "Each folder below `train` or `test` is a class, even if the other split has none of that name.",
    )
    values = sorted(train.values())
    hint = (
        "The classes are numbered from 1; the first one should be 0."
        if values == list(range(1, len(values) + 1))
        else "Each class should have one of the numbers 0, 1, 2, ..., none of them twice."
    )
    expect(values == list(range(len(values))), f"{call} has the numbers {values}.", hint)
    shared = [name for name in test if test[name] != train.get(name)]
    expect(
        not shared and set(test) == set(train),
        f"{call} and ImageLoader(root, 'test').class_dict differ.",
        "The same class should have the same number in both splits, even if one of them has no picture of some class.",
    )


def expect_order_kept(few: dict[str, int], many: dict[str, int]) -> None:
    """Classes keep their order when others come in, as they do where it follows from their names.

    Args:
        few: class_dict of some classes.
        many: of the same and others.
    """
    shared = [name for name in few if name in many]
    expect(
        sorted(shared, key=lambda name: few[name]) == sorted(shared, key=lambda name: many[name]),
        "ImageLoader(root, 'train').class_dict numbers the same classes in another order where there are other classes besides.",
        "A set has no order, and a folder is listed in any: are the names sorted before they are numbered?",
    )


def label_number(label: Any) -> Any:
    """A label as a number where it is one."""
    if isinstance(label, (np.ndarray, torch.Tensor)) and label.ndim == 0:
        return label.item()
    return label


def places_in_class(tree: Tree, heights: Sequence[int]) -> list[int]:
    """Of each picture, the how-manieth of its class it is."""
    names = [tree.class_of.get(height, "") for height in heights]
    return [names[:place].count(name) for place, name in enumerate(names)]


def expect_labels(tree: Tree, split: str, items: Sequence[Any], numbers: dict[str, int]) -> None:
    """Every picture has the number of its own class, as the data set's own class_dict numbers them."""
    call = f"ImageLoader(root, {split!r})"
    labels = [label_number(item["label"]) if isinstance(item, dict) else None for item in items]
    heights = [height_of(f"{call}[{place}]", item) for place, item in enumerate(items)]
    for place, (label, height) in enumerate(zip(labels, heights)):
        name = tree.class_of.get(height, "")
        if type(label) is int and label == numbers.get(name):
            continue
        hint = "It looks as if the label belongs to another picture: are pictures and labels in the same order?"
        if isinstance(label, Held) or type(label) is not int:
            hint = "The number of the class in class_dict is asked for."
            if label in tree.classes if type(label) is str else False:
                hint = "That is the name of the class; its number in class_dict is asked for."
        elif labels in ([places_in_class(tree, heights)[at] + first for at in range(len(labels))] for first in (0, 1)):
            hint = "It looks as if the label is the number of the picture within its class; the number of the class is asked for."
        elif labels == list(range(len(labels))) or labels == list(range(1, len(labels) + 1)):
            hint = "It looks as if the label is the number of the picture; the number of its class is asked for."
        fail(
            f"{call}[{place}] returned the label {in_words(label)} for a picture of the class {name!r}, whose number "
            f"in class_dict is {numbers.get(name, 'missing')}.",
            hint,
        )
