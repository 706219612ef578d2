"""Answers of one study that were given on several machines, put together; pure."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mj_notebook.errors import UsageError
from mj_notebook.language import counted, marked, translated
from mj_notebook.store.judgements import Judgement
from mj_notebook.view.text import truncate

_SHOWN = 5
_LONGEST_NAME = 100  # names come out of other people's files, and stand in tables and sentences
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Merged:
    """
    What came of merging.

    Attributes:
        added: How many answers are new, by rater.
        known: How many were there before.
        left_out: How many are of pairs that this study does not ask.
    """

    added: Mapping[str, int]
    known: int
    left_out: int

    def __repr__(self) -> str:
        raters = ", ".join(f"{truncate(name, 40)} {count}" for name, count in self.added.items())
        answers = counted(sum(self.added.values()), "answer")
        told = [f"{translated('{answers} merged', answers=answers)}{f' ({raters})' * bool(raters)}"]
        for count, words in (
            (self.known, marked("{count:,} known before")),
            (self.left_out, marked("{count:,} of other pairs left out")),
        ):
            told += [translated(words, count=count)] if count else []
        return " · ".join(told)


def rater_name(given: object) -> str:
    """Return the name of a rater as it is kept."""
    # As it is seen: the same letters may be written in several ways.
    name = unicodedata.normalize("NFC", given).strip() if isinstance(given, str) else ""
    if not name.isprintable() or not 0 < len(name) <= _LONGEST_NAME:
        raise UsageError(
            translated("{given!r} is no rater.", given=given),
            hint=translated('Give their number, as in raters=3, or names: raters=["Ann", "Bo"].'),
        )
    return name


def of_this_study(told: Sequence[Judgement], study: str, source: str) -> list[Judgement]:
    """
    Return the answers of *study* among those of a file, each rater by one name.

    A file of somebody who has not answered yet holds none, and that is no mistake.

    Raises:
        UsageError: There are only answers of other studies.
    """
    found = [one._replace(rater=rater_name(one.rater)) for one in told if one.study == study]
    if told and not found:
        others = list(dict.fromkeys(one.study for one in told))[:_SHOWN]
        names = ", ".join(repr(truncate(name, 40)) for name in others)
        raise UsageError(
            translated(
                "{source} holds no answers of the study {study!r}{what}.",
                source=source,
                study=truncate(study, 40),
                what=translated(", but of {names}", names=names) if names else "",
            ),
            hint=translated("Give name= to mj.compare as it was given where they were answered."),
        )
    return found


def named(told: Sequence[Judgement], rater: str, source: str) -> list[Judgement]:
    """Return the answers of a file as those of *rater*."""
    raters = dict.fromkeys(one.rater for one in told)
    if len(raters) > 1:
        raise UsageError(
            translated(
                "{source} holds the answers of {count} raters; rater= names one.",
                source=source,
                count=len(raters),
            ),
            hint=translated("Leave rater= out."),
        )
    return [one._replace(rater=rater) for one in told]


class Merging:
    """Puts answers to those that are known; each rater has one of each pair."""

    def __init__(self, known: Iterable[Judgement]) -> None:
        self._all: dict[Key, Judgement] = {_key(one): one for one in known}
        self.new: dict[Key, Judgement] = {}
        self.known = 0

    def add(self, told: Iterable[Judgement], source: str, *, is_later_better: bool) -> None:
        """
        Take answers in; what was given at the same moment is the same answer.

        Args:
            told: The answers.
            source: Where they stand.
            is_later_better: Whether a rater may have answered twice; else that is two people.

        Raises:
            UsageError: A rater is told to have answered a pair twice.
        """
        twice: Counter[str] = Counter()
        for one in told:
            # The moment tells apart who sends the same file twice from two people of the same name.
            before = self._all.get(_key(one))
            if before is None or (is_later_better and one.at > before.at):
                self._all[_key(one)] = self.new[_key(one)] = one
            elif is_later_better or one == before:
                self.known += 1
            else:
                # Counted, not raised at once: the sentence says how many there are.
                twice[one.rater] += 1
        if twice:
            rater, count = twice.most_common(1)[0]
            raise UsageError(
                translated(
                    "{source} has {counted} of rater {rater!r} to pairs"
                    " that this rater has answered here at another time; nothing was merged.",
                    source=source,
                    counted=counted(count, "answer"),
                    rater=truncate(rater, 40),
                ),
                hint=translated(
                    "Say whose they are: study.merge({source!r}, rater=…); with"
                    " rater={rater!r} the later answer of both counts.",
                    source=source,
                    rater=truncate(rater, 40),
                ),
            )

    @property
    def merged(self) -> Counter[str]:
        """How many answers are new, by rater."""
        return Counter(one.rater for one in self.new.values())


def _key(one: Judgement) -> Key:
    return one.rater, one.one, one.other
