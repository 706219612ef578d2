"""Small pictures for terminals that show pictures: Kitty, iTerm2, Sixel; by the library chafa."""

from importlib import import_module
from typing import Any

from PIL import Image

from mj_notebook.errors import MJError
from mj_notebook.images.decode import decode

# In columns and rows of a terminal, and what these are in pixels as a rule.
_COLUMNS, _ROWS = 32, 16
_CELL = (10, 20)
# The best first: Kitty and iTerm2 take all colours, Sixel a palette.
_PROTOCOLS = (
    ("CHAFA_TERM_SEQ_BEGIN_KITTY_IMMEDIATE_IMAGE_V1", "CHAFA_PIXEL_MODE_KITTY"),
    ("CHAFA_TERM_SEQ_BEGIN_ITERM2_IMAGE", "CHAFA_PIXEL_MODE_ITERM2"),
    ("CHAFA_TERM_SEQ_BEGIN_SIXELS", "CHAFA_PIXEL_MODE_SIXELS"),
)


def terminal_picture(content: bytes) -> str:
    """
    Return what makes this process's terminal draw a picture; "" where it shows none.

    The terminal is known by the environment, and not asked: its answer would be taken for what a
    person types.
    """
    try:
        chafa = import_module("chafa")
    except (ImportError, OSError):  # it is an extra, and brings a library of its own
        return ""
    terminal = chafa.TermDb().detect()
    mode = _mode(chafa, terminal)
    return _drawn(chafa, terminal, mode, content) if mode is not None else ""


def _mode(chafa: Any, terminal: Any) -> Any:
    for sequence, mode in _PROTOCOLS:
        if terminal.have_seq(getattr(chafa.TermSeq, sequence)):
            return getattr(chafa.PixelMode, mode)
    return None


def _drawn(chafa: Any, terminal: Any, mode: Any, content: bytes) -> str:
    try:
        small = decode(content, "the picture").convert("RGB")
    except MJError:  # it is told where the picture is asked for
        return ""
    small.thumbnail((_COLUMNS * _CELL[0], _ROWS * _CELL[1]), Image.Resampling.LANCZOS)
    config = chafa.CanvasConfig()
    config.pixel_mode = mode
    config.canvas_mode = chafa.CanvasMode.CHAFA_CANVAS_MODE_TRUECOLOR
    config.cell_width, config.cell_height = _CELL
    # Rounded up: what is cut off a cell is cut off the picture.
    config.width = -(-small.width // _CELL[0])
    config.height = -(-small.height // _CELL[1])
    canvas = chafa.Canvas(config)
    canvas.draw_all_pixels(
        chafa.PixelType.CHAFA_PIXEL_RGB8,
        small.tobytes(),
        small.width,
        small.height,
        small.width * 3,
    )
    drawn: bytes = canvas.print(term_info=terminal, fallback=True)
    return drawn.decode("utf-8", "replace").rstrip("\n")
