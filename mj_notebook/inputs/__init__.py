"""What a person gives (pictures, masks), as what the protocol takes; Pillow loads on first use."""

from mj_notebook.inputs.masks import mask_url, selected_share
from mj_notebook.inputs.pictures import MAX_BYTES, Given, picture_url, read_picture

__all__ = ["MAX_BYTES", "Given", "mask_url", "picture_url", "read_picture", "selected_share"]
