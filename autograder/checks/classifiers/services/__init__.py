"""What runs inside the sandbox for the checks of part 1; the rules for such modules are in `autograder/sandbox/confined/services.py`."""

from .networks import (
    gradient_sizes,
    read_as,
    scores_in_turn,
    scores_nearby,
    scores_of_changed,
    scores_of_copy,
    scores_of_moved,
    scores_pushed_down,
    scores_when_filled,
    train_on_one_batch,
)

__all__ = [
    "gradient_sizes",
    "read_as",
    "scores_in_turn",
    "scores_nearby",
    "scores_of_changed",
    "scores_of_copy",
    "scores_of_moved",
    "scores_pushed_down",
    "scores_when_filled",
    "train_on_one_batch",
]
