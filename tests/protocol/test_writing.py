"""Strict writing: only what was set, compact, in the wire's spelling."""

import json

import msgspec
import pytest

from mj_notebook.protocol.models import ReplyProperties, write_reply
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
    Shorten,
    SimpleChange,
    SwapFace,
    TaskIds,
    UploadPictures,
    Video,
    request_record,
    write_ids,
    write_request,
)
from mj_notebook.protocol.routes import ROUTE_OF_REQUEST
from mj_notebook.protocol.vocabulary import BotType, Dimensions

KITE = "data:image/png;base64,AA=="
SEA = "data:image/jpeg;base64,AQ=="
REQUESTS: list[tuple[Request, dict[str, object]]] = [
    (Imagine(prompt="a red kite"), {"prompt": "a red kite"}),
    (
        Imagine(
            prompt="p",
            bot_type=BotType.NIJI_JOURNEY,
            base64_array=("data:image/png;base64,AA==",),
            state="nb-42",
            notify_hook="https://h/x",
            account_filter=AccountFilter(modes=("FAST",), remix=False),
        ),
        {
            "state": "nb-42",
            "notifyHook": "https://h/x",
            "accountFilter": {"modes": ["FAST"], "remix": False},
            "prompt": "p",
            "botType": "NIJI_JOURNEY",
            "base64Array": ["data:image/png;base64,AA=="],
        },
    ),
    (
        Action(task_id="1", custom_id="MJ::JOB::upsample::2::h"),
        {"taskId": "1", "customId": "MJ::JOB::upsample::2::h"},
    ),
    (
        Action(task_id="1", custom_id="x", choose_same_channel=True),
        {"taskId": "1", "customId": "x", "chooseSameChannel": True},
    ),
    (Modal(task_id="1", prompt=""), {"taskId": "1", "prompt": ""}),
    (
        Modal(task_id="1", prompt="p", mask_base64="data:image/png;base64,AA=="),
        {"taskId": "1", "prompt": "p", "maskBase64": "data:image/png;base64,AA=="},
    ),
    (
        Blend(base64_array=(KITE, SEA), dimensions=Dimensions.PORTRAIT),
        {"base64Array": [KITE, SEA], "dimensions": "PORTRAIT"},
    ),
    (Describe(base64=KITE), {"base64": KITE}),
    (Describe(link="https://h/a", language="zh"), {"link": "https://h/a", "language": "zh"}),
    (
        Shorten(prompt="p", bot_type=BotType.MID_JOURNEY),
        {"prompt": "p", "botType": "MID_JOURNEY"},
    ),
    (
        Change(task_id="1", action="UPSCALE", index=2),
        {"taskId": "1", "action": "UPSCALE", "index": 2},
    ),
    (Change(task_id="1", action="REROLL"), {"taskId": "1", "action": "REROLL", "index": 1}),
    (SimpleChange(content="1 U2"), {"content": "1 U2"}),
    (UploadPictures(base64_array=(KITE,)), {"base64Array": [KITE]}),
    (
        UploadPictures(base64_array=(KITE,), filter=AccountFilter(channel_id="7")),
        {
            "base64Array": [KITE],
            "filter": {"channelId": "7"},
            "accountFilter": {"channelId": "7"},
        },
    ),
    (
        SwapFace(source_base64=KITE, target_base64=SEA),
        {"sourceBase64": KITE, "targetBase64": SEA},
    ),
    (
        Video(prompt="p", image=KITE, end_image=SEA, motion="high", loop=True, batch_size=1),
        {
            "prompt": "p",
            "image": KITE,
            "endImage": SEA,
            "motion": "high",
            "loop": True,
            "batchSize": 1,
        },
    ),
    (
        Video(prompt="p", action="extend", index=0, task_id="1", video_type="vid_1.1_i2v_720"),
        {
            "prompt": "p",
            "action": "extend",
            "index": 0,
            "taskId": "1",
            "videoType": "vid_1.1_i2v_720",
        },
    ),
    (
        Edits(prompt="p", image="https://h/a", mask_base64=KITE, state="nb-1"),
        {"prompt": "p", "image": "https://h/a", "maskBase64": KITE, "state": "nb-1"},
    ),
]


@pytest.mark.parametrize(("request_", "written"), REQUESTS)
def test_only_what_was_set_is_sent(request_: Request, written: dict[str, object]) -> None:
    """Defaults stay at home; names are the wire's; the store's record is the same."""
    assert json.loads(write_request(request_)) == written
    assert json.loads(json.dumps(request_record(request_))) == written


def test_bodies_are_compact_and_keep_every_letter() -> None:
    """A gateway edits raw bytes, so there is no space after a colon; no letter is escaped away."""
    assert write_request(Imagine(prompt='{a} "kite" 风筝 --ar 16:9')) == (
        '{"prompt":"{a} \\"kite\\" 风筝 --ar 16:9"}'.encode()
    )
    assert b'"code":21,' in write_reply(21, "Waiting for window confirm", "1")


def test_an_answer_always_has_its_four_keys() -> None:
    """Clients of the family read all four without looking whether they are there."""
    assert json.loads(write_reply(23, "full")) == {
        "code": 23,
        "description": "full",
        "result": None,
        "properties": {},
    }
    window = write_reply(21, "w", "9", ReplyProperties(final_prompt="p", remix=True))
    assert json.loads(window)["properties"] == {"finalPrompt": "p", "remix": True}


def test_ids_are_asked_for_as_strings() -> None:
    """One server refuses numbers in a list-by-condition."""
    assert write_ids(TaskIds(ids=("1", "2"))) == b'{"ids":["1","2"]}'


def test_every_kind_of_request_has_an_endpoint_and_reads_back() -> None:
    """The embedded server reads with the very record the client writes."""
    assert {type(request) for request, _ in REQUESTS} == set(ROUTE_OF_REQUEST)
    for request, _ in REQUESTS:
        assert ROUTE_OF_REQUEST[type(request)].request is type(request)
        assert msgspec.json.decode(write_request(request), type=type(request)) == request


def test_an_uploads_filter_has_two_names() -> None:
    """One server reads another key than the rest, so whichever is set both are sent."""
    chosen = AccountFilter(instance_id="7")
    by_one = UploadPictures(base64_array=(KITE,), filter=chosen)
    assert by_one == UploadPictures(base64_array=(KITE,), account_filter=chosen)
    plain = UploadPictures(base64_array=(KITE,))
    assert msgspec.structs.replace(plain, account_filter=chosen) == by_one


@pytest.mark.parametrize(
    ("content", "action", "index"),
    [
        ("17 U2", "UPSCALE", 2),
        ("17 v4", "VARIATION", 4),
        ("17 R", "REROLL", 1),
        (" 17 r ", "REROLL", 1),
    ],
)
def test_a_change_in_one_line_is_the_same_change(content: str, action: str, index: int) -> None:
    """One gateway knows only the long form, so it can be had from the short one."""
    short = SimpleChange(content=content, state="nb-1")
    assert short.change == Change(task_id="17", action=action, index=index, state="nb-1")


@pytest.mark.parametrize("content", ["", "17", "17 U", "17 U5", "17 X1", "17  U1", "1 7 U1", "U1"])
def test_other_lines_mean_no_change(content: str) -> None:
    """Exactly two words, of which the second is U1 to U4, V1 to V4 or R."""
    assert SimpleChange(content=content).change is None
