"""What a server was learned to lack is said in one sentence, and not offered any more."""

from pathlib import Path

import pytest

from mj_notebook.errors import Unsupported
from mj_notebook.protocol.requests import Imagine
from mj_notebook.protocol.vocabulary import Mode
from mj_notebook.session.submission import Submission
from mj_notebook.view.task_view import task_view
from mj_notebook.widgets.buttons import quiet_buttons
from tests.conformance.talk import Talk
from tests.support.rig import TIMEOUT, Rig


def offered(job: object) -> list[str]:
    """Return the quiet buttons of the panel of *job*."""
    return quiet_buttons(task_view(job.facts(), job.now()))  # type: ignore[attr-defined] # a job


def test_seeds_that_a_server_has_not_are_not_offered_again(tmp_path: Path) -> None:
    """Not below this picture, nor below the next."""
    with Rig(tmp_path, dialect="open") as rig:
        session = rig.open()
        job = rig.drawn(session)
        assert "seed" in offered(job)
        with pytest.raises(Unsupported, match="does not offer seeds"):
            job.seed()
        assert "seed" not in offered(job)
        running = session.start(Imagine(prompt="a blue kite")).accepted(TIMEOUT)
        assert offered(running) == ["cancel"]
        with pytest.raises(Unsupported, match="does not offer cancelling"):
            running.cancel()
        assert offered(running) == []
        assert "seed" not in offered(rig.finish(running))


def test_a_speed_that_a_server_has_not_is_told(tmp_path: Path) -> None:
    """Nothing was drawn, and nobody is sent to check the base URL."""
    with Rig(tmp_path, dialect="open") as rig:
        job = rig.open().start(Submission(Imagine(prompt="a kite"), mode=Mode.TURBO))
        with pytest.raises(Unsupported, match="does not know the speed turbo"):
            job.accepted(TIMEOUT)
        assert rig.tasks() == []


def test_a_button_that_a_server_does_not_take_is_not_offered_again(tmp_path: Path) -> None:
    """Where it was pressed it stays and says why; below other pictures it is left out."""
    with Talk(tmp_path, "new-api") as talk:
        first, second = (talk.grid().press(name).wait(TIMEOUT) for name in ("U1", "U2"))
        like = next(each for each in first.buttons if "BOOKMARK" in each.custom_id)
        with pytest.raises(Unsupported, match="unknown_action"):
            first.press(like.custom_id).accepted(TIMEOUT)
        shown = [
            [button.custom_id for row in task_view(job.facts(), 0).rows for button in row.buttons]
            for job in (first, second)
        ]
        assert like.custom_id in shown[0]
        assert not any("BOOKMARK" in custom_id for custom_id in shown[1])
        assert len(shown[1]) == len(second.buttons) - 1
