"""The table of causes: words or shape, the error they are, what it says, and what to do."""

import pytest

from mj_notebook.errors import (
    BannedPrompt,
    MJError,
    NotAProxy,
    OutOfCredit,
    QueueFull,
    Refused,
    ServerUnreachable,
    TaskFailed,
    TaskUnknown,
    Unauthorized,
    Unavailable,
    Unsupported,
)
from mj_notebook.protocol.causes import CAUSES, Cause
from mj_notebook.protocol.outcomes import cause_of
from mj_notebook.protocol.vocabulary import Outcome
from tests.client.causes import (
    OWN_WORDS,
    PAGE,
    error_of,
    error_of_submit,
    failed,
    page,
    samples,
)

# By the row's name, what a person catches; rows that only tell why a task failed have none.
KINDS: dict[str, type[MJError]] = {
    "upstream-lost": ServerUnreachable,
    "upstream-key": Unavailable,
    "channel-off": Refused,
    "channel-gone": Refused,
    "no-channel": Unavailable,
    "gateway-database": Refused,
    "token-used-up": OutOfCredit,
    "token-expired": Unauthorized,
    "token-disabled": Unauthorized,
    "token-address": Unauthorized,
    "token-models": Unauthorized,
    "token-group": Unauthorized,
    "token-channel": Unauthorized,
    "token-unknown": Unauthorized,
    "token-missing": Unauthorized,
    "user-locked": Unauthorized,
    "user-disabled": Unauthorized,
    "not-allowed": Unauthorized,
    "demo-mode": Unsupported,
    "no-credit": OutOfCredit,
    "daily-limit": OutOfCredit,
    "no-fitting-account": Refused,
    "no-account": Unavailable,
    "account-offline": Unavailable,
    "service-down": Unavailable,
    "queue-full": QueueFull,
    "overloaded": QueueFull,
    "task-unknown": TaskUnknown,
    "parent-unfinished": Refused,
    "parent-kind": Refused,
    "unknown-button": Unsupported,
    "no-reroll": Unsupported,
    "no-remix": Unsupported,
    "no-edits": Unsupported,
    "no-video": Unsupported,
    "no-uploads": Unsupported,
    "no-service": Unsupported,
    "no-private-channel": Unsupported,
    "no-seed": Refused,
    "banned-word": BannedPrompt,
    "no-prompt": Refused,
    "no-picture": Refused,
    "same-pictures": Refused,
    "picture-count": Refused,
    "picture-form": Refused,
    "bad-link": Refused,
    "bad-dimensions": Refused,
    "long-state": Refused,
    "bad-request": Refused,
    "system-error": Refused,
    "secret-refused": Unauthorized,
    "payment": OutOfCredit,
    "too-large": Refused,
    "busy": QueueFull,
    "no-endpoint": NotAProxy,
    "upstream-down": ServerUnreachable,
}
ALL = [(cause, words) for cause in CAUSES for words in samples(cause)]
ANSWERS = [(cause, words) for cause, words in ALL if cause.outcome is not None or not words]
REASONS = [
    (cause, words) for cause, words in ALL if not (cause.statuses or cause.codes or cause.by_filter)
]


def named(rows: list[tuple[Cause, str]]) -> list[str]:
    """Return what the tests of *rows* are called."""
    return [f"{cause.name}-{words or cause.statuses[0]}" for cause, words in rows]


def test_every_row_is_tested() -> None:
    """A new row is a new line above."""
    assert {cause.name for cause, _ in ANSWERS} == set(KINDS)


@pytest.mark.parametrize(("cause", "words"), ANSWERS, ids=named(ANSWERS))
def test_an_answer_is_told_with_its_cause(cause: Cause, words: str) -> None:
    """The kind to catch, the meaning in English beside the server's own words, and what to do."""
    error = error_of(cause, words)
    assert type(error) is KINDS[cause.name]
    assert error.cause == cause.name
    assert words in str(error.args[0])
    assert OWN_WORDS.get(cause.name, cause.meaning) in str(error.args[0])
    if not isinstance(error, QueueFull | BannedPrompt):  # these know more: when, which word
        assert error.hint == cause.advice


@pytest.mark.parametrize(("cause", "words"), ANSWERS, ids=named(ANSWERS))
def test_a_submit_that_may_have_been_taken_is_in_doubt(cause: Cause, words: str) -> None:
    """Where the table does not say that nothing happened, there may be a task."""
    error = error_of_submit(cause, words)
    is_lost = cause.outcome is Outcome.UNKNOWN
    assert (isinstance(error, ServerUnreachable) and error.sent) is is_lost
    assert error.cause == cause.name
    assert words in str(error.args[0])


@pytest.mark.parametrize(("cause", "words"), REASONS, ids=named(REASONS))
def test_a_failed_task_is_told_with_its_cause(cause: Cause, words: str) -> None:
    """As with answers: what it means, the original, and what to do."""
    error = failed(f"[x] {words}")
    found = cause_of(words)
    assert found is not None
    assert isinstance(error, TaskFailed)
    assert (error.cause, error.hint) == (cause.name, cause.advice)
    assert cause.meaning in str(error.args[0])
    assert words in str(error.args[0])


def test_what_nobody_knows_is_told_as_it_was_said() -> None:
    """No cause is made up, and there is still something to do."""
    error = failed("[Something new] happened")
    assert str(error.args[0]) == "The proxy failed the task: “[Something new] happened”."
    assert error.hint
    assert not error.cause


def test_the_same_words_may_mean_two_things() -> None:
    """Of a user or an account; of all accounts, or of those that were chosen; of whose key."""
    user, account = cause_of("账号不可用", status=403), cause_of("账号不可用: 1118", code=3)
    assert user is not None
    assert account is not None
    assert (user.name, account.name) == ("user-disabled", "account-offline")
    anyone = cause_of("无可用的账号实例", code=3)
    chosen = cause_of("无可用的账号实例", code=3, by_filter=True)
    assert anyone is not None
    assert chosen is not None
    assert (anyone.name, chosen.name) == ("no-account", "no-fitting-account")
    ours = cause_of("unauthorized", status=401, code=4)
    gateways = cause_of("unauthorized", status=401, code=4, by_gateway=True)
    assert ours is not None
    assert gateways is not None
    assert (ours.name, gateways.name) == ("secret-refused", "upstream-key")


def test_every_sentence_is_one() -> None:
    """A meaning goes on a sentence; an advice is a sentence, or two."""
    for cause in CAUSES:
        assert not cause.meaning.endswith(".")
        assert cause.meaning[0].islower() or cause.meaning.startswith(("Discord", "Midjourney"))
        assert cause.advice.endswith(".")


def test_the_page_is_written_from_the_table() -> None:
    """``python -m tests.client.causes`` brings it up to date."""
    assert PAGE.read_text("utf-8") == page()


@pytest.mark.parametrize("words", ["Internal Server Error", "操作失败", "任务超时"])
def test_what_is_told_of_tasks_is_no_advice_where_there_is_none(words: str) -> None:
    """A server that broke down over a question has drawn nothing that could be drawn again."""
    (cause,) = (one for one, sample in REASONS if sample.lower() == words.lower())
    error = error_of(cause, words)
    assert cause.meaning in str(error.args[0])
    assert "job." not in error.hint
    assert "on its side" in error.hint
