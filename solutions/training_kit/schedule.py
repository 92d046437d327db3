"""The learning rate of each iteration, as a factor of the largest one."""

import math

SCHEDULES = ("constant", "cosine", "half", "triangle")
TRIANGLE_PEAK = 0.2


def rate_factor(schedule: str, progress: float) -> float:
    """What the learning rate is multiplied by.

    Args:
        schedule: `constant`; `cosine` falls to 0 along half a wave; `triangle` rises for the first fifth of the
            training and falls to 0 after it; `half` rises like it, and falls only to half.
        progress: share of the training that is done, in [0, 1).
    Raises:
        ValueError: there is no such schedule.
    """
    if schedule == "constant":
        return 1.0
    if schedule == "cosine":
        return 0.5 * (1 + math.cos(math.pi * progress))
    # Not from 0: the first step should do something.
    rising, falling = 0.1 + 0.9 * progress / TRIANGLE_PEAK, (1 - progress) / (1 - TRIANGLE_PEAK)
    if schedule == "triangle":
        return min(rising, falling)
    if schedule == "half":
        return min(rising, 0.5 + 0.5 * falling)
    raise ValueError(f"schedule is one of {', '.join(SCHEDULES)}, not {schedule!r}")
