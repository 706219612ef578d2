"""What can go wrong, as a tree; each error says what happened and what to do next.

::

    MJError
    ├── UsageError           what was asked can't be asked: unknown option, bad file
    │   ├── PromptError      a prompt is written wrongly, and where
    │   ├── NoSuchPicture    a job has no picture of that number (also an ``IndexError``)
    │   └── NoSuchRow        a list has no row of that number (also an ``IndexError``)
    ├── SettingsError        an address, a secret or a folder is set wrongly
    ├── ServerUnreachable    nothing answers there, or the line broke
    │   └── Unsettled        it was sent once, and nobody knows what became of it
    ├── NotAProxy            something answers, but it is no midjourney-proxy
    ├── Unauthorized         the secret is missing or wrong
    ├── Refused              the proxy said no, in its own words
    │   ├── TaskUnknown      it knows no such task (any more)
    │   ├── QueueFull        it has no room now
    │   ├── Unavailable      nobody is there to draw now: no account, no server behind a gateway
    │   ├── OutOfCredit      the token, or who it belongs to, has nothing left to spend
    │   ├── Unsupported      this server does not do that at all
    │   └── BannedPrompt     it will not draw a word
    ├── OverBudget           it would cost more than what is left of the day's budget
    ├── TaskFailed           the task was accepted and ended badly, or was cancelled
    ├── PictureMissing       the task succeeded, and its picture could not be had (yet)
    ├── WaitTimeout          we stopped waiting; the task goes on (also a ``TimeoutError``)
    │   └── WaitInterrupted  the person stopped the waiting; the task goes on
    ├── StoreError           what must be kept could not be kept, or not be read
    └── NotInBundle          nobody may be asked, and the bundle does not hold it
"""

import os
from typing import Any


class MJError(Exception):
    """
    Base of all errors of this package.

    Attributes:
        hint: What to do next, in one sentence; "" when there is nothing useful to say.
        cause: The row of the table of causes (``CAUSES.md``) that it is, such as "token-expired";
            "" for what the table does not know.

    Example:
        >>> try:
        ...     mj.imagine("a kite --ar")
        ... except mj.MJError as error:
        ...     print(error.hint)
    """

    cause: str = ""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        # Without a notebook the hint must stand in the text: there is no other place for it.
        return " ".join(part for part in (str(self.args[0]), self.hint) if part)

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows: two lines, unless MJ_DEBUG asks for the whole trace."""
        if os.environ.get("MJ_DEBUG"):
            import traceback  # only who debugs pays for it

            return traceback.format_exception(self)
        # Frames of this package help nobody who typed a wrong prompt.
        lines = [str(self.args[0])]
        return [*lines, self.hint] if self.hint else lines


class UsageError(MJError):
    """What was asked can't be asked."""


class PromptError(UsageError):
    """
    A prompt is written wrongly; nothing was sent.

    Attributes:
        prompt: The prompt.
        position: Where in it, counted from 0.
        findings: All that was found, of the rules of `mj_notebook.prompt.lint`.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        prompt: str = "",
        position: int = 0,
        findings: tuple[Any, ...] = (),
    ) -> None:
        super().__init__(message, hint=hint)
        # Findings are of a room above this one, so their type is not named here.
        self.prompt, self.position, self.findings = prompt, position, findings


class NoSuchPicture(UsageError, IndexError):
    """A job has no picture of that number; as an IndexError, so that Python's own loops end."""


class NoSuchRow(UsageError, IndexError):
    """A list has no row of that number; as an IndexError, so that Python's own loops end."""


class SettingsError(MJError):
    """An address, a secret or a folder is set wrongly."""


class ServerUnreachable(MJError):
    """
    Nothing answers at the address, or the line broke.

    Attributes:
        sent: Whether the request may have reached the server; a submit that may have is never
            repeated by itself.
        is_behind: Whether it was lost behind a gateway, or may have been: that the gateway answers
            shows nothing then.
    """

    is_behind: bool = False

    def __init__(self, message: str, *, hint: str = "", sent: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.sent = sent


class Unsettled(ServerUnreachable):
    """
    A request was sent once, and nobody knows whether the proxy accepted it.

    `sent` tells whether that was just now; asked for again, it is not sent.
    """


class NotAProxy(MJError):
    """Something answers, but not in the words of a midjourney-proxy (HTML as a rule)."""


class Unauthorized(MJError):
    """
    The secret is missing or wrong.

    Attributes:
        words: What the server said, "" when it said nothing.
    """

    words: str = ""


class Refused(MJError):
    """
    The proxy said no; the message holds its own words.

    Attributes:
        code: The return code, or None when it gave none.
        status: The HTTP status.
    """

    def __init__(
        self, message: str, *, hint: str = "", code: int | None = None, status: int = 200
    ) -> None:
        super().__init__(message, hint=hint)
        self.code = code
        self.status = status


class TaskUnknown(Refused):
    """The proxy knows no such task, or no longer."""


class QueueFull(Refused):
    """
    The proxy has no room now.

    Attributes:
        retry_after: Seconds the server asked to wait, or None.
    """

    retry_after: float | None = None


class Unavailable(Refused):
    """Nobody is there to draw now, for anybody; it passes by itself or by who runs the proxy."""


class OutOfCredit(Refused):
    """The token, or the account it belongs to, has nothing left to spend."""


class Unsupported(Refused):
    """This server does not do that at all: it lacks the endpoint, the button or the speed."""


class BannedPrompt(Refused):
    """
    The proxy will not draw a word of the prompt.

    Attributes:
        word: The word, where the proxy names it.
    """

    word: str | None = None


class OverBudget(MJError):
    """It would cost more than what is left of the day's budget, and was not sent."""


class TaskFailed(MJError):
    """
    The task was accepted and ended badly, or was cancelled.

    Attributes:
        task: The last snapshot.
    """

    def __init__(self, message: str, *, hint: str = "", task: Any = None) -> None:
        super().__init__(message, hint=hint)
        self.task = task


class PictureMissing(MJError):
    """
    The task succeeded and its picture could not be had (yet); it is fetched again when asked for.

    Attributes:
        task: The task, which is a success all the same.
    """

    def __init__(self, message: str, *, hint: str = "", task: Any = None) -> None:
        super().__init__(message, hint=hint)
        self.task = task


class WaitTimeout(MJError, TimeoutError):
    """We stopped waiting; the task goes on."""


class WaitInterrupted(WaitTimeout):
    """
    The person stopped the waiting; the task goes on.

    Attributes:
        batch: What was waited for, when it was a batch.
    """

    batch: Any = None


class StoreError(MJError):
    """What must be kept could not be kept, or could not be read."""


class NotInBundle(MJError):
    """
    Nobody may be asked, and the opened bundle does not hold what was asked for.

    Attributes:
        key: The content key of what was asked, "" for questions that have none.
    """

    def __init__(self, message: str, *, hint: str = "", key: str = "") -> None:
        super().__init__(message, hint=hint)
        self.key = key
