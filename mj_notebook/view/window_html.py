"""The words of an open window, as markup."""

from mj_notebook.view.html import Safe, el
from mj_notebook.view.window import OpenWindow

_WISHES = {
    "vary_region": "paint what should change",
    "custom_zoom": "how far out, and in what shape",
}


def title_html(window: OpenWindow) -> Safe:
    """Write what opened the window and what it wants."""
    wish = _WISHES.get(window.kind, "the prompt, as it should be drawn")
    return el("strong", f"{window.title or 'The server asks'}: {wish}")


def hint_html(window: OpenWindow, *, has_picture: bool) -> Safe:
    """Write what else should be known: that it is free so far, and what can't be done here."""
    missing = window.takes_mask and not has_picture
    said = (
        "The picture is not kept here, so it can't be painted on; answer from Python with mask=…."
        if missing
        else "Nothing is drawn or paid before you answer."
    )
    return el("span", said, class_="mj-window-hint")
