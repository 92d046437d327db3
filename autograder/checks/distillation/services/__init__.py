"""What runs inside the sandbox for the checks of part 2; the rules for such modules are in `autograder/sandbox/confined/services.py`."""

from .networks import initialized, model_to_count, network_spec, one_pass, update_and_compare, variant

__all__ = ["initialized", "model_to_count", "network_spec", "one_pass", "update_and_compare", "variant"]
