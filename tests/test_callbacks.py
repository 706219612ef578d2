"""Callbacks: what a proxy posts saves questions, and decides nothing."""

from mj_notebook.protocol.requests import Imagine
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.settings import Pacing

from .house import PATIENCE, House

SELDOM = Pacing(first=(), then=60, slowest=60, pictures=(0.02,))


def test_an_end_that_was_posted_is_looked_at_at_once(house: House) -> None:
    """With a pause of a minute between questions, the job ends with its picture all the same."""
    session = house.open(pacing=SELDOM)
    receiver = session.listen()
    job = session.start(Imagine(prompt="a kite")).accepted(PATIENCE)
    house.finish(job)
    assert job.status == Status.SUCCESS
    assert job.picture is not None
    assert receiver.received
    assert house.relay.count(lambda asked: asked.is_list) == 1
