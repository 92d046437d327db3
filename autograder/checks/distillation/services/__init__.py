"""What runs inside the sandbox for the checks of part 2; the rules for such modules are in `autograder/sandbox/confined/services.py`."""

from .networks import initialized, learner, model_to_count, network, network_spec, one_pass, update_and_compare, variant

__all__ = ["initialized", "learner", "model_to_count", "network", "network_spec", "one_pass", "update_and_compare", "variant"]
