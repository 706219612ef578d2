"""The live panel: what it sends, what it shows, what it calls."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ipywidgets
import pytest

from mj_notebook.errors import BannedPrompt, TaskFailed
from mj_notebook.images.thumbnails import preview, undecoded_preview
from mj_notebook.protocol.button_sets import grid_buttons, single_buttons
from mj_notebook.protocol.models import Button
from mj_notebook.protocol.vocabulary import TaskAction
from mj_notebook.view.facts import Facts
from mj_notebook.widgets.page import PageScript
from mj_notebook.widgets.panel import Panel
from mj_notebook.widgets.shared import Shared
from tests.view.samples import (
    ASKED_AT,
    UUID,
    encoded,
    facts,
    finished_grid,
    finished_upscale,
    grid_picture,
    task,
)
from tests.view.told import published
from tests.widgets.wire import Sent


class Shown:
    """A job as a panel sees it, its callbacks counted."""

    def __init__(self, given: Facts, common: Shared | None = None) -> None:
        self.given, self.now = given, ASKED_AT + 50
        self.calls: list[str] = []
        self.panel = Panel(
            self,
            press=self.calls.append,
            cancel=lambda: self.calls.append("cancel"),
            seed=lambda: self.calls.append("seed"),
            save=lambda: self.calls.append("save"),
            code=lambda: self.calls.append("code"),
            again=lambda: self.calls.append("again"),
            clock=lambda: self.now,
            common=common or Shared(),
        )

    def facts(self) -> Facts:
        """Return what is known now."""
        return self.given

    def show(self, given: Facts, now: float | None = None) -> None:
        """Let the job change."""
        self.given, self.now = given, now or self.now
        self.panel.show(self.given, self.now)

    @property
    def buttons(self) -> dict[str, Any]:
        """The buttons of this panel, without its children's."""
        offer = next(part for part in self.panel.widget.children if "mj-offer" in part._dom_classes)
        found = (part for part in offer.children if isinstance(part, ipywidgets.Button))
        return {part.description: part for part in found}

    def text(self, name: str) -> str:
        """The markup of one piece of the panel."""
        found = (part for part in self.panel.widget.children if name in part._dom_classes)
        return str(next(found).value)


def opened(messages: Sent) -> int:
    """Count the models that were opened."""
    return sum(kind == "comm_open" for kind, _ in messages)


def twenty_buttons() -> Facts:
    """Return a finished job with twenty buttons in seven rows."""
    buttons = (*single_buttons(UUID, "7", square=False), *grid_buttons(UUID)[:4])
    assert len(buttons) == 20
    return finished_grid(task=task(status="SUCCESS", buttons=buttons))


def naive(widget: Any) -> Any:
    """Make the same widgets anew as everybody does: each with a layout and a style of its own."""
    if isinstance(widget, ipywidgets.Box):
        return ipywidgets.Box([naive(child) for child in widget.children])
    if isinstance(widget, ipywidgets.Button):
        return ipywidgets.Button(description=widget.description, tooltip=widget.tooltip)
    if isinstance(widget, ipywidgets.HTML):
        return ipywidgets.HTML(widget.value)
    return PageScript()


@pytest.mark.parametrize("make", [twenty_buttons, finished_grid, finished_upscale])
def test_a_panel_costs_a_third_of_the_naive_one(sent: Sent, make: Callable[[], Facts]) -> None:
    """A panel sends at most 0.35 of the messages of the same widgets made naively."""
    common = Shared()
    sent.clear()
    shown = Shown(make(), common)
    ours = len(sent)
    sent.clear()
    naive(shown.panel.widget)
    assert ours == len(shown.buttons) + 7
    assert ours <= 0.35 * len(sent)


def test_the_first_panel_brings_what_all_share(sent: Sent) -> None:
    """The script with the sheet travels with the first panel, and only with that."""
    Shown(twenty_buttons())
    first = opened(sent)
    assert first == len(sent)
    sent.clear()
    common = Shared()
    assert len(sent) == 1
    sent.clear()
    Shown(twenty_buttons(), common)
    assert len(sent) == first - 1


def test_the_sheet_travels_once(sent: Sent) -> None:
    """However many panels there are, the style sheet is sent once, and stands in none of them."""
    common = Shared()
    for _ in range(3):
        Shown(finished_grid(), common)
    assert sum(".mj-panel" in str(data) for _, data in sent) == 1
    assert not any("<style>" in str(data) for _, data in sent)


