"""The statistics of a folder of images and their plants against all pixels at once."""

import tracemalloc

import numpy as np
import pytest
from PIL import Image

PROBLEM, FILE = "standard_scaler", "stats_helper.py"


@pytest.fixture
def folder(tmp_path):
    """Images of different size, brightness, colour, depth and ending, and a file that is none."""
    random = np.random.default_rng(2)
    sizes = {"a.png": (4, 6), "b.jpg": (30, 20), "deep/c.jpeg": (9, 5), "deep/er/still/d.PNG": (12, 12)}
    for level, (name, (height, width)) in enumerate(sizes.items()):
        path = tmp_path / "images" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = random.integers(40 * level, 40 * level + 90, size=(height, width, 3), dtype=np.uint8)
        Image.fromarray(pixels if level % 2 else pixels[:, :, 0]).save(path)
    (tmp_path / "images" / "notes.txt").write_text("no image")
    return tmp_path / "images"


def all_pixels(folder) -> np.ndarray:
    """Every gray value below a folder, in [0, 1]."""
    paths = [path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png")]
    return np.concatenate([np.asarray(Image.open(path).convert("L"), dtype=np.float64).ravel() for path in paths]) / 255


def facts(module, folder) -> dict:
    """What holds for every right function."""
    pixels = all_pixels(folder)

    def memory_of_one_image():
        for number in range(40):
            Image.new("L", (200, 200), 6 * number).save(folder / f"large_{number}.png")
        tracemalloc.start()
        try:
            module.compute_mean_and_std(folder)
            return tracemalloc.get_traced_memory()[1] < 12 * 200 * 200 * 8
        finally:
            tracemalloc.stop()

    def same_through_a_link():
        linked = folder.parent / "linked"
        linked.mkdir()
        for path in folder.iterdir():
            (linked / path.name).symlink_to(path, target_is_directory=path.is_dir())
        return np.allclose(module.compute_mean_and_std(linked), module.compute_mean_and_std(folder))

    return {
        "a folder that is a link": same_through_a_link,
        "mean": lambda: np.allclose(module.compute_mean_and_std(folder)[0], pixels.mean(), rtol=1e-9),
        "std": lambda: np.allclose(module.compute_mean_and_std(str(folder))[1], pixels.std(), rtol=1e-9),
        "shapes": lambda: [np.shape(value) for value in module.compute_mean_and_std(folder)] == [(1,), (1,)],
        "memory": memory_of_one_image,
    }


def test_the_solution_agrees_with_all_pixels(solution, folder, faults):
    """Every fact holds for the solution."""
    assert faults(facts(solution, folder)) == []


def test_every_right_plant_agrees_with_all_pixels(right, folder, faults):
    """Every fact holds for the alternatives."""
    assert faults(facts(right, folder)) == []


def test_every_mistake_differs_from_all_pixels(mistake, folder, faults):
    """Some fact fails for each mistake, but not all."""
    every = facts(mistake, folder)
    assert 0 < len(faults(every)) < len(every)


def test_an_empty_folder_is_an_error(solution, tmp_path):
    """Without an image there is no mean."""
    with pytest.raises(ValueError, match="no .jpg"):
        solution.compute_mean_and_std(tmp_path)


def test_folders_that_are_links_are_followed(solution, folder, tmp_path):
    """The folder itself, a class folder in it, and a link back to the top, below which each image counts once."""
    linked = tmp_path / "linked"
    linked.mkdir()
    for path in folder.iterdir():
        (linked / path.name).symlink_to(path, target_is_directory=path.is_dir())
    (tmp_path / "link").symlink_to(linked, target_is_directory=True)
    (linked / "back").symlink_to(linked, target_is_directory=True)
    found = solution.compute_mean_and_std(tmp_path / "link")
    assert np.allclose(found, solution.compute_mean_and_std(folder), rtol=1e-12)
