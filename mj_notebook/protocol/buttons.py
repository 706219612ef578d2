"""The one table of buttons: what a customId means (protocol/README.md §4).

A task's own buttons decide what is drawn, in the server's order; this table only adds meaning: a
spoken name, the row it belongs to, whether a window opens first. An unknown customId has no entry
and is drawn and sent as it is.
"""

import numbers
import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.protocol.models import Button, Task
from mj_notebook.protocol.visible_text import one_line
from mj_notebook.protocol.vocabulary import TaskAction


class WindowPolicy(StrEnum):
    """When a press opens a window that must be answered (return code 21)."""

    NEVER = "never"
    REMIX = "remix"
    ALWAYS = "always"


class ButtonRow(NamedTuple):
    """A row of buttons in the panel, and the short word for what it does."""

    name: str
    word: str


UPSCALES = ButtonRow("upscales", "upscale one")
VARIATIONS = ButtonRow("variations", "four more like one")
AGAIN = ButtonRow("again", "once more, opened below")
ENLARGE = ButtonRow("enlarge", "larger")
VARY = ButtonRow("vary", "vary")
ZOOM = ButtonRow("zoom", "zoom out")
PAN = ButtonRow("pan", "extend one side")
ANIMATE = ButtonRow("animate", "animate")
LIKE = ButtonRow("like", "like")
PROMPTS = ButtonRow("prompts", "imagine one")
DETAILS = ButtonRow("details", "details")


class ButtonKind(NamedTuple):
    """
    One row of the table.

    Attributes:
        key: Our word for it, used from Python: ``job.press("zoom_out_2x")``.
        pattern: What the customId begins with; ``{i}`` is the image's number.
        action: The kind of task a press makes.
        label: The label as the server writes it; "" when it shows only an emoji.
        emoji: The emoji as the server writes it.
        accessible_name: The full name, for screen readers and hints; ``{i}`` is the image's number.
        row: Where it is drawn.
        window: When a window opens first.
        tail: How the customId ends after the job's uuid.
    """

    key: str
    pattern: str
    action: TaskAction
    label: str
    emoji: str
    accessible_name: str
    row: ButtonRow
    window: WindowPolicy = WindowPolicy.NEVER
    tail: str = "::SOLO"

    def custom_id(self, uuid: str, index: int = 1) -> str:
        """Return the customId of this button on the job *uuid*."""
        return f"{self.pattern.format(i=index)}{uuid}{self.tail if uuid else ''}"


