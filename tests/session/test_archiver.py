"""Pictures: previews for who looks, the archive for ever, and the reason when there is none."""

import base64
import gzip
import io
import json
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from mj_notebook.errors import MJError, PictureMissing, StoreError, UsageError
from mj_notebook.protocol.media import data_url
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.requests import Imagine, Video
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.session.archiver import DAMAGED
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from mj_notebook.view.record import public_task
from tests.images.making import encoded, noise
from tests.support.relay import CannedResponse, ConnectionFate, Rule, SeenRequest
from tests.support.rig import TIMEOUT, Rig, until

LATE = CannedResponse(404, b'{"error":"not found"}')
BROKEN = CannedResponse(200, b"\x89PNG\r\n\x1a\n" + b"half of it", "image/png")
PAGE = CannedResponse(200, b"<!doctype html>log in", "text/html")
EMPTY = CannedResponse(200, b"", "image/png")


def start(session: Session) -> Job:
    """Start a job and wait until it is accepted."""
    return session.start(Imagine(prompt="a red kite")).accepted(TIMEOUT)


def on_picture(way: CannedResponse | ConnectionFate, times: int = 1000) -> Rule:
    """Return the rule that treats the first so many questions for a picture in this *way*."""
    left = [way] * times

    def rule(asked: SeenRequest) -> CannedResponse | ConnectionFate:
        return left.pop() if asked.is_picture and left else ConnectionFate.PASS

    return rule


def test_an_address_that_holds_the_picture_is_not_repeated(rig: Rig, session: Session) -> None:
    """The picture is kept and shown; twin, saved file and history have it once, not twice."""
    content = encoded(noise(300, 300), "PNG")
    address = f"DATA:image/png;base64,{base64.b64encode(content).decode()}"

    def change(good: bytes) -> CannedResponse:
        tasks = json.loads(good)
        for task in tasks:
            task["imageUrl"] = task.get("imageUrl") and address
        return CannedResponse(200, json.dumps(tasks).encode())

    rig.relay.rule = lambda asked: change if asked.is_list else ConnectionFate.PASS
    job = rig.finish(start(session))
    assert job.content() == content
    stored = session.store.task(str(job.id))
    assert stored is not None
    assert [kept.url for kept in stored.pictures] == ["data:"]
    assert public_task(stored.task)["imageUrl"] == "data:"
    assert job.save(rig.folder / "kite.png").stat().st_size < len(content) + 20_000


# -- previews --------------------------------------------------------------------------------------


def test_nobody_looks_and_no_preview_is_fetched(rig: Rig, session: Session) -> None:
    """A job without a panel fetches its picture once, at the end, and nothing before."""
    job = start(session)
    for _ in range(3):
        known = job.task
        rig.clock.advance(3)
        until(job, lambda changed, known=known: changed.task is not known)  # type: ignore[misc]
    rig.finish(job)
    assert rig.relay.count(lambda asked: asked.is_preview) == 0
    assert rig.relay.count(lambda asked: asked.is_picture) == 1


def test_who_looks_sees_previews_that_give_way_to_the_picture(rig: Rig, session: Session) -> None:
    """A preview is shown as it was served, and the finished picture takes its place."""
    job = start(session)
    job.wants_previews = True
    rig.clock.advance(5)
    until(job, lambda changed: changed.pictures.is_preview)
    assert job.pictures.thumbnail is not None
    assert job.pictures.thumbnail.mime == "image/webp"
    rig.finish(job)
    assert (job.pictures.is_preview, job.pictures.thumbnail.mime) == (False, "image/jpeg")
    assert (job.pictures.thumbnail.width, job.pictures.thumbnail.height) == (64, 64)


def test_a_preview_that_comes_after_the_end_is_dropped(rig: Rig, session: Session) -> None:
    """A slow preview never covers the finished picture."""
    asked_for, go_on = threading.Event(), threading.Event()

    def hold(asked: SeenRequest) -> ConnectionFate:
        if asked.is_preview:
            asked_for.set()
            go_on.wait(TIMEOUT)
        return ConnectionFate.PASS

    rig.relay.rule = hold
    job = start(session)
    job.wants_previews = True
    rig.clock.advance(5)
    assert asked_for.wait(TIMEOUT)
    rig.finish(job)
    go_on.set()
    session.worker.pool.shutdown(wait=True)
    turned = threading.Event()
    session.worker.post(session.worker.post, turned.set)
    assert turned.wait(TIMEOUT)
    assert not job.pictures.is_preview


