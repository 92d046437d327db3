"""Points and times as every page, table and message writes them."""

from datetime import timedelta


def points(number: float) -> str:
    """A number of points without needless zeros."""
    return f"{number + 0.0:.2f}".rstrip("0").rstrip(".")


def signed(number: float) -> str:
    """Points with their sign."""
    return f"{'+' if number > 0 else ''}{points(number)}"


def how_long(time: timedelta) -> str:
    """A time in words: days and hours, or hours and minutes.

    Args:
        time: more than nothing; whole seconds count, a begun minute counts as a whole one.
    """
    days, minutes = divmod(max(1, -(-int(time.total_seconds()) // 60)), 24 * 60)
    hours, minutes = divmod(minutes, 60)
    named = [(days, "day"), (hours, "hour"), (minutes if not days else 0, "minute")]
    return " ".join(f"{number} {word}{'s' if number > 1 else ''}" for number, word in named if number)
