"""What can be asked for, as functions: each makes a request and starts it in the current session.

Pictures are given in any form: a path, bytes, a Pillow image, an array, a link, a finished job or
one of its tiles (``job[2]``). Each function takes besides what `CommonOptions` lists: *mode*,
*fresh*, *bot*, *state*, *notify*, *accounts*; an imagine and a batch also take parameters of the
prompt: ``ar="3:2"``. Other names are refused: nobody would read them.
"""

import sys
from collections.abc import Callable, Sequence
from typing import Unpack, cast, overload

from mj_notebook.api.state import current_session, current_settings, found_before, price_words
from mj_notebook.errors import UsageError
from mj_notebook.experiments.batch import Batch
from mj_notebook.experiments.batch_input import BatchReader
from mj_notebook.experiments.batch_rows import note_before
from mj_notebook.experiments.batch_runner import run_batch
from mj_notebook.experiments.plan import Plan
from mj_notebook.language import marked, translated
from mj_notebook.prompt.findings import Finding
from mj_notebook.prompt.keywords import PromptParameters
from mj_notebook.prompt.parse import Prompt
from mj_notebook.protocol.buttons import is_film
from mj_notebook.protocol.requests import UploadPictures
from mj_notebook.session.board import Board
from mj_notebook.session.interrupts import interruptible
from mj_notebook.session.job import Job
from mj_notebook.session.request_builder import RequestBuilder, builder_of, listed_pictures
from mj_notebook.session.request_options import CommonOptions, ImagineOptions, only_known
from mj_notebook.session.submission import Submission
from mj_notebook.settings.argument_types import check_takes_one, checked, spelled_out
from mj_notebook.view.findings import in_language


def request_builder() -> RequestBuilder:
    """Return what makes requests for the current session, without opening it."""
    return builder_of(current_settings(), _fetch)


def _fetch(url: str) -> bytes:
    # Opens the session only when an address is really fetched: linting a prompt opens nothing.
    return current_session().client.picture(url)


@interruptible(
    marked("Run the same again: what was sent goes on, and is found."),
    stopped=marked("Stopped before there was a task to show."),
)
def start(asked: Submission) -> Job:
    """Send what is asked, and return the job that follows it."""
    # Opened here, by the first thing that is sent: importing and linting start no server.
    return current_session().start(asked)


@overload
def imagine(
    prompt: str | Prompt,
    *,
    images: Sequence[object] | None = (),
    **options: Unpack[ImagineOptions],
) -> Job: ...


@overload
def imagine(
    prompt: list[str] | list[Prompt] | tuple[str | Prompt, ...],
    *,
    images: Sequence[object] | None = (),
    **options: Unpack[ImagineOptions],
) -> Board | Plan: ...


@only_known
@spelled_out
def imagine(
    prompt: str | Prompt | Sequence[str | Prompt],
    *,
    images: Sequence[object] | None = (),
    **options: Unpack[ImagineOptions],
) -> Job | Board | Plan:
    """
    Draw a grid of four and return its job at once; of several prompts their `Board`.

    Where there would be more new jobs than `Settings.most_jobs`, it is a `Plan` that sends nothing
    before its ``run()``. A text with ``{red, blue}`` or ``--repeat 3`` stands for several as well,
    which no type checker sees; ``Prompt.parse("{red, blue} kite").permutations()`` is a list that
    tells it.

    Args:
        prompt: Words and parameters, as for ``%%mj``; or a list of such.
        images: Reference pictures.
        **options: See `CommonOptions`; and the parameters of the prompt by name, in place of what
            it has: ``ar="1:1", seed=7, raw=True, no=["text", "people"]``.

    Raises:
        PromptError: The prompt has errors; nothing was sent. *force* sends it as it is.
        UsageError: The prompt is empty or a picture can't be read; nothing was sent.

    Example:
        >>> job = mj.imagine("a red kite over dunes --ar 3:2")
        >>> job.image.size
    """
    builder = request_builder()
    if not isinstance(prompt, list | tuple):
        return start_all(builder.imagines(_written(prompt), images, **options))
    if not prompt:
        raise UsageError(translated("There are no prompts."), hint=translated("Give one or more."))
    # Read once: an iterator of pictures would be empty for the second prompt.
    pictures = listed_pictures(images)
    # All requests are made before any is sent: an error in the last prompt costs nothing.
    wanted = [builder.imagines(_written(one), pictures, **options) for one in prompt]
    return _start_planned([one for several in wanted for one in several])


