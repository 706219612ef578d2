"""The runner itself, proved with plain notebooks, so that real tests can trust it."""

import base64
from pathlib import Path

import pytest

from tests.notebooks.conftest import WriteNotebook
from tests.notebooks.runner import execute

pytestmark = pytest.mark.notebooks

PICTURE = base64.b64encode(b"\x89PNG CANARY").decode()


def test_outputs_are_kept_and_the_source_is_not_changed(
    write_notebook: WriteNotebook, tmp_path: Path
) -> None:
    """The executed copy holds what was printed and shown; the original file stays as it was."""
    source = write_notebook(
        [
            "print('hello')",
            f"display({{'image/png': '{PICTURE}', 'text/plain': 'picture'}}, raw=True)",
        ]
    )
    before = source.read_bytes()
    executed = execute(source, tmp_path)
    assert executed.printed == "hello\n"
    assert executed.shown("image/png") == [b"\x89PNG CANARY"]
    assert executed.shown("text/plain") == ["picture"]
    assert executed.size == executed.path.stat().st_size > len(before)
    assert source.read_bytes() == before


def test_a_run_is_isolated_and_nobody_is_there(
    write_notebook: WriteNotebook, tmp_path: Path
) -> None:
    """Home, store and working folder are the test's, and asking a person fails."""
    cells = [
        "import os; print(os.getcwd(), os.environ['HOME'], os.environ['MJ_STORE'])",
        "input()",
    ]
    executed = execute(
        write_notebook(cells), tmp_path, environment={"MJ_STORE": "/mine"}, allow_errors=True
    )
    assert executed.printed.split() == [str(tmp_path), str(tmp_path / "home"), "/mine"]
    assert [error["ename"] for error in executed.errors] == ["StdinNotImplementedError"]


def test_a_cell_that_raises_fails_the_run(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    """Without leave to go on, the first error ends the run, and its copy is kept to look at."""
    with pytest.raises(Exception, match="division by zero"):
        execute(write_notebook(["1 / 0", "print('never')"]), tmp_path)
    kept = (tmp_path / "notebook.ipynb").read_text()
    assert "ZeroDivisionError" in kept
    assert "never\\n" not in kept


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        pytest.param("'CAN' + 'ARY'", "data.text/plain", id="in a text"),
        pytest.param(
            "display({'application/x+json': {'CAN' + 'ARY': 1}}, raw=True)",
            "data.application/x+json.CANARY",
            id="in a key",
        ),
        pytest.param(
            f"display({{'image/png': '{PICTURE}'}}, raw=True)", "data.image/png", id="in a picture"
        ),
        pytest.param(
            "import base64; 'Basic ' + base64.b64encode(b'CAN' + b'ARY').decode()",
            "data.text/plain",
            id="as base64",
        ),
    ],
)
def test_a_secret_is_found_wherever_it_hides(
    write_notebook: WriteNotebook, tmp_path: Path, cell: str, place: str
) -> None:
    """Texts, keys, pictures and encoded forms are searched, and the place is named."""
    executed = execute(write_notebook([cell]), tmp_path)
    assert executed.find("CANARY") == [f"cells.0.outputs.0.{place}"]
    assert executed.find("ABSENT") == []


def test_saved_widgets_are_searched_too(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    """A headless run saves every widget's state, a password's value included."""
    cell = "import ipywidgets; ipywidgets.Password(value='CAN' + 'ARY')"
    executed = execute(write_notebook([cell]), tmp_path)
    assert "PasswordModel" in [widget["model_name"] for widget in executed.widgets.values()]
    assert [place.rsplit(".", 1)[-1] for place in executed.find("CANARY")] == ["value"]


def test_a_result_becomes_a_page(write_notebook: WriteNotebook, tmp_path: Path) -> None:
    """The HTML of a result shows its outputs."""
    executed = execute(
        write_notebook(['display({"text/html": "<p>a kite</p>"}, raw=True)']), tmp_path
    )
    assert "<p>a kite</p>" in executed.to_html()
