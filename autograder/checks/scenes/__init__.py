"""All that grades part 3: hidden checks, the judging that only they need, services in the child, the story of its notebook."""

from . import replies  # noqa: F401   declares what the services answer, whichever check comes first
