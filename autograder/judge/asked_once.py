"""What several checks of one problem ask a student's code for: asked once, and kept for as long as that child lives."""

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from ..sandbox.student import Student, generation_of

_KEPT: WeakKeyDictionary[Student, dict[str, tuple[int, Any]]] = WeakKeyDictionary()


def asked_once(student: Student, label: str, make: Callable[[], Any]) -> Any:
    """What `make()` returned when this label was first asked for; made anew after the child has died.

    A fault is not kept: whoever asks again gets it again.

    Args:
        student: the modules of one submission while one problem is graded.
        label: names the value among all of one problem's.
    """
    own, generation = _KEPT.setdefault(student, {}), generation_of(student)
    if label not in own or own[label][0] != generation:
        own[label] = generation, make()
    return own[label][1]
