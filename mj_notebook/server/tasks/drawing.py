"""What an engine draws for this server: begun when its turn comes, followed, ended or cancelled."""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from mj_notebook.prompt.parse import Prompt
from mj_notebook.protocol.vocabulary import FINAL, Status
from mj_notebook.server.backends import painter
from mj_notebook.server.backends.backend import Backend, DrawCancelled, DrawFailed, Watcher
from mj_notebook.server.backends.engine_drawing import DrawnPictures, EngineDrawing
from mj_notebook.server.backends.image_specs import GeneratedSpec
from mj_notebook.server.backends.renderer import Renderer
from mj_notebook.server.backends.uploads import UploadStore
from mj_notebook.server.engine.ledger import Drawn
from mj_notebook.server.tasks.engine_controls import without_effect
from mj_notebook.server.tasks.registry import TaskRegistry, TaskState

# Seconds between two looks at what runs, and was cancelled.
_INTERVAL = 0.05
_BROKEN = "The engine could not be asked: {}. The server's log has more."
_NOT_KEPT = "What the engine drew can't be kept: {}. Make room where the server keeps its files."
_log = logging.getLogger("mj_notebook.server")


class _Drawing(NamedTuple):
    """A drawing under way: what stops it, and what becomes of it."""

    cancelled: threading.Event
    ended: "asyncio.Future[Drawn | None]"


class Drawings:
    """
    The tasks of this server that an engine draws.

    It lives in the server's loop, and looks only while there is something to draw; the engine is
    asked in threads, as many as tasks may run at once.
    """

    def __init__(
        self,
        registry: TaskRegistry,
        backend: Backend,
        uploads: UploadStore,
        side: int,
        cores: int,
    ) -> None:
        self._registry, self._backend, self._uploads = registry, backend, uploads
        self._side = side
        self._renderer = Renderer(uploads)
        self._open: dict[str, None] = {}
        self._drawing: dict[str, _Drawing] = {}
        self._percents: dict[str, int] = {}
        self._told: set[str] = set()
        self._pool = ThreadPoolExecutor(cores, thread_name_prefix="mj-engine")
        self._following: asyncio.Task[None] | None = None
        self._is_closed = False

    def watch_new(self) -> None:
        """Draw what was accepted since the last call; call it in the loop."""
        self._open.update(dict.fromkeys(self._registry.pop_new_open()))
        if self._is_closed or not self._open:
            return
        if self._following is None or self._following.done():
            self._following = asyncio.get_running_loop().create_task(self._follow())

    def close(self) -> None:
        """Cancel what is under way; what it would have been is told by the next server."""
        self._is_closed = True
        if self._following:
            self._following.cancel()
        for drawing in self._drawing.values():
            drawing.cancelled.set()
            # Its thread may outlast the loop, which must not be called then.
            drawing.ended.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._backend.close()

    async def _follow(self) -> None:
        while self._open:
            try:
                for state in self._registry.find_all(tuple(self._open)):
                    self._look_at(state)
            except OSError as error:
                # Nothing ends before it is written down; the disk may have room again later.
                _log.warning("The journal can't be used: %s", error)
            await asyncio.sleep(_INTERVAL)

    def _look_at(self, state: TaskState) -> None:
        id_, drawing = state.task.id, self._drawing.get(state.task.id)
        if state.phase.status in FINAL:
            # Ended here, or cancelled: then the engine is told to stop.
            if drawing:
                drawing.cancelled.set()
            self._forget(id_)
        elif drawing and drawing.ended.done():
            self._end(state, drawing.ended)
        elif drawing:
            self._registry.set_percent(id_, self._percents.get(id_, 0))
        elif state.phase.status == Status.SUBMITTED:
            self._begin(state)

    def _begin(self, state: TaskState) -> None:
        task = state.task
        assert isinstance(task.spec, GeneratedSpec)
        # Set on the server's loop, asked by the thread that draws.
        cancelled = threading.Event()
        notes = self._notes(task.record.prompt)
        loop = asyncio.get_running_loop()
        ended = loop.run_in_executor(
            self._pool, self._draw, task.id, task.spec, notes, cancelled.is_set
        )
        self._drawing[task.id] = _Drawing(cancelled, ended)

    def _end(self, state: TaskState, ended: "asyncio.Future[Drawn | None]") -> None:
        drawn = None if ended.cancelled() else ended.result()
        if drawn is not None:
            self._registry.end(state.task.id, drawn)
        self._forget(state.task.id)

    def _forget(self, id_: str) -> None:
        for by_id in (self._open, self._drawing, self._percents):
            by_id.pop(id_, None)

    def _notes(self, prompt: str) -> tuple[str, ...]:
        """Return what in *prompt* has no effect, each parameter once."""
        names = without_effect(Prompt.parse(prompt), self._backend.capabilities())
        new = [name for name in names if name not in self._told]
        self._told.update(new)
        if not new:
            return ()
        written = ", ".join(f"--{name}" for name in new)
        return (f"{written}: no effect with {self._backend.engine}.",)

    # -- in a thread --

    def _draw(
        self,
        id_: str,
        spec: GeneratedSpec,
        notes: tuple[str, ...],
        is_cancelled: Callable[[], bool],
    ) -> Drawn | None:
        """Return how the drawing ended; None when nobody wants to know."""

        def note_progress(share: float) -> None:
            self._percents[id_] = min(99, round(share * 100))

        try:
            drawing = EngineDrawing(self._backend, self._renderer, self._uploads, spec, self._side)
            made = drawing.draw(Watcher(note_progress, is_cancelled))
            return self._kept(made, spec.brief.prompt, notes)
        except DrawCancelled:
            return None
        except DrawFailed as error:
            reason = str(error)
        except OSError as error:
            reason = _NOT_KEPT.format(error.strerror or error)
        except Exception as error:  # noqa: BLE001 - plug-ins may raise anything; the task ends
            _log.exception("An engine could not be asked.")
            reason = _BROKEN.format(type(error).__name__)
        return Drawn(id=id_, at=0, fail_reason=reason, notes=notes)

    def _kept(self, made: DrawnPictures, prompt: str, notes: tuple[str, ...]) -> Drawn:
        """Keep the pictures, before anybody is told that they are there."""
        maker = " ".join(filter(None, (self._backend.engine, self._backend.model)))
        texts = {"Description": prompt, "Software": maker}
        names = tuple(
            self._uploads.add(painter.encode_png(picture, texts)) for picture in made.pictures
        )
        width, height = made.pictures[0].size
        return Drawn(
            id="", at=0, pictures=names, width=width, height=height, notes=(*notes, *made.notes)
        )
