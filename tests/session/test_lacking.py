"""What a server was learned to lack is said in one sentence, and not offered any more."""

from pathlib import Path

import pytest

from mj_notebook.api import state
from mj_notebook.api.doctor import format_results, run_checks
from mj_notebook.client.capabilities import Gap, GapKind
from mj_notebook.errors import Unsupported
from mj_notebook.protocol.requests import Imagine
from mj_notebook.protocol.vocabulary import Mode
from mj_notebook.session.kept_gaps import KeptGaps
from mj_notebook.session.submission import Submission
from mj_notebook.view.task_view import task_view
from mj_notebook.widgets.buttons import quiet_buttons
from tests.conformance.talk import Talk
from tests.server.clock import Clock
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


SEEDS = Gap(GapKind.ENDPOINT, "image_seed")
DAY = 86_400.0


def test_the_next_kernel_knows_what_a_server_lacks(tmp_path: Path) -> None:
    """By its address, in the history that both use; a panel never offers it there."""
    with Rig(tmp_path, dialect="open") as rig:
        with pytest.raises(Unsupported):
            rig.drawn(rig.open()).seed()
        state._state.learned.clear()  # as in a kernel that has just begun
        job = rig.drawn(rig.open())
        assert "seed" not in offered(job)
        elsewhere = rig.open(base_url=rig.runner.base_url)
        assert not elsewhere.client.capabilities.gaps


def test_a_server_that_was_updated_is_noticed(tmp_path: Path) -> None:
    """By the doctor, who looks again at what earlier kernels learned."""
    with Rig(tmp_path, dialect="open") as rig:
        session = rig.open()
        job = rig.drawn(session)
        with pytest.raises(Unsupported):
            job.seed()
        with pytest.raises(Unsupported):
            session.start(Submission(Imagine(prompt="a"), mode=Mode.TURBO)).accepted(TIMEOUT)
        told = doctors_words(rig)
        assert "It does not offer seeds, the speed turbo" in told
        rig.become("plus")
        state._state.learned.clear()
        told = doctors_words(rig)
        assert "By now it offers seeds, the speed turbo, and panels show it again" in told
        assert "seed" in offered(rig.open().job(str(job.id)))
        assert "seeds" not in doctors_words(rig)


def test_a_seed_that_is_told_after_all_is_offered_again(tmp_path: Path) -> None:
    """Whoever asks from Python is the first to notice."""
    with Rig(tmp_path, dialect="open") as rig:
        job = rig.drawn(rig.open())
        with pytest.raises(Unsupported):
            job.seed()
        rig.become("plus")
        assert job.seed()
        assert "seed" in offered(job) or job.known_seed
        assert not rig.open().client.capabilities.missing


def test_what_can_not_be_looked_at_is_offered_again(tmp_path: Path) -> None:
    """A press that is taken draws, so the doctor presses nothing."""
    with Talk(tmp_path, "new-api") as talk:
        single = talk.single()
        like = next(each for each in single.buttons if "BOOKMARK" in each.custom_id)
        with pytest.raises(Unsupported):
            single.press(like.custom_id).accepted(TIMEOUT)
        assert "whether it does by now is seen when it is asked for" in doctors_words(talk.house)
        assert not talk.client.capabilities.refused_buttons


def test_what_is_old_is_tried_anew(tmp_path: Path) -> None:
    """After a week, and where the clock was wrong; what is taken back is gone."""
    with Rig(tmp_path) as rig:
        store, clock = rig.open().store, Clock(100 * DAY)
        kept = KeptGaps(store, "https://h.example", clock)
        kept.add(SEEDS)
        for days, known in ((6, [SEEDS]), (2, []), (-9, [])):
            clock.advance(days * DAY)
            assert list(kept.gaps()) == known
        clock.advance(DAY)
        assert list(kept.gaps()) == [SEEDS]
        kept.remove(SEEDS)
        assert not list(kept.gaps())
        store.close()
        kept.add(SEEDS)  # which nobody can keep, and nobody is told
        assert not list(kept.gaps())


def doctors_words(rig: Rig) -> str:
    """Return what the doctor says of the rig's server."""
    return "\n".join(format_results(run_checks(rig.settings)))
