"""The notebooks are for a reader who never used Midjourney: each button is said in one line."""

import json
from pathlib import Path

from mj_notebook.protocol.buttons import BUTTONS

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
# Older versions' ways to enlarge, and films, which the table tells by their newer names.
_TOLD_OTHERWISE = {"Upscale (2x)", "Upscale (4x)"}


def told(name: str) -> str:
    """Return all that a notebook says in words."""
    book = json.loads((NOTEBOOKS / name).read_text("utf-8"))
    return "\n".join("".join(c["source"]) for c in book["cells"] if c["cell_type"] == "markdown")


def test_each_button_is_said_in_a_line() -> None:
    """Whatever a finished task offers stands in the table of "every button", by its caption."""
    text = told("02_every_button.ipynb")
    table = "\n".join(line for line in text.splitlines() if line.startswith("| "))
    for kind in BUTTONS:
        if kind.label in _TOLD_OTHERWISE or kind.key.startswith(("extend", "pick_film")):
            continue
        name = kind.label or kind.emoji
        words = [name.format(i=1), name.partition(" (")[0], name.removeprefix("Zoom Out ")]
        assert any(word in table for word in words), kind.key


def test_the_first_notebook_says_what_its_letters_mean() -> None:
    """U, V and 🔄, the order of the four, and the parameters that stand in its prompt."""
    text = told("01_first_picture.ipynb")
    for word in ("`U1` to `U4`", "`V1` to `V4`", "🔄", "reading order", "`--ar 3:2`", "`--seed 7`"):
        assert word in text
