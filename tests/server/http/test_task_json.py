"""Tasks as JSON: written once for each moment that differs."""

import json

from mj_notebook.protocol.requests import Imagine
from mj_notebook.server.config import Config
from mj_notebook.server.http.task_json import TaskJson
from mj_notebook.server.tasks.journal import Journal
from mj_notebook.server.tasks.registry import TaskRegistry
from mj_notebook.server.tasks.submit_rules import SubmitRules
from tests.server.clock import Clock


def registry(clock: Clock, count: int) -> tuple[TaskRegistry, list[str]]:
    """Return a registry with *count* tasks that all run at once, and their ids."""
    made = TaskRegistry(Config(clock=clock, core_size=count), Journal())
    rules = SubmitRules(made)
    replies = [rules.imagine(Imagine(prompt=f"kite {n}"), None, ()) for n in range(count)]
    return made, [json.loads(reply.body)["result"] for reply in replies]


def test_it_follows_every_change_of_a_task(clock: Clock) -> None:
    """And is the very same bytes while nothing changes."""
    made, (id_,) = registry(clock, 1)
    written = TaskJson(2048)
    statuses, bodies = [], set()
    for _ in range(200):
        (task,) = made.find_all([id_])
        body = written.one(task, "http://a")
        bodies.add(body)
        statuses.append(json.loads(body)["progress"])
        clock.advance(0.05)
    assert len(bodies) == len(set(statuses)) + 1, "0% is told of two statuses"
    assert statuses[-1] == "100%"


def test_each_client_gets_addresses_it_can_reach(clock: Clock) -> None:
    """The same task under another name of the server is written anew."""
    made, (id_,) = registry(clock, 1)
    clock.advance(10)
    (task,) = made.find_all([id_])
    written = TaskJson(2048)
    addresses = [
        json.loads(written.one(task, base))["imageUrl"] for base in ("http://a", "http://b")
    ]
    assert addresses == [f"http://a/mj/image/{id_}", f"http://b/mj/image/{id_}"]


def test_a_thousand_watched_tasks_cost_little(clock: Clock) -> None:
    """Of a list of a thousand that didn't change nothing is written anew; of one that did, it."""
    made, ids = registry(clock, 1000)
    clock.advance(4)
    written = TaskJson(2048)

    def listed() -> list[bytes]:
        return [written.one(state, "http://a") for state in made.find_all(ids)]

    first, again = listed(), listed()
    assert len(first) == 1000
    assert all(one is other for one, other in zip(first, again, strict=True))
    made.cancel(ids[7])
    changed = [one is not other for one, other in zip(first, listed(), strict=True)]
    assert changed.count(True) == 1
    assert changed[7]
