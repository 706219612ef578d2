"""What a notebook file keeps of a job beside the picture: plain values, free of secrets.

A saved notebook is handed on. So addresses lose user names and everything after the question mark
(signatures, keys), addresses of the proxy itself lose the host, and what names the proxy's accounts
is left out.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from mj_notebook.language import gettext
from mj_notebook.prompt.findings import Finding
from mj_notebook.protocol.addresses import ADDRESS, CDN_HOSTS, DATA, holds_content
from mj_notebook.protocol.breakdown import BreakdownText
from mj_notebook.protocol.models import Task, task_record
from mj_notebook.protocol.nested import map_leaves
from mj_notebook.view.breakdown import BreakdownView, breakdown_view
from mj_notebook.view.facts import Facts
from mj_notebook.view.task_view import TaskView

MIME = "application/vnd.mj-notebook.task.v1+json"

# A link as describe writes them: the bracket and what follows are no part of the address.
_LINK = re.compile(r"\[([^\[\]]*)\]\((https?://[^()\s]*)\)", re.IGNORECASE)
# A state of our own making; what a person writes there is nobody else's business.
_OWN_TAG = re.compile(r"mj-[0-9a-f]{16}")
_ADDRESS_KEYS = {"imageUrl", "imageUrls", "videoUrl", "videoUrls"}
# A list of what may pass, not of what must not: servers add properties of their own, and some name
# the account.
_KEPT_PROPERTIES = {
    *("finalPrompt", "finalZhPrompt", "messageHash", "messageId", "flags", "botType"),
    *("engine", "engineNotes"),
}


def public_record(facts: Facts) -> dict[str, Any]:
    """Return the job, and what was pressed from it, as values for JSON."""
    return {
        "prompt": without_secrets(facts.prompt),
        "step": facts.step,
        # The alias a person gave, never the address.
        "server": facts.server,
        "demo": facts.is_demo,
        "asked_at": facts.asked_at,
        "ended_at": facts.ended_at,
        "error": _error(facts),
        "saved": facts.saved or None,
        "seed": facts.seed,
        "size": [facts.thumbnail.width, facts.thumbnail.height] if facts.thumbnail else None,
        "task": public_task(facts.task) if facts.task else None,
        "children": [public_record(child) for child in facts.children],
        "repeats": [public_record(repeat) for repeat in facts.repeats],
    }


def public_view(view: TaskView) -> TaskView:
    """Return *view* with everything taken out that a file must not hold."""
    return replace(
        view,
        prompt=without_secrets(view.prompt),
        text=without_secrets(view.text),
        chips=tuple(map(without_secrets, view.chips)),
        reason=without_hosts(view.reason),
        hint=without_hosts(view.hint),
        note=without_hosts(view.note),
        breakdown=public_breakdown(view.breakdown) if view.breakdown else None,
        remarks=tuple(map(without_hosts, view.remarks)),
        findings=tuple(map(_public_finding, view.findings)),
        children=tuple(map(public_view, view.children)),
        repeats=tuple(map(public_view, view.repeats)),
    )


def _public_finding(finding: Finding) -> Finding:
    return replace(
        finding,
        message=without_secrets(finding.message),
        advice=without_secrets(finding.advice),
        words=without_secrets(finding.words),
    )


def public_breakdown(view: BreakdownView) -> BreakdownView:
    """Return *view* with addresses cut down to what may be handed on."""
    said = view.source
    return breakdown_view(
        BreakdownText(said.kind, without_secrets(said.text), without_secrets(said.chinese))
    )


def without_secrets(text: str) -> str:
    """Return *text* with each address cut down to what may be handed on."""
    # First links, since an address alone would take the bracket along.
    text = _LINK.sub(lambda found: f"[{found[1]}]({_without_signature(found[2])})", text)
    return ADDRESS.sub(lambda found: _without_signature(found[0]), text)


def _without_signature(address: str) -> str:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    # A port that is no number, say. What can't be taken apart may hold anything, so none of it is
    # shown.
    except ValueError:
        return "(an address)"
    # User name, query and fragment go: signatures and keys stand in these.
    return urlunsplit((parts.scheme, f"{host}{port}", parts.path, "", ""))


def public_address(address: str) -> str:
    """
    Return a picture's address; of the proxy's own only the path, as its host may be private.

    One that holds the picture itself only says so: what is handed on has the picture already.
    """
    if holds_content(address):
        return DATA
    shown = _without_signature(address)
    parts = urlsplit(shown)
    # Where pictures are for everybody; any other host may be the person's own proxy.
    return shown if parts.hostname in CDN_HOSTS else parts.path


def without_hosts(text: str) -> str:
    """Name no address at all: in what went wrong it is the proxy's own as a rule."""
    return ADDRESS.sub(gettext("the server"), text)


def _error(facts: Facts) -> dict[str, str] | None:
    if facts.error is None:
        return None
    return {
        "kind": type(facts.error).__name__,
        # Words of errors name the proxy as a rule ("http://10.0.0.5:8080 did not answer").
        "reason": without_hosts(str(facts.error.args[0])),
        "remedy": without_hosts(facts.error.hint),
    }


def public_task(task: Task) -> dict[str, Any]:
    """Return *task* in the wire's spelling, without what must not be handed on."""
    return {key: _public(key, value) for key, value in task_record(task).items()}


def _public(key: str, value: Any) -> Any:
    if key == "properties" and isinstance(value, dict):
        return {
            name: _public(name, kept) for name, kept in value.items() if name in _KEPT_PROPERTIES
        }
    if key == "state":
        return own_tag(value)
    if key in _ADDRESS_KEYS:
        return map_texts(value, public_address)
    if key == "failReason":
        return map_texts(value, without_hosts)
    return map_texts(value, without_secrets)


def own_tag(state: object) -> str | None:
    """
    Return the *state* of a task where it is ours, else None.

    This is the one rule for all that leaves the machine: twins, saved pictures, bundles.
    """
    return state if isinstance(state, str) and _OWN_TAG.fullmatch(state) else None


def map_texts(value: Any, change: Callable[[str], str]) -> Any:
    """Apply *change* to the texts of *value*, however deep they lie."""
    return map_leaves(value, lambda item: change(item) if isinstance(item, str) else item)
