"""Every answer of every dialect is what the sheet says: no key more, none less, right types."""

from typing import Any

import httpx
import pytest
from PIL import Image

from mj_notebook.protocol.routes import LIST_ROUTES, PAGE_ROUTES, ROUTES
from mj_notebook.server.config import Config, Timing
from mj_notebook.server.http.dialects import DIALECTS
from mj_notebook.settings.settings import Secret
from tests.server.clock import Clock
from tests.server.conformance.records import ACCOUNT, REPLIES, TASK, Page, differences
from tests.server.pictures import sent
from tests.server.wire import InProcess, Json, Wire

PICTURE, OTHER = (sent(Image.new("RGB", (40, 40), tone)) for tone in ("red", "blue"))
TINY, STEPS = 32, 3
FAULTS = (
    "busy",
    "full",
    "refuse=3:无可用的账号实例",
    "denied",
    "denied=403",
    "limited",
    "banned=kite",
)


class Recorder(Wire):
    """A line that keeps every answer, with what was asked."""

    def __init__(self, dialect: str, **options: Any) -> None:
        self.dialect = dialect
        clock = Clock()
        config = Config(
            dialect=dialect,
            clock=clock,
            picture_side=TINY,
            timing=Timing(grid=10, single=2),
            secret=Secret("s3cret"),
            faults_on_request=True,
            **options,
        )
        super().__init__(InProcess(config), clock, "s3cret")
        self.answers: list[tuple[str, str, httpx.Response]] = []
        self.tasks: list[str] = []

    def ask(self, method: str, url: str, **options: Any) -> httpx.Response:
        """Send one request, and keep its answer."""
        answer = super().ask(method, url, **options)
        self.answers.append((method, url, answer))
        return answer

    def submit(self, name: str, body: object, **options: Any) -> str:
        """Submit, and return the id of the task, "" if there is none."""
        answer = self.ask("POST", f"/mj/{name}", json=body, **options)
        content = answer.json() if answer.content.startswith(b"{") else {}
        result = content.get("result")
        if not isinstance(result, str) or not result.isdecimal():
            return ""
        self.tasks.append(result)
        return result

    def look(self, seconds: float = 20) -> None:
        """Let time pass in a few steps, and look at the last tasks at each."""
        for _ in range(STEPS):
            self.clock.advance(seconds / STEPS)
            for task_id in self.tasks[-4:]:
                self.ask("GET", f"/mj/task/{task_id}/fetch")
            for name in ("list-by-condition", "list-by-ids"):
                self.ask("POST", f"/mj/task/{name}", json={"ids": self.tasks[-4:]})

    def press(self, task_id: str, label: str, **more: object) -> Json:
        """Press a button, be it there or not."""
        task = self.ask("GET", f"/mj/task/{task_id}/fetch")
        buttons = task.json().get("buttons") or () if task.content else ()
        ids = [one["customId"] for one in buttons if label in (one["label"], one["emoji"])]
        body = {"taskId": task_id, "customId": ids[0] if ids else "MJ::JOB::upsample::1::a"}
        return {"result": self.submit("submit/action", {**body, **more})}


def draw(wire: Recorder) -> None:
    """Ask for everything that is drawn or written, and follow it to its end."""
    both = {"base64Array": [PICTURE, OTHER]}
    grid = wire.submit("submit/imagine", {"prompt": "a kite", "state": "nb-1", **both})
    wire.look()
    for name, body in (
        ("submit/blend", {**both, "dimensions": "PORTRAIT"}),
        ("submit/describe", {"base64": PICTURE}),
        ("submit/shorten", {"prompt": "a very red kite"}),
        ("submit/video", {"prompt": "a kite", "image": PICTURE, "batchSize": 2}),
        ("submit/edits", {"prompt": "a blue kite", "image": PICTURE}),
        ("submit/edit", {"prompt": "a blue kite", "image": PICTURE}),
        ("submit/retexture", {"prompt": "a blue kite", "image": PICTURE}),
        ("submit/imagine", {"prompt": "a kite --ar 0:0"}),
        ("submit/imagine", {"prompt": "a nude"}),
        ("submit/imagine", {"prompt": "a kite", "botType": "NIJI_JOURNEY"}),
        ("insight-face/swap", {"sourceBase64": PICTURE, "targetBase64": OTHER}),
        ("submit/upload-discord-images", both),
        ("submit/change", {"taskId": grid, "action": "VARIATION", "index": 2}),
        ("submit/simple-change", {"content": f"{grid} U1"}),
    ):
        made = wire.submit(name, body)
        wire.look()
        for label in ("1️⃣", "🔄", "🎉", "Show Details", "U1", "V1") if made else ():
            wire.press(made, label)
        wire.look()


