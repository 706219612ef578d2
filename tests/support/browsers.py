"""Which browser there is for the tests in one: Chromium, Chrome, Edge, or Playwright's own."""

import os
import shutil
from functools import cache
from pathlib import Path

# The same Chromium without what draws a window: a quarter less of the processor's time.
_SHELL = "chromium-headless-shell"
_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)

HOW = (
    "install Chromium (Debian: apt install chromium), or `python -m playwright install chromium`,"
    " or put a path in MJ_TEST_CHROMIUM"
)
"""How to get a browser, in the words of a sentence."""


@cache
def browser_path(*, has_window: bool = False) -> str | None:
    """
    Return the program of a browser that Playwright can drive, None when there is none.

    Args:
        has_window: Whether it is to be one that people use, as for figures that they read.
    """
    given = os.environ.get("MJ_TEST_CHROMIUM", "")
    names = (given, "" if has_window else _SHELL, *_NAMES)
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is not None or given:
        return found
    return next((place for place in _PLACES if Path(place).exists()), None) or _own()


def _own() -> str | None:
    """Return the browser that Playwright has installed for itself."""
    default = "~/Library/Caches" if Path("~/Library").expanduser().is_dir() else "~/.cache"
    root = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or f"{default}/ms-playwright"
    programs = ("chrome-linux*/chrome", "chrome-mac*/Chromium.app/Contents/MacOS/Chromium")
    found = (
        path
        for program in programs
        for path in sorted(Path(root).expanduser().glob(f"chromium-*/{program}"), reverse=True)
    )
    return next(map(str, found), None)
