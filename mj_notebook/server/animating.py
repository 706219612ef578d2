"""Animating: from how a film was asked for to what it shows."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from mj_notebook.prompt.parse import Prompt, read_prompt
from mj_notebook.server.shots import Film, Given, Shot

if TYPE_CHECKING:
    from mj_notebook.server.work import Work

COUNTS = (1, 2, 4)
"""How many films can be asked for at once."""

STRENGTHS = ("low", "high")
"""How strong their motion can be; the first is meant where nothing is said."""

SHORT_SIDES = {"vid_1.1_i2v_480": 480, "vid_1.1_i2v_720": 720}
"""Kinds of films, and the pixels of their shorter side."""

LONGEST = 5
"""Of so many films, one after the other, the longest consists."""

_USUAL_SIDE = 480
_WIDEST = 2.4
# No picture was given: what stands for it is never shown.
_NOTHING = Given("")


def film_size(ratio: float, short_side: int = _USUAL_SIDE) -> tuple[int, int]:
    """Return the pixels of a film of a picture with this width to height."""
    ratio = min(_WIDEST, max(1 / _WIDEST, ratio))
    return round(short_side * max(1.0, ratio)), round(short_side * max(1.0, 1 / ratio))


def filmed(work: "Work", seed: int) -> Film:
    """Return the films of a picture that was sent, or those that go on with a film."""
    accepted = work.accepted
    told = read_prompt(f"{work.prompt} {accepted.added}")
    before = _film_before(work)
    start, end = (*accepted.pictures, "", "")[:2]
    film = Film(
        before.start if before else Given(start) if start else _NOTHING,
        max(1, accepted.width),
        max(1, accepted.height),
        seed,
        loops=told.value("end") == "loop",
        end=end,
        before=before,
    )
    return _as_told(film, told)


def animated(motion: str) -> Callable[["Work", int], Film]:
    """Return what makes films of the one picture that a task shows."""

    def make(work: "Work", seed: int) -> Film:
        start = work.parent.shot if work.parent else None
        assert isinstance(start, Shot)
        alone = replace(start, tile=start.tile or 0, enlarged=1)
        width, height = film_size(alone.aspect[0] / alone.aspect[1])
        film = Film(alone, width, height, seed)
        return replace(_as_told(film, read_prompt(work.prompt)), motion=motion, count=COUNTS[-1])

    return make


def extended(motion: str) -> Callable[["Work", int], Film]:
    """Return what makes films that go on with the one that a task shows."""

    def make(work: "Work", seed: int) -> Film:
        before = _film_before(work)
        assert before is not None
        film = Film(before.start, before.width, before.height, seed, before=before)
        return replace(_as_told(film, read_prompt(work.prompt)), motion=motion, count=COUNTS[-1])

    return make


def picked_film(work: "Work", seed: int) -> Film:
    """Return one film of several."""
    del seed
    film = _film_before(work)
    assert film is not None
    return film


def _film_before(work: "Work") -> Film | None:
    """Return that film of the parent that is meant."""
    film = work.parent.shot if work.parent else None
    if not isinstance(film, Film):
        return None
    return film if film.is_single else replace(film, number=work.accepted.number - 1)


def _as_told(film: Film, told: Prompt) -> Film:
    """Return *film* with what stands in the prompt; what can't be meant was objected to."""
    motion, count = told.value("motion"), told.value("bs")
    return replace(
        film,
        words=told.words,
        motion=motion if motion in STRENGTHS else STRENGTHS[0],
        count=int(count) if count in {str(known) for known in COUNTS} else COUNTS[-1],
    )
