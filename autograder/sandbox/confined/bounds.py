"""How much one answer may hold: elements of tensors, values in lists, characters of texts.

The sender writes what does not fit as words (a fact that a check can judge); the reader refuses a frame that holds more, since
only a forged one does. Both count as they go, so nothing is built that is not wanted.
"""

from dataclasses import dataclass

DEPTH_LIMIT = 32  # of lists in lists
DIMENSIONS_LIMIT = 16
ELEMENT_BYTES = 16  # of the longest dtype, complex128
SIDE_LIMIT = 1 << 32  # of one dimension, where another one may be 0
INT_LIMIT = 1 << 63  # what 64 bits hold; a longer number is named, not sent: no tensor and no float takes all of them


@dataclass
class Bounds:
    """What is left of an answer's room; each method takes from it.

    Args:
        elements: of all tensors and arrays together, and bytes.
        items: values of every kind, those inside of lists and dicts one by one.
        characters: of all texts.
    """

    elements: int
    items: int
    characters: int

    def take_elements(self, count: int) -> bool:
        """Whether so many fit; then they are taken."""
        self.elements -= count if (fits := count <= self.elements) else 0
        return fits

    def take_items(self, count: int) -> bool:
        """Whether so many fit; then they are taken."""
        self.items -= count if (fits := count <= self.items) else 0
        return fits

    def take_characters(self, count: int) -> bool:
        """Whether so many fit; then they are taken."""
        self.characters -= count if (fits := count <= self.characters) else 0
        return fits


def unbounded() -> Bounds:
    """Room for whatever the grading process sends."""
    return Bounds(1 << 62, 1 << 62, 1 << 62)
