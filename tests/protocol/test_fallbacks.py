"""What is asked instead, where a server refuses a button."""

import pytest

from mj_notebook.protocol.codec import read_task
from mj_notebook.protocol.fallbacks import change_fallback, imagine_fallbacks
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.requests import Action, Change, Imagine
from mj_notebook.protocol.vocabulary import BotType
from tests.protocol.samples import task_bytes


def task_of(name: str) -> Task:
    """Return a recorded task."""
    task = read_task(task_bytes(name))
    assert task is not None
    return task


@pytest.mark.parametrize(
    ("name", "button", "prompts"),
    [
        ("published_describe", "MJ::Job::PicReader::3", ["Cat3 --ar 5:4"]),
        ("published_shorten", "MJ::JOB::PromptAnalyzer::5", ["appdash appdash"]),
        (
            "published_describe",
            "MJ::Job::PicReader::all",
            [f"Cat{n} --ar 5:4" for n in ("", 2, 3, 4)],
        ),
        ("published_describe", "MJ::Job::PicReader::7", []),
        ("published_describe", "MJ::Picread::Retry", []),
        ("plus_imagine_success", "MJ::BOOKMARK::h", []),
        ("published_describe", "what::ever", []),
    ],
)
def test_a_number_is_the_imagine_of_its_line(name: str, button: str, prompts: list[str]) -> None:
    """Where a server takes no number buttons; other buttons have nothing instead."""
    press = Action(task_id="1", custom_id=button, state="nb-1")
    found = imagine_fallbacks(press, task_of(name))
    assert found == tuple(Imagine(prompt=prompt, state="nb-1") for prompt in prompts)


def test_the_bot_stays_the_same() -> None:
    """What one bot described, it draws."""
    press = Action(task_id="1", custom_id="MJ::Job::PicReader::2")
    (found,) = imagine_fallbacks(press, task_of("plus_describe_success"))
    assert found.bot_type is BotType.MID_JOURNEY


@pytest.mark.parametrize(
    ("button", "change"),
    [
        ("MJ::JOB::upsample::2::h", Change(task_id="1", action="UPSCALE", index=2, state="s")),
        ("MJ::JOB::variation::4::h", Change(task_id="1", action="VARIATION", index=4, state="s")),
        ("MJ::JOB::reroll::0::h::SOLO", Change(task_id="1", action="REROLL", index=1, state="s")),
        ("MJ::JOB::upsample_v7_2x_subtle::1::h::SOLO", None),
        ("MJ::CustomZoom::h", None),
        ("what::ever", None),
    ],
)
def test_a_press_may_be_a_change(button: str, change: Change | None) -> None:
    """For servers that know no buttons; they know no others either."""
    assert change_fallback(Action(task_id="1", custom_id=button, state="s")) == change
