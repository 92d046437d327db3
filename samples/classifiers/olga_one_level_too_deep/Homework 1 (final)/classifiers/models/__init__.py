"""The models of part 1; each file holds one."""
