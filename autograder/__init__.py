"""Hidden checks (`test_*.py`, one file a problem) and the harness that runs them on what students hand in."""
