"""Knowledge distillation: a small student network learns from the scores of a larger teacher.

Part 2, task 2.1. Both functions take raw class scores (logits), never probabilities.
"""

from torch import Tensor
from torch.nn import functional


def distillation_loss_ex(y: Tensor, teacher_scores: Tensor, T: float, alpha: float) -> Tensor:
    """The soft term alone (`_ex`: the labels are excluded): how far the student's softened distribution is from the teacher's.

    With p = softmax(teacher_scores / T) and q = softmax(y / T), both over the classes:

        alpha * T**2 * KL(p || q),    KL(p || q) = sum over the classes of p * (log p - log q)

    averaged over the samples of the batch. The factor T**2 makes up for the gradient of KL, which
    shrinks like 1 / T**2 when the temperature rises. Only the student learns: no gradient flows into
    `teacher_scores`.

    Args:
        y: (N, C) the student's scores. The result must stay finite for float32 scores of +-10000.
        teacher_scores: (N, C) the teacher's scores for the same images, same dtype.
        T: temperature, an int or float above 0; 1 leaves the scores as they are.
        alpha: weight of the term, in [0, 1].
    Returns:
        Tensor of no dimensions, in the dtype of the scores, with a gradient to `y`.
    Hint: exp(-200) is 0 in float32 and log(0) is not finite. Which function of `torch.nn.functional`
    gives the logarithm of a softmax in one step? Read in its documentation which argument of
    `kl_div` must be a logarithm, which one is the target, and what each `reduction` divides by.
    Source: Hinton, Vinyals & Dean 2015, section 2; handout section 2.1.
    """
    # Task 2.1: The distillation loss, 10 points, about 7 lines. Check it with: pytest checks/test_distillation_loss.py
    raise NotImplementedError("Task 2.1: distillation_loss_ex is not written yet")


def distillation_loss(y: Tensor, labels: Tensor, teacher_scores: Tensor, T: float, alpha: float) -> Tensor:
    """The whole loss: the soft term plus the usual cross-entropy with the true labels.

        alpha * T**2 * KL(p || q)  +  (1 - alpha) * cross_entropy(y, labels)

    The hard term is the mean over the batch and looks at the scores themselves: the temperature is
    for the soft term only.

    Args:
        y: (N, C) the student's scores.
        labels: (N,) int64 in 0..C-1, the true classes.
        teacher_scores: (N, C) the teacher's scores for the same images, same dtype as `y`.
        T: temperature, an int or float above 0.
        alpha: weight of the soft term, in [0, 1]; the hard term weighs 1 - alpha.
    Returns:
        Tensor of no dimensions, in the dtype of the scores, with a gradient to `y` only.
    Source: Hinton, Vinyals & Dean 2015, section 2; handout section 2.1.
    """
    # Task 2.1: The distillation loss, 10 points, about 7 lines. Check it with: pytest checks/test_distillation_loss.py
    raise NotImplementedError("Task 2.1: distillation_loss is not written yet")
