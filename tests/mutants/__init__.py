"""Changes of the worked solutions in one place: a check that does not see one has a hole, or the change changes nothing."""
