"""Where a job stands among those of this kernel: above it, and beside it."""

from typing import TYPE_CHECKING

from mj_notebook.language import gettext
from mj_notebook.protocol.buttons import is_called
from mj_notebook.view.trail import origin_word, step_word

if TYPE_CHECKING:
    from mj_notebook.protocol.models import Button
    from mj_notebook.session.job import Job


def parents_of(job: "Job") -> "list[Job]":
    """Return the jobs whose buttons led to *job*, the nearest first."""
    found: dict[Job, None] = {}  # in order, and a circle is seen at once in a long chain
    above = job.parent
    while above is not None and above not in found:
        found[above] = None
        above = above.parent
    return list(found)


def trail_of(job: "Job") -> tuple[str, ...]:
    """Return the way to *job* in short words, such as ``("imagine", "U2", "region")``."""
    words = (own_word(one) for one in (*reversed(parents_of(job)), job))
    return tuple(word for word in words if word)


def own_word(job: "Job") -> str:
    """Return the last word of a trail: what was pressed, or how a first job was asked for."""
    if job.parent is not None or job.step:
        return step_word(job.custom_id, job.step)
    name = type(job.request).__name__ if job.request is not None else ""
    return origin_word(name, (job.task.action or "") if job.task else "")


def drawings_of(job: "Job") -> "list[Job]":
    """Return all jobs of this kernel that drew the same as *job*, itself included."""
    first = job.repeat_of or job
    same = [first, *first.repeats]
    if job.parent is not None and job.fingerprint and not job.is_answered:
        # Pressed ones stand below their parent; what a window was answered differs.
        same = [
            one
            for one in job.parent.children
            if one.fingerprint == job.fingerprint and not one.is_answered
        ]
    found = [one for one in same if one is job or one.error is None]
    return found if job in found else [job]


def place_of(job: "Job") -> tuple[int, int]:
    """Return which of how many drawings of the same *job* is, as far as this kernel asked."""
    same = drawings_of(job)
    return same.index(job) + 1, len(same)


def stands(job: "Job") -> bool:
    """Tell whether *job* is shown when the same is asked for again: the chosen, or the first."""
    same = drawings_of(job)
    return next((one for one in same if one.is_chosen), same[0]) is job


def planned_press(job: "Job", name: str) -> "Job | None":
    """Return the job that waits for *job* to press its button *name*."""
    wanted = name.lower()
    return next((made for made in job.children if made.planned.lower() == wanted), None)


def press_under_way(job: "Job", button: "Button") -> "Job | None":
    """Return the job that this press made already, while it is open and nobody gave it up."""

    def is_by(child: "Job") -> bool:
        # What was planned is known by the name it was called until it is being sent.
        is_planned = child.request is None and not child.id
        return child.custom_id == button.custom_id or (
            is_planned and is_called(button, child.step, gettext)
        )

    return next((child for child in job.children if child.is_joinable and is_by(child)), None)
