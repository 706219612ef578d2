"""What is known of a job as one value, with those that are shown with it; see `view.facts`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mj_notebook.client.error_mapping import lacks_button
from mj_notebook.protocol.actions import action_named
from mj_notebook.protocol.breakdown import breakdown_kind_of
from mj_notebook.protocol.buttons import is_free
from mj_notebook.protocol.fallbacks import available_buttons
from mj_notebook.protocol.media import read_data_url
from mj_notebook.protocol.requests import Describe
from mj_notebook.protocol.vocabulary import TaskAction
from mj_notebook.session.job_lineage import own_word, place_of, stands
from mj_notebook.view.facts import Facts

if TYPE_CHECKING:
    from mj_notebook.images.thumbnail import Thumbnail
    from mj_notebook.session.job import Job

# What was made of a job is shown in its panel so many steps deep; nobody looks further, and whoever
# draws it goes down by one call a step.
_MAX_DEPTH = 40


def facts_of(job: "Job", depth: int = 0) -> Facts:
    """Return the facts of *job*; nothing is read for them."""
    pictures = job.pictures
    below = depth < _MAX_DEPTH
    return Facts(
        prompt=job.prompt,
        server=job.server_label,
        asked_at=job.asked_at,
        step=job.step,
        is_demo=job.is_demo,
        task=job.task,
        error=job.error,
        ended_at=job.ended_at,
        moved_at=job.moved_at,
        queued=job.queued,
        note=job.trouble,
        is_answering=job.answering is not None,
        remarks=job.remarks,
        findings=job.findings,
        is_replayed=job.is_replayed,
        bot=getattr(job.request, "bot_type", None),
        custom_id=job.custom_id,
        place=place_of(job),
        stands=stands(job),
        prices=prices_of(job),
        usual_version=job.usual_version,
        annotation=job.annotation,
        waits_for=own_word(job.parent) if job.planned and job.parent else "",
        thumbnail=pictures.thumbnail,
        is_preview=pictures.is_preview,
        kind=breakdown_kind_of(job.request),
        source=source_of(job),
        saved=pictures.kept.path.name if pictures.kept else "",
        seed=job.known_seed or (job.task.seed if job.task else None),
        pressed=frozenset(child.custom_id for child in job.children),
        refused=refused_buttons(job),
        lacking=lacking_of(job),
        trail=job.trail,
        queue_position=job.queue_position,
        typical_seconds=job.typical_seconds,
        children=tuple(facts_of(one, depth + 1) for one in job.children if below),
        repeats=tuple(facts_of(one, depth + 1) for one in job.repeats if below),
    )


def prices_of(job: "Job") -> dict[str, float]:
    """Return what each button of *job* would cost, by customId, where it costs anything."""
    offered = available_buttons(job.task) if job.task else ()
    prices = {button.custom_id: price_of(job, button.custom_id) for button in offered}
    return {custom_id: price for custom_id, price in prices.items() if price}


def price_of(job: "Job", custom_id: str) -> float:
    """Return the credits that a press of a button of *job* would take, by `Settings.costs`."""
    if job.is_demo or is_free(custom_id):
        return 0.0
    settings = job.session.settings
    return settings.costs.of(action_named(None, custom_id), job.mode or settings.mode)


def lacking_of(job: "Job") -> frozenset[str]:
    """Return what its server was learned not to offer: names of routes, and of its buttons."""
    if job.server != job.session.server:
        return frozenset()
    learned = job.session.client.capabilities
    # Asked first: a thousand jobs that are watched have buttons, and servers refuse hardly any.
    if not learned.refused_buttons or job.task is None:
        return learned.missing
    ids = (button.custom_id for button in available_buttons(job.task))
    return learned.missing | {each for each in ids if learned.refusal_of(each)}


def refused_buttons(job: "Job") -> dict[str, str]:
    """Return which buttons of *job* this server does not take, by customId, with its reason."""
    refused = (
        (child.custom_id, child.error)
        for child in job.children
        if child.task is None and child.error is not None
    )
    return {which: str(error.args[0]) for which, error in refused if lacks_button(error)}


def source_of(job: "Job") -> "Thumbnail | None":
    """Return the picture that was sent to be described, small; None when it isn't known here."""
    if breakdown_kind_of(job.request) is not TaskAction.DESCRIBE:
        return None
    if job.parent is not None:
        return job.parent.pictures.thumbnail or source_of(job.parent)
    # Only what was found is remembered: the request may come with a later snapshot.
    described = job.pictures.described
    if described is None and isinstance(job.request, Describe) and job.request.base64:
        content = read_data_url(job.request.base64)
        if content is not None:
            from mj_notebook.images.thumbnails import thumbnail  # Pillow loads on first use

            described = job.pictures.described = thumbnail(content)
    return described


def load_pictures(job: "Job") -> None:
    """Make the small pictures anew of *job* and of those shown with it; blocking."""
    for one in _shown_together(job):
        if one.pictures.is_released:
            one.pictures.load()
            one.session.registry.keep_small(one)
        source_of(one)  # decoded here, and remembered


def lacks_pictures(job: "Job") -> bool:
    """Return whether `load_pictures` has anything to read."""
    return any(one.pictures.is_released for one in _shown_together(job))


def _shown_together(job: "Job") -> "Iterator[Job]":
    """Yield *job* and all that its facts tell of besides."""
    left, seen = [(job, 0)], {job}
    while left:
        one, depth = left.pop()
        yield one
        if one.parent is not None and breakdown_kind_of(one.request) is TaskAction.DESCRIBE:
            yield from (one.parent, *one.parent.parents)
        below = [made for made in (*one.children, *one.repeats) if made not in seen]
        seen.update(below)
        left += [(made, depth + 1) for made in below if depth < _MAX_DEPTH]
