"""How good the predictions of a network are, class by class and on the average.

precision           of the images that were taken for the class, the share that belongs to it
recall              of the images of the class, the share that was taken for it
F1                  harmonic mean of the two: high only where both are
top-3               share of the images of the class for which it is among the three highest scores
calibration error   how far probabilities lie from shares, on the average of 15 bins of the probability, in [0, 1]: of a class, the
                    probability that every image is given for it, and the share of its images among these (Kull et al. 2019); of
                    all images, the largest probability of each, and the share of right predictions (Guo et al. 2017)

A class that is never predicted has precision 0. What a class without images would have is not known (None).
With few images in a bin the calibration error is too large: chance is part of it.
The confusion matrix is not here: students write it.
"""

from typing import Any, NamedTuple

import numpy as np
import torch

from training_kit.errors import RunError

N_BINS = 15
QUANTITIES = ("precision", "recall", "f1", "top3", "calibration_error")


class Bins(NamedTuple):
    """Images by the largest probability that the network gives; for each of 15 equal steps of it from 0 to 1:

    Attributes:
        confidence: (15,) mean of that probability, NaN in an empty bin.
        accuracy: (15,) share of right predictions, NaN in an empty bin.
        share: (15,) of all images.
    """

    confidence: np.ndarray
    accuracy: np.ndarray
    share: np.ndarray


class ClassMetrics(NamedTuple):
    """What was measured.

    Attributes:
        classes: a row for each class: `class`, `images`, and the quantities above.
        averages: the same for `macro` (every class counts the same), `weighted` (by its images) and `all images` (micro: all
            images in one pot; precision, recall and F1 are the accuracy there).
        bins: for a reliability diagram.
    """

    classes: list[dict[str, Any]]
    averages: list[dict[str, Any]]
    bins: Bins


def class_metrics(scores: torch.Tensor, labels: torch.Tensor, class_names: tuple[str, ...]) -> ClassMetrics:
    """All quantities.

    Args:
        scores: (N, K) float32, raw.
        labels: (N,) int64 true classes.
        class_names: of the K classes.
    Raises:
        RunError: torchmetrics is not installed, or scores are not finite.
    """
    library = _library()
    scores, labels = scores.detach().cpu().float(), labels.cpu()
    if not scores.isfinite().all():
        raise RunError("The network's scores are not finite, so nothing can be measured; train again with a smaller --lr.")
    n_classes = scores.shape[1]
    names = [*class_names, *(f"class {number}" for number in range(len(class_names), n_classes))]
    probabilities, predictions = scores.softmax(dim=1), scores.argmax(dim=1)

    def of_each(quantity, **more) -> list[float]:
        return quantity(scores, labels, n_classes, average="none", **more).tolist()

    def calibration_error(number: int) -> float:
        return library.binary_calibration_error(probabilities[:, number].contiguous(), labels == number, n_bins=N_BINS).item()

    columns = {
        "precision": of_each(library.multiclass_precision),
        "recall": of_each(library.multiclass_recall),
        "f1": of_each(library.multiclass_f1_score),
        "top3": of_each(library.multiclass_accuracy, top_k=min(3, n_classes)),
        "calibration_error": [calibration_error(number) for number in range(n_classes)],
    }
    images = torch.bincount(labels, minlength=n_classes).tolist()
    classes = []
    for number, name in enumerate(names):
        known = {quantity: values[number] for quantity, values in columns.items()} if images[number] else dict.fromkeys(QUANTITIES)
        classes.append({"class": name, "images": images[number], **known})
    together = dict.fromkeys(("precision", "recall", "f1"), predictions.eq(labels).double().mean().item())
    together["top3"] = library.multiclass_accuracy(scores, labels, n_classes, average="micro", top_k=min(3, n_classes)).item()
    together["calibration_error"] = library.multiclass_calibration_error(probabilities, labels, n_classes, n_bins=N_BINS).item()
    averages = [
        {"class": "macro", "images": len(labels), **_mean_of(classes, [1] * n_classes)},
        {"class": "weighted", "images": len(labels), **_mean_of(classes, images)},
        {"class": "all images", "images": len(labels), **together},
    ]
    return ClassMetrics(classes, averages, reliability_bins(probabilities, labels))


def reliability_bins(probabilities: torch.Tensor, labels: torch.Tensor) -> Bins:
    """Confidence against accuracy.

    Args:
        probabilities: (N, K).
        labels: (N,) true classes.
    """
    confidence, predictions = (values.numpy() for values in probabilities.max(dim=1))
    right = predictions == labels.numpy()
    places = np.minimum((confidence * N_BINS).astype(int), N_BINS - 1)
    counts = np.bincount(places, minlength=N_BINS)
    sums = (np.bincount(places, weights=values, minlength=N_BINS) for values in (confidence, right))
    means = [np.divide(total, counts, out=np.full(N_BINS, np.nan), where=counts > 0) for total in sums]
    return Bins(*means, counts / max(1, len(right)))


def _mean_of(classes: list[dict[str, Any]], weights: list[int]) -> dict[str, float | None]:
    """Means over the classes for which a quantity is known."""
    means = {}
    for quantity in QUANTITIES:
        known = [(row[quantity], weight) for row, weight in zip(classes, weights) if row[quantity] is not None]
        total = sum(weight for _, weight in known)
        means[quantity] = sum(value * weight for value, weight in known) / total if total else None
    return means


def _library():
    """torchmetrics, which takes seconds to load: only when it is needed."""
    try:
        from torchmetrics.functional import classification
    except ImportError:
        raise RunError("This needs the package torchmetrics; run: python -m pip install torchmetrics") from None
    return classification
