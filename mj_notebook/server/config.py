"""What can be set on the embedded server, as one frozen value."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from mj_notebook.protocol.vocabulary import Mode
from mj_notebook.server.faults import Fault
from mj_notebook.settings.settings import Secret

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""Names of this machine."""

DEFAULT_DIALECT = "plus"
"""The dialect that the server speaks by itself; `http.dialects` has the others."""

# Relative to fast. Real differences are larger, and nobody wants to wait for a demonstration.
_DURATION_OF_MODE = {Mode.TURBO: 0.6, Mode.FAST: 1.0, Mode.RELAX: 2.0}


@dataclass(frozen=True, slots=True)
class Timing:
    """
    How long work takes, in seconds.

    Attributes:
        grid: Four pictures, or anything else that shows percentages.
        single: Picking one picture of a grid, which shows none.
    """

    grid: float = 8.0
    single: float = 2.0

    @classmethod
    def of(cls, seconds: float) -> "Timing":
        """Return the usual proportions for a grid that takes *seconds*."""
        return cls(grid=seconds, single=seconds / 4)

    def milliseconds(self, mode: Mode, *, is_quick: bool) -> int:
        """Return how long one task holds its core."""
        return round((self.single if is_quick else self.grid) * _DURATION_OF_MODE[mode] * 1000)


PAINTER = "painter"
"""The backend that is always there."""


USUAL_ADDRESSES = {
    "openai": "https://api.openai.com",
    "a1111": "http://127.0.0.1:7860",
    "sdcpp": "http://127.0.0.1:1234",
    "comfy": "http://127.0.0.1:8188",
}
"""Where engines listen when nobody has told them otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendChoice:
    """
    What draws.

    Attributes:
        name: Of the backend: `painter`, `openai`, `a1111`, `sdcpp`, `comfy`, or one that an
            installed package brings.
        url: Where its engine answers; "" for where such engines listen by themselves.
        model: What the engine is to draw with; "" leaves that to it.
        secret: What the engine asks for.
        workflow: A file that says what the engine does, for engines that want one.
    """

    name: str = PAINTER
    url: str = ""
    model: str = ""
    secret: Secret = field(default_factory=lambda: Secret(""))
    workflow: Path | None = None

    @property
    def address(self) -> str:
        """Where the engine is asked; "" where that is nobody's business but the backend's."""
        return self.url or USUAL_ADDRESSES.get(self.name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """
    What strangers may hold of a server.

    Attributes:
        patience: Seconds for a request to arrive whole.
        read_patience: Seconds for one piece of an answer to be taken.
        connections: How many there may be at once.
        held: Bytes of requests and answers that all connections hold at once.
    """

    # A request with five pictures takes a few seconds on a slow line, a piece of an answer one.
    patience: float = 30.0
    read_patience: float = 20.0
    # Each is a file of the kernel, which has about a thousand for all it does.
    connections: int = 256
    # Seven of the largest requests.
    held: int = 256 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """
    Everything that can be set.

    Attributes:
        secret: What requests must carry; an empty one lets everybody in.
        is_open: Whether pages of other origins may ask and any Host name is answered. A server
            that a notebook starts by itself is closed: only loopback names, no other origin.
        takes_local_pages: Whether a closed one answers pages of other ports of this machine.
        folder: Where the journal and pictures are kept; None keeps them in memory.
        core_size: How many tasks run at once.
        queue_size: How many more may wait.
        remix: Whether drawing again, V, Vary and Pan ask for a prompt first (Remix mode).
        hook_hosts: Names of the hosts that callbacks may go to; "*" for any.
        picture_side: The side of a square grid in pixels; smaller ones are quicker to paint.
        faults_on_request: Whether requests may ask for faults, by a header or in the prompt.
        dialect: Which server of the family it answers like: plus, open, trueai or new-api.
        server_address: What a gateway (new-api) believes its own address to be, and lets picture
            addresses begin with; "" for where the client reaches it.
        clock: Epoch seconds.
        chance: From 0 to 1, for faults that only happen sometimes.
    """

    secret: Secret = field(default_factory=lambda: Secret(""))
    # Closed by default: a page of another origin could otherwise use a notebook's server.
    is_open: bool = False
    takes_local_pages: bool = False
    folder: Path | None = None
    # The usual profile lets people see percentages; tests use quick ones or a clock of their own.
    timing: Timing = field(default_factory=Timing)
    # The family's defaults (protocol/README.md §9).
    core_size: int = 3
    queue_size: int = 10
    remix: bool = False
    hook_hosts: frozenset[str] = LOOPBACK
    picture_side: int = 2048
    faults: tuple[Fault, ...] = ()
    faults_on_request: bool = False
    backend: BackendChoice = field(default_factory=BackendChoice)
    dialect: str = DEFAULT_DIALECT
    server_address: str = ""
    limits: Limits = field(default_factory=Limits)
    clock: Callable[[], float] = time.time
    chance: Callable[[], float] = random.random

    def now(self) -> int:
        """Return the time in epoch milliseconds, the unit of the whole protocol."""
        return int(self.clock() * 1000)

    def visible_until(self, polls_per_grid: int) -> int:
        """
        Return up to when clients see what happened, in epoch milliseconds.

        Args:
            polls_per_grid: How often the server asks another one what became of the tasks, for
                each grid that is drawn meanwhile; what happened since it last asked is not seen.
                0 for a server that draws itself, whose clients see everything.
        """
        # In proportion to the grid, so that servers with quick tests show stale tasks too.
        interval = round(self.timing.grid * 1000 / polls_per_grid) if polls_per_grid else 0
        now = self.now()
        return now - now % interval if interval else now
