"""From an answer that is not what was asked for to the error that says so; pure.

Every error says in one sentence what happened, with the server's own words where it had any, and
what to do next.
"""

from http import HTTPStatus

from mj_notebook.client.address import host_of, origin_of
from mj_notebook.client.responses import Answer, Place
from mj_notebook.errors import (
    BannedPrompt,
    MJError,
    NotAProxy,
    QueueFull,
    Refused,
    ServerUnreachable,
    SettingsError,
    TaskFailed,
    TaskUnknown,
    Unauthorized,
)
from mj_notebook.protocol.fallbacks import is_unknown_action
from mj_notebook.protocol.models import SubmitReply, Task
from mj_notebook.protocol.outcomes import Outcome, outcome_of
from mj_notebook.protocol.vocabulary import Status

# A gateway gave up on the server behind it, which may have got the request all the same.
_GAVE_UP = frozenset({502, 504, *range(520, 528)})


def trouble(answer: Answer, place: Place, *, task_id: str = "") -> MJError:
    """
    Return the error that *answer* means.

    Args:
        answer: Anything but a good answer.
        place: The proxy that was asked.
        task_id: The task the request named; without one code 3 can't mean an unknown task.
    """
    if 300 <= answer.status < 400:
        return _redirected(answer, place)
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return _unauthorized(answer, place)
    reply = answer.reply
    known = _outcome(reply, answer, place, task_id) if reply else None
    return known or _by_status(reply, answer, place) or _refused_or_strange(reply, answer, place)


def no_id(reply: SubmitReply, place: Place) -> ServerUnreachable:
    """Return the error for a submit that was accepted by an answer that names no task."""
    words = place.quote(reply.description)
    return ServerUnreachable(
        f"{place.alias} accepted the request, but its answer names no task{said(words)}.",
        hint="There may be a task: look for it on the proxy before asking again.",
        sent=True,
    )


def task_unknown(answer: Answer, place: Place, task_id: str) -> TaskUnknown:
    """Return the error for a task the proxy doesn't know (any more)."""
    reply = answer.reply
    return TaskUnknown(
        f"{place.alias} knows no task {task_id}{said(place.words(answer))}.",
        hint="It may be too old, or the proxy was restarted and forgot it.",
        code=reply.code if reply else None,
        status=answer.status,
    )


def lacks_button(error: MJError) -> bool:
    """Tell whether *error* says that this proxy does not take a button that others take."""
    return isinstance(error, Refused) and is_unknown_action(str(error.args[0]))


def _outcome(reply: SubmitReply, answer: Answer, place: Place, task_id: str) -> MJError | None:
    outcome = outcome_of(reply)
    if outcome is Outcome.QUEUE_FULL:
        return _full(answer, place, reply.code)
    if outcome is Outcome.BANNED:
        return _banned(reply, answer, place)
    if outcome is Outcome.TASK_UNKNOWN and task_id:
        return task_unknown(answer, place, task_id)
    return None


def _by_status(reply: SubmitReply | None, answer: Answer, place: Place) -> MJError | None:
    if answer.status == HTTPStatus.FORBIDDEN and not answer.is_page:
        return _unauthorized(answer, place)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return _full(answer, place, reply.code if reply else None)
    if answer.status in _GAVE_UP or (answer.status == 503 and reply is None):
        return _gave_up(answer, place)
    return None


def _full(answer: Answer, place: Place, code: int | None) -> QueueFull:
    wait = answer.retry_after
    error = QueueFull(
        f"{place.alias} has no room for more now{said(place.words(answer))}.",
        hint=f"Nothing was drawn; try again in {f'{wait:.0f} s' if wait else 'a minute'}.",
        code=code,
        status=answer.status,
    )
    error.retry_after = wait
    return error


