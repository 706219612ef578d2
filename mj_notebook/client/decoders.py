"""What each kind of call makes of its answer: a value, or the error it means; pure."""

from mj_notebook.client.address import host_of
from mj_notebook.client.error_mapping import no_id, said, task_unknown, trouble
from mj_notebook.client.responses import Answer, Place
from mj_notebook.errors import MJError, NotAProxy, Refused
from mj_notebook.protocol.codec import NotJSON, read_account, read_accounts, read_task, read_tasks
from mj_notebook.protocol.media import media_of
from mj_notebook.protocol.models import Account, SubmitReply, Task
from mj_notebook.protocol.outcomes import Outcome, outcome_of
from mj_notebook.protocol.vocabulary import ReturnCode

_TAKEN = frozenset({Outcome.ACCEPTED, Outcome.WINDOW, Outcome.EXISTED})


def submitted(place: Place, task_id: str, answer: Answer) -> SubmitReply:
    """Return the reply that took the request, or raise what refused it."""
    reply = answer.reply
    # The body counts, not the HTTP status: servers send accepted replies with odd ones.
    if reply is None or outcome_of(reply) not in _TAKEN:
        raise trouble(answer, place, task_id=task_id)
    if not reply.results:
        raise no_id(reply, place)
    return reply


def fetched(place: Place, task_id: str, answer: Answer) -> Task:
    """Return the task, or tell an unknown one from a wrong address."""
    if answer.status in {200, 204} and not answer.body.strip():
        raise task_unknown(answer, place, task_id)
    try:
        task = read_task(answer.body)
    except NotJSON:
        task = None
    if task is not None and answer.status < 300:
        return task
    # An empty or coded 404 speaks of the task; a page or a web framework's own speaks of the path.
    if answer.status == 404 and _speaks_of_task(answer):
        raise task_unknown(answer, place, task_id)
    raise trouble(answer, place, task_id=task_id)


def _speaks_of_task(answer: Answer) -> bool:
    reply = answer.reply
    return not answer.body.strip() or (reply is not None and reply.code is not None)


def listed(place: Place, answer: Answer) -> list[Task] | None:
    """Return the tasks; None where there is no such list."""
    if answer.status in {404, 405}:
        return None
    if answer.status < 300 and not answer.is_page:
        if not answer.body.strip():
            return None
        try:
            tasks = read_tasks(answer.body)
        except NotJSON:
            raise trouble(answer, place) from None
        # An error object holds no tasks; an empty list is a good answer.
        if tasks or answer.body.lstrip()[:1] == b"[" or answer.reply is None:
            return tasks
    raise trouble(answer, place)


def all_listed(place: Place, answer: Answer) -> list[Task]:
    """Read a list of tasks that there is no other way to."""
    tasks = listed(place, answer)
    if tasks is None:
        raise trouble(answer, place)
    return tasks


def accounts(place: Place, answer: Answer) -> list[Account]:
    """Read the proxy's accounts."""
    if answer.status < 300 and not answer.is_page:
        try:
            found = read_accounts(answer.body)
        except NotJSON:
            raise trouble(answer, place) from None
        if found or answer.body.lstrip()[:1] == b"[":
            return found
    raise trouble(answer, place)


def account(place: Place, account_id: str, answer: Answer) -> Account:
    """Read one account."""
    try:
        found = read_account(answer.body)
    except NotJSON:
        found = None
    if found is not None and answer.status < 300:
        return found
    is_empty = answer.body.strip() in {b"", b"null"}
    if (answer.status < 300 and is_empty) or (answer.status == 404 and _speaks_of_task(answer)):
        raise Refused(
            f"{place.alias} has no account {account_id}.",
            hint="Ask for all accounts; their ids are in the list.",
            code=answer.reply.code if answer.reply else None,
            status=answer.status,
        )
    raise trouble(answer, place)


def uploaded(place: Place, answer: Answer) -> list[str]:
    """Read the addresses of uploaded pictures, in the order in which these were sent."""
    reply = answer.reply
    if reply is None or outcome_of(reply) is not Outcome.ACCEPTED:
        raise trouble(answer, place)
    if not reply.results:
        words = said(place.quote(reply.description))
        raise Refused(
            f"{place.alias} gave no addresses for the pictures{words}.",
            hint="Send the pictures with the prompt instead.",
            code=reply.code,
            status=answer.status,
        )
    return list(reply.results)


def seed_of(place: Place, task_id: str, answer: Answer) -> str:
    """Return the seed, a string of digits."""
    reply = answer.reply
    if reply is None or reply.code != ReturnCode.ACCEPTED:
        raise trouble(answer, place, task_id=task_id)
    if not reply.results:
        raise Refused(
            f"{place.alias} knows no seed of task {task_id}.",
            hint="Some proxies need a private channel set up for it.",
            code=reply.code,
            status=answer.status,
        )
    return reply.results[0]


def cancelled(place: Place, task_id: str, answer: Answer) -> None:
    """Accept every kind of yes."""
    reply = answer.reply
    done = reply is None or reply.code in {None, ReturnCode.ACCEPTED}
    if not (done and answer.status < 300 and not answer.is_page):
        raise trouble(answer, place, task_id=task_id)


def check_picture(place: Place, answer: Answer) -> None:
    """Raise what is wrong when the answer is no picture."""
    host = host_of(answer.url)
    if answer.status in {404, 410}:
        raise Refused(
            f"The picture is no longer at {host} (HTTP {answer.status}).",
            hint="Such addresses live about a day; fetch the task again for a new one.",
            status=answer.status,
        )
    if not 200 <= answer.status < 300:
        raise _no_picture(answer, place, host)
    if answer.is_page or (media_of(answer.body) is None and _is_text(answer)):
        raise NotAProxy(
            f"{host} sent {'a web page' if answer.is_page else 'text'} instead of the picture.",
            hint="Open the picture's address in a browser; it may want you to log in.",
        )
    if not answer.body:
        raise Refused(f"{host} sent an empty picture.", hint="Fetch it again in a moment.")


def _no_picture(answer: Answer, place: Place, host: str) -> MJError:
    is_coded = answer.reply is not None or answer.is_page or not answer.body.strip()
    # A picture's plain words are about the picture; only a proxy's answer is about the secret.
    if answer.url.startswith(place.origin) and (is_coded or answer.status != 403):
        return trouble(answer, place)
    words = said(place.words(answer))
    return Refused(
        f"{host} does not hand out the picture (HTTP {answer.status}){words}.",
        hint="Its address may be out of date; fetch the task again.",
        status=answer.status,
    )


def _is_text(answer: Answer) -> bool:
    kind = answer.headers.get("content-type", "")
    return kind.startswith("text/") or "json" in kind
