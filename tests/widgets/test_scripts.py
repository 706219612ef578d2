"""What pages run: built, committed, and asking nobody for anything."""

from importlib.resources import files

import pytest

from mj_notebook.widgets.scripts import script, sheet

STATIC = files("mj_notebook.widgets").joinpath("static")
BUILT = sorted(file.name for file in STATIC.iterdir())
MODULES = [name.removesuffix(".js") for name in BUILT if name.endswith(".js")]
SHEETS = [name.removesuffix(".css") for name in BUILT if name.endswith(".css")]


def test_every_widget_is_built() -> None:
    """A widget has one module, and a sheet where it has a look of its own."""
    assert MODULES == ["board", "form_keys", "gallery", "page", "painter", "study", "uploader"]
    assert SHEETS == ["board", "gallery", "page", "painter", "study", "uploader"]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_needs_nothing_else(name: str) -> None:
    """It imports nothing, fetches nothing, and writes no markup; it is small enough to be sent."""
    module = script(name)
    for word in ("http:", "https:", "import ", "import(", "fetch(", "innerHTML", "eval("):
        assert word not in module
    assert "export{" in module
    assert len(module) < 40_000


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_needs_nothing_else(name: str) -> None:
    """It is whole, and its colours come from the theme."""
    look = sheet(name)
    assert "@import" not in look
    assert "url(" not in look
    assert "var(--" in look
