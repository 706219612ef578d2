"""A session that talks to one dialect, whose time goes on by itself."""

from pathlib import Path
from typing import Any, Self

from PIL import Image

from mj_notebook.client.sync import Client
from mj_notebook.protocol.requests import Imagine, Request
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from tests.images.making import picture_url
from tests.support.relay import ConnectionFate, SeenRequest
from tests.support.rig import TIMEOUT, Rig, until


def colour(name: str) -> str:
    """Return a small picture of one colour, as a data URL."""
    return picture_url(Image.new("RGB", (48, 32), name))


class Talk:
    """
    A house that answers in one dialect, and what is asked of it.

    Attributes:
        session: The session under test.
    """

    def __init__(self, folder: Path, dialect: str, **options: Any) -> None:
        self.dialect = dialect
        self.house = Rig(folder, dialect=dialect, **options)
        self.house.relay.rule = self._go_on
        self.session: Session = self.house.open()
        self._drawn: Job | None = None

    @property
    def client(self) -> Client:
        """The client of the session."""
        return self.session.client

    def _go_on(self, asked: SeenRequest) -> ConnectionFate:
        if asked.is_list or asked.is_fetch:
            self.house.clock.advance(3)
        return ConnectionFate.PASS

    def start(self, request: Request) -> Job:
        """Start *request*, and wait until it is accepted."""
        return self.session.start(request).accepted(TIMEOUT)

    def done(self, request: Request) -> Job:
        """Start *request*, and wait for its end."""
        return self.start(request).wait(TIMEOUT)

    def grid(self) -> Job:
        """Return a grid of four, drawn once."""
        if self._drawn is None:
            self._drawn = self.done(Imagine(prompt="a red kite"))
        return self._drawn

    def single(self) -> Job:
        """Return one picture of the grid."""
        return self.grid().press("U1").wait(TIMEOUT)

    def opened(self, job: Job, name: str) -> Job:
        """Press a button of *job* that opens a window, and wait for that."""
        return until(job.press(name), lambda made: made.window is not None or not made.is_open)

    def paths(self, part: str) -> list[str]:
        """Return the paths of the requests so far that contain *part*."""
        return [asked.path for asked in tuple(self.house.relay.requests) if part in asked.path]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.house.__exit__()