def test_no_part_has_a_layout_or_a_style(sent: Sent) -> None:
    """A page makes one view for each part, not three, and none of what all parts listen to."""
    Shown(finished_grid())
    states = [data["state"] for _, data in sent]
    assert {state["layout"] for state in states} == {None}
    assert {state.get("style") for state in states} == {None}


def test_nothing_changed_nothing_sent(sent: Sent) -> None:
    """Showing the same again sends nothing, running or finished."""
    for given in (facts(task=task(progress="46%")), finished_grid()):
        shown = Shown(given)
        sent.clear()
        shown.show(given)
        shown.panel.refresh()
        shown.panel.note("")
        assert sent == []


def test_a_tick_is_one_message(sent: Sent) -> None:
    """A passing second, or a new percentage, is a single small message."""
    shown = Shown(facts(task=task(progress="46%")))
    sent.clear()
    shown.show(shown.given, shown.now + 1)
    shown.show(facts(task=task(progress="62%")))
    assert len(sent) == 2
    assert max(len(str(data)) for _, data in sent) < 1500


def test_a_picture_is_sent_once(sent: Sent) -> None:
    """The picture travels when it is another one, not with each percentage."""
    sketch = undecoded_preview(encoded(grid_picture(64)))
    shown = Shown(facts(task=task(progress="15%"), thumbnail=sketch, is_preview=True))
    sent.clear()
    for percent in (31, 46, 62):
        shown.show(facts(task=task(progress=f"{percent}%"), thumbnail=sketch, is_preview=True))
    assert not any("base64" in str(data) for _, data in sent)
    shown.show(finished_grid(thumbnail=preview(encoded(grid_picture()))))
    assert sum("base64" in str(data) for _, data in sent) == 1


def test_pressing_marks_one_button(sent: Sent) -> None:
    """A pressed button is marked at once, and no other is touched."""
    shown = Shown(finished_grid())
    sent.clear()
    shown.show(finished_grid(pressed=frozenset({f"MJ::JOB::upsample::2::{UUID}"})))
    assert len(sent) == 1
    assert "mj-pressed" in shown.buttons["U2"]._dom_classes
    assert shown.buttons["U2"].tooltip == "Upscale image 2 (pressed)"
    assert "mj-pressed" not in shown.buttons["U1"]._dom_classes


def test_what_is_drawn_again_says_where_it_will_stand() -> None:
    """🔄 opens below; this is another of the same beside what is here, or of the same press."""
    third = Shown(replace(finished_grid(), place=(1, 2)))
    assert "Draw again (3 of 3)" in third.buttons
    pressed = Shown(replace(finished_grid(), step="V1", trail=("imagine", "V1")))
    assert "Draw V1 again" in pressed.buttons
    assert "once more, opened below" in third.panel._buttons._legend.value


def test_buttons_in_the_servers_order() -> None:
    """Every button is drawn with its caption and its full name, in the server's order."""
    shown = Shown(finished_grid())
    assert list(shown.buttons) == [
        *("U1", "U2", "U3", "U4", "🔄", "V1", "V2", "V3", "V4"),
        *("Save", "Copy prompt", "Copy picture", "Code", "Draw again (2 of 2)", "Seed"),
    ]
    assert shown.buttons["V3"].tooltip == "Four variations of image 3"
    assert "mj-tile-3" in shown.buttons["V3"]._dom_classes


def test_a_picture_can_be_copied_where_there_is_one() -> None:
    """The prompt and the picture are two wishes; without a kept picture there is one."""
    shown = Shown(finished_grid(thumbnail=preview(encoded(grid_picture()))))
    assert "Copy picture" in shown.buttons
    assert "Copy picture" not in Shown(finished_grid(saved="")).buttons


def test_custom_emoji_is_never_a_word() -> None:
    """The name of a custom emoji is never shown."""
    shown = Shown(finished_upscale())
    assert not any("upscale_1" in name for name in shown.buttons)


@pytest.mark.parametrize(
    "custom_id", ["MJ::Future::sparkle::1::x", "<img src=x onerror=alert(1)>", "任意", " "]
)
def test_unknown_buttons_are_pressed_verbatim(custom_id: str) -> None:
    """A button the table doesn't know is drawn, and its customId is handed on untouched."""
    unknown = Button(custom_id, label="<b>Sparkle</b>")
    shown = Shown(finished_grid(task=task(status="SUCCESS", buttons=(unknown,))))
    shown.buttons["<b>Sparkle</b>"].click()
    assert shown.calls == [custom_id]


