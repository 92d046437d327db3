"""Hidden checks of problem 2.4, counting parameters: the functions on drawn layers and models of ours, and the questions."""

import random
from dataclasses import astuple

import pytest

from autograder.judge import expect
from autograder.judge.expect import fail, in_words
from autograder.sandbox.held import Held, rename

from .counting import (
    draw_batch_norms,
    draw_convolutions,
    draw_linears,
    draw_output_sizes,
    expect_count,
    expect_number,
    model_counts,
)
from .own_counts import own_answers
from .exam_questions import KEYS, exam_batches, exam_cnn, exam_dropout, exam_mlp, variant_numbers
from .student_variants import drawn_variant, example_variants

LAYERS = "Do the functions that it uses pass their own checks? If they do: which layers are there, and what does each learn?"
FILTER = "Each filter has one weight for every channel and pixel that it sees, and perhaps a bias. How many filters are there?"


@pytest.fixture(scope="module")
def convolutions(pick):
    """Calls of conv2d_parameters."""
    return draw_convolutions(pick("convolutions"))


@pytest.mark.check(weight=2)
def test_counts_convolutions(student, convolutions):
    """conv2d_parameters counts the weights and biases of an ordinary convolution"""
    for count in convolutions["ordinary"]:
        expect_count(student.parameter_count.conv2d_parameters, "conv2d_parameters", count, FILTER)


@pytest.mark.check(weight=1)
def test_counts_grouped_convolutions(student, convolutions):
    """With groups every filter sees the channels of its own group only"""
    for count in convolutions["groups"]:
        expect_count(
            student.parameter_count.conv2d_parameters,
            "conv2d_parameters",
            count,
            "How many channels does one filter see, and how many filters are there?",
        )


@pytest.mark.check(weight=1)
def test_takes_a_pair_as_kernel_size(student, convolutions):
    """kernel_size may be a pair of height and width"""
    for count in convolutions["pairs"]:
        expect_count(student.parameter_count.conv2d_parameters, "conv2d_parameters", count, "How many pixels does the kernel have?")


@pytest.mark.check(weight=1)
def test_counts_linear_layers(student, pick):
    """linear_parameters counts the weights and biases of a fully connected layer"""
    for count in draw_linears(pick("linear layers")):
        expect_count(student.parameter_count.linear_parameters, "linear_parameters", count, "What does every output need?")


@pytest.mark.check(weight=1)
def test_counts_batch_norm(student, pick):
    """batchnorm2d_parameters counts what batch norm learns"""
    for count in draw_batch_norms(pick("batch norm")):
        expect_count(
            student.parameter_count.batchnorm2d_parameters, "batchnorm2d_parameters", count, "What does an optimizer change in it?"
        )


@pytest.mark.check(weight=2)
@pytest.mark.parametrize("case", ["no options", "a stride", "padding", "dilation", "everything"])
def test_output_size_counts_positions(student, pick, case):
    """conv2d_output_size counts the positions at which the whole window fits"""
    count = draw_output_sizes(pick("output sizes"))[case]
    expect_count(
        student.parameter_count.conv2d_output_size,
        "conv2d_output_size",
        count,
        "Where does the window start, and how often can it move?",
    )


def expect_model(student, pick, kind, trainable_only=True):
    """count_parameters gives the right number for one of our small models."""
    chance = pick(f"model {kind}")
    a, b = chance.randint(5, 9), chance.randint(3, 4)
    want, mistakes = model_counts(kind, a, b, trainable_only)
    model = student.probe("model_to_count", kind, a, b)
    options = {} if trainable_only else {"trainable_only": False}
    got = student.parameter_count.count_parameters(model, **options)
    call = f"count_parameters(model{', trainable_only=False' if options else ''}) for a model of ours with {kind}"
    expect_number(call, got, want, "Which tensors of a model does an optimizer change?", mistakes)


@pytest.mark.check(weight=1)
def test_counts_the_parameters_of_a_model(student, pick):
    """count_parameters counts the numbers in the parameters of a model, and no buffers"""
    for kind in ("a convolution and a linear layer", "a layer with batch norm", "no layer that learns"):
        expect_model(student, pick, kind)


@pytest.mark.check(weight=1)
def test_counts_shared_parameters_once(student, pick):
    """A parameter that two layers share counts once"""
    for kind in ("one layer used twice", "two layers with one weight"):
        expect_model(student, pick, kind)


