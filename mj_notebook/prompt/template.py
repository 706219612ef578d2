"""``{{name}}`` in a cell takes a Python value; single braces are the prompt's own."""

import itertools
import numbers
import os
import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, time
from string import Formatter
from typing import Any

from mj_notebook.errors import PromptError, UsageError
from mj_notebook.language import translated
from mj_notebook.prompt.parse import scan
from mj_notebook.prompt.permutations import MOST_PROMPTS, choices_in
from mj_notebook.prompt.references import is_local_picture, takes_pictures

# {{name}}, {{name.attribute}}, {{name['key']}}; a backslash before it keeps it as it is.
_FIELD = re.compile(r"(\\)?\{\{\s*([^{}]+?)\s*\}\}")
# What reads in a prompt as Python writes it.
_WORDS = (str, numbers.Number, os.PathLike, date, time)
_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*|\[[^\[\]]+\])*")


def fill_template(
    text: str,
    names: Mapping[str, Any],
    hand_over: Callable[[object, str], str] | None = None,
) -> str:
    """
    Replace each ``{{name}}`` in *text* by its value, without evaluating anything.

    Args:
        text: The text.
        names: The values by name.
        hand_over: Returns the word for a picture, and is told its name; it may stand where a
            parameter takes one.

    Raises:
        PromptError: Names that are not there; all of them are told at once. Or a value that is
            neither text nor a number: what Python writes of a list, or of nothing, is no prompt.
    """
    missing: dict[str, int] = {}

    def value(found: re.Match[str]) -> str:
        # A backslash was before it: the braces stay, and only that sign goes.
        if found[1]:
            return found[0][1:]
        try:
            found_value = _resolve(found[2], names)
        except (KeyError, AttributeError, IndexError, TypeError, ValueError):
            # Gathered, so that all names are told at once.
            missing.setdefault(found[2], found.start())
            return found[0]
        if hand_over is not None and _takes_picture(found):
            # A list of pictures is several references of one parameter.
            given = found_value if isinstance(found_value, list | tuple) else [found_value]
            return " ".join(
                hand_over(one, found[2]) if _is_handed(one) else _as_words(found, one)
                for one in given
            )
        return _as_words(found, found_value)

    filled = _FIELD.sub(value, text)
    if missing:
        listed = ", ".join(missing)
        raise PromptError(
            translated(
                "The prompt uses {{{{{listed}}}}}, but there is no such Python value.",
                listed=listed,
            ),
            hint=translated("Assign it in a cell above, or write \\{{ to keep the braces."),
            prompt=text,
            position=next(iter(missing.values())),
        )
    return filled


def field_names(text: str) -> tuple[str, ...]:
    """Return the names that *text* takes from Python: of ``{{animal.name}}`` it is animal."""
    found = (field[2] for field in _FIELD.finditer(text) if not field[1])
    return tuple(dict.fromkeys(re.split(r"[.\[]", name, maxsplit=1)[0] for name in found))


def choices_of(text: str, taken: Collection[str] = ()) -> tuple[str, dict[str, list[str]]]:
    """
    Return *text* with a ``{{choice}}`` for each ``{red, blue}``, and what there is to choose.

    A choice may hold ``{{name}}`` of its own.

    Args:
        text: The text.
        taken: Names that mean something else, beside those of *text*.
    """
    taken = {*taken, *field_names(text)}
    # Two braces are no braces in braces: they are put aside, behind signs of no script.
    fields: list[str] = []

    def put_aside(field: re.Match[str]) -> str:
        fields.append(field[0])
        return f"\ue000{len(fields) - 1}\ue001"

    def put_back(piece: str) -> str:
        return re.sub("\ue000([0-9]+)\ue001", lambda one: fields[int(one[1])], piece)

    # Signs of private use: nothing that people write has them, and what has is not to be mistaken.
    text = text.replace("\ue000", "")
    told, found = "", dict[str, list[str]]()
    for piece in choices_in(_FIELD.sub(put_aside, text)):
        # One choice is no axis.
        if isinstance(piece, str) or len(piece) == 1:
            told += put_back("".join(piece))
            continue
        named = (f"choice{number or ''}" for number in (0, *range(2, MOST_PROMPTS)))
        name = next(one for one in named if one not in taken and one not in found)
        found[name] = [put_back(one) for one in piece]
        told += f"{{{{{name}}}}}"
    return told, found


def chosen_texts(text: str) -> list[str]:
    """Return the texts that *text* stands for by its ``{red, blue}``; ``{{name}}`` stays."""
    template, choices = choices_of(text)
    found = []
    for chosen in itertools.product(*choices.values()):
        filled = template
        for name, choice in zip(choices, chosen, strict=True):
            filled = filled.replace(f"{{{{{name}}}}}", choice)
        found.append(filled)
    return found


def value_of(text: str, names: Mapping[str, Any]) -> tuple[bool, Any]:
    """Return whether *text* is one ``{{name}}`` and nothing else, and its value as it is."""
    found = _FIELD.fullmatch(text.strip())
    if not found or found[1]:
        return False, None
    try:
        return True, _resolve(found[2], names)
    except (KeyError, AttributeError, IndexError, TypeError, ValueError):
        raise UsageError(
            translated("There is no Python value {found}.", found=found[2]),
            hint=translated("Assign it in a cell above."),
        ) from None


def front_value(text: str, names: Mapping[str, Any]) -> tuple[bool, Any, str]:
    """
    Return whether *text* begins with a ``{{name}}`` that is a picture, its value, and the rest.

    Pictures stand there, as Midjourney's own addresses of pictures do.
    """
    found = _FIELD.match(text.lstrip())
    if not found or found[1]:
        return False, None, text
    try:
        value = _resolve(found[2], names)
    except (KeyError, AttributeError, IndexError, TypeError, ValueError):
        return False, None, text  # which `fill_template` says
    if value is None or not _is_handed(value):
        return False, None, text
    return True, value, text.lstrip()[found.end() :].lstrip()


def _takes_picture(field: "re.Match[str]") -> bool:
    """Tell whether a parameter that takes pictures is the last one before *field*."""
    before = scan(field.string[: field.start()])
    return bool(before) and takes_pictures(before[-1].parameter.name)


def _is_handed(value: object) -> bool:
    """Tell whether *value* is no words, or the path of a picture."""
    if isinstance(value, str):
        return is_local_picture(value.strip())
    return value is not None and (isinstance(value, os.PathLike) or not isinstance(value, _WORDS))


def _as_words(field: "re.Match[str]", value: object) -> str:
    is_nothing = isinstance(value, _WORDS) and value != value  # noqa: PLR0124 - NaN, as tables have it
    if is_nothing or not isinstance(value, _WORDS):
        kind = "None" if value is None else translated("a {type}", type=type(value).__name__)
        kind = str(value) if is_nothing else kind
        raise PromptError(
            translated(
                "{{{{{field}}}}} is {kind}, which can't stand among words.",
                field=field[2],
                kind=kind,
            ),
            hint=translated(
                "Text and numbers can. A picture stands before all words, or behind --image."
            ),
            prompt=field.string,
            position=field.start(),
        )
    return str(value)


def _resolve(path: str, names: Mapping[str, Any]) -> Any:
    if not _NAME.fullmatch(path):
        raise KeyError(path)
    # Quotes round a key are Python's; the formatter wants it bare.
    bare = re.sub(r"\[(['\"])(.*?)\1\]", r"[\2]", path)
    # The formatter looks attributes and keys up, and evaluates nothing: a prompt runs no code.
    found, _ = Formatter().get_field(bare, (), names)
    return found