def _banned(reply: SubmitReply, answer: Answer, place: Place) -> BannedPrompt:
    word = place.quote(reply.properties.banned_word or "")
    what = f"the word “{word}”" if word else "a word of the prompt"
    error = BannedPrompt(
        f"{place.alias} will not draw {what}{said(place.quote(reply.description))}.",
        hint="Nothing was drawn; say it in other words.",
        code=reply.code,
        status=answer.status,
    )
    error.word = word or None
    return error


def _unauthorized(answer: Answer, place: Place) -> Unauthorized:
    words = said(place.words(answer))
    if answer.url and origin_of(answer.url) != place.origin:
        return Unauthorized(
            f"{place.alias} sends on to {host_of(answer.url)}, which wants a secret{words}.",
            hint="The secret goes to the base URL only; set the base URL to the new address.",
        )
    if not place.secret:
        return Unauthorized(
            f"{place.alias} wants a secret, and none is set{words}.",
            hint="Set MJ_API_SECRET, or call mj.configure(secret=…).",
        )
    return Unauthorized(
        f"{place.alias} does not take the secret (HTTP {answer.status}){words}.",
        hint="Check MJ_API_SECRET; some gateways want it as Bearer: mj.configure(bearer=True).",
    )


def _redirected(answer: Answer, place: Place) -> SettingsError:
    target = answer.headers.get("location", "")
    where = f"to {place.quote(origin_of(target) or target.partition('?')[0])}" if target else "on"
    return SettingsError(
        f"{place.alias} sends the request {where}; it was not sent again there.",
        hint="Set the base URL to the address that answers by itself (https instead of http?).",
    )


def _gave_up(answer: Answer, place: Place) -> ServerUnreachable:
    return ServerUnreachable(
        f"{host_of(answer.url) if answer.url else place.alias} could not reach the server behind it"
        f" (HTTP {answer.status}).",
        hint="Try again in a moment; look at the tasks of the proxy first if this was a submit.",
        sent=True,
    )


def _refused_or_strange(reply: SubmitReply | None, answer: Answer, place: Place) -> MJError:
    """Tell a proxy that says no from something that isn't a proxy (or not at this address)."""
    status, words = answer.status, said(place.words(answer))
    # Code 0 without a result is how another kind of proxy says "done" (protocol/README.md §10 Q42).
    coded = reply is not None and reply.code is not None and reply.code != 0
    if not coded and status in {404, 405}:
        return NotAProxy(
            f"{place.alias} does not know this address (HTTP {status}){words}.",
            hint="Check the base URL (what stands before /mj); not every proxy offers everything.",
        )
    is_strange = answer.is_page and status < 500 and status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if not coded and (status < 300 or is_strange):
        came = "a web page" if answer.is_page else "something else" if answer.body else "nothing"
        return NotAProxy(
            f"{place.alias} answered with {came} instead of a proxy's answer"
            f" (HTTP {status}){words}.",
            # A gateway shows its own page where it lacks an endpoint (protocol/README.md §10 Q6).
            hint="Check the base URL; where other requests work, the proxy lacks this one.",
        )
    return Refused(
        f"{place.alias} refused{words or f' (HTTP {status})'}.",
        hint=_refusal_hint(status),
        code=reply.code if reply else None,
        status=status,
    )


def _refusal_hint(status: int) -> str:
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return "The pictures are too large for it; save them smaller."
    if status >= 500:
        return "The fault is on its side; try again later, or ask who runs it."
    return "Nothing was drawn; change what it names and ask again."


def said(words: str) -> str:
    """Return *words* as the end of a sentence; "" when nothing was said."""
    return f": “{words.rstrip('.')}”" if words else ""


def failure_of(task: Task) -> TaskFailed:
    """Return the error that says why *task* ended badly, in the server's own words."""
    if task.status == Status.CANCEL:
        return TaskFailed("The task was cancelled.", hint="Run the cell again to draw.", task=task)
    reason = (task.fail_reason or "").strip()
    said = f"The proxy failed the task: “{reason}”." if reason else "The proxy failed the task."
    return TaskFailed(said, hint="It gave no picture; change the prompt or try again.", task=task)
