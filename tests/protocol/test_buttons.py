"""The one table of buttons."""

import re

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.protocol.button_sets import (
    film_buttons,
    grid_buttons,
    single_buttons,
    single_film_buttons,
)
from mj_notebook.protocol.buttons import (
    BUTTON_KIND,
    BUTTONS,
    ButtonKind,
    WindowPolicy,
    accessible_name,
    button_of,
    caption,
    find_button,
    parse_custom_id,
    require_possible,
    row_of,
    shows_grid,
)
from mj_notebook.protocol.codec import read_task
from mj_notebook.protocol.models import Button, Task
from mj_notebook.protocol.vocabulary import Status, TaskAction
from tests.protocol.samples import TASKS, task_bytes

UUID = "6f1f0d3c-8f1b-4c52-9a2e-0b9d5a1c7e11"
NUMBERED = [kind for kind in BUTTONS if "{i}" in kind.pattern]


def _uuid(kind: ButtonKind) -> str:
    return "" if kind.pattern.startswith(("MJ::Job::", "MJ::Picread")) else UUID


@pytest.mark.parametrize("kind", BUTTONS, ids=lambda kind: kind.key)
def test_every_row_is_found_again_from_its_own_id(kind: ButtonKind) -> None:
    """What the table writes, the table understands, and nothing else claims it."""
    press = parse_custom_id(kind.custom_id(_uuid(kind)))
    assert press is not None
    assert (press.kind, press.number, press.uuid) == (kind, 1, _uuid(kind))


@pytest.mark.parametrize("kind", NUMBERED, ids=lambda kind: kind.key)
@pytest.mark.parametrize("number", [2, 3, 4])
def test_numbers_are_found_again(kind: ButtonKind, number: int) -> None:
    """U2 is image 2, the third line is 3."""
    press = parse_custom_id(kind.custom_id(_uuid(kind), number))
    assert press is not None
    assert (press.kind, press.number) == (kind, number)


def test_keys_are_words_and_unique() -> None:
    """Each row has one Python word of its own."""
    assert len(BUTTON_KIND) == len(BUTTONS)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", key) for key in BUTTON_KIND)


@pytest.mark.parametrize(
    ("custom_id", "key"),
    [
        (f"MJ::JOB::upsample::2::{UUID}", "upscale"),
        (f"MJ::JOB::upsample_v7_2x_subtle::1::{UUID}::SOLO", "upscale_subtle"),
        (f"MJ::JOB::upsample_v6r1_2x_creative::1::{UUID}::SOLO", "upscale_creative_v6r1"),
        (f"MJ::JOB::upsample_v5_4x::1::{UUID}::SOLO", "upscale_4x"),
        (f"MJ::JOB::variation::4::{UUID}", "variation"),
        (f"MJ::CustomZoom::{UUID}", "custom_zoom"),
        (f"MJ::CustomZoom::1::{UUID}", "custom_zoom"),
        (f"MJ::Outpaint::100::1::{UUID}::SOLO", "make_square"),
        ("MJ::Job::PicReader::3", "imagine_line"),
        ("MJ::Job::PicReader::all", "imagine_all"),
        ("MJ::JOB::PromptAnalyzer::1", "imagine_short"),
        ("MJ::Job::PromptAnalyzerExtended", "show_details"),
        (f"MJ::BOOKMARK::{UUID}", "bookmark"),
        (f"MJ::JOB::animate_high::1::{UUID}::SOLO", "animate_high"),
        (f"MJ::JOB::animate_high_extend::1::{UUID}", "extend_high"),
        (f"MJ::JOB::video_virtual_upscale::3::{UUID}", "pick_film"),
    ],
)
def test_ids_that_look_alike_are_told_apart(custom_id: str, key: str) -> None:
    """One upsample picks an image, the other enlarges; other servers' case and indexes pass."""
    press = parse_custom_id(custom_id)
    assert press is not None
    assert press.kind.key == key


