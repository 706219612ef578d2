"""What is asked is looked at before it is written down or sent."""

from collections.abc import Callable

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.protocol.requests import Imagine
from mj_notebook.session.request_builder import builder_of
from mj_notebook.session.session import Session
from mj_notebook.session.submission import Submission, refuse_secrets
from mj_notebook.settings.settings import Secret
from tests.support.rig import SECRET, Rig

WORDS = f"a red kite {SECRET} --ar 3:2"


@pytest.mark.parametrize(
    "asked",
    [
        lambda session: session.start(Imagine(prompt=WORDS)),
        lambda session: session.start(Imagine(prompt="a kite", state=SECRET)),
        lambda session: session.start(Submission(Imagine(prompt=WORDS), force=True)),
        lambda session: builder_of(session.settings, lambda _: b"").imagine(WORDS),
        lambda session: builder_of(session.settings, lambda _: b"").shorten(WORDS),
    ],
)
def test_a_secret_among_the_words_is_not_sent(
    rig: Rig, session: Session, asked: Callable[[Session], object]
) -> None:
    """It would be drawn for all to see, and stay in history; the sentence does not repeat it."""
    with pytest.raises(UsageError, match=r"^One of your secrets stands in") as told:
        asked(session)
    assert SECRET not in str(told.value)
    assert rig.relay.submits == 0
    assert session.store.unsettled(session.server) == []


def test_a_secret_that_is_an_ordinary_word_keeps_nobody_from_asking() -> None:
    """A prompt may hold it for what it means, as any other does."""
    refuse_secrets(Imagine(prompt="the midjourney of a kite"), [Secret("midjourney"), Secret("")])
