"""How many numbers a network learns, counted with pencil and paper turned into code.

Part 2, task 2.4. Nothing here builds a layer; every function returns a Python int.
"""

from collections.abc import Sequence

from torch import nn

from variants import NetworkSpec, Variant


def conv2d_parameters(
    in_channels: int, out_channels: int, kernel_size: int | Sequence[int], bias: bool = True, groups: int = 1
) -> int:
    """Learned numbers of one 2-D convolution.

    Args:
        in_channels: channels of the input.
        out_channels: filters, each of which gives one output channel.
        kernel_size: side of a square kernel, or the pair (height, width), in pixels.
        bias: whether each filter has a bias.
        groups: the channels are split into so many groups, and a filter sees one group only.
    Source: handout section 2.4.
    """
    # Task 2.4: Counting parameters, 20 points, about 30 lines. Check it with: pytest checks/test_parameter_count.py
    raise NotImplementedError("Task 2.4: conv2d_parameters is not written yet")


def linear_parameters(in_features: int, out_features: int, bias: bool = True) -> int:
    """Learned numbers of one fully connected layer.

    Args:
        in_features: numbers that enter.
        out_features: nodes, each of which gives one number.
        bias: whether each node has a bias.
    Source: handout section 2.4.
    """
    # Task 2.4: Counting parameters, 20 points, about 30 lines. Check it with: pytest checks/test_parameter_count.py
    raise NotImplementedError("Task 2.4: linear_parameters is not written yet")


def batchnorm2d_parameters(num_features: int) -> int:
    """Learned numbers of one batch normalisation of images.

    Args:
        num_features: channels of the input.
    Hint: which of the layer's tensors does an optimizer change, and which does the forward pass change?
    Source: Ioffe & Szegedy 2015, algorithm 1; handout section 2.4.
    """
    # Task 2.4: Counting parameters, 20 points, about 30 lines. Check it with: pytest checks/test_parameter_count.py
    raise NotImplementedError("Task 2.4: batchnorm2d_parameters is not written yet")


def conv2d_output_size(size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Length of one output side of a convolution or a pool, in pixels.

    Args:
        size: input height or width, in pixels.
        kernel_size: kernel height or width, in pixels.
        stride: pixels that the window moves a step.
        padding: rows of zeros added on each border.
        dilation: distance of neighbouring kernel elements, in pixels; 1 is an ordinary kernel.
    Hint: count the positions at which the whole window fits.
    Source: Dumoulin & Visin 2018, relationship 15; handout section 2.4.
    """
    # Task 2.4: Counting parameters, 20 points, about 30 lines. Check it with: pytest checks/test_parameter_count.py
    raise NotImplementedError("Task 2.4: conv2d_output_size is not written yet")


def count_parameters(model: nn.Module, trainable_only: bool = True) -> int:
    """Numbers in the parameters of a network; one that two layers share counts once, buffers do not count.

    Args:
        model: any network.
        trainable_only: leave out what does not require a gradient.
    Source: handout section 2.4.
    """
    # Task 2.4: Counting parameters, 20 points, about 30 lines. Check it with: pytest checks/test_parameter_count.py
    raise NotImplementedError("Task 2.4: count_parameters is not written yet")


def network_parameters(spec: NetworkSpec) -> int:
    """Learned numbers of the network that a spec describes (see `networks.py`), found by arithmetic.

    Args:
        spec: the description of a teacher or student.
    Hint: go through the layers in order and carry the channels and the side lengths along.
    Source: handout section 2.4.
    """
    # Task 2.4: Counting parameters, 20 points, about 30 lines. Check it with: pytest checks/test_parameter_count.py
    raise NotImplementedError("Task 2.4: network_parameters is not written yet")


def answers(variant: Variant) -> dict[str, int]:
    """The numbers asked for in the handout, each computed with the functions above.

    Keys:
        teacher, student: trainable parameters of the variant's two networks.
        exam_cnn: trainable parameters of a CNN on 64x64x3 images: convolution with 32 filters 5x5,
            stride 1, padding 2; 2x2 max-pool with stride 2; convolution with 64 filters 3x3, stride 1,
            padding 1; fully connected layer with 128 nodes, and nothing after it. All but the pool have biases.
        exam_cnn_dropout_change: how many more there are with dropout 0.5 after the pool.
        exam_mlp: weights and biases of an MLP with 50 inputs, 10 hidden nodes and 1 output.
        exam_mlp_batches_per_epoch: batches of 10 in one epoch of 1,000 samples.

    Args:
        variant: the networks of one student, from `variant_for`.
    Source: handout section 2.4.
    """
    # Task 2.4: Counting parameters, 20 points, about 30 lines. Check it with: pytest checks/test_parameter_count.py
    raise NotImplementedError("Task 2.4: answers is not written yet")
