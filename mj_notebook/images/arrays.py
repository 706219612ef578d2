"""Arrays of numbers as pictures, by what they tell about themselves; no array library is loaded."""

from typing import Any

from PIL import Image

from mj_notebook.errors import UsageError
from mj_notebook.images.decode import too_large_message
from mj_notebook.language import marked, translated
from mj_notebook.protocol.media import MAX_PIXELS

_WHAT = marked("The array")
_FORMS = marked(
    "Give height × width, or height × width × 3 or 4, as uint8, bool, or floats from 0 to 1."
)
_MODES = {1: "L", 3: "RGB", 4: "RGBA"}


def is_array(given: object) -> bool:
    """Tell whether *given* is, or can tell itself as, an array."""
    # A class has these names as well, and is none of its arrays.
    if isinstance(given, type):
        return False
    return any(hasattr(given, name) for name in ("__array__", "__array_interface__"))


def read_array(given: object) -> Image.Image:
    """
    Return the picture in an array: mode L, RGB or RGBA.

    Booleans are black and white, floats go from 0 to 1, whole numbers from 0 to 255 (to 65535
    where a uint16 goes beyond 255).

    Raises:
        UsageError: Its shape or its numbers are not those of a picture.
    """
    try:
        array: Any = given.__array__() if hasattr(given, "__array__") else None
        if array is None:
            # Only the interface: Pillow reads it, without any library of arrays.
            return Image.fromarray(given)  # type: ignore[arg-type]  # the interface alone
        return _image(array)
    except UsageError:
        raise
    except Exception as error:
        # Arrays of other libraries raise whatever they like.
        raise UsageError(
            translated("{what} can't be read as a picture.", what=translated(_WHAT)),
            hint=translated(_FORMS),
        ) from error


def _image(array: Any) -> Image.Image:
    shape = tuple(int(length) for length in array.shape)
    depth = shape[2] if len(shape) == 3 else 1
    if len(shape) not in {2, 3} or depth not in _MODES or 0 in shape:
        raise UsageError(
            translated(
                "{what} has the shape {shape}.", what=translated(_WHAT), shape=_shape_text(shape)
            ),
            hint=_hint(shape),
        )
    # Before anything is converted: that would be a copy of eight bytes a number.
    if shape[0] * shape[1] > MAX_PIXELS:
        raise too_large_message(translated(_WHAT))
    flat = _eight_bits(array).tobytes()  # row after row, whatever its strides
    return Image.frombytes(_MODES[depth], (shape[1], shape[0]), flat)


def _shape_text(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or translated("of a single number")


def _hint(shape: tuple[int, ...]) -> str:
    if len(shape) == 3 and shape[0] in _MODES:
        return translated("Its colours come first: give array.transpose(1, 2, 0).")
    return translated(_FORMS)


def _eight_bits(array: Any) -> Any:
    kind = array.dtype.kind
    if kind == "b":
        return array.astype("uint8") * 255
    if kind not in {"u", "i", "f"}:
        raise UsageError(
            translated(
                "{what} holds {dtype}, which are no brightnesses.",
                what=translated(_WHAT),
                dtype=array.dtype,
            ),
            hint=translated(_FORMS),
        )
    low, high = float(array.min()), float(array.max())
    most = 1 if kind == "f" else 255
    # A uint16 may hold either kind; no number beyond 255 says that it holds bytes.
    if array.dtype.itemsize == 2 and kind == "u" and high > most:
        most = 65535
    if not (low >= 0 and high <= most):  # also when there is a NaN
        raise UsageError(
            translated(
                "{what} has values from {low:g} to {high:g}; from 0 to {most} were expected.",
                what=translated(_WHAT),
                low=low,
                high=high,
                most=most,
            ),
            hint=translated(_FORMS),
        )
    if most == 255:
        return array.astype("uint8")
    # Halves go up; float64, since float16 has no room for the products.
    return (array.astype("float64") * (255 / most) + 0.5).astype("uint8")
