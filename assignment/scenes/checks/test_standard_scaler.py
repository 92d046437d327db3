"""Public checks of task 3.1. Run: pytest checks/test_standard_scaler.py"""

import numpy as np
import pytest
import torch
from PIL import Image


@pytest.fixture
def scaler():
    """A new scaler of yours."""
    from standard_scaler import StandardScaler

    return StandardScaler()


def test_mean_and_variance_of_four_numbers(scaler):
    """1, 2, 3, 4 have mean 2.5 and population variance (2.25 + 0.25 + 0.25 + 2.25) / 4 = 1.25."""
    scaler.fit(np.array([[1.0], [2.0], [3.0], [4.0]]))
    assert scaler.n_samples_seen_ == 4, f"n_samples_seen_ should be 4; it is {scaler.n_samples_seen_}"
    assert np.allclose(scaler.mean_, [2.5]), f"mean_ of 1, 2, 3, 4 should be 2.5; it is {scaler.mean_}"
    assert np.allclose(scaler.var_, [1.25]), (
        f"var_ of 1, 2, 3, 4 should be 5 / 4 = 1.25 (divided by 4, not by 3); it is {scaler.var_}"
    )
    assert np.allclose(scaler.scale_, [1.25**0.5]), f"scale_ should be the square root of var_; it is {scaler.scale_}"


def test_any_split_gives_the_same(scaler):
    """1 and then 2, 3, 4 is the same data as 1, 2, 3, 4."""
    scaler.partial_fit(np.array([[1.0]]))
    scaler.partial_fit(np.array([[2.0], [3.0], [4.0]]))
    assert scaler.n_samples_seen_ == 4, f"partial_fit goes on counting: 1 + 3 rows are 4, not {scaler.n_samples_seen_}"
    assert np.allclose(scaler.mean_, [2.5]), (
        f"1, then 2, 3, 4: mean_ should be 2.5; it is {scaler.mean_}. (2.0 is the mean of the batches' means: "
        "a batch of three weighs three times as much.)"
    )
    assert np.allclose(scaler.var_, [1.25]), f"1, then 2, 3, 4: var_ should be 1.25; it is {scaler.var_}"


def test_fit_forgets(scaler):
    """`fit` starts anew."""
    scaler.fit(np.array([[100.0], [200.0]]))
    scaler.fit(np.array([[1.0], [3.0]]))
    assert scaler.n_samples_seen_ == 2 and np.allclose(scaler.mean_, [2.0]), (
        f"after a second fit on 1 and 3: 2 rows, mean_ 2; found {scaler.n_samples_seen_} rows, mean_ {scaler.mean_}"
    )


def test_transform_and_back(scaler):
    """1, 3 become -1, 1; `inverse_transform` undoes that."""
    data = np.array([[1.0], [3.0]])
    small = np.asarray(scaler.fit_transform(data))
    assert np.allclose(small, [[-1.0], [1.0]]), f"fit_transform of 1, 3 should give -1, 1; it gave {small.tolist()}"
    back = np.asarray(scaler.inverse_transform(small))
    assert np.allclose(back, data), f"inverse_transform of -1, 1 should give 1, 3; it gave {back.tolist()}"


def test_a_feature_that_never_changes(scaler):
    """A constant column has scale 1 and becomes 0, not NaN."""
    result = np.asarray(scaler.fit_transform(np.array([[7.0, 1.0], [7.0, 3.0]])))
    assert np.allclose(scaler.scale_, [1.0, 1.0]), f"scale_ of (7, 7) and (1, 3) should be 1, 1; it is {scaler.scale_}"
    assert np.allclose(result[:, 0], 0.0), f"the constant column should become 0; it became {result[:, 0]}"


def test_large_mean(scaler):
    """1e8 and 1e8 + 2 have variance 1; squares of 1e8 leave no digit for it."""
    scaler.fit(np.array([[1e8], [1e8 + 2]]))
    assert np.allclose(scaler.var_, [1.0]), f"var_ of 1e8, 1e8 + 2 should be 1; it is {scaler.var_}"


def test_small_integers(scaler):
    """200 and 250 as uint8 have mean 225; their squares do not fit in uint8."""
    scaler.fit(torch.tensor([[200], [250]], dtype=torch.uint8))
    assert np.allclose(scaler.mean_, [225.0]), f"mean_ of 200, 250 (uint8) should be 225; it is {scaler.mean_}"
    assert np.allclose(scaler.var_, [625.0]), f"var_ of 200, 250 (uint8) should be 625; it is {scaler.var_}"


def test_unfitted_use_raises(scaler):
    """Nothing can be transformed before something was measured."""
    try:
        result = scaler.transform(np.array([[1.0]]))
    except NotImplementedError:
        raise
    except Exception:
        return
    pytest.fail(f"transform before any fit should raise an error; it returned {result}")


def test_every_pixel_of_a_folder_counts_once(tmp_path):
    """Two black pixels and, in a deeper folder, six white ones: mean 6/8, std sqrt(3)/4."""
    from stats_helper import compute_mean_and_std

    (tmp_path / "deep").mkdir()
    Image.new("L", (2, 1), 0).save(tmp_path / "black.png")
    Image.new("RGB", (3, 2), (255, 255, 255)).save(tmp_path / "deep" / "white.png")
    mean, std = compute_mean_and_std(tmp_path)
    assert np.shape(mean) == (1,) and np.shape(std) == (1,), f"shapes should be (1,): {np.shape(mean)}, {np.shape(std)}"
    assert np.allclose(mean, 0.75), (
        f"2 black and 6 white pixels have mean 6/8 = 0.75; got {mean}. (0.5: each image counted once, not each pixel. "
        "191.25: white is 255 instead of 1.)"
    )
    assert np.allclose(std, 3**0.5 / 4), f"2 black and 6 white pixels have std sqrt(3)/4 = 0.433; got {std}"
