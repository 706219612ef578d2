"""Answers of raters, and measurements, as they are kept."""

from mj_notebook.store.history import Store
from mj_notebook.store.judgements import Judgement
from mj_notebook.store.measurements import Measurement
from tests.store.making import again

SAID = Judgement("v", "1", "aa", "bb", "one", is_swapped=True, at=1.0)


def test_an_answer_is_kept_once_for_each_pair_and_rater(store: Store) -> None:
    """A later answer takes the place of an earlier one; another study's are apart."""
    store.judgements.save(SAID)
    store.judgements.save(SAID._replace(answer="tie", at=2.0))
    store.judgements.save(SAID._replace(rater="2"))
    store.judgements.save(SAID._replace(study="other"))
    with again(store) as other:
        found = other.judgements.of("v")
        assert [(one.rater, one.answer) for one in found] == [("2", "one"), ("1", "tie")]
        assert [one.rater for one in other.judgements.of("v", "2")] == ["2"]
        assert len(other.judgements.among(["aa", "bb"])) == 3
        other.judgements.remove(found)
        assert other.judgements.of("v") == []
        assert len(other.judgements.of("other")) == 1


def test_the_side_follows_from_the_answer() -> None:
    """Where the other one stood on the left, preferring it is preferring the left."""
    sides = {
        (answer, is_swapped): SAID._replace(answer=answer, is_swapped=is_swapped).side
        for answer in ("one", "other", "tie")
        for is_swapped in (False, True)
    }
    assert sides == {
        ("one", False): "left",
        ("one", True): "right",
        ("other", False): "right",
        ("other", True): "left",
        ("tie", False): "tie",
        ("tie", True): "tie",
    }


def test_a_measurement_is_of_one_content_measure_and_version(store: Store) -> None:
    """Those of another version are none."""
    store.measurements.save(
        [
            Measurement("aa", "light", "1", 0.5),
            Measurement("aa", "light", "2", 0.75),
            Measurement("aa", "hash", "1", "0f"),
            Measurement("bb", "light", "1", None),
        ]
    )
    versions = {"light": "1", "hash": "1"}
    assert store.measurements.known(["aa", "bb", "cc"], versions) == {
        "aa": {"light": 0.5, "hash": "0f"},
        "bb": {"light": None},
    }
    assert store.measurements.known(["aa"], {"light": "2"}) == {"aa": {"light": 0.75}}
