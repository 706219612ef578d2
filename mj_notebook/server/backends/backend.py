"""
The seam behind which pictures are made: what is asked of a backend, and what it may answer.

The painter is the backend that is always there. The others ask an engine that a person runs;
further ones are found by the entry point `mj_notebook.backends`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from PIL import Image

from mj_notebook.server.backends.painter import Brief

Size = tuple[int, int]

PARAMETERS_OF_SERVERS = frozenset({"fast", "relax", "turbo", "zoom", "repeat"})
"""Parameters that are no matter of the engine: the server itself goes by them."""


class DrawFailed(Exception):
    """An engine drew nothing; its text is one sentence for the person, and a task's failReason."""


class DrawCancelled(Exception):
    """Nobody wants the picture any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """
    What can be asked of a backend; a button whose work it can't do is not offered.

    Attributes:
        follows_clock: Its pictures follow from what they show and are made when somebody looks, so
            that a task takes the time that is configured.
        varies: It changes a whole picture by a strength: V, Vary, Remix, and blends.
        inpaints: It changes the part of a picture that a mask shows: Vary (Region), edits.
        outpaints: It goes on with a picture around it: Zoom, Pan, Make Square.
        enlarges: It draws a picture larger: the upscales after U.
        animates: Films can be made of its pictures.
        references: How many pictures beside the words it looks at.
        parameters: The long names of the prompt parameters that have an effect.
        sizes: The sizes it draws, where it draws no others.
        step: What both sides must be a multiple of, where it draws any size.
    """

    follows_clock: bool = False
    varies: bool = False
    inpaints: bool = False
    outpaints: bool = False
    enlarges: bool = False
    animates: bool = False
    references: int = 0
    parameters: frozenset[str] = frozenset({"aspect"})
    sizes: tuple[Size, ...] = ()
    step: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """
    How a picture is drawn, as far as the prompt says so; an engine uses what it can.

    Attributes:
        negative: What is not to be seen (``--no``).
        chaos: From 0 to 1, how far the four seeds of a grid lie apart in what they draw.
        guidance: How closely the words are followed (``--stylize``); None for the engine's own.
        steps: How many steps it takes (``--q``), as a share of the engine's own; None for those.
        image_weight: From 0 to 1, how much a picture beside the words counts (``--iw``).
    """

    negative: str = ""
    chaos: float = 0.0
    guidance: float | None = None
    steps: float | None = None
    image_weight: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawBrief:
    """
    One picture to draw.

    Attributes:
        scene: The words, and for a painter the chances and the family of the picture.
        index: Which of the four of a grid it is, 0 to 3.
        size: Its pixels.
        seed: What an engine draws its chances from.
        controls: What the prompt's parameters say of how it is drawn.
        start: The picture that is changed, of the size that is wanted.
        mask: White where *start* is changed; None for everywhere.
        strength: From 0 to 1, how far the new picture may be from *start*; None for all the way.
        references: Pictures that are looked at beside the words.
    """

    scene: Brief
    index: int
    size: Size
    seed: int = 0
    controls: Controls = field(default_factory=Controls)
    start: Image.Image | None = None
    mask: Image.Image | None = None
    strength: float | None = None
    references: tuple[Image.Image, ...] = ()

    @property
    def prompt(self) -> str:
        """The words."""
        return self.scene.prompt

    @property
    def change(self) -> float:
        """`strength` as a number; a picture that is not to be kept changes all the way."""
        return 1.0 if self.strength is None else self.strength


@dataclass(frozen=True, slots=True)
class Watcher:
    """
    Who waits for a picture; the engine's side asks and tells it in its own thread.

    Attributes:
        progress: Called with the share that is done, from 0 to 1.
        is_cancelled: Asked now and then; True once nobody wants the picture any more.
    """

    progress: Callable[[float], None] = lambda _: None
    is_cancelled: Callable[[], bool] = lambda: False


NOBODY = Watcher()
"""Takes no notice of how far it has come, and waits to the end."""


class Backend(Protocol):
    """
    What draws. Its methods take a while, are called in threads, and several at once.

    Attributes:
        engine: What it is called, for people.
        model: What draws inside it; "" where the engine decides.
    """

    engine: str
    model: str

    def capabilities(self) -> Capabilities:
        """Return what can be asked of it, without asking anybody."""

    def draw(self, brief: DrawBrief, watcher: Watcher = NOBODY) -> Image.Image:
        """
        Return one picture.

        Args:
            brief: What it shows, and what it begins with.
            watcher: Is told how far it has come, and says when nobody wants it any more; then the
                engine is told to stop.

        Raises:
            DrawFailed: There is no picture; the text says why.
            DrawCancelled: It was cancelled.
        """

    def identify(self) -> str:
        """
        Ask the engine what it is and draws with, as the middle of a sentence.

        Raises:
            DrawFailed: It does not answer, or is something else.
        """

    def close(self) -> None:
        """Hang up."""
