"""A picture as the value of a cell: shown as a JPEG, so that a notebook stays small."""

from typing import Any

from PIL import Image

from mj_notebook.images.thumbnails import shown_jpeg


class ShownImage(Image.Image):
    """
    A picture at full size that shows itself small.

    Pillow shows itself as a PNG of all pixels: a grid puts 3 MB into the notebook each time it is
    looked at. All else is Pillow's; what is made of it (``resize``, ``crop``) is a plain picture.

    Args:
        image: A decoded picture, which is not used any more.
    """

    def __init__(self, image: Image.Image) -> None:
        super().__init__()
        # The pixels go over: a copy of a large grid is 50 MB.
        self.__dict__.update(image.__dict__)
        self.format = image.format

    # None is no answer, so that front ends ask for the JPEG.
    def _repr_png_(self) -> None:
        return None

    def _repr_jpeg_(self) -> bytes:
        return shown_jpeg(self)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {
            "text/plain": f"A picture of {self.width} × {self.height} pixels.",
            "image/jpeg": self._repr_jpeg_(),
        }
