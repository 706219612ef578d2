"""A job told again: as the steps that led to it, and as the request that would start it again."""

from pathlib import PurePath
from typing import TYPE_CHECKING

import msgspec

from mj_notebook.errors import UsageError
from mj_notebook.language import spelled, translated
from mj_notebook.protocol.ignored_options import ignored_options, remark_of
from mj_notebook.protocol.nested import leaves, map_leaves
from mj_notebook.protocol.requests import (
    Edits,
    Imagine,
    Modal,
    Request,
    Video,
    read_record,
    request_record,
)
from mj_notebook.protocol.vocabulary import TaskAction
from mj_notebook.session.job import Job
from mj_notebook.session.request_builder import RequestBuilder
from mj_notebook.settings.paths import written_path
from mj_notebook.store.fingerprint import TOKEN, picture_token
from mj_notebook.view.code import RecipeAnswer, RecipeStep, Record

if TYPE_CHECKING:
    from mj_notebook.store.history import Store

_ANSWER = Modal.__name__
# What a picture is in history: only its hash.
_HASHED = "sha256:"


def recipe_of(job: Job, store: "Store", builder: RequestBuilder) -> list[RecipeStep]:
    """Return the way to *job*, from the first job on; blocking, as history is asked."""
    return [_step(each, store, builder) for each in _path_to(job)]


def _path_to(job: Job) -> list[Job]:
    way = [job]
    # What was imagined from words that were told has no button: it stands for itself.
    while way[0].parent is not None and way[0].custom_id and way[0].parent not in way:
        way.insert(0, way[0].parent)
    return way


def _step(job: Job, store: "Store", builder: RequestBuilder) -> RecipeStep:
    kept = store.requests_of(job.intent, job.server, job.id or "")
    # What makes no sense is left out: the code then takes the job by its id.
    asked = [each for each in kept if read_record(*each) is not None]
    kind, asked_for = next((each for each in asked if each[0] != _ANSWER), ("", {}))
    if job.request is not None:
        kind, asked_for = type(job.request).__name__, request_record(job.request)
    record = _with_files(asked_for, store)
    answers = [_with_files(each, store) for name, each in asked if name == _ANSWER]
    return RecipeStep(
        word=job.trail[-1] if job.trail else "job",
        kind=kind,
        record=record,
        custom_id=job.custom_id,
        answers=tuple(RecipeAnswer(each, _is_stopped(_ANSWER, each, builder)) for each in answers),
        force=_is_stopped(kind, record, builder),
        is_waiting=job.window is not None and not answers,
        mode=job.mode or "",
        task_id=job.id or "",
        sibling=_sibling(job),
        without_effect=tuple(map(remark_of, ignored_options(job.task, job.request, job.mode))),
    )


_READS_PROMPT = {each.__name__ for each in (Imagine, Edits, Video, Modal)}


def _is_stopped(kind: str, record: Record, builder: RequestBuilder) -> bool:
    """Tell whether what lint finds would stop *record* today, so that it must be forced."""
    if kind not in _READS_PROMPT:
        return False
    checked = builder.check(
        record.get("prompt") or "",
        len(record.get("base64Array") or ()) if kind == Imagine.__name__ else 1,
        record.get("botType"),
        {},
        is_film=kind == Video.__name__,
        is_window=kind == _ANSWER,
    )
    return bool(checked.errors)


def _with_files(record: Record, store: "Store") -> Record:
    """Return *record* with the paths of the pictures in it that are kept."""

    def path(token: str) -> PurePath | None:
        kept = store.given.path_of(token)
        return PurePath(written_path(kept)) if kept else None

    def named(leaf: object) -> object:
        if not isinstance(leaf, str):
            return leaf
        if leaf.startswith((_HASHED, "data:")):
            return path(picture_token(leaf)) or leaf
        return TOKEN.sub(lambda found: _quoted(path(found[0])) or found[0], leaf)

    changed: Record = map_leaves(record, named)
    return changed


def _quoted(path: PurePath | None) -> str:
    text = path.as_posix() if path else ""
    return f'"{text}"' if " " in text else text


def _sibling(job: Job) -> int:
    """Return which of the jobs of its press *job* is, 0 for the first."""
    if job.parent is None or not job.siblings:
        return 0
    family = [job, *job.siblings]
    return [each for each in job.parent.children if each in family].index(job)


def references_again(request: Request, job: Job, store: "Store") -> dict[str, str]:
    """Return the pictures that the prompt of *request* refers to, by what stands for each."""
    found = {}
    for token in {found[0]: None for found in TOKEN.finditer(getattr(request, "prompt", ""))}:
        url = job.references.get(token) or store.given.read(token)
        if url is None:
            raise _not_kept()
        found[token] = url
    return found


def request_again(job: Job, store: "Store") -> Request:
    """Return the request that starts *job* anew, without the tag of the first one."""
    request = job.request or _from_history(job, store)
    own = None if request.state == job.name else request.state
    return msgspec.structs.replace(request, state=own, notify_hook=None)


def _from_history(job: Job, store: "Store") -> Request:
    asked = [each for each in store.requests_of(job.intent, job.server, "") if each[0] != _ANSWER]
    if asked:
        # History may come from a bundle, and that from anybody.
        kind, record = asked[0]
        record = map_leaves(record, lambda leaf: _given(leaf, store))
        request = read_record(kind, record)
        if request is not None and _has_hashes(record):
            raise _not_kept()
    elif job.task is not None and job.task.action == TaskAction.IMAGINE and job.prompt.strip():
        request = Imagine(prompt=job.prompt)
    else:
        request = None
    if request is None:
        raise UsageError(
            translated("It is not known here how this was asked for."),
            hint=translated(
                "Ask for it anew, for instance with {way}.",
                way=spelled("%%mj", "mj.imagine(prompt)"),
            ),
        )
    return request


def _not_kept() -> UsageError:
    return UsageError(
        translated("The pictures that were given are not kept, so this can't be drawn again."),
        hint=translated("Ask for it anew with the pictures."),
    )


def _given(leaf: object, store: "Store") -> object:
    """Return the picture that *leaf* stands for, where it does and is kept."""
    return (store.given.read(leaf) if isinstance(leaf, str) else None) or leaf


def _has_hashes(record: object) -> bool:
    return any(str(leaf).startswith(_HASHED) for leaf in leaves(record))
