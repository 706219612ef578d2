"""Jobs from files: from a saved picture, from a notebook, and from tasks made elsewhere."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mj_notebook.api.state import current_session
from mj_notebook.errors import MJError, TaskFailed, UsageError
from mj_notebook.images.metadata.embed import as_served, read_provenance
from mj_notebook.images.thumbnail import Thumbnail
from mj_notebook.language import marked, translated
from mj_notebook.protocol.vocabulary import DEMO
from mj_notebook.session.interrupts import interruptible
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from mj_notebook.settings.argument_types import checked
from mj_notebook.settings.paths import given_path
from mj_notebook.view.notebook import NotebookTask, read_bytes, read_notebook, tasks_in
from mj_notebook.view.record_reader import Recorded, is_id, read_saved

if TYPE_CHECKING:
    from mj_notebook.protocol.models import Task

_STOPPED = marked("Stopped before the proxy had answered; the file is as it was.")
_READ_AGAIN = marked("Read it again when you want it.")
# Told, not refused: a picture that was cut or made smaller still has its task.
_CHANGED = marked(
    "The picture in the file is not as it was served: it was written anew or changed."
)


@checked
@interruptible(_READ_AGAIN, stopped=_STOPPED)
def from_file(path: str | Path) -> Job:
    """
    Return the job of a saved picture.

    When history knows its task it is that job, with live buttons; otherwise the job is made from
    what the file tells, history knows it from then on, and its buttons ask the proxy by the task's
    id.

    Args:
        path: A picture that was saved here, by a panel or by `Job.save`.

    Raises:
        UsageError: The file can't be read, is broken, or tells of no task.

    Example:
        >>> path = job.save()
        >>> mj.from_file(path)
    """
    file = given_path(path)
    content = read_bytes(file)
    record = read_provenance(content)
    if record is None:
        raise UsageError(
            translated("{file} tells of no task.", file=file.name),
            hint=translated("Pictures saved with job.save() do, unless strip was asked for."),
        )
    recorded = read_saved(record)
    # The hash in the record is of the picture without the record, as the server gave it.
    served = as_served(content)
    is_changed = recorded.picture != hashlib.sha256(served).hexdigest()
    remarks = (
        translated("Read from the file {file}.", file=file.name),
        *((translated(_CHANGED),) if is_changed else ()),
    )
    session = current_session()
    server_key = _server_key(session, recorded)
    has_picture = recorded.task.is_final and not recorded.number
    # A changed picture is kept only where there is no other: history's own is never replaced by it.
    is_kept = session.store.task(recorded.task.id, server=server_key) is not None
    if recorded.task.is_final and not (is_changed and is_kept):
        session.archiver.keep_from_file(server_key, recorded.task.id, served, recorded.number)
    # A tile or an unfinished task: the proxy may have the whole by now.
    if not has_picture:
        _track_unknown(session, [recorded])
    return _job_of(session, recorded, remarks, None)


@checked
@interruptible(_READ_AGAIN, stopped=_STOPPED)
def from_notebook(path: str | Path) -> list[Job]:
    """
    Return the jobs of all tasks that a notebook's outputs tell of, in their order.

    What was pressed from a job follows it. Pictures come from history, else from the proxy while
    it still has them; else only the small ones in the notebook are shown.

    Args:
        path: An .ipynb file, as it lies on disk.

    Raises:
        UsageError: It can't be read, is no notebook, or a newer version wrote into it.

    Example:
        >>> mj.from_notebook("report.ipynb")
    """
    file = given_path(path, "kites.ipynb")
    session = current_session()
    found: dict[tuple[str, str], NotebookTask] = {}
    for shown in tasks_in(read_notebook(file)):
        key = (_server_key(session, shown.recorded), shown.recorded.task.id)
        # A notebook may show a task twice; what was done says more than what was under way.
        if key not in found or shown.recorded.task.is_final > found[key].recorded.task.is_final:
            found[key] = shown
    _track_unknown(session, [shown.recorded for shown in found.values()])
    remarks = (translated("Read from the notebook {file}.", file=file.name),)
    return [_job_of(session, recorded, remarks, small) for recorded, small in found.values()]


@checked
def import_task(task_id: str) -> Job:
    """
    Take over a task that was made elsewhere on this proxy, and keep its picture.

    A task that is still drawn is followed; call `Job.wait` for its end.

    Args:
        task_id: The proxy's id of it.

    Raises:
        UsageError: It is no task's id.
        TaskUnknown: Neither history nor the proxy knows it.

    Example:
        >>> mj.import_task(job.task.id)
    """
    # Ids are pasted, often with a line end.
    wanted = str(task_id).strip()
    # It becomes a part of an address: no slash and no question mark may get there.
    if not is_id(wanted):
        raise UsageError(
            translated("{wanted!r} is no id of a task.", wanted=wanted[:80]),
            hint=translated("Give it as the proxy does."),
        )
    job = current_session().job(wanted)
    if job.task is not None and job.task.is_final:
        try:
            job.wait()
        # That it failed is a result as well; its panel tells why.
        except TaskFailed:
            return job
    return job


def _job_of(
    session: Session, recorded: Recorded, remarks: tuple[str, ...], small: bytes | None
) -> Job:
    """Return the job of *recorded*; what history and the proxy know comes before the file."""
    server_key, task = _server_key(session, recorded), recorded.task
    job = session.registry.find(task.id, server_key)
    if job is None:
        return session.registry.restore_from_file(
            task, server_key, lambda made: _describe(made, recorded, remarks, small)
        )
    # What is known here stays: the file may be older, and may have been written by anybody.
    if not job.step and not job.custom_id:
        job.step, job.custom_id = recorded.step, recorded.custom_id
    session.archiver.show_archived(job)
    return job


def _describe(job: Job, recorded: Recorded, remarks: tuple[str, ...], small: bytes | None) -> None:
    """Set on a new *job* what a file says of it."""
    job.prompt = recorded.prompt or job.prompt
    job.asked_at = recorded.asked_at or job.asked_at
    job.step, job.custom_id = recorded.step, recorded.custom_id
    job.known_seed, job.remarks = recorded.seed, remarks
    if small is not None:
        job.pictures.thumbnail = _thumbnail(small, recorded)
    whole = recorded.picture and not recorded.number
    if recorded.task.succeeded and recorded.size and not whole:
        is_shown = job.pictures.thumbnail is not None
        job.pictures.missing = _missing_picture_error(recorded.number, is_shown=is_shown)


def _thumbnail(small: bytes, recorded: Recorded) -> Thumbnail | None:
    from mj_notebook.images.thumbnails import thumbnail  # Pillow loads on first use

    made = thumbnail(small)
    if made is None:
        return None
    width, height = recorded.size or (0, 0)
    return replace(made, width=width, height=height)


def _track_unknown(session: Session, wanted: Iterable[Recorded]) -> None:
    """Take over, as the proxy tells them now, the tasks that history doesn't know."""
    ids = [
        one.task.id
        for one in wanted
        if _server_key(session, one) == session.server
        and session.store.task(one.task.id, server=session.server) is None
    ]
    try:
        found: list[Task] = session.client.fetch_many(ids) if ids else []
        # A server may answer with more than it was asked for; nobody wanted those.
        session.store.save_tasks([(session.server, task) for task in found if task.id in ids])
    except MJError:
        return  # the files say enough to show the tasks


def _server_key(session: Session, recorded: Recorded) -> str:
    """Return the name in history of the server that a file names."""
    return DEMO if recorded.is_demo else recorded.server or session.server


def _missing_picture_error(number: int, *, is_shown: bool) -> MJError:
    if number:
        return MJError(
            translated(
                "Only tile {number} of the grid is in the file; the whole can't be had any more.",
                number=number,
            ),
            hint=translated("Take job[{number}].", number=number),
        )
    small = (
        translated("Only the small picture in the notebook is left")
        if is_shown
        else translated("It is not in the file")
    )
    return MJError(
        translated("{small}; the picture can't be had from the server any more.", small=small),
        hint=translated("Look for a saved copy of it."),
    )
