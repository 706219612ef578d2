"""The twin: what a notebook file keeps of a job."""

import base64
import json
import re
from typing import Any

import pytest

from mj_notebook.errors import BannedPrompt, ServerUnreachable, TaskFailed
from mj_notebook.images.thumbnail import Thumbnail
from mj_notebook.images.thumbnails import preview, undecoded_preview
from mj_notebook.prompt.findings import Finding
from mj_notebook.prompt.rules import Severity
from mj_notebook.protocol.button_sets import grid_buttons
from mj_notebook.protocol.models import TaskProperties
from mj_notebook.view.facts import Facts
from mj_notebook.view.task_view import task_view
from mj_notebook.view.twin import (
    MIME,
    hidden_beside_panel,
    plain_line,
    plain_text,
    twin_bundle,
    twin_html,
)
from tests.view.samples import (
    ASKED_AT,
    PROMPT,
    STARTED_MS,
    encoded,
    facts,
    finished_grid,
    finished_upscale,
    grid_picture,
    task,
)
from tests.view.test_html import HOSTILE, Tags


@pytest.fixture(scope="module")
def grid() -> Thumbnail:
    """Return a finished grid."""
    return preview(encoded(grid_picture(2048)))


def bundle(given: Facts) -> dict[str, Any]:
    """Make the output of a job."""
    return twin_bundle(given, ASKED_AT + 60)


def test_a_finished_grid_is_whole(grid: Thumbnail) -> None:
    """The output holds the picture, a small one for paper, the words, and the task for machines."""
    made = bundle(finished_grid(thumbnail=grid, seed="7"))
    assert set(made) == {"text/html", "text/plain", "image/jpeg", MIME}
    assert base64.b64decode(made["image/jpeg"]) == grid.paper
    tags = Tags(made["text/html"])
    (image,) = [attributes for tag, attributes in tags.tags if tag == "img"]
    assert image["alt"] == PROMPT
    assert (image["src"] or "").startswith("data:image/jpeg;base64,")
    for words in ("a red kite over dunes", "--ar 3:2", "done in 42 s", "seed 7", "kite-7f3a.png"):
        assert words in tags.text
        assert words in made["text/plain"]


def test_above_a_panel_it_brings_one_rule_and_no_more(grid: Thumbnail) -> None:
    """Only for the page that has a panel below: what remains of that without a kernel is hidden."""
    alone = bundle(finished_grid(thumbnail=grid))
    made = hidden_beside_panel(alone, "1a")
    marked = f'<div data-mj-twin="1a">{alone["text/html"]}</div>'
    assert made["text/html"].startswith(marked)
    added = made["text/html"].removeprefix(marked)
    assert re.fullmatch(r"<style>[^<{}]+\{display:none\}</style>", added)
    assert {**made, "text/html": ""} == {**alone, "text/html": ""}


def test_it_needs_nothing_around_it(grid: Thumbnail) -> None:
    """The twin brings no script, no sheet, no handler and no address to be fetched."""
    made = str(twin_html(task_view(finished_grid(thumbnail=grid), ASKED_AT + 60)))
    assert not re.search(r"<(script|style|link|button|input)|\son\w+=|https?://", made)
    assert Tags(made).tags[0] == ("figure", Tags(made).tags[0][1])
    assert Tags(made).tags[0][1]["class"] == "mj-static"


def test_it_has_no_colours_of_its_own(grid: Thumbnail) -> None:
    """Text keeps the page's own colours, so it reads on light, dark and paper alike."""
    made = str(twin_html(task_view(finished_grid(thumbnail=grid), ASKED_AT + 60)))
    assert not re.search(r"(?<![-\w])color:(?!inherit)", made)
    assert not re.search(r"background:(?!none)", made)


def test_its_size(grid: Thumbnail) -> None:
    """A grid takes less than 0.3 MB in the file, with two pictures under it less than 0.5."""
    single = finished_grid(thumbnail=grid)
    assert len(json.dumps(bundle(single))) < 300_000
    pressed = (finished_upscale(thumbnail=grid), finished_upscale(thumbnail=grid))
    assert len(json.dumps(bundle(finished_grid(thumbnail=grid, children=pressed)))) < 500_000


