"""What an answer to a request means: which task it is, and what to ask instead; pure."""

from mj_notebook.client.error_mapping import comes_too_early, lacks_button
from mj_notebook.errors import MJError, ServerUnreachable, TaskUnknown
from mj_notebook.protocol.fallbacks import change_fallback, imagine_fallbacks
from mj_notebook.protocol.models import SubmitReply, Task, TaskProperties
from mj_notebook.protocol.outcomes import outcome_of
from mj_notebook.protocol.requests import Action, Request
from mj_notebook.protocol.vocabulary import Outcome, ReturnCode, Status
from mj_notebook.session.job import Job
from mj_notebook.store.records import StoredTask

# A gateway may learn this much later than we do that a parent task has succeeded, and as many
# seconds again may lie between its looks (it asks every 15 s).
_FRESH = 60.0


def status_of(reply: SubmitReply) -> Status:
    """Return where a task stands that was just taken."""
    return Status.MODAL if outcome_of(reply) is Outcome.WINDOW else Status.NOT_START


def first_snapshot(task_id: str, reply: SubmitReply, prompt: str) -> Task:
    """Return a task as the answer to its submit tells it."""
    properties = TaskProperties(final_prompt=reply.properties.final_prompt)
    return Task(id=task_id, status=status_of(reply), prompt=prompt, properties=properties)


def is_same_request(known: StoredTask, request: Request, job: Job, intent: int) -> bool:
    """Tell whether a task of history may be what *request* is answered with."""
    if known.intent in {None, intent} or (job.fingerprint and known.key == job.fingerprint):
        return True
    # A server may draw the same only once, however often it is asked.
    asked = (type(request).__name__, job.prompt, job.custom_id or None)
    return bool(job.prompt) and asked == (known.kind, known.prompt, known.custom_id)


def reply_of(found: list[Task]) -> SubmitReply:
    """Return the answer that the *found* tasks stand for."""
    is_window = found[0].status == Status.MODAL
    code = ReturnCode.WINDOW if is_window else ReturnCode.ACCEPTED
    return SubmitReply(code=code, description="", results=tuple(task.id for task in found))


def may_have_arrived(error: MJError) -> bool:
    """Tell whether the request may have arrived all the same."""
    return isinstance(error, ServerUnreachable) and error.sent


def asked_instead(job: Job, request: Request, error: MJError) -> tuple[Request, ...]:
    """Return what asks for the same where *error* says that the server lacks the button."""
    if not isinstance(request, Action) or not lacks_button(error):
        return ()
    above = job.parent.task if job.parent else None
    lines = imagine_fallbacks(request, above) if above else ()
    change = None if lines else change_fallback(request)
    return lines or ((change,) if change else ())


def came_too_early(job: Job, error: MJError, now: float) -> bool:
    """Tell whether the server just hasn't heard yet that the parent of *job* is finished."""
    above = job.parent
    if above is None or above.task is None or not above.task.succeeded:
        return False
    if above.ended_at is None or now - above.ended_at > _FRESH:
        return False
    return comes_too_early(error) or isinstance(error, TaskUnknown)
