"""What came of a blind study: strengths with intervals, agreement, and raters who don't look.

Strengths are those of Bradley and Terry, found by the library evalica, which also has
Krippendorff's alpha for the agreement; it was taken because one well-kept package does both.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import NormalDist
from typing import Any, NamedTuple

from mj_notebook.errors import UsageError
from mj_notebook.experiments.study_pairs import Pair
from mj_notebook.language import translated
from mj_notebook.store.judgements import Judgement

CONFIDENCE = 0.98
"""All intervals of a study hold together with this probability."""

# Each two conditions that were compared count half an answer more for either of them: so one that
# never lost has a strength, and not infinity.
_PRIOR = 0.5
# Somebody who looks presses one side as seldom as this only once in so many times.
_SUSPICIOUS = 0.01
_MANY_TIES = 0.5


class Strength(NamedTuple):
    """
    How a condition did.

    Attributes:
        condition: Which.
        strength: On the scale of logits, 0 in the mean: of two that differ by 1 the stronger is
            preferred in 73 of 100 decisions.
        low: The lower end of its interval.
        high: The upper end.
        won: How often it was preferred.
        lost: How often the other one was.
        ties: How often nobody could say.
    """

    condition: str
    strength: float
    low: float
    high: float
    won: int
    lost: int
    ties: int


class RaterCheck(NamedTuple):
    """
    How a rater answered.

    Attributes:
        rater: Who.
        answers: How many.
        ties: The share of ties.
        left: The share of decisions for the left side; about a half when it was looked at.
        note: What looks wrong, "" as a rule.
    """

    rater: str
    answers: int
    ties: float
    left: float | None
    note: str


def strengths(pairs: Iterable[Pair], said: Sequence[Judgement]) -> tuple[Strength, ...]:
    """
    Return how each condition did, the strongest first.

    Ties tell how hard it was to decide, and nothing of who is better: the strengths rest on the
    decisions alone (Davidson 1970: given a decision, the odds are those of Bradley and Terry).
    Of what no chain of answers joins to the most of them nothing is known: its interval is endless.

    Raises:
        UsageError: evalica is not installed.
    """
    pairs = tuple(pairs)
    counts = _counts(pairs, said)
    conditions = list(
        dict.fromkeys(entry.condition for pair in pairs for entry in (pair.one, pair.other))
    )
    joined = _joined(conditions, counts)
    fitted = _fit(conditions, {two: n for two, n in counts.items() if two[0] in joined})
    found = []
    for condition in conditions:
        won = sum(n for (winner, _), (n, _) in counts.items() if winner == condition)
        lost = sum(n for (_, loser), (n, _) in counts.items() if loser == condition)
        ties = sum(n for (winner, _), (_, n) in counts.items() if winner == condition)
        found.append(Strength(condition, *fitted[condition], won, lost, ties))
    return tuple(sorted(found, key=lambda one: -one.strength))


def _counts(
    pairs: Iterable[Pair], said: Iterable[Judgement]
) -> dict[tuple[str, str], tuple[int, int]]:
    """Return how often the first condition was preferred to the second, and their ties."""
    by_key = {pair.key: pair for pair in pairs}
    won: Counter[tuple[str, str]] = Counter()
    ties: Counter[tuple[str, str]] = Counter()
    for one in said:
        pair = by_key.get((one.one, one.other))
        if pair is None:
            continue
        two = (pair.one.condition, pair.other.condition)
        if one.answer == "tie":
            ties.update([two, two[::-1]])
        else:
            won[two if one.answer == "one" else two[::-1]] += 1
    # In one order in every kernel: sums of the same answers are the same to the last bit.
    both = sorted({*won, *ties, *(two[::-1] for two in won)})
    return {two: (won[two], ties[two]) for two in both}


def _fit(
    conditions: Sequence[str],
    counts: Mapping[tuple[str, str], tuple[int, int]],
) -> dict[str, tuple[float, float, float]]:
    """Return strength and interval of each; without an answer nothing is known of it."""
    evalica, np = _libraries()
    first, second, weights = [], [], []
    for winner, loser in counts:
        first.append(winner)
        second.append(loser)
        weights.append(counts[winner, loser][0] + _PRIOR)
    if not first:
        return dict.fromkeys(conditions, (0.0, float("-inf"), float("inf")))
    scores = evalica.bradley_terry(
        first,
        second,
        [evalica.Winner.X] * len(first),
        weights=weights,
        tolerance=1e-9,
        limit=10_000,
    ).scores
    known = [condition for condition in conditions if condition in scores.index]
    logs = np.log(scores[known].to_numpy(dtype="float64"))
    logs -= logs.mean()
    # The information of all decisions: what is large in the inverse of it is not known well.
    information = np.zeros((len(known), len(known)))
    for one, other in counts:
        if one > other:
            continue  # its other way round is there too
        i, j = known.index(one), known.index(other)
        n = counts[one, other][0] + counts[other, one][0]
        p = 1 / (1 + np.exp(logs[j] - logs[i]))
        weight = (n + 2 * _PRIOR) * p * (1 - p)
        information[[i, j], [i, j]] += weight
        information[[i, j], [j, i]] -= weight
    spread = np.sqrt(np.diag(np.linalg.pinv(information)).clip(min=0))
    # Bonferroni: so narrow that all of them hold together.
    reach = NormalDist().inv_cdf(1 - (1 - CONFIDENCE) / (2 * len(known)))
    found = dict.fromkeys(conditions, (0.0, float("-inf"), float("inf")))
    for condition, strength, one in zip(known, logs, spread, strict=True):
        found[condition] = (
            float(strength),
            float(strength - reach * one),
            float(strength + reach * one),
        )
    return found


def _joined(conditions: Sequence[str], counts: Iterable[tuple[str, str]]) -> set[str]:
    """
    Return the most conditions that were compared with each other, be it by way of others.

    Of two that no chain of answers joins nothing says which is better.
    """
    parts = [{condition} for condition in conditions]
    for two in counts:
        touched = [part for part in parts if not part.isdisjoint(two)]
        parts = [part for part in parts if part.isdisjoint(two)] + [set().union(*touched)]
    return max(parts, key=lambda part: (len(part), sorted(part)), default=set())


def agreement(said: Iterable[Judgement]) -> float | None:
    """
    Return Krippendorff's alpha of the answers: 1 is agreement in all, 0 that of dice.

    Returns:
        None where no two raters answered for the same pair.
    """
    evalica, _ = _libraries()
    from mj_notebook.store.dataframe import import_pandas

    table: dict[str, dict[tuple[str, str], str]] = {}
    for one in said:
        table.setdefault(one.rater, {})[one.one, one.other] = one.answer
    seen = Counter(pair for answers in table.values() for pair in answers)
    shared = [pair for pair, count in seen.items() if count > 1]
    if not shared:
        return None
    answers = {answers.get(pair) for answers in table.values() for pair in shared} - {None}
    if len(answers) == 1:
        return 1.0  # which the formula can't tell from chance: nothing else was ever said
    frame = import_pandas().DataFrame(
        [[answers.get(pair) for pair in shared] for answers in table.values()]
    )
    return float(evalica.alpha(frame).alpha)


def rater_checks(said: Iterable[Judgement]) -> tuple[RaterCheck, ...]:
    """Return how each rater answered, and what looks as if one did not look."""
    by_rater: dict[str, list[Judgement]] = {}
    for one in said:
        by_rater.setdefault(one.rater, []).append(one)
    return tuple(_check(rater, answers) for rater, answers in sorted(by_rater.items()))


def _check(rater: str, answers: Sequence[Judgement]) -> RaterCheck:
    sides = Counter(one.side for one in answers)
    decided = sides["left"] + sides["right"]
    ties = sides["tie"] / len(answers)
    notes = []
    if decided and _chance(sides["left"], decided) < _SUSPICIOUS:
        side = "left" if sides["left"] > sides["right"] else "right"
        words = (
            translated("prefers the left side in {count} of {decided}, whatever is there")
            if side == "left"
            else translated("prefers the right side in {count} of {decided}, whatever is there")
        )
        notes.append(words.format(count=sides[side], decided=decided))
    if ties > _MANY_TIES:
        notes.append(translated("says in more than half of them that both are alike"))
    left = sides["left"] / decided if decided else None
    return RaterCheck(rater, len(answers), ties, left, translated("; ").join(notes))


def _chance(left: int, decided: int) -> float:
    """Return how likely an honest coin is to fall this far from the middle, or farther."""
    from math import comb

    least = min(left, decided - left)
    tail: float = sum(comb(decided, number) for number in range(least + 1)) / 2**decided
    return min(1.0, 2 * tail)


def _libraries() -> tuple[Any, Any]:
    try:
        import evalica
        import numpy as np
    except ImportError as error:
        raise UsageError(
            translated("evalica, which finds the strengths, is not installed."),
            hint=translated('Run pip install "mj-notebook[study]"; the answers are kept.'),
        ) from error
    return evalica, np
