"""What is said of a job, from its facts and the time."""

import json
from dataclasses import replace

import msgspec
import pytest

from mj_notebook.errors import BannedPrompt, TaskFailed
from mj_notebook.protocol.codec import read_task
from mj_notebook.protocol.models import MAX_BUTTONS, Button, Task, TaskProperties
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.view.facts import Facts
from mj_notebook.view.status import Phase
from mj_notebook.view.task_view import TaskView, task_view
from tests.view.samples import ASKED_AT, UUID, facts, finished_grid, finished_upscale, task

MS = int(ASKED_AT * 1000)


def seen(given: Facts, after: float = 10) -> TaskView:
    """Look at the job *after* seconds."""
    return task_view(given, ASKED_AT + after)


@pytest.mark.parametrize(
    ("given", "phase", "words"),
    [
        (facts(), Phase.SENDING, "sending"),
        (facts(task=task(status="NOT_START")), Phase.QUEUED, "queued"),
        (facts(task=task(status="NOT_START"), queued=0), Phase.QUEUED, "queued"),
        (
            facts(task=task(status="NOT_START"), queued=2, queue_position=2),
            Phase.QUEUED,
            "queued, 2 before you",
        ),
        (facts(task=task(status="SUBMITTED")), Phase.WAITING, "waiting for the first sketch"),
        (facts(task=task(status="MODAL")), Phase.WINDOW, "waiting for your answer"),
        (facts(task=task(status="MODAL"), is_answering=True), Phase.SENDING, "sending"),
        (facts(task=task(progress="46%")), Phase.DRAWING, "drawing"),
        (facts(task=task(progress="Paused")), Phase.DRAWING, "drawing, “Paused”"),
        (facts(task=task(status="REVIEW")), Phase.WAITING, "the server says “REVIEW”"),
        (facts(task=task(status="SUCCESS")), Phase.FETCHING, "fetching the picture"),
        (finished_grid(), Phase.DONE, "done in 42 s"),
        (facts(error=BannedPrompt("no")), Phase.FAILED, "not accepted"),
        (
            facts(
                task=task(status="FAILURE", start_time=MS, finish_time=MS + 72_000),
                error=TaskFailed("no"),
                ended_at=ASKED_AT + 99,
            ),
            Phase.FAILED,
            "failed after 1 min 12 s",
        ),
        (
            facts(task=task(status="CANCEL"), error=TaskFailed("no"), ended_at=ASKED_AT + 9),
            Phase.CANCELLED,
            "cancelled",
        ),
    ],
)
def test_words(given: Facts, phase: Phase, words: str) -> None:
    """Each state of a job has its words."""
    view = seen(given)
    assert (view.phase, view.words) == (phase, words)


@pytest.mark.parametrize("status", ["NOT_START", "SUBMITTED", "MODAL", "SUCCESS", "REVIEW"])
def test_no_made_up_percentage(status: str) -> None:
    """Where the server draws nothing yet, no percentage is shown, whatever its text says."""
    assert seen(facts(task=task(status=status, progress="100%"))).percent is None


@pytest.mark.parametrize(
    ("progress", "percent"), [("46%", 46), ("0%", 0), (None, None), ("Paused", None), ("", None)]
)
def test_percentage_is_the_servers(progress: str | None, percent: float | None) -> None:
    """While it draws, the percentage is the server's own, or unknown."""
    assert seen(facts(task=task(progress=progress))).percent == percent


def test_time_left_comes_from_the_time_spent_drawing() -> None:
    """Half drawn in 20 s, after 10 s in the queue, leaves 20 s and not 30."""
    given = facts(task=task(progress="50%", submit_time=MS, start_time=MS + 10_000), queued=1)
    assert seen(given, after=30).details == ("30 s", "about 20 s left")


@pytest.mark.parametrize(
    "given",
    [
        facts(task=task(progress=None)),
        facts(task=task(progress="5%")),
        facts(task=task(progress="100%")),
        facts(task=task(progress="50%"), queued=3),
        facts(task=task(status="SUBMITTED", progress="50%")),
    ],
)
def test_no_time_left_where_it_would_be_a_guess(given: Facts) -> None:
    """Without a percentage, at its very start, or with an unknown queue, no time left is told."""
    assert seen(given, after=30).details == ("30 s",)


def test_time_left_is_not_told_in_the_first_seconds() -> None:
    """A first percentage after one second says little about the rest."""
    assert seen(facts(task=task(progress="31%")), after=1).details == ("1 s",)


