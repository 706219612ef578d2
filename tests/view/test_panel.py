"""The pieces of the live panel, as markup."""

import re

import pytest

from mj_notebook.errors import BannedPrompt
from mj_notebook.images.thumbnail import Thumbnail
from mj_notebook.images.thumbnails import preview, undecoded_preview
from mj_notebook.prompt.findings import Finding
from mj_notebook.prompt.lint import check_prompt
from mj_notebook.prompt.lint_case import Place
from mj_notebook.prompt.rules import Severity
from mj_notebook.protocol.buttons import BUTTONS
from mj_notebook.view import panel
from mj_notebook.view.facts import Facts
from mj_notebook.view.task_view import TaskView, task_view
from tests.view.samples import (
    ASKED_AT,
    PROMPT,
    UUID,
    encoded,
    facts,
    finished_grid,
    finished_upscale,
    grid_picture,
    task,
)
from tests.view.test_html import HOSTILE, Tags


def seen(given: Facts, after: float = 21) -> TaskView:
    """Look at the job *after* seconds."""
    return task_view(given, ASKED_AT + after)


def attributes(markup: str, tag: str) -> list[dict[str, str | None]]:
    """Return the attributes of each element called *tag*."""
    return [found for name, found in Tags(markup).tags if name == tag]


def test_head() -> None:
    """The head shows the words, the parameters as chips, and that it is the demo server."""
    tags = Tags(panel.head_html(seen(facts(is_demo=True))))
    assert tags.text.split() == [*PROMPT.split(), "demo", "server"]
    assert sum("mj-chip" in (found.get("class") or "") for _, found in tags.tags) == 2


def test_a_childs_head_folds_and_does_not_repeat() -> None:
    """A child is headed by its step, foldable, and tells its prompt only where it is another."""
    same = panel.head_html(seen(facts(step="U2")), PROMPT)
    other = panel.head_html(seen(facts(step="V2", prompt="a blue kite")), PROMPT)
    assert Tags(same).text == "U2 "
    assert Tags(other).text == "V2 a blue kite"
    assert attributes(same, "details") == [{"open": None}]


def test_a_long_prompt_scrolls_for_the_keyboard_too() -> None:
    """What scrolls can be focused and has a name; a short prompt is no stop for the Tab key."""
    long = attributes(panel.head_html(seen(facts(prompt="word " * 200))), "code")[0]
    assert (long["tabindex"], long["role"], long["aria-label"]) == ("0", "region", "Prompt")
    assert "tabindex" not in attributes(panel.head_html(seen(facts())), "code")[0]


def test_words_are_read_aloud_without_the_clock() -> None:
    """The live region holds the words alone, so that passing seconds are not announced."""
    given = facts(task=task(progress="46%"))
    first, later = (panel.words_html(seen(given, after)) for after in (21, 22))
    assert first == later
    assert attributes(first, "span")[0]["role"] == "status"
    assert Tags(first).text == "drawing"


def test_a_known_percentage() -> None:
    """The bar tells its value to whoever can't see it."""
    markup = panel.line_html(seen(facts(task=task(progress="46%"))))
    (bar,) = [found for found in attributes(markup, "div") if found.get("role") == "progressbar"]
    assert (bar["aria-valuenow"], bar["aria-valuemax"], bar["aria-valuetext"]) == (
        *("46", "100"),
        "46 %",
    )
    assert Tags(markup).text == "46 %21 s · about 25 s left"


def test_an_unknown_percentage_is_no_number() -> None:
    """Without a percentage the bar is indeterminate, and no number stands anywhere."""
    markup = panel.line_html(seen(facts(task=task(status="SUBMITTED")), after=0))
    (bar,) = [found for found in attributes(markup, "div") if found.get("role") == "progressbar"]
    assert "aria-valuenow" not in bar
    assert bar["aria-valuetext"] == "waiting for the first sketch"
    assert Tags(markup).text == ""


