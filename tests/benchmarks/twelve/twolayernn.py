"""Four checks of problem 1.2 that run unchanged in every grader."""

import torch
from expecting import expect


def images(n, *size):
    """Images that look alike in every run."""
    return torch.randn(n, *size, generator=torch.Generator().manual_seed(n))


def test_gives_one_row_of_scores_per_image(student):
    """Every image gets one score per class"""
    for n, size, n_classes in [(4, (3, 32, 32), 10), (1, (1, 7, 5), 3)]:
        scores = student.models.twolayernn.TwoLayerNN(size, 20, n_classes)(images(n, *size))
        expect(tuple(scores.shape) == (n, n_classes), "The scores have another shape.")


def test_is_not_affine(student):
    """Between the layers is something that is not affine"""
    model, some = student.models.twolayernn.TwoLayerNN((3, 8, 6), 20, 5), images(8, 3, 8, 6)
    left = model(some[:4] + some[4:]) + model(torch.zeros(4, 3, 8, 6))
    expect(not torch.allclose(left, model(some[:4]) + model(some[4:]), atol=1e-4), "There is no ReLU between the layers.")


def test_does_not_mix_images(student):
    """An image's scores do not depend on the others"""
    model, some = student.models.twolayernn.TwoLayerNN((3, 8, 6), 20, 5), images(6, 3, 8, 6)
    expect(torch.allclose(model(some)[2:3], model(some[2:3]), atol=1e-5), "The images of a batch influence each other.")


def test_gives_the_same_twice(student):
    """The same images get the same scores"""
    model, some = student.models.twolayernn.TwoLayerNN((3, 32, 32), 100, 10), images(32, 3, 32, 32)
    expect(torch.equal(model(some), model(some)), "The same images got other scores the second time.")
