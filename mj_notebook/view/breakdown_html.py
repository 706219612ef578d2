"""The markup of breakdowns, for panel and twin alike; only the look differs.

It reads by its tags alone, as some readers (GitHub) drop styles and classes: lists carry the
numbers of the buttons, what is kept or shared is strong, what is lost is struck, weights are a
table.
"""

from collections.abc import Iterable

from mj_notebook.images.thumbnail import Thumbnail
from mj_notebook.protocol.breakdown import Mark
from mj_notebook.view.breakdown import (
    DEEPEST,
    BreakdownView,
    Card,
    Option,
    Word,
)
from mj_notebook.view.html import Safe, Value, el, join
from mj_notebook.view.parts import Look, picture_address, shown_size
from mj_notebook.view.word_diff import Change, Stretch

SOURCE_ALT = "the picture that was described"
_SOURCE_WIDTH = 192

# One tint for all papers: on white and on dark the text keeps the page's own colour, and at its
# deepest a contrast above 4.5 (the tests compute it).
TINT = (33, 150, 243)
STEP = 0.05

_GREY = "rgba(128,128,128,0.35)"
_GRID = "margin:0;padding:0;display:grid;gap:12px;grid-template-columns:repeat(auto-fill,minmax(min"
_STYLES = {
    "breakdown": "margin-top:8px;font-size:13px;line-height:20px",
    "described": "display:flex;flex-wrap:wrap;gap:16px;align-items:flex-start",
    "source": "flex:0 0 auto;max-width:100%",
    "source-image": "display:block;max-width:100%;height:auto;border-radius:6px",
    "beside": "flex:1 1 220px;min-width:0",
    # Two columns from 640 px on, the source beside them or not.
    "cards": f"{_GRID}(100%,max(208px,calc(50% - 6px))),1fr))",
    "cards-alone": f"{_GRID}(100%,max(314px,calc(50% - 6px))),1fr))",
    "card": "box-sizing:border-box;margin:0 0 0 24px;padding:0 0 0 8px;overflow-wrap:anywhere;"
    f"border-left:2px solid {_GREY}",
    "card-words": "margin:0",
    "shared": "font-weight:inherit;text-decoration:underline;text-underline-offset:3px",
    "chips": "margin-top:4px",
    "chip": "background:none;color:inherit;border:1px solid rgba(128,128,128,0.45);"
    "border-radius:6px;padding:0 6px;font-size:11px;white-space:nowrap",
    "chinese": "margin-top:4px;opacity:0.78",
    "aside": "margin:8px 0 0 0;font-size:11px;line-height:16px;opacity:0.78",
    "count": "font-size:11px;line-height:16px;opacity:0.78",
    "heading": "margin:16px 0 4px 0;font-weight:600",
    "heat": "margin:0;max-width:720px;line-height:26px;white-space:pre-wrap;overflow-wrap:anywhere",
    "dropped": "opacity:0.65",
    "weights": "margin:0;border-collapse:collapse;font-size:13px;line-height:20px",
    "weight": "background:none;color:inherit",
    "weight-word": "padding:2px 12px 2px 0;text-align:left;font-weight:inherit;border:0;"
    "max-width:240px;overflow-wrap:anywhere",
    "weight-number": "padding:2px 8px 2px 0;text-align:right;border:0;"
    "font-variant-numeric:tabular-nums",
    "weight-bar": "padding:0;border:0;width:min(240px,30vw);text-align:left",
    "bar-done": f"display:block;height:8px;border-radius:2px;background-color:rgb{TINT}",
    "options": "margin:0;padding:0 0 0 24px;max-width:720px",
    "option": "margin:0 0 8px 0;padding:0 0 0 8px;overflow-wrap:anywhere",
    "lost": "opacity:0.65",
    "added": "text-decoration:underline;text-underline-offset:3px",
    "as-it-is": "margin:0;padding:0;background:none;color:inherit;font:inherit;"
    "white-space:pre-wrap;overflow-wrap:anywhere",
}  # fmt: skip
_STYLES |= {
    f"heat-{depth}": f"font-weight:inherit;border-radius:3px;padding:2px 3px;margin:0 -1px;"
    f"color:inherit;background-color:rgba{(*TINT, round(depth * STEP, 2))}"
    for depth in range(1, DEEPEST + 1)
}
_STYLES["heat-0"] = "font-weight:inherit"


def static_look(part: str) -> dict[str, Value]:
    """Give a part the look it has where no style sheet can be relied on."""
    return {"style": _STYLES[part]}


