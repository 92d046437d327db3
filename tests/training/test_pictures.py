"""Every picture from its function: a title, axes and units."""

import pytest
import torch

from training_kit import comparisons, curves, image_grids, matrices
from training_kit.errors import RunError

LINES = [
    {
        "iteration": 10 * step,
        "epoch": step,
        "loss": 2.0 / step,
        "accuracy": 0.1 * step,
        "lr": 0.1,
        "validation_loss": 2.1 / step,
        "validation_accuracy": 0.09 * step,
        "student_validation_accuracy": 0.08 * step,
    }
    for step in range(1, 6)
]
TESTED = [*LINES, {"iteration": 50, "epoch": 5, "test_loss": 0.5, "test_accuracy": 0.44, "best_epoch": 5}]
CLASSES = ("cat", "dog", "frog")


def labels_of(figure):
    """Labels of all axes that have any, and whether there is a title."""
    return {text for axes in figure.axes for text in (axes.get_xlabel(), axes.get_ylabel()) if text}


@pytest.mark.parametrize(
    "figure, wanted",
    [
        (curves.draw_curves({"one": TESTED, "two": LINES}), {curves.ITERATIONS, curves.LOSS, curves.ACCURACY}),
        (
            comparisons.draw_learning_rates({0.1: LINES, 1.0: LINES}, "study"),
            {
                "learning rate (steps of the weights per unit of gradient)",
                "best validation accuracy (%)",
                curves.ITERATIONS,
                "training: " + curves.LOSS,
            },
        ),
        (comparisons.draw_ema(TESTED, [], "ema"), {curves.ITERATIONS, "validation accuracy (%)"}),
        (
            comparisons.draw_teacher_student({"teacher": TESTED, "student": TESTED}, {"teacher": 10, "student": 5}, "both"),
            {curves.ITERATIONS, "validation accuracy (%)", "network", "test accuracy (%)"},
        ),
        (
            matrices.draw_confusion(torch.tensor([0, 1, 2]), torch.tensor([0, 0, 2]), CLASSES, "confusion"),
            {"predicted class", "true class", "share of the images of the true class (%)"},
        ),
        (image_grids.draw_weights(torch.randn(3, 3, 5, 5), CLASSES, "weights"), {"column (px)", "row (px)"}),
        (
            image_grids.draw_mistakes(
                torch.zeros(3, 1, 8, 8, dtype=torch.uint8), torch.tensor([0, 1, 2]), torch.tensor([0, 2, 1]), CLASSES, "mistakes"
            ),
            {"column (px)", "row (px)"},
        ),
    ],
    ids=["curves", "learning rates", "ema", "teacher and student", "confusion", "weights", "mistakes"],
)
def test_axes_have_names_and_units(figure, wanted):
    """And the picture a title."""
    assert labels_of(figure) == wanted and (figure.get_suptitle() or figure.axes[0].get_title())


def test_both_curves_of_a_distilled_student_are_cross_entropies():
    """What it learns from is another quantity, which is not drawn; older logs, which have nothing else, still are."""
    distilled = [line | {"loss": 9.0, "cross_entropy": 1.5} for line in LINES]
    for lines, wanted in ((distilled, 1.5), (LINES, 2.0)):
        axes = curves.draw_curves({"one": lines}).axes[0]
        drawn = {line.get_label(): line.get_ydata() for line in axes.get_lines()}
        assert drawn["training"][0] == wanted and drawn["validation"][0] == 2.1 and axes.get_ylabel() == curves.LOSS


def test_mistakes_are_titled_true_and_predicted():
    """Only those that are wrong, in the order of the images."""
    images = torch.zeros(4, 3, 8, 8, dtype=torch.uint8)
    figure = image_grids.draw_mistakes(images, torch.tensor([0, 1, 2, 0]), torch.tensor([0, 2, 1, 1]), CLASSES, "test")
    assert [axes.get_title() for axes in figure.axes if axes.get_title()] == ["dog/frog", "frog/dog", "cat/dog"]
    assert figure.get_suptitle() == "test: 3 of 4 misclassified, 3 shown (true/predicted)"


def test_no_mistakes_at_all_can_be_drawn():
    """A perfect network is no error."""
    images, labels = torch.zeros(4, 3, 8, 8, dtype=torch.uint8), torch.tensor([0, 1, 2, 0])
    assert "0 of 4" in image_grids.draw_mistakes(images, labels, labels, CLASSES, "test").get_suptitle()


def test_weights_are_found_in_models_of_different_kinds():
    """Filters of a convolution, rows or columns of an affine layer; a model without such weights is named."""
    linear = torch.nn.Linear(12, 3)
    turned = torch.nn.ParameterList([torch.nn.Parameter(linear.weight.detach().T.clone())])
    for model in (linear, turned):
        assert torch.equal(image_grids.first_weights(model, (3, 2, 2)), linear.weight.detach().reshape(3, 3, 2, 2))
    assert image_grids.first_weights(torch.nn.Conv2d(3, 70, 5), (3, 9, 9)).shape == (64, 3, 5, 5)
    with pytest.raises(RunError, match="none looks at the pixels directly"):
        image_grids.first_weights(torch.nn.BatchNorm2d(3), (3, 9, 9))
