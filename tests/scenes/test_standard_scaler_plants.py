"""The scaler and its plants against numpy on whole data sets."""

import numpy as np
import torch

PROBLEM, FILE = "standard_scaler", "standard_scaler.py"


def facts(module) -> dict:
    """What holds for every right scaler."""
    random = np.random.default_rng(5)
    data = random.normal([3.0, -40.0, 0.002], [2.0, 9.0, 0.001], size=(60, 3))
    far = random.normal(1e8, 1.0, size=(40, 2))
    bytes_ = random.integers(100, 256, size=(50, 2), dtype=np.uint8)
    parts = np.split(data, [1, 4, 9, 9, 30])

    def fitted(rows, *more):
        scaler = module.StandardScaler()
        scaler.fit(rows)
        for rows in more:
            scaler.partial_fit(rows)
        return scaler

    def agrees(scaler, rows, rtol=1e-9):
        rows = np.asarray(rows, dtype=np.float64)
        pairs = ((scaler.mean_, rows.mean(0)), (scaler.var_, rows.var(0)), (scaler.scale_, rows.std(0)))
        return scaler.n_samples_seen_ == len(rows) and all(np.allclose(a, b, rtol=rtol, atol=0) for a, b in pairs)

    def constant():
        rows = np.full((30, 2), [0.1, 1e8 + 0.3])
        scaler = fitted(rows[:7], rows[7:8], rows[8:])
        clean = np.allclose(scaler.scale_, 1.0, atol=0) and np.allclose(scaler.var_, 0.0, atol=1e-10)
        return clean and np.allclose(np.asarray(scaler.transform(rows)), 0.0, atol=1e-6)

    def raises_unfitted(name):
        try:
            getattr(module.StandardScaler(), name)(data)
        except Exception:
            return True

    def untouched():
        mine = data.copy()
        scaler = fitted(mine)
        scaler.inverse_transform(scaler.transform(mine)), scaler.fit_transform(mine)
        return np.array_equal(mine, data)

    def standardised(rows):
        return (np.asarray(rows) - data.mean(0)) / data.std(0)

    return {
        "one batch": lambda: agrees(fitted(data), data),
        "many batches": lambda: agrees(fitted(*parts), data),
        "row by row": lambda: agrees(fitted(*data[:, None]), data),
        "mean around 1e8": lambda: agrees(fitted(far[:15], far[15:]), far, rtol=1e-6),
        "uint8": lambda: agrees(fitted(bytes_[:20], bytes_[20:]), bytes_),
        "uint8 tensor": lambda: agrees(fitted(torch.from_numpy(bytes_)), bytes_),
        "float16 tensor": lambda: agrees(fitted(torch.full((3, 1), 5.0).half(), torch.ones(1, 1)), [[5.0]] * 3 + [[1.0]]),
        "constant": constant,
        "fit forgets": lambda: agrees(fitted(data[:9] + 7).fit(data), data),
        "fit forgets the width": lambda: agrees(fitted(data[:9, :2]).fit(data), data),
        "tensors": lambda: all(
            torch.is_tensor(getattr(fitted(data), name)(torch.from_numpy(data))) for name in ("transform", "inverse_transform")
        ),
        "fit_transform forgets": lambda: np.allclose(fitted(data[:9] + 7).fit_transform(data), standardised(data)),
        "transform": lambda: np.allclose(fitted(*parts).transform(data[:5] + 1), standardised(data[:5] + 1)),
        "inverse": lambda: np.allclose(fitted(data).inverse_transform(standardised(data)), data, rtol=1e-9),
        "unfitted transform": lambda: raises_unfitted("transform"),
        "unfitted inverse": lambda: raises_unfitted("inverse_transform"),
        "input untouched": untouched,
    }


def test_the_solution_agrees_with_numpy(solution, faults):
    """Every fact holds for the solution."""
    assert faults(facts(solution)) == []


def test_every_right_plant_agrees_with_numpy(right, faults):
    """Every fact holds for the alternatives."""
    assert faults(facts(right)) == []


def test_every_mistake_differs_from_numpy(mistake, faults):
    """Some fact fails for each mistake, but not all: a mistake is about one thing."""
    found = faults(facts(mistake))
    assert 0 < len(found) < len(facts(mistake))


def test_any_split_gives_the_same_numbers(solution):
    """A hundred random splits agree with each other to the last digits."""
    random = np.random.default_rng(1)
    data = random.normal(50.0, 3.0, size=(200, 4))
    for _ in range(100):
        scaler = solution.StandardScaler()
        for part in np.split(data, np.sort(random.integers(0, 201, size=6))):
            scaler.partial_fit(part)
        assert np.allclose(scaler.var_, data.var(axis=0), rtol=1e-13), "a split changed the variance"


def test_other_numbers_of_features_are_refused(solution):
    """Rows of another width are an error, and a flat array too."""
    scaler = solution.StandardScaler().fit(np.ones((2, 3)))
    for wrong in (np.ones((2, 4)), np.ones(3)):
        try:
            scaler.partial_fit(wrong)
        except ValueError:
            continue
        raise AssertionError(f"shape {wrong.shape} was accepted")


def test_tensors_come_back_as_tensors(solution):
    """A tensor gives a float64 tensor, an array an array; an empty batch changes nothing."""
    scaler = solution.StandardScaler().fit(torch.arange(6).reshape(3, 2))
    scaler.partial_fit(np.empty((0, 2)))
    assert scaler.n_samples_seen_ == 3
    assert scaler.transform(torch.ones(1, 2)).dtype == torch.float64
    assert isinstance(scaler.transform(np.ones((1, 2))), np.ndarray)
