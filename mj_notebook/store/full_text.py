"""Full text search: which words stand in a task's prompts and notes; in a file FTS5, else GIN.

The index is brought up to date when somebody searches, or looks at a gallery, where people search;
not with every write: a write only marks its row. So writing costs nothing, and a Python whose
SQLite has no FTS5 can write the same file; there the texts themselves are searched.
"""

import json
import re
import sqlite3
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.store.connection import Connection, Values

ANY_UNINDEXED = "SELECT 1 FROM tasks WHERE NOT is_indexed LIMIT 1"
_UNINDEXED = """
    SELECT t.id, words_of_all(r.prompt, t.prompt, t.prompt_en, t.final_prompt, t.notes)
    FROM tasks AS t LEFT JOIN requests AS r ON r.id = t.request
    WHERE NOT t.is_indexed LIMIT ?
"""
# A commit each: other kernels write in between, and what is done stays done. So many take some
# 30 ms, in which a page that scrolls gets no rows.
_BATCH = 1000
TEAM_INDEX = (
    "CREATE TABLE IF NOT EXISTS task_words (id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)",
    "CREATE INDEX IF NOT EXISTS task_words_by_word ON task_words USING GIN (words)",
)
"""Makes the index in PostgreSQL, in its own words."""
# Which words there are is decided here, so that a file and a database find the same.
_UNINDEXED_OF_TEAM = """
    SELECT t.id, r.prompt, t.prompt, t.prompt_en, t.final_prompt, t.notes
    FROM tasks AS t LEFT JOIN requests AS r ON r.id = t.request
    WHERE NOT t.is_indexed LIMIT ?
"""
_INDEX_OF_TEAM = """
    INSERT INTO task_words (id, words)
    SELECT CAST(key AS INTEGER), CAST(value AS TSVECTOR) FROM json_each(?)
    ON CONFLICT (id) DO UPDATE SET words = excluded.words
"""
_INDEXED_OF_TEAM = """
    UPDATE tasks SET is_indexed = TRUE
    WHERE id IN (SELECT CAST(key AS INTEGER) FROM json_each(?))
"""
# The words of the index that begin so. Each look begins anew behind the last word: going on through
# a word's places would take as long as there are tasks that have it.
_BEGINNING_SO = """
    WITH RECURSIVE found (term) AS (
        SELECT (SELECT term FROM task_words_terms WHERE term >= ? LIMIT 1)
        UNION ALL
        SELECT (SELECT term FROM task_words_terms WHERE term >= found.term || char(0) LIMIT 1)
        FROM found WHERE found.term < ?
    ) SELECT term FROM found WHERE term < ? LIMIT ?
"""
_MOST_SPELLED = 16
# What a row of that index may hold is a megabyte, and no person writes as much.
_MOST_SIGNS = 200_000
# Chinese, Japanese and Korean are written without spaces: there each sign is a word.
_WORD = re.compile(
    r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
    r"|(?:(?![\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff])\w)+"
)
_ACCENTS = re.compile(r"([a-z])[\u0300-\u036f]+")
# A word of PostgreSQL has less than 2,048 bytes.
_LONGEST = 500
_ASKED = re.compile(r'"([^"]*)"?|(\S+)')


class SearchTerm(NamedTuple):
    """
    One thing to look for.

    Attributes:
        words: What stands together.
        is_phrase: Whether it is meant as it stands.
        text: How it was written.
        spelled: What the last word may be, of the words of the index; empty where nobody looked.
    """

    words: tuple[str, ...]
    is_phrase: bool
    text: str
    spelled: tuple[str, ...] = ()

    @property
    def is_prefix(self) -> bool:
        """Whether the last word may be the beginning of one; a sign that is a word can't be."""
        last = self.words[-1]
        # A phrase is meant as it stands; a single sign of those scripts is a whole word already.
        return not self.is_phrase and (len(last) > 1 or last.isascii())


def read_search(text: object) -> tuple[SearchTerm, ...]:
    """Read what a person searches: words, each the beginning of a word, and "whole phrases"."""
    if not isinstance(text, str):
        raise UsageError(
            translated("{text!r} is no text to search.", text=text),
            hint=translated('Write for instance "kite".'),
        )
    asked = []
    for phrase, word in _ASKED.findall(text):
        if words := words_of(phrase or word):
            asked.append(SearchTerm(words, bool(phrase), (phrase or word).strip()))
    if not asked:
        raise UsageError(
            translated("There is no word to search in {text!r}.", text=text[:80]),
            hint=translated("Write a word or a part of one."),
        )
    return tuple(asked)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of *text*, in small letters."""
    return tuple(_WORD.findall(text.casefold()))


def match_expression(asked: tuple[SearchTerm, ...]) -> str:
    """Write the question of the index; nothing of the person's text is syntax in it."""
    return " AND ".join(map(_matching, asked))


