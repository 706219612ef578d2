"""From an answer that is not what was asked for to the error that says so; pure.

Every error says in one sentence what happened, with the server's own words where it had any, and
what to do next.
"""

from http import HTTPStatus
from typing import TypeVar

from mj_notebook.client.address import host_of, origin_of
from mj_notebook.client.refusals import is_refusal
from mj_notebook.client.responses import Endpoint, Response
from mj_notebook.errors import (
    BannedPrompt,
    MJError,
    NotAProxy,
    OutOfCredit,
    QueueFull,
    Refused,
    ServerUnreachable,
    SettingsError,
    TaskFailed,
    TaskUnknown,
    Unauthorized,
    Unavailable,
    Unsupported,
)
from mj_notebook.language import gettext, marked, spelled
from mj_notebook.protocol.causes import CAUSE, CAUSE_OF_STATUS, Cause
from mj_notebook.protocol.models import SubmitReply, Task
from mj_notebook.protocol.outcomes import cause_of, outcome_of
from mj_notebook.protocol.server_words import failure_text, quote
from mj_notebook.protocol.visible_text import visible
from mj_notebook.protocol.vocabulary import Outcome, Status

_E = TypeVar("_E", bound=MJError)
# Somebody on the way says these with or without words.
_GAVE_UP = frozenset({502, 503, 504})

_REFUSED = marked("{server} refused: {why}{words}.")
# What each outcome is, where it is told by words that the table knows.
_REFUSALS: dict[Outcome | None, tuple[type[Refused], str]] = {
    Outcome.NO_CREDIT: (OutOfCredit, _REFUSED),
    Outcome.UNAVAILABLE: (Unavailable, marked("{server} can't do it now: {why}{words}.")),
    Outcome.UNSUPPORTED: (Unsupported, marked("{server} can't do that: {why}{words}.")),
    Outcome.REFUSED: (Refused, _REFUSED),
    Outcome.TASK_UNKNOWN: (Refused, _REFUSED),
}


def error_for(
    response: Response, endpoint: Endpoint, *, task_id: str = "", by_filter: bool = False
) -> MJError:
    """
    Return the error that *response* means, which is no good answer.

    Without a *task_id* that the request named, code 3 can't mean an unknown task; *by_filter* tells
    whether it chose among the proxy's accounts.
    """
    # First: whatever it says, it leads elsewhere, and the secret is for this address alone.
    if 300 <= response.status < 400:
        return _redirected(response, endpoint)
    # Once, and handed on: looking a cause up goes through the whole table.
    cause = cause_in(response, endpoint, by_filter=by_filter)
    error = _error(response, endpoint, cause, task_id)
    if isinstance(error, Unauthorized):
        error.words = endpoint.error_text(response)
    return _with_way(_named(error, cause) if cause else error, response)


def _with_way(error: _E, response: Response) -> _E:
    """Say that a network proxy on the way may have answered, where nothing speaks against it."""
    via, body = response.via, response.body.strip()
    is_data = body[:1] in {b"{", b"["} or (not body and response.status not in _GAVE_UP)
    if via is not None and not is_data:
        host = host_of(response.url)
        error.hint += " " + gettext(
            "Or it is the network proxy {proxy} ({variable}) that says so: if {host} needs none,"
            " add it to NO_PROXY."
        ).format(proxy=via.host, variable=via.variable, host=host)
    return error


def cause_in(response: Response, endpoint: Endpoint, *, by_filter: bool = False) -> Cause | None:
    """Return what is wrong by the table of causes: by what was said, else by the status."""
    reply = response.reply
    return cause_of(
        "" if response.is_html else reply.description if reply else endpoint.error_text(response),
        status=response.status,
        code=reply.code if reply else None,
        by_gateway=response.by_gateway,
        by_filter=by_filter,
    )


def _error(response: Response, endpoint: Endpoint, cause: Cause | None, task_id: str) -> MJError:
    reply, status = response.reply, response.status
    is_barred = status == HTTPStatus.UNAUTHORIZED or (
        status == HTTPStatus.FORBIDDEN and not response.is_html
    )
    has_cause = cause is not None and cause.words and endpoint.secret
    if is_barred and (not has_cause or _came_from_elsewhere(response, endpoint)):
        return _unauthorized(response, endpoint)
    outcome = outcome_of(reply) if reply else None
    if cause and cause.outcome and (cause.words or outcome in _UNTOLD):
        outcome = cause.outcome
    elif status == HTTPStatus.SERVICE_UNAVAILABLE and reply is None:
        return _gave_up(response, endpoint, CAUSE_OF_STATUS[HTTPStatus.BAD_GATEWAY])
    known = _known(outcome, reply, response, endpoint, task_id) or (
        _explained(outcome, response, endpoint, cause) if cause else None
    )
    return known or _refused_or_not_a_proxy(reply, response, endpoint, cause)


