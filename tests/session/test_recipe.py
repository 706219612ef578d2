"""Jobs told again: as code, and asked for once more."""

import ast
import re
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from mj_notebook.errors import Refused, UsageError
from mj_notebook.protocol.requests import Blend, Imagine
from mj_notebook.protocol.vocabulary import Mode
from mj_notebook.session.job import Job
from mj_notebook.session.request_builder import RequestBuilder
from mj_notebook.session.session import Session
from mj_notebook.session.submission import Submission
from mj_notebook.store.fingerprint import picture_token
from tests.images.making import picture_url
from tests.session.test_submit import UNKNOWN_BUTTON, refusing
from tests.support.rig import TIMEOUT, Rig, until


def zoomed(rig: Rig, session: Session) -> Job:
    """Draw a grid, take tile 2, zoom out by an own measure."""
    single = rig.finish(rig.drawn(session, "a red kite --ar 3:2").press("U2"))
    window = until(single.press("custom_zoom"), lambda job: job.window)
    return rig.finish(window.answer(zoom=1.6))


def test_the_trail_is_the_way(rig: Rig, session: Session) -> None:
    """The trail names each step, also when the job comes back in another kernel."""
    job = zoomed(rig, session)
    assert job.trail == ("imagine", "U2", "zoom")
    assert job.facts().trail == job.trail
    assert rig.open().job(str(job.id)).trail == job.trail


def test_the_code_is_the_way_in_every_kernel(rig: Rig, session: Session) -> None:
    """Prompt, presses and answers stand in it, also when only history knows them."""
    job = zoomed(rig, session)
    code = job.code()
    ast.parse(code)
    assert 'grid = mj.imagine("a red kite --ar 3:2").wait()' in code
    assert 'u2 = grid.press("U2").wait()' in code
    zoom = 'zoom = u2.press("Custom Zoom").accepted()'
    assert f'{zoom}.answer("a red kite --ar 3:2 --v 7.0 --zoom 1.6").wait()' in code
    assert rig.open().job(str(job.id)).code() == code


def test_a_blend_names_the_files_of_its_pictures(rig: Rig, session: Session) -> None:
    """They are kept with history, so that the code runs; where they are gone, names stand there."""
    urls = tuple(picture_url(Image.new("RGB", (64, 64), name)) for name in ("red", "teal"))
    job = rig.finish(session.start(Submission(Blend(base64_array=urls), mode=Mode.FAST)))
    paths = [session.store.given.path_of(picture_token(url)) for url in urls]
    assert all(paths)
    assert f'mj.blend("{paths[0]}", "{paths[1]}", mode="fast")' in job.code().replace(
        "~", str(Path.home())
    )
    for path in paths:
        path.unlink()  # type: ignore[union-attr]
    assert 'mj.blend("picture-1.png", "picture-2.png", mode="fast")' in job.code()
    assert "base64" not in job.code()


def test_again_is_another_job_for_the_same(rig: Rig, session: Session) -> None:
    """The same request is sent once more under a tag of its own; the first job knows of it."""
    job = rig.drawn(session)
    more = rig.finish(job.again())
    third = rig.finish(more.again())
    assert len(rig.tasks()) == 3
    assert len({job.id, more.id, third.id}) == 3
    assert (more.prompt, more.name == job.name, more.parent) == (job.prompt, False, None)
    assert job.repeats == [more, third]
    assert more.facts() in job.facts().repeats


def test_a_change_of_a_repeat_is_told_to_the_first(rig: Rig, session: Session) -> None:
    """Who watches the first job is told of what became of the repeat."""
    job = rig.drawn(session)
    more = job.again()
    until(job, lambda first: first.repeats and first.repeats[0].task is not None)
    rig.finish(more)
    until(job, lambda first: not first.repeats[0].is_open)


def test_a_press_again_is_a_sibling(rig: Rig, session: Session) -> None:
    """Again on what was pressed presses once more, also while the first is under way."""
    grid = rig.drawn(session)
    first = grid.press("U2").accepted(TIMEOUT)
    second = first.again()
    assert second is not first
    assert rig.finish(second).parent is grid
    assert grid.children == [first, second]


