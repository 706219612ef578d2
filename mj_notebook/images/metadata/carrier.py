"""What a file carries, in the form in which formats take it, and what is wrong with a file."""

from collections.abc import Mapping
from typing import NamedTuple

from mj_notebook.errors import UsageError
from mj_notebook.language import translated

MAX_RECORD = 4_000_000
"""Bytes a record may have; real ones have some thousand."""


class Payload(NamedTuple):
    """
    Everything that is written into one file.

    Attributes:
        lines: What plain viewers and XMP show, by our names.
        record: The whole record as JSON, the only part that is read back.
    """

    lines: Mapping[str, str]
    record: bytes


def corrupt_file_error(what: str) -> UsageError:
    """Return the error for a file that can't be trusted: *what* is wrong, as half a sentence."""
    return UsageError(
        translated("The picture file is broken: {what}.", what=what),
        hint=translated("Take another copy of the file."),
    )


def single_record(found: list[bytes]) -> bytes | None:
    """Return the record among *found*; two would contradict each other."""
    # Somebody joined two files: which of them is true nobody knows.
    if len(found) > 1:
        raise corrupt_file_error(translated("it carries two records"))
    return found[0] if found else None
