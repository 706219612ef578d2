"""The markup of breakdowns, for panel and twin alike; only the look differs.

It reads by its tags alone, as some readers (GitHub) drop styles and classes: lists carry the
numbers of the buttons, what is kept or shared is strong, what is lost is struck, weights are a
table.
"""

from mj_notebook.images.thumbnail import Thumbnail
from mj_notebook.language import gettext, marked, ngettext
from mj_notebook.protocol.breakdown import TokenMark
from mj_notebook.view.breakdown import MAX_DEPTH, BreakdownView, Card, Option, Word
from mj_notebook.view.html import Safe, Value, el, join
from mj_notebook.view.parts import StyleOf, picture_data_url, shown_size
from mj_notebook.view.word_diff import Stretch, WordChange

SOURCE_ALT = marked("the picture that was described")
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
}
_STYLES |= {
    f"heat-{depth}": f"font-weight:inherit;border-radius:3px;padding:2px 3px;margin:0 -1px;"
    f"color:inherit;background-color:rgba{(*TINT, round(depth * STEP, 2))}"
    for depth in range(1, MAX_DEPTH + 1)
}
_STYLES["heat-0"] = "font-weight:inherit"


def static_style_of(part: str) -> dict[str, Value]:
    """Give a part the look it has where no style sheet can be relied on."""
    return {"style": _STYLES[part]}


def breakdown_html(
    view: BreakdownView,
    style_of: StyleOf,
    source: Thumbnail | None = None,
    *,
    offered: frozenset[int] = frozenset(),
) -> Safe:
    """Write a breakdown."""
    if view.cards:
        cards = [_card(card, style_of, offered) for card in view.cards]
        columns = style_of("cards" if source else "cards-alone")
        body = join((el("ol", cards, **columns), _shared(view, style_of)))
    elif view.options:
        body = _shortened(view, style_of)
    else:
        texts = (view.source.text.strip("\r\n"), view.source.chinese.strip("\r\n"))
        body = join(el("pre", text, dir="auto", **style_of("as-it-is")) for text in texts if text)
    # Beside the words where there is room: who reads a description looks back at the picture.
    picture = source_html(source, style_of) if source else None
    if picture is not None:
        body = el("div", picture, el("div", body, **style_of("beside")), **style_of("described"))
    return el("div", body, **style_of("breakdown"))


def source_html(shot: Thumbnail, style_of: StyleOf) -> Safe:
    """Write the picture that was sent to be described, small."""
    # The small copy where there is one: this stays in the file.
    content, mime = shot.smaller
    width, height = shown_size(shot.width, shot.height, _SOURCE_WIDTH)
    image = el(
        "img",
        src=picture_data_url(content, mime),
        alt=gettext(SOURCE_ALT),
        width=width,
        height=height if shot.width else None,
        **style_of("source-image"),
    )
    return el("div", image, **style_of("source"))


def _card(card: Card, style_of: StyleOf, offered: frozenset[int]) -> Safe:
    words = [
        el("strong", span.text, **style_of("shared")) if span.is_marked else span.text
        for span in card.words
    ]
    chips = [piece for chip in card.chips for piece in (el("code", chip, **style_of("chip")), " ")]
    return el(
        "li",
        el("div", words, dir="auto", **style_of("card-words")),
        el("div", chips, **style_of("chips")) if chips else None,
        _chinese(card.chinese, style_of),
        _card_buttons(card) if card.number in offered else None,
        value=card.number,
        **style_of("card"),
    )


def _card_buttons(card: Card) -> Safe:
    # What is copied is what the button would imagine, parameters with it.
    text = " ".join(("".join(span.text for span in card.words), *card.chips))
    copy = el(
        "button", gettext("Copy"), type="button", value=text, class_="mj-card-button mj-copy-card"
    )
    imagine = el(
        "button",
        gettext("Imagine"),
        type="button",
        data_mj_imagine=card.number,
        aria_label=gettext("Imagine prompt {number}").format(number=card.number),
        class_="mj-card-button",
    )
    return el("div", imagine, " ", copy, class_="mj-card-buttons")


