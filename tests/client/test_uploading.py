"""Handing pictures over, to be used as links."""

import json
from typing import Any

import pytest

from mj_notebook.errors import MJError, NotAProxy, Refused, Unsupported
from mj_notebook.protocol.requests import AccountFilter, UploadPictures
from tests.client.asking import BASE, Answers, Asker, answer, caught
from tests.protocol.samples import REPLIES

PICTURES = UploadPictures(
    base64_array=("data:image/png;base64,AA==",), filter=AccountFilter(channel_id="7")
)
LINK = "https://cdn.discordapp.com/attachments/1/2/a.jpg?ex=1&is=2&hm=3&"


@pytest.mark.parametrize(
    ("body", "links"),
    [
        (REPLIES["uploaded"], [LINK]),
        ({"code": 1, "description": "ok", "result": [LINK, "https://h/b"]}, [LINK, "https://h/b"]),
        ({"code": 1, "description": "ok", "result": LINK, "properties": {}}, [LINK]),
        ({"code": 0, "description": "string", "result": ["string"]}, ["string"]),
    ],
)
def test_the_links_come_in_the_pictures_order(
    asker: type[Asker], body: dict[str, Any], links: list[str]
) -> None:
    """One POST with the pictures and their filter; a single link is a list of one."""
    answers = Answers(answer(json=body))
    with asker(answers) as client:
        assert client.upload(PICTURES) == links
    (asked,) = answers.asked
    assert str(asked.url) == f"{BASE}/mj/submit/upload-discord-images"
    assert json.loads(asked.content)["filter"] == {"channelId": "7"}


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (200, {"code": 4, "description": "禁止上传", "result": None}, Unsupported, "禁止上传"),
        (200, {"code": 3, "description": "实例不存在或不可用"}, Refused, "实例不存在或不可用"),
        (200, {"code": 1, "description": "成功", "result": []}, Refused, "no addresses"),
        (404, REPLIES["spring"], NotAProxy, "Not Found"),
    ],
)
def test_what_was_not_uploaded_is_told(
    asker: type[Asker], status: int, body: dict[str, Any], kind: type[MJError], said: str
) -> None:
    """In the server's own words, and it is not sent again."""
    answers = Answers(answer(status, body))
    with asker(answers) as client:
        error = caught(lambda: client.upload(PICTURES))
    assert type(error) is kind
    assert said in str(error)
    assert sum(asked.method == "POST" for asked in answers.asked) == 1
