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

import functools
import inspect
import numbers
import os
import re
import reprlib
import string
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
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
    if "!r" in found:  # what a person gave, which may be anything
        return _SENTENCES.vformat(found, (), values)
    return found.format(**values) if values else found


def marked(sentence: str) -> str:
    """Return *sentence* as it is; it stands in the catalogue, and whoever tells it looks it up."""
    return sentence


# -- what was given, in a sentence --

# It may be a whole file; its beginning tells which mistake it was.
_LONGEST = 60
_HALF = re.compile("[\ud800-\udfff]")


def plain(value: Any) -> Any:
    """Return *value* as Python's own where it is one of numpy's texts and numbers."""
    is_foreign = type(value).__module__ == "numpy"
    return value.tolist() if is_foreign and getattr(value, "ndim", None) == 0 else value


def has_half(text: str) -> bool:
    """Tell whether *text* holds half of a sign."""
    return not text.isascii() and bool(_HALF.search(text))


def refuse_half(name: str, text: str) -> None:
    """Refuse a *text* that holds half of a sign."""
    # It has no bytes: it would break much later, where it is sent or written.
    if has_half(text):
        raise UsageError(
            translated("{name} holds half of a sign, which can't be sent or kept.", name=name),
            hint=translated("Write it again."),
        )


class _Plain(reprlib.Repr):
    """Python's own words for what is plain; of all else its kind, since it may be pages long."""

    def repr1(self, x: Any, level: int) -> str:
        x = plain(x)
        if isinstance(x, str | bytes):
            return repr(x[: _LONGEST + 1])
        if isinstance(x, os.PathLike):
            return repr(os.fspath(x))
        if x is None or isinstance(x, numbers.Number | date | BaseException):
            try:
                return repr(x)
            except ValueError:  # a number of more digits than Python writes
                return self.repr_instance(x, level)
        return super().repr1(x, level)

    def repr_instance(self, x: Any, level: int) -> str:
        del level
        return a_kind(type(x))


_PLAIN = _Plain()


def shown(value: object) -> str:
    """Return what a sentence says of *value*, in some words."""
    text = _PLAIN.repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def a_kind(kind: type) -> str:
    """Name one of *kind*: "a Job", "an ndarray"."""
    template = translated("an {type}") if kind.__name__[0] in "AEIOaeio" else translated("a {type}")
    return template.format(type=kind.__name__)


class _Sentences(string.Formatter):
    """Sentences in which what was given stands in some words."""

    def convert_field(self, value: Any, conversion: Any) -> Any:
        return shown(value) if conversion == "r" else super().convert_field(value, conversion)


_SENTENCES = _Sentences()


# -- calls that don't fit --


def nearest(name: str, known: Collection[str]) -> str | None:
    """Return which of *known* was meant by *name*; None where none is near enough."""
    from difflib import get_close_matches  # only for who misspelt

    close = get_close_matches(name, known)
    # A short name is the beginning of much that means something else: "no" is not "nope".
    return next((one for one in close if len(one) > 3 or len(name) < len(one) + 2), None)


def in_words(error: Exception) -> MJError:
    """Return *error* if it is one of ours, else one that says that this went wrong here."""
    if isinstance(error, MJError):
        return error
    return MJError(translated("This went wrong here: {error!r}.", error=error))


def reason_of(error: OSError) -> str:
    """Return what the system says went wrong with a file, as part of a sentence."""
    return translated((error.strerror or str(error)).lower())


# What systems say most often; what is not among these stays as they say it.
_REASONS = (
    marked("no such file or directory"),
    marked("permission denied"),
    marked("is a directory"),
    marked("not a directory"),
    marked("file name too long"),
    marked("no space left on device"),
    marked("read-only file system"),
    marked("operation not permitted"),
    marked("input/output error"),
    marked("it is a device or a pipe"),
)


def unknown_option(name: str, known: Collection[str]) -> UsageError:
    """Return the error for an option *name* that is none of *known*, with what was meant."""
    close = nearest(name, known)
    listed = (
        translated("Known: {known}.", known=", ".join(known))
        if known
        else translated("Leave it out.")
    )
    hint = translated("Did you mean {close!r}?", close=close) if close else listed
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
    taken = [one for key, one in signature.parameters.items() if key not in _OWN]
    known = [one.name for one in taken if one.kind not in _MANY]
    wrong = next((each for each in given if each not in known), None)
    if wrong is not None and all(one.kind is not one.VAR_KEYWORD for one in taken):
        return unknown_option(wrong, known)
    places = [one for one in taken if one.kind is one.POSITIONAL_OR_KEYWORD]
    named = [one.name for one in taken if one.kind is one.KEYWORD_ONLY]
    needed = [one.name for one in taken if one.default is one.empty and one.kind not in _MANY]
    if len(args) > len(places) and all(one.kind is not one.VAR_POSITIONAL for one in taken):
        likely = next((each for each in named if each in needed), next(iter(named), ""))
        most = ", ".join(one.name for one in places)
        sentence = (
            translated("{name} takes {most} without a name; what is {more}?")
            if most
            else translated("{name} takes nothing without a name; what is {more}?")
        )
        return UsageError(
            sentence.format(name=name, most=most, more=shown(args[len(places)])),
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


_OWN = {"self", "cls", "_cls"}
_MANY = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}


def fitting(
    function: Callable[_P, _R],
    name: str = "",
    door: Callable[[], Callable[[Any, Any], tuple[Any, Any]]] | None = None,
) -> Callable[_P, _R]:
    """
    Say in our words what *function* can't be called with: values too many, or too few.

    Args:
        function: The function.
        name: As people write it, where that is another one than its own.
        door: Gives what looks at values first, by place and by name, and returns what is meant.
    """

    @functools.wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        by_place, named = (args, kwargs) if door is None else door()(args, kwargs)
        try:
            return function(*by_place, **named)
        except TypeError:
            signature = inspect.signature(function)
            given = args[next(iter(signature.parameters), "") in _OWN :]
            error = misfit(name or function.__name__, signature, given, kwargs)
            if error is None:
                raise
        raise error

    return call


def names_checked(cls: type[_T], look: Callable[..., Any] = fitting) -> type[_T]:
    """Let *look* refuse what the constructor and the methods of *cls* can't be called with."""
    for name, one in list(vars(cls).items()):
        if isinstance(one, classmethod):
            setattr(cls, name, classmethod(look(one.__func__)))
        elif inspect.isfunction(one) and not name.startswith("_"):
            setattr(cls, name, look(one))
    name = "__new__" if cls.__init__ is object.__init__ else "__init__"
    made = look(getattr(cls, name), cls.__name__)
    setattr(cls, name, staticmethod(made) if name == "__new__" else made)
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
