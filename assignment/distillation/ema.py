"""A teacher that is the moving average of its own student.

Part 2, task 2.2. EMA is short for exponential moving average.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from distillation import distillation_loss


def update_ema(ema_model: nn.Module, model: nn.Module, decay: float) -> None:
    """Move every parameter of `ema_model` a little towards the same parameter of `model`, in place.

        ema = decay * ema + (1 - decay) * param

    This holds for every parameter, also one that does not train. Buffers (batch norm keeps its
    running mean, its running variance and an integer counter there) are not averaged but copied.
    The parameters stay the same objects, because an optimizer may hold them; the update is not part
    of any graph, and nothing in `model` changes.

    Args:
        ema_model: the average; a network of the same structure as `model`.
        model: the network that trains.
        decay: weight of the old average, in [0, 1]; near 1 the average moves slowly.
    Hint: look at `nn.Module.parameters`, `nn.Module.buffers`, and at tensor methods that end in `_`.
    Source: Tarvainen & Valpola 2017, equation 1; handout section 2.2.
    """
    # Task 2.2: A teacher that is a moving average, 20 points, about 18 lines. Check it with: pytest checks/test_ema.py
    raise NotImplementedError("Task 2.2: update_ema is not written yet")


def train_with_ema(
    student: nn.Module,
    teacher: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    optimizer: torch.optim.Optimizer,
    T: float,
    alpha: float,
    decay: float,
) -> list[float]:
    """One pass over the batches; the teacher is the moving average of the student.

    The student is in train mode. The teacher is in eval mode and takes no part in any gradient. For
    each batch, in this order: the teacher's scores, the distillation loss of the student's scores,
    one optimizer step (on this batch's gradient only), then one EMA update of the teacher.

    Args:
        student: the network that `optimizer` trains, in place.
        teacher: the average, a network of the same structure, changed in place after each step.
        batches: pairs (images, labels), images (N, C, H, W), labels (N,) int64; read once, from first to last.
        optimizer: holds the student's parameters.
        T: temperature of the distillation loss, above 0.
        alpha: weight of the soft term, in [0, 1].
        decay: weight of the old average, in [0, 1].
    Returns:
        The loss of each batch, before its step, as plain floats.
    Source: Tarvainen & Valpola 2017, section 2; handout section 2.2.
    """
    # Task 2.2: A teacher that is a moving average, 20 points, about 18 lines. Check it with: pytest checks/test_ema.py
    raise NotImplementedError("Task 2.2: train_with_ema is not written yet")
