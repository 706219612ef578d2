"""A clock that stands still until it is told to go on."""

START = 1_760_000_000.0


class Clock:
    """Given to the server as its time, so that no test sleeps."""

    def __init__(self, seconds: float = START) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        """Return the time."""
        return self.seconds

    def advance(self, seconds: float) -> None:
        """Let *seconds* pass."""
        self.seconds += seconds
