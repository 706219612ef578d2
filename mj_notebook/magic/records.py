"""What can be said to the magics, as values, which `arguments` makes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

# Named tuples: classes of this kind are made ten times as fast as dataclasses, and they are made
# whenever the first command of a kernel is read.
_NOTHING: Mapping[str, object] = MappingProxyType({})


class DisplayOptions(NamedTuple):
    """
    How the job that a command makes is named, shown and waited for.

    Attributes:
        out: The name that gets the job, "" for none.
        wait: Wait for the end; None leaves it to the front end.
        timeout: Seconds to wait; None for no limit.
    """

    out: str = ""
    wait: bool | None = None
    timeout: float | None = None
    quiet: bool = False
    static: bool = False


USUAL_DISPLAY = DisplayOptions()


class SubmitCommand(NamedTuple):
    """
    Ask for something that is drawn or told.

    Attributes:
        operation: Which: "imagine", "blend", "swap_face", ….
        prompt: As it was written, before ``{{name}}`` is filled.
        pictures: Paths, links or ``{{name}}`` of the pictures it is about.
        images: The same, of reference pictures.
        own: The options that only this operation has.
        display: How its job is shown.
        dry_run: Show the request; send nothing.
        fresh: Draw it even though it was drawn already.
        force: Send it although errors were found in its prompt.
        number: How many of it are wanted.
    """

    operation: str = "imagine"
    prompt: str = ""
    pictures: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    own: Mapping[str, object] = _NOTHING
    display: DisplayOptions = USUAL_DISPLAY
    dry_run: bool = False
    fresh: bool = False
    force: bool = False
    number: int = 1
    mode: str | None = None
    bot: str | None = None
    state: str | None = None
    notify: str | None = None
    accounts: tuple[tuple[str, str], ...] = ()


class UploadFormCommand(NamedTuple):
    """Let the person choose the pictures of *asked*, which names none."""

    asked: SubmitCommand


class LineCommand(NamedTuple):
    """
    Any other command: its name in the table, and what was given of what its function takes.

    What was not given is not there: the usual values are those of the function, and of it alone.
    """

    name: str
    given: Mapping[str, Any] = _NOTHING


Command = SubmitCommand | UploadFormCommand | LineCommand