def test_again_from_history(rig: Rig, session: Session) -> None:
    """Another kernel asks for the same prompt; what it can't know it says."""
    job = rig.drawn(session)
    urls = tuple(picture_url(Image.new("RGB", (64, 64), name)) for name in ("red", "teal"))
    blend = rig.finish(session.start(Blend(base64_array=urls)))
    other = rig.open()
    more = rig.finish(other.job(str(job.id)).again())
    assert isinstance(more.request, Imagine)
    assert more.request.prompt == job.prompt
    assert len(rig.finish(other.job(str(blend.id)).again()).request.base64_array) == 2  # type: ignore[union-attr]
    for file in (session.store.folder / "given").iterdir():
        file.unlink()
    with pytest.raises(UsageError, match="not kept"):
        other.job(str(blend.id)).again()


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        ("", {"prompt": "a kite"}),
        ("msgspec", {"prompt": "a kite"}),
        ("__name__", {}),
        ("TaskIds", {"ids": ["1"]}),
        ("Request", {}),
        ("KINDS", {}),
        ("a\u202e" * 5000, {}),
        ("Imagine", {"prompt": 5}),
        ("Imagine", {"prompt": None}),
        ("Imagine", {}),
        ("Imagine", {"prompt": "a kite", "accountFilter": "me"}),
        ("Video", {"prompt": "it flies", "index": "x"}),
    ],
)
def test_what_makes_no_sense_in_history_is_not_asked_for_again(
    rig: Rig, session: Session, kind: str, record: dict[str, object]
) -> None:
    """A bundle may hold any kind and any request: it is not known, and the code says the id."""
    done = rig.drawn(session).task
    assert done is not None
    task = msgspec.structs.replace(done, id="9000000000000001")
    intent = session.store.record_intent(
        record, kind=kind, prompt="a kite", tag="odd", server=session.server, asked_at=1.0
    )
    session.store.mark_accepted(intent, task.id, 2.0)
    session.store.save_tasks([(session.server, task)])
    job = rig.open().job(task.id)
    submits = rig.relay.submits
    with pytest.raises(UsageError, match="not known here how this was asked for"):
        job.again()
    assert rig.relay.submits == submits
    assert "grid = mj.job(" in job.code()


def test_a_word_of_ones_own_goes_along(rig: Rig, session: Session) -> None:
    """The person's own state is kept, our own tag is made anew."""
    job = rig.finish(session.start(Imagine(prompt="a kite", state="mine")))
    more = rig.finish(job.again())
    assert more.request is not None
    assert more.request.state == "mine"


def test_a_button_that_is_not_taken_is_remembered(rig: Rig, session: Session) -> None:
    """A press that the server refuses as unknown marks its button, with the server's reason."""
    single = rig.finish(rig.drawn(session).press("U1"))
    rig.relay.rule = refusing("/submit/action", UNKNOWN_BUTTON)
    child = single.press("zoom_out_2x")
    with pytest.raises(Refused):
        child.wait(TIMEOUT)
    assert list(single.facts().refused) == [child.custom_id]
    assert "unknown_action" in single.facts().refused[child.custom_id]


def test_the_code_of_braces_that_are_signs_is_one_prompt(rig: Rig) -> None:
    """They come back escaped and mean the same picture; also those that a request sent bare."""
    session = rig.open(replay=True)
    builder = RequestBuilder(None, lambda _: b"")
    for text in (r"\{a, b\} kite", "{a, b} kite"):
        job = rig.finish(session.start(Submission(Imagine(prompt=text))))
        call = re.search(r"mj\.imagine\((.+)\)\.wait\(\)", job.code())
        assert call is not None
        written = ast.literal_eval(call[1])
        assert written == r"\{a, b\} kite"
        (again,) = builder.imagines(written)
        assert session.start(again).is_replayed or text != written


def test_code_forces_what_was_forced(rig: Rig, session: Session) -> None:
    """In every kernel: without it the errors would stop what was drawn once."""
    builder = RequestBuilder(None, lambda _: b"")
    job = rig.finish(session.start(builder.imagine("a kite --tile of stone", force=True)))
    assert 'mj.imagine("a kite --tile of stone", force=True)' in job.code()
    window = until(rig.finish(job.press("U1")).press("custom_zoom"), lambda one: one.window)
    assert window.code().endswith('.press("Custom Zoom").accepted()')
    rig.finish(window.answer("a boat --tile of stone", zoom=1.5, force=True))
    code = window.code()
    assert '.answer("a boat --tile of stone --zoom 1.5", force=True).wait()' in code
    assert rig.open().job(str(window.id)).code() == code
    sound = rig.finish(session.start(builder.imagine("a kite", force=True)))
    assert "force" not in sound.code()