def _written(prompt: object) -> str:
    # What is no text is refused where it is read.
    return str(prompt) if isinstance(prompt, Prompt) else cast("str", prompt)


def start_all(asked: Sequence[Submission]) -> Job | Board | Plan:
    """Start what one prompt stands for: a job, a board of several, or a plan of too many."""
    # One is started at once, whatever `most_jobs` says: nobody is surprised by one picture.
    if len(asked) == 1:
        return start(asked[0])
    return _start_planned(asked)


def _start_planned(asked: Sequence[Submission]) -> Board | Plan:
    plan = plan_of(asked)
    # Many jobs cost much: somebody must say yes, which a cell does with a click or another line.
    return plan.run() if plan.is_small else plan


def plan_of(asked: Sequence[Submission]) -> Plan:
    """Return what would be started, and what it would cost."""
    return Plan(asked, current_session(), lambda number: price_words(asked[0], number))


@only_known
@spelled_out
@checked
def lint(
    prompt: str,
    *,
    images: int | None = 0,
    bot: str | None = None,
    **parameters: Unpack[PromptParameters],
) -> list[Finding]:
    """
    Return what is wrong, doubtful or worth knowing in *prompt*; nothing is sent.

    Args:
        prompt: Words and parameters, as for ``%%mj``.
        images: How many reference pictures go along.
        bot: "mj" or "niji".
        **parameters: Others by name, in place of what it has.

    Raises:
        UsageError: There is no such parameter, or it can't have this value.

    Example:
        >>> mj.lint("a red kite --ar 16x9")
    """
    return list(in_language(request_builder().check(prompt, images or 0, bot, parameters).findings))


@only_known
@spelled_out
@checked
def blend(
    *pictures: object,
    dimensions: str | None = None,
    **common: Unpack[CommonOptions],
) -> Job:
    """
    Mix two to five pictures into a grid.

    Args:
        *pictures: Two to five, each in any form.
        dimensions: "PORTRAIT", "SQUARE" or "LANDSCAPE".
        **common: See `CommonOptions`.

    Raises:
        UsageError: A picture can't be read, or they are too few or too many; nothing was sent.

    Example:
        >>> mj.blend("kite.png", "boat.png").wait()
    """
    return start(request_builder().blend(pictures, dimensions, **common))


@only_known
@spelled_out
@checked
def describe(
    picture: object = None,
    *,
    link: str | None = None,
    language: str | None = None,
    **common: Unpack[CommonOptions],
) -> Job:
    """
    Ask for four prompts that would make a picture.

    Args:
        picture: The picture; one that is given as an address is fetched from here.
        link: An address that the proxy itself fetches; only some do.
        language: "zh" for Chinese, where the proxy translates.
        **common: See `CommonOptions`.

    Raises:
        UsageError: A picture can't be read, or there is none; nothing was sent.

    Example:
        >>> mj.describe("kite.png").wait().breakdown
    """
    return start(request_builder().describe(picture, link, language, **common))


@only_known
@spelled_out
def shorten(prompt: str, **common: Unpack[CommonOptions]) -> Job:
    """
    Ask which words of *prompt* matter, and for five shorter ones.

    Args:
        prompt: Words; parameters are no part of what is weighed.
        **common: See `CommonOptions`.

    Raises:
        UsageError: The prompt is empty; nothing was sent.

    Example:
        >>> mj.shorten("a very large red kite that flies over dunes").wait().breakdown
    """
    return start(request_builder().shorten(prompt, **common))


@only_known
@spelled_out
def swap_face(source: object, target: object, **common: Unpack[CommonOptions]) -> Job:
    """
    Put the face of one picture onto another.

    Args:
        source: The picture with the face.
        target: The picture that gets it.
        **common: See `CommonOptions`.

    Raises:
        UsageError: A picture can't be read; nothing was sent.

    Example:
        >>> mj.swap_face("boat.png", "kite.png").wait()
    """
    return start(request_builder().swap_face(source, target, **common))