_A = TaskAction
# fmt: off
BUTTONS = (
    ButtonKind("upscale", "MJ::JOB::upsample::{i}::", _A.UPSCALE, "U{i}", "", "Upscale image {i}", UPSCALES, tail=""),
    ButtonKind("reroll", "MJ::JOB::reroll::0::", _A.REROLL, "", "🔄", "Draw four again", AGAIN, WindowPolicy.REMIX),
    ButtonKind("variation", "MJ::JOB::variation::{i}::", _A.VARIATION, "V{i}", "", "Four variations of image {i}", VARIATIONS, WindowPolicy.REMIX, tail=""),
    ButtonKind("upscale_subtle", "MJ::JOB::upsample_v7_2x_subtle::1::", _A.UPSCALE, "Upscale (Subtle)", "upscale_1", "Enlarge twice, true to the picture", ENLARGE),
    ButtonKind("upscale_creative", "MJ::JOB::upsample_v7_2x_creative::1::", _A.UPSCALE, "Upscale (Creative)", "upscale_1", "Enlarge twice, inventing detail", ENLARGE),
    ButtonKind("upscale_subtle_v6r1", "MJ::JOB::upsample_v6r1_2x_subtle::1::", _A.UPSCALE, "Upscale (Subtle)", "upscale_1", "Enlarge twice, true to the picture", ENLARGE),
    ButtonKind("upscale_creative_v6r1", "MJ::JOB::upsample_v6r1_2x_creative::1::", _A.UPSCALE, "Upscale (Creative)", "upscale_1", "Enlarge twice, inventing detail", ENLARGE),
    ButtonKind("upscale_subtle_v6", "MJ::JOB::upsample_v6_2x_subtle::1::", _A.UPSCALE, "Upscale (Subtle)", "upscale_1", "Enlarge twice, true to the picture", ENLARGE),
    ButtonKind("upscale_creative_v6", "MJ::JOB::upsample_v6_2x_creative::1::", _A.UPSCALE, "Upscale (Creative)", "upscale_1", "Enlarge twice, inventing detail", ENLARGE),
    ButtonKind("upscale_2x", "MJ::JOB::upsample_v5_2x::1::", _A.UPSCALE, "Upscale (2x)", "upscale_1", "Enlarge twice", ENLARGE),
    ButtonKind("upscale_4x", "MJ::JOB::upsample_v5_4x::1::", _A.UPSCALE, "Upscale (4x)", "upscale_1", "Enlarge four times", ENLARGE),
    ButtonKind("vary_subtle", "MJ::JOB::low_variation::1::", _A.VARIATION, "Vary (Subtle)", "🪄", "Four subtle variations", VARY, WindowPolicy.REMIX),
    ButtonKind("vary_strong", "MJ::JOB::high_variation::1::", _A.VARIATION, "Vary (Strong)", "🪄", "Four strong variations", VARY, WindowPolicy.REMIX),
    ButtonKind("vary_region", "MJ::Inpaint::1::", _A.VARIATION, "Vary (Region)", "🖌️", "Repaint a region", VARY, WindowPolicy.ALWAYS),
    ButtonKind("zoom_out_2x", "MJ::Outpaint::50::1::", _A.ZOOM, "Zoom Out 2x", "🔍", "Zoom out twice", ZOOM),
    ButtonKind("zoom_out_1_5x", "MJ::Outpaint::75::1::", _A.ZOOM, "Zoom Out 1.5x", "🔍", "Zoom out one and a half times", ZOOM),
    ButtonKind("custom_zoom", "MJ::CustomZoom::", _A.ZOOM, "Custom Zoom", "🔍", "Zoom out by your own measure", ZOOM, WindowPolicy.ALWAYS, tail=""),
    ButtonKind("make_square", "MJ::Outpaint::100::1::", _A.ZOOM, "Make Square", "↔️", "Extend to a square", ZOOM),
    ButtonKind("pan_left", "MJ::JOB::pan_left::1::", _A.PAN, "", "⬅️", "Extend to the left", PAN, WindowPolicy.REMIX),
    ButtonKind("pan_right", "MJ::JOB::pan_right::1::", _A.PAN, "", "➡️", "Extend to the right", PAN, WindowPolicy.REMIX),
    ButtonKind("pan_up", "MJ::JOB::pan_up::1::", _A.PAN, "", "⬆️", "Extend upwards", PAN, WindowPolicy.REMIX),
    ButtonKind("pan_down", "MJ::JOB::pan_down::1::", _A.PAN, "", "⬇️", "Extend downwards", PAN, WindowPolicy.REMIX),
    ButtonKind("animate_high", "MJ::JOB::animate_high::1::", _A.VIDEO, "Animate (High motion)", "🎞️", "Animate with high motion", ANIMATE, WindowPolicy.REMIX),
    ButtonKind("animate_low", "MJ::JOB::animate_low::1::", _A.VIDEO, "Animate (Low motion)", "🎞️", "Animate with low motion", ANIMATE, WindowPolicy.REMIX),
    ButtonKind("pick_film", "MJ::JOB::video_virtual_upscale::{i}::", _A.UPSCALE, "U{i}", "", "Pick film {i}", UPSCALES, tail=""),
    ButtonKind("extend_high", "MJ::JOB::animate_high_extend::1::", _A.VIDEO, "Extend (High motion)", "🎞️", "Go on with high motion", ANIMATE, WindowPolicy.REMIX, tail=""),
    ButtonKind("extend_low", "MJ::JOB::animate_low_extend::1::", _A.VIDEO, "Extend (Low motion)", "🎞️", "Go on with low motion", ANIMATE, WindowPolicy.REMIX, tail=""),
    ButtonKind("bookmark", "MJ::BOOKMARK::", _A.UPSCALE, "", "❤️", "Like this picture", LIKE, tail=""),
    ButtonKind("imagine_line", "MJ::Job::PicReader::{i}", _A.IMAGINE, "", "{i}️⃣", "Imagine description {i}", PROMPTS, WindowPolicy.ALWAYS),
    ButtonKind("imagine_all", "MJ::Job::PicReader::all", _A.IMAGINE, "Imagine all", "🎉", "Imagine all four descriptions", PROMPTS),
    ButtonKind("describe_again", "MJ::Picread::Retry", _A.DESCRIBE, "", "🔄", "Describe again", AGAIN),
    ButtonKind("show_details", "MJ::Job::PromptAnalyzerExtended", _A.SHORTEN, "Show Details", "", "Show the weight of each word", DETAILS),
    ButtonKind("imagine_short", "MJ::Job::PromptAnalyzer::{i}", _A.IMAGINE, "", "{i}️⃣", "Imagine shortened prompt {i}", PROMPTS, WindowPolicy.ALWAYS),
)
# fmt: on
BUTTON_KIND = {kind.key: kind for kind in BUTTONS}
ONE_PROMPT = frozenset({"imagine_line", "imagine_short"})
"""The kinds that draw one of the prompts that were written; their number tells which."""


