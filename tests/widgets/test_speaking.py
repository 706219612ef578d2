"""What pages run: built, committed, and asking nobody for anything."""

from importlib.resources import files

import pytest

from mj_notebook.widgets.speaking import static_text

STATIC = files("mj_notebook.widgets").joinpath("static")
BUILT = sorted(file.name for file in STATIC.iterdir())
MODULES = [name.removesuffix(".js") for name in BUILT if name.endswith(".js")]
SHEETS = [name.removesuffix(".css") for name in BUILT if name.endswith(".css")]


def test_every_widget_is_built() -> None:
    """A widget has one module, and a sheet where it has a look of its own."""
    looks = ["board", "gallery", "page", "painter", "study", "sweep", "uploader"]
    assert sorted([*looks, "form_keys", "sweep_page"]) == MODULES
    assert looks == SHEETS


@pytest.mark.parametrize("name", MODULES)
def test_a_module_needs_nothing_else(name: str) -> None:
    """It imports nothing, fetches nothing, and writes no markup; it is small enough to be sent."""
    module = static_text(f"{name}.js")
    for word in ("http:", "https:", "import ", "import(", "fetch(", "innerHTML", "eval("):
        assert word not in module
    # A page of its own runs its module; a front end calls what a widget's gives it.
    assert ("export{" in module) is (name != "sweep_page")
    assert len(module) < 40_000


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_needs_nothing_else(name: str) -> None:
    """It is whole, and its colours come from the theme."""
    look = static_text(f"{name}.css")
    assert "@import" not in look
    assert "url(" not in look
    assert "var(--" in look
