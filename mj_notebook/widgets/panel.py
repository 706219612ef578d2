"""The live panel of one job, on plain ipywidgets."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol, Unpack

from mj_notebook.view import panel
from mj_notebook.view.facts import Facts
from mj_notebook.view.task_view import task_view
from mj_notebook.widgets.buttons import ButtonCallbacks, PanelButtons
from mj_notebook.widgets.shared import Shared, set_trait, shared


class HasFacts(Protocol):
    """What a panel asks of a job."""

    def facts(self) -> Facts:
        """Return what is known now."""


class Panel:
    """
    The live panel of one job.

    It is not thread safe by design: one thread, the worker's, makes it and calls its methods.
    The callbacks run on whatever thread the kernel handles a click on, so they must only hand the
    work over. Two clicks are two calls: making one job of them is the session's duty.

    Args:
        job: What is shown, at once.
        press: Called with the customId of the button that was pressed.
        clock: The time, epoch seconds.
        common: What it shares with other panels; by default with all of this kernel.
        key: By which the page asks for the whole picture; "" when it can't be opened.
        outer_prompt: The prompt of the panel that it will be nested in; see `become_child`.
        **calls: What the quiet buttons call; see `ButtonCallbacks`.

    Attributes:
        widget: What is displayed.
        children: The panels nested in this one, oldest first.
    """

    def __init__(
        self,
        job: HasFacts,
        *,
        press: Callable[[str], object],
        clock: Callable[[], float],
        common: Shared | None = None,
        key: str = "",
        outer_prompt: str | None = None,
        **calls: Unpack[ButtonCallbacks],
    ) -> None:
        self._job, self._clock, self._key = job, clock, key
        self._shared = common or shared()
        self._nest: Any = None
        self._below: Any = None
        self._code: Any = None
        self._outer_prompt = outer_prompt
        self._note = ""
        # Filled from the start: each later change is a message of its own.
        self._view = task_view(job.facts(), clock())
        self._pieces = {name: self._shared.html(name, made) for name, made in self._markup()}
        self._buttons = PanelButtons(self._shared, self._view, press=press, **calls)
        self.children: list[Panel] = []
        self.widget = self._shared.box(*self._classes(), children=self._parts())

    def refresh(self) -> None:
        """Show what is known of the job now, here and in the panels nested here."""
        self.show(self._job.facts(), self._clock())
        for child in self.children:
            child.refresh()

    def show(self, facts: Facts, now: float) -> None:
        """Show *facts*; only what changed is sent, and nothing when nothing did."""
        self._view = task_view(facts, now)
        for name, made in self._markup():
            set_trait(self._pieces[name], "value", made)
        self._buttons.show(self._view)
        set_trait(self.widget, "_dom_classes", self._classes())

    def note(self, text: str) -> None:
        """Say what went wrong with a press or another action; "" takes it back."""
        self._note = text
        set_trait(self._pieces["mj-line"], "value", panel.line_html(self._view, self._note))

    def add_child(self, child: "Panel") -> None:
        """Nest the panel of a job that was made from here; the newest is shown first."""
        # Appended and turned round by the style sheet: a new first child would make the front end
        # draw all the others again, and lose what is folded or focused in them.
        self.children.append(child)
        child.become_child(self._view.prompt)
        # Made with the first child: most panels have none, and each box is a model in the page.
        if self._nest is None:
            self._nest = self._shared.box("mj-children")
            self.widget.children = self._parts()
        self._nest.children = tuple(panel.widget for panel in self.children)

    def become_child(self, outer_prompt: str) -> None:
        """Head the panel by its step, foldable, without repeating the prompt around it."""
        self._outer_prompt = outer_prompt
        self.show(self._job.facts(), self._clock())

    def open_below(self, widget: Any | None) -> None:
        """Put a widget under the buttons (a window that must be answered), or take it away."""
        self._below = widget
        self.widget.children = self._parts()

    @property
    def shows_code(self) -> bool:
        """Whether the way here stands in the panel as Python."""
        return self._code is not None

    def show_code(self, code: str | None) -> None:
        """Show the way here as Python under the buttons, or take it away."""
        gone, self._code = self._code, None
        if code is not None:
            self._code = self._shared.html("mj-code", panel.code_html(code))
        self.widget.children = self._parts()
        if gone is not None:
            # Only after the box let it go: a front end still draws what its box holds.
            gone.close()

    def close(self) -> None:
        """Take the panel away, with all panels nested in it."""
        for child in self.children:
            child.close()
        self._buttons.close()
        for part in (*self._pieces.values(), self._code, self._nest, self.widget):
            if part is not None:
                part.close()

    def _markup(self) -> Iterable[tuple[str, str]]:
        """Write the pieces in the order they are read; each is sent only when it differs."""
        view = self._view
        yield "mj-head", panel.head_html(view, self._outer_prompt)
        yield "mj-status", panel.words_html(view)
        yield "mj-line", panel.line_html(view, self._note)
        yield "mj-picture", panel.picture_html(view, self._key)

    def _classes(self) -> tuple[str, ...]:
        kind = "mj-child" if self._outer_prompt is not None else "mj-live"
        # "widget-vbox" is ipywidgets' own: one below the other where our sheet can't be loaded.
        return ("mj-panel", kind, f"mj-phase-{self._view.phase}", "widget-vbox")

    def _parts(self) -> tuple[Any, ...]:
        parts = (
            *self._pieces.values(),
            self._buttons.box,
            # Behind what is read: where anywidget can't be loaded, the box of an error stands here.
            self._shared.page,
            self._code,
            self._below,
            self._nest,
        )
        return tuple(part for part in parts if part is not None)
