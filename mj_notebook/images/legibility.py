"""What is written in a picture and how well it can be read, by an engine that needs no network."""

from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from mj_notebook.images.measures import Measure

ENGINE = "rapidocr"
Lines = tuple[tuple[str, float], ...]
"""What stands in a picture, line by line, each with how sure the engine is of it: 0 to 1."""


def written(lines: Lines) -> str | None:
    """Return what is written, None where nothing is."""
    return " ".join(text for text, _ in lines) or None


def legibility(lines: Lines) -> float | None:
    """
    Return how sure the engine is of the letters, 0 to 1; None where nothing is written.

    It is a mean of all letters: a long line counts for more than a short one.
    """
    letters = sum(len(text) for text, _ in lines)
    if not letters:
        return None
    return round(sum(len(text) * sure for text, sure in lines) / letters, 4)


def _read(image: Any) -> Lines:
    return _read_bytes(image.size, image.convert("RGB").tobytes())


# Both measures look at the same picture one after the other, and reading takes a second.
@lru_cache(maxsize=1)
def _read_bytes(size: tuple[int, int], pixels: bytes) -> Lines:
    from PIL import Image

    found = _engine()(Image.frombytes("RGB", size, pixels))
    return tuple(zip(found.txts or (), map(float, found.scores or ()), strict=True))


@lru_cache(maxsize=1)
def _engine() -> Any:
    from rapidocr import RapidOCR

    # Pictures are measured in as many processes as there are processors.
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _version() -> str:
    """Return the version of the measures: another engine reads otherwise."""
    try:
        return f"1 {ENGINE} {version(ENGINE)}"
    except PackageNotFoundError:
        return "1"


READING = (
    Measure("text", _version(), lambda image: written(_read(image))),
    Measure("legibility", _version(), lambda image: legibility(_read(image))),
)
"""The measures of what is written; they are slow, and made when they are asked for by name."""