def test_two_clicks_are_two_calls() -> None:
    """The panel counts nothing: making one job of a double click is the session's duty."""
    shown = Shown(finished_grid())
    shown.buttons["U2"].click()
    shown.buttons["U2"].click()
    assert shown.calls == [f"MJ::JOB::upsample::2::{UUID}"] * 2


def test_a_describe_shows_its_words(sent: Sent) -> None:
    """Cards come in the place of the picture, their buttons below; there is no seed to ask for."""
    shown = Shown(facts(prompt="", kind=TaskAction.DESCRIBE))
    before = opened(sent)
    shown.show(published("plus_describe_success"))
    assert shown.text("mj-picture").count('class="mj-card"') == 4
    assert list(shown.buttons) == [
        *("1️⃣", "2️⃣", "3️⃣", "4️⃣", "🎉 Imagine all", "🔄"),
        *("Code", "Ask again (2 of 2)"),
    ]
    assert shown.buttons["3️⃣"].tooltip == "Imagine description 3"
    assert opened(sent) == before + len(shown.buttons) + 1  # the words beside the rows
    shown.buttons["3️⃣"].click()
    assert shown.calls == ["MJ::Job::PicReader::3"]


def test_quiet_buttons_come_and_go() -> None:
    """Cancel is there while the job runs; the seed takes the place of what asked for it."""
    shown = Shown(facts(task=task()))
    assert list(shown.buttons) == ["Cancel"]
    shown.buttons["Cancel"].click()
    shown.show(finished_grid())
    assert "Cancel" not in shown.buttons
    shown.buttons["Seed"].click()
    assert shown.calls == ["cancel", "seed"]
    shown.show(finished_grid(seed="7"))
    assert list(shown.buttons)[-1] == "Seed 7"
    assert "seed 7" in shown.text("mj-line")


def test_each_quiet_button_calls() -> None:
    """Save, Code and Draw again are handed on; copying is the page's own work."""
    shown = Shown(finished_grid())
    for name in ("Save", "Copy picture", "Copy prompt", "Code", "Draw again (2 of 2)"):
        shown.buttons[name].click()
    assert shown.calls == ["save", "code", "again"]


def test_what_failed_can_be_tried_again() -> None:
    """Below a failure the prompt can be copied and asked once more, but not a banned one."""
    error = BannedPrompt("The proxy refuses “red”.")
    error.word = "red"
    assert list(Shown(facts(error=error)).buttons) == ["Copy prompt"]
    failed = facts(task=task(status="FAILURE"), error=TaskFailed("x"), ended_at=ASKED_AT + 1)
    assert list(Shown(failed).buttons) == ["Copy prompt", "Draw again"]


def test_code_comes_and_goes(sent: Sent) -> None:
    """The way here stands under the buttons until it is taken away again."""
    shown = Shown(finished_grid())
    shown.panel.show_code("x = 1 < 2")
    assert shown.panel.shows_code
    assert "x = 1 &lt; 2" in shown.text("mj-code")
    sent.clear()
    shown.panel.show_code(None)
    assert not shown.panel.shows_code
    assert [kind for kind, _ in sent] == ["comm_msg", "comm_close"]


def test_a_button_that_is_not_taken_says_why(sent: Sent) -> None:
    """It stays, marked, with the server's reason as its hint; one button changes."""
    shown = Shown(finished_grid())
    sent.clear()
    which = f"MJ::JOB::variation::2::{UUID}"
    shown.show(finished_grid(pressed=frozenset({which}), refused={which: "It knows <no> V."}))
    assert shown.buttons["V2"].tooltip == (
        "Four variations of image 2 (not taken here: It knows <no> V.)"
    )
    assert "mj-refused" in shown.buttons["V2"]._dom_classes
    assert "mj-pressed" not in shown.buttons["V2"]._dom_classes
    assert len(sent) == 1


def test_the_page_asks_for_a_picture_and_gets_it(sent: Sent) -> None:
    """What the page opens is asked for by its key, and travels as bytes beside the message."""
    page = PageScript()
    asked: list[str] = []
    rated: list[object] = []
    page.register("mj-1", lambda: asked.append("mj-1"), rated.append)
    for content in (
        {"rate": "mj-1", "value": 4},
        {"rate": "mj-2", "value": 4},
        {"rate": "mj-1", "value": None},
        {"open": "mj-1"},
        {"open": "mj-2"},
        {"open": ["x"]},
        "open",
        None,
        {},
    ):
        page._handle_msg(
            {"content": {"data": {"method": "custom", "content": content}}, "buffers": []}
        )
    assert (asked, rated) == (["mj-1"], [4, None])
    rating, *refused = [data["content"] for _, data in sent if data.get("method") == "custom"]
    assert "run the cell again" in rating["rated"]  # nothing is lost without a word
    assert [one["refused"] for one in refused] == ["mj-2", "['x']"]
    assert "run the cell again" in refused[0]["why"]


