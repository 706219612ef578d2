"""From an answer that is not what was asked for to the error that says so; pure.

Every error says in one sentence what happened, with the server's own words where it had any, and
what to do next.
"""

from http import HTTPStatus

from mj_notebook.client.address import host_of, origin_of
from mj_notebook.client.responses import Endpoint, Response
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
from mj_notebook.protocol.outcomes import Outcome, outcome_of, says_lost
from mj_notebook.protocol.visible_text import visible
from mj_notebook.protocol.vocabulary import ReturnCode, Status

# A gateway gave up on the server behind it, which may have got the request all the same.
_GAVE_UP = frozenset({502, 504, *range(520, 528)})


def error_for(response: Response, endpoint: Endpoint, *, task_id: str = "") -> MJError:
    """
    Return the error that *response* means.

    Args:
        response: Anything but a good answer.
        endpoint: The proxy that was asked.
        task_id: The task the request named; without one code 3 can't mean an unknown task.
    """
    if 300 <= response.status < 400:
        return _redirected(response, endpoint)
    if response.status == HTTPStatus.UNAUTHORIZED:
        return _unauthorized(response, endpoint)
    reply = response.reply
    known = _outcome(reply, response, endpoint, task_id) if reply else None
    return (
        known
        or _by_status(reply, response, endpoint)
        or _refused_or_not_a_proxy(reply, response, endpoint)
    )


def submit_error(response: Response, endpoint: Endpoint, *, task_id: str = "") -> MJError:
    """
    Return what *response*, which names no task, means for a submit.

    Only a recognised refusal proves that nothing is drawn. After everything else there may be a
    task, which is looked for, and nobody pays twice (`ServerUnreachable`, with *sent*).
    """
    if _is_refusal(response):
        return error_for(response, endpoint, task_id=task_id)
    if response.status in _GAVE_UP:
        return _gave_up(response, endpoint)
    words = endpoint.error_text(response)
    came = (
        f"“{words.rstrip('.')}”"
        if words and not response.is_html
        else "with a web page, as where the base URL is wrong"
        if response.is_html
        else "something that can't be read"
        if response.body.strip()
        else "nothing"
    )
    return ServerUnreachable(
        f"{endpoint.alias} answered {came} (HTTP {response.status}), which does not tell whether it"
        " took the request.",
        hint="It may be drawn already: look for its task before you ask again.",
        sent=True,
    )


# The request itself is at fault, or nobody of this address takes it: it was not worked on. Of the
# rest, 408 and 499 say that somebody lost patience, 409 and 425 that it is being worked on.
_NEVER_TAKEN = frozenset({401, 403, 404, 405, 406, 411, 413, 414, 415, 421, 426, 429, 431, 451})
_UNCLEAR = frozenset({408, 409, 425, 499})
# A gateway's own words are short.
_LONGEST_WORDS = 2000
# These point elsewhere before anything is done; 303 points to what was done.
_MOVED = frozenset({301, 302, 307, 308})


def _is_refusal(response: Response) -> bool:
    """Tell whether *response* to a submit is known to mean that nothing was taken."""
    reply, status = response.reply, response.status
    outcome = outcome_of(reply) if reply else Outcome.UNKNOWN
    if outcome is not Outcome.UNKNOWN:
        # One server answers so to whatever went wrong in it, at any point of the way.
        return not (reply and reply.code == ReturnCode.ERROR and status >= 500)
    if status in _NEVER_TAKEN or status == HTTPStatus.NOT_IMPLEMENTED:
        return True
    if status in _MOVED:
        return bool(response.headers.get("location"))
    is_coded = reply is not None and reply.code is not None
    if says_lost(response.body[:_LONGEST_WORDS].decode("utf-8", "replace")):
        return False
    if 400 <= status < 500 and status not in _UNCLEAR:
        # In words or on a page, but not by half an answer, nor by a gateway's "unknown" (code 5).
        return not is_coded and _has_words(response)
    return status < 300 and reply is not None and not is_coded and reply.is_error


def _has_words(response: Response) -> bool:
    """Tell whether *response* says anything in words: a reply's, plain text, or a page."""
    body = response.body.strip()
    is_other = body[:1] in {b"", b"{", b"[", b'"'} or body == b"null"
    return response.reply is not None or response.is_html or not is_other


def missing_id_error(reply: SubmitReply, endpoint: Endpoint) -> ServerUnreachable:
    """Return the error for a submit that was accepted by an answer that names no task."""
    words = endpoint.quote(reply.description)
    return ServerUnreachable(
        f"{endpoint.alias} accepted the request, but its answer names no task{as_suffix(words)}.",
        hint="There may be a task: look for it on the proxy before asking again.",
        sent=True,
    )


def task_unknown_error(response: Response, endpoint: Endpoint, task_id: str) -> TaskUnknown:
    """Return the error for a task the proxy doesn't know (any more)."""
    reply = response.reply
    return TaskUnknown(
        f"{endpoint.alias} knows no task {task_id}{as_suffix(endpoint.error_text(response))}.",
        hint="It may be too old, or the proxy was restarted and forgot it.",
        code=reply.code if reply else None,
        status=response.status,
    )


def no_id_error(endpoint: Endpoint, text: str) -> TaskUnknown:
    """Return the error for what can't be an id, and is not asked for."""
    return TaskUnknown(
        f"{endpoint.alias} has nothing called {text[:80]!r}: that is no id.",
        hint="Copy the id as the proxy gave it; mj.history() shows those that are known here.",
    )


