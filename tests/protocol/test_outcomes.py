"""What a reply means: code and properties together."""

import pytest

from mj_notebook.protocol.codec import read_reply
from mj_notebook.protocol.models import ReplyProperties, SubmitReply
from mj_notebook.protocol.outcomes import outcome_of
from mj_notebook.protocol.vocabulary import Outcome
from tests.protocol.samples import REPLIES, reply_bytes

MEANS = {
    "accepted": Outcome.ACCEPTED,
    "accepted_number": Outcome.ACCEPTED,
    "accepted_many": Outcome.ACCEPTED,
    "uploaded": Outcome.ACCEPTED,
    "queued": Outcome.ACCEPTED,
    "window": Outcome.WINDOW,
    "window_plain": Outcome.WINDOW,
    "existed": Outcome.EXISTED,
    "queue_full": Outcome.QUEUE_FULL,
    "queue_full_trueai": Outcome.QUEUE_FULL,
    "queue_full_trueai_other_shape": Outcome.QUEUE_FULL,
    "overloaded": Outcome.QUEUE_FULL,
    "banned": Outcome.BANNED,
    "unknown_task": Outcome.TASK_UNKNOWN,
    "unknown_task_gateway": Outcome.TASK_UNKNOWN,
    "no_account": Outcome.UNAVAILABLE,
    "invalid": Outcome.REFUSED,
    "failed": Outcome.REFUSED,
    "daily_limit": Outcome.NO_CREDIT,
    "unknown_action": Outcome.UNSUPPORTED,
    "spring": Outcome.UNKNOWN,
}


@pytest.mark.parametrize("name", REPLIES)
def test_every_recorded_reply_has_one_meaning(name: str) -> None:
    """The table of recorded replies is complete, and each is told apart."""
    assert outcome_of(read_reply(reply_bytes(name))) is MEANS[name]


@pytest.mark.parametrize(
    ("properties", "outcome"),
    [
        (ReplyProperties(), Outcome.WINDOW),
        (ReplyProperties(final_prompt=""), Outcome.WINDOW),
        (ReplyProperties(remix=False), Outcome.WINDOW),
        (ReplyProperties(status="SUCCESS"), Outcome.EXISTED),
        (ReplyProperties(image_url="https://x/a.png"), Outcome.EXISTED),
        (ReplyProperties(status="MODAL", final_prompt="p"), Outcome.WINDOW),
    ],
)
def test_code_21_is_told_by_what_comes_with_it(
    properties: ReplyProperties, outcome: Outcome
) -> None:
    """A status or picture makes it the old "exists already", a prompt to edit the new window."""
    assert outcome_of(SubmitReply(code=21, description="", properties=properties)) is outcome


def test_the_word_queue_counts_under_code_9_only() -> None:
    """A refusal whose text happens to speak of a queue is no full queue."""
    assert outcome_of(SubmitReply(code=9, description="Queue exceeded")) is Outcome.QUEUE_FULL
    said = SubmitReply(code=4, description="banned: a queue of people")
    assert outcome_of(said) is Outcome.REFUSED


def test_an_unknown_code_proves_nothing() -> None:
    """Only a known code or known words say that nothing was taken."""
    assert outcome_of(SubmitReply(code=77, description="")) is Outcome.UNKNOWN
    assert outcome_of(SubmitReply(code=None, description="")) is Outcome.UNKNOWN
