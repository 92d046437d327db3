"""Points as every page, table and message writes them."""


def points(number: float) -> str:
    """A number of points without needless zeros."""
    return f"{number + 0.0:.2f}".rstrip("0").rstrip(".")


def signed(number: float) -> str:
    """Points with their sign."""
    return f"{'+' if number > 0 else ''}{points(number)}"