@only_known
@spelled_out
@checked
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
    **common: Unpack[CommonOptions],
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
        extend: The job of a video to go on with; waits for it.
        number: Which of its films, 1 to 4.
        **common: See `CommonOptions`.

    Raises:
        PromptError: The prompt has errors; nothing was sent. *force* sends it as it is.
        UsageError: There is no picture or film to begin with; nothing was sent.

    Example:
        >>> mj.video("the kite turns in the wind", "kite.png").accepted()
    """
    # Waited for before the request is made: a server goes on only with a finished film.
    continued = None if extend is None else (_task_of(extend), number)
    asked = request_builder().video(
        prompt,
        image,
        end=end,
        motion=motion,
        loop=loop,
        batch=batch,
        height=height,
        extend=continued,
        **common,
    )
    return start(asked)


@only_known
@spelled_out
@checked
def edit(
    image: object,
    prompt: str,
    *,
    mask: object = None,
    **common: Unpack[CommonOptions],
) -> Job:
    """
    Change a picture by words.

    Args:
        image: The picture.
        prompt: What it should become.
        mask: Where: white is changed, black stays; in any form, also as boxes
            ``(left, top, right, bottom)`` in pixels or in parts of the whole. None is everywhere.
        **common: See `CommonOptions`.

    Raises:
        PromptError: The prompt has errors; nothing was sent. *force* sends it as it is.
        UsageError: A picture or the mask can't be read; nothing was sent.

    Example:
        >>> mj.edit("kite.png", "the kite is blue").wait()
    """
    return start(request_builder().edit(image, prompt, mask, **common))


@only_known
@spelled_out
def upload(*pictures: object, **common: Unpack[CommonOptions]) -> list[str]:
    """
    Hand pictures over, and return their addresses in order, for use in prompts.

    The addresses live about a day. Nothing is drawn, so there is no job.

    Args:
        *pictures: One or more, each in any form.
        **common: See `CommonOptions`.

    Raises:
        UsageError: A picture can't be read; nothing was sent.

    Example:
        >>> mj.upload("kite.png")
    """
    request = request_builder().upload(pictures, **common).request
    # An upload is no task: no job, nothing in history, and nothing that is found again, because the
    # addresses die in a day.
    assert isinstance(request, UploadPictures)
    return current_session().upload(request)


@only_known
@spelled_out
@checked
def batch(
    prompts: object,
    *,
    budget: float | None = None,
    max_in_flight: int = 3,
    images: object = (),
    say: Callable[[str], object] | None = None,
    **options: Unpack[ImagineOptions],
) -> Batch:
    """
    Draw many prompts, a few at a time, and wait for all; made for runs without a person.

    It waits while the queue is full or the network is away, goes on after a prompt that is refused,
    and never sends again what may have arrived. A row that was drawn before is found again.

    Args:
        prompts: Texts, requests, or records with a "prompt" (dictionaries, or the lines of a
            DataFrame) that may have *images*, *mode*, `CommonOptions` and parameters by name (*ar*,
            *seed*) as well; other columns are kept as labels. Requests are sent as they are. A
            prompt with ``{red, blue}`` or ``--repeat`` is a row for each that it stands for, up to
            `Settings.most_jobs`.
        budget: Credits; what would exceed them is not started. See `Settings.costs`.
        max_in_flight: Tasks at once.
        images: Reference pictures for each of them.
        say: Takes each line of progress; they are printed otherwise.
        **options: See `CommonOptions`; and parameters by name, for each prompt that does not
            write them itself.

    Raises:
        UsageError: A row makes no sense; nothing was sent.
        WaitInterrupted: The person interrupted it; its *batch* has what is done.

    Example:
        >>> night = mj.batch(["a kite", "a boat"], budget=2)
        >>> night.summary
    """
    if say is not None:
        check_takes_one("say", say, translated("a line"))
    settings = current_settings()
    reader = BatchReader(
        request_builder(),
        usual_mode=settings.mode,
        costs=settings.costs,
        most_jobs=settings.most_jobs,
    )
    # Every row is read before the first is sent, so that a mistake in row 900 is told at once.
    rows = reader.rows(prompts, {"images": images, **options})
    note_before(rows, found_before([row.submission for row in rows]))
    return run_batch(
        rows,
        current_session(),
        budget=budget,
        max_in_flight=max_in_flight,
        say=say or _print_line,
    )


def _print_line(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()  # a log is read while it grows


def _task_of(job: object) -> str:
    """Wait for the film *job*, which a server goes on with once it is finished."""
    # Without its pictures: the server goes on with its own film, not with the copy here.
    task = job.wait(pictures=False).task if isinstance(job, Job) else None
    if task is None or not is_film(task):
        raise UsageError(
            translated("There is no video to go on with."),
            hint=translated("Give the job of one: extend=mj.video(…)."),
        )
    return task.id
