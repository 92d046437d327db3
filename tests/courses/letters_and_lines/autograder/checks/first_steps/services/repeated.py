"""A function that is called more than once."""

from typing import Any


def answers_of(function: Any, argument: Any, times: int) -> list:
    """What the function returns each time."""
    return [function(argument) for _ in range(times)]
