"""Each data set goes from its publisher's layout to the same few arrays, through the command line."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import small_archives as small
from ended import expect_one_sentence

from data_scripts import DATASETS, load, scenes15, svhn
from data_scripts.spec import DataSpec


@pytest.fixture
def small_svhn(publish, server):
    """SVHN with 10 images."""
    return publish(small.svhn_spec(server.address), small.svhn_files())


@pytest.fixture
def small_tiny(publish, server):
    """Tiny ImageNet with three classes."""
    archive = small.zipped(small.tiny_files())
    return publish(small.tiny_spec(server.address, archive), {"tiny-imagenet-200.zip": archive})


@pytest.fixture
def small_scenes(publish, server):
    """15 scenes with a few pictures a class."""
    archive = small.zipped(small.scene_files())
    return publish(small.scene_spec(server.address, archive), {"scene_categories.zip": archive})


def unzip(files: dict[str, bytes], folder: Path) -> Path:
    """Write files below a folder, as a user who unpacked the archive has them."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def expect_common_form(root: Path, spec: DataSpec) -> dict:
    """Arrays, types, statistics and `meta.json`, as every data set has them."""
    dataset = load(spec.name, root)
    for images, labels, count in (
        (dataset.train_images, dataset.train_labels, spec.n_train),
        (dataset.test_images, dataset.test_labels, spec.n_test),
    ):
        assert isinstance(images, np.memmap) and images.dtype == np.uint8 and images.shape == (count, *spec.image_shape)
        assert labels.dtype == np.int64 and labels.shape == (count,)
    pixels = dataset.train_images.astype(np.float64) / 255
    assert np.allclose(dataset.mean, pixels.mean(axis=(0, 2, 3)))
    assert np.allclose(dataset.std, pixels.std(axis=(0, 2, 3)))
    assert len(dataset.class_names) == spec.n_classes
    assert not list(root.glob(".*"))
    meta = json.loads((root / spec.name / "meta.json").read_text())
    assert meta["licence"] == spec.licence and meta["verified"] == ("sha256" if spec.name == "cifar10" else "md5")
    return meta


def test_cifar10_from_its_archive(run, cifar, tmp_path):
    """Order, planes and labels are the publisher's, though the archive has its members in another order."""
    ended = run("cifar10", "--root", tmp_path)
    assert ended.status == 0 and ended.stderr == ""
    meta = expect_common_form(tmp_path, cifar)
    dataset, batches = load("cifar10", tmp_path), small.cifar_batches()
    rows = np.concatenate([batches[f"data_batch_{number}"][0] for number in range(1, 6)])
    assert np.array_equal(dataset.train_images.reshape(20, 3072), rows)
    assert dataset.train_labels[:6].tolist() == [0, 1, 2, 3, 1, 2] and dataset.test_labels.tolist() == [5, 6, 7, 8]
    assert meta["sha256"] == {cifar.files[0].name: cifar.files[0].sha256}
    assert meta["source"] == cifar.files[0].addresses[0]


@pytest.mark.parametrize("protocol", [2, 4, 5])
@pytest.mark.parametrize("above", [False, True])
def test_cifar10_from_a_folder_with_other_bytes(run, cifar, tmp_path, protocol, above, server):
    """A folder that another program wrote, given itself or by the folder above it, needs no network."""
    folder = small.cifar_folder(tmp_path / "here" / "cifar-10-batches-py", protocol)
    ended = run("cifar10", "--root", tmp_path / "root", "--source", folder.parent if above else folder)
    assert ended.status == 0 and "no checksum" in ended.stdout
    rows = small.cifar_batches()["data_batch_2"][0]
    assert np.array_equal(load("cifar10", tmp_path / "root").train_images[4:8].reshape(4, 3072), rows)
    assert server.ranges == []


def test_svhn_turns_columns_into_rows_and_ten_into_zero(run, small_svhn, tmp_path):
    """MATLAB's axis order and the digit 0."""
    assert run("svhn", "--root", tmp_path).status == 0
    expect_common_form(tmp_path, small_svhn)
    dataset = load("svhn", tmp_path)
    pixels, _ = small.svhn_arrays("train")
    assert np.array_equal(dataset.train_images, pixels.transpose(3, 2, 0, 1))
    assert dataset.train_labels.tolist() == [0, 1, 2, 3, 4, 5, 6] and dataset.test_labels.tolist() == [9, 0, 1]


