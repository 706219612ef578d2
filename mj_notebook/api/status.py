"""How things stand: what is open, how long the queue is, what was spent today."""

from collections.abc import Iterator

from mj_notebook.api import history as api
from mj_notebook.api.state import current_session
from mj_notebook.errors import MJError, NotAProxy, ServerUnreachable, Unauthorized
from mj_notebook.language import marked, translated
from mj_notebook.session.interrupts import interruptible
from mj_notebook.session.session import Session
from mj_notebook.view.history import doubt_text

# More would fill the page of somebody who only asked how things are.
_MOST = 10


def status_lines() -> Iterator[str]:
    """Yield what a person wants to know at a glance, a line each; nothing is drawn."""
    session = current_session()
    jobs = session.registry.open_jobs
    where = session.settings.offline
    if where is not None:
        yield translated("Offline with {where}: nobody is asked.", where=where.name)
    else:
        yield _server_line(session)
    yield (
        translated("{count} open here:", count=len(jobs))
        if jobs
        else translated("Nothing is open here.")
    )
    for job in jobs[:_MOST]:
        yield "  " + " · ".join(repr(job).splitlines()[:2])
    if len(jobs) > _MOST:
        yield "  " + translated("and {count:,} more", count=len(jobs) - _MOST)
    # Not those that are being sent: of them this kernel, or another, knows before long.
    if doubts := session.cache.in_doubt():
        yield doubt_text(len(doubts))
    yield translated("Today: {summary}", summary=api.spend("today").summary)


@interruptible(
    marked("Ask again when you want it."),
    stopped=marked("Stopped before the proxy had answered."),
)
def _server_line(session: Session) -> str:
    """Say how many tasks of everybody wait or run there, or why it can't be asked."""
    alias = translated(session.client.alias)
    name = f"{alias[:1].upper()}{alias[1:]}"
    try:
        count = len(session.client.queue())
    # These three are wrong with the server itself; anything else is wrong with this one question.
    except (NotAProxy, ServerUnreachable, Unauthorized) as error:
        return str(error.args[0])
    except MJError:  # many proxies have no list of their queue
        return translated("{name} does not tell its queue.", name=name)
    return translated(
        "{name}: {count} task{plural} in its queue.",
        name=name,
        count=count or translated("no"),
        plural="" if count == 1 else "s",
    )
