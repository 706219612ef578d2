"""``mj.compare``: a blind study of pictures, in the history of the current session."""

from collections.abc import Callable, Iterable
from itertools import islice
from numbers import Integral
from pathlib import Path
from typing import Any

from mj_notebook.api.state import current_store, current_worker
from mj_notebook.errors import UsageError
from mj_notebook.experiments.study import Study
from mj_notebook.experiments.study_entries import entries_of
from mj_notebook.experiments.study_merge import rater_name
from mj_notebook.language import translated
from mj_notebook.settings.argument_types import check_takes_one, checked
from mj_notebook.store.judgements import Judgement

# Each has an order of pairs of its own in memory; a generator of names may have no end.
_MOST_RATERS = 100


@checked
def compare(
    what: Any,
    *,
    by: str | Callable[[Any], object],
    raters: Any = 1,
    pairs: int | None = None,
    seed: int = 0,
    name: str | None = None,
) -> Study:
    """
    Ask people which of two pictures is better, without telling them which is which.

    As the value of a cell it shows pair after pair: keys 1 and 2 prefer the left or the right one,
    0 neither. Left and right are shuffled, prompts and names are hidden. Each answer is kept at
    once: the same cell goes on tomorrow. ``study.results()`` tells who is ahead. For instance
    ``mj.compare(mj.sweep("a fox", v=["7", "8.2"], seed=[1, 2, 3], run=True), by="v", raters=3)``.

    Args:
        what: A sweep, jobs or a history. Pictures that differ in nothing but *by* are paired; where
            there are none such, all of different conditions.
        by: What is compared: an axis of the sweep, a parameter or a column of history, or a
            function of a cell's values or of a record.
        raters: How many people, or their names.
        pairs: So many pairs, spread over the conditions; None is all.
        seed: Shuffles the pairs, and their sides, for each rater.
        name: What the answers are kept under; by default what is compared by.

    Raises:
        UsageError: Something makes no sense, or there is nothing to compare.

    Example:
        >>> light = mj.sweep("a kite {{when}}", when=["at dawn", "by night"], run=True).wait()
        >>> study = mj.compare(light, by="when")
        >>> study.results()
    """
    names = _raters(raters)
    if callable(by):
        check_takes_one("by", by, translated("a record"))
    if pairs is not None and pairs < 1:
        raise UsageError(
            translated("pairs={pairs} asks nothing.", pairs=pairs),
            hint=translated("Give 1 or more, or leave it out."),
        )
    store = current_store()
    # A function is called by its name, so that its answers are found again by the same cell.
    told = by if isinstance(by, str) else str(getattr(by, "__name__", "function"))
    return Study(
        entries_of(what, by, store),
        by=told,
        raters=names,
        name=name or told,
        seed=seed,
        most=pairs,
        store=store,
        worker=current_worker(),
        read_bundle=_answers_of_bundle,
    )


def _answers_of_bundle(path: Path) -> list[Judgement]:
    from mj_notebook.api.bundle.reader import Bundle

    with Bundle(path) as bundle:
        return bundle.judgements()


def _raters(raters: Any) -> tuple[str, ...]:
    """Return the names of the raters: numbers where only their count is given."""
    given: Iterable[object] = [raters]
    # Integral, as numbers of a DataFrame are none of Python's; True is no number of people.
    if isinstance(raters, Integral) and not isinstance(raters, bool):
        given = map(str, range(1, int(raters) + 1))
    elif isinstance(raters, Iterable) and not isinstance(raters, str | bytes):
        given = raters
    # What is given may have no end.
    names = [rater_name(one) for one in islice(given, _MOST_RATERS + 1)]
    if not 0 < len(names) <= _MOST_RATERS or len(set(names)) < len(names):
        raise UsageError(
            translated(
                "raters= gives {count} names, of which {different} differ.",
                count=len(names),
                different=len(set(names)),
            ),
            hint=translated(
                "Give 1 to {most_raters}, each by another name.", most_raters=_MOST_RATERS
            ),
        )
    return tuple(names)