def press(wire: Recorder) -> None:
    """Press what a picture offers, answer its windows, dismiss one, and cancel a task."""
    grid = wire.submit("submit/imagine", {"prompt": "a kite"})
    wire.look()
    single = wire.press(grid, "U1")["result"]
    wire.look()
    for label in ("Upscale (Subtle)", "Custom Zoom", "Vary (Region)", "⬅️", "❤️"):
        made = wire.press(single, label)["result"]
        wire.look(3)
        mask = {"maskBase64": PICTURE} if "Region" in label else {}
        wire.submit("submit/modal", {"taskId": made, "prompt": "a kite --zoom 1.5", **mask})
        wire.look()
    wire.press(single, "Custom Zoom")
    going = wire.submit("submit/imagine", {"prompt": "a kite"})
    for task_id in (*wire.tasks[-2:], going):
        wire.ask("POST", f"/mj/task/{task_id}/cancel")
    wire.ask("GET", f"/mj/task/{grid}/image-seed")
    wire.look()


def ask_wrongly(wire: Recorder) -> None:
    """Ask for what isn't there, in words that can't be read, without the secret, at a bad time."""
    for route in (*ROUTES, *PAGE_ROUTES):
        path = route.path.format(id="1")
        for body in (b"{}", b"[1]", b"{", b'{"taskId":"1","customId":"MJ::JOB::reroll::0::a"}'):
            sent_as = {"mj-api-secret": "s3cret", "content-type": "application/json"}
            wire.ask(route.method, path, content=body, headers=sent_as)
        wire.ask(route.method, path, headers={})
        wire.ask("PUT", path, headers={"mj-api-secret": "s3cret"})
    for fault in FAULTS:
        headers = {b"mj-api-secret": b"s3cret", b"mj-fault": fault.encode()}
        wire.submit("submit/imagine", {"prompt": "a kite"}, headers=headers)
        wire.ask("GET", "/mj/task/1/fetch", headers=headers)
    for _ in range(16):
        wire.submit("submit/imagine", {"prompt": "a kite"})
    wire.ask("GET", "/mj/account/1118000000000000001/fetch")


def told_wrongly(dialect: str, method: str, url: str, answer: httpx.Response) -> list[str]:
    """Return what of one answer is not as the sheet has it."""
    # What isn't JSON has no fields: pictures, pages, words, nothing.
    if not answer.content.startswith((b"{", b"[")):
        return []
    content = answer.json()
    name = DIALECTS[dialect].route_name(method, DIALECTS[dialect].plain(url)[0])
    if name == "health":
        return []
    if isinstance(content, list):
        kind = ACCOUNT[dialect] if name == "account_list" else TASK[dialect]
        assert name in LIST_ROUTES | {"list_by_ids", "account_list"}
        return [found for item in content for found in differences(item, kind)]
    goods = {"fetch": TASK[dialect], "account": ACCOUNT.get(dialect)}
    good = Page if "content" in content else goods.get(name)
    if good and ("id" in content or good is Page):
        return differences(content, good)
    tried = [differences(content, kind) for kind in REPLIES[dialect]]
    return [] if [] in tried else min(tried, key=len)


@pytest.mark.parametrize(
    ("talk", "remix"),
    [
        (draw, False),
        pytest.param(draw, True, marks=pytest.mark.nightly),
        (press, False),
        (ask_wrongly, False),
    ],
)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_answer_is_a_strict_record(dialect: str, talk: Any, *, remix: bool) -> None:
    """Whatever is asked, and however it ends."""
    with Recorder(dialect, remix=remix) as wire:
        talk(wire)
        wire.ask("GET", "/mj/task/list")
        wire.ask("GET", "/mj/task/queue")
        wire.ask("POST", "/mj/task/query", json={"pageSize": 100})
        wire.ask("GET", "/mj/account/list")
        found = [
            f"{method} {url.split('?')[0]} {answer.status_code}: {text}"
            for method, url, answer in wire.answers
            for text in told_wrongly(dialect, method, url, answer)
        ]
    assert len(wire.answers) > 50
    assert sorted(set(found)) == []


def test_a_wrong_answer_is_reported() -> None:
    """Unknown keys, missing ones, and other types, by name."""
    film = TASK["new-api"]
    assert "GatewayTask: unknown: x" in differences({"x": 1}, film)
    assert "GatewayTask: missing: videoUrls" in differences({"x": 1}, film)
    page: Json = {"content": ["a"], "totalElements": 1, "totalPages": 1, "last": True}
    page |= {"first": True, "size": 1, "number": 0, "numberOfElements": 1, "empty": False}
    assert differences(page, Page) == ["Page: Expected `object`, got `str` - at `$.content[0]`"]
