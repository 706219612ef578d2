"""Pictures in the forms that notebooks show them in."""

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ipywidgets
import pytest
from IPython import display

from mj_notebook.errors import UsageError
from mj_notebook.images.displayed import is_picture
from tests.images.making import encoded, picture_url, slope

CONTENT = encoded(slope(), "PNG")
URL = picture_url(CONTENT)


class _Png:
    def _repr_png_(self) -> bytes:
        return CONTENT


class _Jpeg:
    """What shows itself with words about it, as text; its other way is broken."""

    def _repr_png_(self) -> bytes:
        raise ValueError

    def _repr_jpeg_(self) -> tuple[str, dict[str, Any]]:
        return base64.b64encode(CONTENT).decode(), {}


class _Figure:
    """What is drawn when it is saved, as figures of matplotlib are."""

    def savefig(self, target: Any, *, format: str) -> None:  # noqa: A002 - their word
        assert format == "png"
        target.write(CONTENT)


class _Axes:
    def get_figure(self) -> _Figure:
        return _Figure()


def test_what_a_notebook_shows_is_a_picture(tmp_path: Path) -> None:
    """Displayed images, widgets, chosen files, figures and whatever shows itself as a picture."""
    file = tmp_path / "a.png"
    file.write_bytes(CONTENT)
    item = {"name": "a.png", "content": memoryview(CONTENT), "size": len(CONTENT)}
    forms = (
        display.Image(CONTENT),  # type: ignore[no-untyped-call]
        display.Image(filename=str(file)),  # type: ignore[no-untyped-call]
        display.Image(url=str(file)),  # type: ignore[no-untyped-call]
        ipywidgets.Image(value=CONTENT, format="png"),
        item,
        {"metadata": {"name": "a.png"}, "content": CONTENT},
        _Png(),
        _Jpeg(),
        _Figure(),
        _Axes(),
    )
    for form in forms:
        assert is_picture(form)
        assert picture_url(form) == URL


def test_an_upload_widget_means_its_one_file() -> None:
    """Of none, and of several, one must be named."""
    chosen = ipywidgets.FileUpload(multiple=True)
    with pytest.raises(UsageError, match="No files"):
        picture_url(chosen)
    item = {
        "name": "a.png",
        "type": "image/png",
        "size": len(CONTENT),
        "content": memoryview(CONTENT),
        "last_modified": datetime.now(UTC),
    }
    chosen.set_trait("value", (item,))
    assert picture_url(chosen) == URL
    chosen.set_trait("value", (item, item))
    with pytest.raises(UsageError, match="2 files"):
        picture_url(chosen)


class _Waits:
    """A job's picture is waited for; nobody may look at it only to learn what it is."""

    @property
    def image(self) -> object:
        raise AssertionError


def test_to_tell_a_picture_runs_nothing_of_it() -> None:
    """Numbers, words, lists and other widgets are none."""
    assert is_picture(_Waits())
    for other in (None, 7, 2.5, "a.png", [CONTENT], {}, object(), ipywidgets.Text("words"), base64):
        assert not is_picture(other)


def test_a_figure_that_can_not_be_drawn_is_one_sentence() -> None:
    """Whatever its library says."""

    class Broken:
        def savefig(self, _: object, **__: object) -> None:
            raise RuntimeError

    with pytest.raises(UsageError, match="can't be drawn"):
        picture_url(Broken())
