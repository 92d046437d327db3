"""Files of the assignment that are the same in every part."""
