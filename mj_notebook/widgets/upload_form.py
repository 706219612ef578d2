"""The uploader with a button: pictures are chosen, and what they are for is started from there."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from mj_notebook.api import generate
from mj_notebook.api.state import current_session, current_settings, current_worker
from mj_notebook.errors import MJError, UsageError
from mj_notebook.language import gettext, marked, translated
from mj_notebook.protocol.requests import UploadPictures
from mj_notebook.protocol.vocabulary import TaskAction
from mj_notebook.session.job import Job
from mj_notebook.session.request_builder import FEWEST_BLENDED, MOST_BLENDED, RequestBuilder
from mj_notebook.session.submission import Submission
from mj_notebook.settings.argument_types import checked
from mj_notebook.settings.pricing import amount
from mj_notebook.widgets.arrivals import Arrived
from mj_notebook.widgets.job_place import build_panel
from mj_notebook.widgets.unstyled import Frame
from mj_notebook.widgets.uploader import MAX_PICTURES, Uploader


class Purpose(NamedTuple):
    """
    What pictures can be given for.

    Attributes:
        caption: On the button.
        description: Above the pictures.
        min_pictures: How many it needs.
        max_pictures: How many it takes.
        roles: What the first is, the second, and so on, where that matters.
        action: The kind of task it makes.
        prompt_label: What stands before a field for words, "" for no such field.
    """

    caption: str
    description: str
    action: TaskAction
    min_pictures: int = 1
    max_pictures: int = 1
    roles: tuple[str, ...] = ()
    prompt_label: str = ""


PURPOSES = {
    "describe": Purpose(marked("Describe"), marked("A picture to describe"), TaskAction.DESCRIBE),
    "blend": Purpose(
        marked("Blend"), marked("Pictures to blend"), TaskAction.BLEND, FEWEST_BLENDED, MOST_BLENDED
    ),
    "swap_face": Purpose(
        marked("Swap"),
        marked("A face, and the picture it is put on"),
        TaskAction.SWAP_FACE,
        2,
        2,
        (marked("The face"), marked("The picture")),
    ),
    "imagine": Purpose(
        marked("Imagine"),
        marked("Pictures to start from"),
        TaskAction.IMAGINE,
        1,
        MOST_BLENDED,
        prompt_label=marked("Prompt"),
    ),
    "upload": Purpose(
        marked("Upload"), marked("Pictures to use as links"), TaskAction.UPLOAD, 1, MAX_PICTURES
    ),
}


class UploadForm(Frame):
    """
    An uploader whose button starts a job with its pictures, and shows it below.

    The same pictures are not sent twice: the button rests until something changes, or the job
    failed.

    Args:
        purpose: One of `PURPOSES`.
        prompt: What to imagine.
        options: What else the operation takes: its own options, and what `CommonOptions` lists.
        started: Called with each job, on the worker's thread.
        uploaded: Called with the addresses that an upload gave, on the same thread.

    Attributes:
        uploader: The pictures.
        jobs: What was started from here, oldest first.
        links: What an upload gave.

    Raises:
        UsageError: There is no such purpose.
    """

    children: Any

    def __init__(
        self,
        purpose: str,
        prompt: str = "",
        *,
        options: dict[str, Any] | None = None,
        started: Callable[[Job], object] | None = None,
        uploaded: Callable[[list[str]], object] | None = None,
    ) -> None:
        if purpose not in PURPOSES:
            names = ", ".join(PURPOSES)
            raise UsageError(
                translated("{purpose!r} is nothing to upload for.", purpose=purpose),
                hint=translated("Choose of: {names}.", names=names),
            )
        self._name, self._purpose = purpose, PURPOSES[purpose]
        self._options = options or {}
        self._started = [started] if started else []
        self._uploaded = [uploaded] if uploaded else []
        self._last: tuple[object, ...] | None = None
        self._is_submitting = False
        self._message = ""
        self._job: Job | None = None
        self.jobs: list[Job] = []
        self.links: list[str] = []
        asks = gettext(self._purpose.prompt_label)
        self.uploader = Uploader(
            self._purpose.max_pictures,
            gettext(self._purpose.description),
            roles=tuple(map(gettext, self._purpose.roles)),
            asks=asks,
            prompt=prompt if asks else "",
        )
        super().__init__((self.uploader,), _dom_classes=("mj-upload-form", "mj-live"))
        self._update_button()
        # Only now: until here the form is not whole, and a page may be quick.
        self.uploader.on_start = self._start
        self.uploader.observe(self._changed, ["_items", "prompt"])

    def subscribe(
        self, started: Callable[[Job], object], uploaded: Callable[[list[str]], object]
    ) -> None:
        """Call these as well; see *started* and *uploaded* above."""
        self._started.append(started)
        self._uploaded.append(uploaded)

    @property
    def purpose(self) -> str:
        """What the pictures are for: one of `PURPOSES`."""
        return self._name

    @property
    def pictures(self) -> list[bytes]:
        """The bytes of the pictures that are here, in their order."""
        return self.uploader.pictures

    @property
    def names(self) -> list[str]:
        """The names of their files."""
        return self.uploader.names

    @property
    def job(self) -> Job | None:
        """The last job that was started from here."""
        return self._job

    def clear(self) -> None:
        """Take all pictures away."""
        self.uploader.clear()

    # -- on the worker's thread ----------------------------------------------------------------

    def _changed(self, _: Any) -> None:
        self._message = ""
        self._update_button()

    def _update_button(self) -> None:
        """Say whether the button can be pressed, and why not."""
        missing, is_asked = self._missing(), self._prepare_now() == self._last
        words = (
            self._message
            or missing
            or (translated("Started; see below.") if is_asked else self._cost())
        )
        can = not (missing or is_asked or self._is_submitting)
        self.uploader.show_button(gettext(self._purpose.caption), words, can=can)

    def _cost(self) -> str:
        """Say what the button costs; "" where the demo server answers."""
        wanted = current_settings()
        if wanted.is_demo:
            return ""
        mode = self._options.get("mode") or wanted.mode
        cost = amount(wanted.costs.of(self._purpose.action, mode))
        return translated("It costs {amount}.", amount=cost)

    def _missing(self) -> str:
        """Say what is missing before the button can be pressed, "" for nothing."""
        count = len(self.uploader.arrived)
        left = self._purpose.min_pictures - count
        if left > 0:
            if count:
                return translated("Choose one more.")
            return translated("Choose one.") if left == 1 else translated("Choose two.")
        # Told before anything is handed over: Midjourney refuses one picture without words.
        is_wordless = self._purpose.prompt_label and not self.uploader.prompt.strip()
        return translated("Write what should be drawn.") if is_wordless else ""

    def _prepare_now(self) -> tuple[object, ...]:
        return (self.uploader.prompt, *(one.id for one in self.uploader.arrived))

    def _start(self) -> None:
        prepared = self._prepare_now()
        if self._is_submitting or prepared == self._last or self._missing():
            return  # an impatient second click is none
        self._is_submitting, self._message = True, ""
        self._update_button()
        current_worker().submit(self._run(prepared))

    async def _run(self, prepared: tuple[object, ...]) -> None:
        pictures = self.uploader.arrived
        try:
            made = await current_worker().run_blocking(self._submit, pictures, self.uploader.prompt)
            # After it was taken: what failed may be tried again with the same pictures.
            self._last = prepared
            if isinstance(made, Job):
                await self._follow(made)
            else:
                self.links, self._message = made, " ".join(made)
                for call in self._uploaded:
                    call(made)
        except MJError as error:
            self._message = str(error)
        except Exception as error:
            # Nobody sees what a callback of a widget raises; the form has to say it.
            self._message = translated(
                "This failed, and that should not be: {error}.", error=type(error).__name__
            )
            # The log gets the whole of it.
            raise
        finally:
            self._is_submitting = False
            self._update_button()

    def _submit(self, pictures: tuple[Arrived, ...], prompt: str) -> Job | list[str]:
        """Submit the request; in the pool, since a session may have to be opened first."""
        asked = self._submission(generate.request_builder(), pictures, prompt)
        if isinstance(asked.request, UploadPictures):
            return current_session().upload(asked.request)
        changed = tuple(one.words for one in pictures if one.words)
        return generate.start(replace(asked, remarks=(*changed, *asked.remarks)))

    def _submission(
        self, builder: RequestBuilder, pictures: tuple[Arrived, ...], prompt: str
    ) -> Submission:
        contents = [one.content for one in pictures]
        match self._name:
            case "describe":
                return builder.describe(contents[0], **self._options)
            case "blend":
                return builder.blend(contents, **self._options)
            case "swap_face":
                return builder.swap_face(contents[0], contents[1], **self._options)
            case "upload":
                return builder.upload(contents, **self._options)
        return builder.imagine(prompt, contents, **self._options)

    async def _follow(self, job: Job) -> None:
        """Show *job* below, the newest first; one that was asked for before has its panel."""
        self._job = job
        if job not in self.jobs:
            self.jobs.append(job)
            panel = await asyncio.wrap_future(job.worker.submit(build_panel(job)))
            first, rest = self.children[:1], self.children[1:]
            self.children = (*first, panel, *rest)
            # Only the end: that a job runs changes nothing of the form.
            job.events.on_end(self._check_job)
        for call in self._started:
            call(job)

    def _check_job(self, job: Job) -> None:
        if job.error is not None:
            current_worker().post(self._allow_retry, job)

    def _allow_retry(self, job: Job) -> None:
        """Let the button be pressed again when its job came to nothing."""
        if job is self.job and self._last is not None:
            self._last = None
            self._update_button()


@checked
def uploader(purpose: str = "imagine", prompt: str = "", *, mode: str | None = None) -> UploadForm:
    """
    Return an uploader that starts what it is for: display it in a notebook.

    Args:
        purpose: "describe", "blend", "swap_face", "imagine" or "upload".
        prompt: What to imagine.
        mode: "fast", "turbo" or "relax".

    Raises:
        UsageError: There is no such purpose or speed.

    Example:
        >>> mj.uploader("describe")
    """
    return UploadForm(purpose, prompt, options={"mode": mode})