def _matching(one: SearchTerm) -> str:
    if not one.spelled:
        return f'"{" ".join(one.words)}"{"*" if one.is_prefix else ""}'
    either = " OR ".join(f'"{" ".join((*one.words[:-1], word))}"' for word in one.spelled)
    return f"({either})"


def spelled_out(one: SearchTerm, read: Callable[[str, Values], list[tuple[str]]]) -> SearchTerm:
    """
    Return *one* with the words that its beginning stands for, as *read* finds them in the index.

    For a beginning, FTS5 puts the tasks of all these words together before it looks at another word
    of the question; by whole words it leaps from one task of the rarest to the next.
    """
    last = one.words[-1]
    # In other scripts the index has a word without its accents.
    if not one.is_prefix or not (last.isascii() and last.isalnum()):
        return one
    beyond = last[:-1] + chr(ord(last[-1]) + 1)
    found = read(_BEGINNING_SO, (last, beyond, beyond, _MOST_SPELLED + 1))
    return one if len(found) > _MOST_SPELLED else one._replace(spelled=tuple(w for (w,) in found))


def team_query(asked: tuple[SearchTerm, ...]) -> str:
    """Write the question of PostgreSQL's index; nothing of the person's text is syntax in it."""
    return " & ".join(
        f"({' <-> '.join(map(_quoted, one.words))}{':*' if one.is_prefix else ''})" for one in asked
    )


def like_pattern(one: SearchTerm) -> str:
    """Write what `LIKE` looks for where there is no index: the text anywhere."""
    return "%" + re.sub(r"([\\%_])", r"\\\1", one.text) + "%"


def make_index(connection: sqlite3.Connection) -> bool:
    """Make the index where it is not there; tell whether this SQLite can."""
    try:
        connection.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS task_words"
            " USING fts5 (words, tokenize = 'unicode61 remove_diacritics 2')"
        )
        connection.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS task_words_terms"
            " USING fts5vocab (task_words, instance)"
        )
        # A file from another machine may have the index where this SQLite was built without it.
        connection.execute("SELECT 1 FROM task_words LIMIT 0")
    except sqlite3.OperationalError as error:
        if "no such module" in str(error):
            return False
        raise
    return True


def index_some(connection: sqlite3.Connection) -> bool:
    """Bring a part of the index up to date, in a transaction; tell whether there may be more."""
    connection.create_function("words_of_all", -1, _joined, deterministic=True)
    rows = connection.execute(_UNINDEXED, (_BATCH,)).fetchall()
    connection.executemany("INSERT OR REPLACE INTO task_words (rowid, words) VALUES (?, ?)", rows)
    connection.executemany(
        "UPDATE tasks SET is_indexed = TRUE WHERE id = ?", [(row,) for row, _ in rows]
    )
    return len(rows) == _BATCH


def index_some_of_team(connection: Connection) -> None:
    """Bring a part of a team's index up to date, as its one writer."""
    rows = connection.execute(_UNINDEXED_OF_TEAM, (_BATCH,)).fetchall()
    told = json.dumps({number: _vector(_joined(*texts)) for number, *texts in rows})
    connection.execute(_INDEX_OF_TEAM, (told,))
    connection.execute(_INDEXED_OF_TEAM, (told,))


def _vector(text: str) -> str:
    """Return words with their places, as PostgreSQL reads them."""
    words = enumerate(text[:_MOST_SIGNS].split(), 1)
    return " ".join(f"{_quoted(word)}:{place}" for place, word in words)


def _quoted(word: str) -> str:
    """Return a word between quotation marks, without its accents, as FTS5 has it too."""
    plain = _ACCENTS.sub(r"\1", unicodedata.normalize("NFD", word))
    return f"'{unicodedata.normalize('NFC', plain)[:_LONGEST]}'"


def _joined(*texts: str | None) -> str:
    """Return the words of different texts; a word nobody writes keeps phrases apart."""
    different = dict.fromkeys(text for text in texts if text)
    return " \ue000 ".join(" ".join(words_of(text)) for text in different)
