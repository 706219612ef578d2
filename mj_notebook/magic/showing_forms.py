"""What a form displays: the twin of all that is started from it, and the live form beside it."""

import os
import threading
from functools import partial
from typing import TYPE_CHECKING

from IPython.display import DisplayHandle, display

from mj_notebook.language import translated
from mj_notebook.magic.front_end import FrontEnd
from mj_notebook.magic.showing import display_widget, key_of, milestone_of

if TYPE_CHECKING:
    from mj_notebook.session.job import Job
    from mj_notebook.widgets.upload_form import UploadForm

_WRITTEN = {
    "describe": 'mj.describe("picture.png")',
    "blend": 'mj.blend("one.png", "other.png")',
    "swap_face": 'mj.swap_face("face.png", "picture.png")',
    "imagine": 'mj.imagine("words", images=["picture.png"])',
    "upload": 'mj.upload("picture.png")',
}


def show_form(form: "UploadForm", front_end: FrontEnd) -> None:
    """Display *form* where there is a page for it; elsewhere say what to do instead."""
    if front_end is FrontEnd.TERMINAL:
        print(
            translated(
                "Pictures are chosen in a notebook. Here, name them: {written} takes paths.",
                written=_WRITTEN[form.purpose],
            )
        )
        return
    output = FormOutput(key_of(form))
    if front_end is FrontEnd.HEADLESS:
        return
    form.subscribe(output.add_job, output.add_links)
    form.add_class(f"mj-of-{key_of(form)}")
    # Not as a value, which would ask who called this.
    display_widget(form._repr_mimebundle_(), raw=True)


class FormOutput:
    """An output that keeps the twins of all jobs that a form starts; they come on any thread."""

    def __init__(self, key: str) -> None:
        from mj_notebook.view.twin import form_bundle  # loads on first use

        display_id = f"mj-place-{os.urandom(6).hex()}"
        self._bundle = partial(form_bundle, key=key)
        self._handle = DisplayHandle(display_id)  # type: ignore[no-untyped-call]
        self._jobs: list[Job] = []
        self._links: list[str] = []
        self._last: object = None
        # Several jobs may report at once, and each writes the whole display.
        self._lock = threading.Lock()
        display(self._bundle([], 0, []), raw=True, display_id=display_id)  # type: ignore[no-untyped-call]

    def add_job(self, job: "Job") -> None:
        """Keep the twin of *job* here, up to date."""
        if job not in self._jobs:
            self._jobs.append(job)
            job.subscribe(self._changed)
            self._changed(job)

    def add_links(self, links: list[str]) -> None:
        """Keep the addresses of pictures that were handed over."""
        with self._lock:
            self._links += links
            self._handle.update(self._bundle([], 0, self._links), raw=True)  # type: ignore[no-untyped-call]

    def _changed(self, job: "Job") -> None:
        from mj_notebook.session.job_facts import lacks_pictures  # a session's, on first use

        if any(lacks_pictures(one) for one in self._jobs):
            job.worker.submit(self._write_with_pictures(job))
        else:
            self._write(job)

    async def _write_with_pictures(self, job: "Job") -> None:
        """Read what was released of the others too, beside the loop; all are written anew."""
        from mj_notebook.session.job_facts import load_pictures  # a session's, on first use

        for one in tuple(self._jobs):
            await job.worker.run_blocking(load_pictures, one)
        self._write(job)

    def _write(self, job: "Job") -> None:
        with self._lock:
            facts = [one.facts() for one in self._jobs]
            milestones = list(map(milestone_of, facts))
            if milestones != self._last:
                self._last = milestones
                bundle = self._bundle(facts, job.now(), self._links)
                self._handle.update(bundle, raw=True)  # type: ignore[no-untyped-call]
