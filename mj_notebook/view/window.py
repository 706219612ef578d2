"""An open window: what the server waits for before it draws, and how to answer it."""

from dataclasses import dataclass

from mj_notebook.language import gettext, marked
from mj_notebook.protocol.buttons import BUTTON_KIND, button_of, caption, parse_custom_id
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.view.html import Safe, el

REGION, ZOOM = BUTTON_KIND["vary_region"].key, BUTTON_KIND["custom_zoom"].key


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """
    What a waiting task asks for.

    Attributes:
        kind: Our word for the button that opened it ("custom_zoom"), "" when nobody knows it.
        title: What stands on that button.
        prompt: The prompt the server offers, whole.
    """

    kind: str
    title: str
    prompt: str

    @property
    def takes_mask(self) -> bool:
        """Whether it asks where to repaint."""
        return self.kind == REGION

    @property
    def takes_zoom(self) -> bool:
        """Whether it asks how far to zoom out."""
        return self.kind == ZOOM

    @property
    def answer_code(self) -> str:
        """How a person answers it in Python, after the job's name."""
        if self.takes_mask:
            return ".answer(mask=…)"
        if self.takes_zoom:
            return ".answer(zoom=1.5)"
        return f'.answer("{gettext("the whole prompt")}")'


@dataclass(frozen=True, slots=True)
class WindowAnswer:
    """
    What a person answers to a window, from Python or from the form below a panel.

    Attributes:
        prompt: The whole prompt with its parameters; None takes the one the window offers.
        mask: For Vary (Region), what to repaint, in any form: white is repainted, black stays.
        zoom: For Custom Zoom, how far out: 1 to 2.
        ar: For Custom Zoom, another shape: "16:9".
        force: Send it although errors are found in its words.
    """

    prompt: str | None = None
    mask: object = None
    zoom: float | None = None
    ar: str | None = None
    force: bool = False


def window_of(task: Task | None, custom_id: str, prompt: str) -> OpenWindow | None:
    """Return the window that *task* has open, None when it waits for nobody."""
    if task is None or task.status != Status.MODAL:
        return None
    # Some servers offer no words of their own in a window: what was asked stands in for them.
    return window_behind(custom_id, (task.final_prompt or "").strip() or prompt.strip())


def window_behind(custom_id: str, prompt: str) -> OpenWindow:
    """Return the window that a button opens, as far as its customId tells, offering *prompt*."""
    # A window found in history has no button where the server tells none; it is answered all the
    # same.
    press = parse_custom_id(custom_id) if custom_id else None
    title = caption(button_of(press.kind, press.uuid, press.number)) if press else ""
    return OpenWindow(press.kind.key if press else "", title, prompt)


# -- the words of an open window, as markup --

_PROMPT_ASKED_FOR = marked("the prompt, as it should be drawn")
_ASKED_FOR = {
    "vary_region": marked("paint what should change"),
    "custom_zoom": marked("how far out, and in what shape"),
}


def title_html(window: OpenWindow) -> Safe:
    """Write what opened the window and what it wants."""
    asked_for = gettext(_ASKED_FOR.get(window.kind, _PROMPT_ASKED_FOR))
    said = gettext("{button}: {what}").format(
        button=window.title or gettext("The server asks"), what=asked_for
    )
    return el("strong", said)


def hint_html(window: OpenWindow, *, has_picture: bool, cost: str = "") -> Safe:
    """Write what else should be known: what it costs, and when, and what can't be done here."""
    if window.takes_mask and not has_picture:
        said = gettext(
            "The picture is not kept here, so it can't be painted on; answer from Python with"
            " mask=…."
        )
    elif cost:
        said = gettext("Nothing is drawn or paid before you answer; that costs {cost}.")
    else:
        said = gettext("Nothing is drawn or paid before you answer.")
    return el("span", said.format(cost=cost), class_="mj-window-hint")
