"""Whether an answer to a submit proves that nothing was taken, so that nothing is drawn; pure."""

from http import HTTPStatus

from mj_notebook.client.responses import Response
from mj_notebook.protocol.outcomes import names_fault, outcome_of, says_broken, says_lost
from mj_notebook.protocol.vocabulary import Outcome, ReturnCode

# The request itself is at fault, or nobody of this address takes it: it was not worked on.
_NEVER_TAKEN = frozenset(
    {401, 402, 403, 404, 405, 406, 411, 413, 414, 415, 421, 426, 429, 431, 451}
)
# The request is at fault where somebody says so in words. Of the rest, 408, 460 and 499 say that
# somebody lost patience, 409 and 425 that it is being worked on, and others nobody knows.
_AT_FAULT = frozenset({400, 410, 412, 416, 417, 422, 428})
# A gateway's own words are short.
_LONGEST_WORDS = 2000
# These point elsewhere before anything is done; 303 points to what was done.
_MOVED = frozenset({301, 302, 307, 308})


def is_refusal(response: Response) -> bool:
    """Tell whether *response* to a submit is known to mean that nothing was taken."""
    reply, status = response.reply, response.status
    words = response.body[:_LONGEST_WORDS].decode("utf-8", "replace")
    # Whatever the status is: a gateway that lost the answer behind it does not know; and who names
    # a task has one.
    if says_lost(words) or (reply is not None and reply.results):
        return False
    outcome = outcome_of(reply) if reply else Outcome.UNKNOWN
    if outcome is not Outcome.UNKNOWN:
        # A code is said to whatever went wrong, at any point of the way, where the server broke or
        # lost patience.
        is_broken = status >= 500 or status in {408, 499}
        is_told = reply is not None and reply.code != ReturnCode.ERROR and names_fault(words)
        proves_nothing = says_broken(words) or (is_broken and not is_told)
        return not (proves_nothing and outcome is Outcome.REFUSED)
    if status in _NEVER_TAKEN or status == HTTPStatus.NOT_IMPLEMENTED:
        return True
    if status in _MOVED:
        return bool(response.headers.get("location"))
    is_coded = reply is not None and reply.code is not None
    if status in _AT_FAULT:
        # In words or on a page, but not by half an answer, nor by a gateway's "unknown" (code 5).
        return not is_coded and _has_words(response) and not says_broken(words)
    said = reply.description or "" if reply is not None else ""
    is_known = reply is not None and reply.is_error and names_fault(said)
    return status < 300 and not is_coded and is_known


def _has_words(response: Response) -> bool:
    """Tell whether *response* says anything in words: a reply's, plain text, or a page."""
    body = response.body.strip()
    is_other = body[:1] in {b"", b"{", b"[", b'"'} or body == b"null"
    return response.reply is not None or response.is_html or not is_other
