"""The markup of the live panel, piece by piece: each piece is one widget and changes on its own."""

from functools import cache
from importlib.resources import files

from mj_notebook.view import words
from mj_notebook.view.breakdown_html import breakdown_html, source_html
from mj_notebook.view.html import Safe, Value, el, join, style_sheet
from mj_notebook.view.lines import closing_parts
from mj_notebook.view.parts import dots, failure_html, picture_address, prompt_html, shown_size
from mj_notebook.view.status import Phase
from mj_notebook.view.task_view import TaskView

SHOWN = 512
_SHEETS = ("style.css", "breakdown.css")
_TILES = (1, 2, 3, 4)
_LONG_PROMPT = 600


def _look(part: str) -> dict[str, Value]:
    return {"class_": f"mj-{part}"}


def _long_look(part: str) -> dict[str, Value]:
    """Let a long prompt scroll; what scrolls must be reachable with the keyboard."""
    if part != "prompt":
        return _look(part)
    return {
        "class_": "mj-prompt mj-long",
        "tabindex": 0,
        "role": "region",
        "aria_label": "Prompt",
    }


@cache
def sheet_html() -> Safe:
    """Return the style sheet of all panels."""
    folder = files("mj_notebook.view")
    return style_sheet("\n".join(folder.joinpath(name).read_text("utf-8") for name in _SHEETS))


def head_html(view: TaskView, outer_prompt: str | None = None) -> Safe:
    """
    Write the head: what was asked, and where it is drawn.

    Args:
        view: The job.
        outer_prompt: For a child, the prompt of the panel around it, which is not repeated; the
            head then folds the panel.
    """
    same = outer_prompt == view.prompt
    prompt = None if same else _prompt(view)
    badges = el("span", [el("span", badge, class_="mj-badge") for badge in view.badges])
    if outer_prompt is None:
        name = view.step or view.kind
        step = el("span", name, class_="mj-step") if name else None
        return el(
            "div", step, " ", prompt, " ", badges if view.badges else None, class_="mj-head-line"
        )
    # `details` folds without the kernel: the style sheet hides the rest of the panel with it.
    fold = el("details", el("summary", view.step or "next", class_="mj-step"), open=True)
    return el("div", fold, " ", prompt, class_="mj-head-line")


def _prompt(view: TaskView) -> Safe:
    look = _long_look if len(view.text) > _LONG_PROMPT else _look
    return el("div", prompt_html(view, look), class_="mj-prompt-line")


def words_html(view: TaskView) -> Safe:
    """Write the status in words; a piece of its own, as each change of it is read aloud."""
    return el("span", view.words, role="status", class_=f"mj-words mj-is-{view.phase}")


def line_html(view: TaskView, note: str = "") -> Safe:
    """Write what stands beside the words: the bar while it runs, what is kept at the end."""
    details = dots(closing_parts(view) if view.ended else view.details)
    said = [el("div", text, class_="mj-note") for text in (view.note, note) if text]
    return join(
        (
            None if view.ended else _bar(view),
            el("span", details, class_="mj-details"),
            failure_html(view, _look),
            el("div", said, role="alert", class_="mj-notes") if said else None,
            [el("div", remark, class_="mj-remark") for remark in view.remarks],
        )
    )


def _bar(view: TaskView) -> Safe | None:
    if view.phase is Phase.WINDOW:
        return None  # nothing runs: the server waits for the person
    known = view.percent is not None
    percent = round(view.percent or 0)
    bar = el(
        "div",
        el("div", class_="mj-bar-done", style=f"width:{percent}%") if known else None,
        role="progressbar",
        aria_label="Progress",
        aria_valuemin=0,
        aria_valuemax=100,
        aria_valuenow=percent if known else None,
        aria_valuetext=words.percentage(percent) if known else view.words,
        class_="mj-bar" if known else "mj-bar mj-bar-unknown",
    )
    number = el("span", words.percentage(percent), class_="mj-percent", aria_hidden="true")
    return join((bar, number if known else None))


def picture_html(view: TaskView) -> Safe:
    """
    Write what came of it: the picture with an outline for each tile, or what was told in words.

    Before that it is the room the picture will take, or the picture that is being described; ""
    when there is nothing to show.
    """
    if view.breakdown is not None:
        return breakdown_html(view.breakdown, _look, view.source)
    if view.kind:
        return source_html(view.source, _look) if view.source else Safe("")
    shot = view.shot
    if shot is None:
        return _room(view) if not view.ended and view.phase is not Phase.WINDOW else Safe("")
    width, height = shown_size(shot.width, shot.height, SHOWN)
    image = el(
        "img",
        src=picture_address(shot.content, shot.mime),
        alt=view.prompt,
        draggable="false",
        # The shape is known before the bytes are decoded, so nothing jumps.
        style=f"aspect-ratio:{width}/{height}" if shot.width else None,
        class_="mj-image",
    )
    outlines = [el("span", class_=f"mj-outline mj-outline-{n}", aria_hidden="true") for n in _TILES]
    style = f"max-width:{width}px" if shot.width else None
    return el("figure", image, outlines if view.is_grid else None, class_="mj-figure", style=style)


def _room(view: TaskView) -> Safe:
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
        el("span", row.word, class_=f"mj-word mj-line-{number}")
        for number, row in enumerate(view.rows, 1)
    ]
    return join((rows, el("span", class_="mj-break mj-line-end")))