def test_children_are_nested_and_smaller(grid: Thumbnail) -> None:
    """What was pressed from a job is a smaller figure inside its figure, newest first."""
    children = (finished_upscale(thumbnail=grid), facts(step="V3", task=task(progress="31%")))
    tags = Tags(bundle(finished_grid(thumbnail=grid, children=children))["text/html"])
    assert [tag for tag, _ in tags.tags].count("figure") == 3
    widths = [int(found["width"] or 0) for tag, found in tags.tags if tag == "img"]
    assert widths == [512, 256]
    assert tags.text.index("V3") < tags.text.index("U2")
    # The prompt around them is theirs too, and is not repeated.
    assert tags.text.count("a red kite") == 1


def test_another_prompt_is_told() -> None:
    """A child that was drawn from changed words says them."""
    child = facts(step="V3", prompt="a blue kite", task=task(progress="31%"))
    tags = Tags(bundle(finished_grid(children=(child,)))["text/html"])
    assert "a blue kite" in tags.text


def test_before_there_is_a_picture() -> None:
    """A job without a picture is words, without percentages that grow stale by the second."""
    made = bundle(facts(task=task(progress="46%")))
    assert "image/jpeg" not in made
    assert "drawing · 46 %" in Tags(made["text/html"]).text
    assert "60 s" not in made["text/html"]


def test_a_large_preview_stays_out_of_the_file() -> None:
    """A preview of any size may be served, but only a small one is kept."""
    small = undecoded_preview(encoded(grid_picture(128)))
    large = Thumbnail(b"\x89PNG\r\n\x1a\n" + bytes(300_000), "image/png")
    for shot, images in ((small, 1), (large, 0)):
        made = bundle(facts(task=task(), thumbnail=shot, is_preview=True))
        assert made["text/html"].count("<img") == images


def test_a_failure_says_why_and_what_next() -> None:
    """A failed job keeps its reason and the way on."""
    error = TaskFailed("The proxy failed the task: “gore”.", hint="Take the word out.")
    made = bundle(facts(task=task(status="FAILURE"), error=error, ended_at=ASKED_AT + 3))
    for kind in ("text/html", "text/plain"):
        assert "gore" in made[kind]
        assert "Take the word out." in made[kind]
    assert made[MIME]["error"] == {
        "kind": "TaskFailed",
        "reason": "The proxy failed the task: “gore”.",
        "remedy": "Take the word out.",
    }


def test_the_record_can_be_read_back() -> None:
    """The record is plain JSON with the task in the wire's own spelling."""
    record = json.loads(json.dumps(bundle(finished_grid(seed="7"))[MIME]))
    assert record["task"]["id"] == "1760000000123456"
    assert record["task"]["buttons"][0]["customId"].startswith("MJ::JOB::upsample::1::")
    assert (record["prompt"], record["server"], record["seed"]) == (PROMPT, "default", "7")