def _known(
    outcome: Outcome | None,
    reply: SubmitReply | None,
    response: Response,
    endpoint: Endpoint,
    task_id: str,
) -> MJError | None:
    """Return the error of an outcome that has a sentence of its own."""
    if outcome is Outcome.QUEUE_FULL:
        return _full(response, endpoint, reply.code if reply else None)
    if outcome is Outcome.BANNED and reply:
        return _banned(reply, response, endpoint)
    # Without a task in the request, the code speaks of the proxy's accounts.
    if outcome is Outcome.TASK_UNKNOWN and task_id:
        return task_unknown_error(response, endpoint, task_id)
    return None


def _explained(
    outcome: Outcome | None, response: Response, endpoint: Endpoint, cause: Cause
) -> MJError | None:
    """Return the error that says what the table of causes knows."""
    if outcome is Outcome.UNAUTHORIZED:
        words = as_suffix(endpoint.error_text(response))
        return Unauthorized(
            gettext("{server} does not let us in: {why}{words}.").format(
                server=endpoint.name, why=gettext(cause.meaning), words=words
            ),
            hint=gettext(cause.advice),
        )
    if outcome is Outcome.UNKNOWN and cause.outcome is Outcome.UNKNOWN:
        return _gave_up(response, endpoint, cause)
    if outcome in _REFUSALS:
        return _refused(response, endpoint, cause, *_REFUSALS[outcome])
    return None


# What a reply's code alone does not tell.
_UNTOLD = (None, Outcome.UNKNOWN, Outcome.REFUSED)


def submit_error(
    response: Response, endpoint: Endpoint, *, task_id: str = "", by_filter: bool = False
) -> MJError:
    """
    Return what *response*, which names no task, means for a submit.

    Only a recognised refusal proves that nothing is drawn. After everything else there may be a
    task, which is looked for, and nobody pays twice (`ServerUnreachable`, with *sent*).
    """
    if is_refusal(response):
        return error_for(response, endpoint, task_id=task_id, by_filter=by_filter)
    cause = cause_in(response, endpoint)
    # The status alone tells that somebody on the way gave up.
    if cause and cause.outcome is Outcome.UNKNOWN and not cause.words:
        return _with_way(_named(_gave_up(response, endpoint, cause), cause), response)
    words = endpoint.error_text(response)
    came = (
        f"“{words.rstrip('.')}”"
        if words and not response.is_html
        else gettext("with a web page, as where the base URL is wrong")
        if response.is_html
        else gettext("something that can't be read")
        if response.body.strip()
        else gettext("nothing")
    )
    is_lost = cause is not None and cause.outcome is Outcome.UNKNOWN
    if cause and is_lost:
        said = gettext("{server} answered {what} (HTTP {status}): {why}.")
    else:
        said = gettext(
            "{server} answered {what} (HTTP {status}), which does not tell whether it took the"
            " request."
        )
    error = ServerUnreachable(
        said.format(
            server=endpoint.name,
            what=came,
            status=response.status,
            why=gettext(cause.meaning) if cause else "",
        ),
        hint=gettext("It may be drawn already: look for its task before you ask again."),
        sent=True,
    )
    return _named(error, cause if is_lost else None)


def _named(error: _E, cause: Cause | None) -> _E:
    error.cause = cause.name if cause else ""
    return error


def missing_id_error(reply: SubmitReply, endpoint: Endpoint) -> ServerUnreachable:
    """Return the error for a submit that was accepted by an answer that names no task."""
    words = endpoint.quote(reply.description)
    return ServerUnreachable(
        gettext("{server} accepted the request, but its answer names no task{words}.").format(
            server=endpoint.name, words=as_suffix(words)
        ),
        hint=gettext("There may be a task: look for it on the proxy before asking again."),
        sent=True,
    )


def task_unknown_error(response: Response, endpoint: Endpoint, task_id: str) -> TaskUnknown:
    """Return the error for a task the proxy doesn't know (any more)."""
    reply, said = response.reply, endpoint.error_text(response)
    return TaskUnknown(
        gettext("{server} knows no task {task}{words}.").format(
            server=endpoint.name,
            task=task_id,
            # They say the same, as a rule in the server's language.
            words=f" (“{said.rstrip('.')}”)" if said else "",
        ),
        hint=gettext(CAUSE["task-unknown"].advice),
        code=reply.code if reply else None,
        status=response.status,
    )


