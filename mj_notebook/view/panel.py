"""The markup of the live panel, piece by piece: each piece is one widget and changes on its own."""

from functools import cache
from importlib.resources import files

from mj_notebook.language import gettext
from mj_notebook.view import units
from mj_notebook.view.breakdown_html import breakdown_html, source_html
from mj_notebook.view.html import Safe, Value, el, join
from mj_notebook.view.parts import (
    failure_html,
    findings_html,
    join_with_dots,
    picture_data_url,
    prompt_html,
    shown_size,
)
from mj_notebook.view.status import Phase
from mj_notebook.view.task_view import TaskView
from mj_notebook.view.text import final_parts
from mj_notebook.view.trail import ARROW, shown_word

# A panel and the next cell stand on one screen; a click shows the picture whole.
SHOWN = 512
_SHEETS = ("colours.css", "style.css", "breakdown.css")
_TILES = (1, 2, 3, 4)
# About what fits above a picture; longer ones would push it off the screen.
_LONG_PROMPT = 600


def _style_of(part: str) -> dict[str, Value]:
    return {"class_": f"mj-{part}"}


def _scrolling_style_of(part: str) -> dict[str, Value]:
    """Let a long prompt scroll; what scrolls must be reachable with the keyboard."""
    if part != "prompt":
        return _style_of(part)
    return {
        "class_": "mj-prompt mj-long",
        "tabindex": 0,
        "role": "region",
        "aria_label": gettext("Prompt"),
    }


@cache
def sheet() -> str:
    """Return the style sheet of all panels."""
    folder = files("mj_notebook.view").joinpath("css")
    return "\n".join(folder.joinpath(name).read_text("utf-8") for name in _SHEETS)


def head_html(view: TaskView, outer_prompt: str | None = None) -> Safe:
    """
    Write the head: what was asked, and where it is drawn.

    Args:
        view: The job.
        outer_prompt: For a child, the prompt of the panel around it, which is not repeated; the
            head then folds the panel.
    """
    # A child's prompt is its parent's as a rule; only one that was changed is worth its lines.
    same = outer_prompt == view.prompt
    prompt = None if same else _prompt(view)
    badges = el(
        "span", [el("span", badge, class_="mj-badge") for badge in view.badges], class_="mj-badges"
    )
    # The whole prompt stands in the head for who copies it; a child's is in the panel around it.
    style_of: dict[str, Value] = {
        "class_": "mj-head-line",
        "data_mj_prompt": None if same else view.prompt,
    }
    way = trail_html(view)
    if outer_prompt is None:
        shown_badges = badges if view.badges else None
        line = el("div", prompt, " ", shown_badges, **style_of)
        return join((way, line, findings_html(view, _style_of)))
    # `details` folds without the kernel: the style sheet hides the rest of the panel with it.
    made_from = gettext("{count} made from it").format(count=len(view.children))
    count = f" · {made_from}" if view.children else ""
    made = el("span", count, class_="mj-made") if count else None
    fold = el("details", el("summary", way or view.step or gettext("next"), made), open=True)
    head = el("div", fold, " ", prompt, **style_of)
    return head if same else join((head, findings_html(view, _style_of)))


def trail_html(view: TaskView) -> Safe | None:
    """Write the way to a pressed job, its last step plainly; None for a first job."""
    name = view.step or view.kind
    if not name:
        return None
    *way, last = view.trail if view.step and view.trail else (name,)
    steps = [piece for word in way for piece in (el("span", shown_word(word)), ARROW)]
    step = el("strong", shown_word(last), class_="mj-step")
    return el("span", steps, step, class_="mj-trail")


def _prompt(view: TaskView) -> Safe:
    style_of = _scrolling_style_of if len(view.text) > _LONG_PROMPT else _style_of
    return el("div", prompt_html(view, style_of), class_="mj-prompt-line")


def words_html(view: TaskView) -> Safe:
    """Write the status in words; a piece of its own, as each change of it is read aloud."""
    return el("span", view.words, role="status", class_=f"mj-words mj-is-{view.phase}")


def line_html(view: TaskView, note: str = "") -> Safe:
    """Write what stands beside the words: the bar while it runs, what is kept at the end."""
    details = join_with_dots(final_parts(view) if view.is_ended else view.details)
    # The server's own note and the panel's: both may be there at once, and neither replaces the
    # other.
    said = [el("div", text, class_="mj-note") for text in (view.note, note) if text]
    return join(
        (
            None if view.is_ended else _bar(view),
            el("span", details, class_="mj-details"),
            failure_html(view, _style_of),
            el("div", said, role="alert", class_="mj-notes") if said else None,
            [el("div", remark, class_="mj-remark") for remark in view.remarks],
        )
    )


