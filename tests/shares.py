"""What made-up submissions deserve, written as shares of a problem, so that it follows the course when points change."""

from fractions import Fraction

from autograder.course import KIT_ROOT, problems, tomllib


def points_of(problem: str, share: str = "1") -> float:
    """The points of a share such as `8.5/20`: of weights of checks, how many are right of how many there are."""
    right, _, most = share.partition("/")
    return round(float(problems()[problem].points * Fraction(right) / Fraction(most or 1)), 2)


def sample_class(part: str) -> dict:
    """What `samples/PART.toml` says of the bundled class."""
    return tomllib.loads((KIT_ROOT / "samples" / f"{part}.toml").read_text(encoding="utf-8"))


def deserved(manifest: dict, sample: str) -> dict[str, tuple[float, str]]:
    """Points and status of every problem of a sample of that class."""
    found = {problem: (points_of(problem), "passed") for problem in manifest["problems"]}
    (marks,) = [one.get("marks", {}) for one in manifest["sample"] if one["name"] == sample]
    return found | {problem: (points_of(problem, mark["share"]), mark["status"]) for problem, mark in marks.items()}
