"""What the services of part 2 in the child answer when nobody has tampered with them; see `probe_replies.py` of the sandbox."""

from autograder.sandbox.probe_replies import ANY, TENSOR, declare

declare(
    {
        "update_and_compare": {
            "average": {str: TENSOR},
            "model": {str: TENSOR},
            "training": bool,
            "trains": {str: bool},
            "same objects": {str: bool},
            "graph": {str: [str]},
            "shared": [str],
        },
        "one_pass": {
            "losses": ANY,
            "student": {str: TENSOR},
            "teacher": {str: TENSOR},
            "teacher gradients": [str],
            "student trains": bool,
            "teacher trains": bool,
        },
        "initialized": {str: TENSOR},
        "model_to_count": ANY,
        "learner": ANY,
        "network": ANY,
        "network_spec": ANY,
        "variant": ANY,
    }
)
