"""Everything that needs a GPU, and stand-ins for it that work on every machine."""
