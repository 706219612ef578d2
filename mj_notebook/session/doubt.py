"""What is said of a request of which nobody knows whether there is a task."""

from typing import TYPE_CHECKING

from mj_notebook.errors import MJError, ServerUnreachable, Unsettled, WaitTimeout
from mj_notebook.language import spelled, translated
from mj_notebook.protocol.buttons import parse_custom_id
from mj_notebook.protocol.requests import Action, Change, Modal, SimpleChange

if TYPE_CHECKING:
    from mj_notebook.session.job import Job

# What makes another of the same, by how the first was asked for.
_PRESSES = {one.__name__ for one in (Action, Change, SimpleChange)}


def unsettled(
    why: MJError,
    request: str,
    button: str | None,
    *,
    is_free: bool,
    whose: str = "",
    sent: bool = False,
    is_looked_for: bool = False,
    is_young: bool = False,
    is_listed: bool = True,
) -> Unsettled:
    """
    Return the error for a request of which nobody knows whether there is a task.

    Args:
        why: What keeps it from being known.
        request: Its kind: the name of its record.
        button: The customId of the button that was pressed for it, if one was.
        is_free: Whether it costs nothing.
        whose: Who asked for it, where that was another person.
        sent: Whether it was sent just now.
        is_looked_for: Whether it was looked for just now by the person's own wish.
        is_young: Whether it may still be on its way.
        is_listed: Whether the proxy has a list to look in, as far as is known.
    """
    anew = _drawn_anew(request, button, is_free=is_free)
    reason = _reason(why)
    elsewhere = translated(
        "Look at the proxy's own pages; if nothing was drawn there, {listed} lets all that is"
        " in doubt be asked for again, and {anew}.",
        listed='mj.delete(mj.history(status="unknown"), yes=True)',
        anew=anew,
    )
    if request == Modal.__name__:
        hint = translated(
            "Answer again in a minute and a half: if it arrived, this is seen then; {anew}.",
            anew=anew,
        )
    elif is_looked_for and is_young:
        hint = translated(
            "Look again in a minute and a half: {resume}.",
            resume=spelled("%mj resume", "mj.resume()"),
        )
    elif is_looked_for:
        hint = elsewhere
    elif not is_listed:
        hint = f"{translated('It was not sent again, since it may be drawn already.')} {elsewhere}"
    else:
        hint = translated(
            "It was not sent again, since it may be drawn already: {resume} looks for it, and"
            " {anew}.",
            resume=spelled("%mj resume", "mj.resume()"),
            anew=anew,
        )
    what = (
        translated(
            "{whose} asked for this, and it is not known whether it was accepted: {reason}",
            whose=whose,
            reason=reason,
        )
        if whose
        else translated("It is not known whether this was accepted: {reason}", reason=reason)
    )
    return _doubt(what, why, hint, sent=sent)


def in_doubt(why: MJError, request: str, button: str | None, *, is_free: bool) -> Unsettled:
    """Return the error for a task that was told to be lost; *why* keeps from asking again."""
    return _doubt(
        translated(
            "The same was asked for before, and nobody knows whether it is drawn: {reason}",
            reason=_reason(why),
        ),
        why,
        translated(
            "Ask again in a while; {anew}.", anew=_drawn_anew(request, button, is_free=is_free)
        ),
        sent=False,
    )


def left_in_doubt(job: "Job", why: MJError) -> WaitTimeout:
    """Return the end of a *job* that was accepted, and that the proxy never told of."""
    kind = Action.__name__ if job.custom_id else ""
    anew = _drawn_anew(kind, job.custom_id or None, is_free=job.session.settings.is_free)
    return WaitTimeout(
        translated(
            "The proxy accepted this as task {task_id} and does not know it now; it may be drawn"
            " all the same. {reason}",
            task_id=job.id,
            reason=why.args[0],
        ),
        hint=translated(
            "It is not sent again: {resume} looks for it, and {anew}.",
            resume=spelled("%mj resume", "mj.resume()"),
            anew=anew,
        ),
    )


def _drawn_anew(request: str, button: str | None, *, is_free: bool) -> str:
    """Return how another of the same is drawn, whose first was asked for by a *request*."""
    pressed = parse_custom_id(button) if button else None
    name = f'"{pressed.kind.label.format(i=pressed.number)}"' if pressed else "…"
    fresh = f"job.press({name}, repeat=True)"
    if request == Modal.__name__:
        anew = translated("{fresh} and the same answer draw it anew", fresh=fresh)
    else:
        fresh = fresh if request in _PRESSES else spelled("--fresh", "fresh=True")
        anew = translated("{fresh} draws it anew", fresh=fresh)
    return anew if is_free else translated("{anew}, which may be paid for twice", anew=anew)


def _reason(why: MJError) -> str:
    reason = str(why.args[0])
    return f"{reason[:1].lower()}{reason[1:]}"


def _doubt(what: str, why: MJError, hint: str, *, sent: bool) -> Unsettled:
    error = Unsettled(what, hint=hint, sent=sent)
    error.cause = why.cause
    error.is_behind = isinstance(why, ServerUnreachable) and why.is_behind
    return error