def test_other_buttons_replace_the_old_ones(sent: Sent) -> None:
    """When the server offers other buttons, the old ones are taken away, also from the page."""
    shown = Shown(finished_grid())
    old = shown.buttons["U1"]
    shown.show(finished_upscale())
    assert "U1" not in shown.buttons
    assert old.comm is None
    # The box lets them go before they are closed: the page still draws what the box holds.
    kinds = [kind for kind, data in sent if kind == "comm_close" or "children" in str(data)]
    assert kinds.index("comm_close") > kinds.index("comm_msg")


def test_children_are_nested() -> None:
    """A child's panel stands under its parent, headed by its step, without repeating the prompt."""
    parent, child = Shown(finished_grid()), Shown(finished_upscale())
    assert "red kite" in child.text("mj-head")
    parent.panel.add_child(child.panel)
    assert "red kite" not in child.text("mj-head")
    assert "<details open><summary" in child.text("mj-head")
    nest = parent.panel.widget.children[-1]
    assert nest.children == (child.panel.widget,)
    assert "mj-child" in child.panel.widget._dom_classes
    assert "mj-live" not in child.panel.widget._dom_classes


def test_a_new_child_leaves_the_others_alone() -> None:
    """The newest is added at the end, so that the page keeps the others as they are."""
    common = Shared()
    parent = Shown(finished_grid(), common)
    children = [Shown(facts(step=step), common) for step in ("U1", "V3")]
    for child in children:
        parent.panel.add_child(child.panel)
    assert parent.panel.widget.children[-1].children == tuple(c.panel.widget for c in children)


def test_a_note_stays_until_it_is_taken_back() -> None:
    """What went wrong with a wish is said in the panel, also after the next tick."""
    shown = Shown(finished_grid())
    shown.panel.note("The seed <b>is not known</b>.")
    shown.show(finished_grid(seed="7"))
    assert "The seed &lt;b&gt;is not known&lt;/b&gt;." in shown.text("mj-line")
    shown.panel.note("")
    assert "is not known" not in shown.text("mj-line")


def test_a_window_opens_below_the_buttons() -> None:
    """A window that must be answered stands in the panel under its buttons, and goes again."""
    shown = Shown(facts(task=task(status="MODAL")))
    window = ipywidgets.Textarea()
    shown.panel.open_below(window)
    parts = shown.panel.widget.children
    assert parts[-1] is window
    shown.panel.open_below(None)
    assert window not in shown.panel.widget.children


def test_it_reads_from_above_without_its_sheet() -> None:
    """Where anywidget can't be loaded, parts stand one below the other, its error behind them."""
    shown = Shown(finished_grid())
    assert "widget-vbox" in shown.panel.widget._dom_classes
    names = [part._dom_classes[0] for part in shown.panel.widget.children]
    assert names.index("mj-page") > names.index("mj-offer")


def test_closing_leaves_nothing_behind(sent: Sent) -> None:
    """A closed panel and its children leave only what is shared."""
    common = Shared()
    kept = opened(sent)
    parent, child = Shown(finished_grid(), common), Shown(finished_upscale(), common)
    parent.panel.add_child(child.panel)
    parent.panel.close()
    closed = sum(kind == "comm_close" for kind, _ in sent)
    assert opened(sent) - closed == kept


def test_shared_parts_come_back() -> None:
    """After ``Widget.close_all()`` the next panel has a style sheet again."""
    common = Shared()
    assert common.is_open
    common.page.close()
    assert not common.is_open


def test_text_where_no_widgets_are() -> None:
    """Where the panel can't be drawn, a sentence stands instead of its construction."""
    made = Shown(finished_grid()).panel.widget._repr_mimebundle_()
    assert made["text/plain"] == "(The live panel stood here; it needs a running kernel.)"


@pytest.mark.parametrize("call", ["press", "cancel", "seed"])
def test_callbacks_only_hand_over(call: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A click calls what was given, on the thread it came on, and prints nothing."""
    clicks: dict[str, Callable[[], str]] = {"press": lambda: "U1", "cancel": lambda: "Cancel"}
    given = facts(task=task()) if call == "cancel" else finished_grid()
    shown = Shown(given)
    shown.buttons[clicks.get(call, lambda: "Seed")()].click()
    assert len(shown.calls) == 1
    assert capsys.readouterr() == ("", "")