def test_no_secret_is_kept() -> None:
    """Signatures, passwords, account names and the proxy's own address stay out of the file."""
    secrets = ("SIGNED", "hunter2", "10.9.8.7", "ACCOUNT", "HOOK")
    told = task(
        image_url="http://10.9.8.7:8080/mj/image/1?token=SIGNED",
        image_urls=("https://cdn.discordapp.com/a/b.png?ex=SIGNED",),
        description="/imagine https://u:hunter2@pic.example/a.png?x=SIGNED a kite",
        fail_reason="http://10.9.8.7:8080 said no",
        properties=TaskProperties(
            notify_hook="http://HOOK.example",
            discord_instance_id="ACCOUNT",
            discord_channel_id="ACCOUNT",
            final_prompt="<https://s.mj.run/x?SIGNED> a kite",
        ),
    )
    asked = facts(
        prompt="https://u:hunter2@pic.example/a.png?x=SIGNED a kite --sref https://e.ex/a?x=SIGNED",
        task=told,
        error=ServerUnreachable(
            "Nothing answers at http://10.9.8.7:8080.", hint="Try http://10.9.8.7:8080 again."
        ),
        note="asking http://10.9.8.7:8080 again",
    )
    kept = json.dumps(bundle(finished_grid(children=(asked,))), ensure_ascii=False)
    assert [secret for secret in secrets if secret in kept] == []
    assert "/mj/image/1" in kept
    assert "https://cdn.discordapp.com/a/b.png" in kept
    assert "https://pic.example/a.png" in kept


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words(text: str) -> None:
    """Whatever stands in any field, the twin holds only its own elements and attributes."""
    error = TaskFailed(text, hint=text)
    child = facts(prompt=text, step=text, task=task(id=text, status=text, progress=text))
    given = facts(
        prompt=f"{text} --no {text}",
        step=text,
        server=text,
        task=task(id=text, status="FAILURE", fail_reason=text),
        error=error,
        ended_at=ASKED_AT,
        saved=text,
        seed=text,
        note=text,
        thumbnail=Thumbnail(b"\xff\xd8\xff", text),
        children=(child,),
    )
    tags = Tags(bundle(given)["text/html"]).tags
    assert {tag for tag, _ in tags} <= {
        "figure",
        "figcaption",
        "span",
        "code",
        "div",
        "strong",
        "img",
    }
    assert {name for _, found in tags for name in found} <= {
        *("class", "style", "alt", "width", "height", "dir")
    }


def test_text_is_good_on_its_own() -> None:
    """Where only text is shown, it says what was asked, how it stands and what is offered."""
    buttons = grid_buttons("1-2")
    times = {"start_time": STARTED_MS, "finish_time": STARTED_MS + 42_000}
    done = task(id="17", status="SUCCESS", buttons=buttons, **times)
    given = finished_grid(task=done, seed="7", is_demo=True, children=(facts(step="U2"),))
    text = plain_text(given, ASKED_AT)
    assert text.splitlines() == [
        "mj: done in 42 s · demo server · demo picture · seed 7 · task 17 · saved as kite-7f3a.png",
        PROMPT,
        "offers: U1  U2  U3  U4  🔄  V1  V2  V3  V4",
        "  U2: sending",
        f"  {PROMPT}",
    ]


def test_one_line_for_a_log() -> None:
    """A log gets one line, whatever line breaks the prompt has."""
    line = plain_line(
        task_view(facts(prompt="a\nb " * 80, task=task(progress="46%")), ASKED_AT + 21)
    )
    assert line.startswith("mj: drawing · 46 % · 21 s")
    assert "\n" not in line
    assert line.endswith("…")


def test_what_was_asked_once_more_is_kept(grid: Thumbnail) -> None:
    """A repeat has its picture in the file, too, headed as what it is."""
    given = finished_grid(thumbnail=grid, repeats=(finished_grid(thumbnail=grid, seed="77"),))
    html = twin_html(task_view(given, ASKED_AT + 90))
    assert html.count("<img") == 2
    assert ">again </span>" in html
    assert "seed 77" in html
    assert "seed 77" in plain_text(given, ASKED_AT + 90)
    assert twin_bundle(given, ASKED_AT + 90)[MIME]["repeats"][0]["seed"] == "77"


def test_the_banned_word_is_marked() -> None:
    """The word the server will not draw is marked in the prompt, in the file as in the panel."""
    error = BannedPrompt("The proxy refuses “dunes”.")
    error.word = "dunes"
    assert ">dunes</mark>" in twin_html(task_view(facts(error=error), ASKED_AT))


def test_findings_are_kept_without_what_is_nobody_elses_business() -> None:
    """A file is handed on: signatures of addresses that were found go."""
    found = Finding(
        "expiring-address",
        Severity.WARN,
        "https://cdn.discordapp.com/a.png?ex=1&hm=secret expires.",
        "Hand it over anew.",
        words="--sref https://cdn.discordapp.com/a.png?ex=1&hm=secret",
    )
    made = bundle(facts(findings=(found,)))
    assert (
        "Warning: https://cdn.discordapp.com/a.png expires. Hand it over anew."
        in (made["text/plain"])
    )
    assert "Hand it over anew." in made["text/html"]
    assert "secret" not in json.dumps(made)