def test_svhn_is_converted_in_chunks(run, small_svhn, tmp_path, monkeypatch):
    """Images of several chunks end up in one array."""
    monkeypatch.setattr(svhn, "CHUNK_IMAGES", 2)
    assert run("svhn", "--root", tmp_path).status == 0
    assert np.array_equal(load("svhn", tmp_path).test_images, small.svhn_arrays("test")[0].transpose(3, 2, 0, 1))


def test_svhn_from_local_files(run, small_svhn, tmp_path):
    """Two files: their folder is the source, one of them is a clear message."""
    folder = unzip(small.svhn_files(), tmp_path / "here")
    one = run("svhn", "--root", tmp_path / "root", "--source", folder / "train_32x32.mat")
    expect_one_sentence(one, "train_32x32.mat and test_32x32.mat")
    assert run("svhn", "--root", tmp_path / "root", "--source", folder).status == 0
    expect_common_form(tmp_path / "root", small_svhn)


def test_tiny_imagenet_uses_the_labelled_validation_pictures_as_test(run, small_tiny, tmp_path):
    """Classes by WordNet id, grayscale as colour, names in English."""
    assert run("tiny-imagenet", "--root", tmp_path).status == 0
    meta = expect_common_form(tmp_path, small_tiny)
    dataset = load("tiny-imagenet", tmp_path)
    assert dataset.class_names == ("goldfish", "Egyptian cat", "reel") and meta["wnids"] == sorted(small.TINY_WNIDS)
    assert dataset.train_labels.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert dataset.test_labels.tolist() == [1, 0, 2, 1, 0]
    gray = dataset.train_images[4]
    assert (gray == gray[0]).all() and abs(int(gray[0, 0, 0]) - 90) < 3
    assert [int(image[0].mean().round(-1)) for image in dataset.test_images] == [0, 10, 20, 30, 40]


def test_tiny_imagenet_from_the_unpacked_folder(run, small_tiny, tmp_path):
    """The same arrays as from the archive."""
    run("tiny-imagenet", "--root", tmp_path / "a")
    folder = unzip(small.tiny_files(), tmp_path / "here")
    assert run("tiny-imagenet", "--root", tmp_path / "b", "--source", folder).status == 0
    one, other = load("tiny-imagenet", tmp_path / "a"), load("tiny-imagenet", tmp_path / "b")
    assert np.array_equal(one.train_images, other.train_images) and one.class_names == other.class_names


def expect_scene_folders(root: Path, per_class: dict[str, int]) -> None:
    """`train/CLASS` and `test/CLASS` hold unchanged pictures, two of each class in test."""
    for name, count in per_class.items():
        train, test = (list((root / "scenes15" / split / name).glob("*.jpg")) for split in ("train", "test"))
        assert len(test) == small.SCENE_TEST_PER_CLASS and len(train) == count - len(test)
        original = {hashlib.sha256(raw).hexdigest() for raw in small.scene_pictures()[name].values()}
        assert {hashlib.sha256(path.read_bytes()).hexdigest() for path in train + test} == original


def test_scenes15_from_the_original_archive(run, small_scenes, tmp_path):
    """Class folders for the students' loader, and arrays of 64x64 in grayscale."""
    assert run("scenes15", "--root", tmp_path).status == 0
    meta = expect_common_form(tmp_path, small_scenes)
    expect_scene_folders(tmp_path, small.SCENE_COUNTS)
    dataset = load("scenes15", tmp_path)
    assert dataset.class_names == tuple(sorted(dataset.class_names)) == tuple(small.SCENE_COUNTS)
    assert np.bincount(dataset.test_labels).tolist() == [2] * 15 and "SHA-256" in meta["split"]
    office = dataset.train_images[dataset.train_labels == dataset.class_names.index("Office")]
    assert office.shape[1:] == (1, 64, 64) and 89 < office.min() <= office.max() < 90 + 3 + 9 + 2


