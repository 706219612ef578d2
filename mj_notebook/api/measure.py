"""``mj.measure`` and ``mj.similar``: what pictures are like, by their pixels."""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from mj_notebook.api.history import history as whole_history
from mj_notebook.api.state import current_store, task_id_of
from mj_notebook.errors import UsageError
from mj_notebook.experiments.measure_run import Measured, Progress, ProgressLine, measure_pictures
from mj_notebook.experiments.measures import measures_named
from mj_notebook.language import marked, translated
from mj_notebook.session.history import History
from mj_notebook.session.job import Job
from mj_notebook.settings.argument_types import checked, public
from mj_notebook.store.dataframe import import_pandas
from mj_notebook.store.history import Store
from mj_notebook.store.lineage import read_tasks
from mj_notebook.store.record_columns import Record

if TYPE_CHECKING:
    import pandas as pd

_ABOUT = ("task", "server", "prompt", "sha256")
_GIVE_NAMES = marked('Give names, as in measures=["hash"], or leave it out for all.')
ALIKE = 10
"""Of 64 bits: hashes of pictures that look alike differ in no more than about so many."""
# As many as the hash of a picture has, so this distance is that of any two.
BITS = 64


@public
class MeasuredHistory(Measured):
    """
    What was measured of the pictures of a history.

    Attributes:
        found: Measure and value, by the SHA-256 of each picture.
        new: How many pictures were measured now.
        failed: What could not be measured, and why.
    """

    def __init__(self, records: Sequence[Record], measured: Measured) -> None:
        super().__init__(measured.found, measured.new, measured.failed)
        self.records = tuple(records)

    def to_records(self) -> list[dict[str, Any]]:
        """Return one record for each task with a picture: what it is, then its measures."""
        names = sorted({name for values in self.found.values() for name in values})
        return [
            {name: record[name] for name in _ABOUT}
            | {name: self.found.get(record["sha256"], {}).get(name) for name in names}
            for record in self.records
        ]

    def to_pandas(self) -> "pd.DataFrame":
        """
        Return the same as a DataFrame; ``.merge(mj.history().to_pandas(), on="task")`` adds to it.

        Raises:
            UsageError: pandas is not installed.
        """
        frame: pd.DataFrame = import_pandas().DataFrame.from_records(self.to_records())
        return frame


@checked
def measure(
    what: Any = None, *, measures: Any = None, executor: Any = None, progress: bool = True
) -> MeasuredHistory:
    """
    Measure pictures: colours, brightness, contrast, sharpness, a hash of how they look.

    ``measures=["text", "legibility"]`` reads what is written in them and tells how sure it is of
    the letters, by rapidocr (extra ``text``); that takes a second a picture, so it is asked for.

    Each picture is measured once for each measure and version of it, and that is kept: the same
    call goes on where one was interrupted. Other measures plug in by the entry point
    ``mj_notebook.measures``, which names a ``Measure``.

    Args:
        what: A history, jobs, a sweep or a batch; by default all of history.
        measures: The names of some; by default all but those two.
        executor: Any of ``concurrent.futures``, such as ``client.get_executor()`` of Dask, which
            is handed the pictures themselves; by default processes of this machine.
        progress: Write a line that says how far it is.

    Raises:
        UsageError: There is no such measure, or *what* is none of these.
        WaitInterrupted: The person interrupted it; what is measured is kept.

    Example:
        >>> mj.measure([job]).to_pandas()
    """
    # One name is the usual case, and a text would be read letter by letter.
    if isinstance(measures, str):
        measures = [measures]
    if measures is not None and not isinstance(measures, Iterable):
        raise UsageError(
            translated("measures={measures!r} names no measures.", measures=measures),
            hint=translated(_GIVE_NAMES),
        )
    # By what it can do, as Dask's executor is none of the standard library's classes.
    if executor is not None and not callable(getattr(executor, "submit", None)):
        raise UsageError(
            translated("{kind} is no executor.", kind=type(executor).__name__),
            hint=translated("Give one of concurrent.futures, or client.get_executor() of Dask."),
        )
    chosen = measures_named(None if measures is None else list(measures))
    if not chosen:
        raise UsageError(translated("measures= names none."), hint=translated(_GIVE_NAMES))
    store = current_store()
    # By the hash of the content: the same picture of ten tasks is measured once.
    records = [record for record in _records(what, store) if record["sha256"]]
    files = ((record["sha256"], store.folder / record["file"]) for record in records)
    # Standard output, since what is written to standard error is shown in red.
    line = ProgressLine(sys.stdout.write) if progress else None
    return MeasuredHistory(
        records, measure_pictures(store, files, chosen, executor=executor, progress=line)
    )


