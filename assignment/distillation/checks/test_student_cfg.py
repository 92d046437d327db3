"""Public check of student.cfg: whose submission is this? Run: pytest checks/test_student_cfg.py"""

import warnings
from pathlib import Path

import pytest

from student_cfg import described_variant, read_student_cfg
from variants import VariantError


def test_student_cfg_says_whose_submission_this_is():
    """student.cfg holds a valid roll number and birth date."""
    try:
        identity = read_student_cfg(Path(__file__).parents[1] / "student.cfg")
        print(described_variant(identity))
    except VariantError as error:
        pytest.fail(str(error), pytrace=False)
    if identity.is_template:
        warnings.warn("student.cfg still holds the made-up values: put your own there", stacklevel=1)
