"""What many jobs display: the twin that stays in the file, and the live board or gallery."""

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from IPython.display import DisplayHandle, display

from mj_notebook.language import marked, translated
from mj_notebook.magic.front_end import FrontEnd
from mj_notebook.magic.showing import display_widget, key_of

if TYPE_CHECKING:
    import asyncio

    from mj_notebook.experiments.plan import Plan
    from mj_notebook.experiments.study import Rating
    from mj_notebook.experiments.sweep import Sweep
    from mj_notebook.session.board import Board, BoardChange
    from mj_notebook.session.gallery import Gallery
    from mj_notebook.view.cells import Cell

_INSTEAD = marked(
    'A gallery needs a notebook. Here, mj.gallery("kite", since="3 days") and mj.history(…) find'
    " tasks, and mj.job(ID) takes one up."
)
_STUDY_INSTEAD = marked("A study asks in a live notebook: there, run the cell that shows it.")
# The twin of a running board is written anew this often at most: it holds all its pictures.
_WRITE_INTERVAL = 10.0


def show_board(board: "Board", front_end: FrontEnd, say: Callable[[str], object] = print) -> None:
    """Display *board* as *front_end* can; where nobody looks, wait for its jobs."""
    if front_end is FrontEnd.TERMINAL:
        _lines(board, say)
        board.wait()
        return
    # A hook that displays a board runs where boards are made: it would wait for itself.
    is_live = front_end is FrontEnd.JUPYTER and not board.worker.is_current_thread
    twin = _BoardTwin(board, is_live=is_live)
    if is_live:
        from mj_notebook.widgets.board import open_board  # loads ipywidgets

        display_widget(open_board(board, key_of(board)))
    elif front_end is FrontEnd.HEADLESS:
        board.wait()
        twin.write(board.bundle())


def show_sweep(
    sweep: "Sweep",
    front_end: FrontEnd,
    say: Callable[[str], object] = print,
    *,
    static: bool = False,
) -> None:
    """Display *sweep* as *front_end* can: its plan, or what is drawn; where nobody looks, wait."""
    from mj_notebook.experiments.sweep_grid import bundle_of  # loads with the first sweep

    if front_end is FrontEnd.TERMINAL:
        if sweep.is_started:
            _lines(sweep.board, say)
            sweep.wait()
        say(repr(sweep))
        return
    is_live = front_end is FrontEnd.JUPYTER and not static and not sweep.worker.is_current_thread
    twin = _BoardTwin(sweep.board, is_live=is_live, bundle=lambda: bundle_of(sweep))
    # Its line says how far the run is, which ends after the last picture has come.
    sweep.subscribe(twin.write_again)
    if is_live:
        from mj_notebook.widgets.sweep import open_sweep  # loads ipywidgets

        display_widget(open_sweep(sweep, key_of(sweep.board)))
    elif front_end is FrontEnd.HEADLESS and sweep.is_started:
        sweep.wait()
        twin.write(bundle_of(sweep))


def show_gallery(gallery: "Gallery", front_end: FrontEnd) -> None:
    """Display *gallery*: the table of its newest tasks, and in a notebook the live gallery."""
    if front_end is FrontEnd.TERMINAL:
        print(f"{gallery!r}\n{translated(_INSTEAD)}")
        return
    is_live = front_end is FrontEnd.JUPYTER and not gallery.worker.is_current_thread
    key = os.urandom(8).hex() if is_live else ""  # each of its outputs is one of its own
    display(_finished(gallery.bundle(), key), raw=True)  # type: ignore[no-untyped-call]
    if is_live:
        from mj_notebook.widgets.gallery import open_gallery  # loads ipywidgets

        display_widget(open_gallery(gallery, key))


def show_rating(rating: "Rating", front_end: FrontEnd) -> None:
    """Ask a rater's questions in a notebook; elsewhere say how far the study is."""
    if front_end is FrontEnd.JUPYTER and not rating.worker.is_current_thread:
        from mj_notebook.widgets.study import open_study  # loads ipywidgets

        display({"text/plain": rating.study.summary}, raw=True)  # type: ignore[no-untyped-call]
        display_widget(open_study(rating))
        return
    print(rating.study.summary)
    if not rating.is_done:
        print(translated(_STUDY_INSTEAD))


