"""Content keys: the same picture asked for twice has one key."""

from base64 import b64encode
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from mj_notebook.protocol.media import data_url, read_data_url
from mj_notebook.protocol.requests import (
    AccountFilter,
    Action,
    Blend,
    Change,
    Describe,
    Edits,
    Imagine,
    Modal,
    Request,
    SimpleChange,
)
from mj_notebook.protocol.vocabulary import BotType
from mj_notebook.store.fingerprint import canonical_prompt, content_key
from tests.store.making import PNG, SERVER

KITE = "a red kite --ar 3:2 --s 250"


def key(request: Request | str, **more: object) -> str:
    """Return the key of a request, or of an imagine with that prompt."""
    asked = Imagine(prompt=request) if isinstance(request, str) else request
    return content_key(asked, **{"server": SERVER, **more})  # type: ignore[arg-type]  # as given


def test_a_key_is_short_and_stays_what_it_is() -> None:
    """It stands in files: a change of the rules must be a decision, not an accident."""
    assert key(KITE) == "k-8a85dea71b99bdfcfa5d"


@pytest.mark.parametrize(
    "same",
    [
        "  a red   kite\n --ar 3:2 --s 250 ",
        "a red kite --s 250 --ar 3:2",
        "a red kite --aspect 3:2 --stylize 250",
        "a red kite --AR 3:2 --S 250",
        "a red kite —ar 3:2 --s 250",
        "a red kite --ar 3:2 --s 250 --fast",
        "a red kite --relax --ar 3:2 --s 250",
    ],
)
def test_what_changes_no_picture_changes_no_key(same: str) -> None:
    """Spaces, order, short names, speed."""
    assert key(same) == key(KITE)


@pytest.mark.parametrize(
    "other",
    [
        "a red kites --ar 3:2 --s 250",
        "A red kite --ar 3:2 --s 250",
        "a red kite --ar 2:3 --s 250",
        "a red kite --ar 3:2 --s 25 --s 0",
        "a red kite --ar 3:2 --s 250 --tile",
        "a red kite --ar 3:2 --s 250 --seed 7",
        "kite red a --ar 3:2 --s 250",
        "https://a.example/1.png a red kite --ar 3:2 --s 250",
        "",
    ],
)
def test_what_may_change_the_picture_changes_the_key(other: str) -> None:
    """Words in their order, values, pictures."""
    assert key(other) != key(KITE)


def test_repeats_of_one_parameter_keep_their_order() -> None:
    """Which of two values counts is the server's rule, not ours."""
    assert key("kite --s 1 --s 2") != key("kite --s 2 --s 1")
    assert key("kite --s 1 --ar 3:2 --s 2") == key("kite --s 1 --stylize 2 --ar 3:2")


def test_a_sign_written_in_two_ways_is_one_sign() -> None:
    """Some systems write é as two signs; nobody can see the difference."""
    assert canonical_prompt("cafe\u0301 kite") == canonical_prompt("caf\u00e9 kite")


def test_a_canonical_prompt_stays_canonical() -> None:
    """Doing it twice does nothing more, so it can be kept."""
    once = canonical_prompt("https://a.example/1.png  b --s 250  --no  c,  d --ar 3:2 --turbo")
    assert once == "https://a.example/1.png b --aspect 3:2 --no c, d --stylize 250"
    assert canonical_prompt(once) == once


def test_pictures_count_by_their_bytes() -> None:
    """However they are written down; their order counts too."""
    bare = b64encode(PNG).decode()
    one = key(Imagine(prompt="kite", base64_array=(data_url(PNG, "image/png"),)))
    assert one == key(Imagine(prompt="kite", base64_array=(bare,)))
    assert one == key(Imagine(prompt="kite", base64_array=(data_url(PNG, "image/jpeg"),)))
    assert one != key(Imagine(prompt="kite", base64_array=(data_url(PNG + b".", "image/png"),)))
    assert one != key("kite")
    both = (data_url(PNG, "image/png"), data_url(PNG + b".", "image/png"))
    assert key(Blend(base64_array=both)) != key(Blend(base64_array=both[::-1]))
    assert key(Describe(base64=bare)) == key(Describe(base64=data_url(PNG, "image/png")))


