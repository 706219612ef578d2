"""One thing to ask, with all that was said beside it: what travels from the cell to the wire."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mj_notebook.language.misfits import names_checked
from mj_notebook.prompt.lint import Checked, require_sound
from mj_notebook.view.findings import retold

if TYPE_CHECKING:
    from mj_notebook.prompt.findings import Finding
    from mj_notebook.protocol.requests import Request
    from mj_notebook.protocol.vocabulary import Mode


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


def new_tag() -> str:
    """Return a name of our own for one job; the server gives it back as the task's state."""
    return f"mj-{secrets.token_hex(8)}"
