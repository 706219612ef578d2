"""Asking for many tasks one by one: one bad task spoils itself alone; pure, for both clients."""

from mj_notebook.errors import MJError, QueueFull, ServerUnreachable, TaskUnknown
from mj_notebook.protocol.models import Task

# So many failures before anything good: then it is the server, and asking for a thousand more
# would be a thousand failures.
_MOST_FAILURES = 3


class OneByOne:
    """
    Collects what comes of asking for tasks one by one.

    Args:
        wrong: Why they are asked for so, where a list of all was refused; it is what is raised
            when none of them can be had either.

    Attributes:
        found: The tasks so far.
    """

    def __init__(self, wrong: MJError | None = None) -> None:
        self.found: list[Task] = []
        self._wrong = wrong
        self._failures = 0
        self._has_answered = False

    @property
    def has_answered(self) -> bool:
        """Whether the server has told of any of them, be it that it does not know one."""
        return self._has_answered

    def add(self, task: Task) -> None:
        """Note a task."""
        self.found.append(task)
        self._has_answered = True

    def fail(self, error: MJError) -> None:
        """
        Note that one could not be had.

        Raises:
            MJError: It is not worth asking for the others.
        """
        if isinstance(error, TaskUnknown):
            self._has_answered = True
            return
        self._failures += 1
        self._wrong = self._wrong or error
        is_hopeless = not self._has_answered and self._failures >= _MOST_FAILURES
        if is_hopeless or concerns_all(error):
            raise self._wrong

    def finish(self) -> list[Task]:
        """Return what was found; raise what was wrong where the server told of none."""
        if self._wrong is not None and not self._has_answered:
            raise self._wrong
        return self.found


def concerns_all(error: MJError) -> bool:
    """Return whether *error* is about the line or the pace, so that asking otherwise is no use."""
    return isinstance(error, QueueFull | ServerUnreachable)


class ListFailures:
    """Counts how often in a row no list came, to tell a broken line from a broken list."""

    def __init__(self) -> None:
        self._count = 0

    def clear(self) -> None:
        """Note that a list came."""
        self._count = 0

    def can_go_round(self, error: MJError) -> bool:
        """
        Note that *error* came for a list; return whether to ask for its tasks one by one.

        A line that breaks is waited for; one that breaks each time just for the list is no line.
        """
        if isinstance(error, ServerUnreachable) and error.sent:
            self._count += 1
            return self._count >= _MOST_FAILURES
        return not concerns_all(error)
