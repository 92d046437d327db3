"""Precision, recall, F1, top-3 and calibration error, on numbers that can be worked out on paper."""

import sys

import numpy as np
import pytest
import torch

from training_kit.class_metrics import N_BINS, class_metrics
from training_kit.errors import RunError
from training_kit.metric_pictures import MOST_CLASSES, draw_metrics
from training_kit.tables import Column, csv_text, markdown_text, print_table

NAMES = ("cat", "dog", "frog", "hen")
# Order of the four classes in the scores of each image, best first, beside its true class: frogs are never predicted, there are no hens.
RANKED = [("0123", 0), ("0123", 0), ("1203", 0), ("1230", 0), ("1023", 1), ("3012", 1), ("0132", 2), ("1023", 2)]


@pytest.fixture
def measured():
    """The metrics of these images, by class and by average."""
    scores = torch.zeros(len(RANKED), 4)
    for row, (order, _) in zip(scores, RANKED):
        for place, number in enumerate(order):
            row[int(number)] = 3.0 - place
    found = class_metrics(scores, torch.tensor([label for _, label in RANKED]), NAMES)
    return {row["class"]: row for row in (*found.classes, *found.averages)}


def test_each_class_is_measured_as_on_paper(measured):
    """Three images were taken for cats, of which two are; four are cats; the cat's score of one is in the last place."""
    cat, dog = measured["cat"], measured["dog"]
    assert (cat["images"], cat["precision"], cat["recall"], cat["top3"]) == (4, pytest.approx(2 / 3), 0.5, 0.75)
    assert cat["f1"] == pytest.approx(2 * 2 / (2 * 2 + 1 + 2))
    assert (dog["precision"], dog["recall"], dog["top3"]) == (0.25, 0.5, 1.0)


def test_a_class_that_is_never_predicted_has_precision_0_and_one_without_images_nothing(measured):
    """And the second takes no part in averages."""
    assert (measured["frog"]["precision"], measured["frog"]["f1"]) == (0.0, 0.0)
    assert measured["hen"]["images"] == 0 and measured["hen"]["recall"] is measured["hen"]["calibration_error"] is None
    assert measured["macro"]["recall"] == pytest.approx((0.5 + 0.5 + 0.0) / 3)
    assert measured["weighted"]["recall"] == pytest.approx((4 * 0.5 + 2 * 0.5) / 8)


def test_of_all_images_together_everything_is_the_accuracy(measured):
    """Three of eight are right; top-3 and calibration are their own."""
    row = measured["all images"]
    assert row["precision"] == row["recall"] == row["f1"] == 3 / 8
    assert row["top3"] == sum(str(label) in order[:3] for order, label in RANKED) / 8


def test_the_calibration_error_is_the_distance_that_is_drawn():
    """Over- and under-confident networks; of a class it is about the probability that the class is given."""
    torch.manual_seed(0)
    labels, scores = torch.randint(5, (400,)), torch.randn(400, 5)
    scores[torch.arange(400), labels] += 1
    for factor in (0.1, 1.0, 10.0):
        found = class_metrics(factor * scores, labels, tuple("abcde"))
        bins = found.bins
        there = bins.share > 0
        wanted = (bins.share * np.abs(bins.accuracy - bins.confidence))[there].sum()
        assert found.averages[-1]["calibration_error"] == pytest.approx(wanted, abs=1e-5) and len(bins.share) == N_BINS
        given, is_one = (factor * scores).softmax(1)[:, 2].numpy(), (labels == 2).numpy()
        places = np.minimum((given * N_BINS).astype(int), N_BINS - 1)
        gaps = [abs(given[places == place].sum() - is_one[places == place].sum()) for place in range(N_BINS)]
        assert found.classes[2]["calibration_error"] == pytest.approx(sum(gaps) / 400, abs=1e-5)


def test_what_cannot_be_measured_is_said_in_a_sentence(monkeypatch):
    """A training that has diverged, and a package that is not there."""
    with pytest.raises(RunError, match="are not finite"):
        class_metrics(torch.full((3, 2), torch.nan), torch.zeros(3, dtype=torch.long), ("a", "b"))
    monkeypatch.setitem(sys.modules, "torchmetrics.functional", None)
    with pytest.raises(RunError, match="run: python -m pip install torchmetrics"):
        class_metrics(torch.zeros(3, 2), torch.zeros(3, dtype=torch.long), ("a", "b"))


@pytest.mark.parametrize("n_classes", [2, 4, 40])
def test_the_picture_has_names_and_units(tmp_path, n_classes):
    """With few classes and with too many to be shown: then the worst."""
    torch.manual_seed(0)
    labels, names = torch.arange(200) % n_classes, tuple(f"class {number}" for number in range(n_classes))
    figure = draw_metrics(class_metrics(torch.randn(200, n_classes), labels, names), "a run")
    assert figure.get_suptitle() == "a run"
    classes, above, below = figure.axes
    assert (classes.get_xlabel(), classes.get_ylabel()) == ("share (%)", "class (images)")
    assert above.get_ylabel() == "accuracy in the bin (%)" and below.get_xlabel().startswith("confidence")
    assert len(classes.get_yticks()) == min(n_classes, MOST_CLASSES)
    figure.savefig(tmp_path / "drawn.png")


def test_a_table_has_three_forms(capsys):
    """Percentages for people, shares for programs; a wide one is not cut off; brackets have no meaning."""
    columns = [
        Column("name", "name"),
        Column("share", "share %", ".1f", 100),
        Column("count", "a heading that is rather long" * 4, ",d"),
    ]
    rows = [{"name": "[bold]a", "share": 1 / 3, "count": 12345}, {"name": "b", "share": None, "count": 1}]
    assert csv_text(columns, rows) == "name,share,count\n[bold]a,0.333333,12345\nb,,1\n"
    assert markdown_text(columns[:2], rows) == "| name | share % |\n| --- | ---: |\n| [bold]a | 33.3 |\n| b | - |\n"
    print_table("a title", columns, rows, last=1)
    printed = capsys.readouterr().out
    assert "[bold]a" in printed and "12,345" in printed and "…" not in printed