def test_scenes15_splits_the_same_pictures_alike_whatever_they_are_called(run, small_scenes, tmp_path, monkeypatch):
    """Numbered folders and names, as on figshare: classes are known by their number of images."""
    monkeypatch.setattr(scenes15, "IMAGES_PER_CLASS", small.SCENE_COUNTS)
    numbered = {
        f"15-Scene/{14 - number:02d}/{int(picture[6:10])}.jpg": raw
        for number, pictures in enumerate(small.scene_pictures().values())
        for picture, raw in pictures.items()
    }
    folder = unzip(numbered, tmp_path / "here")
    run("scenes15", "--root", tmp_path / "a")
    assert run("scenes15", "--root", tmp_path / "b", "--source", folder).status == 0
    expect_scene_folders(tmp_path / "b", small.SCENE_COUNTS)
    for split in ("train", "test"):
        one, other = (sorted(path.read_bytes() for path in (tmp_path / root / "scenes15" / split).rglob("*.jpg")) for root in "ab")
        assert one == other


def test_scenes15_keeps_a_split_that_is_there(run, small_scenes, tmp_path):
    """The course's own folders, even under the same file names on both sides."""
    run("scenes15", "--root", tmp_path / "a")
    shutil.copytree(tmp_path / "a" / "scenes15", tmp_path / "here")
    for path in (tmp_path / "here").glob("*.*"):
        path.unlink()
    for folder in (tmp_path / "here").glob("*/*"):
        for number, picture in enumerate(sorted(folder.iterdir())):
            picture.rename(folder / f"picture_{number}.jpg")
    assert run("scenes15", "--root", tmp_path / "b", "--source", tmp_path / "here").status == 0
    assert np.array_equal(load("scenes15", tmp_path / "a").test_images, load("scenes15", tmp_path / "b").test_images)


def test_scenes15_without_its_class_folders_is_damaged(run, small_scenes, tmp_path):
    """They belong to the data set as much as the arrays do."""
    run("scenes15", "--root", tmp_path)
    shutil.rmtree(tmp_path / "scenes15" / "test")
    expect_one_sentence(run("scenes15", "--root", tmp_path), "is damaged (test: ")


def test_scenes15_without_one_class_is_one_sentence(run, small_scenes, tmp_path):
    """The class is named."""
    files = {name: raw for name, raw in small.scene_files().items() if not name.startswith("PARoffice")}
    ended = run("scenes15", "--root", tmp_path / "root", "--source", unzip(files, tmp_path / "here"))
    expect_one_sentence(ended, "no folder of pictures for Office")


def test_a_broken_picture_is_one_sentence(run, small_tiny, tmp_path):
    """Its name is given and nothing is left."""
    folder = unzip(small.tiny_files(), tmp_path / "here")
    picture = next(folder.rglob("val_3.JPEG"))
    picture.write_bytes(picture.read_bytes()[:300])
    ended = run("tiny-imagenet", "--root", tmp_path / "root", "--source", folder)
    expect_one_sentence(ended, "val_3.JPEG is not a readable picture")
    assert not (tmp_path / "root").exists()


def test_a_missing_batch_is_one_sentence(run, cifar, tmp_path):
    """Its name is given and nothing is left."""
    folder = small.cifar_folder(tmp_path / "here", 4)
    (folder / "data_batch_4").unlink()
    ended = run("cifar10", "--root", tmp_path / "root", "--source", folder)
    expect_one_sentence(ended, "has no data_batch_4")
    assert not (tmp_path / "root").exists()


def test_the_real_specs_are_complete():
    """Every data set shows size and licence, every file has a checksum and the counts that the course states."""
    for spec in DATASETS.values():
        assert spec.licence and spec.homepage and spec.disk_bytes > 1e6
        for file in spec.files:
            assert file.addresses and file.size_bytes > 1e6 and (file.md5 or file.sha256)
    assert (DATASETS["scenes15"].n_train, DATASETS["scenes15"].n_test) == (2985, 1500)
    assert (DATASETS["svhn"].n_train, DATASETS["svhn"].n_test) == (73_257, 26_032)