def _bar(view: TaskView) -> Safe | None:
    if view.phase is Phase.WINDOW:
        return None  # nothing runs: the server waits for the person
    known = view.percent is not None
    # Whole numbers: a bar that is written anew for each tenth would be a message each time.
    percent = round(view.percent or 0)
    bar = el(
        "div",
        el("div", class_="mj-bar-done", style=f"width:{percent}%") if known else None,
        role="progressbar",
        aria_label=gettext("Progress"),
        aria_valuemin=0,
        aria_valuemax=100,
        aria_valuenow=percent if known else None,
        # Where nobody knows how far it is, the words are spoken in place of a number.
        aria_valuetext=units.percentage(percent) if known else view.words,
        class_="mj-bar" if known else "mj-bar mj-bar-unknown",
    )
    # Hidden from screen readers: the bar beside it has told the number already.
    number = el("span", units.percentage(percent), class_="mj-percent", aria_hidden="true")
    return join((bar, number if known else None))


def picture_html(view: TaskView, key: str = "") -> Safe:
    """
    Write what came of it: the picture with an outline for each tile, or what was told in words.

    Before that it is the room the picture will take, or the picture that is being described; ""
    when there is nothing to show.
    """
    if view.breakdown is not None:
        # Only what the server offers a button for gets one in its card.
        tiles = frozenset(button.tile for row in view.rows for button in row.buttons)
        return breakdown_html(view.breakdown, _style_of, view.source, offered=tiles - {0})
    if view.kind:
        return source_html(view.source, _style_of) if view.source else Safe("")
    shot = view.thumbnail
    if shot is None:
        return (
            # While a window waits its form stands in that place, and nothing is drawn yet.
            _placeholder(view) if not view.is_ended and view.phase is not Phase.WINDOW else Safe("")
        )
    width, height = shown_size(shot.width, shot.height, SHOWN)
    image = el(
        "img",
        src=picture_data_url(shot.content, shot.mime),
        alt=view.prompt,
        # A drag would take the picture along instead of the click that opens it.
        draggable="false",
        # The shape is known before the bytes are decoded, so nothing jumps.
        style=f"aspect-ratio:{width}/{height}" if shot.width else None,
        class_="mj-image",
    )
    style = f"max-width:{width}px" if shot.width else None
    style_of: dict[str, Value] = {"class_": "mj-figure", "style": style}
    # Full size is only promised where the file is kept: a preview has nothing larger behind it.
    if key and view.file and view.size:
        style_of |= {"data_mj_key": key, "data_mj_size": f"{view.size[0]} {view.size[1]}"}
        return el("figure", image, _open_buttons(view), **style_of)
    outlines = [el("span", class_=f"mj-outline mj-outline-{n}", aria_hidden="true") for n in _TILES]
    return el("figure", image, outlines if view.is_grid else None, **style_of)


def _open_buttons(view: TaskView) -> list[Safe]:
    """Write what opens the picture at full size: a button over each tile, or over the whole."""
    return [
        el(
            "button",
            type="button",
            data_mj_open=number,
            aria_label=(
                gettext("Open tile {number} at full size")
                if number
                else gettext("Open the picture at full size")
            ).format(number=number),
            class_=f"mj-door mj-outline mj-outline-{number}",
        )
        for number in (_TILES if view.is_grid else (0,))
    ]


def code_html(code: str) -> Safe:
    """Write the way to a picture as Python, to be read, selected and copied."""
    copy = el("button", gettext("Copy"), type="button", class_="mj-copy-code")
    label = gettext("Code")
    text = el("pre", code, tabindex=0, role="region", aria_label=label, class_="mj-code-text")
    return el("div", text, copy, class_="mj-code-box")


def _placeholder(view: TaskView) -> Safe:
    # The room is taken from the start, so that the page does not jump when the picture comes.
    width, height = shown_size(*view.aspect, SHOWN)
    tiles = 4 if view.will_be_grid else 1
    return el(
        "div",
        [el("span", class_="mj-blank-tile") for _ in range(tiles)],
        aria_hidden="true",
        class_="mj-blank mj-blank-grid" if tiles > 1 else "mj-blank",
        style=f"max-width:{width}px;aspect-ratio:{width}/{height}",
    )


def legend_html(view: TaskView) -> Safe:
    """
    Write what each row of buttons does.

    Buttons carry the class ``mj-line-N`` and the words are put between them by their order, where
    each begins a line: a widget for each row would cost a message each.
    """
    rows = [
        el("span", join_with_dots((row.word, row.cost)), class_=f"mj-word mj-line-{number}")
        for number, row in enumerate(view.rows, 1)
    ]
    return join((rows, el("span", class_="mj-break mj-line-end")))