def test_only_the_drawing_counts() -> None:
    """Neither the queue counts, nor the person at a window, nor a kernel that came back late."""
    late = task(status="SUCCESS", submit_time=MS, start_time=MS + 9_000, finish_time=MS + 50_000)
    assert seen(facts(task=late, ended_at=ASKED_AT + 7200)).words == "done in 41 s"


def test_times_in_seconds_or_none_are_not_believed() -> None:
    """Servers that write seconds, zeros or an end before the start are not used for durations."""
    for start, end in ((1_760_000_000, 1_760_000_042), (0, 0), (MS, MS - 5)):
        odd = task(status="SUCCESS", start_time=start, finish_time=end)
        assert seen(facts(task=odd, ended_at=ASKED_AT + 42)).words == "done"


def test_what_stands_still_says_since_when() -> None:
    """A task that hangs is not "about 15 s left" for ever: since when nothing moved is told."""
    hanging = facts(task=task(progress="90%"), moved_at=ASKED_AT + 30)
    assert seen(hanging, after=80).details == ("1 min 20 s", "about 10 s left")
    assert seen(hanging, after=150).details == ("2 min 30 s", "nothing new for 2 min")
    queued = facts(task=task(status="NOT_START"), moved_at=ASKED_AT)
    assert seen(queued, after=150).details == ("2 min 30 s",)


def test_prompt_in_parts() -> None:
    """The prompt is words, chips, and pictures by name, never by a signed address."""
    view = seen(facts(prompt="https://cdn.example/a/kite.png?sig=1 a kite --ar 3:2 --tile"))
    assert (view.pictures, view.text, view.chips) == (
        ("kite.png",),
        "a kite",
        ("--ar 3:2", "--tile"),
    )


def test_why_it_failed_and_what_to_do() -> None:
    """A failure says why, in the words of the error, and what to do next."""
    view = seen(facts(error=BannedPrompt("The proxy refuses “gore”.", hint="Take it out.")))
    assert (view.reason, view.hint) == ("The proxy refuses “gore”.", "Take it out.")


def test_a_failure_without_an_error_quotes_the_server() -> None:
    """A failed task taken over from elsewhere still says why, in English and as it was said."""
    view = seen(facts(task=task(status="FAILURE", fail_reason="任务超时"), ended_at=ASKED_AT))
    assert view.reason.startswith("The proxy failed the task: Discord or Midjourney did not answer")
    assert view.reason.endswith(": “任务超时”.")
    assert "job.again()" in view.hint


def test_a_cancelled_job_is_no_failure() -> None:
    """A cancelled job gives no reason, only the way on."""
    error = TaskFailed("The task was cancelled.", hint="Run the cell again to draw.")
    view = seen(facts(task=task(status="CANCEL"), error=error, ended_at=ASKED_AT + 1))
    assert (view.reason, view.hint) == ("", "Run the cell again to draw.")


def test_rows_of_a_grid() -> None:
    """The buttons of a grid stand in rows by what they do, in the server's order."""
    rows = [(row.word, [b.caption for b in row.buttons]) for row in seen(finished_grid()).rows]
    assert rows == [
        ("upscale one", ["U1", "U2", "U3", "U4"]),
        ("once more, opened below", ["🔄"]),
        ("four more like one", ["V1", "V2", "V3", "V4"]),
    ]


def test_no_button_is_lost() -> None:
    """Every button of the task is offered exactly once, as the server named it."""
    given = finished_upscale()
    assert given.task is not None
    offered = [b.custom_id for row in seen(given).rows for b in row.buttons]
    assert sorted(offered) == sorted(b.custom_id for b in given.task.buttons or ())


def test_custom_emoji_is_never_a_word() -> None:
    """The name of a custom emoji is shown as a sign or not at all."""
    captions = [b.caption for row in seen(finished_upscale()).rows for b in row.buttons]
    assert not any("upscale_1" in caption for caption in captions)
    assert "⤢ Upscale (Subtle)" in captions


def test_unknown_buttons_are_offered_verbatim() -> None:
    """A button the table doesn't know stands in a row of its own, with its customId untouched."""
    unknown = Button("MJ::Future::sparkle::1::x", label="Sparkle")
    view = seen(finished_grid(task=task(status="SUCCESS", buttons=(unknown,))))
    (row,) = view.rows
    assert (row.word, row.buttons[0].caption, row.buttons[0].custom_id) == (
        "",
        "Sparkle",
        "MJ::Future::sparkle::1::x",
    )


