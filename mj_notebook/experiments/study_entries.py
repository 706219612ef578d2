"""What a study compares, from what a person gives: a sweep, a batch, jobs, history."""

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from numbers import Number
from typing import Any

from mj_notebook.errors import MJError, UsageError, WaitTimeout
from mj_notebook.experiments.axes import label_of
from mj_notebook.experiments.batch import Batch
from mj_notebook.experiments.study_pairs import Entry
from mj_notebook.experiments.sweep import Sweep
from mj_notebook.language import translated
from mj_notebook.prompt.parameters import long_name
from mj_notebook.prompt.parse import Parameter, Prompt
from mj_notebook.session.job import Job
from mj_notebook.store.history import Store
from mj_notebook.store.lineage import read_tasks
from mj_notebook.store.listing import Listing
from mj_notebook.store.query import PROMPT_WORDS
from mj_notebook.store.record_columns import Record
from mj_notebook.view.text import truncate

By = str | Callable[[Any], object]


def entries_of(what: Any, by: By, store: Store) -> list[Entry]:
    """
    Return the pictures of *what* with their conditions.

    Args:
        what: A sweep, a history, or jobs; jobs are waited for.
        by: An axis of the sweep, a parameter or a column of history, or a function that takes a
            cell's values or a record and returns what it is compared by.
        store: Where the pictures are kept.

    Raises:
        UsageError: It is none of these, or nothing is known by that name.
    """
    if isinstance(what, Sweep):
        return _of_sweep(what, by, store)
    if isinstance(what, Listing):
        return _of_records(list(what), by)
    return _of_records(records_of_jobs(what, store), by)


def records_of_jobs(what: Any, store: Store) -> list[Record]:
    """
    Return the records of what drew: a job, several, a sweep or a batch; all are waited for.

    Those that failed, and those that history has forgotten, have none.

    Raises:
        UsageError: *what* is something else.
        MJError: None of them has a picture.
    """
    jobs = _jobs_of(what)
    if not jobs:
        raise UsageError(
            translated("{kind} has no pictures that were drawn.", kind=type(what).__name__),
            hint=translated(
                'Give jobs, a sweep, a batch, or a history such as mj.history("kite").'
            ),
        )
    return [record for record in _records(jobs, store) if record is not None]


def _jobs_of(what: Any) -> list[Job]:
    if isinstance(what, Sweep):
        what.require_drawn()
        return [cell.job for cell in what.done if cell.job is not None]
    if isinstance(what, Batch):
        return list(what.jobs)
    several = isinstance(what, Iterable) and not isinstance(what, str | Job)
    jobs = list(what) if several else [what]
    return jobs if all(isinstance(job, Job) for job in jobs) else []


def _records(jobs: Iterable[Job], store: Store) -> list[Record | None]:
    """Return the record of each job; None where it has no picture, or is forgotten."""
    found: list[Record | None] = []
    why: MJError | None = None
    for job in jobs:
        try:
            job.wait()
            records, _ = read_tasks(store.queries, [(job.id or "", job.server)])
            found += records
        except WaitTimeout:
            raise  # the person interrupted it
        except MJError as error:
            found.append(None)
            why = why or error
    if why is not None and not any(found):
        raise why
    return found


def _of_sweep(sweep: Sweep, by: By, store: Store) -> list[Entry]:
    sweep.require_drawn()
    axes = [axis.name for axis in sweep.axes]
    if isinstance(by, str) and by not in axes:
        raise UsageError(
            translated("The sweep has no axis {by!r}.", by=by),
            hint=translated("The axes: {known}.", known=", ".join(axes)),
        )
    cells = [cell for cell in sweep.done if cell.job is not None]
    records = _records([cell.job for cell in cells if cell.job], store)
    found = []
    for cell, record in zip(cells, records, strict=True):
        if record is None:
            continue
        # Labels of an axis are all different, also those of pictures and of long texts.
        labels = {a.name: a.labels[at] for a, at in zip(sweep.axes, cell.at, strict=True)}
        condition = labels.pop(by) if isinstance(by, str) else _condition(by(cell.values))
        # A function may look at any axis: then nothing is known to be the same.
        found.append(_entry(record, condition, repr(labels) if isinstance(by, str) else ""))
    return [entry for entry in found if entry.sha256]


def _of_records(records: Iterable[Record], by: By) -> list[Entry]:
    drawn = [record for record in records if record["sha256"]]
    if not isinstance(by, str):
        return [_entry(record, _condition(by(record)), "") for record in drawn]
    name = by if drawn and by in drawn[0] else long_name(by) or by
    if drawn and not any(name in record for record in drawn):
        raise UsageError(
            translated(
                "Nothing is known of these pictures by the name {by!r}.", by=truncate(by, 80)
            ),
            hint=translated('Give a parameter, such as "version", or a column of history.'),
        )
    if name == PROMPT_WORDS:
        asked = [Prompt.parse(record["prompt"] or "") for record in drawn]
        words = [str(replace(one, parameters=())) for one in asked]
        return [
            _entry(record, text, " ".join(map(str, _others(one, name))))
            for record, one, text in zip(drawn, asked, words, strict=True)
        ]
    return [_entry(record, _condition(record.get(name)), _rest(record, name)) for record in drawn]


def _condition(value: Any) -> str:
    """Return what a value is called; a text is its own name, however long."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, tuple | list):
        return " + ".join(map(_condition, value)) or "none"
    if getattr(value, "ndim", None) == 0:  # one number of numpy
        return _condition(value.item())
    if value is None or isinstance(value, Number | date | timedelta | os.PathLike):
        return str(value) if isinstance(value, timedelta) else label_of(value)
    raise UsageError(
        translated("by= gives {kind}, which has no name.", kind=type(value).__name__),
        hint=translated("Let it give a text or a number."),
    )


def _rest(record: Record, name: str) -> str:
    """Return what a picture was asked for but for one parameter, and for the seed."""
    prompt = Prompt.parse(record["prompt"] or "")
    return str(replace(prompt, parameters=_others(prompt, name)))


def _others(prompt: Prompt, name: str) -> tuple[Parameter, ...]:
    return tuple(one for one in prompt.parameters if long_name(one.name) not in {name, "seed"})


def _entry(record: Record, condition: str, group: str) -> Entry:
    return Entry(record["sha256"] or "", condition, group, record["task"] or "")