def lacks_button(error: MJError) -> bool:
    """Tell whether *error* says that this proxy does not take a button that others take."""
    return isinstance(error, Refused) and is_unknown_action(str(error.args[0]))


def _outcome(
    reply: SubmitReply, response: Response, endpoint: Endpoint, task_id: str
) -> MJError | None:
    outcome = outcome_of(reply)
    if outcome is Outcome.QUEUE_FULL:
        return _full(response, endpoint, reply.code)
    if outcome is Outcome.BANNED:
        return _banned(reply, response, endpoint)
    if outcome is Outcome.TASK_UNKNOWN and task_id:
        return task_unknown_error(response, endpoint, task_id)
    return None


def _by_status(reply: SubmitReply | None, response: Response, endpoint: Endpoint) -> MJError | None:
    if response.status == HTTPStatus.FORBIDDEN and not response.is_html:
        return _unauthorized(response, endpoint)
    if response.status == HTTPStatus.TOO_MANY_REQUESTS:
        return _full(response, endpoint, reply.code if reply else None)
    if response.status in _GAVE_UP or (response.status == 503 and reply is None):
        return _gave_up(response, endpoint)
    return None


def _full(response: Response, endpoint: Endpoint, code: int | None) -> QueueFull:
    wait = response.retry_after
    error = QueueFull(
        f"{endpoint.alias} has no room for more now{as_suffix(endpoint.error_text(response))}.",
        hint=f"Nothing was drawn; try again in {f'{wait:.0f} s' if wait else 'a minute'}.",
        code=code,
        status=response.status,
    )
    error.retry_after = wait
    return error


def _banned(reply: SubmitReply, response: Response, endpoint: Endpoint) -> BannedPrompt:
    word = endpoint.quote(reply.properties.banned_word or "")
    what = f"the word “{word}”" if word else "a word of the prompt"
    error = BannedPrompt(
        f"{endpoint.alias} will not draw {what}{as_suffix(endpoint.quote(reply.description))}.",
        hint="Nothing was drawn; say it in other words.",
        code=reply.code,
        status=response.status,
    )
    error.word = word or None
    return error


def _unauthorized(response: Response, endpoint: Endpoint) -> Unauthorized:
    words = as_suffix(endpoint.error_text(response))
    if response.url and origin_of(response.url) != endpoint.origin:
        return Unauthorized(
            f"{endpoint.alias} sends on to {host_of(response.url)}, which wants a secret{words}.",
            hint="The secret goes to the base URL only; set the base URL to the new address.",
        )
    if not endpoint.secret:
        return Unauthorized(
            f"{endpoint.alias} wants a secret, and none is set{words}.",
            hint="Set MJ_API_SECRET, or call mj.configure(secret=…).",
        )
    return Unauthorized(
        f"{endpoint.alias} does not take the secret (HTTP {response.status}){words}.",
        hint="Check MJ_API_SECRET; some gateways want it as Bearer: mj.configure(bearer=True).",
    )


def _redirected(response: Response, endpoint: Endpoint) -> SettingsError:
    target = response.headers.get("location", "")
    where = (
        f"to {endpoint.quote(origin_of(target) or target.partition('?')[0])}" if target else "on"
    )
    return SettingsError(
        f"{endpoint.alias} sends the request {where}; it was not sent again there.",
        hint="Set the base URL to the address that answers by itself (https instead of http?).",
    )


def _gave_up(response: Response, endpoint: Endpoint) -> ServerUnreachable:
    return ServerUnreachable(
        f"{host_of(response.url) if response.url else endpoint.alias} could not reach the server"
        " behind it"
        f" (HTTP {response.status}).",
        hint="Try again in a moment; look at the tasks of the proxy first if this was a submit.",
        sent=True,
    )


def _refused_or_not_a_proxy(
    reply: SubmitReply | None, response: Response, endpoint: Endpoint
) -> MJError:
    """Tell a proxy that says no from something that isn't a proxy (or not at this address)."""
    status, words = response.status, as_suffix(endpoint.error_text(response))
    # Code 0 without a result is how another kind of proxy says "done" (protocol/README.md §10 Q42).
    coded = reply is not None and reply.code is not None and reply.code != 0
    if not coded and status in {404, 405}:
        return NotAProxy(
            f"{endpoint.alias} does not know this address (HTTP {status}){words}.",
            hint="Check the base URL (what stands before /mj); not every proxy offers everything.",
        )
    is_strange = response.is_html and status < 500 and status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if not coded and (status < 300 or is_strange):
        came = (
            "a web page" if response.is_html else "something else" if response.body else "nothing"
        )
        return NotAProxy(
            f"{endpoint.alias} answered with {came} instead of a proxy's answer"
            f" (HTTP {status}){words}.",
            # A gateway shows its own page where it lacks an endpoint (protocol/README.md §10 Q6).
            hint="Check the base URL; where other requests work, the proxy lacks this one.",
        )
    return Refused(
        f"{endpoint.alias} refused{words or f' (HTTP {status})'}.",
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


def as_suffix(words: str) -> str:
    """Return *words* as the end of a sentence; "" when nothing was said."""
    return f": “{words.rstrip('.')}”" if words else ""


def failure_of(task: Task) -> TaskFailed:
    """Return the error that says why *task* ended badly, in the server's own words."""
    if task.status == Status.CANCEL:
        return TaskFailed("The task was cancelled.", hint="Run the cell again to draw.", task=task)
    reason = visible((task.fail_reason or "").strip())
    said = f"The proxy failed the task: “{reason}”." if reason else "The proxy failed the task."
    return TaskFailed(said, hint="It gave no picture; change the prompt or try again.", task=task)