_FREE = frozenset({"bookmark"})
"""The kinds that draw nothing."""


class ParsedButton(NamedTuple):
    """What a customId means: its kind, the image's number and the job's uuid where it has them."""

    kind: ButtonKind
    number: int
    uuid: str


def _matcher(kind: ButtonKind) -> re.Pattern[str]:
    body = re.escape(kind.pattern).replace(r"\{i\}", r"(?P<i>[1-9])")
    # "upsample::" picks one image, "upsample_…" enlarges: the separator is part of the pattern. Not
    # every button ends in "::SOLO", so it may be missing from any.
    return re.compile(rf"{body}(?P<uuid>[0-9a-zA-Z-]*)(?:::SOLO)?\Z", re.IGNORECASE)


_MATCHERS = tuple((_matcher(kind), kind) for kind in BUTTONS)
# A custom zoom made by one server of the family has an index of its own.
_CUSTOM_ZOOM_INDEXED = re.compile(r"MJ::CustomZoom::\d+::(?P<uuid>[0-9a-zA-Z-]+)\Z")


# Each redraw of a panel asks for each of its buttons, and a miss tries every row of the table.
@lru_cache(maxsize=4096)
def parse_custom_id(custom_id: str) -> ParsedButton | None:
    """Return what *custom_id* means; None when the table doesn't know it."""
    indexed = _CUSTOM_ZOOM_INDEXED.match(custom_id)
    if indexed:
        return ParsedButton(BUTTON_KIND["custom_zoom"], 1, indexed["uuid"])
    for matcher, kind in _MATCHERS:
        found = matcher.match(custom_id)
        if found:
            index = found.groupdict().get("i")
            return ParsedButton(kind, int(index or 1), found["uuid"])
    return None


def button_of(kind: ButtonKind, uuid: str, index: int = 1) -> Button:
    """Write the button of *kind* as a server does."""
    return Button(
        custom_id=kind.custom_id(uuid, index),
        emoji=kind.emoji.format(i=index),
        label=kind.label.format(i=index),
    )


# Custom emoji of the chat service arrive as their names; these signs stand for them.
EMOJI_SIGNS = {"upscale_1": "⤢"}


def caption(button: Button) -> str:
    """Return what a person sees on the button: emoji and label, or a name made of the command."""
    emoji = EMOJI_SIGNS.get(button.emoji, button.emoji)
    # Its picture belongs to the chat service, and can't be shown here.
    if re.fullmatch(r"[a-z0-9_]{2,}", emoji):
        emoji = ""  # another custom emoji's name: never shown as a word
    words = f"{emoji} {button.label}".strip()
    if words:
        return one_line(words)
    # An unknown button without words is called by what of its command a person may understand.
    parts = [part for part in button.custom_id.split("::") if part not in {"MJ", "JOB", "Job"}]
    return one_line((parts[0] if parts else button.custom_id).replace("_", " "))


def accessible_name(button: Button, translate: Callable[[str], str] = str) -> str:
    """Return the button's full name, for hints and screen readers; *translate* looks it up."""
    press = parse_custom_id(button.custom_id)
    if press is None:
        return caption(button)
    return translate(press.kind.accessible_name).format(i=press.number)


def row_of(button: Button) -> ButtonRow:
    """Return the row a button is drawn in; unknown ones share a row of their own."""
    press = parse_custom_id(button.custom_id)
    # Never left out: what a newer server offers can be pressed before this table knows it.
    return press.kind.row if press else ButtonRow("other", "")


GRID_ACTIONS = frozenset({_A.IMAGINE, _A.VARIATION, _A.REROLL, _A.BLEND, _A.ZOOM, _A.PAN})
"""The kinds of tasks whose picture is a grid of four, for servers that give no buttons."""


def shows_grid(task: Task) -> bool:
    """Tell whether the picture of a finished *task* is a grid of four; its buttons decide."""
    if task.buttons:
        # Before the action: a Vary (Region) is a VARIATION, and what it gives is told by its
        # buttons.
        presses = (parse_custom_id(button.custom_id) for button in task.buttons)
        return any(press and press.kind is BUTTON_KIND["upscale"] for press in presses)
    return task.succeeded and task.action in GRID_ACTIONS


def is_film(task: Task) -> bool:
    """Tell whether a finished *task* may be a film; one that tells no action may be anything."""
    # In doubt it is one: whoever goes on with it is told by the server, not refused here.
    if not task.action or task.action == _A.VIDEO or task.video_url or task.video_urls:
        return True
    presses = (parse_custom_id(button.custom_id) for button in task.buttons or ())
    return any(press and press.kind.key.startswith("extend_") for press in presses)


