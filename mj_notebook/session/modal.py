"""Answering windows: what is given is checked and made whole before anything is sent."""

from dataclasses import replace

from mj_notebook.errors import PromptError, UsageError
from mj_notebook.images.mask import mask_url
from mj_notebook.language import spelled, translated
from mj_notebook.prompt.parse import Prompt
from mj_notebook.prompt.zoom import with_zoom, zoom_of
from mj_notebook.session.job import Job
from mj_notebook.session.job_facts import load_pictures
from mj_notebook.session.request_builder import RequestBuilder
from mj_notebook.session.submission import Submission
from mj_notebook.view.window import OpenWindow, WindowAnswer, window_behind


def settled(job: Job, answer: WindowAnswer) -> WindowAnswer:
    """
    Return *answer* with a mask of its own, so that it can be compared and is changed by nobody.

    Raises:
        UsageError: It can be no answer, even where the window opens later: nothing was sent.
    """
    window = job.window
    if window is None:
        if job.task is not None and job.answering is None:
            raise _no_window()
        window = window_behind(job.custom_id, job.prompt)
    words = window.prompt if answer.prompt is None else answer.prompt
    _require_words(words)
    # What is missing may be offered by the window; what is given is given.
    if answer.zoom is not None:
        _with_zoom(window, words, answer)
    if answer.mask is None:
        return answer
    _require_mask_taken(window)
    return replace(answer, mask=_copied(answer.mask, _parent_size(job)))


def answer_of(job: Job, answer: WindowAnswer, builder: RequestBuilder) -> Submission:
    """
    Return what answers the window of *job*; its findings are those of the person's own words.

    Raises:
        UsageError: It is no answer to this window; nothing was sent.
    """
    window = job.window
    if window is None:
        raise _no_window()
    prompt = window.prompt if answer.prompt is None else answer.prompt
    _require_words(prompt)
    return builder.answer(
        job.id or "",
        prompt,
        _mask_url(window, job, answer.mask),
        is_own=_without_zoom(prompt) != _without_zoom(window.prompt),
        complete=lambda words: _with_zoom(window, words, answer),
        bot=getattr(job.request, "bot_type", None),
        force=answer.force,
    )


def _no_window() -> UsageError:
    return UsageError(
        translated("This task has no window open."), hint=translated("Only a waiting task has one.")
    )


def _require_words(prompt: str) -> None:
    if not prompt.strip():
        raise PromptError(
            translated("The window needs a prompt."), hint=translated("Give the whole prompt.")
        )


def _without_zoom(prompt: object) -> object:
    """Return what a person may have written; a slider writes the zoom."""
    return str(Prompt.parse(prompt).with_(zoom=None)) if isinstance(prompt, str) else prompt


def _with_zoom(window: OpenWindow, words: str, answer: WindowAnswer) -> str:
    """Return *words* with the zoom; a Custom Zoom without one would do nothing for its price."""
    zoom, ar = answer.zoom, answer.ar
    if window.kind and not window.takes_zoom:
        if zoom is not None or ar is not None:
            raise UsageError(
                translated("The window of “{title}” takes no zoom.", title=window.title),
                hint=translated(
                    "Answer it without {way}.", way=spelled("--zoom and --ar", "zoom=… and ar=…")
                ),
            )
        return words
    written = Prompt.parse(words).value("zoom")
    if None not in (zoom, answer.prompt) and zoom_of(words) not in (None, zoom):
        raise UsageError(
            translated(
                "The prompt says --zoom {written}, and zoom={zoom} is given beside it.",
                written=written,
                zoom=zoom,
            ),
            hint=translated("Give one of them."),
        )
    chosen = written if zoom is None else zoom
    if chosen is not None:
        return with_zoom(words, chosen, ar)
    if window.takes_zoom:
        raise UsageError(
            translated("How far should it zoom out?"),
            hint=translated("Give {way}, from 1 to 2.", way=spelled("--zoom", "zoom=…")),
        )
    return words


def _mask_url(window: OpenWindow, job: Job, mask: object) -> str | None:
    if mask is not None:
        _require_mask_taken(window)
        return mask_url(mask, _parent_size(job))
    if window.takes_mask:
        raise UsageError(
            translated("Which region should be repainted?"),
            hint=translated(
                "Give {way}: a picture that is white there, or boxes (left, top, right, bottom).",
                way=spelled("--mask", "mask=…"),
            ),
        )
    return None


def _copied(mask: object, size: tuple[int, int] | None) -> object:
    """Return *mask* as a picture, or as plain numbers where it is not known how large that is."""
    from mj_notebook.images import shapes  # loads Pillow

    return shapes.plain(mask) if size is None and shapes.are_shapes(mask) else mask_url(mask, size)


def _require_mask_taken(window: OpenWindow) -> None:
    if window.kind and not window.takes_mask:
        raise UsageError(
            translated("The window of “{title}” takes no mask.", title=window.title),
            hint=translated("Answer it without {way}.", way=spelled("--mask", "mask=…")),
        )


def _parent_size(job: Job) -> tuple[int, int] | None:
    """Return the size of the picture whose button opened the window, None when it is not known."""
    above = job.parent
    if above is None:
        return None
    load_pictures(above)
    shown = above.pictures.thumbnail
    if shown is not None and not above.pictures.is_preview and shown.width:
        return shown.width, shown.height
    task = above.task
    if task is not None and task.image_width and task.image_height:
        return task.image_width, task.image_height
    return None