@pytest.mark.check(weight=1)
def test_counts_frozen_parameters_on_request(student, pick):
    """Parameters that do not train count with trainable_only=False only"""
    for kind in ("a frozen convolution", "a frozen convolution and batch norm"):
        expect_model(student, pick, kind)
        expect_model(student, pick, kind, trainable_only=False)


def answers(student, variant):
    """What `answers` returns for a variant, with all its keys."""
    held = student.probe("variant", variant.dataset, list(astuple(variant.teacher)), list(astuple(variant.student)))
    rename(held, "variant")
    found = student.parameter_count.answers(held)
    if isinstance(found, Held) and "Dict" in found.type_name:  # OrderedDict and the like stay in the child
        found = dict(student.probe("items", found.items()))
    if type(found) is not dict:
        fail(
            f"answers(variant) returned {in_words(found)}; it should be a dict with the keys {', '.join(KEYS)}.",
            "Which type has keys?",
        )
    return found


def expect_answer(student, found, key, right, about="", spec=None):
    """One of the answers is right, or what the student's own functions add up to: these have checks of their own."""
    expect(key in found, f"answers(variant) has no key {key!r}; its keys should be {', '.join(KEYS)}.", "Is it spelled like that?")
    want, mistakes = right
    number = found[key]
    if (
        type(number) is int
        and number != want
        and (spec is not None or key in COUNTED)
        and number in own_answers(student, key, spec)
    ):
        return
    expect_number(f"answers(variant)[{key!r}]{about}", found[key], want, LAYERS, mistakes)


def expect_networks(student, reference, variant, about):
    """The numbers of teacher and student of a variant are right."""
    known = [other for other in example_variants(reference) if other != variant]
    found = answers(student, variant)
    for key, right in variant_numbers(variant, reference.networks, known).items():
        expect_answer(student, found, key, right, about, getattr(variant, key))


@pytest.mark.check(weight=2)
def test_answers_for_your_own_variant(student, reference, whose):
    """answers counts teacher and student of your own variant"""
    about = "your own variant" if whose.known else "a variant that was drawn, since yours is not known"
    expect_networks(student, reference, whose.variant, f" for {about}")


@pytest.mark.check(weight=2)
@pytest.mark.parametrize("case", ["drawn", "two pools"], ids=["another student's variant", "a variant with two pools"])
def test_answers_for_other_variants(student, reference, pick, case):
    """answers counts teacher and student of other variants"""
    chance = pick(f"answers {case}")
    variant, about = drawn_variant(reference, chance), " for another student's variant"
    if case == "two pools":
        variant, about = small_variant(reference.variants, chance), " for a small variant of ours with two pools"
    expect_networks(student, reference, variant, about)


def small_variant(variants, chance: random.Random):
    """A variant of no student: small images that are not square, and two pools in both networks."""
    spec = (3, 4 * chance.randint(3, 5), 4 * chance.randint(6, 8)), chance.randint(11, 19)
    rest = 2, chance.randint(3, 5), "max", chance.randint(20, 40), "he"
    return variants.Variant("cifar10", variants.NetworkSpec(*spec, 10, *rest), variants.NetworkSpec(*spec, 6, *rest))


COUNTED = ("exam_cnn", "exam_mlp")


@pytest.fixture
def answered(student, reference, pick):
    """The answers for a variant of no importance."""
    return answers(student, drawn_variant(reference, pick("a variant for the fixed questions")))


@pytest.mark.check(weight=2)
def test_answers_count_the_exam_cnn(student, answered):
    """answers counts the parameters of the exam's CNN"""
    expect_answer(student, answered, "exam_cnn", exam_cnn())


@pytest.mark.check(weight=1)
def test_answers_know_what_dropout_learns(student, answered):
    """answers says how many parameters dropout adds to the exam's CNN"""
    expect_answer(student, answered, "exam_cnn_dropout_change", exam_dropout())


@pytest.mark.check(weight=2)
def test_answers_count_the_exam_mlp(student, answered):
    """answers counts the weights and biases of the exam's MLP, and the batches of an epoch"""
    expect_answer(student, answered, "exam_mlp", exam_mlp())
    expect_answer(student, answered, "exam_mlp_batches_per_epoch", exam_batches())
