"""History as a table."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from mj_notebook.view.history import count_text, history_html, history_text

JPEG = b"\xff\xd8\xff\xe0thumb"
HOSTILE = "<img src=x onerror=alert(1)>\"'&"


def record(**fields: Any) -> dict[str, Any]:
    """Return the record of a finished grid."""
    return {
        "task": "1760000000123456",
        "asked": datetime(2026, 1, 5, 10, 30, tzinfo=UTC),
        "action": "IMAGINE",
        "status": "SUCCESS",
        "prompt": "a red kite --ar 3:2",
        "button": None,
        "request": "Imagine",
        "ran": timedelta(seconds=42),
        "seed": 7,
        "reason": None,
        "sha256": "ab" * 32,
        **fields,
    }


def test_a_line_tells_when_what_and_how() -> None:
    """Time, kind, prompt, status, duration, seed, task, and the picture."""
    html = history_html([record()], 1, {"ab" * 32: JPEG}, UTC)
    for part in (
        "2026-01-05 10:30",
        "Imagine",
        "a red kite --ar 3:2",
        "done",
        "42 s",
        ">7<",
        "1760000000123456",
        'alt="a red kite --ar 3:2"',
        "data:image/jpeg;base64,",
        "1 task",
    ):
        assert part in html


def test_times_are_those_of_the_reader() -> None:
    """History holds UTC; a person's evening is shown as evening."""
    zone = timezone(timedelta(hours=9))
    assert "2026-01-05 19:30" in history_html([record()], 1, {}, zone)
    assert "2026-01-05 19:30" in history_text([record()], 1, zone)


@pytest.mark.parametrize("field", ["task", "action", "status", "prompt", "button", "reason"])
def test_everything_from_outside_is_escaped(field: str) -> None:
    """Servers and prompts are hostile, in text and in attributes."""
    html = history_html([record(**{field: HOSTILE})], 1, {"ab" * 32: JPEG})
    assert "<img src=x" not in html
    assert html.count("<img") == 1
    assert "&lt;img src=x" in html


def test_addresses_lose_their_signatures() -> None:
    """The table stays in the notebook file, which is handed on."""
    prompt = "https://me:canary@a.example/1.png?sig=canary kite"
    shown = history_html([record(prompt=prompt, reason=f"at {prompt}")], 1, {})
    assert "canary" not in shown
    assert "canary" not in history_text([record(prompt=prompt, reason=prompt)], 1)


def test_how_many_more_there_are_is_said() -> None:
    """A table of thousands would bring the page down."""
    assert count_text(50, 5000) == "and 4,950 more"
    assert (count_text(1, 1), count_text(2, 2), count_text(1200, 1200)) == (
        "1 task",
        "2 tasks",
        "1,200 tasks",
    )
    assert "and 4,999 more" in history_html([record()], 5000, {})
    assert history_text([record()], 5000).endswith("\nand 4,999 more")


def test_nothing_is_said_in_words() -> None:
    """An empty table would look broken."""
    assert "Nothing of that kind is in history." in history_html([], 0, {})
    assert history_text([], 0) == "Nothing of that kind is in history."


def test_what_is_unknown_is_left_empty() -> None:
    """No "None" stands anywhere, and no broken picture."""
    bare = record(
        **dict.fromkeys(("asked", "action", "status", "prompt", "request", "ran", "seed", "sha256"))
    )
    html, text = history_html([bare], 1, {}), history_text([bare], 1)
    assert "None" not in html + text
    assert "<img" not in html


def test_a_press_is_called_by_its_button() -> None:
    """U2 says more than upscale."""
    assert ">U2<" in history_html([record(action="UPSCALE", button="U2")], 1, {})


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("NOT_START", "queued"),
        ("MODAL", "waiting for your answer"),
        ("LOST", "lost"),
        ("PAUSED", "paused"),
        (None, ""),
    ],
)
def test_where_a_task_stood_is_said_in_words(status: str | None, words: str) -> None:
    """Ours for the seven states, a server's own for the others."""
    assert f">{words}<" in history_html([record(status=status)], 1, {})


def test_a_parameter_is_not_torn_at_the_end_of_a_line() -> None:
    """The name of one stays one word, and its letters stay what they are."""
    made = history_html([record(prompt="a red kite --ar 3:2")], 1, {})
    assert '<span style="white-space:nowrap">--ar</span> 3:2' in made


def test_a_request_of_unknown_fate_has_a_line_without_a_task() -> None:
    """Nobody knows of a task for it, and that is what the line says."""
    lost = record(task=None, status="UNKNOWN", reason=None, sha256=None, action=None, ran=None)
    for shown in (history_text([lost], 1), str(history_html([lost], 1, {}))):
        assert "unknown, may be drawn" in shown
        assert "None" not in shown
