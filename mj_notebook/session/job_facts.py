"""What is shown of one job: the way to it, and all that is known of it as one value."""

import functools

from mj_notebook.client.error_mapping import lacks_button
from mj_notebook.images.thumbnail import Thumbnail
from mj_notebook.protocol.breakdown import kind_asked_by
from mj_notebook.protocol.media import read_data_url
from mj_notebook.protocol.requests import Describe
from mj_notebook.protocol.vocabulary import TaskAction
from mj_notebook.session.job_state import JobState
from mj_notebook.view.facts import Facts
from mj_notebook.view.trail import origin_word, step_word


class JobFacts(JobState):
    """The part of a job that panels and files are made of."""

    @property
    def trail(self) -> tuple[str, ...]:
        """The way here in short words, such as ``("imagine", "U2", "region")``."""
        if self.parent is not None:
            return (*self.parent.trail, step_word(self.custom_id, self.step))
        if self.step:
            return (step_word(self.custom_id, self.step),)
        name = type(self.request).__name__ if self.request is not None else ""
        origin = origin_word(name, (self.task.action or "") if self.task else "")
        return (origin,) if origin else ()

    @property
    def refused(self) -> dict[str, str]:
        """Which buttons this server does not take, by customId, with its reason."""
        refused = (
            (child.custom_id, child.error)
            for child in self.children
            if child.task is None and child.error is not None
        )
        return {which: str(error.args[0]) for which, error in refused if lacks_button(error)}

    @functools.cached_property
    def source(self) -> Thumbnail | None:
        """The picture that was sent to be described, small; None when it isn't known here."""
        if self.parent is not None and kind_asked_by(self.request) is TaskAction.DESCRIBE:
            return self.parent.shot or self.parent.source
        sent = self.request.base64 if isinstance(self.request, Describe) else None
        content = read_data_url(sent) if sent else None
        if content is None:
            return None
        from mj_notebook.images.thumbnails import thumbnail  # Pillow loads on first use

        return thumbnail(content)

    def facts(self) -> Facts:
        """Return what is known now, as one value."""
        return Facts(
            prompt=self.prompt,
            server=self.server,
            asked_at=self.asked_at,
            step=self.step,
            is_demo=self.is_demo,
            task=self.task,
            error=self.error,
            ended_at=self.ended_at,
            queued=self.queued,
            note=self.note,
            remarks=self.remarks,
            is_replayed=self.is_replayed,
            custom_id=self.custom_id,
            shot=self.shot,
            is_preview=self.is_preview,
            kind=kind_asked_by(self.request),
            source=self.source,
            saved=self.picture.path.name if self.picture else "",
            seed=self.known_seed or (self.task.seed if self.task else None),
            pressed=frozenset(child.custom_id for child in self.children),
            refused=self.refused,
            trail=self.trail,
            before=self.before,
            usual=self.usual,
            children=tuple(child.facts() for child in self.children),
            repeats=tuple(repeat.facts() for repeat in self.repeats),
        )
