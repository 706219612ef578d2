"""Ratings, tags and notes as values: what a person may say, and how it stands in a column; pure."""

import numbers
from typing import NamedTuple

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.protocol.visible_text import one_line

BEST = 5
"""The best rating; the least is 1, and 0 takes a rating away."""

BETWEEN = ", "
"""What stands between the tags of a task, in the database and in files."""

# All of them stand in one cell of tables and in each twin: more would be a text, not a tag, and a
# note of a page is still read where a book is not.
_LONGEST_TAG, _MOST_TAGS, _LONGEST_NOTE = 60, 50, 10_000


class Annotation(NamedTuple):
    """
    What a person thinks of a task.

    Attributes:
        rating: 1 to 5, None without one.
        tags: In the order of the alphabet.
    """

    rating: int | None = None
    tags: tuple[str, ...] = ()
    notes: str = ""

    @property
    def text(self) -> str:
        """All of it in a line, "" where there is nothing."""
        rated = f"rated {self.rating}" if self.rating else ""
        tagged = f"tagged {BETWEEN.join(self.tags)}" if self.tags else ""
        noted = f"“{one_line(self.notes)}”" if self.notes else ""
        return " · ".join(filter(None, (rated, tagged, noted)))


def read_rating(value: object) -> int:
    """Check a rating."""
    if (
        isinstance(value, bool)
        or not isinstance(value, numbers.Integral)
        or not 0 <= int(value) <= BEST
    ):
        raise UsageError(
            translated("{value!r} is no rating.", value=value),
            hint=translated(
                "Give a whole number from 1 to {best}; 0 takes the rating away.", best=BEST
            ),
        )
    return int(value)


def read_tag(value: object) -> str:
    """Check a tag; small and capital letters are one, and blanks around it say nothing."""
    word = one_line(value).strip().lower() if isinstance(value, str) else ""
    if not word or "," in word or len(word) > _LONGEST_TAG:
        raise UsageError(
            translated("{value!r} is no tag.", value=value),
            hint=translated(
                "Give a word or a few, {longest_tag} signs at most, without a comma.",
                longest_tag=_LONGEST_TAG,
            ),
        )
    return word


def read_note(value: object) -> str:
    """Check a note."""
    if not isinstance(value, str) or len(value) > _LONGEST_NOTE:
        raise UsageError(
            translated("{value!r} is no note.", value=value),
            hint=translated(
                "Give a text of {longest_note:,} signs at most; an empty one takes it away.",
                longest_note=_LONGEST_NOTE,
            ),
        )
    return value.strip()


def read_tags(value: object) -> tuple[str, ...]:
    """Return the tags that stand in a column."""
    return tuple(filter(None, value.split(BETWEEN))) if isinstance(value, str) else ()


def with_tag(tags: object, word: str) -> str:
    """Return a column of tags with one more."""
    found = sorted({*read_tags(tags), word})
    if len(found) > _MOST_TAGS:
        raise UsageError(
            translated("A task has {most_tags} tags at most.", most_tags=_MOST_TAGS),
            hint=translated("Take one off with job.untag()."),
        )
    return BETWEEN.join(found)


def without_tag(tags: object, word: str) -> str | None:
    """Return a column of tags without one; None without any."""
    return BETWEEN.join(one for one in read_tags(tags) if one != word) or None
