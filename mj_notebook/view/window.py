"""An open window: what the server waits for before it draws, and how to give it."""

from dataclasses import dataclass

from mj_notebook.protocol.buttons import KIND, button_of, caption, find
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.vocabulary import Status

REGION, ZOOM = KIND["vary_region"].key, KIND["custom_zoom"].key


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
    def call(self) -> str:
        """How a person answers it in Python, after the job's name."""
        if self.takes_mask:
            return ".answer(mask=…)"
        if self.takes_zoom:
            return ".answer(zoom=1.5)"
        return '.answer("the whole prompt")'


def window_of(task: Task | None, custom_id: str, prompt: str) -> OpenWindow | None:
    """Return the window that *task* has open, None when it waits for nobody."""
    if task is None or task.status != Status.MODAL:
        return None
    press = find(custom_id) if custom_id else None
    title = caption(button_of(press.kind, press.uuid, press.number)) if press else ""
    offered = (task.final_prompt or "").strip() or prompt.strip()
    return OpenWindow(press.kind.key if press else "", title, offered)
