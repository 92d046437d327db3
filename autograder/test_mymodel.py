"""Hidden checks of problem 1.4, a model of the student's own: judged by what it does, not by how it is built."""
import pytest

from autograder.judge import expect
from autograder.judge.classifier import (accuracy, built, expect_images_do_not_mix, expect_images_unchanged, expect_raw_scores,
                                         expect_repeatable, expect_scores_shape, mean_loss)
from autograder.judge.expect import expect_shape, fail
from autograder.judge.hidden_images import CHECKPOINT, hidden_images

SHAPES = "test_gives_one_row_of_scores_per_image"
LEARNS = "test_can_learn_a_small_batch"
WIDTH, KERNEL = 8, 3
STEPS, GOAL = 40, 0.5


@pytest.fixture
def small(make_batch):
    """Sixteen images of 3x16x16 pixels in four classes."""
    return make_batch(16, (3, 16, 16), 4)


@pytest.fixture
def model(student, small):
    """The student's model for small images, built."""
    return built(student, student.models.mymodel.MyModel(small.im_size, WIDTH, KERNEL, small.n_classes), small.images)


@pytest.mark.check(weight=4)
@pytest.mark.parametrize("n, im_size, n_classes", [(2, (3, 32, 32), 10), (2, (1, 8, 8), 3), (3, (2, 9, 13), 5), (1, (3, 64, 64), 7)],
                         ids=["2 images of 3x32x32", "2 images of 1x8x8", "3 images of 2x9x13", "1 image of 3x64x64"])
def test_gives_one_row_of_scores_per_image(student, make_batch, n, im_size, n_classes):
    """Every image gets one raw score per class, for any image of at least 8x8 pixels and a batch of one"""
    images = make_batch(n, im_size, n_classes).images
    model = student.models.mymodel.MyModel(im_size, WIDTH, KERNEL, n_classes)
    model.eval()
    expect_raw_scores(model._words, expect_scores_shape(model, images, n_classes))


@pytest.mark.check(weight=3)
def test_gradients_reach_every_parameter(student, model, small):
    """The gradient of the loss reaches every parameter"""
    model.train()
    gradients = student.probe("scores_and_gradients", model, small.images, small.targets)["gradients"]
    expect(bool(gradients), f"{model._words} has no parameters.", "Layers must be attributes of the module, not items of a plain list.")
    without = [name for name, gradient in gradients.items() if gradient is None]
    expect(not without, f"{model._words} has parameters that no gradient reaches: {', '.join(map(str, without[:5]))}.",
           "Is a layer never used in `forward`, or is something detached?")


@pytest.mark.check(weight=6)
def test_can_learn_a_small_batch(student, small):
    """Training can drive the loss of a small batch down"""
    call, best = "", float("inf")
    for lr in (3e-3, 3e-2, 3e-4):       # a right model may want another step size than ours
        model = built(student, student.models.mymodel.MyModel(small.im_size, WIDTH, KERNEL, small.n_classes), small.images)
        call = model._words
        first = mean_loss(expect_scores_shape(model, small.images, small.n_classes), small.targets)
        reply = student.probe("train_on_one_batch", model, small.images, small.targets, lr, STEPS, GOAL)
        scores = expect_shape(f"{call} after training", reply["scores"], (len(small), small.n_classes))
        best = min(best, mean_loss(scores, small.targets) / first)
        if best < GOAL:
            return
    fail(f"{call} could not learn {len(small)} images by heart in {STEPS} steps: its loss fell to {best:.0%} of the start at best.",
         "Does the network see its whole input, and may its scores have any sign?")


@pytest.mark.check(weight=2, needs=SHAPES)
def test_same_images_give_same_scores_in_eval_mode(model, small):
    """In eval mode the same images give the same scores again"""
    expect_repeatable(model, small.images)


@pytest.mark.check(weight=2, needs=SHAPES)
def test_an_image_is_scored_alone_in_eval_mode(model, small):
    """In eval mode an image's scores do not depend on the other images of the batch"""
    expect_images_do_not_mix(model, small.images)


@pytest.mark.check(weight=1, needs=SHAPES)
def test_leaves_the_images_as_they_are(student, model, small):
    """The images are not changed"""
    model.eval()
    expect_images_unchanged(student, model, small.images)


@pytest.mark.check(weight=2, needs=LEARNS, seconds=60)
def test_checkpoint_classifies_unseen_images(student, grading):
    """A checkpoint that is handed in (mymodel.pt) classifies unseen images"""
    content = student.file("mymodel.pt")
    if content is None:
        return      # handing one in is the student's choice; the behaviour above is what is graded then
    images, targets, n_classes = hidden_images(grading.options.seed, grading.options.device)
    model = student.models.mymodel.MyModel(tuple(images.shape[1:]), CHECKPOINT.hidden_dim, CHECKPOINT.kernel_size, n_classes)
    student.probe("load_checkpoint", model, content)
    scores = student.probe("scores_in_batches", model, images, 250)
    scores = expect_shape("The trained model", scores, (len(images), n_classes))
    reached = accuracy(scores, targets)
    expect(reached >= CHECKPOINT.accuracy, f"mymodel.pt classifies {reached:.1%} of {len(images)} unseen images rightly; "
           f"{CHECKPOINT.accuracy:.0%} are asked for.", "Was it trained with the same preparation of the images, and saved after training?")
