"""What accounts draw with where no version is written: news once, and again when it changes."""

from mj_notebook.protocol.models import Task, TaskProperties
from mj_notebook.session.usual_versions import UsualVersions


def drawn(number: int, final: str, account: str = "one", bot: str = "MID_JOURNEY") -> Task:
    """Return a finished task of an account."""
    properties = TaskProperties(final_prompt=final, discord_instance_id=account, bot_type=bot)
    return Task(id=str(number), status="SUCCESS", finish_time=number, properties=properties)


def test_the_first_of_an_account_is_news_and_the_next_ones_are_not() -> None:
    """Whoever shows it; another account, bot or server is news."""
    versions = UsualVersions()
    first = drawn(1, "a kite --v 8.1")
    for _ in "12":  # two threads
        assert versions.usual_for("server", "a kite", first) == ""
    assert versions.usual_for("server", "a boat", drawn(2, "a boat --v 8.1")) == "8.1"
    assert versions.usual_for("server", "a kite", drawn(3, "a kite --v 8.1", "two")) == ""
    assert versions.usual_for("other", "a kite", first) == ""
    niji = drawn(4, "a kite --niji 7", bot="NIJI_JOURNEY")
    assert versions.usual_for("server", "a kite", niji) == ""


def test_a_default_that_moves_is_news_again() -> None:
    """What an older task says, which history brings, moves nothing."""
    versions = UsualVersions()
    assert versions.usual_for("server", "a kite", drawn(5, "a kite --v 8.1")) == ""
    assert versions.usual_for("server", "a kite", drawn(3, "a kite --v 7")) == "8.1"
    assert versions.usual_for("server", "a kite", drawn(6, "a kite --v 8.1")) == "8.1"
    assert versions.usual_for("server", "a kite", drawn(7, "a kite --v 8.2")) == "8.1"
    assert versions.usual_for("server", "a kite", drawn(8, "a kite --v 8.2")) == "8.2"


def test_a_version_that_is_written_tells_nothing_of_the_account() -> None:
    """Nor does what has no version in the end."""
    versions = UsualVersions()
    assert versions.usual_for("server", "a kite --v 6", drawn(1, "a kite --v 6")) == ""
    assert versions.usual_for("server", "a kite", drawn(2, "a kite")) == ""
    assert versions.usual_for("server", "a kite", drawn(3, "a kite --v 8.1")) == ""
