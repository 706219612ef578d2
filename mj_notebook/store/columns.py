"""The columns of history as people read it: one table, from which questions and frames are made."""

from enum import Enum
from typing import NamedTuple

from mj_notebook.prompt.parameters import living_names, parameter_table
from mj_notebook.protocol.models import EARLIEST_MS
from mj_notebook.store.records import IMAGE


class ColumnType(Enum):
    """What a column holds; None means unknown in each of them."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    FLAG = "flag"
    MOMENT = "moment"
    """A `datetime` in UTC; milliseconds since 1970 in the database."""
    SPAN = "span"
    """A `timedelta`; milliseconds in the database."""


class Column(NamedTuple):
    """One column; *sql* is how the database tells it."""

    name: str
    type: ColumnType
    sql: str


_T, _W, _N, _M, _S = (
    ColumnType.TEXT,
    ColumnType.WHOLE,
    ColumnType.NUMBER,
    ColumnType.MOMENT,
    ColumnType.SPAN,
)

# As in the panel: servers write 0 for times that are not yet, and what is no time tells nothing.
_SUBMITTED, _STARTED, _FINISHED = (
    f"(CASE WHEN t.{name} >= {EARLIEST_MS} THEN t.{name} END)"
    for name in ("submit_time", "start_time", "finish_time")
)


def _span(end: str, begin: str) -> str:
    """Return the milliseconds between; a server's clock may go backwards."""
    return f"CASE WHEN {end} < {begin} THEN 0 ELSE {end} - {begin} END"


_PROMPT = "coalesce(nullif(r.prompt, ''), t.prompt)"

COLUMNS = (
    Column("task", _T, "t.task_id"),
    Column("server", _T, "nullif(t.server, '')"),
    Column("asked", _M, "CAST(round(t.at * 1000) AS INTEGER)"),
    Column("action", _T, "t.action"),
    Column("status", _T, "nullif(t.status, '')"),
    Column("prompt", _T, _PROMPT),
    Column("prompt_en", _T, "t.prompt_en"),
    Column("final_prompt", _T, "t.final_prompt"),
    Column("drawn", _T, "t.drawn"),
    Column("findings", _T, "r.findings"),
    Column("parent", _T, "t.parent_task"),
    Column("button", _T, "r.button"),
    Column("request", _T, "nullif(r.kind, '')"),
    Column("mode", _T, "r.mode"),
    Column("user", _T, "r.asker"),
    Column("submitted", _M, _SUBMITTED),
    Column("started", _M, _STARTED),
    Column("finished", _M, _FINISHED),
    Column("queued", _S, _span(_STARTED, _SUBMITTED)),
    Column("ran", _S, _span(_FINISHED, _STARTED)),
    Column("cost", _N, "t.cost"),
    Column("rating", _W, "t.rating"),
    Column("tags", _T, "t.tags"),
    Column("notes", _T, "t.notes"),
    Column("reason", _T, "t.fail_reason"),
    Column("tiles", _W, "t.tiles"),
    Column("sha256", _T, "k.sha256"),
    Column("file", _T, "'pictures/' || substr(k.sha256, 1, 2) || '/' || k.sha256 || p.suffix"),
    Column("key", _T, "t.content_key"),
    Column("state", _T, "r.tag"),
    Column("seed", _W, "t.seed"),
)
NAMES = tuple(column.name for column in COLUMNS)

_KINDS = {"flag": ColumnType.FLAG, "int": _W, "number": _N}

PARAMETER_TYPES = {
    **{
        name: _KINDS.get(parameter_table().specs[name].kind, _T)
        for name in living_names() - {"seed"}
    },
    # A choice of some, as codes are too; but these count films.
    "bs": _W,
    **{column.name: column.type for column in COLUMNS},
}
"""The kind of every column there may be; a prompt's seed stands in for one the server told."""


def parameter_sql(name: str) -> str:
    """Return how the database tells the parameter *name*, one of `living_names`, as a text."""
    if name == "seed":
        return f"coalesce(CAST(t.seed AS TEXT), {_told('seed')})"
    if name != "version":
        return _told(name)
    niji, version = _told("niji"), _told("version")
    return f"""CASE WHEN {niji} IS NOT NULL THEN trim('niji ' || {niji})
        WHEN {version} LIKE '%.0' THEN substr({version}, 1, length({version}) - 2)
        ELSE {version} END"""


def _told(name: str) -> str:
    return f"json_extract(t.parameters, '$.\"{name}\"')"


WORDS = f"trim(substr({_PROMPT}, 1, instr({_PROMPT} || ' --', ' --') - 1))"
"""A prompt without its parameters."""

COMMON_PARAMETERS = (
    *("version", "niji", "aspect", "stylize", "chaos", "weird", "quality", "raw", "tile"),
    *("no", "iw", "sref", "style"),
)
"""Those that a DataFrame has a column of even where no task used them."""

UNKNOWN = "UNKNOWN"
"""The status of a request of which nobody knows whether there is a task for it."""

LOST = "LOST"
"""The status of a task that its server has forgotten before it ended: a final one."""

_NO_NUMBER = "CAST(NULL AS INTEGER)"
# Requests of unknown fate in the form of tasks; their numbers are below zero.
_IN_DOUBT = f"""(
    SELECT -id AS id, server, NULL AS task_id, id AS request, parent_task, NULL AS action,
           '{UNKNOWN}' AS status, FALSE AS is_final, prompt, asked_at AS at, NULL AS prompt_en,
           NULL AS final_prompt, NULL AS drawn, {_NO_NUMBER} AS submit_time,
           {_NO_NUMBER} AS start_time, {_NO_NUMBER} AS finish_time, {_NO_NUMBER} AS cost,
           {_NO_NUMBER} AS rating, NULL AS tags, NULL AS notes, reason AS fail_reason,
           {_NO_NUMBER} AS tiles, content_key, {_NO_NUMBER} AS seed, parameters
    FROM requests WHERE state IN ('intended', 'unknown')
)"""  # noqa: S608 - made of our own words only
_JOINS = f"""
    LEFT JOIN requests AS r ON r.id = t.request
    LEFT JOIN task_pictures AS k
      ON k.server = t.server AND k.task_id = t.task_id AND k.role = '{IMAGE}' AND k.number = 0
    LEFT JOIN pictures AS p ON p.sha256 = k.sha256
"""
_SELECT = f"SELECT {', '.join(column.sql for column in COLUMNS)}, t.parameters, t.id"
SELECT = f"{_SELECT} FROM tasks AS t {_JOINS}"
"""The columns in their order, then the parameters as JSON and the number."""
SELECT_IN_DOUBT = f"{_SELECT} FROM {_IN_DOUBT} AS t {_JOINS}"
"""The same of what nobody knows the fate of."""
NEWEST_FIRST = "ORDER BY t.at DESC, t.id DESC"
