"""From a typed command to the request it means: names become values, words become options."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from mj_notebook.magic.records import SubmitCommand
from mj_notebook.prompt.template import fill_template, front_value, value_of

if TYPE_CHECKING:
    from mj_notebook.session.request_builder import RequestBuilder
    from mj_notebook.session.request_options import CommonOptions
    from mj_notebook.session.submission import Submission

# Options that name pictures.
_PICTURES = ("mask", "end")
_WITH_PARAMETERS = ("imagine", "edit", "video")


def picture_of(word: str, names: Mapping[str, Any]) -> object:
    """Return the picture *word* means: a value of the notebook for ``{{name}}``, else a path."""
    found, value = value_of(word, names)
    return value if found else fill_template(word, names)


def submissions_of(
    command: SubmitCommand, builder: "RequestBuilder", names: Mapping[str, Any]
) -> "list[Submission]":
    """
    Return what *command* asks for; several where its prompt stands for several.

    Raises:
        UsageError: A name, a picture or an option makes no sense; nothing was sent.
    """
    words, images = words_and_images(command, names)
    # Only where a prompt is read; elsewhere a picture among words is a mistake.
    is_read = command.operation in _WITH_PARAMETERS
    prompt = fill_template(words, names, builder.hand_over if is_read else None)
    pictures = [picture_of(word, names) for word in command.pictures]
    own: dict[str, Any] = {
        key: picture_of(str(value), names) if key in _PICTURES else value
        for key, value in command.own.items()
    }
    common = common_of(command)
    if command.operation == "imagine":
        return builder.imagines(prompt, images, **common)
    ways: dict[str, Callable[[], Submission]] = {
        "blend": lambda: builder.blend(pictures, **own, **common),
        "describe": lambda: builder.describe(next(iter(pictures), None), **own, **common),
        "shorten": lambda: builder.shorten(prompt, **common),
        "swap_face": lambda: builder.swap_face(pictures[0], pictures[1], **common),
        "video": lambda: builder.video(prompt, *pictures, **own, **common),
        "edit": lambda: builder.edit(pictures[0], prompt, **own, **common),
        "upload": lambda: builder.upload(pictures, **common),
    }
    return [ways[command.operation]()]


def words_and_images(command: SubmitCommand, names: Mapping[str, Any]) -> tuple[str, list[object]]:
    """Return the words of *command*, not filled yet, and the pictures that go along with them."""
    images = [picture_of(word, names) for word in command.images]
    words = command.prompt
    if command.operation == "imagine":
        found, value, rest = front_value(words, names)
        while found:
            images.append(value)
            words = rest
            found, value, rest = front_value(words, names)
    return words, images


def common_of(command: SubmitCommand) -> "CommonOptions":
    """Return the options of *command* that every request may carry."""
    return {
        "bot": command.bot,
        "mode": command.mode,
        "fresh": command.fresh,
        "force": command.force,
        "state": command.state,
        "notify": command.notify,
        "accounts": _accounts(command.accounts),
    }


_YES_NO = {"true": True, "yes": True, "false": False, "no": False}


def _accounts(pairs: tuple[tuple[str, str], ...]) -> dict[str, object] | None:
    """Return the properties to choose accounts by; speeds may be several, with commas."""
    found: dict[str, object] = {}
    for name, value in pairs:
        found[name] = value.split(",") if name == "modes" else _YES_NO.get(value.lower(), value)
    return found or None
