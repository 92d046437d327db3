"""Breaks the answers of children while a grader works, for `broken_graders.py`."""

from unittest import mock

import torch

from autograder.sandbox import channel


class Later:
    """Breaks the children's answers from some moment on, and mends them."""

    reply: dict | None = None

    def __enter__(self):
        honest = channel.Channel.ask

        def ask(it, *arguments, **options):
            reply = honest(it, *arguments, **options)
            if self.reply is None:
                return reply
            return self.reply if "error" in self.reply else reply | {"value": torch.tensor(7.0)}

        self.patched = mock.patch.object(channel.Channel, "ask", ask)
        self.patched.start()
        return self

    def __exit__(self, *_):
        self.patched.stop()

    def say(self, text: str) -> None:
        """From now on every answer is this exception."""
        self.reply = {"id": "", "error": {"kind": "exception", "type": "RuntimeError", "text": text}}

    def lie(self) -> None:
        """From now on every answer is the same wrong number."""
        self.reply = {"value": None}