def tile_urls(task: Task) -> dict[int, str]:
    """Return the addresses of the tiles by number, where a server gives all four one by one."""
    urls = task.image_urls or ()
    # Two addresses of a film, say, are no tiles.
    return dict(enumerate(urls, 1)) if len(urls) == 4 and shows_grid(task) else {}


# -- which button a person means --


def button_name(name: object, *, tells_words: bool = False) -> str:
    """
    Return *name* as one that `find_button` takes: a number is one of what the task gave.

    Args:
        name: As a person wrote it.
        tells_words: Whether the task gives prompts, 1️⃣ to 5️⃣; else pictures, U1 to U4.

    Raises:
        UsageError: It can't be the name of a button.
    """
    pattern, most = ("{i}️⃣", 5) if tells_words else ("U{i}", 4)
    number = int(name) if isinstance(name, numbers.Integral) and not isinstance(name, bool) else 0
    if 1 <= number <= most:
        return pattern.format(i=number)
    if not isinstance(name, str):
        said = pattern.format(i=2)
        raise UsageError(
            translated("{name!r} is no button.", name=name),
            hint=translated(
                'Say what is written on it, like "{said}", or a number 1–{most}.',
                said=said,
                most=most,
            ),
        )
    return name.strip()


# Of a grid's four pictures, and of the five prompts that words give: see `button_name`.
_NUMBERED = re.compile(r"(?P<letter>[UV])\s*(?P<number>\d+)(?P<more>\s.*)?\Z", re.IGNORECASE)


def require_possible(name: str, *, tells_words: bool) -> None:
    """Refuse what no task offers before its buttons are known: pictures are numbered to four."""
    numbered = _NUMBERED.match(name)
    if numbered is None:
        return
    if tells_words:
        raise UsageError(
            translated("There will be no button {name!r}: this is answered in words.", name=name),
            hint=translated("Its prompts are 1️⃣ to 5️⃣, or the numbers 1–5."),
        )
    letter = numbered["letter"].upper()
    if numbered["more"]:
        raise UsageError(
            translated("There will be no button {name!r}.", name=name),
            hint=translated(
                "Did you mean {letter}{numbered}?", letter=letter, numbered=numbered["number"]
            ),
        )
    if not 1 <= int(numbered["number"]) <= 4:
        raise UsageError(
            translated("There will be no button {name!r}: a grid has four pictures.", name=name),
            hint=translated("Take {letter}1 to {letter}4.", letter=letter),
        )


def find_button(
    buttons: Sequence[Button], name: str, *, is_open: bool, translate: Callable[[str], str] = str
) -> Button:
    """
    Return the one of *buttons* that is called *name*, in English or as *translate* has it.

    Raises:
        UsageError: None is, or several are; the sentence lists what can be said.
    """
    meant = [button for button in buttons if is_called(button, name, translate)]
    # A server may offer one button twice, which is no doubt.
    if len({button.custom_id for button in meant}) > 1:
        which = ", ".join(map(caption, meant))
        raise UsageError(
            translated("{name!r} could mean several buttons.", name=name),
            hint=translated("Say which: {which}.", which=which),
        )
    if meant:
        return meant[0]
    offered = ", ".join(map(caption, buttons))
    if not offered:
        state = translated("is not finished") if is_open else translated("offers no buttons")
        raise UsageError(
            translated("There is no button {name!r}: the task {state}.", name=name, state=state)
        )
    begun = [caption(one) for one in buttons if name.lower().startswith(f"{caption(one)} ".lower())]
    near = translated("Did you mean {begun}? ", begun=begun[0]) if begun else ""
    raise UsageError(
        translated("There is no button {name!r}.", name=name),
        hint=translated("{near}This task offers: {offered}.", near=near, offered=offered),
    )


def is_called(button: Button, name: str, translate: Callable[[str], str] = str) -> bool:
    """Tell whether *name* is one of the ways to call *button*."""
    return name.strip().lower() in _names(button, translate)


def _names(button: Button, translate: Callable[[str], str]) -> set[str]:
    """Return all the ways to call *button*, in lower case."""
    names = {button.custom_id, button.label, button.emoji, caption(button)}
    # A notebook may come from somebody who reads another language.
    names |= {accessible_name(button), accessible_name(button, translate)}
    press = parse_custom_id(button.custom_id)
    if press:
        key, number = press.kind.key, press.number
        # Without its number "upscale" would silently mean the first of four.
        names |= {f"{key}_{number}", f"{key} {number}"} if "{i}" in press.kind.pattern else {key}
    return {name.strip().lower() for name in names if name.strip()}


def is_free(custom_id: str) -> bool:
    """Tell whether the button *custom_id* makes no task that costs anything."""
    press = parse_custom_id(custom_id)
    return press is not None and press.kind.key in _FREE
