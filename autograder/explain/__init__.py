"""Why a stored result is what it is, for staff: graded again with its seed, and every failed check with what was called and expected."""
