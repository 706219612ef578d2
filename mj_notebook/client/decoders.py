"""What each kind of call makes of its answer: a value, or the error it means; pure."""

import contextlib

import msgspec

from mj_notebook.client.address import host_of
from mj_notebook.client.error_mapping import (
    as_suffix,
    error_for,
    missing_id_error,
    submit_error,
    task_unknown_error,
)
from mj_notebook.client.responses import Endpoint, Response
from mj_notebook.errors import MJError, NotAProxy, Refused, TaskUnknown
from mj_notebook.language import gettext
from mj_notebook.protocol.codec import TaskList, read_account, read_accounts, read_task, read_tasks
from mj_notebook.protocol.forgiving_json import NotJSON
from mj_notebook.protocol.media import media_of
from mj_notebook.protocol.models import Account, SubmitReply, Task
from mj_notebook.protocol.outcomes import ACCEPTING, outcome_of
from mj_notebook.protocol.task_ids import is_id
from mj_notebook.protocol.vocabulary import Outcome, ReturnCode


def decode_submit(
    endpoint: Endpoint, task_id: str, response: Response, *, by_filter: bool = False
) -> SubmitReply:
    """Return the reply that took the request, or raise what refused it."""
    reply = response.reply
    # The body counts, not the HTTP status: servers send accepted replies with odd ones.
    # By what the words mean, not by the status: the family says no with 200 as well.
    if reply is None or outcome_of(reply) not in ACCEPTING:
        raise submit_error(response, endpoint, task_id=task_id, by_filter=by_filter)
    ids = tuple(one for one in reply.results if is_id(one))
    if not ids:
        raise missing_id_error(reply, endpoint)
    return msgspec.structs.replace(reply, results=ids)


def decode_task(endpoint: Endpoint, task_id: str, response: Response) -> Task:
    """Return the task, or tell an unknown one from a wrong address."""
    if response.status in {200, 204} and response.is_empty:
        raise task_unknown_error(response, endpoint, task_id)
    try:
        task = read_task(response.body)
    except NotJSON:
        task = None
    if task is not None and response.status < 300:
        # The picture of another task must not be kept under the id of this one.
        if task.id != task_id:
            raise Refused(
                gettext("{server} was asked for task {task} and answered with another one.").format(
                    server=endpoint.name, task=task_id
                ),
                hint=gettext("Ask again; if it stays so, the proxy mixes its tasks up."),
                status=response.status,
            )
        return task
    # An empty or coded 404 speaks of the task; a page or a web framework's own speaks of the path.
    if response.status == 404 and _mentions_task(response):
        raise task_unknown_error(response, endpoint, task_id)
    raise error_for(response, endpoint, task_id=task_id)


def decode_probe(endpoint: Endpoint, task_id: str, response: Response) -> bool:
    """Tell whether the answer about a task that can't be is a proxy's; any other raises."""
    if response.status == 404 and not response.body.strip():
        return False  # as every web server says
    with contextlib.suppress(TaskUnknown):
        # That there is no such task is the answer of a proxy that works.
        decode_task(endpoint, task_id, response)
    return True


def decode_look(endpoint: Endpoint, method: str, response: Response) -> bool | None:
    """
    Tell whether there is a route, by the answer to reading it; None where that does not tell.

    Args:
        endpoint: The proxy that was asked.
        method: The route's own; another one is refused with 405 where the route is.
        response: What came.
    """
    is_read = method == "GET"
    if response.status == 405:
        return not is_read
    if response.is_html and response.status in {200, 404}:
        # A gateway shows its own page for every path that it has not got by that method.
        return None if response.status == 200 and not is_read else False
    if response.status == 404:
        is_coded = response.reply is not None and response.reply.code is not None
        return None if not response.body.strip() else is_coded
    if response.status == 400 or response.status < 300:
        return True
    raise error_for(response, endpoint)


def _mentions_task(response: Response) -> bool:
    reply = response.reply
    return response.is_empty or (reply is not None and reply.code is not None)


def decode_task_list(endpoint: Endpoint, response: Response) -> TaskList | None:
    """Return the tasks; None where there is no such list."""
    if response.status in {404, 405}:
        return None
    if response.status < 300 and not response.is_html:
        # `[]` is an empty list; nothing at all is an answer of who knows no such address.
        if not response.body.strip():
            return None
        try:
            return read_tasks(response.body)
        except NotJSON:
            raise error_for(response, endpoint) from None
    raise error_for(response, endpoint)


