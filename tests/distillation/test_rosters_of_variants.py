"""The roster from which every student's variant follows."""

import pytest

from autograder.grading.variants import read_variants
from autograder.submission.rosters import RosterError


def test_the_roster_of_variants_is_read_the_same_way(tmp_path):
    """Semicolons, UTF-16, other names and case."""
    path = tmp_path / "variants.csv"
    for text, encoding in (
        ("student;roll_number;birth_date\nana;B00AA250;2001-05-14\n", "utf-8"),
        ("Student\tRoll number\tDate of birth\nana\tB00AA250\t2001-05-14\n", "utf-16"),
    ):
        path.write_bytes(text.encode(encoding))
        assert set(read_variants(path)["distillation"]) == {"ana", "b00aa250"}
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(RosterError, match="is a spreadsheet"):
        read_variants(path)
