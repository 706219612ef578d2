"""Jobs from files: from a saved picture, from a notebook, and from tasks made elsewhere."""

import hashlib
from pathlib import Path

from mj_notebook.current import current_session
from mj_notebook.errors import MJError, UsageError
from mj_notebook.jobs import Job
from mj_notebook.provenance.embedding import as_served, read_provenance
from mj_notebook.session import DEMO, Session
from mj_notebook.view.recorded import Recorded, read_saved

_MOST_FILE = 200_000_000
_CHANGED = "The picture in the file is not as it was served: it was written anew or changed."


def from_file(path: str | Path) -> Job:
    """
    Return the job of a saved picture.

    When history knows its task it is that job, with live buttons; otherwise the job is made from
    what the file tells, history knows it from then on, and its buttons ask the proxy by the task's
    id.

    Raises:
        UsageError: The file can't be read, is broken, or tells of no task.
    """
    content = _read(Path(path).expanduser())
    record = read_provenance(content)
    if record is None:
        raise UsageError(
            f"{Path(path).name} tells of no task.",
            hint="Pictures saved with job.save() do, unless strip was asked for.",
        )
    recorded = read_saved(record)
    served = as_served(content)
    remarks = [f"Read from the file {Path(path).name}."]
    if recorded.picture != hashlib.sha256(served).hexdigest():
        remarks.append(_CHANGED)
    return _take_over(current_session(), recorded, remarks, served)


def _take_over(
    session: Session, recorded: Recorded, remarks: list[str], content: bytes | None
) -> Job:
    """Return the job of *recorded*; what history and the proxy know comes before the file."""
    task, home = recorded.task, home_of(session, recorded)
    is_known = session.store.task(task.id, server=home) is not None
    if content is not None and (is_known or task.is_final):
        session.keeper.give(home, task.id, content, recorded.number)
    job = session.recall.known(task.id, home)
    has_picture = content is not None and not recorded.number
    if job is None and home == session.server and not (task.is_final and has_picture):
        job = _asked(session, task.id)
    if job is not None:
        session.keeper.show_kept(job)
        return job

    def tell(made: Job) -> None:
        made.prompt = recorded.prompt or made.prompt
        made.asked_at = recorded.asked_at or made.asked_at
        made.step, made.custom_id = recorded.step, recorded.custom_id
        made.known_seed, made.remarks = recorded.seed, tuple(remarks)
        if task.succeeded and not has_picture:
            made.missing = _gone(recorded.number)

    return session.recall.revive(task, home, tell)


def home_of(session: Session, recorded: Recorded) -> str:
    """Return the name in history of the server that a file names."""
    return DEMO if recorded.is_demo else recorded.server or session.server


def _asked(session: Session, task_id: str) -> Job | None:
    """Return the job of a task that the proxy still knows; None when it can't be asked."""
    try:
        return session.job(task_id)
    except MJError:
        return None


def _gone(number: int) -> MJError:
    held = f"Only tile {number} of the grid is in the file" if number else "It is not in the file"
    return MJError(
        f"{held}, and the picture can't be had from the server any more.",
        hint=f"Take job[{number}]." if number else "Look for another copy of it.",
    )


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_FILE:
            raise UsageError(
                f"{path.name} has more than {_MOST_FILE // 1_000_000} MB.",
                hint="Give a picture saved with job.save().",
            )
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(
            f"{path.name} can't be read: {reason}.", hint="Give the path of a saved picture."
        ) from error
