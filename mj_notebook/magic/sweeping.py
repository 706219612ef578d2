"""``%%mj --sweep NAME=VALUES``: from what is written to a planned sweep."""

import csv
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.magic.records import SubmitCommand
from mj_notebook.magic.submission import common_of, picture_of, words_and_images
from mj_notebook.prompt.parameters import parameter_table
from mj_notebook.prompt.template import value_of

if TYPE_CHECKING:
    from mj_notebook.experiments.sweep import Sweep

# What people write for yes and no in a line that has no types.
_WORDS = {"none": None, "yes": True, "true": True, "no": False, "false": False}
# Cells, and so values of one axis too: more is a slip in the step.
_MOST = 10_000


def planned_sweep(command: SubmitCommand, names: Mapping[str, Any]) -> "Sweep":
    """
    Plan what *command* says, and begin to draw it where it says so.

    Raises:
        UsageError: An axis makes no sense; nothing was sent.
    """
    from mj_notebook.api.sweep import planned  # the rooms load with the first job

    axes: dict[str, Any] = {}
    pairs: Sequence[tuple[str, str]] = command.own["sweep"]  # type: ignore[assignment] # of the table
    for written, text in pairs:
        name = "images" if written == "image" else written
        if name in axes:
            raise UsageError(
                translated("--sweep {name} is given twice.", name=name),
                hint=translated("Put its values together."),
            )
        axes[name] = axis_values(name, text, names)
    if command.number > 1:
        axes.setdefault("repeat", list(range(command.number)))
    words, images = words_and_images(command, names)
    if images and "images" not in axes:
        axes["images"] = tuple(images)
    if "prompt" in axes and words.strip():
        raise UsageError(
            translated("Both the cell and --sweep prompt=… give prompts."),
            hint=translated("Give one of them."),
        )
    common = {name: value for name, value in common_of(command).items() if value}
    own, is_plan = command.own, command.dry_run
    return planned(
        words,
        {**common, **axes},
        names=names,
        sample=own.get("sample"),  # type: ignore[arg-type]
        run=bool(own.get("run")) and not is_plan,
        budget=None if is_plan else own.get("budget"),  # type: ignore[arg-type]
    )


def axis_values(name: str, text: str, names: Mapping[str, Any]) -> Any:
    """
    Return the values that *text* means: ``0,250,1000``, ``0:50:25`` (to 50), ``{{a_list}}``.

    A range includes its end; a value with a comma stands in double quotes; a name of Python brings
    what it holds.

    Raises:
        UsageError: There is no such Python value, or the range makes no sense.
    """
    found, value = value_of(text, names)
    if found:
        return value
    if name == "images":
        return [picture_of(word, names) for word in _split(text)]
    spec = parameter_table().spec(name)
    kind = spec.kind if spec is not None else ""
    if kind != "ratio" and (numbers := _range(text)):
        return numbers
    if not kind:
        return _split(text)
    return [_value(word, is_number=kind in {"int", "number"}) for word in _split(text)]


def _split(text: str) -> list[str]:
    """Part *text* at commas; a value that has some stands in double quotes."""
    try:
        (words,) = csv.reader([text], skipinitialspace=True)
    except csv.Error as error:
        raise UsageError(
            translated("These values can't be read: {error}.", error=error),
            hint=translated("Give them as a list: --sweep s={{name}}."),
        ) from None
    return [word.strip() for word in words]


def _value(word: str, *, is_number: bool) -> Any:
    if word.lower() in _WORDS:
        return _WORDS[word.lower()]
    number = _number(word) if is_number else None
    return word if number is None else number


def _range(text: str) -> list[int | float]:
    """Return the numbers of FIRST:LAST:STEP, [] where it is none; the last one is included."""
    parts = [_number(part) for part in text.split(":")]
    first, last, step = (part or 0 for part in (*parts, 0, 0, 0)[:3])
    if len(parts) != 3 or None in parts:
        return []
    # A little more: 0.3 / 0.1 falls just short of 3, and the last value is meant.
    count = int((last - first) / step + 1e-9) + 1 if step else 0
    if not 0 < count <= _MOST:
        raise UsageError(
            translated("{text} is no range.", text=text),
            hint=translated("Write FIRST:LAST:STEP, as in --sweep chaos=0:50:25."),
        )
    # Rounded: 0.30000000000000004 would stand in the prompt.
    return [round(first + at * step, 9) for at in range(count)]


def _number(word: str) -> int | float | None:
    try:
        number = float(word)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and "." not in word else number
