"""The default data set needs nothing: it is drawn, always the same, quickly, and its classes differ."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from ended import expect_one_sentence

from data_scripts import DATASETS, load, synthetic


def test_it_loads_with_nothing_on_the_disk(tmp_path):
    """Shapes, types and balance; the root need not exist."""
    started = time.perf_counter()
    dataset = load("synthetic", tmp_path / "nowhere")
    assert time.perf_counter() - started < 15, "a slow machine needs 3 s"
    assert dataset.train_images.shape == (10_000, 3, 32, 32) and dataset.test_images.shape == (2_000, 3, 32, 32)
    assert dataset.train_images.dtype == np.uint8 and dataset.train_labels.dtype == np.int64
    assert np.bincount(dataset.train_labels).tolist() == [1000] * 10
    assert np.bincount(dataset.test_labels).tolist() == [200] * 10
    assert len(set(dataset.class_names)) == 10 and not (tmp_path / "nowhere").exists()


def test_the_same_seed_draws_the_same_images():
    """And another seed draws others."""
    images, labels = synthetic.draw(150, 7)
    again, labels_again = synthetic.draw(150, 7)
    other, _ = synthetic.draw(150, 8)
    assert np.array_equal(images, again) and np.array_equal(labels, labels_again)
    assert not (images == other).all(axis=(1, 2, 3)).any()


def test_written_and_drawn_data_are_the_same(run, tmp_path, monkeypatch):
    """`load` gives the same, whether the command was run before or not."""
    monkeypatch.setattr(synthetic, "N_TRAIN", 120)
    monkeypatch.setattr(synthetic, "N_TEST", 40)
    monkeypatch.setitem(DATASETS, "synthetic", replace(synthetic.SPEC, n_train=120, n_test=40))
    drawn = load("synthetic", tmp_path)
    assert run("synthetic", "--root", tmp_path).status == 0
    written = load("synthetic", tmp_path)
    assert isinstance(written.train_images, np.memmap)
    for one, other in zip(drawn, written):
        assert np.array_equal(one, other)
    assert "nothing to do" in run("synthetic", "--root", tmp_path).stdout


def test_it_takes_no_source(run, tmp_path):
    """There is nothing to read."""
    expect_one_sentence(run("synthetic", "--root", tmp_path / "root", "--source", "x"), "drawn by code")


def test_the_tint_alone_does_not_give_the_class_away():
    """The mean colour of an image, the easiest cue, tells less than a third of the test images."""
    (train, labels), (test, wanted) = synthetic.draw(3000, 1), synthetic.draw(1000, 2)
    colours = train.mean(axis=(2, 3))
    centres = np.stack([colours[labels == label].mean(axis=0) for label in range(10)])
    distances = np.square(test.mean(axis=(2, 3))[:, None] - centres).sum(axis=2)
    assert 0.15 < (distances.argmin(axis=1) == wanted).mean() < 0.33