@pytest.mark.parametrize(
    "way", [LATE, PAGE, EMPTY, ConnectionFate.CUT], ids=["404", "page", "empty", "cut"]
)
def test_a_missing_preview_is_no_news(
    rig: Rig, session: Session, way: CannedResponse | ConnectionFate
) -> None:
    """A preview that can't be had is passed over in silence; the picture comes all the same."""
    previews = threading.Event()

    def refuse(asked: SeenRequest) -> CannedResponse | ConnectionFate:
        if asked.is_preview:
            previews.set()
            return way
        return ConnectionFate.PASS

    rig.relay.rule = refuse
    job = start(session)
    job.wants_previews = True
    rig.clock.advance(5)
    assert previews.wait(TIMEOUT)
    assert rig.finish(job).trouble == ""
    assert job.pictures.kept is not None


def test_a_large_preview_is_not_shown(rig: Rig, session: Session) -> None:
    """It would go to the page as it was served, with every step of the drawing."""
    asked_for = threading.Event()
    large = CannedResponse(200, b"\x89PNG\r\n\x1a\n" + bytes(3_000_000), "image/png")

    def rule(asked: SeenRequest) -> CannedResponse | ConnectionFate:
        if not asked.is_preview:
            return ConnectionFate.PASS
        asked_for.set()
        return large

    rig.relay.rule = rule
    job = start(session)
    job.wants_previews = True
    rig.clock.advance(5)
    assert asked_for.wait(TIMEOUT)
    session.worker.pool.shutdown(wait=True)
    turned = threading.Event()
    session.worker.post(session.worker.post, turned.set)
    assert turned.wait(TIMEOUT)
    assert (job.pictures.thumbnail, job.pictures.is_preview) == (None, False)


# -- the archive -----------------------------------------------------------------------------------


def test_the_picture_is_kept_as_it_was_served(rig: Rig, session: Session) -> None:
    """What is kept is what the server gave, byte for byte, under its hash."""
    job = rig.drawn(session)
    assert job.pictures.kept is not None
    assert job.task is not None
    served = session.client.picture(str(job.task.image_url))
    assert job.pictures.kept.path.read_bytes() == served
    assert job.pictures.kept.path.is_relative_to(rig.folder / "history")


@pytest.mark.parametrize(
    "way",
    [LATE, BROKEN, PAGE, EMPTY, ConnectionFate.CUT],
    ids=["404", "broken", "page", "empty", "cut"],
)
def test_a_picture_that_comes_late_is_fetched_again(
    rig: Rig, session: Session, way: CannedResponse | ConnectionFate
) -> None:
    """A picture that can't be had at once is tried again, and then nothing is amiss."""
    rig.relay.rule = on_picture(way, times=2)
    job = rig.drawn(session)
    assert (job.trouble, job.pictures.missing) == ("", None)
    assert job.image.size == (64, 64)


def test_while_the_picture_is_fetched_again_the_job_says_so(rig: Rig, session: Session) -> None:
    """The job is not done before its picture is there, and tells what it waits for."""
    rig.relay.rule = on_picture(LATE)
    job = start(session)
    rig.clock.advance(11)
    until(job, lambda changed: "Fetching the picture again" in changed.trouble)
    assert job.is_open
    assert "fetching the picture" in repr(job)


@pytest.mark.parametrize("way", [LATE, PAGE, EMPTY], ids=["404", "page", "empty"])
def test_a_picture_that_cant_be_had_is_told_by_note_and_image(
    rig: Rig, session: Session, way: CannedResponse | ConnectionFate
) -> None:
    """The task succeeded, so the job ends well; why there is no picture is said everywhere."""
    rig.relay.rule = on_picture(way)
    job = rig.drawn(session)
    assert job.status == Status.SUCCESS
    assert job.error is None
    with pytest.raises(PictureMissing) as caught:
        job.wait(TIMEOUT)
    assert str(caught.value) == job.trouble
    assert caught.value.task == job.task
    with pytest.raises(PictureMissing):
        _ = job.image
    assert str(caught.value.args[0]) in repr(job)
    with pytest.raises(type(caught.value)):
        job[1]
    assert [button.label for button in job.buttons][:1] == ["U1"]


def test_the_reason_is_the_servers(rig: Rig, session: Session) -> None:
    """A 404 for the picture is told as that, with what to do."""
    rig.relay.rule = on_picture(LATE)
    job = rig.drawn(session)
    assert isinstance(job.pictures.missing, PictureMissing)
    assert "HTTP 404" in job.trouble
    assert job.pictures.missing.hint


