"""What can go wrong, as a tree; each error says what happened and what to do next.

::

    MJError
    ├── UsageError           what was asked can't be asked: unknown option, bad file
    │   ├── PromptError      a prompt is written wrongly, and where
    │   └── NoSuchPicture    a job has no picture of that number (also an ``IndexError``)
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

import difflib
import functools
import inspect
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")
_T = TypeVar("_T")


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


# -- sentences, in the language that people read --


class _Catalogue:
    """Where sentences are looked up: nowhere, for English."""

    look_up: Callable[[str], str] = staticmethod(str)


def translate_by(look_up: Callable[[str], str]) -> None:
    """Let *look_up* find the sentences of errors; whoever knows catalogues is above this room."""
    _Catalogue.look_up = staticmethod(look_up)


def translated(sentence: str, /, **values: object) -> str:
    """Return *sentence* in the reader's language, with *values* in its gaps, which have names."""
    found = _Catalogue.look_up(sentence)
    return found.format(**values) if values else found


def marked(sentence: str) -> str:
    """Return *sentence* as it is; it stands in the catalogue, and whoever tells it looks it up."""
    return sentence


# -- calls that don't fit --


def in_words(error: Exception) -> MJError:
    """Return *error* if it is one of ours, else one that says that this went wrong here."""
    if isinstance(error, MJError):
        return error
    return MJError(translated("This went wrong here: {error!r}.", error=error))


def unknown_option(name: str, known: Collection[str]) -> UsageError:
    """Return the error for an option *name* that is none of *known*, with what was meant."""
    close = difflib.get_close_matches(name, known, n=1)
    listed = (
        translated("Known: {known}.", known=", ".join(known))
        if known
        else translated("Leave it out.")
    )
    hint = translated("Did you mean {close!r}?", close=close[0]) if close else listed
    return UsageError(translated("There is no option {name!r}.", name=name), hint=hint)


def misfit(
    name: str, signature: inspect.Signature, args: Sequence[object], given: Collection[str]
) -> UsageError | None:
    """
    Return the error for a call of *name* that its *signature* does not take; None where it does.

    Asked only where Python has said so: binding each call would take longer than most of them.

    Args:
        name: As people write it.
        signature: What it takes.
        args: What was given by place, without the object whose method it is.
        given: The names of what was given by name.
    """
    # By their names, as no option is called so: the first of a method is its object.
    taken = [one for key, one in signature.parameters.items() if key not in {"self", "cls", "_cls"}]
    known = [one.name for one in taken if one.kind not in _MANY]
    wrong = next((each for each in given if each not in known), None)
    if wrong is not None and all(one.kind is not one.VAR_KEYWORD for one in taken):
        return unknown_option(wrong, known)
    places = [one for one in taken if one.kind is one.POSITIONAL_OR_KEYWORD]
    named = [one.name for one in taken if one.kind is one.KEYWORD_ONLY]
    needed = [one.name for one in taken if one.default is one.empty and one.kind not in _MANY]
    if len(args) > len(places) and all(one.kind is not one.VAR_POSITIONAL for one in taken):
        more = repr(args[len(places)])
        likely = next((each for each in named if each in needed), next(iter(named), ""))
        most = ", ".join(one.name for one in places)
        sentence = (
            translated("{name} takes {most} without a name; what is {more}?")
            if most
            else translated("{name} takes nothing without a name; what is {more}?")
        )
        return UsageError(
            sentence.format(name=name, most=most, more=more if len(more) < 60 else more[:60]),
            hint=translated("Name it, as in {likely}=….", likely=likely)
            if named
            else translated("Leave it out."),
        )
    for one in places[: len(args)]:
        if one.name in given:
            return UsageError(
                translated("{name} was given {one} twice.", name=name, one=one.name),
                hint=translated("Leave one out."),
            )
    by_place = {one.name for one in places[: len(args)]}
    missing = [each for each in needed if each not in by_place and each not in given]
    if not missing:
        return None
    written = ", ".join(f"{each}=…" if each in named else each for each in needed)
    return UsageError(
        translated("{name} needs {missing}.", name=name, missing=" and ".join(missing)),
        hint=translated("Write {name}({written}).", name=name, written=written),
    )


_MANY = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}


def names_checked(cls: type[_T]) -> type[_T]:
    """Let the constructor of *cls* say in our words what it can't be called with."""
    name = "__new__" if cls.__init__ is object.__init__ else "__init__"
    made = getattr(cls, name)
    signature = inspect.signature(made)

    @functools.wraps(made)
    def construct(*args: Any, **kwargs: Any) -> Any:
        try:
            return made(*args, **kwargs)
        except TypeError:
            error = misfit(cls.__name__, signature, args[1:], kwargs)
            if error is None:
                raise
        raise error

    setattr(cls, name, staticmethod(construct) if name == "__new__" else construct)
    return cls


# -- hints, spelled as it was asked --

_by_command: ContextVar[bool] = ContextVar("mj_by_command", default=False)


@contextmanager
def by_command() -> Iterator[None]:
    """Let all that is done meanwhile be asked by a command: a cell's magic, or the command line."""
    token = _by_command.set(True)
    try:
        yield
    finally:
        _by_command.reset(token)


def spelled(command: str, python: str) -> str:
    """Return *command* where a command asked, else *python*: ``--fresh`` or ``fresh=True``."""
    return command if _by_command.get() else python


def carried(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Return *function* as another thread is to run it: asked in the way that this thread was."""
    if not _by_command.get():
        return function

    def run(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with by_command():
            return function(*args, **kwargs)

    return run


# -- how many --

# Whole phrases, since a Chinese number has a word of measure that depends on the thing.
_COUNTED = {
    "answer": marked("{count:,} answer{plural}"),
    "further cell": marked("{count:,} further cell{plural}"),
    "further row": marked("{count:,} further row{plural}"),
    "label": marked("{count:,} label{plural}"),
    "pair": marked("{count:,} pair{plural}"),
    "picture": marked("{count:,} picture{plural}"),
    "prompt": marked("{count:,} prompt{plural}"),
    "request": marked("{count:,} request{plural}"),
    "row": marked("{count:,} row{plural}"),
    "task": marked("{count:,} task{plural}"),
}


def counted(count: int, word: str) -> str:
    """Say how many there are of what *word* names one of: "1 task", "2,000 tasks"."""
    return translated(_COUNTED[word], count=count, plural="" if count == 1 else "s")
