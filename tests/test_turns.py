"""Promises of the long proofs: each has its turn within as many days as it says, and every day has as many as the next."""

import datetime
from types import SimpleNamespace

import pytest

from tests.conftest import of_another_day

TODAY = datetime.date(2026, 1, 1)


class Item:
    """What of a collected test decides about its turn."""

    def __init__(self, nodeid: str, one_in: int = 0, problem: str = ""):
        self.nodeid, self.one_in = nodeid, one_in
        self.callspec = SimpleNamespace(params={"problem": problem} if problem else {})

    def get_closest_marker(self, name: str) -> SimpleNamespace | None:
        """The mark `nightly(one_in)`, where it has one."""
        return SimpleNamespace(args=(self.one_in,)) if self.one_in else None


@pytest.mark.parametrize("first_day", [TODAY, TODAY + datetime.timedelta(days=100)])
def test_every_long_proof_has_its_turn(first_day):
    """Once in three days; what is not marked, on each of them."""
    items = [Item(f"test[{number}]", 3) for number in range(30)] + [Item("always")]
    days = [first_day + datetime.timedelta(days=number) for number in range(3)]
    left_out = [{item.nodeid for item in of_another_day(items, day)} for day in days]
    assert [len(names) for names in left_out] == [20, 20, 20]
    assert set.intersection(*left_out) == set() and not any("always" in names for names in left_out)


def test_the_plants_of_a_problem_have_one_turn():
    """They are graded once for all tests about them."""
    items = [Item(f"{test}[{problem}]", 3, problem) for problem in ("a", "b", "c", "d") for test in ("found", "bounded")]
    for number in range(3):
        left_out = of_another_day(items, TODAY + datetime.timedelta(days=number))
        for problem in ("a", "b", "c", "d"):
            assert len({item in left_out for item in items if item.callspec.params["problem"] == problem}) == 1
