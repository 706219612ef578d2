"""Handing a notebook over: its history and pictures in one file, and running it from that file."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from mj_notebook.api.state import (
    configure,
    current_session,
    current_settings,
    current_store,
    tasks_of_kernel,
)
from mj_notebook.errors import UsageError
from mj_notebook.language import spelled, translated
from mj_notebook.session.job import Job
from mj_notebook.settings.argument_types import checked
from mj_notebook.settings.paths import given_path
from mj_notebook.settings.readers import environment_settings

if TYPE_CHECKING:
    from mj_notebook.api.bundle.notebooks import Notebook, TaskReference
    from mj_notebook.api.bundle.reader import BundleSummary
    from mj_notebook.api.bundle.writer import WrittenBundle

_LIKE = "study.zip"


@checked
def bundle(
    path: str | os.PathLike[str],
    notebook: str | os.PathLike[str] | None = None,
    jobs: Iterable[Job] | Job | None = None,
    *,
    force: bool = False,
) -> "WrittenBundle":
    """
    Pack a notebook, its tasks with those they came from, and their pictures into one zip file.

    What raters said of the pictures goes with them, under the raters' names: whoever is `offline`
    with it sees the results, answers what is open, and packs a bundle in turn.

    Args:
        path: The file to write, as a rule a .zip.
        notebook: An .ipynb file; it is packed as it lies on disk, and its outputs tell its tasks.
        jobs: More tasks; None takes those of this kernel.
        force: Replace a file of that name.

    Raises:
        UsageError: There is nothing to pack or a file of that name, or a secret stands in it.

    Example:
        >>> mj.bundle("kites.zip", jobs=[job])
    """
    from mj_notebook.api.bundle.collect import collect_contents
    from mj_notebook.api.bundle.notebooks import Notebook
    from mj_notebook.api.bundle.writer import write_bundle

    target = given_path(path, _LIKE)
    if target.suffix.lower() == ".ipynb" and jobs is None:
        archive = str(notebook or target.with_suffix(".zip"))
        raise UsageError(
            translated(
                "The bundle comes first and the notebook second, and {target} is a notebook.",
                target=target.name,
            ),
            hint=translated(
                "Write {way}.", way=spelled("%mj bundle {} {}", "mj.bundle({!r}, {!r})")
            ).format(archive, str(path)),
        )
    if target.suffix.lower() not in {"", ".zip"}:
        raise UsageError(
            translated(
                "A bundle is a zip file, and {target} would be called something else.",
                target=target.name,
            ),
            hint=translated("Write {what}.", what=target.with_suffix(".zip").name),
        )
    book = None if notebook is None else Notebook(given_path(notebook, "kites.ipynb"))
    wanted = [*(book.tasks() if book else ()), *_references_of(jobs)]
    if not wanted:
        raise UsageError(translated("There is no task to pack."), hint=_empty_bundle_error(book))
    store = current_store()
    gathered = collect_contents(store, wanted)
    # Both, as the environment's may stand in a cell though another one is set.
    secrets = (*current_settings().secrets, *environment_settings().secrets)
    return write_bundle(
        target,
        gathered,
        notebook=book,
        read=store.pictures.read,
        home=Path.home(),
        secrets=secrets,
        force=force,
    )


@checked
def offline(path: str | os.PathLike[str]) -> "BundleSummary":
    """
    Take everything from a bundle from now on; nobody is asked for anything any more.

    What was drawn is replayed; what was not ends in `NotInBundle`, a sentence that names it.
    Nothing is written to your own history: answers of a study that are given meanwhile are kept by
    packing a `bundle`.
    `mj.configure(base_url=…)` goes online again.

    Args:
        path: The file that `bundle` wrote.

    Raises:
        UsageError: It is not there, is damaged, or was changed; everything stays as it was.

    Example:
        >>> mj.bundle("kites.zip", jobs=[job], force=True)
        >>> mj.offline("kites.zip")
        >>> [record["prompt"] for record in mj.history()]
    """
    from mj_notebook.api.bundle.reader import Bundle, BundleSummary

    # Absolute, as a notebook may change its folder before the session opens the file again.
    target, before = given_path(path, _LIKE).absolute(), current_settings().offline
    with Bundle(target) as found:
        opened = BundleSummary.of(found)
        configure(offline=target)
        try:
            current_session()  # every hash is checked on the way in
        except BaseException:
            # Also an interrupt: nobody should be left offline by a bundle that did not open.
            configure(offline=before)
            raise
    return opened


def _references_of(jobs: Iterable[Job] | Job | None) -> "list[TaskReference]":
    """Return *jobs* as tasks that are wanted, else all of this kernel."""
    from mj_notebook.api.bundle.notebooks import TaskReference

    if jobs is None:
        store = current_store()  # settings may have changed, and the history with them
        return [
            TaskReference(task_id, server, "this kernel")
            for server, task_id in tasks_of_kernel(store.folder)
        ]
    chosen = [jobs] if isinstance(jobs, Job) else list(jobs)
    if strange := next((one for one in chosen if not isinstance(one, Job)), None):
        raise UsageError(
            translated("{strange!r} is no job.", strange=strange),
            hint=translated("Give jobs=[…] the jobs to pack."),
        )
    return [
        TaskReference(job.id, job.server, "this kernel", job.prompt, job.step)
        for job in chosen
        if job.id is not None
    ]


def _empty_bundle_error(book: "Notebook | None") -> str:
    if book is None:
        return translated("Draw something first, or give a notebook that shows pictures.")
    return translated(
        "Run {book} and save it; its outputs tell which tasks are its own.", book=book.name
    )
