"""Values that a cell shows: what IPython calls for jobs, boards, sweeps, galleries, forms."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mj_notebook.magic.front_end import FrontEnd, front_end_of
from mj_notebook.magic.showing import Displays, wait_shown
from mj_notebook.session.waiting import show_waits

if TYPE_CHECKING:
    from mj_notebook.session.job import Job

_JOB = ("mj_notebook.session.job", "Job")


class ShownValues:
    """How values are shown in one shell, as long as it is registered there."""

    def __init__(self, shell: Any) -> None:
        self._shell, self.displays = shell, Displays(shell)
        self._types: dict[tuple[str, str], Callable[[Any], None]] = {
            _JOB: self._show_job,
            ("mj_notebook.session.board", "Board"): self._show_board,
            ("mj_notebook.experiments.plan", "Plan"): self._show_plan,
            ("mj_notebook.session.gallery", "Gallery"): self._show_gallery,
            ("mj_notebook.experiments.sweep", "Sweep"): self._show_sweep,
            ("mj_notebook.experiments.study", "Study"): self._show_study,
            ("mj_notebook.experiments.study", "Rating"): self._show_rating,
            ("mj_notebook.widgets.upload_form", "UploadForm"): self._show_form,
        }
        self._forget_waits: Callable[[], object] = lambda: None

    def register(self) -> None:
        """Let the shell show them so; they are known by name, and load when they are used."""
        formatters = self._shell.display_formatter
        for (room, name), show in self._types.items():
            formatters.ipython_display_formatter.for_type_by_name(room, name, show)
        formatters.formatters["text/plain"].for_type_by_name(*_JOB, self._print_job)
        for event, call in self._events():
            self._shell.events.register(event, call)
        self._forget_waits = show_waits(self.displays.terminal.waiting)

    def unregister(self) -> None:
        """Take everything back that `register` gave."""
        formatters = self._shell.display_formatter
        names = {name for _, name in self._types}
        for formatter in (
            formatters.ipython_display_formatter,
            formatters.formatters["text/plain"],
        ):
            for kind in self._types:
                formatter.deferred_printers.pop(kind, None)
            for known in [kind for kind in formatter.type_printers if kind.__name__ in names]:
                formatter.pop(known)
        for event, call in self._events():
            self._shell.events.unregister(event, call)
        self._forget_waits()

    def _events(self) -> tuple[tuple[str, Callable[..., None]], ...]:
        terminal = self.displays.terminal
        return (("pre_run_cell", terminal.before_cell), ("post_run_cell", terminal.after_cell))

    def _show_job(self, job: "Job") -> None:
        self.displays.as_value(job, front_end_of(self._shell))

    def _show_board(self, board: Any) -> None:
        from mj_notebook.magic.showing_boards import show_board

        show_board(board, front_end_of(self._shell), self.displays.terminal.say)

    def _show_plan(self, plan: Any) -> None:
        from mj_notebook.magic.showing_boards import show_plan

        show_plan(plan, front_end_of(self._shell), self.displays.terminal.say)

    def _show_gallery(self, gallery: Any) -> None:
        from mj_notebook.magic.showing_boards import show_gallery

        show_gallery(gallery, front_end_of(self._shell))

    def _show_sweep(self, sweep: Any) -> None:
        from mj_notebook.magic.showing_boards import show_sweep

        show_sweep(sweep, front_end_of(self._shell), self.displays.terminal.say)

    def _show_study(self, study: Any) -> None:
        self._show_rating(study.rating())

    def _show_rating(self, rating: Any) -> None:
        from mj_notebook.magic.showing_boards import show_rating

        show_rating(rating, front_end_of(self._shell))

    def _show_form(self, form: Any) -> None:
        from mj_notebook.magic.showing_forms import show_form

        show_form(form, front_end_of(self._shell))

    def _print_job(self, job: "Job", printer: Any, _: bool) -> None:  # noqa: FBT001 - IPython's own form
        """Write a job in words, as it stands within a list or a table."""
        if front_end_of(self._shell) is FrontEnd.HEADLESS:
            wait_shown(job)
        printer.text(repr(job))
