"""What can be asked for, as functions: each makes a request and starts it in the current session.

Pictures are given in any form: a path, bytes, a Pillow image, an array, a link, a finished job or
one of its tiles (``job[2]``). Each function takes besides: *mode* ("fast", "turbo", "relax") and
what `Common` lists (*bot*, *state*, *notify*, *accounts*).
"""

import sys
from collections.abc import Callable, Sequence
from typing import Any, Unpack

from mj_notebook.api.state import current_session, current_settings, mode_of
from mj_notebook.errors import UsageError
from mj_notebook.experiments.batch import Batch
from mj_notebook.experiments.batch_input import Reading
from mj_notebook.experiments.run_batch import run_batch
from mj_notebook.protocol.requests import UploadPictures
from mj_notebook.session.job import Job
from mj_notebook.session.request_builder import Common, Requesting, Wish


def requesting() -> Requesting:
    """Return what makes requests for the current session, without opening it."""
    return Requesting(current_settings().bot, _fetch)


def _fetch(url: str) -> bytes:
    return current_session().client.picture(url)


def start(wish: Wish, mode: str | None = None, *, fresh: bool = False, repeat: int = 0) -> Job:
    """
    Send *wish*, and return the job that follows it.

    Args:
        wish: What is asked.
        mode: "fast", "turbo" or "relax".
        fresh: Draw even what was drawn already.
        repeat: 0 for the usual picture; 1, 2, … for each one wanted beside it.
    """
    return current_session().start(
        wish.request, mode=mode_of(mode), remarks=wish.remarks,
        fresh=fresh or wish.is_fresh, repeat=repeat,
    )  # fmt: skip


def imagine(
    prompt: str,
    *,
    images: Sequence[object] = (),
    mode: str | None = None,
    **common: Unpack[Common],
) -> Job:
    """
    Draw a grid of four and return its job at once.

    Args:
        prompt: Words and parameters, as for ``%%mj``.
        images: Reference pictures.
        mode: "fast", "turbo" or "relax".
        **common: See `Common`.

    Raises:
        UsageError: The prompt is empty or a picture can't be read; nothing was sent.
    """
    return start(requesting().imagine(prompt, images, **common), mode)


def blend(
    *pictures: object,
    dimensions: str | None = None,
    mode: str | None = None,
    **common: Unpack[Common],
) -> Job:
    """Mix two to five pictures into a grid; *dimensions* are PORTRAIT, SQUARE or LANDSCAPE."""
    return start(requesting().blend(pictures, dimensions, **common), mode)


def describe(
    picture: object = None,
    *,
    link: str | None = None,
    language: str | None = None,
    mode: str | None = None,
    **common: Unpack[Common],
) -> Job:
    """
    Ask for four prompts that would make a picture.

    Args:
        picture: The picture; one that is given as an address is fetched from here.
        link: An address that the proxy itself fetches; only some do.
        language: "zh" for Chinese, where the proxy translates.
        mode: "fast", "turbo" or "relax".
        **common: See `Common`.
    """
    return start(requesting().describe(picture, link, language, **common), mode)


def shorten(prompt: str, *, mode: str | None = None, **common: Unpack[Common]) -> Job:
    """Ask which words of *prompt* matter, and for five shorter ones."""
    return start(requesting().shorten(prompt, **common), mode)


def swap_face(
    source: object, target: object, *, mode: str | None = None, **common: Unpack[Common]
) -> Job:
    """Put the face of the picture *source* onto the picture *target*."""
    return start(requesting().swap_face(source, target, **common), mode)


def video(
    prompt: str,
    image: object = None,
    *,
    end: object = None,
    motion: str | None = None,
    loop: bool = False,
    batch: int | None = None,
    height: int | None = None,
    extend: Job | None = None,
    number: int = 1,
    mode: str | None = None,
    **common: Unpack[Common],
) -> Job:
    """
    Make a short film from a picture, or go on with one.

    Args:
        prompt: What happens in it.
        image: The first picture.
        end: The last picture.
        motion: "low" or "high".
        loop: Whether it ends as it begins.
        batch: How many films: 1, 2 or 4.
        height: Of the film, 480 or 720 pixels.
        extend: A finished video to go on with.
        number: Which of its films, 1 to 4.
        mode: "fast", "turbo" or "relax".
        **common: See `Common`.
    """
    wish = requesting().video(
        prompt, image, end=end, motion=motion, loop=loop, batch=batch, height=height,
        extend=(_task_of(extend), number) if extend else None, mode=mode_of(mode), **common,
    )  # fmt: skip
    return start(wish, mode)


def edit(
    image: object,
    prompt: str,
    *,
    mask: object = None,
    mode: str | None = None,
    **common: Unpack[Common],
) -> Job:
    """
    Change a picture by words.

    Args:
        image: The picture.
        prompt: What it should become.
        mask: Where: white is changed, black stays; in any form, also as boxes
            ``(left, top, right, bottom)`` in pixels or in parts of the whole. None is everywhere.
        mode: "fast", "turbo" or "relax".
        **common: See `Common`.
    """
    return start(requesting().edit(image, prompt, mask, **common), mode)


def upload(*pictures: object, **common: Unpack[Common]) -> list[str]:
    """
    Hand pictures over, and return their addresses in order, for use in prompts.

    The addresses live about a day. Nothing is drawn, so there is no job.
    """
    request = requesting().upload(pictures, **common).request
    assert isinstance(request, UploadPictures)
    return current_session().upload(request)


def batch(
    prompts: object,
    *,
    budget: float | None = None,
    max_in_flight: int = 3,
    images: Sequence[object] = (),
    mode: str | None = None,
    say: Callable[[str], object] | None = None,
    **common: Unpack[Common],
) -> Batch:
    """
    Draw many prompts, a few at a time, and wait for all; made for runs without a person.

    It waits while the queue is full or the network is away, goes on after a prompt that is refused,
    and never sends again what may have arrived. A row that was drawn before is found again.

    Args:
        prompts: Texts, requests, or records with a "prompt" (dictionaries, or the lines of a
            DataFrame) that may have *images*, *mode* and what `Common` lists as well; other columns
            are kept as labels. Requests are sent as they are.
        budget: Credits; what would exceed them is not started. See `Settings.costs`.
        max_in_flight: Tasks at once.
        images: Reference pictures for each of them.
        mode: "fast", "turbo" or "relax".
        say: Takes each line of progress; they are printed otherwise.
        **common: See `Common`.

    Raises:
        UsageError: A row makes no sense; nothing was sent.
        WaitInterrupted: The person interrupted it; its *batch* has what is done.
    """
    settings = current_settings()
    reading = Reading(requesting(), mode_of, usual_mode=settings.mode, costs=settings.costs)
    rows = reading.rows(prompts, {"images": images, "mode": mode, **common})
    return run_batch(
        rows,
        current_session(),
        budget=budget,
        max_in_flight=max_in_flight,
        refunds=settings.refunds,
        say=say or _print_line,
    )


def _print_line(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()  # a log is read while it grows


def _task_of(job: Any) -> str:
    if not isinstance(job, Job) or job.id is None:
        raise UsageError("There is no video to go on with.", hint="Give the job of a finished one.")
    return job.id
