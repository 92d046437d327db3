"""What can be wrong with a run, each as one sentence for the person at the keyboard."""


class RunError(Exception):
    """A run cannot begin, go on or be drawn; the text says why and what to do."""