def test_no_bar_where_nothing_runs() -> None:
    """The bar goes away at the end, and while the server waits for an answer."""
    for given in (
        finished_grid(),
        facts(task=task(status="MODAL")),
        facts(error=BannedPrompt("x")),
    ):
        assert "progressbar" not in panel.line_html(seen(given))


def test_failure_and_note() -> None:
    """A failure shows reason and remedy; a note of the panel's own is an alert beside it."""
    failed = facts(error=BannedPrompt("The proxy refuses “gore”.", hint="Take it out."))
    markup = panel.line_html(seen(failed), note="The seed is not known.")
    assert "The proxy refuses “gore”.Take it out." in Tags(markup).text
    assert Tags(markup).text.endswith("The seed is not known.")
    assert any(found.get("role") == "alert" for found in attributes(markup, "div"))


def test_room_for_the_picture() -> None:
    """Before a picture is here its room is kept, in its shape; a failed job keeps none."""
    assert panel.picture_html(seen(facts())).count("mj-blank-tile") == 4
    assert "aspect-ratio:512/341" in panel.picture_html(seen(facts()))
    upscale = seen(facts(step="U2", task=task(action="UPSCALE")))
    assert panel.picture_html(upscale).count("mj-blank-tile") == 1
    assert panel.picture_html(seen(facts(error=BannedPrompt("x")))) == ""


def test_a_finished_grid_can_outline_its_tiles() -> None:
    """A grid carries an outline for each tile; a preview and a single picture carry none."""
    shot = preview(encoded(grid_picture()))
    grid = panel.picture_html(seen(finished_grid(thumbnail=shot)))
    assert [n for n in range(1, 6) if f"mj-outline-{n}" in grid] == [1, 2, 3, 4]
    sketch = undecoded_preview(encoded(grid_picture(64)))
    running = panel.picture_html(seen(facts(task=task(), thumbnail=sketch, is_preview=True)))
    assert "mj-outline" not in running
    assert attributes(running, "img")[0]["alt"] == PROMPT


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words(text: str) -> None:
    """Whatever stands in any field, each piece holds only our own elements and attributes."""
    error = BannedPrompt(text, hint=text)
    given = (
        facts(prompt=f"{text} --no {text}", step=text, server=text, error=error, note=text),
        facts(prompt=f"https://x/{text} {text}", task=task(progress=text, status=text)),
        finished_grid(saved=text, seed=text, thumbnail=Thumbnail(b"\xff", text), prompt=text),
    )
    for view in map(seen, given):
        pieces = (
            panel.head_html(view),
            panel.head_html(view, "other"),
            panel.words_html(view),
            panel.line_html(view, text),
            panel.picture_html(view),
            panel.legend_html(view),
        )
        tags = Tags("".join(pieces)).tags
        assert {tag for tag, _ in tags} <= {
            *("div", "span", "code", "strong", "figure", "img", "details", "summary")
        }
        assert not [name for _, found in tags for name in found if name.startswith("on")]


def test_the_sheet_needs_nothing_from_outside() -> None:
    """The style sheet loads nothing and moves nothing."""
    sheet = panel.sheet()
    assert not re.search(r"url\(|@import|animation|transition", sheet)


def test_the_sheet_has_a_place_for_each_row() -> None:
    """Every row of the table, and that of the unknown ones, has its place in the style sheet."""
    rows = {kind.row for kind in BUTTONS}
    assert f".mj-line-{len(rows) + 1} " in panel.sheet()


def test_the_banned_word_is_marked_wherever_it_stands() -> None:
    """Each place of the word is marked, as it is written there, and nothing else."""
    error = BannedPrompt("The proxy refuses “b<b>d”.")
    error.word = "b<b>d"
    html = panel.head_html(seen(facts(prompt="a B<b>D kite, b<b>d --ar 1:1", error=error)))
    assert re.findall(r"<mark [^>]*>([^<]*)</mark>", html) == ["B&lt;b&gt;D", "b&lt;b&gt;d"]
    error.word = None
    assert "<mark" not in panel.head_html(seen(facts(error=error)))


