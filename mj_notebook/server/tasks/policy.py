"""What servers of the family do otherwise than plus with what they are asked; no wire formats."""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from mj_notebook.protocol.media import read_data_url
from mj_notebook.server.engine.accounts import ACCOUNT_ID
from mj_notebook.server.engine.phases import Timeout

PICTURE_PATH = "/mj/image/"
"""Where plus has pictures, before their names."""

CHAT_PICTURE_PATH = f"/attachments/{ACCOUNT_ID}/"
"""Where a server without pictures of its own shows them: as the chat service does."""

BLENDED = range(2, 6)
"""How many pictures can be blended."""

_DATA_URL = re.compile(r"data:(?P<media>[^,]*),(?P<content>.*)", re.DOTALL)
_MINUTE = 60_000


@dataclass(frozen=True, kw_only=True)
class ServerPolicy:
    """
    What a server does.

    Attributes:
        read_picture: From the text of a picture to its bytes, None for a text that is none.
        opens_pictures: Whether it looks into pictures that must be some before it takes a submit.
        checks_index: Whether it looks at the number of a change.
        finds_banned_late: Whether a banned word lets the task fail, and not the submit.
        remix_on_request: Whether a press may ask for the window of Remix mode.
        quick_steps: The percentages that picking one picture shows.
        timeout: When it gives a task up.
        picture_path: Where its pictures are, before their names.
    """

    read_picture: Callable[[str], bytes | None] = read_data_url
    opens_pictures: bool = True
    checks_index: bool = True
    finds_banned_late: bool = False
    remix_on_request: bool = False
    quick_steps: tuple[int, ...] = ()
    timeout: Timeout | None = None
    picture_path: str = PICTURE_PATH


def read_any_data_url(text: str) -> bytes | None:
    """Return the bytes of a data URL of any kind, be it text; nothing else will do."""
    found = _DATA_URL.fullmatch(text)
    if found is None:
        return None
    if not found["media"].endswith(";base64"):
        return unquote_to_bytes(found["content"]) or None
    try:
        return base64.b64decode(found["content"], validate=True) or None
    except (binascii.Error, ValueError):
        return None


PLUS_POLICY = ServerPolicy()

TRUEAI_POLICY = ServerPolicy(finds_banned_late=True, remix_on_request=True)

OPEN_POLICY = ServerPolicy(
    read_picture=read_any_data_url,
    opens_pictures=False,
    checks_index=False,
    quick_steps=(0,),
    timeout=Timeout(5 * _MINUTE, "任务超时"),
    picture_path=CHAT_PICTURE_PATH,
)
"""The open proxy hands on what it is given; what is wrong with it shows in the chat."""
