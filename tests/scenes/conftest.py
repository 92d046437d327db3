"""Solutions and planted files of the part scenes."""

from planted import (  # noqa: F401   pytest finds fixtures and hooks by their names here
    faults,
    load,
    mistake,
    part,
    pytest_generate_tests,
    quiet_and_offline,
    right,
    solution,
)