def test_what_is_too_large_gets_no_smaller(rig: Rig, session: Session) -> None:
    """It is asked for once; what is sent on to no address may be mended, and is asked for again."""
    bomb = gzip.compress(bytes(201_000_000), 1)
    nowhere = CannedResponse(302, headers=(("location", "http://[::1"),))
    unpacked = CannedResponse(200, bomb, "image/png", (("content-encoding", "gzip"),))
    for way, said, most in ((unpacked, "200 MB", 1), (nowhere, "sends the request on", 3)):
        rig.relay.requests.clear()
        rig.relay.rule = on_picture(way)
        with pytest.raises(PictureMissing, match=said):
            rig.finish(start(session)).wait(TIMEOUT)
        assert rig.relay.count(lambda asked: asked.is_picture) == most


def test_a_picture_that_could_not_be_had_is_fetched_when_it_is_asked_for(
    rig: Rig, session: Session, tmp_path: Path
) -> None:
    """By `image`, `save`, the cell and a new kernel; at a new address where there is one."""
    asks: list[Callable[[Job], object]] = [
        lambda job: job.image.size,
        lambda job: job.save(tmp_path / "kite.png"),
        lambda job: job[2].size,
        lambda job: session.job(str(job.id)).wait(TIMEOUT),
        lambda job: rig.open().job(str(job.id)).wait(TIMEOUT),
    ]
    for ask in asks:
        rig.relay.rule = on_picture(LATE)
        job = rig.drawn(session)
        assert job.pictures.kept is None
        rig.relay.rule = lambda _: ConnectionFate.PASS
        assert ask(job)
        assert rig.open().job(str(job.id)).image.size == (64, 64)


def test_an_address_that_comes_late_is_taken(rig: Rig, session: Session) -> None:
    """A success whose picture's address is told one answer later is looked at again."""
    seen: list[SeenRequest] = []

    def rule(asked: SeenRequest) -> CannedResponse | ConnectionFate:
        if not asked.is_list:
            return ConnectionFate.PASS
        seen.append(asked)
        (task,) = [one for one in rig.tasks() if one["id"] == job.id]
        bare = {**task, "imageUrl": None}
        return CannedResponse(200, json.dumps([bare]).encode())

    job = start(session).accepted(TIMEOUT)
    rig.relay.rule = rule
    rig.finish(job)
    assert seen
    assert job.image.size == (64, 64)
    stored = session.store.task(str(job.id))
    assert stored is not None
    assert stored.task.image_url


def test_a_task_without_an_address_has_no_picture(rig: Rig, session: Session) -> None:
    """A success that never tells of a picture is one without, which is said by whoever asks."""
    reply = b'[{"id":"17","status":"SUCCESS","submitTime":1}]'

    def rule(asked: SeenRequest) -> CannedResponse | ConnectionFate:
        if asked.is_submit:
            return CannedResponse(200, b'{"code":1,"description":"ok","result":"17"}')
        if asked.path.endswith("/fetch"):
            return CannedResponse(200, reply[1:-1])
        return CannedResponse(200, reply) if asked.is_list else ConnectionFate.PASS

    rig.relay.rule = rule
    job = start(session).wait(TIMEOUT, pictures=False)
    assert job.status == Status.SUCCESS
    with pytest.raises(PictureMissing, match="tells no address"):
        _ = job.image