@pytest.mark.parametrize(
    "custom_id",
    [
        f"MJ::JOB::upsample_v9_8x::1::{UUID}::SOLO",
        f"MJ::JOB::upsample::12::{UUID}",
        f"MJ::Outpaint::1::{UUID}::SOLO",
        f"MJ::JOB::pan_left::0::{UUID}::SOLO",
        "MJ::CancelJob::ByJobid::x",
        f"MJ::JOB::upsample::2::{UUID}::SOLO\n",
        "anything",
        "",
    ],
)
def test_an_unknown_id_has_no_meaning_and_is_kept_as_it_is(custom_id: str) -> None:
    """What the table doesn't know is drawn in a row of its own, under a name made of the id."""
    assert parse_custom_id(custom_id) is None
    button = Button(custom_id=custom_id)
    assert button.custom_id == custom_id
    assert row_of(button).name == "other"
    assert accessible_name(button) == caption(button)


@pytest.mark.parametrize(
    ("button", "shown"),
    [
        (Button(custom_id="x", emoji="🔄"), "🔄"),
        (Button(custom_id="x", emoji="🔍", label="Custom Zoom"), "🔍 Custom Zoom"),
        (Button(custom_id="x", emoji="upscale_1", label="Upscale (Subtle)"), "⤢ Upscale (Subtle)"),
        (Button(custom_id="x", emoji="some_emoji_7", label="L"), "L"),
        (Button(custom_id=f"MJ::JOB::make_gold::1::{UUID}"), "make gold"),
        (Button(custom_id="odd"), "odd"),
    ],
)
def test_a_button_is_never_without_a_name(button: Button, shown: str) -> None:
    """Emoji and label as served; the name of a private emoji is no word to show."""
    assert caption(button) == shown


def test_windows_open_where_the_sheet_says() -> None:
    """Custom zoom, region and the prompts of describe and shorten always ask first."""
    always = {kind.key for kind in BUTTONS if kind.window is WindowPolicy.ALWAYS}
    assert always == {"vary_region", "custom_zoom", "imagine_line", "imagine_short"}
    assert BUTTON_KIND["upscale"].window is WindowPolicy.NEVER
    assert BUTTON_KIND["reroll"].window is WindowPolicy.REMIX


@pytest.mark.parametrize("name", [name for name in TASKS if "success" in name])
def test_every_button_seen_on_the_wire_is_known(name: str) -> None:
    """Recorded tasks of every server hold no button without a row in the table."""
    task = read_task(task_bytes(name))
    assert task is not None
    assert [b.custom_id for b in task.buttons or () if parse_custom_id(b.custom_id) is None] == []


def test_set_a_is_the_recorded_grid() -> None:
    """The buttons we write for a grid are those a plus proxy was seen to send, in order."""
    task = read_task(task_bytes("plus_imagine_success"))
    assert task is not None
    assert grid_buttons(UUID) == task.buttons


def test_set_b_is_the_recorded_single_picture() -> None:
    """So are the buttons of a single picture of version 7."""
    task = read_task(task_bytes("plus_upscale_success"))
    assert task is not None
    assert single_buttons(UUID, "7", square=True) == task.buttons


@pytest.mark.parametrize(
    ("version", "has", "lacks"),
    [
        ("7", "upscale_subtle", "make_square"),
        ("niji 7", "upscale_subtle", "upscale_2x"),
        ("6.1", "upscale_subtle_v6r1", "animate_high"),
        ("6", "upscale_subtle_v6", "animate_high"),
        ("niji 6", "upscale_creative_v6", "upscale_2x"),
        ("5.2", "upscale_4x", "upscale_subtle"),
        ("4", "bookmark", "upscale_2x"),
        ("3", "bookmark", "pan_left"),
        ("8", "vary_region", "zoom_out_2x"),
        ("9", "vary_region", "pan_left"),
    ],
)
def test_a_single_pictures_buttons_follow_its_version(version: str, has: str, lacks: str) -> None:
    """Each family of versions offers its own ways on."""
    ids = {button.custom_id for button in single_buttons(UUID, version, square=True)}
    assert BUTTON_KIND[has].custom_id(UUID) in ids
    assert BUTTON_KIND[lacks].custom_id(UUID) not in ids


VARY = ["low_variation", "high_variation", "Inpaint"]
WIDEN = [
    "Outpaint::50",
    "Outpaint::75",
    "CustomZoom",
    "pan_left",
    "pan_right",
    "pan_up",
    "pan_down",
]
ANIMATE = ["animate_high", "animate_low"]