def no_id_error(endpoint: Endpoint, text: str) -> TaskUnknown:
    """Return the error for what can't be an id, and is not asked for."""
    return TaskUnknown(
        gettext("{server} has nothing called {text}: that is no id.").format(
            server=endpoint.name, text=repr(text[:80])
        ),
        hint=gettext(
            "Copy the id as the proxy gave it; mj.history() shows those that are known here."
        ),
    )


def lacks_button(error: MJError) -> bool:
    """Tell whether *error* says that this proxy does not take a button that others take."""
    return isinstance(error, Refused) and error.cause == "unknown-button"


def comes_too_early(error: MJError) -> bool:
    """Tell whether *error* says that the proxy has not heard yet that the parent is finished."""
    return isinstance(error, Refused) and error.cause == "parent-unfinished"


def _full(response: Response, endpoint: Endpoint, code: int | None) -> QueueFull:
    wait, words = response.retry_after, as_suffix(endpoint.error_text(response))
    cause = cause_in(response, endpoint)
    if cause and cause.outcome is Outcome.QUEUE_FULL:
        what = gettext("{server} has no room for more now, since {why}{words}.")
    else:
        what = gettext("{server} has no room for more now{words}.")
    later = gettext("Nothing was drawn; try again in {seconds} s.").format(
        seconds=f"{wait or 0:.0f}"
    )
    error = QueueFull(
        what.format(server=endpoint.name, why=gettext(cause.meaning) if cause else "", words=words),
        hint=later.format(seconds=f"{wait:.0f}")
        if wait
        else gettext("Nothing was drawn; try again in a minute."),
        code=code,
        status=response.status,
    )
    error.retry_after = wait
    return error


def _banned(reply: SubmitReply, response: Response, endpoint: Endpoint) -> BannedPrompt:
    word = endpoint.quote(reply.properties.banned_word or "")
    if word:
        what = gettext("{server} will not draw the word “{word}”{words}.")
    else:
        what = gettext("{server} will not draw a word of the prompt{words}.")
    said = as_suffix(endpoint.quote(reply.description))
    error = BannedPrompt(
        what.format(server=endpoint.name, word=word, words=said),
        hint=gettext("Nothing was drawn; say it in other words."),
        code=reply.code,
        status=response.status,
    )
    error.word = word or None
    return error


def _unauthorized(response: Response, endpoint: Endpoint) -> Unauthorized:
    words = as_suffix(endpoint.error_text(response))
    if _came_from_elsewhere(response, endpoint):
        return Unauthorized(
            gettext("{server} sends on to {host}, which wants a secret{words}.").format(
                server=endpoint.name, host=host_of(response.url), words=words
            ),
            hint=gettext(
                "The secret goes to the base URL only; set the base URL to the new address."
            ),
        )
    if endpoint.secret_host:
        return Unauthorized(
            gettext(
                "{server} wants a secret, and the one that is set was given for {host}{words}."
            ).format(server=endpoint.name, host=endpoint.secret_host, words=words),
            hint=gettext(
                "Give its own: mj.configure(secret=…), or {login}.",
            ).format(login=spelled("%mj login", "mj.login()")),
        )
    if not endpoint.secret:
        return Unauthorized(
            gettext("{server} wants a secret, and none is set{words}.").format(
                server=endpoint.name, words=words
            ),
            hint=gettext("Set MJ_API_SECRET, or call mj.configure(secret=…)."),
        )
    return Unauthorized(
        gettext("{server} does not take the secret (HTTP {status}){words}.").format(
            server=endpoint.name, status=response.status, words=words
        ),
        hint=gettext(CAUSE["secret-refused"].advice),
    )


def upstream_key_error(refusal: Unauthorized, endpoint: Endpoint) -> Unavailable:
    """Return what *refusal* means where the same secret is let in by the gateway itself."""
    cause = CAUSE["upstream-key"]
    words = as_suffix(refusal.words)
    what = gettext("{server} can't do it now: {why}{words}.").format(
        server=endpoint.name, why=gettext(cause.meaning), words=words
    )
    hint = gettext(cause.advice)
    return _named(Unavailable(what, hint=hint, status=HTTPStatus.UNAUTHORIZED), cause)


def _came_from_elsewhere(response: Response, endpoint: Endpoint) -> bool:
    return bool(response.url) and origin_of(response.url) != endpoint.origin