def decode_required_list(endpoint: Endpoint, response: Response) -> TaskList:
    """Read a list of tasks that there is no other way to."""
    tasks = decode_task_list(endpoint, response)
    if tasks is None:
        raise error_for(response, endpoint)
    return tasks


def decode_accounts(endpoint: Endpoint, response: Response) -> list[Account]:
    """Read the proxy's accounts."""
    if response.status < 300 and not response.is_html:
        try:
            found = read_accounts(response.body)
        except NotJSON:
            raise error_for(response, endpoint) from None
        if found or response.body.lstrip()[:1] == b"[":
            return found
    raise error_for(response, endpoint)


def decode_account(endpoint: Endpoint, account_id: str, response: Response) -> Account:
    """Read one account."""
    try:
        found = read_account(response.body)
    except NotJSON:
        found = None
    if found is not None and response.status < 300:
        return found
    if (response.status < 300 and response.is_empty) or (
        response.status == 404 and _mentions_task(response)
    ):
        raise Refused(
            gettext("{server} has no account {account}.").format(
                server=endpoint.name, account=account_id
            ),
            hint=gettext("Ask for all accounts; their ids are in the list."),
            code=response.reply.code if response.reply else None,
            status=response.status,
        )
    raise error_for(response, endpoint)


def decode_upload(endpoint: Endpoint, response: Response, *, by_filter: bool = False) -> list[str]:
    """Read the addresses of uploaded pictures, in the order in which these were sent."""
    reply = response.reply
    if reply is None or outcome_of(reply) is not Outcome.ACCEPTED:
        raise error_for(response, endpoint, by_filter=by_filter)
    if not reply.results:
        words = as_suffix(endpoint.quote(reply.description))
        raise Refused(
            gettext("{server} gave no addresses for the pictures{words}.").format(
                server=endpoint.name, words=words
            ),
            hint=gettext("Send the pictures with the prompt instead."),
            code=reply.code,
            status=response.status,
        )
    return list(reply.results)


def decode_seed(endpoint: Endpoint, task_id: str, response: Response) -> str:
    """Return the seed, a string of digits."""
    reply = response.reply
    if reply is None or reply.code != ReturnCode.ACCEPTED:
        raise error_for(response, endpoint, task_id=task_id)
    if not reply.results:
        raise Refused(
            gettext("{server} knows no seed of task {task}.").format(
                server=endpoint.name, task=task_id
            ),
            hint=gettext("Some proxies need a private channel set up for it."),
            code=reply.code,
            status=response.status,
        )
    return reply.results[0]


def decode_cancel(endpoint: Endpoint, task_id: str, response: Response) -> None:
    """Accept every kind of yes."""
    reply = response.reply
    done = reply is None or reply.code in {None, ReturnCode.ACCEPTED}
    if not (done and response.status < 300 and not response.is_html):
        raise error_for(response, endpoint, task_id=task_id)


def check_picture(endpoint: Endpoint, response: Response) -> None:
    """Raise what is wrong when the answer is no picture."""
    host = host_of(response.url)
    if response.status in {404, 410}:
        raise Refused(
            gettext("The picture is no longer at {host} (HTTP {status}).").format(
                host=host, status=response.status
            ),
            hint=gettext("Such addresses live about a day; fetch the task again for a new one."),
            status=response.status,
        )
    if not 200 <= response.status < 300:
        raise _not_a_picture(response, endpoint, host)
    if response.is_html or (media_of(response.body) is None and _is_text(response)):
        raise NotAProxy(
            gettext("{host} sent {what} instead of the picture.").format(
                host=host, what=gettext("a web page") if response.is_html else gettext("text")
            ),
            hint=gettext("Open the picture's address in a browser; it may want you to log in."),
        )
    if not response.body:
        raise Refused(
            gettext("{host} sent an empty picture.").format(host=host),
            hint=gettext("Fetch it again in a moment."),
        )


def _not_a_picture(response: Response, endpoint: Endpoint, host: str) -> MJError:
    is_coded = response.reply is not None or response.is_html or not response.body.strip()
    # A picture's plain words are about the picture; only a proxy's answer is about the secret.
    if response.url.startswith(endpoint.origin) and (is_coded or response.status != 403):
        return error_for(response, endpoint)
    words = as_suffix(endpoint.error_text(response))
    return Refused(
        gettext("{host} does not hand out the picture (HTTP {status}){words}.").format(
            host=host, status=response.status, words=words
        ),
        hint=gettext("Its address may be out of date; fetch the task again."),
        status=response.status,
    )


def _is_text(response: Response) -> bool:
    kind = response.headers.get("content-type", "")
    return kind.startswith("text/") or "json" in kind