def png(level: int, colour: int = 1, **more: Any) -> str:
    """Return a picture as another machine's zlib might pack it."""
    held = BytesIO()
    Image.linear_gradient("L").point(lambda light: light * colour % 256).save(
        held, "PNG", compress_level=level, **more
    )
    return data_url(held.getvalue(), "image/png")


def test_how_a_png_is_packed_does_not_count() -> None:
    """A mask drawn on two machines is the same mask; words written into a file are not seen."""
    words = PngInfo()
    words.add_text("Comment", "drawn on Monday")
    keys = {key(Describe(base64=url)) for url in (png(1), png(9), png(0), png(6, pnginfo=words))}
    assert len({png(1), png(9), png(0)}) == 3
    assert len(keys) == 1
    assert key(Describe(base64=png(1, colour=3))) not in keys


@pytest.mark.parametrize("keep", [8, 20, 60, 300])
def test_half_a_png_counts_by_its_bytes(keep: int) -> None:
    """What can't be unpacked is still something that was sent."""
    whole = read_data_url(png(6)) or b""
    one, other = (data_url(whole[:end], "image/png") for end in (keep, keep + 1))
    assert key(Describe(base64=one)) != key(Describe(base64=other))


def test_who_asks_and_how_does_not_count() -> None:
    """Tag, hook and account say nothing of the picture."""
    asked = Imagine(
        prompt=KITE,
        state="mj-1",
        notify_hook="https://h.example",
        account_filter=AccountFilter(modes=("FAST",)),
    )
    assert key(asked) == key(KITE)


def test_server_bot_and_repeat_count() -> None:
    """Another proxy, another bot, and a picture wanted beside the first."""
    keys = [
        key(KITE),
        key(KITE, server="elsewhere"),
        key(KITE, bot=BotType.NIJI_JOURNEY),
        key(KITE, repeat=1),
        key(KITE, repeat=2),
    ]
    assert len(set(keys)) == len(keys)
    assert key(Imagine(prompt=KITE, bot_type=BotType.MID_JOURNEY)) == keys[0]
    assert key(Imagine(prompt=KITE, bot_type=BotType.NIJI_JOURNEY)) == keys[2]


def test_a_button_counts_with_its_task() -> None:
    """The same button of another task is another picture; the usual bot has no say there."""
    press = Action(task_id="1", custom_id="MJ::JOB::upsample::2::a")
    assert key(press) == key(press, bot=BotType.NIJI_JOURNEY)
    assert key(press) != key(Action(task_id="2", custom_id=press.custom_id))
    assert key(press) != key(Action(task_id="1", custom_id="MJ::JOB::upsample::3::a"))
    assert key(SimpleChange(content="1 U2")) == key(Change(task_id="1", action="UPSCALE", index=2))


def test_the_answer_of_a_window_counts_by_what_led_there() -> None:
    """Each opening of the window has a new task id; prompt and mask decide."""
    where = {"parent": "1", "button": "MJ::Inpaint::1::a::SOLO"}
    mask = b64encode(PNG).decode()
    first = key(Modal(task_id="7", prompt="a hat", mask_base64=mask), **where)
    assert first == key(Modal(task_id="8", prompt=" a  hat", mask_base64=mask), **where)
    assert first != key(Modal(task_id="7", prompt="a hat"), **where)
    assert first != key(Modal(task_id="7", prompt="a cap", mask_base64=mask), **where)
    assert first != key(
        Modal(task_id="7", prompt="a hat", mask_base64=mask), parent="2", button=where["button"]
    )
    assert key(Modal(task_id="7", prompt="a hat")) != key(Modal(task_id="8", prompt="a hat"))


def test_an_address_counts_as_it_is() -> None:
    """What is behind it can't be known without asking."""
    one = Edits(prompt="kite", image="https://a.example/1.png")
    assert key(one) != key(Edits(prompt="kite", image="https://a.example/2.png"))
