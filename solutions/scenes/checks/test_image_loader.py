"""Public checks of task 3.3. Run: pytest checks/test_image_loader.py"""

import pytest
import torch
from PIL import Image


@pytest.fixture
def scenes(tmp_path):
    """A folder with two classes: forests are dark, beaches bright; 2 + 1 pictures to train, 1 + 1 to test."""
    for name, brightness in (("train/forest/a", 10), ("train/forest/b", 10), ("train/beach/a", 240)):
        save(tmp_path / f"{name}.jpg", brightness)
    for name, brightness in (("test/forest/c", 10), ("test/beach/c", 240)):
        save(tmp_path / f"{name}.jpg", brightness)
    (tmp_path / "train" / "notes.txt").write_text("a stray file")
    return tmp_path


def save(path, brightness):
    """Write a colour picture of 12x9 px.

    Args:
        path: where to.
        brightness: 0 to 255.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (12, 9), (brightness,) * 3).save(path)


def test_every_picture_is_found(scenes):
    """3 pictures to train, 2 to test, 2 classes, numbered 0 and 1."""
    from image_loader import ImageLoader

    train, test = ImageLoader(scenes), ImageLoader(str(scenes), split="test")
    assert (len(train), len(test)) == (3, 2), f"train has 3 pictures and test 2; found {len(train)} and {len(test)}"
    assert sorted(train.class_dict) == ["beach", "forest"], f"the classes are beach, forest; found {train.class_dict}"
    assert sorted(train.class_dict.values()) == [0, 1], f"two classes have numbers 0 and 1: {train.class_dict}"
    assert train.class_dict == test.class_dict, f"both splits number alike: {train.class_dict}, {test.class_dict}"


def test_classes_are_those_of_both_splits(tmp_path):
    """Alleys only to train, caves only to test, beaches in both: three classes, numbered alike in both splits."""
    from image_loader import ImageLoader

    for name in ("train/beach/a", "train/alley/a", "test/cave/b", "test/beach/b"):
        save(tmp_path / f"{name}.jpg", 100)
    train, test = (ImageLoader(tmp_path, split).class_dict for split in ("train", "test"))
    for split, found in (("train", train), ("test", test)):
        assert sorted(found) == ["alley", "beach", "cave"], (
            f"the classes are alley and beach (train), beach and cave (test), together three; class_dict of {split} is {found}.\n"
            "Are the folders of both splits looked at, whichever split is asked for?"
        )
    assert train == test, f"both splits number alike: {train}, {test}"


def test_numbers_follow_from_the_names(tmp_path):
    """Six classes keep their order when others come in between: it follows from names, and from nothing that changes by itself."""
    from image_loader import ImageLoader

    names = ["bridge", "castle", "forest", "harbour", "meadow", "tower"]
    for name in names:
        save(tmp_path / "few" / "train" / name / "a.jpg", 100)
    for name in [*(f"street {number}" for number in range(20)), *reversed(names)]:
        save(tmp_path / "many" / "train" / name / "a.jpg", 100)
    for place in ("few", "many"):
        (tmp_path / place / "test").mkdir()
    few, many = (ImageLoader(tmp_path / place).class_dict for place in ("few", "many"))
    orders = [sorted(names, key=found.get) for found in (few, many)]
    assert orders[0] == orders[1], (
        f"the order of six classes was {', '.join(orders[0])}, and among 20 others {', '.join(orders[1])}.\n"
        "A set has no order, and a folder is listed in any: are the names sorted before they are numbered?"
    )


def test_pictures_are_grayscale(scenes):
    """`load_img_from_path` gives a PIL image of one channel."""
    from image_loader import ImageLoader

    image = ImageLoader(scenes).load_img_from_path(scenes / "train" / "beach" / "a.jpg")
    assert isinstance(image, Image.Image), f"it should be a PIL image; it is {type(image).__name__}"
    assert image.mode == "L", f'the mode should be "L" (grayscale); it is "{image.mode}"'
    assert image.size == (12, 9), f"the picture is 12 px wide and 9 px high; got {image.size}"


def test_each_picture_has_its_label(scenes):
    """Bright pictures are beaches, dark ones forests."""
    from image_loader import ImageLoader

    for split in ("train", "test"):
        loader = ImageLoader(scenes, split)
        for index in range(len(loader)):
            image, label = loader[index]
            name = "beach" if image.getpixel((5, 5)) > 128 else "forest"
            assert label == loader.class_dict[name], f"picture {index} of {split} is a {name}; its label is {label}"


def test_the_transform_is_used(scenes):
    """What the transform returns is what the data set gives."""
    from image_loader import ImageLoader

    loader = ImageLoader(scenes, transform=lambda image: torch.tensor(image.size))
    assert loader[0][0].tolist() == [12, 9], f"the transform's result should come back; got {loader[0][0]}"


def test_there_is_an_end(scenes):
    """An index behind the last picture raises IndexError, so that a loop over the data set ends."""
    from image_loader import ImageLoader

    loader = ImageLoader(scenes)
    try:
        loader[3]
    except IndexError:
        return
    pytest.fail("the data set has 3 pictures, so dataset[3] should raise IndexError; it returned something")