def test_a_kept_picture_can_be_opened() -> None:
    """A button over each tile, or over a single picture, opens it; without a key there is none."""
    shot = preview(encoded(grid_picture()))
    html = panel.picture_html(seen(finished_grid(thumbnail=shot)), "mj-1")
    names = re.findall(r'<button [^>]*aria-label="([^"]*)"', html)
    assert names == [f"Open tile {number} at full size" for number in (1, 2, 3, 4)]
    assert 'data-mj-key="mj-1"' in html
    assert 'data-mj-size="256 256"' in html
    single = panel.picture_html(seen(finished_upscale(thumbnail=shot, saved="x.png")), "mj-1")
    assert re.findall(r'data-mj-open="(\d)"', single) == ["0"]
    for given, key in (
        (finished_grid(thumbnail=shot), ""),
        (finished_grid(thumbnail=shot, saved=""), "mj-1"),
    ):
        assert "<button" not in panel.picture_html(seen(given), key)


def test_code_is_text() -> None:
    """Code is shown as it is, can be reached with the keyboard, and brings no markup."""
    html = panel.code_html('x = "<script>alert(1)</script>"')
    assert "&lt;script&gt;" in html
    assert '<pre tabindex="0"' in html


def test_the_prompt_to_copy_stands_in_the_head() -> None:
    """The whole prompt, pictures and parameters too, is there for who copies it, once."""
    view = seen(facts(prompt='https://x.org/a.png "kite" --ar 3:2'))
    assert 'data-mj-prompt="https://x.org/a.png &quot;kite&quot; --ar 3:2"' in panel.head_html(view)
    assert "data-mj-prompt" not in panel.head_html(view, view.prompt)


def test_findings_stand_under_the_prompt_with_their_words_marked() -> None:
    """A parameter is marked in its chip, words in their place; each finding is a line."""
    checked = check_prompt("a nude kite --a 3:2", Place(default_version="8.2"))
    found = facts(prompt=checked.text, findings=checked.findings)
    markup = panel.head_html(seen(found))
    marks = attributes(markup, "mark")
    assert [each["class"] for each in marks] == ["mj-doubt", "mj-doubt"]
    assert "--a is no parameter" in (marks[1]["title"] or "")
    text = Tags(markup).text
    assert "Warning: --a is no parameter that is known here. Did you mean --ar?" in text
    assert "Hint: Servers may refuse the word “nude”." in text
    assert "mj-findings" not in panel.head_html(seen(facts()))
    answered = seen(facts(step="region", prompt=checked.text, findings=checked.findings))
    assert "mj-findings" in panel.head_html(answered, PROMPT)
    assert "mj-findings" not in panel.head_html(answered, checked.text)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_findings_are_escaped(hostile: str) -> None:
    """What was found repeats words of the prompt, which may be anything."""
    found = Finding("unknown-parameter", Severity.WARN, hostile, hostile, words=hostile)
    clean = panel.head_html(seen(facts(prompt=f"x {hostile} --a {hostile}")))
    shown = panel.head_html(seen(facts(prompt=f"x {hostile} --a {hostile}", findings=(found,))))
    harmless = {"mark", "strong", "div", "bdi"}
    assert {tag for tag, _ in Tags(shown).tags} <= {tag for tag, _ in Tags(clean).tags} | harmless


def test_each_row_says_what_its_buttons_cost() -> None:
    """It stands beside the word for what they do; what costs nothing says nothing."""
    grid = finished_grid(prices={f"MJ::JOB::upsample::{n}::{UUID}": 0.5 for n in range(1, 5)})
    told = Tags(panel.legend_html(task_view(grid, ASKED_AT))).text
    assert "upscale one · 0.5 credits" in told
    assert "four more like one ·" not in told
