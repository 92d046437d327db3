"""What runs inside the sandbox for the checks of this part."""

from .repeated import answers_of

__all__ = ["answers_of"]
