"""Commands for a task: the one that is named, or the last one."""

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mj_notebook.errors import MJError
from mj_notebook.language import translated
from mj_notebook.magic.context import GO_ON, Context
from mj_notebook.magic.front_end import FrontEnd
from mj_notebook.magic.records import USUAL_DISPLAY, DisplayOptions
from mj_notebook.magic.submission import picture_of
from mj_notebook.prompt.template import fill_template
from mj_notebook.session.interrupts import interruptible
from mj_notebook.session.waiting import waits_to_be_sent

if TYPE_CHECKING:
    from mj_notebook.session.board import Board
    from mj_notebook.session.job import Job


def show_panel(context: Context, task_id: str) -> "Job":
    """Show a task again; a run without a person waits for it."""
    job = context.job(task_id)
    context.name_job(job, "")
    with interruptible(GO_ON):
        context.showing.show(job, context.front_end)
        if context.front_end is not FrontEnd.JUPYTER:
            job.wait()
    return job


def press(
    context: Context, button: str, task_id: str = "", display: DisplayOptions = USUAL_DISPLAY
) -> "Job | None":
    """Press a button, and show the job it makes."""
    return context.present(context.job(task_id).press(button), display)


def answer(
    context: Context,
    *,
    prompt: str = "",
    zoom: float | None = None,
    ar: str = "",
    mask: str = "",
    force: bool = False,
    task_id: str = "",
    display: DisplayOptions = USUAL_DISPLAY,
) -> "Job | None":
    """Answer the window of a task, which goes on."""
    job = context.job(task_id)
    words = fill_template(prompt, context.names, _as_data_url) or None
    where = picture_of(mask, context.names) if mask else None
    answered = job.answer(words, mask=where, zoom=zoom, ar=ar or None, force=force)
    return context.present(answered, display)


def _as_data_url(picture: object, name: str) -> str:
    """Return the word that stands for *picture* until it is handed over with the answer."""
    del name
    from mj_notebook.images.data_urls import read_picture  # loads what reads pictures

    return read_picture(picture).url


def again(
    context: Context, task_id: str = "", display: DisplayOptions = USUAL_DISPLAY
) -> "Job | None":
    """Ask for the same once more."""
    return context.present(context.job(task_id).again(), display)


def ablate(context: Context, seed: int | None = None, task_id: str = "") -> "Board":
    """Draw all prompts of a shorten; as the value of the cell they are shown in one grid."""
    from mj_notebook.api.history import board  # the rooms load on first use

    job = context.job(task_id)
    with interruptible(GO_ON):
        # Its words are needed to go on: in a run of all cells they are only just asked for.
        made = job.wait().ablate(seed)
    return board(made, title="the same seed, fewer words")


def seed(context: Context, task_id: str = "") -> str:
    """Return the seed of a picture."""
    return context.job(task_id).seed()


def dismiss(context: Context, task_id: str = "") -> None:
    """Close the window of a task."""
    context.job(task_id).dismiss()


def cancel(context: Context, task_id: str = "") -> None:
    """Give a task up; one that is over is left as it is, and that is said."""
    job = context.job(task_id)
    if not job.cancel():
        stands = repr(job).partition("\n")[0]
        named = job.id or translated("the last job")
        print(translated("There is nothing to cancel: {job} is over.", job=named), stands, sep="\n")


def print_code(context: Context, task_id: str = "") -> None:
    """Print the way to a task as Python."""
    print(context.job(task_id).code())


def save(context: Context, path: str = "", tile: int | None = None, task_id: str = "") -> None:
    """Save a picture, and say where."""
    saved = context.job(task_id).save(path or None, tile)
    print(translated("Saved as {path}", path=saved))


def rate(context: Context, rating: int, task_id: str = "") -> None:
    """Rate a picture, and say what it has now."""
    _tell(context.job(task_id).rate(rating))


def tag(context: Context, tag: str, task_id: str = "") -> None:
    """Add a tag, and say what the picture has now."""
    _tell(context.job(task_id).tag(tag))


def untag(context: Context, tag: str, task_id: str = "") -> None:
    """Take a tag off, and say what the picture has now."""
    _tell(context.job(task_id).untag(tag))


def note(context: Context, text: str, task_id: str = "") -> None:
    """Write a note, and say what the picture has now."""
    _tell(context.job(task_id).note(text))


def _tell(job: "Job") -> None:
    told = job.annotation.text or translated("no rating, tag or note")
    print(translated("Task {id}: {told}. %mj undo takes it back.", id=job.id, told=told))


def undo(_: Context) -> None:
    """Take back the last rating, tag or note."""
    from mj_notebook.api import history as api

    print(api.undo())


def delete(context: Context, task_ids: Sequence[str] = (), *, yes: bool = False) -> None:
    """Delete tasks, and say what went."""
    from mj_notebook.api import history as api

    print(api.delete(task_ids or context.job(""), yes=yes))


def resume(context: Context, display: DisplayOptions = USUAL_DISPLAY) -> None:
    """Show everything that is open, and what is in doubt; --out is the list of what goes on."""
    from mj_notebook.api import state  # the rooms load with the first job
    from mj_notebook.view.resumed import left_texts

    session = state.current_session()
    resumed = session.resume()
    if waiting := sum(map(waits_to_be_sent, session.registry.open_jobs)):
        print(
            translated(
                "Not sent yet: {count}; sent by themselves when there is room.", count=waiting
            )
        )
    elif not any(resumed):
        print(translated("Nothing is open."))
    for job in resumed.jobs:
        with contextlib.suppress(MJError):  # it stands in its own output; the others go on
            context.present(job, display._replace(out=""))
    for told in left_texts(resumed.failed, resumed.in_doubt, session.now()):
        print(told)
    context.assign(display.out, resumed.jobs)
