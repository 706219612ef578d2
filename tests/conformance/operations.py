"""The one table of operations: how each is written, and what shows that it works.

The tests carry out each row in each dialect; the README shows the same rows.
"""

from collections.abc import Callable
from typing import NamedTuple

from mj_notebook.errors import Unsupported
from mj_notebook.protocol.requests import (
    Blend,
    Change,
    Describe,
    Edits,
    Imagine,
    Shorten,
    SimpleChange,
    SwapFace,
    UploadPictures,
    Video,
)
from mj_notebook.protocol.vocabulary import Dimensions, Mode, Status
from mj_notebook.session.submission import Submission
from tests.conformance.talk import Talk, colour
from tests.support.rig import TIMEOUT, until

PLUS, OPEN, TRUEAI, NEW_API = "plus", "open", "trueai", "new-api"
EVERY = (PLUS, OPEN, TRUEAI, NEW_API)
NOT_OPEN = (PLUS, TRUEAI, NEW_API)


class Operation(NamedTuple):
    """
    One row.

    Attributes:
        name: What it is.
        routes: The endpoints, by their names in the table of routes.
        python: How it is written in Python.
        cell: How it is written in a cell, "" when only Python has it.
        check: Carries it out; it fails when the operation does not do what it should.
        dialects: Where it works.
        instead: Where it works by other means than the server's own endpoint or button.
    """

    name: str
    routes: tuple[str, ...]
    python: str
    cell: str
    check: Callable[[Talk], None]
    dialects: tuple[str, ...] = EVERY
    instead: tuple[str, ...] = ()


def imagine(talk: Talk) -> None:
    """A prompt becomes a grid of four that is kept."""
    job = talk.done(Imagine(prompt="a red kite --ar 3:2"))
    assert job.status == Status.SUCCESS
    assert job.image.width > job.image.height
    assert len(job.buttons) == 9


def references(talk: Talk) -> None:
    """A reference picture travels with the prompt."""
    assert talk.done(Imagine(prompt="a kite", base64_array=(colour("teal"),))).pictures.kept


def blend(talk: Talk) -> None:
    """Two pictures become a grid of the shape that was asked for."""
    pictures = (colour("red"), colour("blue"))
    job = talk.done(Blend(base64_array=pictures, dimensions=Dimensions.PORTRAIT))
    assert job.image.width < job.image.height


def describe(talk: Talk) -> None:
    """A picture becomes four prompts."""
    job = talk.done(Describe(base64=colour("teal")))
    assert job.task is not None
    words = job.task.final_prompt or job.task.prompt_en or ""
    assert all(sign in words for sign in ("1️⃣", "2️⃣", "3️⃣", "4️⃣"))


def imagine_line(talk: Talk) -> None:
    """Pressing 2 below a describe draws the second prompt."""
    told = talk.done(Describe(base64=colour("teal")))
    job = talk.opened(told, "imagine_line_2")
    if job.window is not None:
        job.answer()
    assert job.wait(TIMEOUT).pictures.kept
    assert job.prompt in (told.task.final_prompt or "") if told.task else False


def shorten(talk: Talk) -> None:
    """A prompt becomes shorter ones."""
    job = talk.done(Shorten(prompt="a very red and shiny kite over the quiet dunes"))
    assert job.task is not None
    assert "1️⃣" in (job.task.final_prompt or "")


def imagine_short(talk: Talk) -> None:
    """Pressing 1 below a shorten draws the first of its prompts."""
    told = talk.done(Shorten(prompt="a very red and shiny kite over the quiet dunes"))
    job = talk.opened(told, "imagine_short_1")
    if job.window is not None:
        job.answer()
    assert job.wait(TIMEOUT).pictures.kept


def show_details(talk: Talk) -> None:
    """Show Details tells the weight of each word."""
    told = talk.done(Shorten(prompt="a very red and shiny kite over the quiet dunes"))
    job = told.press("show_details").wait(TIMEOUT)
    assert job.task is not None
    assert "(1.00)" in (job.task.final_prompt or "")


def upscale(talk: Talk) -> None:
    """U2 picks one picture of the grid."""
    grid = talk.grid()
    assert grid.press("U2").wait(TIMEOUT).image.width * 2 == grid.image.width


def vary_one(talk: Talk) -> None:
    """V3 draws four more like the third."""
    job = talk.grid().press("V3").wait(TIMEOUT)
    assert len(job.buttons) == 9


def reroll(talk: Talk) -> None:
    """The round arrow draws the grid again."""
    assert talk.grid().press("🔄").wait(TIMEOUT).pictures.kept


def press_one(*names: str) -> Callable[[Talk], None]:
    """Return a check that presses buttons of one picture."""

    def check(talk: Talk) -> None:
        single = talk.single()
        for name in names:
            assert single.press(name).wait(TIMEOUT).pictures.kept, name

    return check


def region(talk: Talk) -> None:
    """Vary (Region) waits for a mask and repaints what is white in it."""
    job = talk.opened(talk.single(), "vary_region")
    job.answer(mask=(0.0, 0.0, 0.5, 1.0))
    assert job.wait(TIMEOUT).pictures.kept


