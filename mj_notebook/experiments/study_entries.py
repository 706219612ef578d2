"""What a study compares, from what a person gives: a sweep, jobs, history."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from mj_notebook.errors import UsageError
from mj_notebook.experiments.axes import label_of
from mj_notebook.experiments.study_pairs import Entry
from mj_notebook.experiments.sweep import Sweep
from mj_notebook.prompt.parameters import long_name
from mj_notebook.prompt.parse import Prompt
from mj_notebook.session.job import Job
from mj_notebook.store.history import Store
from mj_notebook.store.lineage import read_tasks
from mj_notebook.store.listing import Listing
from mj_notebook.store.record_columns import Record

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
    Return the records of a job, or of several; they are waited for.

    Raises:
        UsageError: *what* is something else.
    """
    jobs = list(what) if isinstance(what, Iterable) and not isinstance(what, str | Job) else [what]
    if not jobs or not all(isinstance(job, Job) for job in jobs):
        raise UsageError(
            f"{type(what).__name__} has no pictures that were drawn.",
            hint='Give jobs, a sweep, or a history such as mj.history("kite").',
        )
    return _records(jobs, store)


def _records(jobs: Iterable[Job], store: Store) -> list[Record]:
    jobs = list(jobs)
    for job in jobs:
        job.wait()
    records, _ = read_tasks(store.queries, [(job.id or "", job.server) for job in jobs])
    return records


def _of_sweep(sweep: Sweep, by: By, store: Store) -> list[Entry]:
    sweep.require_drawn()
    axes = [axis.name for axis in sweep.axes]
    if isinstance(by, str) and by not in axes:
        raise UsageError(f"The sweep has no axis {by!r}.", hint=f"The axes: {', '.join(axes)}.")
    cells = [cell for cell in sweep.done if cell.job is not None]
    records = _records([cell.job for cell in cells if cell.job], store)
    found = []
    for cell, record in zip(cells, records, strict=True):
        condition = label_of(cell.values[by] if isinstance(by, str) else by(cell.values))
        rest = {name: label_of(value) for name, value in cell.values.items() if name != by}
        # A function may look at any axis: then nothing is known to be the same.
        found.append(_entry(record, condition, repr(sorted(rest.items())) if by in axes else ""))
    return [entry for entry in found if entry.sha256]


def _of_records(records: Iterable[Record], by: By) -> list[Entry]:
    drawn = [record for record in records if record["sha256"]]
    if not isinstance(by, str):
        return [_entry(record, label_of(by(record)), "") for record in drawn]
    name = by if drawn and by in drawn[0] else long_name(by) or by
    if drawn and not any(name in record for record in drawn):
        raise UsageError(
            f"Nothing is known of these pictures by the name {by!r}.",
            hint='Give a parameter, such as "version", or a column of history.',
        )
    return [_entry(record, label_of(record.get(name)), _rest(record, name)) for record in drawn]


def _rest(record: Record, name: str) -> str:
    """Return what a picture was asked for but for one parameter, and for the seed."""
    prompt = Prompt.parse(record["prompt"] or "")
    kept = [one for one in prompt.parameters if long_name(one.name) not in {name, "seed"}]
    return str(replace(prompt, parameters=tuple(kept)))


def _entry(record: Record, condition: str, group: str) -> Entry:
    return Entry(record["sha256"] or "", condition, group, record["task"] or "")