def _redirected(response: Response, endpoint: Endpoint) -> SettingsError:
    target = response.headers.get("location", "")
    where = endpoint.quote(origin_of(target) or target.partition("?")[0]) if target else ""
    if where:
        what = gettext("{server} sends the request to {where}; it was not sent again there.")
    else:
        what = gettext("{server} sends the request on; it was not sent again there.")
    return SettingsError(
        what.format(server=endpoint.name, where=where),
        hint=gettext(
            "Set the base URL to the address that answers by itself (https instead of http?)."
        ),
    )


def _gave_up(response: Response, endpoint: Endpoint, cause: Cause) -> ServerUnreachable:
    """Return the error of a server that knows nothing of what became of a request behind it."""
    where = host_of(response.url) if response.url else endpoint.name
    if cause.words:
        words = as_suffix(endpoint.error_text(response))
        what = gettext("{server} can't tell: {why}{words}.")
    else:
        words = ""
        what = gettext("{server} could not reach the server behind it (HTTP {status}).")
    said = what.format(
        server=where, why=gettext(cause.meaning), words=words, status=response.status
    )
    return ServerUnreachable(said, hint=gettext(cause.advice), sent=True)


def _refused(
    response: Response, endpoint: Endpoint, cause: Cause, kind: type[Refused], what: str
) -> Refused:
    reply, words = response.reply, as_suffix(endpoint.error_text(response))
    return kind(
        gettext(what).format(server=endpoint.name, why=gettext(cause.meaning), words=words),
        hint=_refusal_hint(response.status, cause),
        code=reply.code if reply else None,
        status=response.status,
    )


def _refused_or_not_a_proxy(
    reply: SubmitReply | None, response: Response, endpoint: Endpoint, cause: Cause | None
) -> MJError:
    """Tell a proxy that says no from something that isn't a proxy (or not at this address)."""
    said = endpoint.error_text(response)
    status, words = response.status, f"{gettext(': ')}{quote(said)}" if said else ""
    # Code 0 without a result is how another kind of proxy says "done" (protocol/README.md §10 Q42).
    coded = reply is not None and reply.code is not None and reply.code != 0
    if not coded and status in {404, 405}:
        return NotAProxy(
            gettext("{server} does not know this address (HTTP {status}){words}.").format(
                server=endpoint.name, status=status, words=words
            ),
            hint=gettext(CAUSE["no-endpoint"].advice),
        )
    is_strange = response.is_html and status < 500
    if not coded and (status < 300 or is_strange):
        other = marked("something else") if response.body else marked("nothing")
        came = gettext(marked("a web page") if response.is_html else other)
        what = gettext(
            "{server} answered with {what} instead of a proxy's answer (HTTP {status}){words}."
        )
        error = NotAProxy(
            what.format(server=endpoint.name, what=came, status=status, words=words),
            hint=gettext(
                "Check the base URL; where other requests work, the proxy lacks this one."
            ),
        )
        # A gateway shows its own page where it lacks an endpoint (protocol/README.md §10 Q6).
        return _named(error, CAUSE["no-endpoint"]) if response.is_html else error
    if cause:
        what = gettext(_REFUSED)
    else:
        what = (
            gettext("{server} refused{words}.")
            if words
            else gettext("{server} refused (HTTP {status}).")
        )
    return Refused(
        what.format(
            server=endpoint.name,
            why=gettext(cause.meaning) if cause else "",
            words=as_suffix(said) if cause else words,
            status=status,
        ),
        hint=_refusal_hint(status, cause),
        code=reply.code if reply else None,
        status=status,
    )


def _refusal_hint(status: int, cause: Cause | None) -> str:
    # Many a row without an outcome tells what to do with a task; here there is none.
    is_about_tasks = cause is not None and cause.outcome is None and "job." in cause.advice
    if cause and not is_about_tasks:
        return gettext(cause.advice)
    if status >= 500 or cause:
        return gettext("The fault is on its side; try again later, or ask who runs it.")
    return gettext("Nothing was drawn; change what it names and ask again.")


def as_suffix(words: str) -> str:
    """Return *words* as the end of a sentence; "" when nothing was said."""
    return f"{gettext(': ')}“{words.rstrip('.')}”" if words else ""


def failure_of(task: Task) -> TaskFailed:
    """Return the error that says why *task* ended badly, in the server's own words."""
    if task.status == Status.CANCEL:
        hint = gettext("Run the cell again to draw.")
        return TaskFailed(gettext("The task was cancelled."), hint=hint, task=task)
    reason = visible((task.fail_reason or "").strip())
    cause = cause_of(reason)
    what, hint = failure_text(reason)
    return _named(TaskFailed(what, hint=hint, task=task), cause)