def _finished(bundle: dict[str, str], key: str) -> dict[str, Any]:
    from mj_notebook.view.twin import hidden_beside_panel  # loads on first use

    return hidden_beside_panel(bundle, key) if key else dict(bundle)


def show_plan(plan: "Plan", front_end: FrontEnd, say: Callable[[str], object] = print) -> None:
    """Display *plan*: what it stands for and costs, and where somebody looks a button to run it."""
    if plan.is_run:
        show_board(plan.board, front_end, say)
    elif front_end is FrontEnd.JUPYTER and not plan.worker.is_current_thread:
        from mj_notebook.widgets.plan import open_plan  # loads ipywidgets

        display_widget(open_plan(plan))
        show_board(plan.board, front_end, say)
    else:
        display(plan.bundle(), raw=True)  # type: ignore[no-untyped-call]


class _BoardTwin:
    """The static output of a board: displayed now, brought up to date as jobs end."""

    def __init__(
        self,
        board: "Board",
        *,
        is_live: bool,
        bundle: Callable[[], dict[str, str]] | None = None,
    ) -> None:
        self._board, self._written_at = board, time.monotonic()
        self._bundle = bundle or board.bundle
        self._key = key_of(board) if is_live else ""
        self._is_shown = self._is_stale = False
        self._ended: dict[str, Cell] = {}
        self._writing: asyncio.Task[None] | None = None
        display_id = f"mj-board-{os.urandom(6).hex()}"
        self._handle = DisplayHandle(display_id)  # type: ignore[no-untyped-call]
        # Before the output is made: what changes from here on is not in it, and is written after
        # it, as nothing can be updated that was not displayed.
        board.subscribe(self._changed)
        display(self._make_bundle(self._bundle()), raw=True, display_id=display_id)  # type: ignore[no-untyped-call]
        self._is_shown = True
        board.worker.post(self._write_if_due)

    def write_again(self, _: object = None) -> None:
        """Bring the output up to date, now or when it is time; on the worker's loop."""
        self._is_stale = True
        self._write_if_due()

    def write(self, bundle: dict[str, str]) -> None:
        """Write the output anew."""
        self._handle.update(self._make_bundle(bundle), raw=True)  # type: ignore[no-untyped-call]

    def _make_bundle(self, bundle: dict[str, str]) -> dict[str, Any]:
        return _finished(bundle, self._key)

    def _changed(self, change: "BoardChange") -> None:
        self._is_stale = self._is_lasting(change) or self._is_stale
        self._write_if_due()

    def _is_lasting(self, change: "BoardChange") -> bool:
        """Tell whether a change is worth writing the output again: never percentages alone."""
        from mj_notebook.view.status import ENDED  # loads msgspec

        # What is thought of pictures is not in it: each key that rates would write all of them.
        ended = {
            cell.key: cell._replace(rating=0, tags="")
            for cell in change.cells
            if cell.phase in ENDED
        }
        is_news = any(self._ended.get(key) != cell for key, cell in ended.items())
        self._ended |= ended
        return is_news or bool(change.pictures) or change.order is not None

    def _write_if_due(self) -> None:
        if self._is_shown and self._is_due and self._writing is None:
            import asyncio  # not needed to load the extension

            # The task has the context of this call, so that the cell's own output is updated.
            self._writing = asyncio.ensure_future(self._write_in_pool())

    @property
    def _is_due(self) -> bool:
        is_late = time.monotonic() - self._written_at >= _WRITE_INTERVAL
        # At the end always: what stays in the file must be the last state.
        return self._is_stale and (is_late or not self._board.is_running)

    async def _write_in_pool(self) -> None:
        # One at a time: of two, the older could be made more slowly, and be written last.
        try:
            while self._is_due:
                # Before it is read: what changes meanwhile is written the next time round.
                self._is_stale, self._written_at = False, time.monotonic()
                self.write(await self._board.worker.run_blocking(self._bundle))
        finally:
            self._writing = None


def _lines(board: "Board", say: Callable[[str], object]) -> None:
    """Write a line for each job that ended, as it ends."""
    from mj_notebook.view.board import cell_line
    from mj_notebook.view.status import ENDED

    told: set[str] = set()

    def changed(_: object = None) -> None:
        for cell in board.cells:
            if cell.phase in ENDED and cell.key not in told:
                told.add(cell.key)
                say(cell_line(cell).strip())

    changed()
    board.subscribe(changed)
