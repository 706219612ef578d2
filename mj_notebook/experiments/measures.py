"""Which measures of pictures there are, and measuring a few wherever an executor does it."""

import hashlib
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mj_notebook.errors import MJError, StoreError, UsageError
from mj_notebook.language import translated
from mj_notebook.store.measurements import Measurement, Value
from mj_notebook.view.text import truncate

if TYPE_CHECKING:
    from mj_notebook.images.measures import Measure

ENTRY_POINTS = "mj_notebook.measures"
"""The group of entry points: a name, and a `Measure`, or a list of them."""

# A measure of somebody else may return a whole book, and it is a cell of a table.
_LONGEST_TEXT = 2_000
_LARGEST = 2**63  # what a whole number of a database holds


class Failure(NamedTuple):
    """A measure that gave nothing for a picture, and why; "" where the picture itself is broken."""

    sha256: str
    name: str
    why: str


class Outcome(NamedTuple):
    """What measuring one chunk gave."""

    found: tuple[Measurement, ...]
    failed: tuple[Failure, ...]


def measures_named(names: Sequence[str] | None = None) -> tuple["Measure", ...]:
    """
    Return the measures there are, or those with these names; plug-ins are among them.

    What is written in pictures is read only when it is asked for by name, as that is slow.

    Raises:
        UsageError: There is no such measure, or what it needs or a plug-in does not load.
    """
    from mj_notebook.images.legibility import ENGINE, READING  # loads Pillow

    _all_measures.cache_clear()  # a package may have been installed since
    there_are = _all_measures(tuple(sys.path))
    slow = {one.name for one in READING}
    if names is None:
        return tuple(one for one in there_are.values() if one.name not in slow)
    unknown = [name for name in names if not isinstance(name, str) or name not in there_are]
    if unknown:
        raise UsageError(
            translated("There is no measure {unknown!r}.", unknown=unknown[0]),
            hint=translated("There are: {known}.", known=", ".join(there_are)),
        )
    if slow & set(names) and find_spec(ENGINE) is None:
        raise UsageError(
            translated(
                "{engine} is not installed, and it reads what is written in pictures.",
                engine=ENGINE,
            ),
            hint=translated('Run pip install "mj-notebook[text]".'),
        )
    return tuple(there_are[name] for name in dict.fromkeys(names))


@cache
def _all_measures(_: tuple[str, ...]) -> dict[str, "Measure"]:
    """Return all measures by name; looking for packages is slow, and depends on that path."""
    from mj_notebook.images.legibility import READING
    from mj_notebook.images.measures import MEASURES, Measure  # loads Pillow

    found = {one.name: one for one in (*MEASURES, *READING)}
    for point in entry_points(group=ENTRY_POINTS):
        try:
            loaded = point.load()
            made = [
                Measure(str(one.name), str(one.version), one.measure)
                for one in (loaded if isinstance(loaded, list) else [loaded])
            ]
        except Exception as error:
            raise UsageError(
                translated(
                    "The plug-in {point!r} of measures does not load: {kind}: {error}",
                    point=point.name,
                    kind=type(error).__name__,
                    error=error,
                ),
                hint=translated("Update or remove its package ({point}).", point=point.value),
            ) from error
        for one in made:
            if one.name in found:
                raise UsageError(
                    translated("Two measures are called {one!r}.", one=one.name),
                    hint=translated(
                        "Remove one of their packages ({point} is one).", point=point.value
                    ),
                )
            found[one.name] = one
    return found


def measure_chunk(
    items: Sequence[tuple[str, Path | bytes]],
    wanted: Mapping[str, Sequence[str]],
    versions: Mapping[str, str],
    begin: Callable[[str, str], object] = lambda _, __: None,
) -> Outcome:
    """
    Measure some pictures; what one of them gives is no other's business.

    Args:
        items: Each picture's SHA-256 with its file, or with its bytes where that is elsewhere.
        wanted: The names of the measures that each lacks, by SHA-256.
        versions: The version of each measure; another one would be kept as what it is not.
        begin: Is told a picture and a measure before each, with "" before it is decoded.
    """
    from mj_notebook.images.measures import picture_to_measure

    there_are = _all_measures(tuple(sys.path))
    found: list[Measurement] = []
    failed: list[Failure] = []
    for sha256, source in items:
        begin(sha256, "")
        try:
            image = picture_to_measure(_content(sha256, source))
        except Exception as error:  # noqa: BLE001 - decoders meet broken bytes with any error
            failed.append(Failure(sha256, "", sentence_of(error)))
            continue
        for name in wanted[sha256]:
            one = there_are.get(name)
            if one is None or one.version != versions[name]:
                here = f"version {one.version}" if one else "none of that name"
                why = f"where it ran there is {here}, and not version {versions[name]}"
                failed.append(Failure(sha256, name, why))
                continue
            begin(sha256, name)
            try:
                # A measure may draw on what it is given; the next one gets it as it was.
                value = _plain(one.measure(image.copy()))
            except (Exception, SystemExit) as error:  # noqa: BLE001 - measures are other people's code
                failed.append(Failure(sha256, name, sentence_of(error)))
            else:
                found.append(Measurement(sha256, name, one.version, value))
    return Outcome(tuple(found), tuple(failed))


def _content(sha256: str, source: Path | bytes) -> bytes:
    try:
        content = source if isinstance(source, bytes) else source.read_bytes()
    except FileNotFoundError:
        raise StoreError(translated("its file is gone")) from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise StoreError(translated("its file is damaged"))
    return content


def _plain(value: Any) -> Value:
    """Return what a measure gave as a plain value, also where it is a number of numpy."""
    value = value.item() if hasattr(value, "item") else value
    if value is None or isinstance(value, bool):  # before numbers: True is one of Python's
        return value
    if isinstance(value, int) and -_LARGEST <= value < _LARGEST:
        return int(value)
    if isinstance(value, float):
        # SQLite makes NULL of NaN in any case, and JSON has neither it nor infinity.
        return float(value) if isfinite(value) else None
    if isinstance(value, str):
        # Half a sign could be kept and never be written to a file.
        return str(value)[:_LONGEST_TEXT].encode(errors="replace").decode()
    kind = "a number of more than 64 bits" if isinstance(value, int) else type(value).__name__
    raise TypeError(f"it gave {kind}; a measure gives one number or text")


def sentence_of(error: BaseException) -> str:
    """Say in a line what other people's code raised."""
    said = str(error) if isinstance(error, MJError) else f"{type(error).__name__}: {error}"
    return truncate(said, 200)