def custom_zoom(talk: Talk) -> None:
    """Custom Zoom waits for a zoom."""
    job = talk.opened(talk.single(), "custom_zoom")
    job.answer(zoom=1.4)
    assert job.wait(TIMEOUT).pictures.kept


def dismiss(talk: Talk) -> None:
    """A window that is dismissed ends its task without a picture."""
    job = talk.opened(talk.single(), "custom_zoom")
    job.dismiss()
    until(job, lambda changed: not changed.is_open)
    assert job.pictures.kept is None
    assert job.status in {Status.CANCEL, Status.FAILURE}


def change(talk: Talk) -> None:
    """A change by number makes one picture."""
    grid = talk.grid()
    assert grid.id is not None
    assert talk.done(Change(task_id=grid.id, action="UPSCALE", index=3)).pictures.kept


def simple_change(talk: Talk) -> None:
    """The same in one line."""
    assert talk.done(SimpleChange(content=f"{talk.grid().id} V1")).pictures.kept


def upload(talk: Talk) -> None:
    """Pictures become links, one each, in their order."""
    links = talk.session.upload(UploadPictures(base64_array=(colour("red"), colour("blue"))))
    assert len(set(links)) == 2


def swap(talk: Talk) -> None:
    """A face goes onto another picture, which keeps its size."""
    job = talk.done(SwapFace(source_base64=colour("red"), target_base64=colour("blue")))
    assert job.image.size == (48, 32)


def video(talk: Talk) -> None:
    """A picture becomes a film."""
    assert talk.done(Video(prompt="it rises", image=colour("red"), motion="low")).pictures.kept


def edit(talk: Talk) -> None:
    """A picture is changed by words."""
    assert talk.done(Edits(prompt="a blue sky", image=colour("red"))).pictures.kept


def fetch(talk: Talk) -> None:
    """A task is found again by its id."""
    grid = talk.grid()
    assert grid.id is not None
    assert talk.client.fetch(grid.id).succeeded


def follow(talk: Talk) -> None:
    """Many tasks are followed with one question."""
    jobs = [talk.start(Imagine(prompt=f"kite {number}")) for number in range(3)]
    for job in jobs:
        job.wait(TIMEOUT)
    assert talk.client.has_list
    assert talk.paths("/fetch") == []


def list_by_ids(talk: Talk) -> None:
    """Tasks are listed by their ids."""
    grid = talk.grid()
    assert grid.id is not None
    assert [task.id for task in talk.client.list_by_ids([grid.id])] == [grid.id]


def task_list(talk: Talk) -> None:
    """The latest tasks are listed."""
    assert talk.grid().id in [task.id for task in talk.client.list_tasks()]


def queue(talk: Talk) -> None:
    """What waits or runs is listed."""
    job = talk.start(Imagine(prompt="a kite"))
    waiting = [task.id for task in talk.client.queue()]
    assert job.id in waiting or not job.is_open


def seed(talk: Talk) -> None:
    """The seed of a finished picture is a number."""
    assert talk.grid().seed().isdigit()


def cancel(talk: Talk) -> None:
    """A task that is given up ends without a picture."""
    job = talk.start(Imagine(prompt="a kite"))
    job.cancel()
    until(job, lambda changed: not changed.is_open)
    assert job.status in {Status.CANCEL, Status.FAILURE}


def accounts(talk: Talk) -> None:
    """The proxy's accounts are listed, without their secrets."""
    listed = talk.client.list_accounts()
    assert listed
    assert talk.client.account(listed[0].id).id == listed[0].id


def speed(talk: Talk) -> None:
    """A speed goes before the path, and the one who draws hears of it."""
    job = talk.session.start(Submission(Imagine(prompt="a kite"), mode=Mode.TURBO)).wait(TIMEOUT)
    assert talk.paths("/mj-turbo/mj/submit/imagine")
    if job.remarks:  # nothing was refused, and nobody heard of it
        raise Unsupported(job.remarks[0])
    assert job.task is not None
    assert job.task.properties is not None
    assert "(turbo)" in (job.task.properties.message_content or "")


