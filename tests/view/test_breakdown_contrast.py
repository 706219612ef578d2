"""Every tint of the heat map leaves its text readable, on light and on dark."""

import re

import pytest

from mj_notebook.view import panel
from mj_notebook.view.breakdown import MAX_DEPTH
from mj_notebook.view.breakdown_html import static_style_of

Colour = tuple[float, ...]
ENOUGH = 4.5

WHITE, BLACK = (255.0, 255.0, 255.0), (0.0, 0.0, 0.0)
# JupyterLab's themes: paper, brand, ink with its opacity.
THEMES = {
    "light": (WHITE, (25.0, 118.0, 210.0), BLACK, 0.87),
    "dark": ((33.0, 33.0, 33.0), (33.0, 150.0, 243.0), WHITE, 0.87),
    "high contrast": ((17.0, 17.0, 17.0), (49.0, 155.0, 242.0), WHITE, 1.0),
}
# Pages on which a twin may stand: Lab's and nbconvert's papers, and their ink.
PAGES = {
    "white": (WHITE, BLACK, 0.87),
    "dark grey": ((33.0, 33.0, 33.0), WHITE, 0.87),
    "almost black": ((17.0, 17.0, 17.0), WHITE, 1.0),
}
_MIX = re.compile(r"\.mj-heat-(\d+) \{[^}]*var\(--mj-brand\) (\d+)%, var\(--mj-paper\)")
_TINT = re.compile(r"background-color:rgba\((\d+), (\d+), (\d+), ([\d.]+)\)")


def over(front: Colour, opacity: float, back: Colour) -> Colour:
    """Lay a colour over another."""
    return tuple(opacity * a + (1 - opacity) * b for a, b in zip(front, back, strict=True))


def luminance(colour: Colour) -> float:
    """Return how bright a colour is, as WCAG 2 measures it."""
    linear = [
        part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in colour
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_right() -> None:
    """Black on white is 21; the grey that just passes on white is #767676."""
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast((118.0,) * 3, WHITE) == pytest.approx(4.54, abs=0.01)


def test_all_depths_have_a_tint() -> None:
    """Each depth is deeper than the one before, in the panel and in the twin."""
    mixed = {int(depth): int(part) for depth, part in _MIX.findall(panel.sheet())}
    assert list(mixed) == list(range(1, MAX_DEPTH + 1))
    assert list(mixed.values()) == sorted(set(mixed.values()))
    opacities = [tint(depth)[1] for depth in range(1, MAX_DEPTH + 1)]
    assert opacities == sorted(set(opacities))


@pytest.mark.parametrize("theme", THEMES)
def test_the_panel_is_readable(theme: str) -> None:
    """Each tint of the panel, mixed from the theme's own colours, keeps its text readable."""
    paper, brand, ink, opacity = THEMES[theme]
    for _, part in _MIX.findall(panel.sheet()):
        back = over(brand, int(part) / 100, paper)
        assert contrast(over(ink, opacity, back), back) >= ENOUGH


def tint(depth: int) -> tuple[Colour, float]:
    """Return the colour and the opacity of a depth in the twin."""
    found = _TINT.search(str(static_style_of(f"heat-{depth}")["style"]))
    assert found is not None
    return tuple(float(found[part]) for part in (1, 2, 3)), float(found[4])


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("depth", range(1, MAX_DEPTH + 1))
def test_the_twin_is_readable(page: str, depth: int) -> None:
    """Each tint of the twin keeps the page's own ink readable, on light and on dark."""
    paper, ink, opacity = PAGES[page]
    back = over(*tint(depth), paper)
    assert contrast(over(ink, opacity, back), back) >= ENOUGH


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("part", ["dropped", "lost", "chinese", "aside", "count"])
def test_what_is_grey_is_readable(page: str, part: str) -> None:
    """What is drawn faint in the twin is still readable."""
    paper, ink, opacity = PAGES[page]
    found = re.search(r"opacity:([\d.]+)", str(static_style_of(part)["style"]))
    assert found is not None
    assert contrast(over(ink, opacity * float(found[1]), paper), paper) >= ENOUGH