def test_pressed_and_tiles() -> None:
    """A button knows whether it was pressed, and which tile of the grid it is about."""
    pressed = f"MJ::JOB::upsample::2::{UUID}"
    view = seen(finished_grid(pressed=frozenset({pressed})))
    buttons = {b.caption: b for row in view.rows for b in row.buttons}
    assert [name for name, button in buttons.items() if button.is_pressed] == ["U2"]
    assert (buttons["V3"].tile, buttons["🔄"].tile) == (3, 0)
    assert not any(b.tile for row in seen(finished_upscale()).rows for b in row.buttons)


def test_children_newest_first() -> None:
    """What was pressed from here is shown with the newest first."""
    view = seen(finished_grid(children=(facts(step="U1"), facts(step="V3"))))
    assert [child.step for child in view.children] == ["V3", "U1"]


def test_the_room_for_a_picture() -> None:
    """Before a picture is here, its shape and whether it is a grid are told from what was asked."""
    assert (seen(facts()).aspect, seen(facts()).will_be_grid) == ((3, 2), True)
    assert not seen(facts(step="U2", task=task(action="UPSCALE"))).will_be_grid


def test_a_window_says_how_it_is_answered() -> None:
    """A person is never left with a question and no place for the answer."""
    view = task_view(facts(task=task(status="MODAL")), ASKED_AT + 5)
    assert view.details == (f'answer it with mj.job("{task().id}").answer("the whole prompt")',)


def test_time_left_before_percentages_is_the_usual_one() -> None:
    """What history knows of such tasks tells how long it will take, also before a percentage."""
    for status in ("NOT_START", "SUBMITTED", "IN_PROGRESS"):
        given = facts(task=task(status=status, progress=None), typical_seconds=42.0)
        assert seen(given, after=22).details == ("22 s", "about 20 s left")
    waiting = facts(task=task(status="NOT_START"), queued=2, typical_seconds=42.0)
    assert seen(waiting, after=22).details == ("22 s",)


def test_after_the_usual_time_nobody_knows() -> None:
    """A task that takes longer than usual gets no made-up rest."""
    assert seen(facts(task=task(progress=None), typical_seconds=42.0), after=60).details == (
        "1 min",
    )


def test_the_banned_word_is_known() -> None:
    """The word that the server named is told apart from its sentence."""
    error = BannedPrompt("The proxy refuses “gore”.")
    error.word = "gore"
    assert seen(facts(error=error)).banned == "gore"
    assert seen(facts(error=BannedPrompt("x"))).banned == ""


def test_buttons_that_were_left_out_are_told_of() -> None:
    """A server may offer any number; so many are read."""
    buttons = [{"customId": f"b{n}", "label": f"B{n}"} for n in range(MAX_BUTTONS + 5)]
    record = {"id": "1", "status": "SUCCESS", "imageUrl": "/x.png", "buttons": buttons}
    read = read_task(json.dumps(record).encode())
    view = seen(facts(task=read))
    assert any("more buttons" in remark for remark in view.remarks)
    few = read_task(json.dumps({**record, "buttons": buttons[:5]}).encode())
    assert not seen(facts(task=few)).remarks


def test_what_was_drawn_otherwise_than_asked_is_a_remark() -> None:
    """In panel and twin, once it is finished; the bot and the demo's version are known."""
    properties = TaskProperties(final_prompt="a kite --v 8.1", bot_type="MID_JOURNEY")
    task = Task(id="1", status=Status.SUCCESS, action="IMAGINE", properties=properties)
    facts = Facts(prompt="a kite --v 7", server="x", asked_at=0.0, task=task)
    line = "Drawn otherwise than asked: by version 8.1 instead of version 7."
    assert task_view(facts, 0).remarks == (line,)
    running = msgspec.structs.replace(task, status=Status.IN_PROGRESS)
    assert task_view(replace(facts, task=running), 0).remarks == ()
    plain = replace(facts, prompt="a kite")
    (told,) = task_view(plain, 0).remarks
    assert told == "No version was written: version 8.1 drew it, and version 8.2 is usual."
    assert task_view(replace(plain, usual_version="8.1"), 0).remarks == ()
    by_niji = TaskProperties(final_prompt="a kite --niji 7", bot_type="NIJI_JOURNEY")
    other = replace(facts, prompt="a kite", task=msgspec.structs.replace(task, properties=by_niji))
    assert task_view(other, 0).remarks == ()
    (told,) = task_view(replace(other, bot="MID_JOURNEY"), 0).remarks
    assert "niji 7 drew it" in told
