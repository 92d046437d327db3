"""What the services of part 1 in the child answer when nobody has tampered with them; see `probe_replies.py` of the sandbox."""

from autograder.sandbox.probe_replies import ANY, TENSOR, Either, declare

NUMBER = Either((None, float))
declare(
    {
        "read_as": None,
        "scores_in_turn": [ANY],
        "scores_when_filled": [ANY],
        "scores_nearby": {"ahead": {str: ANY}, "behind": {str: ANY}, "along": {str: NUMBER}},
        "gradient_sizes": {str: NUMBER},
        "scores_of_moved": [ANY],
        "scores_of_changed": [ANY],
        "scores_of_copy": [ANY],
        "scores_pushed_down": TENSOR,
        "train_on_one_batch": {"losses": [float], "scores": ANY},
    },
    {
        "scores_in_turn": lambda reply, _, batches: [(reply, len(batches))],
        "scores_when_filled": lambda reply, *_: [(reply, 3)],
        "scores_of_moved": lambda reply, *_: [(reply, 2)],
        "scores_of_changed": lambda reply, *_: [(reply, 3)],
        "scores_of_copy": lambda reply, *_: [(reply, 2)],
    },
)