def _chinese(text: str, style_of: StyleOf) -> Safe | None:
    # The language is named, so that the right font and the right voice are taken.
    return el("div", text, lang="zh", **style_of("chinese")) if text else None


def _shared(view: BreakdownView, style_of: StyleOf) -> Safe | None:
    if not view.shared:
        return None
    words = gettext("Said by several: {words}").format(words=", ".join(view.shared))
    return el("p", words, **style_of("aside"))


def _shortened(view: BreakdownView, style_of: StyleOf) -> Safe:
    return join(
        (
            el("p", [_word(word, style_of) for word in view.words], dir="auto", **style_of("heat")),
            _weights(view, style_of) if view.heavy else None,
            _heading(gettext("Shorter prompts"), style_of),
            el(
                "ol",
                [_option(view, option, style_of) for option in view.options],
                **style_of("options"),
            ),
        )
    )


def _heading(text: str, style_of: StyleOf) -> Safe:
    return el("p", el("strong", text), **style_of("heading"))


def _word(word: Word, style_of: StyleOf) -> Safe | str:
    weight = word.weight
    title = None if weight is None else gettext("weight {value}").format(value=f"{weight:.2f}")
    if word.mark is TokenMark.DROPPED:
        return el("s", word.text, title=title, **style_of("dropped"))
    if word.mark is TokenMark.KEPT:
        return el("strong", word.text, title=title, **style_of(f"heat-{word.depth}"))
    if word.weight is None:
        return word.text
    return el("span", word.text, title=title, **style_of(f"heat-{word.depth}"))


def _weights(view: BreakdownView, style_of: StyleOf) -> Safe:
    rows = [
        el(
            "tr",
            # Pages paint every second row of a table; beside bars that is noise.
            el("th", word.text, scope="row", dir="auto", **style_of("weight-word")),
            el("td", f"{word.weight or 0:.2f}", **style_of("weight-number")),
            el("td", _bar(word, style_of), **style_of("weight-bar")),
            **style_of("weight"),
        )
        for word in view.heavy
    ]
    lighter = sum(word.weight is not None for word in view.words) - len(view.heavy)
    told = gettext("{count} more weigh 0.02 or less.").format(count=lighter)
    rest = told if view.has_weights and lighter > 0 else ""
    return join(
        (
            _heading(gettext("Weights"), style_of),
            el("table", el("tbody", rows), **style_of("weights")),
            el("p", rest, **style_of("aside")) if rest else None,
        )
    )


def _bar(word: Word, style_of: StyleOf) -> Safe:
    percent = round(100 * min(1.0, word.weight or 0))
    known = dict(style_of("bar-done"))
    # A width is a value, not a look: it is written in the panel too, whose classes can't hold it.
    style = f"{known.pop('style', '')};width:{percent}%".lstrip(";")
    return el("span", style=style, aria_hidden="true", **known)


def _option(view: BreakdownView, option: Option, style_of: StyleOf) -> Safe:
    return el(
        "li",
        el("div", [_stretch(found, style_of) for found in option.changes], dir="auto"),
        _chinese(option.chinese, style_of),
        el("div", _count(option.kept, view.total), **style_of("count")),
        # The server's numbers, which the buttons carry: a list counts from 1 without them.
        value=option.number,
        **style_of("option"),
    )


def _count(kept: int, total: int) -> str:
    words = ngettext("{kept} of {total} word", "{kept} of {total} words", total)
    return words.format(kept=kept, total=total)


def _stretch(stretch: Stretch, style_of: StyleOf) -> Safe:
    # The space stays outside: struck or underlined, it looks like a sign.
    text = stretch.text.rstrip()
    space = stretch.text[len(text) :]
    if stretch.change is WordChange.LOST:
        return join((el("s", text, **style_of("lost")), space))
    if stretch.change is WordChange.ADDED:
        return join((el("ins", text, **style_of("added")), space))
    return join((text, space))