def test_half_a_picture_is_fetched_again(rig: Rig, session: Session) -> None:
    """What ends before its own end is not kept, however the answer ended."""
    whole = rig.drawn(session).content()
    halves = [whole[: len(whole) // 2]]

    def rule(asked: SeenRequest) -> CannedResponse | ConnectionFate:
        if asked.is_picture and halves:
            return CannedResponse(200, halves.pop(), "image/png")
        return ConnectionFate.PASS

    rig.relay.rule = rule
    job = rig.drawn(session)
    assert not halves
    assert job.image.size == (64, 64)


def test_half_a_picture_that_was_kept_is_not_called_whole(rig: Rig) -> None:
    """Its hash equals itself; it is set aside and fetched again when its job comes back."""
    job = rig.drawn(rig.open())
    kept = job.pictures.kept
    assert kept is not None
    half = job.content()[: kept.size // 2]
    store = rig.open().store
    store.save_picture(job.server, str(job.id), half, url="", role="image", number=0, at=1.0)
    again = rig.open().job(str(job.id)).wait(TIMEOUT)
    assert again.image.size == (64, 64)
    assert DAMAGED in again.remarks


def test_a_film_is_kept_where_one_was_asked_for(rig: Rig, session: Session, tmp_path: Path) -> None:
    """Some servers tell its address as the picture's; it can be saved, and is no picture."""
    content = b"\0\0\0\x18ftypmp42" + bytes(99)
    rig.relay.rule = on_picture(CannedResponse(200, content, "video/mp4"))
    kite = data_url(encoded(noise(64, 64), "PNG"), "image/png")
    flying = Video(prompt="it flies", image=kite, motion="low")
    shot = rig.finish(session.start(flying))
    job = rig.open().job(str(shot.id)).wait(TIMEOUT)
    assert job.save(tmp_path).suffix == ".mp4"
    assert "A film" in repr(job)
    with pytest.raises(UsageError, match="A film"):
        _ = job.image
    assert isinstance(rig.drawn(session).pictures.missing, PictureMissing)


def test_a_picture_that_was_removed_is_fetched_again(rig: Rig, session: Session) -> None:
    """Whoever asks for it has it, while the server still does."""
    job = rig.drawn(session)
    before, kept = job.content(), job.pictures.kept
    assert kept is not None
    kept.path.unlink()
    assert job.content() == before
    assert kept.path.exists()


def test_a_picture_that_cant_be_kept_is_shown_all_the_same(rig: Rig, session: Session) -> None:
    """A full disk loses the file, not what the person waited for."""

    def break_the_store(asked: SeenRequest) -> ConnectionFate:
        if asked.is_picture:
            session.store.close()
        return ConnectionFate.PASS

    rig.relay.rule = break_the_store
    job = rig.drawn(session)
    assert job.pictures.thumbnail is not None
    assert (job.pictures.thumbnail.width, job.pictures.thumbnail.height) == (64, 64)
    assert isinstance(job.pictures.missing, StoreError)
    assert "can't be kept" in job.trouble


def test_slow_pictures_leave_room_for_others(rig: Rig, session: Session) -> None:
    """At most three downloads run at once: submits and questions go on beside them."""
    come, go_on = threading.Semaphore(0), threading.Event()

    def hold(asked: SeenRequest) -> ConnectionFate:
        if asked.is_picture:
            come.release()
            go_on.wait(TIMEOUT)
        return ConnectionFate.PASS

    rig.relay.rule = hold
    jobs = [start(session) for _ in range(8)]
    rig.clock.advance(60)
    for _ in range(3):
        assert come.acquire(timeout=TIMEOUT)
    for job in jobs:
        until(job, lambda changed: changed.status == Status.SUCCESS)
    start(session)
    assert rig.relay.count(lambda asked: asked.is_picture) == 3
    go_on.set()
    for job in jobs:
        assert job.wait(TIMEOUT).pictures.kept is not None


def test_what_was_said_to_be_missing_came_after_all(rig: Rig) -> None:
    """A job from a file that misses its picture loses that word when the picture comes."""
    task = rig.drawn(rig.open()).task
    assert task is not None

    def tell(job: Job) -> None:
        job.pictures.missing = MJError("It is not in the file.")

    fresh = rig.open(store=rig.folder / "fresh")
    job = fresh.registry.restore_from_file(task, fresh.server, tell).wait(TIMEOUT)
    assert job.image.size == (64, 64)
    assert (job.pictures.missing, job.trouble) == (None, "")


# -- tiles -----------------------------------------------------------------------------------------


def tile_of(number: int) -> bytes:
    """Return the picture of a tile as a server might give it alone: larger than in the grid."""
    buffer = io.BytesIO()
    Image.new("RGB", (48, 48), (number * 40, 0, 0)).save(buffer, "PNG")
    return buffer.getvalue()


def with_tiles(rig: Rig, task: Task, *, whole: bool = True) -> Task:
    """Return *task* as a server tells it that gives its tiles one by one."""
    urls = tuple(f"{rig.relay.base_url}/tile/{number}.png" for number in range(1, 5))
    image_url = task.image_url if whole else None
    reply = msgspec.Raw(b"")  # history keeps what is told here, not what the server said
    return msgspec.structs.replace(task, image_urls=urls, image_url=image_url, reply=reply)


def give_tiles(asked: SeenRequest, but: int = 0) -> CannedResponse | ConnectionFate:
    """Answer for each tile alone, except one."""
    if "/tile/" not in asked.path:
        return ConnectionFate.PASS
    number = int(asked.path[-5])
    return LATE if number == but else CannedResponse(200, tile_of(number), "image/png")


def taken_over(rig: Rig, tmp_path: Path, *, whole: bool = True, but: int = 0) -> Job:
    """Return the job of a drawn task whose server gives the tiles one by one."""
    task = rig.drawn(rig.open()).task
    assert task is not None
    rig.relay.rule = lambda asked: give_tiles(asked, but)
    fresh = rig.open(store=tmp_path / "fresh")
    told = with_tiles(rig, task, whole=whole)
    fresh.store.save_tasks([(fresh.server, told)])
    return fresh.track(told).wait(TIMEOUT)


def test_tiles_that_come_alone_are_kept_too(rig: Rig, tmp_path: Path) -> None:
    """Where a server gives the four tiles, each is archived, and job[1] is that picture."""
    job = taken_over(rig, tmp_path)
    assert sorted(job.pictures.tiles) == [1, 2, 3, 4]
    for number in range(1, 5):
        assert job[number].size == (48, 48)
        assert job[number].getpixel((0, 0)) == (number * 40, 0, 0)
        assert job.pictures.tiles[number].path.read_bytes() == tile_of(number)
    assert job.image.size == (64, 64)


def test_kept_tiles_come_back_with_their_job(rig: Rig, tmp_path: Path) -> None:
    """After a restart the tiles are there without asking anybody."""
    job = taken_over(rig, tmp_path)
    asked = len(rig.relay.requests)
    again = rig.open(store=tmp_path / "fresh").job(str(job.id))
    assert again[3].getpixel((0, 0)) == (120, 0, 0)
    assert len(rig.relay.requests) == asked


def test_a_tile_that_cannot_be_had_is_cut_from_the_grid(rig: Rig, tmp_path: Path) -> None:
    """One missing tile is no missing picture."""
    job = taken_over(rig, tmp_path, but=2)
    assert sorted(job.pictures.tiles) == [1, 3, 4]
    assert job[2].size == (32, 32)
    assert job.pictures.missing is None


def test_tiles_without_a_grid_are_enough(rig: Rig, tmp_path: Path) -> None:
    """A server that gives no whole grid has given the pictures all the same; the job says so."""
    job = taken_over(rig, tmp_path, whole=False)
    again = rig.open(store=tmp_path / "fresh").job(str(job.id))
    for known in (job, again):
        assert known[4].size == (48, 48)
        with pytest.raises(MJError, match="one by one"):
            known.content()


# -- coming back -----------------------------------------------------------------------------------


def test_a_picture_whose_file_is_gone_is_fetched_again(rig: Rig) -> None:
    """History without its file asks the server once more, while that still has it."""
    job = rig.drawn(rig.open())
    assert job.pictures.kept is not None
    job.pictures.kept.path.unlink()
    again = rig.open().job(str(job.id)).wait(TIMEOUT)
    assert again.image.size == (64, 64)


def test_a_picture_that_is_gone_everywhere_still_shows_its_job(rig: Rig) -> None:
    """Without file and server the job comes back with its buttons, and says what is missing."""
    job = rig.drawn(rig.open())
    assert job.pictures.kept is not None
    job.pictures.kept.path.unlink()
    rig.runner.stop()
    again = rig.open().job(str(job.id)).wait(TIMEOUT, pictures=False)
    assert again.status == Status.SUCCESS
    assert again.trouble
    with pytest.raises(MJError):
        _ = again.image


def test_a_kept_picture_that_was_damaged_is_fetched_again(rig: Rig) -> None:
    """A file of another content is set aside, also one of the same size, and that is said."""
    job = rig.drawn(rig.open())
    assert job.pictures.kept is not None
    content = job.content()
    job.pictures.kept.path.write_bytes(content[:100] + bytes(len(content) - 100))
    again = rig.open().job(str(job.id)).wait(TIMEOUT)
    assert again.content() == content
    assert DAMAGED in again.remarks
    assert len(list((rig.folder / "history" / "pictures" / "damaged").iterdir())) == 1


def test_a_damaged_picture_that_is_gone_everywhere_still_shows_its_job(rig: Rig) -> None:
    """Without the server the job comes back with its buttons, and says what is missing."""
    job = rig.drawn(rig.open())
    assert job.pictures.kept is not None
    job.pictures.kept.path.write_bytes(job.content()[:100])
    rig.runner.stop()
    again = rig.open().job(str(job.id)).wait(TIMEOUT, pictures=False)
    assert again.trouble
    assert again.buttons
    assert again.pictures.kept is None