@checked
def similar(job: Any, *, distance: int = ALIKE) -> History:
    """
    Return the tasks whose pictures look nearly like that of *job*, the likest first.

    What was not measured yet is measured now, which is told while it takes a while.

    Args:
        job: A job or a task id.
        distance: In how many of 64 bits their hashes may differ: 0 is nearly the same picture.

    Raises:
        UsageError: History does not know it, or has no picture of it.

    Example:
        >>> mj.similar(job)
    """
    if not 0 <= distance <= BITS:
        raise UsageError(
            translated("distance={distance} is none.", distance=distance),
            hint=translated("Give 0 to {bits} bits.", bits=BITS),
        )
    if isinstance(job, Job):
        # Its picture must be kept before it can be compared.
        job.wait()
    task_id, server = (
        (job.id or "", job.server) if isinstance(job, Job) else (task_id_of(job), None)
    )
    everything = whole_history()
    found = near_duplicates(
        everything, task_id, server, distance=distance, progress=ProgressLine(sys.stdout.write)
    )
    asked = found[0]
    return found.picked(
        number
        for number, record in enumerate(found)
        if not _is(record, asked["task"], asked["server"])
    )


def near_duplicates(
    everything: History,
    task_id: str,
    server: str | None = None,
    *,
    distance: int = ALIKE,
    progress: Progress | None = None,
) -> History:
    """
    Return the tasks among *everything* whose pictures look nearly like that of a task, that first.

    Raises:
        UsageError: History does not know it, or has no picture of it.
    """
    from mj_notebook.images.measures import hash_distance  # loads Pillow

    store = everything.store
    assert store is not None
    try:
        # Read by its id: the task may be none of a history that was filtered.
        (asked,), _ = read_tasks(store.queries, [(task_id, server)])
    except UsageError:
        asked = {"sha256": None}
    if asked["sha256"] is None:
        raise UsageError(
            translated("History has no picture of the task {task_id!r}.", task_id=task_id),
            hint=translated("Take one with a picture: mj.history().images() lists them."),
        )
    # The task itself first: without its hash there is nothing to compare with.
    drawn = (one for one in (asked, *everything) if one["sha256"])
    files = {one["sha256"]: store.folder / one["file"] for one in drawn}
    measured = measure_pictures(store, files.items(), measures_named(["hash"]), progress=progress)
    known = measured.found.get(asked["sha256"], {}).get("hash")
    if not isinstance(known, str):
        # The measure's own words, since a picture that can't be opened has many reasons.
        why = next((one.why for one in measured.failed if one.sha256 == asked["sha256"]), "")
        raise UsageError(
            translated(
                "The picture of the task {task_id} can't be measured: {why}.",
                task_id=task_id,
                why=why,
            ),
            hint=translated("mj.verify(repair=True) fetches it again while its server has it."),
        )
    apart = {
        sha256: hash_distance(known, str(values["hash"]))
        for sha256, values in measured.found.items()
        if "hash" in values
    }
    near = [
        (not _is(record, asked["task"], asked["server"]), apart[record["sha256"]], number)
        for number, record in enumerate(everything)
        # What could not be measured is too far away by definition.
        if apart.get(record["sha256"], distance + 1) <= distance
    ]
    # The task itself stands first, however many others are the same to the bit.
    return everything.picked(number for *_, number in sorted(near))


def _is(record: Record, task_id: str, server: str | None) -> bool:
    return record["task"] == task_id and server in {None, record["server"]}


def _records(what: Any, store: Store) -> Iterable[Record]:
    if what is None:
        return whole_history()
    if isinstance(what, History):
        return what
    from mj_notebook.experiments.study_entries import records_of_jobs

    return records_of_jobs(what, store)
