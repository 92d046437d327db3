"""The data set and its plants on a folder whose pictures tell their class by their brightness."""

import shutil

import pytest
from PIL import Image

PROBLEM = "image_loader"
BRIGHTNESS = {"castle": 40, "harbour": 120, "meadow": 200}
FEW = [*BRIGHTNESS, "bridge", "forest", "kitchen", "office", "street", "tower"]


@pytest.fixture
def scenes(tmp_path):
    """Three classes; `castle` is missing in the test split, and beside them lies a tree where the training split lacks it; a stray file, a broken picture, a gray one; nine classes, alone and among others."""
    root = tmp_path / "scenes"
    names = ["train/castle/z", "train/castle/y", "train/harbour/a", "train/meadow/c", "train/meadow/b"]
    for index, name in enumerate([*names, "test/harbour/k", "test/meadow/j"]):
        path = root / f"{name}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        level = BRIGHTNESS[path.parent.name] + index
        Image.new("RGB" if index % 2 else "L", (14, 10 + index), (level,) * 3 if index % 2 else level).save(path)
    shutil.copytree(root / "train", tmp_path / "exchanged" / "test")
    shutil.copytree(root / "test", tmp_path / "exchanged" / "train")
    for tree, names in (("few", FEW), ("many", [*(f"scene {number}" for number in range(20)), *reversed(FEW)])):
        for path in (tmp_path / tree / split / name for name in names for split in ("train", "test")):
            path.mkdir(parents=True)
            shutil.copy(root / "train" / "castle" / "z.jpg", path)
    (root / "train" / "notes.txt").write_text("a stray file")
    (root / "train" / "meadow" / "readme.md").write_text("no picture")
    (root / "test" / "harbour" / "zz_broken.jpg").write_bytes(b"no picture either")
    return root


def class_of(image) -> str:
    """The class whose brightness is nearest."""
    return min(BRIGHTNESS, key=lambda name: abs(BRIGHTNESS[name] - image.convert("L").getpixel((3, 3))))


def facts(module, root) -> dict:
    """What holds for every right data set."""

    def readable(split):
        loader = module.ImageLoader(root, split)
        return loader, [
            loader[index] for index in range(len(loader)) if index < 5 and (split == "train" or not broken(loader, index))
        ]

    def broken(loader, index):
        try:
            loader[index]
        except OSError:
            return True

    def labels_fit(split, count):
        loader, items = readable(split)
        return len(items) == count and all(int(label) == loader.class_dict[class_of(image)] for image, label in items)

    def order(tree):
        return sorted(FEW, key=module.ImageLoader(root.parent / tree).class_dict.get)

    def ends():
        try:
            module.ImageLoader(root)[5]
        except IndexError:
            return True

    return {
        "length": lambda: (len(module.ImageLoader(str(root))), len(module.ImageLoader(root, "test"))) == (5, 3),
        "numbers": lambda: sorted(module.ImageLoader(root).class_dict.values()) == [0, 1, 2],
        "names": lambda: sorted(module.ImageLoader(root).class_dict) == sorted(BRIGHTNESS),
        "names of both splits": lambda: sorted(module.ImageLoader(root.parent / "exchanged").class_dict) == sorted(BRIGHTNESS),
        "same numbers": lambda: module.ImageLoader(root).class_dict == module.ImageLoader(root, split="test").class_dict,
        "same order among others": lambda: order("few") == order("many"),
        "train labels": lambda: labels_fit("train", 5),
        "test labels": lambda: labels_fit("test", 2),
        "every picture": lambda: sorted(image.size[1] for image, _ in readable("train")[1]) == [10, 11, 12, 13, 14],
        "gray": lambda: all(image.mode == "L" for image, _ in readable("train")[1]),
        "gray from path": lambda: module.ImageLoader(root).load_img_from_path(root / "train/castle/y.jpg").mode == "L",
        "transform": lambda: module.ImageLoader(root, transform=lambda image: image.size[0])[2][0] == 14,
        "end": ends,
    }


def test_the_solution_is_right(solution, scenes, faults):
    """Every fact holds for the solution."""
    assert faults(facts(solution, scenes)) == []


def test_every_right_plant_is_right(right, scenes, faults):
    """Every fact holds for the alternatives."""
    assert faults(facts(right, scenes)) == []


def test_every_mistake_is_seen(mistake, scenes, faults):
    """Some fact fails for each mistake."""
    assert faults(facts(mistake, scenes))


def test_wrong_places_are_named(solution, scenes, tmp_path):
    """An unknown split and a missing folder are errors that say which."""
    with pytest.raises(ValueError, match="'validation'"):
        solution.ImageLoader(scenes, "validation")
    with pytest.raises(FileNotFoundError, match="nowhere"):
        solution.ImageLoader(tmp_path / "nowhere")


def test_folders_that_are_links_are_followed(solution, scenes, tmp_path):
    """The root, a split and class folders."""
    for split in ("train", "test"):
        (tmp_path / "linked" / split).mkdir(parents=True)
        for path in (scenes / split).iterdir():
            (tmp_path / "linked" / split / path.name).symlink_to(path, target_is_directory=path.is_dir())
    (tmp_path / "splits").mkdir()
    for name in ("train", "test"):
        (tmp_path / "splits" / name).symlink_to(tmp_path / "linked" / name, target_is_directory=True)
    (tmp_path / "link").symlink_to(tmp_path / "splits", target_is_directory=True)
    found, plain = (solution.ImageLoader(root) for root in (tmp_path / "link", scenes))
    assert found.class_dict == plain.class_dict
    assert [found[index][1] for index in range(len(found))] == [plain[index][1] for index in range(len(plain))]
