"""What can be wrong with a run, each as one sentence for the person at the keyboard."""


class RunError(Exception):
    """A run cannot begin, go on or be drawn; the text says why and what to do."""


class Stopped(RunError):
    """Somebody pressed Ctrl-C during a training; the text says what is kept and how to go on."""
