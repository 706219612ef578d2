"""A blind study: pairs of pictures, answers that are kept, and what follows from them."""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from math import exp
from pathlib import Path
from typing import Any, NamedTuple

from mj_notebook.errors import UsageError
from mj_notebook.experiments.study_merge import Merged, Merging, named, of_this_study, rater_name
from mj_notebook.experiments.study_pairs import Entry, Pair, order_for, pairs_of
from mj_notebook.experiments.study_results import (
    RaterCheck,
    Strength,
    agreement,
    rater_checks,
    strengths,
)
from mj_notebook.language import counted, translated
from mj_notebook.session.worker import Worker
from mj_notebook.settings.argument_types import living, public
from mj_notebook.settings.paths import given_path
from mj_notebook.store.dataframe import import_pandas
from mj_notebook.store.history import Store
from mj_notebook.store.judgement_files import read_answers, write_answers
from mj_notebook.store.judgements import Judgement
from mj_notebook.view.study import Bar, plot_html, plot_text

CHOICES = ("left", "right", "tie")


class Question(NamedTuple):
    """
    A pair as a rater sees it.

    Attributes:
        is_swapped: Whether the other one stands on the left.
    """

    pair: Pair
    is_swapped: bool

    @property
    def left(self) -> Entry:
        """The picture on the left."""
        return self.pair.other if self.is_swapped else self.pair.one

    @property
    def right(self) -> Entry:
        """The picture on the right."""
        return self.pair.one if self.is_swapped else self.pair.other


