"""Public check of task 1.2."""

import torch


def test_passes_through_its_offset():
    """At 0 a line has its offset."""
    from straight_line import StraightLine

    assert StraightLine(2.0, 1.0)(torch.zeros(1)).item() == 1
