"""Full text search over prompts and notes, with and without an index."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mj_notebook.store.conditions import WordIndex, conditions
from mj_notebook.store.database import FILE
from mj_notebook.store.filters import read_filters
from mj_notebook.store.full_text import (
    like_pattern,
    make_index,
    match_expression,
    read_search,
    spelled_out,
    words_of,
)
from mj_notebook.store.history import Store
from tests.store.listings import drawn, ids, kites, listing
from tests.store.making import SERVER, accepted
from tests.support.postgres import PostgresServer


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A Red KITE, flying!", ("a", "red", "kite", "flying")),
        ("风筝 over 沙丘", ("风", "筝", "over", "沙", "丘")),
        ("kite风筝2", ("kite", "风", "筝", "2")),
        ("café naïve Straße", ("café", "naïve", "strasse")),
        ("--ar 3:2", ("ar", "3", "2")),
        ("🪁 … !", ()),
    ],
)
def test_words_are_found_in_any_script(text: str, words: tuple[str, ...]) -> None:
    """Where no spaces are written each sign is a word."""
    assert words_of(text) == words


def test_what_is_searched_is_never_syntax() -> None:
    """Signs that mean something to the index are only what a person wrote."""
    assert match_expression(read_search("kite NOT red*")) == '"kite"* AND "not"* AND "red"*'
    assert match_expression(read_search('"red kite" 筝')) == '"red kite" AND "筝"'
    for text in (
        '"x',
        'a"b',
        "x*",
        "NOT y",
        "a AND",
        "^z",
        "col:umn",
        "(p",
        "{q}",
        "r + s",
        "%_\\t",
    ):
        question = match_expression(read_search(text))
        with closing(sqlite3.connect(":memory:")) as connection:
            assert make_index(connection)
            connection.execute("SELECT * FROM task_words WHERE task_words MATCH ?", (question,))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kite", "321"),
        ("KIT", "321"),
        ("red kite", "21"),
        ("kite red", "21"),
        ('"red kite"', "21"),
        ('"kite red"', ""),
        ('"red kit"', ""),
        ("dune", "3"),
        ("筝", "3"),
        ("沙丘", "3"),
        ("丘沙", ""),
        ("zebra", ""),
        ("kite zebra", ""),
        ("stylize", "1"),
        ("kíte", "321"),
    ],
)
def test_words_of_all_prompts_are_found(store: Store, text: str, expected: str) -> None:
    """As asked, as translated, as finished: all words, in any order, by their beginnings."""
    assert ids(kites(store).search(text)) == expected


def test_a_beginning_is_spelled_out(file_store: Store) -> None:
    """The index is asked for whole words, which is quick; many words stay a beginning."""

    def asked(text: str) -> str:
        terms = read_search(text)
        return match_expression(tuple(spelled_out(one, file_store.database.read) for one in terms))

    for number, word in enumerate(("kite", "kiteé", "kitesurfer", "kits", "redder-kite"), 1):
        accepted(file_store, str(number), prompt=f"red-{word} storm")
    for number in range(20):
        accepted(file_store, str(100 + number), prompt=f"abc{number}")
    found = listing(file_store)
    assert len(found.search("kite")) == 4
    assert asked("kite") == '("kite" OR "kitee" OR "kitesurfer")'
    assert asked("red-kits") == '("red kits")'
    assert asked('"kite" zebra kité abc') == '"kite" AND "zebra"* AND "kité"* AND "abc"*'
    assert [len(found.search(text)) for text in ("red-kite", "zebra", "kité", "abc")] == [
        3,
        0,
        4,
        20,
    ]


def test_what_comes_later_is_found_too(store: Store) -> None:
    """The index follows what is written, also for a task it knows already."""
    found = kites(store)
    assert ids(found.search("kite")) == "321"
    accepted(store, "5", prompt="another kite", asked_at=1400.0)
    assert ids(listing(store).search("kite")) == "5321"
    store.save_tasks([(SERVER, drawn("5", prompt="a paper ship"))])
    assert ids(listing(store).search("ship")) == "5"
    store.annotate("elsewhere", "4", notes="no kite at all")
    assert ids(listing(store).search("kite")) == "54321"


def test_one_search_makes_no_other_wait_for_writing(file_store: Store) -> None:
    """A second search finds the index made: nothing is marked any more."""
    kites(file_store)
    listing(file_store).search("kite")[0]
    with closing(sqlite3.connect(file_store.folder / FILE)) as plain:
        assert plain.execute("SELECT count(*) FROM tasks WHERE NOT is_indexed").fetchone() == (0,)
        assert plain.execute("SELECT count(*) FROM task_words").fetchone() == (4,)


def test_a_request_that_is_known_later_is_found_too(store: Store) -> None:
    """A task may be seen and searched before its request is settled."""
    store.save_tasks([(SERVER, drawn("1", prompt="un cerf-volant"))])
    assert ids(listing(store).search("kite")) == ""
    accepted(store, "1", prompt="a red kite")
    assert ids(listing(store).search("kite")) == "1"


def test_phrases_do_not_cross_from_one_text_into_the_next(store: Store) -> None:
    """The end of the prompt and the beginning of its translation are no phrase."""
    accepted(store, "1", prompt="a red")
    store.save_tasks([(SERVER, drawn("1", promptEn="kite"))])
    assert ids(listing(store).search('"red kite"')) == ""
    assert ids(listing(store).search("red kite")) == "1"


def test_without_an_index_the_texts_are_searched(store: Store) -> None:
    """An SQLite without full text search finds the same words, anywhere in a text."""
    kites(store)
    (kite,) = read_search("KITE")
    (percent,) = read_search("100%_x")
    with closing(sqlite3.connect(":memory:")) as connection:
        like = "SELECT ? LIKE ? ESCAPE '\\'"
        assert connection.execute(like, ("a red kite", like_pattern(kite))).fetchone() == (1,)
        assert connection.execute(like, ("100 x", like_pattern(percent))).fetchone() == (0,)
        assert connection.execute(like, ("100%_x", like_pattern(percent))).fetchone() == (1,)


@pytest.mark.parametrize(("text", "expected"), [("kite", "321"), ("red dune", ""), ("沙丘", "3")])
def test_a_python_without_full_text_search_reads_the_same_file(
    file_store: Store, text: str, expected: str
) -> None:
    """Its questions go to the texts; the index of another Python is left alone."""
    kites(file_store)
    file_store.queries.has_words = False
    assert ids(listing(file_store).search(text)) == expected
    with closing(sqlite3.connect(file_store.folder / FILE)) as plain:
        assert plain.execute("SELECT count(*) FROM task_words").fetchone() == (0,)


def test_the_index_is_brought_up_to_date_in_parts(store: Store) -> None:
    """Whoever asks for parts learns when there is no more to do; it was the same for a search."""
    kites(store)
    queries = store.queries
    while queries.index_some():
        pass
    assert store.database.read("SELECT count(*) FROM tasks WHERE NOT is_indexed") == [(0,)]
    assert ids(listing(store).search("whale")) == "4"
    queries.has_words = False
    assert queries.index_some() is False


def test_a_search_in_a_team_goes_by_its_index(team_store: Store) -> None:
    """What was marked once is not marked again, and what is deleted leaves no word behind."""
    kites(team_store)
    found = listing(team_store).search("whale")
    assert ids(found) == "4"
    read = team_store.database.read
    assert read("SELECT count(*) FROM tasks WHERE NOT is_indexed") == [(0,)]
    assert read("SELECT count(*) FROM task_words") == [(4,)]
    gone = [number for (number,) in read("SELECT id FROM tasks WHERE task_id = '3'")]
    team_store.delete(gone)
    assert read("SELECT count(*) FROM task_words") == [(3,)]
    team_store.database.write("SET enable_seqscan = off", ())
    ((condition, values),) = conditions(read_filters(now=0.0, text="whale"), index=WordIndex.TEAM)
    plan = read(f"EXPLAIN SELECT t.id FROM tasks AS t WHERE {condition}", values)
    assert any("task_words_by_word" in line for (line,) in plan), plan


def test_who_may_only_read_searches_all_the_same(
    postgres: PostgresServer, team_store: Store, tmp_path: Path
) -> None:
    """What nobody has brought into the index yet is found in the texts."""
    kites(team_store)
    with Store(tmp_path / "reader", address=postgres.reader()) as reader:
        assert ids(listing(reader).search("red kite")) == "21"
        assert ids(listing(team_store).search("dune")) == "3"
        accepted(team_store, "5", prompt="another kite", asked_at=1400.0)
        assert ids(listing(reader).search("kite")) == "5321"


def test_words_without_end_spoil_no_search(team_store: Store) -> None:
    """A row of the index holds a megabyte at most; a word less than two thousand bytes."""
    many = " ".join(f"{chr(0x20000 + number)}{number}" for number in range(40_000))
    accepted(team_store, "1", prompt=f"a kite {'x' * 3_000} {many}", asked_at=1000.0)
    accepted(team_store, "2", prompt="a kite's \\ 'tail':2", asked_at=1001.0)
    assert ids(listing(team_store).search("kite")) == "21"
    assert ids(listing(team_store).search("x" * 2_000)) == "1"
    assert ids(listing(team_store).search("tail")) == "2"