OPERATIONS = (
    Operation("Imagine", ("imagine",), 'mj.imagine("a kite --ar 3:2")', "%%mj", imagine),
    Operation(
        "… with reference pictures",
        ("imagine",),
        'mj.imagine("a kite", images=[…])',
        "%%mj --image PIC",
        references,
    ),
    Operation(
        "Blend", ("blend",), 'mj.blend(a, b, dimensions="SQUARE")', "%mj blend PIC PIC", blend
    ),
    Operation("Describe", ("describe",), "mj.describe(picture)", "%mj describe PIC", describe),
    Operation(
        "… and imagine one of its prompts",
        ("action", "modal"),
        'job.press("2️⃣").answer()',
        "%mj press 2️⃣",
        imagine_line,
        NOT_OPEN,
        (NEW_API,),
    ),
    Operation("Shorten", ("shorten",), 'mj.shorten("…")', "%%mj shorten", shorten, NOT_OPEN),
    Operation(
        "… and show the weights",
        ("action",),
        'job.press("Show Details")',
        "%mj press Show Details",
        show_details,
        (PLUS,),
    ),
    Operation(
        "… and imagine one of its prompts",
        ("action", "modal"),
        'job.press("1️⃣").answer()',
        "%mj press 1️⃣",
        imagine_short,
        NOT_OPEN,
        (TRUEAI, NEW_API),
    ),
    Operation(
        "Pick one of four (U1–U4)",
        ("action",),
        'job.press("U2")',
        "%mj press U2",
        upscale,
        EVERY,
        (OPEN,),
    ),
    Operation(
        "Four more like one (V1–V4)",
        ("action",),
        'job.press("V3")',
        "%mj press V3",
        vary_one,
        EVERY,
        (OPEN,),
    ),
    Operation(
        "Re-roll (four others)",
        ("action",),
        'job.press("🔄")',
        "%mj press 🔄",
        reroll,
        EVERY,
        (OPEN,),
    ),
    Operation(
        "Upscale (Subtle, Creative)",
        ("action",),
        'job.press("Upscale (Subtle)")',
        "%mj press Upscale (Subtle)",
        press_one("upscale_subtle", "upscale_creative"),
        NOT_OPEN,
    ),
    Operation(
        "Vary (Subtle, Strong)",
        ("action",),
        'job.press("vary_subtle")',
        "%mj press vary_subtle",
        press_one("vary_subtle", "vary_strong"),
        NOT_OPEN,
    ),
    Operation(
        "Vary (Region)",
        ("action", "modal"),
        'job.press("vary_region").accepted().answer(mask=…)',
        "%mj answer --mask PIC",
        region,
        NOT_OPEN,
    ),
    Operation(
        "Zoom out",
        ("action",),
        'job.press("Zoom Out 2x")',
        "%mj press Zoom Out 2x",
        press_one("zoom_out_2x", "zoom_out_1_5x"),
        NOT_OPEN,
    ),
    Operation(
        "Custom Zoom",
        ("action", "modal"),
        'job.press("Custom Zoom").accepted().answer(zoom=1.4)',
        "%mj answer --zoom 1.4",
        custom_zoom,
        NOT_OPEN,
    ),
    Operation(
        "Pan",
        ("action",),
        'job.press("⬅️")',
        "%mj press ⬅️",
        press_one("pan_left", "pan_up"),
        NOT_OPEN,
    ),
    Operation(
        "Dismiss a window", ("cancel",), "job.dismiss()", "%mj dismiss", dismiss, (PLUS, TRUEAI)
    ),
    Operation(
        "Change by number",
        ("change",),
        "session.start(Change(…))",
        "",
        change,
        (PLUS, OPEN, NEW_API),
    ),
    Operation(
        "… in one line",
        ("simple_change",),
        "session.start(SimpleChange(…))",
        "",
        simple_change,
        (PLUS, OPEN),
    ),
    Operation(
        "Swap a face",
        ("swap_face",),
        "mj.swap_face(face, picture)",
        "%mj swap FACE PIC",
        swap,
        NOT_OPEN,
    ),
    Operation(
        "Video",
        ("video",),
        'mj.video("it rises", picture)',
        "%mj video PIC 'TEXT'",
        video,
        NOT_OPEN,
    ),
    Operation(
        "Edit", ("edits",), 'mj.edit(picture, "a blue sky")', "%mj edit PIC 'TEXT'", edit, NOT_OPEN
    ),
    Operation(
        "Upload pictures", ("upload",), "mj.upload(a, b)", "%mj upload PIC", upload, NOT_OPEN
    ),
    Operation("Find a task again", ("fetch",), 'mj.job("1760000000123456")', "%mj panel ID", fetch),
    Operation("Follow many tasks", ("list_by_condition",), "job.wait()", "", follow),
    Operation("Seed", ("image_seed",), "job.seed()", "%mj seed", seed, NOT_OPEN),
    Operation("Cancel", ("cancel",), "job.cancel()", "%mj cancel", cancel, (PLUS, TRUEAI)),
    Operation(
        "List tasks", ("task_list",), "client.list_tasks()", "", task_list, (PLUS, OPEN, TRUEAI)
    ),
    Operation("List what waits", ("task_queue",), "client.queue()", "", queue, (PLUS, OPEN)),
    Operation(
        "List tasks by id",
        ("list_by_ids",),
        "client.list_by_ids(ids)",
        "",
        list_by_ids,
        (PLUS, TRUEAI),
    ),
    Operation(
        "Accounts",
        ("account_list", "account"),
        "client.list_accounts()",
        "",
        accounts,
        (PLUS, OPEN),
    ),
    Operation(
        "Speed",
        ("imagine",),
        'mj.imagine("…", mode="turbo")',
        "%%mj --mode turbo",
        speed,
        (PLUS, TRUEAI),
    ),
)