@pytest.mark.parametrize(
    ("versions", "commands"),
    [
        (("1", "3", "4", "niji 4"), ["low_variation", "high_variation", "BOOKMARK"]),
        (
            ("5", "5.1", "5.2", "niji 5"),
            ["upsample_v5_2x", "upsample_v5_4x", *VARY, *WIDEN, "BOOKMARK"],
        ),
        (
            ("6", "niji 6"),
            ["upsample_v6_2x_subtle", "upsample_v6_2x_creative", *VARY, *WIDEN, "BOOKMARK"],
        ),
        (
            ("6.1",),
            ["upsample_v6r1_2x_subtle", "upsample_v6r1_2x_creative", *VARY, *WIDEN, "BOOKMARK"],
        ),
        (
            ("7", "niji 7"),
            [
                "upsample_v7_2x_subtle",
                "upsample_v7_2x_creative",
                *VARY,
                *WIDEN,
                *ANIMATE,
                "BOOKMARK",
            ],
        ),
        (("8", "8.1"), [*VARY, *ANIMATE, "BOOKMARK"]),
    ],
)
def test_set_b_is_the_sheets_for_every_version(
    versions: tuple[str, ...], commands: list[str]
) -> None:
    """4.2: these commands, in the order of the bot's rows, and nothing else."""
    for version in versions:
        ids = [button.custom_id for button in single_buttons(UUID, version, square=True)]
        found = [id_.removeprefix("MJ::").removeprefix("JOB::") for id_ in ids]
        assert len(found) == len(commands)
        for id_, command in zip(found, commands, strict=True):
            assert id_.startswith(f"{command}::")


def test_set_g_is_the_sheets() -> None:
    """4.2: U for each film and 🔄; one film can be gone on with, its ids without ``::SOLO``."""
    films = [(button.custom_id, button.label, button.emoji) for button in film_buttons(UUID, 2)]
    assert films == [
        (f"MJ::JOB::video_virtual_upscale::1::{UUID}", "U1", ""),
        (f"MJ::JOB::video_virtual_upscale::2::{UUID}", "U2", ""),
        (f"MJ::JOB::reroll::0::{UUID}::SOLO", "", "🔄"),
    ]
    alone = [(button.custom_id, button.label, button.emoji) for button in single_film_buttons(UUID)]
    assert alone == [
        (f"MJ::JOB::animate_high_extend::1::{UUID}", "Extend (High motion)", "🎞️"),
        (f"MJ::JOB::animate_low_extend::1::{UUID}", "Extend (Low motion)", "🎞️"),
    ]


def test_make_square_is_offered_only_where_it_changes_something() -> None:
    """It stands after Custom Zoom when the picture is no square."""
    ids = [button.custom_id for button in single_buttons(UUID, "7", square=False)]
    assert ids.index(BUTTON_KIND["make_square"].custom_id(UUID)) == (
        ids.index(BUTTON_KIND["custom_zoom"].custom_id(UUID)) + 1
    )


def test_a_grid_is_told_by_its_buttons_first() -> None:
    """The kind of a task decides only where a server gives no buttons."""
    single = button_of(BUTTON_KIND["vary_subtle"], UUID)
    drawn = Task(id="1", status=Status.SUCCESS, action=TaskAction.IMAGINE)
    assert shows_grid(drawn)
    assert not shows_grid(Task(id="1", status=Status.SUCCESS, action="UPSCALE"))
    assert shows_grid(Task(id="1", status=Status.SUCCESS, buttons=grid_buttons(UUID)))
    assert not shows_grid(
        Task(id="1", status=Status.SUCCESS, action=TaskAction.IMAGINE, buttons=(single,))
    )


def test_a_word_too_many_is_told_from_a_wrong_name() -> None:
    """Before the buttons are known and after, what stands in front is probably meant."""
    with pytest.raises(UsageError, match="There will be no button 'U2 nope'") as caught:
        require_possible("U2 nope", tells_words=False)
    assert caught.value.hint == "Did you mean U2?"
    grid = [Button(custom_id=f"MJ::JOB::upsample::{i}::a", label=f"U{i}") for i in (1, 2)]
    with pytest.raises(UsageError, match="This task offers: U1, U2") as caught:
        find_button(grid, "u2 nope", is_open=False)
    assert caught.value.hint.startswith("Did you mean U2?")
