"""The window of a task that waits: the prompt, the one control it needs, Draw and Dismiss."""

from collections.abc import Callable
from typing import Any

import ipywidgets

from mj_notebook.language import gettext
from mj_notebook.view.window import OpenWindow, WindowAnswer, hint_html, title_html
from mj_notebook.widgets.form_keys import FormKeys
from mj_notebook.widgets.painter import Painter
from mj_notebook.widgets.shared import Shared, set_trait
from mj_notebook.widgets.zoom_controls import ZoomControls, with_some_zoom


class Window:
    """
    The form of one open window, on plain ipywidgets.

    Args:
        common: What all panels share.
        window: What is asked for.
        draw: Called with what was given; runs on any thread.
        dismiss: Called when the person wants it no more.
        cost: What the answer costs, "" for nothing.
        picture: The picture to repaint, for a region; None when it isn't kept here.

    Attributes:
        widget: What is displayed.
    """

    def __init__(
        self,
        common: Shared,
        window: OpenWindow,
        *,
        draw: Callable[[WindowAnswer], object],
        dismiss: Callable[[], object],
        cost: str = "",
        picture: bytes | None = None,
    ) -> None:
        self._shared, self._window, self._draw = common, window, draw
        self._zoom: ZoomControls | None = None
        self.painter: Painter | None = None
        self._prompt = ipywidgets.Textarea(
            with_some_zoom(window.prompt) if window.takes_zoom else window.prompt,
            rows=3,
            # Else each letter is a message. Where the slider writes here too, each must be one:
            # what is typed before its answer comes is then told, echoed, and so not lost.
            continuous_update=window.takes_zoom,
            _dom_classes=("mj-field",),
        )
        control = self._control(picture)
        self._draw_button = common.button(
            gettext("Draw"), gettext("Send this answer (Ctrl+Enter)"), "mj-button", "mj-primary"
        )
        self._draw_button.on_click(lambda _: self._send())
        self._force_button = common.button(
            gettext("Draw anyway"),
            gettext("Send this answer although errors were found in it"),
            "mj-button",
        )
        self._force_button.on_click(lambda _: self._send(force=True))
        self._is_busy = False
        if self.painter is not None:
            # Nothing selected is nothing to draw, and the server would say so only later.
            self.painter.observe(lambda _: self._update(), "selected")
        self._update()
        leave = common.button(
            gettext("Dismiss"), gettext("Close the window without drawing (Escape)"), "mj-button"
        )
        leave.on_click(lambda _: dismiss())
        self._leave_button = leave
        self._ends = common.box("mj-window-ends", children=(self._draw_button, leave))
        keys = FormKeys(
            enter=self._send_text,
            escape=dismiss,
            label=gettext("Answer: {button}").format(button=window.title),
        )
        self.widget = common.box(
            "mj-window",
            children=(
                common.html("mj-window-title", title_html(window)),
                *control,
                common.html(
                    "mj-window-hint", hint_html(window, has_picture=picture is not None, cost=cost)
                ),
                self._prompt,
                self._ends,
                keys,
            ),
        )

    def _control(self, picture: bytes | None) -> tuple[Any, ...]:
        """Make the one control that belongs to this window."""
        if self._window.takes_mask and picture is not None:
            self.painter = Painter(picture)
            return (self.painter,)
        if self._window.takes_zoom:
            self._zoom = ZoomControls(self._shared, self._prompt)
            return (self._zoom.widget,)
        return ()

    def set_busy(self, *, is_busy: bool) -> None:
        """Let the answer be given once: while it is sent, the button rests."""
        self._is_busy = is_busy
        self._update()

    @property
    def _can_send(self) -> bool:
        is_empty = self.painter is not None and not self.painter.selected
        return not self._is_busy and not is_empty

    def _update(self) -> None:
        self._draw_button.disabled = self._force_button.disabled = not self._can_send

    def offer_force(self) -> None:
        """Let the answer be sent in spite of the errors that were found in it."""
        ends = (self._draw_button, self._force_button, self._leave_button)
        set_trait(self._ends, "children", ends)

    def close(self) -> None:
        """Take the form away."""
        # It stands in no box before it was offered, so the walk below may not find it.
        self._force_button.close()
        self._close(self.widget)

    def _close(self, widget: Any) -> None:
        """Close *widget*, what is in it, and what each part has of its own."""
        for child in getattr(widget, "children", ()):
            self._close(child)
        for name in ("layout", "style"):
            own = getattr(widget, name, None)
            if own is not None:
                own.close()
        widget.close()

    def _send_text(self, text: str | None) -> None:
        """Answer, with *text* where that was just typed."""
        if text is not None:
            # Before it is sent: what was typed last may not have arrived by itself yet.
            set_trait(self._prompt, "value", text)
        self._send()

    def _send(self, *, force: bool = False) -> None:
        if not self._can_send:  # the key asks too
            return
        self._draw(
            WindowAnswer(
                self._prompt.value if self._zoom is None else self._zoom.answer,
                mask=self.painter.mask if self.painter is not None else None,
                force=force,
            )
        )