def breakdown_html(view: BreakdownView, look: Look, source: Thumbnail | None = None) -> Safe:
    """
    Write a breakdown.

    Args:
        view: What was said.
        look: How its parts look.
        source: The picture that was described, as far as it is known.
    """
    if view.cards:
        cards = [_card(card, look) for card in view.cards]
        columns = look("cards" if source else "cards-alone")
        body = join((el("ol", cards, **columns), _shared(view, look)))
    elif view.options:
        body = _shortened(view, look)
    else:
        body = join(_as_it_is(text, look) for text in _texts(view) if text)
    picture = source_html(source, look) if source else None
    if picture is not None:
        body = el("div", picture, el("div", body, **look("beside")), **look("described"))
    return el("div", body, **look("breakdown"))


def _texts(view: BreakdownView) -> Iterable[str]:
    return (view.said.text.strip("\r\n"), view.said.chinese.strip("\r\n"))


def _as_it_is(text: str, look: Look) -> Safe:
    return el("pre", text, dir="auto", **look("as-it-is"))


def source_html(shot: Thumbnail, look: Look) -> Safe:
    """Write the picture that was sent to be described, small."""
    content, mime = (shot.small, "image/jpeg") if shot.small else (shot.content, shot.mime)
    width, height = shown_size(shot.width, shot.height, _SOURCE_WIDTH)
    image = el(
        "img",
        src=picture_address(content, mime),
        alt=SOURCE_ALT,
        width=width,
        height=height if shot.width else None,
        **look("source-image"),
    )
    return el("div", image, **look("source"))


def _card(card: Card, look: Look) -> Safe:
    words = [
        el("strong", span.text, **look("shared")) if span.is_marked else span.text
        for span in card.words
    ]
    chips = [piece for chip in card.chips for piece in (el("code", chip, **look("chip")), " ")]
    return el(
        "li",
        el("div", words, dir="auto", **look("card-words")),
        el("div", chips, **look("chips")) if chips else None,
        _chinese(card.chinese, look),
        value=card.number,
        **look("card"),
    )


def _chinese(text: str, look: Look) -> Safe | None:
    return el("div", text, lang="zh", **look("chinese")) if text else None


def _shared(view: BreakdownView, look: Look) -> Safe | None:
    if not view.shared:
        return None
    return el("p", f"Said by several: {', '.join(view.shared)}", **look("aside"))


def _shortened(view: BreakdownView, look: Look) -> Safe:
    return join(
        (
            el("p", [_word(word, look) for word in view.words], dir="auto", **look("heat")),
            _weights(view, look) if view.heavy else None,
            _heading("Shorter prompts", look),
            el("ol", [_option(view, option, look) for option in view.options], **look("options")),
        )
    )


def _heading(text: str, look: Look) -> Safe:
    return el("p", el("strong", text), **look("heading"))


def _word(word: Word, look: Look) -> Safe | str:
    title = None if word.weight is None else f"weight {word.weight:.2f}"
    if word.mark is Mark.DROPPED:
        return el("s", word.text, title=title, **look("dropped"))
    if word.mark is Mark.KEPT:
        return el("strong", word.text, title=title, **look(f"heat-{word.depth}"))
    if word.weight is None:
        return word.text
    return el("span", word.text, title=title, **look(f"heat-{word.depth}"))


def _weights(view: BreakdownView, look: Look) -> Safe:
    rows = [
        el(
            "tr",
            # Pages paint every second row of a table; beside bars that is noise.
            el("th", word.text, scope="row", dir="auto", **look("weight-word")),
            el("td", f"{word.weight or 0:.2f}", **look("weight-number")),
            el("td", _bar(word, look), **look("weight-bar")),
            **look("weight"),
        )
        for word in view.heavy
    ]
    lighter = sum(word.weight is not None for word in view.words) - len(view.heavy)
    rest = f"{lighter} more weigh 0.02 or less." if view.has_weights and lighter > 0 else ""
    return join(
        (
            _heading("Weights", look),
            el("table", el("tbody", rows), **look("weights")),
            el("p", rest, **look("aside")) if rest else None,
        )
    )


def _bar(word: Word, look: Look) -> Safe:
    percent = round(100 * min(1.0, word.weight or 0))
    known = dict(look("bar-done"))
    style = f"{known.pop('style', '')};width:{percent}%".lstrip(";")
    return el("span", style=style, aria_hidden="true", **known)


def _option(view: BreakdownView, option: Option, look: Look) -> Safe:
    return el(
        "li",
        el("div", [_stretch(found, look) for found in option.changes], dir="auto"),
        _chinese(option.chinese, look),
        el("div", f"{option.kept} of {view.total} words", **look("count")),
        value=option.number,
        **look("option"),
    )


def _stretch(stretch: Stretch, look: Look) -> Safe:
    text = stretch.text.rstrip()
    space = stretch.text[len(text) :]
    if stretch.change is Change.LOST:
        return join((el("s", text, **look("lost")), space))
    if stretch.change is Change.ADDED:
        return join((el("ins", text, **look("added")), space))
    return join((text, space))
