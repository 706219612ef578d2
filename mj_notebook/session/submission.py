"""One thing to ask, with all that was said beside it: what travels from the cell to the wire."""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.language.misfits import names_checked
from mj_notebook.prompt.lint import Checked, require_sound
from mj_notebook.protocol.requests import request_record
from mj_notebook.store.records import redact_request
from mj_notebook.view.findings import retold

if TYPE_CHECKING:
    from mj_notebook.prompt.findings import Finding
    from mj_notebook.protocol.requests import Request
    from mj_notebook.protocol.vocabulary import Mode
    from mj_notebook.settings.settings import Secret


@names_checked
@dataclass(frozen=True, slots=True)
class Submission:
    """
    A request that is ready to be sent, as `Session.start` takes it.

    Attributes:
        prompt: What is shown as asked; "" for the request's own.
        mode: The speed, None for the usual one.
        remarks: What a person should know of it, such as a picture that was made smaller.
        force: Send it in spite of errors.
        fresh: Draw it, and pay for it, even though it was drawn already.
        repeat: 0 for the usual picture; 1, 2, … for each one wanted beside it.
        step: What stands on the button that was pressed, "" for a first request.
        custom_id: The button itself, where the request does not name it.
        references: The pictures that the request's prompt refers to, by what stands for each in
            it; links take its place when they were handed over.

    Example:
        >>> asked = mj.Submission(mj.Imagine(prompt="a red kite"), fresh=True)
        >>> mj.current_session().start(asked)
    """

    request: "Request"
    prompt: str = ""
    mode: "Mode | None" = None
    remarks: tuple[str, ...] = ()
    findings: "tuple[Finding, ...]" = ()
    force: bool = False
    fresh: bool = False
    repeat: int = 0
    step: str = ""
    custom_id: str = ""
    references: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def words(self) -> str:
        """What is shown as asked."""
        return self.prompt or getattr(self.request, "prompt", "")

    @property
    def button(self) -> str:
        """The customId of the button, "" where none is pressed."""
        return self.custom_id or getattr(self.request, "custom_id", "")


def refuse_errors(asked: Submission) -> None:
    """Refuse what lint found errors in, unless it is forced."""
    if not asked.force:
        require_sound(Checked(asked.words, asked.findings), retold)


def refuse_secrets(request: "Request", known: "Iterable[Secret]") -> None:
    """
    Refuse words with one of the *known* secrets in them, as the wrong clipboard pastes them.

    Raises:
        UsageError: There is one; it stands nowhere in the sentence.
    """
    words = json.dumps(redact_request(request_record(request)), ensure_ascii=False)
    content = words.encode("utf-8", "surrogatepass")
    # One that may be an ordinary word is not hidden in answers either: prompts have such words.
    if any(secret.hide_in(content) != content for secret in known):
        raise UsageError(
            translated("One of your secrets stands in what would be sent, so nothing was sent."),
            hint=translated(
                "Take it out: a prompt is seen by others, and is kept in history. Where the secret"
                " was pasted into a notebook, let the proxy's operator give you another one."
            ),
        )


def new_tag() -> str:
    """Return a name of our own for one job; the server gives it back as the task's state."""
    return f"mj-{secrets.token_hex(8)}"