@living
@public
class Study:
    """
    A blind study: raters see two pictures at a time and nothing that tells which is which.

    As the value of a cell it asks the first rater who has not finished. Each answer is kept at
    once; the same call tomorrow goes on where it was.

    Attributes:
        name: What its answers are kept under.
        by: What the pictures are compared by.
        pairs: What is compared.
        raters: Who answers.

    Example:
        >>> light = mj.sweep("a kite {{when}}", when=["at dawn", "by night"], run=True).wait()
        >>> study = mj.compare(light, by="when")
        >>> study.results()
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        *,
        by: str,
        raters: Sequence[str],
        name: str,
        seed: int,
        most: int | None,
        store: Store,
        worker: Worker,
        read_bundle: Callable[[Path], list[Judgement]] = read_answers,
        now: Callable[[], float] = time.time,
    ) -> None:
        # With a limit, a new picture would push out pairs that somebody answered; those stay.
        answered = [(one.one, one.other) for one in store.judgements.of(name)] if most else []
        self.pairs = pairs_of(entries, most, seed, answered)
        self.by, self.name, self.raters = by, name, tuple(raters)
        self.store, self.worker = store, worker
        self._seed, self._now, self._read_bundle = seed, now, read_bundle
        self._keys = {pair.key for pair in self.pairs}
        # In the order of the entries, which is the axis's own: sorted, 1000 would come before 250.
        paired = {entry.condition for pair in self.pairs for entry in pair}
        told = dict.fromkeys(entry.condition for entry in entries)
        self._conditions = tuple(condition for condition in told if condition in paired)

    @property
    def conditions(self) -> tuple[str, ...]:
        """What is compared, in the order in which it came."""
        return self._conditions

    @property
    def judgements(self) -> list[Judgement]:
        """All answers to these pairs, the oldest first; also those of other kernels."""
        return self.said_by(None)

    def said_by(self, rater: str | None) -> list[Judgement]:
        """Return the answers of one rater to these pairs, or of all; the oldest first."""
        found = self.store.judgements.of(self.name, rater)
        return [one for one in found if (one.one, one.other) in self._keys]

    def rating(self, rater: str | int | None = None) -> "Rating":
        """
        Return the questions of one rater; as the value of a cell it asks them.

        Args:
            rater: Who; None is the first who has not finished.

        Raises:
            UsageError: There is no such rater.
        """
        if rater is None:
            done = Counter(one.rater for one in self.judgements)
            unfinished = (name for name in self.raters if done[name] < len(self.pairs))
            # With all done it is the last one, whose view says so; an error would end Run All.
            rater = next(unfinished, self.raters[-1])
        return Rating(self, self._known(rater))

    def _known(self, rater: object) -> str:
        if str(rater) not in self.raters:
            raise UsageError(
                translated("There is no rater {rater!r}.", rater=rater),
                hint=translated("There are: {known}.", known=", ".join(self.raters)),
            )
        return str(rater)

    def questions(self, rater: str | int) -> list[Question]:
        """Return all pairs as a rater sees them, in the order of that rater."""
        return [Question(*found) for found in order_for(self._known(rater), self.pairs, self._seed)]

    def next(self, rater: str | int | None = None) -> Question | None:
        """
        Return the question that tells most: a rater's open one of the two closest conditions.

        How close they are is what the answers say so far; a pair that was seldom asked goes first.

        Returns:
            None when that rater has answered all.
        """
        rating = self.rating(rater)
        answered = {(one.one, one.other) for one in rating.said}
        open_ones = [one for one in self.questions(rating.rater) if one.pair.key not in answered]
        # A rater's first question is that of their own order, so that not all raters begin with the
        # pair that the others have made close.
        if not open_ones or len(answered) == 0:
            return open_ones[0] if open_ones else None
        said = self.judgements
        fitted = {one.condition: one.strength for one in strengths(self.pairs, said)}
        asked: dict[frozenset[str], int] = {}
        conditions = {pair.key: _conditions(pair) for pair in self.pairs}
        for judged in said:
            two = conditions[judged.one, judged.other]
            asked[two] = asked.get(two, 0) + 1

        def tells(question: Question) -> float:
            gap = abs(fitted[question.left.condition] - fitted[question.right.condition])
            # The information of an answer in the model of Bradley and Terry is p (1 - p).
            chance = 1 / (1 + exp(gap))
            return chance * (1 - chance) / (1 + asked.get(_conditions(question.pair), 0))

        return max(open_ones, key=tells)

    def answer(self, rater: str | int, question: Question, choice: str) -> None:
        """
        Keep what a rater says of a pair, in the place of what was said of it before.

        Raises:
            UsageError: *choice* is none of "left", "right" and "tie", or this study has no such
                rater or question.
        """
        if choice not in CHOICES:
            raise UsageError(
                translated("{choice!r} is no answer.", choice=choice),
                hint=translated('Say "left", "right" or "tie".'),
            )
        # Answers come from widgets that were shown before the study was made anew with other
        # pictures.
        if question.pair.key not in self._keys:
            raise UsageError(
                translated("That is no question of this study."),
                hint=translated("study.next() gives one that is open."),
            )
        if choice == "tie":
            said = "tie"
        else:
            # Kept by picture, not by side: the same pair stands the other way for the next rater.
            said = "other" if (choice == "left") == question.is_swapped else "one"
        self.store.judgements.save(
            Judgement(
                self.name,
                self._known(rater),
                *question.pair.key,
                said,
                question.is_swapped,
                self._now(),
            )
        )

    def to_csv(self, path: str | os.PathLike[str]) -> Path:
        """
        Write the answers to a file, for who merges them; pictures stand in it by their SHA-256.

        Raises:
            UsageError: It can't be written.
        """
        return write_answers(self.judgements, path)

    def merge(self, *paths: str | os.PathLike[str], rater: str | None = None) -> Merged:
        """
        Take in answers that were given on other machines: files of `to_csv`, or bundles.

        Each rater has one answer to each pair, however often a file is merged. Two people who
        both answered as rater 1 are told apart by *rater*: ``study.merge("bo.csv", rater="Bo")``.

        Args:
            paths: The files; all of them are merged, or none.
            rater: Whose answers they are, by default whose they say. Of two answers of this rater
                to a pair the later one counts.

        Raises:
            UsageError: A file holds no answers of this study, or a rater answered a pair twice.
        """
        if not paths:
            raise UsageError(
                translated("merge() was given no file."),
                hint=translated('Write study.merge("ann.csv", "bo.csv").'),
            )
        whose = None if rater is None else rater_name(rater)
        merging, left_out = Merging(self.judgements), 0
        for path in map(given_path, paths):
            told = of_this_study(self._answers_in(path), self.name, path.name)
            if whose is not None:
                told = named(told, whose, path.name)
            # A rater elsewhere may have had a larger history: what is not asked here is counted,
            # not kept.
            ours = [one for one in told if (one.one, one.other) in self._keys]
            left_out += len(told) - len(ours)
            if told and not ours:
                pairs = counted(len(self.pairs), "pair")
                raise UsageError(
                    translated(
                        "{path} answers none of the {pairs} of this study.",
                        path=path.name,
                        pairs=pairs,
                    ),
                    hint=translated(
                        "It compares the same pictures only where history came with a bundle:"
                        ' mj.bundle("study.zip") packs it.'
                    ),
                )
            merging.add(ours, path.name, is_later_better=whose is not None)
        # Only after all files were read, so that a bad one leaves nothing half merged.
        self.store.judgements.add(merging.new.values())
        self.raters = tuple(dict.fromkeys((*self.raters, *merging.merged)))
        return Merged(merging.merged, merging.known, left_out)

    def _answers_in(self, path: Path) -> list[Judgement]:
        is_bundle = path.suffix.lower() == ".zip"
        return self._read_bundle(path) if is_bundle else read_answers(path)

    def strengths(self) -> tuple[Strength, ...]:
        """Return how each condition did, the strongest first, as far as it was asked."""
        return strengths(self.pairs, self.judgements)

    def results(self) -> Any:
        """
        Return how each condition did as a DataFrame, the strongest first.

        *strength* is that of Bradley and Terry, 0 in the mean: of two that differ by 1 the
        stronger is preferred in 73 of 100 decisions. All intervals (*low* to *high*) hold
        together in 98 of 100 studies; that of one which no chain of answers joins to the others
        has no ends. ``attrs["agreement"]`` is Krippendorff's alpha of the raters.

        Raises:
            UsageError: evalica or pandas is not installed.
        """
        found = self.strengths()
        frame = import_pandas().DataFrame.from_records(found, columns=Strength._fields)
        frame = frame.set_index("condition").rename_axis(self.by)
        frame.attrs["agreement"] = agreement(self.judgements)
        return frame

    def checks(self) -> Any:
        """Return how each rater answered as a DataFrame: ties, sides, and what looks wrong."""
        found = rater_checks(self.judgements)
        return import_pandas().DataFrame.from_records(found, columns=RaterCheck._fields)

    def plot(self) -> "StudyPlot":
        """Return the strengths with their intervals as a drawing."""
        return StudyPlot(self.by, self.strengths(), rater_checks(self.judgements))

    @property
    def summary(self) -> str:
        """The study in a line; it does not say who is ahead."""
        total, done = len(self.pairs), Counter(one.rater for one in self.judgements)
        told = [
            translated("Blind study"),
            translated("{count} conditions by {by}", count=len(self.conditions), by=self.by),
            counted(total, "pair"),
        ]
        told += [
            translated("rater {rater}: {done}/{total}", rater=rater, done=done[rater], total=total)
            for rater in self.raters
        ]
        return " · ".join(told)

    def __repr__(self) -> str:
        return self.summary


@living
@public
class Rating:
    """
    The questions of one rater.

    As the value of a cell it shows two pictures at a time: 1 or the left arrow prefers the left
    one, 2 or the right arrow the right one, 0 neither; Backspace takes the last answer back.
    """

    def __init__(self, study: Study, rater: str) -> None:
        self.study, self.rater = study, rater
        self._questions = study.questions(rater)
        self._numbers = {one.pair.key: at for at, one in enumerate(self._questions)}
        # Two quick keys would both answer the question that is open now.
        self._lock = threading.Lock()

    @property
    def said(self) -> list[Judgement]:
        """What this rater has answered, the oldest first."""
        return self.study.said_by(self.rater)

    @property
    def total(self) -> int:
        """How many questions there are."""
        return len(self._questions)

    @property
    def done(self) -> int:
        """How many are answered."""
        return len(self.said)

    @property
    def is_done(self) -> bool:
        """Whether all are answered."""
        return self.done == self.total

    def number_of(self, question: Question) -> int:
        """Return the place of a question in this rater's order, counted from 0."""
        return self._numbers[question.pair.key]

    def open_questions(self) -> list[Question]:
        """Return what is not answered, in this rater's order."""
        answered = {(one.one, one.other) for one in self.said}
        return [one for one in self._questions if one.pair.key not in answered]

    def answer(self, choice: str, question: Question | None = None) -> None:
        """
        Answer a question, by default the first that is open.

        Raises:
            UsageError: *choice* is none of "left", "right" and "tie", or all are answered.
        """
        with self._lock:
            open_ones = self.open_questions()
            if not open_ones:
                raise UsageError(
                    translated("All is answered."),
                    hint=translated("rating.undo() takes the last one back."),
                )
            self.study.answer(self.rater, question or open_ones[0], choice)

    def undo(self) -> bool:
        """Take the last answer back; False when there is none."""
        with self._lock:
            said = self.said
            self.study.store.judgements.remove(said[-1:])
            return bool(said)

    @property
    def worker(self) -> Worker:
        """Owns what is shown live."""
        return self.study.worker

    def __repr__(self) -> str:
        return translated(
            "Rater {rater}: {done} of {pairs}.",
            rater=self.rater,
            done=self.done,
            pairs=counted(self.total, "pair"),
        )


class StudyPlot:
    """The strengths of a study as a drawing: in a notebook a picture, in a terminal lines."""

    def __init__(self, by: str, found: Sequence[Strength], checks: Sequence[RaterCheck]) -> None:
        self.by, self.strengths, self.checks = by, tuple(found), tuple(checks)

    def __repr__(self) -> str:
        return plot_text(self.by, self._bars, self._notes)

    def _repr_html_(self) -> str:
        return str(plot_html(self.by, self._bars, self._notes))

    @property
    def _bars(self) -> list[Bar]:
        return [
            Bar(
                one.condition,
                one.strength,
                one.low,
                one.high,
                translated(
                    "{won} won, {lost} lost, {ties} alike",
                    won=one.won,
                    lost=one.lost,
                    ties=one.ties,
                ),
            )
            for one in self.strengths
        ]

    @property
    def _notes(self) -> list[str]:
        return [
            translated("Rater {rater} {note}.", rater=one.rater, note=one.note)
            for one in self.checks
            if one.note
        ]


def _conditions(pair: Pair) -> frozenset[str]:
    return frozenset((pair.one.condition, pair.other.condition))
