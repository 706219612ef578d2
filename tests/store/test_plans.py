"""What is asked of a long history in PostgreSQL reads what it gives, not the whole history."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from mj_notebook.store.history import Store
from mj_notebook.store.listing import Listing
from mj_notebook.store.postgres import PostgresDatabase
from mj_notebook.store.query_rows import DatabaseRows
from tests.store.making import intend
from tests.support.postgres import PostgresServer

_TASKS = 8_000
_SERVER, _BEGAN = "proxy.example", 1_700_000_000
_FILL = f"""
    INSERT INTO requests (id, server, kind, prompt, tag, asked_at, state, body, mode, content_key,
                          parameters, asker)
    SELECT n, '{_SERVER}', CASE WHEN n % 40 = 0 THEN 'Modal' ELSE 'Imagine' END, 'a kite',
           'mj-' || n, {_BEGAN} + n, 'accepted', '{{}}', 'fast', 'k-' || n, '{{"ar":"3:2"}}',
           'user' || n % 20
    FROM generate_series(1, {_TASKS}) AS n;
    INSERT INTO tasks (id, server, task_id, request, parent_task, action, status, is_final, prompt,
                       submit_time, start_time, finish_time, at, content_key, parameters, tiles,
                       rating, is_indexed)
    SELECT n, '{_SERVER}', n::text, n, CASE WHEN n % 5 = 0 THEN (n - 1)::text END,
           CASE WHEN n % 5 = 0 THEN 'UPSCALE' ELSE 'IMAGINE' END,
           CASE WHEN n % 50 = 0 THEN 'FAILURE' ELSE 'SUCCESS' END, TRUE, 'a kite',
           1e12 + n, 1e12 + n + 5, 1e12 + n + 50,
           {_BEGAN} + n, 'k-' || n, '{{"ar":"3:2"}}', 4, CASE WHEN n % 100 = 0 THEN 5 END, TRUE
    FROM generate_series(1, {_TASKS}) AS n;
    INSERT INTO pictures (sha256, mime, suffix, size)
    SELECT md5(n::text) || md5(n::text), 'image/png', '.png', 1000
    FROM generate_series(1, {_TASKS}) AS n;
    INSERT INTO task_pictures (server, task_id, role, number, url, sha256, at)
    SELECT '{_SERVER}', n::text, 'image', 0, '', md5(n::text) || md5(n::text), 1
    FROM generate_series(1, {_TASKS}) AS n;
    INSERT INTO task_words (id, words)
    SELECT n, ('kite:1 word' || n % 1000 || ':2')::tsvector FROM generate_series(1, {_TASKS}) AS n;
    INSERT INTO replays (server, task_id, at, asker)
    SELECT '{_SERVER}', n::text, {_BEGAN} + n, 'user1' FROM generate_series(1, {_TASKS}, 4) AS n;
    ANALYZE
"""
# What gives some twenty rows may look at some hundreds.
_FEW = 1_000
_EXPLAINED = """
    LOAD 'auto_explain';
    SET auto_explain.log_min_duration = 0;
    SET auto_explain.log_analyze = on;
    SET auto_explain.log_nested_statements = off;
    SET auto_explain.log_format = json;
    SET client_min_messages = log
"""


class Plans:
    """Hears how each statement of a history was carried out, as PostgreSQL itself tells it."""

    def __init__(self, store: Store) -> None:
        assert isinstance(store.database, PostgresDatabase)
        connection = store.database._connection
        assert connection is not None
        connection.own.add_notice_handler(self._hear)
        connection.own.execute(_EXPLAINED)
        self.heard: list[dict[str, Any]] = []

    def _hear(self, told: psycopg.errors.Diagnostic) -> None:
        _, brace, plan = (told.message_primary or "").partition("{")
        if brace:
            self.heard.append(json.loads(brace + plan))

    def wasted(self) -> list[str]:
        """Return the steps since the last call that went through many rows."""
        found = [step for one in self.heard for step in _wasteful(one["Plan"])]
        self.heard.clear()
        return found


def _wasteful(plan: dict[str, Any]) -> Iterator[str]:
    below = plan.get("Plans", [])
    seen = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    if not below and seen > _FEW:
        yield f"{plan['Node Type']} of {plan.get('Relation Name')}: {seen} rows"
    if plan["Node Type"] == "Sort" and below[0]["Actual Rows"] * below[0]["Actual Loops"] > _FEW:
        yield f"Sort of {below[0]['Actual Rows']} rows"
    for one in below:
        yield from _wasteful(one)


def _listing(store: Store) -> Listing:
    return Listing(DatabaseRows(store.queries), now=time.time)


def _narrowed(**wanted: Any) -> Callable[[Store], object]:
    return lambda store: list(_listing(store).where(**wanted)[:20])


_ASKED: dict[str, Callable[[Store], object]] = {
    "the newest 20": lambda store: list(_listing(store)[:20]),
    "an action": _narrowed(action="upscale"),
    "a status": _narrowed(status="failed"),
    "a server": _narrowed(server=_SERVER),
    "a person": _narrowed(user="user3"),
    "a rating": _narrowed(rating=4),
    "a parent": _narrowed(parent="44"),
    "a time": _narrowed(since=_BEGAN + 6_000.0, until=_BEGAN + 6_500.0),
    "in doubt": _narrowed(status="unknown"),
    "open": _narrowed(status="open"),
    "rare words": _narrowed(text="kite word77"),
    "usual words": _narrowed(text="kite"),
    "what a gallery offers": lambda store: (store.queries.actions(), store.queries.servers()),
    "pictures of a gallery": lambda store: store.pictures_of(
        {(_SERVER, str(number)) for number in range(500, 560)}
    ),
    "the last tasks": lambda store: store.latest(20),
    "a task": lambda store: (store.task("77"), store.task("44", _SERVER)),
    "a family": lambda store: (store.family("45", prefer=_SERVER), store.finished_family("k-45")),
    "a graph": lambda store: store.queries.family(_SERVER, "45", 500),
    "a fingerprint": lambda store: (
        store.latest_request("k-7"),
        store.finished_family("k-7"),
        store.find_running("k-7"),
        store.find_lost("k-7", _SERVER),
        store.before(["k-7", "k-8"], _SERVER),
    ),
    "a claim": lambda store: intend(store, content_key="k-new", after=0),
    "to resume": lambda store: (store.unsettled(_SERVER), store.open_tasks(_SERVER)),
    "what made it": lambda store: (
        store.requests_of(45, _SERVER, "45"),
        store.origin_of(_SERVER, "45"),
        store.offered_prompt(_SERVER, "44", "x"),
    ),
    "how long it takes": lambda store: store.durations(_SERVER, "IMAGINE", "fast"),
    "spending": lambda store: store.charges.read(_BEGAN + _TASKS - 100.0),
    "spending today": lambda store: store.charges.today("user3", _BEGAN + _TASKS + 0.0),
}


@pytest.fixture(scope="module")
def long_history(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """A history of many tasks."""
    folder: Path = tmp_path_factory.mktemp("long")
    with Store(folder, address=postgres.emptied()) as store:
        postgres.ask(_FILL)
        yield store
    postgres.ask("TRUNCATE tasks, requests; ANALYZE")


def test_nobody_reads_a_whole_table_for_a_few_rows(long_history: Store) -> None:
    """No list, no look for what is known, no sum of a day goes through the history or sorts it."""
    plans = Plans(long_history)
    found = {}
    for name, ask in _ASKED.items():
        ask(long_history)
        heard = len(plans.heard)
        found[name] = (bool(heard), plans.wasted())
    assert found == dict.fromkeys(_ASKED, (True, []))
