"""What each row of the table of causes becomes, and the page that is written from it.

``python -m tests.client.causes`` writes ``CAUSES.md``.
"""

import json
from pathlib import Path

from mj_notebook.client.error_mapping import error_for, failure_of, submit_error
from mj_notebook.client.responses import Endpoint, Response
from mj_notebook.errors import MJError
from mj_notebook.language import gettext, speak
from mj_notebook.protocol.causes import CAUSES, Cause
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.settings.settings import Secret
from tests.docs.words import tr

PAGE = Path(__file__).parents[2] / "CAUSES.md"
HERE = Endpoint("proxy.test", "http://proxy.test", Secret("sk-of-ours"))
_HEAD = """\
# What servers say, and what to do

Written from `mj_notebook/protocol/causes.json` by `python -m tests.client.causes`; not by hand.

Servers of this family say in a few words, mostly Chinese, why they refuse; often only an HTTP
status tells. Each row is a cause that is known: errors say it in English beside the server's own
words, carry its name as `error.cause`, and tell what to do next. `mj.doctor()` uses the same table.
Where `…` stands, servers put a name or number. `TaskFailed` is why a task that was accepted gave no
picture; the words of other rows may be that as well.

| cause | servers say | it means that | what to do | error |
| --- | --- | --- | --- | --- |
"""


def said(cause: Cause, words: str) -> Response:
    """Return the answer with *words* that a server gives for *cause*."""
    status = cause.statuses[0] if cause.statuses else 200 if cause.codes else 400
    body = json.dumps({"code": cause.codes[0] if cause.codes else 4, "description": f"{words} "})
    headers = {"x-oneapi-request-id": "1"} if cause.by_gateway else {}
    return Response(status, headers, body.encode() if words else b"", "http://proxy.test/mj/x")


def error_of(cause: Cause, words: str) -> MJError:
    """Return the error that a read ends in for *cause*."""
    return error_for(said(cause, words), HERE, task_id="17", by_filter=cause.by_filter)


def error_of_submit(cause: Cause, words: str) -> MJError:
    """Return the error that a submit ends in for *cause*."""
    return submit_error(said(cause, words), HERE, task_id="17", by_filter=cause.by_filter)


def failed(words: str) -> MJError:
    """Return the error of a task that failed with *words*."""
    return failure_of(Task(id="17", status=Status.FAILURE, fail_reason=words))


def samples(cause: Cause) -> list[str]:
    """Return what servers say for *cause*, with something in the place of each gap."""
    return [words.replace("…", "default") for words in cause.words] or [""]


def page() -> str:
    """Return the page of causes as Markdown."""
    return _HEAD + "".join(f"| {' | '.join(_cells(cause))} |\n" for cause in CAUSES)


def table_in_chinese() -> str:
    """Return the table of causes in Chinese, with what the catalogue of the program says."""
    speak("zh")
    try:
        head = tuple(map(tr, ("cause", "servers say", "it means that", "what to do", "error")))
        lines = (head, ("---",) * 5, *map(_cells, CAUSES))
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)
    finally:
        speak("en")


def _cells(cause: Cause) -> tuple[str, ...]:
    statuses = _statuses(cause.statuses)
    shape = [f"HTTP {statuses}"] * bool(statuses)
    shape += [
        tr("code {number}").format(number=each) if each else tr("no code") for each in cause.codes
    ]
    shape += [tr("behind a gateway")] * cause.by_gateway
    shape += [tr("where accounts=… chose")] * cause.by_filter
    words = ", ".join(f"`{words}`" for words in cause.words)
    kind = type(error_of(cause, samples(cause)[0])).__name__
    return (
        cause.name,
        tr("{words} with {shape}").format(words=words, shape=", ".join(shape))
        if words and shape
        else words or ", ".join(shape),
        gettext(cause.meaning),
        gettext(cause.advice).replace("|", "\\|"),
        f"`{'TaskFailed' if cause.outcome is None and cause.words else kind}`",
    )


def _statuses(statuses: tuple[int, ...]) -> str:
    """Write *statuses* with runs of them as one."""
    runs: list[list[int]] = []
    for status in statuses:
        if runs and runs[-1][-1] == status - 1:
            runs[-1].append(status)
        else:
            runs.append([status])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


# The errors that have a sentence of their own in the place of the row's meaning.
OWN_WORDS = {
    "banned-word": "will not draw",
    "task-unknown": "knows no task 17",
    "secret-refused": "does not take the secret",
    "upstream-down": "could not reach the server behind it",
    "no-endpoint": "does not know this address",
}


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
